"""Explorers of lesson 11: a lab for designs, and a stress test of two of them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from asian_security import data, figures
from asian_security.analysis import designs
from asian_security.analysis.designs import Design, DesignError
from asian_security.explorers.first_contract import (
    Action,
    Choice,
    Control,
    Explorer,
    Several,
    Slider,
    Switch,
    Values,
)

_TABLES = "Source: the course's tables of mechanisms, seats and issues, as of 2025-12-31. "
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
_LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


def _state_names() -> dict[str, str]:
    table = data.states().set_index("iso3").loc[list(designs.states())].sort_values("name_en")
    return {str(name): str(iso3) for iso3, name in table["name_en"].items()}


def _issue_names() -> dict[str, str]:
    return {i.replace("_cbm", "").replace("_", " "): i for i in designs.issues()}


def _number(value: float) -> str:
    return f"{value:.3f}" if 0 < abs(value) < 0.005 else f"{value:.2f}"


class _TwoColumns(Explorer):
    """An explorer whose many controls stand in two columns, so that the figure stays in view."""

    @cached_property
    def widget(self) -> widgets.Widget:
        """The whole explorer as one ipywidgets box, made at first use."""
        box = super().widget
        for control in self._inputs.values():
            control.layout.width = "395px"
        return box


class DesignLab(_TwoColumns):
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

    def __init__(self, start: Design | None = None) -> None:
        self._start = start or designs.examples()["Linked platform"]

    @cached_property
    def _homes(self) -> dict[str, tuple[str, ...]]:
        home = data.states().set_index("iso3")["subregion"]
        return {
            name: tuple(state for state in designs.region() if home[state] == name)
            for name in data.NEIGHBOURHOOD
        }

    @cached_property
    def _others(self) -> dict[str, Design]:
        return designs.examples()

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
        whole = tuple(n for n, inside in self._homes.items() if set(inside) <= set(design.members))
        there = {state for name in whole for state in self._homes[name]}
        return {
            "whole": whole,
            "also": tuple(state for state in design.members if state not in there),
            "without": (),
            "issues": design.issues,
            "rule": design.rule,
            "votes": design.votes,
            "vetoes": design.vetoes,
            "secretariat": design.secretariat,
            "links": design.links,
        }

    def controls(self) -> dict[str, Control]:
        """Return what a design is made of, one to compare with, and how easily members agree."""
        names = _state_names()
        by_iso3 = {label: names[label] for label in names}
        now = self.settings(self._start)
        compared = [*self._others, *designs.mechanisms()]
        return {
            "whole": Several("Whole subregions", self._homes_by_name(), now["whole"], rows=4),
            "also": Several("Also these states", by_iso3, now["also"], rows=4),
            "without": Several("But not these", by_iso3, (), rows=4),
            "issues": Several("Agenda", _issue_names(), now["issues"], rows=4),
            "rule": Choice("Decision rule", list(designs.RULES), now["rule"]),
            "votes": Choice("Votes", list(designs.VOTES), now["votes"]),
            "vetoes": Several("Veto for", by_iso3, now["vetoes"], rows=4),
            "links": Several("Linked to", list(designs.mechanisms()), now["links"], rows=4),
            "secretariat": Switch("It has a secretariat", now["secretariat"]),
            "against": Choice("Compare with", compared, "Wide table"),
            "agree": Slider("Chance that a member agrees", 0.5, 1.0, 0.8, 0.05),
        }

    def _homes_by_name(self) -> dict[str, str]:
        return {f"{name} ({len(inside)})": name for name, inside in self._homes.items()}

    def actions(self) -> tuple[Action, ...]:
        """Return one button for each example."""

        def start(name: str) -> Action:
            return Action(name, lambda _: self.settings(self._others[name]), f"Start from: {name}")

        return tuple(start(name) for name in self._others)

    def _made(self, values: Mapping[str, Any], name: str = "your design") -> Design:
        chosen = [state for home in values["whole"] for state in self._homes[home]]
        left_out = set(values["without"])
        members = {state for state in (*chosen, *values["also"]) if state not in left_out}
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

    def design(self, name: str = "My design") -> Design:
        """Return the design that the controls show now, for example to save it.

        Raises
        ------
        DesignError
            If it has fewer than two members or no issue.
        """
        return self._made(self.values, name)

    def open(self, design: Design) -> None:
        """Set the controls to a design, for example one that was loaded from a file."""
        self.set(**self.settings(design))

    def _compared(self, name: str) -> Design:
        return self._others.get(name) or designs.from_mechanism(name)

    def draw(self) -> go.Figure:
        """Draw two dots a measure, joined by a line."""
        figure = go.Figure(
            layout=figures.layout(
                "Two designs in nine measures",
                _TABLES + "UN votes of 2024, people of 2019. What a member agrees to is assumed.",
                height=470,
                xaxis={"title": "Value (0 to 1)", "range": [-0.02, 1.04]},
                yaxis={"autorange": "reversed"},
                legend=_LEGEND,
            )
        )
        labels = list(MEASURES.values())
        figure.add_scatter(mode="lines", line={"color": figures.GREY, "width": 3}, showlegend=False)
        marker = {"size": 15, "symbol": "circle-open", "line": {"width": 3}, "color": figures.BLUE}
        figure.add_scatter(y=labels, mode="markers", name="compared with", marker=marker)
        marker = {"size": 13, "symbol": "diamond", "color": figures.VERMILION}
        figure.add_scatter(y=labels, mode="markers", name="your design", marker=marker)
        return figure

    def _pair(self, values: Mapping[str, Any]) -> tuple[pd.DataFrame, str | None]:
        other = designs.profile(self._compared(values["against"]), float(values["agree"]))
        wrong = None
        try:
            mine = designs.profile(self._made(values), float(values["agree"]))
        except DesignError as problem:
            mine, wrong = None, str(problem)
        table = pd.DataFrame(
            {
                "yours": [getattr(mine, name) if mine else float("nan") for name in MEASURES],
                "other": [getattr(other, name) for name in MEASURES],
            },
            index=list(MEASURES.values()),
        )
        return table, wrong

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move both dots of each measure."""
        table, _ = self._pair(values)
        shown = table.astype(object).where(table.notna(), None)
        x: list[float | None] = []
        y: list[str | None] = []
        for label, row in shown.iterrows():
            x += [row["other"], row["yours"], None]
            y += [label, label, None]
        return [
            {"x": x, "y": y},
            {"x": list(shown["other"]), "name": str(values["against"])},
            {"x": list(shown["yours"])},
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the two in the title."""
        return {"title": {"text": f"Your design and: {values['against']}"}}

    def sentence(self, **values: Any) -> str:
        """Say who is in, who can block, how often it acts, and what it costs."""
        try:
            made = self._made(values)
        except DesignError as problem:
            return f"Your design is not complete yet: {problem}."
        agree = float(values["agree"])
        found = designs.profile(made, agree)
        other = self._compared(values["against"])
        theirs = designs.profile(other, agree)
        heaviest = designs.voting_weights(made)
        crowd = "more" if found.load >= 0 else "fewer"
        weight = (
            f"Every member has a voting weight of {_number(found.top_weight)}."
            if found.equality > 1 - 1e-9
            else f"Largest voting weight: {heaviest.index[0]} {_number(found.top_weight)}."
        )
        return (
            f"{found.members} members, {found.states_reached:.0%} of the region's states and "
            f"{found.people_reached:.0%} of its people; {len(made.issues)} issues; rule: "
            f"{made.rule}, votes {made.votes}. If each member agrees with {agree:.0%}, a motion "
            f"passes with a chance of {_number(found.chance)}; {found.blockers} members can "
            f"block alone. {weight} Depth {_number(found.depth)}, gaps filled "
            f"{_number(found.gaps_filled)}, {_number(abs(found.load))} {crowd} forums a state "
            f"and issue. It resembles {found.nearest} most (overlap {found.overlap:.2f}). "
            f"{other.name}: chance {_number(theirs.chance)}, depth {_number(theirs.depth)}, "
            f"{theirs.states_reached:.0%} of the states."
        )


SHOCKS = {
    "contagion": "Contagion: states that stay secure",
    "spillover": "Spillover: added harm that is cut",
    "crisis": "Crisis: chance that there is no war",
    "camps": "Two camps: members that stay",
}
_PARTIES = {
    "China and Viet Nam": ("CHN", "VNM"),
    "China and India": ("CHN", "IND"),
    "India and Pakistan": ("IND", "PAK"),
    "The two Koreas": ("KOR", "PRK"),
}
_BLOCKING = {"nobody": 0, "one party": 1, "both parties": 2}


def scores(
    design: Design | None,
    start: str,
    threshold: float,
    domain: str,
    scale: float,
    parties: str,
    blocking: int,
    agree: float,
    pressure: float,
    worth: float,
    loss: float,
) -> list[float | None]:
    """Run the four stress tests; 1 is best, and None where a test needs a design.

    Parameters
    ----------
    design : Design or None
        None: the same shocks without any design.
    start, threshold
        As in :func:`asian_security.analysis.designs.insecure`.
    domain, scale
        As in :func:`asian_security.analysis.designs.spillover_total`.
    parties : str
        A pair, as the explorer names them.
    blocking : int
        How many of the two vote against a hotline.
    agree, pressure, worth, loss : float
        As in :mod:`asian_security.analysis.designs`.

    Returns
    -------
    list of float or None
        Share of states that stay secure; share of added harm that is cut; chance that there is
        no war; share of members that stay.
    """
    pair = _PARTIES[parties]
    hit = designs.insecure(design, start, threshold, worth, loss)
    bare = designs.spillover_total(None, domain, scale, worth, loss)
    total = designs.spillover_total(design, domain, scale, worth, loss)
    return [
        1 - len(hit) / len(designs.bordering()),
        (bare - total) / (bare - 1) if bare > 1 else 0.0,
        1 - designs.war_risk(design, pair, agree, pair[:blocking], worth, loss),
        None if design is None else designs.split(design, pressure).stay,
    ]


class StressTest(_TwoColumns):
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

    def __init__(self, *mine: Design) -> None:
        self._designs = {**designs.examples(), **{design.name: design for design in mine}}
        self._first = mine[0].name if mine else "Linked platform"

    def controls(self) -> dict[str, Control]:
        """Return the two designs, the settings of the four shocks, and what membership is worth."""
        names = list(self._designs)
        labels = data.states().set_index("iso3")["name_en"]
        starts = {str(labels[state]): state for state in designs.bordering()}
        starts = dict(sorted(starts.items()))
        table = data.domains()
        domains = dict(zip(table["name_en"], table["domain"], strict=True))
        other = "Small core" if self._first != "Small core" else "Wide table"
        return {
            "design": Choice("Design", names, self._first),
            "other": Choice("Compare with", names, other),
            "worth": Slider("What membership is worth", 0.0, 0.6, 0.3, 0.05),
            "loss": Slider("Loss of worth with size", 0.0, 1.0, 0.0, 0.05),
            "start": Choice("Contagion starts in", starts, "KGZ"),
            "threshold": Slider("Neighbours that tip a state", 0.1, 0.5, 0.2, 0.05, unit="share"),
            "domain": Choice("Domain hit", domains, "armed_conflict"),
            "scale": Slider("Links between domains", 0.5, 1.6, 1.0, 0.1, unit="times the table"),
            "parties": Choice("Crisis between", list(_PARTIES), "India and Pakistan"),
            "blocking": Choice("Against the hotline", _BLOCKING, 1),
            "agree": Slider("Chance that a member agrees", 0.5, 1.0, 0.8, 0.05),
            "pressure": Slider("Pressure to choose a camp", 0.0, 1.0, 0.7, 0.05),
        }

    def draw(self) -> go.Figure:
        """Draw one row a shock: without a design, with either."""
        figure = go.Figure(
            layout=figures.layout(
                "What is left after four shocks",
                "Illustrative numbers: what membership is worth, thresholds, links between "
                "domains, steps of a crisis. Borders, seats and agendas are from the course's tables.",
                height=380,
                xaxis={"title": "Score (1 is best)", "range": [-0.02, 1.04]},
                yaxis={"autorange": "reversed"},
                legend=_LEGEND,
            )
        )
        labels = list(SHOCKS.values())
        figure.add_scatter(mode="lines", line={"color": figures.GREY, "width": 3}, showlegend=False)
        marks = (
            ("no design", figures.BLACK, "line-ns-open", 20),
            ("other", figures.BLUE, "circle-open", 17),
            ("design", figures.VERMILION, "diamond", 12),
        )
        for name, colour, symbol, size in marks:
            figure.add_scatter(
                y=labels,
                name=name,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": size, "line": {"width": 3}},
            )
        return figure

    def _all(self, values: Mapping[str, Any]) -> dict[str, list[float | None]]:
        shock = {name: value for name, value in values.items() if name not in ("design", "other")}
        return {
            "none": scores(None, **shock),
            "other": scores(self._designs[values["other"]], **shock),
            "design": scores(self._designs[values["design"]], **shock),
        }

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move the three marks of each shock."""
        found = self._all(values)
        x: list[float | None] = []
        y: list[str | None] = []
        for i, label in enumerate(SHOCKS.values()):
            row = [v for v in (scored[i] for scored in found.values()) if v is not None]
            x += [min(row), max(row), None]
            y += [label, label, None]
        return [
            {"x": x, "y": y},
            {"x": found["none"]},
            {"x": found["other"], "name": str(values["other"])},
            {"x": found["design"], "name": str(values["design"])},
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name both designs in the title."""
        return {"title": {"text": f"{values['design']} and {values['other']} under four shocks"}}

    def _told(self, name: str, scored: list[float | None], pressure: float) -> str:
        camps = designs.split(self._designs[name], pressure)
        secure, cut, peace, stay = (float(value or 0) for value in scored)
        return (
            f"{name}: {secure:.0%} of the states stay secure, {cut:.0%} of the added harm is cut, "
            f"no war with a chance of {peace:.2f}, {stay:.0%} of the members stay (camps of "
            f"{len(camps.china)} and {len(camps.usa)}, {len(camps.between)} between, tension "
            f"{camps.tension:.2f})."
        )

    def sentence(self, **values: Any) -> str:
        """Say the four scores of both designs, and those without any."""
        found = self._all(values)
        pressure = float(values["pressure"])
        secure, _, peace, _ = (float(value or 0) for value in found["none"])
        return (
            f"Threshold {float(values['threshold']):.2f}, links times {float(values['scale']):.1f}, "
            f"agreement {float(values['agree']):.2f}, pressure {pressure:.2f}, membership worth "
            f"{float(values['worth']):.2f} with a loss of {float(values['loss']):.2f} by size. Without a design {secure:.0%} stay secure and there "
            f"is no war with a chance of {peace:.2f}. "
            + self._told(values["design"], found["design"], pressure)
            + (
                " " + self._told(values["other"], found["other"], pressure)
                if values["other"] != values["design"]
                else ""
            )
        )


def variations(design: Design) -> pd.DataFrame:
    """Change one part of a design at a time and profile each variation.

    Parameters
    ----------
    design : Design

    Returns
    -------
    DataFrame
        One row a variation, the design itself first: states_reached, chance, depth, equality, load.
    """
    made = {"as it is": design}
    for rule in designs.RULES:
        if rule != design.rule:
            made[f"rule: {rule}"] = replace(design, rule=rule)
    if design.votes != "by population":
        made["votes by population"] = replace(design, votes="by population")
    if design.links:
        made["without links"] = replace(design, links=())
    for home in data.NEIGHBOURHOOD:
        inside = set(data.states(subregion=home)["iso3"])
        left = tuple(state for state in design.members if state not in inside)
        if 2 <= len(left) < len(design.members):
            vetoes = tuple(state for state in design.vetoes if state in left)
            made[f"without {home}"] = replace(design, members=left, vetoes=vetoes)
    columns = ["states_reached", "chance", "depth", "equality", "load"]
    rows = {
        name: [getattr(designs.profile(found), column) for column in columns]
        for name, found in made.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
