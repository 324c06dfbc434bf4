"""Marks given by hand: discussion answers go out as a sheet with their rubric and come back as points."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput
from ..notebooks.student_version import MANUAL_STUB
from .sheets import Row, csv_text, read_sheet
from .store import Gradebook

__all__ = ["Imported", "changed_since_marked", "export_marks", "import_marks", "unanswered"]

COLUMNS = (
    "student",
    "notebook",
    "question",
    "title",
    "rubric",
    "answer",
    "out of",
    "points",
    "comment",
    "state",
    "version",
)
NEEDED = ("student", "notebook", "question", "points")
MAX_ANSWER = 30_000
MAX_COMMENT = 10_000
SHOWN = 10
CLEAR = "-"


@dataclass(frozen=True)
class Imported:
    """What reading a sheet of marks came to.

    Attributes
    ----------
    marked : int
        Marks that are new or differ from before.
    cleared : int
        Marks taken back.
    unchanged : int
        Marks that stood already.
    open : int
        Rows without a mark.
    """

    marked: int
    cleared: int
    unchanged: int
    open: int


def unanswered(text: str) -> bool:
    """Say whether a discussion cell holds nothing of the student's.

    Parameters
    ----------
    text : str
        The cell.

    Returns
    -------
    bool
        True if it is empty or still holds the line to be replaced.
    """
    return not text.strip() or MANUAL_STUB in text


def _version(text: str) -> str:
    """Return a short name of an answer as it stands."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _note(student: str, notebook: str, question: str) -> str:
    """Return the key under which the gradebook keeps which version was marked."""
    return "marked " + json.dumps([student, notebook, question], ensure_ascii=False)


def changed_since_marked(gradebook: Gradebook) -> list[tuple[str, str, str]]:
    """List answers that a student changed after they had been marked.

    Parameters
    ----------
    gradebook : Gradebook
        The marks.

    Returns
    -------
    list of tuple of str
        Student, notebook and question.
    """
    kept = {
        row["key"]: row["value"]
        for row in gradebook.connection.execute(
            "SELECT key, value FROM meta WHERE key LIKE 'marked %'"
        )
    }
    if not kept:
        return []
    return [
        (row["student"], row["notebook"], row["question"])
        for row in gradebook.connection.execute(
            "SELECT student, notebook, question, text FROM manual WHERE earned IS NOT NULL"
        )
        if kept.get(_note(row["student"], row["notebook"], row["question"]), _version(row["text"]))
        != _version(row["text"])
    ]


def export_marks(
    gradebook: Gradebook, *, notebooks: Sequence[str] | None = None, everything: bool = False
) -> tuple[str, int]:
    """Write the discussion answers as a sheet to be marked.

    Parameters
    ----------
    gradebook : Gradebook
        The marks.
    notebooks : sequence of str, optional
        Only these exercises.
    everything : bool, default False
        Whether to include answers that are marked already, and those left empty.

    Returns
    -------
    str
        The sheet, as CSV, question by question.
    int
        Rows.
    """
    described: dict[tuple[str, str], tuple[str, str]] = {}
    for row in gradebook.connection.execute("SELECT notebook, questions FROM notebooks"):
        for question in json.loads(row["questions"]):
            key = (row["notebook"], question["question"])
            described[key] = (question["title"], question.get("rubric", ""))
    changed = set(changed_since_marked(gradebook))
    rows = []
    for row in gradebook.connection.execute(
        "SELECT manual.* FROM manual JOIN submissions USING (student, notebook) "
        "WHERE submissions.status = 'graded' ORDER BY notebook, question, student"
    ):
        if notebooks is not None and row["notebook"] not in notebooks:
            continue
        empty = unanswered(row["text"])
        again = (row["student"], row["notebook"], row["question"]) in changed
        state = (
            "changed since marked"
            if again
            else "marked"
            if row["earned"] is not None
            else "empty"
            if empty
            else "to mark"
        )
        if not everything and state in ("marked", "empty"):
            continue
        title, rubric = described.get((row["notebook"], row["question"]), ("", ""))
        text = row["text"]
        cut = text if len(text) <= MAX_ANSWER else text[:MAX_ANSWER] + "\n[...]"
        rows.append(
            (
                row["student"],
                row["notebook"],
                row["question"],
                title,
                rubric,
                cut,
                row["max_points"],
                row["earned"],
                row["comment"],
                state,
                _version(text),
            )
        )
    return csv_text(COLUMNS, rows), len(rows)


def import_marks(gradebook: Gradebook, path: Path | str, *, marker: str = "") -> Imported:
    """Read a sheet of marks into the gradebook, all of it or nothing.

    An empty cell leaves a mark as it is; ``-`` takes it back. Marks stay when a submission is
    graded again.

    Parameters
    ----------
    gradebook : Gradebook
        The marks, open for writing.
    path : Path or str
        The sheet, with at least the columns student, notebook, question and points.
    marker : str, optional
        Who marked.

    Returns
    -------
    Imported
        What it came to.

    Raises
    ------
    BadInput
        Naming each row that cannot be used, and why; nothing is changed then.
    """
    sheet = read_sheet(path)
    sheet.needs(*NEEDED)
    known = {
        (row["student"], row["notebook"], row["question"]): row
        for row in gradebook.connection.execute("SELECT * FROM manual")
    }
    changed = set(changed_since_marked(gradebook))
    faults: list[str] = []
    seen: dict[tuple[str, str, str], int] = {}
    changes: list[tuple[tuple[str, str, str], float | None, str | None, str]] = []
    unchanged = left_open = cleared = 0
    for row in sheet.rows:
        key = (row.cells["student"], row.cells["notebook"], row.cells["question"])
        fault = _fault(row, key, known, seen)
        seen.setdefault(key, row.line)
        if fault:
            faults.append(f"line {row.line}: {fault}")
            continue
        stands = known[key]
        given = row.cells["points"]
        comment = row.cells.get("comment")
        if not given:
            left_open += 1
            continue
        points = None if given == CLEAR else _points(given)
        if points is not None and not 0 <= points <= stands["max_points"]:
            faults.append(
                f"line {row.line}: points must lie in [0, {stands['max_points']:g}], got {points:g}"
            )
            continue
        same = points == stands["earned"] and comment in (None, stands["comment"])
        if same and key not in changed:
            unchanged += 1
            continue
        cleared += points is None
        changes.append((key, points, comment, _version(stands["text"])))
    if faults:
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise BadInput(f"{sheet.path}: nothing was changed. {'; '.join(faults[:SHOWN])}{more}.")
    _store(gradebook, changes, marker)
    return Imported(len(changes) - cleared, cleared, unchanged, left_open)


def _fault(
    row: Row,
    key: tuple[str, str, str],
    known: dict[tuple[str, str, str], sqlite3.Row],
    seen: dict[tuple[str, str, str], int],
) -> str:
    """Say what is wrong with a row, or nothing."""
    student, notebook, question = key
    if key in seen:
        return f"{student!r}, {notebook}, {question} stands on line {seen[key]} already"
    if key not in known:
        if not any(k[0] == student for k in known):
            return f"there is no student {student!r}"
        if not any(k[1] == notebook for k in known):
            return f"there is no exercise {notebook!r} with answers to mark by hand"
        return f"{student!r} has no answer to mark for {notebook}, {question!r}"
    given = row.cells["points"]
    if given and given != CLEAR and _points(given) is None:
        return f"points must be a number (or - to take a mark back), got {given!r}"
    if len(row.cells.get("comment", "")) > MAX_COMMENT:
        return f"the comment is longer than {MAX_COMMENT:,} characters"
    version = row.cells.get("version", "")
    if given and version and version != _version(known[key]["text"]):
        return f"the answer of {student!r} to {question} changed since the export; export again"
    return ""


def _points(text: str) -> float | None:
    """Read a number as people of any country write it."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _store(
    gradebook: Gradebook,
    changes: Sequence[tuple[tuple[str, str, str], float | None, str | None, str]],
    marker: str,
) -> None:
    """Write marks, and which version of the answer each was given for."""
    now = time.time()
    with gradebook.transaction() as connection:
        for key, points, comment, version in changes:
            connection.execute(
                "UPDATE manual SET earned=?, comment=coalesce(?, comment), marker=?, marked_at=? "
                "WHERE student=? AND notebook=? AND question=?",
                (points, comment, marker, now, *key),
            )
            if points is None:
                connection.execute("DELETE FROM meta WHERE key=?", (_note(*key),))
            else:
                connection.execute(
                    "INSERT OR REPLACE INTO meta VALUES (?,?)", (_note(*key), version)
                )
