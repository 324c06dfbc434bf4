"""How everyone stands: points from checks and by hand, who is late, who is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from datetime import time as clock

from ..errors import BadInput
from ..notebooks.format import total
from .manual_marks import is_unanswered
from .records import ManualRecord, SubmissionRecord
from .roster import Roster
from .store import Gradebook
from .submissions import is_marked_late

__all__ = ["Standing", "add_absent", "list_standings", "parse_due"]


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
    def is_handed_in(self) -> bool:
        """Whether a file was processed, even if it could not be read."""
        return self.status in ("graded", "unreadable")

    @property
    def total(self) -> float:
        """All points."""
        return total([self.points, self.by_hand])

    @property
    def total_max(self) -> float:
        """The highest possible points."""
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


def parse_due(dates: Iterable[str], notebooks: Sequence[str]) -> dict[str, float]:
    """Read until when exercises were due.

    Parameters
    ----------
    dates : iterable of str
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
    of_all: dict[str, float] = {}
    of_one: dict[str, float] = {}
    for entry in dates:
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
            of_one[name] = seconds
        else:
            of_all.update(dict.fromkeys(notebooks, seconds))
    return {**of_all, **of_one}


def list_standings(
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
    titles = {exercise.notebook: exercise.title for exercise in gradebook.list_exercises()}
    by_hand: dict[tuple[str, str], list[ManualRecord]] = {}
    for answer in gradebook.list_manual_answers():
        by_hand.setdefault((answer.student, answer.notebook), []).append(answer)
    return [
        _judge(
            submission,
            by_hand.get((submission.student, submission.notebook), []),
            titles.get(submission.notebook, submission.notebook),
            due or {},
        )
        for submission in gradebook.list_submissions()
        if notebooks is None or submission.notebook in notebooks
    ]


def _judge(
    submission: SubmissionRecord,
    by_hand: Sequence[ManualRecord],
    title: str,
    due: Mapping[str, float],
) -> Standing:
    """Put together how one submission stands."""
    is_open = [a for a in by_hand if a.earned is None and not is_unanswered(a.text)]
    return Standing(
        student=submission.student,
        notebook=submission.notebook,
        title=title,
        status=submission.status,
        reason=submission.reason,
        points=submission.points,
        max_points=submission.max_points,
        by_hand=total(answer.earned or 0.0 for answer in by_hand),
        by_hand_max=total(answer.max_points for answer in by_hand),
        to_mark=len(is_open) if submission.status == "graded" else 0,
        changed=sum(answer.is_changed_since_marked for answer in by_hand),
        submitted_at=submission.submitted_at,
        late=_describe_lateness(submission, due),
        sandboxed=submission.sandboxed,
        path=submission.path,
    )


def _describe_lateness(submission: SubmissionRecord, due: Mapping[str, float]) -> str:
    """Say why a submission is late, or nothing."""
    if submission.path is None:
        return ""
    if is_marked_late(submission.path, submission.notebook):
        return "marked late by Canvas"
    deadline = due.get(submission.notebook)
    if deadline is None or submission.submitted_at is None or submission.submitted_at <= deadline:
        return ""
    return f"{_spell_duration(submission.submitted_at - deadline)} after it was due"


def _spell_duration(seconds: float) -> str:
    """Spell a duration in its largest two units."""
    minutes = max(1, round(seconds / 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(parts[:2])


def add_absent(
    standings: Sequence[Standing], roster: Roster
) -> tuple[list[Standing], dict[str, str]]:
    """Add those of the class who never handed in anything, and find everyone's full name.

    Parameters
    ----------
    standings : sequence of Standing
        How those in the gradebook stand.
    roster : Roster
        Who is in the class.

    Returns
    -------
    list of Standing
        Theirs and a missing one for each absent person and exercise, by exercise and student.
    dict of str to str
        Full names by student.
    """
    by_key = {roster.key_of(s.student): s.student for s in standings}
    names, absent = {}, []
    for person in roster.list_people():
        if person.key in by_key:
            names[by_key[person.key]] = person.name
            continue
        student = person.name or person.key
        names[student] = person.name
        absent.append(student)
    one_of_each = {s.notebook: s for s in standings}.values()
    added = [
        replace(
            one,
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
        for one in one_of_each
        for student in absent
    ]
    return sorted([*standings, *added], key=lambda s: (s.notebook, s.student)), names
