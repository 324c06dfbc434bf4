import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asian_security.models.games.shadow_of_the_future import (
    best_generosity,
    grim_threshold,
    tit_for_tat_threshold,
)
from asian_security.models.games.two_by_two import STAG_HUNT, Game


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
