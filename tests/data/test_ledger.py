"""The claim ledger: one verdict a claim, each with a reason and the lessons that took it up."""

import re

import pytest

from asian_security import data

VERDICTS = ["supported", "mixed", "not supported", "not testable here"]


def test_every_claim_has_one_verdict_in_the_order_of_the_claims():
    assert list(data.ledger()["id"]) == list(data.claims()["id"])
    assert len(data.ledger()) == 53


def test_verdicts_come_from_the_vocabulary_and_are_all_used():
    assert set(data.ledger()["verdict"]) == set(VERDICTS)


def test_a_reason_is_one_sentence_of_its_own():
    reasons = data.ledger()["why"]
    assert reasons.is_unique
    for reason in reasons:
        assert 40 < len(reason) < 260, reason
        assert re.fullmatch(r"[A-Z][^.!?]*\.", reason), reason


def test_the_lessons_treat_the_claim_or_measure_what_it_is_about():
    treated = data.claims().set_index("id")["lesson"].str.split()
    for row in data.ledger().itertuples():
        named = row.lesson.split()
        assert named == sorted(set(named)), row.id
        assert all("01" <= lesson <= "11" for lesson in named), row.id
        assert set(named) & set(treated[row.id]), row.id


def test_advice_and_definitions_get_no_grade_unless_they_state_a_fact():
    kind = data.claims().set_index("id")["kind"]
    graded = data.ledger(verdict=VERDICTS[:3])
    # B14 defines a mode of cooperation and says where it comes from: the second can be looked up.
    assert set(graded.loc[graded["id"].map(kind).isin(["D", "N"]), "id"]) == {"B14"}


def test_a_verdict_filters_and_a_wrong_one_is_refused():
    rows = data.ledger(verdict="not supported")
    assert set(rows["verdict"]) == {"not supported"}
    assert len(data.ledger(verdict=["mixed", "supported"])) == sum(
        data.ledger()["verdict"].isin(["mixed", "supported"])
    )
    with pytest.raises(ValueError, match="unknown verdict 'true'"):
        data.ledger(verdict="true")
