"""Texts that no student may see are listed and found; what the exercise shows is not among them."""

from __future__ import annotations

import pytest
from foreign import foreign_master, handed_in

from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.hidden_texts import find_answers, find_leaks, hidden_texts


def test_what_the_exercise_shows_is_not_hidden() -> None:
    hidden = hidden_texts([foreign_master()])
    assert {item.master for item in hidden} == {"foreign"}
    texts = {item.text for item in hidden}
    assert not any("BEGIN" in text or text.startswith("from") for text in texts)
    assert find_leaks({"e.ipynb": dump(handed_in({})).encode()}, hidden) == []


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"show('and twice',\n   2 * largest)", "cell 'q1-hidden-2' (hidden check)"),
        (b"print('word', shout('word'))", "cell 'q3-hidden-1' (hidden check)"),
        (b"of minus -15.0", "cell 'q2-hidden-2' (hidden output)"),
        (b"Because a model answer\nsays so.", "cell 'd1-answer' (solution)"),
        (b"rubric: claim 1, reason 1", "cell 'd1-answer' (rubric)"),
    ],
)
def test_a_hidden_text_is_found_with_its_place(data: bytes, place: str) -> None:
    leaks = find_leaks({"notes.md": data}, hidden_texts([foreign_master()]))

    assert f"notes.md holds text of foreign, {place}" in map(str, leaks)


def test_an_exercise_with_answers_is_found() -> None:
    masters = {"foreign": foreign_master()}
    contents = {
        "new.ipynb": dump(handed_in({})).encode(),
        "answered.ipynb": dump(handed_in({"q1-answer": "largest = 3"})).encode(),
        "other.ipynb": dump(foreign_master().notebook).encode(),
        "no notebook.ipynb": b"[",
        "text.md": b"largest = 3",
    }
    (sentence,) = find_answers(contents, masters)

    assert sentence.startswith("answered.ipynb holds answers to foreign, or is not as its master")
