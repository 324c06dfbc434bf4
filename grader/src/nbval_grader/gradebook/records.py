"""The records that the gradebook returns: one frozen record per row, without SQL."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

__all__ = [
    "AnswerStatus",
    "CheckRecord",
    "ExerciseRecord",
    "ManualRecord",
    "Mark",
    "QuestionPoints",
    "QuestionRecord",
    "SubmissionRecord",
    "VisibleAnswer",
    "VisibleCheck",
    "digest_answer",
]


def digest_answer(text: str) -> str:
    """Return a short name of an answer as it stands, to see later whether it changed.

    Parameters
    ----------
    text : str
        What the student wrote.

    Returns
    -------
    str
        Twelve hexadecimal digits of its SHA-256.
    """
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


@dataclass(frozen=True)
class QuestionRecord:
    """One question of an exercise.

    Attributes
    ----------
    name, title, tier : str
        As the master has them.
    points : float
        What it is worth.
    manual : bool
        Whether a person marks it.
    rubric : str
        How to mark it; empty where checks do.
    """

    name: str
    title: str
    tier: str
    points: float
    manual: bool
    rubric: str = ""


@dataclass(frozen=True)
class ExerciseRecord:
    """One exercise, as it was when it was last graded.

    Attributes
    ----------
    notebook, title : str
        Its name and title.
    max_points : float
        Points to be had from checks.
    digest : str
        Of its master.
    questions : tuple of QuestionRecord
        Its questions, those that a person marks last.
    """

    notebook: str
    title: str
    max_points: float
    digest: str
    questions: tuple[QuestionRecord, ...]


@dataclass(frozen=True)
class SubmissionRecord:
    """The result of grading one submission.

    Attributes
    ----------
    student, notebook : str
        Whose, and which exercise.
    path : str or None
        Where it was read from; None where nothing was handed in.
    digest : str
        Of all that decides its points: submission, master, versions and settings.
    status : str
        ``graded``, ``unreadable``, ``missing`` or ``failed``.
    reason : str
        Why, if not graded.
    points, max_points : float
        From checks.
    notices : tuple of str
        Sentences about the file.
    seconds : float
        Wall-clock seconds that grading took.
    sandboxed : bool
        Whether student code was confined.
    submitted_at : float or None
        When it was handed in, in seconds since 1970.
    graded_at : float
        When it was graded, in seconds since 1970.
    versions : str
        What it was graded with, as JSON.
    """

    student: str
    notebook: str
    path: str | None
    digest: str
    status: str
    reason: str
    points: float
    max_points: float
    notices: tuple[str, ...]
    seconds: float
    sandboxed: bool
    submitted_at: float | None
    graded_at: float
    versions: str


@dataclass(frozen=True)
class CheckRecord:
    """How one check went in one submission; for the teacher alone.

    Attributes
    ----------
    student, cell : str
        Whose, and which check cell.
    hidden : bool
        Whether learners never see the cell.
    outcome : str
        ``passed``, ``failed``, ``error``, ``timeout``, ``died``, ``memory``, ``output`` or
        ``skipped``.
    output : str
        What it printed.
    """

    student: str
    cell: str
    hidden: bool
    outcome: str
    output: str = field(repr=False)


@dataclass(frozen=True)
class VisibleCheck:
    """What a student may see of one check: neither its cell nor the output of a hidden one.

    Attributes
    ----------
    question : str
        Its question.
    hidden : bool
        Whether learners never see the cell.
    points, earned : float
        What it is worth and what it gave.
    outcome, hint, reason : str
        How it went, the master's hint, the grader's own sentence.
    shown : str
        Output that the student may see; always empty for a hidden check.
    """

    question: str
    hidden: bool
    points: float
    earned: float
    outcome: str
    hint: str
    reason: str
    shown: str


@dataclass(frozen=True)
class VisibleAnswer:
    """What a student may see of the run of an answer.

    Attributes
    ----------
    question, outcome, reason : str
        Its question, how it went, the grader's own sentence.
    shown : str
        What it printed in a run that held no hidden check.
    """

    question: str
    outcome: str
    reason: str
    shown: str


@dataclass(frozen=True)
class AnswerStatus:
    """Whether a submission holds an answer to a question.

    Attributes
    ----------
    student, question : str
        Whose, and which.
    found_by : str
        How its cell was found: ``id``, ``question``, ``position``, ``missing`` or ``ambiguous``.
    outcome : str
        How it ran; ``untouched`` where the stub still stands.
    """

    student: str
    question: str
    found_by: str
    outcome: str

    @property
    def is_answered(self) -> bool:
        """Whether the student wrote an answer that was found."""
        return self.outcome != "untouched" and self.found_by not in ("missing", "ambiguous")


@dataclass(frozen=True)
class QuestionPoints:
    """What one student earned by the checks of one question.

    Attributes
    ----------
    student, notebook, question : str
        Whose, and which.
    points, earned : float
        What its checks are worth together and what they gave.
    seconds : float
        Wall-clock seconds its checks ran.
    """

    student: str
    notebook: str
    question: str
    points: float
    earned: float
    seconds: float


@dataclass(frozen=True)
class ManualRecord:
    """One answer that a person marks.

    Attributes
    ----------
    student, notebook, question : str
        Whose, and which.
    text : str
        What the student wrote.
    max_points : float
        What it is worth.
    earned : float or None
        Its mark; None where it has none.
    comment, marker : str
        What the marker wrote, and who it was.
    marked_at : float or None
        When its mark or comment was last changed, in seconds since 1970.
    marked_digest : str or None
        Digest of the answer that the mark was given for; None where that is not known.
    """

    student: str
    notebook: str
    question: str
    text: str = field(repr=False)
    max_points: float
    earned: float | None
    comment: str
    marker: str
    marked_at: float | None
    marked_digest: str | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Student, notebook and question."""
        return self.student, self.notebook, self.question

    @property
    def is_changed_since_marked(self) -> bool:
        """Whether the student changed the answer after it had been marked."""
        if self.earned is None or self.marked_digest is None:
            return False
        return self.marked_digest != digest_answer(self.text)


@dataclass(frozen=True)
class Mark:
    """A mark to be written.

    Attributes
    ----------
    student, notebook, question : str
        Whose, and which.
    earned : float or None
        Points; None takes a mark back.
    comment : str or None
        What the student reads; None leaves the comment as it is.
    digest : str or None
        Of the answer that was marked; it is not kept for a mark taken back.
    """

    student: str
    notebook: str
    question: str
    earned: float | None
    comment: str | None
    digest: str | None
