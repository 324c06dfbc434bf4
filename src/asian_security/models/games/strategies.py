"""Strategies for the repeated prisoners' dilemma, as small automata.

An automaton is in one state at a time; each state cooperates with some chance, and the outcome of
the round (CC, CD, DC or DD, its own move first) decides the next state. State 0 is the start.
`match` and `tournament` play these automata; `repeated_games` takes the memory-one vector of those
that remember no more than the last round.

Tit for tat and its rivals are those of Axelrod (1984), generous tit for tat that of Molander
(1985) and Nowak and Sigmund (1992): ``axelrod1984``, ``molander1985`` and ``nowak1992`` in
``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from asian_security.models._checks import FloatArray, between, probability


@dataclass(frozen=True)
class Strategy:
    """One automaton.

    Parameters
    ----------
    name : str
        What it is called.
    cooperates : tuple of float
        Chance of cooperating in each state; state 0 is the start.
    following : tuple of tuple of int
        Next state after CC, CD, DC and DD, for each state.
    rule : str
        What it does, in words.

    Raises
    ------
    ValueError
        If a chance lies outside [0, 1] or a next state does not exist.
    """

    name: str
    cooperates: tuple[float, ...]
    following: tuple[tuple[int, int, int, int], ...]
    rule: str = ""

    def __post_init__(self) -> None:
        probability(f"cooperates of {self.name}", self.cooperates)
        table = np.asarray(self.following)
        states = len(self.cooperates)
        if table.shape != (states, 4) or (table < 0).any() or (table >= states).any():
            raise ValueError(
                f"following of {self.name} must give one of the {states} states "
                "after CC, CD, DC and DD, for each state"
            )

    @property
    def is_memory_one(self) -> bool:
        """Whether the outcome of the last round alone decides the next move."""
        return len(set(self.following)) == 1

    @property
    def memory_one(self) -> tuple[float, ...]:
        """Chances of cooperating after CC, CD, DC and DD.

        Raises
        ------
        ValueError
            If the strategy remembers more than the last round.

        References
        ----------
        nowak1992
        """
        if not self.is_memory_one:
            raise ValueError(f"{self.name} remembers more than the last round")
        return tuple(self.cooperates[state] for state in self.following[0])


def with_noise(chances: ArrayLike, noise: ArrayLike) -> FloatArray:
    """Return the chance that cooperation is what comes out, if some moves slip.

    Parameters
    ----------
    chances : array_like
        Chance that a strategy means to cooperate.
    noise : array_like
        Chance that a move comes out as its opposite, in [0, 0.5]; broadcasts with `chances`.

    Returns
    -------
    ndarray of float
        (1 - noise) chances + noise (1 - chances).

    Raises
    ------
    ValueError
        If a chance lies outside [0, 1] or the noise outside [0, 0.5].

    References
    ----------
    molander1985
    """
    meant, slip = probability("chances", chances), between("noise", noise, 0.0, 0.5)
    return (1 - slip) * meant + slip * (1 - meant)


STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        Strategy("always cooperate", (1.0,), ((0, 0, 0, 0),), "Cooperates whatever happens."),
        Strategy("always defect", (0.0,), ((0, 0, 0, 0),), "Defects whatever happens."),
        Strategy(
            "tit for tat",
            (1.0, 0.0),
            ((0, 1, 0, 1), (0, 1, 0, 1)),
            "Cooperates first, then does what the other did last.",
        ),
        Strategy(
            "suspicious tit for tat",
            (0.0, 1.0),
            ((1, 0, 1, 0), (1, 0, 1, 0)),
            "Defects first, then does what the other did last.",
        ),
        Strategy(
            "generous tit for tat",
            (1.0, 1 / 3),
            ((0, 1, 0, 1), (0, 1, 0, 1)),
            "Tit for tat that forgives every third defection on average.",
        ),
        Strategy(
            "tit for two tats",
            (1.0, 1.0, 0.0),
            ((0, 1, 0, 1), (0, 2, 0, 2), (0, 2, 0, 2)),
            "Defects only after two defections in a row.",
        ),
        Strategy(
            "win-stay lose-shift",
            (1.0, 0.0),
            ((0, 1, 1, 0), (0, 1, 1, 0)),
            "Repeats its move after R or T, changes it after P or S.",
        ),
        Strategy(
            "grim trigger",
            (1.0, 0.0),
            ((0, 1, 1, 1), (1, 1, 1, 1)),
            "Cooperates until either side defects, then defects for ever.",
        ),
        Strategy("random", (0.5,), ((0, 0, 0, 0),), "Tosses a coin."),
    )
}
