"""Where submissions lie: folder layouts, found out and stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import BadInput
from .format import Master

__all__ = ["Discovery", "Submission", "discover"]


@dataclass(frozen=True)
class Submission:
    """One file to grade.

    Attributes
    ----------
    student : str
        Who handed it in.
    notebook : str
        Name of the exercise.
    path : Path or None
        The file; None where the student handed in nothing for this exercise.
    submitted_at : float or None
        Time of its last change, in seconds since 1970.
    """

    student: str
    notebook: str
    path: Path | None
    submitted_at: float | None = None


@dataclass(frozen=True)
class Discovery:
    """What a folder of submissions holds.

    Attributes
    ----------
    layout : str
        Name of the layout.
    submissions : tuple of Submission
        Sorted by notebook and student.
    """

    layout: str
    submissions: tuple[Submission, ...]


def discover(folder: Path | str, masters: Mapping[str, Master], layout: str = "auto") -> Discovery:
    """Find the submissions in a folder.

    Parameters
    ----------
    folder : Path or str
        Holds one folder a student, with notebooks named as their masters.
    masters : mapping of str to Master
        The exercises that may have been handed in.
    layout : str, default "auto"
        ``auto`` or ``folders``.

    Returns
    -------
    Discovery
        The layout and the submissions. An exercise that anyone handed in is expected of everyone.

    Raises
    ------
    BadInput
        If there is no such folder or no submission in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}; give the folder of submissions.")
    if layout not in ("auto", "folders"):
        raise BadInput(f"The layout must be auto or folders, got {layout!r}.")
    students = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    found = []
    for name in masters:
        files = {student: student / f"{name}.ipynb" for student in students}
        there = {s: f for s, f in files.items() if f.exists() or f.is_symlink()}
        if there:
            found += [_submission(student, name, there.get(student)) for student in students]
    if not found:
        raise BadInput(
            f"There is no submission in {folder}: it must hold one folder a student, "
            f"with notebooks named like {next(iter(masters))}.ipynb."
        )
    return Discovery("folders", tuple(found))


def _submission(student: Path, notebook: str, path: Path | None) -> Submission:
    """Note one student's file, and when it was last changed."""
    try:
        changed = path.lstat().st_mtime if path is not None else None
    except OSError:
        changed = None
    return Submission(student.name, notebook, path, changed)
