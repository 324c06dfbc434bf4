"""Who listens to whom, and whether such a group can come to one view.

The conditions are those of Golub and Jackson (2010) for the exchange of DeGroot (1974), keys
``golub2010`` and ``degroot1974`` in ``data/references.bib``. ``W[i, j]`` is the weight that state
i gives to state j; rows sum to 1.
"""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.csgraph import breadth_first_order, connected_components

from asian_security.models._checks import FloatArray, between, not_negative, square


def listening(ties: ArrayLike, own_weight: ArrayLike = 0.5) -> FloatArray:
    """Return the weights of states that share their attention among those they hear.

    Parameters
    ----------
    ties : array_like, shape (n, n)
        Row i holds how much state i hears of each other, at least 0; the diagonal is ignored.
    own_weight : array_like, shape () or (n,)
        Weight that a state keeps for its own view, in [0, 1]. A state that hears nobody keeps 1.

    Returns
    -------
    ndarray of float, shape (n, n)
        Rows sum to 1.

    Raises
    ------
    ValueError
        If a tie is negative or a weight lies outside [0, 1].

    References
    ----------
    degroot1974
    """
    heard = not_negative("ties", square("ties", ties))
    np.fill_diagonal(heard, 0)
    total = heard.sum(axis=1)
    own = np.where(total > 0, between("own_weight", own_weight, 0, 1), 1.0)
    others = heard / np.where(total > 0, total, 1.0)[:, None]
    return others * (1 - own)[:, None] + np.diag(own)


def weights(matrix: ArrayLike) -> FloatArray:
    """Check that a matrix has rows of weights that sum to 1."""
    w = not_negative("weights", square("weights", matrix))
    off = ~np.isclose(w.sum(axis=1), 1, rtol=0, atol=1e-9)
    if off.any():
        row = int(off.argmax())
        raise ValueError(f"each row of weights must sum to 1, got {w[row].sum():g} in row {row}")
    return w


def is_irreducible(matrix: ArrayLike) -> bool:
    """Return whether every state hears every other, directly or through others.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        W, rows sum to 1.

    Returns
    -------
    bool
        True when the network of listening is strongly connected.

    References
    ----------
    golub2010
    """
    return bool(connected_components(weights(matrix) > 0, connection="strong")[0] == 1)


def closed_groups(matrix: ArrayLike) -> list[list[int]]:
    """Return the groups that hear each other and nobody outside.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        W, rows sum to 1.

    Returns
    -------
    list of list of int
        Their members' positions. Only their views count in the end.

    References
    ----------
    golub2010
    """
    w = weights(matrix)
    count, label = connected_components(w > 0, connection="strong")
    leaves = (w > 0) & (label[:, None] != label[None, :])
    groups = [np.flatnonzero(label == k) for k in range(count)]
    return [group.tolist() for group in groups if not leaves[group].any()]


def period(matrix: ArrayLike, group: list[int]) -> int:
    """Return the greatest common divisor of the lengths of all cycles in a closed group.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        W, rows sum to 1.
    group : list of int
        One of `closed_groups`.

    Returns
    -------
    int
        1: aperiodic, views settle. 2 or more: they may go round for ever.

    References
    ----------
    golub2010
    """
    links = weights(matrix)[np.ix_(group, group)] > 0
    order, parent = breadth_first_order(links, 0)
    depth = np.zeros(len(links), dtype=int)
    for node in order[1:]:
        depth[node] = depth[parent[node]] + 1
    start, end = np.nonzero(links)
    return gcd(*(depth[start] + 1 - depth[end]).tolist())


def reaches_consensus(matrix: ArrayLike) -> bool:
    """Return whether all views converge to one, whatever they are at the start.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        W, rows sum to 1.

    Returns
    -------
    bool
        True when there is one closed group and it is aperiodic.

    References
    ----------
    degroot1974, golub2010
    """
    groups = closed_groups(matrix)
    return len(groups) == 1 and period(matrix, groups[0]) == 1
