"""The repeated prisoners' dilemma: when cooperation holds, and what strategies earn in the long run.

Payoffs as in `two_by_two`: R, T, P, S with T > R > P > S, by default those of Axelrod (1984): 3, 5,
1, 0 for R, T, P, S. First come the thresholds of patience and forgiveness: the discounted game is
that of Axelrod (1984), forgiveness under noise that of Molander (1985). Then comes the Markov chain
of two memory-one strategies, after Nowak and Sigmund (1992): four chances of cooperating, after
CC, CD, DC and DD (its own move first). The strategies themselves are in `strategies`, matches in
`match`. Sources: ``axelrod1984``, ``molander1985`` and ``nowak1992`` in ``data/references.bib``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, between, probability
from asian_security.models.games.strategies import Strategy, with_noise
from asian_security.models.games.two_by_two import PRISONERS_DILEMMA, Game


def _dilemma(game: Game) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return R, T, P, S of a game that is a prisoners' dilemma."""
    r, t, p, s = game.letters
    if not ((t > r) & (r > p) & (p > s)).all():
        raise ValueError("a prisoners' dilemma needs temptation > reward > punishment > sucker")
    return r, t, p, s


def grim_threshold(game: Game = PRISONERS_DILEMMA) -> FloatArray:
    """Return the least discount factor at which grim trigger sustains cooperation.

    Cooperating for ever, R / (1 - delta), must be worth at least T once and P ever after,
    T + delta P / (1 - delta).

    Parameters
    ----------
    game : Game
        A prisoners' dilemma.

    Returns
    -------
    ndarray of float
        (T - R) / (T - P).

    Raises
    ------
    ValueError
        If the game is no prisoners' dilemma.

    References
    ----------
    axelrod1984
    """
    r, t, p, _ = _dilemma(game)
    return (t - r) / (t - p)


def tit_for_tat_threshold(game: Game = PRISONERS_DILEMMA) -> FloatArray:
    """Return the least discount factor at which nothing beats tit for tat against itself.

    Neither defecting for ever nor defecting every other time may pay.

    Parameters
    ----------
    game : Game
        A prisoners' dilemma.

    Returns
    -------
    ndarray of float
        max{(T - R) / (T - P), (T - R) / (R - S)}.

    Raises
    ------
    ValueError
        If the game is no prisoners' dilemma.

    References
    ----------
    axelrod1981, axelrod1984
    """
    r, t, p, s = _dilemma(game)
    return np.maximum((t - r) / (t - p), (t - r) / (r - s))


def best_generosity(game: Game = PRISONERS_DILEMMA) -> FloatArray:
    """Return how generous tit for tat may be, under rare noise, before it invites defection.

    Parameters
    ----------
    game : Game
        A prisoners' dilemma with 2 R > T + S.

    Returns
    -------
    ndarray of float
        min(1 - (T - R) / (R - S), (R - P) / (T - P)).

    Raises
    ------
    ValueError
        If the game is no prisoners' dilemma, or taking turns pays as much as cooperating.

    References
    ----------
    molander1985, nowak1992
    """
    r, t, p, s = _dilemma(game)
    if not (2 * r > t + s).all():
        raise ValueError("2 x reward must exceed temptation + sucker, or taking turns pays more")
    return np.minimum(1 - (t - r) / (r - s), (r - p) / (t - p))


def _memory_one(name: str, strategy: Strategy | ArrayLike) -> FloatArray:
    """Return the four chances of a strategy, or raise a sentence."""
    chances = strategy.memory_one if isinstance(strategy, Strategy) else strategy
    after = probability(name, chances)
    if after.shape[-1:] != (4,):
        raise ValueError("a memory-one strategy must hold four chances, after CC, CD, DC and DD")
    return after


def outcome_chain(
    strategy: Strategy | ArrayLike, opponent: Strategy | ArrayLike, noise: ArrayLike = 0.0
) -> FloatArray:
    """Return the chances of moving from CC, CD, DC, DD to CC, CD, DC, DD in one round.

    Parameters
    ----------
    strategy, opponent : Strategy or array_like, shape (..., 4)
        Memory-one strategies, each from its own point of view.
    noise : array_like, shape (...)
        Chance that a move comes out as its opposite, in [0, 0.5].

    Returns
    -------
    ndarray of float, shape (..., 4, 4)
        Rows sum to 1; outcomes are named with the move of `strategy` first.

    Raises
    ------
    ValueError
        If a strategy is not four chances, remembers more than the last round, or the noise lies
        outside [0, 0.5].

    References
    ----------
    nowak1992, molander1985
    """
    mine, yours = _memory_one("strategy", strategy), _memory_one("opponent", opponent)
    slip = np.expand_dims(noise, -1)
    p, q = np.broadcast_arrays(with_noise(mine, slip), with_noise(yours, slip)[..., [0, 2, 1, 3]])
    return np.stack([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], axis=-1)


def long_run_shares(
    strategy: Strategy | ArrayLike, opponent: Strategy | ArrayLike, noise: ArrayLike
) -> FloatArray:
    """Return the share of rounds that end in CC, CD, DC, DD in the long run.

    Parameters
    ----------
    strategy, opponent : Strategy or array_like, shape (..., 4)
        Memory-one strategies.
    noise : array_like, shape (...)
        Chance of a slip, in (0, 0.5]. Without noise the long run depends on the first moves.

    Returns
    -------
    ndarray of float, shape (..., 4)
        The stationary distribution of the chain.

    Raises
    ------
    ValueError
        If the noise is 0 or another argument is not valid.

    References
    ----------
    nowak1992, molander1985
    """
    chain = outcome_chain(strategy, opponent, between("noise", noise, 0.0, 0.5, "(]"))
    # pi = pi M and sum(pi) = 1 together: pi (I - M + ones) = ones.
    stationary = np.eye(4) - np.swapaxes(chain, -1, -2) + 1
    return np.linalg.solve(stationary, np.ones((*chain.shape[:-1], 1)))[..., 0]


def long_run_payoffs(
    strategy: Strategy | ArrayLike,
    opponent: Strategy | ArrayLike,
    noise: ArrayLike,
    game: Game = PRISONERS_DILEMMA,
) -> FloatArray:
    """Return what each side earns per round in the long run.

    Parameters
    ----------
    strategy, opponent : Strategy or array_like, shape (..., 4)
        Memory-one strategies.
    noise : array_like, shape (...)
        Chance of a slip, in (0, 0.5].
    game : Game
        Payoffs, each a number.

    Returns
    -------
    ndarray of float, shape (..., 2)
        Mean payoff of `strategy` and of `opponent`.

    Raises
    ------
    ValueError
        If the noise is 0 or another argument is not valid.

    References
    ----------
    nowak1992, molander1985
    """
    r, t, p, s = game.letters
    payoffs = np.array([[r, r], [s, t], [t, s], [p, p]], dtype=float)
    return long_run_shares(strategy, opponent, noise) @ payoffs
