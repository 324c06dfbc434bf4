"""Who hears whom among six states, and the outcome of an exchange of views between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from asian_security import data
from asian_security.analysis import networks
from asian_security.models.institutions import consensus, listening

SIX = ("JPN", "USA", "KOR", "RUS", "PRK", "CHN")
PATTERNS = ("allies", "table", "hub", "forums")
ROUNDS = 40
_FORUMS = ("multilateral forum", "minilateral", "dialogue", "economic")


@cache
def _shared(kinds: tuple[str, ...]) -> np.ndarray:
    """Count the mechanisms of these kinds in which each two of the six have seats."""
    named = data.mechanisms(as_of=data.as_of(), kind=kinds)["mechanism"]
    seats = data.memberships(as_of=data.as_of(), status=data.SEATS, state=SIX)
    graph = networks.two_mode(seats[seats["mechanism"].isin(named)], states=list(SIX))
    seated = networks.incidence(graph).loc[list(SIX)].to_numpy(float)
    return seated @ seated.T * (1 - np.eye(len(SIX)))


def listening_ties(pattern: str, hub: str = "CHN", line: float = 0.0) -> np.ndarray:
    """Return how much each of the six hears each other.

    Parameters
    ----------
    pattern : {"allies", "table", "hub", "forums"}
        Alliances and one line between China and the United States; all alike; all hear one hub;
        as many ties as forums shared.
    hub : str
        The hub, by iso3, for the pattern "hub".
    line : float
        The weight of the line, for the pattern "allies"; an alliance has 1.

    Returns
    -------
    ndarray of float, shape (6, 6)
        Symmetric, in the order of ``SIX``; 0 on the diagonal.

    Raises
    ------
    ValueError
        If there is no such pattern, or the hub is none of the six.
    """
    if pattern not in PATTERNS:
        raise ValueError(f"pattern must be one of {', '.join(PATTERNS)}, got {pattern!r}")
    if hub not in SIX:
        raise ValueError(f"hub must be one of {', '.join(SIX)}, got {hub!r}")
    if pattern == "table":
        return np.ones((6, 6)) - np.eye(6)
    if pattern == "forums":
        return _shared(_FORUMS).copy()
    if pattern == "hub":
        spoke = np.eye(6)[SIX.index(hub)]
        return np.abs(spoke[:, None] - spoke)
    ties, (a, b) = _shared(("alliance",)).copy(), (SIX.index("CHN"), SIX.index("USA"))
    ties[a, b] = ties[b, a] = line
    return ties


@dataclass(frozen=True, eq=False)
class Exchange:
    """An exchange of views among the six, in the order of ``SIX``.

    Attributes
    ----------
    ties : ndarray of float, shape (6, 6)
        How much each hears each other.
    views : ndarray of float, shape (ROUNDS + 1, 6)
        Support for the proposal, 0 to 1, at the start and after each round.
    weights : ndarray of float, shape (6,), or None
        The weight of each view in the consensus; None if there is none.
    speed : float
        The factor by which differences shrink in a round in the long run.
    """

    ties: np.ndarray
    views: np.ndarray
    weights: np.ndarray | None
    speed: float


def exchange_views(ties: np.ndarray, proposer: str, own: float) -> Exchange:
    """Let one of the six propose, and all move towards those whom they hear.

    Parameters
    ----------
    ties : ndarray of float, shape (6, 6)
        As :func:`listening_ties` returns them.
    proposer : str
        Who starts at 1, by iso3; all others start at 0.
    own : float
        The weight that each keeps for its own view, in [0, 1].

    Returns
    -------
    Exchange

    Raises
    ------
    ValueError
        If the proposer is none of the six or the weight lies outside [0, 1].

    References
    ----------
    degroot1974
    """
    if proposer not in SIX:
        raise ValueError(f"proposer must be one of {', '.join(SIX)}, got {proposer!r}")
    matrix = listening.listening(ties, own)
    views = consensus.exchange(matrix, np.eye(6)[SIX.index(proposer)], ROUNDS)
    weights = consensus.influence(matrix) if listening.reaches_consensus(matrix) else None
    return Exchange(ties, views, weights, consensus.speed(matrix))
