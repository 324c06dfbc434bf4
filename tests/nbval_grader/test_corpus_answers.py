"""A wrong answer loses points only for its own question, whatever it does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from corpus.answers import CASES, GENEROUS, RIGHT, Case
from foreign import HIDDEN_TEXTS

from nbval_grader.running.protocol import Outcome


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_answer_costs_only_its_own_question(case: Case, graded: Callable[..., Outcome]) -> None:
    outcome = graded({"q2-answer": case.source}, limits=case.limits)

    assert outcome.status == "graded", outcome.reason
    lost = [f"{c.cell}: {c.outcome} {c.reason} {c.output}" for c in outcome.checks if not c.earned]
    assert outcome.points == case.points, lost
    assert all(c.earned == c.points for c in outcome.checks if c.question != "q2"), lost
    feedback = "\n".join(
        [*(f"{c.reason}\n{c.shown}" for c in outcome.checks if c.question == "q2")]
        + [f"{a.reason}\n{a.shown}" for a in outcome.answers if a.question == "q2"]
        + outcome.notices
    )
    assert case.says in feedback
    visible = [c.reason + c.shown for c in outcome.checks] + [a.shown for a in outcome.answers]
    assert not [text for text in HIDDEN_TEXTS if text in "\n".join([feedback, *visible])]
    assert not set(feedback) & set("\x1b\x07\x00\u202e\ud800")


@pytest.mark.parametrize("delay", [0.0, 0.003, 0.006, 0.012, 0.02])
def test_a_timer_that_ends_the_kernel_later_costs_no_other_question(
    delay: float, graded: Callable[..., Outcome]
) -> None:
    source = f"import os, threading\nthreading.Timer({delay}, os._exit, (4,)).start()" + RIGHT
    outcome = graded({"q2-answer": source}, limits=GENEROUS)

    assert outcome.status == "graded"
    lost = {check.question: check.reason for check in outcome.checks if not check.earned}
    assert lost.keys() <= {"q2"}, lost


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
