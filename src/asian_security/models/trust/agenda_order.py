"""Easy issues first, hard ones first, or all at once: what each order does to trust.

The issues of an agenda come up one by one. Each asks for a trust of loss / (gain + loss); a
state that trusts less passes it over and learns nothing, a state that accepts sees the promise
kept or broken and revises its Beta(a, b) belief (see `beliefs`). `play_agenda` simulates many
runs; `expect_from_talks` gives their exact means, from the chances of every tally of promises.

Starting small is the advice of Osgood (1962) and Watson (1999), keys ``osgood1962`` and
``watson1999`` in ``data/references.bib``; the model is this course's own and illustrative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, generator, probability, whole
from asian_security.models.trust.beliefs import expected_trust, trust_threshold

ORDERS = ("easy first", "hard first", "all at once")
ROUNDING = 1e-12


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


def expect_from_talks(
    order: str | ArrayLike,
    gain: ArrayLike,
    loss: ArrayLike,
    reliability: ArrayLike,
    prior: tuple[float, float],
) -> ExpectedTalks:
    """Return the exact chances and means over all runs of an agenda.

    Parameters
    ----------
    order : {"easy first", "hard first", "all at once"} or array_like of int
        The agenda. "all at once" judges every issue by the trust at the start.
    gain, loss : array_like, shape (issues,)
        Stakes of each issue.
    reliability : array_like, shape (), (..., 1) or (..., issues)
        Chance that the other keeps a promise: a number, or one for each issue (a partner may keep
        small promises in order to break a large one); leading axes are separate cases.
    prior : pair of float
        a and b of the Beta belief at the start.

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


# Five issues, to be put on an agenda by hand --------------------------------------------------

ISSUES: dict[str, tuple[float, float]] = {
    "disaster_relief": (3.0, 2.0),
    "drugs_transnational_crime": (3.0, 4.0),
    "cyber": (4.0, 8.0),
    "terrorism_extremism": (4.0, 12.0),
    "traditional_security": (5.0, 20.0),
}
"""What a kept promise on each issue brings and what a broken one costs: illustrative units."""
GAIN = np.array([gain for gain, _ in ISSUES.values()])
LOSS = np.array([loss for _, loss in ISSUES.values()])
HARDEST = len(ISSUES) - 1
WAYS = ("one by one", "all at once", "package")
PARTNERS = ("steady", "opportunist", "stretched")
LESS_RELIABLE = 0.4


def reliability(level: float, partner: str) -> FloatArray:
    """Return the chance that each promise is kept, from the easiest issue to the hardest.

    Parameters
    ----------
    level : float
        Chance on issues where the partner is at its best, 0 to 1.
    partner : {"steady", "opportunist", "stretched"}
        The opportunist keeps the two largest promises less often, by 0.4; the stretched one the
        two smallest, because it wants to keep them and cannot.

    Returns
    -------
    ndarray of float, shape (5,)

    Raises
    ------
    ValueError
        If the partner is unknown.
    """
    if partner not in PARTNERS:
        raise ValueError(f"partner must be one of {', '.join(PARTNERS)}, got {partner!r}")
    chance = np.full(len(ISSUES), level)
    if partner == "opportunist":
        chance[-2:] -= LESS_RELIABLE
    if partner == "stretched":
        chance[:2] -= LESS_RELIABLE
    return np.clip(chance, 0, 1)


def trust_asked(order: Sequence[int], way: str) -> FloatArray:
    """Return the trust that each listed issue asks for; in a package, what the whole asks for.

    Parameters
    ----------
    order : sequence of int
        Positions of the issues in :data:`ISSUES`, first item first.
    way : {"one by one", "all at once", "package"}
        How they are talked about.

    Returns
    -------
    ndarray of float, shape (listed,)

    Raises
    ------
    ValueError
        If the way is unknown.
    """
    if way not in WAYS:
        raise ValueError(f"way must be one of {', '.join(WAYS)}, got {way!r}")
    listed = np.array(order, dtype=int)
    gain, loss = GAIN[listed], LOSS[listed]
    if way == "package" and len(listed):
        return np.full(len(listed), trust_threshold(gain.sum(), loss.sum()))
    return trust_threshold(gain, loss)


class Outlook(NamedTuple):
    """What an agenda brings on average, exactly.

    Parameters
    ----------
    agreed : ndarray of float, shape (listed,)
        Chance of agreement on each listed issue.
    breaks : float
        Mean number of broken promises.
    payoff : float
        Mean payoff.
    """

    agreed: FloatArray
    breaks: float
    payoff: float


def outlook(
    order: Sequence[int], way: str, chance: FloatArray, prior: tuple[float, float]
) -> Outlook:
    """Return the exact chance of agreement on each listed issue, mean breaks and mean payoff.

    Parameters
    ----------
    order : sequence of int
        Positions of the issues in :data:`ISSUES`, first item first; issues left out never come up.
    way : {"one by one", "all at once", "package"}
        How they are talked about; a package is agreed whole or not at all.
    chance : ndarray of float, shape (5,)
        Chance that each promise is kept.
    prior : pair of float
        a and b of the Beta belief at the start.

    Returns
    -------
    Outlook
        Rounded to 12 decimals, so that a value halfway between two thousandths is printed alike
        whatever the processor adds up first.

    Raises
    ------
    ValueError
        If the way is unknown.

    References
    ----------
    watson1999, osgood1962
    """
    listed, asked = np.array(order, dtype=int), trust_asked(order, way)
    if not len(listed):
        return Outlook(np.zeros(0), 0.0, 0.0)
    gain, loss, kept = GAIN[listed], LOSS[listed], chance[listed]
    if way == "package":
        willing = expected_trust(*prior) >= asked - ROUNDING
        agreed = willing.astype(float)
    else:
        in_turn = "all at once" if way == "all at once" else list(range(len(listed)))
        agreed = expect_from_talks(in_turn, gain, loss, kept, prior).accepted
    worth = kept * gain - (1 - kept) * loss
    breaks, payoff = (round(float(agreed @ each), 12) for each in (1 - kept, worth))
    return Outlook(agreed.round(12), breaks, payoff)


@dataclass(frozen=True, eq=False)
class PlayedAgenda:
    """Many runs of an agenda of the five issues, and what it brings on average.

    Parameters
    ----------
    order : tuple of int
        The listed issues, each once, by their positions in :data:`ISSUES`.
    repeated : bool
        Whether an issue was named twice.
    chance, asked : ndarray of float, shape (listed,)
        Chance that each promise is kept, and the trust that each issue asks for.
    accepted, honest : ndarray of bool, shape (runs, listed)
        Whether each issue was agreed, and whether its promise is or would be kept.
    trust : ndarray of float, shape (runs, listed + 1)
        Expected trust before the first item and after each.
    average : Outlook
        Exact chances and means.
    """

    order: tuple[int, ...]
    repeated: bool
    chance: FloatArray
    asked: FloatArray
    accepted: NDArray[np.bool_]
    honest: NDArray[np.bool_]
    trust: FloatArray
    average: Outlook


def play_agenda(
    named: Sequence[int],
    way: str,
    chance: FloatArray,
    prior: tuple[float, float],
    *,
    runs: int,
    seed: int,
) -> PlayedAgenda:
    """Simulate many runs of an agenda of the five issues.

    Parameters
    ----------
    named : sequence of int
        Positions of the issues in :data:`ISSUES`, first item first; one named twice comes up once.
    way, chance, prior
        As in :func:`outlook`.
    runs : int
        Number of runs.
    seed : int
        One seed gives each issue the same luck, whatever else is listed.

    Returns
    -------
    PlayedAgenda

    Raises
    ------
    ValueError
        If the way is unknown, or the runs or the seed are not valid.

    References
    ----------
    watson1999, osgood1962
    """
    order = tuple(dict.fromkeys(named))
    listed = np.array(order, dtype=int)
    luck = generator(seed).random((whole("runs", runs, 1), len(ISSUES)))
    honest, asked = (luck < chance)[:, listed], trust_asked(order, way)
    in_turn, learning = np.arange(len(listed)), way == "one by one"
    accepted, trust = accept_in_turn(in_turn, asked, honest, prior, learning)
    average = outlook(order, way, chance, prior)
    repeated = len(named) > len(order)
    return PlayedAgenda(order, repeated, chance[listed], asked, accepted, honest, trust, average)
