"""Explorers of lesson 01: the article's claims as a map, and Asia's record of war and deaths."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import hypot
from typing import TYPE_CHECKING, Any

import numpy as np

from asian_security import data, figures
from asian_security.analysis import claim_map, war_record
from asian_security.analysis.claim_map import GROUND, OBSTACLE, REMEDY, Focus, Link
from asian_security.analysis.claim_map import KIND_NAMES as KINDS
from asian_security.analysis.war_record import WarRecord, population, regions
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Action, Choice, Slider, Switch, Values

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

# Released exercises import population and KINDS from here.
__all__ = ["KINDS", "ArgumentMap", "Record", "population", "regions"]

# The argument map ----------------------------------------------------------------------------

_COLUMNS = ("Setting", "Three principles", "Three pathways", "Three challenges")
_BLOCKS = {
    "Setting": ("A", 1, 10),
    "Shared security": ("B", 1, 5),
    "Common ground": ("B", 6, 13),
    "Dialogue": ("B", 14, 20),
    "Linked domains": ("C", 1, 5),
    "Hotspots": ("C", 6, 8),
    "Mechanisms": ("C", 9, 13),
    "Great-power rivalry": ("D", 1, 3),
    "Governance deficit": ("D", 4, 7),
    "Divergent needs": ("D", 8, 10),
}
_STYLE = {
    GROUND: {"color": figures.BLACK, "dash": "solid"},
    REMEDY: {"color": figures.BLUE, "dash": "dash"},
    OBSTACLE: {"color": figures.VERMILION, "dash": "dot"},
}
_MARKS = {"D": "circle", "E": "square", "C": "diamond", "N": "hexagon2"}
_PER_ROW, _STRIDE = 3, 4.0
_TOPS = (1.6, 4.6, 8.6)
_PIXELS = np.array([54.0, 50.0])
"""Pixels per unit of x and of y."""


def claim_places() -> dict[str, tuple[float, float]]:
    """Place every claim in its block: parts from left to right, blocks from the top down."""
    return {
        f"{letter}{first + i}": (left + i % _PER_ROW, -(top + i // _PER_ROW))
        for (letter, first, last), (left, top) in zip(_BLOCKS.values(), _corners(), strict=True)
        for i in range(last - first + 1)
    }


def _corners() -> list[tuple[float, float]]:
    """Return the left edge and the distance from the top of every block."""
    letters = [letter for letter, *_ in _BLOCKS.values()]
    return [
        (
            "ABCD".index(letter) * _STRIDE,
            _TOPS[1] - 1.0 if letter == "A" else _TOPS[letters[:i].count(letter)],
        )
        for i, letter in enumerate(letters)
    ]


def _headings() -> list[dict[str, Any]]:
    """Write the names of blocks and of columns above them."""
    names = zip(_BLOCKS, _corners(), strict=True)
    lines = [(left, 0.72 - top, name, 14) for name, (left, top) in names if name != "Setting"]
    lines += [(i * _STRIDE, 0.1, f"<b>{i + 1} {name}</b>", 15) for i, name in enumerate(_COLUMNS)]
    base = {"xanchor": "left", "showarrow": False}
    return [
        {**base, "x": left - 0.4, "y": y, "text": text, "font": {"size": size}}
        for left, y, text, size in lines
    ]


def _curve(start: Sequence[float], end: Sequence[float]) -> np.ndarray:
    """Return the points, shape (n, 2), of a bowed line between two claims that touches no mark."""
    a, b = np.array(start), np.array(end)
    run = (b - a) * _PIXELS
    length = hypot(*run)
    bow = min(30.0, 0.22 * length) if length > 120 else 60.0
    across = np.array([-run[1], run[0]]) / length * bow / _PIXELS
    t = np.linspace(0, 1, 25)[:, None]
    points = (1 - t) ** 2 * a + 2 * t * (1 - t) * ((a + b) / 2 + across) + t**2 * b
    off = np.minimum(*(np.hypot(*((points - mark) * _PIXELS).T) for mark in (a, b)))
    return points[off > 21.0]


class ArgumentMap(Explorer):
    """All claims of the article, layered left to right; one of them with what it rests on."""

    title = "Argument map"
    goal = (
        "Find a claim of the setting that data can speak to and that lesson 08 tests. Choose it, "
        "and read what would count against it. Then find a claim on which nothing rests."
    )
    source = (
        "Source: Ling (2025), claims in this course's words, as of {as_of}. "
        "The links are this course's reading."
    )
    claim = Choice(
        "Claim",
        lambda: {f"{row.id} ({KINDS[row.kind]})": row.id for row in data.claims().itertuples()},
        "A4",
    )
    kind = Choice(
        "Kind of claim",
        {"all kinds": "", **{f"{name} ({letter})": letter for letter, name in KINDS.items()}},
        "",
    )
    lesson = Choice(
        "Tested in lesson",
        lambda: {
            "all lessons": "",
            **{n: n for n in sorted({n for cell in data.claims()["lesson"] for n in cell.split()})},
        },
        "",
    )
    every = Switch("Draw every link, not only those of the chosen claim")

    @cached_property
    def _claims(self) -> pd.DataFrame:
        return data.claims().set_index("id")

    @cached_property
    def _places(self) -> dict[str, tuple[float, float]]:
        return claim_places()

    def actions(self) -> list[Action]:
        """Return the button that goes on to the next claim that the filters keep."""
        return [Action("Next claim", self._next, "Choose the next claim that the filters keep")]

    def _next(self, values: Values) -> Values:
        return {"claim": self.compute(**values).following()}

    def draw(self) -> go.Figure:
        """Draw links first, then one trace of marks per kind of claim, then the chosen one's ring."""
        bare = figures.bare_axes()
        figure = self.empty_figure(
            "The article's claims",
            height=700,
            xaxis={**bare["xaxis"], "range": [-0.7, 4 * _STRIDE - 1.3]},
            yaxis={**bare["yaxis"], "range": [-11.3, 0.6]},
            annotations=_headings(),
            legend={"orientation": "h", "y": -0.01, "yanchor": "top", "x": 0},
            margin={"l": 10, "r": 10, "t": 50, "b": 60},
        )
        silent: dict[str, Any] = {"showlegend": False, "hoverinfo": "skip"}
        for relation, style in _STYLE.items():
            figure.add_scatter(
                name=f"all: {relation}",
                mode="lines",
                line={**style, "width": 1},
                opacity=0.35,
                **silent,
            )
        for relation, style in _STYLE.items():
            figure.add_scatter(
                name=f"own: {relation}",
                mode="lines+markers",
                line={**style, "width": 2.5},
                marker={"symbol": "arrow", "angleref": "previous", "color": style["color"]},
                **silent,
            )
        for letter, name in KINDS.items():
            of_kind = self._claims[self._claims["kind"] == letter]
            figure.add_scatter(
                name=f"claims: {name}",
                x=[self._places[i][0] for i in of_kind.index],
                y=[self._places[i][1] for i in of_kind.index],
                text=list(of_kind.index),
                customdata=[
                    figures.wrap_lines(f"{i}: {text}", 71) for i, text in of_kind["claim"].items()
                ],
                mode="markers+text",
                textposition="middle center",
                textfont={"size": 13},
                marker={
                    "symbol": _MARKS[letter],
                    "size": 38,
                    "color": "white",
                    "line": {"width": 3},
                },
                showlegend=False,
                hovertemplate="%{customdata}<extra></extra>",
            )
        ring = {"symbol": "circle-open", "size": 54, "color": figures.BLACK, "line": {"width": 4}}
        figure.add_scatter(name="chosen claim", mode="markers", marker=ring, **silent)
        cues = figures.cue(KINDS.values())
        for letter, name in KINDS.items():
            line = {"width": 3, "color": cues[name]["color"]}
            mark = {"symbol": _MARKS[letter], "size": 13, "color": "white", "line": line}
            figure.add_scatter(**figures.NOTHING, name=name, mode="markers", marker=mark)
        for relation, style in _STYLE.items():
            line = {**style, "width": 2.5}
            figure.add_scatter(**figures.NOTHING, name=relation, mode="lines", line=line)
        return figure

    def compute(self, claim: str, kind: str, lesson: str, every: bool) -> Focus:
        """Gather the claim's links and what the filters select."""
        return Focus(claim, claim_map.select_claims(kind, lesson))

    def update(self, focus: Focus, every: bool) -> dict[str, dict[str, Any]]:
        """Highlight the selected claims; draw the links of the chosen claim with arrowheads."""
        changes: dict[str, dict[str, Any]] = {}
        for relation in _STYLE:
            x, y, _ = self._arrows(claim_map.links_among(focus.selected) if every else [], relation)
            changes[f"all: {relation}"] = {"x": x, "y": y}
            x, y, size = self._arrows(focus.links, relation)
            changes[f"own: {relation}"] = {"x": x, "y": y, "marker": {"size": size}}
        cues = figures.cue(KINDS.values())
        for letter, name in KINDS.items():
            ids = self._claims.index[self._claims["kind"] == letter]
            lit = [i in focus.selected or i == focus.claim for i in ids]
            read = [i in focus.selected or i in focus.near for i in ids]
            edges = [cues[name]["color"] if on else "#DDDDDD" for on in lit]
            words = ["#1A1A1A" if on else "#BBBBBB" for on in read]
            changes[f"claims: {name}"] = {
                "marker": {"line": {"color": edges}},
                "textfont": {"color": words},
            }
        left, top = self._places[focus.claim]
        return {**changes, "chosen claim": {"x": [left], "y": [top]}}

    def _arrows(
        self, drawn: Sequence[Link], relation: str
    ) -> tuple[list[float | None], list[float | None], list[int]]:
        """Return x, y and the sizes of marks, with a head at each end, of one relation's links."""
        x: list[float | None] = []
        y: list[float | None] = []
        size: list[int] = []
        for link in drawn:
            if link.relation == relation:
                points = _curve(self._places[link.source], self._places[link.target])
                x += [*points[:, 0].tolist(), None]
                y += [*points[:, 1].tolist(), None]
                size += [0] * (len(points) - 1) + [14, 0]
        return x, y, size

    def heading(self, focus: Focus) -> str:
        """Name the chosen claim and how many the filters select."""
        return f"Claim {focus.claim} among {len(focus.selected)} of {len(self._claims)} claims"

    def sentence(self, focus: Focus) -> str:
        """Say the chosen claim, what would count against it, its links, and what the filters keep."""
        row, number = self._claims.loc[focus.claim], len(focus.selected)
        tested = row["lesson"].split()
        bears = "; it ".join(
            f"{relation} {figures.join_words(others)}"
            for relation, others in claim_map.bearings(focus.claim)
        )
        if number == len(self._claims):
            selection = f"All {number} claims are kept."
        elif not number:
            selection = "No claim is of this kind and tested in this lesson."
        else:
            listed = ", ".join(focus.selected)
            selection = f"The filters keep {number} of {len(self._claims)}: {listed}."
        return (
            f"{focus.claim} (section {row['section']}, {KINDS[row['kind']]}, "
            f"{'lesson' if len(tested) == 1 else 'lessons'} {figures.join_words(tested)}). "
            f"Ling holds: {row['claim']} What would count against it: "
            f"{row['what_would_count_against']} On the map it {bears or 'stands alone'}. {selection}"
        )


# The record ----------------------------------------------------------------------------------

FIRST_YEAR, LAST_YEAR = war_record.FIRST_YEAR, war_record.LAST_YEAR
MEASURES = {
    "Deaths in state-based conflict": "state_based_deaths",
    "All deaths in organised violence": "total_deaths",
    "State-based deaths per million inhabitants": "per_million",
    "Conflicts (25 or more battle deaths)": "conflicts",
    "Wars (1,000 or more battle deaths)": "wars",
}
_UNITS = {
    "state_based_deaths": "state-based deaths",
    "total_deaths": "deaths in organised violence",
    "per_million": "state-based deaths per million inhabitants",
    "conflicts": "conflict-years",
    "wars": "war-years",
}


class Record(Explorer):
    """War and deaths by year under a definition of the region, a measure and a window."""

    title = "The record"
    goal = (
        "Find a region and a window in which Asia looks peaceful, and change one of the two so "
        "that it no longer does. Which single state makes the difference?"
    )
    source = (
        "Source: UCDP/PRIO Armed Conflict Dataset 25.1; UCDP Organized Violence, Country-Year "
        "25.1, 1946 to 2024; as of {as_of}. Population: Fariss et al., 2019 kept for later years. "
        "A state is counted where people died."
    )
    region = Choice("Region", lambda: list(regions()), "UCDP Asia")
    measure = Choice("Measure", MEASURES, "state_based_deaths")
    first = Slider("Window from", FIRST_YEAR, LAST_YEAR, 1989, unit="year")
    last = Slider("Window to", FIRST_YEAR, LAST_YEAR, 2024, unit="year")
    older = Switch("Add the older estimate to 1988 (PRIO)")

    @cached_property
    def _names(self) -> dict[str, str]:
        return data.state_names()

    def draw(self) -> go.Figure:
        """Draw stacked bars per year: the state with most, the rest, and the older estimate."""
        figure = self.empty_figure(
            "The record",
            height=500,
            barmode="stack",
            bargap=0.15,
            xaxis={"title": "Year", "range": [FIRST_YEAR - 1, LAST_YEAR + 1]},
            yaxis={"title": "", "rangemode": "tozero"},
            legend=figures.LEGEND_ABOVE,
            margin={"l": 60, "r": 20, "t": 95, "b": 60},
        )
        for name, color, shape in (
            ("other states", figures.BLUE, ""),
            ("leading state", figures.VERMILION, "/"),
            ("older estimate (PRIO)", figures.GREY, "x"),
        ):
            pattern = {"shape": shape, "fillmode": "overlay", "fgcolor": "white", "size": 6}
            figure.add_bar(
                uid=name,
                name=name,
                marker={"color": color, "pattern": pattern},
                hovertemplate="%{x}: %{y:,.3~f}<extra>%{fullData.name}</extra>",
            )
        return figure

    def compute(self, region: str, measure: str, first: int, last: int, older: bool) -> WarRecord:
        """Look the window up in the tables."""
        return war_record.window(region, measure, first, last, older)

    def update(self, record: WarRecord) -> dict[str, dict[str, Any]]:
        """Split each year into the window's leading state and the rest; pale outside the window."""
        leader = record.sums.index[0]
        own = record.counts[leader] / record.base

        def bars(series: pd.Series) -> dict[str, Any]:
            inside = [record.first <= year <= record.last for year in series.index]
            opacity = [1.0 if visible else 0.25 for visible in inside]
            return {
                "x": series.index.tolist(),
                "y": series.tolist(),
                "marker": {"opacity": opacity},
            }

        return {
            "other states": bars((record.heights - own).clip(lower=0.0)),
            "leading state": {**bars(own), "name": f"{self._names[leader]} (most in the window)"},
            "older estimate (PRIO)": {**bars(record.older), "showlegend": len(record.older) > 0},
        }

    def heading(self, record: WarRecord) -> str:
        """Name the region and the window."""
        return f"{record.region}, {record.first} to {record.last}"

    def layout(self, record: WarRecord) -> dict[str, Any]:
        """Frame the window and fit the scale to it."""
        heights = [
            *record.heights.loc[record.start : record.last],
            *record.older.loc[record.first : record.last],
        ]
        top = max(heights, default=0.0)
        unit = _UNITS[record.measure].replace("-years", "s")
        return {
            "yaxis": {"range": [0, 1.08 * top or 1], "title": {"text": f"{unit} a year"}},
            "annotations": [
                {
                    "x": (FIRST_YEAR + war_record.FIRST_DEATHS) / 2,
                    "y": 0.5,
                    "yref": "paper",
                    "text": "no deaths by state<br>before 1989",
                    "showarrow": False,
                    "visible": record.measure not in war_record.COUNTED and record.older.empty,
                }
            ],
            "shapes": [
                {
                    **{"type": "rect", "yref": "paper", "y0": 0, "y1": 1},
                    "x0": record.first - 0.5,
                    "x1": record.last + 0.5,
                    "line": {"width": 1.5, "dash": "dot", "color": figures.GREY},
                    "fillcolor": "#F2F2F2",
                    "layer": "below",
                }
            ],
        }

    def sentence(self, record: WarRecord, older: bool) -> str:
        """Say the window's value, the state with most of it, the bounds, and the older series."""
        first, last = record.first, record.last
        parts = self._counted(record) if record.start <= last else []
        if record.start > first:
            gap = min(last, war_record.FIRST_DEATHS - 1)
            parts.append(f"The tables have no deaths by state for {first} to {gap}.")
        inside = record.older.loc[first:last]
        if len(inside):
            parts.append(
                f"The older series estimates {inside.sum():,.0f} battle deaths for "
                f"{inside.index[0]} to {inside.index[-1]}: another estimate, which is not added to "
                "the first."
            )
        elif older and record.older.empty:
            parts.append(
                "The older estimate exists only for deaths in UCDP's whole regions, not here."
            )
        elif older:
            parts.append("The older estimate is shown to 1988, outside this window.")
        return f"{record.region}, {first} to {last}: " + " ".join(parts)

    def _counted(self, record: WarRecord) -> list[str]:
        """Say what the tables count in the window."""
        measure, total, sums = record.measure, record.total, record.sums
        when = "" if record.start == record.first else f" for {record.start} to {record.last}"
        if not sums.sum():
            return [f"no {_UNITS[measure]}{when}."]
        leader = f"{self._names[sums.index[0]]} has {sums.iloc[0] / sums.sum():.0%} of them."
        if measure == war_record.RATE:
            return [f"{total:,.2f} {_UNITS[measure]} and year{when}.", leader]
        rate = total / (record.last - record.start + 1)
        mean = f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}"
        parts = [f"{total:,.0f} {_UNITS[measure]}{when}, or {mean} a year.", leader]
        if measure in war_record.COUNTED:
            return [*parts, "One located in two states counts in both."]
        parts.append(f"That is {total / record.world:.1%} of the world's.")
        if measure == "state_based_deaths":
            low, high = record.bounds
            parts.append(
                f"The source's own low and high estimates add up to {low:,.0f} and {high:,.0f}."
            )
        return parts

    def table(self, record: WarRecord) -> pd.DataFrame | None:
        """List the states with most in the window."""
        import pandas as pd

        top = record.sums[record.sums > 0].head(5)
        if top.empty:
            return None
        unit = _UNITS["state_based_deaths" if record.measure == war_record.RATE else record.measure]
        return pd.DataFrame(
            {
                unit: [f"{value:,.0f}" for value in top],
                "share": [f"{value / record.sums.sum():.0%}" for value in top],
            },
            index=pd.Index([self._names[i] for i in top.index], name="most in the window"),
        )
