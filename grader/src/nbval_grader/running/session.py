"""One pytest session that lasts, in which nbval runs one submission after the other.

Starting pytest for each submission would cost more than running it. So the session is started
once, collects nothing by itself, and its run loop serves jobs: each becomes an `IPyNbFile` whose
cells come from memory (an expected output is never on a disk), and nbval's own `IPyNbCell` runs
and compares them. A check's points are decided by the report pytest makes of its cell.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .zygote import SLOW

sys.modules.update(dict.fromkeys(SLOW - set(sys.modules)))  # type: ignore[arg-type]

import nbformat  # noqa: E402
import pytest  # noqa: E402
from _pytest.runner import runtestprotocol  # noqa: E402
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError  # noqa: E402

from ..notebooks.format import as_text, joined  # noqa: E402
from ..notebooks.merge import Step  # noqa: E402
from ..plain_text import harmless  # noqa: E402
from .protocol import Limits  # noqa: E402
from .spawned import Kernel, KernelTrouble, out_of_memory  # noqa: E402

__all__ = ["Runner", "StepResult", "readable_text", "serve_in_pytest"]

MAX_TEXT = 4_000
MAX_REVIVALS = 3
OUT_OF_TIME = "The time for the whole submission was spent before this cell."
RAISED = "This cell raised an error."
DIFFERS = "Its output is not the expected one."
JUST_AFTER = "The kernel ended just after this cell."
LATER = "A thread that this cell started ended the kernel later."
NO_KERNEL = "The kernel could not be brought back, so this cell did not run."


@dataclass
class StepResult:
    """What became of one step.

    Attributes
    ----------
    step : Step
        The step.
    outcome : str
        ``passed``, ``failed``, ``error``, ``timeout``, ``died``, ``memory``, ``output`` or
        ``skipped``.
    reason : str
        The grader's own sentence.
    outputs : list of dict
        What the cell sent, stderr included.
    seconds : float
        Wall-clock seconds.
    """

    step: Step
    outcome: str = "skipped"
    reason: str = ""
    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """Its output as plain text."""
        return readable_text(self.outputs)


def readable_text(outputs: Sequence[dict[str, Any]]) -> str:
    """Return outputs as plain text that is harmless wherever it is shown.

    Parameters
    ----------
    outputs : sequence of dict
        Outputs of a cell, as nbformat has them.

    Returns
    -------
    str
        Printed text, the plain form of what was displayed, and ``Name: message`` of an error;
        without control characters, terminal sequences and marks that turn the direction of
        writing; cut after 4,000 characters. HTML is not dropped but is only text.
    """
    parts = []
    for output in outputs:
        kind = output.get("output_type")
        if kind == "stream":
            parts.append(as_text(output.get("text")))
        elif kind == "error":
            parts.append(f"{output.get('ename')}: {output.get('evalue')}\n")
        elif isinstance(output.get("data"), dict):
            plain = as_text(output["data"].get("text/plain"))
            parts.append(plain + "\n" if plain else "")
    text = "".join(parts)
    long = len(text) > 10 * MAX_TEXT
    text = harmless(text[: 10 * MAX_TEXT]).strip("\n")
    if len(text) > MAX_TEXT or long:
        text = text[:MAX_TEXT].rstrip() + "\n[...]"
    return text


class Notebook(IPyNbFile):
    """nbval's notebook, with its cells from memory and a kernel that can be replaced."""

    kernel: Any
    steps: Sequence[Step]
    start: Callable[[], Kernel]
    limits: Limits
    deadline: float
    done: list[GradedCell]
    kernels: int
    fault: Exception | None = None

    @classmethod
    def of(
        cls,
        session: pytest.Session,
        steps: Sequence[Step],
        start: Callable[[], Kernel],
        limits: Limits,
        deadline: float,
    ) -> Notebook:
        """Make the notebook of some steps."""
        made = cls.from_parent(session, path=Path(session.path) / "submission.ipynb")
        made.steps, made.start, made.limits, made.deadline = steps, start, limits, deadline
        made.done, made.kernels = [], 0
        return made

    def setup(self) -> None:
        """Start nothing yet: the first cell asks for the kernel."""
        self.setup_sanitize_files()

    def collect(self) -> Iterator[GradedCell]:
        """Yield one of nbval's cells for each step; only checks are compared."""
        for place, step in enumerate(self.steps):
            cell = nbformat.from_dict(
                {
                    "cell_type": "code",
                    "metadata": {},
                    "source": step.source,
                    "outputs": [joined(output) for output in step.outputs],
                    # nbval compares no cell without a count; a check is always compared.
                    "execution_count": (step.execution_count or 0) if step.compared else None,
                }
            )
            made = GradedCell.from_parent(
                self,
                name=f"Cell {place}",
                cell_num=place,
                cell=cell,
                options=defaultdict(bool, check=step.compared),
            )
            made.result = StepResult(step)
            yield made

    def ready_kernel(self) -> Kernel:
        """Return a live kernel, replaying the earlier cells in a new one if the last is gone."""
        if self.kernel is not None and self.kernel.is_alive():
            return self.kernel
        if self.kernel is not None:
            self.blame_earlier()
        for _ in range(MAX_REVIVALS):
            self.drop_kernel()
            try:
                self.kernel = self.start()
            except Exception as fault:
                self.fault = fault
                raise
            self.kernels += 1
            if self.replayed():
                return self.kernel
        self.drop_kernel()
        raise KernelTrouble("died", NO_KERNEL)

    def stray(self) -> GradedCell | None:
        """Return the last of a learner's cells that answered and left a thread, if there is one."""
        found = (c for c in reversed(self.done) if c.left_a_thread and c.question)
        return next(found, None)

    def blame(self, cell: GradedCell) -> None:
        """Hold a cell that answered for the kernel's end; it is not run again.

        Whether its own reply still came through is chance, so it counts as if none had come.
        """
        if cell in self.done:
            self.done.remove(cell)
        if cell.result.outcome == "passed":
            cell.result.outcome = "died"
            cell.result.reason = LATER if cell.left_a_thread else JUST_AFTER

    def blame_earlier(self) -> None:
        """Hold one of the cells that answered for the kernel's end: one with a thread, or the last.

        The master's own cells have earned their points before, so they are above suspicion.
        """
        found = self.stray() or (self.done[-1] if self.done else None)
        if found is not None and found.question:
            self.blame(found)

    def replayed(self) -> bool:
        """Run the earlier cells again; leave out for good the one that ends the kernel."""
        for place, cell in enumerate(list(self.done)):
            self.kernel.begin(self.seconds(), check=False)
            try:
                message = self.kernel.execute_cell_input(cell.cell.source)
                self.kernel.await_reply(message)
                self.kernel.await_idle(message, None)
            except Exception:
                began = place == 0 or self.kernel.has_begun()
                guilty = self.stray() or (cell if began else self.done[place - 1])
                if began or guilty.question:
                    self.blame(guilty)
                return False
        return True

    def seconds(self) -> float:
        """Return how long the next cell may take."""
        return min(self.limits.cell_seconds, self.deadline - time.monotonic())

    def drop_kernel(self) -> None:
        """End the kernel, if there is one."""
        if self.kernel is not None:
            with contextlib.suppress(Exception):
                self.kernel.stop()
        self.kernel = None

    def teardown(self) -> None:
        """End the kernel with the notebook."""
        self.drop_kernel()


class NotBegun(Exception):  # noqa: N818
    """The kernel ended before it took up the cell that it was sent."""


class GradedCell(IPyNbCell):
    """nbval's cell, which also notes why it failed and lets go of a kernel that is of no use."""

    result: StepResult
    left_a_thread = False

    @property
    def question(self) -> str:
        """The question that the cell belongs to."""
        return self.result.step.question

    def setup(self) -> None:
        """Expect nothing: the kernel is replaced after a timeout, so no cell is excused."""

    def runtest(self) -> None:
        """Let nbval run and compare the cell."""
        started = time.monotonic()
        notebook, result = self.parent, self.result
        try:
            if notebook.seconds() <= 0:
                raise KernelTrouble("skipped", OUT_OF_TIME)
            for tries in range(MAX_REVIVALS):
                try:
                    self.run_once(last=tries == MAX_REVIVALS - 1)
                    break
                except NotBegun:
                    notebook.blame_earlier()
                    notebook.drop_kernel()
                except KernelTrouble as trouble:
                    stray = notebook.stray()
                    if (
                        trouble.outcome != "died"
                        or stray is None
                        or stray.question == self.question
                    ):
                        raise
                    self.run_without(stray)
                    break
            result.outcome = "passed"
        except KernelTrouble as trouble:
            result.outcome, result.reason = trouble.outcome, str(trouble)
            notebook.drop_kernel()
            raise
        finally:
            result.seconds = time.monotonic() - started
        notebook.done.append(self)

    def run_without(self, stray: GradedCell) -> None:
        """Run the cell once more without one that left a thread, to see which ends the kernel."""
        notebook = self.parent
        place = notebook.done.index(stray)
        notebook.done.remove(stray)
        notebook.drop_kernel()
        try:
            self.run_once(last=True)
        except KernelTrouble:
            notebook.done.insert(place, stray)
            raise
        except NbCellError:
            notebook.blame(stray)
            raise
        notebook.blame(stray)

    def run_once(self, last: bool) -> None:
        """Let nbval run and compare the cell in a live kernel.

        Parameters
        ----------
        last : bool
            Whether the cell has to answer for the kernel's end even if it did not begin.
        """
        notebook = self.parent
        kernel = notebook.ready_kernel()
        kernel.begin(notebook.seconds(), check=self.result.step.compared)
        try:
            super().runtest()
        except NbCellError:
            self.explain(kernel)
            raise
        except Exception as fault:
            if not last and notebook.done and not kernel.has_begun():
                raise NotBegun from fault
            if isinstance(fault, KernelTrouble):
                raise
            notebook.drop_kernel()
            raise KernelTrouble("died", "The kernel stopped answering.") from fault
        finally:
            notebook.timed_out = False
            self.left_a_thread = kernel.left_a_thread()
            self.result.outputs = list(self.test_outputs or ())

    def explain(self, kernel: Kernel) -> None:
        """Note why nbval failed the cell."""
        notebook, result = self.parent, self.result
        outputs = self.test_outputs or ()
        if kernel.interrupted:
            result.outcome = "timeout"
            result.reason = kernel.timeout_reason()
            if time.monotonic() >= kernel.deadline:
                notebook.drop_kernel()
            return
        raised = [o for o in outputs if o.get("output_type") == "error"]
        result.outcome, result.reason = ("error", RAISED) if raised else ("failed", DIFFERS)
        if any(output.get("ename") == "MemoryError" for output in raised):
            result.outcome, result.reason = "memory", out_of_memory(notebook.limits)
            notebook.drop_kernel()
        else:
            notebook.done.append(self)

    def compare_outputs(self, test: Any, ref: Any, skip_compare: Any = None) -> bool:
        """Compare as nbval does, what went to stderr left aside: a warning costs nobody."""
        return super().compare_outputs(_without_stderr(test), _without_stderr(ref), skip_compare)

    def format_output_compare(self, key: str, left: Any, right: Any) -> None:
        """Make no picture of the difference: for long outputs it takes minutes."""
        self.comparison_traceback.append(f"mismatch {key!r}")

    def repr_failure(self, excinfo: Any) -> str:
        """Return a short text for pytest's report, which nobody prints."""
        return type(excinfo.value).__name__


def _without_stderr(outputs: Sequence[Any]) -> list[Any]:
    return [o for o in outputs if not (o["output_type"] == "stream" and o["name"] == "stderr")]


class Runner:
    """Runs steps in a pytest session.

    Parameters
    ----------
    session : pytest.Session
        The session that lasts.
    """

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def run(
        self,
        steps: Sequence[Step],
        start: Callable[[], Kernel],
        limits: Limits,
        deadline: float,
        then: Callable[[Kernel], None] | None = None,
    ) -> tuple[list[StepResult], int]:
        """Run steps in order in one kernel, replaced where need be.

        Parameters
        ----------
        steps : sequence of Step
            What to run.
        start : callable
            Makes a kernel.
        limits : Limits
            What a cell may use.
        deadline : float
            ``time.monotonic()`` after which no cell starts.
        then : callable, optional
            Called with the live kernel at the end.

        Returns
        -------
        list of StepResult
            One a step.
        int
            Kernels used.
        """
        notebook = Notebook.of(self.session, steps, start, limits, deadline)
        cells = list(notebook.collect())
        try:
            for cell, following in zip(cells, [*cells[1:], None], strict=True):
                last = following is None
                if last and then is not None:
                    following = cell  # keeps the notebook's kernel up until it was asked
                reports = runtestprotocol(cell, log=False, nextitem=following)
                passed = all(report.passed for report in reports if report.when != "teardown")
                if not passed and cell.result.outcome == "passed":
                    cell.result.outcome = "failed"
                if notebook.fault is not None:
                    raise notebook.fault
                if last and then is not None and notebook.kernel is not None:
                    then(notebook.kernel)
        finally:
            notebook.drop_kernel()
            self.session._setupstate.teardown_exact(None)
        return [cell.result for cell in cells], notebook.kernels


class _Loop:
    """The plugin that turns pytest's run loop into a server of jobs."""

    def __init__(self, serve: Callable[[Runner], None]) -> None:
        self.serve = serve

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect nothing."""
        session.items = []
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve until there is nothing more to do."""
        self.serve(Runner(session))
        return True


def serve_in_pytest(serve: Callable[[Runner], None], folder: Path | str) -> None:
    """Start pytest with nbval and hand its session to a function.

    Parameters
    ----------
    serve : callable
        Called with a `Runner`; the session ends when it returns.
    folder : path
        An empty folder, pytest's root.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    off = (
        "cacheprovider",
        "logging",
        "warnings",
        "faulthandler",
        "doctest",
        "unittest",
        "junitxml",
    )
    arguments = ["--nbval-lax", "--capture=no", "--color=no", "-qq", f"--rootdir={folder}"]
    arguments += [
        "-c",
        os.devnull,
        "-p",
        "nbval.plugin",
        "--no-header",
        "--no-summary",
        str(folder),
    ]
    for name in off:
        arguments += ["-p", f"no:{name}"]
    pytest.main(arguments, plugins=[_Loop(serve)])
