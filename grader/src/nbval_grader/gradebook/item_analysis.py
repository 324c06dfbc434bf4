"""Item analysis: how hard each question was, and whether it separates strong students from weak ones.

*Difficulty* is the mean share of a question's points that was earned (1: everybody earned all).
*Discrimination* is the correlation of that share with the points earned in the rest of the exercise
(the corrected point-biserial correlation, where a question is right or wrong), and the *upper-lower
index* the difference of its mean share between the best and the worst 27 % of the class, as is
customary in classical test theory.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..notebooks.format import total
from .records import CheckRecord, QuestionRecord
from .store import Gradebook

__all__ = [
    "MIN_STUDENTS",
    "Analysis",
    "Band",
    "CheckStatistics",
    "Item",
    "WrongOutput",
    "analyse",
    "correlate",
    "upper_lower_index",
]

GROUP = 0.27
MIN_STUDENTS = 10
EASY, HARD, WEAK = 0.95, 0.2, 0.1
BANDS = 10
MAX_WRONG_OUTPUTS = 3
MAX_OUTPUT = 600
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


@dataclass(frozen=True)
class WrongOutput:
    """One way in which a check went wrong.

    Attributes
    ----------
    count : int
        Submissions that went wrong this way.
    outcome : str
        ``failed``, ``error``, ``timeout``, ``died``, ``output`` or ``skipped``.
    output : str
        What was printed.
    """

    count: int
    outcome: str
    output: str


@dataclass(frozen=True)
class CheckStatistics:
    """How one check went.

    Attributes
    ----------
    cell : str
        Its cell.
    hidden : bool
        Whether learners do not see it.
    passed, tried : int
        Submissions that passed it, and those that had an answer for it.
    wrong : tuple of WrongOutput
        The most common ways in which it went wrong.
    """

    cell: str
    hidden: bool
    passed: int
    tried: int
    wrong: tuple[WrongOutput, ...]


@dataclass(frozen=True)
class Item:
    """How one question went.

    Attributes
    ----------
    question, title : str
        Its name and title.
    points : float
        What it is worth.
    students : int
        Graded submissions.
    attempted : int
        Those that held an answer.
    difficulty : float
        Mean share of its points earned, in [0, 1].
    discrimination : float or None
        Correlation with the rest of the exercise; None where one of both does not vary.
    index : float or None
        Upper-lower index; None for fewer than `MIN_STUDENTS` students.
    seconds : float
        Median wall-clock seconds its checks ran.
    checks : tuple of CheckStatistics
        Its checks; none where a person marks.
    """

    question: str
    title: str
    points: float
    students: int
    attempted: int
    difficulty: float
    discrimination: float | None
    index: float | None
    seconds: float
    checks: tuple[CheckStatistics, ...] = ()

    @property
    def remark(self) -> str:
        """A sentence where the figures ask for one."""
        if self.attempted == 0:
            return "Nobody answered it."
        if self.difficulty == 0:
            return "Nobody earned a point: check that the question and its checks agree."
        if self.discrimination is not None and self.discrimination < 0:
            return "Those who did well elsewhere did worse here: look for an error in the question."
        if self.difficulty < HARD:
            return "Very hard."
        if self.difficulty > EASY:
            return "Nearly everybody earned it."
        if self.discrimination is not None and self.discrimination < WEAK:
            return "It hardly tells strong answers from weak ones."
        return ""


@dataclass(frozen=True)
class Band:
    """A tenth of the scale of points, and who is in it.

    Attributes
    ----------
    low, high : float
        Its points; `high` belongs to the next band, except in the last one.
    count : int
        Submissions in it.
    """

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Analysis:
    """How one exercise went.

    Attributes
    ----------
    notebook, title : str
        Name and title.
    points : float
        What it is worth, answers marked by hand included once anybody's are marked.
    totals : tuple of float
        Points of each graded submission, sorted.
    seconds : float or None
        Median wall-clock seconds to grade a submission.
    items : tuple of Item
        Its questions in order.
    """

    notebook: str
    title: str
    points: float
    totals: tuple[float, ...]
    seconds: float | None
    items: tuple[Item, ...] = field(repr=False)

    @property
    def bands(self) -> tuple[Band, ...]:
        """How the points are spread over tenths of the scale."""
        width = self.points / BANDS
        # A total on the edge of two bands is in the upper one, whatever the rounding of binary fractions.
        counts = Counter(
            min(BANDS - 1, int(points / width + 1e-9)) if width else 0 for points in self.totals
        )
        return tuple(Band(n * width, (n + 1) * width, counts[n]) for n in range(BANDS))


def correlate(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return Pearson's correlation, or None where it is not defined.

    Parameters
    ----------
    a, b : sequence of float
        Paired values.

    Returns
    -------
    float or None
        In [-1, 1]; None for fewer than two pairs or where one side does not vary.

    Raises
    ------
    ValueError
        If the two differ in length.
    """
    if len(a) != len(b):
        raise ValueError(f"both must have one length, got {len(a)} and {len(b)}")
    if len(set(a)) < 2 or len(set(b)) < 2:
        return None
    return max(-1.0, min(1.0, statistics.correlation(a, b)))


def upper_lower_index(shares: Sequence[float], rest: Sequence[float]) -> float | None:
    """Return the upper-lower index of a question.

    Parameters
    ----------
    shares : sequence of float
        Share of its points that each student earned.
    rest : sequence of float
        What each earned in the rest of the exercise; its order makes the groups. Students who are
        level at a group's edge count for the part that falls into the group.

    Returns
    -------
    float or None
        Mean share of the best 27 % less that of the worst 27 %; None for fewer than 10 students.
    """
    if len(shares) < MIN_STUDENTS:
        return None
    size = GROUP * len(shares)

    def mean_of_first(descending: bool) -> float:
        left, earned = size, 0.0
        for level in sorted(set(rest), reverse=descending):
            same = [s for s, r in zip(shares, rest, strict=True) if r == level]
            weight = min(1.0, left / len(same))
            earned += weight * math.fsum(same)
            left -= weight * len(same)
            if left <= 1e-9:
                break
        return earned / size

    return mean_of_first(True) - mean_of_first(False)


def analyse(gradebook: Gradebook, notebook: str) -> Analysis:
    """Analyse how an exercise went.

    Parameters
    ----------
    gradebook : Gradebook
        The marks.
    notebook : str
        The exercise.

    Returns
    -------
    Analysis
        Of graded submissions alone: what is missing or could not be read says nothing on a question.
    """
    exercise = gradebook.find_exercise(notebook)
    graded = [s for s in gradebook.list_submissions(notebook) if s.status == "graded"]
    students = [submission.student for submission in graded]
    points: dict[str, dict[str, float]] = defaultdict(dict)
    seconds: dict[str, dict[str, float]] = defaultdict(dict)
    for sums in gradebook.list_question_points(notebook):
        points[sums.question][sums.student] = sums.earned
        seconds[sums.question][sums.student] = sums.seconds
    for mark in gradebook.list_manual_answers(notebook):
        if mark.earned is not None:
            points[mark.question][mark.student] = mark.earned
    answered: dict[str, set[str]] = defaultdict(set)
    for answer in gradebook.list_answer_statuses(notebook):
        if answer.is_answered:
            answered[answer.question].add(answer.student)
    totals = {
        student: total(by_student.get(student, 0.0) for by_student in points.values())
        for student in students
    }
    items = []
    for question in exercise.questions if exercise else ():
        earned = {s: points[question.name][s] for s in students if s in points[question.name]}
        if not earned or not question.points:
            continue
        who = set(earned) if question.manual else answered[question.name] & set(earned)
        spent = [seconds[question.name][s] for s in who if s in seconds[question.name]]
        checks = gradebook.list_checks(notebook, question.name)
        items.append(_analyse_question(question, earned, totals, who, spent, checks))
    return Analysis(
        notebook=notebook,
        title=exercise.title if exercise else notebook,
        points=total(item.points for item in items),
        totals=tuple(sorted(totals.values())),
        seconds=statistics.median(s.seconds for s in graded) if graded else None,
        items=tuple(items),
    )


def _analyse_question(
    question: QuestionRecord,
    earned: Mapping[str, float],
    totals: Mapping[str, float],
    answered: set[str],
    seconds: Sequence[float],
    checks: Sequence[CheckRecord],
) -> Item:
    """Work out the figures of one question from what each student earned."""
    shares = [points / question.points for points in earned.values()]
    rest = [total([totals[student], -points]) for student, points in earned.items()]
    return Item(
        question=question.name,
        title=question.title,
        points=question.points,
        students=len(earned),
        attempted=len(answered),
        difficulty=statistics.fmean(shares),
        discrimination=correlate(shares, rest),
        index=upper_lower_index(shares, rest),
        seconds=statistics.median(seconds) if seconds else 0.0,
        checks=_count_checks([check for check in checks if check.student in answered]),
    )


def _count_checks(checks: Sequence[CheckRecord]) -> tuple[CheckStatistics, ...]:
    """Count how each check of a question went, in the order of the notebook."""
    by_cell: dict[str, list[CheckRecord]] = {}
    for check in checks:
        by_cell.setdefault(check.cell, []).append(check)
    counted = []
    for cell, results in by_cell.items():
        wrong = Counter(
            (check.outcome, _normalise(check.output))
            for check in results
            if check.outcome != "passed"
        )
        ordered = sorted(wrong.items(), key=lambda pair: (-pair[1], pair[0]))
        counted.append(
            CheckStatistics(
                cell=cell,
                hidden=results[0].hidden,
                passed=sum(check.outcome == "passed" for check in results),
                tried=len(results),
                wrong=tuple(WrongOutput(n, *key) for key, n in ordered[:MAX_WRONG_OUTPUTS]),
            )
        )
    return tuple(counted)


def _normalise(output: str) -> str:
    """Make outputs equal that differ only in white space at the ends and in memory addresses."""
    lines = (line.rstrip() for line in ADDRESS.sub("0x…", output).strip().splitlines())
    joined = "\n".join(lines)
    return joined if len(joined) <= MAX_OUTPUT else joined[:MAX_OUTPUT] + "\n[...]"
