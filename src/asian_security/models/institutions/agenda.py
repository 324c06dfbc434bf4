"""Issue priorities: where interests meet, where they part, and which agenda follows.

A table of salience has a row for each state (or subregion) and a column for each issue. The
two-mode view of it, states linked by the issues they share, is that of Breiger (1974), key
``breiger1974`` in ``data/references.bib``. The measures of salience and conflict are plain
means and standard deviations, chosen for this course.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, between, not_negative, numbers


@dataclass(frozen=True, eq=False)
class IssueProfile:
    """How much states care for each issue, and how far they differ.

    Parameters
    ----------
    salience : ndarray of float, shape (issues,)
        Mean salience.
    dispersion : ndarray of float, shape (issues,)
        Standard deviation between states.
    conflict : ndarray of float, shape (issues,)
        Dispersion as a share of the largest possible one (half at each end of the scale).
    """

    salience: FloatArray
    dispersion: FloatArray
    conflict: FloatArray


def issue_profile(
    salience: ArrayLike,
    scale: tuple[float, float] = (0.0, 1.0),
    weights: ArrayLike | None = None,
) -> IssueProfile:
    """Return mean salience, dispersion and conflict of each issue.

    Parameters
    ----------
    salience : array_like, shape (units, issues)
        How much each state cares, on `scale`.
    scale : pair of float
        Least and greatest salience possible.
    weights : array_like, shape (units,), optional
        Weight of each state, at least 0; equal if left out.

    Returns
    -------
    IssueProfile
        One number for each issue and measure.

    Raises
    ------
    ValueError
        If the table is not two-dimensional, a value lies off the scale or the weights do not fit.
    """
    low, high = scale
    if not low < high:
        raise ValueError(f"scale must run from a smaller to a greater number, got {scale}")
    table = between("salience", salience, low, high)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(f"salience must be a table of units by issues, got shape {table.shape}")
    weight = not_negative("weights", np.ones(len(table)) if weights is None else weights)
    if weight.shape != (len(table),) or weight.sum() == 0:
        raise ValueError(f"weights must be {len(table)} numbers, not all 0, got {weight.tolist()}")
    mean = np.average(table, axis=0, weights=weight)
    dispersion = np.sqrt(np.average((table - mean) ** 2, axis=0, weights=weight))
    return IssueProfile(mean, dispersion, dispersion / ((high - low) / 2))


def agenda_by_consensus(
    mean_salience: ArrayLike, dispersion: ArrayLike, dislike_of_division: float = 0.0
) -> NDArray[np.int64]:
    """Order the issues: first those that all care about and differ least on.

    Parameters
    ----------
    mean_salience, dispersion : array_like, shape (issues,)
        From `issue_profile`.
    dislike_of_division : float
        How much mean salience one unit of dispersion outweighs, at least 0. At 0 dispersion only
        breaks ties.

    Returns
    -------
    ndarray of int, shape (issues,)
        Positions of the issues, first item of the agenda first: by salience (less the weighted
        dispersion), then by low dispersion, then in the order of the table.

    Raises
    ------
    ValueError
        If the two lists differ in length or the weight is below 0.
    """
    care, division = numbers("mean_salience", mean_salience), numbers("dispersion", dispersion)
    if care.ndim != 1 or care.shape != division.shape:
        raise ValueError(
            "mean_salience and dispersion must be two lists of one length, "
            f"got shapes {care.shape} and {division.shape}"
        )
    score = care - not_negative("dislike_of_division", dislike_of_division) * division
    return np.lexsort((division.round(12), -score.round(12)))


def pairs_reversed(agenda: ArrayLike, other: ArrayLike) -> float:
    """Return the share of pairs of issues that two agendas put in opposite order.

    It is Kendall's distance between two orders, (1 - tau) / 2.

    Parameters
    ----------
    agenda, other : array_like of int, shape (issues,)
        Two orders of the same issues.

    Returns
    -------
    float
        0 for the same order, 1 for the reverse, about 1/2 for unrelated ones.

    Raises
    ------
    ValueError
        If they do not order the same two or more issues.
    """
    first, second = np.asarray(agenda), np.asarray(other)
    if first.ndim != 1 or len(first) < 2 or set(first.tolist()) != set(second.tolist()):
        raise ValueError("agenda and other must order the same issues, two or more of them")
    if len(set(first.tolist())) != len(first) or first.shape != second.shape:
        raise ValueError("an agenda must name each issue once")
    from scipy.stats import kendalltau

    tau = kendalltau(np.argsort(first), np.argsort(second)).statistic
    return round((1 - float(tau)) / 2, 12)


def shared_issues(salience: ArrayLike, at_least: float) -> NDArray[np.int64]:
    """Count the issues that each pair of states both put high.

    Parameters
    ----------
    salience : array_like, shape (units, issues)
        How much each state cares.
    at_least : float
        Salience from which an issue counts as a priority.

    Returns
    -------
    ndarray of int, shape (units, units)
        Shared priorities of each pair; the diagonal counts each state's own.

    Raises
    ------
    ValueError
        If the table is not two-dimensional.

    References
    ----------
    breiger1974
    """
    table = numbers("salience", salience)
    if table.ndim != 2:
        raise ValueError(f"salience must be a table of units by issues, got shape {table.shape}")
    priorities = (table >= at_least).astype(int)
    return priorities @ priorities.T
