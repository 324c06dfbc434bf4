"""The lessons of the course: what each asks, what it builds on, and paths through them."""

from __future__ import annotations

import pandas as pd

from asian_security import data
from asian_security.lessons.page import Page, bullets

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


def claims_of(number: str) -> list[str]:
    """Return the ids of the claims that a lesson takes up."""
    claims = data.claims()
    return list(claims.loc[claims["lesson"].str.split().map(lambda taken: number in taken), "id"])


def course_table() -> pd.DataFrame:
    """Return one row per lesson: number, question, part, minutes, builds on, claims."""
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
