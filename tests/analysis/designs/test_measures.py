"""Designs in numbers: votes, depth and reach, against known results and counts by hand."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from sampled import CORE, EXAMPLES, PLATFORM, any_design

from asian_security import data
from asian_security.analysis import designs, reforms
from asian_security.analysis.designs import Design, DesignError
from asian_security.analysis.designs.measures import ballot, today_without
from asian_security.models.institutions import depth_breadth

# Votes


def test_the_security_council_keeps_its_known_weights():
    fifteen = designs.states()[:15]
    made = Design("c", fifteen, ("cyber",), rule="three fifths", vetoes=fifteen[:5])
    weights = designs.voting_weights(made)
    assert weights.iloc[:5].to_numpy() == pytest.approx(421 / 2145, abs=1e-9)
    assert weights.iloc[5:].to_numpy() == pytest.approx(4 / 2145, abs=1e-9)
    assert designs.blockers(made) == list(fifteen[:5])


@settings(max_examples=25, deadline=None)
@given(made=any_design())
def test_blockers_are_those_without_whom_nothing_passes_even_if_all_agree(made):
    assert designs.voting_weights(made).sum() == pytest.approx(1)
    assert designs.chance_to_act(made, 1.0) == pytest.approx(1)
    for state in made.members:
        alone_against = designs.chance_to_act(made, 1.0, against=[state])
        assert (alone_against == 0) == (state in designs.blockers(made))


def test_chance_by_hand_and_with_somebody_against():
    three = Design("t", ("CHN", "IND", "JPN"), ("cyber",), rule="two thirds")
    assert designs.chance_to_act(three, 0.5) == pytest.approx(4 / 8)
    assert designs.chance_to_act(three, 0.5, against=["IND", "USA"]) == pytest.approx(1 / 4)
    assert designs.chance_to_act(replace(three, rule="unanimity"), 0.9) == pytest.approx(0.729)
    assert designs.chance_to_act(replace(three, vetoes=("JPN",)), 0.5) == pytest.approx(3 / 8)
    with pytest.raises(ValueError, match="agree"):
        designs.chance_to_act(three, 1.2)


def test_votes_by_people_follow_the_people():
    two = Design("t", ("CHN", "BTN"), ("cyber",), "simple majority", "by population")
    # 99 full per cent of their people are in China, none in Bhutan: 100 votes and 1.
    assert designs.voting_weights(two).to_dict() == {"CHN": 1, "BTN": 0}
    assert designs.voting_weights(replace(two, rule="unanimity")).to_dict() == {
        "CHN": 0.5,
        "BTN": 0.5,
    }


# Profile


def test_depth_is_that_of_the_model_where_votes_are_equal():
    cells = today_without(CORE.name).cells
    for rule, model in (("unanimity", "unanimity"), ("simple majority", "majority")):
        for made in (replace(EXAMPLES["Wide table"], rule=rule), replace(CORE, rule=rule)):
            ideals = (cells.loc[list(made.members), list(made.issues)] > 0).mean(axis=1)
            assert designs.depth(made) == pytest.approx(depth_breadth.depth(ideals, model))


def test_a_veto_of_the_least_willing_costs_depth():
    made = replace(EXAMPLES["Wide table"], rule="simple majority")
    assert designs.depth(replace(made, vetoes=("PRK",))) <= designs.depth(made)
    assert designs.depth(replace(made, vetoes=made.members)) == designs.depth(
        replace(made, rule="unanimity")
    )


def test_reach_and_load_agree_with_the_reforms():
    found = designs.profile(PLATFORM)
    assert found.states_reached == found.people_reached == found.representation == 1
    plan = reforms.establish(designs.today(), "new", PLATFORM.members, PLATFORM.issues)
    for other in PLATFORM.links:
        plan = reforms.link(plan, "new", other)
    region = designs.region()
    change = reforms.congestion(plan, region) - reforms.congestion(designs.today(), region)
    assert found.load == pytest.approx(change)


def test_a_design_with_the_name_of_a_mechanism_stands_in_its_place():
    found = designs.profile(designs.from_mechanism("SCO"))
    assert found.nearest != "SCO"
    wider = replace(designs.from_mechanism("SCO"), name="wider")
    assert designs.profile(wider).nearest == "SCO"
    assert designs.profile(wider).overlap == 1
    # What it fills is what would be a gap without it; a copy beside it fills nothing.
    assert designs.profile(wider).gaps_filled <= found.gaps_filled
    bare = reforms.withdraw(designs.today(), "SCO", designs.from_mechanism("SCO").members)
    region = designs.region()
    lost = reforms.congestion(designs.today(), region) - reforms.congestion(bare, region)
    assert found.load == pytest.approx(lost)


def test_gaps_are_counted_by_hand():
    made = Design("g", ("PRK", "BTN"), ("energy", "cyber"))
    cells = today_without("g").cells.loc[list(designs.region())]
    empty = sum(cells.loc[s, i] == 0 for s in ("PRK", "BTN") for i in ("energy", "cyber"))
    assert empty > 0
    assert designs.profile(made).gaps_filled == pytest.approx(empty / (cells == 0).sum().sum())


def test_a_body_of_outsiders_reaches_nobody():
    found = designs.profile(Design("o", ("USA", "AUS"), ("cyber",)))
    assert found.states_reached == found.people_reached == found.gaps_filled == 0
    assert np.isnan(found.representation)


@settings(max_examples=25, deadline=None)
@given(made=any_design())
def test_every_share_lies_between_nothing_and_all(made):
    found = asdict(designs.profile(made))
    for name in (
        "states_reached",
        "people_reached",
        "agenda",
        "gaps_filled",
        "representation",
        "cohesion",
        "depth",
        "overlap",
        "top_weight",
        "equality",
        "chance",
    ):
        assert np.isnan(found[name]) or -1e-9 <= found[name] <= 1 + 1e-9, name


def test_cohesion_falls_when_the_two_ends_sit_together():
    assert designs.cohesion(Design("c", ("CHN", "USA"), ("cyber",))) < designs.cohesion(
        Design("c", ("CHN", "VNM"), ("cyber",))
    )
    assert np.isnan(designs.cohesion(Design("c", ("AFG", "PSE"), ("cyber",))))


def test_a_comparison_has_one_column_a_design_and_needs_different_names():
    table = designs.compare(CORE, PLATFORM)
    assert list(table.columns) == ["Small core", "Linked platform"]
    assert table.loc["members", "Small core"] == len(CORE.members)
    with pytest.raises(DesignError, match="different names"):
        designs.compare(CORE, CORE)


def test_variations_change_one_thing_each():
    table = designs.variations(PLATFORM)
    assert list(table.index[:1]) == ["as it is"]
    assert {f"without {home}" for home in data.NEIGHBOURHOOD} <= set(table.index)
    assert table.loc["rule: unanimity", "chance"] < table.loc["as it is", "chance"]
    assert table.loc["votes by population", "equality"] < 1
    assert table.loc["without links", "load"] > table.loc["as it is", "load"]


def test_a_ballot_gives_about_one_vote_for_each_hundredth_of_the_people():
    made = Design("b", ("CHN", "JPN", "MNG"), ("cyber",), votes="by population", vetoes=("JPN",))
    weights, quota, vetoes = ballot(made)
    assert weights[0] > 90
    assert weights[2] == 1
    assert quota == sum(weights)
    assert vetoes == (1,)
