"""Regional architectures: what they are, what changes them, what they look like.

An :class:`Architecture` gathers who sits in which mechanism, what each deals with, which have a
secretariat and which coordinate. A reform is a function that returns a new architecture; a
:class:`Profile` describes one in ten numbers, so that a design can be set beside today's.

None of the numbers says that a design would work: they say who is in, who is out, what is
covered twice and by whom. The reforms follow those that Ling (2025) asks for: wider
participation, links among mechanisms, charters and secretariats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace

import networkx as nx
import numpy as np
import pandas as pd

from asian_security.analysis.networks import (
    coverage,
    degree_centralisation,
    incidence,
    overlap_matrix,
    participation,
    representation,
    require_columns,
    require_known,
    two_mode,
)


@dataclass(frozen=True)
class Architecture:
    """A set of mechanisms as they stand: members, agendas, secretariats and links.

    Build one with :func:`architecture`; the reform functions return a new one.

    Attributes
    ----------
    memberships : DataFrame
        Columns ``mechanism`` and ``iso3``.
    issues : DataFrame
        Columns ``mechanism``, ``issue`` and ``stated`` (0 or 1).
    secretariats : frozenset of str
        Mechanisms that have a secretariat.
    links : frozenset of frozenset of str
        Pairs of mechanisms that coordinate their agendas.
    """

    memberships: pd.DataFrame
    issues: pd.DataFrame
    secretariats: frozenset[str] = frozenset()
    links: frozenset[frozenset[str]] = frozenset()

    @property
    def names(self) -> list[str]:
        """The mechanisms, sorted."""
        return sorted(set(self.memberships["mechanism"]))


def architecture(
    memberships: pd.DataFrame,
    issues: pd.DataFrame | None = None,
    mechanisms: pd.DataFrame | None = None,
    links: Iterable[Sequence[str]] = (),
) -> Architecture:
    """Gather membership, agendas, secretariats and links into one architecture.

    Parameters
    ----------
    memberships : DataFrame
        Columns ``mechanism`` and ``iso3``.
    issues : DataFrame, optional
        Columns ``mechanism``, ``issue``, and ``stated`` (1 where it is left out).
    mechanisms : DataFrame, optional
        Columns ``mechanism`` and ``secretariat``; an empty cell, "none" or "no" means that
        there is none.
    links : iterable of (mechanism, mechanism)
        Pairs that coordinate already.

    Raises
    ------
    ValueError
        If a column is missing or a link names an unknown mechanism.
    """
    require_columns(memberships, ["mechanism", "iso3"], "memberships")
    ties = memberships[["mechanism", "iso3"]].drop_duplicates().reset_index(drop=True)
    names = set(ties["mechanism"])
    agenda = pd.DataFrame({"mechanism": [], "issue": [], "stated": []})
    if issues is not None:
        require_columns(issues, ["mechanism", "issue"], "issues")
        agenda = issues.assign(stated=issues.get("stated", 1))
        agenda = agenda[["mechanism", "issue", "stated"]].reset_index(drop=True)
    with_secretariat: set[str] = set()
    if mechanisms is not None:
        require_columns(mechanisms, ["mechanism", "secretariat"], "mechanisms")
        seat = mechanisms["secretariat"].fillna("").astype(str).str.strip().str.lower()
        with_secretariat = set(mechanisms.loc[~seat.isin(["", "none", "no"]), "mechanism"]) & names
    plan = Architecture(ties, agenda, frozenset(with_secretariat))
    for a, b in links:
        plan = link(plan, a, b)
    return plan


def establish(
    plan: Architecture,
    mechanism: str,
    states: Iterable[str],
    issues: Iterable[str] = (),
    secretariat: bool = False,
) -> Architecture:
    """Found a new mechanism with these states and issues."""
    if mechanism in plan.names:
        raise ValueError(f"{mechanism} exists already; choose another name or use admit")
    members, agenda = sorted(set(states)), sorted(set(issues))
    if not members:
        raise ValueError(f"{mechanism} needs at least one state")
    rows = pd.DataFrame({"mechanism": mechanism, "iso3": members})
    named = pd.DataFrame({"mechanism": mechanism, "issue": agenda, "stated": 1})
    return replace(
        plan,
        memberships=pd.concat([plan.memberships, rows], ignore_index=True),
        issues=pd.concat([plan.issues, named], ignore_index=True) if agenda else plan.issues,
        secretariats=plan.secretariats | ({mechanism} if secretariat else set()),
    )


def admit(plan: Architecture, mechanism: str, states: Iterable[str]) -> Architecture:
    """Admit states to a mechanism; those already in stay as they are."""
    require_known([mechanism], plan.names)
    rows = pd.DataFrame({"mechanism": mechanism, "iso3": sorted(set(states))})
    return replace(
        plan,
        memberships=pd.concat([plan.memberships, rows], ignore_index=True).drop_duplicates(
            ignore_index=True
        ),
    )


def withdraw(plan: Architecture, mechanism: str, states: Iterable[str]) -> Architecture:
    """Take states out of a mechanism; a mechanism that loses its last state ends.

    Raises
    ------
    ValueError
        If the mechanism is unknown, a state is not in it, or no mechanism would be left.
    """
    require_known([mechanism], plan.names)
    leaving = set(states)
    ties = plan.memberships
    present = set(ties.loc[ties["mechanism"] == mechanism, "iso3"])
    if leaving - present:
        raise ValueError(f"not in {mechanism}: {', '.join(sorted(leaving - present))}")
    staying = ties[~((ties["mechanism"] == mechanism) & ties["iso3"].isin(leaving))]
    if staying.empty:
        raise ValueError("no mechanism would be left")
    gone = set(plan.names) - set(staying["mechanism"])
    return replace(
        plan,
        memberships=staying.reset_index(drop=True),
        issues=plan.issues[~plan.issues["mechanism"].isin(gone)].reset_index(drop=True),
        secretariats=plan.secretariats - gone,
        links=frozenset(pair for pair in plan.links if not pair & gone),
    )


def merge(plan: Architecture, mechanisms: Iterable[str], name: str) -> Architecture:
    """Merge mechanisms into one that has all their members, issues and links.

    The merged one has a secretariat if any of them had. ``name`` may be one of theirs.

    Raises
    ------
    ValueError
        If fewer than two known mechanisms are given, or another one has the name already.
    """
    parts = set(require_known(mechanisms, plan.names))
    if len(parts) < 2:
        raise ValueError(f"merge needs at least two mechanisms, got {len(parts)}")
    if name in set(plan.names) - parts:
        raise ValueError(f"another mechanism is called {name} already")
    new_name = dict.fromkeys(parts, name)
    agenda = plan.issues.replace({"mechanism": new_name})
    pairs = (frozenset(new_name.get(part, part) for part in pair) for pair in plan.links)
    return Architecture(
        plan.memberships.replace({"mechanism": new_name}).drop_duplicates(ignore_index=True),
        agenda.groupby(["mechanism", "issue"])[["stated"]].max().reset_index(),
        frozenset(new_name.get(part, part) for part in plan.secretariats),
        frozenset(pair for pair in pairs if len(pair) == 2),
    )


def link(plan: Architecture, a: str, b: str) -> Architecture:
    """Let two mechanisms coordinate: their work on one issue no longer counts as duplicate."""
    require_known([a, b], plan.names)
    if a == b:
        raise ValueError(f"a link needs two different mechanisms, got {a} twice")
    return replace(plan, links=plan.links | {frozenset((a, b))})


def add_secretariat(plan: Architecture, mechanism: str) -> Architecture:
    """Give a mechanism a secretariat."""
    require_known([mechanism], plan.names)
    return replace(plan, secretariats=plan.secretariats | {mechanism})


@dataclass(frozen=True)
class Profile:
    """An architecture in ten numbers.

    Attributes
    ----------
    mechanisms, seats : int
        How many mechanisms; how many seats the states of interest hold in them.
    states_covered : float
        Share of the states of interest in at least one mechanism.
    pairs_covered : float
        Share of pairs of states that share a mechanism (cohesion).
    issue_coverage : float
        Share of state-and-issue cells with at least one mechanism; NaN without issues.
    mean_overlap : float
        Mean Jaccard overlap of members over pairs of mechanisms; 0 if there is only one.
    centralisation : float
        Two-mode degree centralisation of the states (:func:`degree_centralisation`).
    representation : float
        1 minus half the sum over subregions of |seat share - share of states|; 1 is
        proportional.
    congestion : float
        Mean number of mechanisms beyond the first that deal with an issue for a state, over
        covered cells; linked mechanisms count as one. Without issues, all count as one issue.
    with_secretariat : float
        Share of the mechanisms that have a secretariat.
    """

    mechanisms: int
    seats: int
    states_covered: float
    pairs_covered: float
    issue_coverage: float
    mean_overlap: float
    centralisation: float
    representation: float
    congestion: float
    with_secretariat: float


def congestion(plan: Architecture, states: Iterable[str] | None = None) -> float:
    """Mean number of mechanisms beyond the first per state and issue (see :class:`Profile`)."""
    coordinating: nx.Graph = nx.Graph()
    coordinating.add_edges_from((min(pair), max(pair)) for pair in plan.links)
    label = {name: min(group) for group in nx.connected_components(coordinating) for name in group}
    agenda = plan.issues
    if agenda.empty:
        agenda = pd.DataFrame({"mechanism": plan.names, "issue": "any", "stated": 1})
    joined = plan.memberships.merge(agenda[agenda["stated"] == 1], on="mechanism")
    if states is not None:
        joined = joined[joined["iso3"].isin(set(states))]
    if joined.empty:
        return 0.0
    joined = joined.assign(group=joined["mechanism"].map(lambda name: label.get(name, name)))
    forums = joined.groupby(["iso3", "issue"])["group"].nunique()
    return float((forums - 1).mean())


def profile(plan: Architecture, states: pd.DataFrame, by: str = "subregion") -> Profile:
    """Describe an architecture from the point of view of the states of interest.

    Parameters
    ----------
    plan : Architecture
        What to describe.
    states : DataFrame
        The states of interest: ``iso3`` and the column named by ``by``. Seats of other states
        are left out.
    by : str
        Column that groups the states for representation.

    Raises
    ------
    ValueError
        If a column is missing, fewer than two states are given, or they hold no seat.
    """
    require_columns(states, ["iso3", by], "states")
    wanted = sorted(set(states["iso3"]))
    if len(wanted) < 2:
        raise ValueError(f"profile needs at least two states of interest, got {len(wanted)}")
    inside = plan.memberships[plan.memberships["iso3"].isin(wanted)]
    if inside.empty:
        raise ValueError("the states of interest hold no seat in any mechanism")
    graph = two_mode(inside, wanted)
    ties = incidence(graph).to_numpy()
    shared = ties @ ties.T
    shares = representation(graph, states, by)
    overlap = overlap_matrix(graph).to_numpy()
    others = np.triu_indices(len(overlap), 1)
    cells = coverage(graph, plan.issues, wanted) if len(plan.issues) else None
    return Profile(
        mechanisms=len(plan.names),
        seats=int(ties.sum()),
        states_covered=participation(graph, wanted),
        pairs_covered=float((shared[np.triu_indices(len(wanted), 1)] > 0).mean()),
        issue_coverage=float("nan") if cells is None else float((cells > 0).to_numpy().mean()),
        mean_overlap=float(overlap[others].mean()) if len(overlap) > 1 else 0.0,
        centralisation=degree_centralisation(graph, "state"),
        representation=float(1 - (shares["seat_share"] - shares["fair_share"]).abs().sum() / 2),
        congestion=congestion(plan, wanted),
        with_secretariat=len(plan.secretariats) / len(plan.names),
    )


def compare(before: Profile, after: Profile) -> pd.DataFrame:
    """Set two profiles side by side: one row per measure; before, after, change."""
    table = pd.DataFrame(
        {"before": asdict(before), "after": asdict(after)},
        index=[field.name for field in fields(Profile)],
    )
    return table.assign(change=table["after"] - table["before"])
