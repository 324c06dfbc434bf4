"""A pytest plugin, so that plain ``pytest --nbval-lax exercises/NN.ipynb`` checks a learner's answers.

A learner's copy has no outputs, or those of the learner's last run, right or wrong. Before nbval
runs a check, the plugin restores the expected output that came with the exercise. It leaves other
notebooks alone. Every run of pytest in this environment loads it, so it imports nothing until there
is a notebook.
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
    """Restore the expected output of a learner's cell.

    Parameters
    ----------
    item : pytest.Item
        Any item.
    """
    metadata = _metadata(item)
    if metadata is None or not isinstance(metadata.get("visible"), dict):
        return
    import nbformat

    from .notebooks.format import cells_of

    cell: Any = item.cell  # type: ignore[attr-defined]
    (read,) = cells_of({"cells": [cell]})
    expected = _expected(cell, read.id, metadata["visible"])
    if expected is not None:
        cell.outputs = nbformat.from_dict(expected.outputs)
        cell.execution_count = expected.execution_count
    elif read.role == "check":
        # With this as its expected output the check fails, and nbval's report says why.
        output = {"output_type": "stream", "name": "stdout", "text": LOST}
        cell.outputs, cell.execution_count = nbformat.from_dict([output]), 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tell the kernel that nbval starts for a notebook not to explain errors but to raise them.

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
    """Return the grader's metadata of the notebook to which one of nbval's items belongs."""
    nbval = sys.modules.get("nbval.plugin")
    if nbval is None or not isinstance(item, nbval.IPyNbCell):
        return None
    from .notebooks.format import NAMESPACE

    metadata = item.parent.nb.metadata.get(NAMESPACE)
    return metadata if isinstance(metadata, dict) else None


def _expected(cell: Any, cell_id: str, skeleton: dict[str, Any]) -> Expected | None:
    """Return the expected output in a cell or, in a copy from an earlier version, in the skeleton."""
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
