"""Lesson 11: the lab and the stress test say what the designs say."""

from dataclasses import replace

import pytest

from asian_security import data
from asian_security.analysis import designs
from asian_security.explorers.capstone import (
    MEASURES,
    DesignLab,
    StressTest,
    scores,
    variations,
)

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
    made = designs.examples().get(name) or designs.from_mechanism(name)
    fresh = DesignLab()
    fresh.open(made)
    assert replace(fresh.design(), name=made.name) == made


def test_dots_are_the_profile(lab):
    found = designs.profile(replace(PLATFORM, name="x"), 0.8)
    _, other, mine = lab.traces(**lab.defaults)
    assert mine["x"] == pytest.approx([getattr(found, name) for name in MEASURES])
    wide = designs.profile(designs.examples()["Wide table"], 0.8)
    assert other["x"] == pytest.approx([getattr(wide, name) for name in MEASURES])


def test_left_out_states_are_out_and_lose_their_veto(lab):
    said = lab.describe(without=("CHN",), vetoes=("CHN",))
    assert said.startswith("28 members")
    assert "0 members can block alone" in said
    assert "1 members can block alone" in lab.describe(vetoes=("CHN",))


def test_an_unfinished_design_says_what_is_missing_and_shows_no_dots(lab):
    nobody = {"whole": (), "also": ()}
    assert "not complete yet: members must be two or more" in lab.describe(**nobody)
    assert "not complete yet: issues must name" in lab.describe(issues=())
    assert set(lab.traces(**{**lab.defaults, **nobody})[2]["x"]) == {None}


def test_a_secretariat_moves_nothing_in_the_profile(lab):
    assert lab.describe(secretariat=False) == lab.describe(secretariat=True)


def test_scores_are_those_of_the_designs(stress):
    shock = {k: v for k, v in stress.defaults.items() if k not in ("design", "other")}
    secure, cut, peace, stay = scores(PLATFORM, **shock)
    hit = designs.insecure(PLATFORM, "KGZ", 0.2, 0.3)
    assert secure == pytest.approx(1 - len(hit) / len(designs.bordering()))
    bare = designs.spillover_total(None, "armed_conflict")
    total = designs.spillover_total(PLATFORM, "armed_conflict", 1.0, 0.3)
    assert cut == pytest.approx((bare - total) / (bare - 1))
    assert peace == pytest.approx(1 - designs.war_risk(PLATFORM, ("IND", "PAK"), 0.8, ("IND",)))
    assert stay == pytest.approx(designs.split(PLATFORM, 0.7).stay)
    assert scores(None, **shock)[3] is None


def test_at_no_worth_three_scores_are_those_without_a_design(stress):
    shock = {k: v for k, v in stress.defaults.items() if k not in ("design", "other")}
    shock["worth"] = 0.0
    assert scores(PLATFORM, **shock)[:3] == pytest.approx(scores(None, **shock)[:3])


def test_the_wide_body_loses_its_lead_when_worth_is_shared_out(stress):
    shock = {k: v for k, v in stress.defaults.items() if k not in ("design", "other")}
    core = designs.examples()["Small core"]
    assert scores(PLATFORM, **shock)[1] > scores(core, **shock)[1]
    shock["loss"] = 1.0
    shared = [scores(made, **shock) for made in (PLATFORM, core)]
    assert shared[0][0] == shared[1][0]
    assert shared[0][1] < 0.1


def test_own_designs_can_be_tested():
    mine = replace(PLATFORM, name="Mine")
    with_mine = StressTest(mine)
    assert with_mine.defaults["design"] == "Mine"
    assert "Mine: " in with_mine.describe()
    alone = with_mine.describe(other="Mine")
    assert alone.count("Mine: ") == 1


def test_variations_change_one_thing_each():
    table = variations(PLATFORM)
    assert list(table.index[:1]) == ["as it is"]
    assert {f"without {home}" for home in data.NEIGHBOURHOOD} <= set(table.index)
    assert table.loc["rule: unanimity", "chance"] < table.loc["as it is", "chance"]
    assert table.loc["votes by population", "equality"] < 1
    assert table.loc["without links", "load"] > table.loc["as it is", "load"]
