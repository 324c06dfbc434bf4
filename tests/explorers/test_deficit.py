"""Explorers of lesson 09, against counts and closed forms worked out on their own."""

import re

import numpy as np
import pandas as pd
import pytest

from asian_security import data
from asian_security.explorers import deficit
from asian_security.models.trust import trust_dynamics


@pytest.fixture(scope="module")
def lanes():
    return deficit.CongestionOverTime()


@pytest.fixture(scope="module")
def circle():
    return deficit.CircleOfTrust()


def test_every_lane_holds_one_mark_for_each_mechanism_that_names_the_issue(lanes):
    figure = lanes.figure(year=1990)
    marks = [trace for trace in figure.data if trace.hovertemplate]
    lane = pd.Series([y for trace in marks for y in trace.y]).value_counts().sort_index()
    here = data.memberships(as_of="1990-12-31", status=data.SEATS)["mechanism"].unique()
    issues = data.mechanism_issues().query("stated == 1")
    expected = issues.loc[issues["mechanism"].isin(here), "issue"].value_counts()
    names = deficit.history().issues
    assert {names[int(y)]: n for y, n in lane.items()} == expected.to_dict()
    per_issue = lanes.record(year=1990).per_issue
    assert (
        dict(zip(names, per_issue, strict=True)) == expected.reindex(names, fill_value=0).to_dict()
    )
    # a queue has no gap and no two marks in one place
    places = sorted((y, x) for trace in marks for x, y in zip(trace.x, trace.y, strict=True))
    assert len(set(places)) == len(places)
    assert max(x for _, x in places) == expected.max()


def test_the_seats_of_the_chosen_state_stand_out(lanes):
    own = data.memberships(as_of="2025-12-31", status=data.SEATS, state="KAZ")["mechanism"]
    crowd = lanes.record(state="KAZ")
    seated = {name for name, sits in zip(crowd.history.names, crowd.seated, strict=True) if sits}
    assert seated == set(own)
    traces = lanes.look(state="KAZ")["traces"]
    lit = {
        text.split(":")[0]
        for camp in deficit.CAMPS.values()
        for text, opacity in zip(
            traces[camp]["customdata"], traces[camp]["marker"]["opacity"], strict=True
        )
        if opacity == 1
    }
    named = set(data.mechanism_issues().query("stated == 1")["mechanism"])
    assert lit == set(own) & named
    assert f"is in {own.nunique()} of them" in lanes.describe(state="KAZ")


def test_the_curve_of_a_state_depends_only_on_the_load(lanes):
    look, load = lanes.look(state="MNG"), lanes.record(state="MNG").own_load
    assert look["traces"]["the chosen state"]["y"] == load.tolist()
    assert "dashed: Mongolia" in look["layout"]["annotations"][0]["text"]
    assert look["layout"]["yaxis2"]["range"][1] > load.max()
    for other in ({"state": ""}, {"state": "MNG", "index": "members"}):
        assert set(lanes.look(**other)["traces"]["the chosen state"]["y"]) == {None}


def test_the_words_give_the_curve_at_the_year_and_now(lanes):
    load = deficit.history().indices["load"]
    sentence = lanes.describe(year=2000)
    assert f"{load[2000 - deficit.YEARS[0]]:.2f} (1990: " in sentence
    assert f"2025: {load[-1]:.2f})" in sentence


def test_a_state_without_a_seat_or_outside_the_subregions_is_named(lanes):
    assert "Kazakhstan is in none of them." in lanes.describe(year=1980, state="KAZ")
    outside = lanes.describe(count="subregions", state="USA")
    assert "lies outside the four subregions" in outside
    assert not lanes.record(count="subregions", state="USA").counted
    lanes.figure(count="subregions", state="USA")


def _verdict(sentence: str) -> str:
    return re.search(r"Verdict: ([a-z ]+);", sentence).group(1)


@pytest.mark.parametrize("trust", [0.1, 0.2, 0.4])
def test_just_above_the_needed_coordination_trust_recovers_and_just_below_it_falls(circle, trust):
    needed = float(trust_dynamics.needed_coordination(1, 0.6, trust))
    step = 0.05
    above = step * np.ceil(needed / step + 1e-9)
    for powers, verdict in ((above, "trust recovers"), (above - 2 * step, "trust falls away")):
        values = {"rule": "larger", "mechanisms": 0, "powers": float(powers), "trust": trust}
        assert circle.record(**values).verdict == verdict
        assert _verdict(circle.describe(**values)) == verdict


def test_trust_does_not_change_at_the_tipping_point(circle):
    futures = circle.record(rule="larger", powers=0.5, mechanisms=0, trust=0.2)
    assert futures.verdict == "trust stands on the tipping point"


@pytest.mark.parametrize(("lasts", "verdict"), [(15, "falls away"), (20, "recovers")])
def test_what_happens_after_the_coordination_ends_decides(circle, lasts, verdict):
    values = {"powers": 0.8, "mechanisms": 0.7, "lasts": lasts}
    futures = circle.record(**values)
    assert futures.verdict == f"trust {verdict}"
    assert futures.tipping_alone == pytest.approx(0.6)
    assert (futures.at_end > 0.6) == (verdict == "recovers")
    look = circle.look(**values)
    assert look["traces"]["path with coordination"]["y"] == futures.with_it.tolist()
    assert look["layout"]["shapes"][0]["x1"] == lasts
    assert f"with trust at {futures.at_end:.2f}" in look["sentence"]


def test_no_help_leaves_the_path_without_coordination(circle):
    traces = circle.look(powers=0.9, mechanisms=0.9, lasts=0)["traces"]
    assert traces["path with coordination"]["y"] == traces["path without coordination"]["y"]


def test_fixed_points_and_arrows_follow_the_closed_form(circle):
    traces = circle.look(powers=0.5, mechanisms=0.5, rule="average", self_help=0.75)["traces"]
    assert traces["resting state"]["x"] == [0.0, 1.0]
    assert traces["tipping point"]["x"] == pytest.approx([0.5])
    arrows = traces["direction"]
    for x, symbol in zip(arrows["x"], arrows["marker"]["symbol"], strict=True):
        assert (symbol == "triangle-right") == (x > 0.5)


def test_where_no_trust_lasts_the_words_say_so(circle):
    assert "self-help is too strong" in circle.describe(self_help=1.2)
    strong = circle.describe(powers=0.9, mechanisms=0.9, self_help=0.3)
    assert "no tipping point" in strong


def test_the_button_doubles_both_halves(circle):
    after = circle.press("Double both halves", powers=0.6)
    assert (after["powers"], after["mechanisms"]) == (0.95, 0.6)
