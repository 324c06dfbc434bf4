"""The balance machine says and draws what the models of balance say."""

import json

import pytest

from asian_security.analysis.dispute_record import STARTS
from asian_security.explorers.balance_machine import BalanceMachine


@pytest.fixture(scope="module")
def machine():
    return BalanceMachine()


def test_two_rivals_with_four_friends_have_four_unbalanced_triangles(machine):
    sentence = machine.describe()
    assert "4 of 20 triangles are unbalanced (tension 0.20)" in sentence
    assert "under most pressure is P-Q: flipping it would leave 4 fewer" in sentence
    assert "ends with everybody in one camp" in sentence


@pytest.mark.parametrize(
    ("rivalry_strength", "tilt", "ending"),
    [
        (3.5, 0, "everybody in one camp"),
        (4, 0, "No single pattern wins"),
        (4.5, 0, "P against Q; A B C D on neither side"),
        (6, 0.1, "P A B C D against Q."),
        (6, -0.1, "P against Q A B C D."),
    ],
)
def test_the_turn_comes_at_the_number_of_common_friends(machine, rivalry_strength, tilt, ending):
    assert ending in machine.describe(rivalry=rivalry_strength, tilt=tilt)


def test_flipping_twice_changes_nothing_and_once_changes_one_tie(machine):
    once = machine.press("Flip this tie")
    assert once["flipped"] == ("P-A",)
    assert machine.press("Flip this tie", **once) == machine.defaults
    assert "flipped: P-A" in machine.describe(**once)


def test_the_tensest_tie_leads_to_balance_and_then_there_is_none(machine):
    once = machine.press("Flip the tensest tie")
    assert once["flipped"] == ("P-Q",)
    assert machine.press("Flip the tensest tie", **once) == once
    assert "0 of 20 triangles" in machine.describe(**once)


def test_three_camps_are_jammed(machine):
    sentence = machine.describe(start="three")
    assert "8 of 20" in sentence
    assert "jammed" in sentence
    assert "4 ties away" in sentence


def test_one_tie_away_is_in_the_singular(machine):
    assert "Balance is 1 tie away" in machine.describe()


def test_the_sixth_state_takes_no_part_where_there_are_five_powers(machine):
    sentence = machine.describe(start="disputes")
    assert "of 10 triangles" in sentence
    assert " D " not in sentence
    assert "C-D (no tie)" not in sentence
    assert "RUS-D" not in machine.describe(start="disputes", flipped=("C-D",))
    assert "C-D (no tie)" in machine.describe(start="disputes", flipped=("C-D",))


def test_a_tie_that_turned_friendly_is_drawn_as_friendly(machine):
    early, late = (machine.look(time=time)["traces"]["P-Q"]["line"] for time in (0, 99))
    assert early["dash"] == "dot"
    assert late["dash"] == "solid"


def test_counts_in_the_figure_are_those_of_the_moment(machine):
    assert machine.look(time=0)["traces"]["triangles"]["x"] == [16, 4, 0, 0]
    assert machine.look(time=99)["traces"]["triangles"]["x"] == [20, 0, 0, 0]


def test_every_state_of_the_machine_can_be_drawn(machine):
    for start in STARTS:
        for time in (0, 50, 99):
            for strength in (0.5, 4, 8):
                figure = machine.figure(start=start, time=time, rivalry=strength)
                assert "NaN" not in json.dumps(json.loads(figure.to_json()))
                nodes = next(t for t in figure.data if t.mode == "markers+text")
                at = [p for p in zip(nodes.x, nodes.y, strict=True) if p[0] is not None]
                assert all(abs(x) <= 1.2 and abs(y) <= 1.05 for x, y in at)
                assert len({(round(x, 2), round(y, 2)) for x, y in at}) == len(at)
