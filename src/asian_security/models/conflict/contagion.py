"""Contagion of insecurity: a state feels insecure once enough of its neighbours do.

The threshold rule is that of Watts (2002), key ``watts2002`` in ``data/references.bib``; `crowd`
is Granovetter's case, where everyone sees everyone and thresholds are counted in heads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import (
    FloatArray,
    between,
    not_negative,
    numbers,
    probability,
    square,
)

BoolArray = NDArray[np.bool_]
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Cascade:
    """A cascade, step by step.

    Parameters
    ----------
    arrival : ndarray of int, shape (..., n)
        Step at which each state turned insecure: 0 in the shock, -1 if it never did.
    """

    arrival: NDArray[np.int16]

    @property
    def final(self) -> BoolArray:
        """Who is insecure in the end, shape (..., n)."""
        return self.arrival >= 0


def shock(states: int, start: ArrayLike) -> BoolArray:
    """Return a mask of the states where the shock starts.

    Parameters
    ----------
    states : int
        Number of states.
    start : array_like of int
        Their positions.

    Returns
    -------
    ndarray of bool, shape (states,)
        True where the shock starts.

    Raises
    ------
    ValueError
        If a position does not exist.
    """
    positions = between("start", start, 0, states - 1)
    return np.isin(np.arange(states), positions)


def cascade(adjacency: ArrayLike, insecure: ArrayLike, threshold: ArrayLike) -> Cascade:
    """Let insecurity spread until nothing changes.

    A state turns insecure when the share of its neighbours (weighted by the ties) that are
    insecure is at least its threshold, and stays so. A state without neighbours never turns.

    Parameters
    ----------
    adjacency : array_like, shape (n, n)
        Row i holds the weights, at least 0, with which state i looks at the others.
    insecure : array_like of bool, shape (..., n)
        Where the shock starts; leading axes are separate runs.
    threshold : array_like
        In [0, 1]; a number, one for each state, or any shape that broadcasts to (..., n).

    Returns
    -------
    Cascade
        When each state turned, in all runs.

    Raises
    ------
    ValueError
        If a tie is negative, a threshold lies outside [0, 1] or the shapes do not fit.

    References
    ----------
    watts2002
    """
    ties, shocked, needed = _cascade_inputs(adjacency, insecure, threshold)
    arrival, step = np.where(shocked, np.int16(0), np.int16(-1)), 0
    changing = np.ones(shocked.shape[:-1], dtype=bool)
    while changing.any():
        step += 1
        state = arrival[changing]
        insecure_ties = (state >= 0) @ ties.T
        turns = (state < 0) & (insecure_ties >= needed[changing])
        state[turns] = step
        arrival[changing] = state
        changing[changing] = turns.any(axis=-1)
    return Cascade(arrival)


def _cascade_inputs(
    adjacency: ArrayLike, insecure: ArrayLike, threshold: ArrayLike
) -> tuple[FloatArray, BoolArray, FloatArray]:
    """Check the inputs, give the runs one shape, and turn thresholds from shares into ties."""
    ties = not_negative("adjacency", square("adjacency", adjacency))
    mask, share = np.asarray(insecure), probability("threshold", threshold)
    if mask.dtype != bool or mask.ndim == 0 or mask.shape[-1] != len(ties):
        raise ValueError(
            f"insecure must hold True or False for each of {len(ties)} states, "
            f"got {mask.dtype} of shape {mask.shape}; shock() makes such a mask"
        )
    all_ties = ties.sum(axis=1)
    needed = np.where(all_ties > 0, share * all_ties - ROUNDING, np.inf)
    shape = np.broadcast_shapes(mask.shape, needed.shape)
    return ties, np.broadcast_to(mask, shape), np.broadcast_to(needed, shape)


def crowd(thresholds: ArrayLike) -> NDArray[np.int64]:
    """Return how many act at each step when everyone sees everyone.

    Parameters
    ----------
    thresholds : array_like, shape (n,)
        How many others must act before each one does; 0 acts first.

    Returns
    -------
    ndarray of int, shape (steps + 1,)
        Number acting, starting from none.

    References
    ----------
    watts2002
    """
    needed = numbers("thresholds", thresholds)
    acting = [0]
    while (following := int((needed <= acting[-1]).sum())) != acting[-1]:
        acting.append(following)
    return np.array(acting)
