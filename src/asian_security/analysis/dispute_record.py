"""Five powers by their disputes, and the other networks from which the balance machine starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asian_security import data
from asian_security.models.balance import balance_dynamics

SignMatrix = NDArray[np.int64]
Tie = tuple[int, int]

POWERS = ("CHN", "USA", "JPN", "IND", "RUS")
LETTERS = ("P", "Q", "A", "B", "C", "D")
"""The six states of the machine, in the order of every matrix."""
PAIRS = tuple(combinations(range(len(LETTERS)), 2))
PAIR_NAMES = tuple(f"{LETTERS[i]}-{LETTERS[j]}" for i, j in PAIRS)


def _friends(number: int) -> SignMatrix:
    return np.ones((number, number), int) - np.eye(number, dtype=int)


def dispute_signs(
    first: int = 1991, last: int = 2010, powers: Sequence[str] = POWERS
) -> SignMatrix:
    """Code five powers by their disputes: -1 if a militarised dispute began in the years, else +1.

    Parameters
    ----------
    first, last : int
        Years in which disputes begin; the source stops in 2010.
    powers : sequence of str
        Among CHN, IND, JPN, RUS and USA, the great powers of the table.

    Returns
    -------
    ndarray of int, shape (n, n)
        Sign matrix. "No dispute" is not friendship; the coding is made for the model.

    Raises
    ------
    ValueError
        If a power is not one of the five or the years are in the wrong order.
    """
    wrong = [name for name in powers if name not in POWERS]
    if wrong:
        raise ValueError(f"powers must be among {', '.join(POWERS)}, got {wrong[0]!r}")
    if first > last:
        raise ValueError(f"first must not come after last, got {first} and {last}")
    table = data.disputes()
    table = table[table["great_powers"] & table["start_year"].between(first, last)]
    at_odds = {frozenset(pair) for pair in zip(table["iso3_a"], table["iso3_b"], strict=True)}
    signs = _friends(len(powers))
    for i, j in combinations(range(len(powers)), 2):
        if frozenset((powers[i], powers[j])) in at_odds:
            signs[i, j] = signs[j, i] = -1
    return signs


# The balance machine -------------------------------------------------------------------------


def _camps(*camps: str) -> SignMatrix:
    side = {letter: k for k, camp in enumerate(camps) for letter in camp}
    camp = np.array([side[letter] for letter in LETTERS])
    return np.where(camp[:, None] == camp, 1, -1) - np.eye(len(LETTERS), dtype=int)


def _rivals() -> SignMatrix:
    signs = _friends(len(LETTERS))
    signs[0, 1] = signs[1, 0] = -1
    return signs


def _both_ways() -> SignMatrix:
    signs = _camps("PAB", "QCD")
    signs[1, 3] = signs[3, 1] = 1
    return signs


def _measured() -> SignMatrix:
    signs = np.zeros((len(LETTERS), len(LETTERS)), int)
    signs[: len(POWERS), : len(POWERS)] = dispute_signs()
    return signs


STARTS: dict[str, tuple[str, Callable[[], SignMatrix]]] = {
    "rivals": ("Two rivals with four common friends", _rivals),
    "both": ("Two camps, and B keeps a friend in each", _both_ways),
    "camps": ("Two camps of three", lambda: _camps("PAB", "QCD")),
    "three": ("Three camps of two", lambda: _camps("PA", "QB", "CD")),
    "friends": ("All friends", lambda: _camps("PQABCD")),
    "disputes": ("Five powers by militarised disputes 1991-2010", _measured),
}
"""Each start's description, and the function that returns its sign matrix."""


def starting_signs(start: str, flipped: Sequence[str] = ()) -> SignMatrix:
    """Return the signs from which the balance machine starts.

    Parameters
    ----------
    start : str
        One of :data:`STARTS`.
    flipped : sequence of str
        Ties whose sign is turned, as in :data:`PAIR_NAMES`.

    Returns
    -------
    ndarray of int, shape (6, 6)
        Sign matrix; 0 where there is no tie.
    """
    signs = STARTS[start][1]()
    for name in flipped:
        i, j = PAIRS[PAIR_NAMES.index(name)]
        signs[i, j] = signs[j, i] = -signs[i, j]
    return signs


def starting_strengths(signs: SignMatrix, rivalry: float, tilt: float) -> NDArray[np.floating[Any]]:
    """Return how strong each tie of the balance machine is at the start.

    Parameters
    ----------
    signs : ndarray of int, shape (6, 6)
        From :func:`starting_signs`.
    rivalry : float
        Strength of the tie between P and Q; the others have 1.
    tilt : float
        How much more A's tie with P weighs, and how much less its tie with Q.

    Returns
    -------
    ndarray of float, shape (6, 6)
    """
    weights = np.ones(signs.shape)
    weights[0, 1] = weights[1, 0] = rivalry
    weights[0, 2] = weights[2, 0] = 1 + tilt
    weights[1, 2] = weights[2, 1] = 1 - tilt
    return signs * weights


@dataclass(frozen=True, eq=False)
class Motion:
    """The machine at one moment between its start and its end.

    Attributes
    ----------
    start, signs : ndarray of int, shape (6, 6)
        Signs of the ties at the start and now.
    strengths : ndarray of float, shape (6, 6)
        Strengths of the ties now.
    end : float
        When the strengths break, in the model's own time.
    pattern : ndarray of float, shape (6,), or None
        How strongly each state belongs to the two camps in which it ends; None if no pattern wins.
    drift : float
        How far that pattern has taken over, 0 at the start to 1.
    """

    start: SignMatrix
    signs: SignMatrix
    strengths: NDArray[np.floating[Any]]
    end: float
    pattern: NDArray[np.floating[Any]] | None
    drift: float


def run_machine(signs: SignMatrix, rivalry: float, tilt: float, share: float) -> Motion:
    """Let the ties of the balance machine evolve by dX/dt = X^2.

    Parameters
    ----------
    signs : ndarray of int, shape (6, 6)
        From :func:`starting_signs`.
    rivalry, tilt : float
        As in :func:`starting_strengths`.
    share : float
        How much of the time to the break has passed, at least 0 and below 1.

    References
    ----------
    marvel2011
    """
    ties = starting_strengths(signs, rivalry, tilt)
    end = balance_dynamics.blow_up_time(ties)
    strengths = balance_dynamics.evolve(ties, share * end)[0]
    try:
        pattern = balance_dynamics.final_pattern(ties)
    except ValueError:
        pattern = None
    begun, led = balance_dynamics.leading_share(ties, [0, share * end])
    drift = float((led - begun) / (1 - begun)) if begun < 1 else 1.0
    now = np.where(np.abs(strengths) < 1e-9, 0, np.sign(strengths)).astype(int)
    np.fill_diagonal(now, 0)
    return Motion(signs, now, strengths, end, pattern, drift)


def tensest_tie(signs: SignMatrix) -> tuple[Tie, int] | None:
    """Return the tie that most unbalanced triangles share, and how many fewer a flip leaves."""
    pressure = balance_dynamics.pressure(signs)
    best = max(PAIRS, key=lambda pair: int(pressure[pair]))
    value = int(pressure[best])
    return (best, value) if value > 0 else None
