"""How much states and subregions care for issues, and who has talked about which of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from asian_security import data
from asian_security.models.institutions import agenda

KINDS = ("illustrative", "from the article", "measured", "measured by state")
SOFT = ("terrorism_extremism", "cyber", "disaster_relief")
"""The fields in which B9 sees more cooperation."""
HARD = ("military_cbm_dialogue", "nonproliferation", "collective_defence", "defence_technology")
"""The fields of traditional security among the twelve issues that the course codes."""


def _measured_ranks() -> pd.DataFrame:
    """Return each state's rank on each indicator, 0 for the lowest figure and 1 for the highest."""
    table = data.priorities("measured").pivot(index="unit", columns="issue", values="value")
    inside = table[table.index.isin(data.region())]
    return (inside.rank() - 1) / (inside.notna().sum() - 1)


@cache
def landscape(kind: str) -> pd.DataFrame:
    """Return how much each subregion or state cares for each issue, by one kind of number.

    Parameters
    ----------
    kind : {"illustrative", "from the article", "measured", "measured by state"}
        Which numbers. Measured ones are ranks within the article's four subregions: 0 for the
        lowest figure of an indicator, 1 for the highest, averaged over states for a subregion.

    Returns
    -------
    pandas.DataFrame
        Rows are units, columns issues, entries 0 to 1. ``NaN`` where a source has no figure. The
        index level ``home`` names the subregion of each row.

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    states = data.states().set_index("iso3")
    home, names = states["subregion"], states["name_en"]
    if kind.startswith("measured"):
        table = _measured_ranks()
        if kind == "measured":
            table = table.groupby(home.reindex(table.index)).mean()
    else:
        table = data.priorities(kind).pivot(index="unit", columns="issue", values="value")
        table = table.fillna(0.0)
    homes = [home.get(unit, unit) for unit in table.index]
    units = [names.get(unit, unit) for unit in table.index]
    table.index = pd.MultiIndex.from_arrays([homes, units], names=["home", "unit"])
    return table.sort_index()


@dataclass(frozen=True, eq=False)
class RankedIssues:
    """Issues in the order of an agenda, and what the order rests on.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows are units, columns issues in the order of the landscape, entries 0 to 1.
    order : list of str
        The issues, first on the agenda first.
    mean, dispersion : ndarray of float, shape (issues,)
        Mean and standard deviation over the rows, in the order of the table's columns.
    shared : int
        The most issues that two rows both rate highly.
    sharing : list of (str, str)
        The pairs of rows that share so many; empty if there is one row only.
    """

    table: pd.DataFrame
    order: list[str]
    mean: np.ndarray
    dispersion: np.ndarray
    shared: int
    sharing: list[tuple[str, str]]


def rank_issues(
    kind: str, regions: Sequence[str], dislike: float = 0.0, least: float = 0.7
) -> RankedIssues:
    """Order the issues as an agenda by consensus would, and see which rows share priorities.

    Measured numbers are ranks, whose mean is the same for every indicator; they give no agenda.
    Subregions' ranks are sorted by dispersion, the smallest first; states' ranks, which all spread
    alike, stay in the order of the table.

    Parameters
    ----------
    kind : str
        Which numbers, as in :func:`landscape`.
    regions : sequence of str
        The subregions whose rows count; all four if there are none.
    dislike : float
        Dislike of division, as in
        :func:`asian_security.models.institutions.agenda.agenda_by_consensus`.
    least : float
        What counts as a priority, 0 to 1.

    Returns
    -------
    RankedIssues

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    table = landscape(kind)
    homes = table.index.get_level_values("home")
    table = table[homes.isin(regions or data.NEIGHBOURHOOD)].droplevel("home")
    if kind.startswith("measured"):
        mean, dispersion = table.mean().to_numpy(), table.std(ddof=0).to_numpy()
        by_state = kind == "measured by state"
        places = np.argsort(dispersion.round(9) * (not by_state), kind="stable")
    else:
        profile = agenda.issue_profile(table.to_numpy())
        mean, dispersion = profile.salience, profile.dispersion
        places = agenda.agenda_by_consensus(mean, dispersion, dislike)
    order = [table.columns[i] for i in places]
    return RankedIssues(table, order, mean, dispersion, *_most_shared(table, least))


def _most_shared(table: pd.DataFrame, least: float) -> tuple[int, list[tuple[str, str]]]:
    """Return the most issues that two rows both rate at ``least`` or more, and those pairs."""
    shared = agenda.shared_issues(table.fillna(-1).to_numpy(), least)
    names = list(table.index)
    counts = {(names[a], names[b]): int(shared[a, b]) for b in range(len(names)) for a in range(b)}
    most = max(counts.values(), default=0)
    return most, [pair for pair, count in counts.items() if count == most]


def order_by_consensus(issues: Iterable[str]) -> tuple[int, ...]:
    """Return the places of some issues in the order of their illustrative salience.

    Parameters
    ----------
    issues : iterable of str
        Columns of :func:`landscape`.

    Returns
    -------
    tuple of int
        Places in `issues`, first on the agenda first.
    """
    profile = agenda.issue_profile(landscape("illustrative")[list(issues)].to_numpy())
    order = agenda.agenda_by_consensus(profile.salience, profile.dispersion)
    return tuple(int(i) for i in order)


def bodies_that_name(issues: Iterable[str]) -> set[str]:
    """Return the mechanisms that state at least one of these issues as their own."""
    coded = data.mechanism_issues().query("stated == 1")
    return set(coded.loc[coded["issue"].isin(list(issues)), "mechanism"])


def shares_by_year(years: range, without: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the share of mechanisms in force that name each field, year by year.

    Parameters
    ----------
    years : range
        Years, each judged on its last day.
    without : tuple of str
        Kinds of mechanism to leave out, such as ``"alliance"``.

    Returns
    -------
    pandas.DataFrame
        Index year; columns the three soft fields and *traditional security* (any field of
        :data:`HARD`); shares from 0 to 1. The coding of issues carries no dates, so a share moves
        only when a mechanism begins or ends.
    """
    fields = {data.issue_name(issue): bodies_that_name((issue,)) for issue in SOFT}
    fields["traditional security"] = bodies_that_name(HARD)
    rows = {}
    for year in years:
        mechanisms = data.mechanisms(as_of=f"{year}-12-31")
        in_force = set(mechanisms.loc[~mechanisms["kind"].isin(without), "mechanism"])
        rows[year] = {name: len(in_force & of) / len(in_force) for name, of in fields.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def first_shared(issues: tuple[str, ...]) -> pd.Series:
    """Return the year in which each pair of states first sat in a body that names an issue.

    Parameters
    ----------
    issues : tuple of str
        At least one of them has to be named.

    Returns
    -------
    pandas.Series
        Index the pairs of states of the article's four subregions, as (first, second) in
        alphabetical order of their keys; the first common year, ``NaN`` if there is none.
    """
    states = data.region()
    seats = data.memberships(status=data.SEATS)
    seats = seats[seats["iso3"].isin(states) & seats["mechanism"].isin(bodies_that_name(issues))]
    seats = pd.DataFrame(
        {
            "mechanism": seats["mechanism"],
            "iso3": seats["iso3"],
            "start": seats["start"].str[:4].astype(int),
            "end": pd.to_numeric(seats["end"].str[:4]).fillna(9999),
        }
    )
    both = seats.merge(seats, on="mechanism")
    both = both[both["iso3_x"] < both["iso3_y"]]
    begin = both[["start_x", "start_y"]].max(axis=1)
    both = both.assign(begin=begin)[begin <= both[["end_x", "end_y"]].min(axis=1)]
    first = both.groupby(["iso3_x", "iso3_y"])["begin"].min()
    pairs = pd.MultiIndex.from_tuples([(a, b) for a in states for b in states if a < b])
    return first.reindex(pairs).astype(float)
