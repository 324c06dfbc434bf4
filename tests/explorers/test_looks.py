"""A look is plain JSON, and changes a drawn figure by the names of its traces."""

import numpy as np
import plotly.graph_objects as go
import pytest

from asian_security.explorers.looks import apply_look, plain


def drawn():
    figure = go.Figure()
    figure.add_scatter(name="area", x=[1], y=[1])
    figure.add_scatter(name="area", uid="guide", x=[0], y=[0])
    return figure


def test_a_trace_is_changed_by_its_name():
    figure = drawn()
    assert apply_look(figure, {"traces": {"area": {"x": [7]}}, "layout": {"height": 300}}) is figure
    assert list(figure.data[0].x) == [7]
    assert list(figure.data[1].x) == [0]
    assert figure.layout.height == 300


def test_a_uid_goes_before_a_name_that_traces_share():
    figure = apply_look(drawn(), {"traces": {"guide": {"x": [7]}}, "layout": {}})
    assert list(figure.data[0].x) == [1]
    assert list(figure.data[1].x) == [7]


def test_a_change_that_names_no_trace_is_refused():
    with pytest.raises(ValueError, match="no trace is named 'line'; there are area, guide"):
        apply_look(drawn(), {"traces": {"line": {}}, "layout": {}})


def test_plain_values_are_json():
    values = {"a": np.array([1.5, np.nan]), 2: (np.int64(3), None, "x"), "c": np.float64("nan")}
    assert plain(values) == {"a": [1.5, None], "2": [3, None, "x"], "c": None}
