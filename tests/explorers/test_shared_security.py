"""Explorers of lesson 02 against values worked out by hand or by another way."""

import itertools

import numpy as np
import pandas as pd
import pytest

from asian_security import data
from asian_security.analysis.borders import border_network
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
    assert trust.record().threshold == pytest.approx(2 / 3)
    assert not trust.record().cooperates
    assert trust.describe().endswith("the state arms.")
    assert trust.record(**change).threshold == pytest.approx(1 / 2)
    assert trust.record(**change).cooperates
    assert trust.describe(**change).endswith("the state cooperates.")


def test_in_a_prisoners_dilemma_no_belief_is_enough(trust):
    sentence = trust.describe(temptation=5, belief=1.0)
    assert "a prisoners' dilemma. No belief is high enough" in sentence
    assert sentence.endswith("worth 4.00 and arming 5.00: the state arms.")


def test_in_chicken_a_state_gives_way_to_one_that_arms(trust):
    sentence = trust.describe(temptation=5, reward=4, sucker=2, punishment=1, belief=0.2)
    assert "chicken. Cooperating pays only while you expect the other side to arm" in sentence
    assert sentence.endswith("the state cooperates.")


def test_the_threshold_is_where_the_lines_cross(trust):
    looked = trust.look(reward=5, sucker=0)["traces"]
    cooperate, arm = looked["cooperate"]["y"], looked["arm"]["y"]
    (at, _) = looked["threshold"]["x"]
    assert at == pytest.approx(3 / 5)
    assert cooperate[0] + at * (cooperate[1] - cooperate[0]) == pytest.approx(
        arm[0] + at * (arm[1] - arm[0])
    )


def test_the_lines_do_not_cross_where_one_choice_is_always_better(trust):
    assert trust.record(temptation=5).crossing is None
    assert trust.record(temptation=1, sucker=4).crossing == 0


@pytest.mark.parametrize(("belief", "worth"), [(0.9, 0.9 * 4 + 0.1 * 1), (0.1, 3)])
def test_the_mark_lies_on_the_better_line(trust, belief, worth):
    mark = trust.look(belief=belief)["traces"]["best choice at your belief"]
    assert mark == {"x": [belief], "y": [pytest.approx(worth)]}


# Arms race


def test_the_known_case_settles_where_richardsons_formula_says(race):
    assert race.record().rest == pytest.approx((3.25, 5.75), abs=1e-9)
    sentence = race.describe()
    assert "settles at X = 3.25, Y = 5.75" in sentence
    assert sentence.endswith("after 20 years are X = 3.25, Y = 5.75.")


def test_the_race_stops_settling_at_k_3(race):
    assert [race.record(k=k).brake for k in (2.9, 3.0, 3.1)] == [0.2, 0, -0.2]
    assert "settles at" in race.describe(k=2.9)
    assert "exactly on the boundary" in race.describe(k=3.0)
    assert "does not settle" in race.describe(k=3.1)
    assert race.record(k=3.0).rest is None


def test_no_grievance_makes_the_race_run_away(race):
    for g, h in itertools.product((-6, 0, 8), repeat=2):
        assert "settles at" in race.describe(g=g, h=h)
    assert "below 0, read as goodwill" in race.describe(g=-4, h=-4)


@pytest.mark.parametrize("k", [0.0, 1.0, 2.0])
def test_formula_and_simulation_meet_where_the_race_settles(race, k):
    record = race.record(k=k)
    assert record.path[-1] == pytest.approx(record.rest, rel=0.01)


def test_both_lines_pass_through_the_resting_point(race):
    rest, traces = race.record(k=2.0, h=-3).rest, race.look(k=2.0, h=-3)["traces"]
    for name in ("X stands still", "Y stands still"):
        (x0, x1), (y0, y1) = traces[name]["x"], traces[name]["y"]
        cross = (rest[0] - x0) * (y1 - y0) - (rest[1] - y0) * (x1 - x0)
        assert cross == pytest.approx(0, abs=1e-9)


def test_a_runaway_path_stops_being_drawn_off_the_frame(race):
    runaway = {"k": 5, "l": 5, "a": 0.5, "b": 0.5}
    path = race.look(**runaway)["traces"]["simulated path"]
    assert max(map(abs, [*path["x"], *path["y"]])) <= 80
    assert max(race.record(**runaway).path[-1]) > 1e9


def test_the_arrows_point_where_the_levels_go(race):
    """An angle of 0 points up, one of 90 to the right."""
    arrows = race.figure().data[0]
    angle = {
        (x, y): arrows.marker.angle[i]
        for i, (x, y) in enumerate(zip(arrows.x, arrows.y, strict=True))
    }
    low, high = min(arrows.x), max(arrows.x)
    assert 0 < angle[low, low] < 90  # both levels rise
    assert -90 < angle[high, low] < 0  # X falls, Y rises
    assert 90 < angle[low, high] < 180  # X rises, Y falls


# Contagion


@pytest.mark.parametrize("ties", ["land", "water"])
def test_the_map_ends_where_the_spread_ends(spread, ties):
    chosen = {"start": "MMR", "threshold": 0.3, "ties": ties, "step": 20}
    record = spread.record(**chosen)
    assert len(record.ties) == border_network(ties == "land").number_of_edges()
    word = "step" if record.last_step == 1 else "steps"
    assert spread.describe(**chosen).endswith(
        f"In the end: {record.final}, after {record.last_step} {word}."
    )
    secure = spread.look(**chosen)["traces"]["secure"]["text"]
    assert set(secure) == {state for state, when in record.arrival.items() if when < 0}


def test_every_state_is_drawn_once_at_each_step(spread):
    for step in range(0, 21, 4):
        traces = spread.look(step=step)["traces"].values()
        drawn = sorted(state for trace in traces for state in trace.get("text", []))
        assert drawn == sorted(border_network())


def test_the_first_step_reaches_those_for_whom_one_neighbour_is_enough(spread):
    graph = border_network()
    now = set(spread.look(step=1)["traces"]["turns insecure now"]["text"])
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
    east_west = itertools.pairwise(["TUR", "IRN", "PAK", "IND", "MMR", "PHL", "JPN"])
    assert all(places[a][0] < places[b][0] for a, b in east_west)
    assert states.loc["RUS", "lat"] == pytest.approx(places["RUS"][1] / 8.3, abs=6)


# Spending


def test_a_missing_year_is_a_gap_and_a_step_is_tenfold():
    table = pd.DataFrame({"IND": [1.0, np.nan, 3.0], "PAK": [2.0, 2.0, 2.0]}, index=[1, 2, 3])
    figure = shared_security.spending_lines(table)
    assert list(figure.data[0].y) == [1.0, None, 3.0]
    assert figure.layout.yaxis.type == "log"
    assert "SIPRI" in figure.layout.meta["source"]
