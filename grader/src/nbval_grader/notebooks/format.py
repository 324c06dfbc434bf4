"""Notebooks as files: read without correcting anything, and always written the same way.

The tags of a cell say what it is for:

============== ======== ==========================================================
tag            cell     ``metadata.nbval_grader``
============== ======== ==========================================================
answer         code     question, title, tier, stub
check          code     question, points, hint
hidden-check   code     question, points, hint
manual         markdown question, points, rubric, title
============== ======== ==========================================================

Learners receive every other cell as it is, and the grader runs it before the cells that follow,
unless it is tagged ``ungraded``: something to look at, on which no answer depends. A check must print
its stored output; in a learner's copy this output is packed (see `nbval_grader.notebooks.expected`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import BadInput

__all__ = [
    "BEGIN",
    "CHECK_TAG",
    "END",
    "NAMESPACE",
    "WORD",
    "Cell",
    "as_text",
    "cells_of",
    "dump",
    "joined",
    "load",
    "mapping",
    "number",
    "parse",
    "total",
]

NAMESPACE = "nbval_grader"
CHECK_TAG = "nbval-check-output"
BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
ROLES = {"answer": "answer", "check": "check", "hidden-check": "hidden", "manual": "manual"}
WORD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook, as stored.

    Attributes
    ----------
    position : int
        Place in the notebook, from 0.
    id : str
        Cell id, empty where there is none.
    type : str
        ``code``, ``markdown`` or ``raw``.
    role : str
        ``answer``, ``check``, ``hidden``, ``manual``, ``setup`` (other code) or ``prose``.
    roles : tuple of str
        Every role that the tags name (a valid cell has at most one).
    question : str
        Question to which the cell belongs, or empty.
    source : str
        Text of the cell.
    meta : dict
        The contents of ``metadata.nbval_grader``.
    tags : tuple of str
        Its tags.
    outputs : list of dict
        Stored outputs.
    execution_count : int or None
        Stored count; where it is None, nbval does not compare the cell.
    """

    position: int
    id: str
    type: str
    role: str
    roles: tuple[str, ...]
    question: str
    source: str
    meta: Mapping[str, Any]
    tags: tuple[str, ...]
    outputs: list[dict[str, Any]]
    execution_count: int | None

    @property
    def label(self) -> str:
        """Name of this cell in messages."""
        return f"cell {self.id!r}" if self.id else f"cell number {self.position + 1}"


def total(points: Iterable[float]) -> float:
    """Add points without the rounding errors of binary fractions.

    Parameters
    ----------
    points : iterable of float
        Points of single checks or questions.

    Returns
    -------
    float
        The sum, rounded to a millionth of a point.
    """
    return round(sum(points), 6)


def mapping(value: object) -> Mapping[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def number(value: object) -> float | None:
    """Return a finite, non-negative JSON number as a float, else None.

    Parameters
    ----------
    value : object
        A value of the metadata.

    Returns
    -------
    float or None
        The number, or None if the value cannot be a number of points.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < float("inf") else None


def as_text(value: object) -> str:
    """Join a notebook's text, stored as a string or a list of strings.

    Parameters
    ----------
    value : object
        A string, a list of strings, or anything else.

    Returns
    -------
    str
        The text; empty if there is none.
    """
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def joined(output: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored output with its texts joined into strings, as the kernel sends them.

    Parameters
    ----------
    output : mapping
        An output of a cell.

    Returns
    -------
    dict
        A copy.
    """
    copy = dict(output)
    if "text" in copy:
        copy["text"] = as_text(copy["text"])
    if isinstance(copy.get("data"), dict):
        copy["data"] = {
            kind: as_text(value) if isinstance(value, list) and not kind.endswith("json") else value
            for kind, value in copy["data"].items()
        }
    return copy


def load(path: Path | str) -> dict[str, Any]:
    """Read a notebook as raw JSON, without correcting anything.

    Parameters
    ----------
    path : Path or str
        A notebook of format 4.

    Returns
    -------
    dict
        The notebook.

    Raises
    ------
    BadInput
        If there is no such file, it cannot be read, or it is not a notebook of format 4.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder; give a notebook, a file named *.ipynb.") from None
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}; give the path of a notebook.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    return parse(data, str(path))


def parse(data: bytes | str, name: str) -> dict[str, Any]:
    """Parse a notebook's bytes.

    Parameters
    ----------
    data : bytes or str
        Contents of the file.
    name : str
        Name of the file in messages.

    Returns
    -------
    dict
        The notebook.

    Raises
    ------
    BadInput
        If it is empty, not JSON, nested too deeply, or not of format 4.
    """
    if not data.strip():
        raise BadInput(f"{name} is empty; a notebook is a JSON file with a list of cells.")
    try:
        notebook = json.loads(data)
    except RecursionError:
        raise BadInput(f"{name} is nested too deeply to be a notebook.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not text in UTF-8; a notebook is a JSON file.") from None
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput(
            f"{name} is not JSON{where}; it is not a notebook, or it is damaged."
        ) from None
    if not isinstance(notebook, dict):
        raise BadInput(f"{name} is JSON but not a notebook: it has no list of cells.")
    major = notebook.get("nbformat")
    if major != 4:
        version = "unknown" if isinstance(major, list | dict) else repr(major)[:20]
        raise BadInput(
            f"{name} is in notebook format {version}; format 4 is accepted: "
            "open it in JupyterLab and save it."
        )
    if not isinstance(notebook.get("cells"), list):
        raise BadInput(f"{name} is JSON but not a notebook: it has no list of cells.")
    return notebook


def cells_of(notebook: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Read the cells of a notebook, however malformed they are.

    Parameters
    ----------
    notebook : dict
        A raw notebook.

    Returns
    -------
    tuple of Cell
        One cell for each JSON object in its list of cells; other entries are skipped.
    """
    cells = []
    for position, raw in enumerate(notebook.get("cells", ())):
        if not isinstance(raw, dict):
            continue
        metadata = mapping(raw.get("metadata"))
        meta = mapping(metadata.get(NAMESPACE))
        stored = metadata.get("tags")
        tags = tuple(t for t in stored if isinstance(t, str)) if isinstance(stored, list) else ()
        kind = str(raw.get("cell_type") or "")
        roles = tuple(ROLES[tag] for tag in tags if tag in ROLES)
        outputs = raw.get("outputs")
        count = raw.get("execution_count")
        cells.append(
            Cell(
                position=position,
                id=raw["id"] if isinstance(raw.get("id"), str) else "",
                type=kind,
                role=roles[0] if roles else "setup" if kind == "code" else "prose",
                roles=roles,
                question=str(meta.get("question") or ""),
                source=as_text(raw.get("source")),
                meta=meta,
                tags=tags,
                outputs=[o for o in outputs if isinstance(o, dict)]
                if isinstance(outputs, list)
                else [],
                execution_count=count if isinstance(count, int) else None,
            )
        )
    return tuple(cells)


def dump(notebook: Mapping[str, Any]) -> str:
    """Return a notebook as text, always the same text for the same notebook.

    Parameters
    ----------
    notebook : dict
        A raw notebook of format 4.

    Returns
    -------
    str
        JSON as Jupyter writes it: sorted keys, indent of one, texts as lists of lines.
    """
    copy = json.loads(json.dumps(notebook))
    for cell in copy["cells"]:
        cell["source"] = as_text(cell.get("source")).splitlines(keepends=True)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] = as_text(output["text"]).splitlines(keepends=True)
            for kind, value in mapping(output.get("data")).items():
                if isinstance(value, str | list) and not kind.endswith("json"):
                    output["data"][kind] = as_text(value).splitlines(keepends=True)
    return json.dumps(copy, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
