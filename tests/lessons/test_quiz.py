"""A quiz tells right from wrong, with the reason, and counts."""

import pytest

from asian_security import lessons
from asian_security.lessons import quiz

ITEM = lessons.questions("07", "quiz")[1]


def test_a_verdict_gives_its_reason():
    right = next(option for option in ITEM["options"] if option["right"])
    wrong = next(option for option in ITEM["options"] if not option["right"])
    assert quiz.verdict(ITEM, right["text"]) == f"Right. {right['why']}"
    assert quiz.verdict(ITEM, wrong["text"]) == f"Not quite. {wrong['why']}"
    assert quiz.verdict(ITEM, None) == "Choose an answer."
    with pytest.raises(ValueError, match="no option of this question"):
        quiz.verdict(ITEM, "something else")


def test_options_keep_one_order_that_is_not_the_authors():
    orders = [
        quiz.shuffled(item) for n in lessons.available() for item in lessons.questions(n, "quiz")
    ]
    again = [
        quiz.shuffled(item) for n in lessons.available() for item in lessons.questions(n, "quiz")
    ]
    assert orders == again
    firsts = [
        next(o["text"] for o in item["options"] if o["right"]) == quiz.shuffled(item)[0]
        for n in lessons.available()
        for item in lessons.questions(n, "quiz")
    ]
    assert not all(firsts)


def test_the_widget_counts_right_answers():
    box = quiz.show("07")
    items = lessons.questions("07", "quiz")
    groups, count = box.children[1:-1], box.children[-1]
    assert len(groups) == len(items)
    assert f"0 of {len(items)}" in count.value
    for group, item in zip(groups, items, strict=True):
        choice, reason = group.children[1:]
        choice.value = next(o["text"] for o in item["options"] if not o["right"])
        assert "Not quite" in reason.value
        choice.value = next(o["text"] for o in item["options"] if o["right"])
        assert "Right" in reason.value
    assert f"{len(items)} of {len(items)}" in count.value
