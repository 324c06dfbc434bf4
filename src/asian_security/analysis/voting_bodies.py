"""Bodies that vote: ASEAN by two rules and the UN Security Council, and who carries what weight."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from asian_security import data
from asian_security.models.institutions import decision_rules, voting

BODIES = ("equal", "population", "council")
POPULATION_YEAR = 2023
_PERMANENT = ("China", "France", "Russia", "United Kingdom", "United States")


@cache
def asean_population() -> pd.Series:
    """Return the population of ASEAN's members by name, the largest first.

    Returns
    -------
    pandas.Series
        Millions in ``POPULATION_YEAR``, World Bank.
    """
    seats = data.memberships(as_of=data.as_of(), mechanism="ASEAN", status=data.SEATS)
    people = data.power(state=list(seats["iso3"]), year=POPULATION_YEAR).set_index("iso3")
    named = people["population_wb_m"].rename(index=data.state_names())
    return named.sort_values(ascending=False)


def votes(body: str) -> tuple[list[str], list[int], list[int]]:
    """Return the members of a body, their votes, and the positions of those with a veto.

    Parameters
    ----------
    body : {"equal", "population", "council"}
        ASEAN with one vote each; ASEAN with about one vote for each hundredth of its population,
        at least one each (illustrative); the UN Security Council.

    Returns
    -------
    (list of str, list of int, list of int)

    Raises
    ------
    ValueError
        If there is no such body.
    """
    if body not in BODIES:
        raise ValueError(f"body must be one of {', '.join(BODIES)}, got {body!r}")
    if body == "council":
        ballots, _, vetoes = decision_rules.security_council()
        elected = [f"elected member {i}" for i in range(1, 11)]
        return [*_PERMANENT, *elected], ballots, vetoes
    people = asean_population()
    if body == "equal":
        return list(people.index), [1] * len(people), []
    share = 100 * people / people.sum()
    return list(people.index), [max(1, round(v)) for v in share], []


@dataclass(frozen=True)
class Ballot:
    """A body under a quota: lists are in the order of its members.

    Attributes
    ----------
    members : list of str
    shares, weights : list of float
        The share of the votes, and the Shapley-Shubik index, of each; both add up to 1.
    needed, total : int
        Votes that pass a motion, and all votes.
    passes : float
        The chance that a motion passes.
    """

    members: list[str]
    shares: list[float]
    weights: list[float]
    needed: int
    total: int
    passes: float


def hold_ballot(body: str, quota: float, agree: float) -> Ballot:
    """Work out who carries what weight in a body, and how likely it is to decide.

    Parameters
    ----------
    body : {"equal", "population", "council"}
        As in :func:`votes`.
    quota : float
        The share of all votes that is needed, in (0, 1].
    agree : float
        The chance that a member agrees, independently of the others.

    Returns
    -------
    Ballot

    Raises
    ------
    ValueError
        If there is no such body, or a share lies outside its range.

    References
    ----------
    shapley1954
    """
    members, ballots, vetoes = votes(body)
    total = sum(ballots)
    needed = decision_rules.qualified_majority(total, quota)
    weights = voting.shapley_shubik(ballots, needed, vetoes)
    passes = float(decision_rules.chance_to_pass(ballots, needed, agree, vetoes))
    shares = (np.array(ballots) / total).tolist()
    return Ballot(members, shares, weights.tolist(), needed, total, passes)
