"""Linear arms races among any number of states: z' = M z + push, solved exactly.

The n-state form of Richardson (1960), key ``richardson1960`` in ``data/references.bib``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import expm

from asian_security.models._checks import FloatArray, between, numbers, positive, square, whole


def path(matrix: ArrayLike, push: ArrayLike, start: ArrayLike, times: ArrayLike) -> FloatArray:
    """Solve z' = M z + push by the matrix exponential: there is no step size to choose.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        M, per unit of time.
    push, start : array_like, shape (n,)
        The constant part of the change, and the levels at time 0.
    times : array_like, shape (t,)
        When the levels are wanted.

    Returns
    -------
    ndarray of float, shape (t, n)
        The levels.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    References
    ----------
    richardson1960
    """
    m, c, z = square("matrix", matrix), numbers("push", push), numbers("start", start)
    n, when = len(m), np.atleast_1d(numbers("times", times))
    if c.shape != (n,) or z.shape != (n,):
        raise ValueError(f"push and start must hold {n} numbers, got {c.shape} and {z.shape}")
    flow = np.zeros((n + 1, n + 1))
    flow[:n, :n], flow[:n, n] = m, c
    return (expm(when[:, None, None] * flow) @ np.append(z, 1.0))[:, :n]


def alike_states(n: int, reaction: float, fatigue: float) -> FloatArray:
    """Return M for n alike states: -a on the diagonal, k everywhere else.

    Parameters
    ----------
    n : int
        Number of states, at least 2.
    reaction, fatigue : float
        k to each other state, and a above 0, per unit of time.

    Returns
    -------
    ndarray of float, shape (n, n)
        Ready for `path`. Its eigenvalues are (n - 1) k - a once and -(k + a) n - 1 times.

    References
    ----------
    richardson1960
    """
    size, k = whole("n", n, 2), numbers("reaction", reaction)
    return np.full((size, size), k) - np.eye(size) * (k + positive("fatigue", fatigue))


def alike_states_stable(n: ArrayLike, reaction: ArrayLike, fatigue: ArrayLike) -> NDArray[np.bool_]:
    """Return whether n alike states settle: (n - 1) k < a.

    Parameters
    ----------
    n : array_like
        Number of states, at least 2.
    reaction, fatigue : array_like
        k of at least 0 and a above 0, per unit of time.

    Returns
    -------
    ndarray of bool
        True where the race of all against all is stable.

    Raises
    ------
    ValueError
        If a parameter lies outside its range.

    References
    ----------
    richardson1960
    """
    states, k = between("n", n, 2, np.inf, "[)"), between("reaction", reaction, 0, np.inf, "[)")
    return (states - 1) * k < positive("fatigue", fatigue)
