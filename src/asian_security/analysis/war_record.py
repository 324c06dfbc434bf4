"""Asia's record of war since 1946: conflicts and deaths by region, state and year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from asian_security import data

FIRST_YEAR, LAST_YEAR = 1946, 2024
FIRST_DEATHS = 1989
"""The first year with deaths by state."""
COUNTED = ("conflicts", "wars")
"""Measures that the tables have from ``FIRST_YEAR`` on."""
RATE = "per_million"
"""The measure that divides state-based deaths by inhabitants."""
DEATHS = "state_based_deaths"
_WORLD_REGIONS = {"UCDP Asia": "Asia", "UCDP Middle East (to compare)": "Middle East"}


def regions() -> dict[str, list[str]]:
    """Return the ways to draw the region that lesson 01 compares.

    Returns
    -------
    dict of str to list of str
        Name of the definition to the ISO3 keys of the course's states it takes in.
    """
    ucdp = data.deaths_by_state().groupby("ucdp_region")["iso3"].unique()
    home = data.states().set_index("iso3")["subregion"]

    def of(*subregions: str) -> list[str]:
        return sorted(home.index[home.isin(subregions)])

    asia, four = sorted(ucdp["Asia"]), data.region()
    return {
        "UCDP Asia": asia,
        "UCDP Asia without Afghanistan": [i for i in asia if i != "AFG"],
        "The article's four subregions": four,
        "Four subregions without AFG, MMR, LKA": [
            i for i in four if i not in {"AFG", "MMR", "LKA"}
        ],
        "East and Southeast Asia": of("Northeast Asia", "Southeast Asia"),
        **{name: of(name) for name in data.NEIGHBOURHOOD},
        "UCDP Middle East (to compare)": sorted(ucdp["Middle East"]),
    }


def population() -> pd.DataFrame:
    """Return inhabitants of every state and year from 1946 to 2024, in millions.

    The estimates are those of Fariss et al. to 2019 in the table ``power``; a year without one
    takes the nearest year of the same state. A state without any estimate (Palestine) is missing.

    Returns
    -------
    pandas.DataFrame
        Years down, ISO3 keys across; millions of people.
    """
    wide = data.power().pivot(index="year", columns="iso3", values="population_m")
    wide = wide.reindex(range(FIRST_YEAR, LAST_YEAR + 1)).dropna(axis="columns", how="all")
    return wide.ffill().bfill()


@dataclass(frozen=True, eq=False)
class WarRecord:
    """A region's record by one measure over a window of years.

    Parameters
    ----------
    region, measure : str
        As for :func:`window`.
    first, last : int
        The window, both years included.
    counts : pandas.DataFrame
        Years down, ISO3 keys across: what is counted, in every year that the tables have.
    base : pandas.Series
        By year, what the counts are divided by: million inhabitants for ``"per_million"``, else 1.
    older : pandas.Series
        Battle deaths by year to 1988, where the older estimate is asked for and exists; else empty.
    world : float
        The same measure's sum over the world in the window; 0 for those that nobody adds up.
    bounds : (float, float)
        The source's low and high estimates of state-based deaths in the window.
    """

    region: str
    measure: str
    first: int
    last: int
    counts: pd.DataFrame
    base: pd.Series
    older: pd.Series
    world: float
    bounds: tuple[float, float]

    @property
    def start(self) -> int:
        """The first year of the window that the tables count; later than ``last`` if none is."""
        return max(self.first, int(self.counts.index[0]))

    @property
    def sums(self) -> pd.Series:
        """The states' sums over the window, largest first."""
        return (
            self.counts.loc[self.start : self.last]
            .sum()
            .sort_values(ascending=False, kind="stable")
        )

    @property
    def heights(self) -> pd.Series:
        """The region's value in each year."""
        return self.counts.sum(axis="columns") / self.base

    @property
    def total(self) -> float:
        """The window's value: a sum, or for ``"per_million"`` the mean rate per year."""
        total = float(self.counts.loc[self.start : self.last].to_numpy().sum())
        people = float(self.base.loc[self.start : self.last].sum())
        if self.measure != RATE:
            return total
        return total / people if people else 0.0


def window(region: str, measure: str, first: int, last: int, older: bool = False) -> WarRecord:
    """Return a region's record by one measure over a window of years.

    Parameters
    ----------
    region : str
        A definition of :func:`regions`.
    measure : str
        ``"state_based_deaths"``, ``"total_deaths"``, ``"per_million"`` (state-based deaths per
        million inhabitants), ``"conflicts"`` or ``"wars"`` (by state and year).
    first, last : int
        The ends of the window, in either order.
    older : bool
        Whether to add the older estimate of battle deaths to 1988 (PRIO), which exists for
        state-based deaths in two of UCDP's whole regions.

    Returns
    -------
    WarRecord

    Raises
    ------
    ValueError
        If the region or the measure is unknown.
    """
    if region not in _regions():
        raise ValueError(f"region must be one of {', '.join(_regions())}, got {region!r}")
    accepted = (DEATHS, "total_deaths", RATE, *COUNTED)
    if measure not in accepted:
        raise ValueError(f"measure must be one of {', '.join(accepted)}, got {measure!r}")
    first, last = sorted((first, last))
    inside = _regions()[region]
    begins = FIRST_YEAR if measure in COUNTED else FIRST_DEATHS
    counts = _by_state(DEATHS if measure == RATE else measure).loc[begins:, inside]
    base = pd.Series(1.0, index=counts.index)
    if measure == RATE:
        people = _population()
        base = people.loc[begins:, [i for i in inside if i in people]].sum(axis="columns")
    world, years = data.deaths_by_region(), range(max(first, begins), last + 1)
    everywhere = 0.0
    if measure in (DEATHS, "total_deaths"):
        everywhere = float(world.loc[world["year"].isin(years), measure].astype(float).sum())
    include_earlier = older and measure == DEATHS
    part = world[world["region"] == (_WORLD_REGIONS.get(region) if include_earlier else None)]
    before = part.set_index("year")["prio_battle_deaths"].loc[: FIRST_DEATHS - 1].astype(float)
    low, high = (
        float(_by_state(f"state_based_{end}").loc[years.start : last, inside].sum().sum())
        for end in ("low", "high")
    )
    return WarRecord(region, measure, first, last, counts, base, before, everywhere, (low, high))


@cache
def _regions() -> dict[str, list[str]]:
    return regions()


@cache
def _population() -> pd.DataFrame:
    return population()


@cache
def _by_state(column: str) -> pd.DataFrame:
    """Return a column of the deaths by state with years down and states across."""
    wide = data.deaths_by_state().pivot(index="year", columns="iso3", values=column)
    return wide.reindex(range(FIRST_YEAR, LAST_YEAR + 1)).astype("float64").fillna(0.0)
