"""Explorers of lesson 11: a lab for designs, and a stress test of two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from asian_security import data, figures
from asian_security.analysis import designs
from asian_security.analysis.designs import (
    Design,
    DesignError,
    DesignProfile,
    StressScores,
    variations,
)
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import (
    Action,
    Choice,
    Control,
    Several,
    Slider,
    Switch,
    Values,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Released lessons import the variations from here.
__all__ = ["MEASURES", "SHOCKS", "DesignLab", "StressTest", "variations"]

MEASURES = {
    "states_reached": "Region's states that are in",
    "people_reached": "Region's people that are in",
    "agenda": "Issues on the agenda (of 12)",
    "gaps_filled": "Gaps of today that it fills",
    "representation": "Subregions in proportion",
    "cohesion": "Members vote alike in the UN",
    "equality": "Voting weights are equal",
    "chance": "A motion passes",
    "depth": "Depth that enough members accept",
}


def _states() -> dict[str, str]:
    return data.states_by_name(designs.states())


def _issues() -> dict[str, str]:
    return {data.issue_name(issue, short=False): issue for issue in designs.issues()}


@cache
def _homes() -> dict[str, tuple[str, ...]]:
    """Return the states of each subregion that can be members."""
    home = data.states().set_index("iso3")["subregion"]
    return {
        name: tuple(state for state in designs.region() if home[state] == name)
        for name in data.NEIGHBOURHOOD
    }


def _subregions() -> dict[str, str]:
    return {f"{name} ({len(inside)})": name for name, inside in _homes().items()}


def _number(value: float) -> str:
    return f"{value:.3f}" if 0 < abs(value) < 0.005 else f"{value:.2f}"


def _segments(labels: Iterable[str], ends: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Return a broken line that joins two values beside each label."""
    return {
        "x": [value for pair in ends for value in (*pair, None)],
        "y": [entry for label in labels for entry in (label, label, None)],
    }


@dataclass(frozen=True)
class Comparison:
    """The design that the controls make, and another; without the first, what it lacks."""

    mine: Design | None
    error: str
    profile: DesignProfile | None
    heaviest: str
    other: Design
    other_profile: DesignProfile


class DesignLab(Explorer):
    """Choose members, agenda, rule, votes, vetoes, secretariat and links; see the profile.

    Parameters
    ----------
    start : Design, optional
        The design to start from; the example *Linked platform* by default.
    """

    title = "Design lab"
    goal = (
        "Start from the wide table's members under unanimity. Raise the chance that a motion "
        "passes above one half without leaving a state of the region out. What did it cost?"
    )
    source = (
        "Source: the course's tables of mechanisms, seats and issues, as of {as_of}. "
        "UN votes of 2024, people of 2019. What a member agrees to is assumed."
    )
    control_width = "395px"
    whole = Several("Whole subregions", _subregions, rows=4)
    also = Several("Also these states", _states, rows=4)
    without = Several("But not these", _states, rows=4)
    issues = Several("Agenda", _issues, rows=4)
    rule = Choice("Decision rule", list(designs.RULES), "unanimity")
    votes = Choice("Votes", list(designs.VOTES), "one each")
    vetoes = Several("Veto for", _states, rows=4)
    links = Several("Linked to", designs.mechanisms, rows=4)
    secretariat = Switch("It has a secretariat")
    against = Choice(
        "Compare with", lambda: [*designs.examples(), *designs.mechanisms()], "Wide table"
    )
    agree = Slider("Chance that a member agrees", 0.5, 1.0, 0.8, 0.05)

    def __init__(self, start: Design | None = None) -> None:
        self._start = start or designs.examples()["Linked platform"]

    def settings(self, design: Design) -> Values:
        """Return the values of the controls that make a design.

        Parameters
        ----------
        design : Design

        Returns
        -------
        dict
            For :meth:`describe` and :meth:`set`.
        """
        whole = tuple(n for n, inside in _homes().items() if set(inside) <= set(design.members))
        there = {state for name in whole for state in _homes()[name]}
        same = ("issues", "rule", "votes", "vetoes", "secretariat", "links")
        return {
            "whole": whole,
            "also": tuple(state for state in design.members if state not in there),
            "without": (),
            **{name: getattr(design, name) for name in same},
        }

    def controls(self) -> dict[str, Control]:
        """Return what a design is made of, one to compare with, and how easily members agree."""
        now = self.settings(self._start)
        return {
            name: replace(control, value=now.get(name, control.value))
            for name, control in super().controls().items()
        }

    def actions(self) -> tuple[Action, ...]:
        """Return one button for each example."""

        def start(design: Design) -> Action:
            return Action(
                design.name, lambda _: self.settings(design), f"Start from: {design.name}"
            )

        return tuple(map(start, designs.examples().values()))

    def design(self, name: str = "My design") -> Design:
        """Return the design that the controls show now, for example to save it.

        Raises
        ------
        DesignError
            If it has fewer than two members or no issue.
        """
        return self._assemble(self.values, name)

    def open(self, design: Design) -> None:
        """Set the controls to a design, for example one that was loaded from a file."""
        self.set(**self.settings(design))

    def _assemble(self, values: Values, name: str = "your design") -> Design:
        chosen = {state for home in values["whole"] for state in _homes()[home]}
        members = (chosen | set(values["also"])) - set(values["without"])
        return Design(
            name,
            tuple(members),
            tuple(values["issues"]),
            values["rule"],
            values["votes"],
            tuple(state for state in values["vetoes"] if state in members),
            values["secretariat"],
            tuple(values["links"]),
        )

    def draw(self) -> go.Figure:
        """Draw two dots per measure, joined by a line."""
        figure = self.empty_figure(
            "Two designs in nine measures",
            height=470,
            xaxis={"title": "Value (0 to 1)", "range": [-0.02, 1.04]},
            yaxis={"autorange": "reversed"},
            legend=figures.LEGEND_ABOVE,
        )
        y, grey = list(MEASURES.values()), {"color": figures.GREY, "width": 3}
        ring = {"size": 15, "symbol": "circle-open", "line": {"width": 3}, "color": figures.BLUE}
        diamond = {"size": 13, "symbol": "diamond", "color": figures.VERMILION}
        figure.add_scatter(name="difference", mode="lines", line=grey, showlegend=False)
        figure.add_scatter(uid="other", name="compared with", y=y, mode="markers", marker=ring)
        figure.add_scatter(name="your design", y=y, mode="markers", marker=diamond)
        return figure

    def compute(self, against: str, agree: float, **parts: Any) -> Comparison:
        """Profile both designs."""
        other = designs.examples().get(against) or designs.from_mechanism(against)
        other_profile = designs.profile(other, float(agree))
        try:
            mine = self._assemble(parts)
        except DesignError as error:
            return Comparison(None, str(error), None, "", other, other_profile)
        heaviest = str(designs.voting_weights(mine).index[0])
        profile = designs.profile(mine, float(agree))
        return Comparison(mine, "", profile, heaviest, other, other_profile)

    def update(self, pair: Comparison) -> dict[str, dict[str, Any]]:
        """Move both dots of each measure."""
        yours, theirs = (
            [getattr(profile, name) if profile else None for name in MEASURES]
            for profile in (pair.profile, pair.other_profile)
        )
        return {
            "difference": _segments(MEASURES.values(), zip(theirs, yours, strict=True)),
            "other": {"x": theirs, "name": pair.other.name},
            "your design": {"x": yours},
        }

    def heading(self, pair: Comparison, against: str) -> str:
        """Name the two."""
        return f"Your design and: {against}"

    def sentence(self, pair: Comparison, agree: float) -> str:
        """Say who is in, who can block, how often it acts, and what it costs."""
        mine, profile, theirs = pair.mine, pair.profile, pair.other_profile
        if mine is None or profile is None:
            return f"Your design is not complete yet: {pair.error}."
        crowd = "more" if profile.load >= 0 else "fewer"
        weight = (
            f"Every member has a voting weight of {_number(profile.top_weight)}."
            if profile.equality > 1 - 1e-9
            else f"Largest voting weight: {pair.heaviest} {_number(profile.top_weight)}."
        )
        return (
            f"{profile.members} members, {profile.states_reached:.0%} of the region's states and "
            f"{profile.people_reached:.0%} of its people; {len(mine.issues)} issues; rule: "
            f"{mine.rule}, votes {mine.votes}. If each member agrees with {agree:.0%}, a motion "
            f"passes with a chance of {_number(profile.chance)}; {profile.blockers} members can "
            f"block alone. {weight} Depth {_number(profile.depth)}, gaps filled "
            f"{_number(profile.gaps_filled)}, {_number(abs(profile.load))} {crowd} forums a state "
            f"and issue. It resembles {profile.nearest} most (overlap {profile.overlap:.2f}). "
            f"{pair.other.name}: chance {_number(theirs.chance)}, depth {_number(theirs.depth)}, "
            f"{theirs.states_reached:.0%} of the states."
        )


SHOCKS = {
    "secure": "Contagion: states that stay secure",
    "harm_cut": "Spillover: added harm that is cut",
    "peace": "Crisis: chance that there is no war",
    "stay": "Two camps: members that stay",
}
_PARTIES = {
    "China and Viet Nam": ("CHN", "VNM"),
    "China and India": ("CHN", "IND"),
    "India and Pakistan": ("IND", "PAK"),
    "The two Koreas": ("KOR", "PRK"),
}
_BLOCKING = {"nobody": 0, "one party": 1, "both parties": 2}


def _starts() -> dict[str, str]:
    return data.states_by_name(designs.bordering())


def _domains() -> dict[str, str]:
    return {name: domain for domain, name in data.domain_names().items()}


@dataclass(frozen=True)
class StressResults:
    """What is left after the shocks without a design, and with either of two."""

    bare: StressScores
    design: StressScores
    other: StressScores


class StressTest(Explorer):
    """The same four shocks for two designs and for no design.

    Parameters
    ----------
    *mine : Design
        Designs to choose from besides the examples: your own, a classmate's.
    """

    title = "Stress test"
    goal = (
        "Find a shock under which the small core does better than the linked platform. Then set "
        "what membership is worth to 0: which of the four results rests on that assumption alone?"
    )
    source = (
        "Illustrative numbers: what membership is worth, thresholds, links between domains, steps "
        "of a crisis. Borders, seats and agendas are from the course's tables."
    )
    control_width = "395px"
    design = Choice("Design", lambda: list(designs.examples()), "Linked platform")
    other = Choice("Compare with", lambda: list(designs.examples()), "Small core")
    worth = Slider("What membership is worth", 0.0, 0.6, 0.3, 0.05)
    loss = Slider("Loss of worth with size", 0.0, 1.0, 0.0, 0.05)
    start = Choice("Contagion starts in", _starts, "KGZ")
    threshold = Slider("Neighbours that tip a state", 0.1, 0.5, 0.2, 0.05, unit="share")
    domain = Choice("Domain hit", _domains, "armed_conflict")
    scale = Slider("Links between domains", 0.5, 1.6, 1.0, 0.1, unit="times the table")
    parties = Choice("Crisis between", list(_PARTIES), "India and Pakistan")
    blocking = Choice("Against the hotline", _BLOCKING, 1)
    agree = Slider("Chance that a member agrees", 0.5, 1.0, 0.8, 0.05)
    pressure = Slider("Pressure to choose a camp", 0.0, 1.0, 0.7, 0.05)

    def __init__(self, *mine: Design) -> None:
        self._designs = {**designs.examples(), **{design.name: design for design in mine}}
        self._first = mine[0].name if mine else "Linked platform"

    def controls(self) -> dict[str, Control]:
        """Return the two designs, the settings of the four shocks, and what membership is worth."""
        names, first = list(self._designs), self._first
        second = "Small core" if first != "Small core" else "Wide table"
        own = {
            "design": replace(self.design, options=names, value=first),
            "other": replace(self.other, options=names, value=second),
        }
        return {**super().controls(), **own}

    def draw(self) -> go.Figure:
        """Draw one row per shock: without a design, with either."""
        figure = self.empty_figure(
            "What is left after four shocks",
            height=380,
            xaxis={"title": "Score (1 is best)", "range": [-0.02, 1.04]},
            yaxis={"autorange": "reversed"},
            legend=figures.LEGEND_ABOVE,
        )
        labels, grey = list(SHOCKS.values()), {"color": figures.GREY, "width": 3}
        figure.add_scatter(name="range", mode="lines", line=grey, showlegend=False)
        for name, colour, symbol, size in (
            ("no design", figures.BLACK, "line-ns-open", 20),
            ("other", figures.BLUE, "circle-open", 17),
            ("design", figures.VERMILION, "diamond", 12),
        ):
            marker = {"color": colour, "symbol": symbol, "size": size, "line": {"width": 3}}
            figure.add_scatter(uid=name, name=name, y=labels, mode="markers", marker=marker)
        return figure

    def compute(
        self, design: str, other: str, parties: str, blocking: int, **shocks: Any
    ) -> StressResults:
        """Run the four tests without a design and with either."""
        pair = _PARTIES[parties]
        shocks |= {"parties": pair, "against": pair[:blocking]}
        compared = (None, self._designs[design], self._designs[other])
        return StressResults(*(designs.scores(each, **shocks) for each in compared))

    def update(self, results: StressResults, design: str, other: str) -> dict[str, dict[str, Any]]:
        """Move the three marks of each shock."""
        bare, mine, theirs = (
            [getattr(score, name) for name in SHOCKS]
            for score in (results.bare, results.design, results.other)
        )
        rows = [[v for v in row if v is not None] for row in zip(bare, mine, theirs, strict=True)]
        return {
            "range": _segments(SHOCKS.values(), [(min(row), max(row)) for row in rows]),
            "no design": {"x": bare},
            "other": {"x": theirs, "name": other},
            "design": {"x": mine, "name": design},
        }

    def heading(self, results: StressResults, design: str, other: str) -> str:
        """Name both designs."""
        return f"{design} and {other} under four shocks"

    def sentence(
        self,
        results: StressResults,
        design: str,
        other: str,
        threshold: float,
        scale: float,
        agree: float,
        pressure: float,
        worth: float,
        loss: float,
    ) -> str:
        """Say the four scores of both designs, and those without any."""
        bare = results.bare
        text = (
            f"Threshold {threshold:.2f}, links times {scale:.1f}, agreement {agree:.2f}, pressure "
            f"{pressure:.2f}, membership worth {worth:.2f} with a loss of {loss:.2f} by size. "
            f"Without a design {bare.secure:.0%} stay secure and there is no war with a chance of "
            f"{bare.peace:.2f}. {_outcome(design, results.design)}"
        )
        if other == design:
            return text
        return f"{text} {_outcome(other, results.other)}"


def _outcome(name: str, score: StressScores) -> str:
    """Say the four scores of a design."""
    camps = score.camps
    assert camps is not None  # a design has members
    return (
        f"{name}: {score.secure:.0%} of the states stay secure, {score.harm_cut:.0%} of the added "
        f"harm is cut, no war with a chance of {score.peace:.2f}, {camps.stay:.0%} of the members "
        f"stay (camps of {len(camps.china)} and {len(camps.usa)}, {len(camps.between)} between, "
        f"tension {camps.tension:.2f})."
    )
