"""The files of a course, divided into those that students receive and those that they do not."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any

from pathspec import GitIgnoreSpec

from ..errors import BadInput
from .format import BEGIN, cells_of

__all__ = ["IGNORE", "MANIFEST", "inside", "list_files", "parse_or_empty", "select_files"]

IGNORE = ".releaseignore"
MANIFEST = ".release.json"
CACHES = {"__pycache__", "node_modules"}
SQLITE = b"SQLite format 3\0"


def inside(path: Path, folder: Path) -> tuple[str, ...] | None:
    """Return the parts of a path within a folder.

    Parameters
    ----------
    path : Path
        Any path.
    folder : Path
        A folder.

    Returns
    -------
    tuple of str or None
        Its parts below the folder; None if it lies elsewhere.
    """
    try:
        return path.resolve().relative_to(folder.resolve()).parts
    except ValueError:
        return None


def list_files(course: Path) -> list[PurePosixPath]:
    """List the files of a course.

    Parameters
    ----------
    course : Path
        Its folder.

    Returns
    -------
    list of PurePosixPath
        Sorted paths within the folder: all files that git does not ignore or, where the course is
        not a git repository, all but hidden files, caches and folders that ignore themselves.
    """
    command = ["git", "-C", str(course), "ls-files", "-z", "--cached", "--others"]
    try:
        done = subprocess.run(
            [*command, "--exclude-standard"], capture_output=True, check=True, timeout=60
        )
        names = {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    except (OSError, subprocess.SubprocessError):
        names = set()
        for base, folders, files in os.walk(course):
            here = Path(base).relative_to(course)
            folders[:] = [
                name
                for name in folders
                if not name.startswith(".")
                and name not in CACHES
                and not _ignores_itself(course / here / name)
            ]
            names |= {(here / f).as_posix() for f in files if f == IGNORE or not f.startswith(".")}
    paths = (PurePosixPath(name) for name in sorted(names))
    return [path for path in paths if os.path.lexists(course / path)]


def select_files(
    course: Path, paths: list[PurePosixPath], masters: tuple[str, ...] | None
) -> tuple[list[PurePosixPath], list[PurePosixPath]]:
    """Divide files into those that students receive and those that they do not.

    Parameters
    ----------
    course : Path
        The course's folder.
    paths : list of PurePosixPath
        Its files.
    masters : tuple of str or None
        Parts of the masters' folder within the course; None if it lies elsewhere.

    Returns
    -------
    list of PurePosixPath
        Files for students.
    list of PurePosixPath
        All others: masters, gradebooks, symbolic links and whatever ``.releaseignore`` names.

    Raises
    ------
    BadInput
        If ``.releaseignore`` cannot be read, or one of its patterns matches no file.
    """
    ignored = _read_ignore_patterns(course)
    unused = [
        text
        for pattern in ignored.patterns
        if (text := str(pattern.pattern)) and not text.startswith("#")
        # A pattern that git would ignore, such as a lone slash, has `include` None.
        if pattern.include is None or not any(pattern.match_file(str(path)) for path in paths)
    ]
    if unused:
        raise BadInput(
            f"{course / IGNORE}: {', '.join(map(repr, unused))} fits no file; fix or delete it, "
            "for a slip there could give answers away."
        )
    databases = tuple(str(path) for path in paths if _is_database(course / path))
    released: list[PurePosixPath] = []
    left_out: list[PurePosixPath] = []
    for path in paths:
        out = (
            path.name in (IGNORE, MANIFEST)
            or (masters is not None and path.parts[: len(masters)] == masters)
            or ignored.match_file(str(path))
            or (course / path).is_symlink()
            or not (course / path).is_file()
            or str(path).startswith(databases)
            or _is_master(course / path)
        )
        (left_out if out else released).append(path)
    return released, left_out


def parse_or_empty(data: bytes) -> dict[str, Any]:
    """Parse a notebook.

    Parameters
    ----------
    data : bytes
        Contents of a file.

    Returns
    -------
    dict
        The raw notebook; empty if the file is not a notebook.
    """
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    valid = isinstance(notebook, dict) and isinstance(notebook.get("cells"), list)
    return notebook if valid else {}


def _ignores_itself(folder: Path) -> bool:
    """Say whether a folder tells git to ignore it, as a report of this grader does."""
    try:
        return (folder / ".gitignore").read_text(encoding="utf-8").strip() == "*"
    except (OSError, UnicodeDecodeError):
        return False


def _read_ignore_patterns(course: Path) -> GitIgnoreSpec:
    """Read ``.releaseignore``; there are no patterns if there is no such file."""
    try:
        lines = (course / IGNORE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lines = []
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{course / IGNORE} cannot be read: {error}.") from None
    try:
        return GitIgnoreSpec.from_lines(line.strip() for line in lines)
    except ValueError as error:
        raise BadInput(f"{course / IGNORE}: {error}.") from None


def _is_database(path: Path) -> bool:
    """Say whether a file is an SQLite database, as gradebooks are."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False


def _is_master(path: Path) -> bool:
    """Say whether a file is a master, by its contents."""
    if path.suffix != ".ipynb":
        return False
    return any(
        cell.role == "hidden" or (cell.role in ("answer", "manual") and BEGIN in cell.source)
        for cell in cells_of(parse_or_empty(path.read_bytes()))
    )
