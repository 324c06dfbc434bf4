"""A match of the repeated prisoners' dilemma, with slips of the hand: played, or exact.

A slip turns a move into its opposite; both sides see what was done, not what was meant. After
Axelrod (1984), key ``axelrod1984`` in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asian_security.models._checks import FloatArray, between, generator, whole
from asian_security.models.games.strategies import Strategy, with_noise
from asian_security.models.games.two_by_two import PRISONERS_DILEMMA, Game, payoff_table


@dataclass(frozen=True, eq=False)
class Match:
    """One pairing, played many times.

    Parameters
    ----------
    defected : ndarray of bool, shape (2, repetitions, rounds)
        Who defected when.
    scores : ndarray of float, shape (2, repetitions)
        Sum of payoffs of each side.
    """

    defected: NDArray[np.bool_]
    scores: FloatArray


def play(
    first: Strategy,
    second: Strategy,
    *,
    rounds: int = 200,
    noise: float = 0.0,
    repetitions: int = 1,
    seed: int | np.random.Generator,
    game: Game = PRISONERS_DILEMMA,
) -> Match:
    """Play two strategies against each other.

    Parameters
    ----------
    first, second : Strategy
        The two sides.
    rounds, repetitions : int
        Length of a match, and how often it is played; at least 1.
    noise : float
        Chance of a slip, in [0, 0.5].
    seed : int or numpy.random.Generator
        Where the luck comes from.
    game : Game
        Payoffs, each a number.

    Returns
    -------
    Match
        Every move and the scores.

    Raises
    ------
    ValueError
        If a number lies outside its range.

    References
    ----------
    axelrod1984
    """
    rng, slip = generator(seed), float(between("noise", noise, 0.0, 0.5))
    state = np.zeros((2, whole("repetitions", repetitions, 1)), dtype=int)
    moves = []
    for _ in range(whole("rounds", rounds, 1)):
        move, state = play_round((first, second), state, slip, rng)
        moves.append(move)
    defected, payoff = np.stack(moves, axis=-1), payoff_table(game)
    mine, yours = defected.astype(int)
    scores = np.array([payoff[mine, yours].sum(axis=-1), payoff[yours, mine].sum(axis=-1)])
    return Match(defected, scores)


def play_round(
    sides: tuple[Strategy, Strategy],
    state: NDArray[np.int64],
    noise: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Play one round of many matches at once.

    Parameters
    ----------
    sides : pair of Strategy
        Who plays.
    state : ndarray of int, shape (2, repetitions)
        State of each side's automaton in each match.
    noise : float
        Chance of a slip.
    rng : numpy.random.Generator
        Where the luck comes from.

    Returns
    -------
    defected : ndarray of bool, shape (2, repetitions)
        What was done.
    state : ndarray of int, shape (2, repetitions)
        States for the next round.

    References
    ----------
    axelrod1984
    """
    following = np.empty_like(state)
    chance = np.stack([np.take(side.cooperates, state[i]) for i, side in enumerate(sides)])
    meant = rng.random(state.shape) >= chance
    slipped = rng.random(state.shape) < noise
    defected = meant ^ slipped
    for i, side in enumerate(sides):
        outcome = 2 * defected[i] + defected[1 - i]  # CC, CD, DC, DD: its own move first
        following[i] = np.array(side.following)[state[i], outcome]
    return defected, following


def expected_payoffs(
    first: Strategy,
    second: Strategy,
    *,
    rounds: int = 200,
    noise: float = 0.0,
    game: Game = PRISONERS_DILEMMA,
) -> FloatArray:
    """Return the exact mean payoffs per round of a match, from the chances of all its states.

    Parameters
    ----------
    first, second, rounds, noise, game
        As in `play`.

    Returns
    -------
    ndarray of float, shape (2,)
        Mean payoff per round of each side, over all luck.

    Raises
    ------
    ValueError
        If a number lies outside its range.

    References
    ----------
    axelrod1984, nowak1992
    """
    payoff = payoff_table(game)
    c, d = (with_noise(side.cooperates, noise) for side in (first, second))
    n, m = len(c), len(d)
    chain, earned = np.zeros((n, m, n, m)), np.zeros((n, m, 2))
    row, column = np.indices((n, m))
    for mine in (0, 1):
        for yours in (0, 1):
            chance = np.outer(1 - c if mine else c, 1 - d if yours else d)
            i = np.array(first.following)[:, 2 * mine + yours][row]
            j = np.array(second.following)[:, 2 * yours + mine][column]
            chain[row, column, i, j] += chance
            earned += chance[..., None] * [payoff[mine, yours], payoff[yours, mine]]
    state, visits = np.eye(1, n * m)[0], np.zeros(n * m)
    for _ in range(whole("rounds", rounds, 1)):
        visits += state
        state = state @ chain.reshape(n * m, n * m)
    return visits @ earned.reshape(n * m, 2) / rounds
