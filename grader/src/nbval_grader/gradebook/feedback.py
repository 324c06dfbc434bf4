"""Feedback for a student: one page an exercise, made of what may be seen and nothing else.

Only these reach a page: titles, questions, points, hints, the grader's own reasons and notices, what
the student's code printed in a run that held no hidden check, the student's own discussion answers,
and marks and comments given by hand. Everything is escaped.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..notebooks.format import total
from .manual_marks import unanswered
from .pages import page, paragraphs, preformatted, table, text
from .store import Gradebook
from .submissions import MOODLE

__all__ = ["feedback_name", "feedback_page", "feedback_pages"]

SUBMISSION = (
    "SELECT student, notebook, status, reason, points, max_points, notices FROM submissions "
    "WHERE student=? AND notebook=?"
)
CHECKS = (
    "SELECT question, hidden, points, earned, outcome, hint, reason, "
    "CASE WHEN hidden THEN '' ELSE shown END AS shown "
    "FROM checks WHERE student=? AND notebook=? ORDER BY position"
)
ANSWERS = "SELECT question, outcome, reason, shown FROM answers WHERE student=? AND notebook=?"
MANUAL = (
    "SELECT question, text, earned, max_points, comment FROM manual WHERE student=? AND notebook=?"
)
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
MAX_NAME = 60
FAULTS = ("error", "timeout", "died", "output", "skipped")


def feedback_name(student: str, path: str | None = None) -> str:
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
        back to Moodle; else the student's name without what file systems refuse, told apart by a
        digest where something had to be changed.
    """
    for part in Path(path).parts[-4:] if path else ():
        if (match := MOODLE.fullmatch(part)) and not match["rest"] and _sound(part):
            return part
    if _sound(student):
        return student
    bare = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", student)).strip("._-")[:MAX_NAME]
    return f"{bare or 'student'}-{hashlib.sha256(student.encode()).hexdigest()[:8]}"


def _sound(name: str) -> bool:
    """Say whether a name is harmless as a folder everywhere."""
    return (
        re.fullmatch(r"\w(?:[\w .-]*\w)?_?", name) is not None
        and len(name) <= MAX_NAME
        and not RESERVED.match(name)
    )


def feedback_pages(
    gradebook: Gradebook, notebooks: Sequence[str] | None = None
) -> Iterator[tuple[str, str, str | None, str]]:
    """Make every feedback page.

    Parameters
    ----------
    gradebook : Gradebook
        The marks.
    notebooks : sequence of str, optional
        Only these exercises.

    Yields
    ------
    student, notebook : str
        Whose, and which.
    path : str or None
        Where the submission was read from.
    html : str
        The page.
    """
    rows = gradebook.connection.execute(
        "SELECT student, notebook, path FROM submissions WHERE status <> 'failed' "
        "ORDER BY notebook, student"
    ).fetchall()
    for row in rows:
        if notebooks is None or row["notebook"] in notebooks:
            made = feedback_page(gradebook, row["student"], row["notebook"])
            yield row["student"], row["notebook"], row["path"], made


def feedback_page(gradebook: Gradebook, student: str, notebook: str) -> str:
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
    key = (student, notebook)
    ask = gradebook.connection.execute
    submission = ask(SUBMISSION, key).fetchone()
    if submission is None:
        raise KeyError(key)
    described = ask(
        "SELECT title, questions FROM notebooks WHERE notebook=?", (notebook,)
    ).fetchone()
    title = described["title"] if described else notebook
    questions = json.loads(described["questions"]) if described else []
    titles = {q["question"]: q["title"] for q in questions}
    checks: dict[str, list[Any]] = {}
    for check in ask(CHECKS, key):
        checks.setdefault(check["question"], []).append(check)
    answers = {row["question"]: row for row in ask(ANSWERS, key)}
    manual = {row["question"]: row for row in ask(MANUAL, key)}
    by_hand = total(row["earned"] or 0.0 for row in manual.values())
    by_hand_max = total(row["max_points"] for row in manual.values())
    waiting = submission["status"] == "graded" and any(
        row["earned"] is None and not unanswered(row["text"]) for row in manual.values()
    )
    parts = [
        f"<p>{text(student)}</p>",
        _headline(
            total([submission["points"], by_hand]),
            total([submission["max_points"], by_hand_max]),
            waiting,
        ),
    ]
    if submission["status"] != "graded":
        parts.append(paragraphs(submission["reason"], kind="note"))
    notices = json.loads(submission["notices"])
    if notices:
        parts.append("<h2>About your file</h2>\n<ul>")
        parts += [f"<li>{text(notice)}</li>" for notice in notices]
        parts.append("</ul>")
    order = [name for name in titles if name in checks or name in manual]
    order += [name for name in (*checks, *manual) if name not in titles]
    if submission["status"] == "graded":
        parts.append(_overview(order, titles, checks, manual))
        for name in order:
            if name in checks:
                parts.append(_question(name, titles, checks[name], answers.get(name)))
            else:
                parts.append(_discussion(name, titles, manual[name]))
    return page(f"Feedback: {title}", "\n".join(part for part in parts if part))


def _headline(earned: float, most: float, waiting: bool) -> str:
    """Say the mark in a sentence."""
    later = " Answers to discussion questions are still to be marked." if waiting else ""
    return f'<p class="points">{earned:g} of {most:g} points.{later}</p>'


def _label(name: str, titles: dict[str, str]) -> str:
    title = titles.get(name, name)
    return name if title == name else f"{name}: {title}"


def _overview(
    order: list[str],
    titles: dict[str, str],
    checks: dict[str, list[Any]],
    manual: dict[str, Any],
) -> str:
    """Make the table of points."""
    rows: list[tuple[object, ...]] = []
    for name in order:
        if name in checks:
            earned = total(c["earned"] for c in checks[name])
            most = total(c["points"] for c in checks[name])
            rows.append((_label(name, titles), f"{earned:g}", f"{most:g}"))
        else:
            row = manual[name]
            mark = "to be marked" if row["earned"] is None else f"{row['earned']:g}"
            if row["earned"] is None and unanswered(row["text"]):
                mark = "not answered"
            rows.append((_label(name, titles), mark, f"{row['max_points']:g}"))
    return table("Points by question", ("Question", "Points", "Of"), rows, numbers=2)


def _question(name: str, titles: dict[str, str], checks: list[Any], answer: Any) -> str:
    """Make the section of a question that checks mark."""
    parts = [f"<section>\n<h2>{text(_label(name, titles))}</h2>"]
    earned, most = total(c["earned"] for c in checks), total(c["points"] for c in checks)
    parts.append(f'<p class="points">{earned:g} of {most:g} points.</p>')
    if answer is not None and answer["outcome"] != "passed":
        parts.append(paragraphs(answer["reason"]))
        if answer["outcome"] in FAULTS and answer["shown"].strip():
            parts += ["<p>Your answer said:</p>", preformatted(answer["shown"])]
    further = 0
    said: set[str] = {answer["reason"]} if answer is not None else set()
    for check in checks:
        if check["hidden"]:
            further += 1
            kind = f"Further check {further}"
        else:
            kind = "Check in your notebook"
        parts.append(f"<h3>{kind}: {check['earned']:g} of {check['points']:g}</h3>")
        if check["reason"] and check["outcome"] != "passed" and check["reason"] not in said:
            parts.append(paragraphs(check["reason"]))
        if check["shown"].strip():
            parts += ["<p>It printed:</p>", preformatted(check["shown"])]
        if check["hint"] and check["outcome"] != "passed":
            parts.append(f"<p>Hint: {text(check['hint'])}</p>")
    parts.append("</section>")
    return "\n".join(part for part in parts if part)


def _discussion(name: str, titles: dict[str, str], row: Any) -> str:
    """Make the section of a question that a person marks."""
    parts = [f"<section>\n<h2>{text(_label(name, titles))}</h2>"]
    if row["earned"] is not None:
        parts.append(f'<p class="points">{row["earned"]:g} of {row["max_points"]:g} points.</p>')
    elif unanswered(row["text"]):
        parts.append("<p>You have not answered this question.</p>")
    else:
        parts.append("<p>Still to be marked.</p>")
    if row["comment"].strip():
        parts += ["<p>Comment:</p>", paragraphs(row["comment"], kind="note")]
    if not unanswered(row["text"]):
        parts += ["<p>You wrote:</p>", preformatted(row["text"])]
    parts.append("</section>")
    return "\n".join(part for part in parts if part)
