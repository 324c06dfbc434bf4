"""What a student may see comes from a kernel to which no hidden check was sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from corpus.answers import SPY
from foreign import HIDDEN_TEXTS, RIGHT, as_bytes, handed_in, master_cells, notebook

from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master, parse_master
from nbval_grader.running.pool import grade_job
from nbval_grader.running.protocol import Job, Limits, Outcome

GENEROUS = Limits(cell_seconds=30, submission_seconds=90)

TO_STDERR = """
import sys
def tell():
    sys.stderr = shell_stderr
    print('|'.join(seen), file=sys.stderr)
shell_stderr = sys.stderr
"""
TELL = "raise ValueError('|'.join(seen))"


def visible(outcome: Outcome) -> str:
    """Return all that feedback may show."""
    parts = [outcome.reason, *outcome.notices]
    for result in (*outcome.checks, *outcome.answers):
        parts += [result.reason, result.shown]
    return "\n".join(parts)


@pytest.mark.parametrize(
    "later",
    [
        {"q2-answer": TELL},
        {"q2-answer": f"def double(x):\n    {TELL}"},
        {"q2-answer": "print('|'.join(seen))\ndef double(x):\n    return x"},
        {"q3-answer": "import os\nprint('|'.join(seen), flush=True)\nos._exit(1)"},
        {"q3-answer": "def shout(text):\n    print('|'.join(seen))\n    return 'A'"},
        {"q2-answer": f"{TO_STDERR}def double(x):\n    tell()\n    return 2 * x"},
        {"q3-answer": f"{TO_STDERR}def shout(text):\n    tell()\n    return text.upper()"},
    ],
)
def test_no_hidden_check_reaches_the_feedback(
    graded: Callable[..., Outcome], later: dict[str, str]
) -> None:
    outcome = graded({"q1-answer": SPY + RIGHT["q1-answer"], **later}, limits=GENEROUS)
    feedback = visible(outcome)

    assert outcome.status == "graded"
    assert not [text for text in HIDDEN_TEXTS if text in feedback]


def test_the_spy_does_see_hidden_checks(graded: Callable[..., Outcome]) -> None:
    """Otherwise the test above could not fail."""
    outcome = graded({"q1-answer": SPY + RIGHT["q1-answer"], "q2-answer": TELL}, limits=GENEROUS)

    assert outcome.kernels == 2
    seen = graded(
        {
            "q1-answer": SPY + RIGHT["q1-answer"],
            "q2-answer": "def double(x):\n    print('|'.join(seen))\n    return x",
            "q3-answer": "def shout(text):\n    raise ValueError('|'.join(seen))",
        },
        limits=GENEROUS,
    )
    teachers = "\n".join(c.output for c in seen.checks)
    assert "and twice" in teachers
    assert "and twice" not in visible(seen)


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [
        ("import os\nos._exit({})", (0, 1, 77, 255)),
        ("import os\nos.kill(os.getpid(), {})", (9, 10, 15, 34, 64)),
        ("import os\ndef double(x):\n    os._exit(ord('{}'))", ("a", "b")),
        ("import time\ntime.sleep({})\nwhile True: pass", (0.3, 1.6)),
    ],
    ids=["exit code", "signal", "exit code in a check", "time left"],
)
def test_no_message_contains_a_number_that_an_answer_chose(
    answer: str, numbers: tuple[object, ...], graded: Callable[..., Outcome]
) -> None:
    """An answer that has seen a hidden check could spell it out in such numbers."""
    limits = Limits(cell_seconds=30, submission_seconds=4)
    feedback = {
        visible(graded({"q2-answer": answer.format(number)}, limits=limits)) for number in numbers
    }

    assert len(feedback) == 1


def test_no_message_shows_how_long_an_earlier_cell_took(graded: Callable[..., Outcome]) -> None:
    limits = Limits(cell_seconds=4, submission_seconds=5)
    feedback = set()
    for seconds in (1.5, 2.5):
        slow = f"import time\ntime.sleep({seconds})\n" + RIGHT["q1-answer"]
        feedback.add(
            visible(graded({"q1-answer": slow, "q2-answer": "while True: pass"}, limits=limits))
        )

    assert len(feedback) == 1


def test_a_passed_check_shows_the_masters_output(graded: Callable[..., Outcome]) -> None:
    noisy = (
        f"{SPY}import sys\nasync def noisy(self, *args, **kwargs):\n"
        "    print('noise', file=sys.stderr)\n"
        "    return await watching(self, *args, **kwargs)\n"
        f"shell.run_cell_async = noisy\n{RIGHT['q2-answer']}"
    )
    outcome = graded({"q2-answer": noisy}, limits=GENEROUS)

    assert "noise" in outcome.checks[3].output
    assert [c.shown for c in outcome.checks if not c.hidden] == ["q1: yes.", "q2: yes.", "q3: yes."]


def test_output_before_the_first_hidden_check_is_shown_at_once(
    graded: Callable[..., Outcome],
) -> None:
    outcome = graded({"q1-answer": "print('hello')\nlargest = 2"}, limits=GENEROUS)

    assert outcome.kernels == 1
    assert outcome.answers[0].shown == "hello"
    assert outcome.checks[0].shown == "q1: not yet. Look at every number."
    assert [c.shown for c in outcome.checks if c.hidden] == [""] * 6


def test_an_untouched_exercise_runs_once(graded: Callable[..., Outcome]) -> None:
    outcome = graded(as_bytes(handed_in({})), limits=GENEROUS)

    assert (outcome.points, outcome.kernels) == (0, 1)
    assert {a.outcome for a in outcome.answers} == {"untouched"}
    assert {c.reason for c in outcome.checks} == {"This question has not been answered yet."}
    assert visible(outcome).count("Error") == 0


def test_a_submission_out_of_time_keeps_its_points(graded: Callable[..., Outcome]) -> None:
    slow = "import time\ntime.sleep(60)"
    limits = Limits(cell_seconds=50, submission_seconds=4)
    outcome = graded({"q2-answer": slow}, limits=limits)

    assert [c.outcome for c in outcome.checks if c.question == "q1"] == ["passed"] * 3
    assert outcome.checks[-1].outcome == "skipped"
    assert (
        outcome.checks[-1].reason == "The time for the whole submission was spent before this cell."
    )
    assert outcome.answers[1].reason == (
        "The time for the whole submission (4 s) was spent while this cell ran, so it was stopped."
    )
    assert outcome.points == 2


def test_the_manual_answer_is_returned(graded: Callable[..., Outcome]) -> None:
    outcome = graded({"d1-answer": "Because of trust."}, limits=GENEROUS)

    assert outcome.manual == {"d1": "Because of trust."}


def test_the_master_earns_full_points_and_lists_its_modules(master: Master, confined: None) -> None:
    outcome = grade_job(Job("foreign", dump(master.notebook), None, GENEROUS))

    assert outcome.points == outcome.max_points == 6
    assert {"nbval_grader.checking", "IPython"} <= set(outcome.modules)


def test_a_thread_that_ends_every_kernel_later_costs_no_other_question(
    graded: Callable[..., Outcome],
) -> None:
    """The cell that died runs again without that answer, which then is not replayed any more."""
    bomb = "import os, threading\nthreading.Timer(0.3, os._exit, (9,)).start()\nlargest = 3"
    slow = "import time\ntime.sleep(1)\n" + RIGHT["q2-answer"]
    outcome = graded({"q1-answer": bomb, "q2-answer": slow}, limits=GENEROUS)

    by_question = {
        q: sum(c.earned for c in outcome.checks if c.question == q) for q in ("q1", "q2", "q3")
    }
    assert by_question == {"q1": 2, "q2": 2, "q3": 2}
    blamed = next(answer for answer in outcome.answers if answer.question == "q1")
    assert (blamed.outcome, "thread" in blamed.reason) == ("died", True)


@pytest.mark.parametrize(
    "answer",
    [
        "import asyncio\nasyncio.get_event_loop().stop()" + RIGHT["q2-answer"],
        "import os\nos._exit(1)",
    ],
    ids=["ends just after it has answered", "ends at once"],
)
def test_a_thread_of_the_masters_own_is_not_suspected(
    answer: str, graded: Callable[..., Outcome]
) -> None:
    cells = master_cells()
    setup = next(cell for cell in cells if cell["id"] == "setup")
    setup["source"] += (
        "\nimport threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    )
    master = parse_master(notebook(cells, title="Numbers", points=6), "foreign")
    third = "assert numbers, 'the setup is gone'\n" + RIGHT["q3-answer"]
    answers = {**RIGHT, "q2-answer": answer, "q3-answer": third}
    outcome = graded(as_bytes(handed_in(answers, master)), master=master, limits=GENEROUS)

    lost = {check.question: check.reason for check in outcome.checks if not check.earned}
    assert lost.keys() == {"q2"}, lost
