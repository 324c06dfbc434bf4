"""Who is in the class, from a list of one's own or a platform's."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbval_grader.errors import BadInput
from nbval_grader.gradebook.roster import read_roster


def test_a_list_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text("student,name\nann,Ann Lee\nZoe\u0308,\n", "utf-8")
    roster = read_roster(path)
    assert roster.kind == "plain"
    assert [(p.key, p.name) for p in roster.list_people()] == [("ann", "Ann Lee"), ("Zo\u00eb", "")]
    assert roster.key_of("lee_7") == "lee_7"


def test_canvas_and_moodle_are_known_by_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text('Student,ID\n    Points Possible,\n"Lee, Ann",101\n')
    canvas = read_roster(path)
    assert canvas.kind == "canvas"
    assert [(p.key, p.name) for p in canvas.list_people()] == [("101", "Lee, Ann")]
    assert canvas.key_of("leeann_101") == "101"
    path.write_text("Identifier,Full name\nParticipant 55,Ann Lee\nnobody,x\n")
    moodle = read_roster(path)
    assert moodle.kind == "moodle"
    assert [(p.key, p.name) for p in moodle.list_people()] == [("55", "Ann Lee")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("who\nann\n", "is no roster: it needs a column 'student'"),
        ("student\n", "names no student"),
        ("student\nann\nbo\nann\n", "names 'ann' more than once"),
    ],
)
def test_what_is_no_roster(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "class.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=message):
        read_roster(path)
