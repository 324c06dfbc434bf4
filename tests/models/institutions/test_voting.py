from fractions import Fraction
from itertools import combinations, permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.institutions.decision_rules import security_council, voting_rule
from asian_security.models.institutions.voting import coalition_counts, shapley_shubik, swings


@st.composite
def rules(draw):
    weights = draw(st.lists(st.integers(0, 5), min_size=1, max_size=6).filter(any))
    quota = draw(st.integers(1, sum(weights)))
    vetoes = draw(st.sets(st.integers(0, len(weights) - 1), max_size=2))
    return weights, quota, sorted(vetoes)


def wins(coalition, weights, quota, vetoes):
    return set(vetoes) <= set(coalition) and sum(weights[i] for i in coalition) >= quota


def test_security_council():
    # Known result 12.
    power = shapley_shubik(*security_council())
    np.testing.assert_allclose(power[:5], 421 / 2145, rtol=0, atol=1e-12)
    np.testing.assert_allclose(power[5:], 4 / 2145, rtol=0, atol=1e-12)


def test_security_council_before_1966():
    # Eleven members, seven votes, five vetoes: another member is pivotal in C(5,1) 6! 4! of
    # the 11! orders, 1/462.
    power = shapley_shubik([1] * 11, 7, range(5))
    assert power[10] == pytest.approx(1 / 462, abs=1e-12)
    assert power[0] == pytest.approx(Fraction(76, 77) / 5, abs=1e-12)


@settings(deadline=None, max_examples=50)
@given(rules())
def test_power_equals_the_count_over_all_orders(rule):
    n = len(rule[0])
    pivots, orders = [0] * n, 0
    for order in permutations(range(n)):
        orders += 1
        pivotal = next(i for i in range(n) if wins(order[: i + 1], *rule))
        pivots[order[pivotal]] += 1
    expected = [p / orders for p in pivots]
    np.testing.assert_allclose(shapley_shubik(*rule), expected, rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=50)
@given(rules())
def test_swings_equal_the_count_over_all_coalitions(rule):
    n = len(rule[0])
    for state in range(n):
        others = [i for i in range(n) if i != state]
        expected = [
            sum(
                wins([*coalition, state], *rule) and not wins(coalition, *rule)
                for coalition in combinations(others, size)
            )
            for size in range(n)
        ]
        assert swings(voting_rule(*rule), state) == expected


@settings(deadline=None)
@given(rules())
def test_power_sums_to_one_and_like_states_have_like_power(rule):
    weights, _, vetoes = rule
    power = shapley_shubik(*rule)
    assert power.sum() == pytest.approx(1, abs=1e-12)
    assert (power >= 0).all()
    for i, j in combinations(range(len(weights)), 2):
        if weights[i] == weights[j] and (i in vetoes) == (j in vetoes):
            assert power[i] == power[j]
        if weights[i] == 0 and i not in vetoes:
            assert power[i] == 0


def test_unanimity_makes_all_alike_whatever_their_votes():
    weights = [10, 3, 1, 1]
    np.testing.assert_allclose(shapley_shubik(weights, quota=15), 0.25, atol=1e-12)


def test_votes_are_not_power():
    assert shapley_shubik([50, 49, 1], 51).tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_large_bodies_are_exact():
    counts = coalition_counts([1] * 80)
    assert counts[40, 40] == comb(80, 40)
    assert shapley_shubik([1] * 80, 41) == pytest.approx(np.full(80, 1 / 80), abs=1e-12)
