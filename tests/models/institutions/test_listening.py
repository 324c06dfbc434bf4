import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.institutions.listening import (
    listening,
    reaches_consensus,
    row_stochastic,
)

CYCLE = np.roll(np.eye(4), 1, axis=1)


@st.composite
def patterns(draw):
    """Return row-stochastic matrices with many zeros."""
    n = draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    links = (rng.random((n, n)) < draw(st.floats(0.15, 0.7))).astype(float)
    links[np.arange(n), rng.integers(0, n, n)] = 1
    return links / links.sum(axis=1, keepdims=True)


def test_attention_is_shared_among_those_heard():
    w = listening([[0, 3, 1], [1, 5, 0], [0, 0, 0]], own_weight=0.2)
    np.testing.assert_allclose(w, [[0.2, 0.6, 0.2], [0.8, 0.2, 0], [0, 0, 1]], atol=1e-9)


@settings(deadline=None)
@given(patterns())
def test_consensus_is_reached_exactly_when_the_powers_lose_their_differences(w):
    far = np.linalg.matrix_power(w, 2**20)
    same = np.ptp(far, axis=0).max() < 1e-6
    assert reaches_consensus(w) == same


def test_a_cycle_never_settles_until_one_state_keeps_some_of_its_view():
    assert not reaches_consensus(CYCLE)
    mixed = CYCLE.copy()
    mixed[0] = [0.5, 0.5, 0, 0]
    assert reaches_consensus(mixed)


def test_two_deaf_leaders_split_the_group_and_one_rules_it():
    two = [[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0]]
    one = [[1, 0, 0], [0.5, 0.5, 0], [0, 0.5, 0.5]]
    assert not reaches_consensus(two)
    assert reaches_consensus(one)


def test_only_the_closed_group_must_be_aperiodic():
    outside_goes_round = [[1, 0, 0], [0.2, 0, 0.8], [0, 1, 0]]
    inside_goes_round = [[0, 1, 0], [1, 0, 0], [0.5, 0, 0.5]]
    assert reaches_consensus(outside_goes_round)
    assert not reaches_consensus(inside_goes_round)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"each row of weights must sum to 1, got 1\.5 in row 1"):
        reaches_consensus([[1, 0], [1, 0.5]])
    with pytest.raises(ValueError, match=r"own_weight must lie in \[0, 1\], got 2"):
        listening(np.ones((2, 2)), 2)
    with pytest.raises(ValueError, match="weights must be at least 0, got -1"):
        reaches_consensus([[2, -1], [0, 1]])


def test_rows_that_do_not_sum_to_one_are_refused():
    assert (row_stochastic(CYCLE) == CYCLE).all()
    with pytest.raises(ValueError, match=r"each row of weights must sum to 1, got 0\.9 in row 1"):
        row_stochastic([[0.5, 0.5], [0.4, 0.5]])
    with pytest.raises(ValueError, match="weights must be at least 0, got -1"):
        row_stochastic([[2, -1], [0, 1]])
