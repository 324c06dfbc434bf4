"""Who listens to whom, and whether such a group can come to one view.

The conditions are those of Golub and Jackson (2010) for the exchange of DeGroot (1974), keys
``golub2010`` and ``degroot1974`` in ``data/references.bib``. ``W[i, j]`` is the weight that state
i gives to state j; rows sum to 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

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


def row_stochastic(matrix: ArrayLike) -> FloatArray:
    """Return a matrix whose rows are weights that sum to 1, or raise a sentence."""
    w = not_negative("weights", square("weights", matrix))
    off = ~np.isclose(w.sum(axis=1), 1, rtol=0, atol=1e-9)
    if off.any():
        row = int(off.argmax())
        raise ValueError(f"each row of weights must sum to 1, got {w[row].sum():g} in row {row}")
    return w


def reaches_consensus(matrix: ArrayLike) -> bool:
    """Return whether all views converge to one, whatever they are at the start.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        W, rows sum to 1.

    Returns
    -------
    bool
        True when one group hears nobody outside (an attracting component of the network of
        listening), and it is aperiodic: the lengths of its cycles have no common divisor.

    References
    ----------
    degroot1974, golub2010
    """
    import networkx as nx

    hears = nx.from_numpy_array(row_stochastic(matrix), create_using=nx.DiGraph)
    groups = list(nx.attracting_components(hears))
    return len(groups) == 1 and nx.is_aperiodic(hears.subgraph(groups[0]))
