"""The lessons of the course, as the map and lesson 00 show them."""

from pathlib import Path

import pytest

from asian_security import data
from asian_security.lessons.course import LESSONS, PATHS, claims_of, course_table, practice

NUMBERS = [number for number, *_ in LESSONS]


def test_every_notebook_is_a_lesson_of_the_course():
    folder = Path(__file__).resolve().parents[2] / "notebooks"
    assert sorted(path.name[:2] for path in folder.glob("*.ipynb")) == NUMBERS


def test_a_lesson_builds_on_earlier_ones():
    for number, _, _, minutes, needs in LESSONS:
        assert all(need in NUMBERS[: NUMBERS.index(number)] for need in needs)
        assert minutes > 0


def test_a_path_takes_lessons_in_order():
    assert PATHS["The whole course"] == tuple(NUMBERS)
    for path in PATHS.values():
        assert list(path) == sorted(path)
        assert set(path) <= set(NUMBERS)


def test_every_claim_is_taken_up():
    assert {claim for number in NUMBERS for claim in claims_of(number)} == set(data.claims()["id"])
    table = course_table().set_index("lesson")
    assert table.loc["07", "claims"].split() == claims_of("07")
    assert table.loc["11", "builds on"] == "04 07 09"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("", "Nothing is written yet"),
        ("Atlantis", "'Atlantis' is none of the three"),
        (7, "7 is none of the three"),
        ("ARF", "ARF is older than another one"),
        ("SCO", "Right: SCO was founded last"),
    ],
)
def test_the_practice_answer_is_checked(answer, verdict):
    assert verdict in practice(answer).text
