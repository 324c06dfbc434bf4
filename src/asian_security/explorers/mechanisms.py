"""Explorers of lesson 07: who sits where, how much mechanisms overlap, what a reform changes."""

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy.cluster.hierarchy import average, leaves_list, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from asian_security import data, figures
from asian_security.analysis import networks, reforms
from asian_security.explorers.first_contract import Choice, Control, Explorer, Slider

FIRST_YEAR, LAST_YEAR = 1947, 2025
_SOURCE = (
    "Source: the course's tables of mechanisms and memberships, as of 2025-12-31. "
    "Who initiated a mechanism is a judgement."
)
_PLACES = {
    "above": (0.0, 1.9),
    "below": (0.0, -1.9),
    "right": (1.0, 0.0),
    "left": (-1.0, 0.0),
}


def _names() -> dict[str, str]:
    states = data.states().sort_values("name_en")
    return dict(zip(states["name_en"], states["iso3"], strict=True))


def _listed(items: list[str], most: int = 12) -> str:
    if not items:
        return "none"
    if len(items) > most:
        return ", ".join(items[:most]) + f" and {len(items) - most} more"
    return ", ".join(items[:-1]) + (" and " if len(items) > 1 else "") + items[-1]


def _label_centres(points: list[tuple[float, float, str]]) -> list[tuple[float, float]]:
    """Put each label on the side of its point where it covers the fewest points and labels."""
    taken = [(x, y) for x, y, _ in points]
    chosen: list[tuple[float, float]] = []
    for x, y, text in points:
        width = 0.55 * len(text) + 1.5

        def centre(
            side: tuple[float, float], x: float = x, y: float = y, width: float = width
        ) -> tuple[float, float]:
            return x + side[0] * width, y + side[1]

        def crowd(place: str, width: float = width) -> int:
            at = centre(_PLACES[place])
            return sum(abs(at[0] - a) < width and abs(at[1] - b) < 1.3 for a, b in taken)

        chosen.append(centre(_PLACES[min(_PLACES, key=crowd)]))
        taken.append(chosen[-1])
    return chosen


class MechanismsThroughTime(Explorer):
    """Mechanisms appear, grow and end; one state's forums light up."""

    title = "Mechanisms through time"
    goal = (
        "Choose a state and find the year in which it first sits in ten mechanisms. "
        "Which initiator's forums did it join first?"
    )

    @cached_property
    def _mechanisms(self) -> pd.DataFrame:
        found = data.mechanisms()
        return found[found["kind"] != "conference"].reset_index(drop=True)

    @cached_property
    def _seated(self) -> dict[int, dict[str, set[str]]]:
        spells = data.memberships(status=data.SEATS)
        first = spells["start"].str[:4].astype(int)
        last = spells["end"].fillna("9999").str[:4].astype(int)
        seated: dict[int, dict[str, set[str]]] = {}
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            here = spells[(first <= year) & (last >= year)]
            seated[year] = here.groupby("mechanism")["iso3"].agg(set).to_dict()
        return seated

    @cached_property
    def _groups(self) -> dict[str, pd.DataFrame]:
        counts = self._mechanisms["initiator"].value_counts()
        rank = {name: i for i, name in enumerate(counts.index)}
        ordered = self._mechanisms.sort_values(
            "initiator", key=lambda column: column.map(rank), kind="stable"
        )
        return dict(iter(ordered.groupby("initiator", sort=False)))

    def controls(self) -> dict[str, Control]:
        """Return the year and the state."""
        return {
            "year": Slider("Year", FIRST_YEAR, LAST_YEAR, LAST_YEAR, play=True),
            "state": Choice("State", _names(), "IDN"),
        }

    def draw(self) -> go.Figure:
        """Draw one trace an initiator: founding year across, seats up."""
        cues = figures.cue(self._groups)
        figure = go.Figure(
            layout=figures.layout(
                "How many of the course's states sit in each mechanism?",
                _SOURCE,
                height=560,
                xaxis={"title": "Year founded", "range": [1943, 2029]},
                yaxis={"title": "States with a seat (number)", "range": [0, 46]},
                legend={"title": {"text": "Initiator"}, "orientation": "v"},
            )
        )
        for name in self._groups:
            figure.add_scatter(
                name=name,
                mode="markers",
                marker={
                    "color": cues[name]["color"],
                    "symbol": cues[name]["symbol"],
                    "line": {"width": 1.5, "color": cues[name]["color"]},
                },
                hovertemplate="%{customdata}<extra></extra>",
            )
        figure.add_scatter(mode="text", textfont={"size": 13}, showlegend=False, hoverinfo="skip")
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move every mechanism to its number of seats; light the state's own."""
        year, state = int(values["year"]), values["state"]
        seated = self._seated[year]
        changes: list[dict[str, Any]] = []
        labels: list[tuple[float, float, str]] = []
        for group in self._groups.values():
            x: list[int | None] = []
            y: list[int | None] = []
            hover, size, opacity = [], [], []
            for row in group.itertuples():
                members = seated.get(row.mechanism, set())
                lit = state in members
                x.append(int(row.founded[:4]) if members else None)
                y.append(len(members) if members else None)
                if lit:
                    labels.append((int(row.founded[:4]), len(members), row.mechanism))
                hover.append(f"{row.name_en}: {len(members)} states in {year}")
                size.append(17 if lit else 9)
                opacity.append(1.0 if lit else 0.3)
            changes.append(
                {
                    "x": x,
                    "y": y,
                    "customdata": hover,
                    "marker": {"size": size, "opacity": opacity},
                }
            )
        centres = _label_centres(labels)
        named = {
            "x": [x for x, _ in centres],
            "y": [y for _, y in centres],
            "text": [text for _, _, text in labels],
        }
        return [*changes, named]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Put the year and the state into the title."""
        name = {iso3: name for name, iso3 in _names().items()}[values["state"]]
        return {"title": {"text": f"{values['year']}: the mechanisms in which {name} sits"}}

    def sentence(self, **values: Any) -> str:
        """Say how many mechanisms there are, by initiator, and which hold the state."""
        year, state = int(values["year"]), values["state"]
        name = {iso3: name for name, iso3 in _names().items()}[state]
        seated = self._seated[year]
        alive = self._mechanisms[self._mechanisms["mechanism"].isin(list(seated))]
        tally = alive["initiator"].value_counts()
        own = sorted(m for m in alive["mechanism"] if state in seated[m])
        by = _listed([f"{count} {initiator}" for initiator, count in tally.items()])
        return (
            f"In {year} the table holds {len(alive)} mechanisms in force"
            + (f" (by initiator: {by})" if len(alive) else "")
            + f". {name} sits in {len(own)} of them: {_listed(own, 40)}."
        )


class OverlapMatrix(Explorer):
    """How much two mechanisms share their members; alike ones stand beside one another."""

    title = "Overlap matrix"
    goal = (
        "Find two mechanisms with exactly the same participants. "
        "Then switch to 'contained' and find a body that sits wholly inside another one."
    )

    def controls(self) -> dict[str, Control]:
        """Return the year, the measure and the smallest body shown."""
        return {
            "year": Slider("Year", 1992, LAST_YEAR, LAST_YEAR),
            "measure": Choice(
                "Measure",
                {
                    "Jaccard: shared over members of either": "jaccard",
                    "Shared states (number)": "shared",
                    "Contained: share of the row that sits in the column": "contained",
                },
                "jaccard",
            ),
            "smallest": Slider("Smallest body", 3, 15, 6, unit="states"),
        }

    def _matrix(self, year: int, measure: str, smallest: int) -> pd.DataFrame:
        seats = data.memberships(as_of=year, status=data.SEATS)
        graph = networks.two_mode(seats)
        size = networks.degrees(graph, "mechanism")
        large = sorted(size[size >= smallest].index)
        if len(large) > 2:
            alike = networks.overlap_matrix(graph).loc[large, large].to_numpy()
            near = squareform(1 - alike, checks=False)
            order = leaves_list(optimal_leaf_ordering(average(near), near))
            large = [large[i] for i in order]
        return networks.overlap_matrix(graph, measure).loc[large, large]

    def draw(self) -> go.Figure:
        """Draw one heat map."""
        figure = go.Figure(
            layout=figures.layout(
                "Which mechanisms share their members?",
                _SOURCE,
                height=640,
                xaxis={"tickangle": -60, "tickfont": {"size": 12}},
                yaxis={"autorange": "reversed", "tickfont": {"size": 12}},
            )
        )
        figure.add_heatmap(
            colorscale=figures.SEQUENTIAL,
            zmin=0,
            hovertemplate="%{y} and %{x}: %{z:.2f}<extra></extra>",
            colorbar={"title": {"text": "overlap"}},
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Fill the heat map; the diagonal says nothing and is left empty."""
        matrix = self._matrix(int(values["year"]), values["measure"], int(values["smallest"]))
        z = matrix.to_numpy(copy=True)
        np.fill_diagonal(z, np.nan)
        top = float(np.nanmax(z)) if z.size > 1 else 1.0
        return [
            {
                "x": list(matrix.columns),
                "y": list(matrix.index),
                "z": [[None if np.isnan(v) else v for v in row] for row in z],
                "zmax": 1.0 if values["measure"] != "shared" else top,
            }
        ]

    def sentence(self, **values: Any) -> str:
        """Name the most alike pairs and the mean overlap."""
        year, measure = int(values["year"]), values["measure"]
        matrix = self._matrix(year, measure, int(values["smallest"]))
        if len(matrix) < 2:
            return f"In {year} fewer than two mechanisms are that large: lower the smallest body."
        z = matrix.to_numpy(copy=True)
        np.fill_diagonal(z, np.nan)
        best = np.nanmax(z)
        rows, columns = np.where(z == best)
        pairs = []
        for i, j in zip(rows, columns, strict=True):
            if measure == "contained":
                pairs.append(f"{matrix.index[i]} within {matrix.columns[j]}")
            elif i < j:
                pairs.append(f"{matrix.index[i]} and {matrix.columns[j]}")
        digits = ".0f" if measure == "shared" else ".2f"
        apart = float(np.mean(z[np.triu_indices(len(z), 1)] == 0))
        return (
            f"In {year}, {len(matrix)} mechanisms have at least {values['smallest']} of the "
            f"course's states. Highest value {best:{digits}}: {_listed(pairs, 6)}. Mean over all "
            f"pairs {np.nanmean(z):.2f}; {apart:.0%} of the pairs share no state."
        )


_REFORMS = {
    "Leave everything as it is": "none",
    "Admit a state to A": "admit",
    "Merge A and B": "merge",
    "Link A and B": "link",
    "Give A a secretariat": "secretariat",
}
_MEASURES = {
    "pairs_covered": "Pairs of states that share a forum (share)",
    "issue_coverage": "State-issue cells covered (share)",
    "mean_overlap": "Mean overlap of members (Jaccard)",
    "centralisation": "Centralisation (0 equal, 1 star)",
    "representation": "Representation of subregions (1 proportional)",
    "with_secretariat": "Mechanisms with a secretariat (share)",
}


class ReformLab(Explorer):
    """One reform at a time: the architecture before and after."""

    title = "Reform lab"
    goal = (
        "Ling asks for wider participation, links among mechanisms and secretariats (C10, C11, "
        "C13). Find one reform that raises coverage without raising overlap."
    )

    @cached_property
    def _states(self) -> pd.DataFrame:
        states = data.states()
        return states[states["subregion"].isin(data.NEIGHBOURHOOD)]

    @cached_property
    def _today(self) -> reforms.Architecture:
        mechanisms = data.mechanisms(as_of=LAST_YEAR)
        coded = set(data.mechanism_issues()["mechanism"])
        kept = mechanisms[mechanisms["mechanism"].isin(coded)]
        seats = data.memberships(as_of=LAST_YEAR, status=data.SEATS)
        seats = seats[
            seats["mechanism"].isin(kept["mechanism"]) & seats["iso3"].isin(self._states["iso3"])
        ]
        return reforms.architecture(seats, data.mechanism_issues(), kept)

    @cached_property
    def _before(self) -> reforms.Profile:
        return reforms.profile(self._today, self._states)

    def controls(self) -> dict[str, Control]:
        """Return the reform, two mechanisms and a state."""
        names = self._today.names
        inside = {n: i for n, i in _names().items() if i in set(self._states["iso3"])}
        return {
            "reform": Choice("Reform", _REFORMS, "admit"),
            "a": Choice("Mechanism A", names, "SCO"),
            "b": Choice("Mechanism B", names, "CICA"),
            "state": Choice("State", inside, "JPN"),
        }

    def _after(self, reform: str, a: str, b: str, state: str) -> reforms.Profile | None:
        plan = self._today
        if reform == "admit":
            plan = reforms.admit(plan, a, [state])
        elif reform == "merge" and a != b:
            plan = reforms.merge(plan, [a, b], f"{a}+{b}")
        elif reform == "link" and a != b:
            plan = reforms.link(plan, a, b)
        elif reform == "secretariat":
            plan = reforms.add_secretariat(plan, a)
        elif reform != "none":
            return None
        return reforms.profile(plan, self._states)

    def draw(self) -> go.Figure:
        """Draw two dots a measure, joined by a line."""
        figure = go.Figure(
            layout=figures.layout(
                "What one reform changes",
                _SOURCE + " Issues are this course's coding.",
                height=420,
                xaxis={"title": "Value (0 to 1)", "range": [0, 1.02]},
                yaxis={"autorange": "reversed"},
                legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            )
        )
        labels = list(_MEASURES.values())
        figure.add_scatter(mode="lines", line={"color": figures.GREY, "width": 3}, showlegend=False)
        before = [getattr(self._before, name) for name in _MEASURES]
        marker = {"size": 15, "symbol": "circle-open", "line": {"width": 3}, "color": figures.BLUE}
        figure.add_scatter(x=before, y=labels, mode="markers", name="today", marker=marker)
        marker = {"size": 13, "symbol": "diamond", "color": figures.VERMILION}
        figure.add_scatter(y=labels, mode="markers", name="after the reform", marker=marker)
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Move the second dot of each measure."""
        after = self._after(**values) or self._before
        x: list[float | None] = []
        y: list[str | None] = []
        for name, label in _MEASURES.items():
            x += [getattr(self._before, name), getattr(after, name), None]
            y += [label, label, None]
        return [{"x": x, "y": y}, {}, {"x": [getattr(after, name) for name in _MEASURES]}]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the reform in the title."""
        return {"title": {"text": self._named(**values)}}

    def _named(self, reform: str, a: str, b: str, state: str) -> str:
        return {
            "none": "No reform",
            "admit": f"Admit {state} to {a}",
            "merge": f"Merge {a} and {b}",
            "link": f"Link {a} and {b}",
            "secretariat": f"Give {a} a secretariat",
        }[reform]

    def sentence(self, **values: Any) -> str:
        """Say which measures move, and by how much."""
        after = self._after(**values)
        named = self._named(**values)
        if after is None:
            return f"{named}: choose two different mechanisms."
        table = reforms.compare(self._before, after)["change"]
        moved = [
            f"{name.replace('_', ' ')} {change:+.3g}"
            for name, change in table.items()
            if abs(change) > 1e-12
        ]
        if not moved:
            return (
                f"{named}: none of the ten measures moves. It may matter in ways they do not see."
            )
        return f"{named}: {_listed(moved)}; the other measures stay as they are."

    def table(self, **values: Any) -> pd.DataFrame | None:
        """Set all ten measures before and after side by side."""
        after = self._after(**values) or self._before
        table = reforms.compare(self._before, after).round(3)
        return table.rename(index=lambda name: name.replace("_", " "))
