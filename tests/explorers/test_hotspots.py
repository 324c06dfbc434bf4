"""Explorers of lesson 06: what they say and draw, worked out again from the tables."""

import csv
import re
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from asian_security.explorers import hotspots
from asian_security.models.conflict import escalation

DATA = Path(__file__).resolve().parents[2] / "data"


def rows(table):
    with (DATA / f"{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


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


def test_the_window_counts_a_dispute_once_however_many_pairs_it_has(timeline):
    begun = {}
    for row in rows("disputes"):
        if row["hotspot"] == "korea":
            first, level = begun.get(row["dispute"], (9999, 0))
            begun[row["dispute"]] = (
                min(first, int(row["start_year"])),
                max(level, int(row["hostility"])),
            )
    inside = [level for first, level in begun.values() if 1990 <= first <= 1999]
    said = timeline.describe(hotspot="korea", first=1990, length=10)
    assert f"{len(inside)} disputes begun, {inside.count(5)} of them" in said
    assert "source stops" not in said


def test_silence_of_a_source_is_not_told_as_quiet(timeline):
    said = timeline.describe(first=2012, length=10)
    assert "no count of disputes, because the source stops in 2010" in said
    assert "0 disputes" not in said
    said = timeline.describe(first=1960, length=20)
    assert "no battle deaths, because the series runs from 1989 to 2023" in said
    said = timeline.describe(first=2022, length=5, hotspot="india_pakistan")
    assert "counted to 2023 only" in said
    assert "none between India and Pakistan" in said


def test_deaths_and_tests_are_sums_over_the_window(timeline):
    deaths = {"218": 0, "364": 0}
    for row in rows("deaths_by_conflict"):
        if row["conflict"] in deaths and 1995 <= int(row["year"]) <= 2004:
            deaths[row["conflict"]] += int(row["battle_deaths"] or 0)
    said = timeline.describe(first=1995, length=10, hotspot="india_pakistan")
    assert f"{deaths['218']:,} between India and Pakistan" in said
    assert f"{deaths['364']:,} in the Kashmir insurgency" in said

    tests = [r for r in rows("missile_tests") if r["date"][:4] in ("2016", "2017")]
    missiles = [r for r in rows("missile_launches") if r["date"][:4] in ("2016", "2017")]
    said = timeline.describe(first=2013, length=5, layer="tests")
    inside = [r for r in rows("missile_tests") if 2013 <= int(r["date"][:4]) <= 2017]
    assert f"on {len(inside)} days" in said
    assert "4 nuclear tests" in said
    assert len(missiles) > len(tests)


def test_every_event_of_the_table_is_drawn_and_cited(timeline):
    figure = timeline.figure()
    events = [t for t in figure.data if t.name in hotspots.KINDS]
    drawn = [text for trace in events for text in trace.customdata]
    assert len(drawn) == len(rows("hotspot_events"))
    for row in rows("hotspot_events"):
        assert any(text.startswith(f"{row['date']} {row['event']} (") for text in drawn)


def test_the_table_lists_the_last_events_of_the_window_with_their_sources(timeline):
    shown = timeline.table(**timeline.defaults | {"hotspot": "korea", "length": 60})
    inside = sorted(
        r["date"] for r in rows("hotspot_events") if r["hotspot"] == "korea" and r["date"] < "2005"
    )
    assert list(shown.index) == inside[-8:]
    assert (shown["source"] != "").all()


def test_another_hotspot_fades_and_another_layer_goes(timeline):
    figure = timeline.figure(hotspot="korea", layer="disputes")
    assert [t.opacity for t in figure.data[:3]] == [1.0, 0.12, 0.12]
    assert [t.visible for t in figure.data] == [True] * 3 + [False] * 8


# Ladder


def test_the_ladder_says_the_closed_form(ladder):
    for rungs in (3, 5, 8):
        said = ladder.describe(rungs=rungs, hotline=0)
        assert f"risk of war is {2 / rungs:.3f} without and {2 / rungs:.3f} with" in said
    risk = (1 - 1.5**2) / (1 - 1.5**6)
    assert f"{risk:.3f} with the net" in ladder.describe(hotline=20)


def test_at_the_boldness_it_names_the_net_is_worth_nothing(ladder):
    said = ladder.describe(hotline=10)
    assert "once the parties climb 25% more often" in said
    before, after = re.search(
        r"risk of war is ([\d.]+) without and ([\d.]+) with",
        ladder.describe(hotline=10, boldness=25),
    ).groups()
    assert before == after
    assert "no boldness undoes this net" in ladder.describe(hotline=50)


def test_without_a_net_the_two_crises_are_one(ladder):
    traces = ladder.traces(**ladder.defaults | {"hotline": 0, "step": 60})
    bare, netted = np.array(traces[2]["y"]), np.array(traces[3]["y"])
    assert bare - netted == pytest.approx(np.full(61, 0.16))


def test_the_path_is_a_walk_on_the_ladder_that_ends_for_good(ladder):
    path = np.rint(ladder.traces(**ladder.defaults | {"step": 60})[2]["y"])
    assert path[0] == 2
    assert np.abs(np.diff(path)).max() == 1
    assert path[-1] == 6
    end = int(np.argmax(path == 6))
    assert (path[end:] == 6).all()
    note = ladder.layout(**ladder.defaults | {"step": 60})["annotations"][0]
    assert note["visible"]
    assert f"without the net: war at step {end}" in note["text"]
    assert not ladder.layout(**ladder.defaults | {"step": end - 1})["annotations"][0]["visible"]
    early = ladder.traces(**ladder.defaults | {"step": 5})[2]["y"]
    assert len(early) == 6


def test_simulated_endings_agree_with_the_formula(ladder):
    said = ladder.describe(up=0.4, down=0.4, hotline=0, rungs=4)
    wars, calm, still = map(
        int, re.search(r"net (\d+) end in war and (\d+) in .*open: (\d+)", said).groups()
    )
    assert wars + calm + still == 1000
    assert wars / 1000 == pytest.approx(0.5, abs=0.05)


def test_the_buttons_change_luck_and_cut_the_net(ladder):
    following, cut = (action.apply for action in ladder.actions())
    assert following({"crisis": 9}) == {"crisis": 10, "step": 0}
    assert following({"crisis": 99})["crisis"] == 1
    changed = ladder.defaults | cut({})
    assert "without and 0.333 with" in ladder.describe(**changed)


def test_bold_steps_never_pass_what_is_left_for_them(ladder):
    said = ladder.describe(up=0.5, down=0.5, boldness=200, hotline=0)
    assert "0.50 and 0.50 with it" in said


@pytest.mark.parametrize("rungs", range(3, 9))
def test_rungs_have_names(rungs):
    names = hotspots.rung_names(rungs)
    assert len(set(names)) == len(names) == rungs + 1
    assert (names[0], names[-1]) == ("SETTLEMENT", "WAR")


def test_other_numbers_of_rungs_are_refused():
    with pytest.raises(ValueError, match="rungs must be a whole number from 3 to 8, got 9"):
        hotspots.rung_names(9)


# Ripples


def test_ties_come_from_the_tables():
    nodes, ties = hotspots.tie_tables()
    place = {iso3: i for i, iso3 in enumerate(nodes)}
    assert len(nodes) == 34
    near = ties["neighbours"]
    assert near[place["PRK"], place["KOR"]] == near[place["KOR"], place["PRK"]] == 1
    assert near[place["PRK"], place["IND"]] == 0
    promise = ties["defence promise"]
    assert promise[place["USA"], place["JPN"]] == 1
    assert promise[place["JPN"], place["USA"]] == 0
    row = next(
        r
        for r in rows("trade_partners")
        if (r["iso3"], r["partner"], r["year"]) == ("MNG", "CHN", "2014")
    )
    assert ties["trade"][place["MNG"], place["CHN"]] == float(row["share_of_total"])


def test_a_ripple_through_borders_alone_is_a_breadth_first_search(web):
    nodes, ties = hotspots.tie_tables()
    graph = nx.from_numpy_array(ties["neighbours"])
    steps = nx.single_source_shortest_path_length(graph, nodes.index("PAK"), cutoff=5)
    only_borders = {"neighbours": 1.0, "promise": 0.0, "trade": 0.0, "threshold": 0.6}
    for now in (1, 2, 3):
        reached = sum(0 < far <= now for far in steps.values())
        said = web.describe(act="india_pakistan PAK", round=now, **only_borders)
        assert f"is felt by {reached} of 33 other states" in said


def test_each_line_ends_at_a_state_that_felt_it_one_round_before(web):
    values = web.defaults | {"round": 5}
    _, _, _, found, (via, _) = web._spread(**values)
    arrival = found.arrival(values["threshold"] - 1e-9)
    reached = np.flatnonzero(arrival > 0)
    assert len(reached) > 10
    assert (arrival[via[reached]] == arrival[reached] - 1).all()
    ends = sum(len([x for x in trace["x"] if x is None]) for trace in web.traces(**values)[:3])
    assert ends == len(reached)


@pytest.mark.parametrize("kind", ["ladder", "web", "timeline"])
def test_a_figure_never_gains_or_loses_shapes(kind, request):
    """Plotly refuses an update that adds a shape and restyles it at once."""
    explorer = request.getfixturevalue(kind)
    counts = set()
    for name, control in explorer.controls().items():
        ends = [control.start, control.stop] if hasattr(control, "stop") else control.accepted
        for value in ends:
            layout = explorer.layout(**explorer.defaults | {name: value})
            counts.add((len(layout["shapes"]), len(layout["annotations"])))
    assert len(counts) == 1


def test_nothing_passes_when_ties_pass_nothing_on(web):
    said = web.describe(neighbours=0.0, promise=0.0, trade=0.0, round=5)
    assert "is felt by 0 of 33" in said
    assert "not CHN, JPN, KOR, RUS, USA" in said


def test_every_party_of_a_hotspot_can_act(web):
    offered = set(web.controls()["act"].accepted)
    parties = {
        f"{r['hotspot']} {r['iso3']}" for r in rows("hotspot_parties") if r["role"] == "party"
    }
    assert parties <= offered
    assert sum(act.startswith("none ") for act in offered) == 3


def test_reach_of_each_counts_others_only():
    weights = np.zeros((3, 3))
    weights[1, 0], weights[2, 1] = 0.5, 0.8
    assert hotspots.reach_of_each(weights, 0.4).tolist() == [2, 1, 0]
    assert hotspots.reach_of_each(weights, 0.45).tolist() == [1, 1, 0]


def test_same_luck_with_less_risk_never_ends_worse():
    """The explorer's two paths share their draws, so that a net cannot turn peace into war."""
    for crisis in range(1, 40):
        bare = escalation.simulate(escalation.ladder(0.3, 0.3, 6), 2, 60, 20, crisis)
        netted = escalation.simulate(escalation.ladder(0.24, 0.36, 6), 2, 60, 20, crisis)
        assert not ((bare[:, -1] == 0) & (netted[:, -1] == 6)).any()
