from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.institutions.decision_rules import (
    chance_to_pass,
    qualified_majority,
    security_council,
    simple_majority,
    voting_rule,
)


def test_quotas():
    assert [simple_majority(n) for n in (1, 2, 9, 10)] == [1, 2, 5, 6]
    assert [qualified_majority(n, 2 / 3) for n in (9, 10, 12)] == [6, 7, 8]
    assert qualified_majority(100, 0.55) == 55


def test_the_chance_under_equal_votes_is_binomial():
    p = 0.7
    expected = sum(comb(10, k) * p**k * (1 - p) ** (10 - k) for k in range(6, 11))
    assert chance_to_pass([1] * 10, 6, p) == pytest.approx(expected, abs=1e-9)
    assert chance_to_pass([1] * 10, 10, p) == pytest.approx(p**10, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=6).filter(any),
    st.floats(0, 1),
    st.integers(1, 100),
    st.sets(st.integers(0, 0), max_size=1),
)
def test_the_chance_equals_the_sum_over_all_votes(weights, p, quota, vetoes):
    quota = 1 + quota % sum(weights)
    expected = 0.0
    for votes in product((0, 1), repeat=len(weights)):
        passes = np.dot(votes, weights) >= quota and all(votes[v] for v in vetoes)
        expected += passes * np.prod([p if v else 1 - p for v in votes])
    chance = chance_to_pass(weights, quota, p, sorted(vetoes))
    assert chance == pytest.approx(expected, abs=1e-9)


def test_the_security_council_can_act_with_few_coalitions():
    # All five and any four or more of the ten others.
    winning = sum(comb(10, k) for k in range(4, 11))
    weights, quota, vetoes = security_council()
    chance = chance_to_pass(weights, quota, 0.5, vetoes)
    assert chance == pytest.approx(winning / 2**15, abs=1e-12)


def test_quota_and_agreement_broadcast_and_a_higher_quota_passes_less():
    grid = chance_to_pass([1] * 10, np.arange(1, 11)[:, None], np.linspace(0, 1, 5))
    assert grid.shape == (10, 5)
    assert (np.diff(grid, axis=0) <= 1e-12).all()
    assert (np.diff(grid, axis=1) >= -1e-12).all()


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"weights must be a list of whole numbers .* \[0\.5\]"):
        voting_rule([0.5], 1)
    with pytest.raises(ValueError, match="quota must not exceed the 3 votes there are, got 4"):
        voting_rule([1, 2], 4)
    with pytest.raises(ValueError, match=r"vetoes must lie in \[0, 1\], got 5"):
        voting_rule([1, 2], 2, [5])
    with pytest.raises(ValueError, match="quota must be a whole number of at least 1, got 0"):
        voting_rule([1, 2], 0)
    with pytest.raises(ValueError, match=r"quota must be a whole number, got 1\.5"):
        chance_to_pass([1, 1], 1.5, 0.5)
    with pytest.raises(ValueError, match=r"share must lie in \(0, 1\], got 1\.2"):
        qualified_majority(10, 1.2)
