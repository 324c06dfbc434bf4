from math import exp, factorial, floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asian_security.models.conflict.cascade_window import cascade_window, vulnerable_degree
from asian_security.models.conflict.contagion import cascade


def condition(phi, z):
    """Sum over the vulnerable degrees, term by term (Watts 2002), as a share of z."""
    degrees = range(2, floor(1 / phi + 1e-12) + 1)
    return sum(k * (k - 1) * exp(-z) * z**k / factorial(k) for k in degrees) / z


@given(st.floats(0.02, 1), st.floats(0.01, 30))
def test_the_closed_form_equals_the_sum(phi, z):
    assert vulnerable_degree(phi, z) == pytest.approx(condition(phi, z), abs=1e-9)


def test_known_window():
    # Known result 9: phi = 0.18, cascades for z in (1.020, 5.764), to the digits published.
    low, high = cascade_window(0.18)
    assert floor(low * 1000) == 1020
    assert floor(high * 1000) == 5764
    assert condition(0.18, low) == pytest.approx(1, abs=1e-9)
    assert condition(0.18, high) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("phi", [0.05, 0.1, 0.2, 0.25])
def test_cascades_are_possible_inside_the_window_only(phi):
    low, high = cascade_window(phi)
    z = np.linspace(0.5, high + 5, 400)
    inside = (z > low + 1e-6) & (z < high - 1e-6)
    outside = (z < low - 1e-6) | (z > high + 1e-6)
    assert (vulnerable_degree(phi, z[inside]) > 1).all()
    assert (vulnerable_degree(phi, z[outside]) <= 1).all()


def test_thresholds_above_a_quarter_have_no_window():
    assert np.isnan(cascade_window(0.26)).all()
    assert np.isnan(cascade_window(1)).all()


def test_simulated_networks_cascade_inside_the_window_and_not_beyond():
    rng = np.random.default_rng(11)
    n = 1000
    largest = {}
    for z in (3.0, 9.0):
        upper = np.triu(rng.random((n, n)) < z / (n - 1), k=1).astype(float)
        starts = np.zeros((20, n), dtype=bool)
        starts[np.arange(20), rng.choice(n, 20, replace=False)] = True
        largest[z] = cascade(upper + upper.T, starts, 0.18).final.mean(axis=-1).max()
    assert largest[3.0] > 0.5
    assert largest[9.0] < 0.1


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"threshold must lie in \(0, 1\], got 0"):
        cascade_window(0)
    with pytest.raises(ValueError, match="mean_degree must be greater than 0, got -1"):
        vulnerable_degree(0.2, -1)
