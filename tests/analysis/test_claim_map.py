"""Claims, their kinds and their links, held against the table of claims."""

import pytest

from asian_security import data
from asian_security.analysis import claim_map


def test_every_kind_of_the_table_has_a_name_and_a_phrase():
    assert set(claim_map.CLAIM_KINDS) == set(data.claims()["kind"])
    phrases = [kind.phrase for kind in claim_map.CLAIM_KINDS.values()]
    assert phrases == [
        "definition",
        "empirical: data can speak to it",
        "causal: a model can speak to it",
        "normative: argument can speak to it",
    ]
    assert [phrase.partition(":")[0] for phrase in phrases] == list(claim_map.KIND_NAMES.values())


def test_links_join_claims_once_and_are_few_enough_to_read():
    links, ids = claim_map.LINKS, set(data.claims()["id"])
    assert {end for link in links for end in (link.source, link.target)} <= ids
    assert {link.relation for link in links} == set(claim_map.REVERSED)
    assert len({(link.source, link.target) for link in links}) == len(links)
    assert all(link.source != link.target for link in links)
    assert 50 <= len(links) <= 60


def test_a_selection_is_what_the_table_of_claims_has():
    assert claim_map.select_claims() == list(data.claims()["id"])
    assert claim_map.select_claims("E", "08") == list(data.claims(lesson="08", kind="E")["id"])
    assert claim_map.select_claims("D", "11") == []
    with pytest.raises(ValueError, match="lesson"):
        claim_map.select_claims(lesson="99")


def test_bearings_name_each_link_of_a_claim_from_its_own_side():
    assert claim_map.bearings("C12") == [("is a ground for", ["C11"])]
    assert claim_map.bearings("D1") == [
        ("is a ground for", ["D2"]),
        ("rests on", ["A6"]),
        ("is answered by", ["D3"]),
        ("stands in the way of", ["C8"]),
    ]
    for claim in data.claims()["id"]:
        others = [other for _, ends in claim_map.bearings(claim) for other in ends]
        assert len(others) == len(claim_map.links_of(claim))
        assert {claim, *others} == claim_map.Focus(claim, []).near


def test_links_among_some_claims_have_both_ends_there():
    assert claim_map.links_among(list(data.claims()["id"])) == claim_map.LINKS
    assert [link[:2] for link in claim_map.links_among(["D1", "D2", "B1"])] == [
        ("D1", "D2"),
        ("D2", "B1"),
    ]


def test_the_next_claim_goes_through_the_selected_ones_and_starts_again():
    selected = claim_map.select_claims("E", "08")
    claim, seen = "A3", []
    for _ in range(4):
        claim = claim_map.Focus(claim, selected).following()
        seen.append(claim)
    assert seen == ["A6", "D1", "D2", "A3"]
    assert claim_map.Focus("A3", []).following() == "A3"
