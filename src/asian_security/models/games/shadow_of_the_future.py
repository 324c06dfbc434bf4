"""Cooperation in the repeated prisoners' dilemma: the thresholds of patience and forgiveness.

The discounted game is that of Axelrod (1984), forgiveness under noise that of Molander (1985).
Works are named by their key in ``data/references.bib``. Payoffs 3, 5, 1, 0 for R, T, P, S unless
said otherwise; arrays of payoffs broadcast.
"""

from __future__ import annotations

import numpy as np

from asian_security.models._checks import FloatArray
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
