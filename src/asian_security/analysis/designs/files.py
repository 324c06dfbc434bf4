"""Designs in small JSON files, so that one can be handed to somebody else."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from asian_security.analysis.designs.design import Design, DesignError
from asian_security.home import home_folder, write_atomic

VERSION = 1
_LARGEST_FILE = 100_000


def folder() -> Path:
    """Return a folder of the learner's own for designs, made if need be.

    It is ``designs`` in :func:`asian_security.home.home_folder`, or a temporary folder where that
    cannot be written.
    """
    wanted = home_folder() / "designs"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError:
        return Path(tempfile.mkdtemp(prefix="designs-"))


def save(design: Design, path: str | Path) -> Path:
    """Write a design to a JSON file, whole or not at all; a file of that name is replaced.

    Parameters
    ----------
    design : Design
    path : str or Path
        Where to; the folder is made if need be.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DesignError
        If the file cannot be written.
    """
    target = Path(path)
    text = json.dumps({"version": VERSION, **asdict(design)}, ensure_ascii=False, indent=1)
    try:
        write_atomic(target, text + "\n")
    except OSError as error:
        raise DesignError(
            f"{target.name} cannot be written in {target.parent}: {error.strerror or error}; "
            "choose another folder"
        ) from None
    return target


def load(path: str | Path) -> Design:
    """Read a design from a file that :func:`save` wrote, and check all of it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Design

    Raises
    ------
    DesignError
        In one sentence: no such file, not JSON, a field missing or unknown, another version, or
        a state, issue, rule or mechanism that is not known.
    """
    source = Path(path)
    try:
        content = _read_json(source)
        if not isinstance(content, dict):
            raise DesignError("the file must hold one JSON object with the fields of a design")
        wanted = ["version", *(field.name for field in fields(Design))]
        missing = [name for name in wanted if name not in content]
        unknown = [name for name in content if name not in wanted]
        if missing:
            raise DesignError(f"missing field: {', '.join(missing)}")
        if unknown:
            raise DesignError(
                f"unknown field: {', '.join(unknown)}; the fields are {', '.join(wanted)}"
            )
        version = content.pop("version")
        if isinstance(version, bool) or version != VERSION:
            raise DesignError(f"version must be {VERSION}, got {version!r}")
        return Design(**content)
    except DesignError as error:
        raise DesignError(f"{source.name}: {error}") from None


def _read_json(path: Path) -> Any:
    """Return what a JSON file holds, or raise DesignError in one sentence."""
    if not path.exists():
        raise DesignError("there is no such file; check the name, or save a design first")
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise DesignError(f"it cannot be read: {error.strerror or error}") from None
    if len(raw) > _LARGEST_FILE:
        raise DesignError(f"a design has at most {_LARGEST_FILE:,} bytes, this file has more")
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_refuse_repeated_fields)
    except UnicodeDecodeError:
        raise DesignError("the file must be UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise DesignError(f"the file must be JSON; line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise DesignError("the file must be JSON of one level") from None


def _refuse_repeated_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DesignError(f"field {twice} is given twice")
    return content
