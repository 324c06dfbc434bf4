"""Two states, two choices: cooperate or arm.

Jervis (1978) reads the dilemma as a stag hunt (R > T) or a prisoners' dilemma (T > R); the
payoffs are in `two_by_two`. The critical belief is the least trust at which a state cooperates,
the question of Kydd (2005). Sources: ``jervis1978`` and ``kydd2005`` in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, probability
from asian_security.models.games.two_by_two import Game


def expected_payoffs(game: Game, belief: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return what cooperating and what defecting are worth, given a belief.

    Parameters
    ----------
    game : Game
        The payoffs.
    belief : array_like
        Probability that the other side cooperates, in [0, 1].

    Returns
    -------
    cooperate, defect : ndarray of float
        ``belief R + (1 - belief) S`` and ``belief T + (1 - belief) P``.

    Raises
    ------
    ValueError
        If a belief lies outside [0, 1].

    References
    ----------
    jervis1978, kydd2005
    """
    q = probability("belief", belief)
    r, t, p, s = game.letters
    cooperate = q * r + (1 - q) * s
    defect = q * t + (1 - q) * p
    return cooperate, defect


def critical_belief(game: Game) -> FloatArray:
    """Return the belief from which cooperating is a best reply: (P-S) / ((R-T) + (P-S)).

    Parameters
    ----------
    game : Game
        The payoffs.

    Returns
    -------
    ndarray of float
        Cooperating is best for every belief of at least this value. 0 where cooperating is never
        worse, infinity where no belief is enough (prisoners' dilemma), not a number where
        cooperating pays only against a defector (chicken: the inequality turns round).

    References
    ----------
    jervis1978, kydd2005
    """
    gain, loss = game.gain_with_cooperator, -game.gain_with_defector
    never_worse = (gain >= 0) & (loss <= 0)
    never_best = (gain < 0) & (loss > 0)
    depends = (gain >= 0) & (loss > 0)
    threshold = loss / np.where(depends, gain + loss, 1.0)
    cases = [never_worse, never_best, depends]
    return np.select(cases, [0.0, np.inf, threshold], default=np.nan)[()]


def cooperates(game: Game, belief: ArrayLike) -> NDArray[np.bool_]:
    """Return whether cooperating is a best reply to a belief; a tie, rounding apart, is a yes.

    Parameters
    ----------
    game : Game
        The payoffs.
    belief : array_like
        Probability that the other side cooperates, in [0, 1].

    Returns
    -------
    ndarray of bool
        True where cooperating is worth at least as much as defecting.

    References
    ----------
    jervis1978, kydd2005
    """
    cooperate, defect = expected_payoffs(game, belief)
    return (cooperate >= defect) | np.isclose(cooperate, defect, rtol=1e-12, atol=1e-12)


def mixed_equilibrium(game: Game) -> FloatArray:
    """Return the chance of cooperating in the symmetric mixed equilibrium.

    Parameters
    ----------
    game : Game
        The payoffs.

    Returns
    -------
    ndarray of float
        (P-S) / ((R-T) + (P-S)) where it lies strictly between 0 and 1 (stag hunt, chicken);
        not a number where one choice is never worse than the other. It is the belief at which
        both choices of `expected_payoffs` are worth the same.
    """
    gain, loss = game.gain_with_cooperator, -game.gain_with_defector
    mixed = np.sign(gain) * np.sign(loss) > 0
    return np.where(mixed, loss / np.where(mixed, gain + loss, 1.0), np.nan)[()]


@dataclass(frozen=True)
class BestReply:
    """The two choices at a belief, and what the belief has to reach.

    Parameters
    ----------
    game : Game
        The payoffs.
    cooperate, defect : float
        What the choices are worth at the belief.
    cooperates : bool
        Whether cooperating is a best reply.
    threshold : float
        As `critical_belief` has it.
    crossing : float or None
        The belief at which the better choice changes, or 0 where cooperating is never worse; None
        if it does not change.
    """

    game: Game
    cooperate: float
    defect: float
    cooperates: bool
    threshold: float
    crossing: float | None


def best_reply(game: Game, belief: float) -> BestReply:
    """Compare the two choices of a state that holds a belief about the other side.

    Parameters
    ----------
    game : Game
        The payoffs, each a number.
    belief : float
        Probability that the other side cooperates, in [0, 1].

    Returns
    -------
    BestReply

    Raises
    ------
    ValueError
        If the belief lies outside [0, 1].

    References
    ----------
    jervis1978, kydd2005
    """
    cooperate, defect = (float(worth) for worth in expected_payoffs(game, belief))
    threshold, mixed = float(critical_belief(game)), float(mixed_equilibrium(game))
    crossing = next((value for value in (threshold, mixed) if np.isfinite(value)), None)
    return BestReply(game, cooperate, defect, bool(cooperates(game, belief)), threshold, crossing)
