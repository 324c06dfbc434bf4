import numpy as np
import pytest

from asian_security.models.games import repeated_games
from asian_security.models.games.match import expected_payoffs, play, play_round
from asian_security.models.games.strategies import STRATEGIES, Strategy

TFT, ALLD, ALLC = (STRATEGIES[n] for n in ("tit for tat", "always defect", "always cooperate"))


@pytest.mark.parametrize(
    ("first", "second", "scores"),
    [(TFT, ALLD, (199, 204)), (TFT, TFT, (600, 600)), (ALLD, ALLC, (1000, 0))],
)
def test_known_matches_of_200_rounds(first, second, scores):
    # Known result 5, played and exact.
    assert play(first, second, rounds=200, seed=1).scores[:, 0].tolist() == list(scores)
    exact = expected_payoffs(first, second, rounds=200) * 200
    assert exact == pytest.approx(scores, abs=1e-9)


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_simulation_agrees_with_the_exact_mean(name):
    runs = 2000
    wsls = STRATEGIES["win-stay lose-shift"]
    match = play(STRATEGIES[name], wsls, rounds=40, noise=0.05, repetitions=runs, seed=8)
    exact = expected_payoffs(STRATEGIES[name], wsls, rounds=40, noise=0.05) * 40
    error = 4.5 * match.scores.std(axis=1) / np.sqrt(runs)
    assert (abs(match.scores.mean(axis=1) - exact) < error).all()


def test_long_matches_approach_the_long_run():
    vector = (0.9, 0.2, 0.7, 0.4)
    after_each_outcome = Strategy("any", (1.0, *vector), ((1, 2, 3, 4),) * 5)
    exact = expected_payoffs(after_each_outcome, TFT, rounds=20_000, noise=0.05)
    long_run = repeated_games.long_run_payoffs(vector, TFT, 0.05)
    np.testing.assert_allclose(exact, long_run, atol=1e-3)


def test_an_echo_of_one_slip_lasts_in_tit_for_tat():
    match = play(TFT, TFT, rounds=300, noise=0.01, repetitions=50, seed=2)
    both_at_peace = ~match.defected.any(axis=0)
    assert both_at_peace[:, :10].mean() > 0.8
    assert both_at_peace[:, -100:].mean() < 0.5


def test_the_seed_decides_the_luck():
    one = play(TFT, TFT, noise=0.1, seed=3).defected
    assert (one == play(TFT, TFT, noise=0.1, seed=3).defected).all()
    assert (one == play(TFT, TFT, noise=0.1, seed=np.random.default_rng(3)).defected).all()
    assert (one != play(TFT, TFT, noise=0.1, seed=4).defected).any()


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"noise must lie in \[0, 0\.5\], got 0\.7"):
        play(TFT, TFT, noise=0.7, seed=1)
    with pytest.raises(ValueError, match="rounds must be a whole number of at least 1, got 0"):
        expected_payoffs(TFT, TFT, rounds=0)


def test_a_round_of_many_matches_moves_both_automata():
    state = np.zeros((2, 3), dtype=int)
    rng = np.random.default_rng(1)
    defected, after = play_round((TFT, ALLD), state, 0.0, rng)
    assert defected.tolist() == [[False] * 3, [True] * 3]
    assert after.tolist() == [[1] * 3, [0] * 3]
    assert play_round((TFT, ALLD), after, 0.0, rng)[0].all()
