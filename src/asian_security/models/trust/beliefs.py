"""Gradual trust: each promise kept makes a larger stake acceptable.

A state holds a Beta(a, b) belief about the chance that the other keeps a promise; a kept promise
adds 1 to a, a broken one adds 1 to b. It accepts a stake when its expected trust is at least
loss / (gain + loss). That small stakes come first is the argument of Osgood (1962) and Watson
(1999); trust as a belief about the other is that of Kydd (2005). The Beta-Bernoulli form is this
course's simplification of both. Works: ``osgood1962``, ``watson1999`` and ``kydd2005`` in
``data/references.bib``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, between, not_negative, positive

ROUNDING = 1e-9


def trust_threshold(gain: ArrayLike, loss: ArrayLike) -> FloatArray:
    """Return the least trust at which a stake is acceptable: loss / (gain + loss).

    Parameters
    ----------
    gain : array_like
        What a kept promise brings, above 0.
    loss : array_like
        What a broken one costs, at least 0.

    Returns
    -------
    ndarray of float
        In [0, 1): where the expected payoff q gain - (1 - q) loss reaches 0.

    Raises
    ------
    ValueError
        If a gain is not above 0 or a loss is below 0.

    References
    ----------
    kydd2005
    """
    benefit, cost = positive("gain", gain), not_negative("loss", loss)
    return cost / (benefit + cost)


def expected_trust(
    prior_a: ArrayLike, prior_b: ArrayLike, kept: ArrayLike = 0, broken: ArrayLike = 0
) -> FloatArray:
    """Return the chance given to the next promise: (a + kept) / (a + b + kept + broken).

    Parameters
    ----------
    prior_a, prior_b : array_like
        a and b of the Beta belief, above 0.
    kept, broken : array_like
        Promises kept and broken so far.

    Returns
    -------
    ndarray of float
        Expected trust, in (0, 1).

    Raises
    ------
    ValueError
        If a or b is not above 0 or a count is below 0.

    References
    ----------
    kydd2005
    """
    a = positive("prior_a", prior_a) + not_negative("kept", kept)
    b = positive("prior_b", prior_b) + not_negative("broken", broken)
    return a / (a + b)


def rounds_needed(
    threshold: ArrayLike, prior_a: ArrayLike, prior_b: ArrayLike
) -> NDArray[np.int64]:
    """Return the kept promises needed to accept a stake: ceil((t (a + b) - a) / (1 - t)).

    Parameters
    ----------
    threshold : array_like
        t, the trust that the stake asks for, in [0, 1).
    prior_a, prior_b : array_like
        a and b of the Beta belief, above 0.

    Returns
    -------
    ndarray of int
        Successes in a row on small stakes, at least 0: the least n with
        (a + n) / (a + b + n) >= t. Differences of rounding size are passed over.

    Raises
    ------
    ValueError
        If a threshold lies outside [0, 1), or a or b is not above 0.

    References
    ----------
    kydd2005, watson1999
    """
    t = between("threshold", threshold, 0, 1, "[)")
    a, b = positive("prior_a", prior_a), positive("prior_b", prior_b)
    missing = (t * (a + b) - a) / (1 - t)
    return np.maximum(np.ceil(missing - ROUNDING * np.maximum(1, np.abs(missing))), 0).astype(int)
