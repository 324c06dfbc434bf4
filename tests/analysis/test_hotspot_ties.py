"""Ties around the hotspots and ripples along them, held against the tables and other methods."""

import csv

import networkx as nx
import numpy as np
import pytest

from asian_security import data
from asian_security.analysis import hotspot_ties
from asian_security.analysis.borders import border_network
from asian_security.analysis.hotspot_ties import act_ripple, reach_of_each, stakes, tie_tables


def rows(table):
    text = (data.folder() / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_ties_come_from_the_tables():
    nodes, ties = tie_tables()
    place = {iso3: i for i, iso3 in enumerate(nodes)}
    assert len(nodes) == 34
    near = ties["neighbours"]
    assert near[place["PRK"], place["KOR"]] == near[place["KOR"], place["PRK"]] == 1
    assert near[place["PRK"], place["IND"]] == 0
    promise = ties["defence promise"]
    assert promise[place["USA"], place["JPN"]] == 1
    assert promise[place["JPN"], place["USA"]] == 0
    row = next(
        r
        for r in rows("trade_partners")
        if (r["iso3"], r["partner"], r["year"]) == ("MNG", "CHN", "2014")
    )
    assert ties["trade"][place["MNG"], place["CHN"]] == float(row["share_of_total"])


def test_neighbours_within_the_region_are_those_of_the_border_network():
    nodes, ties = tie_tables()
    graph = border_network(land_only=False)
    region = data.region()
    for i, a in enumerate(nodes):
        for j, b in enumerate(nodes):
            if a in region and b in region:
                assert ties["neighbours"][i, j] == graph.has_edge(a, b)


def test_the_strongest_tie_counts_and_none_passes_on_more_than_all():
    nodes, tables = tie_tables()
    weights, kind = stakes(0.5, 0.8, 3.0)
    usa, jpn, mng, chn = (nodes.index(iso3) for iso3 in ("USA", "JPN", "MNG", "CHN"))
    assert weights[usa, jpn] == 0.8
    assert hotspot_ties.TIES[kind[usa, jpn]] == "defence promise"
    assert tables["trade"][mng, chn] > 1 / 3
    assert weights[mng, chn] == 1
    assert hotspot_ties.TIES[kind[mng, chn]] == "trade"
    assert weights.max() <= 1


def test_reach_of_each_counts_others_only():
    weights = np.zeros((3, 3))
    weights[1, 0], weights[2, 1] = 0.5, 0.8
    assert reach_of_each(weights, 0.4).tolist() == [2, 1, 0]
    assert reach_of_each(weights, 0.45).tolist() == [1, 1, 0]


def test_a_ripple_through_borders_alone_is_a_breadth_first_search():
    nodes, ties = tie_tables()
    graph = nx.from_numpy_array(ties["neighbours"])
    steps = nx.single_source_shortest_path_length(graph, nodes.index("PAK"), cutoff=5)
    ripple = act_ripple("india_pakistan", "PAK", 1.0, 0.0, 0.0, 0.6)
    assert ripple.arrival.tolist() == [steps.get(i, -1) for i in range(len(nodes))]
    for last in (1, 2, 3):
        assert ripple.reached_by(last) == [nodes[i] for i in sorted(steps) if 0 < steps[i] <= last]
    assert ripple.reach == len(steps) - 1
    assert set(ripple.tie[ripple.arrival > 0]) == {0}


def test_a_state_feels_an_act_through_one_that_felt_it_a_round_before():
    ripple = act_ripple("korea", "PRK", 0.5, 0.8, 1.0, 0.3)
    reached = np.flatnonzero(ripple.arrival > 0)
    assert len(reached) > 10
    assert (ripple.arrival[ripple.carrier[reached]] == ripple.arrival[reached] - 1).all()
    assert ((ripple.carrier < 0) == (ripple.arrival <= 0)).all()
    weights, kind = stakes(0.5, 0.8, 1.0)
    for i in reached:
        assert ripple.tie[i] == kind[i, ripple.carrier[i]]
        assert weights[i, ripple.carrier[i]] >= 0.3


def test_the_typical_reach_is_the_median_over_all_acts():
    nodes, _ = tie_tables()
    numbers = [act_ripple("none", iso3, 0.5, 0.8, 1.0, 0.3).reach for iso3 in nodes]
    assert act_ripple("korea", "PRK", 0.5, 0.8, 1.0, 0.3).typical_reach == np.median(numbers)


def test_nothing_passes_when_ties_pass_nothing_on():
    ripple = act_ripple("korea", "PRK", 0.0, 0.0, 0.0, 0.05)
    assert ripple.reach == ripple.typical_reach == 0
    assert ripple.not_reached == sorted(ripple.others) == ["CHN", "JPN", "KOR", "RUS", "USA"]


def test_roles_are_those_of_the_table():
    for hotspot in ("korea", "south_china_sea", "india_pakistan"):
        assert hotspot_ties.roles(hotspot) == {
            row["iso3"]: row["role"] for row in rows("hotspot_parties") if row["hotspot"] == hotspot
        }
    assert hotspot_ties.roles("none") == {}


def test_a_state_outside_the_network_cannot_act():
    with pytest.raises(ValueError, match=r"actor must be one of AFG, .*, got 'DEU'"):
        act_ripple("korea", "DEU", 0.5, 0.8, 1.0, 0.3)
