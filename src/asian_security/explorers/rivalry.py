"""Explorers of lesson 08: where states stand between two poles, and the room between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from asian_security import data, figures
from asian_security.analysis.two_poles import (
    FIRST_YEAR,
    MEASURES,
    STANCES,
    Standing,
    compared_states,
    positions,
    standing,
    ties,
)
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Choice, Slider
from asian_security.figures.labels import leader_lines, place_labels, spread_points
from asian_security.models.balance import hedging

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

# Released exercises and lessons reach positions and ties here.
__all__ = ["RoomToHedge", "TwoPoles", "positions", "ties"]

BEYOND = "Russia and Pacific"
GROUPS = (*data.NEIGHBOURHOOD, BEYOND)
_WIDE, _HIGH = 720.0, 430.0
_AREA = (-12, -4, _WIDE + 12, _HIGH + 4)
_CODE_WIDTH, _YEAR_WIDTH = 29.0, 34.0
_NOTE = " Taiwan, which only some of the sources list, is not drawn."
_COURSE = "Source: the course's mechanisms and memberships, as of {as_of}."

Pair = tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """How a measure is drawn.

    ``tiles`` stacks states at the same place side by side; ``counts`` says that the ties are whole
    numbers; ``ticks`` names the ties 0, 1, 2 and so on.
    """

    name: str
    x: str
    y: str
    ranges: tuple[Pair, Pair]
    source: str
    unit: str = ""
    counts: bool = False
    tiles: bool = False
    ticks: tuple[str, ...] = ()

    def pixels(self, point: Pair) -> Pair:
        """Return a place on the axes in pixels from the lower left corner."""
        (left, right), (low, high) = self.ranges
        return (
            (point[0] - left) / (right - left) * _WIDE,
            (point[1] - low) / (high - low) * _HIGH,
        )

    def units(self, pixels: Pair) -> Pair:
        """Return a place in pixels in the units of the axes."""
        (left, right), (low, high) = self.ranges
        return left + pixels[0] / _WIDE * (right - left), low + pixels[1] / _HIGH * (high - low)


AXES = {
    "trade": Axes(
        "share of the state's trade",
        "Trade with China (% of total)",
        "Trade with the United States (% of total)",
        ((-2, 89), (-1.5, 40)),
        "Source: Correlates of War Trade 4.0, 1980 to 2014.",
        unit=" %",
    ),
    "votes": Axes(
        "UN General Assembly votes cast alike",
        "Votes as China does (% of roll calls)",
        "Votes as the United States does (%)",
        ((18, 102), (0, 66)),
        "Source: UN General Assembly votes (Bailey, Strezhnev and Voeten 2017, 2024 file), "
        "sessions that begin 1980 to 2023; they depend on each year's agenda.",
        unit=" %",
    ),
    "shared": Axes(
        "mechanisms shared with each",
        "Mechanisms shared with China (number)",
        "Shared with the United States (number)",
        ((-0.7, 12.7), (-0.8, 15)),
        _COURSE,
        counts=True,
    ),
    "initiated": Axes(
        "seats by who initiated the mechanism",
        "Seats in mechanisms initiated by China, alone or with Russia (number)",
        "Seats in US-led mechanisms (number)",
        ((-0.2, 3.75), (-3.4, 9)),
        _COURSE + " Who initiated a mechanism is a judgement.",
        counts=True,
        tiles=True,
    ),
    "promises": Axes(
        "strongest written promise",
        "Promise: state and China",
        "Promise: state and United States",
        ((-0.15, 3.85), (-0.95, 3.5)),
        "Source: ATOP 5.1, to 2018; the strongest promise in either direction; neutrality counts with "
        "non-aggression.",
        tiles=True,
        ticks=("none", "non-aggression", "consultation", "defence"),
    ),
    "labels": Axes(
        "China's partnership label and US personnel",
        "Label of the partnership with China",
        "US active-duty personnel (logarithmic)",
        ((-0.5, 4.9), (-0.3, 5.4)),
        "Source: labels, the course's coding as of 2025-12; personnel, DMDC to 2024. The two scales "
        "cannot be compared with each other.",
        ticks=(
            "no 'strategic'",
            "an earlier<br>label",
            "strategic",
            "comprehensive<br>strategic",
            "highest",
        ),
    ),
}


def say_ties(measure: str, china: float, usa: float) -> str:
    """Say a state's ties to both poles in words."""
    axes = AXES[measure]
    if axes.ticks:
        words = [tick.replace("<br>", " ") for tick in axes.ticks]
        if not MEASURES[measure].comparable:
            return f"label: {words[round(china)]}; US personnel {10**usa - 1:,.0f}"
        return f"with China {words[round(china)]}, with the United States {words[round(usa)]}"
    digits = 0 if axes.counts else 1
    return (
        f"{china:.{digits}f}{axes.unit} with China, "
        f"{usa:.{digits}f}{axes.unit} with the United States"
    )


def _states() -> dict[str, str]:
    return data.states_by_name(compared_states())


class TwoPoles(Explorer):
    """Where each state stands on its ties to China and to the United States, year by year."""

    title = "Two poles"
    goal = (
        "Choose a state and follow its path. Then change the measure: find a state that leans to "
        "China on one measure and to the United States on another in the same year."
    )
    source = AXES["trade"].source + _NOTE
    measure = Choice("Measure", {axes.name: key for key, axes in AXES.items()}, "trade")
    year = Slider("Year", FIRST_YEAR, data.LAST_YEAR, 2014, play=True)
    state = Choice("State", _states, "KOR")

    @cached_property
    def _groups(self) -> dict[str, str]:
        home = data.states().set_index("iso3")["subregion"]
        inside = data.NEIGHBOURHOOD
        return {i: home[i] if home[i] in inside else BEYOND for i in compared_states()}

    def draw(self) -> go.Figure:
        """Draw guides, leaders, the path, one trace per subregion, and the labels."""
        figure = self.empty_figure(
            "Between two poles",
            height=600,
            legend={**figures.LEGEND_ABOVE, "x": -0.09, "y": 1.03, "font": {"size": 13}},
            margin={"l": 70, "r": 15, "t": 95, "b": 70},
        )
        dark = "#555555"
        thin = {"color": figures.GREY, "width": 1}
        quiet = {"showlegend": False, "hoverinfo": "skip"}
        figure.add_scatter(name="guides", mode="lines", line=thin | {"dash": "dot"}, **quiet)
        figure.add_scatter(name="leaders", mode="lines", line=thin, **quiet)
        figure.add_scatter(
            name="path",
            mode="lines+markers",
            line={"color": dark, "width": 1.5},
            marker={"size": 4, "color": dark},
            showlegend=False,
            hovertemplate="%{customdata}<extra></extra>",
        )
        for name, cue in figures.cue(GROUPS).items():
            figure.add_scatter(
                name=name,
                mode="markers",
                marker={"color": cue["color"], "symbol": cue["symbol"], "size": 10},
                hovertemplate="%{customdata}<extra></extra>",
            )
        figure.add_scatter(name="names", mode="text", textfont={"size": 12}, **quiet)
        figure.add_scatter(name="years", mode="text", textfont={"size": 12, "color": dark}, **quiet)
        return figure

    def compute(self, measure: str, year: int, state: str) -> Standing:
        """Look up where the states stand in the year of the source nearest to the year."""
        return standing(measure, int(year), state)

    def update(self, poles: Standing, measure: str, state: str) -> dict[str, dict[str, Any]]:
        """Move every state to its ties of the year; draw the path of the chosen one."""
        axes, names = AXES[measure], data.state_names()
        largest = 14 if axes.tiles else 19
        picture = Picture.of(poles, axes, state)
        changes = {
            "guides": _guides(measure),
            "leaders": dict(zip("xy", picture.leaders, strict=True)),
            "path": {**_xy(picture.path), "customdata": picture.path_years},
        }
        rows = list(zip(poles.here.itertuples(), picture.dots, strict=True))
        for group in GROUPS:
            own = [(row, dot) for row, dot in rows if self._groups[row.Index] == group]
            lit = [row.Index == state for row, _ in own]
            changes[group] = {
                **_xy([dot for _, dot in own]),
                "customdata": [
                    f"{names[row.Index]}: {say_ties(measure, row.china, row.usa)}" for row, _ in own
                ],
                "marker": {
                    "size": [largest if now else 10 for now in lit],
                    "line": {"width": [2.5 if now else 0 for now in lit], "color": "black"},
                },
            }
        bold = f"<b>{state if axes.tiles else names[state]}</b>"
        words = [bold if iso3 == state else iso3 for iso3 in poles.here.index]
        changes["names"] = {**_xy(picture.names), "text": words}
        changes["years"] = {**_xy(picture.years), "text": picture.year_texts}
        return changes

    def heading(self, poles: Standing, measure: str, year: int, state: str) -> str:
        """Say year, state and measure."""
        when = _when(year, poles.year)
        return f"{when}: {data.state_names()[state]}, {AXES[measure].name}"

    def layout(self, poles: Standing, measure: str) -> dict[str, Any]:
        """Fit the axes and the source to the measure."""
        axes = AXES[measure]
        x_ticks, y_ticks = _ticks(measure)
        source = axes.source.replace("{as_of}", data.as_of())
        return {
            "xaxis": {"title": {"text": axes.x}, "range": list(axes.ranges[0]), **x_ticks},
            "yaxis": {"title": {"text": axes.y}, "range": list(axes.ranges[1]), **y_ticks},
            "meta": {"source": source + _NOTE},
        }

    def sentence(self, poles: Standing, measure: str, year: int, state: str) -> str:
        """Say where the state stands, where it came from, and how the others are spread."""
        axes, name = AXES[measure], data.state_names()[state]
        opening = f"{_when(year, poles.year)}, {axes.name}."
        if poles.path.empty:
            own = f"{name} has no value in the source up to this year."
        else:
            first, last = poles.path.index[0], poles.path.index[-1]
            own = f"{name}: {say_ties(measure, *poles.path.loc[last])}"
            own += "" if last == poles.year else f" (last value: {last})"
            own += (
                ""
                if first == last
                else f"; in {first}: {say_ties(measure, *poles.path.loc[first])}"
            )
            own += "."
        if poles.stances is None:
            here = poles.here
            both = int(((here["china"] >= 2) & (here["usa"] > 2)).sum())
            return (
                f"{opening} {own} Of {len(here)} states, {both} have a strategic label with China and "
                "at least 100 US personnel."
            )
        tally = poles.stances.value_counts()
        spread = ", ".join(
            f"{tally[word]} {word.replace('leans', 'lean') if tally[word] > 1 else word}"
            for word in STANCES.values()
            if word in tally
        )
        rule = (
            "the stronger promise counts"
            if MEASURES[measure].lean == 0
            else "to lean is to have more than twice the tie"
        )
        return f"{opening} {own} Of {len(poles.stances)} states, {spread} ({rule})."

    def table(self, poles: Standing) -> pd.DataFrame | None:
        """Name the states of each stance."""
        if poles.stances is None:
            return None
        by_stance = poles.stances.index.to_series().groupby(poles.stances)
        table = by_stance.agg(["size", ", ".join]).set_axis(["number", "states"], axis=1)
        return table.loc[[word for word in STANCES.values() if word in table.index]]


def _when(year: int, data_year: int) -> str:
    return f"{year}" if data_year == year else f"{year} (source stops in {data_year})"


def _xy(points: Sequence[Pair]) -> dict[str, list[float]]:
    return {"x": [x for x, _ in points], "y": [y for _, y in points]}


def _guides(measure: str) -> dict[str, Any]:
    """Return the lines beyond which a state leans to a pole."""
    if not MEASURES[measure].comparable:
        return figures.NOTHING
    (_, right), (_, top) = AXES[measure].ranges
    x: list[float | None] = []
    y: list[float | None] = []
    for slope in (1.0,) if MEASURES[measure].lean == 0 else (0.5, 2.0):
        end = min(right, top / slope)
        x += [0, end, None]
        y += [0, end * slope, None]
    return {"x": x, "y": y}


def _tick_array(values: Sequence[float], texts: Sequence[str]) -> dict[str, Any]:
    return {"tickmode": "array", "tickvals": list(values), "ticktext": list(texts)}


def _ticks(measure: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the ticks of both axes."""
    axes = AXES[measure]
    if axes.counts:
        ticks = _tick_array(range(15), [str(number) for number in range(15)])
        return ticks, ticks
    if not axes.ticks:
        ticks = {"tickmode": "auto", "tickvals": None, "ticktext": None}
        return ticks, ticks
    across = _tick_array(range(len(axes.ticks)), axes.ticks)
    if not MEASURES[measure].comparable:
        numbers = (0, 10, 100, 1000, 10000, 100000)
        return across, _tick_array(
            [float(np.log10(1 + number)) for number in numbers],
            [f"{number:,}" for number in numbers],
        )
    narrow = [
        tick.replace("tation", "-<br>tation").replace("non-", "non-<br>") for tick in axes.ticks
    ]
    return across, across | {"ticktext": narrow}


# Placing states and their names ----------------------------------------------------------------


@dataclass(frozen=True)
class Picture:
    """The places of states, names and years in the picture of :class:`TwoPoles`, in its units."""

    dots: list[Pair]
    names: list[Pair]
    leaders: tuple[list[float | None], list[float | None]]
    path: list[Pair]
    path_years: list[str]
    years: list[Pair]
    year_texts: list[str]

    @staticmethod
    def of(poles: Standing, axes: Axes, state: str) -> Picture:
        """Place everything; no two labels cover one another."""
        states, own = list(poles.here.index), poles.path
        values = [(float(x), float(y)) for x, y in poles.here.to_numpy()]
        dots = spread_points([axes.pixels(at) for at in values], axes.tiles, axes.pixels((0, 0))[1])
        widths = [_CODE_WIDTH] * len(dots)
        path = [(float(x), float(y)) for x, y in own.to_numpy()]
        marked: list[tuple[str, Pair]] = []
        if axes.tiles:
            labels = [(x + 9 + _CODE_WIDTH / 2, y) for x, y in dots]
        else:
            if state in states:
                widths[0] = label_width(data.state_names()[state])
            marked = [
                (str(year), axes.pixels(at))
                for year, at in zip(own.index, path, strict=True)
                if (year % 10 == 0 or year == own.index[0]) and year != poles.year
            ]
            labels = place_labels(
                [*dots, *(at for _, at in marked)],
                [*widths, *(_YEAR_WIDTH for _ in marked)],
                area=_AREA,
            ).centres
        names, years = labels[: len(dots)], labels[len(dots) :]
        lines = leader_lines(dots, names, widths)
        hover = [str(year) for year in own.index]
        if path and state in states:
            path.append(axes.units(dots[0]))
            hover.append(str(poles.year))
        return Picture(
            [axes.units(dot) for dot in dots],
            [axes.units(label) for label in names],
            figures.edge_segments(lines, {end: axes.units(end) for line in lines for end in line}),
            path,
            hover,
            [axes.units(label) for label in years],
            [text for text, _ in marked],
        )


def label_width(name: str) -> float:
    """Return the width of a bold name in pixels."""
    return 8.0 * len(name) + 8


# The room between the poles ------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """What each position is worth, the best one (or both ends), and the pressure that ends hedging."""

    worth: list[float]
    best: list[float]
    best_worth: list[float]
    limit: float

    @property
    def between(self) -> bool:
        """Whether the best position lies between the poles."""
        return len(self.best) == 1 and 0 < self.best[0] < 1


class RoomToHedge(Explorer):
    """What a state gains from each split of its ties, and when only the ends are left."""

    title = "Room to hedge"
    goal = (
        "Raise the pressure to choose step by step. At what pressure does the best position leave "
        "the middle if the two poles are worth the same? And if one is worth more?"
    )
    gap = Slider("Second pole worth more by", -2, 2, 0.5, 0.1)
    insurance = Slider("Insurance from ties to both", 0, 2, 1, 0.1)
    pressure = Slider("Pressure to choose", 0, 2, 0.2, 0.1)
    _SHARES = np.linspace(0, 1, 101)

    def draw(self) -> go.Figure:
        """Draw the worth of every position and the best one."""
        figure = self.empty_figure(
            "Which position serves the state best?",
            height=430,
            xaxis={"title": "Share of ties with the second pole (0 to 1)", "range": [-0.03, 1.03]},
            yaxis={"title": "Worth to the state (own units)", "range": [-2.2, 3.4]},
            legend=figures.LEGEND_ABOVE,
            margin={"l": 60, "r": 20, "t": 95, "b": 70},
        )
        line = {"color": figures.BLUE, "width": 4}
        diamond = {"size": 18, "symbol": "diamond", "color": figures.VERMILION}
        shares = self._SHARES.tolist()
        figure.add_scatter(name="worth of a position", x=shares, mode="lines", line=line)
        figure.add_scatter(name="best position", mode="markers", marker=diamond)
        return figure

    def compute(self, gap: float, insurance: float, pressure: float) -> Room:
        """Work out the worth of every position; where both ends are best alike, keep both."""
        alike = insurance <= pressure and abs(gap) < 1e-9
        best = [0.0, 1.0] if alike else [float(hedging.best_position(0, gap, insurance, pressure))]
        curve, top = (
            hedging.worth(shares, 1 - gap / 2, 1 + gap / 2, insurance, pressure).tolist()
            for shares in (self._SHARES, best)
        )
        return Room(curve, best, top, float(hedging.pressure_limit(0, gap, insurance)))

    def update(self, room: Room) -> dict[str, dict[str, Any]]:
        """Redraw the curve and its best point."""
        return {
            "worth of a position": {"y": room.worth},
            "best position": {"x": room.best, "y": room.best_worth},
        }

    def heading(self, room: Room) -> str:
        """Say whether there is room between the poles."""
        return "Room between the poles" if room.between else "Only an end is left"

    def sentence(self, room: Room, gap: float, insurance: float, pressure: float) -> str:
        """Say what is best, and how much pressure would end it."""
        opening = (
            f"The second pole is worth {gap:+.1f} more, ties to both insure {insurance:.1f}, pressure is "
            f"{pressure:.1f}."
        )
        if len(room.best) == 2:
            return f"{opening} Both ends are best alike, and the middle is not above them."
        if room.between:
            return (
                f"{opening} The state does best with {room.best[0]:.2f} of its ties at the second pole. "
                f"It would give up one pole at a pressure of {room.limit:.2f}."
            )
        pole = "second" if room.best[0] > 0.5 else "first"
        hedge = (
            f"with a pressure below {room.limit:.2f}"
            if room.limit > 0
            else "only with more insurance"
        )
        return f"{opening} The state does best wholly with the {pole} pole; it would hedge {hedge}."
