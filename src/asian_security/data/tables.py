"""The course's tables, checked and ready to use, as of a date where they have one.

Every table of ``data/`` has one function of the same name, which returns a tidy
:class:`pandas.DataFrame`. Columns, types and units are those of ``data/datapackage.json``.

Rules that hold for every table
-------------------------------
* A missing number or date is ``NaN`` (``<NA>`` for whole numbers); a missing text is empty text.
* A state is its ISO 3166 alpha-3 key (``"CHN"``).
* A date is text, as precise as it is known: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
* A partial date stands for its whole period. A spell that starts in ``2001`` counts from
  2001-01-01, one that ends in ``2001`` counts to 2001-12-31, and ``as_of="2001"`` keeps every
  spell in force on at least one day of 2001. Doubt therefore never hides a tie.
* ``right_censored`` means that a spell was still going when the source stops. It is never read as
  an ending: such a spell is kept for every later date, up to the date the course speaks for.

A table that is missing or broken raises :class:`DataError` with the file, the line and what is
accepted. A request that makes no sense raises :class:`ValueError` with the nearest valid names.
"""

from __future__ import annotations

import csv
import datetime
import difflib
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import pandas as pd

__all__ = [
    "NEIGHBOURHOOD",
    "PROMISES",
    "SEATS",
    "Coverage",
    "DataError",
    "alliances",
    "as_of",
    "cite",
    "claims",
    "contiguity",
    "coverage",
    "deaths_by_conflict",
    "deaths_by_region",
    "deaths_by_state",
    "disputes",
    "documents",
    "domain_links",
    "domains",
    "folder",
    "glossary",
    "hotspot_events",
    "hotspot_parties",
    "hotspots",
    "issue_name",
    "ledger",
    "mechanism_issues",
    "mechanisms",
    "membership_disagreements",
    "memberships",
    "military_expenditure",
    "missile_launches",
    "missile_tests",
    "nuclear_tests",
    "piracy",
    "power",
    "priorities",
    "reference",
    "references",
    "region",
    "source_keys",
    "source_line",
    "state_names",
    "states",
    "strategic_partnerships",
    "tables",
    "trade_partners",
    "unga_agreement",
    "unga_ideal_points",
    "us_troops",
]

DateLike = str | int | datetime.date
Names = str | Iterable[str]

SEATS = ("member", "participant", "party")
"""The statuses that seat a state at the table; observers, partners and guests have no seat."""
NEIGHBOURHOOD = ("Northeast Asia", "Southeast Asia", "South Asia", "Central Asia")
"""The four subregions that the article names (A8)."""
_ISSUE_NAMES = {
    "drugs_transnational_crime": "transnational crime",
    "terrorism_extremism": "terrorism",
    "technology_society": "technology, society",
    "maritime_security": "piracy and the sea",
}
PROMISES = ("defence", "offence", "neutrality", "nonaggression", "consultation")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_FIRST_DAY = {4: "-01-01", 7: "-01", 10: ""}
_LAST_DAY = {4: "-12-31", 7: "-31", 10: ""}
_DATE_FORMS = "a date written YYYY, YYYY-MM or YYYY-MM-DD"


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


# Where the tables are ------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _places(module: str) -> tuple[Path, Path]:
    """Return where the tables can be: in an installed package, and in a checkout."""
    here = Path(module).resolve()
    return here.parents[1] / "_data", here.parents[3] / "data"


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


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise DataError(f"{path.name} cannot be read in {path.parent}: {reason}.") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise DataError(
            f"{path.name}, line {line}: the file must be UTF-8 text, found byte "
            f"0x{raw[problem.start]:02x}."
        ) from None


def _present(path: Path) -> Path:
    if not path.is_file():
        raise DataError(f"{path.name} is missing from {path.parent}; restore it to go on.")
    return path


@lru_cache(maxsize=4)
def _parse_package(path: Path, stamp: tuple[int, int]) -> dict[str, Any]:
    try:
        package = json.loads(_text(path))
        package["by_name"] = {resource["name"]: resource for resource in package["resources"]}
        for resource in package["by_name"].values():
            for key in ("path", "schema", "coverage"):
                resource[key]
    except json.JSONDecodeError as problem:
        raise DataError(
            f"{path.name}, line {problem.lineno}: the file must be JSON: {problem.msg}."
        ) from None
    except (KeyError, TypeError) as problem:
        raise DataError(
            f"{path.name} must list its resources with name, path, schema and coverage; "
            f"problem: {problem}."
        ) from None
    return cast(dict[str, Any], package)


def _package() -> dict[str, Any]:
    path = folder() / "datapackage.json"
    return _parse_package(path, _stamp(path))


def _resource(table: str) -> dict[str, Any]:
    resources = _package()["by_name"]
    if table not in resources:
        raise ValueError(_unknown("table", table, resources))
    return cast(dict[str, Any], resources[table])


# Reading a table -----------------------------------------------------------------------------


def _calendar_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        datetime.date.fromisoformat(value + _FIRST_DAY[len(value)])
    except ValueError:
        return False
    return True


def _accepted(field: dict[str, Any]) -> str:
    constraints = field.get("constraints", {})
    if field.get("partialDate"):
        return _DATE_FORMS
    if field["type"] == "boolean":
        return "0 or 1"
    if "enum" in constraints:
        return "one of " + ", ".join(str(value) for value in constraints["enum"])
    if field["type"] == "string":
        return f"text of the form {constraints['pattern']}" if "pattern" in constraints else "text"
    words = "a whole number" if field["type"] == "integer" else "a number"
    low, high = constraints.get("minimum"), constraints.get("maximum")
    if low is not None and high is not None:
        return f"{words} from {low} to {high}"
    if low is not None:
        return f"{words}, at least {low}"
    return words if high is None else f"{words}, at most {high}"


def _allows(field: dict[str, Any]) -> Callable[[str], bool]:
    """Return the test that a filled cell of `field` must pass."""
    constraints = field.get("constraints", {})
    kind = field["type"]
    if field.get("partialDate"):
        return _calendar_date
    if kind == "boolean":
        return lambda cell: cell in {"0", "1"}
    if "enum" in constraints:
        allowed = {str(value) for value in constraints["enum"]}
        return lambda cell: cell in allowed
    if kind == "string":
        if "pattern" not in constraints:
            return lambda cell: True
        pattern = re.compile(constraints["pattern"])
        return lambda cell: pattern.fullmatch(cell) is not None
    low = constraints.get("minimum", float("-inf"))
    high = constraints.get("maximum", float("inf"))
    convert: Callable[[str], float] = int if kind == "integer" else float

    def within(cell: str) -> bool:
        try:
            return bool(low <= convert(cell) <= high)
        except ValueError:
            return False

    return within


def _column(cells: Sequence[str], field: dict[str, Any], place: Callable[[int], str]) -> pd.Series:
    name, kind = field["name"], field["type"]
    required = field.get("constraints", {}).get("required", False)
    distinct = set(cells)
    allows = _allows(field)
    wrong = {cell for cell in distinct if cell and not allows(cell)}
    if required and "" in distinct:
        wrong.add("")
    if wrong:
        row = next(i for i, cell in enumerate(cells) if cell in wrong)
        raise DataError(
            f"{place(row)}: {name} must be {_accepted(field)}, got {cells[row] or 'nothing'!r}."
        )
    if field.get("partialDate"):
        return pd.Series([cell or None for cell in cells], dtype="str")
    if kind == "string":
        return pd.Series(cells, dtype="str")
    if kind == "boolean":
        return pd.Series([cell == "1" for cell in cells], dtype="bool")
    if kind == "integer" and required:
        return pd.Series([int(cell) for cell in cells], dtype="int64")
    if kind == "integer":
        return pd.Series([int(cell) if cell else None for cell in cells], dtype="Int64")
    return pd.Series([float(cell) if cell else None for cell in cells], dtype="float64")


@lru_cache(maxsize=128)
def _parse_table(
    path: Path, stamp: tuple[int, int], package_path: Path, package_stamp: tuple[int, int]
) -> pd.DataFrame:
    package = _parse_package(package_path, package_stamp)
    resource = next(item for item in package["resources"] if item["path"] == path.name)
    fields = resource["schema"]["fields"]
    names = [field["name"] for field in fields]
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
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
    except csv.Error as problem:
        raise DataError(
            f"{path.name}, line {reader.line_num}: not a comma-separated row ({problem})."
        ) from None

    def place(row: int) -> str:
        return f"{path.name}, line {lines[row]}"

    cells = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    frame = pd.DataFrame(
        {
            field["name"]: _column(column, field, place)
            for field, column in zip(fields, cells, strict=True)
        }
    )
    key = resource["schema"].get("primaryKey", [])
    repeated = frame.duplicated(key) if key else pd.Series(dtype=bool)
    if repeated.any():
        again = int(repeated.to_numpy().argmax())
        values = ", ".join(str(value) for value in frame.loc[again, key])
        raise DataError(f"{place(again)}: {', '.join(key)} must not repeat, got {values} again.")
    return frame


def _read(table: str) -> pd.DataFrame:
    resource = _resource(table)
    package_path = folder() / "datapackage.json"
    path = _present(folder() / resource["path"])
    return _parse_table(path, _stamp(path), package_path, _stamp(package_path)).copy()


# Requests ------------------------------------------------------------------------------------


def _unknown(
    what: str, given: object, valid: Iterable[str], labels: dict[str, str] | None = None
) -> str:
    """Say that `given` is not a valid name and name the nearest ones."""
    candidates = {key.casefold(): key for key in valid}
    for key, label in (labels or {}).items():
        candidates.setdefault(label.casefold(), key)
    asked = str(given).casefold()
    if asked in candidates:
        close = [asked]
    else:
        close = difflib.get_close_matches(asked, candidates, n=12, cutoff=0.5)
        close += [name for name in candidates if len(asked) > 2 and asked in name]
    nearest = list(dict.fromkeys(candidates[name] for name in close))[:4]
    if not nearest:
        nearest = sorted(set(candidates.values()))[:8]
        lead = "valid names include"
    else:
        lead = "nearest valid names:"
    shown = [f"{key} ({labels[key]})" if labels and key in labels else key for key in nearest]
    return f"unknown {what} {given!r}; {lead} {', '.join(shown)}."


def _chosen(
    given: Names, what: str, valid: Iterable[str], labels: dict[str, str] | None = None
) -> list[str]:
    """Return `given` as a list of valid names."""
    names = [given] if isinstance(given, str) else list(given)
    known = list(dict.fromkeys(valid))
    for name in names:
        if name not in known:
            raise ValueError(_unknown(what, name, known, labels))
    return names


def _chosen_states(given: Names, what: str = "state") -> list[str]:
    table = _read("states")
    return _chosen(
        given, what, table["iso3"], dict(zip(table["iso3"], table["name_en"], strict=True))
    )


def _period(given: DateLike, what: str = "as_of") -> tuple[str, str]:
    """Return the first and last day of a whole or partial date, as sortable text."""
    text = given.isoformat()[:10] if isinstance(given, datetime.date) else str(given).strip()
    if isinstance(given, bool) or not _calendar_date(text):
        raise ValueError(f"{what} must be {_DATE_FORMS}, got {given!r}.")
    return text + _FIRST_DAY[len(text)], text + _LAST_DAY[len(text)]


def _as_of(given: DateLike, table: str) -> tuple[str, str]:
    first, last = _period(given)
    begins = coverage(table).start
    latest = str(_package()["asOf"])
    if last < begins or first > latest + _LAST_DAY[len(latest)]:
        raise ValueError(
            f"as_of must lie from {begins} to {latest} for the table {table}, got {str(given)!r}."
        )
    return first, last


def _in_force(
    frame: pd.DataFrame, as_of: DateLike, table: str, start: str = "start", end: str = "end"
) -> pd.DataFrame:
    """Keep the spells that are in force on at least one day of `as_of`."""
    first, last = _as_of(as_of, table)
    begins, ends = (frame[column].tolist() for column in (start, end))
    kept = [
        (not isinstance(a, str) or a + _FIRST_DAY[len(a)] <= last)
        and (not isinstance(b, str) or b + _LAST_DAY[len(b)] >= first)
        for a, b in zip(begins, ends, strict=True)
    ]
    return frame[kept].reset_index(drop=True)


def _of_year(frame: pd.DataFrame, year: int | None, table: str) -> pd.DataFrame:
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


def _of_states(frame: pd.DataFrame, state: Names | None) -> pd.DataFrame:
    if state is None:
        return frame
    return frame[frame["iso3"].isin(_chosen_states(state))].reset_index(drop=True)


def _where(frame: pd.DataFrame, column: str, given: Names | None, what: str) -> pd.DataFrame:
    if given is None:
        return frame
    names = _chosen(given, what, sorted(set(frame[column])))
    return frame[frame[column].isin(names)].reset_index(drop=True)


def _of_lesson(frame: pd.DataFrame, column: str, lesson: str | int | None) -> pd.DataFrame:
    if lesson is None:
        return frame
    number = f"{int(lesson):02d}" if str(lesson).isdigit() else str(lesson)
    taught = sorted({name for cell in frame[column] for name in cell.split()})
    _chosen(number, "lesson", taught)
    return frame[frame[column].map(lambda cell: number in cell.split())].reset_index(drop=True)


# About the tables ----------------------------------------------------------------------------


def tables() -> list[str]:
    """Return the names of all tables.

    Returns
    -------
    list of str
        In the order of ``datapackage.json``.
    """
    return list(_package()["by_name"])


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
    covered = _resource(table)["coverage"]
    return Coverage(str(covered["start"]), str(covered["end"]), str(covered["asOf"]))


def source_line(table: str) -> str:
    """Return the line that stands under a figure: source, version, coverage and as-of date.

    Parameters
    ----------
    table : str
        Name of a table.

    Returns
    -------
    str
        For example ``"Source: Alliance Treaty Obligations and Provisions (ATOP) 5.1, 1945 to
        2018; as of 2025-12-31."``

    Raises
    ------
    ValueError
        If there is no such table; the message names the nearest ones.
    """
    resource, covered = _resource(table), coverage(table)
    titles = [
        f"{source['title']} {source.get('version', '')}".strip() for source in resource["sources"]
    ]
    span = covered.start if covered.start == covered.end else f"{covered.start} to {covered.end}"
    return f"Source: {'; '.join(titles)}, {span}; as of {covered.as_of}."


def source_keys() -> dict[str, str]:
    """Return every key that a ``source`` column may hold.

    Returns
    -------
    dict of str to str
        Key to title: works of ``references.bib``, primary documents of ``documents.csv`` and the
        data sets named in ``datapackage.json``.
    """
    works = references()
    papers = documents()
    keys = {source["name"]: str(source["title"]) for source in _package()["sources"]}
    keys.update(zip(papers["key"], papers["title"], strict=True))
    keys.update(zip(works["key"], works["title"], strict=True))
    return keys


# States, mechanisms, memberships -------------------------------------------------------------


def states(subregion: Names | None = None) -> pd.DataFrame:
    """Return the course's states.

    Parameters
    ----------
    subregion : str or iterable of str, optional
        Keep these subregions only.

    Returns
    -------
    pandas.DataFrame
        One row a state: iso3, name_en, name_zh, subregion, capital, lat and lon of the capital
        in degrees, note.

    Raises
    ------
    ValueError
        If a subregion is unknown.
    """
    return _where(_read("states"), "subregion", subregion, "subregion")


def mechanisms(
    as_of: DateLike | None = None, kind: Names | None = None, initiator: Names | None = None
) -> pd.DataFrame:
    """Return the region's security mechanisms.

    Parameters
    ----------
    as_of : str, int or datetime.date, optional
        Keep the mechanisms that exist on at least one day of this date (see the module's rules).
    kind, initiator : str or iterable of str, optional
        Keep these kinds and initiators only. The initiator is a judgement, see the notes.

    Returns
    -------
    pandas.DataFrame
        One row a mechanism.

    Raises
    ------
    ValueError
        If the date, a kind or an initiator is not valid.
    """
    frame = _where(_read("mechanisms"), "kind", kind, "kind")
    if initiator is not None:
        names = _chosen(initiator, "initiator", sorted(set(_read("mechanisms")["initiator"])))
        frame = frame[frame["initiator"].isin(names)].reset_index(drop=True)
    if as_of is None:
        return frame
    return _in_force(frame, as_of, "mechanisms", "founded", "ended")


def memberships(
    as_of: DateLike | None = None,
    status: Names | None = None,
    mechanism: Names | None = None,
    state: Names | None = None,
) -> pd.DataFrame:
    """Return who is in which mechanism, in which status, from when until when.

    Parameters
    ----------
    as_of : str, int or datetime.date, optional
        Keep the spells in force on at least one day of this date (see the module's rules).
    status, mechanism, state : str or iterable of str, optional
        Keep these statuses (``"member"``, ``"observer"``, ...), mechanisms (``"SCO"``) and states
        (``"IND"``) only.

    Returns
    -------
    pandas.DataFrame
        One row a spell. An empty ``end`` means that the spell is in force on the date for which
        the course speaks.

    Raises
    ------
    ValueError
        If a name or the date is not valid; the message gives the nearest valid names.

    Examples
    --------
    >>> sorted(memberships(as_of="2020", mechanism="SCO", status="member")["iso3"])
    ['CHN', 'IND', 'KAZ', 'KGZ', 'PAK', 'RUS', 'TJK', 'UZB']
    """
    frame = _read("memberships")
    if status is not None:
        accepted = _field("memberships", "status")["constraints"]["enum"]
        frame = frame[frame["status"].isin(_chosen(status, "status", accepted))]
    if mechanism is not None:
        known = _read("mechanisms")
        labels = dict(zip(known["mechanism"], known["name_en"], strict=True))
        frame = frame[
            frame["mechanism"].isin(_chosen(mechanism, "mechanism", known["mechanism"], labels))
        ]
    frame = _of_states(frame.reset_index(drop=True), state)
    return frame if as_of is None else _in_force(frame, as_of, "memberships")


def _field(table: str, name: str) -> dict[str, Any]:
    fields = _resource(table)["schema"]["fields"]
    return cast(dict[str, Any], next(field for field in fields if field["name"] == name))


def membership_disagreements() -> pd.DataFrame:
    """Return where the course's memberships differ from COW IGO to 2014, each with its reason.

    Returns
    -------
    pandas.DataFrame
        mechanism, iso3, ours, cow, explanation.
    """
    return _read("membership_disagreements")


def mechanism_issues(mechanism: Names | None = None) -> pd.DataFrame:
    """Return which issues a mechanism states as its own.

    The coding is a judgement on founding texts and work programmes: ``stated`` is 0 when an issue
    is not a stated priority, which does not mean that the mechanism never touches it.

    Parameters
    ----------
    mechanism : str or iterable of str, optional
        Keep these mechanisms only.

    Returns
    -------
    pandas.DataFrame
        One row a mechanism and issue: mechanism, issue, stated, basis, confidence.

    Raises
    ------
    ValueError
        If a mechanism has no coding.
    """
    return _where(_read("mechanism_issues"), "mechanism", mechanism, "mechanism")


def strategic_partnerships(state: Names | None = None) -> pd.DataFrame:
    """Return the labels of China's partnerships with other states.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states only.

    Returns
    -------
    pandas.DataFrame
        One row a state. ``tier`` (1 highest to 5 none) is the course's own coding of the label.

    Raises
    ------
    ValueError
        If a state is unknown.
    """
    return _of_states(_read("strategic_partnerships"), state)


def contiguity(as_of: DateLike | None = None, land_only: bool = False) -> pd.DataFrame:
    """Return which states are neighbours, by land or across water.

    Parameters
    ----------
    as_of : str, int or datetime.date, optional
        Keep the neighbours of this date. A pair then has one row, its closest contact. The source
        stops in 2016; later dates carry its last state forward (``right_censored``).
    land_only : bool, default False
        Keep land and river borders (``contact_type`` 1) only.

    Returns
    -------
    pandas.DataFrame
        One row a pair (in alphabetical order) and spell: iso3_a, iso3_b, contact_type, label,
        start, end, right_censored.

    Raises
    ------
    ValueError
        If the date is not valid.
    """
    frame = _read("contiguity")
    if land_only:
        frame = frame[frame["contact_type"] == 1].reset_index(drop=True)
    if as_of is None:
        return frame
    frame = _in_force(frame, as_of, "contiguity").sort_values(["iso3_a", "iso3_b", "contact_type"])
    return frame.drop_duplicates(["iso3_a", "iso3_b"]).reset_index(drop=True)


# Claims, terms, works ------------------------------------------------------------------------


def claims(lesson: str | int | None = None, kind: Names | None = None) -> pd.DataFrame:
    """Return the article's claims, in the course's own words.

    Parameters
    ----------
    lesson : str or int, optional
        Keep the claims of this lesson, for example ``"07"`` or ``7``.
    kind : str or iterable of str, optional
        Keep these kinds: ``"D"`` definition, ``"E"`` empirical, ``"C"`` causal, ``"N"`` normative.

    Returns
    -------
    pandas.DataFrame
        id, section, kind, claim, lesson, what_would_count_against.

    Raises
    ------
    ValueError
        If the lesson or a kind is unknown.
    """
    frame = _of_lesson(_read("claims"), "lesson", lesson)
    if kind is None:
        return frame
    kinds = _chosen(kind, "kind", _field("claims", "kind")["constraints"]["enum"])
    return frame[frame["kind"].isin(kinds)].reset_index(drop=True)


def ledger(verdict: Names | None = None) -> pd.DataFrame:
    """Return what the course found of each of the article's claims.

    Parameters
    ----------
    verdict : str or iterable of str, optional
        Keep these verdicts: ``"supported"``, ``"mixed"``, ``"not supported"``,
        ``"not testable here"``.

    Returns
    -------
    pandas.DataFrame
        id, verdict, why (one sentence), lesson (those that took the claim up).

    Raises
    ------
    ValueError
        If a verdict is unknown.
    """
    frame = _read("ledger")
    if verdict is None:
        return frame
    verdicts = _chosen(verdict, "verdict", _field("ledger", "verdict")["constraints"]["enum"])
    return frame[frame["verdict"].isin(verdicts)].reset_index(drop=True)


def glossary(lesson: str | int | None = None) -> pd.DataFrame:
    """Return the course's terms in English and Chinese.

    Parameters
    ----------
    lesson : str or int, optional
        Keep the terms of this lesson.

    Returns
    -------
    pandas.DataFrame
        term_en, term_zh, pinyin, meaning, lessons.

    Raises
    ------
    ValueError
        If the lesson has no terms.
    """
    return _of_lesson(_read("glossary"), "lessons", lesson)


def documents() -> pd.DataFrame:
    """Return the primary documents that ``source`` columns name.

    Returns
    -------
    pandas.DataFrame
        key, title, issuer, date, path, note.
    """
    return _read("documents")


_WORK_COLUMNS = [
    "key",
    "author",
    "short_author",
    "year",
    "title",
    "container",
    "volume",
    "number",
    "pages",
    "publisher",
    "doi",
    "url",
    "kind",
]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("{", "").replace("}", "").replace("--", "-")).strip()


@lru_cache(maxsize=4)
def _parse_references(path: Path, stamp: tuple[int, int]) -> pd.DataFrame:
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    try:
        bibliography = parse_string(_text(path), "bibtex")
    except PybtexError as problem:
        line = getattr(problem, "lineno", None)
        where = f", line {line}" if line else ""
        raise DataError(f"{path.name}{where}: the file must be BibTeX: {problem}.") from None
    rows = []
    for key, entry in bibliography.entries.items():
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        surnames = [_plain(" ".join(p.prelast_names + p.last_names)) for p in people]
        given = [_plain(" ".join(p.first_names + p.middle_names)) for p in people]
        full = [
            f"{last}, {first}" if first else last
            for last, first in zip(surnames, given, strict=True)
        ]
        short = " and ".join(surnames) if len(surnames) < 3 else f"{surnames[0]} et al."
        fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
        missing = [name for name in ("title", "year") if not fields.get(name)]
        if missing or not people:
            lacking = missing + ([] if people else ["author or editor"])
            raise DataError(f"{path.name}, entry {key}: {', '.join(lacking)} must be given.")
        container = fields.get("journal") or fields.get("booktitle") or ""
        rows.append(
            {
                "key": key,
                "author": "; ".join(full),
                "short_author": short,
                "container": container,
                "kind": entry.type,
                **{
                    name: fields.get(name, "")
                    for name in (
                        "year",
                        "title",
                        "volume",
                        "number",
                        "pages",
                        "publisher",
                        "doi",
                        "url",
                    )
                },
            }
        )
    frame = pd.DataFrame(rows, columns=_WORK_COLUMNS, dtype="str")
    return frame.sort_values("key").reset_index(drop=True)


def references() -> pd.DataFrame:
    """Return the works that the course cites, from ``references.bib``.

    Returns
    -------
    pandas.DataFrame
        One row a work, sorted by key: key, author (``"Fearon, James D."``, several joined by
        semicolons), short_author (as in a citation), year, title, container (journal or book),
        volume, number, pages, publisher, doi, url, kind (article, book, ...). All text.

    Raises
    ------
    DataError
        If the file is missing or is not BibTeX.
    """
    path = _present(folder() / "references.bib")
    return _parse_references(path, _stamp(path)).copy()


def cite(key: str) -> str:
    """Return a citation for the running text.

    Parameters
    ----------
    key : str
        Key of a work, of a primary document or of a data set.

    Returns
    -------
    str
        ``"Fearon 1995"`` for a work, title and year for a document, title and version for data.

    Raises
    ------
    ValueError
        If the key is unknown; the message names the nearest ones.
    """
    works = references()
    found = works[works["key"] == key]
    if len(found):
        return f"{found['short_author'].iloc[0]} {found['year'].iloc[0]}"
    papers = documents()
    found = papers[papers["key"] == key]
    if len(found):
        title, date = str(found["title"].iloc[0]), found["date"].iloc[0]
        return title if pd.isna(date) or date[:4] in title else f"{title} ({date[:4]})"
    for source in _package()["sources"]:
        if source["name"] == key:
            return f"{source['title']} {source.get('version', '')}".strip()
    raise ValueError(_unknown("source key", key, source_keys()))


def reference(key: str) -> str:
    """Return the full entry of a work, a primary document or a data set for a list of sources.

    Parameters
    ----------
    key : str
        Key of a work, of a primary document or of a data set.

    Returns
    -------
    str
        One line that ends with a full stop.

    Raises
    ------
    ValueError
        If the key is unknown; the message names the nearest ones.
    """
    works = references()
    found = works[works["key"] == key]
    if len(found):
        work = found.iloc[0]
        issue = f"({work['number']})" if work["number"] else ""
        place = " ".join(part for part in (work["container"], f"{work['volume']}{issue}") if part)
        parts = [
            ", ".join(part for part in (place, work["pages"]) if part),
            work["publisher"],
            f"https://doi.org/{work['doi']}" if work["doi"] else work["url"],
        ]
        tail = ". ".join(part for part in parts if part)
        author = work["author"].rstrip(".")
        return f"{author}. {work['year']}. {work['title']}. {tail}".rstrip(". ") + "."
    papers = documents()
    found = papers[papers["key"] == key]
    if len(found):
        paper = found.iloc[0]
        date = "" if pd.isna(paper["date"]) else paper["date"]
        parts = [paper["issuer"], date, paper["title"], paper["path"]]
        return ". ".join(part for part in parts if part) + "."
    for source in _package()["sources"]:
        if source["name"] == key:
            named = source.get("reference")
            after = f" {reference(named)}" if named else ""
            return f"{source['title']} {source.get('version', '')}".strip() + "." + after
    raise ValueError(_unknown("source key", key, source_keys()))


# Peace and war -------------------------------------------------------------------------------


def alliances(year: int | None = None, promise: Names | None = None) -> pd.DataFrame:
    """Return alliance promises between pairs of states. A promise has a direction.

    Parameters
    ----------
    year : int, optional
        Keep the promises in force in this year. The source stops in 2018: for a later year its
        last state is carried forward, and ``right_censored`` is True in every row kept so.
    promise : str or iterable of str, optional
        Keep the rows with at least one of these promises: ``"defence"``, ``"offence"``,
        ``"neutrality"``, ``"nonaggression"``, ``"consultation"``.

    Returns
    -------
    pandas.DataFrame
        One row a directed pair and spell: what iso3_a promises to iso3_b (five true/false columns),
        start_year, end_year, right_censored.

    Raises
    ------
    ValueError
        If the year or a promise is not valid.
    """
    frame = _read("alliances")
    if promise is not None:
        frame = frame[frame[_chosen(promise, "promise", PROMISES)].any(axis=1)]
    if year is not None:
        if isinstance(year, bool) or not isinstance(year, int):
            raise ValueError(f"year must be a whole number such as 2010, got {year!r}.")
        begins, latest = int(coverage("alliances").start[:4]), int(str(_package()["asOf"])[:4])
        if not begins <= year <= latest:
            raise ValueError(
                f"year must lie from {begins} to {latest} for the table alliances, got {year}."
            )
        still = frame["right_censored"] | (frame["end_year"].fillna(0) >= year)
        frame = frame[(frame["start_year"] <= year) & still]
    return frame.reset_index(drop=True)


def disputes(hotspot: Names | None = None, state: Names | None = None) -> pd.DataFrame:
    """Return militarised interstate disputes of the hotspots' parties and the great powers.

    Parameters
    ----------
    hotspot : str or iterable of str, optional
        Keep the disputes between the parties of these hotspots.
    state : str or iterable of str, optional
        Keep the disputes in which one of these states is one of the pair.

    Returns
    -------
    pandas.DataFrame
        One row a dispute and pair of states (1945-2010).

    Raises
    ------
    ValueError
        If a hotspot or state is unknown.
    """
    frame = _read("disputes")
    if hotspot is not None:
        named = sorted(set(frame["hotspot"]) - {""})
        frame = frame[frame["hotspot"].isin(_chosen(hotspot, "hotspot", named))]
    if state is not None:
        names = _chosen_states(state)
        frame = frame[frame["iso3_a"].isin(names) | frame["iso3_b"].isin(names)]
    return frame.reset_index(drop=True)


def deaths_by_region(region: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return conflicts and deaths in organised violence by world region and year.

    Parameters
    ----------
    region : str or iterable of str, optional
        Keep these regions (UCDP's: Africa, Americas, Asia, Europe, Middle East).
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row a region and year. UCDP's deaths begin in 1989; ``prio_battle_deaths`` (1946-2020)
        is another estimate and is not to be joined to them without saying so.

    Raises
    ------
    ValueError
        If the region or year is not in the table.
    """
    frame = _where(_read("deaths_by_region"), "region", region, "region")
    return _of_year(frame, year, "deaths_by_region")


def deaths_by_state(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return conflicts and deaths in organised violence by the state in which people died.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row a state and year; conflicts and wars from 1946, deaths from 1989. A conflict located
        in two states is in the rows of both. A state at war abroad has
        no deaths here.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return _of_year(_of_states(_read("deaths_by_state"), state), year, "deaths_by_state")


def deaths_by_conflict(hotspot: Names | None = None) -> pd.DataFrame:
    """Return the years and battle deaths of the armed conflicts that belong to the hotspots.

    Parameters
    ----------
    hotspot : str or iterable of str, optional
        Keep the conflicts of these hotspots.

    Returns
    -------
    pandas.DataFrame
        One row a conflict and year; deaths from 1989 to 2023, empty otherwise.

    Raises
    ------
    ValueError
        If the hotspot has no conflict in the table.
    """
    return _where(_read("deaths_by_conflict"), "hotspot", hotspot, "hotspot")


# Power, votes, trade -------------------------------------------------------------------------


def military_expenditure(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return military expenditure of a few states.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row a state and year: millions of constant 2023 US dollars, per cent of GDP, and
        quality (empty, ``"estimate"`` or ``"uncertain"``).

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return _of_year(_of_states(_read("military_expenditure"), state), year, "military_expenditure")


def power(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return GDP, population and share of the world's material capabilities.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row a state and year; units are in the column names, each column ends where its own
        source does.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return _of_year(_of_states(_read("power"), state), year, "power")


def unga_ideal_points(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return ideal points estimated from votes in the UN General Assembly.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row a state and year: ideal point (no unit; higher is closer to the US-led order),
        the 5 and 95 per cent bounds, number of votes.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return _of_year(_of_states(_read("unga_ideal_points"), state), year, "unga_ideal_points")


def unga_agreement(state: Names | None = None) -> pd.DataFrame:
    """Return how often a state votes as China, India, Russia and the United States do.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.

    Returns
    -------
    pandas.DataFrame
        One row a state and session of the UN General Assembly; shares from 0 to 1.

    Raises
    ------
    ValueError
        If the state is unknown.
    """
    return _of_states(_read("unga_agreement"), state)


def trade_partners(
    state: Names | None = None, partner: Names | None = None, year: int | None = None
) -> pd.DataFrame:
    """Return trade with five large partners.

    Parameters
    ----------
    state, partner : str or iterable of str, optional
        Keep these states and partners (CHN, IND, JPN, RUS, USA).
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row a state, partner and year: imports plus exports in millions of current US dollars,
        and their share of the state's total trade.

    Raises
    ------
    ValueError
        If a state or partner is unknown or the year is not in the table.
    """
    frame = _where(_read("trade_partners"), "partner", partner, "partner")
    return _of_year(_of_states(frame, state), year, "trade_partners")


def us_troops(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return active-duty personnel of the United States by the state where they are assigned.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row a state and year. Rotational and exercise forces are not counted.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return _of_year(_of_states(_read("us_troops"), state), year, "us_troops")


def piracy(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return reported attacks on ships by the nearest state.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row a state and year with at least one attack: attacks, hijacked, boarded, attempted.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return _of_year(_of_states(_read("piracy"), state), year, "piracy")


# Hotspots ------------------------------------------------------------------------------------


def hotspots() -> pd.DataFrame:
    """Return the hotspots that the article names.

    Returns
    -------
    pandas.DataFrame
        hotspot, name_en, name_zh, began, note, source.
    """
    return _read("hotspots")


def _of_hotspot(table: str, hotspot: Names | None) -> pd.DataFrame:
    frame = _read(table)
    if hotspot is None:
        return frame
    known = _read("hotspots")
    labels = dict(zip(known["hotspot"], known["name_en"], strict=True))
    names = _chosen(hotspot, "hotspot", known["hotspot"], labels)
    return frame[frame["hotspot"].isin(names)].reset_index(drop=True)


def hotspot_parties(hotspot: Names | None = None) -> pd.DataFrame:
    """Return the parties of the hotspots and what each of them states, in its own terms.

    Parameters
    ----------
    hotspot : str or iterable of str, optional
        Keep these hotspots.

    Returns
    -------
    pandas.DataFrame
        One row a hotspot and state: role, position, as_of, confidence, source, note.

    Raises
    ------
    ValueError
        If the hotspot is unknown.
    """
    return _of_hotspot("hotspot_parties", hotspot)


def hotspot_events(hotspot: Names | None = None) -> pd.DataFrame:
    """Return dated events at the hotspots. The choice is selective.

    Parameters
    ----------
    hotspot : str or iterable of str, optional
        Keep these hotspots.

    Returns
    -------
    pandas.DataFrame
        One row an event: hotspot, date, kind, event, parties, confidence, source, note.

    Raises
    ------
    ValueError
        If the hotspot is unknown.
    """
    return _of_hotspot("hotspot_events", hotspot)


def missile_tests() -> pd.DataFrame:
    """Return the days on which the DPRK tested missiles. One row is one day, not one missile.

    Returns
    -------
    pandas.DataFrame
        date, missiles (how many flew that day), types, successes, failures, unknown,
        max_distance_km, max_apogee_km.
    """
    return _read("missile_tests")


def missile_launches() -> pd.DataFrame:
    """Return the missiles that the DPRK tested. One row is one missile.

    Returns
    -------
    pandas.DataFrame
        date, number (on that day), missile, facility, landing, apogee_km, distance_km, outcome.
    """
    return _read("missile_launches")


def nuclear_tests() -> pd.DataFrame:
    """Return the nuclear tests of the DPRK.

    Returns
    -------
    pandas.DataFrame
        date, iso3, test, yield_estimate (wide), magnitude (body wave), un_response, source.
    """
    return _read("nuclear_tests")


# Issues and domains --------------------------------------------------------------------------


def priorities(kind: Names | None = None, issue: Names | None = None) -> pd.DataFrame:
    """Return what states and subregions put first: measured, from the article, or illustrative.

    Parameters
    ----------
    kind : str or iterable of str, optional
        Keep these kinds: ``"measured"``, ``"from the article"``, ``"illustrative"``.
    issue : str or iterable of str, optional
        Keep these issues.

    Returns
    -------
    pandas.DataFrame
        One row a unit, issue and indicator. The measured rows come from
        ``priorities_measured.csv``, the others from ``priorities.csv``.

    Raises
    ------
    ValueError
        If a kind or issue is unknown.
    """
    frame = pd.concat([_read("priorities"), _read("priorities_measured")], ignore_index=True)
    if kind is not None:
        accepted = _field("priorities", "kind")["constraints"]["enum"]
        frame = frame[frame["kind"].isin(_chosen(kind, "kind", accepted))].reset_index(drop=True)
    return _where(frame, "issue", issue, "issue")


def domains() -> pd.DataFrame:
    """Return the domains of security.

    Returns
    -------
    pandas.DataFrame
        domain, name_en, name_zh, kind (traditional or non-traditional), meaning.
    """
    return _read("domains")


def domain_links() -> pd.DataFrame:
    """Return the links between domains, each in words and with its source.

    Returns
    -------
    pandas.DataFrame
        One row a link: from_domain, to_domain, sign (1 or -1), mechanism in words, weight
        (illustrative, the learner's to change), claim, confidence, source.
    """
    return _read("domain_links")


# Names and dates that many lessons use ---------------------------------------------------------


def as_of() -> str:
    """Return the date for which the course speaks, from ``datapackage.json``."""
    return str(_package()["asOf"])


def region() -> list[str]:
    """Return the states of the four subregions that the article names, by ISO3 code, sorted."""
    return sorted(states(subregion=NEIGHBOURHOOD)["iso3"])


def state_names() -> dict[str, str]:
    """Return the English name of every state by its ISO3 code, in the order of the table."""
    table = _read("states")
    return dict(zip(table["iso3"], table["name_en"], strict=True))


def issue_name(issue: str) -> str:
    """Return an issue's name in words."""
    return _ISSUE_NAMES.get(issue, issue.removesuffix("_cbm").replace("_", " "))
