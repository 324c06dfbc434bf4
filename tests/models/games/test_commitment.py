import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asian_security.models.games.commitment import commitment_gap, largest_safe_power

chance = st.floats(0, 1)
discount = st.just(0.0) | st.floats(1e-3, 0.99)  # below, a step of 1e-6 is lost in rounding


def test_the_gap_is_the_condition_of_the_model():
    # delta p_later - p_now - (1 - delta) cB, here 0.9 x 0.7 - 0.3 - 0.1 x 0.2.
    assert commitment_gap(0.3, 0.7, 0.2, 0.9) == pytest.approx(0.31, abs=1e-9)


def test_the_gap_equals_discounted_sums():
    p_now, p_later, cost, delta = 0.3, 0.6, 0.1, 0.95
    periods = delta ** np.arange(2000)
    war = periods.sum() * (1 - p_now - cost)
    peace = 1 + periods[1:].sum() * (1 - p_later - cost)
    gap = commitment_gap(p_now, p_later, cost, delta)
    assert gap == pytest.approx((1 - delta) * (war - peace), abs=1e-9)


@given(chance, chance, st.floats(0, 0.99))
def test_without_a_shift_nobody_starts_a_preventive_war(p, cost, delta):
    assert commitment_gap(p, p, cost, delta) <= 1e-12


@given(chance, chance, discount)
def test_war_begins_just_beyond_the_largest_safe_power(p_now, cost, delta):
    safe = largest_safe_power(p_now, cost, delta)
    assert p_now - 1e-9 <= safe <= 1
    assert commitment_gap(p_now, safe, cost, delta) <= 1e-9
    if safe < 1 - 1e-6:
        assert commitment_gap(p_now, safe + 1e-6, cost, delta) > 0


@given(chance, st.floats(0, 0.5), st.floats(0, 0.99))
def test_the_declining_side_is_left_no_less_than_nothing(p_now, cost, delta):
    assert commitment_gap(p_now, 1.0, cost, delta) == pytest.approx(
        (1 - p_now - cost) - (1 - delta), abs=1e-9
    )


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"discount must lie in \[0, 1\), got 1"):
        commitment_gap(0.3, 0.5, 0.1, 1)
    with pytest.raises(ValueError, match=r"p_later must lie in \[0, 1\], got 2"):
        commitment_gap(0.3, 2, 0.1, 0.5)
