"""Run a notebook and store the outputs that nbval compares, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import BadInput
from ..files import write_atomic
from ..notebooks.format import CHECK_TAG, as_text, cells_of, dump, load
from ..notebooks.merge import SKIP_TAG
from .pool import execute_cells
from .protocol import Limits

__all__ = ["REFRESH_LIMITS", "refresh", "refreshed"]

REFRESH_LIMITS = Limits(cell_seconds=120, submission_seconds=900, output_mb=50)


def refreshed(path: Path | str, limits: Limits = REFRESH_LIMITS) -> str:
    """Return a notebook's text with fresh outputs.

    Parameters
    ----------
    path : Path or str
        A lesson or a master. It runs in its own folder.
    limits : Limits
        Time for a cell and for the whole.

    Returns
    -------
    str
        The notebook as `dump` writes it: cells tagged ``nbval-check-output`` hold their output and
        the execution count that they have when all cells run in order; other cells hold neither.

    Raises
    ------
    BadInput
        If it is no notebook, if a cell fails that is not tagged ``raises-exception``, or if a
        compared cell writes to stderr, which nbval would compare too.
    """
    path = Path(path)
    notebook = load(path)
    code = [cell for cell in cells_of(notebook) if cell.type == "code"]
    running = [cell for cell in code if SKIP_TAG not in cell.tags]
    outputs, _ = execute_cells(
        [(str(cell.position), cell.source) for cell in running], str(path.parent.resolve()), limits
    )
    for cell in code:
        raw = notebook["cells"][cell.position]
        raw["outputs"], raw["execution_count"] = [], None
    for count, (cell, cell_outputs) in enumerate(zip(running, outputs, strict=True), start=1):
        for output in cell_outputs:
            if output["output_type"] == "error" and "raises-exception" not in cell.tags:
                error = f"{output['ename']}: {output['evalue']}"
                raise BadInput(f"{path}: {cell.label} raised {error}")
            if output.get("name") == "stderr" and CHECK_TAG in cell.tags:
                first = as_text(output["text"]).strip().splitlines()
                raise BadInput(
                    f"{path}: {cell.label} is compared, but writes to stderr "
                    f"({' '.join(first[:1])[:200]!r}), as warnings do; silence it."
                )
        if CHECK_TAG in cell.tags:
            raw = notebook["cells"][cell.position]
            raw["outputs"] = [_stored(o, count) for o in cell_outputs]
            raw["execution_count"] = count
    notebook["nbformat_minor"] = max(5, notebook.get("nbformat_minor") or 5)
    return dump(notebook)


def _stored(output: dict[str, Any], count: int) -> dict[str, Any]:
    """Return an output as it is stored: without tracebacks, and alike on every machine."""
    stored: dict[str, Any] = json.loads(json.dumps(output))
    if stored["output_type"] in ("display_data", "execute_result"):
        stored["metadata"] = stored.get("metadata") or {}
    if stored["output_type"] == "execute_result":
        stored["execution_count"] = count
    if stored["output_type"] == "stream":
        stored["text"] = as_text(stored["text"])
    if stored["output_type"] == "error":
        stored["traceback"] = []
    return stored


def refresh(path: Path | str, limits: Limits = REFRESH_LIMITS) -> bool:
    """Run a notebook and store its fresh outputs in place.

    Parameters
    ----------
    path : Path or str
        The notebook.
    limits : Limits
        Time for a cell and for the whole.

    Returns
    -------
    bool
        Whether the file has changed; it is written completely or not at all.

    Raises
    ------
    BadInput
        If a cell fails; the file stays as it was.
    """
    return write_atomic(path, refreshed(path, limits))
