"""The students' edition of a course: everything that a learner needs, and proof that no answer is in it.

What is left out, by rules that hold for any course:

- what git ignores, or, where the course is no git repository, hidden files and caches;
- the folder of the masters, whole;
- every notebook that is itself a master, wherever it lies, and every gradebook with its companions;
- what ``.releaseignore`` at the top of the course names: one pattern a line, ``#`` starts a comment;
  ``folder/`` leaves a folder out, ``*.ext`` files by their name, ``a/b*.txt`` files by their path;
- symbolic links.

Then every file that is left is searched for the text of every hidden check and its output, every
solution, every rubric; and every exercise is held against its master, so that nobody's answers are
released. If anything is found, nothing is released.
"""

from __future__ import annotations

import fnmatch
import html
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import BadInput, Findings, NotWritable
from .expected import KEY, unpack
from .format import (
    BEGIN,
    END,
    NAMESPACE,
    Cell,
    Master,
    as_text,
    cells_of,
    lines_of,
    mapping,
    read_masters,
)
from .student_version import exercise, stub_source

__all__ = ["Leak", "Release", "Secret", "answered", "leaks", "release", "secrets", "texts_of"]

IGNORE = ".releaseignore"
MANIFEST = ".release.json"
MIN_LINE = 16
MIN_OUTPUT = 12
MIN_BLOCK = 24
MIN_PAIR = 50
SHOWN = 10
CACHES = {"__pycache__", "node_modules"}
SQLITE = b"SQLite format 3\0"
MAX_DEPTH = 3
PRINTS = re.compile(r"\b(?:print|show|display)\(")
WORD = re.compile(r"\w+")
BOUND = re.compile(r"(?:\bdef |\bclass |^)(\w+)", re.MULTILINE)
IMPORT = re.compile(r"\s*(?:import|from [\w.]+ import) ")


@dataclass(frozen=True)
class Secret:
    """A text that no student may see.

    Attributes
    ----------
    master : str
        Exercise it comes from.
    where : str
        Cell, and what of it.
    text : str
        The text, with white space squeezed out.
    """

    master: str
    where: str
    text: str


@dataclass(frozen=True)
class Leak:
    """A secret found in a file."""

    path: str
    secret: Secret

    def __str__(self) -> str:
        return f"{self.path} holds text of {self.secret.master}, {self.secret.where}"


@dataclass(frozen=True)
class Release:
    """What a release came to.

    Attributes
    ----------
    to : Path
        Where it lies.
    files : tuple of str
        Its files.
    left_out : tuple of str
        Files of the course that it does not have.
    written, removed : int
        Files that changed since the last release to the same place.
    secrets : int
        Texts that were searched for, in every file.
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
        Where the edition goes: a new or empty folder, or an earlier release, which is brought up
        to date; what is in it by other hands (such as ``.git``) stays.
    masters : Path or str, optional
        Folder of the masters; ``solutions`` in the course by default.

    Returns
    -------
    Release
        What was written.

    Raises
    ------
    BadInput
        If there is no such course, no masters, a pattern that fits nothing, or `to` holds other
        files.
    Findings
        If a file of the edition holds a hidden text, or an exercise holds answers or is not as its
        master makes it; nothing is written then.
    NotWritable
        If it cannot be written.
    """
    course, to = Path(course), Path(to)
    if not course.is_dir():
        raise BadInput(f"There is no folder {course}; give the course's folder.")
    folder = Path(masters) if masters is not None else course / "solutions"
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}; name the folder of the masters: --masters.")
    known = read_masters(folder)
    if to.exists() and not to.is_dir():
        raise BadInput(f"{to} is a file; give a folder for the students' edition.")
    inside = _inside(to, course)
    if inside in ((), None) and (inside == () or _inside(course, to) is not None):
        raise BadInput(f"{to} holds the course itself; give another folder.")
    before = _manifest(to)
    listed = [
        path for path in _listed(course) if inside is None or path.parts[: len(inside)] != inside
    ]
    kept, left_out = _kept(course, listed, _inside(folder, course))
    if not kept:
        raise BadInput(f"Nothing of {course} is left to release; look at {IGNORE}.")
    hidden = secrets(known.values())
    contents = {}
    for path in kept:
        try:
            contents[path.as_posix()] = (course / path).read_bytes()
        except OSError as fault:
            raise BadInput(f"{course / path} cannot be read: {fault.strerror}.") from None
    found = [*map(str, leaks(contents, hidden)), *answered(contents, known)]
    if found:
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise Findings(f"Nothing was released: {'; '.join(found[:SHOWN])}{more}.")
    modes = {path.as_posix(): (course / path).stat().st_mode & 0o755 for path in kept}
    written, removed = _write(to, contents, modes, before)
    return Release(
        to,
        tuple(sorted(contents)),
        tuple(path.as_posix() for path in left_out),
        written,
        removed,
        len(hidden),
    )


def _inside(path: Path, folder: Path) -> tuple[str, ...] | None:
    """Return the parts of a path within a folder; None where it lies elsewhere."""
    try:
        return path.resolve().relative_to(folder.resolve()).parts
    except ValueError:
        return None


def _listed(course: Path) -> list[PurePosixPath]:
    """List a course's files, as git sees them, or all but hidden ones and caches."""
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
                d
                for d in folders
                if not d.startswith(".")
                and d not in CACHES
                and not _ignores_itself(course / here / d)
            ]
            names |= {(here / f).as_posix() for f in files if f == IGNORE or not f.startswith(".")}
    there = (PurePosixPath(name) for name in sorted(names))
    return [path for path in there if os.path.lexists(course / path)]


def _ignores_itself(folder: Path) -> bool:
    """Say whether a folder asks to be left alone, as a report of this grader does."""
    try:
        return (folder / ".gitignore").read_text(encoding="utf-8").strip() == "*"
    except (OSError, UnicodeDecodeError):
        return False


def _patterns(course: Path) -> list[str]:
    """Read what the course asks to leave out."""
    try:
        text = (course / IGNORE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput(f"{course / IGNORE} cannot be read: {fault}.") from None
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _fits(path: PurePosixPath, pattern: str) -> bool:
    """Say whether a pattern names a file, by its path, its name or a folder it lies in."""
    if pattern.endswith("/"):
        bare = pattern.strip("/")
        if "/" in bare or pattern.startswith("/"):
            return any(fnmatch.fnmatchcase(str(parent), bare) for parent in path.parents)
        return any(fnmatch.fnmatchcase(part, bare) for part in path.parts[:-1])
    if "/" in pattern:
        return fnmatch.fnmatchcase(str(path), pattern.strip("/"))
    return fnmatch.fnmatchcase(path.name, pattern)


def _kept(
    course: Path, listed: list[PurePosixPath], masters: tuple[str, ...] | None
) -> tuple[list[PurePosixPath], list[PurePosixPath]]:
    """Part what a student gets from what not."""
    patterns = _patterns(course)
    useless = [p for p in patterns if not any(_fits(path, p) for path in listed)]
    if useless:
        raise BadInput(
            f"{course / IGNORE}: {', '.join(map(repr, useless))} fits no file; mend or delete it, "
            "for a slip there could give answers away."
        )
    books = [str(path) for path in listed if _is_database(course / path)]
    kept: list[PurePosixPath] = []
    left_out: list[PurePosixPath] = []
    for path in listed:
        out = (
            path.name in (IGNORE, MANIFEST)
            or (masters is not None and path.parts[: len(masters)] == masters)
            or any(_fits(path, pattern) for pattern in patterns)
            or (course / path).is_symlink()
            or not (course / path).is_file()
            or any(str(path).startswith(book) for book in books)
            or _is_master(course / path)
        )
        (left_out if out else kept).append(path)
    return kept, left_out


def _is_database(path: Path) -> bool:
    """Say whether a file is an SQLite database, as gradebooks are."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False


def _notebook(data: bytes) -> dict[str, Any]:
    """Return a notebook, or an empty one where the file is none."""
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    sound = isinstance(notebook, dict) and isinstance(notebook.get("cells"), list)
    return notebook if sound else {}


def _is_master(path: Path) -> bool:
    """Say whether a file is a master, by what it holds."""
    if path.suffix != ".ipynb":
        return False
    return any(
        cell.role == "hidden" or (cell.role in ("answer", "manual") and BEGIN in cell.source)
        for cell in cells_of(_notebook(path.read_bytes()))
    )


def answered(contents: Mapping[str, bytes], masters: Mapping[str, Master]) -> list[str]:
    """Find exercises that are not as their masters make them.

    Parameters
    ----------
    contents : mapping of str to bytes
        Files by path.
    masters : mapping of str to Master
        The masters.

    Returns
    -------
    list of str
        A sentence for each exercise of which an answer differs from its stub.
    """
    found = []
    for path, data in sorted(contents.items()):
        notebook = _notebook(data) if path.endswith(".ipynb") else {}
        meta = mapping(mapping(notebook.get("metadata")).get(NAMESPACE))
        master = masters.get(str(meta.get("exercise")))
        if master is None:
            continue
        stubs = {c.id: stub_source(c) for c in master.cells if c.role in ("answer", "manual")}
        given = {c.id: c.source for c in cells_of(notebook) if c.id in stubs}
        if any(_squeezed(given.get(cell, "")) != _squeezed(stub) for cell, stub in stubs.items()):
            found.append(
                f"{path} holds answers to {master.name}, or is not as its master makes it (leave "
                "it out by .gitignore or .releaseignore, or run exercise)"
            )
    return found


def _squeezed(text: str) -> str:
    """Return a text without white space, so that layout hides nothing."""
    return re.sub(r"\s+", "", text)


def secrets(masters: Iterable[Master]) -> list[Secret]:
    """List every text of some masters that no student may see.

    Parameters
    ----------
    masters : iterable of Master
        The masters.

    Returns
    -------
    list of Secret
        Of hidden checks: the whole, the output, and each line that prints or uses what the learner
        defines (lines that only fetch data stand in lessons too). Of answers: each solution, whole
        and two lines at a time. Of discussion questions: each line of the rubric. What the exercise
        shows anyway is not secret, nor is a line too short to tell anything.
    """
    found: dict[str, Secret] = {}
    for master in masters:
        shown = _squeezed("\n".join(strings_of(exercise(master))))
        for where, text, least in _hidden_texts(master.cells):
            bare = _squeezed(text)
            if len(bare) >= least and bare not in shown:
                found.setdefault(bare, Secret(master.name, where, bare))
    return list(found.values())


def _hidden_texts(cells: Sequence[Cell]) -> Iterator[tuple[str, str, int]]:
    """Yield place, text, and from which length on it counts."""
    answers = {cell.question: cell.source for cell in cells if cell.role == "answer"}
    for cell in cells:
        if cell.role == "hidden":
            where = f"{cell.label} (hidden check)"
            names = set(BOUND.findall(answers.get(cell.question, "")))
            yield where, "\n".join(unimported(cell.source)), MIN_BLOCK
            for line in unimported(cell.source):
                if PRINTS.search(line) or names.intersection(WORD.findall(line)):
                    yield where, line.split("  # ")[0], MIN_LINE
            for output in cell.outputs:
                where = f"{cell.label} (hidden output)"
                yield where, as_text(output.get("text")), MIN_OUTPUT
                for value in dict(output.get("data") or {}).values():
                    yield where, as_text(value), MIN_OUTPUT
        if cell.role in ("answer", "manual"):
            where = f"{cell.label} (solution)"
            for block in re.findall(f"{BEGIN}(.*?){END}", cell.source, re.DOTALL):
                yield where, block, MIN_BLOCK
                lines = [line for line in block.splitlines() if line.strip()]
                for pair in itertools.pairwise(lines):
                    yield where, "\n".join(pair), MIN_PAIR
        if cell.role == "manual":
            for line in lines_of(cell.meta.get("rubric")).splitlines():
                yield f"{cell.label} (rubric)", line, MIN_OUTPUT


def unimported(source: str) -> list[str]:
    """Return the lines of a source that say something, without imports.

    Parameters
    ----------
    source : str
        Python.

    Returns
    -------
    list of str
        Lines.
    """
    return [line for line in source.splitlines() if line.strip() and not IMPORT.match(line)]


def strings_of(value: object) -> Iterator[str]:
    """Yield every text in a JSON value, keys included.

    Parameters
    ----------
    value : object
        What `json.loads` gave.

    Yields
    ------
    str
        A text; lists of texts (as notebooks store them) come joined, expected outputs unpacked.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from strings_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings_of(item)
            expected = unpack(item) if key == KEY else None
            if expected is not None:
                yield from strings_of(expected.outputs)


def texts_of(name: str, data: bytes, depth: int = 0) -> Iterator[str]:
    """Yield the texts of a file, as a reader could get at them.

    Parameters
    ----------
    name : str
        Its name.
    data : bytes
        The file.
    depth : int, default 0
        How many archives it lies in.

    Yields
    ------
    str
        The file as text; the texts in it if it is JSON; HTML with its entities read; names and
        texts of what is packed in an archive (zip, tar), a few archives deep.
    """
    text = data.decode("utf-8", "replace")
    yield text
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text or name.endswith((".ipynb", ".json")):
        try:
            yield from strings_of(json.loads(text))
        except (ValueError, RecursionError):
            yield re.sub(r"\\([\"'\\/])", r"\1", text.replace("\\n", "\n").replace("\\t", "\t"))
    if depth < MAX_DEPTH:
        for inner, packed in _packed(data):
            yield inner
            yield from texts_of(inner, packed, depth + 1)


def _packed(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what an archive holds; nothing if it is none."""
    stream = io.BytesIO(data)
    if data[:2] == b"PK" and zipfile.is_zipfile(stream):
        with zipfile.ZipFile(stream) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
        return
    if not (
        data[:2] == b"\x1f\x8b" or data[:3] in (b"BZh", b"\xfd7z") or data[257:262] == b"ustar"
    ):
        return
    stream.seek(0)
    try:
        with tarfile.open(fileobj=stream) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isfile() else None
                if file is not None:
                    yield member.name, file.read()
    except (tarfile.TarError, OSError, EOFError):
        return


def leaks(contents: Mapping[str, bytes], hidden: Iterable[Secret]) -> list[Leak]:
    """Search files for secrets.

    Parameters
    ----------
    contents : mapping of str to bytes
        Files by path.
    hidden : iterable of Secret
        What must not be there.

    Returns
    -------
    list of Leak
        What is there all the same, by path.
    """
    wanted = list(hidden)
    found = []
    for path, data in sorted(contents.items()):
        bare = "\0".join(_squeezed(text) for text in texts_of(path, data))
        found += [Leak(path, secret) for secret in wanted if secret.text in bare]
    return found


def _manifest(to: Path) -> set[str]:
    """Return what an earlier release wrote; refuse a folder that holds anything else."""
    if not to.exists():
        return set()
    try:
        listed = json.loads((to / MANIFEST).read_text(encoding="utf-8"))["files"]
        return {name for name in listed if isinstance(name, str) and _stays_inside(name)}
    except FileNotFoundError:
        if any(entry.name != ".git" for entry in to.iterdir()):
            raise BadInput(
                f"{to} holds files that no release wrote; give a new folder or an earlier release."
            ) from None
        return set()
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{to / MANIFEST} is damaged; give a new folder.") from None


def _stays_inside(name: str) -> bool:
    """Say whether a listed name can only mean a file below the folder."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def _write(
    to: Path, contents: Mapping[str, bytes], modes: Mapping[str, int], before: set[str]
) -> tuple[int, int]:
    """Bring a folder up to date, file by file, each whole or not at all."""
    written = removed = 0
    try:
        to.mkdir(parents=True, exist_ok=True)
        _note_files(to, before | set(contents))
        with tempfile.TemporaryDirectory(prefix=".release-", dir=to) as scratch:
            for name, data in contents.items():
                target = to / name
                if target.is_file() and not target.is_symlink() and target.read_bytes() == data:
                    continue
                if target.is_dir() and not target.is_symlink():
                    shutil.rmtree(target)
                target.parent.mkdir(parents=True, exist_ok=True)
                made = Path(scratch) / "file"
                made.write_bytes(data)
                made.chmod(modes[name])
                made.replace(target)
                written += 1
        for name in sorted(before - set(contents)):
            target = to / name
            if os.path.lexists(target):
                target.unlink()
                removed += 1
            for parent in PurePosixPath(name).parents:
                if (
                    str(parent) != "."
                    and (to / parent).is_dir()
                    and not any((to / parent).iterdir())
                ):
                    (to / parent).rmdir()
        _note_files(to, set(contents))
    except OSError as fault:
        raise NotWritable(f"{fault.filename or to} cannot be written: {fault.strerror}.") from None
    return written, removed


def _note_files(to: Path, names: set[str]) -> None:
    """Keep which files are the release's, so that the next one can take them back."""
    text = json.dumps({"files": sorted(names)}, ensure_ascii=False, indent=1) + "\n"
    (to / MANIFEST).write_text(text, encoding="utf-8")
