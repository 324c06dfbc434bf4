"""The debate pack: balanced, drawn from the lessons, every figure computed."""

import re

import pytest

from asian_security import data, lessons
from asian_security.lessons import debate

RAW = {motion["id"]: motion for motion in lessons.questions("11", "motion")}
each_motion = pytest.mark.parametrize("motion", RAW)


def test_there_are_four_motions():
    assert debate.motions() == list(RAW)
    assert len(RAW) == 4


@each_motion
def test_both_sides_have_three_cards_of_like_length(motion):
    pack = debate.pack(motion)
    assert [len(pack[side]) for side in debate.SIDES] == [3, 3]
    words = [sum(len(card["text"].split()) for card in pack[side]) for side in debate.SIDES]
    assert max(words) < 1.5 * min(words)


@each_motion
def test_a_card_names_a_lesson_and_claims_that_exist(motion):
    claims = set(data.claims()["id"])
    for side in debate.SIDES:
        for card in RAW[motion][side]:
            assert "01" <= card["lesson"] <= "10"
            assert card["claims"]
            assert set(card["claims"]) <= claims


@each_motion
def test_every_card_rests_on_a_computed_figure(motion):
    for side in debate.SIDES:
        for raw, card in zip(RAW[motion][side], debate.pack(motion)[side], strict=True):
            names = re.findall(r"\{([^}]+)\}", raw["text"])
            assert names, raw["text"]
            assert all(debate.FIGURES[name]() in card["text"] for name in names)
            assert "{" not in card["text"]
            assert "nan" not in card["text"].lower().split()


def test_every_figure_is_used():
    text = str(RAW)
    assert [name for name in debate.FIGURES if f"{{{name}}}" not in text] == []


def test_figures_worked_out_by_hand():
    assert debate.FIGURES["five unanimous"]() == f"{0.8**5:.3f}"
    assert debate.FIGURES["thirty unanimous"]() == f"{0.8**30:.3f}"
    assert debate.FIGURES["depth of six"]() == "5.27"
    assert debate.FIGURES["depth of twelve"]() == "2.00"
    assert debate.FIGURES["arms alone"]() == "4.00"


@each_motion
def test_a_pack_reads_as_text_and_as_html(motion):
    page = debate.cards(motion)
    assert page.text.startswith(RAW[motion]["motion"])
    assert page.text.index("\nFor\n") < page.text.index("\nAgainst\n")
    assert page.html.count("<li>") == 6


def test_an_unknown_motion_or_figure_is_refused():
    with pytest.raises(ValueError, match="there is no motion 'x'; there are widen, majority"):
        debate.pack("x")
    with pytest.raises(ValueError, match="there is no figure 'x' for a card"):
        "{x}".format_map(debate._Filled())
