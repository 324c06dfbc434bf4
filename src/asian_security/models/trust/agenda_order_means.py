"""The exact means behind `trust_building`, from the chances of every tally of promises.

Works are named by their key in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, probability
from asian_security.models.trust.agenda_order import ROUNDING, learns, sequence
from asian_security.models.trust.beliefs import expected_trust, trust_threshold


@dataclass(frozen=True, eq=False)
class ExpectedTalks:
    """Exact chances and means over all runs of one agenda.

    Parameters
    ----------
    accepted : ndarray of float, shape (..., issues)
        Chance that each issue (in the order of the table) is agreed.
    payoff, trust : ndarray of float, shape (...)
        Mean payoff, and mean trust at the end.
    """

    accepted: FloatArray
    payoff: FloatArray
    trust: FloatArray


def expect_from_talks(
    order: str | ArrayLike,
    gain: ArrayLike,
    loss: ArrayLike,
    reliability: ArrayLike,
    prior: tuple[float, float],
) -> ExpectedTalks:
    """Return the exact chances and means that `hold_talks` estimates.

    Parameters
    ----------
    order, gain, loss, prior
        As in `hold_talks`.
    reliability : array_like, shape (), (..., 1) or (..., issues)
        As in `hold_talks`; leading axes are separate cases.

    Returns
    -------
    ExpectedTalks
        Chance of agreement for each issue, mean payoff, mean trust at the end.

    Raises
    ------
    ValueError
        If a stake, a chance or the order is not valid.

    References
    ----------
    watson1999, osgood1962
    """
    agenda, needed = sequence(order, gain, loss), np.atleast_1d(trust_threshold(gain, loss))
    n, chance = len(needed), probability("reliability", reliability)
    chance = np.broadcast_to(chance, (*chance.shape[:-1], n))
    kept, broken = np.indices((n + 1, n + 1))
    trust = expected_trust(*prior, kept, broken)
    judged_by = trust if learns(order) else np.full_like(trust, trust[0, 0])
    state = np.ones((*chance.shape[:-1], 1, 1))
    accepted = np.zeros(chance.shape)
    for turn, issue in enumerate(agenda):
        willing = judged_by[: turn + 1, : turn + 1] >= needed[issue] - ROUNDING
        agreed, q = state * willing, chance[..., issue, None, None]
        accepted[..., issue] = agreed.sum(axis=(-2, -1))
        following = np.zeros((*chance.shape[:-1], turn + 2, turn + 2))
        following[..., :-1, :-1] = state - agreed
        following[..., 1:, :-1] += agreed * q
        following[..., :-1, 1:] += agreed * (1 - q)
        state = following
    worth = chance * np.asarray(gain) - (1 - chance) * np.asarray(loss)
    return ExpectedTalks(accepted, (accepted * worth).sum(-1), (state * trust).sum((-2, -1)))
