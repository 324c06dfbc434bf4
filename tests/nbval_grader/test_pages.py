"""A template inserts values as text only, whatever they contain."""

from __future__ import annotations

import pytest
from html_reader import Reader
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from nbval_grader.pages import _environment, render

TABLE = '{% from "macros.html" import table %}{{ table(caption, [caption, "b"], [[caption, caption]]) }}'
TEXTS = (
    '{% from "macros.html" import paragraphs, preformatted %}'
    "{{ paragraphs(text) }}{{ preformatted(text) }}"
)


def rendered(template: str, **context: object) -> str:
    """Render a template that is given as text, as `render` does with a file."""
    return _environment().from_string(template).render(context)


@given(st.text())
def test_a_text_makes_no_tag(value: str) -> None:
    assert set(Reader(rendered(TEXTS, text=value)).tags) <= {"p", "pre"}
    tags = Reader(rendered(TABLE, caption=value)).tags
    assert tags == ["table", "caption", "thead", "tr", "th", "th", "tbody", "tr", "th", "td"]


def test_markup_and_quotes_are_escaped() -> None:
    assert rendered("{{ x }}", x="<script>'\"&") == "&lt;script&gt;&#39;&#34;&amp;"
    assert rendered('<p class="{{ x }}">', x='"><b>') == '<p class="&#34;&gt;&lt;b&gt;">'


def test_terminal_sequences_and_direction_marks_are_removed() -> None:
    assert rendered("{{ x }}", x="\x1b[31mred\x1b[0m \x1b]0;title\x07x") == "red x"
    assert rendered("{{ x }}", x="a\u202eb\x00c\ud800") == "ab\ufffdc\ufffd"


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'x' is undefined"):
        rendered("{{ x }}")
    with pytest.raises(UndefinedError, match="no attribute 'y'"):
        rendered("{{ x.y }}", x=1)


def test_a_table_has_a_caption_and_headings_for_rows_and_columns() -> None:
    html = rendered(
        '{% from "macros.html" import table %}'
        '{{ table("Marks", ["Who", "Points", "Of"], rows, numbers=1) }}',
        rows=[["ann", 1.23456, 2], ["bo", None, 2]],
    )
    assert "<caption>Marks</caption>" in html
    assert html.count('scope="row"') == 2
    assert html.count('scope="col"') == 3
    assert '<td class="number">1.235</td><td>2</td>' in html
    assert '<td class="number">\N{EN DASH}</td>' in html


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    html = rendered(
        '{% extends "page.html" %}{% block title %}{{ t }}{% endblock %}{% block content %}{% endblock %}',
        t="A <title>",
    )
    assert "default-src 'none'" in html
    assert '<html lang="en">' in html
    assert html.count("A &lt;title&gt;") == 2
    assert "http:" not in html.replace("http-equiv", "")
    assert "https:" not in html
    assert "<script" not in html
    assert "@media print" in html
    assert html.startswith("<!DOCTYPE html>")


def test_a_file_is_rendered_the_same_twice() -> None:
    assert render("page.css") == render("page.css") != ""
