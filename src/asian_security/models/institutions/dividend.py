"""The development dividend: how far the gains of deeper cooperation pay for the unwilling.

All n states gain b per unit of depth. A state whose ideal depth is below what is agreed needs a
payment of c per unit of the gap. The surplus of depth D is

    S(D) = n b D - c * sum over states of max(0, D - ideal).

It rises while fewer than n b / c states are below D. So the best depth is the ideal of the state
with number floor(n b / c) + 1 from below, however far apart the ideals are; if c <= b nothing
holds it back.

A stylised model of this course for the remedy that Ling (2025) puts forward: to tie development
and security together (``ling2025`` in ``data/references.bib``). The numbers are illustrative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, not_negative, positive


@dataclass(frozen=True, eq=False)
class Dividend:
    """A depth, what it costs to bring all along, and what is left.

    Parameters
    ----------
    depth : float
        Depth of cooperation.
    payments : ndarray of float, shape (n,)
        What each state must be paid.
    surplus : float
        Gains of all less payments; if below 0 the depth does not pay for itself.
    """

    depth: float
    payments: FloatArray
    surplus: float


def surplus(ideals: ArrayLike, depth: ArrayLike, gain: float, price: float) -> FloatArray:
    """Return the gains of all states at a depth less the payments that it takes.

    Parameters
    ----------
    ideals : array_like, shape (n,)
        Ideal depth of each state, at least 0.
    depth : array_like
        Depths D to look at, at least 0.
    gain : float
        b, what a unit of depth brings each state.
    price : float
        c, what a state is paid per unit above its ideal.

    Returns
    -------
    ndarray of float
        S(D), of the shape of `depth`.
    """
    wanted = np.atleast_1d(not_negative("ideals", ideals))
    levels = not_negative("depth", depth)
    gap = np.maximum(levels[..., None] - wanted, 0).sum(axis=-1)
    return np.asarray(
        wanted.size * positive("gain", gain) * levels - positive("price", price) * gap
    )


def best_depth(ideals: ArrayLike, gain: float, price: float) -> Dividend:
    """Return the depth with the greatest surplus, and the payments that go with it.

    Parameters
    ----------
    ideals : array_like, shape (n,)
        Ideal depth of each state, at least 0.
    gain : float
        b, what a unit of depth brings each state.
    price : float
        c, what a state is paid per unit above its ideal, above b.

    Returns
    -------
    Dividend
        With all states in. Without payments unanimity would stop at the lowest ideal.

    Raises
    ------
    ValueError
        If c does not exceed b: then deeper is always better and there is no best depth.
    """
    wanted = np.atleast_1d(not_negative("ideals", ideals))
    if not positive("price", price) > positive("gain", gain):
        raise ValueError(f"price must exceed gain ({gain:g}), got {price:g}: no depth is too deep")
    payable = int(np.floor(wanted.size * gain / price + 1e-9))
    level = float(np.sort(wanted)[min(payable, wanted.size - 1)])
    payments = price * np.maximum(level - wanted, 0)
    return Dividend(level, payments, float(surplus(wanted, level, gain, price)))
