"""Bodies that vote, against published indices and the table of populations."""

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis.voting_bodies import (
    POPULATION_YEAR,
    asean_population,
    hold_ballot,
    votes,
)


def test_the_population_is_that_of_aseans_members():
    seats = data.memberships(as_of=data.as_of(), mechanism="ASEAN", status=data.SEATS)
    people = asean_population()
    assert set(people.index) == {data.state_names()[iso3] for iso3 in seats["iso3"]}
    assert people.is_monotonic_decreasing
    singapore = data.power(state="SGP", year=POPULATION_YEAR)["population_wb_m"].item()
    assert people["Singapore"] == singapore


def test_votes_by_population_follow_the_order_of_population():
    members, ballots, vetoes = votes("population")
    assert members[0] == "Indonesia"
    assert ballots == sorted(ballots, reverse=True)
    assert min(ballots) == 1
    assert vetoes == []


def test_equal_votes_are_one_each():
    members, ballots, vetoes = votes("equal")
    assert ballots == [1] * len(members) == [1] * 11
    assert vetoes == []


def test_unanimity_makes_unequal_votes_equal_weights():
    ballot = hold_ballot("population", 1.0, 0.8)
    assert ballot.needed == ballot.total
    assert ballot.weights == pytest.approx(np.full(11, 1 / 11), abs=1e-9)
    assert ballot.passes == pytest.approx(0.8**11, abs=1e-9)
    assert sum(ballot.shares) == pytest.approx(1)
    assert max(ballot.shares) > 3 / 11


def test_the_security_council_is_the_published_one():
    ballot = hold_ballot("council", 0.6, 0.8)
    assert ballot.needed == 9
    weights = dict(zip(ballot.members, ballot.weights, strict=True))
    assert weights["France"] == pytest.approx(421 / 2145, abs=1e-9)
    assert weights["elected member 3"] == pytest.approx(4 / 2145, abs=1e-9)
    assert ballot.shares == pytest.approx(np.full(15, 1 / 15))


def test_an_unknown_body_is_refused():
    with pytest.raises(ValueError, match="body must be one of equal, population, council"):
        votes("parliament")
