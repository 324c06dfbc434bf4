"""Insecurity that spreads along the borders of the region, by a threshold rule."""

from __future__ import annotations

from dataclasses import dataclass

from asian_security.analysis.borders import border_matrix, border_network
from asian_security.models.conflict import contagion

Tie = tuple[str, str]


@dataclass(frozen=True)
class Contagion:
    """Who turns insecure at which step, and along which ties.

    Attributes
    ----------
    arrival : dict of str to int
        The step at which each state (by iso3) turns insecure: 0 in the shock, -1 never.
    ties : list of (str, str)
        The pairs of neighbours.
    """

    arrival: dict[str, int]
    ties: list[Tie]

    @property
    def final(self) -> int:
        """How many states are insecure in the end."""
        return sum(when >= 0 for when in self.arrival.values())

    @property
    def last_step(self) -> int:
        """The step after which nothing changes."""
        return max(self.arrival.values())

    def neighbours(self, state: str) -> int:
        """Return how many neighbours a state has."""
        return sum(state in tie for tie in self.ties)

    def group(self, state: str, step: int) -> str:
        """Return what a state is at a step.

        Returns
        -------
        str
            "shock", "secure", "insecure", or "turns insecure now".
        """
        when = self.arrival[state]
        if when == 0:
            return "shock"
        if when < 0 or when > step:
            return "secure"
        return "turns insecure now" if when == step else "insecure"

    def passed(self, step: int) -> list[Tie]:
        """Return the ties across which insecurity has passed by a step."""
        times = {tie: sorted(self.arrival[state] for state in tie) for tie in self.ties}
        return [tie for tie, (first, second) in times.items() if 0 <= first < second <= step]


def spread_from(start: str, threshold: float, land_only: bool = True) -> Contagion:
    """Let one shock spread until nothing changes.

    Parameters
    ----------
    start : str
        The state, by iso3, in which the shock starts.
    threshold : float
        The share of a state's neighbours, in [0, 1], that turns it insecure.
    land_only : bool
        As in :func:`~asian_security.analysis.borders.border_network`.

    Returns
    -------
    Contagion

    Raises
    ------
    ValueError
        If the state is not in the network or the threshold lies outside [0, 1].

    References
    ----------
    watts2002
    """
    graph = border_network(land_only)
    states = list(graph)
    if start not in states:
        raise ValueError(f"{start!r} is not in the network of borders; it has {', '.join(states)}")
    shock = contagion.shock(len(states), states.index(start))
    run = contagion.cascade(border_matrix(land_only), shock, threshold)
    return Contagion(dict(zip(states, run.arrival.tolist(), strict=True)), list(graph.edges))
