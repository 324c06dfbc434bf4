"""Ripples through a network of stakes."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.conflict import ripple


def test_on_a_chain_each_tie_weakens_the_wave() -> None:
    weights = np.diag([0.5, 0.8, 1.0], -1)
    wave = ripple.spread(weights, [1, 0, 0, 0], 0.9)
    assert wave.final == pytest.approx([1, 0.45, 0.324, 0.2916], abs=1e-9)
    assert wave.arrival().tolist() == [0, 1, 2, 3]
    assert wave.arrival(0.3).tolist() == [0, 1, 2, -1]
    assert (wave.history > 0.3).sum(axis=-1).tolist() == [1, 2, 3, 3]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 1))
def test_with_full_ties_strength_is_decay_to_the_distance(seed: int, decay: float) -> None:
    graph = nx.gnp_random_graph(8, 0.3, seed=seed)
    wave = ripple.spread(nx.to_numpy_array(graph), np.eye(8)[0], decay)
    distance = nx.single_source_shortest_path_length(graph, 0)
    expected = [decay ** distance[node] if node in distance else 0 for node in graph]
    assert wave.final == pytest.approx(expected, abs=1e-9)
    assert wave.arrival().tolist() == [distance.get(node, -1) for node in graph]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 1), st.floats(0, 1))
def test_a_wave_settles_never_exceeds_its_source_and_grows_with_decay(
    seed: int, low: float, high: float
) -> None:
    weights = np.random.default_rng(seed).random((6, 6))
    shock = np.eye(6)[2] * 0.7
    low, high = sorted((low, high))
    weak, strong = (ripple.spread(weights, shock, value) for value in (low, high))
    assert strong.final.max() == pytest.approx(0.7)
    assert (strong.final >= weak.final).all()
    longer = ripple.spread(weights, shock, high, rounds=20)
    assert longer.final == pytest.approx(strong.final)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_many_shocks_are_the_ripples_one_by_one(seed: int) -> None:
    weights = np.random.default_rng(seed).random((5, 5))
    together = ripple.spread(weights, np.eye(5), 0.8).final
    for source in range(5):
        alone = ripple.spread(weights, np.eye(5)[source], 0.8).final
        assert together[source] == pytest.approx(alone)


def test_a_carrier_is_the_neighbour_from_which_the_wave_first_came() -> None:
    weights = np.zeros((5, 5))
    weights[1, 0], weights[2, 0], weights[3, 1], weights[3, 2] = 0.9, 0.6, 0.5, 0.9
    wave = ripple.spread(weights, [1, 0, 0, 0, 0], 1.0)
    assert wave.carriers(weights).tolist() == [-1, 0, 0, 2, -1]
    assert wave.carriers(weights, 0.5).tolist() == [-1, 0, 0, 2, -1]
    assert wave.carriers(weights, 0.55).tolist() == [-1, 0, 0, -1, -1]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.5))
def test_a_carrier_felt_the_wave_one_round_before(seed: int, threshold: float) -> None:
    weights = np.random.default_rng(seed).random((7, 7)) ** 2
    wave = ripple.spread(weights, np.eye(7)[3], 0.9)
    arrived, carriers = wave.arrival(threshold), wave.carriers(weights, threshold)
    assert ((carriers < 0) == (arrived <= 0)).all()
    for state in np.flatnonzero(arrived > 0):
        carrier, before = carriers[state], wave.history[arrived[state] - 1]
        brought = 0.9 * weights[state, carrier] * before[carrier]
        assert wave.history[arrived[state], state] == pytest.approx(brought)
        assert carrier != state


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ripple.spread([[0, 2], [0, 0]], [1, 0], 0.5), r"weights must lie in \[0, 1\]"),
        (lambda: ripple.spread(np.eye(2), [1, 0], 1.5), r"decay must lie in \[0, 1\], got 1.5"),
        (lambda: ripple.spread(np.eye(2), np.eye(2), 0.5).carriers(np.eye(2)), "fit one shock"),
        (lambda: ripple.spread(np.eye(2), [1, 0, 0], 0.5), "one value per state, 2"),
        (lambda: ripple.spread(np.eye(2), [1, 0], 0.5).arrival(-1), "threshold must lie in"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
