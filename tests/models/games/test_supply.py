"""Supply of a common good: known result 7, the two other rules, and budgets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from asian_security.models.games import supply

LEVELS = np.arange(5)


def test_supply_is_lowest_sum_or_highest() -> None:
    efforts = [[1, 4, 2], [0, 0, 3]]
    assert supply.supply(efforts, "weakest link").tolist() == [1, 0]
    assert supply.supply(efforts, "summation").tolist() == [7, 3]
    assert supply.supply(efforts, "best shot").tolist() == [4, 3]


@pytest.mark.parametrize(("states", "cost"), [(2, 0.3), (3, 0.9), (4, 0.5)])
def test_weakest_link_equilibria_are_the_symmetric_profiles(states: int, cost: float) -> None:
    equilibria = supply.pure_equilibria(LEVELS, states, cost, "weakest link")
    assert equilibria.tolist() == [[level] * states for level in LEVELS]


def test_weakest_link_equilibria_end_at_the_lowest_optimum() -> None:
    equilibria = supply.pure_equilibria(LEVELS, 3, 0.5, "weakest link", enough=[4, 2, 3])
    assert equilibria.tolist() == [[level] * 3 for level in (0, 1, 2)]


def test_best_shot_is_supplied_by_one_state() -> None:
    equilibria = supply.pure_equilibria(LEVELS, 3, 0.5, "best shot", enough=4)
    assert sorted(equilibria.tolist()) == [[0, 0, 4], [0, 4, 0], [4, 0, 0]]


def test_summation_lets_states_share_any_way_up_to_enough() -> None:
    equilibria = supply.pure_equilibria(LEVELS, 2, 0.5, "summation", enough=3)
    assert equilibria.tolist() == [[0, 3], [1, 2], [2, 1], [3, 0]]


def test_effort_that_costs_more_than_it_brings_is_never_made() -> None:
    for rule in supply.RULES:
        equilibria = supply.pure_equilibria(LEVELS, 2, 1.5, rule)
        assert equilibria.tolist() == [[0, 0]]


def test_greedy_stalls_where_two_staves_are_short() -> None:
    start, gain = [0.2, 0.2, 0.9], [1.0, 1.0, 2.0]
    best = supply.optimal_budget(1.0, start, gain, "weakest link")
    greedy = supply.greedy_budget(1.0, start, gain, "weakest link")
    assert best == pytest.approx([0.5, 0.5, 0.0], abs=1e-9)
    assert greedy == pytest.approx([0, 0, 1], abs=1e-9)
    assert supply.supply(start + greedy * gain, "weakest link") == pytest.approx(0.2)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.floats(0, 5))
def test_weakest_link_budget_equals_the_linear_programme(seed: int, n: int, budget: float) -> None:
    random = np.random.default_rng(seed)
    start, gain = random.random(n) * 3, random.random(n) + 0.2
    spent = supply.optimal_budget(budget, start, gain, "weakest link")
    assert (spent >= 0).all()
    assert spent.sum() == pytest.approx(budget)
    # highest t with t <= start + gain x, x >= 0, sum x <= budget
    constraints = np.block([[-np.diag(gain), np.ones((n, 1))], [np.ones((1, n)), np.zeros((1, 1))]])
    solved = linprog(
        [0] * n + [-1], constraints, [*start, budget], bounds=[(0, None)] * n + [(None, None)]
    )
    level = supply.supply(start + spent * gain, "weakest link")
    assert level == pytest.approx(-solved.fun, abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(sorted(supply.RULES)), st.floats(0.1, 5))
def test_no_greedy_budget_beats_the_optimal_one(seed: int, rule: str, budget: float) -> None:
    random = np.random.default_rng(seed)
    start, gain = random.random(4) * 3, random.random(4) + 0.2
    best = supply.optimal_budget(budget, start, gain, rule)
    greedy = supply.greedy_budget(budget, start, gain, rule, steps=20)
    assert greedy.sum() == pytest.approx(best.sum()) == pytest.approx(budget)
    reached = supply.supply(start + greedy * gain, rule)
    assert reached <= supply.supply(start + best * gain, rule) + 1e-9
    if rule == "summation":
        assert reached == pytest.approx(supply.supply(start + best * gain, rule))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 10), min_size=2, max_size=6))
def test_the_three_rules_are_ordered(efforts: list[float]) -> None:
    low, high, total = (
        float(supply.supply(efforts, rule)) for rule in ("weakest link", "best shot", "summation")
    )
    assert low <= high <= total + 1e-12


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: supply.supply([1], "mean"), "got 'mean'"),
        (lambda: supply.payoffs([-1, 0], 0.5, "summation"), "efforts must be at least 0"),
        (lambda: supply.payoffs([1, 0], 0, "summation"), "cost must be greater than 0"),
        (lambda: supply.pure_equilibria(range(20), 5, 1, "summation"), "too many profiles"),
        (lambda: supply.optimal_budget(-1, [0], [1], "summation"), "budget must be at least 0"),
        (lambda: supply.optimal_budget(1, 0.5, 1, "summation"), "one level per domain"),
        (lambda: supply.greedy_budget(1, [0], [1], "summation", 0), "steps must be"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
