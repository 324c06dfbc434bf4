"""Structural balance: when friends of friends are friends, a network splits into camps.

A sign matrix holds +1 where two states are friendly, -1 where they are hostile and 0 where they
are neither. A triangle is balanced if the product of its signs is +1. A network is balanced if
every cycle is, which is so exactly when it splits into two camps (one may be empty), friendly
inside and hostile across. It is weakly balanced if it splits into any number of such camps, so
that three mutual enemies may stand.

The idea is Heider's (1946), the theorem Cartwright and Harary's (1956): ``heider1946`` and
``cartwright1956`` in ``data/references.bib``.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, numbers

IntArray = NDArray[np.int64]
TYPES = ("+++", "++-", "+--", "---")


def symmetric(name: str, matrix: ArrayLike) -> FloatArray:
    """Return a symmetric matrix (or a stack of them) as floats, or raise a sentence."""
    array = numbers(name, matrix)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise ValueError(f"{name} must be a square matrix, got shape {array.shape}")
    if not np.allclose(array, np.swapaxes(array, -1, -2)):
        raise ValueError(f"{name} must be symmetric: a tie is the same in both directions")
    return array


def sign_matrix(matrix: ArrayLike) -> IntArray:
    """Return a sign matrix (or a stack of them) as whole numbers, or raise a sentence."""
    array = symmetric("signs", matrix)
    wrong = array[~np.isin(array, (-1, 0, 1))]
    if wrong.size:
        raise ValueError(f"signs must be -1, 0 or 1, got {wrong.flat[0]:g}")
    if np.diagonal(array, axis1=-2, axis2=-1).any():
        raise ValueError("signs must have 0 on the diagonal: no state has a tie to itself")
    return array.astype(int)


def triangles(signs: ArrayLike) -> IntArray:
    """Count the triangles of each type, by the number of hostile ties.

    Parameters
    ----------
    signs : array_like, shape (..., n, n)
        Sign matrix; triangles with a missing tie are not counted.

    Returns
    -------
    ndarray of int, shape (..., 4)
        Number of +++, ++-, +-- and --- triangles. The first and the third are balanced.

    Raises
    ------
    ValueError
        If the matrix is not symmetric, has an entry other than -1, 0, 1, or a diagonal.

    References
    ----------
    heider1946, cartwright1956
    """
    ties = sign_matrix(signs)
    a, b, c = np.array(list(combinations(range(ties.shape[-1]), 3)), int).reshape(-1, 3).T
    sides = np.stack([ties[..., a, b], ties[..., b, c], ties[..., a, c]])
    hostile = np.where((sides != 0).all(axis=0), (sides < 0).sum(axis=0), -1)
    return np.stack([(hostile == kind).sum(axis=-1) for kind in range(4)], axis=-1)


def tension(signs: ArrayLike) -> FloatArray:
    """Return the share of triangles that are unbalanced; NaN where there is no triangle.

    Parameters
    ----------
    signs : array_like, shape (..., n, n)
        Sign matrix.

    Returns
    -------
    ndarray of float, shape (...)
        0 (no tension) to 1.

    References
    ----------
    cartwright1956
    """
    counts = triangles(signs)
    total = counts.sum(axis=-1)
    return np.where(total > 0, counts[..., [1, 3]].sum(axis=-1) / np.maximum(total, 1), np.nan)


def camps(signs: ArrayLike) -> IntArray | None:
    """Split a balanced network into two camps, or return None if it is not balanced.

    Parameters
    ----------
    signs : array_like, shape (n, n)
        Sign matrix; ties may be missing.

    Returns
    -------
    ndarray of int, shape (n,) or None
        +1 or -1 for each state; the first state of each separate part has +1.

    References
    ----------
    cartwright1956
    """
    ties = sign_matrix(signs)
    side = np.zeros(len(ties), dtype=int)
    for first in range(len(ties)):
        waiting = [] if side[first] else [first]
        side[first] = side[first] or 1
        while waiting:
            state = waiting.pop()
            wanted = side[state] * ties[state]
            if (side * wanted < 0).any():
                return None
            new = np.flatnonzero((side == 0) & (wanted != 0))
            side[new] = wanted[new]
            waiting.extend(new)
    return side


def frustration(ties: ArrayLike) -> tuple[float, IntArray]:
    """Find the two camps that leave the fewest ties at odds, and how many that is.

    Parameters
    ----------
    ties : array_like, shape (n, n)
        Sign matrix, or a symmetric matrix of weights; n at most 18, since every split is tried.

    Returns
    -------
    frustration : float
        Sum of |weight| of friendly ties across and hostile ties inside the camps; 0 if and only
        if the network is balanced.
    camps : ndarray of int, shape (n,)
        +1 or -1; the first state has +1.

    Raises
    ------
    ValueError
        If n exceeds 18 or the matrix is not symmetric.

    References
    ----------
    cartwright1956
    """
    weights = symmetric("ties", ties)
    n = len(weights)
    if weights.ndim > 2 or n > 18:
        raise ValueError(f"frustration tries every split of at most 18 states, got {weights.shape}")
    weights = weights * ~np.eye(n, dtype=bool)
    choices = np.arange(2 ** (n - 1))[:, None] >> np.arange(n)[::-1] & 1
    splits = 1 - 2 * choices
    at_odds = (np.abs(weights).sum() - ((splits @ weights) * splits).sum(axis=1)) / 4
    return float(at_odds.min()), splits[at_odds.argmin()]
