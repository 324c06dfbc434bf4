"""The learner's own check: the visible points of one notebook, which is only read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import BadInput, NotGraded
from ..notebooks.expected import with_outputs
from ..notebooks.format import NAMESPACE, dump, mapping, number, parse, total
from ..notebooks.master import parse_master
from .pool import grade_job
from .protocol import CheckResult, Job, Limits, Outcome

__all__ = ["QuestionScore", "SelfCheck", "check_notebook"]


@dataclass
class QuestionScore:
    """What a learner reads about one question.

    Attributes
    ----------
    question, title : str
        Its name and title.
    points, earned : float
        Points of its visible checks, and those earned.
    message : str
        What its checks printed, or why they did not run.
    hint : str
        How to go on; empty when all is earned.
    """

    question: str
    title: str
    points: float
    earned: float
    message: str
    hint: str


@dataclass
class SelfCheck:
    """The result of checking a notebook.

    Attributes
    ----------
    exercise, title : str
        Which exercise it is.
    questions : list of QuestionScore
        In order.
    all_points : float
        Points of the whole exercise, those of hidden checks included.
    notices : list of str
        What is unexpected in the file.
    manual : list of str
        Discussion questions, which no check marks.
    saved : float
        When the file was last saved, in seconds since 1970.
    """

    exercise: str
    title: str
    all_points: float
    saved: float
    questions: list[QuestionScore] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    manual: list[str] = field(default_factory=list)

    @property
    def points(self) -> float:
        """Points of the visible checks."""
        return total(q.points for q in self.questions)

    @property
    def earned(self) -> float:
        """Points earned."""
        return total(q.earned for q in self.questions)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        from dataclasses import asdict

        return {**asdict(self), "points": self.points, "earned": self.earned}


def check_notebook(path: Path | str, limits: Limits | None = None) -> SelfCheck:
    """Run the visible checks of an exercise on a learner's answers.

    The file is only read. The checks are those that the exercise was handed out with (they are in
    its metadata), so it does not matter whether the check cells were run, cleared, edited or deleted.

    Parameters
    ----------
    path : Path or str
        The learner's notebook.
    limits : Limits, optional
        Time and memory.

    Returns
    -------
    SelfCheck
        Points, messages and hints.

    Raises
    ------
    BadInput
        If it is not an exercise, or the expected output of one of its checks is missing.
    NotGraded
        If the checks could not be run.
    """
    path = Path(path)
    if path.is_dir():
        raise BadInput(f"{path} is a folder; give one notebook, a file named *.ipynb.")
    try:
        data = path.read_bytes()
        saved = path.stat().st_mtime
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    meta = mapping(mapping(parse(data, str(path)).get("metadata")).get(NAMESPACE))
    skeleton = meta.get("visible")
    if not isinstance(skeleton, dict) or not isinstance(skeleton.get("cells"), list):
        raise BadInput(
            f"{path} is not an exercise: it carries no checks. "
            "Give a notebook from the exercises folder."
        )
    skeleton = with_outputs(skeleton, str(path))
    name = str(meta.get("exercise") or path.stem)
    master = parse_master(skeleton, name)
    job = Job(
        notebook=name,
        master=dump(skeleton),
        submission=data,
        limits=limits or Limits(cell_seconds=30, submission_seconds=180),
        sandbox=False,
        forked=False,
    )
    outcome = grade_job(job)
    if outcome.status == "failed":
        raise NotGraded(f"{path} could not be checked: {outcome.reason}")
    if outcome.status != "graded":
        raise BadInput(f"{path}: {outcome.reason}")
    result = SelfCheck(
        exercise=name,
        title=str(meta.get("title") or name),
        all_points=number(meta.get("points")) or 0.0,
        saved=saved,
        notices=outcome.notices,
        manual=[
            f"{m.name}: {m.title}" if m.title != m.name else m.name for m in master.manual.values()
        ],
    )
    for question in master.questions.values():
        checks = [c for c in outcome.checks if c.question == question.name]
        result.questions.append(
            QuestionScore(
                question=question.name,
                title=question.title,
                points=question.points,
                earned=total(c.earned for c in checks),
                message=message_of(outcome, question.name, checks),
                hint="" if all(c.outcome == "passed" for c in checks) else hint_of(checks),
            )
        )
    return result


def hint_of(checks: list[CheckResult]) -> str:
    """Return the hint of the first check that did not pass."""
    return next((c.hint for c in checks if c.outcome != "passed"), "")


def message_of(outcome: Outcome, question: str, checks: list[CheckResult]) -> str:
    """Return what a learner reads about a question: the answer's own error before the check's."""
    answer = next(a for a in outcome.answers if a.question == question)
    if all(c.outcome == "passed" for c in checks):
        return "\n".join(c.shown for c in checks if c.shown)
    if answer.outcome == "untouched" or answer.found_by in ("missing", "ambiguous"):
        return next(c.reason for c in checks if c.outcome != "passed")
    parts = []
    if answer.outcome != "passed":
        last = answer.shown.splitlines()[-1] if answer.shown else ""
        parts.append(f"The answer cell stopped with {last}" if last else answer.reason)
    for check in checks:
        if check.outcome == "failed" or check.outcome == "passed":
            parts.append(check.shown)
        elif check.outcome == "error" and answer.outcome == "passed":
            parts.append(
                f"The check stopped with {check.shown.splitlines()[-1]}" if check.shown else ""
            )
        elif answer.outcome == "passed":
            parts.append(check.reason)
    return "\n".join(part for part in parts if part)
