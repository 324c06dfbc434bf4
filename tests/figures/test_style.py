"""One look for every figure, and a sentence beside each."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from asian_security import figures


def test_a_figure_needs_its_source_and_its_sentence():
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


def test_a_network_is_one_trace():
    at = figures.ring(["n", "e", "s", "w"])
    assert at["n"] == pytest.approx((0, 1), abs=1e-12)
    assert at["e"] == pytest.approx((1, 0), abs=1e-12)
    x, y = figures.edge_segments([("n", "s")], at)
    assert x[2] is None
    assert len(x) == len(y) == 3


def test_a_legend_above_the_plot_gets_room_under_the_title():
    layout = figures.layout("Title", "Source.", legend=figures.LEGEND_ABOVE)
    assert layout["margin"]["t"] == 100
    narrow = figures.layout("Title", "Source.", legend=figures.LEGEND_ABOVE, margin={"t": 140})
    assert narrow["margin"]["t"] == 140
    assert "margin" not in figures.layout("Title", "Source.")


def test_an_empty_figure_has_the_look_of_the_course_and_its_source():
    figure = figures.empty_figure("How many?", "Illustrative numbers.", height=300)
    assert (len(figure.data), figure.layout.height) == (0, 300)
    assert figure.layout.title.text == "How many?"
    assert figure.layout.template.layout.font.size == 15
    assert figures.source_of(figure) == "Illustrative numbers."
    assert figures.source_of(go.Figure()) == ""


def test_a_heat_map_writes_every_value():
    table = pd.DataFrame({"b": [0.25, 1234.5]}, index=["x", "y"])
    (trace,) = figures.heatmap(table, "Title", "Source.").data
    assert [list(row) for row in trace.text] == [["0.25"], ["1.23e+03"]]
    assert list(trace.y) == ["x", "y"]


def test_lines_are_told_apart_by_colour_and_dash_and_leave_gaps():
    table = pd.DataFrame({"a": [1.0, None], "b": [2.0, 3.0]}, index=[2000, 2001])
    first, second = figures.lines(table, "Title", "Source.", "Year", "Number").data
    assert list(first.y) == [1.0, None]
    assert first.line.color != second.line.color
    assert first.line.dash != second.line.dash
