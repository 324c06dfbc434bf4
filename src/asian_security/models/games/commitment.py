"""War from a shift in power: promises that the rising side cannot bind itself to keep.

Side A rises, side B declines; a war fought in a period decides the pie for ever. Sources: Fearon
(1995) and Powell (2006), keys ``fearon1995`` and ``powell2006`` in ``data/references.bib``. All
arguments broadcast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, between, not_negative, probability


def commitment_gap(
    p_now: ArrayLike, p_later: ArrayLike, cost_b: ArrayLike, discount: ArrayLike
) -> FloatArray:
    """Return what B gains from war now over the best peace that A can offer.

    War now gives B (1 - p_now) - cB for ever. Peace gives it at most the whole pie today; from
    tomorrow on A makes the offers and leaves B (1 - p_later) - cB, or nothing where that is
    below 0. As averages per period the difference is delta p_later - p_now - (1 - delta) cB.

    Parameters
    ----------
    p_now, p_later : array_like
        Probability that A wins a war today, and from tomorrow on.
    cost_b : array_like
        B's cost of war, per period, in shares of the pie.
    discount : array_like
        delta in [0, 1): the weight of tomorrow against today.

    Returns
    -------
    ndarray of float
        Above 0: B prefers war now, although both would gain from a binding promise.

    Raises
    ------
    ValueError
        If a probability, the cost or the discount factor lies outside its range.

    References
    ----------
    fearon1995, powell2006
    """
    now, later = probability("p_now", p_now), probability("p_later", p_later)
    cost, delta = not_negative("cost_b", cost_b), between("discount", discount, 0, 1, "[)")
    war = (1 - now) - cost
    peace_tomorrow = np.maximum((1 - later) - cost, 0)
    peace = (1 - delta) * 1 + delta * peace_tomorrow
    return war - peace


def largest_safe_power(p_now: ArrayLike, cost_b: ArrayLike, discount: ArrayLike) -> FloatArray:
    """Return how strong A may become tomorrow without B preferring war today.

    Parameters
    ----------
    p_now, cost_b, discount : array_like
        As in `commitment_gap`.

    Returns
    -------
    ndarray of float
        (p_now + (1 - delta) cB) / delta, or 1 where no shift is large enough for war.

    Raises
    ------
    ValueError
        If a probability, the cost or the discount factor lies outside its range.

    References
    ----------
    fearon1995, powell2006
    """
    always_safe = commitment_gap(p_now, 1.0, cost_b, discount) <= 0
    delta = np.where(always_safe, 1.0, discount)
    return np.where(always_safe, 1.0, (np.asarray(p_now) + (1 - delta) * cost_b) / delta)[()]
