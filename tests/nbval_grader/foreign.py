"""A master that belongs to no course, and submissions of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nbval_grader.checking import digest
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master, parse_master
from nbval_grader.notebooks.student_version import exercise

CHECK = ("check", "nbval-check-output")
HIDDEN = ("hidden-check", "nbval-check-output")
SALT = "0123abcd"

RIGHT = {
    "q1-answer": "largest = max(numbers)",
    "q2-answer": "def double(x):\n    return 2 * x",
    "q3-answer": "def shout(text):\n    return text.upper()",
}
HIDDEN_TEXTS = ("of five", "of minus", "and twice", "show(", "q1-hidden", "mixed")
POINTS = {"q1": 2.0, "q2": 2.0, "q3": 2.0}


def cell(
    cell_id: str,
    source: str,
    tags: tuple[str, ...] = (),
    kind: str = "code",
    prints: str | None = None,
    count: int | None = None,
    **meta: Any,
) -> dict[str, Any]:
    """Return a raw cell; `prints` is its stored output."""
    metadata: dict[str, Any] = {}
    if tags:
        metadata["tags"] = list(tags)
    if meta:
        metadata["nbval_grader"] = meta
    raw = {"id": cell_id, "cell_type": kind, "metadata": metadata, "source": source}
    if kind == "code":
        raw["outputs"] = (
            [{"output_type": "stream", "name": "stdout", "text": prints + "\n"}] if prints else []
        )
        raw["execution_count"] = count
    return raw


def master_cells() -> list[dict[str, Any]]:
    """Return the cells of a master: three questions of two points each, and one marked by hand."""
    right = "from nbval_grader.checking import call, check, matches\n"
    values = "from nbval_grader.checking import call, show\n"
    return [
        cell("title", "# Numbers and words", kind="markdown"),
        cell("setup", "numbers = [3, 1, 2]"),
        cell(
            "q1-answer",
            "### BEGIN SOLUTION\nlargest = max(numbers)\n### END SOLUTION",
            ("answer",),
            question="q1",
            title="The largest number",
            tier="A",
            stub="largest = ...",
        ),
        cell(
            "q1-check",
            right + f"check(matches(largest, {digest(3, salt=SALT)!r}), right='q1: yes.', "
            "wrong='q1: not yet. Look at every number.')",
            CHECK,
            prints="q1: yes.",
            count=3,
            question="q1",
            points=1,
            hint="There is a function for this.",
        ),
        cell(
            "q1-hidden-1",
            values + "show('it is', largest)",
            HIDDEN,
            prints="it is 3",
            count=4,
            question="q1",
            points=0.5,
        ),
        cell(
            "q1-hidden-2",
            values + "show('and twice', 2 * largest)",
            HIDDEN,
            prints="and twice 6",
            count=5,
            question="q1",
            points=0.5,
        ),
        cell(
            "q2-answer",
            "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
            ("answer",),
            question="q2",
            title="Double",
            tier="B",
        ),
        cell(
            "q2-check",
            right + "check(call(double, 1) == 2, right='q2: yes.', wrong='q2: double(1) is off.');",
            CHECK,
            prints="q2: yes.",
            count=7,
            question="q2",
            points=1,
            hint="Multiply.",
        ),
        cell(
            "q2-hidden-1",
            values + "show('of five', call(double, 5))",
            HIDDEN,
            prints="of five 10",
            count=8,
            question="q2",
            points=0.5,
        ),
        cell(
            "q2-hidden-2",
            values + "show('of minus', call(double, -7.5))",
            HIDDEN,
            prints="of minus -15.0",
            count=9,
            question="q2",
            points=0.5,
        ),
        cell(
            "q3-answer",
            "def shout(text):\n    ### BEGIN SOLUTION\n    return text.upper()\n    ### END SOLUTION",
            ("answer",),
            question="q3",
            title="Shout",
            tier="C",
        ),
        cell(
            "q3-check",
            right
            + "verdict = call(shout, 'a') == 'A'\nprint('q3: yes.' if verdict else 'q3: no.')",
            CHECK,
            prints="q3: yes.",
            count=11,
            question="q3",
            points=1,
            hint="Texts have methods.",
        ),
        cell(
            "q3-hidden-1",
            "print('word', shout('word'))",
            HIDDEN,
            prints="word WORD",
            count=12,
            question="q3",
            points=0.5,
        ),
        cell(
            "q3-hidden-2",
            "print('mixed', shout('mIxEd'), len(shout('mixed')))",
            HIDDEN,
            prints="mixed MIXED 5",
            count=13,
            question="q3",
            points=0.5,
        ),
        cell(
            "d1-answer",
            "Why?\n\n### BEGIN SOLUTION\nBecause a model answer says so.\n### END SOLUTION",
            ("manual",),
            "markdown",
            question="d1",
            title="Why",
            points=2,
            rubric="claim 1, reason 1",
        ),
    ]


def notebook(cells: list[dict[str, Any]], **meta: Any) -> dict[str, Any]:
    """Return a raw notebook."""
    metadata: dict[str, Any] = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    }
    if meta:
        metadata["nbval_grader"] = meta
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def foreign_master() -> Master:
    """Return the master."""
    return parse_master(notebook(master_cells(), title="Numbers", points=6), "foreign")


def handed_in(answers: Mapping[str, str] = RIGHT, master: Master | None = None) -> dict[str, Any]:
    """Return the exercise with these answers, as a raw notebook."""
    copy = json.loads(dump(exercise(master or foreign_master())))
    for raw in copy["cells"]:
        if raw["id"] in answers:
            raw["source"] = answers[raw["id"]]
    return copy


def as_bytes(raw: Any) -> bytes:
    """Return a raw notebook as the contents of a file."""
    return json.dumps(raw).encode()


def as_handed_out_before(raw: dict[str, Any], master: Master) -> dict[str, Any]:
    """Return a copy as earlier versions made it: the outputs of its checks are not packed."""
    stored = {cell["id"]: cell for cell in json.loads(dump(master.notebook))["cells"]}
    copy = json.loads(json.dumps(raw))
    visible = copy["metadata"]["nbval_grader"]["visible"]["cells"]
    for cells, compared in ((copy["cells"], "nbval-check-output"), (visible, "check")):
        for cell in cells:
            cell["metadata"].get("nbval_grader", {}).pop("expected", None)
            if cell["metadata"].get("nbval_grader") == {}:
                del cell["metadata"]["nbval_grader"]
            if compared in cell["metadata"].get("tags", []):
                own = stored[cell["id"]]
                cell["outputs"], cell["execution_count"] = own["outputs"], own["execution_count"]
    return copy
