"""Depth against breadth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.institutions import depth_breadth as db

IDEALS = [5.0, 4.0, 3.0, 2.0, 1.0]
IDEAL_LISTS = st.lists(st.floats(0, 10), min_size=1, max_size=8)
RULE = st.sampled_from(["unanimity", "majority", 0.6, 0.75])


def test_depth_by_rule() -> None:
    assert db.depth(IDEALS, "unanimity") == 1
    assert db.depth(IDEALS, "majority") == 3
    assert db.depth(IDEALS, 0.8) == 2
    assert db.depth(IDEALS, 0.2) == 5


@pytest.mark.parametrize(("members", "needed"), [(1, 1), (4, 3), (5, 3), (10, 6)])
def test_a_majority_is_more_than_half(members: int, needed: int) -> None:
    assert db.votes_needed(members, "majority") == needed
    assert db.votes_needed(members, "unanimity") == members
    assert db.votes_needed(3, 2 / 3) == 2


@settings(max_examples=60, deadline=None)
@given(IDEAL_LISTS, RULE)
def test_depth_is_the_deepest_that_enough_accept(ideals: list[float], rule: str | float) -> None:
    agreed = db.depth(ideals, rule)
    needed = db.votes_needed(len(ideals), rule)
    accept = np.array(ideals)
    assert (accept >= agreed).sum() >= needed
    deeper = accept[accept > agreed]
    assert all((accept >= level).sum() < needed for level in deeper)


@settings(max_examples=60, deadline=None)
@given(IDEAL_LISTS, RULE)
def test_breadth_never_deepens_and_unanimity_is_shallowest(
    ideals: list[float], rule: str | float
) -> None:
    curve = db.frontier(ideals, rule)
    assert (np.diff(curve) <= 0).all()
    assert (curve >= db.frontier(ideals, "unanimity")).all()
    assert curve[0] == max(ideals)


def test_a_state_joins_only_if_the_depth_in_force_is_within_its_stretch() -> None:
    club = db.grow(IDEALS, founders=2, rule="majority", stretch=1.0)
    assert club.depth.tolist() == [4, 4, 4, 4, 4]
    assert club.members.tolist() == [0, 1, 2]


@pytest.mark.parametrize(("rule", "grown", "at_once"), [("unanimity", 3, 1), (0.75, 3, 2)])
def test_a_hurdle_for_change_keeps_the_depth_of_the_founders(
    rule: str | float, grown: float, at_once: float
) -> None:
    club = db.grow(IDEALS, founders=3, rule=rule, stretch=9.0)
    assert club.joined.all()
    assert club.depth[-1] == grown
    assert db.depth(IDEALS, rule) == at_once


def test_a_bare_majority_keeps_nothing_once_all_are_in() -> None:
    club = db.grow(IDEALS, founders=3, rule="majority", stretch=9.0)
    assert club.depth.tolist() == [4, 4, 4, 4, 3]
    assert db.depth(IDEALS, "majority") == 3


def test_ideals_are_evenly_spread_around_the_middle() -> None:
    assert db.spread_ideals(6.0, 4).tolist() == [8, 6, 4, 2]
    assert db.spread_ideals(0.0, 3, middle=2.0).tolist() == [2, 2, 2]
    assert db.spread_ideals(10.0).size == 12


@settings(max_examples=60, deadline=None)
@given(IDEAL_LISTS, RULE)
def test_no_size_has_a_larger_total_than_the_best(ideals: list[float], rule: str | float) -> None:
    total = db.frontier(ideals, rule) * np.arange(1, len(ideals) + 1)
    best = db.best_size(ideals, rule)
    assert total[best - 1] == total.max()
    assert (total[: best - 1] < total.max()).all()


def test_newcomers_loosen_the_depth_once_they_are_enough() -> None:
    club = db.grow([9, 1, 1, 1], founders=1, rule="majority", stretch=8.0)
    assert club.depth.tolist() == [9, 9, 1, 1]


@settings(max_examples=60, deadline=None)
@given(IDEAL_LISTS, RULE, st.floats(0, 10), st.data())
def test_growth_ends_no_shallower_than_the_same_members_at_once(
    ideals: list[float], rule: str | float, stretch: float, data: st.DataObject
) -> None:
    founders = data.draw(st.integers(1, len(ideals)))
    club = db.grow(ideals, founders, rule, stretch)
    assert (np.diff(club.depth) <= 0).all()
    together = db.depth(np.array(ideals)[club.members], rule)
    assert club.depth[-1] >= together


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: db.depth(IDEALS, "consensus"), "got 'consensus'"),
        (lambda: db.depth(IDEALS, 1.2), r"rule must lie in \(0, 1\], got 1.2"),
        (lambda: db.depth([-1]), "ideals must be at least 0"),
        (lambda: db.spread_ideals(11.0), r"spread must lie in \[0, 10\], got 11"),
        (lambda: db.grow(IDEALS, 6), "founders must be at most the number of states, 5"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
