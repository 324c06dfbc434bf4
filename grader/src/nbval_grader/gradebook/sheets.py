"""CSV that a teacher opens in a spreadsheet and gives back: written safely, read with tolerance."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput

__all__ = ["Row", "Sheet", "csv_text", "guard", "read_sheet", "unguard"]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[-+]?\d*[.,]?\d*", re.ASCII)
BOM = "\ufeff"
MAX_FIELD = 5_000_000


@dataclass(frozen=True)
class Row:
    """One row of a sheet.

    Attributes
    ----------
    line : int
        Line of the file on which it ends, counted from 1.
    cells : dict of str to str
        Texts by column.
    """

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A CSV file.

    Attributes
    ----------
    path : Path
        Where it was read from.
    columns : tuple of str
        Names of its columns.
    rows : tuple of Row
        Its rows without the empty ones.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def require_columns(self, *columns: str) -> None:
        """Refuse the sheet unless it has these columns.

        Parameters
        ----------
        *columns : str
            Names.

        Raises
        ------
        BadInput
            Naming those that are missing.
        """
        missing = [column for column in columns if column not in self.columns]
        if missing:
            raise BadInput(
                f"{self.path} has no column {', '.join(map(repr, missing))}; "
                f"it has {', '.join(map(repr, self.columns))}."
            )


def guard(text: str) -> str:
    """Mark a text so that a spreadsheet does not run it as a formula.

    Parameters
    ----------
    text : str
        Text that somebody else wrote.

    Returns
    -------
    str
        The text, with an apostrophe before it if it starts like a formula and is not a number.
    """
    if NUMBER.fullmatch(text):
        return text
    return "'" + text if text.startswith((*FORMULA, "'")) else text


def unguard(text: str) -> str:
    """Remove the mark that `guard` added.

    Parameters
    ----------
    text : str
        A cell of a sheet.

    Returns
    -------
    str
        The text as it was written.
    """
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]], *, bom: bool = True) -> str:
    """Write a table as CSV.

    Parameters
    ----------
    columns : sequence of str
        Names of the columns.
    rows : iterable of sequences
        Cells: texts are guarded, numbers are written short, None is left empty.
    bom : bool, default True
        Whether to start with the byte order mark, by which spreadsheets recognise UTF-8.

    Returns
    -------
    str
        The file.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([guard(column) for column in columns])
    for row in rows:
        writer.writerow([_format_cell(value) for value in row])
    return (BOM if bom else "") + stream.getvalue()


def _format_cell(value: object) -> str:
    """Write one cell."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return guard(value) if isinstance(value, str) else str(value)


def read_sheet(path: Path | str) -> Sheet:
    """Read a CSV file as spreadsheets write it in any country.

    Parameters
    ----------
    path : Path or str
        A file in UTF-8, its columns separated by commas, semicolons or tabs.

    Returns
    -------
    Sheet
        Its columns and rows; white space around texts is removed.

    Raises
    ------
    BadInput
        If it cannot be read, is no such file, or has a row longer than the heading.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            f"{path} is not text in UTF-8; save it from the spreadsheet as 'CSV UTF-8'."
        ) from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    before = csv.field_size_limit(MAX_FIELD)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lines = [(reader.line_num, line) for line in reader]
    except csv.Error as error:
        raise BadInput(f"{path} is not a CSV file ({error}).") from None
    finally:
        csv.field_size_limit(before)
    if not lines:
        raise BadInput(f"{path} is empty; its first line names the columns.")
    columns = tuple(unguard(name.strip()) for name in lines[0][1])
    named = [column for column in columns if column]
    for column in named:
        if named.count(column) > 1:
            raise BadInput(f"{path} has {named.count(column)} columns named {column!r}.")
    rows = []
    for line, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            raise BadInput(
                f"{path}, line {line}: {len(cells)} cells, but the heading names {len(columns)}."
            )
        padded = [*cells, *[""] * (len(columns) - len(cells))]
        rows.append(
            Row(line, {c: unguard(v.strip()) for c, v in zip(columns, padded, strict=False) if c})
        )
    return Sheet(path, columns, tuple(rows))
