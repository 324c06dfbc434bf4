"""Pages: whatever is put in, nothing but text comes out."""

from __future__ import annotations

from html_reader import Reader
from hypothesis import given
from hypothesis import strategies as st

from nbval_grader.gradebook.pages import page, paragraphs, preformatted, table, text


@given(st.text())
def test_a_text_makes_no_tag(value: str) -> None:
    plain = Reader(page("t", "")).tags
    assert Reader(page(value, "")).tags == plain
    assert set(Reader(paragraphs(value) + preformatted(value)).tags) <= {"p", "pre"}
    assert Reader(table(value, [value], [[value]])).tags.count("td") == 0


def test_terminal_sequences_and_direction_marks_are_gone() -> None:
    assert text("\x1b[31mred\x1b[0m \x1b]0;title\x07x") == "red x"
    assert text("a\u202eb\x00c\ud800") == "a\ufffdb\ufffdc\ufffd"
    assert text("<script>'\"&") == "&lt;script&gt;&#x27;&quot;&amp;"


def test_a_page_needs_nothing_and_allows_nothing() -> None:
    made = page("Title", "<p>x</p>")
    assert "default-src &#x27;none&#x27;" in made
    assert '<html lang="en">' in made
    assert "http:" not in made.replace("http-equiv", "")
    assert "https:" not in made
    assert "<script" not in made
    assert "@media print" in made


def test_a_table_has_a_caption_and_headings_for_rows_and_columns() -> None:
    made = table("Marks", ["Who", "Points"], [["ann", 1.25], ["bo", None]], numbers=1)
    assert "<caption>Marks</caption>" in made
    assert made.count('scope="row"') == 2
    assert made.count('scope="col"') == 2
    assert '<td class="number">1.25</td>' in made
    assert "\N{EN DASH}" in made
