"""How much states care for issues, and who talks about which: against counts by hand."""

import itertools

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis.issue_landscape import (
    HARD,
    SOFT,
    bodies_that_name,
    first_shared,
    landscape,
    order_by_consensus,
    rank_issues,
    shares_by_year,
)


def test_the_landscape_holds_the_table_of_each_kind():
    rows = data.priorities("illustrative")
    table = landscape("illustrative").droplevel("home")
    for row in rows.itertuples():
        assert table.loc[row.unit, row.issue] == row.value
    named = landscape("from the article").droplevel("home")
    assert named.to_numpy().sum() == len(data.priorities("from the article"))
    assert named.loc["Japan", "technology_society"] == 1


def test_measured_ranks_run_from_the_least_to_the_most_hit_state():
    states = landscape("measured by state").droplevel("home")
    rows = data.priorities("measured")
    near = set(data.states(subregion=data.NEIGHBOURHOOD)["iso3"])
    attacks = rows[(rows["issue"] == "terrorism_extremism") & rows["unit"].isin(near)]
    most = attacks.set_index("unit")["value"].idxmax()
    name = data.states().set_index("iso3").loc[most, "name_en"]
    assert states.loc[name, "terrorism_extremism"] == states["terrorism_extremism"].max() == 1
    assert states.min().min() >= 0
    means = landscape("measured").droplevel("home")
    home = landscape("measured by state")["disaster_relief"].groupby(level="home").mean()
    assert means["disaster_relief"].to_dict() == pytest.approx(home.to_dict())


def test_an_unknown_kind_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="kind must be one of illustrative"):
        landscape("guessed")


@pytest.mark.parametrize("dislike", [0.0, 0.5, 3.0])
def test_the_agenda_sorts_by_mean_less_division(dislike):
    table = landscape("illustrative")
    score = (table.mean() - dislike * table.std(ddof=0)).round(9)
    key = {i: (-score[i], round(float(table[i].std(ddof=0)), 9)) for i in table}
    ranked = rank_issues("illustrative", data.NEIGHBOURHOOD, dislike)
    assert ranked.order == sorted(table.columns, key=lambda i: key[i])


def test_some_issues_keep_the_order_that_they_have_among_all():
    ranked = rank_issues("illustrative", ())
    some = list(ranked.table.columns[:4])
    places = order_by_consensus(some)
    assert [some[i] for i in places] == [issue for issue in ranked.order if issue in some]


def test_measured_issues_are_ranked_by_how_little_the_rows_differ():
    ranked = rank_issues("measured", ())
    spread = ranked.table.std(ddof=0)
    assert spread[ranked.order].is_monotonic_increasing
    assert rank_issues("measured by state", ()).order == list(landscape("measured").columns)


def test_no_chosen_subregion_means_all_four_and_one_leaves_its_rows_alone():
    everything = rank_issues("measured by state", ()).table
    assert len(everything) == len(landscape("measured by state"))
    central = rank_issues("measured by state", ("Central Asia",)).table
    states = data.states(subregion="Central Asia")["name_en"]
    assert set(central.index) == set(states) & set(everything.index)


@pytest.mark.parametrize("least", [0.0, 0.6, 0.8, 1.0])
def test_rows_that_share_most_are_found_by_counting_every_pair(least):
    ranked = rank_issues("illustrative", (), least=least)
    high = ranked.table >= least
    counts = {
        frozenset((a, b)): int((high.loc[a] & high.loc[b]).sum())
        for a, b in itertools.combinations(ranked.table.index, 2)
    }
    assert ranked.shared == max(counts.values())
    shared_most = {pair for pair, count in counts.items() if count == ranked.shared}
    assert set(map(frozenset, ranked.sharing)) == shared_most


def test_one_row_shares_with_nobody():
    alone = rank_issues("illustrative", ("Central Asia",))
    assert len(alone.table) == 1
    assert alone.sharing == []


def test_shares_count_bodies_in_force_on_the_last_day():
    share = shares_by_year(range(2025, 2026)).loc[2025]
    live = set(data.mechanisms(as_of="2025-12-31")["mechanism"])
    coded = data.mechanism_issues().query("stated == 1 and mechanism in @live")
    cyber = coded.loc[coded["issue"] == "cyber", "mechanism"].nunique()
    assert share["cyber"] == pytest.approx(cyber / len(live))
    either = coded.loc[coded["issue"].isin(HARD), "mechanism"].nunique()
    assert share["traditional security"] == pytest.approx(either / len(live))


def test_a_pair_first_shares_a_seat_when_the_later_one_sits_down():
    first = first_shared(SOFT)
    n = len(data.states(subregion=data.NEIGHBOURHOOD))
    assert len(first) == n * (n - 1) / 2
    asean = data.memberships(mechanism="ASEAN", status="member").set_index("iso3")["start"]
    joined = int(asean["KHM"][:4])
    assert first["KHM", "LAO"] <= joined
    assert (first.dropna() <= 2025).all()


@pytest.mark.parametrize("fields", [SOFT, HARD])
def test_first_shared_years_agree_with_a_search_of_every_pair_of_spells(fields):
    coded = data.mechanism_issues().query("stated == 1 and issue in @fields")["mechanism"]
    seats = data.memberships(status=data.SEATS)
    seats = seats[seats["mechanism"].isin(set(coded))]
    spells = {}
    for row in seats.itertuples():
        last = int(row.end[:4]) if isinstance(row.end, str) and row.end else 9999
        spells.setdefault(row.iso3, []).append((row.mechanism, int(row.start[:4]), last))
    for (a, b), year in first_shared(fields).items():
        common = [
            max(start, begin)
            for body, start, end in spells.get(a, [])
            for other, begin, stop in spells.get(b, [])
            if body == other and max(start, begin) <= min(end, stop)
        ]
        assert (min(common) == year) if common else np.isnan(year)


def test_a_body_is_named_by_any_of_the_issues_it_states():
    coded = data.mechanism_issues().query("stated == 1")
    for issues in (["cyber"], ["cyber", "energy"]):
        bodies = bodies_that_name(issues)
        for name, rows in coded.groupby("mechanism"):
            assert (name in bodies) == bool(set(rows["issue"]) & set(issues))
    assert bodies_that_name([]) == set()
