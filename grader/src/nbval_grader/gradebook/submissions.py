"""Where submissions lie: the folder layouts of teachers and of learning platforms.

========= ====================================================================================
layout    what is handed in
========= ====================================================================================
folders   ``<student>/<exercise>.ipynb``
nbgrader  ``submitted/<student>/<assignment>/<exercise>.ipynb``, with its ``timestamp.txt``
canvas    ``lastfirst[_LATE]_<user id>_<file id>_<exercise>.ipynb``, one folder of files
moodle    ``Full Name_<participant>_assignsubmission_file_/<exercise>.ipynb``, or the same as files
flat      ``<student>__<exercise>.ipynb``, one folder of files
========= ====================================================================================

Nothing is renamed or moved, and no symbolic link is followed: a link is passed on, to be refused.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import BadInput
from ..notebooks.master import Master

__all__ = [
    "LAYOUTS",
    "Discovery",
    "Submission",
    "discover",
    "find_platform_id",
    "is_marked_late",
    "normalise_student",
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
TIMESTAMP = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)?(?: +(?P<zone>\S+))?")
IGNORED = {"__MACOSX", ".ipynb_checkpoints"}
DEPTH = 4
MAX_QUOTED = 5


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
        Sentences on what was left out, and on which of several files counts.
    """

    layout: str
    submissions: tuple[Submission, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    """A file that may be a submission; of a student's several the one of highest rank counts."""

    student: str
    notebook: str
    path: Path
    rank: tuple[int, ...]
    submitted_at: float | None = None


@dataclass(frozen=True)
class _Listing:
    """What a folder holds, read in one layout."""

    files: tuple[_Candidate, ...]
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
            raise BadInput(f"{folder} is a zip file; {_advise_to_unpack(folder)}")
        raise BadInput(f"There is no folder {folder}; give the folder of submissions.")
    listings = {
        name: LAYOUTS[name](folder, masters) for name in LAYOUTS if layout in ("auto", name)
    }
    best = max(
        listings, key=lambda name: len({(f.student, f.notebook) for f in listings[name].files})
    )
    listing = listings[best]
    if not listing.files:
        raise BadInput(_describe_empty(folder, masters, layout))
    chosen, notices = _choose(listing.files, folder)
    everyone = sorted(listing.students | {student for student, _ in chosen})
    handed_in = {notebook for _, notebook in chosen}
    submissions = [
        Submission(student, notebook, file.path, file.submitted_at or _modified_at(file.path))
        if (file := chosen.get((student, notebook)))
        else Submission(student, notebook, None)
        for notebook in masters
        if notebook in handed_in
        for student in everyone
    ]
    known = {file.path for file in listing.files}
    others = [path for path in _walk_notebooks(folder) if path not in known]
    if others:
        notices.append(
            f"{len(others)} notebook{'s' * (len(others) > 1)} left out, not being where or named as "
            f"the layout {best} has it: {_quote_paths(others, folder)}."
        )
    archives = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".zip")
    if archives:
        notices.append(
            f"{_quote_paths(archives, folder)} left out; {_advise_to_unpack(archives[0])}"
        )
    return Discovery(best, tuple(submissions), tuple(notices))


def find_platform_id(path: Path | str | None, notebook: str) -> tuple[str, str] | None:
    """Read from a path which learning platform a file came from, and the number it gave the student.

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
    match = _match_canvas(path, notebook)
    return ("canvas", match["id"]) if match and match["id"] else None


def is_marked_late(path: Path | str | None, notebook: str) -> bool:
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
        True if it did. False says nothing, for other platforms do not mark late files.
    """
    match = _match_canvas(path, notebook) if path is not None else None
    return bool(match and match["late"])


def _match_canvas(path: Path | str, notebook: str) -> re.Match[str] | None:
    """Read a file name as Canvas makes it for an exercise."""
    name = Path(path).name
    match = CANVAS.fullmatch(name) if not name.startswith(notebook) else None
    return match if match and _match_exercise(match["rest"], {notebook: None}) else None


def normalise_student(raw: str) -> str:
    """Return the name of a student from that of a file or folder.

    Parameters
    ----------
    raw : str
        As the file system has it.

    Returns
    -------
    str
        In composed form (NFC), so that it equals the name as typed; bytes that are not UTF-8 are
        written as escapes.
    """
    try:
        raw.encode()
    except UnicodeEncodeError:
        raw = os.fsencode(raw).decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", raw)


def _list_folders(folder: Path, masters: Mapping[str, Master]) -> _Listing:
    """Read one folder per student; a folder that is a link is passed on unopened, for each exercise."""
    files, linked, students = [], [], set()
    for entry in _list_entries(folder):
        if not entry.is_dir() or entry.name.endswith(SUFFIX) or MOODLE.fullmatch(entry.name):
            continue
        student = normalise_student(entry.name)
        students.add(student)
        if entry.is_symlink():
            linked.append((student, entry))
            continue
        files += [
            _Candidate(student, notebook, path, _rank_file(copy, path))
            for path in _list_entries(entry)
            if (match := _match_exercise(path.name, masters)) is not None
            for notebook, copy in [match]
        ]
    handed_in = sorted({file.notebook for file in files})
    files += [
        _Candidate(student, name, path, (0,)) for student, path in linked for name in handed_in
    ]
    return _Listing(tuple(files), frozenset(students))


def _list_nbgrader(folder: Path, masters: Mapping[str, Master]) -> _Listing:
    """Read ``submitted/<student>/<assignment>/``, from the course's folder or ``submitted`` itself."""
    inner = folder / "submitted"
    base = inner if inner.is_dir() and not inner.is_symlink() else folder
    files, students = [], set()
    for student in _list_entries(base):
        if not student.is_dir() or student.is_symlink():
            continue
        for assignment in _list_entries(student):
            if not assignment.is_dir() or assignment.is_symlink():
                continue
            if assignment.name.endswith(SUFFIX):
                continue
            students.add(normalise_student(student.name))
            stamp = _read_timestamp(assignment / "timestamp.txt")
            files += [
                _Candidate(
                    normalise_student(student.name), notebook, path, _rank_file(copy, path), stamp
                )
                for path in _list_entries(assignment)
                if (match := _match_exercise(path.name, masters)) is not None
                for notebook, copy in [match]
            ]
    return _Listing(tuple(files), frozenset(students))


def _list_canvas(folder: Path, masters: Mapping[str, Master]) -> _Listing:
    """Read Canvas's *Download submissions*; of several uploads the one with the highest file id counts."""
    files, students = [], set()
    for path in _list_entries(folder):
        match = CANVAS.fullmatch(path.name)
        if match is None or not path.name.endswith(SUFFIX):
            continue
        who = (match["name"], match["id"] or match["anonymous"])
        student = normalise_student("_".join(part for part in who if part))
        students.add(student)
        fits = _match_exercise(match["rest"], masters)
        if fits is not None:
            files.append(_Candidate(student, fits[0], path, (int(match["file"]),)))
    return _Listing(tuple(files), frozenset(students))


def _list_moodle(folder: Path, masters: Mapping[str, Master]) -> _Listing:
    """Read Moodle's *Download all submissions*, as folders or as files."""
    files, students = [], set()
    for entry in _list_entries(folder):
        match = MOODLE.fullmatch(entry.name)
        if match is None:
            continue
        student = normalise_student(match["student"])
        students.add(student)
        inside = entry.is_dir() and not entry.is_symlink() and not match["rest"]
        for path in _walk_notebooks(entry) if inside else [entry]:
            fits = _match_exercise(path.name if inside else match["rest"] or "", masters)
            if fits is not None:
                files.append(_Candidate(student, fits[0], path, _rank_file(fits[1], path)))
    return _Listing(tuple(files), frozenset(students))


def _list_flat(folder: Path, masters: Mapping[str, Master]) -> _Listing:
    """Read ``<student>__<exercise>.ipynb``."""
    files = []
    for path in _list_entries(folder):
        student, two, rest = path.name.rpartition("__")
        while two and student:
            fits = _match_exercise(rest, masters)
            if fits is not None:
                files.append(
                    _Candidate(normalise_student(student), fits[0], path, _rank_file(fits[1], path))
                )
                break
            student, two, more = student.rpartition("__")
            rest = more + "__" + rest
    return _Listing(tuple(files), frozenset(file.student for file in files))


LAYOUTS: dict[str, Callable[[Path, Mapping[str, Master]], _Listing]] = {
    "folders": _list_folders,
    "nbgrader": _list_nbgrader,
    "canvas": _list_canvas,
    "moodle": _list_moodle,
    "flat": _list_flat,
}


def _match_exercise(name: str, masters: Mapping[str, object]) -> tuple[str, int] | None:
    """Return the exercise that a file name means, and which copy of it; None for any other file.

    Browsers and platforms add to the name of a second upload: ``07 (1).ipynb``, ``07-1.ipynb``,
    ``07-Copy1.ipynb``. Such a name counts as a copy only if no exercise itself has it.
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


def _rank_file(copy: int, path: Path) -> tuple[int, ...]:
    """Rank a file: the right name first, then the latest change."""
    return (1 if copy == 0 else 0, int(_modified_at(path) or 0), copy)


def _choose(
    files: Iterable[_Candidate], folder: Path
) -> tuple[dict[tuple[str, str], _Candidate], list[str]]:
    """Choose one file for each student and exercise, and say where there were several."""
    candidates: dict[tuple[str, str], list[_Candidate]] = {}
    for file in files:
        candidates.setdefault((file.student, file.notebook), []).append(file)
    chosen, notices = {}, []
    for key, several in candidates.items():
        ordered = sorted(several, key=lambda file: (*file.rank, file.path.name))
        chosen[key] = ordered[-1]
        if len(several) > 1:
            others = [file.path for file in ordered[:-1]]
            notices.append(
                f"{_quote_path(ordered[-1].path, folder)} counts for {key[0]!r}, not "
                f"{_quote_paths(others, folder)}."
            )
    if len(notices) > MAX_QUOTED:
        notices[MAX_QUOTED:] = [f"The same for {len(notices) - MAX_QUOTED} more."]
    return chosen, notices


def _list_entries(folder: Path) -> list[Path]:
    """List what is in a folder, sorted, without hidden files and those that systems make."""
    try:
        entries = list(folder.iterdir())
    except OSError:
        return []
    return sorted(p for p in entries if not p.name.startswith(".") and p.name not in IGNORED)


def _walk_notebooks(folder: Path) -> Iterator[Path]:
    """Yield everything named like a notebook, a few folders deep, following no link."""
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(d for d in folders if not d.startswith(".") and d not in IGNORED)
        parent = Path(base)
        if len(parent.relative_to(folder).parts) >= DEPTH:
            folders.clear()
        named = [d for d in folders if d.endswith(SUFFIX)]
        folders[:] = [d for d in folders if d not in named]
        for name in sorted(files + named):
            if name.endswith(SUFFIX) and not name.startswith("."):
                yield parent / name


def _modified_at(path: Path) -> float | None:
    """Return when a file was last changed, in seconds since 1970."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return None


def _read_timestamp(path: Path) -> float | None:
    """Read nbgrader's note of when an assignment was handed in, in seconds since 1970.

    nbgrader writes the zone of its setting ``timezone``, which is UTC unless it was changed. A zone
    that is not known here counts as UTC, as it does for nbgrader.
    """
    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open(encoding="utf-8") as file:
            match = TIMESTAMP.match(file.read(100))
    except (OSError, UnicodeDecodeError):
        return None
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(match["time"])
    except ValueError:
        return None
    return moment.replace(tzinfo=_find_zone(match["zone"] or "UTC")).timestamp()


def _find_zone(name: str) -> tzinfo:
    """Return the time zone of a name such as ``Asia/Shanghai`` or an offset such as ``+0800``."""
    if name[0] in "+-":
        with contextlib.suppress(ValueError):
            return datetime.strptime(name, "%z").tzinfo or UTC
    # Beside an unknown name, ZoneInfo refuses what is no name at all, and a folder of names.
    with contextlib.suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(name)
    return UTC


def _quote_path(path: Path, folder: Path) -> str:
    """Quote a path within the folder, on one line."""
    return repr(normalise_student(str(path.relative_to(folder))))


def _quote_paths(paths: list[Path], folder: Path) -> str:
    """Quote the first few paths, and count the others."""
    more = f" and {len(paths) - MAX_QUOTED} more" if len(paths) > MAX_QUOTED else ""
    return ", ".join(_quote_path(path, folder) for path in paths[:MAX_QUOTED]) + more


def _advise_to_unpack(path: Path) -> str:
    return f"unpack it first: python -m zipfile -e {path.name!r} submissions"


def _describe_empty(folder: Path, masters: Mapping[str, Master], layout: str) -> str:
    """Say what a folder should hold, and what it holds instead."""
    name = next(iter(masters))
    layouts = {
        "folders": f"one folder per student, with notebooks named like {name}.ipynb",
        "nbgrader": f"submitted/STUDENT/ASSIGNMENT/{name}.ipynb",
        "canvas": f"Canvas's files, such as lastfirst_12345_67890_{name}.ipynb",
        "moodle": f"Moodle's folders, such as 'Name_12345_assignsubmission_file_' with {name}.ipynb",
        "flat": f"files such as STUDENT__{name}.ipynb",
    }
    archives = [path for path in _list_entries(folder) if path.suffix.lower() == ".zip"]
    if archives:
        advice = _advise_to_unpack(archives[0])
        return f"There is no submission in {folder}, but {archives[0].name!r}; {advice}"
    notebooks = list(_walk_notebooks(folder))
    holds = f" It holds {_quote_paths(notebooks, folder)}." if notebooks else ""
    if layout == "auto":
        expected = f"{layouts['folders']}; or follow the layout {', '.join(list(LAYOUTS)[1:])}"
    else:
        expected = layouts[layout]
    return f"There is no submission in {folder}: it must hold {expected}.{holds}"
