"""The escalation ladder: a crisis climbs and descends until it ends in calm or in war.

Rung 0 is calm and rung N is war; both absorb. From a rung between, a crisis goes one rung up
with probability p, one rung down with q, and stays otherwise. A hotline turns some of the steps
up into steps down; rules for incidents turn some of them into pauses. The results are those of
absorbing Markov chains; with equal p and q on every rung it is the gambler's ruin.

The ladder is a stylised model of this course, not a published one, and its probabilities are
illustrative: nobody has measured them for a real crisis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import (
    FloatArray,
    between,
    generator,
    not_negative,
    probability,
    square,
    whole,
)


def _interior(up: ArrayLike, down: ArrayLike, rungs: int) -> tuple[FloatArray, FloatArray]:
    """Check the step probabilities, and give them one value per rung between the ends."""
    inside = whole("rungs", rungs, 2) - 1
    p, q = between("up", up, 0, 1, "(]"), probability("down", down)
    for value in (p, q):
        if value.ndim and value.shape[-1] not in (1, inside):
            raise ValueError(
                f"up and down need {inside} values, one per rung, got {value.shape[-1]}"
            )
    shape = np.broadcast_shapes(p.shape, q.shape, (inside,))
    p, q = np.broadcast_to(p, shape), np.broadcast_to(q, shape)
    between("up + down", p + q, 0, 1 + 1e-12)
    return p, q


def ladder(up: ArrayLike, down: ArrayLike, rungs: int) -> FloatArray:
    """Write a ladder as a transition matrix.

    Parameters
    ----------
    up, down : array_like, shape () or (rungs - 1,)
        Probability of a step up and of a step down, on each rung between the ends.
    rungs : int
        N, the highest rung.

    Returns
    -------
    ndarray of float, shape (N + 1, N + 1)
        Entry [i, j] is the probability of going from rung i to rung j.

    Raises
    ------
    ValueError
        If up is 0, a probability lies outside [0, 1], or up + down exceeds 1.
    """
    p, q = _interior(up, down, rungs)
    matrix = np.eye(rungs + 1)
    rung = np.arange(1, rungs)
    matrix[rung, rung] = np.maximum(1 - p - q, 0)  # rounding can leave a little less than 0
    matrix[rung, rung + 1] = p
    matrix[rung, rung - 1] = q
    return matrix


@dataclass(frozen=True, eq=False)
class Absorption:
    """How an absorbing chain ends.

    Parameters
    ----------
    transient, absorbing : ndarray of int
        The states of each kind, by number.
    visits : ndarray of float, shape (t, t)
        The fundamental matrix (I - Q)^-1: expected visits to each transient state.
    ending : ndarray of float, shape (t, a)
        Probability of ending in each absorbing state.
    steps : ndarray of float, shape (t,)
        Expected number of steps to the end.
    """

    transient: NDArray[np.int64]
    absorbing: NDArray[np.int64]
    visits: FloatArray
    ending: FloatArray
    steps: FloatArray


def absorption(transition: ArrayLike) -> Absorption:
    """Work out visits, endings and length of a chain with absorbing states.

    Parameters
    ----------
    transition : array_like, shape (n, n)
        Rows add up to 1; a state is absorbing if it stays with probability 1.

    Returns
    -------
    Absorption
        Rows follow the transient states.

    Raises
    ------
    ValueError
        If rows do not add up to 1, or some state can never reach an absorbing one.
    """
    matrix = probability("transition", square("transition", transition))
    if not np.allclose(matrix.sum(axis=1), 1):
        raise ValueError("each row of transition must add up to 1")
    stays = np.diag(matrix) == 1
    transient, absorbing = np.flatnonzero(~stays), np.flatnonzero(stays)
    inner = matrix[np.ix_(transient, transient)]
    if transient.size and np.abs(np.linalg.eigvals(inner)).max() > 1 - 1e-12:
        raise ValueError("every state must be able to reach an absorbing state")
    visits = np.asarray(np.linalg.inv(np.eye(len(transient)) - inner), dtype=np.float64)
    ending = visits @ matrix[np.ix_(transient, absorbing)]
    return Absorption(transient, absorbing, visits, ending, visits.sum(axis=1))


def war_risk(start: int, rungs: int, up: ArrayLike, down: ArrayLike) -> FloatArray:
    """Return the probability that a crisis ends in war, in closed form.

    The risk from rung i is the sum of the first i terms 1, r1, r1 r2, ... over the sum of all N
    of them, where rk = q/p on rung k. With r alike on all rungs it is (1 - r^i) / (1 - r^N), and
    i / N where p = q.

    Parameters
    ----------
    start : int
        The rung i on which the crisis begins, 0 to N.
    rungs : int
        N, the number of the highest rung.
    up, down : array_like, shape () or (..., rungs - 1)
        Step probabilities; leading axes hold several ladders. To sweep over ladders that are
        alike on all rungs give shape (..., 1).

    Returns
    -------
    ndarray of float, shape (...)
        Between 0 and 1.
    """
    p, q = _interior(up, down, rungs)
    if whole("start", start, 0) > rungs:
        raise ValueError(f"start must lie in [0, {rungs}], got {start}")
    terms = np.concatenate([np.ones((*p.shape[:-1], 1)), np.cumprod(q / p, axis=-1)], axis=-1)
    return np.asarray(terms[..., :start].sum(axis=-1) / terms.sum(axis=-1))


def restrain(
    up: ArrayLike, down: ArrayLike, hotline: ArrayLike = 0.0, rules: ArrayLike = 0.0
) -> tuple[FloatArray, FloatArray]:
    """Change step probabilities as a hotline and rules for incidents would.

    Parameters
    ----------
    up, down : array_like
        Step probabilities without them.
    hotline : array_like
        Share of the steps up that become steps down.
    rules : array_like
        Share of the remaining steps up that become pauses.

    Returns
    -------
    up, down : ndarray of float
        Step probabilities with them; an array may differ from rung to rung.
    """
    p, q = probability("up", up), probability("down", down)
    talk, pause = probability("hotline", hotline), probability("rules", rules)
    return p * (1 - talk) * (1 - pause), q + p * talk


def embolden(up: ArrayLike, down: ArrayLike, boldness: ArrayLike) -> FloatArray:
    """Raise the probability of a step up, as far as that of a step down leaves room.

    Parameters
    ----------
    up, down : array_like
        Step probabilities.
    boldness : array_like
        b, at least 0: the parties climb 1 + b times as often.

    Returns
    -------
    ndarray of float
        The probability of a step up, at most 1 - down.

    Raises
    ------
    ValueError
        If a probability lies outside [0, 1] or the boldness is negative.
    """
    p, q = probability("up", up), probability("down", down)
    return np.minimum(p * (1 + not_negative("boldness", boldness)), 1 - q)


def break_even(
    up: ArrayLike, down: ArrayLike, hotline: ArrayLike = 0.0, rules: ArrayLike = 0.0
) -> FloatArray:
    """Return how much bolder the parties must become before a safety net is worth nothing.

    The risk of war on a ladder that is alike on all rungs depends on q/p alone. If the parties
    climb 1 + b times as often because they trust the net, q/p is the same with the net as without
    it where 1 + b = 1 / ((1 - h)(1 - r) - h p/q), for a hotline h and rules r.

    Parameters
    ----------
    up, down : array_like
        Step probabilities without the net; down above 0.
    hotline, rules : array_like
        As in :func:`restrain`.

    Returns
    -------
    ndarray of float
        The boldness b; inf where no boldness outweighs the net. That p (1 + b) is still a
        probability is not checked.

    Raises
    ------
    ValueError
        If a probability lies outside [0, 1], or up or down is 0.
    """
    p, q = between("up", up, 0, 1, "(]"), between("down", down, 0, 1, "(]")
    talk, pause = probability("hotline", hotline), probability("rules", rules)
    left = (1 - talk) * (1 - pause) - talk * p / q
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(left > 1e-12, 1 / np.maximum(left, 1e-300) - 1, np.inf))


def simulate(
    transition: ArrayLike, start: int, steps: int, runs: int, seed: int | np.random.Generator
) -> NDArray[np.int64]:
    """Let crises run.

    Parameters
    ----------
    transition : array_like, shape (n, n)
        Rows add up to 1.
    start, steps, runs : int
        State in which each run begins; length and number of runs.
    seed : int or Generator
        Same seed, same runs.

    Returns
    -------
    ndarray of int, shape (runs, steps + 1)
        The state at each step.
    """
    if whole("start", start, 0) >= len(square("transition", transition)):
        raise ValueError(f"start must be a state of the chain, got {start}")
    reach = np.cumsum(probability("transition", transition), axis=1)
    random = generator(seed)
    path = np.full((whole("runs", runs, 1), whole("steps", steps, 0) + 1), start)
    for step in range(steps):
        draw = random.random(runs) * reach[path[:, step], -1]
        path[:, step + 1] = (draw[:, None] >= reach[path[:, step]]).sum(axis=1)
    return path


@dataclass(frozen=True, eq=False)
class Crises:
    """What becomes of crises that begin on one rung of one ladder.

    Parameters
    ----------
    up, down : float
        Step probabilities, alike on all rungs.
    risk : ndarray of float, shape (N + 1,)
        Probability that a crisis on each rung ends in war.
    steps : ndarray of float, shape (N + 1,)
        Expected number of steps from each rung to the end.
    paths : ndarray of int, shape (runs, length + 1)
        The rung of each simulated crisis at each step.
    """

    up: float
    down: float
    risk: FloatArray
    steps: FloatArray
    paths: NDArray[np.int64]

    @property
    def wars(self) -> int:
        """How many simulated crises end in war."""
        return int((self.paths[:, -1] == len(self.risk) - 1).sum())

    @property
    def settlements(self) -> int:
        """How many simulated crises end in settlement."""
        return int((self.paths[:, -1] == 0).sum())

    def since(self, step: int, run: int = 0) -> int:
        """Return the step at which a simulated crisis first stood where it stands at ``step``."""
        return int(np.argmax(self.paths[run] == self.paths[run, step]))


def run_crises(
    up: float,
    down: float,
    rungs: int,
    *,
    start: int,
    length: int,
    runs: int,
    seed: int | np.random.Generator,
) -> Crises:
    """Work out how crises on a ladder end, and simulate some.

    Two ladders run with one seed share their luck: a path on the ladder with the smaller
    probability up and the greater one down never stands above the other.

    Parameters
    ----------
    up, down : float
        Step probabilities, alike on all rungs.
    rungs : int
        N, the number of the highest rung.
    start : int
        The rung on which each crisis begins.
    length, runs : int
        Number of steps and of simulated crises.
    seed : int or Generator
        Same seed, same luck.

    Returns
    -------
    Crises

    Raises
    ------
    ValueError
        As :func:`ladder` and :func:`simulate` raise it.
    """
    chain = ladder(up, down, rungs)
    ends = absorption(chain)
    risk = np.array([0.0, *ends.ending[:, -1], 1.0])
    steps = np.array([0.0, *ends.steps, 0.0])
    paths = simulate(chain, start, length, runs, seed)
    return Crises(float(up), float(down), risk, steps, paths)


@dataclass(frozen=True, eq=False)
class NetComparison:
    """The same luck without a safety net and with one.

    Parameters
    ----------
    without, with_net : Crises
        Crises without the net and with it, on the same draws.
    edge : float
        The boldness at which the net is worth nothing, as in :func:`break_even`.
    """

    without: Crises
    with_net: Crises
    edge: float


def compare_net(
    up: float,
    down: float,
    rungs: int,
    hotline: float,
    rules: float,
    boldness: float,
    **simulation: int,
) -> NetComparison:
    """Run crises with the same luck without a safety net and with one that makes parties bolder.

    Parameters
    ----------
    up, down : float
        Step probabilities without the net, alike on all rungs.
    rungs : int
        N, the number of the highest rung.
    hotline, rules : float
        The net, as in :func:`restrain`.
    boldness : float
        How much more often the parties climb because of the net, as in :func:`embolden`.
    **simulation
        ``start``, ``length``, ``runs`` and ``seed``, as in :func:`run_crises`.

    Returns
    -------
    NetComparison

    Raises
    ------
    ValueError
        As :func:`restrain`, :func:`embolden` and :func:`run_crises` raise it.
    """
    bold = embolden(up, down, boldness)
    p, q = restrain(bold, down, hotline, rules)
    return NetComparison(
        run_crises(up, down, rungs, **simulation),
        run_crises(float(p), float(q), rungs, **simulation),
        float(break_even(up, down, hotline, rules)),
    )
