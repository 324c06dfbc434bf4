"""Explorers of lesson 04 against values worked out by hand or by another route."""

import numpy as np
import pytest

from asian_security import data
from asian_security.explorers.dialogue import (
    PAIRS,
    SIX,
    BargainingTable,
    ConsultationNetwork,
    NoisyTournament,
    TalkAndDisputes,
    VotingRules,
    pair_years,
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


def test_the_bargain_starts_from_the_known_case(table):
    said = table.describe()
    assert "between 0.400 and 0.700 to war" in said
    assert "demands 0.650, and runs a risk of war of 0.375" in said
    assert "This B accepts." in said


def test_the_risk_is_half_of_one_less_sure_costs_over_uncertainty(table):
    for cost_a, low, width in ((0.1, 0, 0.4), (0.2, 0.05, 0.6), (0.05, 0.1, 0.3), (0.4, 0, 0.3)):
        deal = table._deal(**{**table.defaults, "cost_a": cost_a, "low": low, "width": width})
        assert deal["risk"] == pytest.approx(max(0, (1 - (cost_a + low) / width) / 2), abs=1e-9)


@pytest.mark.parametrize(("place", "needed"), [(0.0, 75), (0.5, 50), (1.0, 38)])
def test_the_smallest_talk_is_the_formula_rounded_up(table, place, needed):
    deal = table._deal(**{**table.defaults, "place": place})
    assert deal["curve"].index(0) == needed
    assert needed - 1 < 100 * deal["needed"] <= needed + 1e-9


def test_the_button_talks_until_everything_is_known(table):
    (button,) = table.actions()
    assert button.apply({"talk": 0}) == {"talk": 5}
    assert button.apply({"talk": 98}) == {"talk": 100}


def test_talk_that_is_not_believed_changes_nothing(table):
    risks = {
        table._deal(**{**table.defaults, "believed": False, "talk": t})["risk"] for t in (0, 99)
    }
    assert risks == {table._deal(**table.defaults)["risk"]}
    assert "no amount of talk" in table.describe(believed=False)
    assert table.traces(**{**table.defaults, "believed": False})[-1]["x"] == [None, None]


def test_a_resolved_side_fights_a_bold_demand(table):
    assert "refuses and fights" in table.describe(place=0.0)


def test_the_whole_pie_caps_the_demand(table):
    said = table.describe(p=1.0)
    assert "demands 1.000" in said
    assert "the formula does not hold here" in said


def test_tit_for_tat_sours_and_generosity_does_not(arena):
    rows = arena._rows(noise=1, stopped=0, rounds=200)
    assert rows.loc["tit for tat", "twin, long run"] == pytest.approx(2.25, abs=1e-9)
    assert rows.loc["generous tit for tat", "twin, long run"] == pytest.approx(2.97032, abs=5e-6)
    assert rows.loc["win-stay lose-shift", "twin, long run"] == pytest.approx(2.95109, abs=5e-6)
    assert rows.loc["tit for tat", "against its own twin"] == pytest.approx(2.4597, abs=1e-3)


def test_stopping_half_of_the_slips_is_having_half_of_them(arena):
    half = arena._rows(noise=2, stopped=50, rounds=100)
    assert half.equals(arena._rows(noise=1, stopped=0, rounds=100))


def test_strategies_are_drawn_in_the_order_of_their_means(arena):
    values = {**arena.defaults, "noise": 20}
    means = arena.traces(**values)[0]["x"]
    assert means == sorted(means, reverse=True)
    assert arena.layout(**values)["yaxis"]["ticktext"][0] == "always defect"


def test_without_slips_the_long_run_is_left_out(arena):
    values = {**arena.defaults, "noise": 0}
    assert set(arena.traces(**values)[2]["x"]) == {None}
    assert "not shown" in arena.describe(noise=0)


def test_the_round_table_gives_all_the_same_weight(network):
    _, weights, speed = network._exchange("table", "CHN", "KOR", 0.1, 0.5, 0)
    assert weights == pytest.approx(np.full(6, 1 / 6), abs=1e-9)
    assert speed == pytest.approx(0.4, abs=1e-9)


def test_a_hub_weighs_as_much_as_all_others(network):
    for hub in ("CHN", "USA"):
        _, weights, _ = network._exchange("hub", hub, "KOR", 0.1, 0.5, 0)
        assert weights[SIX.index(hub)] == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("pattern", ["allies", "forums"])
def test_weight_is_the_share_of_all_ties(network, pattern):
    ties = network.ties(pattern, line=0.3)
    assert (ties == ties.T).all()
    _, weights, _ = network._exchange(pattern, "CHN", "KOR", 0.3, 0.5, 0)
    assert weights == pytest.approx(ties.sum(axis=1) / ties.sum(), abs=1e-9)


def test_the_support_ends_at_the_proposers_weight(network):
    views, weights, _ = network._exchange("forums", "CHN", "RUS", 0.1, 0.5, 40)
    assert views[40] == pytest.approx(np.full(6, weights[SIX.index("RUS")]), abs=1e-9)


def test_alliance_ties_alone_never_agree(network):
    assert "no consensus" in network.describe(line=0)
    assert "no consensus" in network.layout(**{**network.defaults, "line": 0})["title"]["text"]


def test_the_ties_of_the_forums_come_from_the_table(network):
    seats = data.memberships(as_of="2025-12-31", status=data.SEATS, state=["CHN", "PRK"])
    kind = data.mechanisms().set_index("mechanism")["kind"]
    seats = seats[~seats["mechanism"].map(kind).isin(["alliance", "treaty"])]
    both = seats.groupby("mechanism")["iso3"].nunique().eq(2).sum()
    assert network._forums[SIX.index("CHN"), SIX.index("PRK")] == both


def test_unanimity_makes_unequal_votes_equal_weights(rules):
    table, needed, total, passes = rules._result("population", 100, 80)
    assert needed == total
    assert table["weight"].to_numpy() == pytest.approx(np.full(11, 1 / 11), abs=1e-9)
    assert passes == pytest.approx(0.8**11, abs=1e-9)
    assert "every member's voting weight is 0.091" in rules.describe(quota=100)


def test_the_security_council_is_the_published_one(rules):
    table, needed, _, _ = rules._result("council", 60, 80)
    assert needed == 9
    assert table.loc["France", "weight"] == pytest.approx(421 / 2145, abs=1e-9)
    assert table.loc["elected member 3", "weight"] == pytest.approx(4 / 2145, abs=1e-9)
    said = rules.describe(body="council", quota=60)
    assert "each permanent member has 0.067 of the votes and a weight of 0.196" in said


def test_votes_by_population_follow_the_order_of_population(rules):
    names, votes, _ = rules.votes("population")
    assert names[0] == "Indonesia"
    assert votes == sorted(votes, reverse=True)
    assert min(votes) == 1


def test_each_pair_has_each_year_once():
    years = pair_years()
    assert len(PAIRS) == len(set(PAIRS)) == 14
    assert all(a < b for a, b in PAIRS)
    assert len(years) == 14 * 62
    assert not years.duplicated(["iso3_a", "iso3_b", "year"]).any()


def test_every_dispute_of_the_pairs_is_in_the_record():
    disputes = data.disputes()
    disputes = disputes[disputes["start_year"].between(1949, 2010)]
    started = {
        (row.iso3_a, row.iso3_b, row.start_year)
        for row in disputes.itertuples()
        if (row.iso3_a, row.iso3_b) in PAIRS
    }
    found = pair_years().query("hostility > 0")
    assert set(found[["iso3_a", "iso3_b", "year"]].itertuples(index=False, name=None)) == started


def test_a_seat_counts_from_the_year_after_it_is_taken():
    years = pair_years().set_index(["iso3_a", "iso3_b", "year"])["forums"]
    # SAARC, December 1985, is the first forum of India and Pakistan in the table.
    assert years["IND", "PAK", 1985] == 0
    assert years["IND", "PAK", 1986] == 1


def test_the_shares_of_a_pair_are_counted_from_its_years(record):
    years = pair_years().query("iso3_a == 'IND' and iso3_b == 'PAK'")
    later = years["year"] >= 1986
    shares = record._pairs(**record.defaults).loc["India – Pakistan"]
    assert shares["without"] == pytest.approx((years[~later]["hostility"] > 0).mean(), abs=1e-9)
    assert shares["with"] == pytest.approx((years[later]["hostility"] > 0).mean(), abs=1e-9)


def test_the_table_of_periods_holds_all_pair_years(record):
    table = record.table(**record.defaults)
    assert table["pair-years"].sum() == 14 * 62
    assert "1949 to 1989" not in record.table(**{**record.defaults, "start": 1990}).index
