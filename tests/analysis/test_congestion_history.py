"""Who sat where since 1950, against counts from the tables worked out on their own."""

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis import congestion_history, reforms


@pytest.mark.parametrize("year", [1950, 1977, 1992, 2001, 2009, 2020, 2025])
@pytest.mark.parametrize("count", ["seats", "partners"])
def test_the_history_is_that_of_the_table_on_the_last_day_of_the_year(year, count):
    statuses = data.SEATS + congestion_history.PARTNERS if count == "partners" else data.SEATS
    table = data.memberships(as_of=f"{year}-12-31", status=statuses)
    past = congestion_history.history(count)
    rows, columns = np.nonzero(past.members[year - congestion_history.YEARS[0]])
    found = {(past.names[i], past.states[j]) for i, j in zip(rows, columns, strict=True)}
    assert found == set(zip(table["mechanism"], table["iso3"], strict=True))


@pytest.mark.parametrize("year", [1975, 2000, 2025])
def test_the_load_is_the_congestion_of_the_reforms(year):
    seats = data.memberships(as_of=f"{year}-12-31", status=data.SEATS)
    expected = reforms.congestion(reforms.architecture(seats, data.mechanism_issues()))
    place = year - congestion_history.YEARS[0]
    assert congestion_history.history().indices["load"][place] == pytest.approx(expected, abs=1e-12)


def test_a_states_own_load_averages_its_covered_issues():
    seats = data.memberships(as_of="2025-12-31", status=data.SEATS, state="MNG")
    issues = data.mechanism_issues().query("stated == 1")
    forums = seats.merge(issues, on="mechanism").groupby("issue").size()
    past = congestion_history.history()
    assert past.load[-1, past.states.index("MNG")] == pytest.approx((forums - 1).mean())


def test_contested_cells_need_two_of_the_three_camps():
    seats = data.memberships(as_of="2025-12-31", status=data.SEATS)
    issues = data.mechanism_issues().query("stated == 1")
    camps = data.mechanisms().set_index("mechanism")["initiator"].map(congestion_history.CAMPS)
    table = seats.merge(issues, on="mechanism")
    table["camp"] = table["mechanism"].map(camps)
    cells = table.groupby(["iso3", "issue"])["camp"].agg(set)
    contested = cells.map(lambda found: len(found & set(congestion_history.THREE_CAMPS)) >= 2)
    assert congestion_history.history().indices["contested"][-1] == pytest.approx(contested.mean())


def test_counts_that_leave_more_out_hold_fewer_seats():
    seats = {
        count: congestion_history.history(count).members.sum() for count in ("seats", "forums")
    }
    assert seats["forums"] < seats["seats"] < congestion_history.history("partners").members.sum()
    kinds = (
        data.mechanisms()
        .set_index("mechanism")
        .loc[congestion_history.history("forums").names, "kind"]
    )
    assert not kinds.isin(["alliance", "treaty"]).any()


def test_an_unknown_count_is_refused():
    with pytest.raises(ValueError, match="count must be one of seats, forums"):
        congestion_history.history("rumours")


def test_the_load_rises_while_the_mean_overlap_hardly_moves():
    past = congestion_history.history().indices
    then, now = 1990 - congestion_history.YEARS[0], -1
    assert past["load"][now] > 5 * past["load"][then]
    assert past["members"][now] < 1.5 * past["members"][then]


def test_a_year_lines_its_mechanisms_up_by_the_issues_they_name():
    past = congestion_history.history()
    crowd = congestion_history.Crowding(past, 1997 - congestion_history.YEARS[0], "THA")
    seats = data.memberships(as_of="1997-12-31", status=data.SEATS)
    named = data.mechanism_issues().query("stated == 1")
    for issue, number in zip(past.issues, crowd.per_issue, strict=True):
        own = set(named.loc[named["issue"] == issue, "mechanism"]) & set(seats["mechanism"])
        assert number == len(own)
    mechanism, issue, place = crowd.queues
    assert len(mechanism) == crowd.per_issue.sum()
    for lane, number in enumerate(crowd.per_issue):
        inside = issue == lane
        assert place[inside].tolist() == list(range(1, number + 1))
        assert (np.diff(mechanism[inside]) > 0).all()
    own = set(seats.loc[seats["iso3"] == "THA", "mechanism"])
    assert {name for name, sits in zip(past.names, crowd.seated, strict=True) if sits} == own
    shared = named[named["mechanism"].isin(own)]["issue"].value_counts()
    assert crowd.forums.tolist() == shared.reindex(past.issues, fill_value=0).tolist()
    assert crowd.sizes.sum() == len(seats[["mechanism", "iso3"]].drop_duplicates())


def test_a_year_is_read_from_the_history_of_all_years():
    past = congestion_history.history()
    place = 2010 - congestion_history.YEARS[0]
    crowd = congestion_history.Crowding(past, place, "MNG")
    founded = data.memberships(as_of="2010-12-31", status=data.SEATS)["mechanism"]
    alive = {name for name, exists in zip(past.names, crowd.alive, strict=True) if exists}
    assert alive == set(founded)
    assert (crowd.in_effect <= crowd.per_issue + 1e-9).all()
    assert (crowd.in_effect[crowd.per_issue > 0] >= 1 - 1e-9).all()
    covered = crowd.forums > 0
    assert crowd.own_load[place] == pytest.approx((crowd.forums[covered] - 1).mean())


def test_a_state_outside_the_history_is_not_counted():
    past = congestion_history.history("subregions")
    assert congestion_history.Crowding(past, 0, "MNG").counted
    assert not congestion_history.Crowding(past, 0, "USA").counted
    assert not congestion_history.Crowding(past, 0).counted
