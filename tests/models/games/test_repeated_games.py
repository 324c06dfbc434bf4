import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from asian_security.models.games.repeated_games import (
    best_generosity,
    grim_threshold,
    long_run_payoffs,
    long_run_shares,
    outcome_chain,
    tit_for_tat_threshold,
)
from asian_security.models.games.strategies import STRATEGIES
from asian_security.models.games.two_by_two import STAG_HUNT, Game

TIT_FOR_TAT = STRATEGIES["tit for tat"]
strategy = st.tuples(*[st.floats(0, 1)] * 4)
noise = st.floats(0.001, 0.5)


@st.composite
def dilemmas(draw):
    s, p, r, t = sorted(draw(st.sets(st.integers(-20, 40), min_size=4, max_size=4)))
    return r, t, p, s


def game(r, t, p, s):
    return Game(reward=r, temptation=t, punishment=p, sucker=s)


def test_known_thresholds():
    # Known result 4, and Molander's generosity, for 5, 3, 1, 0.
    assert grim_threshold() == pytest.approx(1 / 2, abs=1e-9)
    assert tit_for_tat_threshold() == pytest.approx(2 / 3, abs=1e-9)
    assert best_generosity() == pytest.approx(1 / 3, abs=1e-9)


def worth(rounds, delta):
    """Discounted sum of a stream that repeats for ever."""
    once = sum(payoff * delta**turn for turn, payoff in enumerate(rounds))
    return once / (1 - delta ** len(rounds))


@given(dilemmas(), st.floats(0.01, 0.99))
def test_defection_against_grim_trigger_pays_only_below_the_threshold(letters, delta):
    r, t, p, _ = letters
    threshold = grim_threshold(game(*letters))
    assume(abs(delta - threshold) > 1e-6)
    defect = t + delta * worth([p], delta)
    assert (worth([r], delta) > defect) == (delta > threshold)


@given(dilemmas(), st.floats(0.01, 0.99))
def test_nothing_beats_tit_for_tat_above_its_threshold(letters, delta):
    r, t, p, s = letters
    threshold = tit_for_tat_threshold(game(*letters))
    assume(abs(delta - threshold) > 1e-6)
    always, in_turn = t + delta * worth([p], delta), worth([t, s], delta)
    assert (worth([r], delta) > max(always, in_turn)) == (delta > threshold)


def test_thresholds_broadcast():
    games = game(3, np.linspace(3.5, 5, 4), np.array([[0.5], [1.0]]), 0)
    assert grim_threshold(games).shape == (2, 4)
    assert best_generosity(games)[1, 3] == pytest.approx(1 / 3, abs=1e-9)


def test_other_games_are_refused():
    with pytest.raises(ValueError, match="needs temptation > reward > punishment > sucker"):
        grim_threshold(STAG_HUNT)
    with pytest.raises(ValueError, match="2 x reward must exceed temptation"):
        best_generosity(game(3, 7, 1, 0))


@pytest.mark.parametrize(
    ("own", "per_turn", "places"),
    [
        (TIT_FOR_TAT, 2.25, 1e-9),
        (STRATEGIES["generous tit for tat"], 2.97032, 5e-6),
        (STRATEGIES["win-stay lose-shift"], 2.95109, 5e-6),
    ],
)
def test_known_self_play_under_noise(own, per_turn, places):
    # Known result 6: execution noise 0.01 on both sides.
    assert long_run_payoffs(own, own, 0.01) == pytest.approx([per_turn] * 2, abs=places)


def test_unconditional_strategies_by_hand():
    e = 0.1
    cc, cd, dc, dd = (1 - e) * e, (1 - e) ** 2, e * e, e * (1 - e)
    one, other = STRATEGIES["always cooperate"], STRATEGIES["always defect"]
    shares = long_run_shares(one, other, e)
    np.testing.assert_allclose(shares, [cc, cd, dc, dd], atol=1e-9)
    payoffs = long_run_payoffs(one, other, e)
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
    generosity = np.linspace(0, 1, 6)
    own = np.stack(np.broadcast_arrays(1.0, generosity, 1.0, generosity), axis=-1)
    grid = long_run_payoffs(own, own, np.array([[0.01], [0.1], [0.5]]))
    assert grid.shape == (3, 6, 2)
    np.testing.assert_allclose(grid[0, 0], 2.25, atol=1e-9)
    np.testing.assert_allclose(grid[2], 2.25, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "chances"),
    [
        ("always cooperate", (1, 1, 1, 1)),
        ("always defect", (0, 0, 0, 0)),
        ("tit for tat", (1, 0, 1, 0)),
        ("suspicious tit for tat", (1, 0, 1, 0)),
        ("generous tit for tat", (1, 1 / 3, 1, 1 / 3)),
        ("win-stay lose-shift", (1, 0, 0, 1)),
        ("random", (0.5, 0.5, 0.5, 0.5)),
    ],
)
def test_a_strategy_and_its_four_chances_earn_the_same(name, chances):
    twin = STRATEGIES[name]
    by_name = long_run_payoffs(twin, TIT_FOR_TAT, 0.02)
    assert by_name.tolist() == long_run_payoffs(chances, TIT_FOR_TAT, 0.02).tolist()
    assert twin.memory_one == chances


@pytest.mark.parametrize("name", ["tit for two tats", "grim trigger"])
def test_a_longer_memory_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} remembers more than the last round"):
        outcome_chain(STRATEGIES[name], TIT_FOR_TAT)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"noise must lie in \(0, 0\.5\], got 0"):
        long_run_shares(TIT_FOR_TAT, TIT_FOR_TAT, 0)
    with pytest.raises(ValueError, match="a memory-one strategy must hold four chances"):
        outcome_chain((1, 0), TIT_FOR_TAT)
