"""One pytest session, in which nbval runs one submission after another.

To start pytest for each submission would take longer than to run it. So the session is started
once, collects nothing, and its run loop serves jobs. Each job becomes an `IPyNbFile` whose cells
come from memory (an expected output is never on a disk), and nbval's own `IPyNbCell` runs and
compares them. pytest's report on a check cell decides its points. The session notes what happens to
kernels, and `nbval_grader.running.blame` decides from its notes what to do next.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from _pytest.runner import runtestprotocol
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from ..notebooks.format import as_text, joined
from ..notebooks.merge import Step
from ..plain_text import remove_control_characters
from .blame import Action, Event, EventKind, History, Verdict, judge
from .protocol import Limits
from .spawned import Kernel, KernelError, out_of_memory

__all__ = ["Runner", "StepResult", "readable_text", "serve_in_pytest"]

MAX_TEXT = 4_000
OUT_OF_TIME = "The time for the whole submission was spent before this cell."
RAISED = "This cell raised an error."
DIFFERS = "Its output is not the expected one."
NO_ANSWER = "The kernel stopped answering."


@dataclass
class StepResult:
    """The result of one step.

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
        What the cell has sent, including stderr.
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
    """Return outputs as plain text that is safe to show anywhere.

    Parameters
    ----------
    outputs : sequence of dict
        Outputs of a cell, as nbformat has them.

    Returns
    -------
    str
        Printed text, the plain form of what was displayed, and ``Name: message`` of an error,
        without control characters, terminal sequences and marks of writing direction, cut after
        4,000 characters. HTML stays in it, as text.
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
    too_long = len(text) > 10 * MAX_TEXT
    text = remove_control_characters(text[: 10 * MAX_TEXT]).strip("\n")
    if len(text) > MAX_TEXT or too_long:
        text = text[:MAX_TEXT].rstrip() + "\n[...]"
    return text


class Notebook(IPyNbFile):
    """nbval's notebook, with its cells from memory and a kernel that can be replaced."""

    kernel: Any
    cells: list[GradedCell]
    start: Callable[[], Kernel]
    limits: Limits
    deadline: float
    history: History
    start_error: Exception | None = None

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
        notebook = cls.from_parent(session, path=Path(session.path) / "submission.ipynb")
        notebook.start, notebook.limits, notebook.deadline = start, limits, deadline
        notebook.history = History(tuple(step.question for step in steps))
        notebook.cells = [notebook.make_cell(place, step) for place, step in enumerate(steps)]
        return notebook

    def make_cell(self, place: int, step: Step) -> GradedCell:
        """Return nbval's cell for a step; only checks are compared."""
        source = nbformat.from_dict(
            {
                "cell_type": "code",
                "metadata": {},
                "source": step.source,
                "outputs": [joined(output) for output in step.outputs],
                # nbval compares no cell without a count; a check is always compared.
                "execution_count": (step.execution_count or 0) if step.compared else None,
            }
        )
        cell = GradedCell.from_parent(
            self,
            name=f"Cell {place}",
            cell_num=place,
            cell=source,
            options=defaultdict(bool, check=step.compared),
        )
        cell.result = StepResult(step)
        return cell

    def setup(self) -> None:
        """Start nothing yet: the first cell asks for the kernel."""
        self.setup_sanitize_files()

    def note(self, kind: EventKind, **details: Any) -> None:
        """Add an event to the history."""
        self.history = self.history.add(Event(kind, **details))

    def judge(self, place: int) -> Verdict:
        """Return what to do about a cell, and record the blame in the results of the guilty cells."""
        verdict = judge(self.history, place)
        for guilty, blame in verdict.blamed.items():
            result = self.cells[guilty].result
            # A cell that failed anyway keeps its own reason, which tells its author more.
            if result.outcome in ("passed", "skipped"):
                result.outcome, result.reason = blame.outcome, blame.reason
        return verdict

    def start_kernel(self, place: int, replay: Sequence[int]) -> None:
        """Start a kernel for a cell, and replay earlier cells in it.

        Parameters
        ----------
        place : int
            The cell that is to run.
        replay : sequence of int
            The cells to replay.
        """
        try:
            self.kernel = self.start()
        except Exception as error:
            self.start_error = error
            self.note(EventKind.KERNEL_NOT_STARTED, cell=place)
            return
        self.note(EventKind.KERNEL_STARTED, cell=place)
        for earlier in replay:
            self.kernel.begin(self.seconds(), check=False)
            try:
                message = self.kernel.execute_cell_input(self.cells[earlier].cell.source)
                self.kernel.await_reply(message)
                self.kernel.await_idle(message, None)
            except Exception:
                began = self.kernel.has_begun()
                self.note(
                    EventKind.KERNEL_LOST_IN_REPLAY, cell=place, replayed=earlier, began=began
                )
                self.stop_kernel()
                return

    def seconds(self) -> float:
        """Return how many seconds the next cell may take."""
        return min(self.limits.cell_seconds, self.deadline - time.monotonic())

    def note_dead_kernel(self) -> None:
        """Note if the kernel has ended since the last cell answered."""
        if self.kernel is not None and not self.kernel.is_alive():
            self.note(EventKind.KERNEL_FOUND_DEAD)
            self.stop_kernel()

    def stop_kernel(self) -> None:
        """End the kernel, if there is one."""
        if self.kernel is not None:
            self.note(EventKind.KERNEL_STOPPED)
            with contextlib.suppress(Exception):
                self.kernel.stop()
        self.kernel = None

    def teardown(self) -> None:
        """End the kernel with the notebook."""
        self.stop_kernel()


class GradedCell(IPyNbCell):
    """nbval's cell, which notes why it failed, and runs again if it lost its kernel without being guilty."""

    result: StepResult

    def setup(self) -> None:
        """Do not excuse cells after a timeout, as nbval does: the kernel is replaced."""

    def runtest(self) -> None:
        """Do what the verdict on the session's history says, until the cell is over."""
        started = time.monotonic()
        notebook, result, place = self.parent, self.result, self.cell_num
        failure: NbCellError | None = None
        try:
            if notebook.seconds() <= 0:
                result.reason = OUT_OF_TIME
                notebook.stop_kernel()
                raise KernelError("skipped", OUT_OF_TIME)
            notebook.note_dead_kernel()
            while (verdict := notebook.judge(place)).action is not Action.GO_ON:
                if verdict.action is Action.START_KERNEL:
                    notebook.start_kernel(place, verdict.replay)
                elif verdict.action is Action.RUN_CELL:
                    failure = self.run_once()
                else:
                    raise notebook.start_error
        finally:
            result.seconds = time.monotonic() - started
        if place in verdict.blamed:
            raise KernelError(result.outcome, result.reason)
        if failure is not None:
            raise failure
        result.outcome = "passed"

    def run_once(self) -> NbCellError | None:
        """Let nbval run and compare the cell in a live kernel, and note what happened.

        Returns
        -------
        NbCellError or None
            Why nbval failed the cell; None if it passed, or if the kernel was lost.
        """
        notebook, place = self.parent, self.cell_num
        kernel = notebook.kernel
        kernel.begin(notebook.seconds(), check=self.result.step.compared)
        failure = None
        answered = True
        try:
            super().runtest()
        except NbCellError as error:
            failure = error
            answered = self.explain_failure(kernel)
        except Exception as error:
            lost = error if isinstance(error, KernelError) else KernelError("died", NO_ANSWER)
            notebook.note(
                EventKind.KERNEL_LOST,
                cell=place,
                began=kernel.has_begun(),
                outcome=lost.outcome,
                reason=str(lost),
            )
            notebook.stop_kernel()
            return None
        finally:
            notebook.timed_out = False
            self.result.outputs = list(self.test_outputs or ())
        if answered:
            left_a_thread = kernel.left_a_thread()
            notebook.note(EventKind.CELL_ANSWERED, cell=place, left_a_thread=left_a_thread)
        else:
            notebook.note(EventKind.CELL_CUT_SHORT, cell=place)
        return failure

    def explain_failure(self, kernel: Kernel) -> bool:
        """Write into the result why nbval failed the cell.

        Parameters
        ----------
        kernel : Kernel
            The kernel that it ran in. It is stopped if the next cell could not use it.

        Returns
        -------
        bool
            Whether the cell came to its end, so that it can be replayed.
        """
        notebook, result = self.parent, self.result
        if kernel.interrupted:
            result.outcome, result.reason = "timeout", kernel.timeout_reason()
            if time.monotonic() >= kernel.deadline:
                notebook.stop_kernel()
            return False
        raised = [o for o in self.test_outputs or () if o.get("output_type") == "error"]
        if any(output.get("ename") == "MemoryError" for output in raised):
            result.outcome, result.reason = "memory", out_of_memory(notebook.limits)
            notebook.stop_kernel()
            return False
        result.outcome, result.reason = ("error", RAISED) if raised else ("failed", DIFFERS)
        return True

    def compare_outputs(self, test: Any, ref: Any, skip_compare: Any = None) -> bool:
        """Compare as nbval does, but leave out stderr: a warning costs no points."""
        return super().compare_outputs(_without_stderr(test), _without_stderr(ref), skip_compare)

    def format_output_compare(self, key: str, left: Any, right: Any) -> None:
        """Describe no difference: for long outputs that takes minutes."""
        self.comparison_traceback.append(f"mismatch {key!r}")

    def repr_failure(self, excinfo: Any) -> str:
        """Return a short text for pytest's report, which is not printed."""
        return type(excinfo.value).__name__


def _without_stderr(outputs: Sequence[Any]) -> list[Any]:
    return [o for o in outputs if not (o["output_type"] == "stream" and o["name"] == "stderr")]


class Runner:
    """Runs steps in a pytest session.

    Parameters
    ----------
    session : pytest.Session
        The session.
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
        """Run steps in order in one kernel, which is replaced when it is lost.

        Parameters
        ----------
        steps : sequence of Step
            What to run.
        start : callable
            Starts a kernel.
        limits : Limits
            What a cell may use.
        deadline : float
            ``time.monotonic()`` after which no cell starts.
        then : callable, optional
            Called with the live kernel at the end.

        Returns
        -------
        list of StepResult
            One for each step.
        int
            Kernels used.

        Raises
        ------
        Exception
            What `start` raised, if it did.
        """
        notebook = Notebook.of(self.session, steps, start, limits, deadline)
        cells = notebook.cells
        try:
            for cell, following in zip(cells, [*cells[1:], None], strict=True):
                last = following is None
                if last and then is not None:
                    following = cell  # keeps the kernel alive until `then` was called
                reports = runtestprotocol(cell, log=False, nextitem=following)
                passed = all(report.passed for report in reports if report.when != "teardown")
                if not passed and cell.result.outcome == "passed":
                    cell.result.outcome = "failed"
                if notebook.start_error is not None:
                    raise notebook.start_error
                if last and then is not None and notebook.kernel is not None:
                    then(notebook.kernel)
        finally:
            notebook.stop_kernel()
            self.session._setupstate.teardown_exact(None)
        return [cell.result for cell in cells], notebook.history.kernels


class _Loop:
    """The plugin of pytest that serves jobs instead of running collected tests."""

    def __init__(self, serve: Callable[[Runner], None]) -> None:
        self.serve = serve

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect nothing."""
        session.items = []
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve until there are no more jobs."""
        self.serve(Runner(session))
        return True


def serve_in_pytest(serve: Callable[[Runner], None], folder: Path | str) -> None:
    """Start pytest with nbval, and call a function within its session.

    Parameters
    ----------
    serve : callable
        Called with a `Runner`; the session ends when it returns.
    folder : path
        An empty folder, which is pytest's root.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    unused_plugins = (
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
    for name in unused_plugins:
        arguments += ["-p", f"no:{name}"]
    pytest.main(arguments, plugins=[_Loop(serve)])
