"""The region's mechanisms as a whole: how many there are, who sits in them, what a reform changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from asian_security import data
from asian_security.analysis import networks, reforms


def mechanisms_in_force(years: Iterable[int]) -> pd.Series:
    """Count the mechanisms in force on at least one day of each year.

    Parameters
    ----------
    years : iterable of int

    Returns
    -------
    pandas.Series
        The number of mechanisms by year.
    """
    listed = list(years)
    return pd.Series([len(data.mechanisms(as_of=year)) for year in listed], index=listed)


@cache
def seats(as_of: int | str) -> Mapping[str, frozenset[str]]:
    """Return which states have a seat in each mechanism.

    Parameters
    ----------
    as_of : int or str
        A date, or a year, of which one day in the seat is enough.

    Returns
    -------
    mapping of str to frozenset of str
        The members by ISO3 code, by mechanism; a mechanism without seats is left out.
    """
    rows = data.memberships(as_of=as_of, status=data.SEATS)
    return {
        str(name): frozenset(part) for name, part in rows.groupby("mechanism")["iso3"] if len(part)
    }


@dataclass(frozen=True)
class Roster:
    """The mechanisms with their seats in a year, and whether one state has a seat.

    Attributes
    ----------
    table : DataFrame
        All mechanisms but single conferences, those of the initiator with most first: mechanism, name_en, initiator, founded (year), members (number of states with a seat, 0
        where it is not in force), seated (whether the state is one of them).
    """

    table: pd.DataFrame

    @property
    def in_force(self) -> pd.DataFrame:
        """The rows of mechanisms in which somebody has a seat."""
        return self.table[self.table["members"] > 0]


def roster(year: int, state: str) -> Roster:
    """Look up the seats of a year.

    Parameters
    ----------
    year : int
        One day in the seat is enough.
    state : str
        By ISO3 code.
    """
    table = data.mechanisms()
    table = table[table["kind"] != "conference"].reset_index(drop=True)
    members = [seats(year).get(name, frozenset()) for name in table["mechanism"]]
    table = table[["mechanism", "name_en", "initiator"]].assign(
        founded=table["founded"].str[:4].astype(int),
        members=[len(seated) for seated in members],
        seated=[state in seated for seated in members],
    )
    order = list(table["initiator"].value_counts().index)
    return Roster(
        table.sort_values("initiator", key=lambda names: names.map(order.index), kind="stable")
    )


@dataclass(frozen=True)
class Overlap:
    """How much every two mechanisms share their members.

    Attributes
    ----------
    matrix : DataFrame
        Mechanisms by mechanisms, alike ones side by side; the diagonal is empty.
    highest : float
        The largest value; NaN if there are fewer than two mechanisms, as is the mean.
    pairs : list of (str, str)
        The pairs that have it; of a symmetric measure each pair once.
    mean, disjoint : float
        The mean of all values, and the share of pairs whose value is 0.
    """

    matrix: pd.DataFrame
    highest: float
    pairs: list[tuple[str, str]]
    mean: float
    disjoint: float


def overlap(year: int, measure: str = "jaccard", smallest: int = 1) -> Overlap:
    """Return how much the mechanisms of a year share their members.

    Parameters
    ----------
    year : int
    measure : "jaccard", "shared" or "contained"
        As in :func:`~asian_security.analysis.networks.overlap_matrix`.
    smallest : int
        Leave out mechanisms with fewer members.

    Returns
    -------
    Overlap
        Ordered by average linkage of the Jaccard distances, so that neighbours differ least.
    """
    from scipy.cluster.hierarchy import average, leaves_list, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    graph = networks.two_mode(data.memberships(as_of=year, status=data.SEATS))
    size = networks.degrees(graph, "mechanism")
    large = sorted(size[size >= smallest].index)
    if len(large) > 2:
        alike = networks.overlap_matrix(graph).loc[large, large].to_numpy()
        apart = squareform(1 - alike, checks=False)
        large = [large[i] for i in leaves_list(optimal_leaf_ordering(average(apart), apart))]
    matrix = networks.overlap_matrix(graph, measure).loc[large, large].astype(float)
    values = matrix.to_numpy(copy=True)
    np.fill_diagonal(values, np.nan)
    matrix = pd.DataFrame(values, matrix.index, matrix.columns)
    if len(matrix) < 2:
        return Overlap(matrix, np.nan, [], np.nan, np.nan)
    highest = float(np.nanmax(values))
    pairs = [
        (str(large[i]), str(large[j]))
        for i, j in np.argwhere(values == highest)
        if i < j or measure == "contained"
    ]
    disjoint = float(np.mean(values[np.triu_indices(len(values), 1)] == 0))
    return Overlap(matrix, highest, pairs, float(np.nanmean(values)), disjoint)


# Reforms -------------------------------------------------------------------------------------


@cache
def coded_architecture(as_of: int | str, states: tuple[str, ...]) -> reforms.Architecture:
    """Return the mechanisms in force whose agendas are coded, with the seats of some states.

    Parameters
    ----------
    as_of : int or str
        A date, or a year, of which one day in force or in the seat is enough.
    states : tuple of str
        By ISO3 code.
    """
    agendas = data.mechanism_issues()
    mechanisms = data.mechanisms(as_of=as_of)
    mechanisms = mechanisms[mechanisms["mechanism"].isin(agendas["mechanism"])]
    rows = data.memberships(as_of=as_of, status=data.SEATS)
    rows = rows[rows["mechanism"].isin(mechanisms["mechanism"]) & rows["iso3"].isin(states)]
    return reforms.architecture(rows, agendas, mechanisms)


def today() -> reforms.Architecture:
    """Return the architecture of the region in the last year of the tables."""
    return coded_architecture(data.LAST_YEAR, tuple(data.region()))


def profile(plan: reforms.Architecture) -> reforms.Profile:
    """Describe an architecture of the region in ten numbers."""
    return reforms.profile(plan, data.states(subregion=data.NEIGHBOURHOOD))


@cache
def profile_today() -> reforms.Profile:
    """Describe today's architecture of the region."""
    return profile(today())


@dataclass(frozen=True)
class Reform:
    """The architecture before and after a reform; ``possible`` is False if nothing can change."""

    before: reforms.Profile
    after: reforms.Profile
    possible: bool

    @property
    def changes(self) -> pd.DataFrame:
        """All ten measures before and after, and the change."""
        return reforms.compare(self.before, self.after)


def reform_today(kind: str, a: str, b: str, state: str) -> Reform:
    """Describe today's architecture before and after one reform.

    Parameters
    ----------
    kind : "none", "admit", "merge", "link" or "secretariat"
        Change nothing, admit the state to A, merge or link A and B, give A a secretariat.
    a, b : str
        Two mechanisms.
    state : str
        By ISO3 code.

    Returns
    -------
    Reform
        Not possible if a mechanism would be merged or linked with itself.

    Raises
    ------
    ValueError
        If there is no such reform.
    """
    plan, before = today(), profile_today()
    if kind in ("merge", "link") and a == b:
        return Reform(before, before, possible=False)
    if kind == "admit":
        plan = reforms.admit(plan, a, [state])
    elif kind == "merge":
        plan = reforms.merge(plan, [a, b], f"{a}+{b}")
    elif kind == "link":
        plan = reforms.link(plan, a, b)
    elif kind == "secretariat":
        plan = reforms.add_secretariat(plan, a)
    elif kind != "none":
        raise ValueError(f"kind must be none, admit, merge, link or secretariat, got {kind!r}")
    return Reform(before, profile(plan), possible=True)
