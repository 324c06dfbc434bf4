"""What travels to the page: a figure and no script, only what a move changes, plotly.js on request."""

import json

import plotly.graph_objects as go
import pytest
from comm.base_comm import BaseComm

from asian_security.browser import CourseFigure
from asian_security.explorers import mechanisms


class Line(BaseComm):
    """A line to a page, which notes what is sent."""

    def __init__(self):
        self.sent = []
        super().__init__(target_name="jupyter.widget")

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        if msg_type == "comm_msg":
            self.sent.append((data, buffers))


@pytest.fixture
def widget():
    """A figure with a line to a page."""
    widget = CourseFigure(_figure())
    widget.comm = Line()
    return widget


def _figure(height=300):
    return go.Figure(go.Scatter(x=[1, 2], y=[3, float("nan")]), layout={"height": height})


def test_it_carries_the_figure_in_plain_form(widget):
    assert widget.plot_data == [{"type": "scatter", "x": [1, 2], "y": [3, None]}]
    assert widget.plot_layout == {"height": 300}
    assert "layout" in widget.plot_template


def test_a_move_sends_only_what_differs(widget):
    widget.show(_figure(height=400))
    [(message, _)] = widget.comm.sent
    assert message["method"] == "update"
    assert message["state"] == {"plot_layout": {"height": 400}}

    widget.show(_figure(height=400))
    assert len(widget.comm.sent) == 1


def test_the_state_of_a_figure_is_small():
    state = json.dumps(CourseFigure(mechanisms.OverlapMatrix().figure()).get_state(), default=str)
    assert "heatmap" in state
    assert len(state) < 100_000


def test_plotly_is_sent_when_a_page_asks_and_for_nothing_else(widget):
    widget._handle_custom_msg({"kind": "something"}, [])
    assert widget.comm.sent == []
    widget._handle_custom_msg({"kind": "plotly"}, [])
    [(message, [script])] = widget.comm.sent
    assert message["content"] == {"kind": "plotly"}
    assert b"window.Plotly = Plotly" in script
