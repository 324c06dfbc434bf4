"""Institutional congestion: how many mechanisms there are in effect, and how far they overlap.

The effective number (Laakso and Taagepera 1979) counts units by their weight: 1 / sum of squared
shares, so that n equal ones count as n and one giant among dwarfs as little more than 1. Overlap
is the mean Jaccard index over pairs of mechanisms, of their members, of their agendas, or of
both at once. The measures say how crowded a field is, not whether crowding does harm: Raustiala
and Victor (2004) and Alter and Raustiala (2018) discuss what it may be good for. Works:
``laakso1979``, ``raustiala2004`` and ``alter2018`` in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, not_negative, numbers, probability


def effective_number(weights: ArrayLike, axis: int = -1) -> FloatArray:
    """Return 1 / sum of squared shares; 0 where all weights are 0.

    Parameters
    ----------
    weights : array_like
        Size of each unit, at least 0; they need not add up to 1.
    axis : int
        Axis along which the units lie.

    Returns
    -------
    ndarray of float
        Between 1 and the number of units.

    Raises
    ------
    ValueError
        If a weight is below 0.

    References
    ----------
    laakso1979
    """
    sizes = not_negative("weights", weights)
    # scaled by the largest, so that squares of very small or large weights stay in range
    largest = sizes.max(axis=axis, keepdims=True, initial=0)
    sizes = sizes / np.where(largest > 0, largest, 1)
    squares = (sizes**2).sum(axis=axis)
    return np.asarray(sizes.sum(axis=axis) ** 2 / np.where(squares > 0, squares, 1))


def _table(name: str, value: ArrayLike) -> FloatArray:
    """Return a table of 0 and 1 as floats, or raise a sentence."""
    table = numbers(name, value)
    if table.ndim < 2 or not np.isin(table, (0, 1)).all():
        raise ValueError(f"{name} must be a table of 0 and 1 with one row per mechanism")
    return table


def pairwise_jaccard(table: ArrayLike) -> FloatArray:
    """Compare every two rows of a 0-1 table: entries in both over entries in either.

    Parameters
    ----------
    table : array_like, shape (..., m, n)
        One row per mechanism: its members, or its issues.

    Returns
    -------
    ndarray of float, shape (..., m, m)
        0 where both rows are empty.
    """
    rows = _table("table", table)
    both = rows @ np.swapaxes(rows, -1, -2)
    size = rows.sum(axis=-1)
    either = size[..., :, None] + size[..., None, :] - both
    return both / np.maximum(either, 1)


def mean_overlap(similarity: ArrayLike, alive: ArrayLike) -> FloatArray:
    """Average a similarity over pairs of mechanisms that exist.

    Parameters
    ----------
    similarity : array_like, shape (..., m, m)
        Symmetric, such as :func:`pairwise_jaccard`.
    alive : array_like of bool, shape (..., m)
        Which mechanisms exist.

    Returns
    -------
    ndarray of float, shape (...)
        0 with fewer than two mechanisms.
    """
    here = np.asarray(alive, dtype=bool)
    pairs = here[..., :, None] & here[..., None, :] & ~np.eye(here.shape[-1], dtype=bool)
    total = (numbers("similarity", similarity) * pairs).sum(axis=(-2, -1))
    return np.asarray(total / np.maximum(pairs.sum(axis=(-2, -1)), 1))


@dataclass(frozen=True, eq=False)
class Congestion:
    """How crowded a field is; every array has one entry per moment (for a single moment, none).

    Parameters
    ----------
    mechanisms : ndarray of int
        How many exist (have a member).
    effective : ndarray of float
        Effective number, weighted by members.
    per_issue : ndarray of float, shape (..., issues)
        The same among the mechanisms that name an issue.
    member_overlap, agenda_overlap, joint_overlap : ndarray of float
        Mean over pairs of the Jaccard index of members, of issues, and of their product, which
        is high only where the same states discuss the same things twice.
    """

    mechanisms: np.ndarray
    effective: FloatArray
    per_issue: FloatArray
    member_overlap: FloatArray
    agenda_overlap: FloatArray
    joint_overlap: FloatArray


def congestion(members: ArrayLike, agenda: ArrayLike) -> Congestion:
    """Measure congestion, at one moment or over time.

    Parameters
    ----------
    members : array_like, shape (..., m, n)
        1 where a state is in a mechanism; a leading axis holds years. A mechanism without
        members does not exist then.
    agenda : array_like, shape (m, issues)
        1 where a mechanism names an issue.

    Returns
    -------
    Congestion
        One value per year for each measure.

    Raises
    ------
    ValueError
        If the tables do not have the same mechanisms or hold other values than 0 and 1.

    References
    ----------
    laakso1979; raustiala2004 for the idea of a regime complex.
    """
    seats, topics = _table("members", members), _table("agenda", agenda)
    if seats.shape[-2] != topics.shape[0]:
        raise ValueError(
            f"members has {seats.shape[-2]} mechanisms, agenda has {topics.shape[0]}; "
            "they must be the same, in the same order"
        )
    size = seats.sum(axis=-1)
    by_member, by_topic = pairwise_jaccard(seats), pairwise_jaccard(topics)
    return Congestion(
        (size > 0).sum(axis=-1),
        effective_number(size),
        effective_number(size[..., None] * topics, axis=-2),
        mean_overlap(by_member, size > 0),
        mean_overlap(np.broadcast_to(by_topic, by_member.shape), size > 0),
        mean_overlap(by_member * by_topic, size > 0),
    )


def dual_coordination(powers: float, mechanisms: float, rule: str) -> float:
    """Turn the two halves of Ling's dual coordination into one number.

    Parameters
    ----------
    powers, mechanisms : float
        Coordination among great powers and among mechanisms, each 0 to 1.
    rule : str
        "product" if each needs the other, "average", or "larger" if one is enough. The article
        does not say which: the rules are this course's.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If a half lies outside [0, 1] or the rule is unknown.

    References
    ----------
    ling2025 for the two halves.
    """
    for name, value in (("powers", powers), ("mechanisms", mechanisms)):
        probability(name, value)
    if rule == "product":
        return powers * mechanisms
    if rule == "average":
        return (powers + mechanisms) / 2
    if rule == "larger":
        return max(powers, mechanisms)
    raise ValueError(f"rule must be product, average or larger, got {rule!r}")
