"""The circle of trust: weak mechanisms breed self-help, self-help breeds distrust.

Trust T lies between 0 and 1. With coordination c, mechanisms work as well as

    effectiveness  E = c T + (1 - c) T^2         (without coordination it takes trust on both sides)
    self-help      H = 1 - T

and trust grows where mechanisms work and shrinks where states help themselves:

    T' = gain * E * (1 - T) - loss * H * T = gain (1 - c) T (1 - T) (T - theta),
    theta = (loss / gain - c) / (1 - c).

Two ends are stable, no trust and full trust, and theta is the tipping point between them. It
falls as c rises. The circle is Ling's (2025) claim, its form a stylised model of this course;
Kydd (2005) treats trust and mistrust with care for what each side believes. Works: ``ling2025``
and ``kydd2005`` in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, between, numbers, positive, probability


@dataclass(frozen=True, eq=False)
class TrustCircle:
    """The parameters of the circle, numbers or arrays.

    Parameters
    ----------
    gain : array_like
        How fast working mechanisms build trust, per unit of time, above 0.
    loss : array_like
        How fast self-help destroys it, per unit of time, above 0.
    coordination : array_like
        c, from 0 (none) to below 1: Ling's "dual coordination", among great powers and among
        mechanisms, read as what lets mechanisms work on one side's trust alone.

    Raises
    ------
    ValueError
        If a rate is not above 0 or the coordination lies outside [0, 1).

    References
    ----------
    ling2025 for the circle; its form is this course's own.
    """

    gain: Any
    loss: Any
    coordination: Any = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "gain", positive("gain", self.gain))
        object.__setattr__(self, "loss", positive("loss", self.loss))
        object.__setattr__(
            self, "coordination", between("coordination", self.coordination, 0, 1, "[)")
        )


def effectiveness(circle: TrustCircle, trust: ArrayLike) -> FloatArray:
    """Return how well mechanisms work, 0 to 1: c T + (1 - c) T^2.

    Parameters
    ----------
    circle : TrustCircle
        The parameters.
    trust : array_like
        T, 0 to 1.

    Returns
    -------
    ndarray of float
        Between 0 and 1.
    """
    level = probability("trust", trust)
    return np.asarray(circle.coordination * level + (1 - circle.coordination) * level**2)


def change(circle: TrustCircle, trust: ArrayLike) -> FloatArray:
    """Return how fast trust changes: gain E (1 - T) - loss H T.

    Parameters
    ----------
    circle : TrustCircle
        The parameters.
    trust : array_like
        T, 0 to 1.

    Returns
    -------
    ndarray of float
        Trust per unit of time.
    """
    level = probability("trust", trust)
    self_help = 1 - level
    built = circle.gain * effectiveness(circle, level) * (1 - level)
    return np.asarray(built - circle.loss * self_help * level)


def tipping_point(circle: TrustCircle) -> FloatArray:
    """Return theta, the trust above which the circle turns virtuous.

    Parameters
    ----------
    circle : TrustCircle
        The parameters.

    Returns
    -------
    ndarray of float
        (loss / gain - c) / (1 - c). At or below 0 any trust grows; at or above 1 all trust is
        lost; in between, trust above it grows and trust below it is lost.
    """
    c = circle.coordination
    return np.asarray((circle.loss / circle.gain - c) / (1 - c))


def fixed_points(circle: TrustCircle) -> tuple[FloatArray, list[str]]:
    """Return the levels at which trust stays, and whether paths nearby run towards each.

    Parameters
    ----------
    circle : TrustCircle
        The parameters, each a single number.

    Returns
    -------
    levels : ndarray of float
        0, theta where it lies between 0 and 1, and 1.
    verdicts : list of str
        "stable" or "unstable", one per level.
    """
    theta = float(tipping_point(circle))
    levels = np.array([0.0, theta, 1.0] if 0 < theta < 1 else [0.0, 1.0])
    if 0 < theta < 1:
        return levels, ["stable", "unstable", "stable"]
    return levels, ["unstable", "stable"] if theta <= 0 else ["stable", "unstable"]


def needed_coordination(gain: ArrayLike, loss: ArrayLike, trust: ArrayLike) -> FloatArray:
    """Return the coordination at which the tipping point equals a given trust.

    Parameters
    ----------
    gain, loss : array_like
        Rates, as in :class:`TrustCircle`.
    trust : array_like
        Trust at the start, 0 to below 1.

    Returns
    -------
    ndarray of float
        (loss / gain - T) / (1 - T), at least 0: more than this turns the circle. NaN where loss
        >= gain, since no coordination below 1 is then enough.
    """
    ratio = positive("loss", loss) / positive("gain", gain)
    start = between("trust", trust, 0, 1, "[)")
    return np.where(ratio < 1, np.maximum((ratio - start) / (1 - start), 0), np.nan)


def path(circle: TrustCircle, start: ArrayLike, times: ArrayLike) -> FloatArray:
    """Return trust through time, from one or several starts.

    Parameters
    ----------
    circle : TrustCircle
        The parameters, single numbers or one per start.
    start : array_like, shape (s,)
        Trust at the first time, 0 to 1.
    times : array_like, shape (t,)
        Rising; the first is the moment of the start.

    Returns
    -------
    ndarray of float, shape (t, s)
        Trust at each time, to about 1e-8.

    Raises
    ------
    ValueError
        If the times do not rise or the start lies outside [0, 1].
    """
    from scipy.integrate import solve_ivp

    level, moments = np.atleast_1d(probability("start", start)), numbers("times", times)
    if moments.ndim != 1 or len(moments) < 2 or (np.diff(moments) <= 0).any():
        raise ValueError("times must be a rising list of at least two moments")

    def rate(_: float, trust: FloatArray) -> FloatArray:
        return change(circle, np.clip(trust, 0, 1))

    ends = (moments[0], moments[-1])
    solved = solve_ivp(rate, ends, level, t_eval=moments, rtol=1e-9, atol=1e-11)
    return np.clip(solved.y.T, 0, 1)


@dataclass(frozen=True, eq=False)
class Futures:
    """Trust with a coordination that may end, and without any.

    Parameters
    ----------
    circle : TrustCircle
        The parameters while the coordination lasts.
    times : ndarray of float, shape (t,)
        The moments.
    with_it, without : ndarray of float, shape (t,)
        Trust at each of them, with the coordination and without any.
    at_end : float
        Trust when the coordination ends, or at the last moment.
    for_good : bool
        Whether it lasts to the last moment.
    """

    circle: TrustCircle
    times: FloatArray
    with_it: FloatArray
    without: FloatArray
    at_end: float
    for_good: bool

    @property
    def alone(self) -> TrustCircle:
        """The circle without coordination."""
        return TrustCircle(self.circle.gain, self.circle.loss)

    @property
    def tipping(self) -> float:
        """The tipping point while the coordination lasts."""
        return float(tipping_point(self.circle))

    @property
    def tipping_alone(self) -> float:
        """The tipping point without it."""
        return float(tipping_point(self.alone))

    @property
    def verdict(self) -> str:
        """On which side of the tipping point that decides trust is."""
        ahead = self.at_end - self.tipping_alone
        if self.for_good:
            ahead = float(self.with_it[0]) - self.tipping
        if abs(ahead) < 1e-9:
            return "trust stands on the tipping point"
        return "trust recovers" if ahead > 0 else "trust falls away"


def temporary_coordination(
    circle: TrustCircle, start: float, ends: int, times: ArrayLike
) -> Futures:
    """Follow trust if the coordination ends at some moment, and without any.

    Parameters
    ----------
    circle : TrustCircle
        The parameters while the coordination lasts, each a single number.
    start : float
        Trust at the first time, 0 to 1.
    ends : int
        The place, in `times`, of the moment at which the coordination falls to 0; with that of
        the last one it lasts for good.
    times : array_like, shape (t,)
        Rising; the first is the moment of the start.

    Returns
    -------
    Futures

    Raises
    ------
    ValueError
        If the times do not rise, the start lies outside [0, 1] or there is no such place.
    """
    moments = numbers("times", times)
    last = len(moments) - 1
    if not 0 <= ends <= last:
        raise ValueError(f"ends must be a place in times, 0 to {last}, got {ends}")
    # Both futures in one call: with the coordination and without.
    both = TrustCircle(circle.gain, circle.loss, np.array([float(circle.coordination), 0.0]))
    during, without = path(both, [start, start], moments).T
    at_end, with_it = float(during[ends]), during
    if ends == 0:
        with_it = without
    elif ends < last:
        alone = TrustCircle(circle.gain, circle.loss)
        after = path(alone, [at_end], moments[ends:])[:, 0]
        with_it = np.concatenate([during[:ends], after])
    return Futures(circle, moments, with_it, without, at_end, ends == last)
