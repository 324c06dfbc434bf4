"""Stances between two poles and the choice of a position."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.balance import hedging

UNIT = st.floats(0, 1)
GAIN = st.floats(-3, 3)


def test_aligned_even_split_and_apart() -> None:
    first = [[1, 1], [0.5, 0.5], [1, 0], [0, 0.01]]
    second = [[0, 0], [0.5, 0.5], [0, 1], [0.01, 0]]
    stance = hedging.stance(first, second)
    assert stance.position == pytest.approx([-1, 0, 0, 0], abs=1e-9)
    assert stance.split == pytest.approx([0, 0, 1, 1], abs=1e-9)
    assert stance.engagement == pytest.approx([0.5, 0.5, 0.5, 0.005], abs=1e-9)
    words = ["leans to the first", "between", "between", "apart"]
    assert hedging.describe(stance).tolist() == words


def test_weights_shift_the_mean() -> None:
    stance = hedging.stance([1, 0], [0, 1], weights=[1, 3])
    assert stance.position == pytest.approx(0.5, abs=1e-9)
    assert stance.split == pytest.approx(0.5, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(UNIT, UNIT), min_size=1, max_size=5))
def test_swapping_the_poles_mirrors_the_position_alone(ties: list[tuple[float, float]]) -> None:
    first, second = np.array(ties).T
    here, there = hedging.stance(first, second), hedging.stance(second, first)
    assert here.position == pytest.approx(-there.position)
    assert here.split == pytest.approx(there.split)
    assert -1 <= here.position <= 1
    assert 0 <= here.split <= 1 - abs(here.position) + 1e-12


@settings(max_examples=60, deadline=None)
@given(GAIN, GAIN, st.floats(0, 3), st.floats(0, 3))
def test_no_other_position_does_better(a: float, b: float, r: float, k: float) -> None:
    best = hedging.best_position(a, b, r, k)
    x = np.append(np.linspace(0, 1, 501), best)
    utility = hedging.worth(x, a, b, r, k)
    assert utility == pytest.approx(a * (1 - x) + b * x + (r - k) * 4 * x * (1 - x))
    tie = k >= r and a == b
    assert tie or utility[-1] >= utility.max() - 1e-9


def test_pressure_beyond_insurance_forces_a_choice() -> None:
    gains = np.array([0.9, 1.0, 1.1])
    free = hedging.best_position(1.0, gains, 1.0, 0.5)
    forced = hedging.best_position(1.0, gains, 1.0, 1.0)
    assert free == pytest.approx([0.475, 0.5, 0.525], abs=1e-9)
    assert forced.tolist() == [0, 0.5, 1]


@settings(max_examples=60, deadline=None)
@given(GAIN, GAIN, st.floats(0.01, 3))
def test_a_state_hedges_below_the_limit_of_pressure_and_not_above_it(
    a: float, b: float, r: float
) -> None:
    limit = float(hedging.pressure_limit(a, b, r))
    assert limit == pytest.approx(r - abs(b - a) / 4)
    if limit > 0.02:
        assert 0 < hedging.best_position(a, b, r, limit - 0.01) < 1
    if abs(a - b) > 0.01:
        assert hedging.best_position(a, b, r, max(limit, 0) + 0.01) in (0, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hedging.stance([2], [0]), r"first must lie in \[0, 1\], got 2"),
        (lambda: hedging.stance(0.5, 0.5), "one value per field"),
        (lambda: hedging.stance([1, 0], [0, 1], [0, 0]), "weights must be 2 numbers"),
        (lambda: hedging.best_position(1, 1, -1, 0), "insurance must be at least 0"),
        (lambda: hedging.worth(1.5, 1, 1, 1, 0), r"share must lie in \[0, 1\], got 1.5"),
        (lambda: hedging.pressure_limit(1, 1, -1), "insurance must be at least 0"),
        (lambda: hedging.describe(hedging.stance([1], [0]), lean=3), "lean must lie in"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
