"""The record of war, summed again from the table's file."""

import csv

import pytest

from asian_security import data
from asian_security.analysis.war_record import population, regions, window


@pytest.fixture(scope="module")
def rows():
    path = data.folder() / "deaths_by_state.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _sum(rows, column, states, first, last):
    return sum(
        int(row[column] or 0)
        for row in rows
        if row["iso3"] in states and first <= int(row["year"]) <= last
    )


def test_deaths_are_the_sum_over_states_and_years(rows):
    for region, states in regions().items():
        record = window(region, "state_based_deaths", 1995, 2010)
        assert record.total == _sum(rows, "state_based_deaths", states, 1995, 2010)
        assert record.bounds == (
            _sum(rows, "state_based_low", states, 1995, 2010),
            _sum(rows, "state_based_high", states, 1995, 2010),
        )


@pytest.mark.parametrize("measure", ["conflicts", "wars"])
def test_conflicts_and_wars_are_counted_from_1946(rows, measure):
    states = regions()["East and Southeast Asia"]
    record = window("East and Southeast Asia", measure, 1946, 1979)
    assert record.start == 1946
    assert record.total == _sum(rows, measure, states, 1946, 1979) > 0


@pytest.mark.parametrize("measure", ["state_based_deaths", "total_deaths", "wars"])
def test_a_year_is_the_sum_over_its_states(rows, measure):
    record = window("South Asia", measure, 1989, 2024)
    states = regions()["South Asia"]
    for year, height in record.heights.items():
        assert height == pytest.approx(_sum(rows, measure, states, year, year))


def test_the_rate_is_deaths_over_person_years(rows):
    states = regions()["Southeast Asia"]
    people = population()
    assert people.loc[2024, "THA"] == people.loc[2019, "THA"]
    deaths = _sum(rows, "state_based_deaths", states, 2000, 2009)
    years = sum(people.loc[year, state] for year in range(2000, 2010) for state in states)
    record = window("Southeast Asia", "per_million", 2000, 2009)
    assert record.total == pytest.approx(deaths / years, rel=1e-12)


def test_the_world_is_the_sum_over_its_regions():
    path = data.folder() / "deaths_by_region.csv"
    table = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    expected = sum(
        int(row["total_deaths"] or 0) for row in table if 1995 <= int(row["year"]) <= 2010
    )
    assert window("South Asia", "total_deaths", 1995, 2010).world == expected
    assert window("South Asia", "wars", 1995, 2010).world == 0


def test_states_are_listed_from_the_most_down(rows):
    sums = window("Southeast Asia", "state_based_deaths", 2021, 2024).sums
    assert list(sums) == sorted(sums, reverse=True)
    for state, deaths in sums.items():
        assert deaths == _sum(rows, "state_based_deaths", {state}, 2021, 2024)


def test_no_year_before_1989_has_deaths_by_state():
    record = window("UCDP Asia", "state_based_deaths", 1950, 1960)
    assert record.start == 1989 > record.last
    assert (record.total, record.world, record.bounds) == (0, 0, (0, 0))


def test_the_older_series_stops_where_the_newer_one_starts_and_is_never_added():
    record = window("UCDP Asia", "state_based_deaths", 1980, 1995, older=True)
    assert (record.older.index[0], record.older.index[-1]) == (1946, 1988)
    asia = data.deaths_by_region("Asia").set_index("year")["prio_battle_deaths"]
    assert record.older.loc[1980:].sum() == asia.loc[1980:1988].sum() > 0
    assert record.total == window("UCDP Asia", "state_based_deaths", 1989, 1995).total


@pytest.mark.parametrize(
    ("region", "measure", "older"),
    [
        ("South Asia", "state_based_deaths", True),
        ("UCDP Asia", "wars", True),
        ("UCDP Asia", "per_million", True),
        ("UCDP Asia", "state_based_deaths", False),
    ],
)
def test_there_is_no_older_series_where_none_fits_or_none_is_asked_for(region, measure, older):
    assert window(region, measure, 1946, 2024, older).older.empty


def test_a_window_may_be_given_from_either_end():
    record = window("UCDP Asia", "wars", 2024, 1989)
    assert (record.first, record.last) == (1989, 2024)


def test_definitions_of_the_region_are_what_their_names_say():
    states = regions()
    assert "AFG" in states["UCDP Asia"]
    assert set(states["UCDP Asia"]) - set(states["UCDP Asia without Afghanistan"]) == {"AFG"}
    four = set(states["The article's four subregions"])
    assert four == set(data.states(data.NEIGHBOURHOOD)["iso3"])
    parts = [
        set(states[name]) for name in ("East and Southeast Asia", "South Asia", "Central Asia")
    ]
    assert set.union(*parts) == four
    assert sum(map(len, parts)) == len(four)
    assert not four & set(states["UCDP Middle East (to compare)"])


def test_an_unknown_region_or_measure_is_refused():
    with pytest.raises(ValueError, match=r"region must be one of UCDP Asia, .*, got 'Europe'"):
        window("Europe", "wars", 1946, 2024)
    with pytest.raises(ValueError, match=r"measure must be one of .*, got 'peace'"):
        window("UCDP Asia", "peace", 1946, 2024)
