"""Symmetric games of two choices, cooperation and defection, and their equilibria.

The payoffs are those of Jervis (1978): reward R when both cooperate, temptation T for defecting
on a cooperator, punishment P when both defect, sucker's payoff S for cooperating alone. Source:
``jervis1978`` in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, numbers


@dataclass(frozen=True, eq=False, kw_only=True)
class Game:
    """The payoffs of a symmetric game of two choices, each a number or an array.

    Parameters
    ----------
    reward, temptation, punishment, sucker : array_like
        R, T, P, S, in units of utility; arrays broadcast.

    Raises
    ------
    ValueError
        If a payoff is not finite.

    References
    ----------
    jervis1978
    """

    reward: ArrayLike
    temptation: ArrayLike
    punishment: ArrayLike
    sucker: ArrayLike

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, numbers(field.name, getattr(self, field.name)))

    @property
    def letters(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """R, T, P, S as arrays, in this order."""
        r, t, p, s = (np.asarray(getattr(self, field.name), dtype=float) for field in fields(self))
        return r, t, p, s

    @property
    def gain_with_cooperator(self) -> FloatArray:
        """R - T: what cooperating adds when the other side cooperates."""
        return np.subtract(self.reward, self.temptation)

    @property
    def gain_with_defector(self) -> FloatArray:
        """S - P: what cooperating adds (or, below 0, costs) when the other side defects."""
        return np.subtract(self.sucker, self.punishment)


STAG_HUNT = Game(reward=4, temptation=3, punishment=3, sucker=1)
PRISONERS_DILEMMA = Game(reward=3, temptation=5, punishment=1, sucker=0)


def classify(game: Game) -> NDArray[np.str_]:
    """Return the usual name of the game.

    Parameters
    ----------
    game : Game
        The payoffs.

    Returns
    -------
    ndarray of str
        "prisoners' dilemma" (T > R > P > S), "stag hunt" (R > T >= P > S), "chicken"
        (T > R > S > P), "deadlock" (T > P > R > S), "harmony" (R > T and S > P) or "other".

    References
    ----------
    jervis1978
    """
    r, t, p, s = game.letters
    names = {
        "prisoners' dilemma": (t > r) & (r > p) & (p > s),
        "stag hunt": (r > t) & (t >= p) & (p > s),
        "chicken": (t > r) & (r > s) & (s > p),
        "deadlock": (t > p) & (p > r) & (r > s),
        "harmony": (r > t) & (s > p),
    }
    return np.select(list(names.values()), list(names), default="other")[()]


def payoff_table(game: Game) -> FloatArray:
    """Return a state's payoffs ``[[R, S], [T, P]]``: rows its choice, columns the other's.

    Parameters
    ----------
    game : Game
        The payoffs, each a number.

    Returns
    -------
    ndarray of float, shape (2, 2)
        Cooperation is first; the other side's table is the transpose.
    """
    r, t, p, s = game.letters
    return np.array([[r, s], [t, p]])


def nash_equilibria(row: ArrayLike, column: ArrayLike) -> NDArray[np.bool_]:
    """Mark the cells from which neither side gains by moving alone.

    Parameters
    ----------
    row, column : array_like, shape (..., m, n)
        Payoffs of the side that chooses the row and of the side that chooses the column.

    Returns
    -------
    ndarray of bool, shape (..., m, n)
        True at each Nash equilibrium in pure strategies.

    Raises
    ------
    ValueError
        If the two tables differ in shape.
    """
    a, b = numbers("row payoffs", row), numbers("column payoffs", column)
    if a.shape != b.shape or a.ndim < 2:
        raise ValueError(f"payoffs must be two tables of one shape, got {a.shape} and {b.shape}")
    return (a == a.max(axis=-2, keepdims=True)) & (b == b.max(axis=-1, keepdims=True))
