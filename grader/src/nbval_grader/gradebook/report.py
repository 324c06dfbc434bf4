"""What a teacher takes from a gradebook: tables, import files, pages and feedback in one folder."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plotly.offline import get_plotlyjs

from ..errors import BadInput, NotWritable
from ..files import write_atomic
from ..pages import render
from .class_sheets import format_grades, format_items, format_late_and_missing, format_questions
from .feedback import render_all_feedback
from .item_analysis import analyse
from .items_page import render_items
from .platform_sheets import format_canvas, format_moodle
from .roster import Roster
from .standings import Standing, add_absent, list_standings
from .store import Gradebook

__all__ = ["Report", "write_report"]


@dataclass(frozen=True)
class Report:
    """The result of writing a report.

    Attributes
    ----------
    standings : list of Standing
        How everyone stands, people of the roster who never handed in anything included.
    files : list of Path
        What was written, feedback pages not counted.
    feedback : int
        Feedback pages.
    notices : list of str
        What the teacher should know.
    """

    standings: list[Standing]
    files: list[Path]
    feedback: int
    notices: list[str]


def write_report(
    gradebook: Gradebook,
    to: Path | str,
    *,
    notebooks: Sequence[str] | None = None,
    due: Mapping[str, float] | None = None,
    roster: Roster | None = None,
    columns: Mapping[str, str] | None = None,
    provisional: bool = False,
    feedback: bool = True,
) -> Report:
    """Write marks, import files, item analysis and feedback, in a folder that git leaves alone.

    Parameters
    ----------
    gradebook : Gradebook
        The marks.
    to : Path or str
        Folder to write to; made if it is not there.
    notebooks : sequence of str, optional
        Only these exercises.
    due : mapping of str to float, optional
        Until when exercises were due.
    roster : Roster, optional
        Who is in the class.
    columns : mapping of str to str, optional
        What Canvas calls the assignment of an exercise.
    provisional : bool, default False
        Whether import files also hold those whose answers are still to be marked by hand.
    feedback : bool, default True
        Whether to write feedback pages.

    Returns
    -------
    Report
        What was written.

    Raises
    ------
    BadInput
        If the gradebook holds no submission of these exercises.
    NotWritable
        If something cannot be written.
    """
    to = Path(to)
    standings = list_standings(gradebook, due=due, notebooks=notebooks)
    if not standings:
        raise BadInput(f"{gradebook.path} holds no submission to report on; grade a folder first.")
    names: dict[str, str] = {}
    if roster is not None:
        standings, names = add_absent(standings, roster)
    reported = sorted({s.notebook for s in standings})
    analyses = [analyse(gradebook, notebook) for notebook in reported]
    notices = _list_notices(standings)
    ready = [s for s in standings if s.is_handed_in and (provisional or not s.to_mark)]
    waiting = sum(s.is_handed_in and s.to_mark > 0 for s in standings)
    imports = {
        **format_canvas(standings, ready, roster, columns or {}),
        **format_moodle(standings, ready, roster),
    }
    if imports and waiting and not provisional:
        notices.append(
            f"{waiting} submission{'s are' if waiting > 1 else ' is'} left out of "
            f"{', '.join(imports)} until marked by hand; --provisional puts them in."
        )
    files = {
        "grades.csv": format_grades(standings, names),
        "questions.csv": format_questions(gradebook, standings),
        "late_and_missing.csv": format_late_and_missing(standings, names),
        **imports,
        "items.html": render_items(analyses),
        "items.csv": format_items(analyses),
        "plotly.min.js": get_plotlyjs(),
        "summary.html": _render_summary(standings, names, notices),
    }
    _make_folder(to)
    write_atomic(to / ".gitignore", "*\n")
    for name, text in files.items():
        write_atomic(to / name, text)
    pages = 0
    for page in render_all_feedback(gradebook, reported) if feedback else ():
        folder = to / "feedback" / page.folder
        _make_folder(folder)
        write_atomic(folder / f"{page.notebook}.html", page.html)
        pages += 1
    return Report(standings, [to / name for name in files], pages, notices)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritable(f"{path} cannot be made: {error.strerror}.") from None


def _list_notices(standings: Sequence[Standing]) -> list[str]:
    """Describe what a reader of the marks should know besides."""
    counts = (
        (sum(s.status == "missing" for s in standings), "is missing.", "are missing."),
        (
            sum(s.status == "unreadable" for s in standings),
            "could not be read and has no points.",
            "could not be read and have no points.",
        ),
        (
            sum(s.status == "failed" for s in standings),
            "was not graded because the grader failed; run grade again.",
            "were not graded because the grader failed; run grade again.",
        ),
        (sum(bool(s.late) for s in standings), "is late.", "are late."),
        (
            sum(s.to_mark > 0 for s in standings),
            "has answers still to be marked by hand.",
            "have answers still to be marked by hand.",
        ),
        (
            sum(s.changed > 0 for s in standings),
            "has answers that changed after they were marked; look at them again.",
            "have answers that changed after they were marked; look at them again.",
        ),
        (
            sum(s.status == "graded" and not s.sandboxed for s in standings),
            "was graded without confining student code (--no-sandbox).",
            "were graded without confining student code (--no-sandbox).",
        ),
    )
    return [
        f"1 submission {one}" if count == 1 else f"{count} submissions {more}"
        for count, one, more in counts
        if count
    ]


def _render_summary(
    standings: Sequence[Standing], names: Mapping[str, str], notices: Sequence[str]
) -> str:
    """Make the teacher's overview."""
    exercises = []
    for notebook in sorted({s.notebook for s in standings}):
        of = [s for s in standings if s.notebook == notebook]
        totals = [s.total for s in of if s.is_handed_in]
        exercises.append(
            (
                f"{notebook}: {of[0].title}" if of[0].title != notebook else notebook,
                len(of),
                len(totals),
                sum(s.status == "missing" for s in of),
                sum(bool(s.late) for s in of),
                statistics.median(totals) if totals else None,
                of[0].total_max,
            )
        )
    return render(
        "summary.html",
        notices=notices,
        exercises=exercises,
        to_look_at=[
            (
                f"{s.student} ({names[s.student]})" if names.get(s.student) else s.student,
                s.notebook,
                s.remarks,
                " ".join(part for part in (s.late and s.late + ".", s.reason) if part),
            )
            for s in standings
            if s.remarks
        ],
        submissions=[(s.student, s.notebook, s.total, s.total_max, s.remarks) for s in standings],
    )
