"""Where the tables are, and how they are read: once, and again when a file has changed.

The tables' rules (which values, patterns and keys a column has) are those of ``datapackage.json``; the
tests hold every table to them. What is left to a reader of a lesson is a file that is missing or
damaged, and for that there is one sentence each.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import pandas as pd


class DataError(ValueError):
    """A table or the description of the tables is missing, broken or not as described."""


@dataclass(frozen=True)
class Coverage:
    """What a table covers.

    Attributes
    ----------
    start, end : str
        First and last date the source speaks for, as precise as known.
    as_of : str
        Date on which the table was last checked.
    """

    start: str
    end: str
    as_of: str


def folder() -> Path:
    """Return the folder that holds the tables.

    The environment variable ``ASIAN_SECURITY_DATA`` names it if it is set; otherwise it is the
    copy inside an installed package, or ``data/`` of a checkout.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DataError
        If there is no ``datapackage.json`` in any of these places.
    """
    named = os.environ.get("ASIAN_SECURITY_DATA")
    if named:
        chosen = Path(named)
        if not (chosen / "datapackage.json").is_file():
            raise DataError(
                f"ASIAN_SECURITY_DATA names {named!r}, which must be a folder with a "
                "datapackage.json; unset it to use the course's own tables."
            )
        return chosen
    for chosen in _places(__file__):
        if (chosen / "datapackage.json").is_file():
            return chosen
    raise DataError(
        "The course's tables are missing: data/datapackage.json was found neither in the "
        "installed package nor in the checkout; install the package again or restore data/."
    )


@lru_cache(maxsize=4)
def _places(module: str) -> tuple[Path, Path]:
    """Return where the tables can be: in an installed package, and in a checkout."""
    package = Path(module).resolve().parents[1]
    return package / "_data", package.parents[1] / "data"


def stamp_of(path: Path) -> tuple[int, int]:
    """Return what changes when a file does: its time and its size."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    DataError
        If it cannot be read or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"{path.name} cannot be read in {path.parent}: {reason}.") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path.name}, line {line}: the file must be UTF-8 text, found byte "
            f"0x{raw[error.start]:02x}."
        ) from None


def require_file(path: Path) -> Path:
    """Return the path of a file that is there.

    Raises
    ------
    DataError
        If it is not.
    """
    if not path.is_file():
        raise DataError(f"{path.name} is missing from {path.parent}; restore it to go on.")
    return path


def read_package() -> dict[str, Any]:
    """Return the description of the tables, with its resources under ``by_name`` too.

    Raises
    ------
    DataError
        If it is missing or not as it must be.
    """
    path = folder() / "datapackage.json"
    return _parse_package(path, stamp_of(path))


@lru_cache(maxsize=4)
def _parse_package(path: Path, stamp: tuple[int, int]) -> dict[str, Any]:
    try:
        package = json.loads(read_text(path))
        package["by_name"] = {resource["name"]: resource for resource in package["resources"]}
        for resource in package["by_name"].values():
            for key in ("path", "schema", "coverage"):
                resource[key]
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path.name}, line {error.lineno}: the file must be JSON: {error.msg}."
        ) from None
    except (KeyError, TypeError) as error:
        raise DataError(
            f"{path.name} must list its resources with name, path, schema and coverage; "
            f"this is not there: {error}."
        ) from None
    return cast(dict[str, Any], package)


def read_table(table: str) -> pd.DataFrame:
    """Return a copy of a table.

    Parameters
    ----------
    table : str
        Its name in ``datapackage.json``.

    Raises
    ------
    DataError
        If its file is missing or cannot be read as it is described.
    """
    package_path = folder() / "datapackage.json"
    path = require_file(folder() / read_package()["by_name"][table]["path"])
    return _parse_table(table, path, stamp_of(path), package_path, stamp_of(package_path)).copy()


@lru_cache(maxsize=128)
def _parse_table(
    table: str,
    path: Path,
    stamp: tuple[int, int],
    package_path: Path,
    package_stamp: tuple[int, int],
) -> pd.DataFrame:
    fields = _parse_package(package_path, package_stamp)["by_name"][table]["schema"]["fields"]
    names = [field["name"] for field in fields]
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        header = next(reader, [])
        if header != names:
            raise DataError(
                f"{path.name}, line 1: the columns must be {', '.join(names)}; "
                f"got {', '.join(header) or 'nothing'}."
            )
        for row in reader:
            if len(row) != len(names):
                raise DataError(
                    f"{path.name}, line {reader.line_num}: expected {len(names)} cells, "
                    f"one for each column, got {len(row)}."
                )
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise DataError(
            f"{path.name}, line {reader.line_num}: not a comma-separated row ({error})."
        ) from None
    cells = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    columns: dict[str, pd.Series] = {}
    for field, column in zip(fields, cells, strict=True):
        try:
            columns[field["name"]] = _convert(column, field)
        except ValueError:
            row_number, cell = _first_wrong(column, field)
            raise DataError(
                f"{path.name}, line {lines[row_number]}: {field['name']} must be "
                f"{_KINDS[field['type']]}, got {cell or 'nothing'!r}."
            ) from None
    return pd.DataFrame(columns)


_KINDS = {"integer": "a whole number", "number": "a number", "boolean": "0 or 1"}


def _converter(field: dict[str, Any]) -> tuple[Callable[[str], Any], str]:
    """Return what makes a value of a cell, and the type of the column."""
    kind = field["type"]
    required = field.get("constraints", {}).get("required", False)
    if field.get("partialDate"):
        return lambda cell: cell or None, "str"
    if kind == "string":
        return str, "str"
    if kind == "boolean":
        return {"0": False, "1": True}.__getitem__, "bool"
    if kind == "integer":
        return (int, "int64") if required else (lambda c: int(c) if c else None, "Int64")
    return lambda cell: float(cell) if cell else None, "float64"


def _convert(cells: Sequence[str], field: dict[str, Any]) -> pd.Series:
    """Return a column; raise ValueError if a cell is not of its type."""
    convert, dtype = _converter(field)
    try:
        return pd.Series([convert(cell) for cell in cells], dtype=dtype)
    except KeyError as error:
        raise ValueError from error


def _first_wrong(cells: Sequence[str], field: dict[str, Any]) -> tuple[int, str]:
    """Return the row and the text of the first cell that is not of its column's type."""
    convert, _ = _converter(field)
    for row, cell in enumerate(cells):
        try:
            convert(cell)
        except (KeyError, ValueError):
            return row, cell
    raise AssertionError("a column that cannot be converted has a wrong cell")
