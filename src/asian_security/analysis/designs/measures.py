"""A design in numbers: who can block it, how often it acts, how deep it goes, whom it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from asian_security import data
from asian_security.analysis import networks, reforms
from asian_security.analysis.designs.design import (
    RULES,
    Design,
    DesignError,
    issues,
    region,
    state_table,
    states,
    today,
)
from asian_security.models.balance import polarisation
from asian_security.models.institutions import decision_rules, voting

# Votes ---------------------------------------------------------------------------------------


class Ballot(NamedTuple):
    """How a design decides.

    Parameters
    ----------
    votes : tuple of int
        Votes of each member, in the order of the members.
    quota : int
        Votes needed.
    vetoes : tuple of int
        Positions of the members with a veto.
    """

    votes: tuple[int, ...]
    quota: int
    vetoes: tuple[int, ...]


def ballot(design: Design) -> Ballot:
    """Return a design's votes, quota and vetoes."""
    weights = np.ones(len(design.members), dtype=int)
    if design.votes != "one each":
        size = _sizes().loc[list(design.members), design.votes]
        weights = weights + (100 * size / size.sum() + 1e-9).to_numpy().astype(int)
    total = int(weights.sum())
    quota = decision_rules.qualified_majority(total, RULES[design.rule])
    if design.rule == "simple majority":
        quota = decision_rules.simple_majority(total)
    vetoes = tuple(design.members.index(state) for state in design.vetoes)
    return Ballot(tuple(int(w) for w in weights), quota, vetoes)


@cache
def _sizes() -> pd.DataFrame:
    """Return people and economy of each state, 2019, by the way of voting that uses them."""
    table = data.power(year=2019).set_index("iso3").reindex(states())
    people = table["population_m"].fillna(table["population_wb_m"])
    sizes = {"by population": people, "by economy": table["gdp_ppp_2011usd_m"]}
    return pd.DataFrame(sizes).fillna(0.0)


def voting_weights(design: Design) -> pd.Series:
    """Return each member's Shapley-Shubik voting weight, largest first; they add up to 1.

    References
    ----------
    shapley1954
    """
    weights = voting.shapley_shubik(*ballot(design))
    by_member = pd.Series(weights, index=list(design.members), name="weight")
    return by_member.sort_values(ascending=False, kind="stable")


def blockers(design: Design) -> list[str]:
    """Return the members without whose vote no motion passes."""
    votes, quota, vetoes = ballot(design)
    spare = sum(votes) - quota
    return [state for i, state in enumerate(design.members) if i in vetoes or votes[i] > spare]


def chance_to_act(design: Design, agree: float = 0.8, against: Iterable[str] = ()) -> float:
    """Return the chance that a motion passes.

    Parameters
    ----------
    design : Design
    agree : float
        Chance that a member agrees, independently of the others, 0 to 1.
    against : iterable of str
        Members that vote against, whatever the others do; states that are not members are ignored.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `agree` lies outside [0, 1].
    """
    votes, quota, vetoes = ballot(design)
    no = {design.members.index(state) for state in against if state in design.members}
    undecided = [i for i in range(len(votes)) if i not in no]
    weights = [votes[i] for i in undecided]
    if no & set(vetoes) or sum(weights) < quota:
        return 0.0
    remaining_vetoes = [undecided.index(i) for i in vetoes]
    return float(decision_rules.chance_to_pass(weights, quota, agree, remaining_vetoes))


# Profile -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The mechanisms among which a design would stand.

    Parameters
    ----------
    plan : Architecture
        The mechanisms.
    seats : dict of str to frozenset of str
        The members of each.
    cells : DataFrame of int
        Number of mechanisms of each state (rows) that name each issue (columns).
    load : float
        The region's mean number of forums beyond the first per state and issue.
    """

    plan: reforms.Architecture
    seats: dict[str, frozenset[str]]
    cells: pd.DataFrame
    load: float


@cache
def today_without(name: str) -> Surroundings:
    """Return the mechanisms of today, without the one of this name if there is one."""
    plan = today()
    if name in plan.names:
        inside = plan.memberships.loc[plan.memberships["mechanism"] == name, "iso3"]
        plan = reforms.withdraw(plan, name, inside)
    cells = networks.coverage(networks.two_mode(plan.memberships), plan.issues, states())
    return Surroundings(
        plan,
        {key: frozenset(seats) for key, seats in plan.memberships.groupby("mechanism")["iso3"]},
        cells.reindex(columns=list(issues()), fill_value=0),
        reforms.congestion(plan, region()),
    )


def depth(design: Design) -> float:
    """Return how deep enough members would go, 0 to 1.

    A member's willingness is the share of the agenda that its forums of today name already: a
    proxy, since a state may name an issue and do little. The depth is the highest level that a
    deciding majority reaches, as in :mod:`asian_security.models.institutions.depth_breadth`, with votes and
    vetoes counted.

    References
    ----------
    downs1998, stylised.
    """
    votes, quota, vetoes = ballot(design)
    cells = today_without(design.name).cells.loc[list(design.members), list(design.issues)]
    willing = (cells > 0).mean(axis=1).to_numpy()
    for level in sorted(set(willing), reverse=True):
        yes = willing >= level
        if (np.array(votes) * yes).sum() >= quota and all(yes[i] for i in vetoes):
            return float(level)
    raise AssertionError("all members together always decide")  # pragma: no cover


@cache
def _ideal_points() -> pd.Series:
    points = data.unga_ideal_points(year=2024).set_index("iso3")["ideal_point"]
    return points[points.index.isin(states())]


def cohesion(design: Design) -> float:
    """Return how alike the members vote in the UN General Assembly of 2024, 0 to 1.

    1 less the mean distance of their ideal points as a share of the largest there could be, that
    of two equal groups at the ends of the table's range (polarisation with alpha = 0: every
    member is a group of its own). NaN where fewer than two members have an ideal point.

    References
    ----------
    esteban1994, bailey2017
    """
    points = _ideal_points()
    here = points[points.index.isin(design.members)].to_numpy()
    if len(here) < 2:
        return float("nan")
    shares = np.full(len(here), 1 / len(here))
    return float(polarisation.cohesion(shares, here, float(np.ptp(points.to_numpy())), 0.0))


def _representation(inside: Sequence[str]) -> float:
    if not inside:
        return float("nan")
    home = state_table()["subregion"]
    fair = home[list(region())].value_counts(normalize=True)
    seats = home[list(inside)].value_counts(normalize=True).reindex(fair.index, fill_value=0.0)
    return float(1 - (seats - fair).abs().sum() / 2)


def _added_load(design: Design, around: Surroundings) -> float:
    plan = reforms.establish(around.plan, design.name, design.members, design.issues)
    for other in design.links:
        if other in around.plan.names:
            plan = reforms.link(plan, design.name, other)
    return reforms.congestion(plan, region()) - around.load


@dataclass(frozen=True)
class DesignProfile:
    """A design in numbers. No number says that it would work.

    Attributes
    ----------
    members : int
        How many members.
    states_reached, people_reached : float
        Share of the region's states, and of its people (2019), that are in.
    agenda : float
        Share of the twelve issues on its agenda.
    gaps_filled : float
        Share of the region's state-and-issue cells without any mechanism today that it fills.
    representation : float
        1 minus half the sum over subregions of |seat share - share of states|; NaN if no state of
        the region is in.
    cohesion, depth : float
        See :func:`cohesion` and :func:`depth`.
    load : float
        Change in the region's mean number of forums beyond the first per state and issue.
    overlap : float
        Largest Jaccard overlap of members with a mechanism of today.
    nearest : str
        That mechanism.
    top_weight : float
        Largest voting weight (Shapley-Shubik).
    equality : float
        1 minus half the sum of |voting weight - 1/n|; 1 if all weigh the same.
    blockers : int
        Members that can stop every motion alone.
    chance : float
        Chance that a motion passes (:func:`chance_to_act`).
    """

    members: int
    states_reached: float
    people_reached: float
    agenda: float
    gaps_filled: float
    representation: float
    cohesion: float
    depth: float
    load: float
    overlap: float
    nearest: str
    top_weight: float
    equality: float
    blockers: int
    chance: float


def profile(design: Design, agree: float = 0.8) -> DesignProfile:
    """Describe a design from the point of view of the region's states.

    Parameters
    ----------
    design : Design
        One that bears the name of a mechanism is measured in its place.
    agree : float
        Chance that a member agrees to a motion, 0 to 1.

    Returns
    -------
    DesignProfile

    Raises
    ------
    ValueError
        If `agree` lies outside [0, 1].
    """
    around = today_without(design.name)
    inside = [state for state in design.members if state in region()]
    people = _sizes()["by population"]
    empty = around.cells.loc[list(region())] == 0
    overlap = {
        name: networks.jaccard_overlap(design.members, seats)
        for name, seats in around.seats.items()
    }
    nearest = max(sorted(overlap), key=lambda name: overlap[name])
    weights = voting_weights(design)
    return DesignProfile(
        members=len(design.members),
        states_reached=len(inside) / len(region()),
        people_reached=float(people[inside].sum() / people[list(region())].sum()),
        agenda=len(design.issues) / len(issues()),
        gaps_filled=float(
            empty.loc[inside, list(design.issues)].to_numpy().sum() / empty.to_numpy().sum()
        ),
        representation=_representation(inside),
        cohesion=cohesion(design),
        depth=depth(design),
        load=_added_load(design, around),
        overlap=overlap[nearest],
        nearest=nearest,
        top_weight=float(weights.iloc[0]),
        equality=float(1 - (weights - 1 / len(weights)).abs().sum() / 2),
        blockers=len(blockers(design)),
        chance=chance_to_act(design, agree),
    )


def compare(*designs: Design, agree: float = 0.8) -> pd.DataFrame:
    """Set the profiles of designs side by side: one row per measure, one column per design.

    Raises
    ------
    DesignError
        If two of them bear one name.
    """
    names = [design.name for design in designs]
    if len(set(names)) < len(names):
        raise DesignError("compare needs designs of different names: rename one of them")
    return pd.DataFrame({d.name: asdict(profile(d, agree)) for d in designs})


def variations(design: Design) -> pd.DataFrame:
    """Change one part of a design at a time and profile each variation.

    Parameters
    ----------
    design : Design

    Returns
    -------
    pandas.DataFrame
        One row per variation, the design itself first: states_reached, chance, depth, equality, load.
    """
    variations = {"as it is": design}
    for rule in RULES:
        if rule != design.rule:
            variations[f"rule: {rule}"] = replace(design, rule=rule)
    if design.votes != "by population":
        variations["votes by population"] = replace(design, votes="by population")
    if design.links:
        variations["without links"] = replace(design, links=())
    for home in data.NEIGHBOURHOOD:
        inside = set(data.states(subregion=home)["iso3"])
        left = tuple(state for state in design.members if state not in inside)
        if 2 <= len(left) < len(design.members):
            vetoes = tuple(state for state in design.vetoes if state in left)
            variations[f"without {home}"] = replace(design, members=left, vetoes=vetoes)
    columns = ["states_reached", "chance", "depth", "equality", "load"]
    profiles = {name: asdict(profile(variation)) for name, variation in variations.items()}
    return pd.DataFrame.from_dict(profiles, orient="index")[columns]
