"""A plugin of pytest, so that plain ``pytest --nbval-lax exercises/NN.ipynb`` tells right from wrong.

A learner's copy has no outputs, or those of the learner's last run, right or wrong. Before nbval
runs a check, this puts back what the exercise came with; other notebooks it leaves alone. It is
loaded by every run of pytest in this environment, so it imports nothing before there is a notebook.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from .kernel_names import PYTEST_VARIABLE

if TYPE_CHECKING:
    from .notebooks.expected import Expected

__all__ = ["pytest_itemcollected", "pytest_runtest_setup"]

LOST = (
    "This cell has lost what it is compared with: copy your answers into a fresh copy of the "
    "exercise.\n"
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put back what nbval compares a learner's cell with.

    Parameters
    ----------
    item : pytest.Item
        Any item.
    """
    ours = _metadata(item)
    if ours is None or not isinstance(ours.get("visible"), dict):
        return
    import nbformat

    from .notebooks.format import cells_of

    cell: Any = item.cell  # type: ignore[attr-defined]
    (read,) = cells_of({"cells": [cell]})
    expected = _expected(cell, read.id, ours["visible"])
    if expected is not None:
        cell.outputs = nbformat.from_dict(expected.outputs)
        cell.execution_count = expected.execution_count
    elif read.role == "check":
        # With this as its expected output the check fails, and nbval's report says why.
        output = {"output_type": "stream", "name": "stdout", "text": LOST}
        cell.outputs, cell.execution_count = nbformat.from_dict([output]), 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let the kernel that nbval starts with a notebook's first cell raise errors as they are.

    Parameters
    ----------
    item : pytest.Item
        Any item.
    """
    if _metadata(item) is None:
        return (yield)
    before = os.environ.get(PYTEST_VARIABLE)
    os.environ[PYTEST_VARIABLE] = "1"
    try:
        return (yield)
    finally:
        if before is None:
            del os.environ[PYTEST_VARIABLE]
        else:
            os.environ[PYTEST_VARIABLE] = before


def _metadata(item: pytest.Item) -> dict[str, Any] | None:
    """Return what the grader's own metadata say about the notebook of one of nbval's items."""
    nbval = sys.modules.get("nbval.plugin")
    if nbval is None or not isinstance(item, nbval.IPyNbCell):
        return None
    from .notebooks.format import NAMESPACE

    ours = item.parent.nb.metadata.get(NAMESPACE)
    return ours if isinstance(ours, dict) else None


def _expected(cell: Any, cell_id: str, skeleton: dict[str, Any]) -> Expected | None:
    """Find what a cell is compared with: in the cell, in an older copy in the skeleton."""
    from .notebooks.expected import KEY, expected_of, unpack
    from .notebooks.format import NAMESPACE, mapping

    own = mapping(mapping(cell.get("metadata")).get(NAMESPACE))
    if KEY in own:
        return unpack(own[KEY])
    cells = skeleton.get("cells")
    for raw in cells if isinstance(cells, list) else ():
        if isinstance(raw, dict) and cell_id and raw.get("id") == cell_id:
            return expected_of(raw)
    return None
