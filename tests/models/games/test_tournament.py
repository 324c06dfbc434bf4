import numpy as np
import pytest

from asian_security.models.games.match import expected_payoffs
from asian_security.models.games.strategies import STRATEGIES
from asian_security.models.games.tournament import tournament

ALL = list(STRATEGIES.values())


def test_everyone_meets_everyone_and_a_twin():
    table = tournament(ALL, rounds=30, noise=0.02)
    for i, first in enumerate(ALL):
        for j, second in enumerate(ALL):
            pair = expected_payoffs(first, second, rounds=30, noise=0.02)
            assert table.payoffs[i, j] == pytest.approx(pair[0], abs=1e-9)
    np.testing.assert_allclose(table.means, table.payoffs.mean(axis=1))


def test_the_ranking_goes_by_mean_payoff():
    table = tournament(ALL, rounds=200)
    order = [table.names.index(name) for name in table.ranking]
    assert (np.diff(table.means[order]) <= 1e-12).all()
    assert sorted(table.ranking) == sorted(STRATEGIES)


def test_no_match_is_won_by_tit_for_tat_but_it_outdoes_the_defector_overall():
    names = ["tit for tat", "grim trigger", "tit for two tats", "always defect"]
    table = tournament([STRATEGIES[n] for n in names])
    assert (table.payoffs[0] <= table.payoffs[:, 0] + 1e-12).all()
    assert table.means[0] > table.means[3]


def test_noise_gives_forgiveness_the_edge_over_tit_for_tat():
    pair = [STRATEGIES["tit for tat"], STRATEGIES["generous tit for tat"]]
    quiet, noisy = tournament(pair), tournament(pair, noise=0.05)
    assert quiet.means[0] == pytest.approx(quiet.means[1], abs=1e-9)
    assert noisy.ranking[0] == "generous tit for tat"


def test_a_played_tournament_is_near_the_exact_one():
    exact = tournament(ALL, rounds=50, noise=0.05)
    played = tournament(ALL, rounds=50, noise=0.05, repetitions=100, seed=6)
    np.testing.assert_allclose(played.payoffs, exact.payoffs, atol=0.25)
    np.testing.assert_allclose(played.means, exact.means, atol=0.06)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="strategies must be one or more, each name once"):
        tournament([ALL[0], ALL[0]])
    with pytest.raises(ValueError, match="repetitions and seed must be given together"):
        tournament(ALL, repetitions=3)
