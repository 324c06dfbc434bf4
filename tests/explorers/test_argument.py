"""The argument map and the record say what the tables hold, worked out here independently."""

import csv
import re
from collections import Counter
from itertools import pairwise

import pytest

from asian_security import data
from asian_security.explorers import argument
from asian_security.explorers.argument import ArgumentMap, Record


@pytest.fixture(scope="module")
def rows():
    path = data.folder() / "deaths_by_state.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def record():
    return Record()


@pytest.fixture(scope="module")
def chart():
    return ArgumentMap()


def _sum(rows, column, states, first, last):
    return sum(
        int(row[column] or 0)
        for row in rows
        if row["iso3"] in states and first <= int(row["year"]) <= last
    )


# The map


def test_every_claim_has_a_place_of_its_own_and_none_touches_another(chart):
    places, _ = argument._places()
    assert set(places) == set(data.claims()["id"])
    spots = sorted(places.values())
    for i, (x, y) in enumerate(spots):
        for other_x, other_y in spots[i + 1 :]:
            assert max(abs(x - other_x), abs(y - other_y)) >= 1


def test_parts_stand_from_left_to_right_in_the_order_of_the_article(chart):
    places, _ = argument._places()
    edges = {
        part: (min(x), max(x))
        for part in "ABCD"
        if (x := [spot[0] for name, spot in places.items() if name[0] == part])
    }
    assert all(left[1] < right[0] for left, right in pairwise(edges.values()))


def test_links_join_claims_once_and_are_few_enough_to_read(chart):
    links = argument.links()
    ids = set(data.claims()["id"])
    assert set(links["source"]) | set(links["target"]) <= ids
    assert not links.duplicated(["source", "target"]).any()
    assert not (links["source"] == links["target"]).any()
    assert len(links) <= 60


def test_the_sentence_gives_the_claim_and_what_would_count_against_it(chart):
    for row in data.claims().itertuples():
        said = chart.describe(claim=row.id)
        assert row.claim in said
        assert row.what_would_count_against in said


def test_filters_keep_what_the_table_of_claims_has(chart):
    found = data.claims(lesson="08", kind="E")
    said = chart.describe(kind="E", lesson="08")
    assert f"keep {len(found)} of {len(data.claims())}: {', '.join(found['id'])}." in said
    assert "No claim is of this kind" in chart.describe(kind="D", lesson="11")


def test_kept_claims_are_drawn_darker_than_the_others(chart):
    figure = chart.figure(claim="D9", kind="E", lesson="08")
    dark = {
        name
        for trace in figure.data
        if trace.mode == "markers+text"
        for name, color in zip(trace.text, trace.marker.line.color, strict=True)
        if color != "#DDDDDD"
    }
    assert dark == {"A3", "A6", "D1", "D2", "D9"}


def test_a_chosen_claim_draws_as_many_arrows_as_it_has_links(chart):
    links = argument.links()
    for claim in ("A4", "B2", "D4"):
        own = links[(links["source"] == claim) | (links["target"] == claim)]
        traces = chart.traces(**{**chart.defaults, "claim": claim})[3:6]
        assert sum(trace["x"].count(None) for trace in traces) == len(own)
        heads = sum(size > 0 for trace in traces for size in trace["marker"]["size"])
        assert heads == len(own)


def test_all_links_are_drawn_only_on_demand(chart):
    def drawn(**values):
        traces = chart.traces(**{**chart.defaults, **values})[:3]
        return sum(trace["x"].count(None) for trace in traces)

    assert drawn() == 0
    assert drawn(every=True) == len(argument.links())
    assert 0 < drawn(every=True, lesson="05") < len(argument.links())


def test_next_claim_goes_through_the_kept_ones_and_starts_again(chart):
    go_on = chart.actions()[0].apply
    now = {**chart.defaults, "claim": "A3", "kind": "E", "lesson": "08"}
    seen = []
    for _ in range(4):
        now |= go_on(now)
        seen.append(now["claim"])
    assert seen == ["A6", "D1", "D2", "A3"]
    assert go_on({**now, "kind": "D", "lesson": "11"}) == {"claim": "A3"}


# The record


def test_deaths_are_the_sum_over_states_and_years(record, rows):
    for region, states in argument.regions().items():
        expected = _sum(rows, "state_based_deaths", states, 1995, 2010)
        assert record.total(region=region, first=1995, last=2010) == expected
        if expected:
            said = record.describe(region=region, first=1995, last=2010)
            assert f"{expected:,} state-based deaths" in said


@pytest.mark.parametrize("measure", ["conflicts", "wars"])
def test_conflicts_and_wars_are_counted_from_1946(record, rows, measure):
    states = argument.regions()["East and Southeast Asia"]
    expected = _sum(rows, measure, states, 1946, 1979)
    values = {"region": "East and Southeast Asia", "measure": measure, "first": 1946, "last": 1979}
    assert record.total(**values) == expected > 0


def test_the_rate_is_deaths_over_person_years(record, rows):
    states = argument.regions()["Southeast Asia"]
    people = argument.population()
    assert people.loc[2024, "THA"] == people.loc[2019, "THA"]
    deaths = _sum(rows, "state_based_deaths", states, 2000, 2009)
    years = sum(people.loc[year, state] for year in range(2000, 2010) for state in states)
    rate = record.total(region="Southeast Asia", measure="per_million", first=2000, last=2009)
    assert rate == pytest.approx(deaths / years, rel=1e-12)


def test_the_leading_state_is_named_with_its_part(record, rows):
    states = argument.regions()["Southeast Asia"]
    by_state = Counter()
    for row in rows:
        if row["iso3"] in states and 2021 <= int(row["year"]) <= 2024:
            by_state[row["iso3"]] += int(row["state_based_deaths"])
    (leader, most), *_ = by_state.most_common(1)
    name = data.states().set_index("iso3").loc[leader, "name_en"]
    said = record.describe(region="Southeast Asia", first=2021, last=2024)
    assert f"{name} has {most / by_state.total():.0%} of them" in said
    values = {**record.defaults, "region": "Southeast Asia", "first": 2021}
    table = record.table(**values)
    assert table.index[0] == name
    assert table.iloc[0, 0] == f"{most:,}"


def test_bars_stack_to_the_years_total(record, rows):
    for measure in ("state_based_deaths", "total_deaths", "wars"):
        values = {**record.defaults, "region": "South Asia", "measure": measure}
        rest, leader, _ = record.traces(**values)
        states = argument.regions()["South Asia"]
        assert rest["x"] == leader["x"]
        for year, a, b in zip(rest["x"], rest["y"], leader["y"], strict=True):
            assert a + b == pytest.approx(_sum(rows, measure, states, year, year))


def test_no_year_before_1989_shows_deaths_by_state(record):
    said = record.describe(first=1950, last=1960)
    assert "no deaths by state for 1950 to 1960" in said
    assert not re.search(r"\d state-based deaths", said)
    rest, leader, older = record.traces(**{**record.defaults, "first": 1950, "last": 1960})
    assert min(rest["x"]) == min(leader["x"]) == 1989
    assert older["x"] == []


def test_the_older_series_stops_where_the_newer_one_starts_and_is_never_added(record):
    values = {**record.defaults, "older": True, "first": 1980, "last": 1995}
    rest, _, older = record.traces(**values)
    assert max(older["x"]) == 1988 < min(rest["x"])
    asia = data.deaths_by_region("Asia").set_index("year")
    expected = int(asia.loc[1980:1988, "prio_battle_deaths"].sum())
    said = record.describe(older=True, first=1980, last=1995)
    assert f"{expected:,} battle deaths for 1980 to 1988" in said
    assert "not added" in said
    with_older = record.total(older=True, first=1980, last=1995)
    assert with_older == record.total(first=1989, last=1995)


def test_the_older_series_is_refused_where_it_does_not_exist(record):
    for values in ({"region": "South Asia"}, {"measure": "wars"}, {"measure": "per_million"}):
        assert "exists only for deaths in UCDP's whole regions" in record.describe(
            older=True, **values
        )


def test_a_window_may_be_given_from_either_end(record):
    assert record.describe(first=2024, last=1989) == record.describe()


def test_every_step_of_the_window_changes_figure_and_words(record):
    for name, step in (("first", 1990), ("last", 2023)):
        moved = {**record.defaults, name: step}
        assert record.sentence(**moved) != record.sentence(**record.defaults)
        assert record.layout(**moved) != record.layout(**record.defaults)


def test_definitions_of_the_region_are_what_their_names_say():
    found = argument.regions()
    assert "AFG" in found["UCDP Asia"]
    assert set(found["UCDP Asia"]) - set(found["UCDP Asia without Afghanistan"]) == {"AFG"}
    four = set(found["The article's four subregions"])
    assert four == set(data.states(data.NEIGHBOURHOOD)["iso3"])
    parts = [set(found[name]) for name in ("East and Southeast Asia", "South Asia", "Central Asia")]
    assert set.union(*parts) == four
    assert sum(map(len, parts)) == len(four)
    assert not four & set(found["UCDP Middle East (to compare)"])


def test_leaving_the_older_estimate_on_changes_nothing_else(record):
    plain, with_older = (record.traces(**{**record.defaults, "older": on}) for on in (False, True))
    assert plain[:2] == with_older[:2]
