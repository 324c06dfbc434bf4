"""Spillover: known result 17 and the closed forms of the two-domain and the star network."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.conflict import spillover


def stable_matrix(seed: int, n: int = 4) -> np.ndarray:
    random = np.random.default_rng(seed)
    matrix = random.random((n, n)) * (random.random((n, n)) < 0.6)
    return matrix * 0.9 / max(spillover.spectral_radius(matrix), 0.9)


@pytest.mark.parametrize(("a", "b"), [(0.3, 0.5), (0.9, 1.0), (2.0, 0.4), (0.0, 0.7)])
def test_two_domains_in_closed_form(a: float, b: float) -> None:
    """x = (s1 + a s2, s2 + b s1) / (1 - a b)."""
    effect = spillover.total_effect([[0, a], [b, 0]], [2.0, 3.0])
    assert effect == pytest.approx(np.array([2 + a * 3, 3 + b * 2]) / (1 - a * b), abs=1e-9)


def test_star_in_closed_form() -> None:
    """A hub that works on k leaves by a, each of them back on it by b: hub = s / (1 - k a b)."""
    k, a, b = 5, 0.4, 0.3
    matrix = np.zeros((k + 1, k + 1))
    matrix[1:, 0], matrix[0, 1:] = a, b
    effect = spillover.total_effect(matrix, [1] + [0] * k)
    assert effect[0] == pytest.approx(1 / (1 - k * a * b), abs=1e-9)
    assert effect[1:] == pytest.approx(np.full(k, a / (1 - k * a * b)), abs=1e-9)


def test_spectral_radius_of_one_or_more_is_refused() -> None:
    for links in ([[0, 1], [1, 0]], [[0, 2], [0.6, 0]], [[1.0]]):
        with pytest.raises(ValueError, match="spectral radius of links must be below 1, got 1"):
            spillover.total_effect(links, np.ones(len(links)))
        with pytest.raises(ValueError, match="spectral radius"):
            spillover.multipliers(links)


def test_link_matrix_puts_the_origin_in_the_column() -> None:
    matrix = spillover.link_matrix(["climate", "water"], [("climate", "water", 0.4)] * 2)
    assert matrix.tolist() == [[0, 0], [0.8, 0]]
    with pytest.raises(ValueError, match="unknown domain 'food'; known: climate, water"):
        spillover.link_matrix(["climate", "water"], [("climate", "food", 1)])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_rounds_run_up_to_the_total(seed: int) -> None:
    matrix = stable_matrix(seed)
    shock = np.random.default_rng(seed).random(4)
    series = spillover.rounds(matrix, shock, 400)
    total = spillover.total_effect(matrix, shock)
    assert series[0] == pytest.approx(shock)
    assert series[-1] == pytest.approx(total, abs=1e-9)
    assert (np.diff(series, axis=0) >= -1e-12).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_total_effect_is_a_fixed_point_linear_and_vectorised(seed: int) -> None:
    matrix = stable_matrix(seed)
    shocks = np.random.default_rng(seed).normal(size=(3, 4))
    totals = spillover.total_effect(matrix, shocks)
    assert totals == pytest.approx(shocks + totals @ matrix.T, abs=1e-9)
    assert spillover.total_effect(matrix, shocks.sum(axis=0)) == pytest.approx(totals.sum(axis=0))
    assert spillover.multipliers(matrix) @ shocks[0] == pytest.approx(totals[0].sum())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_relief_equals_solving_without_the_link(seed: int) -> None:
    matrix = stable_matrix(seed)
    shock = np.random.default_rng(seed).random(4)
    relief = spillover.relief(matrix, shock)
    before = spillover.total_effect(matrix, shock).sum()
    for place in np.ndindex(4, 4):
        cut = matrix.copy()
        cut[place] = 0
        after = spillover.total_effect(cut, shock).sum()
        assert relief[place] == pytest.approx(before - after, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spillover.total_effect([[0, 1]], [1]), "square matrix, got shape"),
        (lambda: spillover.total_effect([[0.5]], [1, 2]), "one value per domain, 1"),
        (lambda: spillover.rounds([[0.5]], [1], -1), "count must be a whole number"),
        (lambda: spillover.relief([[0, -0.5], [0, 0]], [1, 1]), "links must be at least 0"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
