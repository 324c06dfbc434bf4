"""Item analysis, for the teacher alone: how hard each question was, and whether it told apart.

*Difficulty* is the mean share of a question's points that was earned (1: everybody earned all).
*Discrimination* is the correlation of that share with the points earned in the rest of the exercise
(the corrected point-biserial correlation, where a question is right or wrong), and the *upper-lower
index* the difference of its mean share between the best and the worst 27 % of the class, as is
customary in classical test theory.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from ..notebooks.format import total
from .pages import page, paragraphs, preformatted, table, text
from .sheets import csv_text
from .store import Gradebook

__all__ = [
    "Analysis",
    "CheckStatistics",
    "Item",
    "WrongOutput",
    "analyse",
    "correlation",
    "items_page",
    "items_table",
    "upper_lower",
]

GROUP = 0.27
FEW = 10
EASY, HARD, WEAK = 0.95, 0.2, 0.1
COMMON = 3
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
    seconds : float
        Median wall-clock seconds it ran.
    wrong : tuple of WrongOutput
        The most common ways in which it went wrong.
    """

    cell: str
    hidden: bool
    passed: int
    tried: int
    seconds: float
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
        Upper-lower index; None for fewer than `FEW` students.
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
            return "Nobody earned a point: look whether question and checks say the same."
        if self.discrimination is not None and self.discrimination < 0:
            return "Those who did well elsewhere did worse here: look for a fault in the question."
        if self.difficulty < HARD:
            return "Very hard."
        if self.difficulty > EASY:
            return "Nearly everybody earned it."
        if self.discrimination is not None and self.discrimination < WEAK:
            return "It hardly tells strong answers from weak ones."
        return ""


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


def correlation(a: Sequence[float], b: Sequence[float]) -> float | None:
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
    if len(a) < 2:
        return None
    da, db = [x - fmean(a) for x in a], [y - fmean(b) for y in b]
    spread = math.sqrt(math.fsum(x * x for x in da) * math.fsum(y * y for y in db))
    if spread < 1e-12:
        return None
    r = math.fsum(x * y for x, y in zip(da, db, strict=True)) / spread
    return max(-1.0, min(1.0, r))


def upper_lower(shares: Sequence[float], rest: Sequence[float]) -> float | None:
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
    if len(shares) < FEW:
        return None
    size = GROUP * len(shares)

    def mean_of_first(descending: bool) -> float:
        left, gained = size, 0.0
        for level in sorted(set(rest), reverse=descending):
            same = [s for s, r in zip(shares, rest, strict=True) if r == level]
            weight = min(1.0, left / len(same))
            gained += weight * math.fsum(same)
            left -= weight * len(same)
            if left <= 1e-9:
                break
        return gained / size

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
    ask = gradebook.connection.execute
    described = ask(
        "SELECT title, questions FROM notebooks WHERE notebook=?", (notebook,)
    ).fetchone()
    questions = json.loads(described["questions"]) if described else []
    graded = ask(
        "SELECT student, seconds FROM submissions WHERE notebook=? AND status='graded' "
        "ORDER BY student",
        (notebook,),
    ).fetchall()
    students = [row["student"] for row in graded]
    earned: dict[str, dict[str, float]] = {}
    spent: dict[str, dict[str, float]] = {}
    for row in ask(
        "SELECT student, question, sum(earned) AS earned, sum(checks.seconds) AS seconds FROM checks "
        "JOIN submissions USING (student, notebook) WHERE notebook=? AND status='graded' "
        "GROUP BY student, question",
        (notebook,),
    ):
        earned.setdefault(row["question"], {})[row["student"]] = row["earned"]
        spent.setdefault(row["question"], {})[row["student"]] = row["seconds"]
    tried: dict[str, set[str]] = {}
    for row in ask(
        "SELECT student, question FROM answers WHERE notebook=? AND outcome <> 'untouched' "
        "AND found_by NOT IN ('missing', 'ambiguous')",
        (notebook,),
    ):
        tried.setdefault(row["question"], set()).add(row["student"])
    by_hand: dict[str, dict[str, float]] = {}
    for row in ask(
        "SELECT student, question, earned FROM manual WHERE notebook=? AND earned IS NOT NULL",
        (notebook,),
    ):
        by_hand.setdefault(row["question"], {})[row["student"]] = row["earned"]
    totals = {
        student: total(marks.get(student, 0.0) for marks in (*earned.values(), *by_hand.values()))
        for student in students
    }
    items = []
    for question in questions:
        name = question["question"]
        marks = by_hand.get(name, {}) if question.get("manual") else earned.get(name, {})
        who = [s for s in students if s in marks]
        if not who or not question["points"]:
            continue
        shares = [marks[s] / question["points"] for s in who]
        rest = [total([totals[s], -marks[s]]) for s in who]
        times = [spent[name][s] for s in who if s in tried.get(name, ())] if name in spent else []
        items.append(
            Item(
                question=name,
                title=question["title"],
                points=question["points"],
                students=len(who),
                attempted=len(who)
                if question.get("manual")
                else len(tried.get(name, set()) & set(who)),
                difficulty=fmean(shares),
                discrimination=correlation(shares, rest),
                index=upper_lower(shares, rest),
                seconds=median(times) if times else 0.0,
                checks=_checks(gradebook, notebook, name, tried.get(name, set())),
            )
        )
    return Analysis(
        notebook=notebook,
        title=described["title"] if described else notebook,
        points=total(item.points for item in items),
        totals=tuple(sorted(totals.values())),
        seconds=median(row["seconds"] for row in graded) if graded else None,
        items=tuple(items),
    )


def _checks(
    gradebook: Gradebook, notebook: str, question: str, tried: set[str]
) -> tuple[CheckStatistics, ...]:
    """Count how each check of a question went, among those who answered it."""
    rows: dict[str, list[tuple[bool, str, str, float]]] = {}
    for row in gradebook.connection.execute(
        "SELECT checks.student, cell, hidden, outcome, output, checks.seconds AS seconds FROM checks "
        "JOIN submissions USING (student, notebook) WHERE notebook=? AND question=? "
        "AND status='graded' ORDER BY position",
        (notebook, question),
    ):
        if row["student"] in tried:
            rows.setdefault(row["cell"], []).append(
                (bool(row["hidden"]), row["outcome"], row["output"], row["seconds"])
            )
    found = []
    for cell, results in rows.items():
        wrong = Counter(
            (outcome, _alike(output)) for _, outcome, output, _ in results if outcome != "passed"
        )
        ordered = sorted(wrong.items(), key=lambda pair: (-pair[1], pair[0]))
        found.append(
            CheckStatistics(
                cell=cell,
                hidden=results[0][0],
                passed=sum(outcome == "passed" for _, outcome, _, _ in results),
                tried=len(results),
                seconds=median(seconds for *_, seconds in results),
                wrong=tuple(WrongOutput(n, *key) for key, n in ordered[:COMMON]),
            )
        )
    return tuple(found)


def _alike(output: str) -> str:
    """Make outputs equal that differ only in white space at the ends and in memory addresses."""
    lines = (line.rstrip() for line in ADDRESS.sub("0x…", output).strip().splitlines())
    joined = "\n".join(lines)
    return joined if len(joined) <= MAX_OUTPUT else joined[:MAX_OUTPUT] + "\n[...]"


def items_table(analyses: Sequence[Analysis]) -> str:
    """Write the figures as CSV.

    Parameters
    ----------
    analyses : sequence of Analysis
        Exercises.

    Returns
    -------
    str
        A row for each question.
    """
    heads = (
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
    )
    rows = [
        (
            a.notebook,
            i.question,
            i.title,
            i.points,
            i.students,
            i.attempted,
            _rounded(i.difficulty),
            _rounded(i.discrimination),
            _rounded(i.index),
            _rounded(i.seconds),
            i.remark,
        )
        for a in analyses
        for i in a.items
    ]
    return csv_text(heads, rows)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def items_page(analyses: Sequence[Analysis]) -> str:
    """Make the page for the teacher: it holds hidden outputs, so it is never given to learners.

    Parameters
    ----------
    analyses : sequence of Analysis
        Exercises.

    Returns
    -------
    str
        HTML with its plots drawn inside.
    """
    parts = [
        '<p class="note">For teachers only: this page shows outputs of hidden checks.</p>',
        "<p>Difficulty is the mean share of a question's points that was earned: 1 means that "
        "everybody earned them all. Discrimination is the correlation of that share with the points "
        "in the rest of the exercise: near 0 a question does not tell strong answers from weak ones, "
        "below 0 it misleads. The upper-lower index compares the best and the worst 27 % of the "
        f"class. With fewer than {FEW} students these figures mean little.</p>",
    ]
    for analysis in analyses:
        parts.append(_exercise(analysis))
    return page("Item analysis", "\n".join(parts))


def _exercise(a: Analysis) -> str:
    """Make the part of one exercise."""
    title = a.notebook if a.title == a.notebook else f"{a.notebook}: {a.title}"
    parts = [f"<section>\n<h2>{text(title)}</h2>"]
    if not a.totals:
        return "\n".join([*parts, "<p>No submission was graded.</p>\n</section>"])
    time = f" Grading took {a.seconds:.2g} s a submission (median)." if a.seconds else ""
    parts.append(
        f"<p>{len(a.totals)} graded. Median {median(a.totals):g} of {a.points:g} points, "
        f"lowest {a.totals[0]:g}, highest {a.totals[-1]:g}.{time}</p>"
    )
    parts += [_histogram(a), _scatter(a)]
    rows = [
        (
            i.question if i.title == i.question else f"{i.question}: {i.title}",
            i.points,
            f"{i.attempted} of {i.students}",
            round(i.difficulty, 2),
            None if i.discrimination is None else round(i.discrimination, 2),
            None if i.index is None else round(i.index, 2),
            round(i.seconds, 3),
            i.remark,
        )
        for i in a.items
    ]
    heads = (
        "Question",
        "Points",
        "Answered",
        "Difficulty",
        "Discrimination",
        "Upper-lower",
        "Median seconds",
        "Remark",
    )
    parts.append(table("Questions", heads, rows, numbers=6))
    for item in a.items:
        parts.append(_wrong(item))
    parts.append("</section>")
    return "\n".join(part for part in parts if part)


def _wrong(item: Item) -> str:
    """List the most common wrong outputs of a question's checks."""
    if not any(check.wrong for check in item.checks):
        return ""
    parts = [f"<h3>{text(item.question)}: most common wrong outputs</h3>"]
    for check in item.checks:
        if not check.wrong:
            continue
        kind = "hidden check" if check.hidden else "check"
        parts.append(
            f"<p>{kind.capitalize()} {text(check.cell)}: {check.passed} of {check.tried} passed.</p>"
        )
        for wrong in check.wrong:
            said = {"failed": "printed", "error": "stopped with"}.get(wrong.outcome, wrong.outcome)
            times = "1 answer" if wrong.count == 1 else f"{wrong.count} answers"
            parts.append(paragraphs(f"{times} {said}:" if wrong.output else f"{times}: {said}."))
            parts.append(preformatted(wrong.output))
    return "\n".join(part for part in parts if part)


WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 280, 60, 48, 16


def _frame(
    name: str, title: str, body: Sequence[str], x_label: str, y_label: str, sentence: str
) -> str:
    """Put a drawing into axes, with its sentence."""
    right, floor = WIDTH - 16, HEIGHT - BOTTOM
    return (
        f'<figure>\n<svg role="img" aria-labelledby="{name}-t {name}-d" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-size="13" fill="#1a1a1a">\n'
        f'<title id="{name}-t">{text(title)}</title>\n<desc id="{name}-d">{text(sentence)}</desc>\n'
        f'<path d="M{LEFT} {TOP}V{floor}H{right}" fill="none" stroke="#1a1a1a"/>\n'
        + "\n".join(body)
        + f'\n<text x="{(LEFT + right) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{text(x_label)}</text>\n"
        f'<text transform="translate(14 {(TOP + floor) / 2:.0f}) rotate(-90)" '
        f'text-anchor="middle">{text(y_label)}</text>\n</svg>\n'
        f"<figcaption>{text(sentence)}</figcaption>\n</figure>"
    )


def _tick(x: float, y: float, label: str, *, below: bool) -> str:
    """Draw a tick and its number."""
    if below:
        return (
            f'<path d="M{x:.1f} {y:.1f}v5" stroke="#1a1a1a"/>'
            f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{label}</text>'
        )
    return (
        f'<path d="M{x:.1f} {y:.1f}h-5" stroke="#1a1a1a"/>'
        f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
    )


def _anchor(a: Analysis, kind: str) -> str:
    """Return an id for a drawing that is one on the page."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9_-]", lambda m: f"-{ord(m[0]):x}-", a.notebook)


def _histogram(a: Analysis) -> str:
    """Draw how points are spread over the class."""
    bins = 10
    counts = [0] * bins
    for points in a.totals:
        counts[min(bins - 1, int(bins * points / a.points + 1e-9)) if a.points else 0] += 1
    floor, right, most = HEIGHT - BOTTOM, WIDTH - 16, max(counts)
    step = (right - LEFT) / bins
    body = []
    for place, count in enumerate(counts):
        height = (floor - TOP - 16) * count / most
        x = LEFT + place * step
        body.append(
            f'<rect x="{x + 2:.1f}" y="{floor - height:.1f}" width="{step - 4:.1f}" '
            f'height="{height:.1f}" fill="#0072b2"/>'
        )
        if count:
            body.append(
                f'<text x="{x + step / 2:.1f}" y="{floor - height - 4:.1f}" '
                f'text-anchor="middle">{count}</text>'
            )
    body += [
        _tick(LEFT + k * step, floor, f"{k * a.points / bins:g}", below=True)
        for k in range(0, bins + 1, 2)
    ]
    top = max(range(bins), key=lambda k: (counts[k], -k))
    low, high = top * a.points / bins, (top + 1) * a.points / bins
    sentence = (
        f"Points of {len(a.totals)} submissions: the fullest tenth of the scale, {low:g} to {high:g} "
        f"points, holds {counts[top]}."
    )
    return _frame(
        _anchor(a, "points"), "How points are spread", body, "Points", "Submissions", sentence
    )


def _scatter(a: Analysis) -> str:
    """Draw each question by difficulty and discrimination; a square asks to be looked at."""
    drawn = [i for i in a.items if i.discrimination is not None]
    if not drawn:
        return "<p>Discrimination is not defined: every submission earned the same.</p>"
    floor, right = HEIGHT - BOTTOM, WIDTH - 60

    def across(value: float) -> float:
        return LEFT + (right - LEFT) * value

    lowest = -1.0 if any((i.discrimination or 0) < -0.2 for i in drawn) else -0.2

    def up(value: float) -> float:
        return floor - (floor - TOP) * (value - lowest) / (1 - lowest)

    body = [_tick(across(k / 5), floor, f"{k / 5:g}", below=True) for k in range(6)]
    ticks = [k / 5 for k in range(round(lowest * 5), 6)] if lowest > -1 else [-1, -0.5, 0, 0.5, 1]
    body += [_tick(LEFT, up(t), f"{t:g}", below=False) for t in ticks]
    body.append(
        f'<path d="M{LEFT} {up(0):.1f}H{WIDTH - 16}" stroke="#767676" stroke-dasharray="4 4"/>'
    )
    odd = []
    for item in drawn:
        x, y = across(item.difficulty), up(item.discrimination or 0.0)
        if item.remark:
            odd.append(item.question)
            body.append(
                f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="#d55e00"/>'
            )
        else:
            body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#0072b2"/>')
        body.append(f'<text x="{x + 9:.1f}" y="{y + 4:.1f}">{text(item.question)}</text>')
    hardest = min(drawn, key=lambda i: i.difficulty)
    sentence = (
        f"Difficulty against discrimination of {len(drawn)} questions: the hardest is "
        f"{hardest.question} ({hardest.difficulty:.2f}). "
        + (
            f"Squares ask to be looked at: {', '.join(odd)}."
            if odd
            else "None asks to be looked at."
        )
    )
    return _frame(
        _anchor(a, "items"),
        "Difficulty and discrimination",
        body,
        "Difficulty (share of points earned)",
        "Discrimination",
        sentence,
    )
