"""Between two poles: where a state stands, and when it must choose.

A state has ties to a first and a second pole in several fields (security, trade, votes), each
from 0 to 1. In each field its position is (second - first) / (second + first): -1 leans wholly to
the first, +1 wholly to the second. Kuik (2008) describes hedging as doing contrary things at once
with an eye to opposite outcomes, and Goh (2007/08) ties to several powers at once; the measures
below keep the two apart: the mean *position* (near the middle or not) and the *split* (one field
leans one way, another the other way). They are this course's own and need tables of real ties.
Works: ``kuik2008`` and ``goh2007`` in ``data/references.bib``.

The choice of position is a stylised model of this course. With x the share of ties to the second
pole, gains a and b from each, insurance r from having both, and pressure k from poles that
resent ties with the other,

    u(x) = a (1 - x) + b x + (r - k) 4 x (1 - x).

While r > k + |b - a| / 4 a state does best between the poles; otherwise only an end is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, not_negative, numbers, probability


@dataclass(frozen=True, eq=False)
class Stance:
    """Where states stand between two poles; arrays with one entry per state.

    Parameters
    ----------
    position : ndarray of float
        Mean over fields, -1 (first pole) to 1 (second pole); 0 in a field without ties.
    engagement : ndarray of float
        Mean tie over fields and poles, 0 to 1.
    split : ndarray of float
        Mean abs(position in a field) - abs(mean position), 0 to 1: 0 if all fields lean one way, 1 if
        half the weight goes wholly each way.
    """

    position: FloatArray
    engagement: FloatArray
    split: FloatArray


def stance(first: ArrayLike, second: ArrayLike, weights: ArrayLike | None = None) -> Stance:
    """Measure where states stand between two poles.

    Parameters
    ----------
    first, second : array_like, shape (..., fields)
        Ties to each pole in each field, 0 to 1.
    weights : array_like, shape (fields,), optional
        How much each field counts; alike by default.

    Returns
    -------
    Stance
        Position, engagement and split.

    Raises
    ------
    ValueError
        If a tie lies outside [0, 1], or the weights are below 0 or add up to 0.

    References
    ----------
    kuik2008 and goh2007 for the idea; the measures are this course's own.
    """
    a, b = np.broadcast_arrays(probability("first", first), probability("second", second))
    if a.ndim == 0:
        raise ValueError("first and second need one value per field, got single numbers")
    fields = np.ones(a.shape[-1]) if weights is None else not_negative("weights", weights)
    if fields.shape != a.shape[-1:] or fields.sum() == 0:
        raise ValueError(f"weights must be {a.shape[-1]} numbers that do not add up to 0")
    share = fields / fields.sum()
    lean = (b - a) / np.where(a + b > 0, a + b, 1)
    position = lean @ share
    split = np.abs(lean) @ share - np.abs(position)
    return Stance(position, (a + b) / 2 @ share, np.maximum(split, 0))


def describe(measured: Stance, lean: float = 1 / 3, aloof: float = 0.1) -> NDArray[np.str_]:
    """Put each stance into words.

    Parameters
    ----------
    measured : Stance
        From :func:`stance`.
    lean : float
        Position beyond which a state leans to a pole, 0 to 1; a convention.
    aloof : float
        Engagement below which it stays apart, 0 to 1; a convention.

    Returns
    -------
    ndarray of str
        "apart", "leans to the first", "leans to the second" or "between".
    """
    edge, low = probability("lean", lean), probability("aloof", aloof)
    position = np.asarray(measured.position)
    cases = [np.asarray(measured.engagement) < low, position < -edge, position > edge]
    names = ["apart", "leans to the first", "leans to the second"]
    return np.select(cases, names, default="between")


def worth(
    share: ArrayLike,
    gain_first: ArrayLike,
    gain_second: ArrayLike,
    insurance: ArrayLike,
    pressure: ArrayLike,
) -> FloatArray:
    """Return what a position between the poles is worth to a state: u(x).

    Parameters
    ----------
    share : array_like
        x: the share of ties with the second pole, 0 to 1.
    gain_first, gain_second, insurance, pressure : array_like
        As in :func:`best_position`.

    Returns
    -------
    ndarray of float
        In the unit of the gains.
    """
    x = probability("share", share)
    a, b = numbers("gain_first", gain_first), numbers("gain_second", gain_second)
    room = not_negative("insurance", insurance) - not_negative("pressure", pressure)
    return np.asarray(a + (b - a) * x + room * 4 * x * (1 - x))


def pressure_limit(
    gain_first: ArrayLike, gain_second: ArrayLike, insurance: ArrayLike
) -> FloatArray:
    """Return the pressure from which on a state does best wholly with one pole.

    Parameters
    ----------
    gain_first, gain_second, insurance : array_like
        As in :func:`best_position`.

    Returns
    -------
    ndarray of float
        r - |b - a| / 4; below 0 where no pressure at all leaves room between the poles.
    """
    gap = numbers("gain_second", gain_second) - numbers("gain_first", gain_first)
    return np.asarray(not_negative("insurance", insurance) - np.abs(gap) / 4)


def best_position(
    gain_first: ArrayLike, gain_second: ArrayLike, insurance: ArrayLike, pressure: ArrayLike
) -> FloatArray:
    """Return the share of ties with the second pole that serves a state best.

    Parameters
    ----------
    gain_first, gain_second : array_like
        a and b: what full ties with each pole bring.
    insurance : array_like
        r: what ties with both are worth at most, in the same unit.
    pressure : array_like
        k: what the poles make a state pay for ties with both.

    Returns
    -------
    ndarray of float
        x between 0 and 1. With r > k it is 1/2 + (b - a) / (8 (r - k)), within [0, 1]; with
        k >= r it is the better pole, and 1/2 where the poles are worth the same.
    """
    gap = numbers("gain_second", gain_second) - numbers("gain_first", gain_first)
    room = not_negative("insurance", insurance) - not_negative("pressure", pressure)
    between = 0.5 + gap / (8 * np.where(room > 0, room, 1))
    return np.where(room > 0, np.clip(between, 0, 1), (np.sign(gap) + 1) / 2)
