"""Time a 200 x 200 sweep of each two-parameter model and print the medians.

    python benchmarks/bench_models.py

A slider feels immediate when the sweep behind it takes well under 0.2 s.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from measure import load

from asian_security.models.conflict import arms_race, cascade_window, contagion, linear_race
from asian_security.models.games import (
    bargaining,
    commitment,
    repeated_games,
    security_dilemma,
)
from asian_security.models.games.two_by_two import Game
from asian_security.models.institutions import consensus, decision_rules
from asian_security.models.trust import agenda_order, beliefs

STEPS, REPEATS, LIMIT = 200, 9, 0.2
x = np.linspace(0.01, 0.99, STEPS)
y = np.linspace(0.01, 0.99, STEPS)[:, None]


def random_network(n: int, neighbours: float) -> np.ndarray:
    """Return a random network of about the size and density of a continent's land borders."""
    upper = np.triu(np.random.default_rng(0).random((n, n)) < neighbours / (n - 1), k=1)
    return (upper | upper.T).astype(float)


def sweeps() -> dict[str, Callable[[], Any]]:
    """Return one sweep of 200 x 200 parameters for each model."""
    games = Game(reward=4, temptation=5 * y, punishment=3, sucker=3 * x)
    dilemmas = Game(reward=3, temptation=3 + 3 * x, punishment=2.5 * y, sucker=-1)
    race = arms_race.ArmsRace(reaction=(4 * x, 4 * y), fatigue=(3, 2), grievance=(4, 5))
    generous = np.stack(np.broadcast_arrays(1.0, x, 1.0, x), axis=-1)
    borders = random_network(50, 4)
    shocks = np.random.default_rng(1).random((STEPS, 50)) < 0.04
    gain, loss = [1.0, 2.0, 3.0, 4.0, 4.0], [1.0, 3.0, 7.0, 16.0, 20.0]
    partners = np.stack(np.broadcast_arrays(x, x, x, y, y), axis=-1)
    return {
        "critical belief: T x S": lambda: security_dilemma.critical_belief(games),
        "expected payoffs: belief x T": lambda: security_dilemma.expected_payoffs(games, x),
        "arms race, equilibrium: k x l": lambda: arms_race.equilibrium(race),
        "arms race, eigenvalues: k x l": lambda: arms_race.eigenvalues(race),
        "arms race, verdict: k x l": lambda: arms_race.verdict(race),
        "n alike states: k x a": lambda: linear_race.alike_states_stable(5, x, y),
        "cascade condition: phi x z": lambda: cascade_window.vulnerable_degree(x, 10 * y),
        "cascade, 50 states: phi x shock": lambda: contagion.cascade(
            borders, shocks, y[:, :, None]
        ),
        "bargaining range: p x cost": lambda: bargaining.bargaining_range(x, y, 0.2),
        "risk of war: cost x width": lambda: bargaining.risk_of_war(
            bargaining.best_demand(0.4, x, 0.0, y), 0.4, 0.0, y
        ),
        "commitment: p now x p later": lambda: commitment.commitment_gap(x, y, 0.1, 0.9),
        "rounds of trust: t x prior": lambda: beliefs.rounds_needed(x, 10 * y, 2.0),
        "agenda, exact: two reliabilities": lambda: agenda_order.expect_from_talks(
            "easy first", gain, loss, partners, (1, 1)
        ),
        "cooperation thresholds: T x P": lambda: (
            repeated_games.grim_threshold(dilemmas),
            repeated_games.tit_for_tat_threshold(dilemmas),
        ),
        "long run: generosity x noise": lambda: repeated_games.long_run_payoffs(
            generous, generous, y / 2
        ),
        "consensus of two: weight x weight": lambda: consensus.two_sides(x, y),
        "chance to pass: agreement x quota": lambda: decision_rules.chance_to_pass(
            [1] * STEPS, np.arange(1, STEPS + 1)[:, None], x
        ),
    }


def seconds(sweep: Callable[[], Any]) -> float:
    """Return the median time of a sweep, after one run to warm up."""
    sweep()
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        sweep()
        times.append(perf_counter() - start)
    return median(times)


def main() -> None:
    """Print the table."""
    print(f"{STEPS} x {STEPS} sweeps, median of {REPEATS} runs, limit {LIMIT * 1000:.0f} ms; load")
    for name, sweep in sweeps().items():
        taken = seconds(sweep)
        verdict = "" if taken < LIMIT else "   over the limit"
        print(f"{name:36} {taken * 1000:8.1f} ms {load():5.1f}{verdict}")


if __name__ == "__main__":
    main()
