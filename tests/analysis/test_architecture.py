"""Mechanisms by year, overlap of members, and reforms of today's architecture."""

from itertools import groupby

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis import architecture, networks, reforms


def test_mechanisms_in_force_are_those_of_the_table():
    counts = architecture.mechanisms_in_force([1947, 2025])
    assert counts.to_dict() == {
        1947: len(data.mechanisms(as_of=1947)),
        2025: len(data.mechanisms(as_of=2025)),
    }


def test_seats_of_a_date_and_of_a_year():
    assert "GBR" in architecture.seats(1977)["SEATO"]
    assert "SEATO" not in architecture.seats("1977-12-31")  # it ended in that year
    rows = data.memberships(as_of=2025, status=data.SEATS, mechanism="SCO")
    assert architecture.seats(2025)["SCO"] == set(rows["iso3"])


def test_the_mechanisms_of_a_year_count_their_members_and_leave_conferences_out():
    roster = architecture.roster(2025, "IDN")
    table = roster.table.set_index("mechanism")
    kinds = data.mechanisms().set_index("mechanism")["kind"]
    assert set(table.index) == set(kinds.index[kinds != "conference"])
    assert table.at["ASEAN", "members"] == len(architecture.seats(2025)["ASEAN"])
    assert table.at["ASEAN", "founded"] == 1967
    assert table.at["ASEAN", "seated"]
    assert not table.at["SCO", "seated"]
    assert table.at["SEATO", "members"] == 0
    assert "SEATO" not in set(roster.in_force["mechanism"])


def test_the_initiator_of_most_mechanisms_comes_first():
    roster = architecture.roster(2025, "IDN")
    names = roster.table["initiator"].tolist()
    counts = [len(list(group)) for _, group in groupby(names)]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == len(set(names))


@pytest.mark.parametrize("measure", ["jaccard", "shared", "contained"])
def test_overlap_is_that_of_the_members(measure):
    overlap = architecture.overlap(2010, measure, smallest=6)
    seats = architecture.seats(2010)
    shared = {
        "jaccard": lambda a, b: len(a & b) / len(a | b),
        "shared": lambda a, b: len(a & b),
        "contained": lambda a, b: len(a & b) / len(a),
    }[measure]
    values = overlap.matrix.to_numpy()
    assert set(overlap.matrix.index) == {name for name, who in seats.items() if len(who) >= 6}
    assert np.isnan(np.diag(values)).all()
    for a in overlap.matrix.index[:5]:
        for b in overlap.matrix.columns:
            if a != b:
                assert overlap.matrix.at[a, b] == pytest.approx(shared(seats[a], seats[b]))
    assert overlap.highest == np.nanmax(values)
    assert overlap.mean == pytest.approx(np.nanmean(values))
    for a, b in overlap.pairs:
        assert overlap.matrix.at[a, b] == overlap.highest
    repeated = {frozenset(pair) for pair in overlap.pairs}
    assert measure == "contained" or len(repeated) == len(overlap.pairs)


def test_mechanisms_with_the_same_members_stand_side_by_side():
    overlap = architecture.overlap(2025)
    order = list(overlap.matrix.index)
    graph = networks.two_mode(data.memberships(as_of=2025, status=data.SEATS))
    twins = networks.same_members(graph)
    assert twins
    for names in twins:
        places = sorted(order.index(name) for name in names)
        assert places == list(range(places[0], places[0] + len(names)))


def test_fewer_than_two_mechanisms_have_no_overlap():
    overlap = architecture.overlap(1950, smallest=40)
    assert overlap.matrix.empty
    assert overlap.pairs == []
    assert np.isnan(overlap.highest)


def test_today_has_the_seats_of_the_region_in_mechanisms_with_an_agenda():
    today = architecture.today()
    assert set(today.memberships["iso3"]) <= set(data.region())
    assert set(today.names) <= set(data.mechanism_issues()["mechanism"])
    assert set(today.names) <= set(data.mechanisms(as_of=2025)["mechanism"])


def test_a_reform_does_what_its_name_says():
    today = architecture.profile_today()
    assert architecture.reform_today("none", "SCO", "CICA", "JPN").after == today
    admitted = architecture.reform_today("admit", "SCO", "CICA", "JPN")
    assert admitted.before == today
    assert admitted.after.pairs_covered >= today.pairs_covered
    assert admitted.changes["change"].abs().max() > 0
    plan = reforms.merge(architecture.today(), ["SCO", "CICA"], "SCO+CICA")
    merged = architecture.reform_today("merge", "SCO", "CICA", "JPN")
    assert merged.after == architecture.profile(plan)
    linked = architecture.reform_today("link", "SCO", "CICA", "JPN")
    housed = architecture.reform_today("secretariat", "QUAD", "CICA", "JPN")
    assert linked.possible
    assert housed.after.with_secretariat > today.with_secretariat


@pytest.mark.parametrize("kind", ["merge", "link"])
def test_a_mechanism_is_neither_merged_nor_linked_with_itself(kind):
    reform = architecture.reform_today(kind, "SCO", "SCO", "JPN")
    assert not reform.possible
    assert reform.after == reform.before


def test_an_unknown_reform_is_refused():
    with pytest.raises(ValueError, match="got 'abolish'"):
        architecture.reform_today("abolish", "SCO", "CICA", "JPN")


def test_the_coded_architecture_keeps_to_its_date_and_states():
    plan = architecture.coded_architecture("1977-12-31", ("JPN", "THA"))
    assert set(plan.memberships["iso3"]) <= {"JPN", "THA"}
    assert "ASEAN" in plan.names
    assert "SEATO" not in plan.names
