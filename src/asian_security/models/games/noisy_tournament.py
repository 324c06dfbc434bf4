"""A tournament in which some moves slip, and what the strategies earn against their own kind.

After Axelrod (1984), Molander (1985) and Nowak and Sigmund (1992): ``axelrod1984``,
``molander1985`` and ``nowak1992`` in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass

from asian_security.models.games import repeated_games
from asian_security.models.games.strategies import STRATEGIES
from asian_security.models.games.tournament import tournament

MEMORY_ONE = {
    name: strategy.memory_one
    for name, strategy in STRATEGIES.items()
    if strategy.is_memory_one and name != "suspicious tit for tat"
}
"""The strategies whose long run is worked out, by their chances after CC, CD, DC and DD.

Suspicious tit for tat is left out: but for its first move it is tit for tat.
"""


@dataclass(frozen=True)
class Standings:
    """What the strategies earn a round, the best first.

    Parameters
    ----------
    slips : float
        Chance that a move comes out as its opposite.
    names : list of str
        The strategies, from the highest mean to the lowest.
    means, twins : list of float
        What each earns over all its matches, and against its own twin.
    long_run : list of float or None
        What it earns against its twin in the long run; None for strategies that are not in
        `MEMORY_ONE`, and without slips, where the long run depends on the first moves.
    """

    slips: float
    names: list[str]
    means: list[float]
    twins: list[float]
    long_run: list[float | None]


def rank_strategies(rounds: int, slips: float) -> Standings:
    """Hold a tournament of all strategies and set their long run beside it.

    Parameters
    ----------
    rounds : int
        Rounds in a match.
    slips : float
        Chance that a move comes out as its opposite, in [0, 0.5].

    Returns
    -------
    Standings
        Exact means, not one run.

    Raises
    ------
    ValueError
        If the rounds are fewer than 1 or the chance lies outside [0, 0.5].

    References
    ----------
    axelrod1984, molander1985, nowak1992
    """
    result = tournament(list(STRATEGIES.values()), rounds=rounds, noise=slips)
    names = list(result.ranking)
    place = [result.names.index(name) for name in names]
    means, twins = result.means[place].tolist(), result.payoffs[place, place].tolist()
    return Standings(slips, names, means, twins, [_long_run(name, slips) for name in names])


def _long_run(name: str, slips: float) -> float | None:
    if name not in MEMORY_ONE or slips == 0:
        return None
    chances = MEMORY_ONE[name]
    return float(repeated_games.long_run_payoffs(chances, chances, slips)[0])
