"""Global cascades on large random networks: the mean degrees at which they are possible.

Source: Watts (2002), key ``watts2002`` in ``data/references.bib``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize_scalar
from scipy.special import pdtr

from asian_security.models._checks import FloatArray, between, positive

ROUNDING = 1e-12


def vulnerable_degree(threshold: ArrayLike, mean_degree: ArrayLike) -> FloatArray:
    """Return sum_{k <= floor(1/phi)} k (k-1) p_k / z for Poisson degrees p_k of mean z.

    Parameters
    ----------
    threshold : array_like
        phi, in (0, 1].
    mean_degree : array_like
        z, above 0.

    Returns
    -------
    ndarray of float
        How many further vulnerable states a vulnerable neighbour leads to. Global cascades are
        possible where it exceeds 1. As k (k-1) p_k = z^2 p_{k-2}, the sum is z times the chance
        that a Poisson number of mean z is at most floor(1/phi) - 2.

    Raises
    ------
    ValueError
        If a parameter lies outside its range.

    References
    ----------
    watts2002
    """
    phi = between("threshold", threshold, 0, 1, "(]")
    z = positive("mean_degree", mean_degree)
    largest = np.floor(1 / phi + ROUNDING)
    return z * np.where(largest >= 2, pdtr(np.maximum(largest - 2, 0), z), 0.0)


def cascade_window(threshold: float) -> tuple[float, float]:
    """Return the mean degrees between which global cascades are possible.

    Parameters
    ----------
    threshold : float
        phi, in (0, 1], the same for every state.

    Returns
    -------
    low, high : float
        For phi = 0.18: 1.020 and 5.764. Both are not a number where no window exists.

    References
    ----------
    watts2002
    """
    phi = float(between("threshold", threshold, 0, 1, "(]"))
    widest = 2 / phi + 2
    peak = minimize_scalar(lambda z: -vulnerable_degree(phi, z), bounds=(1e-9, widest)).x
    if vulnerable_degree(phi, peak) <= 1:
        return np.nan, np.nan

    def excess(z: float) -> float:
        return float(vulnerable_degree(phi, z)) - 1

    return float(brentq(excess, 1e-9, peak)), float(brentq(excess, peak, 50 * widest))
