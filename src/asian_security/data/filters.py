"""Filters of the tables, and the error messages for requests that are not valid."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable
from typing import Any, cast

import pandas as pd

from asian_security.data.reader import Coverage, read_package, read_table

DateLike = str | int | datetime.date
Names = str | Iterable[str]

DATE_FORMS = "a date written YYYY, YYYY-MM or YYYY-MM-DD"
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_FIRST_DAY = {4: "-01-01", 7: "-01", 10: ""}
# As text, the 31st sorts after the last day of every month.
_LAST_DAY = {4: "-12-31", 7: "-31", 10: ""}


def is_partial_date(text: str) -> bool:
    """Say whether a text is a day, a month or a year of the calendar, as YYYY[-MM[-DD]]."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text + _FIRST_DAY[len(text)])
    except ValueError:
        return False
    return True


def unknown_name(
    what: str, requested: object, valid: Iterable[str], labels: dict[str, str] | None = None
) -> str:
    """Word the error for an unknown name, with the nearest valid names."""
    candidates = {key.casefold(): key for key in valid}
    for key, label in (labels or {}).items():
        candidates.setdefault(label.casefold(), key)
    wanted = str(requested).casefold()
    if wanted in candidates:
        close = [wanted]
    else:
        close = difflib.get_close_matches(wanted, candidates, n=12, cutoff=0.5)
        close += [name for name in candidates if len(wanted) > 2 and wanted in name]
    nearest = list(dict.fromkeys(candidates[name] for name in close))[:4]
    if not nearest:
        nearest = sorted(set(candidates.values()))[:8]
        lead = "valid names include"
    else:
        lead = "nearest valid names:"
    suggestions = [f"{key} ({labels[key]})" if labels and key in labels else key for key in nearest]
    return f"unknown {what} {requested!r}; {lead} {', '.join(suggestions)}."


def require_known(
    requested: Names, what: str, valid: Iterable[str], labels: dict[str, str] | None = None
) -> list[str]:
    """Return the names requested as a list.

    Raises
    ------
    ValueError
        If one of them is not valid; the message names the nearest ones.
    """
    names = [requested] if isinstance(requested, str) else list(requested)
    known = list(dict.fromkeys(valid))
    for name in names:
        if name not in known:
            raise ValueError(unknown_name(what, name, known, labels))
    return names


def require_states(requested: Names) -> list[str]:
    """Return the ISO3 codes requested; as :func:`require_known` for states."""
    table = read_table("states")
    labels = dict(zip(table["iso3"], table["name_en"], strict=True))
    return require_known(requested, "state", labels, labels)


def days_of(date: DateLike) -> tuple[str, str]:
    """Return the first and last day of a whole or partial date, as sortable text.

    Raises
    ------
    ValueError
        If it is no date.
    """
    text = date.isoformat()[:10] if isinstance(date, datetime.date) else str(date).strip()
    if isinstance(date, bool) or not is_partial_date(text):
        raise ValueError(f"as_of must be {DATE_FORMS}, got {date!r}.")
    return text + _FIRST_DAY[len(text)], text + _LAST_DAY[len(text)]


def require_as_of(date: DateLike, table: str) -> tuple[str, str]:
    """Return the first and last day of a date that a table speaks for.

    Raises
    ------
    ValueError
        If it is no date, or the table does not reach it.
    """
    first, last = days_of(date)
    begins = coverage(table).start
    latest = str(read_package()["asOf"])
    if last < begins or first > latest + _LAST_DAY[len(latest)]:
        raise ValueError(
            f"as_of must lie from {begins} to {latest} for the table {table}, got {str(date)!r}."
        )
    return first, last


def select_in_force(
    frame: pd.DataFrame, as_of: DateLike, table: str, start: str = "start", end: str = "end"
) -> pd.DataFrame:
    """Keep the spells that are in force on at least one day of `as_of`."""
    first, last = require_as_of(as_of, table)
    begins, ends = (frame[column].tolist() for column in (start, end))
    in_force = [
        (not isinstance(a, str) or a + _FIRST_DAY[len(a)] <= last)
        and (not isinstance(b, str) or b + _LAST_DAY[len(b)] >= first)
        for a, b in zip(begins, ends, strict=True)
    ]
    return frame[in_force].reset_index(drop=True)


def select_year(frame: pd.DataFrame, year: int | None, table: str) -> pd.DataFrame:
    """Select the rows of a year; all rows if it is None.

    Raises
    ------
    ValueError
        If the year is no whole number or not in the table.
    """
    if year is None:
        return frame
    years = frame["year"]
    if isinstance(year, bool) or not isinstance(year, int):
        raise ValueError(f"year must be a whole number such as 2010, got {year!r}.")
    if year not in set(years):
        raise ValueError(
            f"year must lie from {years.min()} to {years.max()} for the table {table}, got {year}."
        )
    return frame[years == year].reset_index(drop=True)


def select_states(frame: pd.DataFrame, state: Names | None) -> pd.DataFrame:
    """Select the rows of some states; all rows if they are None."""
    if state is None:
        return frame
    return frame[frame["iso3"].isin(require_states(state))].reset_index(drop=True)


def select_where(frame: pd.DataFrame, column: str, requested: Names | None) -> pd.DataFrame:
    """Select the rows with some values of a column; all rows if they are None."""
    if requested is None:
        return frame
    names = require_known(requested, column, sorted(set(frame[column])))
    return frame[frame[column].isin(names)].reset_index(drop=True)


def select_lesson(frame: pd.DataFrame, column: str, lesson: str | int | None) -> pd.DataFrame:
    """Select the rows that belong to a lesson; all rows if it is None."""
    if lesson is None:
        return frame
    number = f"{int(lesson):02d}" if str(lesson).isdigit() else str(lesson)
    taught = sorted({name for cell in frame[column] for name in cell.split()})
    require_known(number, "lesson", taught)
    return frame[frame[column].map(lambda cell: number in cell.split())].reset_index(drop=True)


def coverage(table: str) -> Coverage:
    """Return what a table covers and when it was last checked.

    Parameters
    ----------
    table : str
        Name of a table, for example ``"alliances"``.

    Returns
    -------
    Coverage

    Raises
    ------
    ValueError
        If there is no such table; the message names the nearest ones.
    """
    covered = describe_table(table)["coverage"]
    return Coverage(str(covered["start"]), str(covered["end"]), str(covered["asOf"]))


def accepted_values(table: str, column: str) -> list[str]:
    """Return the values that a column may have, as the description lists them."""
    fields = describe_table(table)["schema"]["fields"]
    field = next(field for field in fields if field["name"] == column)
    return [str(value) for value in field["constraints"]["enum"]]


def describe_table(table: str) -> dict[str, Any]:
    """Return a table's own part of the description.

    Raises
    ------
    ValueError
        If there is no such table; the message names the nearest ones.
    """
    resources = read_package()["by_name"]
    if table not in resources:
        raise ValueError(unknown_name("table", table, resources))
    return cast(dict[str, Any], resources[table])
