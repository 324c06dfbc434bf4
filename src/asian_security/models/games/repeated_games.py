"""The repeated prisoners' dilemma with slips of the hand: what strategies earn in the long run.

Payoffs as in `games`: R, T, P, S with T > R > P > S; 3, 5, 1, 0 unless said otherwise, as in
Axelrod (1984). A memory-one strategy is four chances of cooperating, after CC, CD, DC and DD (its
own move first); those of Nowak and Sigmund (1992) look at the other's move only. Works are named by their key in
``data/references.bib``. Strategies with more memory are in `strategies`, matches in
`match`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, between, probability
from asian_security.models.games.two_by_two import PRISONERS_DILEMMA, Game

ALWAYS_COOPERATE = (1.0, 1.0, 1.0, 1.0)
ALWAYS_DEFECT = (0.0, 0.0, 0.0, 0.0)
TIT_FOR_TAT = (1.0, 0.0, 1.0, 0.0)
WIN_STAY_LOSE_SHIFT = (1.0, 0.0, 0.0, 1.0)


def generous_tit_for_tat(generosity: ArrayLike) -> FloatArray:
    """Return tit for tat that forgives a defection with some chance.

    Parameters
    ----------
    generosity : array_like
        Chance of cooperating after the other's defection, in [0, 1].

    Returns
    -------
    ndarray of float, shape (..., 4)
        Chances of cooperating after CC, CD, DC, DD.

    Raises
    ------
    ValueError
        If a generosity lies outside [0, 1].

    References
    ----------
    nowak1992, molander1985
    """
    g = probability("generosity", generosity)
    return np.stack([np.ones_like(g), g, np.ones_like(g), g], axis=-1)


def outcome_chain(strategy: ArrayLike, opponent: ArrayLike, noise: ArrayLike = 0.0) -> FloatArray:
    """Return the chances of moving from CC, CD, DC, DD to CC, CD, DC, DD in one round.

    Parameters
    ----------
    strategy, opponent : array_like, shape (..., 4)
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
        If a strategy is not four chances or the noise lies outside [0, 0.5].

    References
    ----------
    nowak1992, molander1985
    """
    mine, yours = probability("strategy", strategy), probability("opponent", opponent)
    if mine.shape[-1:] != (4,) or yours.shape[-1:] != (4,):
        raise ValueError("a memory-one strategy must hold four chances, after CC, CD, DC and DD")
    slip = between("noise", noise, 0.0, 0.5)[..., None]
    p = (1 - slip) * mine + slip * (1 - mine)
    q = ((1 - slip) * yours + slip * (1 - yours))[..., [0, 2, 1, 3]]
    p, q = np.broadcast_arrays(p, q)
    return np.stack([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], axis=-1)


def long_run_shares(strategy: ArrayLike, opponent: ArrayLike, noise: ArrayLike) -> FloatArray:
    """Return the share of rounds that end in CC, CD, DC, DD in the long run.

    Parameters
    ----------
    strategy, opponent : array_like, shape (..., 4)
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
    balance = np.eye(4) - np.swapaxes(chain, -1, -2) + 1
    return np.linalg.solve(balance, np.ones((*chain.shape[:-1], 1)))[..., 0]


def long_run_payoffs(
    strategy: ArrayLike,
    opponent: ArrayLike,
    noise: ArrayLike,
    game: Game = PRISONERS_DILEMMA,
) -> FloatArray:
    """Return what each side earns per round in the long run.

    Parameters
    ----------
    strategy, opponent : array_like, shape (..., 4)
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
