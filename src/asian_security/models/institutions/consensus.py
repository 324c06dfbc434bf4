"""Consensus by exchange: each state moves to a weighted mean of the views it listens to.

The model is that of DeGroot (1974); the weights that the views carry in the end follow Golub and
Jackson (2010): ``degroot1974`` and ``golub2010`` in ``data/references.bib``. ``W[i, j]`` is the
weight that state i gives to state j; rows sum to 1. `listening` is about who hears whom.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, between, numbers, whole
from asian_security.models.institutions.listening import reaches_consensus, row_stochastic


def exchange(matrix: ArrayLike, views: ArrayLike, rounds: int) -> FloatArray:
    """Let views be exchanged round by round: x(t + 1) = W x(t).

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        W, rows sum to 1.
    views : array_like, shape (n,)
        Views at the start, on any scale.
    rounds : int
        How many rounds, at least 0.

    Returns
    -------
    ndarray of float, shape (rounds + 1, n)
        Views at the start and after each round.

    Raises
    ------
    ValueError
        If a row does not sum to 1 or the views do not fit.

    References
    ----------
    degroot1974
    """
    w, x = row_stochastic(matrix), numbers("views", views)
    if x.shape != (len(w),):
        raise ValueError(f"views must hold {len(w)} numbers, got shape {x.shape}")
    history = [x]
    for _ in range(whole("rounds", rounds, 0)):
        history.append(w @ history[-1])
    return np.array(history)


def influence(matrix: ArrayLike) -> FloatArray:
    """Return the weight of each state's first view in the consensus: pi = pi W, sum(pi) = 1.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        W, rows sum to 1.

    Returns
    -------
    ndarray of float, shape (n,)
        The left eigenvector of W for eigenvalue 1; the consensus is ``influence(W) @ views``.

    Raises
    ------
    ValueError
        If the views do not reach a consensus.

    References
    ----------
    degroot1974, golub2010
    """
    w = row_stochastic(matrix)
    if not reaches_consensus(w):
        raise ValueError(
            "these weights lead to no consensus: they must leave one group that hears nobody "
            "outside, and it must not go round in a cycle"
        )
    # pi = pi W and sum(pi) = 1 together: pi (I - W + ones) = ones.
    stationary = np.eye(len(w)) - w.T + 1
    return np.linalg.solve(stationary, np.ones(len(w)))


def speed(matrix: ArrayLike) -> float:
    """Return |lambda_2|, the factor by which differences shrink in a round in the long run.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        W, rows sum to 1.

    Returns
    -------
    float
        0: agreement at once; near 1: slow; 1: none. 0 for a single state. The powers of
        such a matrix settle at the rate of its second largest eigenvalue.
    """
    sizes = np.sort(np.abs(np.linalg.eigvals(row_stochastic(matrix))))
    return float(min(sizes[-2], 1.0)) if len(sizes) > 1 else 0.0


def two_sides(hears_y: ArrayLike, hears_x: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the influence of x and the speed for two states, in closed form.

    Parameters
    ----------
    hears_y, hears_x : array_like
        Weight alpha that x gives to y, and beta that y gives to x, in [0, 1], not both 0.

    Returns
    -------
    influence_x, speed : ndarray of float
        beta / (alpha + beta) and |1 - alpha - beta|.

    Raises
    ------
    ValueError
        If a weight lies outside [0, 1] or both are 0.

    References
    ----------
    degroot1974
    """
    alpha, beta = between("hears_y", hears_y, 0, 1), between("hears_x", hears_x, 0, 1)
    if (alpha + beta == 0).any():
        raise ValueError("hears_y and hears_x must not both be 0: two deaf states never agree")
    return beta / (alpha + beta), np.abs(1 - alpha - beta)
