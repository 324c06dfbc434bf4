"""A small class in a gradebook, made without running anything."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from foreign import foreign_master, handed_in

from nbval_grader.gradebook.store import Gradebook
from nbval_grader.gradebook.submissions import Submission
from nbval_grader.notebooks.master import Master
from nbval_grader.running.protocol import AnswerResult, CheckResult, Job, Outcome

MONDAY = 1_772_409_600.0
TIMES = ("seconds", "submitted_at", "graded_at", "marked_at")
SECRET = "SECRET-OF-A-HIDDEN-CHECK"
WRITTEN = "Why?\n\nBecause <b>trust</b> grows & grows."
UNTOUCHED = "Why?\n\n*Write your answer here.*"


def outcome(
    right: Iterable[str],
    *,
    master: Master | None = None,
    wrong: Mapping[str, str] | None = None,
    shown: str = "not yet",
    manual: str = WRITTEN,
    status: str = "graded",
    reason: str = "",
    notices: Iterable[str] = (),
    sandboxed: bool = True,
    untouched: Iterable[str] = (),
) -> Outcome:
    """Return what grading would give: `right` questions pass every check, all others none.

    `wrong` are outputs of single check cells; every hidden check's output holds `SECRET`.
    """
    master = master or foreign_master()
    right, untouched = set(right), set(untouched)
    result = Outcome(status, reason=reason, max_points=master.points, sandboxed=sandboxed)
    result.notices, result.seconds = list(notices), 0.25
    for check in master.checks:
        passed = check.question in right and check.cell not in (wrong or {})
        output = (wrong or {}).get(check.cell, "" if passed else "wrong")
        result.checks.append(
            CheckResult(
                check.cell,
                check.question,
                check.hidden,
                check.points,
                earned=check.points if passed else 0.0,
                outcome="passed" if passed else "failed",
                reason="" if passed else "Its output is not the expected one.",
                hint=check.hint,
                shown=("fine" if passed else shown) if not check.hidden else "",
                output=f"{SECRET} {output}" if check.hidden else output,
                seconds=0.125,
            )
        )
    for question in master.questions.values():
        result.answers.append(
            AnswerResult(
                question.name,
                question.cell,
                "id",
                outcome="untouched" if question.name in untouched else "passed",
                source="answer",
            )
        )
    result.manual = dict.fromkeys(master.manual, manual)
    return result


def fill(
    gradebook: Gradebook,
    outcomes: Mapping[str, Outcome],
    *,
    master: Master | None = None,
    paths: Mapping[str, str] | None = None,
    submitted_at: float | None = MONDAY,
) -> None:
    """Save an outcome for each student."""
    master = master or foreign_master()
    gradebook.save_exercise(master)
    for student, result in outcomes.items():
        path = (paths or {}).get(student, f"class/{student}/{master.name}.ipynb")
        handed = result.status != "missing"
        gradebook.save_submission(
            Submission(
                student,
                master.name,
                Path(path) if handed else None,
                submitted_at if handed else None,
            ),
            result,
            master,
            digest=f"digest of {student}",
            versions="{}",
        )


class ImmediateExecutor(Executor):
    """Grades each job at once by a function."""

    def __init__(self, grade: Callable[[Job], Outcome]) -> None:
        self.grade = grade
        self.jobs: list[Job] = []

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.jobs.append(args[0])
        future: Future[Any] = Future()
        try:
            future.set_result(self.grade(args[0]))
        except Exception as error:
            future.set_exception(error)
        return future


def run_sql(path: Path, *statements: str) -> None:
    """Change a gradebook's file without the store."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def read_tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything in a gradebook but times, to compare two of them."""
    tables = {}
    with contextlib.closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
        for (name,) in names:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            timeless = ", ".join(column for column in columns if column not in TIMES)
            rows = connection.execute(f"SELECT {timeless} FROM {name}").fetchall()
            tables[name] = sorted(rows, key=repr)
    return tables


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def ordinary_class() -> dict[str, Outcome]:
    """Return six students: all right, one question less each, one missing, one unreadable."""
    return {
        "ann": outcome(["q1", "q2", "q3"]),
        "bo": outcome(["q1", "q2"]),
        "chen": outcome(["q1"], manual=UNTOUCHED),
        "dora": outcome([], untouched=["q1", "q2", "q3"], manual=UNTOUCHED),
        "eve": outcome([], status="missing", reason="Nothing was handed in.", manual=""),
        "fay": outcome([], status="unreadable", reason="The file is empty.", manual=""),
    }


def hand_in(path: Path, answers: Mapping[str, str] | None = None) -> Path:
    """Write the exercise with these answers to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = handed_in() if answers is None else handed_in(answers)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path
