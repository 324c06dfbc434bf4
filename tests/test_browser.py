"""What travels to the page: a figure and no script, only what a move changes, plotly.js on request."""

import json

import plotly.graph_objects as go
import pytest

from asian_security.browser import CourseFigure
from asian_security.explorers import mechanisms


@pytest.fixture
def sent(monkeypatch):
    """What figures send to the page: states, and messages with their buffers."""
    messages = []

    def send_state(self, key=None):
        changed = set(self.keys if key is None else key)
        if changed:
            messages.append(changed)

    def send(self, content, buffers=None):
        messages.append((content, buffers))

    monkeypatch.setattr(CourseFigure, "send_state", send_state)
    monkeypatch.setattr(CourseFigure, "send", send)
    return messages


def _figure(height=300):
    return go.Figure(go.Scatter(x=[1, 2], y=[3, float("nan")]), layout={"height": height})


def test_it_carries_the_figure_in_plain_form():
    shown = CourseFigure(_figure())
    assert shown.plot_data == [{"type": "scatter", "x": [1, 2], "y": [3, None]}]
    assert shown.plot_layout == {"height": 300}
    assert "layout" in shown.plot_template


def test_a_move_sends_only_what_differs(sent):
    shown = CourseFigure(_figure())
    sent.clear()
    shown.show(_figure(height=400))
    assert sent == [{"plot_layout"}]
    shown.show(_figure(height=400))
    assert sent == [{"plot_layout"}]


def test_the_state_of_a_figure_is_small():
    shown = CourseFigure(mechanisms.OverlapMatrix().figure())
    state = json.dumps(shown.get_state(), default=str)
    assert "heatmap" in state
    assert len(state) < 100_000


def test_plotly_is_sent_when_a_page_asks_and_for_nothing_else(sent):
    shown = CourseFigure(_figure())
    sent.clear()
    shown._handle_custom_msg({"kind": "something"}, [])
    assert sent == []
    shown._handle_custom_msg({"kind": "plotly"}, [])
    [(content, [script])] = sent
    assert content == {"kind": "plotly"}
    assert len(script) > 1_000_000
    assert b"window.Plotly = Plotly" in script
