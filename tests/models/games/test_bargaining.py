import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asian_security.models.games import bargaining
from asian_security.models.games.bargaining import (
    after_dialogue,
    bargaining_range,
    best_demand,
    dialogue_needed,
    risk_of_war,
)

chance = st.floats(0, 1)
cost = st.floats(0, 1)


def test_known_range():
    # Known result 2: p = 0.6, cA = 0.1, cB = 0.2.
    low, high = bargaining_range(0.6, 0.1, 0.2)
    assert (low, high, high - low) == pytest.approx((0.5, 0.8, 0.3), abs=1e-9)


def test_known_demand_and_risk():
    # Known result 2: cB uniform on [0, 0.4], p = 0.5, cA = 0.1.
    demand = best_demand(0.5, 0.1, 0, 0.4)
    assert demand == pytest.approx(0.65, abs=1e-9)
    assert risk_of_war(demand, 0.5, 0, 0.4) == pytest.approx(0.375, abs=1e-9)


@given(chance, st.floats(1e-6, 1), st.floats(1e-6, 1))
def test_the_range_never_closes_while_costs_are_positive(p, cost_a, cost_b):
    low, high = bargaining_range(p, cost_a, cost_b)
    assert low < p < high
    assert high - low == pytest.approx(cost_a + cost_b, abs=1e-9)


def worth(demand, p, cost_a, low, high):
    """Return what a demand is worth to A: the pie it gets in peace, or a war less its cost."""
    risk = risk_of_war(demand, p, low, high)
    return (1 - risk) * demand + risk * (p - cost_a)


@given(chance, cost, cost, cost)
def test_no_other_demand_is_worth_more(p, cost_a, one, two):
    low, high = min(one, two), max(one, two)
    demand = best_demand(p, cost_a, low, high)
    others = np.linspace(0, 1, 201)
    best = worth(demand, p, cost_a, low, high)
    assert (worth(others, p, cost_a, low, high) <= best + 1e-9).all()


@given(st.floats(0, 0.5), cost, st.floats(0, 0.5), st.floats(0, 0.5))
def test_the_formulas_of_the_course(p, cost_a, one, two):
    low, high = min(one, two), max(one, two)
    z = max(low, (high - cost_a) / 2)
    assert z <= high
    demand = best_demand(p, cost_a, low, high)
    assert demand == pytest.approx(p + z, abs=1e-9)
    risk = risk_of_war(demand, p, low, high)
    if high - low > 1e-6:
        assert risk == pytest.approx((z - low) / (high - low), abs=1e-5)
    if low >= (high - cost_a) / 2:
        assert risk == 0


def test_nobody_demands_more_than_the_pie():
    assert best_demand(0.9, 0.1, 0.0, 1.0) == 1.0


def test_the_risk_is_the_share_of_wars_in_a_simulation():
    rng = np.random.default_rng(3)
    costs = rng.uniform(0, 0.4, 100_000)
    demand = best_demand(0.5, 0.1, 0, 0.4)
    refused = (1 - demand) < (1 - 0.5) - costs
    assert refused.mean() == pytest.approx(0.375, abs=0.005)


def test_with_a_known_cost_there_is_no_war():
    power = np.linspace(0, 0.8, 81)
    demand = best_demand(power, 0.1, 0.2, 0.2)
    assert (risk_of_war(demand, power, 0.2, 0.2) == 0).all()
    assert risk_of_war(0.71, 0.5, 0.2, 0.2) == 1


@given(st.floats(0, 0.5), cost, st.floats(0, 0.5), st.floats(0, 0.5), chance)
def test_enough_dialogue_removes_the_risk_and_less_does_not(p, cost_a, one, two, where):
    low, high = min(one, two), max(one, two)
    truth = min(max(low + where * (high - low), low), high)
    needed = dialogue_needed(cost_a, low, high, truth)
    after = after_dialogue(low, high, truth, min(1.0, needed + 1e-7))
    assert risk_of_war(best_demand(p, cost_a, *after), p, *after) == pytest.approx(0, abs=1e-9)
    if needed > 1e-3 and high - low > 1e-3:
        before = after_dialogue(low, high, truth, needed - 1e-3)
        assert risk_of_war(best_demand(p, cost_a, *before), p, *before) > 0


def test_full_dialogue_reveals_the_cost():
    assert after_dialogue(0.0, 0.4, 0.3, 1.0) == pytest.approx((0.3, 0.3))
    assert after_dialogue(0.0, 0.4, 0.3, 0.0) == pytest.approx((0.0, 0.4))
    assert after_dialogue(0.0, 0.4, 0.3, 0.5) == pytest.approx((0.15, 0.35))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"p must lie in \[0, 1\], got 1\.2"):
        bargaining_range(1.2, 0.1, 0.1)
    with pytest.raises(ValueError, match=r"cost_a must be at least 0, got -0\.1"):
        bargaining_range(0.2, -0.1, 0.1)
    with pytest.raises(ValueError, match="low must not exceed high"):
        best_demand(0.5, 0.1, 0.4, 0.2)
    with pytest.raises(ValueError, match="cost_b must lie between low and high"):
        after_dialogue(0.1, 0.2, 0.3, 0.5)


def test_talk_that_removes_enough_uncertainty_leaves_no_risk():
    learned = np.linspace(0, 1, 101)
    deal = bargaining.bargain_after_talk(0.5, 0.1, 0.0, 0.4, 0.2, learned)
    assert deal.acceptable == pytest.approx((0.4, 0.7))
    assert deal.needed == pytest.approx(0.5)
    assert (deal.risk[learned < 0.5] > 0).all()
    assert (deal.risk[learned >= 0.5] == 0).all()
    assert (deal.low[0], deal.high[0]) == pytest.approx((0.0, 0.4))
    assert (deal.low[-1], deal.high[-1]) == pytest.approx((0.2, 0.2))
    assert deal.demand[-1] == pytest.approx(0.7)
    assert deal.accepted.all()
    assert not deal.capped.any()


def test_a_resolved_side_refuses_until_its_cost_is_known():
    deal = bargaining.bargain_after_talk(0.5, 0.1, 0.0, 0.4, 0.0, [0.0, 1.0])
    assert deal.accepted.tolist() == [False, True]


def test_the_cap_is_there_only_where_the_demand_would_exceed_the_pie():
    capped = [
        bool(bargaining.bargain_after_talk(p, 0.1, 0.0, 0.4, 0.2, [0.0]).capped[0])
        for p in (0.8, 0.85, 0.9, 1.0)
    ]
    assert capped == [False, False, True, True]
