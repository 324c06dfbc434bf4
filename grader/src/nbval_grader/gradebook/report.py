"""What a teacher takes from a gradebook: marks as CSV, import files, who is late, who is missing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from datetime import time as clock
from pathlib import Path

from ..errors import BadInput, NoSpace
from ..notebooks.format import total, write_atomic
from .feedback import feedback_name, feedback_pages
from .item_analysis import analyse, items_page, items_table
from .manual_marks import changed_since_marked, unanswered
from .pages import page, paragraphs, table
from .sheets import Sheet, csv_text, read_sheet
from .store import Gradebook
from .submissions import marked_late, platform_id, student_name

__all__ = [
    "Report",
    "Roster",
    "Standing",
    "parse_due",
    "read_roster",
    "standings",
    "write_report",
]

NUMBER_AT_END = re.compile(r"(\d+)\s*$")
HANDED_IN = ("graded", "unreadable")
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
CANVAS_POINTS = "    Points Possible"
MOODLE_COLUMNS = ("Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)")


@dataclass(frozen=True)
class Standing:
    """How one student stands in one exercise.

    Attributes
    ----------
    student, notebook : str
        Whose, and which.
    title : str
        Title of the exercise.
    status : str
        ``graded``, ``unreadable``, ``missing`` or ``failed``.
    reason : str
        Why, if not graded.
    points, max_points : float
        From checks.
    by_hand, by_hand_max : float
        From marks given by hand.
    to_mark : int
        Answers that a person has still to mark.
    changed : int
        Answers that changed after they had been marked.
    submitted_at : float or None
        When it was handed in, as far as the files tell, in seconds since 1970.
    late : str
        Empty, or why it counts as late.
    sandboxed : bool
        Whether student code was confined.
    path : str or None
        Where it was read from.
    """

    student: str
    notebook: str
    title: str
    status: str
    reason: str
    points: float
    max_points: float
    by_hand: float = 0.0
    by_hand_max: float = 0.0
    to_mark: int = 0
    changed: int = 0
    submitted_at: float | None = None
    late: str = ""
    sandboxed: bool = True
    path: str | None = None

    @property
    def total(self) -> float:
        """All points."""
        return total([self.points, self.by_hand])

    @property
    def total_max(self) -> float:
        """All points to be had."""
        return total([self.max_points, self.by_hand_max])

    @property
    def remarks(self) -> str:
        """What a reader of the mark should know, in a few words."""
        parts = []
        if self.status != "graded":
            parts.append("not graded" if self.status == "failed" else self.status)
        if self.late:
            parts.append("late")
        if self.to_mark:
            parts.append(f"{self.to_mark} to mark")
        if self.changed:
            parts.append(f"{self.changed} changed after marking")
        if self.status == "graded" and not self.sandboxed:
            parts.append("not confined")
        return ", ".join(parts)


@dataclass(frozen=True)
class Roster:
    """Who is in the class, from a file of the teacher's or of a learning platform.

    Attributes
    ----------
    kind : str
        ``plain`` (a column ``student``), ``canvas`` (gradebook export) or ``moodle`` (grading
        worksheet).
    sheet : Sheet
        The file.
    """

    kind: str
    sheet: Sheet

    def people(self) -> list[tuple[str, str, dict[str, str]]]:
        """Return key, name and row of everyone in it.

        Returns
        -------
        list of tuple
            The key is what names of submissions are held against: the student's name, or the
            platform's number.
        """
        found = []
        for row in self.sheet.rows:
            cells = row.cells
            if self.kind == "plain":
                found.append((student_name(cells["student"]), cells.get("name", ""), cells))
            elif self.kind == "canvas":
                if cells["ID"].isdigit():
                    found.append((cells["ID"], cells["Student"], cells))
            elif match := NUMBER_AT_END.search(cells["Identifier"]):
                found.append((match[1], cells.get("Full name", ""), cells))
        return found

    def key_of(self, student: str) -> str:
        """Return the key under which a student of the gradebook would stand in the roster.

        Parameters
        ----------
        student : str
            The gradebook's name.

        Returns
        -------
        str
            The name, or the number at its end.
        """
        return student if self.kind == "plain" else student.rpartition("_")[2]


def read_roster(path: Path | str) -> Roster:
    """Read who is in the class.

    Parameters
    ----------
    path : Path or str
        A CSV file: your own with a column ``student`` (and ``name``, if you like), Canvas's
        gradebook export, or Moodle's grading worksheet.

    Returns
    -------
    Roster
        What it is and what it holds.

    Raises
    ------
    BadInput
        If it is none of these, or names nobody, or somebody twice.
    """
    sheet = read_sheet(path)
    kinds = {"canvas": ("Student", "ID"), "moodle": ("Identifier",), "plain": ("student",)}
    kind = next((k for k, needed in kinds.items() if set(needed) <= set(sheet.columns)), None)
    if kind is None:
        raise BadInput(
            f"{sheet.path} is no roster: it needs a column 'student', or the columns of Canvas's "
            f"gradebook export ('Student', 'ID') or of Moodle's grading worksheet ('Identifier'); "
            f"it has {', '.join(map(repr, sheet.columns))}."
        )
    roster = Roster(kind, sheet)
    keys = [key for key, _, _ in roster.people()]
    if not keys:
        raise BadInput(f"{sheet.path} names no student.")
    twice = (
        sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    )
    if twice:
        raise BadInput(f"{sheet.path} names {', '.join(map(repr, twice[:5]))} more than once.")
    return roster


def parse_due(given: Iterable[str], notebooks: Sequence[str]) -> dict[str, float]:
    """Read until when exercises were due.

    Parameters
    ----------
    given : iterable of str
        ``DATE`` for every exercise, or ``EXERCISE=DATE`` for one; a date such as ``2026-03-01``
        (the end of that day) or ``2026-03-01T18:00``, local time unless it names a zone.
    notebooks : sequence of str
        Known exercises.

    Returns
    -------
    dict of str to float
        Seconds since 1970 by exercise.

    Raises
    ------
    BadInput
        If a date is none, or there is no such exercise.
    """
    due: dict[str, float] = {}
    single: dict[str, float] = {}
    for entry in given:
        name, equals, text = entry.rpartition("=")
        if equals and name not in notebooks:
            raise BadInput(f"There is no exercise {name!r}; there are {', '.join(notebooks)}.")
        try:
            moment = datetime.fromisoformat(text.strip())
            if re.fullmatch(r"\s*\d{4}-?\d\d-?\d\d\s*", text):
                moment = datetime.combine(moment.date(), clock.max)
            seconds = moment.timestamp()
        except (ValueError, OverflowError, OSError):
            raise BadInput(
                f"{text!r} is not a date; give one such as 2026-03-01 or 2026-03-01T18:00."
            ) from None
        if equals:
            single[name] = seconds
        else:
            due.update(dict.fromkeys(notebooks, seconds))
    return {**due, **single}


def standings(
    gradebook: Gradebook,
    *,
    due: Mapping[str, float] | None = None,
    notebooks: Sequence[str] | None = None,
) -> list[Standing]:
    """Read how everyone stands.

    Parameters
    ----------
    gradebook : Gradebook
        The marks.
    due : mapping of str to float, optional
        Until when an exercise was due, in seconds since 1970.
    notebooks : sequence of str, optional
        Only these exercises.

    Returns
    -------
    list of Standing
        By exercise and student.
    """
    connection = gradebook.connection
    titles = {r["notebook"]: r["title"] for r in connection.execute("SELECT * FROM notebooks")}
    marked: dict[tuple[str, str], list[tuple[float | None, float, bool]]] = {}
    for row in connection.execute(
        "SELECT student, notebook, earned, max_points, text FROM manual ORDER BY question"
    ):
        marked.setdefault((row["student"], row["notebook"]), []).append(
            (row["earned"], row["max_points"], unanswered(row["text"]))
        )
    changed: dict[tuple[str, str], int] = {}
    for student, notebook, _ in changed_since_marked(gradebook):
        changed[student, notebook] = changed.get((student, notebook), 0) + 1
    found = []
    for row in connection.execute(
        "SELECT student, notebook, status, reason, points, max_points, submitted_at, sandboxed, "
        "path FROM submissions ORDER BY notebook, student"
    ):
        if notebooks is not None and row["notebook"] not in notebooks:
            continue
        key = (row["student"], row["notebook"])
        by_hand = marked.get(key, [])
        found.append(
            Standing(
                student=row["student"],
                notebook=row["notebook"],
                title=titles.get(row["notebook"], row["notebook"]),
                status=row["status"],
                reason=row["reason"],
                points=row["points"],
                max_points=row["max_points"],
                by_hand=total(earned or 0.0 for earned, _, _ in by_hand),
                by_hand_max=total(most for _, most, _ in by_hand),
                to_mark=sum(earned is None and not empty for earned, _, empty in by_hand)
                if row["status"] == "graded"
                else 0,
                changed=changed.get(key, 0),
                submitted_at=row["submitted_at"],
                late=_lateness(row["path"], row["notebook"], row["submitted_at"], due or {}),
                sandboxed=bool(row["sandboxed"]),
                path=row["path"],
            )
        )
    return found


def _lateness(
    path: str | None, notebook: str, submitted_at: float | None, due: Mapping[str, float]
) -> str:
    """Say why a submission is late, or nothing."""
    if path is None:
        return ""
    if marked_late(path, notebook):
        return "marked late by Canvas"
    if notebook in due and submitted_at is not None and submitted_at > due[notebook]:
        return f"{_span(submitted_at - due[notebook])} after it was due"
    return ""


def _span(seconds: float) -> str:
    """Spell a span of time in its largest two units."""
    minutes = max(1, round(seconds / 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(parts[:2])


@dataclass(frozen=True)
class Report:
    """What writing a report came to.

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
    NoSpace
        If something cannot be written.
    """
    to = Path(to)
    stands = standings(gradebook, due=due, notebooks=notebooks)
    if not stands:
        raise BadInput(f"{gradebook.path} holds no submission to report on; grade a folder first.")
    names: dict[str, str] = {}
    if roster is not None:
        stands, names = _with_roster(stands, roster)
    files: dict[str, str] = {
        "grades.csv": _grades(stands, names),
        "questions.csv": _questions(gradebook, stands),
        "late_and_missing.csv": _late_and_missing(stands, names),
    }
    notices = _notices(stands)
    ready = [s for s in stands if s.status in HANDED_IN and (provisional or not s.to_mark)]
    waiting = sum(s.status in HANDED_IN and s.to_mark > 0 for s in stands)
    imports = {
        **_canvas(stands, ready, roster, columns or {}),
        **_moodle(stands, ready, roster),
    }
    if imports and waiting and not provisional:
        notices.append(
            f"{waiting} submission{'s are' if waiting > 1 else ' is'} left out of "
            f"{', '.join(imports)} until marked by hand; --provisional puts them in."
        )
    files.update(imports)
    which = sorted({s.notebook for s in stands})
    analyses = [analyse(gradebook, notebook) for notebook in which]
    files["items.html"] = items_page(analyses)
    files["items.csv"] = items_table(analyses)
    files["summary.html"] = _summary(stands, names, notices)
    written = []
    _folder(to)
    write_atomic(to / ".gitignore", "*\n")
    for name, text in files.items():
        write_atomic(to / name, text)
        written.append(to / name)
    pages = 0
    if feedback:
        for student, notebook, path, text in feedback_pages(gradebook, which):
            folder = to / "feedback" / feedback_name(student, path)
            _folder(folder)
            write_atomic(folder / f"{notebook}.html", text)
            pages += 1
    return Report(stands, written, pages, notices)


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise NoSpace(f"{path} cannot be made: {fault.strerror}.") from None


def _with_roster(stands: list[Standing], roster: Roster) -> tuple[list[Standing], dict[str, str]]:
    """Add those who never handed in anything, and find everyone's full name."""
    by_key = {roster.key_of(s.student): s.student for s in stands}
    names, absent = {}, []
    for key, name, _ in roster.people():
        if key in by_key:
            names[by_key[key]] = name
            continue
        student = name or key
        names[student] = name
        absent.append(student)
    model = {s.notebook: s for s in stands}
    added = [
        replace(
            s,
            student=student,
            status="missing",
            reason="Nothing was handed in.",
            points=0.0,
            by_hand=0.0,
            to_mark=0,
            changed=0,
            submitted_at=None,
            late="",
            path=None,
        )
        for s in model.values()
        for student in absent
    ]
    return sorted(stands + added, key=lambda s: (s.notebook, s.student)), names


def _grades(stands: Sequence[Standing], names: Mapping[str, str]) -> str:
    """Write a row for each student, with the points of each exercise."""
    which = sorted({s.notebook for s in stands})
    by_student: dict[str, dict[str, Standing]] = {}
    for s in stands:
        by_student.setdefault(s.student, {})[s.notebook] = s
    most = {s.notebook: s.total_max for s in stands}
    heads = ["student", *(["name"] if names else [])]
    for notebook in which:
        heads += [notebook, f"{notebook} of", f"{notebook} remarks"]
    heads += ["total", "total of", "percent"]
    rows: list[list[object]] = []
    for student in sorted(by_student):
        mine = by_student[student]
        row: list[object] = [student, *([names.get(student, "")] if names else [])]
        for notebook in which:
            one = mine.get(notebook)
            row += [
                one.total if one and one.status in HANDED_IN else None,
                most[notebook],
                one.remarks if one else "missing",
            ]
        earned, whole = total(s.total for s in mine.values()), total(most.values())
        rows.append([*row, earned, whole, round(100 * earned / whole, 2) if whole else None])
    return csv_text(heads, rows)


def _questions(gradebook: Gradebook, stands: Sequence[Standing]) -> str:
    """Write a row for each student and question."""
    wanted = {(s.student, s.notebook) for s in stands}
    rows = [
        (
            r["student"],
            r["notebook"],
            r["question"],
            r["earned"],
            r["points"],
            r["kind"],
            r["comment"],
        )
        for r in gradebook.connection.execute(
            "SELECT student, notebook, question, round(sum(earned), 6) AS earned, "
            "round(sum(points), 6) AS points, 'checks' AS kind, '' AS comment FROM checks "
            "GROUP BY student, notebook, question UNION ALL "
            "SELECT student, notebook, question, earned, max_points, 'by hand', comment FROM manual "
            "ORDER BY 2, 1, 3"
        )
        if (r["student"], r["notebook"]) in wanted
    ]
    return csv_text(
        ["student", "notebook", "question", "points", "of", "marked by", "comment"], rows
    )


def _late_and_missing(stands: Sequence[Standing], names: Mapping[str, str]) -> str:
    """Write a row for each submission that somebody should ask about."""
    rows = [
        (s.student, names.get(s.student, ""), s.notebook, what, why, _when(s.submitted_at))
        for s in stands
        for what, why in (
            ("late", s.late),
            (s.status, s.reason if s.status != "graded" else ""),
        )
        if why
    ]
    return csv_text(["student", "name", "notebook", "what", "why", "handed in"], rows)


def _when(seconds: float | None) -> str:
    """Spell a moment in local time."""
    return "" if seconds is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _canvas(
    stands: Sequence[Standing],
    ready: Sequence[Standing],
    roster: Roster | None,
    columns: Mapping[str, str],
) -> dict[str, str]:
    """Make Canvas's import file, if these are Canvas's students."""
    known = roster if roster is not None and roster.kind == "canvas" else None
    ids = {
        s.student: found[1]
        for s in stands
        if (found := platform_id(s.path, s.notebook)) and found[0] == "canvas"
    }
    if known is None and not ids:
        return {}
    which = sorted({s.notebook for s in ready})
    titles = {s.notebook: s.title for s in stands}
    most = {s.notebook: s.total_max for s in stands}
    heads = {n: _canvas_column(n, titles[n], columns, known) for n in which}
    marks = {(s.student, s.notebook): s.total for s in ready}
    rows: list[list[object]] = [
        [CANVAS_POINTS, None, None, None, None, *(most[notebook] for notebook in which)]
    ]
    if known is not None:
        by_key = {known.key_of(s.student): s.student for s in ready}
        for key, _, cells in known.people():
            if key in by_key:
                mine: list[object] = [
                    marks.get((by_key[key], n), cells.get(heads[n], "")) for n in which
                ]
                rows.append([*(cells.get(c, "") for c in CANVAS_COLUMNS), *mine])
    else:
        for student in sorted({s.student for s in ready} & set(ids)):
            name = student.rpartition("_")[0]
            own = [marks.get((student, notebook)) for notebook in which]
            rows.append([name, ids[student], None, None, None, *own])
    return {"canvas.csv": csv_text([*CANVAS_COLUMNS, *heads.values()], rows, bom=False)}


def _canvas_column(
    notebook: str, title: str, columns: Mapping[str, str], roster: Roster | None
) -> str:
    """Return the heading by which Canvas knows an exercise."""
    wanted = columns.get(notebook)
    if roster is None:
        return wanted or title
    heads = [c for c in roster.sheet.columns if c not in CANVAS_COLUMNS]
    names = [wanted] if wanted else [notebook, title]
    for name in names:
        fits = [h for h in heads if h == name or re.sub(r" \(\d+\)$", "", h) == name]
        if len(fits) == 1:
            return fits[0]
    raise BadInput(
        f"{roster.sheet.path} has no column {' or '.join(map(repr, names))}; say which one is "
        f"meant: --column {notebook}='Name in Canvas'."
    )


def _moodle(
    stands: Sequence[Standing], ready: Sequence[Standing], roster: Roster | None
) -> dict[str, str]:
    """Make Moodle's grading worksheets, one an exercise, if these are Moodle's students."""
    known = roster if roster is not None and roster.kind == "moodle" else None
    which = sorted({s.notebook for s in ready})
    if known is not None:
        if len({s.notebook for s in stands}) > 1:
            raise BadInput(
                "A grading worksheet of Moodle is for one exercise; choose it with --notebook."
            )
        known.sheet.needs("Identifier", "Grade")
        return {f"moodle-{n}.csv": _worksheet(known, ready) for n in which}
    files = {}
    for notebook in which:
        rows = [
            (f"Participant {found[1]}", s.student.rpartition("_")[0], s.total, s.total_max, "-")
            for s in ready
            if s.notebook == notebook
            and (found := platform_id(s.path, notebook))
            and found[0] == "moodle"
        ]
        if rows:
            files[f"moodle-{notebook}.csv"] = csv_text(MOODLE_COLUMNS, rows, bom=False)
    return files


def _worksheet(roster: Roster, ready: Sequence[Standing]) -> str:
    """Fill in Moodle's own worksheet, on Moodle's scale, and leave all else as it was."""
    marks = {roster.key_of(s.student): s for s in ready}
    rows = []
    for key, _, cells in roster.people():
        filled = dict(cells)
        if key in marks:
            s = marks[key]
            given = re.fullmatch(r"\d+(?:[.,]\d+)?", cells.get("Maximum Grade", ""))
            most = float(given[0].replace(",", ".")) if given else s.total_max
            filled["Grade"] = f"{s.total / s.total_max * most if s.total_max else 0:.5g}"
        rows.append([filled[c] for c in roster.sheet.columns if c])
    return csv_text([c for c in roster.sheet.columns if c], rows, bom=False)


def _notices(stands: Sequence[Standing]) -> list[str]:
    """Say what the marks alone do not show."""

    def several(count: int, one: str, more: str) -> str:
        return f"1 submission {one}" if count == 1 else f"{count} submissions {more}"

    counts = (
        (sum(s.status == "missing" for s in stands), "is missing.", "are missing."),
        (
            sum(s.status == "unreadable" for s in stands),
            "could not be read and has no points.",
            "could not be read and have no points.",
        ),
        (
            sum(s.status == "failed" for s in stands),
            "was not graded through the grader's fault; run grade again.",
            "were not graded through the grader's fault; run grade again.",
        ),
        (sum(bool(s.late) for s in stands), "is late.", "are late."),
        (
            sum(s.to_mark > 0 for s in stands),
            "has answers still to be marked by hand.",
            "have answers still to be marked by hand.",
        ),
        (
            sum(s.changed > 0 for s in stands),
            "has answers that changed after they were marked; look at them again.",
            "have answers that changed after they were marked; look at them again.",
        ),
        (
            sum(s.status == "graded" and not s.sandboxed for s in stands),
            "was graded without confining student code (--no-sandbox).",
            "were graded without confining student code (--no-sandbox).",
        ),
    )
    return [several(count, one, more) for count, one, more in counts if count]


def _summary(stands: Sequence[Standing], names: Mapping[str, str], notices: Sequence[str]) -> str:
    """Make the teacher's overview."""
    rows = []
    for notebook in sorted({s.notebook for s in stands}):
        of = [s for s in stands if s.notebook == notebook]
        marks = sorted(s.total for s in of if s.status in HANDED_IN)
        middle = None
        if marks:
            half = len(marks) // 2
            middle = marks[half] if len(marks) % 2 else (marks[half - 1] + marks[half]) / 2
        rows.append(
            (
                f"{notebook}: {of[0].title}" if of[0].title != notebook else notebook,
                len(of),
                len(marks),
                sum(s.status == "missing" for s in of),
                sum(bool(s.late) for s in of),
                middle,
                of[0].total_max,
            )
        )
    heads = ("Exercise", "Students", "Handed in", "Missing", "Late", "Median points", "Points")
    parts = [
        '<section aria-label="Notes">',
        paragraphs("\n".join(notices), kind="note"),
        "</section>",
    ]
    parts.append(table("How the class stands", heads, rows, numbers=6))
    parts.append(
        "<p>When a submission was handed in is what the download says, or else when its file was "
        "last changed. Missing submissions count 0 points in totals.</p>"
    )
    asked = [
        (
            f"{s.student} ({names[s.student]})" if names.get(s.student) else s.student,
            s.notebook,
            s.remarks,
            " ".join(part for part in (s.late and s.late + ".", s.reason) if part),
        )
        for s in stands
        if s.remarks
    ]
    if asked:
        parts.append(table("To look at", ("Student", "Exercise", "What", "Why"), asked))
    points = [(s.student, s.notebook, s.total, s.total_max, s.remarks) for s in stands]
    parts.append(
        table("Every submission", ("Student", "Exercise", "Points", "Of", "Remarks"), points)
    )
    return page("Class report", "\n".join(parts))
