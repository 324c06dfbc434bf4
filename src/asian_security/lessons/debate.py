"""The debate pack: motions drawn from the lessons, with evidence cards for both sides.

Motions and cards are in ``lessons/11.toml``; a card names its lesson, its claims and a figure. The
figure is worked out here, from the same tables and models as in the lesson, when it is shown.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from asian_security import data, lessons
from asian_security.analysis import (
    architecture,
    congestion_history,
    hotspot_ties,
    needs,
    networks,
    two_poles,
    war_record,
)
from asian_security.analysis.borders import border_matrix
from asian_security.lessons.page import Page
from asian_security.lessons.rendering import render
from asian_security.models.conflict import arms_race, contagion
from asian_security.models.institutions import congestion, decision_rules, depth_breadth, voting

SIDES = ("for", "against")


def _seats() -> Any:
    return data.memberships(as_of=data.as_of(), status=data.SEATS)


def _borders_apart() -> str:
    kind = data.mechanisms().set_index("mechanism")["kind"]
    seats = _seats()
    seats = seats[~seats["mechanism"].map(kind).isin(["alliance", "treaty", "economic"])]
    borders = data.contiguity(as_of="2016", land_only=True)
    graph = networks.two_mode(seats, states=data.states()["iso3"])
    return f"{len(networks.pairs_without_forum(graph, borders))} of {len(borders)} land borders"


def _wide_starts() -> str:
    ties = border_matrix()
    ends = contagion.cascade(ties, np.eye(len(ties), dtype=bool), 0.25).final
    return f"{(ends.mean(axis=1) >= 0.5).mean():.0%} of the starts"


def _like_needs() -> str:
    distance = needs.distances()
    seats = _seats()
    seats = seats[seats["iso3"].isin(distance.index)]
    graph = networks.two_mode(seats, states=distance.index)
    ties = networks.incidence(graph).loc[distance.index]
    pairs = np.triu_indices(len(distance), 1)
    shared = (ties @ ties.T).to_numpy()[pairs]
    correlation = np.corrcoef(distance.to_numpy()[pairs], shared)[0, 1]
    return f"a correlation of {correlation:.2f}"


def _depth(members: int, rule: str) -> str:
    return f"{depth_breadth.depth(depth_breadth.spread_ideals(6.0)[:members], rule):.2f}"


def _founded() -> str:
    club = depth_breadth.grow(depth_breadth.spread_ideals(6.0), 4, "unanimity", stretch=2.0)
    return f"{len(club.members)} members at a depth of {club.depth[-1]:.2f}"


def _passes(members: int, share: float) -> str:
    quota = decision_rules.qualified_majority(members, share)
    return f"{decision_rules.chance_to_pass([1] * members, quota, 0.8):.3f}"


def _consensus_bodies() -> str:
    rule = data.mechanisms()["decision_rule"]
    stated = rule[~rule.isin(["bilateral", "not stated"])]
    return f"{stated.isin(['consensus', 'unanimity']).sum()} of {len(stated)}"


def _by_people() -> str:
    seats = _seats()
    members = sorted(seats.loc[seats["mechanism"] == "ASEAN", "iso3"])
    people = data.power(year=2019).set_index("iso3").loc[members, "population_m"]
    votes = 1 + (100 * people / people.sum()).astype(int)
    quota = decision_rules.simple_majority(int(votes.sum()))
    weight = voting.shapley_shubik(votes.to_list(), quota)
    top = int(weight.argmax())
    return f"{data.state_names()[members[top]]} {weight[top]:.2f}, the least {weight.min():.3f}"


def _between() -> str:
    stance = two_poles.positions("shared", 2025)["stance"]
    return f"{(stance == 'between').sum()} of {len(stance)} states"


def _parties_meet() -> str:
    members = architecture.seats(data.as_of())
    meet = set(members)
    for _, rows in data.hotspot_parties().query("role == 'party'").groupby("hotspot"):
        meet &= {name for name in members if set(rows["iso3"]) <= members[name]}
    return ", ".join(sorted(meet))


def _load(year: int) -> str:
    return f"{congestion_history.history().indices['load'][year - congestion_history.YEARS[0]]:.2f}"


def _lane() -> str:
    now = congestion_history.history()
    lanes = now.alive[-1] @ now.agenda
    top = int(lanes.argmax())
    return f"{int(lanes[top])} mechanisms name {now.issues[top].replace('_', ' and ')}"


def _twins() -> str:
    pairs = networks.same_members(networks.two_mode(_seats()))
    return "; ".join(" and ".join(pair) for pair in pairs)


def _single(year: int) -> str:
    cells = congestion_history.history().cells[year - congestion_history.YEARS[0]]
    return f"{(cells == 1).sum() / (cells > 0).sum():.0%}"


def _camps_overlap() -> str:
    now = congestion_history.history()
    table = congestion.pairwise_jaccard(now.members[-1])
    one, other = (
        [i for i in np.flatnonzero(now.alive[-1]) if now.camps[i] == camp]
        for camp in (congestion_history.THREE_CAMPS[0], congestion_history.THREE_CAMPS[2])
    )
    return f"{table[np.ix_(one, other)].mean():.2f}"


def _uncovered() -> str:
    return f"{(congestion_history.history('subregions').cells[-1] == 0).mean():.0%} of the cells"


def _arms(*numbers: float) -> str:
    race = arms_race.ArmsRace(reaction=numbers[:2], fatigue=numbers[2:4], grievance=numbers[4:])
    return f"{arms_race.equilibrium(race).sum():.2f}"


def _ripple(promise: float) -> str:
    nodes, _ = hotspot_ties.tie_tables()
    acting = set(data.hotspot_parties().query("role == 'party'")["iso3"])
    reach = hotspot_ties.reach_of_each(hotspot_ties.stakes(0.5, promise, 1.0)[0], 0.3)
    return f"{np.median(reach[[name in acting for name in nodes]]):g}"


def _closed_tasks() -> str:
    table = data.mechanisms(as_of=data.as_of())
    led = table.loc[table["initiator"] == "US-led", "mechanism"]
    task = data.mechanism_issues().pivot(index="mechanism", columns="issue", values="stated")
    closed = task.loc[task.index.isin(led), ["collective_defence", "defence_technology"]]
    return f"{closed.max(axis=1).mean():.0%}"


def _grew_with_both() -> str:
    shared = two_poles.ties("shared")
    change = shared.loc[2025] - shared.loc[2012]
    return f"{(change > 0).all(axis=1).sum()} of {len(change)}"


def _wars() -> str:
    record = data.deaths_by_state()
    here = record[record["iso3"].isin(war_record.regions()["East and Southeast Asia"])]
    early = here.loc[here["year"] <= 1979, "wars"].sum() / 34
    return f"{early:.2f} to {here.loc[here['year'] > 1979, 'wars'].sum() / 45:.2f}"


FIGURES: dict[str, Callable[[], str]] = {
    "borders apart": _borders_apart,
    "wide starts": _wide_starts,
    "like needs": _like_needs,
    "depth of six": lambda: _depth(6, "unanimity"),
    "depth of twelve": lambda: _depth(12, "unanimity"),
    "depth by majority": lambda: _depth(12, "majority"),
    "founded by four": _founded,
    "five unanimous": lambda: _passes(5, 1.0),
    "thirty unanimous": lambda: _passes(30, 1.0),
    "eleven unanimous": lambda: _passes(11, 1.0),
    "eleven by two thirds": lambda: _passes(11, 2 / 3),
    "consensus bodies": _consensus_bodies,
    "votes by people": _by_people,
    "states between": _between,
    "parties meet": _parties_meet,
    "load 1990": lambda: _load(1990),
    "load 2025": lambda: _load(2025),
    "fullest lane": _lane,
    "twins": _twins,
    "single 1990": lambda: _single(1990),
    "single 2025": lambda: _single(2025),
    "overlap of camps": _camps_overlap,
    "uncovered": _uncovered,
    "arms alone": lambda: _arms(1.0, 1.0, 1.5, 1.5, 1.0, 1.0),
    "arms spiral": lambda: _arms(1.0, 1.4, 1.3, 1.5, 1.0, 1.5),
    "arms deterrence": lambda: _arms(0.7, 0.6, 1.3, 1.5, 1.0, 1.0),
    "ripple with promises": lambda: _ripple(0.8),
    "ripple without": lambda: _ripple(0.0),
    "closed tasks": _closed_tasks,
    "grew with both": _grew_with_both,
    "wars a year": _wars,
}


class _Filled(dict[str, str]):
    def __missing__(self, name: str) -> str:
        if name not in FIGURES:
            raise ValueError(f"there is no figure {name!r} for a card; see debate.FIGURES")
        return FIGURES[name]()


def motions() -> list[str]:
    """Return the ids of the motions, in order."""
    return [motion["id"] for motion in lessons.questions("11", "motion")]


@cache
def pack(motion: str) -> dict[str, Any]:
    """Return a motion with its cards; every figure is computed now.

    Parameters
    ----------
    motion : str
        One of :func:`motions`.

    Returns
    -------
    dict
        ``id``, ``motion``, and for each of ``SIDES`` a list of cards with ``text``, ``lesson``,
        ``claims`` and, where there is one, ``limit``.

    Raises
    ------
    ValueError
        If there is no such motion.
    """
    for question in lessons.questions("11", "motion"):
        if question["id"] == motion:
            sides = {
                side: [
                    {**card, "text": card["text"].format_map(_Filled())} for card in question[side]
                ]
                for side in SIDES
            }
            return {**question, **sides}
    raise ValueError(f"there is no motion {motion!r}; there are {', '.join(motions())}")


def cards(motion: str) -> Page:
    """Show a motion and the evidence cards of both sides.

    Parameters
    ----------
    motion : str
        One of :func:`motions`.

    Returns
    -------
    Page
    """
    debate = pack(motion)
    sides = {
        side.capitalize(): [
            f"{card['text']} (lesson {card['lesson']}; {', '.join(card['claims'])})"
            for card in debate[side]
        ]
        for side in SIDES
    }
    text = [debate["motion"]]
    for side, listed in sides.items():
        text += [side, *(f"{i}. {item}" for i, item in enumerate(listed, start=1))]
    return Page(render("debate", motion=debate["motion"], sides=sides), "\n".join(text))
