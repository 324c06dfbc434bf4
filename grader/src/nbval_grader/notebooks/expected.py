"""The expected outputs of a learner's cells, packed so that nobody reads an answer by accident.

A learner's copy opens without any output: a check that already says *Right* would say nothing. Its
expected outputs stand in the metadata of each cell, in ``metadata.nbval_grader.expected``, and in the
skeleton in the notebook's metadata: the base64 of a JSON object with ``execution_count`` and
``outputs``. This hides nothing from a reader who decodes it, and need not: the points that count come
from the teacher's master.

A learner may have changed any of it, so nothing here trusts what it reads.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import BadInput
from .format import NAMESPACE, joined, mapping

__all__ = ["KEY", "Expected", "expected_of", "pack", "unpack", "with_outputs"]

KEY = "expected"
MAX_PACKED = 20_000_000
MAX_COUNT = 2**31


class Expected(NamedTuple):
    """The output with which nbval compares the output of a cell.

    Attributes
    ----------
    outputs : list of dict
        Outputs, with their texts joined into strings.
    execution_count : int
        The count, which shows that the cell was run.
    """

    outputs: list[dict[str, Any]]
    execution_count: int


def pack(raw: Mapping[str, Any]) -> str | None:
    """Pack the stored output of a master's cell.

    Parameters
    ----------
    raw : mapping
        A raw code cell.

    Returns
    -------
    str or None
        Always the same text for the same output; None if the cell was never run.
    """
    stored = _stored(raw)
    if stored is None:
        return None
    text = json.dumps(stored._asdict(), sort_keys=True, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def unpack(packed: object) -> Expected | None:
    """Read the text that `pack` wrote.

    Parameters
    ----------
    packed : object
        A value of the metadata.

    Returns
    -------
    Expected or None
        None if the value is not a text that `pack` writes.
    """
    if not isinstance(packed, str) or len(packed) > MAX_PACKED:
        return None
    try:
        record = json.loads(base64.b64decode(packed, validate=True))
    except (ValueError, RecursionError):
        return None
    return _stored(mapping(record))


def expected_of(raw: Mapping[str, Any]) -> Expected | None:
    """Return the expected output of a cell in a skeleton.

    Parameters
    ----------
    raw : mapping
        A raw code cell; in a copy from an earlier version its outputs are not packed.

    Returns
    -------
    Expected or None
        None if there is no output that nbval can compare.
    """
    meta = mapping(mapping(raw.get("metadata")).get(NAMESPACE))
    return unpack(meta[KEY]) if KEY in meta else _stored(raw)


def with_outputs(skeleton: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Put the outputs of its checks back into a skeleton.

    Parameters
    ----------
    skeleton : mapping
        The small notebook in the metadata of an exercise.
    name : str
        Name of the exercise in messages.

    Returns
    -------
    dict
        A notebook that can be used like a master.

    Raises
    ------
    BadInput
        If a check has lost its expected output.
    """
    cells = []
    for raw in skeleton["cells"]:
        if not isinstance(raw, dict):
            continue
        cell = dict(raw)
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
        tags = mapping(cell.get("metadata")).get("tags")
        if isinstance(tags, list) and "check" in tags:
            expected = expected_of(raw)
            if expected is None:
                raise BadInput(
                    f"{name} has lost what the check {str(raw.get('id'))[:64]!r} compares with: copy "
                    "your answers into a fresh copy of the exercise."
                )
            cell.update(expected._asdict())
        cells.append(cell)
    return {**skeleton, "cells": cells}


def _stored(record: Mapping[str, Any]) -> Expected | None:
    """Return the outputs and the count in a JSON object if nbval can compare them."""
    count, outputs = record.get("execution_count"), record.get("outputs")
    if type(count) is not int or not 0 <= count < MAX_COUNT or not isinstance(outputs, list):
        return None
    valid = [joined(output) for output in outputs if _is_output(output)]
    return Expected(valid, count) if len(valid) == len(outputs) else None


def _is_output(output: object) -> bool:
    """Say whether a value is an output in the form in which notebooks store it."""
    record = mapping(output)
    kind = record.get("output_type")
    if kind == "stream":
        return isinstance(record.get("name"), str) and isinstance(record.get("text"), str | list)
    if kind in ("display_data", "execute_result"):
        return isinstance(record.get("data"), dict)
    return kind == "error" and all(isinstance(record.get(k), str) for k in ("ename", "evalue"))
