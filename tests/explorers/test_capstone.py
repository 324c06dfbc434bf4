"""Lesson 11: the lab and the stress test say what the designs say."""

from dataclasses import replace

import pytest

from asian_security.analysis import designs
from asian_security.explorers.capstone import MEASURES, SHOCKS, DesignLab, StressTest

PLATFORM = designs.examples()["Linked platform"]


@pytest.fixture(scope="module")
def lab():
    return DesignLab()


@pytest.fixture(scope="module")
def stress():
    return StressTest()


def test_the_lab_starts_from_an_example_and_gives_it_back(lab):
    assert replace(lab.design(), name=PLATFORM.name) == PLATFORM


@pytest.mark.parametrize("name", [*designs.examples(), "SCO", "ASEAN", "QUAD"])
def test_any_design_can_be_opened_in_the_lab(name):
    design = designs.examples().get(name) or designs.from_mechanism(name)
    fresh = DesignLab()
    fresh.open(design)
    assert replace(fresh.design(), name=design.name) == design
    assert replace(DesignLab(design).design(), name=design.name) == design


def test_a_button_starts_from_each_example(lab):
    for name, design in designs.examples().items():
        pair = lab.record(**lab.press(name))
        assert replace(pair.mine, name=name) == design


def test_dots_are_the_profile(lab):
    pair = lab.record()
    assert pair.profile == designs.profile(replace(PLATFORM, name="your design"), 0.8)
    assert pair.other_profile == designs.profile(designs.examples()["Wide table"], 0.8)
    traces = lab.look()["traces"]
    for trace, profile in (("your design", pair.profile), ("other", pair.other_profile)):
        assert traces[trace]["x"] == pytest.approx([getattr(profile, name) for name in MEASURES])
    assert traces["other"]["name"] == "Wide table"


def test_a_mechanism_of_today_can_be_compared_with(lab):
    assert lab.record(against="SCO").other == designs.from_mechanism("SCO")
    assert "SCO: chance" in lab.describe(against="SCO")


def test_left_out_states_are_out_and_lose_their_veto(lab):
    sentence = lab.describe(without=("CHN",), vetoes=("CHN",))
    assert sentence.startswith("28 members")
    assert "0 members can block alone" in sentence
    assert "1 members can block alone" in lab.describe(vetoes=("CHN",))
    assert lab.record(without=("CHN",), vetoes=("CHN",)).mine.vetoes == ()


def test_the_heaviest_member_is_named_where_votes_differ(lab):
    assert lab.record(votes="by population").heaviest == "CHN"
    assert "Largest voting weight: CHN" in lab.describe(votes="by population")
    assert "Every member has a voting weight" in lab.describe()


def test_an_unfinished_design_says_what_is_missing_and_shows_no_dots(lab):
    nobody = {"whole": (), "also": ()}
    assert "not complete yet: members must be two or more" in lab.describe(**nobody)
    assert "not complete yet: issues must name" in lab.describe(issues=())
    assert lab.record(**nobody).profile is None
    assert set(lab.look(**nobody)["traces"]["your design"]["x"]) == {None}


def test_a_secretariat_moves_nothing_in_the_profile(lab):
    assert lab.record(secretariat=False).profile == lab.record(secretariat=True).profile
    assert lab.describe(secretariat=False) == lab.describe(secretariat=True)


def test_the_marks_are_the_scores(stress):
    shocks = {
        name: value
        for name, value in stress.defaults.items()
        if name not in ("design", "other", "parties", "blocking")
    }
    pair = ("IND", "PAK")
    traces = stress.look(blocking=2)["traces"]
    for trace, design in (
        ("no design", None),
        ("design", PLATFORM),
        ("other", designs.examples()["Small core"]),
    ):
        score = designs.scores(design, parties=pair, against=pair, **shocks)
        assert traces[trace]["x"] == [getattr(score, name) for name in SHOCKS]
    assert traces["design"]["name"] == "Linked platform"


def test_the_hotline_is_blocked_by_as_many_parties_as_chosen(stress):
    risks = [1 - stress.record(blocking=number).design.peace for number in (0, 1, 2)]
    against = [("IND", "PAK")[:number] for number in (0, 1, 2)]
    expected = [designs.war_risk(PLATFORM, ("IND", "PAK"), 0.8, no) for no in against]
    assert risks == pytest.approx(expected)


def test_own_designs_can_be_tested():
    mine = replace(PLATFORM, name="Mine")
    with_mine = StressTest(mine)
    assert with_mine.defaults["design"] == "Mine"
    assert "Mine: " in with_mine.describe()
    alone = with_mine.describe(other="Mine")
    assert alone.count("Mine: ") == 1
    assert StressTest(replace(PLATFORM, name="Small core")).defaults["other"] == "Wide table"


@pytest.mark.parametrize("kind", [DesignLab, StressTest])
def test_many_controls_stand_in_two_columns(kind):
    explorer = kind()
    assert explorer.widget is not None
    assert {box.layout.width for box in explorer.view.inputs.values()} == {"395px"}
