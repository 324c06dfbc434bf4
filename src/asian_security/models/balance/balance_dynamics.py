"""Balance in motion: how friendships and enmities settle into camps.

Two published models. In the continuous one (Marvel, Kleinberg, Kleinberg and Strogatz 2011) the
strength of every tie follows what the two think of third parties,

    dX/dt = X^2,    so that    X(t) = Q diag(l_k / (1 - l_k t)) Q^T,

where l_k and Q are the eigenvalues and eigenvectors of X(0). If the largest, l_1, is above 0,
the strengths blow up at t* = 1 / l_1 with the signs of v_1 v_1^T, which are balanced. In the other
(Antal, Krapivsky and Redner 2005) single ties flip when that lowers tension: those whose
`pressure` is above 0. Sources: ``marvel2011`` and ``antal2005`` in ``data/references.bib``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, not_negative, probability
from asian_security.models.balance.structural_balance import IntArray, sign_matrix, symmetric


def balanced_chance(friendly: ArrayLike) -> FloatArray:
    """Probability that a triangle with independent random signs is balanced: p^3 + 3p(1-p)^2.

    Parameters
    ----------
    friendly : array_like
        Probability p that a tie is friendly.

    Returns
    -------
    ndarray of float
        Between 0 and 1.

    References
    ----------
    antal2005
    """
    p = probability("friendly", friendly)
    return np.asarray(p**3 + 3 * p * (1 - p) ** 2)


def pressure(signs: ArrayLike) -> IntArray:
    """Return, for each tie, its unbalanced less its balanced triangles.

    Flipping a tie lowers the number of unbalanced triangles by just this much, so ties with
    a value above 0 are under pressure to change.

    Parameters
    ----------
    signs : array_like, shape (..., n, n)
        Sign matrix.

    Returns
    -------
    ndarray of int, shape (..., n, n)
        0 where there is no tie.

    References
    ----------
    antal2005
    """
    ties = sign_matrix(signs)
    return -ties * (ties @ ties)


def blow_up_time(start: ArrayLike) -> float:
    """Return the time at which the strengths blow up: 1 / l_1, infinite unless l_1 > 0.

    Parameters
    ----------
    start : array_like, shape (n, n)
        Symmetric strengths at time 0; the diagonal counts.

    Returns
    -------
    float
        In units of 1 / strength.

    References
    ----------
    marvel2011
    """
    largest = np.linalg.eigvalsh(symmetric("start", start))[-1]
    return float(1 / largest) if largest > 1e-12 else np.inf


def evolve(start: ArrayLike, times: ArrayLike) -> FloatArray:
    """Return the strengths of all ties through time, exactly.

    Parameters
    ----------
    start : array_like, shape (n, n)
        Symmetric strengths at time 0; the diagonal counts.
    times : array_like, shape (t,)
        At least 0 and below the time of blow-up.

    Returns
    -------
    ndarray of float, shape (t, n, n)
        Strengths at each time.

    Raises
    ------
    ValueError
        If a time is not before the blow-up.

    References
    ----------
    marvel2011
    """
    moments = np.atleast_1d(not_negative("times", times))
    values, vectors = np.linalg.eigh(symmetric("start", start))
    limit = blow_up_time(start)
    if moments.max(initial=0) >= limit:
        raise ValueError(f"times must lie below the blow-up at {limit:g}, got {moments.max():g}")
    grown = values / (1 - values * moments[:, None])
    return np.asarray((vectors * grown[:, None, :]) @ vectors.T)


def leading_share(start: ArrayLike, times: ArrayLike) -> FloatArray:
    """Return how much of the network the final pattern makes up through time.

    Parameters
    ----------
    start : array_like, shape (n, n)
        Symmetric strengths at time 0; the diagonal counts.
    times : array_like, shape (t,)
        At least 0 and below the time of blow-up.

    Returns
    -------
    ndarray of float, shape (t,)
        The sum of squared strengths that v_1 v_1^T accounts for, over the sum of all; near 1 at
        the blow-up.

    References
    ----------
    marvel2011; the measure is this course's own.
    """
    values = np.linalg.eigvalsh(evolve(start, times))
    largest = values[:, -1] ** 2
    return np.asarray(largest / (values**2).sum(axis=1))


def final_pattern(start: ArrayLike) -> FloatArray:
    """Return how strongly each state belongs to the camps in which the continuous model ends.

    Parameters
    ----------
    start : array_like, shape (n, n)
        Symmetric strengths at time 0.

    Returns
    -------
    ndarray of float, shape (n,)
        The leading eigenvector v_1, of length 1: states of one camp have one sign, the first
        state in a camp is above 0; 0 for a state on which v_1 has no hold.

    Raises
    ------
    ValueError
        If no eigenvalue is above 0, or the largest comes twice: no one pattern then wins.

    References
    ----------
    marvel2011
    """
    values, vectors = np.linalg.eigh(symmetric("start", start))
    if values[-1] <= 1e-12:
        raise ValueError("the largest eigenvalue of start must be above 0 for camps to form")
    if len(values) > 1 and values[-1] - values[-2] < 1e-9 * values[-1]:
        raise ValueError("the largest eigenvalue of start comes twice: the camps are not settled")
    leading = np.where(np.abs(vectors[:, -1]) < 1e-9, 0, vectors[:, -1])
    return np.asarray(leading * np.sign(leading[np.flatnonzero(leading)[0]]))


def final_camps(start: ArrayLike) -> IntArray:
    """Return the camps in which the continuous model ends: the signs of v_1.

    Parameters
    ----------
    start : array_like, shape (n, n)
        Symmetric strengths at time 0.

    Returns
    -------
    ndarray of int, shape (n,)
        +1 or -1, the first state that is in a camp +1; 0 for a state whose entry in v_1 is 0.

    Raises
    ------
    ValueError
        If no eigenvalue is above 0, or the largest comes twice: no one pattern then wins.

    References
    ----------
    marvel2011
    """
    return np.sign(final_pattern(start)).astype(int)
