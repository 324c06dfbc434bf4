"""The session runs steps in kernels, replaces lost ones, and decides what each check has earned."""

from __future__ import annotations

import math
import queue
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbval_grader.errors import NotGraded
from nbval_grader.notebooks.merge import Step
from nbval_grader.running.blame import JUST_AFTER
from nbval_grader.running.protocol import Limits
from nbval_grader.running.session import Runner, StepResult, readable_text, serve_in_pytest
from nbval_grader.running.spawned import Kernel, KernelError

Run = Callable[..., tuple[list[StepResult], int]]


class ScriptedKernel(Kernel):
    """A kernel that obeys the words of a cell: ``out X``, ``err X``, ``raise X``, ``die``, ``hang``.

    After ``last`` it answers, and is dead then.
    """

    log: list[str]

    def __init__(self, log: list[str]) -> None:
        super().__init__(Limits())
        self.log = log
        self.alive = True
        self.inbox: deque[dict[str, Any]] = deque()
        self.word = ""
        log.append("start")

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        self.log.append(cell_input)
        self.word, _, text = cell_input.partition(" ")
        sent = []
        if self.word in ("out", "err"):
            sent.append(("stream", {"name": f"std{self.word}", "text": text}))
        if self.word == "raise":
            sent.append(("error", {"ename": text, "evalue": "no", "traceback": []}))
        sent.append(("status", {"execution_state": "idle"}))
        for kind, content in sent:
            self.inbox.append(
                {"msg_type": kind, "content": content, "parent_header": {"msg_id": "m"}}
            )
        return "m"

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        if self.word == "die":
            self.alive = False
            raise KernelError("died", "It ended.")
        if self.word == "hang":
            raise queue.Empty
        self.alive = self.word != "last"

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        return self.inbox.popleft()

    def interrupt(self) -> None:
        super().interrupt()
        self.inbox.appendleft(
            {
                "msg_type": "error",
                "content": {"ename": "KeyboardInterrupt", "evalue": "", "traceback": []},
                "parent_header": {"msg_id": "m"},
            }
        )

    def send_interrupt(self) -> None:
        self.log.append("interrupt")

    def is_alive(self) -> bool:
        return self.alive

    def stop(self) -> None:
        self.alive = False


def setup(source: str) -> Step:
    return Step("setup", "setup", "", source)


def answer(source: str, question: str = "q1") -> Step:
    return Step(f"{question}-answer", "answer", question, source)


def check(source: str, prints: str, question: str = "q1") -> Step:
    outputs = [{"output_type": "stream", "name": "stdout", "text": prints}]
    return Step(f"{question}-check", "check", question, source, outputs, 1)


@pytest.fixture
def log() -> list[str]:
    """Return a list of what the kernels are asked to do."""
    return []


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: list[str]) -> Run:
    """Return a function that runs steps in a pytest session of their own."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run_steps(
        *steps: Step,
        start: Callable[[], Kernel] = lambda: ScriptedKernel(log),
        deadline: float = math.inf,
        then: Callable[[Kernel], None] | None = None,
    ) -> tuple[list[StepResult], int]:
        results: list[Any] = []

        def serve(runner: Runner) -> None:
            try:
                results.append(runner.run(steps, start, Limits(), deadline, then))
            except Exception as error:
                results.append(error)

        serve_in_pytest(serve, tmp_path)
        if isinstance(results[0], Exception):
            raise results[0]
        return results[0]

    return run_steps


def test_a_check_passes_with_the_expected_output(run: Run, log: list[str]) -> None:
    results, kernels = run(setup("a"), answer("b"), check("out 3", "3"), check("out 4", "3", "q2"))

    assert [r.outcome for r in results] == ["passed", "passed", "passed", "failed"]
    assert results[3].reason == "Its output is not the expected one."
    assert (results[2].text, results[3].text) == ("3", "4")
    assert (kernels, log) == (1, ["start", "a", "b", "out 3", "out 4"])


def test_only_checks_are_compared_and_stderr_never(run: Run) -> None:
    results, _ = run(answer("out anything"), check("err a warning", ""), check("err 3", "3"))

    assert [r.outcome for r in results] == ["passed", "failed", "failed"]
    assert results[1].text == "a warning"
    empty = Step("q1-check", "check", "q1", "err a warning", [], 1)
    assert [r.outcome for r in run(empty)[0]] == ["passed"]


def test_an_error_is_noted_and_the_kernel_goes_on(run: Run, log: list[str]) -> None:
    results, kernels = run(answer("raise ValueError"), answer("out 1", "q2"))

    assert [r.outcome for r in results] == ["error", "passed"]
    assert (results[0].reason, results[0].text) == (
        "This cell raised an error.",
        "ValueError: no",
    )
    assert (kernels, log) == (1, ["start", "raise ValueError", "out 1"])


def test_a_cell_that_runs_out_of_memory_costs_its_kernel(run: Run, log: list[str]) -> None:
    results, kernels = run(setup("a"), answer("raise MemoryError"), answer("b", "q2"))

    assert [r.outcome for r in results] == ["passed", "memory", "passed"]
    assert results[1].reason == "This cell needed more memory than is allowed (2048 MB)."
    assert (kernels, log) == (2, ["start", "a", "raise MemoryError", "start", "a", "b"])


def test_a_cell_that_hangs_is_interrupted_and_not_replayed(run: Run, log: list[str]) -> None:
    results, kernels = run(answer("hang"), answer("b", "q2"), answer("die", "q3"), setup("c"))

    assert [r.outcome for r in results] == ["timeout", "passed", "died", "passed"]
    assert results[0].reason == "This cell did not finish within 10 s, so it was stopped."
    assert kernels == 2
    assert log == ["start", "hang", "interrupt", "b", "die", "start", "b", "c"]


def test_a_cell_that_ends_the_kernel_is_left_out_of_the_next(run: Run, log: list[str]) -> None:
    results, kernels = run(setup("a"), answer("die"), check("out 3", "3"))

    assert [r.outcome for r in results] == ["passed", "died", "passed"]
    assert results[1].reason == "It ended."
    assert (kernels, log) == (2, ["start", "a", "die", "start", "a", "out 3"])


def test_a_cell_that_answered_can_be_blamed_later(run: Run, log: list[str]) -> None:
    results, kernels = run(setup("a"), answer("last"), answer("b", "q2"))

    assert [r.outcome for r in results] == ["passed", "died", "passed"]
    assert results[1].reason == JUST_AFTER
    assert (kernels, log) == (2, ["start", "a", "last", "start", "a", "b"])


def test_a_kernel_that_does_not_start_blames_no_cell(run: Run) -> None:
    def refuse() -> Kernel:
        raise NotGraded("A kernel did not start.")

    with pytest.raises(NotGraded, match="A kernel did not start"):
        run(setup("a"), start=refuse)


def test_no_cell_starts_after_the_deadline(run: Run, log: list[str]) -> None:
    results, kernels = run(answer("a"), deadline=time.monotonic() - 1)

    assert [r.outcome for r in results] == ["skipped"]
    assert results[0].reason == "The time for the whole submission was spent before this cell."
    assert (kernels, log) == (0, [])


def test_the_last_kernel_can_be_asked_before_it_ends(run: Run) -> None:
    alive: list[bool] = []
    run(answer("a"), then=lambda kernel: alive.append(kernel.is_alive()))

    assert alive == [True]


class TestReadableText:
    def test_joins_what_a_reader_sees(self) -> None:
        outputs = [
            {"output_type": "stream", "text": ["a\n", "b\n"]},
            {"output_type": "execute_result", "data": {"text/plain": "3", "text/html": "<b>"}},
            {"output_type": "display_data", "data": {"text/html": "<b>"}},
            {"output_type": "error", "ename": "ValueError", "evalue": "no"},
            {"output_type": "other"},
        ]

        assert readable_text(outputs) == "a\nb\n3\nValueError: no"

    def test_is_harmless(self) -> None:
        text = "\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link \x00\x08 \u202eabc\u2066 tab\tend"

        assert readable_text([{"output_type": "stream", "text": text}]) == (
            "red link \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER} abc tab\tend"
        )

    @pytest.mark.parametrize("length", [4_001, 1_000_000])
    def test_is_cut(self, length: int) -> None:
        text = readable_text([{"output_type": "stream", "text": "x" * length}])

        assert text == "x" * 4_000 + "\n[...]"
