"""Explorers of lesson 07: who sits where, how much mechanisms overlap, what a reform changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from asian_security import data, figures
from asian_security.analysis import architecture
from asian_security.analysis.architecture import Overlap, Reform, Roster
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Choice, Slider
from asian_security.figures.labels import leader_lines, place_labels, text_width

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

FIRST_YEAR = 1947
SOURCE = (
    "Source: the course's tables of mechanisms and memberships, as of {as_of}. "
    "Who initiated a mechanism is a judgement."
)
_YEARS, _SEATS = (1943, 2029), (0, 46)
_TEXT_SIZE = 13
_PIXELS = (650, 430)
"""Width and height of the plot of :class:`MechanismsThroughTime` in a notebook."""


def _region() -> dict[str, str]:
    return data.states_by_name(data.region())


def _place_names(roster: Roster) -> dict[str, dict[str, Any]]:
    """Place the names of a state's own mechanisms where they cover no other name or mechanism."""
    alive = roster.in_force
    own, other = alive[alive["seated"]], alive[~alive["seated"]]
    corner = np.array([_YEARS[0], _SEATS[0]])
    scale = np.array(_PIXELS) / np.subtract((_YEARS[1], _SEATS[1]), corner)
    points, others = (
        (table[["founded", "members"]].to_numpy() - corner) * scale for table in (own, other)
    )
    widths = [text_width(name, _TEXT_SIZE) + 4 for name in own["mechanism"]]
    # A lit mechanism is large: to cover it counts twice.
    others = np.vstack([others, points])
    centres = place_labels(points, widths, area=(0, 0, *_PIXELS), others=others).centres
    lines = leader_lines([(x, y) for x, y in points], centres, widths)
    units = {end: end / scale + corner for line in lines for end in line}
    x, y = figures.edge_segments(lines, units)
    at = np.reshape(centres, (-1, 2)) / scale + corner
    return {
        "leaders": {"x": x, "y": y},
        "names": {
            "x": at[:, 0].tolist(),
            "y": at[:, 1].tolist(),
            "text": own["mechanism"].tolist(),
        },
    }


class MechanismsThroughTime(Explorer):
    """Mechanisms appear, grow and end; one state's forums light up."""

    title = "Mechanisms through time"
    goal = (
        "Choose a state and find the year in which it first sits in ten mechanisms. "
        "Which initiator's forums did it join first?"
    )
    source = SOURCE
    year = Slider("Year", FIRST_YEAR, data.LAST_YEAR, data.LAST_YEAR, play=True)
    state = Choice("State", data.states_by_name, "IDN")

    def draw(self) -> go.Figure:
        """Draw one trace per initiator: founding year across, seats up."""
        figure = self.empty_figure(
            "How many of the course's states sit in each mechanism?",
            height=560,
            xaxis={"title": "Year founded", "range": list(_YEARS)},
            yaxis={"title": "States with a seat (number)", "range": list(_SEATS)},
            legend={"title": {"text": "Initiator"}, "orientation": "v"},
        )
        quiet = {"showlegend": False, "hoverinfo": "skip"}
        thin = {"color": figures.GREY, "width": 1}
        figure.add_scatter(name="leaders", mode="lines", line=thin, **quiet)
        for name, cue in figures.cue(self.record().table["initiator"]).items():
            figure.add_scatter(
                name=name,
                mode="markers",
                marker={
                    "color": cue["color"],
                    "symbol": cue["symbol"],
                    "line": {"width": 1.5, "color": cue["color"]},
                },
                hovertemplate="%{customdata}<extra></extra>",
            )
        figure.add_scatter(name="names", mode="text", textfont={"size": _TEXT_SIZE}, **quiet)
        return figure

    def compute(self, year: int, state: str) -> Roster:
        """Look up each mechanism's seats in the year."""
        return architecture.roster(int(year), state)

    def update(self, roster: Roster, year: int) -> dict[str, dict[str, Any]]:
        """Move every mechanism to its number of seats; light the state's own."""
        changes: dict[str, dict[str, Any]] = {}
        for initiator, group in roster.table.groupby("initiator"):
            standing, seated = group["members"] > 0, group["seated"]
            changes[str(initiator)] = {
                "x": group["founded"].astype(object).where(standing, None).tolist(),
                "y": group["members"].astype(object).where(standing, None).tolist(),
                "customdata": [
                    f"{row.name_en}: {row.members} states in {year}" for row in group.itertuples()
                ],
                "marker": {
                    "size": np.where(seated, 17, 9).tolist(),
                    "opacity": np.where(seated, 1.0, 0.3).tolist(),
                },
            }
        return {**changes, **_place_names(roster)}

    def heading(self, roster: Roster, year: int, state: str) -> str:
        """Say the year and the state."""
        return f"{year}: the mechanisms in which {data.state_names()[state]} sits"

    def sentence(self, roster: Roster, year: int, state: str) -> str:
        """Say how many mechanisms there are, by initiator, and which hold the state."""
        alive = roster.in_force.sort_index()  # the order of the table of mechanisms
        tally = alive["initiator"].value_counts()
        own = sorted(alive.loc[alive["seated"], "mechanism"])
        by = figures.join_words([f"{count} {initiator}" for initiator, count in tally.items()], 12)
        return (
            f"In {year} the table holds {len(alive)} mechanisms in force"
            + (f" (by initiator: {by})" if len(alive) else "")
            + f". {data.state_names()[state]} sits in {len(own)} of them: "
            f"{figures.join_words(own, 40)}."
        )


class OverlapMatrix(Explorer):
    """How much two mechanisms share their members; alike ones stand beside one another."""

    title = "Overlap matrix"
    goal = (
        "Find two mechanisms with exactly the same participants. "
        "Then switch to 'contained' and find a body that sits wholly inside another one."
    )
    source = SOURCE
    year = Slider("Year", 1992, data.LAST_YEAR, data.LAST_YEAR)
    measure = Choice(
        "Measure",
        {
            "Jaccard: shared over members of either": "jaccard",
            "Shared states (number)": "shared",
            "Contained: share of the row that sits in the column": "contained",
        },
        "jaccard",
    )
    smallest = Slider("Smallest body", 3, 15, 6, unit="states")

    def draw(self) -> go.Figure:
        """Draw one heat map."""
        figure = self.empty_figure(
            "Which mechanisms share their members?",
            height=640,
            xaxis={"tickangle": -60, "tickfont": {"size": 12}},
            yaxis={"autorange": "reversed", "tickfont": {"size": 12}},
        )
        figure.add_heatmap(
            name="overlap",
            colorscale=figures.SEQUENTIAL,
            zmin=0,
            hovertemplate="%{y} and %{x}: %{z:.2f}<extra></extra>",
            colorbar={"title": {"text": "overlap"}},
        )
        return figure

    def compute(self, year: int, measure: str, smallest: int) -> Overlap:
        """Compare the members of every two mechanisms."""
        return architecture.overlap(int(year), measure, int(smallest))

    def update(self, overlap: Overlap, measure: str) -> dict[str, dict[str, Any]]:
        """Fill the heat map; the diagonal says nothing and is left empty."""
        matrix = overlap.matrix
        counted = measure == "shared" and len(matrix) > 1
        return {
            "overlap": {
                "x": list(matrix.columns),
                "y": list(matrix.index),
                "z": matrix.to_numpy().tolist(),
                "zmax": overlap.highest if counted else 1.0,
            }
        }

    def sentence(self, overlap: Overlap, year: int, measure: str, smallest: int) -> str:
        """Name the most alike pairs and the mean overlap."""
        if len(overlap.matrix) < 2:
            return f"In {year} fewer than two mechanisms are that large: lower the smallest body."
        word = "within" if measure == "contained" else "and"
        pairs = figures.join_words([f"{a} {word} {b}" for a, b in overlap.pairs], 6)
        digits = 0 if measure == "shared" else 2
        return (
            f"In {year}, {len(overlap.matrix)} mechanisms have at least {smallest} of the "
            f"course's states. Highest value {overlap.highest:.{digits}f}: {pairs}. Mean over all "
            f"pairs {overlap.mean:.2f}; {overlap.disjoint:.0%} of the pairs share no state."
        )


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
    source = SOURCE + " Issues are this course's coding."
    reform = Choice(
        "Reform",
        {
            "Leave everything as it is": "none",
            "Admit a state to A": "admit",
            "Merge A and B": "merge",
            "Link A and B": "link",
            "Give A a secretariat": "secretariat",
        },
        "admit",
    )
    a = Choice("Mechanism A", lambda: architecture.today().names, "SCO")
    b = Choice("Mechanism B", lambda: architecture.today().names, "CICA")
    state = Choice("State", _region, "JPN")

    def draw(self) -> go.Figure:
        """Draw two dots per measure, joined by a line."""
        figure = self.empty_figure(
            "What one reform changes",
            height=420,
            xaxis={"title": "Value (0 to 1)", "range": [0, 1.02]},
            yaxis={"autorange": "reversed"},
            legend=figures.LEGEND_ABOVE,
        )
        labels = list(_MEASURES.values())
        today = architecture.profile_today()
        before = [getattr(today, name) for name in _MEASURES]
        line = {"color": figures.GREY, "width": 3}
        figure.add_scatter(name="change", mode="lines", line=line, showlegend=False)
        marker = {"size": 15, "symbol": "circle-open", "line": {"width": 3}, "color": figures.BLUE}
        figure.add_scatter(name="today", x=before, y=labels, mode="markers", marker=marker)
        marker = {"size": 13, "symbol": "diamond", "color": figures.VERMILION}
        figure.add_scatter(name="after the reform", y=labels, mode="markers", marker=marker)
        return figure

    def compute(self, reform: str, a: str, b: str, state: str) -> Reform:
        """Describe the architecture before and after the reform."""
        return architecture.reform_today(reform, a, b, state)

    def update(self, reform: Reform) -> dict[str, dict[str, Any]]:
        """Move the second dot of each measure."""
        before = [getattr(reform.before, name) for name in _MEASURES]
        after = [getattr(reform.after, name) for name in _MEASURES]
        ends = zip(before, after, strict=True)
        return {
            "change": {
                "x": [x for pair in ends for x in (*pair, None)],
                "y": [y for label in _MEASURES.values() for y in (label, label, None)],
            },
            "after the reform": {"x": after},
        }

    # The value `reform` is the control's; the record that `compute` returned comes first.
    def heading(self, record: Reform, reform: str, a: str, b: str, state: str) -> str:
        """Name the reform."""
        return {
            "none": "No reform",
            "admit": f"Admit {state} to {a}",
            "merge": f"Merge {a} and {b}",
            "link": f"Link {a} and {b}",
            "secretariat": f"Give {a} a secretariat",
        }[reform]

    def sentence(self, record: Reform, reform: str, a: str, b: str, state: str) -> str:
        """Say which measures move, and by how much."""
        name = self.heading(record, reform, a, b, state)
        if not record.possible:
            return f"{name}: choose two different mechanisms."
        moved = [
            f"{measure.replace('_', ' ')} {change:+.3g}"
            for measure, change in record.changes["change"].items()
            if abs(change) > 1e-12
        ]
        if not moved:
            return f"{name}: none of the ten measures moves. It may matter in ways they do not see."
        return f"{name}: {figures.join_words(moved, 12)}; the other measures stay as they are."

    def table(self, record: Reform) -> pd.DataFrame:
        """Set all ten measures before and after side by side."""
        return record.changes.round(3).rename(index=lambda name: name.replace("_", " "))
