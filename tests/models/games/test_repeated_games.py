import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.games.repeated_games import (
    ALWAYS_COOPERATE,
    ALWAYS_DEFECT,
    TIT_FOR_TAT,
    WIN_STAY_LOSE_SHIFT,
    generous_tit_for_tat,
    long_run_payoffs,
    long_run_shares,
    outcome_chain,
)

strategy = st.tuples(*[st.floats(0, 1)] * 4)
noise = st.floats(0.001, 0.5)


@pytest.mark.parametrize(
    ("own", "per_turn", "places"),
    [
        (TIT_FOR_TAT, 2.25, 1e-9),
        (generous_tit_for_tat(1 / 3), 2.97032, 5e-6),
        (WIN_STAY_LOSE_SHIFT, 2.95109, 5e-6),
    ],
)
def test_known_self_play_under_noise(own, per_turn, places):
    # Known result 6: execution noise 0.01 on both sides.
    assert long_run_payoffs(own, own, 0.01) == pytest.approx([per_turn] * 2, abs=places)


def test_unconditional_strategies_by_hand():
    e = 0.1
    cc, cd, dc, dd = (1 - e) * e, (1 - e) ** 2, e * e, e * (1 - e)
    shares = long_run_shares(ALWAYS_COOPERATE, ALWAYS_DEFECT, e)
    np.testing.assert_allclose(shares, [cc, cd, dc, dd], atol=1e-9)
    payoffs = long_run_payoffs(ALWAYS_COOPERATE, ALWAYS_DEFECT, e)
    expected = [3 * cc + 5 * dc + dd, 3 * cc + 5 * cd + dd]
    np.testing.assert_allclose(payoffs, expected, atol=1e-9)


@settings(deadline=None)
@given(strategy, strategy, noise)
def test_shares_are_a_stationary_distribution_and_sides_mirror_each_other(one, two, e):
    shares = long_run_shares(one, two, e)
    assert shares.sum() == pytest.approx(1, abs=1e-9)
    assert (shares >= -1e-12).all()
    np.testing.assert_allclose(shares @ outcome_chain(one, two, e), shares, atol=1e-9)
    mirrored = long_run_payoffs(two, one, e)[::-1]
    np.testing.assert_allclose(long_run_payoffs(one, two, e), mirrored, atol=1e-9)


@settings(deadline=None, max_examples=40)
@given(strategy, strategy, st.floats(0.05, 0.5))
def test_the_chain_runs_into_its_long_run(one, two, e):
    powers = np.linalg.matrix_power(outcome_chain(one, two, e), 4096)
    expected = np.tile(long_run_shares(one, two, e), (4, 1))
    np.testing.assert_allclose(powers, expected, atol=1e-9)


def test_a_grid_of_generosity_and_noise():
    own = generous_tit_for_tat(np.linspace(0, 1, 6))
    grid = long_run_payoffs(own, own, np.array([[0.01], [0.1], [0.5]]))
    assert grid.shape == (3, 6, 2)
    np.testing.assert_allclose(grid[0, 0], 2.25, atol=1e-9)
    np.testing.assert_allclose(grid[2], 2.25, atol=1e-9)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"noise must lie in \(0, 0\.5\], got 0"):
        long_run_shares(TIT_FOR_TAT, TIT_FOR_TAT, 0)
    with pytest.raises(ValueError, match="a memory-one strategy must hold four chances"):
        outcome_chain((1, 0), TIT_FOR_TAT)
    with pytest.raises(ValueError, match=r"generosity must lie in \[0, 1\], got 2"):
        generous_tit_for_tat(2)
