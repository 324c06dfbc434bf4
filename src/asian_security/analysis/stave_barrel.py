"""A budget for a barrel: the security that spending on its staves yields under three rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from asian_security.models.games import supply

BUDGET = 6.0
"""What can be spent (units)."""
STAVES: dict[str, tuple[str, float]] = {
    "conflict": ("Armed conflict", 6.0),
    "economy": ("Economy and finance", 4.5),
    "health": ("Public health", 3.0),
    "cyber": ("Cyber security", 2.0),
    "climate": ("Climate", 3.5),
}
"""The name of each stave and its level before anything is spent (units, illustrative)."""
START = np.array([level for _, level in STAVES.values()])


@dataclass(frozen=True)
class Barrel:
    """The barrel after the money is spent; lists are in the order of ``STAVES``.

    Attributes
    ----------
    spent, levels : list of float
        What went to each stave, and its level after that (units).
    cut : bool
        Whether more was asked for than there is.
    security, best : float
        The security that this brings, and what the same money could bring (units).
    """

    spent: list[float]
    levels: list[float]
    cut: bool
    security: float
    best: float


def spend(requested: Mapping[str, float], rule: str) -> Barrel:
    """Raise the staves, each by a unit for a unit of money.

    Parameters
    ----------
    asked : mapping of str to float
        What is asked for each stave, at least 0; cut in proportion where it exceeds ``BUDGET``.
    rule : {"weakest link", "summation", "best shot"}
        How the staves make up security as a whole.

    Returns
    -------
    Barrel

    Raises
    ------
    ValueError
        If an amount is negative or the rule is not one of the three.

    References
    ----------
    hirshleifer1983
    """
    amounts = np.array([float(requested[stave]) for stave in STAVES])
    if (amounts < 0).any():
        raise ValueError(f"spending must be at least 0, got {amounts.min():g}")
    over = bool(amounts.sum() > BUDGET + 1e-9)
    spent = amounts * BUDGET / amounts.sum() if over else amounts
    levels = START + spent
    best = START + supply.optimal_budget(float(spent.sum()), START, 1.0, rule)
    security, could = (float(supply.supply(v, rule)) for v in (levels, best))
    return Barrel(spent.tolist(), levels.tolist(), over, security, could)


def raise_the_shortest() -> dict[str, float]:
    """Spend the budget in the best way for the weakest link, rounded to half units.

    Returns
    -------
    dict of str to float
        Spending by stave (units).
    """
    best = supply.optimal_budget(BUDGET, START, 1.0, "weakest link")
    return {stave: round(float(v) * 2) / 2 for stave, v in zip(STAVES, best, strict=True)}
