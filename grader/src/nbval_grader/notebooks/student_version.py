"""The learner's copy of a master: no solution, no hidden check, stubs that help."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import BadInput
from .expected import KEY, pack
from .format import BEGIN, CHECK_TAG, END, NAMESPACE, Cell, as_text
from .master import Master

__all__ = ["exercise", "stub_source", "visible_skeleton"]

MANUAL_STUB = "*Write your answer here.*"


def stub_source(cell: Cell) -> str:
    """Replace every solution in an answer by the text from which the learner starts.

    Parameters
    ----------
    cell : Cell
        An ``answer`` or ``manual`` cell of a master.

    Returns
    -------
    str
        Its source with a stub, indented in the same way, in place of each block from
        ``### BEGIN SOLUTION`` to ``### END SOLUTION``.

    Raises
    ------
    BadInput
        If the markers of a solution are not paired.
    """
    own = cell.meta.get("stub")
    stubs = list(map(as_text, own)) if isinstance(own, list) else [as_text(own)]
    default = (
        MANUAL_STUB
        if cell.role == "manual"
        else f'raise NotImplementedError("Write your answer to {cell.question} here, '
        f'then delete this line.")'
    )
    lines: list[str] = []
    inside = False
    blocks = 0
    for line in cell.source.split("\n"):
        mark = line.strip()
        if mark == BEGIN and not inside:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            stub = default if own is None else "".join(stubs[blocks : blocks + 1])
            lines += [indent + part for part in stub.splitlines()]
            blocks += 1
        elif mark == END and inside:
            inside = False
        elif mark in (BEGIN, END):
            raise BadInput(f"{cell.label}: {mark!r} without its partner.")
        elif not inside:
            lines.append(line)
    if inside:
        raise BadInput(f"{cell.label}: {BEGIN!r} is not closed by {END!r}.")
    return "\n".join(lines)


def exercise(master: Master) -> dict[str, Any]:
    """Make the learner's copy of a master.

    Parameters
    ----------
    master : Master
        A valid master.

    Returns
    -------
    dict
        A raw notebook: answers are stubs; hidden checks, rubrics and all outputs are removed;
        everything else is as in the master. The metadata of a cell that nbval compares contain its
        expected output (see `nbval_grader.notebooks.expected`), and the metadata of the notebook
        contain the skeleton against which ``nbval-grader check`` grades.

    Raises
    ------
    BadInput
        If the markers of a solution are not paired.
    """
    cells = []
    for cell in master.cells:
        if cell.role == "hidden":
            continue
        raw = json.loads(json.dumps(master.notebook["cells"][cell.position]))
        metadata = raw.setdefault("metadata", {})
        metadata.get(NAMESPACE, {}).pop(KEY, None)
        if cell.type == "code":
            packed = pack(raw) if CHECK_TAG in cell.tags and cell.role != "answer" else None
            if packed is not None:
                metadata.setdefault(NAMESPACE, {})[KEY] = packed
            raw["outputs"], raw["execution_count"] = [], None
        if cell.role in ("answer", "manual"):
            raw["source"] = stub_source(cell)
            for secret in ("stub", "rubric"):
                metadata.get(NAMESPACE, {}).pop(secret, None)
        cells.append(raw)
    metadata = {
        key: value
        for key, value in master.notebook.get("metadata", {}).items()
        if key in ("kernelspec", "language_info")
    }
    metadata[NAMESPACE] = {
        "exercise": master.name,
        "title": master.title,
        "points": master.points,
        "visible": visible_skeleton(cells, master.meta),
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def visible_skeleton(cells: list[dict[str, Any]], meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is needed to check a learner's copy, even if its cells are changed or deleted.

    Parameters
    ----------
    cells : list of dict
        Cells of the exercise.
    meta : mapping
        The master's own metadata.

    Returns
    -------
    dict
        A small notebook with the exercise's code cells and discussion questions, without prose.
    """
    needed = []
    for raw in cells:
        tags = raw.get("metadata", {}).get("tags", [])
        if raw.get("cell_type") != "code" and "manual" not in tags:
            continue
        needed.append(json.loads(json.dumps(raw)))
    skeleton: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 5, "cells": needed}
    own = {key: meta[key] for key in ("title",) if key in meta}
    skeleton["metadata"] = {NAMESPACE: own} if own else {}
    return skeleton
