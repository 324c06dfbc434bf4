"""Who is tied to whom around the hotspots, and who feels an act there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from asian_security import data
from asian_security.analysis.borders import border_matrix
from asian_security.models.conflict import ripple

ROUNDS = 5
OUTSIDE = ("RUS", "USA", "AUS", "NZL")
"""States that are in the network besides those of the article's four subregions."""
TIES = ("neighbours", "defence promise", "trade")
_ROUNDING = 1e-9


@cache
def tie_tables() -> tuple[list[str], dict[str, np.ndarray]]:
    """Return the states of the ripple network and their ties of each kind, from the tables.

    Returns
    -------
    list of str
        ISO3 codes: the states of the article's four subregions and four outside states.
    dict of str to ndarray, shape (n, n)
        Entry [i, j] is the tie of i to j: 1 for neighbours (2016; by land, or across at most 400
        miles of water), 1 where i has promised to defend j (2018), and the share of i's trade
        that is with j (2014; five large partners only).
    """
    nodes = [*data.region(), *OUTSIDE]
    place = {iso3: i for i, iso3 in enumerate(nodes)}
    promise, trade = np.zeros((2, len(nodes), len(nodes)))
    for row in data.alliances(year=2018, promise="defence").itertuples():
        if row.iso3_a in place and row.iso3_b in place:
            promise[place[row.iso3_a], place[row.iso3_b]] = 1
    for row in data.trade_partners(year=2014).dropna(subset="share_of_total").itertuples():
        if row.iso3 in place and row.partner in place:
            trade[place[row.iso3], place[row.partner]] = min(row.share_of_total, 1)
    near = border_matrix(False, tuple(nodes))
    return nodes, dict(zip(TIES, (near, promise, trade), strict=True))


def stakes(neighbours: float, promise: float, trade: float) -> tuple[np.ndarray, np.ndarray]:
    """Weigh the ties of each kind and keep, for each pair of states, the strongest.

    Parameters
    ----------
    neighbours, promise : float
        What a border and a defence promise pass on, 0 to 1.
    trade : float
        What a state passes on for all of its trade; a share passes on that share of it. The
        product is cut at 1.

    Returns
    -------
    weights : ndarray of float, shape (n, n)
        Entry [i, j], 0 to 1: the stake of i in what happens to j.
    kind : ndarray of int, shape (n, n)
        Which kind of tie it is, by its place in ``TIES``.
    """
    _, tables = tie_tables()
    scale = dict(zip(TIES, (neighbours, promise, trade), strict=True))
    stack = np.stack([np.minimum(tables[kind] * scale[kind], 1) for kind in TIES])
    return stack.max(axis=0), stack.argmax(axis=0)


def reach_of_each(weights: np.ndarray, threshold: float) -> np.ndarray:
    """Count, for an act of each state, the other states that feel at least `threshold` of it.

    Parameters
    ----------
    weights : ndarray of float, shape (n, n)
        As :func:`stakes` returns them.
    threshold : float
        0 to 1.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    felt = ripple.spread(weights, np.eye(len(weights)), 1.0, rounds=ROUNDS).final
    return (felt >= threshold - _ROUNDING).sum(axis=1) - 1


def roles(hotspot: str) -> dict[str, str]:
    """Return the role at a hotspot of each state with a stated position.

    Parameters
    ----------
    hotspot : str
        A hotspot's key; no state has a role at any other place.

    Returns
    -------
    dict of str to str
        ``"party"`` or ``"interested state"`` by ISO3 code.
    """
    table = data.hotspot_parties()
    rows = table[table["hotspot"] == hotspot]
    return dict(zip(rows["iso3"], rows["role"], strict=True))


@dataclass(frozen=True, eq=False)
class ActRipple:
    """Who feels an act, in which round and along which tie.

    Parameters
    ----------
    actor : str
        The state that acts, by ISO3 code.
    roles : dict of str to str
        The role at the hotspot of each state with a stated position.
    passes : (float, float, float)
        What a border, a defence promise and trade pass on, as for :func:`stakes`.
    threshold : float
        The least share of the shock that counts as felt.
    states : list of str
        The n states of the network.
    felt : ndarray of float, shape (ROUNDS + 1, n)
        What each state feels after each round, 0 to 1.
    arrival : ndarray of int, shape (n,)
        The round in which each state first feels enough; 0 for the actor, -1 for never.
    carrier, tie : ndarray of int, shape (n,)
        Through which neighbour it came, and by which of ``TIES``; -1 where nothing came.
    typical_reach : float
        How many others an act reaches in the end, the median over all states that could act.
    """

    actor: str
    roles: dict[str, str]
    passes: tuple[float, float, float]
    threshold: float
    states: list[str]
    felt: np.ndarray
    arrival: np.ndarray
    carrier: np.ndarray
    tie: np.ndarray
    typical_reach: float

    @property
    def reach(self) -> int:
        """How many other states feel it in the end."""
        return int((self.arrival > 0).sum())

    @property
    def others(self) -> list[str]:
        """The states with a stated position, besides the actor."""
        return [iso3 for iso3 in self.roles if iso3 != self.actor]

    @property
    def not_reached(self) -> list[str]:
        """Those of ``others`` that never feel it, sorted."""
        return sorted(i for i in self.others if self.arrival[self.states.index(i)] < 0)

    def reached_by(self, last: int) -> list[str]:
        """Return the other states that feel it by a round."""
        return [self.states[i] for i in np.flatnonzero((self.arrival > 0) & (self.arrival <= last))]


def act_ripple(
    hotspot: str, actor: str, neighbours: float, promise: float, trade: float, threshold: float
) -> ActRipple:
    """Let an act spread along the ties between states.

    Parameters
    ----------
    hotspot : str
        Where the state acts: a hotspot's key, or anything else for a place that is none.
    actor : str
        The state that acts, by ISO3 code.
    neighbours, promise, trade : float
        What each kind of tie passes on, as for :func:`stakes`.
    threshold : float
        The least share of the shock that counts as felt, above 0.

    Returns
    -------
    ActRipple

    Raises
    ------
    ValueError
        If the actor is not in the network.
    """
    states, _ = tie_tables()
    if actor not in states:
        raise ValueError(f"actor must be one of {', '.join(states)}, got {actor!r}")
    weights, kind = stakes(neighbours, promise, trade)
    least = threshold - _ROUNDING
    spread = ripple.spread(weights, np.array(states) == actor, 1.0, rounds=ROUNDS)
    carrier = spread.carriers(weights, least)
    return ActRipple(
        actor,
        roles(hotspot),
        (neighbours, promise, trade),
        threshold,
        states,
        spread.history,
        spread.arrival(least),
        carrier,
        np.where(carrier < 0, -1, kind[np.arange(len(states)), carrier]),
        float(np.median(reach_of_each(weights, threshold))),
    )
