"""Depth against breadth: the more members, the less they agree to do.

Each state has an ideal depth of cooperation and accepts any depth up to it. An arrangement goes
as deep as its decision rule lets it: with unanimity as deep as the least willing member wants, with
a majority as deep as more than half accept. Admitting less willing states therefore costs depth.
Downs, Rocke and Barsoom (1998) show how admission one after another, most willing first, softens
this: newcomers meet a depth that is in force already. In the version here that holds as far as
the rule makes change hard: with unanimity what the founders agreed stays, with a bare majority
nothing keeps it.

This is a stylised version of their argument with ideal depths as numbers of the learner's choice.
Source: ``downs1998`` in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, between, not_negative, whole
from asian_security.models.institutions.decision_rules import qualified_majority, simple_majority

RULES = ("unanimity", "majority")


def spread_ideals(spread: float, states: int = 12, middle: float = 5.0) -> FloatArray:
    """Return ideal depths that are evenly spaced (illustrative).

    Parameters
    ----------
    spread : float
        From the least to the most willing state, in units of depth; at most twice the middle.
    states : int
        How many states there are.
    middle : float
        The mean ideal depth.

    Returns
    -------
    ndarray of float, shape (states,)
        The most willing state first.
    """
    half = float(between("spread", spread, 0, 2 * middle)) / 2
    return np.linspace(middle - half, middle + half, whole("states", states, 1))[::-1]


def votes_needed(members: int, rule: str | float) -> int:
    """Return how many members must agree.

    Parameters
    ----------
    members : int
        How many there are.
    rule : "unanimity", "majority" or float in (0, 1]
        All, more than half, or at least this share.

    Returns
    -------
    int
        Between 1 and the number of members.

    Raises
    ------
    ValueError
        If the rule is none of these.
    """
    count = whole("members", members, 1)
    if isinstance(rule, str):
        if rule not in RULES:
            raise ValueError(f"rule must be 'unanimity', 'majority' or a share, got {rule!r}")
        return count if rule == "unanimity" else simple_majority(count)
    return qualified_majority(count, float(between("rule", rule, 0, 1, "(]")))


def depth(ideals: ArrayLike, rule: str | float = "unanimity") -> float:
    """Return the deepest cooperation that enough members accept.

    Parameters
    ----------
    ideals : array_like, shape (n,)
        Ideal depth of each member, at least 0.
    rule : "unanimity", "majority" or float in (0, 1]
        As in :func:`votes_needed`.

    Returns
    -------
    float
        The k-th highest ideal, where k members must agree: the lowest with unanimity, the median
        of an odd number of members with a majority.

    References
    ----------
    downs1998
    """
    wanted = np.sort(np.atleast_1d(not_negative("ideals", ideals)))[::-1]
    return float(wanted[votes_needed(wanted.size, rule) - 1])


def frontier(ideals: ArrayLike, rule: str | float = "unanimity") -> FloatArray:
    """Return the depth for each number of members, the most willing ones first.

    Parameters
    ----------
    ideals : array_like, shape (n,)
        Ideal depth of each state.
    rule : "unanimity", "majority" or float in (0, 1]
        As in :func:`votes_needed`.

    Returns
    -------
    ndarray of float, shape (n,)
        Depth with 1, 2, ... n members, never rising. Times the number of members
        it is the cooperation reached in all.

    References
    ----------
    downs1998
    """
    wanted = np.sort(np.atleast_1d(not_negative("ideals", ideals)))[::-1]
    return np.array([depth(wanted[:size], rule) for size in range(1, wanted.size + 1)])


def best_size(ideals: ArrayLike, rule: str | float = "unanimity") -> int:
    """Return the number of members at which members times depth is largest.

    Parameters
    ----------
    ideals : array_like, shape (n,)
        Ideal depth of each state.
    rule : "unanimity", "majority" or float in (0, 1]
        As in :func:`votes_needed`.

    Returns
    -------
    int
        The smallest such number.
    """
    deep = frontier(ideals, rule)
    return int(np.argmax(deep * np.arange(1, deep.size + 1))) + 1


@dataclass(frozen=True, eq=False)
class Club:
    """An arrangement that has grown.

    Parameters
    ----------
    order : ndarray of int
        States in the order in which they were considered, by number.
    joined : ndarray of bool
        Whether each of those joined.
    depth : ndarray of float
        The depth in force after each was considered.
    """

    order: NDArray[np.int64]
    joined: NDArray[np.bool_]
    depth: FloatArray

    @property
    def members(self) -> NDArray[np.int64]:
        """The states that joined, in the order of joining."""
        return self.order[self.joined]


def grow(
    ideals: ArrayLike, founders: int, rule: str | float = "majority", stretch: float = 0.0
) -> Club:
    """Let an arrangement grow from its most willing founders, one state at a time.

    Parameters
    ----------
    ideals : array_like, shape (n,)
        Ideal depth of each state.
    founders : int
        How many of the most willing found it; its first depth is what they agree on.
    rule : "unanimity", "majority" or float in (0, 1]
        How many must agree, to found it and to change the depth in force.
    stretch : float
        How far above its ideal a newcomer goes rather than stay outside, at least 0.

    Returns
    -------
    Club
        A newcomer joins if its ideal plus `stretch` reaches the depth in force. The depth is
        loosened, to the deepest that enough members accept, only when enough of them want less:
        members once in are bound by what stands.

    References
    ----------
    downs1998, in a stylised form: no learning, one dimension, certain ideals.
    """
    wanted = np.atleast_1d(not_negative("ideals", ideals))
    if whole("founders", founders, 1) > wanted.size:
        raise ValueError(f"founders must be at most the number of states, {wanted.size}")
    order, reach = np.argsort(-wanted, kind="stable"), float(not_negative("stretch", stretch))
    inside, joined = list(order[:founders]), [True] * founders
    depths = [depth(wanted[inside], rule)] * founders
    for state in order[founders:]:
        joined.append(bool(wanted[state] + reach >= depths[-1]))
        inside += [state] * joined[-1]
        unhappy = (wanted[inside] < depths[-1]).sum()
        change = unhappy >= votes_needed(len(inside), rule)
        depths.append(depth(wanted[inside], rule) if change else depths[-1])
    return Club(order, np.array(joined), np.array(depths))
