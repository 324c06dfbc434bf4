"""Explorers of lesson 00: growth of the mechanisms, and the map of the course."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from asian_security import data, figures
from asian_security.analysis.architecture import mechanisms_in_force
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Choice, Slider
from asian_security.lessons.course import LESSONS, PATHS, course_table, practice

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

__all__ = ["CourseMap", "Growth", "course_table", "practice"]

FIRST_YEAR = 1947
_COLUMN = {"start": 0, "setting": 1, "principles": 2, "pathways": 3, "challenges": 4, "capstone": 5}
# Places of the lessons such that no arrow passes behind a lesson it does not concern.
_AT = {
    "00": (0.0, 1.0),
    "01": (1.0, 1.0),
    "02": (1.9, 2.4),
    "03": (2.25, 0.75),
    "04": (1.9, -0.3),
    "05": (3.0, 3.0),
    "06": (3.0, -0.3),
    "07": (3.0, 1.75),
    "08": (4.0, 2.7),
    "09": (4.0, 1.9),
    "10": (4.0, 0.05),
    "11": (5.0, 1.0),
}


@dataclass(frozen=True)
class Past:
    """The mechanisms up to a year, and what the ten years up to it changed."""

    years: list[int]
    counts: list[int]
    founded: int
    ended: int


class Growth(Explorer):
    """How many mechanisms were in force, year by year."""

    title = "How many mechanisms?"
    goal = "Find the first year in which more than thirty mechanisms were in force."
    source = "Source: the course's table of mechanisms, as of {as_of}."
    year = Slider("Year", FIRST_YEAR, data.LAST_YEAR, 1990)

    @cached_property
    def _counts(self) -> pd.Series:
        return mechanisms_in_force(range(FIRST_YEAR, data.LAST_YEAR + 1))

    def draw(self) -> go.Figure:
        """Draw the line up to the year, and what is still to come as a thin dotted line."""
        figure = self.empty_figure(
            "Mechanisms in force",
            xaxis={"title": "Year", "range": [FIRST_YEAR - 1, data.LAST_YEAR + 1]},
            yaxis={"title": "Mechanisms in force (number)", "rangemode": "tozero"},
            showlegend=False,
        )
        figure.add_scatter(
            name="all years",
            x=list(self._counts.index),
            y=list(self._counts),
            mode="lines",
            line={"color": figures.GREY, "width": 1, "dash": "dot"},
            hoverinfo="skip",
        )
        figure.add_scatter(
            name="up to the year", mode="lines", line={"color": figures.BLUE, "width": 4}
        )
        figure.add_scatter(
            name="the year",
            mode="markers+text",
            marker={"size": 14, "color": figures.VERMILION, "symbol": "diamond"},
            textposition="top left",
            textfont={"size": 16},
        )
        return figure

    def compute(self, year: int) -> Past:
        """Count the mechanisms up to a year."""
        past = self._counts.loc[:year]
        table = data.mechanisms()
        founded = table["founded"].str[:4].astype(int)
        ended = table["ended"].fillna("9999").str[:4].astype(int)
        return Past(
            list(past.index),
            list(past),
            int(founded.between(year - 9, year).sum()),
            int(ended.between(year - 9, year).sum()),
        )

    def update(self, past: Past) -> dict[str, dict[str, Any]]:
        """Draw the thick line up to the year."""
        year, count = past.years[-1], past.counts[-1]
        return {
            "up to the year": {"x": past.years, "y": past.counts},
            "the year": {"x": [year], "y": [count], "text": [str(count)]},
        }

    def sentence(self, past: Past, year: int) -> str:
        """Say how many there were, and what came and went in the ten years before."""
        return (
            f"In {year} the table has {past.counts[-1]} mechanisms in force on at least one "
            f"day; in the ten years up to then {past.founded} were founded and {past.ended} ended."
        )


@dataclass(frozen=True)
class Path:
    """The lessons of a path, and the minutes that they take."""

    lessons: list[tuple[str, str, int]]
    minutes: int


class CourseMap(Explorer):
    """The lessons, what builds on what, and a path through them."""

    title = "The map of the course"
    goal = "Choose a path and see which lessons it takes and how long it lasts."
    source = "Source: the course; arrows run from a lesson to one that builds on it."
    path = Choice("Path", list(PATHS), "The whole course")

    def draw(self) -> go.Figure:
        """Draw lessons as numbered squares, left to right as the article goes."""
        bare = figures.bare_axes()
        figure = self.empty_figure(
            "Twelve lessons",
            height=430,
            showlegend=False,
            margin={"l": 10, "r": 10, "t": 60, "b": 10},
            xaxis={**bare["xaxis"], "range": [-0.4, 5.4]},
            yaxis={**bare["yaxis"], "range": [-0.75, 4.0]},
            annotations=[
                {
                    "x": column,
                    "y": 3.8,
                    "text": f"<b>{part}</b>",
                    "showarrow": False,
                    "font": {"size": 15},
                }
                for part, column in _COLUMN.items()
            ],
        )
        for number, *_, needs in LESSONS:
            for need in needs:
                (x0, y0), (x1, y1) = _AT[need], _AT[number]
                figure.add_scatter(
                    name=f"{need} to {number}",
                    x=[x0, x1],
                    y=[y0, y1],
                    mode="lines+markers",
                    line={"color": "#999999", "width": 1.5},
                    marker={
                        "symbol": "arrow",
                        "angleref": "previous",
                        "size": [0, 12],
                        "standoff": [0, 24],
                        "color": "#777777",
                    },
                    hoverinfo="skip",
                )
        figure.add_scatter(
            name="lessons",
            x=[_AT[number][0] for number, *_ in LESSONS],
            y=[_AT[number][1] for number, *_ in LESSONS],
            text=[number for number, *_ in LESSONS],
            customdata=[f"{number} {question}" for number, question, *_ in LESSONS],
            mode="markers+text",
            textposition="middle center",
            hovertemplate="%{customdata}<extra></extra>",
            marker={"symbol": "square", "size": 42, "opacity": 1, "line": {"width": 2}},
            textfont={"size": 17},
        )
        return figure

    def compute(self, path: str) -> Path:
        """Gather the path's lessons."""
        taken = [
            (number, asks, time) for number, asks, _, time, _ in LESSONS if number in PATHS[path]
        ]
        return Path(taken, sum(time for *_, time in taken))

    def update(self, path: Path) -> dict[str, dict[str, Any]]:
        """Fill the squares on the path; leave the others open."""
        taken = {number for number, *_ in path.lessons}
        on = [number in taken for number, *_ in LESSONS]
        edges = [figures.BLUE if chosen else figures.GREY for chosen in on]
        fills = [figures.BLUE if chosen else "white" for chosen in on]
        words = ["white" if chosen else "#444444" for chosen in on]
        return {
            "lessons": {
                "marker": {"color": fills, "line": {"color": edges}},
                "textfont": {"color": words},
            }
        }

    def heading(self, taken: Path, path: str) -> str:
        """Name the path."""
        return path

    def sentence(self, taken: Path, path: str) -> str:
        """List the path's lessons and their time."""
        listed = "; ".join(f"{number} {asks} ({time} min)" for number, asks, time in taken.lessons)
        return f"{path}: {len(taken.lessons)} lessons, {taken.minutes / 60:.1f} hours. {listed}."
