"""Decision rules: unanimity, qualified and simple majority, vetoes, and how often each lets act.

A motion passes when the votes in favour reach the quota and every state with a veto agrees: the
weighted committee of Shapley and Shubik (1954), key ``shapley1954`` in ``data/references.bib``.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, between, numbers, probability, whole

Rule = tuple[NDArray[np.int64], int, NDArray[np.bool_]]


def simple_majority(total: int) -> int:
    """Return the least whole number of votes above half of `total`."""
    return whole("total", total, 1) // 2 + 1


def qualified_majority(total: int, share: float) -> int:
    """Return the least whole number of votes that is at least a share of `total`."""
    part = float(between("share", share, 0, 1, "(]"))
    return max(1, ceil(part * whole("total", total, 1) - 1e-9))


def security_council() -> tuple[list[int], int, list[int]]:
    """Return the UN Security Council: 15 votes, 9 needed, vetoes of the five permanent members.

    Returns
    -------
    weights, quota, vetoes
        As `voting_rule` takes them; the permanent members come first.

    References
    ----------
    Charter of the United Nations, Article 27 (3), as amended in 1965.
    """
    return [1] * 15, 9, [0, 1, 2, 3, 4]


def voting_rule(weights: ArrayLike, quota: float, vetoes: Sequence[int] = ()) -> Rule:
    """Check a voting rule.

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
    weights, quota, veto
        The votes, the quota, and a mask of the states with a veto.

    Raises
    ------
    ValueError
        If a weight is no whole number, the quota is out of reach or a veto has no owner.
    """
    w = numbers("weights", weights)
    if w.ndim != 1 or w.size == 0 or (w < 0).any() or (w % 1 != 0).any():
        raise ValueError(f"weights must be a list of whole numbers of at least 0, got {w.tolist()}")
    total, needed = int(w.sum()), whole("quota", quota, 1)
    if needed > total:
        raise ValueError(f"quota must not exceed the {total} votes there are, got {needed}")
    owners = [whole("vetoes", owner, 0) for owner in vetoes]
    veto = np.isin(np.arange(len(w)), between("vetoes", owners, 0, len(w) - 1))
    return w.astype(int), needed, veto


def chance_to_pass(
    weights: ArrayLike, quota: ArrayLike, agree: ArrayLike, vetoes: Sequence[int] = ()
) -> FloatArray:
    """Return the chance that a motion passes when states agree independently of each other.

    Parameters
    ----------
    weights : array_like of int, shape (n,)
        Votes of each state.
    quota : array_like of int
        Votes needed.
    agree : array_like
        Chance that a state agrees; broadcasts with the quota.
    vetoes : sequence of int
        Positions of the states that must agree.

    Returns
    -------
    ndarray of float
        The chance. At ``agree = 1/2`` it is the share of coalitions that can act.

    Raises
    ------
    ValueError
        If the rule is not valid or a chance lies outside [0, 1].
    """
    p, (w, _, veto) = probability("agree", agree), voting_rule(weights, 1, vetoes)
    needed = between("quota", quota, 1, w.sum())
    if (needed % 1 != 0).any():
        raise ValueError(f"quota must be a whole number, got {needed[needed % 1 != 0].flat[0]:g}")
    votes = np.zeros((*p.shape, int(w.sum()) + 1))
    votes[..., 0] = 1
    for weight, must in zip(w.tolist(), veto.tolist(), strict=True):
        without = 0 if must else votes * (1 - p[..., None])
        with_state = np.roll(votes, weight, axis=-1) * p[..., None]
        votes = without + with_state
    at_least = votes[..., ::-1].cumsum(axis=-1)[..., ::-1]
    shape = np.broadcast_shapes(needed.shape, p.shape)
    at_least = np.broadcast_to(at_least, (*shape, votes.shape[-1]))
    column = np.broadcast_to(needed, shape)[..., None].astype(int)
    return np.take_along_axis(at_least, column, axis=-1)[..., 0]
