"""Tournaments of the repeated prisoners' dilemma, played or worked out exactly.

After Axelrod (1984), key ``axelrod1984`` in ``data/references.bib``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asian_security.models._checks import FloatArray, generator
from asian_security.models.games.match import expected_payoffs, play
from asian_security.models.games.strategies import Strategy
from asian_security.models.games.two_by_two import PRISONERS_DILEMMA, Game


@dataclass(frozen=True, eq=False)
class Tournament:
    """A round robin in which everyone also meets its own twin.

    Parameters
    ----------
    names : tuple of str
        The strategies.
    payoffs : ndarray of float, shape (n, n)
        Mean payoff per round of the row against the column.
    """

    names: tuple[str, ...]
    payoffs: FloatArray

    @property
    def means(self) -> FloatArray:
        """Mean payoff per round of each strategy over all its matches, shape (n,)."""
        return self.payoffs.mean(axis=1)

    @property
    def ranking(self) -> tuple[str, ...]:
        """Names from the highest mean to the lowest; ties keep the order of entry."""
        return tuple(self.names[i] for i in np.argsort(-self.means.round(12), kind="stable"))


def tournament(
    strategies: Sequence[Strategy],
    *,
    rounds: int = 200,
    noise: float = 0.0,
    game: Game = PRISONERS_DILEMMA,
    repetitions: int | None = None,
    seed: int | np.random.Generator | None = None,
) -> Tournament:
    """Hold a round robin, exactly or, when `repetitions` and `seed` are given, by playing it.

    Parameters
    ----------
    strategies : sequence of Strategy
        The entrants, each name once.
    rounds, noise, game
        As in `play`.
    repetitions : int, optional
        How often each match is played; left out, the payoffs are exact means.
    seed : int or numpy.random.Generator, optional
        Required with `repetitions`.

    Returns
    -------
    Tournament
        Payoffs per round and ranking.

    Raises
    ------
    ValueError
        If a name comes twice, or only one of `repetitions` and `seed` is given.

    References
    ----------
    axelrod1984
    """
    names = tuple(strategy.name for strategy in strategies)
    if not names or len(set(names)) != len(names):
        raise ValueError(f"strategies must be one or more, each name once, got {list(names)}")
    if (repetitions is None) != (seed is None):
        raise ValueError("repetitions and seed must be given together, or neither")
    rng = None if seed is None else generator(seed)
    payoffs = np.empty((len(names), len(names)))
    for i, first in enumerate(strategies):
        for j, second in enumerate(strategies[: i + 1]):
            if rng is None or repetitions is None:
                pair = expected_payoffs(first, second, rounds=rounds, noise=noise, game=game)
            else:
                match = play(
                    first,
                    second,
                    rounds=rounds,
                    noise=noise,
                    game=game,
                    repetitions=repetitions,
                    seed=rng,
                )
                pair = match.scores.mean(axis=1) / rounds
            payoffs[i, j], payoffs[j, i] = pair if i != j else (pair.mean(), pair.mean())
    return Tournament(names, payoffs)
