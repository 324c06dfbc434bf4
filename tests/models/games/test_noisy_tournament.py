import pytest

from asian_security.models.games.match import expected_payoffs
from asian_security.models.games.noisy_tournament import MEMORY_ONE, rank_strategies
from asian_security.models.games.strategies import STRATEGIES
from asian_security.models.games.tournament import tournament


def test_tit_for_tat_sours_and_generosity_does_not():
    standings = rank_strategies(200, 0.01)
    endless = dict(zip(standings.names, standings.long_run, strict=True))
    assert endless["tit for tat"] == pytest.approx(2.25, abs=1e-9)
    assert endless["generous tit for tat"] == pytest.approx(2.97032, abs=5e-6)
    assert endless["win-stay lose-shift"] == pytest.approx(2.95109, abs=5e-6)
    twins = dict(zip(standings.names, standings.twins, strict=True))
    assert twins["tit for tat"] == pytest.approx(2.4597, abs=1e-3)


def test_strategies_stand_in_the_order_of_their_means():
    standings = rank_strategies(50, 0.2)
    assert set(standings.names) == set(STRATEGIES)
    assert standings.means == sorted(standings.means, reverse=True)
    assert standings.names[0] == "always defect"
    held = tournament(list(STRATEGIES.values()), rounds=50, noise=0.2)
    assert dict(zip(standings.names, standings.means, strict=True)) == pytest.approx(
        dict(zip(held.names, held.means, strict=True))
    )


def test_a_long_match_comes_near_the_long_run():
    standings = rank_strategies(3000, 0.05)
    for name, twin, endless in zip(
        standings.names, standings.twins, standings.long_run, strict=True
    ):
        strategy = STRATEGIES[name]
        assert twin == pytest.approx(
            expected_payoffs(strategy, strategy, rounds=3000, noise=0.05).mean()
        )
        assert (endless is None) == (name not in MEMORY_ONE)
        if endless is not None:
            assert twin == pytest.approx(endless, abs=5e-3)


def test_without_slips_the_long_run_is_left_out():
    assert set(rank_strategies(10, 0.0).long_run) == {None}
