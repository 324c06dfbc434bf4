"""What the tables hold of three hotspots, counted again from their files."""

import csv

import pytest

from asian_security import data
from asian_security.analysis import hotspot_record
from asian_security.analysis.hotspot_record import HOTSPOTS, decimal_year, window


def rows(table):
    text = (data.folder() / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_hotspots_are_those_of_the_table():
    assert {row["hotspot"]: row["name_en"] for row in rows("hotspots")} == HOTSPOTS


def test_a_dispute_is_counted_once_however_many_pairs_it_has():
    begun = {}
    for row in rows("disputes"):
        if row["hotspot"] == "korea":
            first, level = begun.get(row["dispute"], (9999, 0))
            begun[row["dispute"]] = (
                min(first, int(row["start_year"])),
                max(level, int(row["hostility"])),
            )
    inside = [level for first, level in begun.values() if 1990 <= first <= 1999]
    counted = window(1990, 1999, ["korea"])
    assert (counted.disputes, counted.wars) == (len(inside), inside.count(5))
    table = hotspot_record.disputes()
    assert len(table[table["hotspot"] == "korea"]) == len(begun)
    several = next(row for row in table.itertuples() if ";" in row.pairs)
    pairs = {
        f"{row['iso3_a']}-{row['iso3_b']}"
        for row in rows("disputes")
        if int(row["dispute"]) == several.dispute and row["hotspot"] == several.hotspot
    }
    assert set(several.pairs.split("; ")) == pairs


def test_years_without_a_source_are_not_counted_as_zero():
    late = window(2012, 2021, list(HOTSPOTS))
    assert (late.disputes, late.wars) == (None, None)
    assert late.deaths
    assert window(1960, 1979, list(HOTSPOTS)).deaths is None
    assert window(2024, 2026, list(HOTSPOTS)).deaths is None
    assert window(1989, 2023, ["korea"]).deaths == {}


def test_deaths_are_sums_over_the_window():
    deaths = {218: 0, 364: 0}
    for row in rows("deaths_by_conflict"):
        if int(row["conflict"]) in deaths and 1995 <= int(row["year"]) <= 2004:
            deaths[int(row["conflict"])] += int(row["battle_deaths"] or 0)
    assert window(1995, 2004, ["india_pakistan"]).deaths == deaths


def test_tests_are_sums_over_the_window():
    days = [row for row in rows("missile_tests") if 2013 <= int(row["date"][:4]) <= 2017]
    nuclear = [row for row in rows("nuclear_tests") if 2013 <= int(row["date"][:4]) <= 2017]
    counted = window(2013, 2017, ["korea"])
    assert counted.days == len(days)
    assert counted.missiles == sum(int(row["missiles"]) for row in days) > len(days)
    assert counted.nuclear == len(nuclear) == 4


def test_events_of_the_window_stand_in_order_of_their_dates():
    expected = sorted(
        row["date"]
        for row in rows("hotspot_events")
        if row["hotspot"] == "korea" and "1950" <= row["date"][:4] <= "2004"
    )
    events = window(1950, 2004, ["korea"]).events
    assert list(events["date"]) == expected
    assert (events["cited"] != "").all()


def test_every_event_has_a_group_and_a_place_in_time():
    events = hotspot_record.events()
    assert len(events) == len(rows("hotspot_events"))
    assert set(events["group"]) == set(hotspot_record.EVENT_KINDS)
    assert (events["when"].astype(int) == events["year"]).all()


@pytest.mark.parametrize(
    ("date", "expected"),
    [("1962", 1962.5), ("1962-10", 1962.788), ("1962-10-20", 1962.802), ("2001-01-01", 2001.0)],
)
def test_a_partial_date_stands_in_the_middle_of_its_period(date, expected):
    assert decimal_year(date) == pytest.approx(expected, abs=0.0006)


def test_an_unknown_hotspot_is_refused():
    with pytest.raises(ValueError, match=r"hotspot must be one of korea, .*, got 'kashmir'"):
        window(1990, 1999, ["kashmir"])


def test_missile_tests_are_summed_by_year():
    years = hotspot_record.missile_years()
    own = [row for row in rows("missile_tests") if row["date"].startswith("2017")]
    assert years.loc[2017].to_dict() == {
        "days": len(own),
        "missiles": sum(int(row["missiles"]) for row in own),
    }
    assert set(years.index) == {int(row["date"][:4]) for row in rows("missile_tests")}


def test_nuclear_tests_have_their_places_in_time():
    dates = hotspot_record.nuclear_dates()
    assert [int(when) for when in dates] == [int(row["date"][:4]) for row in rows("nuclear_tests")]
