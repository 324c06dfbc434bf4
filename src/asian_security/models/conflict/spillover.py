"""Spillover between security domains: a shock in one domain works on in the others.

    x = s + A x        so that        x = (I - A)^-1 s

x is the insecurity of each domain in the end, s the shock, A[i, j] the insecurity that one unit
in domain j adds to domain i, all in one unit of the reader's choice. The sum of all rounds is
finite only while the spectral radius of A is below 1. The algebra is that of input-output
analysis; the weights are not measured by anyone and are the learner's to change.

The idea of security sectors that act on one another is in Buzan, Wæver and de Wilde (1998), key
``buzan1998`` in ``data/references.bib``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, not_negative, numbers, square, whole


def link_matrix(domains: Sequence[str], links: Iterable[tuple[str, str, float]]) -> FloatArray:
    """Write a list of links as the matrix A.

    Parameters
    ----------
    domains : sequence of str
        Names, in the order of rows and columns.
    links : iterable of (from, to, weight)
        A link named twice is added up.

    Returns
    -------
    ndarray of float, shape (n, n)
        Entry [to, from] is the weight.

    Raises
    ------
    ValueError
        If a link names an unknown domain.
    """
    index = {name: place for place, name in enumerate(domains)}
    matrix = np.zeros((len(index), len(index)))
    for origin, target, weight in links:
        for name in (origin, target):
            if name not in index:
                raise ValueError(f"unknown domain {name!r}; known: {', '.join(index)}")
        matrix[index[target], index[origin]] += weight
    return matrix


def spectral_radius(links: ArrayLike) -> float:
    """Return the largest absolute eigenvalue of A; below 1, a shock dies out.

    Parameters
    ----------
    links : array_like, shape (n, n)
        The matrix A.

    Returns
    -------
    float
        At least 0.
    """
    return float(np.abs(np.linalg.eigvals(square("links", links))).max())


def _converging(links: ArrayLike) -> FloatArray:
    """Return the matrix of links, or raise a sentence if its effects add up without limit."""
    matrix = square("links", links)
    radius = spectral_radius(matrix)
    if radius >= 1:
        raise ValueError(
            f"the spectral radius of links must be below 1, got {radius:g}: "
            "each round is as large as the one before, so the total has no limit"
        )
    return matrix


def _shock(matrix: FloatArray, shock: ArrayLike) -> FloatArray:
    """Return the shock as floats, or raise a sentence if it does not fit the matrix."""
    vector = numbers("shock", shock)
    if vector.ndim == 0 or vector.shape[-1] != len(matrix):
        raise ValueError(f"shock must have one value per domain, {len(matrix)}, got {vector.shape}")
    return vector


def total_effect(links: ArrayLike, shock: ArrayLike) -> FloatArray:
    """Return the insecurity of each domain once a shock has worked through: (I - A)^-1 s.

    Parameters
    ----------
    links : array_like, shape (n, n)
        The matrix A.
    shock : array_like, shape (..., n)
        Direct effect on each domain; leading axes hold several shocks.

    Returns
    -------
    ndarray of float, shape (..., n)
        Direct and indirect effects together.

    Raises
    ------
    ValueError
        If the spectral radius of A is 1 or more, or the shapes do not fit.

    References
    ----------
    buzan1998 for the idea of linked sectors; the algebra is input-output analysis.
    """
    matrix = _converging(links)
    direct = _shock(matrix, shock)
    effect = np.linalg.solve(np.eye(len(matrix)) - matrix, direct[..., None])
    return np.asarray(effect[..., 0], dtype=np.float64)


def rounds(links: ArrayLike, shock: ArrayLike, count: int) -> FloatArray:
    """Return the insecurity after each round of spillover: x_0 = s, x_t = s + A x_(t-1).

    Parameters
    ----------
    links : array_like, shape (n, n)
        The matrix A, of any spectral radius: a chain that does not die out can be watched.
    shock : array_like, shape (..., n)
        Direct effect on each domain.
    count : int
        Number of rounds after the shock.

    Returns
    -------
    ndarray of float, shape (count + 1, ..., n)
        Cumulative; the differences are what each round adds.
    """
    matrix = square("links", links)
    direct = _shock(matrix, shock)
    series = [direct]
    for _ in range(whole("count", count, 0)):
        series.append(direct + series[-1] @ matrix.T)
    return np.stack(series)


def multipliers(links: ArrayLike) -> FloatArray:
    """Return the total insecurity in all domains per unit of shock to each domain.

    Parameters
    ----------
    links : array_like, shape (n, n)
        The matrix A, with a spectral radius below 1.

    Returns
    -------
    ndarray of float, shape (n,)
        Column sums of (I - A)^-1; a domain that acts on nothing has 1.
    """
    matrix = _converging(links)
    return np.linalg.inv(np.eye(len(matrix)) - matrix).sum(axis=0)


def relief(links: ArrayLike, shock: ArrayLike) -> FloatArray:
    """Return by how much the total falls if a single link is cut.

    Parameters
    ----------
    links : array_like, shape (n, n)
        The matrix A, no weight below 0.
    shock : array_like, shape (n,)
        Direct effect on each domain.

    Returns
    -------
    ndarray of float, shape (n, n)
        Entry [to, from] is the fall of the sum over domains when that link alone is cut; 0
        where there is no link.
    """
    matrix = not_negative("links", _converging(links))
    direct = _shock(matrix, shock)
    inverse = np.linalg.inv(np.eye(len(matrix)) - matrix)
    effect = inverse @ direct
    # rank-one update of the inverse, so that no link needs a solution of its own
    return inverse.sum(axis=0)[:, None] * matrix * effect / (1 + matrix * inverse.T)
