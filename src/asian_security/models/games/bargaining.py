"""Bargaining in the shadow of war: a pie of size 1, side A would win a war with probability p.

War costs the sides cA and cB, in shares of the pie. Which bargains do both prefer to war, and why
can private information about costs still lead to war? All arguments broadcast.

Source: Fearon (1995), key ``fearon1995`` in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, not_negative, probability

ROUNDING = 1e-12
TOLERANCE = 1e-9


def bargaining_range(
    p: ArrayLike, cost_a: ArrayLike, cost_b: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return the shares of A that both sides prefer to war: [p - cA, p + cB].

    Parameters
    ----------
    p : array_like
        Probability that A wins a war.
    cost_a, cost_b : array_like
        Costs of war, in shares of the pie, at least 0.

    Returns
    -------
    low, high : ndarray of float
        The ends of the range; its width is cA + cB. An end outside [0, 1] means that this side
        prefers even the worst division to war.

    Raises
    ------
    ValueError
        If p lies outside [0, 1] or a cost is below 0.

    References
    ----------
    fearon1995
    """
    power = probability("p", p)
    low = power - not_negative("cost_a", cost_a)
    high = power + not_negative("cost_b", cost_b)
    return low, high


def best_demand(p: ArrayLike, cost_a: ArrayLike, low: ArrayLike, high: ArrayLike) -> FloatArray:
    """Return the share A demands, take it or leave it, when it knows cB only within a range.

    Parameters
    ----------
    p : array_like
        Probability that A wins a war.
    cost_a : array_like
        A's cost of war.
    low, high : array_like
        A believes cB to be uniform between them.

    Returns
    -------
    ndarray of float
        x = p + z with z = max(low, (high - cA) / 2), and never more than the whole pie.

    Raises
    ------
    ValueError
        If p lies outside [0, 1], a cost is below 0 or low exceeds high.

    References
    ----------
    fearon1995
    """
    power, own_cost = probability("p", p), not_negative("cost_a", cost_a)
    lowest, highest = _uniform(low, high)
    z = np.maximum(lowest, (highest - own_cost) / 2)
    return np.minimum(power + z, 1.0)


def risk_of_war(demand: ArrayLike, p: ArrayLike, low: ArrayLike, high: ArrayLike) -> FloatArray:
    """Return the chance that B refuses a demand: (z - low) / (high - low) with z = x - p.

    Parameters
    ----------
    demand : array_like
        The share x that A demands.
    p : array_like
        Probability that A wins a war.
    low, high : array_like
        cB is uniform between them.

    Returns
    -------
    ndarray of float
        B fights when its cost is below x - p. With low = high, A knows the cost: 0 or 1.

    Raises
    ------
    ValueError
        If p lies outside [0, 1], a cost is below 0 or low exceeds high.

    References
    ----------
    fearon1995
    """
    z = probability("demand", demand) - probability("p", p)
    lowest, highest = _uniform(low, high)
    above_lowest = np.where(z - lowest > ROUNDING, z - lowest, 0.0)
    return np.clip(above_lowest / np.maximum(highest - lowest, ROUNDING), 0.0, 1.0)


def after_dialogue(
    low: ArrayLike, high: ArrayLike, cost_b: ArrayLike, learned: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Narrow what A believes of cB towards the truth.

    Parameters
    ----------
    low, high : array_like
        A's belief before the talks: cB uniform between them.
    cost_b : array_like
        B's true cost, within the range.
    learned : array_like
        Share of the uncertainty that the talks remove: 0 none, 1 all.

    Returns
    -------
    low, high : ndarray of float
        The belief after the talks. That talk is believed is assumed here: Fearon's point is that
        a state has reason to overstate its resolve, so words alone may narrow nothing.

    Raises
    ------
    ValueError
        If the true cost lies outside the range or `learned` outside [0, 1].

    References
    ----------
    fearon1995
    """
    lowest, highest = _uniform(low, high)
    truth, share = not_negative("cost_b", cost_b), probability("learned", learned)
    if ((truth < lowest) | (truth > highest)).any():
        raise ValueError("cost_b must lie between low and high")
    return (1 - share) * lowest + share * truth, (1 - share) * highest + share * truth


def dialogue_needed(
    cost_a: ArrayLike, low: ArrayLike, high: ArrayLike, cost_b: ArrayLike
) -> FloatArray:
    """Return the least share of the uncertainty to remove for the risk of war to reach 0.

    Parameters
    ----------
    cost_a, low, high, cost_b : array_like
        A's cost, A's belief about B's before the talks, and B's true cost.

    Returns
    -------
    ndarray of float
        The least `learned` of `after_dialogue` with low >= (high - cA) / 2 after the talks:
        (high - cA - 2 low) / (2 (cB - low) + high - cB), within [0, 1].

    References
    ----------
    fearon1995
    """
    lowest, highest = _uniform(low, high)
    truth = not_negative("cost_b", cost_b)
    excess = highest - not_negative("cost_a", cost_a) - 2 * lowest
    gained = 2 * (truth - lowest) + (highest - truth)
    return np.clip(excess / np.where(gained > 0, gained, 1.0), 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Bargain:
    """A demand, take it or leave it, for each amount of talk before it.

    Parameters
    ----------
    cost_b : float
        B's true cost of war.
    acceptable : tuple of float
        The shares of A that both sides prefer to war.
    low, high : ndarray of float, shape (n,)
        What A believes of B's cost after the talk.
    demand, risk : ndarray of float, shape (n,)
        The share that A demands, and the risk of war that it believes to run.
    capped : ndarray of bool, shape (n,)
        Whether A would demand more than the whole pie if it could; `needed` then does not hold.
    accepted : ndarray of bool, shape (n,)
        Whether B, with its true cost, accepts.
    needed : float
        The share of the uncertainty that talk has to remove for the risk to reach 0.
    """

    cost_b: float
    acceptable: tuple[float, float]
    low: FloatArray
    high: FloatArray
    demand: FloatArray
    risk: FloatArray
    capped: NDArray[np.bool_]
    accepted: NDArray[np.bool_]
    needed: float


def bargain_after_talk(
    p: float, cost_a: float, low: float, high: float, cost_b: float, learned: ArrayLike
) -> Bargain:
    """Work out the demand, its risk and the answer after talk that narrows A's belief.

    Parameters
    ----------
    p : float
        Probability that A wins a war.
    cost_a, cost_b : float
        The true costs of war, in shares of the pie.
    low, high : float
        A believes, before the talk, B's cost to be uniform between them.
    learned : array_like, shape (n,)
        Shares of the uncertainty that the talk removes, in [0, 1].

    Returns
    -------
    Bargain

    Raises
    ------
    ValueError
        If p or `learned` lies outside [0, 1], a cost is below 0 or the true one outside the range.

    References
    ----------
    fearon1995
    """
    lowest, highest = after_dialogue(low, high, cost_b, learned)
    demand = best_demand(p, cost_a, lowest, highest)
    risk = risk_of_war(demand, p, lowest, highest)
    start, end = bargaining_range(p, cost_a, cost_b)
    capped = np.maximum(lowest, (highest - cost_a) / 2) + p > 1 + TOLERANCE
    accepted = demand - p <= cost_b + TOLERANCE
    needed = float(dialogue_needed(cost_a, low, high, cost_b))
    acceptable = float(start), float(end)
    return Bargain(cost_b, acceptable, lowest, highest, demand, risk, capped, accepted, needed)


def _uniform(low: ArrayLike, high: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Check the ends of a belief about a cost."""
    lowest, highest = not_negative("low", low), not_negative("high", high)
    if (lowest > highest).any():
        raise ValueError("low must not exceed high in the range of B's cost")
    return lowest, highest
