from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asian_security.models.conflict import arms_race
from asian_security.models.conflict.arms_race import (
    ArmsRace,
    change,
    eigenvalues,
    equilibrium,
    verdict,
)

KNOWN = ArmsRace(reaction=(1, 2), fatigue=(3, 2), grievance=(4, 5))
rate = st.floats(0.01, 10)
reaction = st.floats(-10, 10)
grievance = st.floats(-10, 10)


def test_known_race():
    # Known result 1: a=3, b=2, k=1, l=2, g=4, h=5.
    np.testing.assert_allclose(equilibrium(KNOWN), [3.25, 5.75], rtol=0, atol=1e-9)
    np.testing.assert_allclose(eigenvalues(KNOWN), [-1, -4], rtol=0, atol=1e-9)
    assert verdict(KNOWN) == "stable"


def test_small_steps_come_near_the_exact_path_and_nearer_the_smaller_they_are():
    # From (5.25, 6.75) the known race runs to (3.25, 5.75) along the eigenvectors (1, 2) and (1, -1).
    exact = [3.25 + np.exp(-1) + np.exp(-4), 5.75 + 2 * np.exp(-1) - np.exp(-4)]
    paths = [arms_race.small_steps(KNOWN, (5.25, 6.75), 1, step) for step in (0.1, 0.01)]
    far = [abs(path[-1] - exact).max() for path in paths]
    assert far[1] < far[0] / 8
    assert far[1] < 0.01


def test_small_steps_follow_the_change_of_each_moment():
    race = ArmsRace(reaction=(2, 3), fatigue=(1, 0.5), grievance=(-1, 2))
    path = arms_race.small_steps(race, (1, 2), 0.5, 0.1)
    assert path.shape == (6, 2)
    for now, after in pairwise(path):
        assert after - now == pytest.approx(0.1 * np.array(change(race, *now)))
    with pytest.raises(ValueError, match="step must be greater than 0"):
        arms_race.small_steps(race, (1, 2), 1, 0)


@given(reaction, reaction, rate, rate)
def test_the_verdict_agrees_with_the_eigenvalues(k_x, k_y, a, b):
    race = ArmsRace(reaction=(k_x, k_y), fatigue=(a, b))
    assume(abs(a * b - k_x * k_y) > 1e-6)
    numeric = np.linalg.eigvals([[-a, k_x], [k_y, -b]])
    settles = numeric.real.max() < 0
    assert (verdict(race) == "stable") == settles
    closed = eigenvalues(race)
    assert (closed.real.max() < 0) == settles
    assert np.poly(closed) == pytest.approx(np.poly(numeric), rel=1e-9, abs=1e-9)


@given(reaction, reaction, rate, rate, grievance, grievance)
def test_nothing_moves_at_the_equilibrium(k_x, k_y, a, b, g, h):
    assume(abs(a * b - k_x * k_y) > 1e-3)
    race = ArmsRace(reaction=(k_x, k_y), fatigue=(a, b), grievance=(g, h))
    x, y = equilibrium(race)
    scale = 1e-9 * (1 + abs(x) + abs(y)) * 100
    assert change(race, x, y) == pytest.approx((0, 0), abs=scale)


def test_no_single_equilibrium_on_the_border():
    race = ArmsRace(reaction=(2, 3), fatigue=(2, 3), grievance=(1, 1))
    assert np.isnan(equilibrium(race)).all()
    assert verdict(race) == "borderline"


@given(reaction, reaction, rate, rate, grievance, grievance)
def test_a_race_moves_along_its_eigenvectors(k_x, k_y, a, b, g, h):
    assume(abs(a * b - k_x * k_y) > 1e-3)
    race = ArmsRace(reaction=(k_x, k_y), fatigue=(a, b), grievance=(g, h))
    values, vectors = np.linalg.eig([[-a, k_x], [k_y, -b]])
    assume(np.isreal(values).all())
    for value, vector in zip(values.real, vectors.real.T, strict=True):
        speed = np.array(change(race, *(equilibrium(race) + vector)))
        scale = 1 + np.abs(equilibrium(race)).max()
        np.testing.assert_allclose(speed, value * vector, atol=1e-9 * scale * 100)


def test_parameters_broadcast():
    k, l_values = np.linspace(0, 3, 7), np.linspace(0, 4, 9)[:, None]
    race = ArmsRace(reaction=(k, l_values), fatigue=(3, 2), grievance=(4, 5))
    assert equilibrium(race).shape == eigenvalues(race).shape == (9, 7, 2)
    assert (verdict(race) == "stable").tolist() == (k * l_values < 6).tolist()


def test_bad_parameters_are_named():
    with pytest.raises(ValueError, match="fatigue of y must be greater than 0, got -1"):
        ArmsRace(reaction=(1, 1), fatigue=(1, -1))
    with pytest.raises(ValueError, match="reaction must be a pair"):
        ArmsRace(reaction=1, fatigue=(1, 1))
    with pytest.raises(ValueError, match="grievance of x must be finite, got inf"):
        ArmsRace(reaction=(1, 1), fatigue=(1, 1), grievance=(np.inf, 0))
