"""The students' edition of a course: everything that a learner needs, and proof that no answer is in it.

These rules, which fit any course, decide what is left out:

- files that git ignores or, where the course is not a git repository, hidden files and caches;
- the whole folder of the masters;
- every notebook that is a master, in any folder, and every gradebook with its companion files;
- files that ``.releaseignore`` at the top of the course names, in the syntax of ``.gitignore``;
- symbolic links.

Then all other files are searched for the text of every hidden check and its output, every solution
and every rubric; and every exercise is compared with its master, so that nobody's answers are
released. If anything is found, nothing is released.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import BadInput, Findings, NotWritable
from ..files import write_atomic
from .course_files import IGNORE, MANIFEST, inside, list_files, select_files
from .hidden_texts import find_answers, find_leaks, hidden_texts
from .master import read_masters

__all__ = ["Release", "release"]

MAX_FINDINGS = 10


@dataclass(frozen=True)
class Release:
    """Summary of a release.

    Attributes
    ----------
    to : Path
        Folder to which it was written.
    files : tuple of str
        Its files.
    left_out : tuple of str
        Files of the course that it does not contain.
    written, removed : int
        Numbers of files that changed since the last release to the same folder.
    secrets : int
        Number of hidden texts for which every file was searched.
    """

    to: Path
    files: tuple[str, ...]
    left_out: tuple[str, ...]
    written: int
    removed: int
    secrets: int


def release(course: Path | str, to: Path | str, *, masters: Path | str | None = None) -> Release:
    """Write the students' edition of a course.

    Parameters
    ----------
    course : Path or str
        The course's folder.
    to : Path or str
        Folder for the edition: a new or empty folder, or an earlier release, which is brought up
        to date. Files there that no release wrote, such as ``.git``, stay.
    masters : Path or str, optional
        Folder of the masters; by default ``solutions`` in the course.

    Returns
    -------
    Release
        Summary of what was written.

    Raises
    ------
    BadInput
        If there is no such course or no master, a pattern matches nothing, or `to` contains files
        that no release wrote.
    Findings
        If a file of the edition holds a hidden text, or an exercise holds answers or is not as its
        master makes it; then nothing is written.
    NotWritable
        If the edition cannot be written.
    """
    course, to = Path(course), Path(to)
    if not course.is_dir():
        raise BadInput(f"There is no folder {course}; give the course's folder.")
    folder = Path(masters) if masters is not None else course / "solutions"
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}; name the folder of the masters: --masters.")
    by_name = read_masters(folder)
    within = _place_in_course(to, course)
    before = _read_manifest(to)
    paths = [
        path for path in list_files(course) if within is None or path.parts[: len(within)] != within
    ]
    released, left_out = select_files(course, paths, inside(folder, course))
    if not released:
        raise BadInput(f"Nothing of {course} is left to release; look at {IGNORE}.")
    contents = _read_files(course, released)
    hidden = hidden_texts(by_name.values())
    findings = [*map(str, find_leaks(contents, hidden)), *find_answers(contents, by_name)]
    if findings:
        rest = len(findings) - MAX_FINDINGS
        more = f"; and {rest} more" if rest > 0 else ""
        raise Findings(f"Nothing was released: {'; '.join(findings[:MAX_FINDINGS])}{more}.")
    modes = {path.as_posix(): (course / path).stat().st_mode & 0o755 for path in released}
    written, removed = _write(to, contents, modes, before)
    return Release(
        to,
        tuple(sorted(contents)),
        tuple(path.as_posix() for path in left_out),
        written,
        removed,
        len(hidden),
    )


def _place_in_course(to: Path, course: Path) -> tuple[str, ...] | None:
    """Return the edition's place in the course, None if outside; refuse one that holds the course."""
    if to.exists() and not to.is_dir():
        raise BadInput(f"{to} is a file; give a folder for the students' edition.")
    within = inside(to, course)
    if within == () or (within is None and inside(course, to) is not None):
        raise BadInput(f"{to} holds the course itself; give another folder.")
    return within


def _read_files(course: Path, paths: list[PurePosixPath]) -> dict[str, bytes]:
    """Read the contents of files by path."""
    contents = {}
    for path in paths:
        try:
            contents[path.as_posix()] = (course / path).read_bytes()
        except OSError as error:
            raise BadInput(f"{course / path} cannot be read: {error.strerror}.") from None
    return contents


def _read_manifest(to: Path) -> set[str]:
    """Return the files of an earlier release; refuse a folder that contains anything else."""
    if not to.exists():
        return set()
    try:
        names = json.loads((to / MANIFEST).read_text(encoding="utf-8"))["files"]
        return {name for name in names if isinstance(name, str) and _stays_inside(name)}
    except FileNotFoundError:
        if any(entry.name != ".git" for entry in to.iterdir()):
            raise BadInput(
                f"{to} holds files that no release wrote; give a new folder or an earlier release."
            ) from None
        return set()
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{to / MANIFEST} is damaged; give a new folder.") from None


def _write_manifest(to: Path, names: set[str]) -> None:
    """Record the files of a release, so that the next release can remove them."""
    text = json.dumps({"files": sorted(names)}, ensure_ascii=False, indent=1) + "\n"
    write_atomic(to / MANIFEST, text)


def _stays_inside(name: str) -> bool:
    """Say whether a listed name can only be a file below the folder."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def _write(
    to: Path, contents: Mapping[str, bytes], modes: Mapping[str, int], before: set[str]
) -> tuple[int, int]:
    """Bring a folder up to date; return how many files were written and how many removed."""
    written = removed = 0
    try:
        to.mkdir(parents=True, exist_ok=True)
        _write_manifest(to, before | set(contents))
        for name, data in contents.items():
            target = to / name
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            written += write_atomic(target, data, mode=modes[name])
        for name in sorted(before - set(contents)):
            target = to / name
            if os.path.lexists(target):
                target.unlink()
                removed += 1
            _remove_empty_parents(to, name)
        _write_manifest(to, set(contents))
    except OSError as error:
        raise NotWritable(f"{error.filename or to} cannot be written: {error.strerror}.") from None
    return written, removed


def _remove_empty_parents(to: Path, name: str) -> None:
    """Remove the folders of a removed file that are now empty."""
    for parent in PurePosixPath(name).parents:
        folder = to / parent
        if folder != to and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
