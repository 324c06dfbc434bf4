"""Feedback for a student: one page per exercise, made of what may be seen and nothing else.

Only these reach a page: titles, questions, points, hints, the grader's own reasons and notices, what
the student's code printed in a run that held no hidden check, the student's own discussion answers,
and marks and comments given by hand. The gradebook hands out no more than these for a page
(`VisibleCheck`, `VisibleAnswer`), and the template escapes everything.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..notebooks.format import total
from ..pages import render
from .manual_marks import is_unanswered
from .records import ManualRecord, QuestionRecord, VisibleAnswer, VisibleCheck
from .store import Gradebook
from .submissions import MOODLE

__all__ = ["Feedback", "name_folder", "render_all_feedback", "render_feedback"]

RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
MAX_NAME = 60
# An answer that stopped in one of these ways did not run to its end: what it printed is shown.
ANSWER_ERRORS = ("error", "timeout", "died", "output", "skipped")


@dataclass(frozen=True)
class Feedback:
    """One feedback page.

    Attributes
    ----------
    student, notebook : str
        Whose, and on which exercise.
    folder : str
        Name of the student's folder.
    html : str
        The page.
    """

    student: str
    notebook: str
    folder: str
    html: str


@dataclass(frozen=True)
class _CheckedQuestion:
    """A question that checks mark, as its section shows it."""

    label: str
    earned: float
    max_points: float
    checks: list[VisibleCheck]
    answer: VisibleAnswer | None

    @property
    def is_answer_shown(self) -> bool:
        """Whether what the answer printed helps to see why it did not run to its end."""
        return self.answer is not None and self.answer.outcome in ANSWER_ERRORS


@dataclass(frozen=True)
class _ManualQuestion:
    """A question that a person marks, as its section shows it."""

    label: str
    record: ManualRecord
    is_unanswered: bool


def name_folder(student: str, path: str | None = None) -> str:
    """Return the name of the folder for a student's feedback.

    Parameters
    ----------
    student : str
        Anything a student may be called.
    path : str, optional
        Where the submission was read from.

    Returns
    -------
    str
        The folder's name if Moodle made it, so that the feedback folder can be zipped and given
        back to Moodle; else the student's name without what file systems refuse, with a digest
        where something had to be changed, so that no two are alike.
    """
    for part in Path(path).parts[-4:] if path else ():
        if (match := MOODLE.fullmatch(part)) and not match["rest"] and _is_safe(part):
            return part
    if _is_safe(student):
        return student
    bare = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", student)).strip("._-")[:MAX_NAME]
    return f"{bare or 'student'}-{hashlib.sha256(student.encode()).hexdigest()[:8]}"


def _is_safe(name: str) -> bool:
    """Say whether a name is harmless as a folder everywhere."""
    return (
        re.fullmatch(r"\w(?:[\w .-]*\w)?_?", name) is not None
        and len(name) <= MAX_NAME
        and not RESERVED.match(name)
    )


def render_all_feedback(
    gradebook: Gradebook, notebooks: Sequence[str] | None = None
) -> Iterator[Feedback]:
    """Make every feedback page, one at a time.

    Parameters
    ----------
    gradebook : Gradebook
        The marks.
    notebooks : sequence of str, optional
        Only these exercises.

    Yields
    ------
    Feedback
        A page, for each submission but those on which the grader failed.
    """
    for submission in gradebook.list_submissions():
        if submission.status == "failed":
            continue
        if notebooks is None or submission.notebook in notebooks:
            yield Feedback(
                submission.student,
                submission.notebook,
                name_folder(submission.student, submission.path),
                render_feedback(gradebook, submission.student, submission.notebook),
            )


def render_feedback(gradebook: Gradebook, student: str, notebook: str) -> str:
    """Make one feedback page.

    Parameters
    ----------
    gradebook : Gradebook
        The marks.
    student, notebook : str
        Whose, and which.

    Returns
    -------
    str
        A page of HTML that needs nothing but itself.

    Raises
    ------
    KeyError
        If the gradebook holds no such submission.
    """
    submission = gradebook.find_submission(student, notebook)
    if submission is None:
        raise KeyError((student, notebook))
    exercise = gradebook.find_exercise(notebook)
    manual = gradebook.list_students_manual_answers(student, notebook)
    is_graded = submission.status == "graded"
    return render(
        "feedback.html",
        title=exercise.title if exercise else notebook,
        submission=submission,
        is_graded=is_graded,
        earned=total([submission.points, *(answer.earned or 0.0 for answer in manual)]),
        max_points=total([submission.max_points, *(answer.max_points for answer in manual)]),
        is_waiting=is_graded
        and any(answer.earned is None and not is_unanswered(answer.text) for answer in manual),
        questions=_list_questions(
            exercise.questions if exercise else (),
            gradebook.list_visible_checks(student, notebook),
            gradebook.list_visible_answers(student, notebook),
            manual,
        )
        if is_graded
        else [],
    )


def _list_questions(
    questions: Sequence[QuestionRecord],
    checks: Sequence[VisibleCheck],
    answers: Sequence[VisibleAnswer],
    manual: Sequence[ManualRecord],
) -> list[_CheckedQuestion | _ManualQuestion]:
    """Return the questions of a page in the order of the exercise, then those it no longer has."""
    titles = {question.name: question.title for question in questions}
    by_question: dict[str, list[VisibleCheck]] = {}
    for check in checks:
        by_question.setdefault(check.question, []).append(check)
    by_hand = {answer.question: answer for answer in manual}
    ran = {answer.question: answer for answer in answers}
    names = [name for name in titles if name in by_question or name in by_hand]
    names += [name for name in (*by_question, *by_hand) if name not in titles]

    def label(name: str) -> str:
        title = titles.get(name, name)
        return name if title == name else f"{name}: {title}"

    return [
        _CheckedQuestion(
            label(name),
            total(check.earned for check in by_question[name]),
            total(check.points for check in by_question[name]),
            by_question[name],
            ran.get(name),
        )
        if name in by_question
        else _ManualQuestion(label(name), by_hand[name], is_unanswered(by_hand[name].text))
        for name in names
    ]
