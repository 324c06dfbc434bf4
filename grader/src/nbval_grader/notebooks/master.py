"""Masters: notebooks that hold the answers, the checks and the points of an exercise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import BadInput
from .format import NAMESPACE, Cell, cells_of, dump, load, mapping, number, total

__all__ = [
    "Check",
    "ManualQuestion",
    "Master",
    "Question",
    "lines_of",
    "parse_master",
    "read_master",
    "read_masters",
]


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
        File from which it was read.
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
        """The contents of ``metadata.nbval_grader`` of the notebook."""
        return mapping(mapping(self.notebook.get("metadata")).get(NAMESPACE))

    @cached_property
    def title(self) -> str:
        """Title in the metadata, or the name."""
        return str(self.meta.get("title") or self.name)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """All checks in the order in which they run."""
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
        """Points of all checks, without the questions marked by hand."""
        return total(check.points for check in self.checks)

    @cached_property
    def readable(self) -> tuple[Path, ...]:
        """Folders that student code may read, as absolute paths."""
        base = (self.path.parent if self.path else Path()).resolve()
        names = self.meta.get("readable")
        return tuple((base / str(n)).resolve() for n in names) if isinstance(names, list) else ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything on which a mark depends."""
        return hashlib.sha256(dump(self.notebook).encode()).hexdigest()


def lines_of(value: object) -> str:
    """Return a rubric as one text, whether it is stored as a text or as a list of lines.

    Parameters
    ----------
    value : object
        A value of the metadata.

    Returns
    -------
    str
        Its lines; empty if there is none.
    """
    if isinstance(value, list):
        return "\n".join(part.rstrip("\n") for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def parse_master(notebook: dict[str, Any], name: str, path: Path | None = None) -> Master:
    """Interpret a raw notebook as a master.

    Parameters
    ----------
    notebook : dict
        The raw notebook.
    name : str
        Name of the exercise.
    path : Path, optional
        File from which it was read.

    Returns
    -------
    Master
        The master; `nbval_grader.notebooks.lint.lint` says whether it is valid.
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
        If the file is not a notebook.
    """
    path = Path(path)
    return parse_master(load(path), path.stem, path)


def read_masters(paths: Path | str | Iterable[Path | str]) -> dict[str, Master]:
    """Read all masters of some folders and files.

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
        If there is none, two have the same name, or one is not a notebook.
    """
    masters: dict[str, Master] = {}
    for path in map(Path, [paths] if isinstance(paths, str | Path) else paths):
        files = sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
        if not files:
            raise BadInput(f"There is no master notebook (*.ipynb) in {path}.")
        for file in files:
            master = read_master(file)
            if master.name in masters:
                raise BadInput(f"Two masters are named {master.name!r}; names must differ.")
            masters[master.name] = master
    if not masters:
        raise BadInput("No master notebook was given; give a folder or files named *.ipynb.")
    return dict(sorted(masters.items()))
