"""What the browser needs: figures drawn by the page's own plotly.js, and names for the controls.

A ``FigureWidget`` carries plotly's whole script (5 MB) as state, sends it for each figure and again
at each reload. A :class:`CourseFigure` carries its figure only; its script borrows plotly.js from
plotly's own JupyterLab extension and asks the kernel for a copy where a page has none. Another
hidden widget gives accessible names to what ipywidgets leaves nameless (slider handles, radio
groups, play buttons) and ties each figure to its sentence.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import plotly
import plotly.graph_objects as go
import traitlets
from plotly.io import to_json

_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_STATIC = Path(__file__).parent / "static"


class Names(anywidget.AnyWidget):
    """Keeps the page's controls named; shows nothing."""

    _esm = _STATIC / "names.js"
    _css = _STATIC / "course.css"


class CourseFigure(anywidget.AnyWidget):
    """Shows a plotly figure, as wide as its cell.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        The figure. The widget holds a copy in plain JSON, as the page gets it.

    Attributes
    ----------
    plot_data : list of dict
        The traces.
    plot_layout : dict
        The layout without its template.
    plot_template : dict
        The template, which stays as it is when the figure changes.
    """

    _esm = _STATIC / "figure.js"
    plot_data: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    plot_layout = traitlets.Dict().tag(sync=True)
    plot_template = traitlets.Dict().tag(sync=True)

    def __init__(self, figure: go.Figure) -> None:
        data, layout = _plain(figure)
        super().__init__(
            plot_template=layout.pop("template", {}), plot_data=data, plot_layout=layout
        )
        self.on_msg(self._answer)

    def show(self, figure: go.Figure) -> None:
        """Show another state of the figure; only what differs is sent.

        Parameters
        ----------
        figure : plotly.graph_objects.Figure
            The figure, with the same template.
        """
        data, layout = _plain(figure)
        layout.pop("template", None)
        with self.hold_sync():
            self.plot_data, self.plot_layout = data, layout

    def _answer(self, _: Any, content: dict[str, Any], __: Any) -> None:
        """Send plotly.js to a page that has none."""
        if content.get("kind") == "plotly":
            self.send({"kind": "plotly"}, buffers=[_PLOTLY.read_bytes()])


def _plain(figure: go.Figure) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return a figure's traces and layout as plain JSON values."""
    drawing = json.loads(to_json(figure, validate=False))
    return drawing["data"], drawing["layout"]


@cache
def names() -> Names:
    """Return this kernel's one naming widget, made at first use."""
    return Names()
