"""Records: what they say of themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nbval_grader.gradebook.records import AnswerStatus, ManualRecord, digest_answer

ANSWER = ManualRecord("ann", "foreign", "d1", "Because.", 2.0, None, "", "", None, None)


@pytest.mark.parametrize(
    ("earned", "digest", "is_changed"),
    [
        (1.0, digest_answer("Because."), False),
        (1.0, digest_answer("Because"), True),
        (0.0, digest_answer("Because"), True),
        (1.0, None, False),
        (None, digest_answer("Because"), False),
    ],
)
def test_an_answer_is_changed_where_the_mark_was_given_for_another_text(
    earned: float | None, digest: str | None, is_changed: bool
) -> None:
    record = replace(ANSWER, earned=earned, marked_digest=digest)
    assert record.is_changed_since_marked is is_changed
    assert record.key == ("ann", "foreign", "d1")


def test_a_digest_is_of_the_text_alone() -> None:
    assert digest_answer("") == "e3b0c44298fc"
    assert digest_answer("half a pair: \ud800") == digest_answer("half a pair: ?")


@pytest.mark.parametrize(
    ("found_by", "outcome", "is_answered"),
    [
        ("id", "passed", True),
        ("position", "error", True),
        ("id", "untouched", False),
        ("missing", "skipped", False),
        ("ambiguous", "skipped", False),
    ],
)
def test_an_answer_counts_where_it_was_found_and_changed(
    found_by: str, outcome: str, is_answered: bool
) -> None:
    assert AnswerStatus("ann", "q1", found_by, outcome).is_answered is is_answered
