"""Every error of a master is reported in a sentence, and a valid master has none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from foreign import cell, master_cells, notebook

from nbval_grader.notebooks.lint import LintError, lint
from nbval_grader.notebooks.master import Master, parse_master

Cells = list[dict[str, Any]]


def errors(change: Callable[[Cells], object], **meta: Any) -> list[str]:
    """Return the errors of the foreign master after a change."""
    cells = master_cells()
    change(cells)
    return [str(f) for f in lint(parse_master(notebook(cells, **(meta or {"points": 6})), "m"))]


def at(cells: Cells, cell_id: str) -> dict[str, Any]:
    """Return one cell."""
    return next(c for c in cells if c["id"] == cell_id)


def meta(cells: Cells, cell_id: str) -> dict[str, Any]:
    """Return one cell's own metadata."""
    metadata: dict[str, Any] = at(cells, cell_id)["metadata"]["nbval_grader"]
    return metadata


def test_a_valid_master_has_no_error(master: Master) -> None:
    assert lint(master) == []


def test_an_error_names_its_cell() -> None:
    assert str(LintError("q1", "Oh.")) == "cell 'q1': Oh."
    assert str(LintError("", "Oh.")) == "Oh."


BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

CASES: list[tuple[str, Callable[[Cells], object], str]] = [
    ("no id", lambda c: at(c, "setup").pop("id"), "Cell number 2 has no id"),
    ("id twice", lambda c: at(c, "setup").update(id="title"), "The id is used 2 times"),
    ("id not a word", lambda c: at(c, "setup").update(id="A_b"), "lower-case words"),
    ("id not a word", lambda c: at(c, "setup").update(id="8f3c2d10"), "lower-case words"),
    ("id too long", lambda c: at(c, "setup").update(id="a" * 65), "lower-case words"),
    (
        "two roles",
        lambda c: at(c, "q1-check")["metadata"]["tags"].append("answer"),
        "several roles \\(check, answer\\)",
    ),
    (
        "answer as prose",
        lambda c: at(c, "q1-answer").update(cell_type="markdown"),
        "must be a code cell",
    ),
    (
        "manual as code",
        lambda c: at(c, "d1-answer").update(cell_type="code", outputs=[], execution_count=None),
        "must be a markdown cell",
    ),
    ("no question", lambda c: meta(c, "q1-check").pop("question"), "question is missing"),
    ("no solution", lambda c: at(c, "q1-answer").update(source="largest = 3"), "An answer needs"),
    (
        "solution not closed",
        lambda c: at(c, "q1-answer").update(source=f"{BEGIN}\nlargest = 3"),
        "is not closed by",
    ),
    (
        "stub not Python",
        lambda c: meta(c, "q1-answer").update(stub="largest ="),
        "With its stub in place the answer is not valid Python",
    ),
    (
        "solution elsewhere",
        lambda c: at(c, "setup").update(source=f"{BEGIN}\nnumbers = [3]\n{END}"),
        "not tagged answer",
    ),
    (
        "no nbval tag",
        lambda c: at(c, "q1-check")["metadata"]["tags"].remove("nbval-check-output"),
        "also needs the tag 'nbval-check-output'",
    ),
    (
        "nothing to grade",
        lambda c: c.__setitem__(slice(None), [cell("a", "1")]),
        "nothing to grade",
    ),
    (
        "two answers",
        lambda c: meta(c, "q2-answer").update(question="q1"),
        "Question 'q1' has more than one answer cell",
    ),
    ("no visible check", lambda c: c.remove(at(c, "q2-check")), "has no visible check"),
    (
        "one hidden check",
        lambda c: c.remove(at(c, "q2-hidden-1")),
        "has 1 hidden checks; at least 2",
    ),
    ("check before", lambda c: c.insert(1, c.pop(3)), "stands before the answer that it checks"),
    (
        "check of nothing",
        lambda c: meta(c, "q2-hidden-1").update(question="q7"),
        "no answer cell for question 'q7'",
    ),
    ("points not a number", lambda c: meta(c, "q1-check").update(points="1"), "above 0, got '1'"),
    ("points zero", lambda c: meta(c, "d1-answer").update(points=0), "above 0, got 0"),
    ("no hint", lambda c: meta(c, "q1-check").update(hint=" "), "needs a hint"),
    ("points do not add up", lambda c: meta(c, "q1-check").update(points=2), "add up to 7"),
    (
        "never executed",
        lambda c: at(c, "q1-hidden-1").update(execution_count=None),
        "was never executed",
    ),
    (
        "stored error",
        lambda c: at(c, "q1-check")["outputs"].append({"output_type": "error"}),
        "stored output is an error",
    ),
    (
        "stored stderr",
        lambda c: at(c, "q1-check")["outputs"][0].update(name="stderr"),
        "text on stderr",
    ),
    ("prints nothing", lambda c: at(c, "q1-check").update(outputs=[]), "It prints nothing"),
    (
        "hidden check prints a verdict",
        lambda c: at(c, "q3-hidden-1")["outputs"][0].update(text="True\nok\n"),
        "prints no computed value",
    ),
    (
        "hidden check prints its own words",
        lambda c: at(c, "q3-hidden-1").update(
            source="print('word', 'or two')",
            outputs=[{"output_type": "stream", "name": "stdout", "text": "word or two"}],
        ),
        "prints no computed value",
    ),
    (
        "an undefined name",
        lambda c: at(c, "q3-hidden-1").update(source="print('word', shout(wrod))"),
        "uses 'wrod', which no cell before it defines",
    ),
    (
        "a cell that depends on a check",
        lambda c: (
            at(c, "q1-check").update(source=at(c, "q1-check")["source"] + "\nsaved = 1"),
            c.append(cell("later", "print(saved)")),
        ),
        "uses 'saved', which only the check 'q1-check' defines",
    ),
    (
        "solution in a check",
        lambda c: at(c, "q1-hidden-1").update(
            source=at(c, "q1-hidden-1")["source"] + "\nlargest  =  max(numbers)"
        ),
        "contains a line of the solution: 'largest = max\\(numbers\\)'",
    ),
    (
        "a check that answers",
        lambda c: at(c, "q2-hidden-1").update(
            source="def double(x):\n    return 0\nprint('of five', double(5))"
        ),
        "defines 'double', which the learner must define",
    ),
    (
        "an answer that takes a built-in name",
        lambda c: at(c, "q1-answer").update(source=f"{BEGIN}\nmax = largest = 3\n{END}"),
        "defines 'max', a built-in name",
    ),
    (
        "a check that answers by assignment",
        lambda c: at(c, "q1-hidden-1").update(
            source="largest: int = 3\nlargest += 0\nprint('it is', largest)"
        ),
        "defines 'largest'",
    ),
]


@pytest.mark.parametrize(("name", "change", "message"), CASES, ids=[c[0] for c in CASES])
def test_every_error_is_reported(
    name: str, change: Callable[[Cells], object], message: str
) -> None:
    sentences = errors(change)

    assert any(re.search(message, sentence) for sentence in sentences), sentences


def test_stated_points_must_be_a_number() -> None:
    assert errors(lambda c: None, points="many") == [
        "The notebook states many points, its checks add up to 6."
    ]


def test_magics_and_every_kind_of_name_are_recognised() -> None:
    source = """%matplotlib inline
import os.path as path
async def later(a, *b, **c):
    try:
        return [d for d in b]
    except ValueError as error:
        return error
class Table: pass
"""

    def change(cells: Cells) -> None:
        at(cells, "setup")["source"] += "\n" + source
        at(cells, "q3-hidden-1")["source"] += "\nprint(path, later, Table, display)"
        at(cells, "q3-hidden-2")["source"] += "\n!ls"

    assert errors(change) == []


def test_a_cell_that_is_not_python_is_left_to_refresh() -> None:
    assert errors(lambda c: c.append(cell("odd", "def ="))) == []


def test_displayed_outputs_count_as_printed() -> None:
    def change(cells: Cells) -> None:
        at(cells, "q3-hidden-1")["outputs"] = [
            {"output_type": "execute_result", "data": {"text/plain": ["'WORD'"]}, "metadata": {}}
        ]

    assert errors(change) == []
