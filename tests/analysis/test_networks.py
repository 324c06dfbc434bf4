"""Networks: known results (Davis, Florentine families, star, cycle) and properties."""

from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.analysis import networks

TOY = pd.DataFrame(
    [("M1", "AAA"), ("M1", "BBB"), ("M2", "BBB"), ("M2", "CCC"), ("M3", "AAA"), ("M3", "BBB")],
    columns=["mechanism", "iso3"],
)


def davis() -> nx.Graph:
    """Davis Southern Women: women as members, events as mechanisms (18 by 14)."""
    source = nx.davis_southern_women_graph()
    ties = [(event, woman) for woman, event in source.edges]
    return networks.two_mode(pd.DataFrame(ties, columns=["mechanism", "iso3"]))


@st.composite
def membership_tables(draw: st.DrawFn) -> pd.DataFrame:
    states = [f"S{i}" for i in range(draw(st.integers(2, 7)))]
    mechanisms = [f"M{i}" for i in range(draw(st.integers(1, 6)))]
    every = [(m, s) for m in mechanisms for s in states]
    ties = draw(st.lists(st.sampled_from(every), min_size=1, max_size=len(every)))
    return pd.DataFrame(ties, columns=["mechanism", "iso3"])


def test_davis_southern_women_size() -> None:
    graph = davis()
    assert len(networks.nodes(graph, "state")) == 18
    assert len(networks.nodes(graph, "mechanism")) == 14
    assert graph.number_of_edges() == 89


def test_davis_projection_has_139_ties_and_evelyn_meets_theresa_7_times() -> None:
    women = networks.project(davis(), "state")
    assert women.number_of_edges() == 139
    assert women.edges["Evelyn Jefferson", "Theresa Anderson"]["weight"] == 7


@pytest.mark.parametrize("n", [3, 4, 10])
def test_freeman_centralisation_star_one_cycle_zero(n: int) -> None:
    assert networks.degree_centralisation(nx.star_graph(n - 1)) == pytest.approx(1, abs=1e-9)
    assert networks.degree_centralisation(nx.cycle_graph(n)) == pytest.approx(0, abs=1e-9)


def test_two_mode_centralisation_extremes() -> None:
    # one state in all three mechanisms, each other state in one: as unequal as can be
    star = [(m, "HUB") for m in ("M1", "M2", "M3")] + [("M1", "AAA"), ("M2", "BBB")]
    graph = networks.two_mode(pd.DataFrame(star, columns=["mechanism", "iso3"]))
    assert networks.degree_centralisation(graph, "state") == pytest.approx(1, abs=1e-9)
    with_outsider = networks.two_mode(
        pd.DataFrame([(m, "HUB") for m in "XYZ"], columns=["mechanism", "iso3"]), ["OUT"]
    )
    assert networks.degree_centralisation(with_outsider, "state") == pytest.approx(1, abs=1e-9)
    full = [(m, s) for m in ("M1", "M2") for s in ("AAA", "BBB", "CCC")]
    equal = networks.two_mode(pd.DataFrame(full, columns=["mechanism", "iso3"]))
    assert networks.degree_centralisation(equal, "state") == 0
    assert networks.degree_centralisation(equal, "mechanism") == 0


def test_two_mode_keeps_status_and_outsiders_and_counts_a_repeat_once() -> None:
    table = pd.concat([TOY, TOY.iloc[[0]]]).assign(status="member")
    graph = networks.two_mode(table, states=["ZZZ"])
    assert graph.number_of_edges() == 6
    assert graph.edges["AAA", "M1"]["status"] == "member"
    assert networks.degrees(graph, "state")["ZZZ"] == 0
    column = networks.two_mode(TOY, states=pd.Series(["ZZZ", "AAA"]))
    assert networks.nodes(column, "state") == ["AAA", "BBB", "CCC", "ZZZ"]


def test_degrees_are_sorted_with_ties_by_name() -> None:
    degrees = networks.degrees(networks.two_mode(TOY), "state")
    assert list(degrees.items()) == [("BBB", 3), ("AAA", 2), ("CCC", 1)]
    sizes = networks.degrees(networks.two_mode(TOY), "mechanism")
    assert list(sizes.index) == ["M1", "M2", "M3"]


def test_a_projection_keeps_those_who_meet_nobody() -> None:
    graph = networks.two_mode(TOY, ["ZZZ"])
    states = networks.project(graph)
    assert list(states.nodes(data="mode")) == [(s, "state") for s in ("AAA", "BBB", "CCC", "ZZZ")]
    assert list(states.edges(data="weight")) == [("AAA", "BBB", 2), ("BBB", "CCC", 1)]
    alone = networks.project(networks.two_mode(TOY.iloc[:0], ["ZZZ", "AAA"]))
    assert list(alone.nodes) == ["AAA", "ZZZ"]
    assert alone.number_of_edges() == 0


def test_overlap_measures_on_a_worked_example() -> None:
    graph = networks.two_mode(TOY)
    assert networks.overlap_matrix(graph, "shared").loc["M1", "M2"] == 1
    assert networks.overlap_matrix(graph).loc["M1", "M2"] == pytest.approx(1 / 3, abs=1e-9)
    nested = networks.overlap_matrix(graph, "contained", "state")
    assert nested.loc["CCC", "BBB"] == 1
    assert nested.loc["BBB", "CCC"] == pytest.approx(1 / 3, abs=1e-9)
    assert networks.jaccard_overlap(["a", "b"], ["b", "c"]) == pytest.approx(1 / 3, abs=1e-9)


def test_same_members_and_shared_forums() -> None:
    graph = networks.two_mode(TOY)
    assert networks.same_members(graph) == [("M1", "M3")]
    assert networks.shared_forums(graph, "AAA", "BBB") == ["M1", "M3"]
    assert networks.shared_forums(graph, "AAA", "NEW") == []


def test_pairs_without_forum_every_pair_and_a_list() -> None:
    graph = networks.two_mode(TOY)
    assert networks.pairs_without_forum(graph).to_numpy().tolist() == [["AAA", "CCC"]]
    neighbours = pd.DataFrame({"iso3_a": ["CCC", "BBB", "NEW"], "iso3_b": ["AAA", "CCC", "AAA"]})
    apart = networks.pairs_without_forum(graph, neighbours)
    assert apart.to_numpy().tolist() == [["AAA", "CCC"], ["AAA", "NEW"]]
    assert networks.pairs_without_forum(graph, [("AAA", "BBB")]).empty


def test_a_state_is_no_pair_with_itself() -> None:
    listed = [("AAA", "AAA"), ("NEW", "NEW"), ("CCC", "AAA")]
    apart = networks.pairs_without_forum(networks.two_mode(TOY), listed)
    assert apart.to_numpy().tolist() == [["AAA", "CCC"]]


def test_coverage_counts_forums_and_shows_gaps() -> None:
    issues = pd.DataFrame(
        [("M1", "cyber", 1), ("M3", "cyber", 1), ("M2", "energy", 1), ("M1", "energy", 0)],
        columns=["mechanism", "issue", "stated"],
    )
    issues.loc[len(issues)] = ["M1", "climate", 0]
    counts = networks.coverage(networks.two_mode(TOY), issues, ["AAA", "CCC", "NEW"])
    assert counts.loc["AAA"].to_dict() == {"climate": 0, "cyber": 2, "energy": 0}
    assert counts.loc["CCC", "energy"] == 1
    assert counts.loc["NEW"].sum() == 0
    assert networks.participation(networks.two_mode(TOY), ["AAA", "NEW"]) == 0.5


def test_representation_by_states_and_by_people() -> None:
    states = pd.DataFrame(
        {"iso3": ["AAA", "BBB", "CCC"], "subregion": ["N", "N", "S"], "people": [1, 1, 2]}
    )
    table = networks.representation(networks.two_mode(TOY), states)
    assert table.loc["S", "seats"] == 1
    assert table.loc["S", "seat_share"] == pytest.approx(1 / 6, abs=1e-9)
    assert table.loc["S", "ratio"] == pytest.approx(0.5, abs=1e-9)
    people = networks.representation(networks.two_mode(TOY), states, weight="people")
    assert people.loc["S", "fair_share"] == pytest.approx(0.5, abs=1e-9)
    one = networks.representation(networks.two_mode(TOY), states, mechanisms=["M2"])
    assert one.loc["S", "seat_share"] == pytest.approx(0.5, abs=1e-9)


def test_core_periphery_finds_an_ideal_core_whatever_ties_it_to_the_rest() -> None:
    ideal = nx.complete_graph(["a", "b", "c"])
    ideal.add_nodes_from("wxyz")
    apart = networks.core_periphery(ideal)
    ideal.add_edges_from([("a", "w"), ("a", "x"), ("b", "y")])
    for split in (apart, networks.core_periphery(ideal)):
        assert split.core == ("a", "b", "c")
        assert split.periphery == ("w", "x", "y", "z")
        assert split.fit == pytest.approx(1, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_core_is_the_best_cut_of_the_ranking_by_strength(seed: int) -> None:
    graph = nx.gnp_random_graph(7, 0.5, seed=seed)
    if graph.number_of_edges() in (0, 21):
        return
    split = networks.core_periphery(graph)
    ranked = sorted(graph.nodes, key=lambda node: (-graph.degree[node], node))
    fits = {}
    for size in range(2, 6):
        groups = [(ranked[:size], 1.0), (ranked[size:], 0.0)]
        pairs = [(pair, ideal) for group, ideal in groups for pair in combinations(group, 2)]
        tied = [float(graph.has_edge(*pair)) for pair, _ in pairs]
        if len(set(tied)) > 1:
            fits[size] = float(np.corrcoef(tied, [ideal for _, ideal in pairs])[0, 1])
    assert set(split.core) == set(ranked[: len(split.core)])
    assert split.fit == pytest.approx(max(fits.values()), abs=1e-9)
    assert split.fit == pytest.approx(fits[len(split.core)], abs=1e-9)


def test_communities_split_two_cliques_and_do_not_depend_on_order() -> None:
    cliques = nx.relabel_nodes(nx.barbell_graph(5, 0), str)
    groups = networks.communities(cliques)
    assert groups == [("0", "1", "2", "3", "4"), ("5", "6", "7", "8", "9")]
    shuffled = nx.Graph([(b, a) for a, b in reversed(list(cliques.edges))])
    assert networks.communities(shuffled) == groups


@pytest.mark.parametrize("seed", [1, 2, 3, 7])
def test_communities_of_equal_size_come_in_alphabetical_order(seed: int) -> None:
    # On these networks the Louvain method itself returns groups of one size in another order.
    graph = nx.relabel_nodes(nx.gnp_random_graph(10, 0.3, seed=seed), "{:02d}".format)
    groups = networks.communities(graph)
    sizes = [len(group) for group in groups]
    assert len(set(sizes)) < len(sizes)
    assert groups == sorted(groups, key=lambda group: (-len(group), group))


@settings(max_examples=40, deadline=None)
@given(membership_tables())
def test_projection_weight_is_the_shared_count(table: pd.DataFrame) -> None:
    graph = networks.two_mode(table)
    shared = networks.overlap_matrix(graph, "shared", "state")
    projected = networks.project(graph, "state")
    for a, b in combinations(networks.nodes(graph, "state"), 2):
        weight = projected.edges[a, b]["weight"] if projected.has_edge(a, b) else 0
        assert weight == shared.loc[a, b] == len(networks.shared_forums(graph, a, b))
    apart = networks.pairs_without_forum(graph)
    pairs = len(networks.nodes(graph, "state"))
    assert len(apart) + projected.number_of_edges() == pairs * (pairs - 1) // 2


@settings(max_examples=40, deadline=None)
@given(membership_tables())
def test_overlap_is_symmetric_bounded_and_equals_the_pairwise_function(
    table: pd.DataFrame,
) -> None:
    graph = networks.two_mode(table)
    matrix = networks.overlap_matrix(graph)
    assert np.array_equal(matrix, matrix.T)
    assert ((matrix >= 0) & (matrix <= 1)).all(axis=None)
    for a, b in combinations(networks.nodes(graph, "mechanism"), 2):
        assert matrix.loc[a, b] == pytest.approx(networks.jaccard_overlap(graph[a], graph[b]))


@settings(max_examples=40, deadline=None)
@given(membership_tables(), st.booleans())
def test_two_mode_centralisation_lies_in_0_1(table: pd.DataFrame, outsider: bool) -> None:
    graph = networks.two_mode(table, ["OUT"] if outsider else None)
    for mode in networks.MODES:
        assert 0 <= networks.degree_centralisation(graph, mode) <= 1


@settings(max_examples=40, deadline=None)
@given(membership_tables())
def test_seat_shares_add_up(table: pd.DataFrame) -> None:
    graph = networks.two_mode(table)
    names = networks.nodes(graph, "state")
    states = pd.DataFrame({"iso3": names, "subregion": [name[-1] for name in names]})
    shares = networks.representation(graph, states)
    assert shares["seat_share"].sum() == pytest.approx(1)
    assert shares["fair_share"].sum() == pytest.approx(1)
    assert shares["seats"].sum() == graph.number_of_edges()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: networks.two_mode(TOY.drop(columns="iso3")), "missing: iso3"),
        (lambda: networks.two_mode(TOY.replace("AAA", None)), "without a mechanism"),
        (lambda: networks.two_mode(TOY.replace("AAA", "M1")), "a state and a mechanism at once"),
        (lambda: networks.degrees(networks.two_mode(TOY), "country"), "got 'country'"),
        (lambda: networks.overlap_matrix(networks.two_mode(TOY), "cosine"), "got 'cosine'"),
        (lambda: networks.jaccard_overlap([], []), "two empty groups"),
        (lambda: networks.degree_centralisation(networks.two_mode(TOY)), "project"),
        (lambda: networks.degree_centralisation(nx.path_graph(2)), "got 2"),
        (lambda: networks.degree_centralisation(nx.Graph(), "state"), "no node of mode"),
        (lambda: networks.core_periphery(nx.complete_graph(5)), "tied alike"),
        (lambda: networks.core_periphery(nx.path_graph(3)), "got 3"),
        (lambda: networks.communities(nx.path_graph(3), resolution=0), "got 0"),
        (lambda: networks.participation(networks.two_mode(TOY), []), "states is empty"),
        (lambda: networks.incidence(nx.Graph()), "at least one state"),
        (
            lambda: networks.representation(
                networks.two_mode(TOY), pd.DataFrame({"iso3": ["ZZZ"], "subregion": ["N"]})
            ),
            "hold no seat",
        ),
        (
            lambda: networks.representation(
                networks.two_mode(TOY),
                pd.DataFrame({"iso3": ["AAA"], "subregion": ["N"]}),
                mechanisms=["M9"],
            ),
            "unknown mechanism: M9",
        ),
    ],
)
def test_bad_input_is_refused_with_a_clear_sentence(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()


def test_columns_and_names_are_checked_before_use() -> None:
    networks.require_columns(TOY, ["mechanism", "iso3"], "memberships")
    with pytest.raises(ValueError, match=r"memberships .*missing: year"):
        networks.require_columns(TOY, ["mechanism", "year"], "memberships")
