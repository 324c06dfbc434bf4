import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asian_security.models.conflict.linear_race import alike_states, alike_states_stable, path


@given(st.integers(2, 12), st.floats(0, 5), st.floats(0.01, 20))
def test_alike_states_are_stable_iff_reactions_stay_below_fatigue(n, k, a):
    # Known result 18, against the eigenvalues of the whole system.
    assume(abs((n - 1) * k - a) > 1e-6)
    largest = np.linalg.eigvalsh(alike_states(n, k, a)).max()
    assert alike_states_stable(n, k, a) == ((n - 1) * k < a) == (largest < 0)
    assert largest == pytest.approx((n - 1) * k - a, abs=1e-9)


def test_one_more_state_tips_the_race():
    assert alike_states_stable([2, 3, 4, 5], 1.0, 3.5).tolist() == [True, True, True, False]


def test_alike_states_arm_alike():
    times = np.linspace(0, 4, 9)
    levels = path(alike_states(4, 0.5, 2.0), [1.0] * 4, [0.0] * 4, times)
    expected = 2.0 * (1 - np.exp(-0.5 * times))  # g / (a - (n-1) k) = 2, speed 2 - 3 x 0.5
    np.testing.assert_allclose(levels, np.repeat(expected[:, None], 4, axis=1), atol=1e-9)


def test_a_push_alone_adds_up():
    levels = path(np.zeros((2, 2)), [1, -2], [3, 4], [0, 1, 2.5])
    np.testing.assert_allclose(levels, [[3, 4], [4, 2], [5.5, -1]], atol=1e-9)


def test_bad_shapes_and_numbers_are_named():
    with pytest.raises(ValueError, match=r"matrix must be a square matrix, got shape \(1, 2\)"):
        path([[1, 2]], [1], [1], [0])
    with pytest.raises(ValueError, match="push and start must hold 2 numbers"):
        path(np.eye(2), [1], [1, 2], [0])
    with pytest.raises(ValueError, match="n must be at least 2, got 1"):
        alike_states_stable(1, 1, 1)
    with pytest.raises(ValueError, match=r"n must be a whole number of at least 2, got 2\.5"):
        alike_states(2.5, 1, 1)
