"""Grade on a Dask cluster: the same jobs, sent to other machines.

Workers hold the masters while they grade, so a cluster must be as trustworthy as the teacher's own
machine. Each worker needs this package in the same version, and the folders that student code may
read at the same paths.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

from ..errors import BadInput, GraderError, NotGraded
from .pool import grade_job
from .protocol import Outcome
from .versions import versions

__all__ = ["ClusterExecutor", "dask_executor"]

CONNECT_SECONDS = 10
RETRIES = 3
#: Errors by which Dask says that it has lost its scheduler.
LOST_SCHEDULER = (
    "FutureCancelledError",
    "CancelledError",
    "CommClosedError",
    "FuturesCancelledError",
)


@contextlib.contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Connect to a Dask scheduler and lend its workers.

    Parameters
    ----------
    address : str
        Where the scheduler listens, such as ``tcp://10.0.0.1:8786``.

    Yields
    ------
    Executor
        For `nbval_grader.grading.grade_class`. If a worker dies, the others grade its submissions.

    Raises
    ------
    BadInput
        If there is no such scheduler, it has no workers, or a worker has other versions.
    """
    try:
        from distributed import Client
    except ImportError:
        raise BadInput("--dask needs the package distributed: pip install distributed") from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception:  # whatever listens there may send anything
        raise BadInput(
            f"There is no Dask scheduler at {address!r}; start one with 'dask scheduler' and give "
            "the address that it prints, such as tcp://10.0.0.1:8786."
        ) from None
    try:
        require_same_versions(client, address)
        yield ClusterExecutor(client, address)
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=CONNECT_SECONDS)


def require_same_versions(client: Any, address: str) -> None:
    """Refuse a cluster whose workers could give other marks than this machine.

    Parameters
    ----------
    client : distributed.Client
        Connected.
    address : str
        What messages call it.

    Raises
    ------
    BadInput
        If there is no worker, or one has other versions or lacks the package.
    """
    own = versions()
    if not client.scheduler_info(n_workers=-1)["workers"]:
        raise BadInput(
            f"The Dask scheduler at {address!r} has no workers; start some with 'dask worker "
            f"{address} --nthreads 1'."
        )
    answers = client.run(versions, on_error="return")
    for worker, theirs in sorted(answers.items()):
        if isinstance(theirs, ImportError):
            raise BadInput(
                f"The Dask worker {worker} lacks this grader ({theirs}); install it there."
            )
        if isinstance(theirs, BaseException):
            raise BadInput(f"The Dask worker {worker} does not answer: {theirs}.")
        if theirs != own:
            raise BadInput(
                f"The Dask worker {worker} would grade with {theirs}, this machine with {own}; "
                "install the same versions."
            )


class ClusterExecutor(Executor):
    """A Dask client as an executor that survives the loss of a worker.

    Parameters
    ----------
    client : distributed.Client
        Connected.
    address : str
        What messages call it.
    """

    def __init__(self, client: Any, address: str) -> None:
        self.client = client
        self.address = address

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Send a call to the cluster.

        Parameters
        ----------
        fn : callable
            A function at the top of an importable module.
        *args, **kwargs
            What it is called with.

        Returns
        -------
        Future
            Its value. If `fn` is `grade_job` and every worker that ran it ended, the value is an
            outcome of status ``failed``.
        """
        result: Future[Any] = Future()
        submitted = self.client.submit(fn, *args, pure=False, retries=RETRIES, **kwargs)
        result.set_running_or_notify_cancel()

        def copy_result(future: Any) -> None:
            try:
                result.set_result(future.result())
            except GraderError as error:
                result.set_exception(error)
            except BaseException as error:
                if fn is grade_job and type(error).__name__ == "KilledWorker":
                    reason = "Each worker that took the submission ended unexpectedly."
                    result.set_result(Outcome("failed", reason=reason))
                else:
                    result.set_exception(self._translate_error(error))

        submitted.add_done_callback(copy_result)
        return result

    def _translate_error(self, error: BaseException) -> GraderError:
        """Return the error that says in a sentence what Dask has raised."""
        if self.client.status != "running" or type(error).__name__ in LOST_SCHEDULER:
            return NotGraded(
                f"The Dask scheduler at {self.address!r} was lost; what was graded is kept. Run the "
                "same command again."
            )
        return NotGraded(f"The cluster failed: {type(error).__name__}: {error}.")
