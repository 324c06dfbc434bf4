"""What states need: five public indicators, groups of states alike in them, and how far they differ."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from asian_security import data

INDICATORS = {
    "deaths in disasters": "disasters",
    "terrorist attacks": "terrorism",
    "attacks on ships, by nearest state": "piracy",
    "militarised disputes begun, with another of the course's states": "disputes",
    "income": "income",
}
"""Names in the table of priorities, and the short names that lesson 10 uses."""
WEALTH_YEAR = 2019
SHUFFLES = 500


@cache
def indicators() -> pd.DataFrame:
    """Return five public indicators for the states of the article's four subregions.

    Returns
    -------
    DataFrame
        Index iso3; one column an indicator, as base-10 logarithm of 1 + the figure (income: of
        GDP per head in 2011 dollars at purchasing power). A figure that the source does not
        have counts as 0: no disaster, attack or dispute recorded.
    """
    states = data.states(subregion=data.NEIGHBOURHOOD)["iso3"]
    measured = data.priorities(kind="measured")
    table = measured.pivot(index="unit", columns="indicator", values="value").reindex(states)
    wealth = data.power(year=WEALTH_YEAR).set_index("iso3").reindex(states)
    table["income"] = wealth["gdp_ppp_2011usd_m"] / wealth["population_m"]
    table = table.rename(columns=INDICATORS).fillna(0.0)[list(INDICATORS.values())]
    return np.log10(1 + table)


@cache
def subregions() -> pd.Series:
    """Return the article's subregion of each state, in the order of :func:`indicators`."""
    return data.states().set_index("iso3").loc[indicators().index, "subregion"]


def standardised(names: Collection[str] = tuple(INDICATORS.values())) -> pd.DataFrame:
    """Return the named indicators, each with mean 0 and standard deviation 1."""
    table = indicators()[list(names)]
    return (table - table.mean()) / table.std(ddof=0)


def distances() -> pd.DataFrame:
    """Return the distance between every two states on the five indicators.

    Returns
    -------
    DataFrame
        Square, in standard deviations (Euclidean), index and columns iso3.
    """
    from scipy.spatial.distance import pdist, squareform

    scores = standardised()
    return pd.DataFrame(squareform(pdist(scores.to_numpy())), scores.index, scores.index)


def principal_components(names: Collection[str]) -> NDArray[np.float64]:
    """Return each state's place on the first two principal components of some indicators.

    Parameters
    ----------
    names : collection of str
        At least one indicator; of one alone the second component is 0.

    Returns
    -------
    ndarray of float, shape (states, 2)
        In standard deviations; each component points to where its largest loading is positive.
    """
    left, size, right = np.linalg.svd(standardised(names).to_numpy(), full_matrices=False)
    signs = np.sign(right[np.arange(len(size)), np.abs(right).argmax(axis=1)])
    scores = left * size * signs
    return np.asarray(np.pad(scores, ((0, 0), (0, max(0, 2 - len(size)))))[:, :2])


def group_states(names: Collection[str], number: int) -> NDArray[np.int64]:
    """Group the states that are alike on some indicators (Ward's method).

    Parameters
    ----------
    names : collection of str
        At least one indicator.
    number : int
        How many groups.

    Returns
    -------
    ndarray of int, shape (states,)
        Each state's group, numbered from 1 in the order of the table.
    """
    from scipy.cluster.hierarchy import fcluster, ward

    labels = fcluster(ward(standardised(names).to_numpy()), number, criterion="maxclust")
    return pd.factorize(labels)[0] + 1


# Groups and what they explain ----------------------------------------------------------------


def eta_squared(values: pd.Series, groups: pd.Series) -> float:
    """Return the share of the values' variation that lies between groups, 0 to 1.

    Parameters
    ----------
    values, groups : Series
        One value and one group name per state, with the same index.

    Returns
    -------
    float
        Sum of squares between group means over the total.
    """
    means = values.groupby(groups).transform("mean")
    return float(((means - values.mean()) ** 2).sum() / ((values - values.mean()) ** 2).sum())


def rand_index(first: ArrayLike, second: ArrayLike) -> float:
    """Return the share of pairs that two groupings treat alike: together, or apart, in both.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        A group name per state, in the same order.
    """
    one, two = np.asarray(first), np.asarray(second)
    alike = (one[:, None] == one) == (two[:, None] == two)
    return float(alike[np.triu_indices(len(one), 1)].mean())


@cache
def rand_index_by_chance(groups: tuple[int, ...], regions: tuple[str, ...]) -> float:
    """Return the mean Rand index when the groups are dealt out at random (seeded)."""
    shuffle = np.random.default_rng(10)
    dealt = np.array(groups)
    return float(
        np.mean([rand_index(shuffle.permutation(dealt), regions) for _ in range(SHUFFLES)])
    )


@dataclass(frozen=True, eq=False)
class Groups:
    """States grouped by what they need.

    Attributes
    ----------
    used : tuple of str
        The indicators.
    states : list of str
        By ISO3 code.
    places : ndarray of float, shape (states, 2)
        Principal components.
    numbers : ndarray of int, shape (states,)
        Each state's group, from 1.
    agreement, chance : float
        The Rand index of the groups and the subregions, and what random groups would have.
    """

    used: tuple[str, ...]
    states: list[str]
    places: NDArray[np.floating[Any]]
    numbers: NDArray[np.int64]
    agreement: float
    chance: float


def compare_groups(names: Collection[str], number: int) -> Groups:
    """Group the states that are alike on some indicators, and compare the groups with subregions.

    Parameters
    ----------
    names : collection of str
        At least one indicator.
    number : int
        How many groups.
    """
    numbers, home = group_states(names, number), subregions()
    return Groups(
        tuple(names),
        list(home.index),
        principal_components(names),
        numbers,
        rand_index(numbers, home),
        rand_index_by_chance(tuple(numbers.tolist()), tuple(home)),
    )
