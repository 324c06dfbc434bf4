"""The tables' record of three hotspots: disputes, dated events, battle deaths, tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from asian_security import data

FIRST_YEAR, LAST_YEAR = 1945, 2026
DISPUTES_STOP, DEATHS_BEGIN, DEATHS_STOP = 2010, 1989, 2023
HOTSPOTS = {
    "korea": "Korean nuclear issue",
    "south_china_sea": "South China Sea",
    "india_pakistan": "India and Pakistan",
}
"""The hotspots by their key, in the order of the article."""
EVENT_KINDS = {
    "violence, crisis": ("war", "battle", "crisis", "incident"),
    "test, policy": ("test", "policy"),
    "agreement, talks": ("agreement", "diplomacy"),
}
"""Groups of the kinds of events in the table ``hotspot_events``."""
INTERSTATE, INSURGENCY = 218, 364
"""UCDP's numbers of the conflict of India and Pakistan and of that in Kashmir."""
WAR = 5
"""The highest level of hostility of a militarised dispute."""


@cache
def disputes() -> pd.DataFrame:
    """Return the militarised disputes at the hotspots, each once however many pairs it has.

    Returns
    -------
    pandas.DataFrame
        hotspot, dispute, start and end (years), level (the highest hostility of any pair, 1 to
        5), pairs (in words). GML, 1945 to 2010.
    """
    table = data.disputes(hotspot=list(HOTSPOTS))
    pairs = table.assign(pair=table["iso3_a"] + "-" + table["iso3_b"])
    return pairs.groupby(["hotspot", "dispute"], as_index=False).agg(
        start=("start_year", "min"),
        end=("end_year", "max"),
        level=("hostility", "max"),
        pairs=("pair", "; ".join),
    )


@cache
def events() -> pd.DataFrame:
    """Return the course's selection of dated events at the hotspots.

    Returns
    -------
    pandas.DataFrame
        The table ``hotspot_events`` with year, when (a year with a fraction), group (one of
        ``EVENT_KINDS``) and cited (the source in words).
    """
    table = data.hotspot_events()
    group = {kind: name for name, kinds in EVENT_KINDS.items() for kind in kinds}
    return table.assign(
        year=table["date"].str[:4].astype(int),
        when=table["date"].map(decimal_year),
        group=table["kind"].map(group),
        cited=table["source"].map(data.cite),
    )


@cache
def battle_deaths() -> pd.DataFrame:
    """Return the battle deaths of the conflicts at the hotspots in the years that have a figure.

    Returns
    -------
    pandas.DataFrame
        The table ``deaths_by_conflict``; UCDP, 1989 to 2023, a year from 25 deaths on.
    """
    table = data.deaths_by_conflict()
    return table[table["battle_deaths"].notna()]


@cache
def missile_years() -> pd.DataFrame:
    """Return the DPRK's missile tests by year.

    Returns
    -------
    pandas.DataFrame
        Index: years with a test; days with a test, missiles tested. CNS/NTI, 1984 on.
    """
    tests = data.missile_tests()
    years = tests["date"].str[:4].astype(int)
    return tests.groupby(years)["missiles"].agg(days="size", missiles="sum")


@cache
def nuclear_dates() -> pd.Series:
    """Return the dates of the DPRK's nuclear tests as years with fractions."""
    return data.nuclear_tests()["date"].map(decimal_year)


def decimal_year(date: str) -> float:
    """Return a whole or partial date as a year with a fraction; a partial one stands in its middle.

    Parameters
    ----------
    date : str
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Returns
    -------
    float
        For example 1962.803 for 1962-10-20.
    """
    parts = [int(part) for part in date.split("-")]
    month = parts[1] - 1 if len(parts) > 1 else 6
    day = parts[2] if len(parts) > 2 else 15 if len(parts) == 2 else 1
    return round(parts[0] + month / 12 + (day - 1) / 365.25, 3)


@dataclass(frozen=True, eq=False)
class HotspotWindow:
    """What each table holds in a window of years.

    Parameters
    ----------
    first, last : int
        The window, both years included.
    hotspots : list of str
        Keys of the hotspots that are counted.
    disputes, wars : int or None
        Disputes begun, and those of them at the level of war; None after the source stops.
    events : pandas.DataFrame
        Rows of :func:`events`, in order of their dates.
    deaths : dict of int to int, or None
        Battle deaths by UCDP's number of the conflict; None where the source has no year.
    missiles, days, nuclear : int
        Missiles tested by the DPRK, days with missile tests, nuclear tests.
    """

    first: int
    last: int
    hotspots: list[str]
    disputes: int | None
    wars: int | None
    events: pd.DataFrame
    deaths: dict[int, int] | None
    missiles: int
    days: int
    nuclear: int


def window(first: int, last: int, hotspots: list[str]) -> HotspotWindow:
    """Count what each table holds in a window of years.

    Parameters
    ----------
    first, last : int
        The window, both years included; it ends with ``LAST_YEAR`` at the latest.
    hotspots : list of str
        Keys of ``HOTSPOTS``.

    Returns
    -------
    HotspotWindow

    Raises
    ------
    ValueError
        If a hotspot is unknown.
    """
    for hotspot in hotspots:
        if hotspot not in HOTSPOTS:
            raise ValueError(f"hotspot must be one of {', '.join(HOTSPOTS)}, got {hotspot!r}")
    last = min(last, LAST_YEAR)

    def inside(table: pd.DataFrame, year: str) -> pd.DataFrame:
        return table[table["hotspot"].isin(hotspots) & table[year].between(first, last)]

    levels = inside(disputes(), "start")["level"]
    counted = first <= DISPUTES_STOP
    by_conflict = inside(battle_deaths(), "year").groupby("conflict")["battle_deaths"].sum()
    tests = missile_years().loc[first:last]
    return HotspotWindow(
        first,
        last,
        hotspots,
        len(levels) if counted else None,
        int((levels == WAR).sum()) if counted else None,
        inside(events(), "year").sort_values("date", kind="stable"),
        {int(key): int(number) for key, number in by_conflict.items()}
        if first <= DEATHS_STOP and last >= DEATHS_BEGIN
        else None,
        int(tests["missiles"].sum()),
        int(tests["days"].sum()),
        int(nuclear_dates().between(first, last + 1).sum()),
    )
