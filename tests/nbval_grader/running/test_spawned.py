"""A kernel is spawned in an empty folder, and what it sends is counted, timed and checked."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from foreign import as_bytes, handed_in

from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master
from nbval_grader.running.pool import grade_job
from nbval_grader.running.protocol import Job, Limits, Outcome
from nbval_grader.running.spawned import Kernel, KernelError, SpawnedKernel, kernel_environment

LIMITS = Limits(cell_seconds=30, submission_seconds=60, output_mb=0.001)


class FakeKernel(Kernel):
    """A kernel without a process, which notes that it was killed or interrupted."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        super().__init__(limits)
        self.calls: list[str] = []

    def kill(self) -> None:
        self.calls.append("kill")

    def send_interrupt(self) -> None:
        self.calls.append("interrupt")


def message(kind: str, **content: Any) -> dict[str, Any]:
    return {"msg_type": kind, "content": content, "parent_header": {}}


class TestOutputIsCounted:
    @pytest.fixture
    def kernel(self) -> FakeKernel:
        kernel = FakeKernel()
        kernel.begin(30, check=False)
        return kernel

    def test_until_twice_the_limit(self, kernel: FakeKernel) -> None:
        kernel.count(message("stream", text="x" * 1000))
        kernel.count(message("display_data", data={"text/plain": "x" * 500}))
        assert kernel.calls == []

        with pytest.raises(KernelError, match=r"sent more than 0\.001 MB of output") as raised:
            kernel.count(message("stream", text="x" * 500))
        assert (raised.value.outcome, kernel.calls) == ("output", ["kill"])

    def test_with_an_envelope_for_each_message(self, kernel: FakeKernel) -> None:
        for _ in range(10):
            kernel.count(message("stream", text=""))
        with pytest.raises(KernelError):
            kernel.count(message("stream", text=""))

    def test_but_not_the_status(self, kernel: FakeKernel) -> None:
        kernel.count(message("status", execution_state="x" * 10_000))
        assert kernel.received == 0

    def test_cell_by_cell(self, kernel: FakeKernel) -> None:
        for _ in range(3):
            kernel.count(message("stream", text="x" * 1500))
            kernel.begin(30, check=False)
        assert kernel.calls == []


@pytest.mark.parametrize("odd", [[], {"parent_header": None}, {"parent_header": {}}, ValueError()])
def test_a_malformed_message_ends_the_kernel(odd: Any) -> None:
    def get_msg(timeout: float) -> Any:
        if isinstance(odd, Exception):
            raise odd
        return odd

    kernel = FakeKernel()
    with pytest.raises(KernelError, match="sent something that is no message"):
        kernel.receive(SimpleNamespace(get_msg=get_msg))
    assert kernel.calls == ["kill"]


def test_no_message_is_no_error() -> None:
    def get_msg(timeout: float) -> Any:
        raise queue.Empty

    kernel = FakeKernel()
    with pytest.raises(queue.Empty):
        kernel.receive(SimpleNamespace(get_msg=get_msg))
    assert kernel.calls == []


def test_an_interrupted_cell_has_a_moment_left() -> None:
    kernel = FakeKernel()
    kernel.begin(0.0, check=False)
    kernel.interrupt()

    assert (kernel.interrupted, kernel.calls) == (True, ["interrupt"])
    assert 0 < kernel.deadline - time.monotonic() <= 1
    kernel.begin(30, check=False)
    assert not kernel.interrupted


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [
        (30.0, "This cell did not finish within 30 s, so it was stopped."),
        (29.9, "The time for the whole submission (60 s) was spent while this cell ran"),
    ],
)
def test_a_timeout_says_which_limit_was_reached(seconds: float, reason: str) -> None:
    kernel = FakeKernel()
    kernel.begin(seconds, check=False)

    assert kernel.timeout_reason().startswith(reason)


def test_the_environment_has_nothing_of_the_grader(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET", "answers")
    monkeypatch.setenv("LANG", "C.UTF-8")
    variables = kernel_environment(LIMITS, tmp_path)

    assert "SECRET" not in variables
    assert (variables["LANG"], variables["HOME"]) == ("C.UTF-8", str(tmp_path))
    assert variables["USER"] == "student"


@pytest.fixture(scope="module")
def kernel() -> Iterator[SpawnedKernel]:
    """Return a kernel that several tests use."""
    kernel = SpawnedKernel(Limits())
    yield kernel
    kernel.stop()


class TestSpawnedKernel:
    def run(self, kernel: SpawnedKernel, source: str) -> str:
        kernel.begin(60, check=False)
        sent = kernel.execute_cell_input(source)
        text = ""
        while True:
            reply = kernel.get_message("iopub")
            if reply["parent_header"].get("msg_id") != sent:
                continue
            if reply["msg_type"] == "stream":
                text += reply["content"]["text"]
            if reply["content"].get("execution_state") == "idle":
                return text

    def test_works_in_an_empty_folder(self, kernel: SpawnedKernel) -> None:
        printed = self.run(kernel, "import os; print(os.getcwd(), os.listdir())")

        assert printed == f"{(kernel.folder / 'work').resolve()} []\n"

    def test_does_not_debug(self, kernel: SpawnedKernel) -> None:
        printed = self.run(kernel, "import sys; print(sys.modules['debugpy'])")

        assert printed == "None\n"

    def test_reports_its_end_and_leaves_no_folder(self) -> None:
        kernel = SpawnedKernel(Limits())
        with pytest.raises(KernelError, match=r"it was killed, or it left by os\._exit"):
            self.run(kernel, "import os; os._exit(3)")
        kernel.stop()
        assert not kernel.is_alive()
        assert not kernel.folder.exists()

    def test_that_does_not_start_leaves_no_folder(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        variables = {**os.environ, "PYTHONHOME": "/nowhere"}
        with pytest.raises(RuntimeError):
            SpawnedKernel(Limits(), environment=variables)
        assert list(tmp_path.iterdir()) == []


class TestGradingInSpawnedKernels:
    """A learner's own check uses them, and the grader where kernels cannot be forked."""

    @pytest.fixture
    def spawned(self, master: Master) -> Callable[..., Outcome]:
        def grade(q2: str, **limits: Any) -> Outcome:
            data = as_bytes(handed_in({"q1-answer": "largest = 3", "q2-answer": q2}))
            return grade_job(
                Job(
                    "foreign",
                    dump(master.notebook),
                    data,
                    Limits(**{"cell_seconds": 60, "submission_seconds": 120, **limits}),
                    sandbox=False,
                    forked=False,
                )
            )

        return grade

    def test_right(self, spawned: Callable[..., Outcome]) -> None:
        assert spawned("def double(x):\n    return 2 * x").points == 4

    def test_a_dead_kernel_is_replaced(self, spawned: Callable[..., Outcome]) -> None:
        outcome = spawned("import os; os._exit(1)")
        assert outcome.points == 2
        assert "The kernel ended while this cell ran" in outcome.answers[1].reason

    def test_a_loop_is_interrupted(self, spawned: Callable[..., Outcome]) -> None:
        outcome = spawned("while True: pass", cell_seconds=6)
        assert outcome.points == 2
        assert "did not finish within 6 s" in outcome.answers[1].reason

    def test_endless_output_is_stopped(self, spawned: Callable[..., Outcome]) -> None:
        source = (
            "from IPython.display import HTML, display\nwhile True: display(HTML('x' * 50_000))"
        )
        outcome = spawned(source)
        assert outcome.points == 2
        assert "more than 2 MB of output" in outcome.answers[1].reason
