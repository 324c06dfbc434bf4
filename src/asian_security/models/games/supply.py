"""Supplying a common good: by the weakest, by the sum, or by the best.

Security is set by the lowest effort (weakest link: a chain of border posts), by all efforts
together (summation) or by the highest (best shot: one early-warning system serves all). The
three rules and their incentives are those of Hirshleifer (1983), key ``hirshleifer1983`` in
``data/references.bib``. The barrel whose shortest stave sets the water line is the weakest-link
rule across domains instead of states.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, not_negative, numbers, positive, whole

RULES: dict[str, Callable[..., FloatArray]] = {
    "weakest link": np.min,
    "summation": np.sum,
    "best shot": np.max,
}


def supply(efforts: ArrayLike, rule: str) -> FloatArray:
    """Return the level of the common good.

    Parameters
    ----------
    efforts : array_like, shape (..., n)
        What each state (or domain) contributes.
    rule : {"weakest link", "summation", "best shot"}
        Lowest, sum or highest.

    Returns
    -------
    ndarray of float, shape (...)
        In the unit of effort.

    Raises
    ------
    ValueError
        If the rule is not one of the three.

    References
    ----------
    hirshleifer1983
    """
    if rule not in RULES:
        raise ValueError(f"rule must be one of {', '.join(RULES)}, got {rule!r}")
    return np.asarray(RULES[rule](numbers("efforts", efforts), axis=-1))


def payoffs(
    efforts: ArrayLike, cost: ArrayLike, rule: str, enough: ArrayLike = np.inf
) -> FloatArray:
    """Return what each state gets: the good, up to what it finds enough, less its own cost.

    Parameters
    ----------
    efforts : array_like, shape (..., n)
        Effort of each state, at least 0.
    cost : array_like, shape () or (n,)
        Cost of a unit of effort, in units of the good.
    rule : {"weakest link", "summation", "best shot"}
        How efforts become the good.
    enough : array_like, shape () or (n,)
        Level beyond which more is worth nothing to the state; no limit by default.

    Returns
    -------
    ndarray of float, shape (..., n)
        min(supply, enough) - cost * effort.

    References
    ----------
    hirshleifer1983; with the weakest link it is the game pi = min - c e.
    """
    effort = not_negative("efforts", efforts)
    return np.minimum(supply(effort, rule)[..., None], enough) - positive("cost", cost) * effort


def pure_equilibria(
    levels: ArrayLike, states: int, cost: ArrayLike, rule: str, enough: ArrayLike = np.inf
) -> FloatArray:
    """List the effort profiles from which no state gains by moving alone.

    Parameters
    ----------
    levels : array_like, shape (m,)
        The efforts a state can choose.
    states : int
        How many states; m ** states profiles are tried (at most 200,000).
    cost, rule, enough
        As in :func:`payoffs`.

    Returns
    -------
    ndarray of float, shape (k, states)
        One equilibrium per row, in lexicographic order.

    Raises
    ------
    ValueError
        If there are more than 200,000 profiles.

    References
    ----------
    hirshleifer1983
    """
    choices = np.unique(not_negative("levels", levels))
    if len(choices) ** whole("states", states, 1) > 200_000:
        raise ValueError(f"too many profiles: {len(choices)} levels for {states} states")
    profiles = np.array(list(product(choices, repeat=states)))
    own = payoffs(profiles, cost, rule, enough)
    stable = np.ones(len(profiles), dtype=bool)
    for state, level in product(range(states), choices):
        moved = profiles.copy()
        moved[:, state] = level
        gain = payoffs(moved, cost, rule, enough)[:, state] - own[:, state]
        stable &= gain <= 1e-12
    return profiles[stable]


def _staves(
    budget: float, start: ArrayLike, gain: ArrayLike
) -> tuple[float, FloatArray, FloatArray]:
    """Check a budget and the staves of a barrel: the level of each domain, and its gain."""
    level = not_negative("start", start)
    if level.ndim != 1:
        raise ValueError(f"start must be a list with one level per domain, got shape {level.shape}")
    return (
        float(not_negative("budget", budget)),
        level,
        positive("gain", gain) * np.ones(level.size),
    )


def optimal_budget(budget: float, start: ArrayLike, gain: ArrayLike, rule: str) -> FloatArray:
    """Spread a budget over domains so that the good is as high as it can be.

    Parameters
    ----------
    budget : float
        What can be spent.
    start : array_like, shape (n,)
        Security of each domain before.
    gain : array_like, shape () or (n,)
        Security that a unit of spending adds.
    rule : {"weakest link", "summation", "best shot"}
        How the domains make up security as a whole.

    Returns
    -------
    ndarray of float, shape (n,)
        Spending; it adds up to the budget. Weakest link: the lowest domains are raised to one
        common level. Otherwise all goes to one domain.

    References
    ----------
    hirshleifer1983 for the rules; the spreading is exact.
    """
    budget, start, gain = _staves(budget, start, gain)
    everything = np.eye(len(start)) * budget
    if rule != "weakest link":
        return everything[np.argmax(supply(start + everything * gain, rule))]
    order = np.argsort(start, kind="stable")
    price = np.cumsum(1 / gain[order])  # of raising the lowest domains together by one unit
    level = (budget + np.cumsum(start[order] / gain[order])) / price
    return np.maximum(level.min() - start, 0) / gain


def greedy_budget(
    budget: float, start: ArrayLike, gain: ArrayLike, rule: str, steps: int = 100
) -> FloatArray:
    """Spend a budget in equal steps, each where it helps the good most at once.

    Where no single step helps (two staves are equally short), the step goes where it adds most
    to its own domain. That is how a planner who looks one step ahead goes wrong.

    Parameters
    ----------
    budget, start, gain, rule
        As in :func:`optimal_budget`.
    steps : int
        Number of equal steps.

    Returns
    -------
    ndarray of float, shape (n,)
        Spending; it adds up to the budget.
    """
    budget, start, gain = _staves(budget, start, gain)
    step = np.eye(len(start)) * budget / whole("steps", steps, 1)
    spent = np.zeros(len(start))
    for _ in range(steps):
        helps = supply(start + (spent + step) * gain, rule)
        best = np.flatnonzero(np.isclose(helps, helps.max(), rtol=0, atol=1e-12))
        spent += step[best[np.argmax(gain[best])]]
    return spent
