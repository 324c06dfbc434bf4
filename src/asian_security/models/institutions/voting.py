"""Voting weight: how often each state is the one that decides.

The power index is that of Shapley and Shubik (1954), key ``shapley1954`` in
``data/references.bib``. It is exact: coalitions are counted by size and weight, not listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray
from asian_security.models.institutions.decision_rules import Rule, voting_rule


def coalition_counts(weights: Sequence[int]) -> NDArray[Any]:
    """Count coalitions by size and weight, as the coefficients of prod(1 + s x^w).

    Parameters
    ----------
    weights : sequence of int
        Votes of each state.

    Returns
    -------
    ndarray of int, shape (n + 1, total + 1)
        Entry [s, x]: coalitions of s states with x votes; whole numbers of any length.

    References
    ----------
    shapley1954
    """
    total = int(sum(weights))
    counts = np.zeros((len(weights) + 1, total + 1), dtype=object)
    counts[0, 0] = 1
    for w in weights:
        with_state = counts[:-1, : total + 1 - w]
        counts[1:, w:] = counts[1:, w:] + with_state
    return counts


def swings(rule: Rule, state: int) -> list[int]:
    """Count the coalitions, by size, that lose without a state and win with it.

    Parameters
    ----------
    rule : tuple
        Weights, quota, and a mask of the states with a veto.
    state : int
        Its position.

    Returns
    -------
    list of int
        Entry s: coalitions of s others.

    References
    ----------
    shapley1954
    """
    weights, quota, veto = rule
    others = np.arange(len(weights)) != state
    must, may = others & veto, others & ~veto
    counts = coalition_counts(weights[may].tolist())
    votes = weights[must].sum() + np.arange(counts.shape[1])
    loses_without = (votes < quota) | veto[state]
    wins_with = votes + weights[state] >= quota
    by_size = counts[:, loses_without & wins_with].sum(axis=1)
    return [0] * int(must.sum()) + by_size.tolist()


def shapley_shubik(weights: ArrayLike, quota: int, vetoes: Sequence[int] = ()) -> FloatArray:
    """Return each state's chance to be pivotal when all orders of joining are equally likely.

    Parameters
    ----------
    weights : array_like of int, shape (n,)
        Votes of each state.
    quota : int
        Votes needed.
    vetoes : sequence of int
        Positions of the states that must agree.

    Returns
    -------
    ndarray of float, shape (n,)
        Sums to 1. A permanent member of the Security Council has 421/2145, another 4/2145.

    Raises
    ------
    ValueError
        If a weight is no whole number, the quota is out of reach or a veto has no owner.

    References
    ----------
    shapley1954
    """
    rule = voting_rule(weights, quota, vetoes)
    n = len(rule[0])
    kinds = list(zip(rule[0].tolist(), rule[2].tolist(), strict=True))
    # Counted once for each kind of state: same votes, same veto, same power.
    share: dict[tuple[int, bool], float] = {}
    for state, kind in enumerate(kinds):
        if kind not in share:
            counts = enumerate(swings(rule, state))
            orders = sum(count * factorial(s) * factorial(n - 1 - s) for s, count in counts)
            share[kind] = float(Fraction(orders, factorial(n)))
    return np.array([share[kind] for kind in kinds])
