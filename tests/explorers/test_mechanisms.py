"""Lesson 07: the explorers show what the tables and the reforms say."""

import pytest

from asian_security import data
from asian_security.analysis import architecture
from asian_security.explorers.mechanisms import (
    MechanismsThroughTime,
    OverlapMatrix,
    ReformLab,
)
from asian_security.figures.labels import text_width


@pytest.fixture(scope="module")
def timeline():
    return MechanismsThroughTime()


@pytest.fixture(scope="module")
def overlap():
    return OverlapMatrix()


@pytest.fixture(scope="module")
def lab():
    return ReformLab()


def test_the_mechanisms_of_a_state_are_large_and_named(timeline):
    traces = timeline.look(year=2025, state="KOR")["traces"]
    own = sorted(name for name, members in architecture.seats(2025).items() if "KOR" in members)
    assert sorted(traces["names"]["text"]) == own
    large = [
        size
        for name in set(data.mechanisms()["initiator"])
        for size in traces[name]["marker"]["size"]
        if size == 17
    ]
    assert len(large) == len(own)
    assert f"sits in {len(own)} of them" in timeline.describe(year=2025, state="KOR")


def test_a_mechanism_that_is_not_in_force_is_not_drawn(timeline):
    traces = timeline.look(year=1950)["traces"]
    number = sum(height is not None for trace in traces.values() for height in trace["y"])
    assert number - len(traces["names"]["y"]) == len(architecture.seats(1950))


def test_before_the_first_mechanism_of_a_state_there_are_no_names(timeline):
    traces = timeline.look(year=1950, state="BTN")["traces"]
    assert traces["names"]["text"] == traces["leaders"]["x"] == []
    assert "Bhutan sits in 0 of them: none." in timeline.describe(year=1950, state="BTN")


@pytest.mark.parametrize("state", ["USA", "JPN", "CHN", "IDN"])
def test_names_of_a_crowd_keep_apart_inside_the_plot(timeline, state):
    names = timeline.look(year=2025, state=state)["traces"]["names"]
    assert len(names["text"]) > 10
    boxes = [
        ((x - 1943) * 650 / 86, y * 430 / 46, text_width(text, 13) / 2)
        for x, y, text in zip(names["x"], names["y"], names["text"], strict=True)
    ]
    for i, (x, y, half) in enumerate(boxes):
        assert half <= x <= 650 - half
        assert 6 <= y <= 424
        for other_x, other_y, other_half in boxes[:i]:
            assert abs(x - other_x) >= half + other_half or abs(y - other_y) >= 14


def test_lines_lead_to_the_names_that_stand_apart(timeline):
    traces = timeline.look(year=2025, state="USA")["traces"]
    lines = traces["leaders"]["x"].count(None)
    assert 0 < lines < len(traces["names"]["x"]) / 2
    assert timeline.look(year=1960, state="IND")["traces"]["leaders"]["x"] == []


def test_the_heat_map_leaves_the_diagonal_empty(overlap):
    change = overlap.look(year=2010)["traces"]["overlap"]
    assert change["x"] == change["y"]
    assert [row[i] for i, row in enumerate(change["z"])] == [None] * len(change["x"])
    assert change["zmax"] == 1
    assert overlap.look(measure="shared")["traces"]["overlap"]["zmax"] > 1


def test_the_sentence_names_the_pairs_with_the_highest_value(overlap):
    record = overlap.record(year=2010)
    first, second = record.pairs[0]
    sentence = overlap.describe(year=2010)
    assert f"Highest value {record.highest:.2f}: {first} and {second}" in sentence
    assert " within " in overlap.describe(measure="contained")


def test_too_few_large_mechanisms_are_reported(overlap, monkeypatch):
    few = architecture.overlap(1992, smallest=40)
    assert len(few.matrix) < 2
    monkeypatch.setattr(architecture, "overlap", lambda *_: few)
    explorer = OverlapMatrix()
    assert "lower the smallest body" in explorer.describe(year=1992)
    assert explorer.look(measure="shared", year=1992)["traces"]["overlap"]["zmax"] == 1


def test_a_reform_moves_the_second_dot(lab):
    record = lab.record(reform="merge", a="SCO", b="CICA")
    trace = lab.look(reform="merge", a="SCO", b="CICA")["traces"]["after the reform"]
    assert trace["x"][0] == record.after.pairs_covered
    assert lab.look(reform="none")["traces"]["after the reform"]["x"][0] == (
        record.before.pairs_covered
    )


def test_the_sentence_lists_what_moves(lab):
    assert lab.describe(reform="none").startswith("No reform: none of the ten measures moves.")
    record = lab.record(reform="admit", a="SCO", state="JPN")
    moved = record.changes["change"]
    moved = moved[moved.abs() > 1e-12]
    sentence = lab.describe(reform="admit", a="SCO", state="JPN")
    assert sentence.startswith("Admit JPN to SCO: ")
    assert all(name.replace("_", " ") in sentence for name in moved.index)


def test_a_mechanism_cannot_be_merged_with_itself(lab):
    sentence = lab.describe(reform="merge", a="SCO", b="SCO")
    assert sentence == "Merge SCO and SCO: choose two different mechanisms."


def test_the_table_sets_ten_measures_side_by_side(lab):
    table = lab.table(lab.record(reform="secretariat", a="QUAD"))
    assert len(table) == 10
    assert table.at["with secretariat", "change"] > 0
