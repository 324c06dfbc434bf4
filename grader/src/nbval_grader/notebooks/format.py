"""Notebooks as files: read without correcting them, understood as masters, written the same way each time.

A *master* is an ordinary notebook whose cells say by their tags what they are:

============== ======== ==========================================================
tag            cell     ``metadata.nbval_grader``
============== ======== ==========================================================
answer         code     question, title, tier, stub
check          code     question, points, hint
hidden-check   code     question, points, hint
manual         markdown question, points, rubric, title
============== ======== ==========================================================

Every other cell is given to the learner as it is, and run by the grader before the cells after it,
unless it is tagged ``ungraded``: something to look at, on which no answer depends. What a check has
to print is its stored output; in a learner's copy it is packed (see `nbval_grader.notebooks.expected`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import BadInput, NotWritable

__all__ = [
    "BEGIN",
    "CHECK_TAG",
    "END",
    "NAMESPACE",
    "WORD",
    "Cell",
    "Check",
    "ManualQuestion",
    "Master",
    "Question",
    "as_text",
    "cells_of",
    "dump",
    "joined",
    "lines_of",
    "load",
    "number",
    "parse_master",
    "read_master",
    "read_masters",
    "write_atomic",
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
        Every role that the tags name (a sound cell has one at most).
    question : str
        Question the cell belongs to, or empty.
    source : str
        Text of the cell.
    meta : dict
        What stands under ``metadata.nbval_grader``.
    tags : tuple of str
        Its tags.
    outputs : list of dict
        Stored outputs.
    execution_count : int or None
        Stored count; nbval does not compare a cell where it is None.
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
        """How a message names this cell."""
        return f"cell {self.id!r}" if self.id else f"cell number {self.position + 1}"


@dataclass(frozen=True)
class Check:
    """A check cell and what it is worth."""

    cell: str
    question: str
    points: float
    hint: str
    hidden: bool


@dataclass(frozen=True)
class Question:
    """A graded question: one answer cell and its checks."""

    name: str
    title: str
    tier: str
    cell: str
    checks: tuple[Check, ...]

    @property
    def points(self) -> float:
        """Points of the question, the sum over its checks."""
        return total(check.points for check in self.checks)


@dataclass(frozen=True)
class ManualQuestion:
    """A discussion question, marked by hand."""

    name: str
    title: str
    cell: str
    points: float
    rubric: str


@dataclass(frozen=True)
class Master:
    """A notebook with its answers, checks and points.

    Attributes
    ----------
    name : str
        Name of the exercise: the file name without ``.ipynb``.
    path : Path or None
        Where it was read from.
    notebook : dict
        The raw notebook.
    cells : tuple of Cell
        Its cells in order.
    """

    name: str
    path: Path | None
    notebook: dict[str, Any] = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)

    @cached_property
    def meta(self) -> Mapping[str, Any]:
        """What stands under ``metadata.nbval_grader`` of the notebook."""
        return mapping(mapping(self.notebook.get("metadata")).get(NAMESPACE))

    @cached_property
    def title(self) -> str:
        """Title given in the metadata, or the name."""
        return str(self.meta.get("title") or self.name)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Every check in the order in which it runs."""
        return tuple(
            Check(
                cell=cell.id,
                question=cell.question,
                points=number(cell.meta.get("points")) or 0.0,
                hint=str(cell.meta.get("hint") or ""),
                hidden=cell.role == "hidden",
            )
            for cell in self.cells
            if cell.role in ("check", "hidden")
        )

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Graded questions by name, in order."""
        return {
            cell.question: Question(
                name=cell.question,
                title=str(cell.meta.get("title") or cell.question),
                tier=str(cell.meta.get("tier") or ""),
                cell=cell.id,
                checks=tuple(c for c in self.checks if c.question == cell.question),
            )
            for cell in self.cells
            if cell.role == "answer"
        }

    @cached_property
    def manual(self) -> dict[str, ManualQuestion]:
        """Questions marked by hand, by name, in order."""
        return {
            cell.question: ManualQuestion(
                name=cell.question,
                title=str(cell.meta.get("title") or cell.question),
                cell=cell.id,
                points=number(cell.meta.get("points")) or 0.0,
                rubric=lines_of(cell.meta.get("rubric")),
            )
            for cell in self.cells
            if cell.role == "manual"
        }

    @cached_property
    def points(self) -> float:
        """Points that checks give, without those marked by hand."""
        return total(check.points for check in self.checks)

    @cached_property
    def readable(self) -> tuple[Path, ...]:
        """Folders that student code may read, as absolute paths."""
        base = (self.path.parent if self.path else Path()).resolve()
        given = self.meta.get("readable")
        return tuple((base / str(p)).resolve() for p in given) if isinstance(given, list) else ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides a mark."""
        return hashlib.sha256(dump(self.notebook).encode()).hexdigest()


def total(points: Iterable[float]) -> float:
    """Add points without the dust of binary fractions.

    Parameters
    ----------
    points : iterable of float
        Points.

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
        What the metadata hold.

    Returns
    -------
    float or None
        The number, or None if it is not one that points may be.
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
        The text; empty where there is none.
    """
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def lines_of(value: object) -> str:
    """Return a rubric, stored as a text or as a list of its lines, as one text.

    Parameters
    ----------
    value : object
        What the metadata hold.

    Returns
    -------
    str
        Its lines; empty where there is none.
    """
    if isinstance(value, list):
        return "\n".join(part.rstrip("\n") for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def joined(output: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored output with its texts as strings, as the kernel sends them.

    Parameters
    ----------
    output : mapping
        An output of a cell.

    Returns
    -------
    dict
        A copy.
    """
    made = dict(output)
    if "text" in made:
        made["text"] = as_text(made["text"])
    if isinstance(made.get("data"), dict):
        made["data"] = {
            kind: as_text(value) if isinstance(value, list) and not kind.endswith("json") else value
            for kind, value in made["data"].items()
        }
    return made


def load(path: Path | str) -> dict[str, Any]:
    """Read a notebook as raw JSON, correcting nothing.

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
        If there is no such file, or it is not a notebook of format 4.
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
        The file.
    name : str
        What messages call it.

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
        raise BadInput(f"{name} is not JSON{where}; it is no notebook, or it is damaged.") from None
    if not isinstance(notebook, dict):
        raise BadInput(f"{name} is JSON but not a notebook: it has no list of cells.")
    major = notebook.get("nbformat")
    if major != 4:
        shown = "unknown" if isinstance(major, list | dict) else repr(major)[:20]
        raise BadInput(
            f"{name} is in notebook format {shown}; format 4 is accepted: "
            "open it in JupyterLab and save it."
        )
    if not isinstance(notebook.get("cells"), list):
        raise BadInput(f"{name} is JSON but not a notebook: it has no list of cells.")
    return notebook


def cells_of(notebook: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Read the cells of a notebook, however odd they are.

    Parameters
    ----------
    notebook : dict
        A raw notebook.

    Returns
    -------
    tuple of Cell
        One for each entry of its list of cells that is a JSON object.
    """
    found = []
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
        found.append(
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
    return tuple(found)


def parse_master(notebook: dict[str, Any], name: str, path: Path | None = None) -> Master:
    """Understand a raw notebook as a master.

    Parameters
    ----------
    notebook : dict
        The raw notebook.
    name : str
        Name of the exercise.
    path : Path, optional
        Where it was read from.

    Returns
    -------
    Master
        The master; `nbval_grader.notebooks.lint.lint` says whether it is sound.
    """
    return Master(name=name, path=path, notebook=notebook, cells=cells_of(notebook))


def read_master(path: Path | str) -> Master:
    """Read a master from a file.

    Parameters
    ----------
    path : Path or str
        The notebook.

    Returns
    -------
    Master
        The master.

    Raises
    ------
    BadInput
        If it is not a notebook.
    """
    path = Path(path)
    return parse_master(load(path), path.stem, path)


def read_masters(paths: Path | str | Iterable[Path | str]) -> dict[str, Master]:
    """Read every master of a folder, or the files given.

    Parameters
    ----------
    paths : path or iterable of paths
        Folders or notebooks.

    Returns
    -------
    dict of str to Master
        Masters by name, sorted.

    Raises
    ------
    BadInput
        If there is none, two have one name, or one is not a notebook.
    """
    found: dict[str, Master] = {}
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    for path in map(Path, given):
        files = sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
        if not files:
            raise BadInput(f"There is no master notebook (*.ipynb) in {path}.")
        for file in files:
            master = read_master(file)
            if master.name in found:
                raise BadInput(f"Two masters are named {master.name!r}; names must differ.")
            found[master.name] = master
    if not found:
        raise BadInput("No master notebook was given; give a folder or files named *.ipynb.")
    return dict(sorted(found.items()))


def dump(notebook: Mapping[str, Any]) -> str:
    """Write a notebook as text, the same text for the same notebook.

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


def write_atomic(path: Path | str, text: str) -> bool:
    """Write a file whole or not at all, and only when it changes.

    Parameters
    ----------
    path : Path or str
        Where to write; the folder must exist.
    text : str
        What to write, in UTF-8.

    Returns
    -------
    bool
        False if the file held this text already.

    Raises
    ------
    NotWritable
        If it cannot be written.
    """
    path = Path(path)
    data = text.encode()
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return False
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise NotWritable(f"{path} cannot be written: {error.strerror}.") from None
    return True
