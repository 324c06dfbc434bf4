"""Polarisation: few large groups, alike inside and far apart, polarise more than many small ones.

    P = K * sum over i, j of share_i^(1 + alpha) * share_j * distance(i, j)

share_i is the part of the population in group i; alpha, 0 to 1.6, says how much belonging to a
large group counts. With alpha = 0 it is a measure of inequality (spread alone matters).

Source: Esteban and Ray (1994), key ``esteban1994`` in ``data/references.bib``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, between, not_negative, numbers, positive

ALPHA_MAX = 1.6


def distances(positions: ArrayLike) -> FloatArray:
    """Return the distance between every two groups.

    Parameters
    ----------
    positions : array_like, shape (n,) or (n, dimensions)
        Where each group stands; straight-line distance in several dimensions.

    Returns
    -------
    ndarray of float, shape (n, n)
        In the unit of the positions.
    """
    places = numbers("positions", positions)
    if places.ndim not in (1, 2) or len(places) == 0:
        raise ValueError(f"positions must be a list or a table of groups, got {places.shape}")
    places = places.reshape(len(places), -1)
    return np.linalg.norm(places[:, None] - places[None, :], axis=-1)


def polarisation(
    shares: ArrayLike, positions: ArrayLike, alpha: float = 1.0, scale: float = 1.0
) -> FloatArray:
    """Return the polarisation of groups.

    Parameters
    ----------
    shares : array_like, shape (..., n)
        Part of the population in each group, adding up to 1; leading axes hold several divisions.
    positions : array_like, shape (n,) or (n, dimensions)
        Where each group stands.
    alpha : float
        Weight of belonging, 0 to 1.6.
    scale : float
        K, above 0.

    Returns
    -------
    ndarray of float, shape (...)
        At least 0; two equal groups at distance d have 2 K (1/2)^(2 + alpha) d.

    Raises
    ------
    ValueError
        If shares do not add up to 1, shapes do not fit, or alpha lies outside [0, 1.6].

    References
    ----------
    esteban1994
    """
    parts, apart = not_negative("shares", shares), distances(positions)
    if parts.ndim == 0 or parts.shape[-1] != len(apart):
        raise ValueError(f"shares must have one value per group, {len(apart)}, got {parts.shape}")
    if not np.allclose(parts.sum(axis=-1), 1):
        raise ValueError(f"shares must add up to 1, got {parts.sum(axis=-1).flat[0]:g}")
    identity = parts ** (1 + between("alpha", alpha, 0, ALPHA_MAX))
    return np.asarray(positive("scale", scale) * ((identity @ apart) * parts).sum(axis=-1))


def two_groups(share: ArrayLike, distance: ArrayLike, alpha: float = 1.0) -> FloatArray:
    """Return the polarisation of two groups, in closed form (K = 1).

    Parameters
    ----------
    share : array_like
        Part of the population in the first group, 0 to 1.
    distance : array_like
        Between the two groups, at least 0.
    alpha : float
        Weight of belonging, 0 to 1.6.

    Returns
    -------
    ndarray of float
        s (1 - s) (s^alpha + (1 - s)^alpha) d, greatest at s = 1/2.

    References
    ----------
    esteban1994
    """
    s, d = between("share", share, 0, 1), not_negative("distance", distance)
    weight = between("alpha", alpha, 0, ALPHA_MAX)
    return np.asarray(s * (1 - s) * (s**weight + (1 - s) ** weight) * d)


def cohesion(
    shares: ArrayLike, positions: ArrayLike, span: float, alpha: float = 1.0
) -> FloatArray:
    """Return 1 less polarisation as a share of that of two equal groups at the ends of a span.

    Parameters
    ----------
    shares, alpha
        As in :func:`polarisation`.
    positions : array_like, shape (n,)
        Where each group stands, in one dimension (in several, three groups can be more
        polarised than two).
    span : float
        The largest distance that could be, above 0; no two groups may be farther apart.

    Returns
    -------
    ndarray of float, shape (...)
        1 if all stand alike, 0 if two equal groups stand at the ends of the span.

    References
    ----------
    esteban1994
    """
    if np.ndim(positions) != 1:
        raise ValueError(f"positions must be a list of numbers, got shape {np.shape(positions)}")
    widest = distances(positions).max()
    if widest > positive("span", span) * (1 + 1e-12):
        raise ValueError(f"span must be at least the largest distance {widest:g}, got {span:g}")
    most = two_groups(0.5, span, alpha)
    return np.asarray(1 - polarisation(shares, positions, alpha) / most)
