"""Marks given by hand: discussion answers go out as a sheet with their rubric and come back as points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput
from ..notebooks.student_version import MANUAL_STUB
from .records import ManualRecord, Mark, digest_answer
from .sheets import Row, csv_text, read_sheet
from .store import Gradebook

__all__ = ["Imported", "export_marks", "import_marks", "is_unanswered"]

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
MAX_ERRORS = 10
CLEAR = "-"

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Imported:
    """The result of reading a sheet of marks.

    Attributes
    ----------
    marked : int
        Marks, with their comments, that are new or differ from before.
    cleared : int
        Marks taken back.
    unchanged : int
        Marks that stood already.
    open : int
        Rows without a mark.
    commented : int
        Those of them whose comment is new or differs from before.
    """

    marked: int
    cleared: int
    unchanged: int
    open: int
    commented: int


def is_unanswered(text: str) -> bool:
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


def _state_of(answer: ManualRecord) -> str:
    """Say in a few words what there is to do for an answer."""
    if answer.is_changed_since_marked:
        return "changed since marked"
    if answer.earned is not None:
        return "marked"
    return "empty" if is_unanswered(answer.text) else "to mark"


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
    questions = {
        (exercise.notebook, question.name): question
        for exercise in gradebook.list_exercises()
        for question in exercise.questions
    }
    graded = {
        (submission.student, submission.notebook)
        for submission in gradebook.list_submissions()
        if submission.status == "graded"
    }
    rows = []
    for answer in gradebook.list_manual_answers():
        if (answer.student, answer.notebook) not in graded:
            continue
        if notebooks is not None and answer.notebook not in notebooks:
            continue
        state = _state_of(answer)
        if not everything and state in ("marked", "empty"):
            continue
        question = questions.get((answer.notebook, answer.question))
        text = answer.text
        rows.append(
            (
                *answer.key,
                question.title if question else "",
                question.rubric if question else "",
                text if len(text) <= MAX_ANSWER else text[:MAX_ANSWER] + "\n[...]",
                answer.max_points,
                answer.earned,
                answer.comment,
                state,
                digest_answer(text),
            )
        )
    return csv_text(COLUMNS, rows), len(rows)


def import_marks(gradebook: Gradebook, path: Path | str, *, marker: str = "") -> Imported:
    """Read a sheet of marks into the gradebook, all of it or nothing.

    An empty cell leaves a mark or a comment as it is; ``-`` takes a mark back. Marks stay when a
    submission is graded again.

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
    sheet.require_columns(*NEEDED)
    known = {answer.key: answer for answer in gradebook.list_manual_answers()}
    errors: list[str] = []
    lines: dict[Key, int] = {}
    marks: list[Mark] = []
    unchanged = left_open = cleared = commented = 0
    for row in sheet.rows:
        key = (row.cells["student"], row.cells["notebook"], row.cells["question"])
        error = _find_error(row, key, known, lines)
        lines.setdefault(key, row.line)
        if error:
            errors.append(f"line {row.line}: {error}")
            continue
        before = known[key]
        comment = row.cells.get("comment")
        if not row.cells["points"]:
            left_open += 1
            if comment and comment != before.comment:
                commented += 1
                marks.append(Mark(*key, before.earned, comment, before.marked_digest))
            continue
        points = _parse_points(row.cells["points"])
        same = points == before.earned and comment in (None, before.comment)
        if same and not before.is_changed_since_marked:
            unchanged += 1
            continue
        cleared += points is None
        marks.append(Mark(*key, points, comment, digest_answer(before.text)))
    if errors:
        more = f"; and {len(errors) - MAX_ERRORS} more" if len(errors) > MAX_ERRORS else ""
        raise BadInput(
            f"{sheet.path}: nothing was changed. {'; '.join(errors[:MAX_ERRORS])}{more}."
        )
    gradebook.save_marks(marks, marker=marker)
    return Imported(len(marks) - cleared - commented, cleared, unchanged, left_open, commented)


def _find_error(
    row: Row, key: Key, known: Mapping[Key, ManualRecord], lines: dict[Key, int]
) -> str:
    """Say what is wrong with a row, or nothing."""
    student, notebook, question = key
    if key in lines:
        return f"{student!r}, {notebook}, {question} stands on line {lines[key]} already"
    if key not in known:
        if not any(k[0] == student for k in known):
            return f"there is no student {student!r}"
        if not any(k[1] == notebook for k in known):
            return f"there is no exercise {notebook!r} with answers to mark by hand"
        return f"{student!r} has no answer to mark for {notebook}, {question!r}"
    if len(row.cells.get("comment", "")) > MAX_COMMENT:
        return f"the comment is longer than {MAX_COMMENT:,} characters"
    text = row.cells["points"]
    if not text:
        return ""
    try:
        points = _parse_points(text)
    except ValueError:
        return f"points must be a number (or {CLEAR} to take a mark back), got {text!r}"
    max_points = known[key].max_points
    if points is not None and not 0 <= points <= max_points:
        return f"points must lie in [0, {max_points:g}], got {points:g}"
    version = row.cells.get("version", "")
    if version and version != digest_answer(known[key].text):
        return f"the answer of {student!r} to {question} changed since the export; export again"
    return ""


def _parse_points(text: str) -> float | None:
    """Read a number as people of any country write it; None where a mark is taken back."""
    if text == CLEAR:
        return None
    value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(text)
    return value
