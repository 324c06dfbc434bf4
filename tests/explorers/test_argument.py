"""The argument map and the record say what the tables hold, worked out here independently."""

import re
from itertools import pairwise

import pytest

from asian_security import data
from asian_security.analysis.claim_map import KIND_NAMES, LINKS
from asian_security.explorers import argument
from asian_security.explorers.argument import ArgumentMap, Record
from asian_security.figures import source_of


@pytest.fixture(scope="module")
def record():
    return Record()


@pytest.fixture(scope="module")
def chart():
    return ArgumentMap()


# The map


def test_every_claim_has_a_place_of_its_own_and_none_touches_another():
    places = argument.claim_places()
    assert set(places) == set(data.claims()["id"])
    spots = sorted(places.values())
    for i, (x, y) in enumerate(spots):
        for other_x, other_y in spots[i + 1 :]:
            assert max(abs(x - other_x), abs(y - other_y)) >= 1


def test_parts_are_drawn_in_the_order_of_the_article():
    places = argument.claim_places()
    edges = {
        part: (min(x), max(x))
        for part in "ABCD"
        if (x := [spot[0] for name, spot in places.items() if name[0] == part])
    }
    assert all(left[1] < right[0] for left, right in pairwise(edges.values()))


def test_the_sentence_gives_the_claim_and_what_would_count_against_it(chart):
    for row in data.claims().itertuples():
        sentence = chart.describe(claim=row.id)
        assert f"{row.id} (section {row.section}, {KIND_NAMES[row.kind]}, lesson" in sentence
        assert row.claim in sentence
        assert row.what_would_count_against in sentence


def test_the_sentence_names_what_a_claim_rests_on(chart):
    assert "On the map it is a ground for D2; it rests on A6; it is answered by D3" in (
        chart.describe(claim="D1")
    )


def test_filters_keep_what_the_table_of_claims_has(chart):
    expected = data.claims(lesson="08", kind="E")
    assert chart.record(kind="E", lesson="08").selected == list(expected["id"])
    sentence = chart.describe(kind="E", lesson="08")
    assert f"keep {len(expected)} of {len(data.claims())}: {', '.join(expected['id'])}." in sentence
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


def _lines(look, which):
    return [change for name, change in look["traces"].items() if name.startswith(which)]


def test_a_chosen_claim_draws_as_many_arrows_as_it_has_links(chart):
    for claim in ("A4", "B2", "D4"):
        own = [link for link in LINKS if claim in (link.source, link.target)]
        lines = _lines(chart.look(claim=claim), "own: ")
        assert sum(line["x"].count(None) for line in lines) == len(own)
        assert sum(size > 0 for line in lines for size in line["marker"]["size"]) == len(own)


def test_all_links_are_drawn_only_on_demand(chart):
    def drawn(**values):
        return sum(line["x"].count(None) for line in _lines(chart.look(**values), "all: "))

    assert drawn() == 0
    assert drawn(every=True) == len(LINKS)
    assert 0 < drawn(every=True, lesson="05") < len(LINKS)


def test_the_button_goes_on_to_the_next_claim_that_the_filters_keep(chart):
    now = chart.press("Next claim", claim="A3", kind="E", lesson="08")
    assert now == {**chart.defaults, "claim": "A6", "kind": "E", "lesson": "08"}


# The record


def test_the_sentence_gives_the_windows_value_and_the_leading_state(record):
    values = {"region": "Southeast Asia", "first": 2021}
    window = record.record(**values)
    name = data.state_names()[window.sums.index[0]]
    sentence = record.describe(**values)
    assert f"{window.total:,.0f} state-based deaths" in sentence
    assert f"{name} has {window.sums.iloc[0] / window.total:.0%} of them" in sentence
    table = record.table(window)
    assert table.index[0] == name
    assert table.iloc[0, 0] == f"{window.sums.iloc[0]:,.0f}"


@pytest.mark.parametrize("measure", ["state_based_deaths", "total_deaths", "wars"])
def test_bars_stack_to_the_years_total(record, measure):
    values = {"region": "South Asia", "measure": measure}
    rest, leader, _ = record.look(**values)["traces"].values()
    assert rest["x"] == leader["x"]
    heights = record.record(**values).heights
    for year, a, b in zip(rest["x"], rest["y"], leader["y"], strict=True):
        assert a + b == pytest.approx(heights[year])


def test_no_year_before_1989_shows_deaths_by_state(record):
    sentence = record.describe(first=1950, last=1960)
    assert "no deaths by state for 1950 to 1960" in sentence
    assert not re.search(r"\d state-based deaths", sentence)
    rest, leader, older = record.look(first=1950, last=1960)["traces"].values()
    assert min(rest["x"]) == min(leader["x"]) == 1989
    assert older["x"] == []


def test_the_older_series_is_named_apart_from_the_newer_one(record):
    values = {"older": True, "first": 1980, "last": 1995}
    rest, _, older = record.look(**values)["traces"].values()
    assert max(older["x"]) == 1988 < min(rest["x"])
    expected = int(record.record(**values).older.loc[1980:].sum())
    sentence = record.describe(**values)
    assert f"{expected:,} battle deaths for 1980 to 1988" in sentence
    assert "not added" in sentence
    assert "shown to 1988, outside this window" in record.describe(older=True)


def test_the_older_series_is_refused_where_it_does_not_exist(record):
    for values in ({"region": "South Asia"}, {"measure": "wars"}, {"measure": "per_million"}):
        assert "exists only for deaths in UCDP's whole regions" in record.describe(
            older=True, **values
        )


def test_a_window_may_be_given_from_either_end(record):
    assert record.describe(first=2024, last=1989) == record.describe()


def test_every_step_of_the_window_changes_figure_and_words(record):
    for name, step in (("first", 1990), ("last", 2023)):
        moved, start = record.look(**{name: step}), record.look()
        assert moved["sentence"] != start["sentence"]
        assert moved["layout"] != start["layout"]


def test_leaving_the_older_estimate_on_changes_nothing_else(record):
    without, with_older = (list(record.look(older=on)["traces"].values()) for on in (False, True))
    assert without[:2] == with_older[:2]


def test_the_source_is_that_of_the_table(record):
    assert source_of(record.draw()).startswith(data.source_line("deaths_by_state"))
