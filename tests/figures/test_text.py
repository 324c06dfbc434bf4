"""Pieces of the sentences and tables beside figures."""

import pandas as pd
import pytest

from asian_security.figures import count_noun, join_words, table_html, wrap_lines


@pytest.mark.parametrize(
    ("items", "most", "text"),
    [
        ([], None, "none"),
        (["a"], None, "a"),
        (["a", "b"], None, "a and b"),
        (["a", "b", "c"], 3, "a, b and c"),
        (["a", "b", "c", "d"], 2, "a, b and 2 more"),
    ],
)
def test_words_are_joined(items, most, text):
    assert join_words(items, most) == text


def test_a_noun_agrees_with_its_number():
    assert count_noun(1, "dispute") == "1 dispute"
    assert count_noun(1200, "dispute") == "1,200 disputes"
    assert count_noun(0, "body", "bodies") == "0 bodies"


def test_lines_are_wrapped_between_words():
    assert wrap_lines("one two three", 7) == "one two<br>three"
    assert wrap_lines("self-help", 5) == "self-help"


def test_a_table_marks_its_columns_of_words_and_escapes_them():
    table = pd.DataFrame({"n": [1], "who": ["<b>"]}, index=pd.Index(["x"], name="state"))
    html = table_html(table)
    assert "course-words-3" in html
    assert "course-words-2" not in html
    assert "&lt;b&gt;" in html
    assert "<th>state</th>" in html
