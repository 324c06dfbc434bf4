"""Insecurity along borders, against a spread on sets of names."""

import pytest

from asian_security.analysis.border_contagion import Contagion, spread_from
from asian_security.analysis.borders import border_network


def _by_hand(graph, start, threshold):
    """Return the step at which each state turns insecure, apart from the model's arrays."""
    arrival, step = {start: 0}, 0
    while True:
        step += 1
        turning = [
            state
            for state in set(graph) - set(arrival)
            if graph.degree[state]
            and len(set(arrival) & set(graph[state])) >= threshold * graph.degree[state] - 1e-9
        ]
        if not turning:
            return {state: arrival.get(state, -1) for state in graph}
        arrival |= dict.fromkeys(turning, step)


@pytest.mark.parametrize("start", ["KGZ", "CHN", "MMR", "SAU", "JPN"])
@pytest.mark.parametrize("threshold", [0.05, 0.25, 0.3, 0.5])
@pytest.mark.parametrize("land_only", [True, False])
def test_a_shock_goes_where_it_goes_by_hand(start, threshold, land_only):
    arrival = _by_hand(border_network(land_only), start, threshold)
    spread = spread_from(start, threshold, land_only)
    assert spread.arrival == arrival
    assert spread.final == sum(when >= 0 for when in arrival.values())
    assert spread.last_step == max(arrival.values())


CHAIN = Contagion({"A": 0, "B": 1, "C": 2, "D": -1}, [("A", "B"), ("C", "B"), ("C", "D")])


def test_a_state_is_sorted_by_when_it_turns():
    groups = {step: [CHAIN.group(state, step) for state in "ABCD"] for step in (0, 1, 2, 3)}
    assert groups[0] == ["shock", "secure", "secure", "secure"]
    assert groups[1] == ["shock", "turns insecure now", "secure", "secure"]
    assert groups[2] == ["shock", "insecure", "turns insecure now", "secure"]
    assert groups[3] == ["shock", "insecure", "insecure", "secure"]


def test_insecurity_passes_a_tie_when_both_ends_are_insecure():
    assert [CHAIN.passed(step) for step in (0, 1, 2, 9)] == [
        [],
        [("A", "B")],
        [("A", "B"), ("C", "B")],
        [("A", "B"), ("C", "B")],
    ]


def test_states_that_turn_at_the_same_step_pass_nothing_to_each_other():
    pair = Contagion({"A": 0, "B": 1, "C": 1}, [("B", "C")])
    assert pair.passed(5) == []


def test_neighbours_are_counted():
    assert [CHAIN.neighbours(state) for state in "ABCD"] == [1, 2, 2, 1]
    assert spread_from("MNG", 0.5).neighbours("MNG") == 2


def test_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="'USA' is not in the network of borders; it has"):
        spread_from("USA", 0.5)
