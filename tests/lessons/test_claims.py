"""A claim card says whose claim it is, of what kind, and what would count against it."""

import pytest

from asian_security import data
from asian_security.analysis.claim_map import CLAIM_KINDS
from asian_security.lessons import claims


def test_a_claim_card_attributes_and_says_what_would_count_against():
    text = repr(claims.card("B4", "C9"))
    assert text.count("Ling holds:") == 2
    assert text.count("What would count against it:") == 2
    with pytest.raises(ValueError, match="no such claim: Z9"):
        claims.card("Z9")
    with pytest.raises(ValueError, match="no such claim: none"):
        claims.card()


@pytest.mark.parametrize("claim", data.claims()["id"])
def test_every_claim_has_a_card(claim):
    row = data.claims().set_index("id").loc[claim]
    card = claims.card(claim)
    assert card.text.startswith(f"{claim} · section {row['section']} · ")
    assert CLAIM_KINDS[row["kind"]].phrase in card.text
    assert card.html.count("<section>") == 1
