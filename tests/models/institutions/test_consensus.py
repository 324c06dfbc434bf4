import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.institutions.consensus import exchange, influence, speed, two_sides
from asian_security.models.institutions.listening import listening

# Three states, each of whom hears others only; worked out by hand below.
W = np.array([[0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@st.composite
def mixing(draw):
    n = draw(st.integers(2, 7))
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    ring = np.roll(np.eye(n), 1, axis=1) * 0.2
    ties = ring + rng.random((n, n)) * (rng.random((n, n)) < 0.5)
    return listening(ties, rng.uniform(0.1, 0.9, n))


@settings(deadline=None, max_examples=60)
@given(mixing(), st.integers(0, 1000))
def test_an_irreducible_aperiodic_group_converges_to_the_weighted_mean(w, seed):
    views = np.random.default_rng(seed).uniform(-10, 10, len(w))
    weights = influence(w)
    assert weights.sum() == pytest.approx(1, abs=1e-9)
    assert (weights > 0).all()
    np.testing.assert_allclose(weights @ w, weights, atol=1e-9)
    far = np.linalg.matrix_power(w, 2**14) @ views
    np.testing.assert_allclose(far, weights @ views, atol=1e-8)


@settings(deadline=None, max_examples=60)
@given(mixing())
def test_views_stay_within_the_first_range_and_their_spread_never_grows(w):
    history = exchange(w, np.linspace(0, 1, len(w)), 20)
    spread = np.ptp(history, axis=1)
    assert (np.diff(spread) <= 1e-12).all()
    assert history.min() >= -1e-12
    assert history.max() <= 1 + 1e-12


def test_a_consensus_by_hand():
    # pi0 = pi1; pi1 = pi0 / 2 + pi2; pi2 = pi0 / 2: (2/5, 2/5, 1/5).
    np.testing.assert_allclose(influence(W), [0.4, 0.4, 0.2], atol=1e-9)
    np.testing.assert_allclose(exchange(W, [1, 2, 3], 200)[-1], 1.8, atol=1e-9)
    np.testing.assert_allclose(exchange(W, [1, 2, 3], 1), [[1, 2, 3], [2.5, 1, 2]], atol=1e-9)


def test_the_speed_is_the_second_eigenvalue():
    # The characteristic polynomial of W is (z - 1)(z^2 + z + 1/2): |z| = sqrt(1/2).
    assert speed(W) == pytest.approx(np.sqrt(0.5), abs=1e-9)
    spread = np.ptp(exchange(W, [1, 2, 3], 120), axis=1)
    assert (spread[100] / spread[20]) ** (1 / 80) == pytest.approx(np.sqrt(0.5), abs=0.02)
    assert speed(np.full((3, 3), 1 / 3)) == pytest.approx(0, abs=1e-9)
    assert speed(np.eye(2)) == 1
    assert speed([[1]]) == 0


@given(st.floats(0.001, 1), st.floats(0.001, 1))
def test_two_sides_in_closed_form(alpha, beta):
    w = [[1 - alpha, alpha], [beta, 1 - beta]]
    weight, rate = two_sides(alpha, beta)
    assert rate == pytest.approx(speed(w), abs=1e-7)
    if alpha + beta < 2:
        assert weight == pytest.approx(influence(w)[0], abs=1e-9)


def test_a_state_that_listens_to_nobody_decides():
    w = listening([[0, 0, 0], [1, 0, 1], [1, 1, 0]], [1, 0.5, 0.5])
    np.testing.assert_allclose(influence(w), [1, 0, 0], atol=1e-9)


def test_equal_exchange_gives_equal_weight():
    w = listening(np.ones((5, 5)), 0.3)
    np.testing.assert_allclose(influence(w), 0.2, atol=1e-9)


def test_no_consensus_is_said_clearly():
    with pytest.raises(ValueError, match="these weights lead to no consensus"):
        influence(np.eye(3))
    with pytest.raises(ValueError, match="these weights lead to no consensus"):
        influence([[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="views must hold 3 numbers"):
        exchange(W, [1, 2], 3)
    with pytest.raises(ValueError, match="two deaf states never agree"):
        two_sides(0, 0)
