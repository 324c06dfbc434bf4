"""Explorers of lesson 01: the article's claims as a map, and Asia's record of war and deaths."""

from collections.abc import Mapping
from functools import cached_property
from math import hypot
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from asian_security import data, figures
from asian_security.explorers.first_contract import (
    Action,
    Choice,
    Control,
    Explorer,
    Slider,
    Switch,
    Values,
)

# The argument map ----------------------------------------------------------------------------

KINDS = {"D": "definition", "E": "empirical", "C": "causal", "N": "normative"}
COLUMNS = ("Setting", "Three principles", "Three pathways", "Three challenges")
BLOCKS = {
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
GROUND, REMEDY, OBSTACLE = "is a ground for", "is answered by", "stands in the way of"
LINKS: dict[str, str] = {
    GROUND: (
        "A1-B2 A1-C4 A2-B2 A2-C1 A4-B14 A5-B10 A6-D1 A7-D4 A8-B1 A8-B2 A9-B1 A9-B6 A9-B14 A10-C9 "
        "B1-B3 B2-B3 B4-B3 B7-B6 B8-B6 B9-B10 B10-B12 B13-B6 B14-B16 B15-B16 B15-B20 B2-C4 "
        "B5-C10 B7-D8 B11-C11 B17-C8 B18-D7 B19-C10 C1-C4 C2-C4 C3-C4 C4-C5 C12-C11 "
        "D1-D2 D5-D4 D4-D6 D8-D9"
    ),
    REMEDY: "A3-C10 A7-B11 A7-C11 C6-C8 C7-C8 C9-C10 C9-C11 C9-C13 D1-D3 D4-D7 D6-D7 D9-D10",
    OBSTACLE: "D1-C8 D2-B1 D4-C11 D6-B2 D9-B6",
}
"""How claims bear on one another: this course's reading of the article, not the author's table."""
_REVERSED = {
    GROUND: "rests on",
    REMEDY: "answers",
    OBSTACLE: "is held up by",
}
_STYLE = {
    GROUND: (figures.BLACK, "solid"),
    REMEDY: (figures.BLUE, "dash"),
    OBSTACLE: (figures.VERMILION, "dot"),
}
_MARKS = {"D": "circle", "E": "square", "C": "diamond", "N": "hexagon2"}
_PER_ROW, _GAP = 3, 1.0
_BANDS = {"first": 1.6, "second": 4.6, "third": 8.6}
_WIDTH, _HEIGHT = 54.0, 50.0


def links() -> pd.DataFrame:
    """Return how the claims bear on one another, in this course's reading of the article.

    Returns
    -------
    pandas.DataFrame
        One row a link: source and target (claim ids), relation (the first *is a ground for*, *is
        answered by* or *stands in the way of* the second).
    """
    rows = [
        (*pair.split("-"), relation) for relation, pairs in LINKS.items() for pair in pairs.split()
    ]
    return pd.DataFrame(rows, columns=["source", "target", "relation"])


def _places() -> tuple[dict[str, tuple[float, float]], list[dict[str, Any]]]:
    """Place every claim in its block, and the headings above columns and blocks."""
    columns = {"A": 0, "B": 1, "C": 2, "D": 3}
    bands = list(_BANDS.values())
    place: dict[str, tuple[float, float]] = {}
    headings: list[dict[str, Any]] = []
    seen = dict.fromkeys(columns, 0)
    for name, (letter, first, last) in BLOCKS.items():
        left = columns[letter] * (_PER_ROW + _GAP)
        top = bands[seen[letter]] if letter != "A" else bands[1] - 1.0
        seen[letter] += 1
        for i in range(last - first + 1):
            place[f"{letter}{first + i}"] = (left + i % _PER_ROW, -(top + i // _PER_ROW))
        if letter != "A":
            headings.append(_heading(left, -top + 0.72, name, 14))
    for i, name in enumerate(COLUMNS):
        headings.append(_heading(i * (_PER_ROW + _GAP), 0.1, f"<b>{i + 1} {name}</b>", 15))
    return place, headings


def _heading(left: float, y: float, text: str, size: int) -> dict[str, Any]:
    return {
        "x": left - 0.4,
        "y": y,
        "text": text,
        "xanchor": "left",
        "showarrow": False,
        "font": {"size": size},
    }


def _curve(
    start: tuple[float, float], end: tuple[float, float]
) -> tuple[list[float | None], list[float | None]]:
    """Draw a bowed line from one claim to another that stops short of both marks."""
    a, b = np.array(start), np.array(end)
    scale = np.array([_WIDTH, _HEIGHT])
    run = (b - a) * scale
    length = hypot(*run)
    bow = min(30.0, 0.22 * length) if length > 120 else 60.0
    across = np.array([-run[1], run[0]]) / length * bow / scale
    t = np.linspace(0, 1, 25)[:, None]
    points = (1 - t) ** 2 * a + 2 * t * (1 - t) * ((a + b) / 2 + across) + t**2 * b
    off = np.minimum(np.hypot(*((points - a) * scale).T), np.hypot(*((points - b) * scale).T))
    kept = points[off > 21.0]
    return [float(v) for v in kept[:, 0]], [float(v) for v in kept[:, 1]]


def _wrapped(text: str, width: int = 70) -> str:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "<br>".join([*lines, line])


def _and(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


class ArgumentMap(Explorer):
    """All claims of the article, layered left to right; one of them with what it rests on."""

    title = "Argument map"
    goal = (
        "Find a claim of the setting that data can speak to and that lesson 08 tests. Choose it, "
        "and read what would count against it. Then find a claim on which nothing rests."
    )

    @cached_property
    def _claims(self) -> pd.DataFrame:
        return data.claims().set_index("id")

    @cached_property
    def _links(self) -> list[tuple[str, str, str]]:
        return [tuple(row) for row in links().itertuples(index=False)]

    @cached_property
    def _map(self) -> tuple[dict[str, tuple[float, float]], list[dict[str, Any]]]:
        return _places()

    def controls(self) -> dict[str, Control]:
        """Return the two filters, the claim chosen and whether all links are drawn."""
        lessons = sorted({n for cell in self._claims["lesson"] for n in cell.split()})
        kinds = {"all kinds": "", **{f"{name} ({k})": k for k, name in KINDS.items()}}
        named = {f"{i} ({KINDS[kind]})": i for i, kind in self._claims["kind"].items()}
        return {
            "claim": Choice("Claim", named, "A4"),
            "kind": Choice("Kind of claim", kinds, ""),
            "lesson": Choice(
                "Tested in lesson", {"all lessons": "", **{n: n for n in lessons}}, ""
            ),
            "every": Switch("Draw every link, not only those of the chosen claim"),
        }

    def actions(self) -> list[Action]:
        """Return the button that goes on to the next claim the filters keep."""
        return [Action("Next claim", self._next, "Choose the next claim that the filters keep")]

    def _next(self, values: Values) -> Values:
        kept = self._kept(values["kind"], values["lesson"])
        order = list(self._claims.index)
        after = [i for i in kept if order.index(i) > order.index(values["claim"])]
        return {"claim": (after or kept or [values["claim"]])[0]}

    def _kept(self, kind: str, lesson: str) -> list[str]:
        return [
            str(row.Index)
            for row in self._claims.itertuples()
            if kind in ("", row.kind) and (not lesson or lesson in str(row.lesson).split())
        ]

    def draw(self) -> go.Figure:
        """Draw links first, then one trace of marks a kind of claim, then the chosen one's ring."""
        _, headings = self._map
        bare = figures.bare_axes()
        figure = go.Figure(
            layout=figures.layout(
                "The article's claims",
                "Source: Ling (2025), claims in this course's words, as of 2025-12-31. "
                "The links are this course's reading.",
                height=700,
                xaxis={**bare["xaxis"], "range": [-0.7, 4 * _PER_ROW + 3 * _GAP - 0.3]},
                yaxis={**bare["yaxis"], "range": [-11.3, 0.6]},
                annotations=headings,
                legend={"orientation": "h", "y": -0.01, "yanchor": "top", "x": 0},
                margin={"l": 10, "r": 10, "t": 50, "b": 60},
            )
        )
        for color, dash in _STYLE.values():
            line = {"color": color, "dash": dash, "width": 1}
            figure.add_scatter(
                mode="lines", line=line, opacity=0.35, showlegend=False, hoverinfo="skip"
            )
        for color, dash in _STYLE.values():
            figure.add_scatter(
                mode="lines+markers",
                line={"color": color, "dash": dash, "width": 2.5},
                marker={"symbol": "arrow", "angleref": "previous", "color": color},
                showlegend=False,
                hoverinfo="skip",
            )
        cues = figures.cue(KINDS.values())
        for letter in KINDS:
            figure.add_scatter(
                mode="markers+text",
                textposition="middle center",
                marker={
                    "symbol": _MARKS[letter],
                    "size": 38,
                    "color": "white",
                    "line": {"width": 3},
                },
                showlegend=False,
                hovertemplate="%{customdata}<extra></extra>",
            )
        figure.add_scatter(
            mode="markers",
            marker={
                "symbol": "circle-open",
                "size": 54,
                "color": figures.BLACK,
                "line": {"width": 4},
            },
            showlegend=False,
            hoverinfo="skip",
        )
        for letter, kind in KINDS.items():
            line = {"width": 3, "color": cues[kind]["color"]}
            mark = {"symbol": _MARKS[letter], "size": 13, "color": "white", "line": line}
            figure.add_scatter(x=[None], y=[None], name=kind, mode="markers", marker=mark)
        for relation, (color, dash) in _STYLE.items():
            line = {"color": color, "dash": dash, "width": 2.5}
            figure.add_scatter(x=[None], y=[None], name=relation, mode="lines", line=line)
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Light what the filters keep; draw the links of the chosen claim with arrowheads."""
        place, _ = self._map
        chosen = values["claim"]
        kept = set(self._kept(values["kind"], values["lesson"]))
        near = {i for a, b, _ in self._links if chosen in (a, b) for i in (a, b)} | {chosen}
        changes: list[dict[str, Any]] = []
        for own in (False, True):
            for relation in _STYLE:
                x: list[float | None] = []
                y: list[float | None] = []
                size: list[int] = []
                for a, b, name in self._links:
                    shown = chosen in (a, b) if own else values["every"] and {a, b} <= kept
                    if name != relation or not shown:
                        continue
                    curve_x, curve_y = _curve(place[a], place[b])
                    x += [*curve_x, None]
                    y += [*curve_y, None]
                    size += [0] * (len(curve_x) - 1) + [14, 0]
                changes.append({"x": x, "y": y, **({"marker": {"size": size}} if own else {})})
        cues = figures.cue(KINDS.values())
        for letter, kind in KINDS.items():
            of_kind = self._claims[self._claims["kind"] == letter]
            lit = [i in kept or i == chosen for i in of_kind.index]
            read = [i in kept or i in near for i in of_kind.index]
            changes.append(
                {
                    "x": [place[i][0] for i in of_kind.index],
                    "y": [place[i][1] for i in of_kind.index],
                    "text": list(of_kind.index),
                    "customdata": [
                        _wrapped(f"{row.Index}: {row.claim}") for row in of_kind.itertuples()
                    ],
                    "marker": {
                        "line": {"color": [cues[kind]["color"] if on else "#DDDDDD" for on in lit]}
                    },
                    "textfont": {
                        "size": 13,
                        "color": ["#1A1A1A" if on else "#BBBBBB" for on in read],
                    },
                }
            )
        ring = {"x": [place[chosen][0]], "y": [place[chosen][1]]}
        return [*changes, ring, *({} for _ in (*KINDS, *_STYLE))]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Put the chosen claim and the number kept into the title."""
        kept = self._kept(values["kind"], values["lesson"])
        return {
            "title": {
                "text": f"Claim {values['claim']} among {len(kept)} of {len(self._claims)} claims"
            }
        }

    def sentence(self, **values: Any) -> str:
        """Say the chosen claim, what would count against it, its links, and what is kept."""
        chosen = values["claim"]
        row = self._claims.loc[chosen]
        kept = self._kept(values["kind"], values["lesson"])
        tested = row["lesson"].split()
        bears = []
        for relation in _STYLE:
            onward = [b for a, b, name in self._links if a == chosen and name == relation]
            back = [a for a, b, name in self._links if b == chosen and name == relation]
            if onward:
                bears.append(f"{relation} {_and(onward)}")
            if back:
                bears.append(f"{_REVERSED[relation]} {_and(back)}")
        said = (
            f"{chosen} (section {row['section']}, {KINDS[row['kind']]}, "
            f"{'lesson' if len(tested) == 1 else 'lessons'} {_and(tested)}). "
            f"Ling holds: {row['claim']} What would count against it: "
            f"{row['what_would_count_against']} "
        )
        said += (
            f"On the map it {'; it '.join(bears)}. " if bears else "On the map it stands alone. "
        )
        if len(kept) == len(self._claims):
            return said + f"All {len(kept)} claims are kept."
        if not kept:
            return said + "No claim is of this kind and tested in this lesson."
        return said + f"The filters keep {len(kept)} of {len(self._claims)}: {', '.join(kept)}."


# The record ----------------------------------------------------------------------------------

FIRST_YEAR, FIRST_DEATHS, LAST_YEAR = 1946, 1989, 2024
_WORLD_REGION = {"UCDP Asia": "Asia", "UCDP Middle East (to compare)": "Middle East"}
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
_COUNTED = ("conflicts", "wars")


def regions() -> dict[str, list[str]]:
    """Return the ways to draw the region that lesson 01 compares.

    Returns
    -------
    dict of str to list of str
        Name of the definition to the ISO3 keys of the course's states it takes in.
    """
    table = data.deaths_by_state()
    ucdp = table.groupby("ucdp_region")["iso3"].unique()
    home = data.states().set_index("iso3")["subregion"]

    def of(*subregions: str) -> list[str]:
        return sorted(home.index[home.isin(subregions)])

    asia = sorted(ucdp["Asia"])
    four = of(*data.NEIGHBOURHOOD)
    return {
        "UCDP Asia": asia,
        "UCDP Asia without Afghanistan": [i for i in asia if i != "AFG"],
        "The article's four subregions": four,
        "Four subregions without AFG, MMR, LKA": [
            i for i in four if i not in {"AFG", "MMR", "LKA"}
        ],
        "East and Southeast Asia": of("Northeast Asia", "Southeast Asia"),
        "Northeast Asia": of("Northeast Asia"),
        "Southeast Asia": of("Southeast Asia"),
        "South Asia": of("South Asia"),
        "Central Asia": of("Central Asia"),
        "UCDP Middle East (to compare)": sorted(ucdp["Middle East"]),
    }


def population() -> pd.DataFrame:
    """Return inhabitants of every state and year from 1946 to 2024, in millions.

    The estimates are those of Fariss et al. to 2019 in the table ``power``; a year without one
    takes the nearest year of the same state. A state without any estimate (Palestine) is missing.

    Returns
    -------
    pandas.DataFrame
        Years down, ISO3 keys across; millions of people.
    """
    wide = data.power().pivot(index="year", columns="iso3", values="population_m")
    wide = wide.reindex(range(FIRST_YEAR, LAST_YEAR + 1)).dropna(axis="columns", how="all")
    return wide.ffill().bfill()


class Record(Explorer):
    """War and deaths by year under a definition of the region, a measure and a window."""

    title = "The record"
    goal = (
        "Find a region and a window in which Asia looks peaceful, and change one of the two so "
        "that it no longer does. Which single state makes the difference?"
    )

    @cached_property
    def _regions(self) -> dict[str, list[str]]:
        return regions()

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return dict(data.states().set_index("iso3")["name_en"])

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        long = data.deaths_by_state()
        years = range(FIRST_YEAR, LAST_YEAR + 1)
        tables = {}
        columns = ("state_based_deaths", "total_deaths", "state_based_low", "state_based_high")
        for column in (*columns, *_COUNTED):
            wide = long.pivot(index="year", columns="iso3", values=column).reindex(years)
            tables[column] = wide.astype("float64").fillna(0.0)
        return tables

    @cached_property
    def _population(self) -> pd.DataFrame:
        return population()

    @cached_property
    def _world(self) -> pd.DataFrame:
        return data.deaths_by_region().set_index(["region", "year"])

    def controls(self) -> dict[str, Control]:
        """Return the region, the measure, the window and the older estimate."""
        return {
            "region": Choice("Region", list(self._regions), "UCDP Asia"),
            "measure": Choice("Measure", MEASURES, "state_based_deaths"),
            "first": Slider("Window from", FIRST_YEAR, LAST_YEAR, 1989, unit="year"),
            "last": Slider("Window to", FIRST_YEAR, LAST_YEAR, 2024, unit="year"),
            "older": Switch("Add the older estimate to 1988 (PRIO)"),
        }

    @staticmethod
    def _window(values: Values) -> tuple[int, int]:
        ends = sorted((int(values["first"]), int(values["last"])))
        return ends[0], ends[1]

    def _by_state(self, region: str, measure: str) -> tuple[pd.DataFrame, pd.Series]:
        """Return the counts by year and state, and what each year is divided by."""
        inside = self._regions[region]
        if measure == "per_million":
            counts = self._tables["state_based_deaths"][inside]
            people = self._population[[i for i in inside if i in self._population]]
            return counts, people.sum(axis="columns")
        counts = self._tables[measure][inside]
        return counts, pd.Series(1.0, index=counts.index)

    def _from(self, measure: str) -> int:
        return FIRST_YEAR if measure in _COUNTED else FIRST_DEATHS

    def _older(self, values: Values) -> pd.Series | None:
        """Return the older series to 1988, where one exists for this choice."""
        fits = values["measure"] == "state_based_deaths" and values["region"] in _WORLD_REGION
        if not values["older"] or not fits:
            return None
        series = self._world.loc[_WORLD_REGION[values["region"]], "prio_battle_deaths"]
        return series.loc[FIRST_YEAR : FIRST_DEATHS - 1].astype("float64")

    def _sums(self, values: Values) -> pd.Series:
        """Return the states' counts in the window, largest first."""
        counts, _ = self._by_state(values["region"], values["measure"])
        first, last = self._window(values)
        inside = counts.loc[max(first, self._from(values["measure"])) : last].sum()
        return inside.sort_values(ascending=False, kind="stable")

    def total(self, **values: Any) -> float:
        """Return the window's value: a sum, or for ``per_million`` a mean rate a year."""
        chosen = self._checked(values)
        counts, people = self._by_state(chosen["region"], chosen["measure"])
        first, last = self._window(chosen)
        window = slice(max(first, self._from(chosen["measure"])), last)
        total = float(counts.loc[window].to_numpy().sum())
        if chosen["measure"] != "per_million":
            return total
        years = float(people.loc[window].sum())
        return total / years if years else 0.0

    def draw(self) -> go.Figure:
        """Draw stacked bars a year: the state with most, the rest, and the older estimate."""
        figure = go.Figure(
            layout=figures.layout(
                "The record",
                f"{data.source_line('deaths_by_state')} Population: Fariss et al., 2019 kept for "
                "later years. A state is counted where people died.",
                height=500,
                barmode="stack",
                bargap=0.15,
                xaxis={"title": "Year", "range": [FIRST_YEAR - 1, LAST_YEAR + 1]},
                yaxis={"title": "", "rangemode": "tozero"},
                legend={
                    "orientation": "h",
                    "y": 1.02,
                    "yanchor": "bottom",
                    "x": 0,
                    "traceorder": "normal",
                },
                margin={"l": 60, "r": 20, "t": 95, "b": 60},
            )
        )
        for color, shape in ((figures.BLUE, ""), (figures.VERMILION, "/"), (figures.GREY, "x")):
            figure.add_bar(
                marker={
                    "color": color,
                    "pattern": {
                        "shape": shape,
                        "fillmode": "overlay",
                        "fgcolor": "white",
                        "size": 6,
                    },
                },
                hovertemplate="%{x}: %{y:,.3~f}<extra>%{fullData.name}</extra>",
            )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Split each year into the window's leading state and the rest; pale outside the window."""
        counts, people = self._by_state(values["region"], values["measure"])
        first, last = self._window(values)
        shown = counts.loc[self._from(values["measure"]) :]
        years = [int(year) for year in shown.index]
        opacity = [1.0 if first <= year <= last else 0.25 for year in years]
        leader = self._sums(values).index[0]
        base = people.loc[shown.index]
        own = shown[leader] / base
        rest = shown.sum(axis="columns") / base - own
        older = self._older(values)
        before = [] if older is None else [int(year) for year in older.index]
        return [
            {
                "x": years,
                "y": [max(0.0, float(v)) for v in rest],
                "name": "other states",
                "marker": {"opacity": opacity},
            },
            {
                "x": years,
                "y": [float(v) for v in own],
                "name": f"{self._names[leader]} (most in the window)",
                "marker": {"opacity": opacity},
            },
            {
                "x": before,
                "y": [] if older is None else [float(v) for v in older],
                "name": "older estimate (PRIO)",
                "showlegend": older is not None,
                "marker": {"opacity": [1.0 if first <= y <= last else 0.25 for y in before]},
            },
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Frame the window, fit the scale to it, and name both in the title."""
        first, last = self._window(values)
        counts, people = self._by_state(values["region"], values["measure"])
        start = max(first, self._from(values["measure"]))
        heights = (counts.sum(axis="columns") / people).loc[start:last]
        top = float(heights.max()) if len(heights) else 0.0
        older = self._older(values)
        if older is not None and len(older.loc[first:last]):
            top = max(top, float(older.loc[first:last].max()))
        unit = _UNITS[values["measure"]].replace("-years", "s")
        return {
            "title": {"text": f"{values['region']}, {first} to {last}"},
            "yaxis": {"range": [0, 1.08 * top or 1], "title": {"text": f"{unit} a year"}},
            "annotations": [
                {
                    "x": (FIRST_YEAR + FIRST_DEATHS) / 2,
                    "y": 0.5,
                    "yref": "paper",
                    "text": "no deaths by state<br>before 1989",
                    "showarrow": False,
                    "visible": values["measure"] not in _COUNTED and older is None,
                }
            ],
            "shapes": [
                {
                    "type": "rect",
                    "yref": "paper",
                    "x0": first - 0.5,
                    "x1": last + 0.5,
                    "y0": 0,
                    "y1": 1,
                    "line": {"width": 1.5, "dash": "dot", "color": figures.GREY},
                    "fillcolor": "#F2F2F2",
                    "layer": "below",
                }
            ],
        }

    def sentence(self, **values: Any) -> str:
        """Say the window's value, the state with most of it, the bounds, and the older series."""
        region, measure = values["region"], values["measure"]
        first, last = self._window(values)
        start = max(first, self._from(measure))
        said: list[str] = []
        if start <= last:
            said += self._counted(values, start, last)
        if start > first:
            gap = min(last, FIRST_DEATHS - 1)
            said.append(f"The tables have no deaths by state for {first} to {gap}.")
        older = self._older(values)
        if older is not None and len(older.loc[first:last]):
            part = older.loc[first:last]
            said.append(
                f"The older series estimates {part.sum():,.0f} battle deaths for {part.index[0]} "
                f"to {part.index[-1]}: another estimate, which is not added to the first."
            )
        elif values["older"] and older is None:
            said.append(
                "The older estimate exists only for deaths in UCDP's whole regions, not here."
            )
        elif values["older"]:
            said.append("The older estimate is shown to 1988, outside this window.")
        return f"{region}, {first} to {last}: " + " ".join(said)

    def _counted(self, values: Values, start: int, last: int) -> list[str]:
        measure = values["measure"]
        sums, total = self._sums(values), self.total(**values)
        years = last - start + 1
        whole = float(sums.sum())
        when = "" if start == self._window(values)[0] else f" for {start} to {last}"
        if not whole:
            return [f"no {_UNITS[measure]}{when}."]
        leader = f"{self._names[sums.index[0]]} has {sums.iloc[0] / whole:.0%} of them."
        if measure == "per_million":
            return [f"{total:,.2f} {_UNITS[measure]} and year{when}.", leader]
        rate = total / years
        mean = f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}"
        said = [f"{total:,.0f} {_UNITS[measure]}{when}, or {mean} a year."]
        said.append(leader)
        if measure in _COUNTED:
            said.append("One located in two states counts in both.")
            return said
        world = self._world[measure].loc[:, start:last].astype("float64").sum()
        said.append(f"That is {total / float(world):.1%} of the world's.")
        if measure == "state_based_deaths":
            inside = self._regions[values["region"]]
            low, high = (
                self._tables[f"state_based_{end}"][inside].loc[start:last].to_numpy().sum()
                for end in ("low", "high")
            )
            said.append(
                f"The source's own low and high estimates add up to {low:,.0f} and {high:,.0f}."
            )
        return said

    def table(self, **values: Any) -> pd.DataFrame | None:
        """List the states with most in the window."""
        sums = self._sums(values)
        top = sums[sums > 0].head(5)
        if top.empty:
            return None
        unit = _UNITS[
            "state_based_deaths" if values["measure"] == "per_million" else values["measure"]
        ]
        return pd.DataFrame(
            {
                unit: [f"{value:,.0f}" for value in top],
                "share": [f"{value / sums.sum():.0%}" for value in top],
            },
            index=pd.Index([self._names[i] for i in top.index], name="most in the window"),
        )
