import numpy as np
import pytest

from asian_security.models.games.two_by_two import (
    PRISONERS_DILEMMA,
    STAG_HUNT,
    Game,
    classify,
    nash_equilibria,
    payoff_table,
)


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ((3, 5, 1, 0), "prisoners' dilemma"),
        ((4, 3, 3, 1), "stag hunt"),
        ((4, 3, 2, 1), "stag hunt"),
        ((3, 4, 1, 2), "chicken"),
        ((2, 4, 3, 1), "deadlock"),
        ((4, 3, 1, 2), "harmony"),
        ((1, 1, 1, 1), "other"),
    ],
)
def test_games_get_their_usual_names(letters, name):
    r, t, p, s = letters
    assert classify(Game(reward=r, temptation=t, punishment=p, sucker=s)) == name


def test_names_broadcast_over_payoffs():
    games = Game(reward=3, temptation=[2, 5], punishment=1, sucker=0)
    assert classify(games).tolist() == ["stag hunt", "prisoners' dilemma"]


def test_equilibria_of_the_stag_hunt_and_the_prisoners_dilemma():
    # Jervis (1978): two equilibria in the first, mutual defection alone in the second.
    for game, expected in (
        (STAG_HUNT, [[True, False], [False, True]]),
        (PRISONERS_DILEMMA, [[False, False], [False, True]]),
    ):
        table = payoff_table(game)
        assert nash_equilibria(table, table.T).tolist() == expected


def test_matching_pennies_has_no_pure_equilibrium():
    row = np.array([[1, -1], [-1, 1]])
    assert not nash_equilibria(row, -row).any()


def test_equilibria_of_a_stack_of_larger_games():
    row = np.random.default_rng(1).integers(0, 5, size=(20, 3, 4))
    column = np.random.default_rng(2).integers(0, 5, size=(20, 3, 4))
    stable = nash_equilibria(row, column)
    for game in range(20):
        for i in range(3):
            for j in range(4):
                stays = (
                    row[game, i, j] >= row[game, :, j].max()
                    and column[game, i, j] >= column[game, i, :].max()
                )
                assert stable[game, i, j] == stays


def test_a_payoff_that_is_no_number_is_named():
    with pytest.raises(ValueError, match="sucker must be finite, got nan"):
        Game(reward=1, temptation=1, punishment=1, sucker=float("nan"))
    with pytest.raises(ValueError, match="reward must be a number or an array of numbers"):
        Game(reward="high", temptation=1, punishment=1, sucker=1)


def test_tables_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="two tables of one shape"):
        nash_equilibria([[1, 2]], [[1], [2]])


def test_what_cooperating_adds_depends_on_the_other_side():
    assert STAG_HUNT.gain_with_cooperator == 4 - 3
    assert STAG_HUNT.gain_with_defector == 1 - 3
