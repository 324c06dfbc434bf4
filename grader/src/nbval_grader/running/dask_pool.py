"""Grade on a Dask cluster: the same jobs, carried to other machines.

Workers hold the masters while they grade, so a cluster must be as trusted as the teacher's own
machine. Each worker needs this package in the same version, and folders that student code may read
at the same paths.
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


def probe() -> str:
    """Return what a worker grades with; run on each worker.

    Returns
    -------
    str
        As `nbval_grader.running.versions`.
    """
    return versions()


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
        Give it to `nbval_grader.grading.grade_class`. A worker that dies costs nothing but time:
        its submissions are graded by the others.

    Raises
    ------
    BadInput
        If there is no such scheduler, it has no workers, or a worker would not grade as this
        machine does.
    """
    try:
        from distributed import Client
    except ImportError:
        raise BadInput("--dask needs the package distributed: pip install distributed") from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception:  # whatever answers there may answer anything
        raise BadInput(
            f"There is no Dask scheduler at {address!r}; start one with 'dask scheduler' and give "
            "the address that it prints, such as tcp://10.0.0.1:8786."
        ) from None
    try:
        hold_workers(client, address)
        yield ClusterExecutor(client, address)
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=CONNECT_SECONDS)


def hold_workers(client: Any, address: str) -> None:
    """Refuse a cluster whose workers would not grade as this machine does.

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
    told = client.run(probe, on_error="return")
    for worker, theirs in sorted(told.items()):
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
    """A Dask client as an executor, for which a lost worker is no end of the matter.

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
            Its value. Where `fn` is `grade_job` and the submission brought down every worker that
            took it, an outcome of status ``failed``.
        """
        made: Future[Any] = Future()
        sent = self.client.submit(fn, *args, pure=False, retries=RETRIES, **kwargs)
        made.set_running_or_notify_cancel()

        def done(future: Any) -> None:
            try:
                made.set_result(future.result())
            except GraderError as fault:
                made.set_exception(fault)
            except BaseException as fault:
                if fn is grade_job and type(fault).__name__ == "KilledWorker":
                    reason = "Each worker that took the submission ended unexpectedly."
                    made.set_result(Outcome("failed", reason=reason))
                else:
                    made.set_exception(self._told(fault))

        sent.add_done_callback(done)
        return made

    def _told(self, fault: BaseException) -> GraderError:
        """Make a sentence of what Dask says."""
        if self.client.status != "running" or type(fault).__name__ in LOST:
            return NotGraded(
                f"The Dask scheduler at {self.address!r} was lost; what was graded is kept. Run the "
                "same command again."
            )
        return NotGraded(f"The cluster failed: {type(fault).__name__}: {fault}.")


LOST = ("FutureCancelledError", "CancelledError", "CommClosedError", "FuturesCancelledError")
