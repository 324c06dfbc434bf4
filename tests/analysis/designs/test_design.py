"""Designs: what can be written down."""

from dataclasses import FrozenInstanceError, replace

import pytest
from sampled import CORE, EXAMPLES, PLATFORM

from asian_security import data
from asian_security.analysis import designs
from asian_security.analysis.designs import DesignError
from asian_security.analysis.designs.design import state_table


def test_the_region_is_the_four_subregions_without_the_one_not_offered():
    inside = set(data.states(subregion=data.NEIGHBOURHOOD)["iso3"])
    assert inside - set(designs.region()) == {"TWN"}
    assert set(designs.region()) < set(designs.states())


def test_examples_cover_what_they_say():
    assert set(PLATFORM.members) == set(designs.region())
    assert set(EXAMPLES["Wide table"].members) > set(PLATFORM.members)
    # The example that deepens first holds both sides of the rivalry's seats, not one camp.
    assert "CHN" in CORE.members
    assert {"JPN", "KOR"} <= set(CORE.members)


def test_order_does_not_matter_and_a_design_stays_as_it_is():
    turned = replace(CORE, members=CORE.members[::-1], issues=CORE.issues[::-1])
    assert turned == CORE
    assert hash(turned) == hash(CORE)
    with pytest.raises(FrozenInstanceError):
        CORE.name = "other"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "name must be text"),
        ({"name": 3}, "name must be text, got 3"),
        ({"name": "a\nb"}, "one line of at most 60"),
        ({"name": "x" * 61}, "one line of at most 60"),
        ({"members": ("CHN",)}, "two or more states, got 1"),
        ({"members": "CHN"}, "members must be a list of names, got 'CHN'"),
        ({"members": None}, "members must be a list"),
        ({"members": ("CHN", "JAP")}, "unknown state 'JAP'; nearest: JPN"),
        ({"members": ("CHN", 7)}, "unknown state 7; for example"),
        ({"members": ("CHN", ["IND"])}, "unknown state"),
        ({"members": ("CHN", "IND", "CHN")}, "CHN is listed twice"),
        ({"members": ("CHN", "TWN")}, "TWN is not offered; .* says in words how others take part"),
        ({"issues": ()}, "at least one issue"),
        ({"issues": ("cybr",)}, "unknown issue 'cybr'; nearest: cyber"),
        ({"rule": "acclamation"}, "rule must be one of unanimity, three quarters"),
        ({"rule": ["unanimity"]}, "rule must be one of"),
        ({"votes": "by GDP"}, "votes must be one of one each, by population, by economy"),
        ({"vetoes": ("USA",)}, "USA cannot have a veto without being a member"),
        ({"vetoes": ("TWN",)}, "TWN is not offered"),
        ({"secretariat": 1}, "secretariat must be true or false, got 1"),
        ({"links": ("ASAEN",)}, "unknown mechanism 'ASAEN'; nearest: ASEAN"),
        ({"name": "SCO", "links": ("SCO",)}, "SCO cannot be linked to itself"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(change, message):
    with pytest.raises(DesignError, match=message) as caught:
        replace(CORE, **change)
    assert "\n" not in str(caught.value)


def test_a_mechanism_of_today_is_written_down_as_the_tables_have_it():
    found = designs.from_mechanism("SCO")
    seats = data.memberships(mechanism="SCO", as_of="2025-12-31", status=data.SEATS)
    assert set(found.members) == set(seats["iso3"])
    assert found.secretariat
    assert found.rule == "unanimity"
    assert not designs.from_mechanism("ARF").secretariat
    with pytest.raises(DesignError, match="unknown mechanism 'NATO'"):
        designs.from_mechanism("NATO")
    for name in designs.mechanisms():
        assert len(designs.from_mechanism(name).members) >= 2


def test_the_table_of_states_is_that_of_the_course_without_the_one_not_offered():
    table = state_table()
    assert set(data.states()["iso3"]) - set(table.index) == {"TWN"}
    assert tuple(table.index) == designs.states()
