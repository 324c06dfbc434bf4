"""Games of choice under anarchy: cooperation, promises and bargains."""

from asian_security.models.games.two_by_two import (
    PRISONERS_DILEMMA,
    STAG_HUNT,
    Game,
    nash_equilibria,
    payoff_table,
)

__all__ = [
    "PRISONERS_DILEMMA",
    "STAG_HUNT",
    "Game",
    "nash_equilibria",
    "payoff_table",
]
