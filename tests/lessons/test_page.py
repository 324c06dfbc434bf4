"""Terms, claim cards, sources, readings and code come from the tables and the package."""

import pandas as pd
import pytest

from asian_security import data, figures
from asian_security.analysis import networks
from asian_security.lessons import claims, page


def test_a_table_says_what_it_holds_and_aligns_numbers():
    frame = pd.DataFrame({"name": ["<b>SCO</b>", None], "seats": [10, 2]})
    made = page.table(frame, "Two bodies.")
    assert "<caption>Two bodies.</caption>" in made.html
    assert "&lt;b&gt;SCO" in made.html
    assert "<b>SCO" not in made.html
    assert made.html.count('style="text-align:right"') == 3
    assert 'scope="col"' in made.html
    assert repr(made).startswith("Two bodies.")


def test_terms_are_those_of_the_lesson():
    text = repr(page.terms("07"))
    for term in data.glossary(lesson="07")["term_zh"]:
        assert term in text
    with pytest.raises(ValueError, match="lesson"):
        page.terms("99")


def test_a_claim_card_attributes_and_says_what_would_count_against():
    text = repr(claims.card("B4", "C9"))
    assert text.count("Ling holds:") == 2
    assert text.count("What would count against it:") == 2
    with pytest.raises(ValueError, match="no such claim: Z9"):
        claims.card("Z9")
    with pytest.raises(ValueError, match="no such claim: none"):
        claims.card()


def test_sources_and_readings_name_what_they_rest_on():
    assert "as of" in repr(page.sources("memberships"))
    line = repr(page.readings("freeman1978"))
    assert "Freeman" in line
    assert "1978" in line
    with pytest.raises(ValueError, match="nonsense2000"):
        page.readings("nonsense2000")


def test_code_is_the_packages_own_without_its_docstring():
    shown = page.code(networks.jaccard_overlap).data
    assert "len(first & second) / len(first | second)" in shown
    assert "Raises" not in shown
    compile(shown, "shown", "exec")


def test_a_figure_needs_its_source_and_its_sentence():
    import plotly.graph_objects as go

    figure = go.Figure(layout=figures.layout("How many?", "Illustrative numbers."))
    assert repr(figures.show(figure, "There are three.")) == "There are three."
    assert figures.source_of(figure) == "Illustrative numbers."
    with pytest.raises(ValueError, match="needs a sentence"):
        figures.show(figure, "  ")
    with pytest.raises(ValueError, match="needs a sentence"):
        figures.show(figure, "How many?")
    with pytest.raises(ValueError, match="needs its source"):
        figures.show(go.Figure(), "There are three.")


def test_colour_is_never_the_only_cue():
    cues = figures.cue(["a", "b", "c", "d", "e", "f", "g", "h"])
    assert len({c["color"] for c in cues.values()}) == 8
    assert len({c["symbol"] for c in cues.values()}) == 8
    with pytest.raises(ValueError, match="at most 8 groups"):
        figures.cue("abcdefghi")


def test_a_network_is_one_trace_and_lies_still():
    import networkx as nx

    at = figures.ring(["n", "e", "s", "w"])
    assert at["n"] == pytest.approx((0, 1), abs=1e-12)
    assert at["e"] == pytest.approx((1, 0), abs=1e-12)
    x, y = figures.edge_segments([("n", "s")], at)
    assert x[2] is None
    assert len(x) == len(y) == 3
    graph = nx.cycle_graph(5)
    assert figures.spring(graph, seed=1) == figures.spring(graph, seed=1)
