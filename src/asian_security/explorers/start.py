"""Explorers of lesson 00: growth of the mechanisms, and the map of the course."""

from functools import cached_property
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from asian_security import data, figures
from asian_security.explorers.base import Choice, Control, Explorer, Slider
from asian_security.page import Page, bullets

FIRST_YEAR, LAST_YEAR = 1947, 2025

# number, question, part of the article, minutes, lessons it builds on
LESSONS: tuple[tuple[str, str, str, int, tuple[str, ...]], ...] = (
    ("00", "Can you test a doctrine?", "start", 20, ()),
    ("01", "What does the article claim, and what is Asia's record?", "setting", 60, ("00",)),
    ("02", "Can a state be safe alone?", "principles", 75, ("01",)),
    ("03", "Where should cooperation begin?", "principles", 75, ("01", "02")),
    ("04", "When does talking prevent war?", "principles", 75, ("02",)),
    ("05", "Is security as strong as its weakest stave?", "pathways", 60, ("02",)),
    ("06", "Why do old disputes stay dangerous?", "pathways", 75, ("04",)),
    ("07", "How is the region organised?", "pathways", 90, ("01", "03")),
    ("08", "Must states choose?", "challenges", 75, ("02", "07")),
    ("09", "Can there be too many institutions?", "challenges", 75, ("07",)),
    ("10", "How much unity does cooperation need?", "challenges", 60, ("02", "03")),
    ("11", "Which architecture would you design?", "capstone", 120, ("04", "07", "09")),
)
PATHS = {
    "The whole course": tuple(number for number, *_ in LESSONS),
    "One seminar: 00 at home, 07 in class": ("00", "07"),
    "Puzzle: why do states arm when nobody wants war?": ("00", "01", "02", "04", "10"),
    "Puzzle: does talking help?": ("00", "01", "03", "04", "06"),
    "Puzzle: are there too many forums?": ("00", "07", "09", "11"),
    "Puzzle: must Asia choose sides?": ("00", "01", "07", "08"),
}
_COLUMN = {"start": 0, "setting": 1, "principles": 2, "pathways": 3, "challenges": 4, "capstone": 5}
# Places at which no arrow runs behind a lesson that it does not concern.
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


def claims_of(number: str) -> list[str]:
    """Return the ids of the claims that a lesson takes up."""
    claims = data.claims()
    return list(claims.loc[claims["lesson"].str.split().map(lambda taken: number in taken), "id"])


def course_table() -> pd.DataFrame:
    """Return one row a lesson: number, question, part, minutes, builds on, claims."""
    rows = [
        {
            "lesson": number,
            "question": question,
            "part": part,
            "minutes": minutes,
            "builds on": " ".join(needs),
            "claims": " ".join(claims_of(number)),
        }
        for number, question, part, minutes, needs in LESSONS
    ]
    return pd.DataFrame(rows)


def practice(youngest: object) -> Page:
    """Check the practice answer of lesson 00: the youngest of SCO, ARF and CICA.

    Parameters
    ----------
    youngest : object
        What the learner wrote.

    Returns
    -------
    Page
        What is right or wrong, and how to go on.
    """
    founded = data.mechanisms().set_index("mechanism").loc[["SCO", "ARF", "CICA"], "founded"]
    if youngest == "":
        return bullets(
            ["Nothing is written yet: put SCO, ARF or CICA between the quotation marks."]
        )
    if youngest not in founded.index:
        return bullets([f"{youngest!r} is none of the three: write SCO, ARF or CICA."])
    if youngest != founded.idxmax():
        return bullets([f"{youngest} is older than another one: compare the years in the table."])
    return bullets([f"Right: {youngest} was founded last of the three."])


class Growth(Explorer):
    """How many mechanisms were in force, year by year."""

    title = "How many mechanisms?"
    goal = "Find the first year in which more than thirty mechanisms were in force."

    @cached_property
    def _counts(self) -> pd.Series:
        years = range(FIRST_YEAR, LAST_YEAR + 1)
        return pd.Series([len(data.mechanisms(as_of=year)) for year in years], index=years)

    def controls(self) -> dict[str, Control]:
        """Return the year."""
        return {"year": Slider("Year", FIRST_YEAR, LAST_YEAR, 1990)}

    def draw(self) -> go.Figure:
        """Draw the line up to the year, and what is still to come as a thin dotted line."""
        figure = go.Figure(
            layout=figures.layout(
                "Mechanisms in force",
                "Source: the course's table of mechanisms, as of 2025-12-31.",
                xaxis={"title": "Year", "range": [FIRST_YEAR - 1, LAST_YEAR + 1]},
                yaxis={"title": "Mechanisms in force (number)", "rangemode": "tozero"},
                showlegend=False,
            )
        )
        counts = self._counts
        figure.add_scatter(
            x=list(counts.index),
            y=list(counts),
            mode="lines",
            line={"color": figures.GREY, "width": 1, "dash": "dot"},
            hoverinfo="skip",
        )
        figure.add_scatter(mode="lines", line={"color": figures.BLUE, "width": 4})
        figure.add_scatter(
            mode="markers+text",
            marker={"size": 14, "color": figures.VERMILION, "symbol": "diamond"},
            textposition="top left",
            textfont={"size": 16},
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Draw the thick line up to the year."""
        year = int(values["year"])
        past = self._counts.loc[:year]
        return [
            {},
            {"x": list(past.index), "y": list(past)},
            {"x": [year], "y": [past.iloc[-1]], "text": [str(past.iloc[-1])]},
        ]

    def sentence(self, **values: Any) -> str:
        """Say how many there were, and what came and went in the ten years before."""
        year = int(values["year"])
        table = data.mechanisms()
        founded = table["founded"].str[:4].astype(int)
        ended = table["ended"].fillna("9999").str[:4].astype(int)
        came = int(((founded > year - 10) & (founded <= year)).sum())
        went = int(((ended > year - 10) & (ended <= year)).sum())
        return (
            f"In {year} the table has {self._counts.loc[year]} mechanisms in force on at least one "
            f"day; in the ten years up to then {came} were founded and {went} ended."
        )


class CourseMap(Explorer):
    """The lessons, what builds on what, and a path through them."""

    title = "The map of the course"
    goal = "Choose a path and see which lessons it takes and how long it lasts."

    def controls(self) -> dict[str, Control]:
        """Return the path."""
        return {"path": Choice("Path", list(PATHS), "The whole course")}

    def draw(self) -> go.Figure:
        """Draw lessons as numbered squares, left to right as the article goes."""
        figure = go.Figure(
            layout=figures.layout(
                "Twelve lessons",
                "Source: the course; arrows run from a lesson to one that builds on it.",
                height=430,
                showlegend=False,
                margin={"l": 10, "r": 10, "t": 60, "b": 10},
            )
        )
        bare = figures.bare_axes()
        figure.update_layout(
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
            x=[_AT[number][0] for number, *_ in LESSONS],
            y=[_AT[number][1] for number, *_ in LESSONS],
            text=[number for number, *_ in LESSONS],
            customdata=[f"{number} {question}" for number, question, *_ in LESSONS],
            mode="markers+text",
            textposition="middle center",
            hovertemplate="%{customdata}<extra></extra>",
        )
        return figure

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Fill the squares on the path; leave the others open."""
        on = [number in PATHS[values["path"]] for number, *_ in LESSONS]
        arrows: list[dict[str, Any]] = [{} for *_, needs in LESSONS for _ in needs]
        return [
            *arrows,
            {
                "marker": {
                    "symbol": "square",
                    "size": 42,
                    "opacity": 1,
                    "color": [figures.BLUE if chosen else "white" for chosen in on],
                    "line": {
                        "width": 2,
                        "color": [figures.BLUE if chosen else figures.GREY for chosen in on],
                    },
                },
                "textfont": {
                    "size": 17,
                    "color": ["white" if chosen else "#444444" for chosen in on],
                },
            },
        ]

    def layout(self, **values: Any) -> dict[str, Any]:
        """Name the path in the title."""
        return {"title": {"text": values["path"]}}

    def sentence(self, **values: Any) -> str:
        """List the path's lessons and their time."""
        chosen = [lesson for lesson in LESSONS if lesson[0] in PATHS[values["path"]]]
        minutes = sum(lesson[3] for lesson in chosen)
        listed = "; ".join(f"{lesson[0]} {lesson[1]} ({lesson[3]} min)" for lesson in chosen)
        return f"{values['path']}: {len(chosen)} lessons, {minutes / 60:.1f} hours. {listed}."
