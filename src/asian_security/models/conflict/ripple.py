"""Ripples: who feels an act at a hotspot, how strongly, and when.

A shock of strength 1 starts at a state and is passed on along ties. A tie from j to i passes on
decay * weight[i, j] of what j feels, and a state feels the strongest wave that reaches it:

    x_i = max(s_i, max over j of decay * weight[i, j] * x_j)

Waves do not add up, so that nobody feels more than the source and the model needs no condition
to settle. It is a stylised model of this course, not a published one; weights and decay are
illustrative unless a table says what they measure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, probability, square, whole


@dataclass(frozen=True, eq=False)
class Ripple:
    """A ripple, round by round.

    Parameters
    ----------
    history : ndarray of float, shape (rounds + 1, ..., n)
        What each state feels after each round, 0 to 1; round 0 is the shock.
    """

    history: FloatArray

    @property
    def final(self) -> FloatArray:
        """What each state feels in the end, shape (..., n)."""
        return self.history[-1]

    def arrival(self, threshold: float = 0.0) -> NDArray[np.int64]:
        """Round in which each state first feels more than `threshold`, -1 if never."""
        felt = self.history > probability("threshold", threshold)
        return np.where(felt.any(axis=0), felt.argmax(axis=0), -1)

    def carriers(self, weights: ArrayLike, threshold: float = 0.0) -> NDArray[np.int64]:
        """Return from which neighbour each state first felt more than `threshold` of one shock.

        Parameters
        ----------
        weights : array_like, shape (n, n)
            The stakes with which the shock was spread.
        threshold : float
            0 to 1.

        Returns
        -------
        ndarray of int, shape (n,)
            The neighbour's position; -1 where the shock began or never arrived.

        Raises
        ------
        ValueError
            If the threshold lies outside [0, 1] or the shapes do not fit.
        """
        ties, arrived = square("weights", weights), self.arrival(threshold)
        if self.history.shape[1:] != (len(ties),):
            raise ValueError(
                f"weights must fit one shock at {self.history.shape[1:]} states, got {ties.shape}"
            )
        np.fill_diagonal(ties, 0)
        before = self.history[np.maximum(arrived - 1, 0)]
        return np.where(arrived > 0, (ties * before).argmax(axis=1), -1)


def spread(weights: ArrayLike, shock: ArrayLike, decay: float, rounds: int | None = None) -> Ripple:
    """Pass a shock on through a network of stakes.

    Parameters
    ----------
    weights : array_like, shape (n, n)
        Entry [i, j], 0 to 1: the stake of i in what happens to j. The diagonal is not used.
    shock : array_like, shape (..., n)
        What each state feels at first, 0 to 1; leading axes hold several shocks.
    decay : float
        Share that a full tie passes on, 0 to 1.
    rounds : int, optional
        How many; n - 1 by default, after which nothing changes.

    Returns
    -------
    Ripple
        The history.

    Raises
    ------
    ValueError
        If a weight, the shock or the decay lies outside [0, 1], or the shapes do not fit.
    """
    ties = probability("weights", square("weights", weights)) * probability("decay", decay)
    felt = probability("shock", shock)
    if felt.ndim == 0 or felt.shape[-1] != len(ties):
        raise ValueError(f"shock must have one value per state, {len(ties)}, got {felt.shape}")
    np.fill_diagonal(ties, 0)
    history = [felt]
    for _ in range(len(ties) - 1 if rounds is None else whole("rounds", rounds, 0)):
        wave = (ties * history[-1][..., None, :]).max(axis=-1)
        history.append(np.maximum(history[-1], wave))
    return Ripple(np.stack(history))
