"""What the grader's tests share: a foreign master, and a way to grade an answer in a moment."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from nbval_grader.errors import CannotConfine
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master
from nbval_grader.running.pool import close_workers, grade_job
from nbval_grader.running.protocol import Job, Limits, Outcome

sys.path.insert(0, str(Path(__file__).parent))

from foreign import RIGHT, as_bytes, foreign_master, handed_in

TIGHT = Limits(cell_seconds=2, submission_seconds=25, memory_mb=1500)


@pytest.fixture(scope="session")
def master() -> Master:
    """Return a master with three questions of two points each."""
    return foreign_master()


@pytest.fixture(scope="session", autouse=True)
def engines() -> Iterator[None]:
    """End the worker processes with the tests."""
    yield
    close_workers()


@pytest.fixture(scope="session")
def confined(master: Master) -> None:
    """Skip, with the reason, where student code cannot be confined."""
    try:
        grade_job(Job("foreign", dump(master.notebook), as_bytes(handed_in()), TIGHT))
    except CannotConfine as error:
        pytest.skip(str(error))


@pytest.fixture
def graded(master: Master, confined: None) -> Callable[..., Outcome]:
    """Return a function that grades answers, or a file's bytes, confined."""

    def grade(submission: Mapping[str, str] | bytes = RIGHT, **settings: Any) -> Outcome:
        if isinstance(submission, bytes):
            data = submission
        else:
            data = as_bytes(handed_in({**RIGHT, **submission}))
        return grade_job(
            Job(
                "foreign",
                dump(settings.pop("master", master).notebook),
                data,
                settings.pop("limits", TIGHT),
                **settings,
            )
        )

    return grade
