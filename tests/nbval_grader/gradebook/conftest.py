"""What the tests of the gradebook share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from classroom import fill, ordinary_class, outcome

from nbval_grader.gradebook.store import Gradebook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    """Return a gradebook with an ordinary class of six."""
    with Gradebook(tmp_path / "gradebook.sqlite") as gradebook:
        fill(gradebook, ordinary_class())
        yield gradebook


@pytest.fixture
def mixed_class(tmp_path: Path) -> Iterator[Gradebook]:
    """Return a gradebook with three groups of four that differ in what they know."""
    with Gradebook(tmp_path / "mixed.sqlite") as gradebook:
        outcomes = {
            **{f"a{n}": outcome(["q1", "q2", "q3"]) for n in range(4)},
            **{
                f"b{n}": outcome(
                    ["q1", "q2"], wrong={"q3-hidden-1": "word word"}, untouched=["q3"] * (n == 0)
                )
                for n in range(4)
            },
            **{
                f"c{n}": outcome(["q1"], wrong={"q2-check": f"at 0x7f00dead{n:04x}"})
                for n in range(4)
            },
            "missing": outcome([], status="missing", reason="Nothing was handed in."),
            "unreadable": outcome([], status="unreadable", reason="The file is empty."),
        }
        fill(gradebook, outcomes)
        yield gradebook
