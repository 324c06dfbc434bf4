from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asian_security.models.trust.beliefs import expected_trust, rounds_needed, trust_threshold

whole = st.integers(1, 30)


@given(whole, whole, st.integers(0, 99))
def test_rounds_needed_is_exact_even_where_floats_round(a, b, hundredths):
    t = Fraction(hundredths, 100)
    exact = max(0, ceil((t * (a + b) - a) / (1 - t)))
    assert rounds_needed(hundredths / 100, a, b) == exact


@given(st.floats(0.1, 20), st.floats(0.1, 20), st.floats(0, 0.99))
def test_rounds_needed_are_enough_and_one_less_is_not(a, b, t):
    rounds = rounds_needed(t, a, b)
    assert expected_trust(a, b, rounds) >= t - 1e-8
    if rounds > 0:
        assert expected_trust(a, b, rounds - 1) < t


def test_a_known_number_of_rounds():
    # From Beta(1, 1), (1 + n) / (2 + n) >= 0.8 from n = 3 on.
    assert rounds_needed(0.8, 1, 1) == 3
    assert rounds_needed([0.2, 0.5, 0.9, 0.99], 1, 1).tolist() == [0, 0, 8, 98]


@given(st.floats(0.01, 100), st.floats(0, 100))
def test_at_the_threshold_a_stake_is_worth_nothing(gain, loss):
    t = trust_threshold(gain, loss)
    assert t * gain - (1 - t) * loss == pytest.approx(0, abs=1e-9)


def test_kept_promises_raise_trust_and_broken_ones_lower_it():
    assert expected_trust(2, 3) == pytest.approx(0.4, abs=1e-9)
    assert expected_trust(2, 3, kept=5) == pytest.approx(0.7, abs=1e-9)
    assert expected_trust(2, 3, kept=0, broken=5) == pytest.approx(0.2, abs=1e-9)


def test_parameters_broadcast():
    assert rounds_needed(np.linspace(0, 0.9, 4), np.ones((3, 1)), 1).shape == (3, 4)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"threshold must lie in \[0, 1\), got 1"):
        rounds_needed(1, 1, 1)
    with pytest.raises(ValueError, match="prior_a must be greater than 0, got 0"):
        expected_trust(0, 1)
    with pytest.raises(ValueError, match="gain must be greater than 0, got 0"):
        trust_threshold(0, 1)
