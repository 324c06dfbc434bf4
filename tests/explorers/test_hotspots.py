"""Explorers of lesson 06: what they say and draw of what is computed for them."""

import csv
import re

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis.hotspot_record import EVENT_KINDS
from asian_security.explorers import hotspots


def rows(table):
    text = (data.folder() / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def timeline():
    return hotspots.HotspotTimeline()


@pytest.fixture(scope="module")
def ladder():
    return hotspots.EscalationLadder()


@pytest.fixture(scope="module")
def web():
    return hotspots.WhoIsEntangled()


# Timeline


def test_the_window_is_counted_in_words(timeline):
    window = timeline.record(hotspot="korea", first=1990, length=10)
    assert (window.first, window.last, window.hotspots) == (1990, 1999, ["korea"])
    sentence = timeline.describe(hotspot="korea", first=1990, length=10)
    assert f"{window.disputes} disputes begun, {window.wars} of them" in sentence
    assert f"{len(window.events)} events of the course's selection" in sentence
    assert f"{window.missiles} missiles tested by the DPRK on {window.days} days" in sentence
    assert "source stops" not in sentence


def test_the_window_ends_with_the_axis(timeline):
    assert timeline.record(first=2022).last == 2026


def test_a_source_that_is_silent_is_not_called_quiet(timeline):
    sentence = timeline.describe(first=2012, length=10)
    assert "no count of disputes, because the source stops in 2010" in sentence
    assert "0 disputes" not in sentence
    sentence = timeline.describe(first=1960, length=20)
    assert "no battle deaths, because the series runs from 1989 to 2023" in sentence
    sentence = timeline.describe(first=2022, length=5, hotspot="india_pakistan")
    assert "counted to 2023 only" in sentence
    assert "none between India and Pakistan" in sentence
    sentence = timeline.describe(layer="tests", hotspot="south_china_sea")
    assert "no tests, since this layer covers the DPRK only" in sentence


def test_deaths_are_named_by_conflict(timeline):
    values = {"first": 1995, "length": 10, "hotspot": "india_pakistan"}
    deaths = timeline.record(**values).deaths
    sentence = timeline.describe(**values)
    assert f"{deaths[218]:,} between India and Pakistan" in sentence
    assert f"{deaths[364]:,} in the Kashmir insurgency" in sentence


def test_every_event_of_the_table_is_drawn_and_cited(timeline):
    events = [trace for trace in timeline.figure().data if trace.name in EVENT_KINDS]
    drawn = [text for trace in events for text in trace.customdata]
    assert len(drawn) == len(rows("hotspot_events"))
    for row in rows("hotspot_events"):
        assert any(text.startswith(f"{row['date']} {row['event']} (") for text in drawn)


def test_the_table_lists_the_last_events_of_the_window_with_their_sources(timeline):
    window = timeline.record(hotspot="korea", length=60)
    table = timeline.table(window)
    assert list(table.index) == list(window.events["date"])[-8:]
    assert list(table) == ["event", "note", "source"]
    assert (table["source"] != "").all()
    assert f"the last 8 of {len(window.events)} events" in timeline.describe(
        hotspot="korea", length=60
    )


def test_another_hotspot_fades_and_another_layer_goes(timeline):
    figure = timeline.figure(hotspot="korea", layer="disputes")
    assert [trace.opacity for trace in figure.data[:3]] == [1.0, 0.12, 0.12]
    assert [trace.visible for trace in figure.data] == [True] * 3 + [False] * 8


# Ladder


def test_the_ladder_reports_the_closed_form(ladder):
    for rungs in (3, 5, 8):
        sentence = ladder.describe(rungs=rungs, hotline=0)
        assert f"risk of war is {2 / rungs:.3f} without and {2 / rungs:.3f} with" in sentence
    risk = (1 - 1.5**2) / (1 - 1.5**6)
    assert f"{risk:.3f} with the net" in ladder.describe(hotline=20)
    assert f"{risk:.1%} with it" in ladder.figure(hotline=20).layout.title.text


def test_at_the_boldness_it_names_the_net_is_worth_nothing(ladder):
    assert "once the parties climb 25% more often" in ladder.describe(hotline=10)
    pair = ladder.record(hotline=10, boldness=25)
    assert pair.with_net.risk == pytest.approx(pair.without.risk)
    assert "no boldness undoes this net" in ladder.describe(hotline=50)


def test_without_a_net_the_two_crises_are_one(ladder):
    traces = ladder.look(hotline=0, step=60)["traces"]
    bare, netted = (
        np.array(traces[name]["y"]) for name in ("without the net", "with the net, same luck")
    )
    assert bare - netted == pytest.approx(np.full(61, 0.16))


def test_the_path_is_a_walk_on_the_ladder_that_ends_for_good(ladder):
    path = np.rint(ladder.look(step=60)["traces"]["without the net"]["y"])
    assert path[0] == 2
    assert np.abs(np.diff(path)).max() == 1
    assert path[-1] == 6
    end = int(np.argmax(path == 6))
    assert (path[end:] == 6).all()
    note = ladder.look(step=60)["layout"]["annotations"][0]
    assert note["visible"]
    assert f"without the net: war at step {end}" in note["text"]
    assert not ladder.look(step=end - 1)["layout"]["annotations"][0]["visible"]
    assert len(ladder.look(step=5)["traces"]["without the net"]["y"]) == 6


def test_simulated_endings_agree_with_the_formula(ladder):
    sentence = ladder.describe(up=0.4, down=0.4, hotline=0, rungs=4)
    wars, calm, still = map(
        int, re.search(r"net (\d+) end in war and (\d+) in .*open: (\d+)", sentence).groups()
    )
    assert wars + calm + still == 1000
    assert wars / 1000 == pytest.approx(0.5, abs=0.05)


def test_the_buttons_change_luck_and_cut_the_net(ladder):
    following = ladder.press("Next crisis")
    assert following == {**ladder.defaults, "crisis": 10, "step": 0}
    assert ladder.press("Next crisis", crisis=99)["crisis"] == 1
    cut = ladder.press("Cut the net", rules=30, boldness=40)
    assert "without and 0.333 with" in ladder.describe(**cut)


def test_bold_steps_never_exceed_the_remaining_probability(ladder):
    sentence = ladder.describe(up=0.5, down=0.5, boldness=200, hotline=0)
    assert "0.50 and 0.50 with it" in sentence


@pytest.mark.parametrize("rungs", range(3, 9))
def test_rungs_have_names(ladder, rungs):
    axis = ladder.look(rungs=rungs)["layout"]["yaxis"]
    names = axis["ticktext"]
    assert len(set(names)) == len(names) == len(axis["tickvals"]) == rungs + 1
    assert (names[0], names[-1]) == ("SETTLEMENT", "WAR")


# Ripples


def test_the_sentence_counts_who_feels_the_act(web):
    values = {"act": "india_pakistan PAK", "round": 2}
    ripple = web.record(**values)
    sentence = web.describe(**values)
    assert f"is felt by {len(ripple.reached_by(2))} of 33 other states" in sentence
    assert f"in the end by {ripple.reach}." in sentence
    assert f"all 34 states reaches {ripple.typical_reach:g}." in sentence


def test_each_state_that_is_reached_has_a_line(web):
    for now in (0, 1, 5):
        lines = [web.look(round=now)["traces"][kind] for kind in hotspots.TIES]
        ends = sum(line["x"].count(None) for line in lines)
        assert ends == len(web.record().reached_by(now))


def test_states_stand_on_the_ring_of_their_round(web):
    ripple, traces = web.record(round=5), web.look(round=5)["traces"]
    spots = {
        name: (x, y)
        for role in ("party", "interested state", "other state")
        for name, x, y in zip(*(traces[role][part] for part in ("text", "x", "y")), strict=True)
    }
    assert set(spots) == set(ripple.states)
    outer = ripple.arrival.max() + 1
    for name, arrival in zip(ripple.states, ripple.arrival, strict=True):
        assert np.hypot(*spots[name]) == pytest.approx(outer if arrival < 0 else arrival)


@pytest.mark.parametrize("kind", ["ladder", "web", "timeline"])
def test_a_figure_never_gains_or_loses_shapes(kind, request):
    """Plotly refuses an update that adds a shape and restyles it at once."""
    explorer = request.getfixturevalue(kind)
    counts = set()
    for name, control in explorer.controls().items():
        ends = [control.start, control.stop] if hasattr(control, "stop") else control.accepted
        for value in ends:
            layout = explorer.look(**{name: value})["layout"]
            counts.add((len(layout["shapes"]), len(layout.get("annotations", ()))))
    assert len(counts) == 1


def test_nothing_spreads_when_ties_pass_nothing_on(web):
    sentence = web.describe(neighbours=0.0, promise=0.0, trade=0.0, round=5)
    assert "is felt by 0 of 33 other states (nobody yet)" in sentence
    assert "reaches 0 of the 5 other states" in sentence
    assert "not CHN, JPN, KOR, RUS, USA" in sentence


def test_an_act_far_from_any_hotspot_has_no_parties_to_reach(web):
    assert "stated position" not in web.describe(act="none MNG")


def test_every_party_of_a_hotspot_can_act(web):
    offered = set(web.controls()["act"].accepted)
    parties = {
        f"{r['hotspot']} {r['iso3']}" for r in rows("hotspot_parties") if r["role"] == "party"
    }
    assert parties <= offered
    assert sum(act.startswith("none ") for act in offered) == 3
