"""Explorers of lesson 02 against values worked out by hand or by another way."""

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from asian_security import data
from asian_security.explorers import shared_security
from asian_security.explorers.shared_security import ArmsRace, ContagionMap, TrustThreshold


@pytest.fixture(scope="module")
def trust():
    return TrustThreshold()


@pytest.fixture(scope="module")
def race():
    return ArmsRace()


@pytest.fixture(scope="module")
def spread():
    return ContagionMap()


# Trust threshold


@pytest.mark.parametrize(
    "change", [{"reward": 5}, {"sucker": 2}, {"temptation": 2}, {"punishment": 2}]
)
def test_each_of_four_payoffs_can_make_half_a_belief_enough(trust, change):
    assert "a belief of 0.67 on" in trust.describe()
    assert trust.describe().endswith("the state arms.")
    said = trust.describe(**change)
    assert "a belief of 0.50 on" in said
    assert said.endswith("the state cooperates.")


def test_in_a_prisoners_dilemma_no_belief_is_enough(trust):
    said = trust.describe(temptation=5, belief=1.0)
    assert "a prisoners' dilemma. No belief is high enough" in said
    assert said.endswith("worth 4.00 and arming 5.00: the state arms.")


def test_in_chicken_a_state_gives_way_to_one_that_arms(trust):
    said = trust.describe(temptation=5, reward=4, sucker=2, punishment=1, belief=0.2)
    assert "chicken. Cooperating pays only while you expect the other side to arm" in said
    assert said.endswith("the state cooperates.")


def test_the_threshold_stands_where_the_lines_cross(trust):
    figure = trust.figure(reward=5, sucker=0)
    cooperate, arm, threshold, _ = figure.data
    at = threshold.x[0]
    assert cooperate.y[0] + at * (cooperate.y[1] - cooperate.y[0]) == pytest.approx(
        arm.y[0] + at * (arm.y[1] - arm.y[0])
    )
    assert at == pytest.approx(3 / 5)


def test_the_mark_lies_on_the_better_line(trust):
    figure = trust.figure(belief=0.9)
    assert figure.data[3].y[0] == pytest.approx(0.9 * 4 + 0.1 * 1)
    assert trust.figure(belief=0.1).data[3].y[0] == pytest.approx(3)


# Arms race


def test_the_known_case_rests_where_richardsons_formula_says(race):
    said = race.describe()
    assert "settles at X = 3.25, Y = 5.75" in said
    assert said.endswith("after 20 years are X = 3.25, Y = 5.75.")
    star = race.figure().data[5]
    assert (star.x[0], star.y[0]) == pytest.approx((3.25, 5.75), abs=1e-9)


def test_the_race_stops_settling_at_k_3(race):
    assert "settles at" in race.describe(k=2.9)
    assert "exactly on the boundary" in race.describe(k=3.0)
    assert "does not settle" in race.describe(k=3.1)
    assert race.figure(k=3.0).data[5].x[0] is None


def test_no_grievance_makes_the_race_run_away(race):
    for g, h in itertools.product((-6, 0, 8), repeat=2):
        assert "settles at" in race.describe(g=g, h=h)
    assert "below 0, read as goodwill" in race.describe(g=-4, h=-4)


@pytest.mark.parametrize("k", [0.0, 1.0, 2.0])
def test_formula_and_simulation_meet_where_the_race_settles(race, k):
    figure = race.figure(k=k)
    path, rest = figure.data[3], figure.data[5]
    assert path.x[-1] == pytest.approx(rest.x[0], rel=0.01)
    assert path.y[-1] == pytest.approx(rest.y[0], rel=0.01)


def test_both_lines_pass_through_the_resting_point(race):
    figure = race.figure(k=2.0, h=-3)
    rest = figure.data[5]
    for line in figure.data[1:3]:
        run, rise = line.x[1] - line.x[0], line.y[1] - line.y[0]
        cross = (rest.x[0] - line.x[0]) * rise - (rest.y[0] - line.y[0]) * run
        assert cross == pytest.approx(0, abs=1e-9)


def test_a_runaway_path_stops_being_drawn_off_the_frame(race):
    path = race.figure(k=5, l=5, a=0.5, b=0.5).data[3]
    assert max(map(abs, [*path.x, *path.y])) <= 80


# Contagion


def test_the_network_holds_the_region_and_its_borders():
    land = shared_security.border_network()
    water = shared_security.border_network(land_only=False)
    assert set(land) == set(water)
    assert not {"USA", "CAN", "GBR", "AUS", "NZL", "PNG"} & set(land)
    assert land.has_edge("CHN", "MNG")
    assert not land.has_edge("JPN", "KOR")
    assert water.has_edge("JPN", "KOR")
    assert set(land.edges) < {tuple(edge) for edge in water.edges} | {
        tuple(reversed(edge)) for edge in water.edges
    }


def _by_hand(graph, start, threshold):
    """Spread on sets of names, apart from the model's arrays."""
    insecure, rounds = {start}, 0
    while True:
        turning = {
            s
            for s in set(graph) - insecure
            if graph.degree[s]
            and len(insecure & set(graph[s])) >= threshold * graph.degree[s] - 1e-9
        }
        if not turning:
            return insecure, rounds
        insecure |= turning
        rounds += 1


@pytest.mark.parametrize("start", ["KGZ", "CHN", "MMR", "SAU", "JPN"])
@pytest.mark.parametrize("threshold", [0.05, 0.25, 0.3, 0.5])
@pytest.mark.parametrize("ties", ["land", "water"])
def test_a_shock_ends_where_it_ends_by_hand(spread, start, threshold, ties):
    graph = shared_security.border_network(ties == "land")
    insecure, rounds = _by_hand(graph, start, threshold)
    said = spread.describe(start=start, threshold=threshold, ties=ties, step=20)
    word = "step" if rounds == 1 else "steps"
    assert said.endswith(f"In the end: {len(insecure)}, after {rounds} {word}.")
    groups = spread.figure(start=start, threshold=threshold, ties=ties, step=20).data[2:]
    assert set(groups[0].text) == set(graph) - insecure


def test_every_state_is_drawn_once_at_each_step(spread):
    everyone = sorted(shared_security.border_network())
    for step in range(0, 21, 4):
        groups = spread.figure(step=step).data[2:]
        assert sorted(s for group in groups for s in group.text) == everyone


def test_the_first_step_reaches_those_for_whom_one_neighbour_is_enough(spread):
    graph = shared_security.border_network()
    figure = spread.figure(step=1)
    now = set(figure.data[4].text)
    assert now == {s for s in graph["KGZ"] if 1 / graph.degree[s] >= 0.25}
    assert now


def test_no_label_covers_another():
    places = np.array(list(shared_security._places().values()))
    apart = np.abs(places[:, None] - places[None])
    clash = (apart < [38, 35]).all(axis=2) & ~np.eye(len(places), dtype=bool)
    assert not clash.any()


def test_states_stay_near_their_capitals():
    states = data.states().set_index("iso3")
    places = shared_security._places()
    east_west = nx.utils.pairwise(["TUR", "IRN", "PAK", "IND", "MMR", "PHL", "JPN"])
    assert all(places[a][0] < places[b][0] for a, b in east_west)
    assert states.loc["RUS", "lat"] == pytest.approx(places["RUS"][1] / 8.3, abs=6)


# Spending


def test_a_missing_year_is_a_gap_and_a_step_is_tenfold():
    table = pd.DataFrame({"IND": [1.0, np.nan, 3.0], "PAK": [2.0, 2.0, 2.0]}, index=[1, 2, 3])
    figure = shared_security.spending_lines(table)
    assert list(figure.data[0].y) == [1.0, None, 3.0]
    assert figure.layout.yaxis.type == "log"
    assert "SIPRI" in figure.layout.meta["source"]
