"""Jobs and outcomes are the same after they were sent to another process."""

from __future__ import annotations

import json
import math
import pickle

import pytest
from classroom import outcome as graded
from foreign import foreign_master

from nbval_grader.errors import BadInput
from nbval_grader.running.protocol import AnswerResult, Job, Limits, Outcome


@pytest.mark.parametrize("submission", [None, b"", bytes(range(256))])
def test_a_job_can_be_sent(submission: bytes | None) -> None:
    job = Job(
        "foreign",
        "{}",
        submission,
        Limits(cell_seconds=0.5),
        sandbox=False,
        readable=("/data",),
        protected=("/solutions", "/in"),
        modules=("json",),
    )

    assert Job.from_json(json.loads(json.dumps(job.to_json()))) == job
    assert pickle.loads(pickle.dumps(job)) == job


def test_an_outcome_can_be_sent() -> None:
    outcome = graded(["q1"], notices=["One cell is missing."])
    outcome.answers.append(AnswerResult("q1", "q1-answer", "id", shown="3"))

    assert Outcome.from_json(json.loads(json.dumps(outcome.to_json()))) == outcome
    assert outcome.points == 2


def test_an_outcome_without_points_lists_every_check() -> None:
    master = foreign_master()
    outcome = Outcome.without_points(master, "missing", "Nothing was handed in.", sandboxed=True)

    assert (outcome.status, outcome.reason, outcome.sandboxed) == (
        "missing",
        "Nothing was handed in.",
        True,
    )
    assert (outcome.points, outcome.max_points) == (0, 6)
    assert [check.cell for check in outcome.checks] == [check.cell for check in master.checks]
    assert {check.outcome for check in outcome.checks} == {"skipped"}
    assert outcome.checks[0].hint == "There is a function for this."


@pytest.mark.parametrize("value", [0, -1, math.nan])
@pytest.mark.parametrize("name", ["cell_seconds", "memory_mb", "output_mb"])
def test_a_limit_must_be_above_0(name: str, value: float) -> None:
    with pytest.raises(BadInput, match=f"{name} must be above 0, got {value}"):
        Limits(**{name: value})


def test_a_job_does_not_print_the_answers() -> None:
    job = Job("foreign", "the answers", b"a submission")

    assert "the answers" not in repr(job)
    assert "a submission" not in repr(job)
