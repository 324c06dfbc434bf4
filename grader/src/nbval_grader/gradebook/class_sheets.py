"""The teacher's own tables of a class as CSV: points by exercise, points by question, who to ask."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from ..notebooks.format import total
from .item_analysis import Analysis
from .sheets import csv_text
from .standings import Standing
from .store import Gradebook

__all__ = ["format_grades", "format_items", "format_late_and_missing", "format_questions"]


def format_grades(standings: Sequence[Standing], names: Mapping[str, str]) -> str:
    """Write a row for each student, with the points of each exercise.

    Parameters
    ----------
    standings : sequence of Standing
        How everyone stands.
    names : mapping of str to str
        Full names by student; empty where there is no roster.

    Returns
    -------
    str
        CSV.
    """
    by_student: dict[str, dict[str, Standing]] = {}
    for s in standings:
        by_student.setdefault(s.student, {})[s.notebook] = s
    max_points = {s.notebook: s.total_max for s in standings}
    notebooks = sorted(max_points)
    heads = ["student", *(["name"] if names else [])]
    for notebook in notebooks:
        heads += [notebook, f"{notebook} of", f"{notebook} remarks"]
    heads += ["total", "total of", "percent"]
    rows: list[list[object]] = []
    for student in sorted(by_student):
        own = by_student[student]
        row: list[object] = [student, *([names.get(student, "")] if names else [])]
        for notebook in notebooks:
            one = own.get(notebook)
            row += [
                one.total if one and one.is_handed_in else None,
                max_points[notebook],
                one.remarks if one else "missing",
            ]
        earned, whole = total(s.total for s in own.values()), total(max_points.values())
        rows.append([*row, earned, whole, round(100 * earned / whole, 2) if whole else None])
    return csv_text(heads, rows)


def format_questions(gradebook: Gradebook, standings: Sequence[Standing]) -> str:
    """Write a row for each student and question.

    Parameters
    ----------
    gradebook : Gradebook
        The marks.
    standings : sequence of Standing
        Whose submissions to write.

    Returns
    -------
    str
        CSV.
    """
    wanted = {(s.student, s.notebook) for s in standings}
    rows: list[tuple[str, str, str, float | None, float, str, str]] = [
        (q.student, q.notebook, q.question, q.earned, q.points, "checks", "")
        for q in gradebook.list_question_points()
    ]
    rows += [
        (m.student, m.notebook, m.question, m.earned, m.max_points, "by hand", m.comment)
        for m in gradebook.list_manual_answers()
    ]
    rows.sort(key=lambda row: (row[1], row[0], row[2]))
    heads = ["student", "notebook", "question", "points", "of", "marked by", "comment"]
    return csv_text(heads, [row for row in rows if row[:2] in wanted])


def format_late_and_missing(standings: Sequence[Standing], names: Mapping[str, str]) -> str:
    """Write a row for each submission that somebody should ask about.

    Parameters
    ----------
    standings : sequence of Standing
        How everyone stands.
    names : mapping of str to str
        Full names by student.

    Returns
    -------
    str
        CSV; moments are in local time.
    """
    rows = [
        (s.student, names.get(s.student, ""), s.notebook, what, why, _spell_time(s.submitted_at))
        for s in standings
        for what, why in (
            ("late", s.late),
            (s.status, s.reason if s.status != "graded" else ""),
        )
        if why
    ]
    return csv_text(["student", "name", "notebook", "what", "why", "handed in"], rows)


def _spell_time(seconds: float | None) -> str:
    """Spell a moment in local time."""
    return "" if seconds is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def format_items(analyses: Sequence[Analysis]) -> str:
    """Write a row for each question, with its figures.

    Parameters
    ----------
    analyses : sequence of Analysis
        Exercises.

    Returns
    -------
    str
        CSV.
    """

    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 4)

    heads = [
        "notebook",
        "question",
        "title",
        "points",
        "students",
        "attempted",
        "difficulty",
        "discrimination",
        "upper-lower index",
        "median seconds",
        "remark",
    ]
    rows = [
        (
            analysis.notebook,
            item.question,
            item.title,
            item.points,
            item.students,
            item.attempted,
            rounded(item.difficulty),
            rounded(item.discrimination),
            rounded(item.index),
            rounded(item.seconds),
            item.remark,
        )
        for analysis in analyses
        for item in analysis.items
    ]
    return csv_text(heads, rows)
