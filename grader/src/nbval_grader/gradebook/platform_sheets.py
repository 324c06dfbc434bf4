"""Files that Canvas and Moodle import: points in the columns that each of them expects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..errors import BadInput
from .roster import Roster
from .sheets import csv_text
from .standings import Standing
from .submissions import find_platform_id

__all__ = ["format_canvas", "format_moodle"]

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
CANVAS_POINTS = "    Points Possible"
MOODLE_COLUMNS = ("Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)")


def format_canvas(
    standings: Sequence[Standing],
    ready: Sequence[Standing],
    roster: Roster | None,
    columns: Mapping[str, str],
) -> dict[str, str]:
    """Make Canvas's import file, if the students come from Canvas.

    Parameters
    ----------
    standings : sequence of Standing
        How everyone stands.
    ready : sequence of Standing
        Those of them whose points are to be imported.
    roster : Roster or None
        Who is in the class; Canvas's export says which column is an exercise's.
    columns : mapping of str to str
        What Canvas calls the assignment of an exercise.

    Returns
    -------
    dict of str to str
        The file by its name; empty where nobody comes from Canvas.

    Raises
    ------
    BadInput
        If Canvas's export has no column for an exercise.
    """
    export = roster if roster is not None and roster.kind == "canvas" else None
    ids = {
        s.student: platform[1]
        for s in standings
        if (platform := find_platform_id(s.path, s.notebook)) and platform[0] == "canvas"
    }
    if export is None and not ids:
        return {}
    notebooks = sorted({s.notebook for s in ready})
    titles = {s.notebook: s.title for s in standings}
    max_points = {s.notebook: s.total_max for s in standings}
    heads = {n: _find_canvas_column(n, titles[n], columns, export) for n in notebooks}
    points = {(s.student, s.notebook): s.total for s in ready}
    rows: list[list[object]] = [
        [CANVAS_POINTS, None, None, None, None, *(max_points[n] for n in notebooks)]
    ]
    if export is not None:
        by_key = {export.key_of(s.student): s.student for s in ready}
        for person in export.list_people():
            if person.key in by_key:
                student = by_key[person.key]
                cells = person.cells
                row: list[object] = [cells.get(column, "") for column in CANVAS_COLUMNS]
                row += [points.get((student, n), cells.get(heads[n], "")) for n in notebooks]
                rows.append(row)
    else:
        for student in sorted({s.student for s in ready} & set(ids)):
            name = student.rpartition("_")[0]
            own = [points.get((student, notebook)) for notebook in notebooks]
            rows.append([name, ids[student], None, None, None, *own])
    return {"canvas.csv": csv_text([*CANVAS_COLUMNS, *heads.values()], rows, bom=False)}


def _find_canvas_column(
    notebook: str, title: str, columns: Mapping[str, str], export: Roster | None
) -> str:
    """Return the heading by which Canvas knows an exercise."""
    wanted = columns.get(notebook)
    if export is None:
        return wanted or title
    heads = [column for column in export.sheet.columns if column not in CANVAS_COLUMNS]
    names = [wanted] if wanted else [notebook, title]
    for name in names:
        fits = [head for head in heads if head == name or re.sub(r" \(\d+\)$", "", head) == name]
        if len(fits) == 1:
            return fits[0]
    raise BadInput(
        f"{export.sheet.path} has no column {' or '.join(map(repr, names))}; say which one is "
        f"meant: --column {notebook}='Name in Canvas'."
    )


def format_moodle(
    standings: Sequence[Standing], ready: Sequence[Standing], roster: Roster | None
) -> dict[str, str]:
    """Make Moodle's grading worksheets, one per exercise, if the students come from Moodle.

    Parameters
    ----------
    standings : sequence of Standing
        How everyone stands.
    ready : sequence of Standing
        Those of them whose points are to be imported.
    roster : Roster or None
        Who is in the class; Moodle's own worksheet is filled in.

    Returns
    -------
    dict of str to str
        Files by name; empty where nobody comes from Moodle.

    Raises
    ------
    BadInput
        If Moodle's worksheet is to be filled in for several exercises, or lacks a column.
    """
    worksheet = roster if roster is not None and roster.kind == "moodle" else None
    notebooks = sorted({s.notebook for s in ready})
    if worksheet is not None:
        if len({s.notebook for s in standings}) > 1:
            raise BadInput(
                "A grading worksheet of Moodle is for one exercise; choose it with --notebook."
            )
        worksheet.sheet.require_columns("Identifier", "Grade")
        return {f"moodle-{n}.csv": _fill_in_worksheet(worksheet, ready) for n in notebooks}
    files = {}
    for notebook in notebooks:
        rows = [
            (f"Participant {platform[1]}", s.student.rpartition("_")[0], s.total, s.total_max, "-")
            for s in ready
            if s.notebook == notebook
            and (platform := find_platform_id(s.path, notebook))
            and platform[0] == "moodle"
        ]
        if rows:
            files[f"moodle-{notebook}.csv"] = csv_text(MOODLE_COLUMNS, rows, bom=False)
    return files


def _fill_in_worksheet(worksheet: Roster, ready: Sequence[Standing]) -> str:
    """Fill in Moodle's own worksheet, on Moodle's scale, and leave all else as it was."""
    by_key = {worksheet.key_of(s.student): s for s in ready}
    columns = [column for column in worksheet.sheet.columns if column]
    rows = []
    for person in worksheet.list_people():
        cells = dict(person.cells)
        if person.key in by_key:
            s = by_key[person.key]
            scale = re.fullmatch(r"\d+(?:[.,]\d+)?", cells.get("Maximum Grade", ""))
            max_grade = float(scale[0].replace(",", ".")) if scale else s.total_max
            cells["Grade"] = f"{s.total / s.total_max * max_grade if s.total_max else 0:.5g}"
        rows.append([cells[column] for column in columns])
    return csv_text(columns, rows, bom=False)
