import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asian_security.models.conflict.linear_race import alike_states_stable


@given(st.integers(2, 12), st.floats(0, 5), st.floats(0.01, 20))
def test_alike_states_are_stable_iff_reactions_stay_below_fatigue(n, k, a):
    # Known result 18, against the eigenvalues of the whole system.
    assume(abs((n - 1) * k - a) > 1e-6)
    largest = np.linalg.eigvalsh(np.full((n, n), k) - np.eye(n) * (k + a)).max()
    assert alike_states_stable(n, k, a) == ((n - 1) * k < a) == (largest < 0)
    assert largest == pytest.approx((n - 1) * k - a, abs=1e-9)


def test_one_more_state_tips_the_race():
    assert alike_states_stable([2, 3, 4, 5], 1.0, 3.5).tolist() == [True, True, True, False]


def test_bad_numbers_are_named():
    with pytest.raises(ValueError, match="n must be at least 2, got 1"):
        alike_states_stable(1, 1, 1)
    with pytest.raises(ValueError, match="fatigue must be greater than 0, got 0"):
        alike_states_stable(2, 1, 0)
