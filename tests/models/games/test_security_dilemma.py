import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asian_security.models.games.security_dilemma import (
    best_reply,
    cooperates,
    critical_belief,
    expected_payoffs,
    mixed_equilibrium,
)
from asian_security.models.games.two_by_two import PRISONERS_DILEMMA, STAG_HUNT, Game

CHICKEN = Game(reward=3, temptation=4, punishment=1, sucker=2)
payoff = st.integers(-20, 20)


def test_known_stag_hunt():
    # Known result 3: R=4, T=P=3, S=1.
    assert critical_belief(STAG_HUNT) == pytest.approx(2 / 3, abs=1e-9)
    assert mixed_equilibrium(STAG_HUNT) == pytest.approx(2 / 3, abs=1e-9)
    assert cooperates(STAG_HUNT, [0.66, 2 / 3, 0.67]).tolist() == [False, True, True]


def test_no_belief_is_enough_in_the_prisoners_dilemma():
    assert critical_belief(PRISONERS_DILEMMA) == np.inf
    assert np.isnan(mixed_equilibrium(PRISONERS_DILEMMA))
    assert not cooperates(PRISONERS_DILEMMA, np.linspace(0, 1, 11)).any()


def test_chicken_turns_the_inequality_round():
    assert np.isnan(critical_belief(CHICKEN))
    assert mixed_equilibrium(CHICKEN) == pytest.approx(0.5, abs=1e-9)
    assert cooperates(CHICKEN, [0.4, 0.6]).tolist() == [True, False]


@given(payoff, payoff, payoff, payoff, st.floats(0, 1))
def test_the_critical_belief_separates_the_best_replies(r, t, p, s, belief):
    game = Game(reward=r, temptation=t, punishment=p, sucker=s)
    critical = critical_belief(game)
    if np.isnan(critical):
        assert cooperates(game, 0.0)
        assert not cooperates(game, 1.0)
    elif abs(belief - critical) > 1e-6:
        assert cooperates(game, belief) == (belief > critical)


def test_a_best_reply_gathers_the_choices_at_a_belief():
    reply = best_reply(STAG_HUNT, 0.9)
    assert (reply.cooperate, reply.defect) == pytest.approx((3.7, 3.0))
    assert reply.cooperates
    assert reply.threshold == reply.crossing == pytest.approx(2 / 3)
    assert not best_reply(STAG_HUNT, 0.5).cooperates


def test_a_best_reply_knows_where_the_better_choice_changes():
    assert best_reply(CHICKEN, 0.2).crossing == pytest.approx(0.5)
    assert best_reply(PRISONERS_DILEMMA, 0.2).crossing is None
    harmony = Game(reward=4, temptation=1, punishment=3, sucker=4)
    assert best_reply(harmony, 0.2).crossing == 0


@given(payoff, payoff, payoff, payoff)
def test_the_mixed_equilibrium_makes_both_choices_worth_the_same(r, t, p, s):
    game = Game(reward=r, temptation=t, punishment=p, sucker=s)
    chance = mixed_equilibrium(game)
    if not np.isnan(chance):
        assert 0 < chance < 1
        cooperate, defect = expected_payoffs(game, chance)
        assert cooperate == pytest.approx(defect, abs=1e-9)


def test_a_grid_of_payoffs_gives_a_grid_of_beliefs():
    sucker, temptation = np.linspace(0, 1, 4), np.linspace(1, 3, 5)[:, None]
    beliefs = critical_belief(Game(reward=4, temptation=temptation, punishment=2, sucker=sucker))
    assert beliefs.shape == (5, 4)
    assert beliefs[4, 1] == pytest.approx((2 - 1 / 3) / (4 - 3 + 2 - 1 / 3), abs=1e-9)


def test_a_belief_off_the_scale_is_refused():
    with pytest.raises(ValueError, match=r"belief must lie in \[0, 1\], got 1.7"):
        expected_payoffs(STAG_HUNT, 1.7)
