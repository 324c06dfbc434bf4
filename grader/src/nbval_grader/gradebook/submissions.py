"""Where submissions lie: the folder layouts of teachers and of learning platforms, found out and stated.

========= ====================================================================================
layout    what is handed in
========= ====================================================================================
folders   ``<student>/<exercise>.ipynb``
nbgrader  ``submitted/<student>/<assignment>/<exercise>.ipynb``, with its ``timestamp.txt``
canvas    ``lastfirst[_LATE]_<user id>_<file id>_<exercise>.ipynb``, one folder of files
moodle    ``Full Name_<participant>_assignsubmission_file_/<exercise>.ipynb``, or the same as files
flat      ``<student>__<exercise>.ipynb``, one folder of files
========= ====================================================================================

Nothing is renamed, moved or followed: a symbolic link is handed on as what it is, to be refused.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..errors import BadInput
from ..notebooks.format import Master

__all__ = [
    "LAYOUTS",
    "Discovery",
    "Submission",
    "discover",
    "marked_late",
    "platform_id",
    "student_name",
]

SUFFIX = ".ipynb"
CANVAS = re.compile(
    r"(?:(?P<name>.+?)_)??(?P<late>LATE_)?(?:(?P<id>\d+)|(?P<anonymous>anon_\w+?))"
    r"_(?P<file>\d+)_(?P<rest>.+)",
    re.DOTALL,
)
MOODLE = re.compile(
    r"(?P<student>(?P<name>.*)_(?P<id>\d+))_assignsubmission_file(?:_(?P<rest>.+)|_?)", re.DOTALL
)
COPY = re.compile(r"(?: ?\((?P<a>\d+)\)|-(?P<b>\d+)|-Copy(?P<c>\d*)| copy(?: (?P<d>\d+))?)$")
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
IGNORED = {"__MACOSX", ".ipynb_checkpoints"}
DEPTH = 4
NAMED = 5


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
        When it was handed in, in seconds since 1970: what the layout says, else the file's last
        change.
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
    notices : tuple of str
        Sentences on what was left out, and on what was taken under another name.
    """

    layout: str
    submissions: tuple[Submission, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _File:
    """A file that may be a submission; the highest rank of a student's is taken."""

    student: str
    notebook: str
    path: Path
    rank: tuple[int, ...]
    submitted_at: float | None = None


@dataclass(frozen=True)
class _Sight:
    """What one layout sees in a folder."""

    files: tuple[_File, ...]
    students: frozenset[str]


def discover(folder: Path | str, masters: Mapping[str, Master], layout: str = "auto") -> Discovery:
    """Find the submissions in a folder.

    Parameters
    ----------
    folder : Path or str
        Where the submissions lie.
    masters : mapping of str to Master
        The exercises that may have been handed in.
    layout : str, default "auto"
        ``auto`` takes the layout that most files follow; or one of `LAYOUTS`.

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
    if layout != "auto" and layout not in LAYOUTS:
        raise BadInput(f"The layout must be auto, {', '.join(LAYOUTS)}, got {layout!r}.")
    if not folder.is_dir():
        if folder.is_file() and folder.suffix.lower() == ".zip":
            raise BadInput(f"{folder} is a zip file; {_unpack(folder)}")
        raise BadInput(f"There is no folder {folder}; give the folder of submissions.")
    seen = {name: LAYOUTS[name](folder, masters) for name in LAYOUTS if layout in ("auto", name)}
    best = max(seen, key=lambda name: len({(f.student, f.notebook) for f in seen[name].files}))
    sight = seen[best]
    if not sight.files:
        raise BadInput(_nothing(folder, masters, layout))
    taken, notices = _choose(sight.files, folder)
    everyone = sorted(sight.students | {student for student, _ in taken})
    handed_in = {notebook for _, notebook in taken}
    submissions = [
        Submission(student, notebook, file.path, file.submitted_at or _changed(file.path))
        if (file := taken.get((student, notebook)))
        else Submission(student, notebook, None)
        for notebook in masters
        if notebook in handed_in
        for student in everyone
    ]
    known = {file.path for file in sight.files}
    stray = [path for path in _notebooks(folder) if path not in known]
    if stray:
        notices.append(
            f"{len(stray)} notebook{'s' * (len(stray) > 1)} left out, not being where or named as "
            f"the layout {best} has it: {_names(stray, folder)}."
        )
    packed = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".zip")
    if packed:
        notices.append(f"{_names(packed, folder)} left out; {_unpack(packed[0])}")
    return Discovery(best, tuple(submissions), tuple(notices))


def platform_id(path: Path | str | None, notebook: str) -> tuple[str, str] | None:
    """Read from a path which learning platform a file came from, and whose number it bears.

    Parameters
    ----------
    path : Path or str or None
        Where the submission lies.
    notebook : str
        Name of its exercise.

    Returns
    -------
    tuple of str, or None
        ``("canvas", user id)`` or ``("moodle", participant)``; None where the path has neither.
    """
    if path is None:
        return None
    for part in reversed(Path(path).parts[-DEPTH:]):
        if match := MOODLE.fullmatch(part):
            return "moodle", match["id"]
    match = _canvas_name(path, notebook)
    return ("canvas", match["id"]) if match and match["id"] else None


def marked_late(path: Path | str | None, notebook: str) -> bool:
    """Say whether the platform marked a download as late in its name, as Canvas does.

    Parameters
    ----------
    path : Path or str or None
        Where the submission lies.
    notebook : str
        Name of its exercise.

    Returns
    -------
    bool
        True if it did; False says nothing, for other platforms do not mark.
    """
    match = _canvas_name(path, notebook) if path is not None else None
    return bool(match and match["late"])


def _canvas_name(path: Path | str, notebook: str) -> re.Match[str] | None:
    """Read a file name as Canvas makes it for an exercise."""
    name = Path(path).name
    match = CANVAS.fullmatch(name) if not name.startswith(notebook) else None
    return match if match and _match(match["rest"], {notebook: None}) else None


def student_name(raw: str) -> str:
    """Return a file or folder name as the name of a student.

    Parameters
    ----------
    raw : str
        As the file system has it.

    Returns
    -------
    str
        Composed (NFC), so that a name typed is found; bytes that are no UTF-8 are spelled out.
    """
    try:
        raw.encode()
    except UnicodeEncodeError:
        raw = os.fsencode(raw).decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", raw)


def _folders(folder: Path, masters: Mapping[str, Master]) -> _Sight:
    """One folder a student; a folder that is a link is handed on unopened, for each exercise."""
    files, linked, students = [], [], set()
    for entry in _entries(folder):
        if not entry.is_dir() or entry.name.endswith(SUFFIX) or MOODLE.fullmatch(entry.name):
            continue
        student = student_name(entry.name)
        students.add(student)
        if entry.is_symlink():
            linked.append((student, entry))
            continue
        files += [
            _File(student, notebook, path, _rank(copy, path))
            for path in _entries(entry)
            if (match := _match(path.name, masters)) is not None
            for notebook, copy in [match]
        ]
    handed_in = sorted({file.notebook for file in files})
    files += [_File(student, name, path, (0,)) for student, path in linked for name in handed_in]
    return _Sight(tuple(files), frozenset(students))


def _nbgrader(folder: Path, masters: Mapping[str, Master]) -> _Sight:
    """``submitted/<student>/<assignment>/``, given the course's folder or ``submitted`` itself."""
    inner = folder / "submitted"
    base = inner if inner.is_dir() and not inner.is_symlink() else folder
    files, students = [], set()
    for student in _entries(base):
        if not student.is_dir() or student.is_symlink():
            continue
        for assignment in _entries(student):
            if not assignment.is_dir() or assignment.is_symlink():
                continue
            if assignment.name.endswith(SUFFIX):
                continue
            students.add(student_name(student.name))
            stamp = _timestamp(assignment / "timestamp.txt")
            files += [
                _File(student_name(student.name), notebook, path, _rank(copy, path), stamp)
                for path in _entries(assignment)
                if (match := _match(path.name, masters)) is not None
                for notebook, copy in [match]
            ]
    return _Sight(tuple(files), frozenset(students))


def _canvas(folder: Path, masters: Mapping[str, Master]) -> _Sight:
    """Canvas's *Download submissions*: of several uploads the one with the highest file id counts."""
    files, students = [], set()
    for path in _entries(folder):
        match = CANVAS.fullmatch(path.name)
        if match is None or not path.name.endswith(SUFFIX):
            continue
        who = (match["name"], match["id"] or match["anonymous"])
        student = student_name("_".join(part for part in who if part))
        students.add(student)
        fits = _match(match["rest"], masters)
        if fits is not None:
            files.append(_File(student, fits[0], path, (int(match["file"]),)))
    return _Sight(tuple(files), frozenset(students))


def _moodle(folder: Path, masters: Mapping[str, Master]) -> _Sight:
    """Moodle's *Download all submissions*, as folders or as files."""
    files, students = [], set()
    for entry in _entries(folder):
        match = MOODLE.fullmatch(entry.name)
        if match is None:
            continue
        student = student_name(match["student"])
        students.add(student)
        inside = entry.is_dir() and not entry.is_symlink() and not match["rest"]
        for path in _notebooks(entry) if inside else [entry]:
            fits = _match(path.name if inside else match["rest"] or "", masters)
            if fits is not None:
                files.append(_File(student, fits[0], path, _rank(fits[1], path)))
    return _Sight(tuple(files), frozenset(students))


def _flat(folder: Path, masters: Mapping[str, Master]) -> _Sight:
    """``<student>__<exercise>.ipynb``."""
    files = []
    for path in _entries(folder):
        student, two, rest = path.name.rpartition("__")
        while two and student:
            fits = _match(rest, masters)
            if fits is not None:
                files.append(_File(student_name(student), fits[0], path, _rank(fits[1], path)))
                break
            student, two, more = student.rpartition("__")
            rest = more + "__" + rest
    return _Sight(tuple(files), frozenset(file.student for file in files))


LAYOUTS: dict[str, Callable[[Path, Mapping[str, Master]], _Sight]] = {
    "folders": _folders,
    "nbgrader": _nbgrader,
    "canvas": _canvas,
    "moodle": _moodle,
    "flat": _flat,
}


def _match(name: str, masters: Mapping[str, object]) -> tuple[str, int] | None:
    """Return the exercise that a file name means, and which copy of it; None for any other file.

    Browsers and platforms add to the name of a second upload: ``07 (1).ipynb``, ``07-1.ipynb``,
    ``07-Copy1.ipynb``. Such a name is taken only if it is not itself an exercise's.
    """
    if not name.endswith(SUFFIX):
        return None
    stem = unicodedata.normalize("NFC", name[: -len(SUFFIX)])
    if stem in masters:
        return stem, 0
    match = COPY.search(stem)
    if match and stem[: match.start()] in masters:
        count = next((int(n) for n in match.groups() if n), 1)
        return stem[: match.start()], max(count, 1)
    return None


def _rank(copy: int, path: Path) -> tuple[int, ...]:
    """Rank a file: the right name first, then the latest change."""
    return (1 if copy == 0 else 0, int(_changed(path) or 0), copy)


def _choose(files: Iterable[_File], folder: Path) -> tuple[dict[tuple[str, str], _File], list[str]]:
    """Take one file for each student and exercise, and say where there was a choice."""
    rivals: dict[tuple[str, str], list[_File]] = {}
    for file in files:
        rivals.setdefault((file.student, file.notebook), []).append(file)
    taken, notices = {}, []
    for key, several in rivals.items():
        ordered = sorted(several, key=lambda file: (*file.rank, file.path.name))
        taken[key] = ordered[-1]
        if len(several) > 1:
            others = [file.path for file in ordered[:-1]]
            notices.append(
                f"{_name(ordered[-1].path, folder)} counts for {key[0]!r}, not "
                f"{_names(others, folder)}."
            )
    if len(notices) > NAMED:
        notices[NAMED:] = [f"The same for {len(notices) - NAMED} more."]
    return taken, notices


def _entries(folder: Path) -> list[Path]:
    """List what is in a folder, sorted, without what is hidden or made by systems."""
    try:
        found = list(folder.iterdir())
    except OSError:
        return []
    return sorted(p for p in found if not p.name.startswith(".") and p.name not in IGNORED)


def _notebooks(folder: Path) -> Iterator[Path]:
    """Yield everything named like a notebook, a few folders deep, following no link."""
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(d for d in folders if not d.startswith(".") and d not in IGNORED)
        here = Path(base)
        if len(here.relative_to(folder).parts) >= DEPTH:
            folders.clear()
        named = [d for d in folders if d.endswith(SUFFIX)]
        folders[:] = [d for d in folders if d not in named]
        for name in sorted(files + named):
            if name.endswith(SUFFIX) and not name.startswith("."):
                yield here / name


def _changed(path: Path) -> float | None:
    """Return when a file was last changed."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return None


def _timestamp(path: Path) -> float | None:
    """Read nbgrader's note of when an assignment was handed in (in UTC unless it says otherwise)."""
    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open(encoding="utf-8") as file:
            match = STAMP.match(file.read(100))
    except (OSError, UnicodeDecodeError):
        return None
    return datetime.fromisoformat(match[0]).replace(tzinfo=UTC).timestamp() if match else None


def _name(path: Path, folder: Path) -> str:
    """Name a path within the folder, on one line."""
    return repr(student_name(str(path.relative_to(folder))))


def _names(paths: list[Path], folder: Path) -> str:
    """Name a few paths."""
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return ", ".join(_name(path, folder) for path in paths[:NAMED]) + more


def _unpack(path: Path) -> str:
    return f"unpack it first: python -m zipfile -e {path.name!r} submissions"


def _nothing(folder: Path, masters: Mapping[str, Master], layout: str) -> str:
    """Say what a folder should hold, and what it holds instead."""
    name = next(iter(masters))
    said = {
        "folders": f"one folder a student, with notebooks named like {name}.ipynb",
        "nbgrader": f"submitted/STUDENT/ASSIGNMENT/{name}.ipynb",
        "canvas": f"Canvas's files, such as lastfirst_12345_67890_{name}.ipynb",
        "moodle": f"Moodle's folders, such as 'Name_12345_assignsubmission_file_' with {name}.ipynb",
        "flat": f"files such as STUDENT__{name}.ipynb",
    }
    wanted = said[layout] if layout != "auto" else said["folders"] + "; or a layout of another kind"
    packed = [path for path in _entries(folder) if path.suffix.lower() == ".zip"]
    if packed:
        return f"There is no submission in {folder}, but {packed[0].name!r}; {_unpack(packed[0])}"
    stray = list(_notebooks(folder))
    there = f" It holds {_names(stray, folder)}." if stray else ""
    if layout == "auto":
        wanted = f"{said['folders']}; or follow the layout {', '.join(list(LAYOUTS)[1:])}"
    return f"There is no submission in {folder}: it must hold {wanted}.{there}"
