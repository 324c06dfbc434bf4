"""From a master to the notebook a learner gets: no solution, no hidden check, stubs that help."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import BadInput
from .expected import KEY, pack
from .format import BEGIN, CHECK_TAG, END, NAMESPACE, Cell, Master, as_text

__all__ = ["exercise", "stub_source", "visible_skeleton"]

MANUAL_STUB = "*Write your answer here.*"


def stub_source(cell: Cell) -> str:
    """Replace each solution in an answer by what the learner starts from.

    Parameters
    ----------
    cell : Cell
        An ``answer`` or ``manual`` cell of a master.

    Returns
    -------
    str
        Its source with a stub, indented alike, in place of each
        ``### BEGIN SOLUTION`` to ``### END SOLUTION``.

    Raises
    ------
    BadInput
        If the two markers do not pair.
    """
    given = cell.meta.get("stub")
    stubs = list(map(as_text, given)) if isinstance(given, list) else [as_text(given)]
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
            stub = default if given is None else "".join(stubs[blocks : blocks + 1])
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
    """Make the learner's notebook of a master.

    Parameters
    ----------
    master : Master
        A sound master.

    Returns
    -------
    dict
        A raw notebook: answers are stubs, hidden checks, rubrics and all outputs are gone, all else
        is as in the master. A cell that nbval compares carries its expected output in its metadata
        (see `nbval_grader.notebooks.expected`), and the notebook's metadata carry the skeleton that
        ``nbval-grader check`` grades against.

    Raises
    ------
    BadInput
        If the markers of a solution do not pair.
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
    """Keep what checking a learner's copy needs, whatever becomes of its cells.

    Parameters
    ----------
    cells : list of dict
        Cells of the exercise.
    meta : mapping
        The master's own metadata.

    Returns
    -------
    dict
        A small notebook of the exercise's code cells and discussion cells, without prose.
    """
    kept = []
    for raw in cells:
        tags = raw.get("metadata", {}).get("tags", [])
        if raw.get("cell_type") != "code" and "manual" not in tags:
            continue
        kept.append(json.loads(json.dumps(raw)))
    skeleton: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 5, "cells": kept}
    own = {key: meta[key] for key in ("title",) if key in meta}
    skeleton["metadata"] = {NAMESPACE: own} if own else {}
    return skeleton
