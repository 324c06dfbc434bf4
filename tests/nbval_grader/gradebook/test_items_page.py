"""The page of the item analysis: figures by plotly, all said in words too, nothing from a network."""

from __future__ import annotations

import json
import re
from pathlib import Path

from classroom import SECRET, fill, outcome
from html_reader import Reader

from nbval_grader.gradebook.item_analysis import Band, Item, analyse
from nbval_grader.gradebook.items_page import draw_bands, draw_items, render_items
from nbval_grader.gradebook.store import Gradebook


def test_the_page_says_in_words_what_it_draws(mixed_class: Gradebook) -> None:
    html = render_items([analyse(mixed_class, "foreign")])
    assert html.count("<figure>") == html.count("<figcaption>") == html.count('role="img"') == 2
    assert "For teachers only" in html
    assert "12 graded. Median 4 of 6 points, lowest 2, highest 6." in html
    assert "Points of 12 submissions: the fullest tenth of the scale, 1.8 to 2.4" in html
    assert "the hardest is q3 (0.33)" in html
    assert "<summary>The numbers of this figure</summary>" in html
    assert '<th scope="row">1.8 to 2.4</th><td class="number">4</td>' in html
    assert SECRET in html
    assert "NaN" not in html


def test_it_loads_plotly_from_its_own_folder_and_nothing_else(mixed_class: Gradebook) -> None:
    html = render_items([analyse(mixed_class, "foreign")])
    page = Reader(html, loads=["plotly.min.js"])
    assert page.tags.count("script") == 3
    assert "http" not in html.replace("http-equiv", "")
    assert len(html) < 30_000
    (nonce,) = set(re.findall(r'<script nonce="(\w+)"', html))
    assert f"default-src 'none'; script-src 'nonce-{nonce}';" in html


def test_every_figure_has_data_and_a_place(mixed_class: Gradebook) -> None:
    html = render_items([analyse(mixed_class, "foreign")])
    text = re.search(r'type="application/json">(.*?)</script>', html)
    assert text is not None
    figures = json.loads(text[1])
    assert set(figures) == set(re.findall(r'<div id="([\w-]+)"', html))
    assert figures["points-1"]["data"][0]["y"] == [0, 0, 0, 4, 0, 0, 4, 0, 0, 4]
    assert figures["items-1"]["data"][0]["text"] == ["q2", "q3"]


def test_hostile_output_stays_text(mixed_class: Gradebook) -> None:
    evil = "</pre></script><script>x</script><img src=x onerror=y>"
    plain = render_items([analyse(mixed_class, "foreign")])
    fill(mixed_class, {"a0": outcome([], wrong={"q1-check": evil})})
    html = render_items([analyse(mixed_class, "foreign")])
    loads = ["plotly.min.js"]
    assert evil in "".join(Reader(html, loads=loads).texts)
    assert Reader(html, loads=loads).tags.count("script") == 3
    assert "img" not in Reader(html, loads=loads).tags
    assert re.findall(r'nonce="(\w+)"', html)[0] not in plain


def test_a_class_of_one_and_an_empty_one(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "one.sqlite") as one:
        fill(one, {"ann": outcome(["q1"])})
        html = render_items([analyse(one, "foreign"), analyse(one, "other")])
        assert "Discrimination is not defined" in html
        assert "No submission was graded." in html
        nothing = render_items([analyse(one, "other")])
        assert "<script" not in nothing


def test_the_same_class_makes_the_same_page(mixed_class: Gradebook) -> None:
    first, again = (render_items([analyse(mixed_class, "foreign")]) for _ in range(2))
    assert first == again


def test_bars_stand_in_the_middle_of_their_bands() -> None:
    (bars,) = draw_bands([Band(0, 2, 3), Band(2, 4, 0)]).data
    assert (list(bars.x), list(bars.y), list(bars.text)) == ([1, 3], [3, 0], ["3", ""])


def test_a_square_asks_to_be_looked_at() -> None:
    def item(name: str, difficulty: float, discrimination: float) -> Item:
        return Item(name, name, 2, 12, 12, difficulty, discrimination, None, 0.0)

    figure = draw_items([item("fine", 0.5, 0.4), item("<b>odd</b>", 0.5, -0.5)])
    (markers,) = figure.data
    assert list(markers.marker.symbol) == ["circle", "square"]
    assert list(markers.text) == ["fine", "&lt;b&gt;odd&lt;/b&gt;"]
    assert figure.layout.yaxis.range[0] < -0.5
