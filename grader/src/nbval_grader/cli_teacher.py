"""The teacher's commands after grading: report, marks, release."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from .errors import BadInput

__all__ = ["register"]

out = Console(soft_wrap=True, highlight=False)

Book = Annotated[Path, typer.Option("--gradebook", help="SQLite file that grade wrote.")]
Exercises = Annotated[
    list[str] | None, typer.Option("--notebook", help="Only this exercise (repeatable).")
]
GRADEBOOK = Path("gradebook.sqlite")


def register(app: typer.Typer) -> None:
    """Add these commands to the command line.

    Parameters
    ----------
    app : typer.Typer
        The command ``nbval-grader``.
    """
    app.command()(report)
    app.add_typer(marks)
    app.command()(release)


def report(
    gradebook: Book = GRADEBOOK,
    to: Annotated[Path, typer.Option(help="Folder that the report goes to.")] = Path("report"),
    notebook: Exercises = None,
    due: Annotated[
        list[str] | None,
        typer.Option(help="DATE or EXERCISE=DATE, such as 2026-03-01T18:00 (repeatable)."),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="CSV of the class: with a column 'student', or Canvas's gradebook export, or "
            "Moodle's grading worksheet."
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="EXERCISE=NAME: what Canvas calls the assignment (repeatable)."),
    ] = None,
    provisional: Annotated[
        bool, typer.Option(help="Import files also hold those still to be marked by hand.")
    ] = False,
    feedback: Annotated[bool, typer.Option(help="Write a page for each student.")] = True,
) -> None:
    """Write marks, import files for Canvas and Moodle, feedback and item analysis.

    The folder gets grades.csv, questions.csv, late_and_missing.csv, summary.html, items.html and
    items.csv (both for teachers only; plotly.min.js draws their figures),
    feedback/STUDENT/EXERCISE.html, and canvas.csv or moodle-EXERCISE.csv where submissions or the
    roster come from there.

    Exit codes: 0 written; 2 bad input; 7 not writable.
    """
    from .gradebook.report import write_report
    from .gradebook.roster import read_roster
    from .gradebook.standings import parse_due
    from .gradebook.store import Gradebook

    with Gradebook(gradebook, readonly=True) as book:
        known = book.list_notebooks()
        require_known(notebook or (), known)
        written = write_report(
            book,
            to,
            notebooks=notebook,
            due=parse_due(due or (), known),
            roster=None if roster is None else read_roster(roster),
            columns=_parse_columns(column or (), known),
            provisional=provisional,
            feedback=feedback,
        )
    table = Table("Exercise", "Handed in", "Missing", "Late", "To mark", "Unreadable")
    for name in sorted({s.notebook for s in written.standings}):
        of = [s for s in written.standings if s.notebook == name]
        counts = (
            sum(s.is_handed_in for s in of),
            sum(s.status == "missing" for s in of),
            sum(bool(s.late) for s in of),
            sum(s.to_mark > 0 for s in of),
            sum(s.status == "unreadable" for s in of),
        )
        table.add_row(name, *map(str, counts))
    out.print(table)
    for notice in written.notices:
        out.print(notice, markup=False)
    pages = f" and {written.feedback} feedback pages" if written.feedback else ""
    out.print(f"Wrote {', '.join(p.name for p in written.files)}{pages} to {to}.", markup=False)


marks = typer.Typer(
    name="marks",
    help="Marks given by hand, for discussion questions: export them, fill in the sheet, import it.",
    no_args_is_help=True,
)


@marks.command("export")
def export_sheet(
    to: Annotated[Path, typer.Argument(metavar="SHEET", help="CSV file to write.")],
    gradebook: Book = GRADEBOOK,
    notebook: Exercises = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also answers that are marked already, or empty.")
    ] = False,
) -> None:
    """Write the answers that a person marks as a sheet, with question and rubric.

    Exit codes: 0 written; 2 bad input; 7 not writable.
    """
    from .files import write_atomic
    from .gradebook.manual_marks import export_marks
    from .gradebook.store import Gradebook

    with Gradebook(gradebook, readonly=True) as book:
        require_known(notebook or (), book.list_notebooks())
        text, count = export_marks(book, notebooks=notebook, everything=everything)
    write_atomic(to, text)
    answers = "1 answer" if count == 1 else f"{count} answers"
    out.print(f"Wrote {answers} to {to}; fill in points and comment.", markup=False)


@marks.command("import")
def import_sheet(
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="The sheet, filled in.")],
    gradebook: Book = GRADEBOOK,
    marker: Annotated[str, typer.Option(help="Who marked; kept in the gradebook.")] = "",
) -> None:
    """Read points and comments from a sheet, all of it or nothing.

    An empty cell leaves a mark or comment as it is, '-' takes a mark back. Marks stay when you grade again.

    Exit codes: 0 read; 2 a row cannot be used, nothing was changed; 6 gradebook in use; 7 not
    writable.
    """
    from .gradebook.manual_marks import import_marks
    from .gradebook.store import Gradebook

    if not gradebook.is_file():
        raise BadInput(f"There is no gradebook {gradebook}; grade a folder first.")
    with Gradebook(gradebook) as book:
        imported = import_marks(book, sheet, marker=marker)
    further = {
        "cleared": imported.cleared,
        "unchanged": imported.unchanged,
        "left open": imported.open,
        "of them commented": imported.commented,
    }
    parts = [f"{imported.marked} marked"]
    parts += [f"{count} {name}" for name, count in further.items() if count]
    out.print(", ".join(parts) + ".")


def release(
    course: Annotated[Path, typer.Argument(metavar="COURSE", help="The course's folder.")],
    to: Annotated[Path, typer.Option(help="Folder of the students' edition.")],
    masters: Annotated[
        Path | None, typer.Option(help="Folder of the masters; COURSE/solutions by default.")
    ] = None,
) -> None:
    """Write a students' edition: no masters, no hidden checks, no gradebook.

    Left out: what git ignores, the masters' folder, every master and gradebook wherever it lies,
    what .releaseignore names, symbolic links. Every other file is searched for hidden texts before
    anything is written.

    Exit codes: 0 written; 2 bad input; 3 a hidden text was found, nothing was written; 7 not
    writable.
    """
    from .notebooks.release import release as write_release

    done = write_release(course, to, masters=masters)
    files = "1 file" if len(done.files) == 1 else f"{len(done.files)} files"
    out.print(
        f"{files} in {to} ({done.written} written, {done.removed} removed), "
        f"{len(done.left_out)} left out. None holds any of {done.secrets} hidden texts.",
        markup=False,
    )


def require_known(names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse an exercise that the gradebook does not have.

    Parameters
    ----------
    names : iterable of str
        Exercises asked for.
    known : sequence of str
        Exercises of the gradebook.

    Raises
    ------
    BadInput
        Naming the first that is not there, and those that are.
    """
    for name in names:
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "it holds none"
            raise BadInput(f"The gradebook has no exercise {name!r}; {there}.")


def _parse_columns(entries: Iterable[str], known: Sequence[str]) -> dict[str, str]:
    """Read what Canvas calls the assignment of each exercise."""
    columns = {}
    for entry in entries:
        name, equals, title = entry.partition("=")
        if not equals or not title:
            raise BadInput(f"--column is EXERCISE=NAME, got {entry!r}.")
        require_known([name], known)
        columns[name] = title
    return columns
