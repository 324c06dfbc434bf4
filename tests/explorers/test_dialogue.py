"""Explorers of lesson 04 against values worked out by hand or by another route."""

import pytest

from asian_security.analysis.talk_and_disputes import PAIRS
from asian_security.explorers.dialogue import (
    SIX,
    BargainingTable,
    ConsultationNetwork,
    NoisyTournament,
    TalkAndDisputes,
    VotingRules,
)


@pytest.fixture(scope="module")
def table():
    return BargainingTable()


@pytest.fixture(scope="module")
def arena():
    return NoisyTournament()


@pytest.fixture(scope="module")
def network():
    return ConsultationNetwork()


@pytest.fixture(scope="module")
def rules():
    return VotingRules()


@pytest.fixture(scope="module")
def record():
    return TalkAndDisputes()


# Bargaining table


def test_the_bargain_starts_from_the_known_case(table):
    sentence = table.describe()
    assert "between 0.400 and 0.700 to war" in sentence
    assert "demands 0.650, and runs a risk of war of 0.375" in sentence
    assert "This B accepts." in sentence


def test_the_risk_is_half_of_one_less_sure_costs_over_uncertainty(table):
    for cost_a, low, width in ((0.1, 0, 0.4), (0.2, 0.05, 0.6), (0.05, 0.1, 0.3), (0.4, 0, 0.3)):
        deal = table.record(cost_a=cost_a, low=low, width=width)
        assert deal.risk[0] == pytest.approx(max(0, (1 - (cost_a + low) / width) / 2), abs=1e-9)


@pytest.mark.parametrize(("place", "needed"), [(0.0, 75), (0.5, 50), (1.0, 38)])
def test_the_smallest_talk_is_the_formula_rounded_up(table, place, needed):
    deal = table.record(place=place)
    assert deal.risk.tolist().index(0) == needed
    assert needed - 1 < 100 * deal.needed <= needed + 1e-9


def test_the_button_talks_until_everything_is_known(table):
    assert table.press("Talk")["talk"] == 5
    assert table.press("Talk", talk=98)["talk"] == 100


def test_talk_that_is_not_believed_changes_nothing(table):
    assert set(table.record(believed=False).risk) == {table.record().risk[0]}
    assert "no amount of talk" in table.describe(believed=False)
    assert table.look(believed=False)["traces"]["talk needed"]["x"] == [None, None]


def test_the_mark_is_on_the_curve_at_the_actual_talk(table):
    traces = table.look(talk=20)["traces"]
    assert traces["risk now"] == {"x": [20], "y": [traces["risk of war"]["y"][20]]}


def test_a_resolved_side_fights_a_bold_demand(table):
    assert "refuses and fights" in table.describe(place=0.0)


def test_the_whole_pie_caps_the_demand(table):
    sentence = table.describe(p=1.0)
    assert "demands 1.000" in sentence
    assert "the formula does not hold here" in sentence


# Noisy tournament


def test_stopping_half_of_the_slips_equals_half_the_slip_rate(arena):
    assert arena.record(noise=2, stopped=50, rounds=100) == arena.record(noise=1, rounds=100)
    assert arena.record(noise=2, stopped=50).slips == 0.01


def test_strategies_are_drawn_in_the_order_of_their_means(arena):
    look = arena.look(noise=20)
    means = look["traces"]["mean over all matches"]["x"]
    assert means == sorted(means, reverse=True)
    assert look["layout"]["yaxis"]["ticktext"][0] == "always defect"


def test_without_slips_the_long_run_is_left_out(arena):
    marks = arena.look(noise=0)["traces"]["against its twin in the long run"]
    assert set(marks["x"]) == {None}
    assert "not shown" in arena.describe(noise=0)


# Consultation network


def test_the_controls_choose_who_hears_whom(network):
    talks = network.record(pattern="hub", hub="USA")
    assert talks.weights[SIX.index("USA")] == pytest.approx(0.5)
    line = network.record(pattern="allies", line=0.3).ties
    assert line[SIX.index("CHN"), SIX.index("USA")] == 0.3


def test_the_lines_hold_the_views_so_far(network):
    traces = network.look(rounds=7, proposer="RUS")["traces"]
    assert traces["Russia"]["x"] == list(range(8))
    assert [traces[name]["y"][0] for name in ("Russia", "China")] == [1, 0]
    assert traces["states"]["marker"]["color"][SIX.index("RUS")] == traces["Russia"]["y"][-1]


def test_alliance_ties_alone_never_agree(network):
    look = network.look(line=0)
    assert "no consensus" in look["sentence"]
    assert "no consensus" in look["layout"]["title"]["text"]


# Voting rules


def test_at_unanimity_every_member_weighs_the_same(rules):
    assert "every member's voting weight is 0.091" in rules.describe(quota=100)


def test_the_quota_and_the_chance_are_shares(rules):
    ballot = rules.record(body="equal", quota=60, agree=90)
    assert (ballot.needed, ballot.total) == (7, 11)
    assert ballot.passes > rules.record(body="equal", quota=60, agree=80).passes


def test_the_sentence_describes_both_kinds_of_council_members(rules):
    sentence = rules.describe(body="council", quota=60)
    assert "each permanent member has 0.067 of the votes and a weight of 0.196" in sentence
    assert "9 of 15 votes and no veto pass a motion" in sentence


def test_released_masters_can_read_the_votes(rules):
    members, votes, vetoes = rules.votes("population")
    assert members[0] == "Indonesia"
    assert len(votes) == 11
    assert vetoes == []


# Talk and disputes


def test_each_pair_is_joined_by_a_line(record):
    traces = record.look()["traces"]
    names = traces["years with consultation"]["y"]
    assert len(names) == len(PAIRS)
    assert names[-1] == "China – India"
    at = names.index("India – Pakistan")
    ends = [traces[f"years {kind} consultation"]["x"][at] for kind in ("without", "with")]
    assert traces["difference"]["x"][3 * at : 3 * at + 3] == [*ends, None]


def test_the_sentence_counts_the_pairs_that_fell_and_rose(record):
    change = record.record(forums=2).change
    assert (
        f"Of {len(change)} pairs with both kinds of years the share is lower with consultation in "
        f"{(change < 0).sum()}, higher in {(change > 0).sum()} and equal in {(change == 0).sum()}."
    ) in record.describe(forums=2)


def test_the_table_of_periods_holds_all_pair_years(record):
    table = record.table(record.record())
    assert table["pair-years"].sum() == 14 * 62
    assert table.index.names == ["period", "consultation"]
    assert "1949 to 1989" not in record.table(record.record(start=1990)).index
