"""Explorers of lesson 10: what states need, how deep they go together, and what pays for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from asian_security import data, figures
from asian_security.analysis.needs import (
    INDICATORS,
    Groups,
    compare_groups,
    indicators,
    subregions,
)
from asian_security.analysis.needs import distances as needs_distance
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Choice, Several, Slider
from asian_security.figures.labels import TEXT_POSITIONS, place_labels
from asian_security.models.institutions import depth_breadth, dividend
from asian_security.models.institutions.depth_breadth import spread_ideals as ideals

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Released exercises and lessons reach the lower-case names here.
__all__ = [
    "DepthOrBreadth",
    "DevelopmentDividend",
    "NeedsMap",
    "ideals",
    "indicators",
    "needs_distance",
]

Numbers = NDArray[np.floating[Any]]

NAMES = tuple(INDICATORS.values())
STATES = 12
_MOST_GROUPS = 8
_PIXELS = (700, 360)
"""Width and height of the part of the map that holds the states."""
_CODE_WIDTH = 29.0


class NeedsMap(Explorer):
    """States that look alike on public indicators stand close together."""

    title = "Needs map"
    goal = (
        "Do groups of states with like indicators follow the article's subregions? Move the "
        "number of groups and drop an indicator: find a choice at which they hardly do."
    )
    source = (
        "Sources: EM-DAT, GTD, IMB, GML MID, Fariss et al.; sums over the years that lesson "
        "10 names, as logarithms. A missing figure counts as none."
    )
    used = Several("Indicators", NAMES, NAMES, rows=5)
    groups = Slider("Groups", 2, _MOST_GROUPS, 4)

    def draw(self) -> go.Figure:
        """Draw one trace for each possible group."""
        figure = self.empty_figure(
            "States by what threatens them",
            height=560,
            xaxis={"title": "First component (standard deviations)", "zeroline": True},
            yaxis={"title": "Second component (standard deviations)", "zeroline": True},
            legend=figures.LEGEND_ABOVE,
        )
        cues = figures.cue(f"group {number}" for number in range(1, _MOST_GROUPS + 1))
        for name, cue in cues.items():
            figure.add_scatter(
                name=name,
                mode="markers+text",
                marker={"color": cue["color"], "symbol": cue["symbol"], "size": 12},
                textfont={"size": 12},
                hovertemplate="%{customdata}<extra></extra>",
            )
        return figure

    def compute(self, used: tuple[str, ...], groups: int) -> Groups:
        """Group the states and compare the groups with the subregions."""
        return compare_groups(tuple(used) or NAMES, int(groups))

    def update(self, record: Groups) -> dict[str, dict[str, Any]]:
        """Move every state to its place and its group."""
        names, home = data.state_names(), subregions()
        positions = label_positions(record.places)
        changes: dict[str, dict[str, Any]] = {}
        for number in range(1, _MOST_GROUPS + 1):
            inside = np.flatnonzero(record.numbers == number)
            codes = [record.states[i] for i in inside]
            changes[f"group {number}"] = {
                "x": record.places[inside, 0].tolist(),
                "y": record.places[inside, 1].tolist(),
                "text": codes,
                "textposition": [positions[i] for i in inside],
                "customdata": [f"{names[iso3]} ({home[iso3]})" for iso3 in codes],
                "showlegend": bool(codes),
            }
        return changes

    def heading(self, record: Groups, groups: int) -> str:
        """Say what the places rest on."""
        return f"{groups} groups by {', '.join(record.used)}"

    def sentence(self, record: Groups) -> str:
        """List the groups and how far they follow the subregions."""
        number = int(record.numbers.max())
        members: dict[int, list[str]] = {i: [] for i in range(1, number + 1)}
        for iso3, group in zip(record.states, record.numbers, strict=True):
            members[int(group)].append(iso3)
        listed = "; ".join(f"group {i}: {', '.join(codes)}" for i, codes in members.items())
        return (
            f"By {', '.join(record.used)}, {number} groups and the four "
            f"subregions agree on {record.agreement:.0%} of the pairs of states; groups dealt out at random "
            f"would agree on {record.chance:.0%}. {listed}."
        )


def label_positions(points: Numbers) -> list[str]:
    """Return plotly's ``textposition`` for each state's code, clear of the other states' codes."""
    span = np.ptp(points, axis=0)
    pixels = (points - points.min(axis=0)) / np.where(span > 0, span, 1) * _PIXELS
    names, places = zip(*TEXT_POSITIONS.items(), strict=True)
    placed = place_labels(pixels, [_CODE_WIDTH] * len(pixels), places)
    return [names[place] for place in placed.places]


@dataclass(frozen=True, eq=False)
class Sizes:
    """What arrangements of one to twelve members reach, the most willing states first."""

    depth: Numbers
    total: Numbers
    best: int


class DepthOrBreadth(Explorer):
    """The more members, the less they agree to do."""

    title = "Depth or breadth"
    goal = (
        "Find the number of members at which members times depth is largest. Then raise the spread "
        "of needs: does the best arrangement grow or shrink?"
    )
    source = "Illustrative numbers. After Downs, Rocke and Barsoom (1998), stylised."
    members = Slider("Members", 1, STATES, 6)
    spread = Slider("Spread of needs", 0.0, 10.0, 6.0, 0.5, unit="units of depth")
    rule = Choice(
        "Decision rule",
        {"Unanimity": "unanimity", "Three quarters": 0.75, "Simple majority": "majority"},
        "unanimity",
    )

    def draw(self) -> go.Figure:
        """Draw depth as bars and members times depth as a line, one place per size."""
        sizes = list(range(1, STATES + 1))
        figure = self.empty_figure(
            "How deep can an arrangement of this size go?",
            height=470,
            xaxis={"title": "Members, the most willing first (number)", "dtick": 1},
            yaxis={"title": "Depth (units)", "range": [0, 10.5], "dtick": 2},
            yaxis2={
                "title": "Members times depth",
                "overlaying": "y",
                "side": "right",
                "range": [0, 63],
                "dtick": 12,
                "showgrid": False,
            },
            legend=figures.LEGEND_ABOVE,
        )
        figure.add_bar(name="depth (left scale)", x=sizes, marker={"color": figures.SKY})
        figure.add_scatter(
            name="members times depth (right scale)",
            x=sizes,
            mode="lines+markers",
            yaxis="y2",
            line={"color": figures.VERMILION, "width": 3, "dash": "dash"},
            marker={"symbol": "diamond", "size": 8},
        )
        figure.add_scatter(
            name="your choice",
            mode="markers+text",
            yaxis="y2",
            marker={"symbol": "star", "size": 20, "color": figures.BLACK},
            textposition="top center",
            textfont={"size": 14},
        )
        return figure

    def compute(self, members: int, spread: float, rule: str | float) -> Sizes:
        """Work out the depth that each number of members agrees on."""
        wanted = ideals(float(spread), STATES)
        deep = depth_breadth.frontier(wanted, rule)
        return Sizes(deep, deep * np.arange(1, STATES + 1), depth_breadth.best_size(wanted, rule))

    def update(self, sizes: Sizes, members: int) -> dict[str, dict[str, Any]]:
        """Set depth, total, and the size chosen."""
        total = float(sizes.total[members - 1])
        return {
            "depth (left scale)": {"y": sizes.depth.tolist()},
            "members times depth (right scale)": {"y": sizes.total.tolist()},
            "your choice": {"x": [members], "y": [total], "text": [f"{total:.1f}"]},
        }

    def sentence(self, sizes: Sizes, members: int, spread: float, rule: str | float) -> str:
        """Say the depth and total of the choice, and the best size."""
        named = rule if isinstance(rule, str) else f"{rule:.0%}"
        return (
            f"With ideals spread over {spread:g} units and the rule {named}, {members} members go "
            f"{sizes.depth[members - 1]:.2f} deep: {sizes.total[members - 1]:.1f} in all. The largest "
            f"total is {sizes.total[sizes.best - 1]:.1f} with {sizes.best} members; all {STATES} "
            f"together go {sizes.depth[-1]:.2f} deep."
        )


@dataclass(frozen=True, eq=False)
class Paid:
    """What states want, the depth they reach unpaid, and what payments make of it."""

    wanted: Numbers
    unpaid_depth: float
    best: dividend.Dividend


class DevelopmentDividend(Explorer):
    """Gains from cooperation that pay the unwilling to go along."""

    title = "Development dividend"
    goal = (
        "All twelve states are in and decide by unanimity. Find the smallest gain at which paying "
        "the unwilling makes the arrangement deeper than they would go unpaid."
    )
    source = (
        "Illustrative numbers. A model of this course; a state is paid 1 per unit of depth "
        "beyond its ideal."
    )
    gain = Slider("Gain per state", 0.02, 0.98, 0.3, 0.02, unit="per unit of depth")
    spread = Slider("Spread of needs", 0.0, 10.0, 6.0, 0.5, unit="units of depth")

    def draw(self) -> go.Figure:
        """Draw each state's ideal, the agreed depth with and without payments, and the payments."""
        names = [f"state {number}" for number in range(1, STATES + 1)]
        figure = self.empty_figure(
            "What each state wants, and what it is paid",
            height=470,
            xaxis={"tickangle": -40},
            yaxis={"title": "Depth or payment (units)", "range": [0, 10.5]},
            legend=figures.LEGEND_ABOVE,
        )
        hatched = {"color": figures.ORANGE, "pattern": {"shape": "/"}}
        figure.add_bar(name="ideal depth", x=names, marker={"color": figures.SKY})
        figure.add_bar(name="payment", x=names, marker=hatched)
        for name, color, dash in (
            ("depth without payments", figures.GREY, "dot"),
            ("depth with payments", figures.VERMILION, "solid"),
        ):
            line = {"color": color, "width": 4, "dash": dash}
            figure.add_scatter(name=name, x=[names[0], names[-1]], mode="lines", line=line)
        return figure

    def compute(self, gain: float, spread: float) -> Paid:
        """Work out the depth with and without payments of 1 per unit beyond a state's ideal."""
        wanted = ideals(float(spread), STATES)
        best = dividend.best_depth(wanted, float(gain), price=1.0)
        return Paid(wanted, depth_breadth.depth(wanted, "unanimity"), best)

    def update(self, paid: Paid) -> dict[str, dict[str, Any]]:
        """Set ideals, payments and both depths."""
        return {
            "ideal depth": {"y": paid.wanted.tolist()},
            "payment": {"y": paid.best.payments.tolist()},
            "depth without payments": {"y": [paid.unpaid_depth] * 2},
            "depth with payments": {"y": [paid.best.depth] * 2},
        }

    def sentence(self, paid: Paid, gain: float, spread: float) -> str:
        """Say both depths, who is paid, and what is left."""
        best = paid.best
        number = int((best.payments > 1e-12).sum())
        return (
            f"With ideals spread over {spread:g} units and a gain of {gain:.2f} per state "
            f"and unit of depth, unanimity without payments goes {paid.unpaid_depth:.2f} deep. With "
            f"payments the best depth is {best.depth:.2f}: {number} of {STATES} states are paid "
            f"{best.payments.sum():.2f} in all, and {best.surplus:.2f} is left over."
        )
