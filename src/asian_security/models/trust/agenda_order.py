"""Easy issues first, hard ones first, or all at once: what each order does to trust.

The issues of an agenda come up one by one. Each asks for a trust of loss / (gain + loss); a
state that trusts less passes it over and learns nothing, a state that accepts sees the promise
kept or broken and revises its Beta(a, b) belief (see `beliefs`). `hold_talks` simulates many runs;
`expect_from_talks` gives their exact means, from the chances of every tally of promises.

Starting small is the advice of Osgood (1962) and Watson (1999), keys ``osgood1962`` and
``watson1999`` in ``data/references.bib``; the model is this course's own and illustrative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, generator, probability, whole
from asian_security.models.trust.beliefs import expected_trust, trust_threshold

ORDERS = ("easy first", "hard first", "all at once")
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Talks:
    """Many runs of one agenda.

    Parameters
    ----------
    agenda : ndarray of int, shape (issues,)
        The order in which the issues came up.
    accepted, kept : ndarray of bool, shape (runs, issues)
        Whether each issue (in the order of the table) was agreed, and the promise kept.
    trust : ndarray of float, shape (runs, issues + 1)
        Expected trust before the first item of the agenda and after each.
    payoff : ndarray of float, shape (runs,)
        Gains of kept promises less losses of broken ones.
    """

    agenda: NDArray[np.int64]
    accepted: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    trust: FloatArray
    payoff: FloatArray


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


def sequence(order: str | ArrayLike, gain: ArrayLike, loss: ArrayLike) -> NDArray[np.int64]:
    """Return the positions of the issues in the order in which they come up.

    Parameters
    ----------
    order : {"easy first", "hard first", "all at once"} or array_like of int
        By the trust each issue asks for, or an order of one's own.
    gain, loss : array_like, shape (issues,)
        Stakes of each issue.

    Returns
    -------
    ndarray of int, shape (issues,)
        The agenda.

    Raises
    ------
    ValueError
        If the order is unknown or does not name each issue once.
    """
    needed = np.atleast_1d(trust_threshold(gain, loss))
    if isinstance(order, str):
        if order not in ORDERS:
            raise ValueError(f"order must be one of {', '.join(ORDERS)} or a list, got {order!r}")
        return np.argsort(-needed if order == "hard first" else needed, kind="stable")
    positions = np.asarray(order)
    if sorted(positions.ravel().tolist()) != list(range(len(needed))):
        raise ValueError(f"order must name each of the issues 0 to {len(needed) - 1} once")
    return positions.astype(int)


def learns(order: str | ArrayLike) -> bool:
    """Return whether an agenda lets trust change between issues; "all at once" does not."""
    return not (isinstance(order, str) and order == "all at once")


def hold_talks(
    order: str | ArrayLike,
    gain: ArrayLike,
    loss: ArrayLike,
    reliability: ArrayLike,
    prior: tuple[float, float],
    *,
    runs: int,
    seed: int | np.random.Generator,
) -> Talks:
    """Simulate many runs of an agenda.

    Parameters
    ----------
    order : {"easy first", "hard first", "all at once"} or array_like of int
        The agenda. "all at once" judges every issue by the trust at the start.
    gain, loss : array_like, shape (issues,)
        Stakes of each issue.
    reliability : array_like
        Chance that the other keeps a promise: a number, or one for each issue (a partner may keep
        small promises in order to break a large one).
    prior : pair of float
        a and b of the Beta belief at the start.
    runs : int
        Number of runs.
    seed : int or numpy.random.Generator
        One seed gives every order the same luck, issue by issue.

    Returns
    -------
    Talks
        Every run.

    Raises
    ------
    ValueError
        If a stake, a chance or the order is not valid.

    References
    ----------
    watson1999, osgood1962
    """
    agenda, needed = sequence(order, gain, loss), np.atleast_1d(trust_threshold(gain, loss))
    chance = np.broadcast_to(probability("reliability", reliability), needed.shape)
    honest = generator(seed).random((whole("runs", runs, 1), len(needed))) < chance
    accepted, trust = accept_in_turn(agenda, needed, honest, prior, learns(order))
    kept, broken = accepted & honest, accepted & ~honest
    payoff = kept @ np.atleast_1d(gain) - broken @ np.atleast_1d(loss)
    return Talks(agenda, accepted, kept, trust, payoff)


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


def accept_in_turn(
    agenda: NDArray[np.int64],
    needed: FloatArray,
    honest: NDArray[np.bool_],
    prior: tuple[float, float],
    learning: bool = True,
) -> tuple[NDArray[np.bool_], FloatArray]:
    """Take up the issues one by one: accept what trust allows, then revise trust.

    Parameters
    ----------
    agenda : ndarray of int, shape (issues,)
        The order.
    needed : ndarray of float, shape (issues,)
        Trust that each issue asks for.
    honest : ndarray of bool, shape (runs, issues)
        Whether the other side would keep its promise.
    prior : pair of float
        a and b of the Beta belief at the start.
    learning : bool
        Whether an issue is judged by the trust of the moment or by that of the start.

    Returns
    -------
    accepted : ndarray of bool, shape (runs, issues)
        What was agreed.
    trust : ndarray of float, shape (runs, issues + 1)
        Expected trust before the first item and after each.
    """
    accepted = np.zeros(honest.shape, dtype=bool)
    trust = [np.full(len(honest), expected_trust(*prior))]
    for issue in agenda:
        judged_by = trust[-1] if learning else trust[0]
        accepted[:, issue] = judged_by >= needed[issue] - ROUNDING
        kept = (accepted & honest).sum(axis=1)
        broken = (accepted & ~honest).sum(axis=1)
        trust.append(expected_trust(*prior, kept, broken))
    return accepted, np.stack(trust, axis=1)
