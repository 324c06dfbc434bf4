"""Explorers of lesson 09, against counts and closed forms worked out on their own."""

import re

import numpy as np
import pandas as pd
import pytest

from asian_security import data
from asian_security.analysis import reforms
from asian_security.explorers import deficit
from asian_security.models.trust import trust_dynamics as trust_circle


@pytest.fixture(scope="module")
def lanes():
    return deficit.CongestionOverTime()


@pytest.fixture(scope="module")
def circle():
    return deficit.CircleOfTrust()


def _verdict(sentence: str) -> str:
    return re.search(r"Verdict: ([a-z ]+);", sentence).group(1)


@pytest.mark.parametrize("year", [1950, 1977, 1992, 2001, 2009, 2020, 2025])
@pytest.mark.parametrize("count", ["seats", "partners"])
def test_the_history_is_that_of_the_table_on_the_last_day_of_the_year(year, count):
    statuses = data.SEATS + deficit.PARTNERS if count == "partners" else data.SEATS
    table = data.memberships(as_of=f"{year}-12-31", status=statuses)
    told = deficit.history(count)
    rows, columns = np.nonzero(told.members[year - deficit.YEARS[0]])
    found = {(told.names[i], told.states[j]) for i, j in zip(rows, columns, strict=True)}
    assert found == set(zip(table["mechanism"], table["iso3"], strict=True))


@pytest.mark.parametrize("year", [1975, 2000, 2025])
def test_the_load_is_the_congestion_of_the_reforms(year):
    seats = data.memberships(as_of=f"{year}-12-31", status=data.SEATS)
    expected = reforms.congestion(reforms.architecture(seats, data.mechanism_issues()))
    place = year - deficit.YEARS[0]
    assert deficit.history().indices["load"][place] == pytest.approx(expected, abs=1e-12)


def test_a_states_own_load_averages_its_covered_issues():
    seats = data.memberships(as_of="2025-12-31", status=data.SEATS, state="MNG")
    issues = data.mechanism_issues().query("stated == 1")
    forums = seats.merge(issues, on="mechanism").groupby("issue").size()
    told = deficit.history()
    assert told.load[-1, told.states.index("MNG")] == pytest.approx((forums - 1).mean())


def test_contested_cells_need_two_of_the_three_camps():
    seats = data.memberships(as_of="2025-12-31", status=data.SEATS)
    issues = data.mechanism_issues().query("stated == 1")
    camps = data.mechanisms().set_index("mechanism")["initiator"].map(deficit.CAMPS)
    table = seats.merge(issues, on="mechanism")
    table["camp"] = table["mechanism"].map(camps)
    cells = table.groupby(["iso3", "issue"])["camp"].agg(set)
    contested = cells.map(lambda found: len(found & set(deficit.THREE_CAMPS)) >= 2)
    assert deficit.history().indices["contested"][-1] == pytest.approx(contested.mean())


def test_counts_that_leave_more_out_hold_fewer_seats():
    seats = {count: deficit.history(count).members.sum() for count in ("seats", "forums")}
    assert seats["forums"] < seats["seats"] < deficit.history("partners").members.sum()
    kinds = data.mechanisms().set_index("mechanism").loc[deficit.history("forums").names, "kind"]
    assert not kinds.isin(["alliance", "treaty"]).any()


def test_an_unknown_count_is_refused():
    with pytest.raises(ValueError, match="count must be one of seats, forums"):
        deficit.history("rumours")


def test_every_lane_holds_one_mark_for_each_mechanism_that_names_the_issue(lanes):
    figure = lanes.figure(year=1990)
    marks = [trace for trace in figure.data if trace.hovertemplate]
    lane = pd.Series([y for trace in marks for y in trace.y]).value_counts().sort_index()
    here = data.memberships(as_of="1990-12-31", status=data.SEATS)["mechanism"].unique()
    issues = data.mechanism_issues().query("stated == 1")
    expected = issues.loc[issues["mechanism"].isin(here), "issue"].value_counts()
    names = deficit.history().issues
    assert {names[int(y)]: n for y, n in lane.items()} == expected.to_dict()
    # a queue has no gap and no two marks in one place
    places = sorted((y, x) for trace in marks for x, y in zip(trace.x, trace.y, strict=True))
    assert len(set(places)) == len(places)
    assert max(x for _, x in places) == expected.max()


def test_the_seats_of_the_chosen_state_stand_out(lanes):
    own = data.memberships(as_of="2025-12-31", status=data.SEATS, state="KAZ")["mechanism"]
    figure = lanes.figure(state="KAZ")
    lit = {
        text.split(":")[0]
        for trace in figure.data
        if trace.hovertemplate
        for text, opacity in zip(trace.customdata, trace.marker.opacity, strict=True)
        if opacity == 1
    }
    named = set(data.mechanism_issues().query("stated == 1")["mechanism"])
    assert lit == set(own) & named
    assert f"is in {own.nunique()} of them" in lanes.describe(state="KAZ")


def test_the_load_rises_while_the_mean_overlap_hardly_moves(lanes):
    told = deficit.history().indices
    then, now = 1990 - deficit.YEARS[0], -1
    assert told["load"][now] > 5 * told["load"][then]
    assert told["members"][now] < 1.5 * told["members"][then]
    assert f"{told['load'][now]:.2f}" in lanes.describe()


def test_a_state_without_a_seat_or_outside_the_subregions_is_told(lanes):
    assert "Kazakhstan is in none of them." in lanes.describe(year=1980, state="KAZ")
    outside = lanes.describe(count="subregions", state="USA")
    assert "lies outside the four subregions" in outside
    lanes.figure(count="subregions", state="USA")


@pytest.mark.parametrize(
    ("rule", "expected"), [("product", 0.4), ("average", 0.65), ("larger", 0.8)]
)
def test_dual_coordination(rule, expected):
    assert deficit.dual_coordination(0.8, 0.5, rule) == pytest.approx(expected)
    assert deficit.dual_coordination(0.5, 0.8, rule) == pytest.approx(expected)


def test_dual_coordination_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match=r"powers must lie in \[0, 1\], got 2"):
        deficit.dual_coordination(2, 0.5, "product")
    with pytest.raises(ValueError, match="rule must be product, average or larger, got 'least'"):
        deficit.dual_coordination(0.5, 0.5, "least")


@pytest.mark.parametrize("trust", [0.1, 0.2, 0.4])
def test_just_above_the_needed_coordination_trust_recovers_and_just_below_it_falls(circle, trust):
    needed = float(trust_circle.needed_coordination(1, 0.6, trust))
    step = 0.05
    above = step * np.ceil(needed / step + 1e-9)
    for powers, verdict in ((above, "trust recovers"), (above - 2 * step, "trust falls away")):
        sentence = circle.describe(rule="larger", mechanisms=0, powers=float(powers), trust=trust)
        assert _verdict(sentence) == verdict


def test_on_the_tipping_point_trust_stands(circle):
    sentence = circle.describe(rule="larger", powers=0.5, mechanisms=0, trust=0.2)
    assert _verdict(sentence) == "trust stands on the tipping point"


@pytest.mark.parametrize(("lasts", "verdict"), [(15, "falls away"), (20, "recovers")])
def test_help_lasts_if_it_ends_beyond_the_old_tipping_point(circle, lasts, verdict):
    values = {"powers": 0.8, "mechanisms": 0.7, "lasts": lasts}
    assert _verdict(circle.describe(**values)) == f"trust {verdict}"
    figure = circle.figure(**values)
    path = np.array(figure.data[7].y)
    helped = trust_circle.path(trust_circle.TrustCircle(1, 0.6, 0.56), [0.2], [0.0, lasts])
    assert path[lasts] == pytest.approx(helped[-1, 0], abs=1e-6)
    assert (path[lasts] > 0.6) == (verdict == "recovers")
    assert path[-1] == pytest.approx(1 if verdict == "recovers" else 0, abs=1e-3)
    assert figure.layout.shapes[0].x1 == lasts


def test_no_help_leaves_the_path_without_coordination(circle):
    figure = circle.figure(powers=0.9, mechanisms=0.9, lasts=0)
    assert figure.data[7].y == figure.data[6].y


def test_fixed_points_and_arrows_follow_the_closed_form(circle):
    figure = circle.figure(powers=0.5, mechanisms=0.5, rule="average", self_help=0.75)
    assert figure.data[2].x == (0.0, 1.0)
    assert figure.data[3].x == pytest.approx((0.5,))
    arrows = dict(zip(figure.data[5].x, figure.data[5].marker.symbol, strict=True))
    assert all((symbol == "triangle-right") == (x > 0.5) for x, symbol in arrows.items())


def test_where_no_trust_lasts_the_words_say_so(circle):
    assert "self-help is too strong" in circle.describe(self_help=1.2)
    strong = circle.describe(powers=0.9, mechanisms=0.9, self_help=0.3)
    assert "no tipping point" in strong


def test_the_button_doubles_both_halves(circle):
    (action,) = circle.actions()
    changed = action.apply({**circle.defaults, "powers": 0.6})
    assert changed == {"powers": 0.95, "mechanisms": 0.6}
