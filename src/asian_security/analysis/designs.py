"""Designs of a regional arrangement: checked, kept in a file, profiled and put under stress.

A :class:`Design` names members, agenda, decision rule, votes, vetoes, a secretariat and links to
mechanisms that exist. It cannot hold a value that is not known: a wrong one raises
:class:`DesignError` with one sentence. :func:`save` and :func:`load` keep a design in a small
JSON file, so that it can be handed to somebody else.

:func:`profile` describes a design with the measures of lessons 04, 07, 09 and 10. The four
stress tests run the models of lessons 02, 05, 06 and 08 with and without it. What a design is
worth in a stress test is an assumption (``worth``), not a finding; the tests show what follows.

Members are UN members and observer states of the course's table. Taiwan, which sits in some
bodies under other names, is not offered: whether and how it would take part is for the words
that go with a design.
"""

from __future__ import annotations

import difflib
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from platformdirs import user_data_path

from asian_security import data
from asian_security.analysis import networks, reforms
from asian_security.models.balance import polarisation
from asian_security.models.conflict import contagion, escalation, spillover
from asian_security.models.institutions import decision_rules, voting

VERSION = 1
AS_OF = "2025-12-31"
RULES: dict[str, float] = {
    "unanimity": 1.0,
    "three quarters": 3 / 4,
    "two thirds": 2 / 3,
    "three fifths": 3 / 5,
    "simple majority": 0.5,
}
"""The share of votes that each rule asks for; a simple majority needs more than half."""
VOTES = ("one each", "by population", "by economy")
"""One vote each; or one each and one more for every full per cent of the members' people or GDP."""
DIALOGUE = "military_cbm_dialogue"
DOMAINS: dict[str, tuple[str, ...]] = {
    "collective_defence": ("armed_conflict",),
    "military_cbm_dialogue": ("armed_conflict", "territorial_disputes"),
    "terrorism_extremism": ("terrorism",),
    "drugs_transnational_crime": ("transnational_crime",),
    "maritime_security": ("territorial_disputes",),
    "nonproliferation": ("weapons_proliferation",),
    "disaster_relief": ("climate",),
    "cyber": ("cyber",),
    "energy": ("energy",),
    "trade_economy": ("economy_finance",),
    "water_environment": ("water", "climate"),
    "defence_technology": (),
}
"""Which domains of lesson 05 an issue touches: a judgement. None touches food or public health."""
_NOT_OFFERED = ("TWN",)
_LARGEST_FILE = 100_000
_LONGEST_NAME = 60


class DesignError(ValueError):
    """A design, or the file that should hold one, is not as described."""


# What can be chosen --------------------------------------------------------------------------


@cache
def _states() -> pd.DataFrame:
    table = data.states()
    return table[~table["iso3"].isin(_NOT_OFFERED)].set_index("iso3")


@cache
def states() -> tuple[str, ...]:
    """Return the states that can be members, by ISO3 code."""
    return tuple(_states().index)


@cache
def region() -> tuple[str, ...]:
    """Return those of the article's four subregions: the states that a design is to serve."""
    inside = _states()["subregion"].isin(data.NEIGHBOURHOOD)
    return tuple(_states().index[inside])


@cache
def issues() -> tuple[str, ...]:
    """Return the issues that can stand on an agenda."""
    return tuple(dict.fromkeys(data.mechanism_issues()["issue"]))


@cache
def today() -> reforms.Architecture:
    """Return the mechanisms in force whose agendas are coded, with all their seats."""
    coded = data.mechanism_issues()
    mechanisms = data.mechanisms(as_of=AS_OF)
    seats = data.memberships(as_of=AS_OF, status=data.SEATS)
    kept = set(mechanisms["mechanism"]) & set(coded["mechanism"])
    seats = seats[seats["mechanism"].isin(kept) & seats["iso3"].isin(states())]
    return reforms.architecture(seats, coded[coded["mechanism"].isin(kept)], mechanisms)


@cache
def mechanisms() -> tuple[str, ...]:
    """Return the mechanisms of today that a design can link to."""
    return tuple(today().names)


# The design ----------------------------------------------------------------------------------


def _nearest(given: object, known: Iterable[str]) -> str:
    table = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(str(given).casefold(), table, n=3, cutoff=0.5)
    return "nearest: " + ", ".join(table[name] for name in close) if close else ""


def _list(name: str, given: Any, known: Sequence[str], what: str) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, list | tuple | set | frozenset):
        raise DesignError(f"{name} must be a list of names, got {given!r}")
    for entry in given:
        if entry in _NOT_OFFERED and name in ("members", "vetoes"):
            raise DesignError(
                f"{name}: {entry} is not offered; a design is made of UN members and observer "
                "states, and says in words how others take part"
            )
        if not isinstance(entry, str) or entry not in known:
            help_ = _nearest(entry, known) or f"for example {known[0]}"
            raise DesignError(f"{name}: unknown {what} {entry!r}; {help_}")
    if len(set(given)) < len(given):
        twice = next(entry for entry in given if list(given).count(entry) > 1)
        raise DesignError(f"{name}: {twice} is listed twice")
    return tuple(sorted(given, key=list(known).index))


@dataclass(frozen=True)
class Design:
    """A regional arrangement on paper. A value that is not known raises :class:`DesignError`.

    Attributes
    ----------
    name : str
        At most 60 characters. A design that bears the name of a mechanism stands in its place.
    members : tuple of str
        ISO3 codes of two or more of :func:`states`.
    issues : tuple of str
        Its agenda: one or more of :func:`issues`.
    rule : str
        One of ``RULES``.
    votes : str
        One of ``VOTES``.
    vetoes : tuple of str
        Members without whom nothing is decided.
    secretariat : bool
        Whether it has one.
    links : tuple of str
        Mechanisms with which it coordinates its agenda, of :func:`mechanisms`.
    """

    name: str
    members: tuple[str, ...]
    issues: tuple[str, ...]
    rule: str = "unanimity"
    votes: str = "one each"
    vetoes: tuple[str, ...] = ()
    secretariat: bool = False
    links: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise DesignError(f"name must be text, got {self.name!r}")
        if len(self.name) > _LONGEST_NAME or not self.name.isprintable():
            raise DesignError(f"name must be one line of at most {_LONGEST_NAME} characters")
        members = _list("members", self.members, states(), "state")
        if len(members) < 2:
            raise DesignError(f"members must be two or more states, got {len(members)}")
        agenda = _list("issues", self.issues, issues(), "issue")
        if not agenda:
            raise DesignError("issues must name at least one issue")
        for field, given, known in (("rule", self.rule, RULES), ("votes", self.votes, VOTES)):
            if not isinstance(given, str) or given not in known:
                raise DesignError(f"{field} must be one of {', '.join(known)}, got {given!r}")
        vetoes = _list("vetoes", self.vetoes, states(), "state")
        if set(vetoes) - set(members):
            outside = ", ".join(sorted(set(vetoes) - set(members)))
            raise DesignError(f"vetoes: {outside} cannot have a veto without being a member")
        if not isinstance(self.secretariat, bool):
            raise DesignError(f"secretariat must be true or false, got {self.secretariat!r}")
        links = _list("links", self.links, mechanisms(), "mechanism")
        if self.name in links:
            raise DesignError(f"links: {self.name} cannot be linked to itself")
        kept = {"members": members, "issues": agenda, "vetoes": vetoes, "links": links}
        for field, value in kept.items():
            object.__setattr__(self, field, value)


def from_mechanism(name: str) -> Design:
    """Write down a mechanism of today as a design.

    Parameters
    ----------
    name : str
        One of :func:`mechanisms`.

    Returns
    -------
    Design
        Its seats and agenda as of the end of 2025, one vote each. Consensus, an agreement of two,
        and a rule that no text states count as unanimity.

    Raises
    ------
    DesignError
        If there is no such mechanism, or fewer than two states of the table sit in it.
    """
    _list("mechanism", [name], mechanisms(), "mechanism")
    plan = today()
    seats = plan.memberships
    agenda = plan.issues[(plan.issues["mechanism"] == name) & (plan.issues["stated"] == 1)]
    written = data.mechanisms().set_index("mechanism").loc[name, "decision_rule"]
    return Design(
        name,
        tuple(seats.loc[seats["mechanism"] == name, "iso3"]),
        tuple(agenda["issue"]),
        rule="simple majority" if written == "majority" else "unanimity",
        secretariat=name in plan.secretariats,
    )


# Files ---------------------------------------------------------------------------------------


def folder() -> Path:
    """Return a folder of the learner's own for designs, made if need be.

    It is ``designs`` in the folder that the environment variable ``ASIAN_SECURITY_HOME`` names,
    or else in the user's data folder; a temporary folder where that cannot be written.
    """
    named = os.environ.get("ASIAN_SECURITY_HOME")
    wanted = (Path(named) if named else user_data_path("asian-security")) / "designs"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError:
        return Path(tempfile.mkdtemp(prefix="designs-"))


def save(design: Design, path: str | Path) -> Path:
    """Write a design to a JSON file, whole or not at all; a file of that name is replaced.

    Parameters
    ----------
    design : Design
    path : str or Path
        Where to; the folder is made if need be.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DesignError
        If the file cannot be written.
    """
    target = Path(path)
    text = json.dumps({"version": VERSION, **asdict(design)}, ensure_ascii=False, indent=1)
    draft = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, suffix=".tmp", delete=False
        ) as file:
            draft = Path(file.name)
            file.write(text + "\n")
        draft.replace(target)
    except OSError as problem:
        if draft is not None:
            with suppress(OSError):
                draft.unlink()
        raise DesignError(
            f"{target.name} cannot be written in {target.parent}: {problem.strerror or problem}; "
            "choose another folder"
        ) from None
    return target


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise DesignError(f"field {next(n for n in names if names.count(n) > 1)} is given twice")
    return found


def _read(path: Path) -> Any:
    if not path.exists():
        raise DesignError("there is no such file; check the name, or save a design first")
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except OSError as problem:
        raise DesignError(f"it cannot be read: {problem.strerror or problem}") from None
    if len(raw) > _LARGEST_FILE:
        raise DesignError(f"a design has at most {_LARGEST_FILE:,} bytes, this file has more")
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise DesignError("the file must be UTF-8 text") from None
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}"
        raise DesignError(f"the file must be JSON; {where}: {problem.msg}") from None
    except RecursionError:
        raise DesignError("the file must be JSON of one level") from None


def load(path: str | Path) -> Design:
    """Read a design from a file that :func:`save` wrote, and check all of it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Design

    Raises
    ------
    DesignError
        In one sentence: no such file, not JSON, a field missing or unknown, another version, or
        a state, issue, rule or mechanism that is not known.
    """
    source = Path(path)
    try:
        found = _read(source)
        if not isinstance(found, dict):
            raise DesignError("the file must hold one JSON object with the fields of a design")
        wanted = ["version", *(field.name for field in fields(Design))]
        missing = [name for name in wanted if name not in found]
        unknown = [name for name in found if name not in wanted]
        if missing:
            raise DesignError(f"missing field: {', '.join(missing)}")
        if unknown:
            raise DesignError(
                f"unknown field: {', '.join(unknown)}; the fields are {', '.join(wanted)}"
            )
        version = found.pop("version")
        if isinstance(version, bool) or version != VERSION:
            raise DesignError(f"version must be {VERSION}, got {version!r}")
        return Design(**found)
    except DesignError as problem:
        raise DesignError(f"{source.name}: {problem}") from None


# Profile -------------------------------------------------------------------------------------


@cache
def _size() -> pd.DataFrame:
    table = data.power(year=2019).set_index("iso3").reindex(states())
    people = table["population_m"].fillna(table["population_wb_m"])
    return pd.DataFrame({"by population": people, "by economy": table["gdp_ppp_2011usd_m"]}).fillna(
        0.0
    )


@cache
def _ballot(design: Design) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
    """Return votes, quota and the positions of those with a veto, in the order of the members."""
    weights = np.ones(len(design.members), dtype=int)
    if design.votes != "one each":
        size = _size().loc[list(design.members), design.votes]
        weights = weights + (100 * size / size.sum() + 1e-9).to_numpy().astype(int)
    total = int(weights.sum())
    quota = decision_rules.qualified_majority(total, RULES[design.rule])
    if design.rule == "simple majority":
        quota = decision_rules.simple_majority(total)
    vetoes = tuple(design.members.index(state) for state in design.vetoes)
    return tuple(int(w) for w in weights), quota, vetoes


@cache
def _power(design: Design) -> tuple[float, ...]:
    return tuple(float(p) for p in voting.shapley_shubik(*_ballot(design)))


def voting_weights(design: Design) -> pd.Series:
    """Return each member's Shapley-Shubik voting weight, largest first; they add up to 1.

    References
    ----------
    shapley1954
    """
    return pd.Series(_power(design), index=list(design.members), name="weight").sort_values(
        ascending=False, kind="stable"
    )


def blockers(design: Design) -> list[str]:
    """Return the members without whose vote no motion passes."""
    votes, quota, vetoes = _ballot(design)
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
    votes, quota, vetoes = _ballot(design)
    no = {design.members.index(state) for state in against if state in design.members}
    for_it = [i for i in range(len(votes)) if i not in no]
    if no & set(vetoes) or sum(votes[i] for i in for_it) < quota:
        return 0.0
    kept = [for_it.index(i) for i in vetoes]
    weights = [votes[i] for i in for_it]
    return float(decision_rules.chance_to_pass(weights, quota, agree, kept))


@cache
def _base(name: str) -> tuple[reforms.Architecture, pd.DataFrame, float]:
    """Return the mechanisms of today but one, who has which issue covered there, and the load."""
    plan = today()
    if name in plan.names:
        inside = plan.memberships.loc[plan.memberships["mechanism"] == name, "iso3"]
        plan = reforms.withdraw(plan, name, inside)
    cells = networks.coverage(networks.two_mode(plan.memberships), plan.issues, states())
    return (
        plan,
        cells.reindex(columns=list(issues()), fill_value=0),
        reforms.congestion(plan, region()),
    )


@cache
def _load(
    name: str, members: tuple[str, ...], agenda: tuple[str, ...], links: tuple[str, ...]
) -> float:
    plan = reforms.establish(_base(name)[0], name, members, agenda)
    for other in links:
        plan = reforms.link(plan, name, other)
    return reforms.congestion(plan, region())


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
    votes, quota, vetoes = _ballot(design)
    cells = _base(design.name)[1].loc[list(design.members), list(design.issues)]
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


@cache
def _seats(name: str) -> dict[str, frozenset[str]]:
    ties = _base(name)[0].memberships
    return {key: frozenset(found) for key, found in ties.groupby("mechanism")["iso3"]}


def _represented(inside: Sequence[str]) -> float:
    if not inside:
        return float("nan")
    home = _states()["subregion"]
    fair = home[list(region())].value_counts(normalize=True)
    held = home[list(inside)].value_counts(normalize=True).reindex(fair.index, fill_value=0.0)
    return float(1 - (held - fair).abs().sum() / 2)


@cache
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
    plan, cells, load = _base(design.name)
    links = tuple(link for link in design.links if link in plan.names)
    inside = [state for state in design.members if state in region()]
    people = _size()["by population"]
    empty = cells.loc[list(region())] == 0
    overlap = {
        name: networks.jaccard_overlap(design.members, seats)
        for name, seats in _seats(design.name).items()
    }
    nearest = max(sorted(overlap), key=lambda name: overlap[name])
    weights = np.array(_power(design))
    return DesignProfile(
        members=len(design.members),
        states_reached=len(inside) / len(region()),
        people_reached=float(people[inside].sum() / people[list(region())].sum()),
        agenda=len(design.issues) / len(issues()),
        gaps_filled=float(
            empty.loc[inside, list(design.issues)].to_numpy().sum() / empty.to_numpy().sum()
        ),
        representation=_represented(inside),
        cohesion=cohesion(design),
        depth=depth(design),
        load=_load(design.name, design.members, design.issues, links) - load,
        overlap=overlap[nearest],
        nearest=nearest,
        top_weight=float(weights.max()),
        equality=float(1 - np.abs(weights - 1 / len(weights)).sum() / 2),
        blockers=len(blockers(design)),
        chance=chance_to_act(design, agree),
    )


def compare(*designs: Design, agree: float = 0.8) -> pd.DataFrame:
    """Set the profiles of designs side by side: one row a measure, one column a design.

    Raises
    ------
    DesignError
        If two of them bear one name.
    """
    names = [design.name for design in designs]
    if len(set(names)) < len(names):
        raise DesignError("compare needs designs of different names: rename one of them")
    return pd.DataFrame({d.name: asdict(profile(d, agree)) for d in designs})


# Stress tests --------------------------------------------------------------------------------


def effort(design: Design, worth: float, loss: float = 0.0) -> float:
    """Return what membership is worth in a stress test.

    Parameters
    ----------
    design : Design
    worth : float
        What it is worth with a secretariat and two members, 0 to 1; half as much without a
        secretariat. Illustrative, the learner's to choose.
    loss : float
        How fast that falls with the number of members n: times (2/n)**loss. 0: a wide body does
        as much for each member as a small one; 1: what it can do is shared out among them.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If either lies outside [0, 1].
    """
    for name, value in (("worth", worth), ("loss", loss)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must lie in [0, 1], got {value}")
    full = worth if design.secretariat else worth / 2
    return float(full * (2 / len(design.members)) ** loss)


@cache
def _borders() -> tuple[tuple[str, ...], np.ndarray]:
    table = data.states()
    names = sorted(table.loc[table["subregion"] != "Pacific and extra-regional", "iso3"])
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(names)
    borders = data.contiguity(as_of="2016", land_only=True)
    graph.add_edges_from(
        (a, b)
        for a, b in zip(borders["iso3_a"], borders["iso3_b"], strict=True)
        if a in graph and b in graph
    )
    return tuple(names), nx.to_numpy_array(graph, nodelist=names)


def bordering() -> tuple[str, ...]:
    """Return the states of the contagion network, those of lesson 02."""
    return _borders()[0]


@cache
def insecure(
    design: Design | None, start: str, threshold: float, worth: float = 0.3, loss: float = 0.0
) -> tuple[str, ...]:
    """Let insecurity spread from a state along land borders (lesson 02).

    Parameters
    ----------
    design : Design or None
        If military dialogue is on its agenda, a member's threshold rises by the share
        :func:`effort` of itself. Nothing changes otherwise, or with None.
    start : str
        Where the shock starts, one of :func:`bordering`.
    threshold : float
        Share of insecure neighbours that tips a state, 0 to 1.
    worth, loss : float
        As in :func:`effort`.

    Returns
    -------
    tuple of str
        The states that are insecure in the end.

    Raises
    ------
    ValueError
        If the start is unknown or a number lies outside [0, 1].

    References
    ----------
    watts2002
    """
    names, ties = _borders()
    if start not in names:
        raise ValueError(f"start must be a state of the network, for example CHN, got {start!r}")
    needed = np.full(len(names), float(threshold))
    if design is not None and DIALOGUE in design.issues:
        helped = np.isin(names, design.members)
        needed = np.where(
            helped, np.minimum(needed * (1 + effort(design, worth, loss)), 1.0), needed
        )
    found = contagion.cascade(ties, contagion.shock(len(names), names.index(start)), needed)
    return tuple(name for name, hit in zip(names, found.final, strict=True) if hit)


@cache
def spillover_total(
    design: Design | None, domain: str, scale: float = 1.0, worth: float = 0.3, loss: float = 0.0
) -> float:
    """Add up what a shock of 1 to a domain comes to in all domains (lesson 05).

    Parameters
    ----------
    design : Design or None
        Each link that leads out of a domain on its agenda (``DOMAINS``) is weaker by
        :func:`effort` times the share of the region's states that are in.
    domain : str
        A domain of ``data.domains()``.
    scale : float
        Strength of all links, times the table's (illustrative) weights.
    worth, loss : float
        As in :func:`effort`.

    Returns
    -------
    float
        At least the shock itself, in its units.

    Raises
    ------
    ValueError
        If the domain is unknown, or the links are so strong that the effects never settle.
    """
    names = list(data.domains()["domain"])
    if domain not in names:
        raise ValueError(f"domain must be one of {', '.join(names)}, got {domain!r}")
    table = data.domain_links()
    weight = table["weight"] * table["sign"] * scale
    if design is not None:
        covered = {name for issue in design.issues for name in DOMAINS[issue]}
        reach = len(set(design.members) & set(region())) / len(region())
        weaker = 1 - effort(design, worth, loss) * reach
        weight = weight.where(~table["from_domain"].isin(covered), weight * weaker)
    matrix = spillover.link_matrix(
        names, zip(table["from_domain"], table["to_domain"], weight, strict=True)
    )
    shock = np.array([float(name == domain) for name in names])
    return float(spillover.total_effect(matrix, shock).sum())


RUNGS, FIRST_RUNG, STEP = 6, 2, 0.3


def war_risk(
    design: Design | None,
    parties: Sequence[str],
    agree: float = 0.8,
    against: Iterable[str] = (),
    worth: float = 0.3,
    loss: float = 0.0,
) -> float:
    """Return the risk that a crisis between two states ends in war (lesson 06).

    The crisis starts on rung 2 of 6; a step up and a step down are alike, 0.3. If both parties
    are members and military dialogue is on the agenda, the body may decide to run a hotline. The
    chance that it does is :func:`chance_to_act`; the hotline then turns the share
    :func:`effort` of the steps up into steps down.

    Parameters
    ----------
    design : Design or None
    parties : (str, str)
        The two states in the crisis.
    agree : float
        Chance that a member agrees to the hotline, 0 to 1.
    against : iterable of str
        Members that block, for example one of the parties.
    worth, loss : float
        As in :func:`effort`: the share of steps up that the hotline turns round.

    Returns
    -------
    float
        Between 0 and 1; 1/3 without a design.
    """
    bare = float(escalation.war_risk(FIRST_RUNG, RUNGS, STEP, STEP))
    if design is None or DIALOGUE not in design.issues or set(parties) - set(design.members):
        return bare
    up, down = escalation.restrain(STEP, STEP, hotline=effort(design, worth, loss))
    # A hotline that turns every step round leaves none that leads to war.
    calm = float(escalation.war_risk(FIRST_RUNG, RUNGS, up, down)) if up > 0 else 0.0
    acts = chance_to_act(design, agree, against)
    return acts * calm + (1 - acts) * bare


@cache
def leaning() -> pd.Series:
    """Return where each state leans by its seats: -1 China-initiated to 1 US-led bodies.

    Seats in US-led mechanisms less those in mechanisms initiated by China, alone or with Russia,
    over both and two more (2025). The two more keep a single seat from making a camp. The two
    powers stand at -1 and 1. One rough measure: lesson 08 has five, and they disagree.
    """
    led = data.mechanisms(as_of=AS_OF).set_index("mechanism")["initiator"]
    ties = today().memberships
    by = ties["mechanism"].map(led)
    usa = ties[by == "US-led"].groupby("iso3").size().reindex(states(), fill_value=0)
    china = (
        ties[by.isin(["China-initiated", "China and Russia"])]
        .groupby("iso3")
        .size()
        .reindex(states(), fill_value=0)
    )
    position = ((usa - china) / (usa + china + 2)).astype(float)
    position["CHN"], position["USA"] = -1.0, 1.0
    return position


@dataclass(frozen=True)
class Split:
    """What two camps make of a design's members.

    Attributes
    ----------
    china, usa, between : tuple of str
        Members in either camp and in neither.
    tension : float
        Share of the triangles among the members that are unbalanced while all are in.
    """

    china: tuple[str, ...]
    usa: tuple[str, ...]
    between: tuple[str, ...]
    tension: float

    @property
    def leave(self) -> int:
        """How many leave if the smaller camp walks out."""
        return min(len(self.china), len(self.usa))

    @property
    def stay(self) -> float:
        """The share of members that stay."""
        return 1 - self.leave / (len(self.china) + len(self.usa) + len(self.between))


@cache
def split(design: Design, pressure: float) -> Split:
    """Let rivalry press a design's members into two camps (lesson 08).

    A member whose lean (:func:`leaning`) is stronger than 1 - pressure joins the camp it leans
    to; the two powers always have theirs. Ties within a camp are friendly, across hostile, and a
    state between is a friend of all. A triangle of one state of each kind is then unbalanced,
    and no other is.

    Parameters
    ----------
    design : Design
    pressure : float
        0 (nobody but the two powers) to 1 (everyone who leans at all).

    Returns
    -------
    Split

    Raises
    ------
    ValueError
        If the pressure lies outside [0, 1].

    References
    ----------
    cartwright1956
    """
    if not 0 <= pressure <= 1:
        raise ValueError(f"pressure must lie in [0, 1], got {pressure}")
    lean = leaning()[list(design.members)]
    joins = (lean.abs() > 1 - pressure + 1e-9) | lean.index.isin(["CHN", "USA"])
    china = tuple(lean.index[joins & (lean < 0)])
    usa = tuple(lean.index[joins & (lean > 0)])
    between = tuple(lean.index[~joins])
    n = len(lean)
    triangles = n * (n - 1) * (n - 2) / 6
    mixed = len(china) * len(usa) * len(between)
    return Split(china, usa, between, mixed / triangles if triangles else 0.0)


# Examples ------------------------------------------------------------------------------------

_NORTHEAST = ("CHN", "JPN", "KOR", "MNG", "PRK")
_SOUTHEAST = ("BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "TLS", "VNM")
_SOUTH = ("AFG", "BGD", "BTN", "IND", "LKA", "MDV", "NPL", "PAK")
_CENTRAL = ("KAZ", "KGZ", "TJK", "TKM", "UZB")


@cache
def examples() -> dict[str, Design]:
    """Return three designs to start from or to beat, by name. None is recommended."""
    everyone = (*_NORTHEAST, *_SOUTHEAST, *_SOUTH, *_CENTRAL)
    found = (
        Design(
            "Wide table",
            (*everyone, "AUS", "NZL", "RUS", "USA"),
            (DIALOGUE, "disaster_relief", "terrorism_extremism", "maritime_security"),
        ),
        Design(
            "Small core",
            ("CHN", "IDN", "IND", "JPN", "KOR", "SGP", "THA", "VNM"),
            (DIALOGUE, "cyber", "disaster_relief", "maritime_security"),
            rule="two thirds",
            secretariat=True,
        ),
        Design(
            "Linked platform",
            everyone,
            (
                DIALOGUE,
                "cyber",
                "disaster_relief",
                "drugs_transnational_crime",
                "energy",
                "terrorism_extremism",
                "water_environment",
            ),
            rule="three quarters",
            secretariat=True,
            links=("ARF", "ASEAN", "CICA", "SAARC", "SCO"),
        ),
    )
    return {design.name: design for design in found}
