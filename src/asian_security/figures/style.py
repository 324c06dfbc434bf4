"""One look for every figure: template, palette, network drawing, and a sentence beside each.

Colours are Okabe and Ito's, which stay apart for colour-blind readers; a marker shape or a
dash always goes with a colour, so that colour is never the only cue.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE, GREY = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
    "#7A7A7A",
)
PALETTE: tuple[str, ...] = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK, GREY)
SYMBOLS: tuple[str, ...] = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "star",
    "hexagon",
    "triangle-down",
)
DASHES: tuple[str, ...] = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SEQUENTIAL = [[0.0, "#F7FBFF"], [0.5, "#56B4E9"], [1.0, "#08306B"]]
LEGEND_ABOVE: dict[str, Any] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
"""A legend between the title and the plot."""
NOTHING: dict[str, Any] = {"x": [None], "y": [None]}
"""What changes in a trace that has nothing to show now, so that its legend entry stays."""

_FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
_AXIS = {
    "showline": True,
    "linecolor": "#444444",
    "gridcolor": "#E4E4E4",
    "zerolinecolor": "#BBBBBB",
    "ticks": "outside",
    "automargin": True,
    "title": {"standoff": 10},
}

TEMPLATE: dict[str, Any] = {
    "layout": {
        "font": {"family": _FONT, "size": 15, "color": "#1A1A1A"},
        "title": {
            "font": {"size": 19},
            "x": 0.01,
            "xanchor": "left",
            "y": 1,
            "yanchor": "top",
            "yref": "container",
            "pad": {"t": 12},
        },
        "colorway": list(PALETTE),
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "legend": {"font": {"size": 14}, "itemsizing": "constant"},
        "hoverlabel": {"font": {"family": _FONT, "size": 14}},
        "margin": {"l": 60, "r": 20, "t": 60, "b": 70},
        "height": 460,
    }
}


def cue(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Give each name a colour, a marker symbol and a dash that stay the same in all figures.

    Parameters
    ----------
    names : iterable of str
        Group names, in the order of the legend; at most eight.

    Returns
    -------
    dict
        ``name -> {"color", "symbol", "dash"}``.

    Raises
    ------
    ValueError
        If there are more than eight names: no reader tells nine colours apart.
    """
    listed = list(dict.fromkeys(names))
    if len(listed) > len(PALETTE):
        raise ValueError(
            f"a figure tells at most {len(PALETTE)} groups apart, got {len(listed)}: merge some"
        )
    return {
        name: {
            "color": PALETTE[i],
            "symbol": SYMBOLS[i],
            "dash": DASHES[i % len(DASHES)],
        }
        for i, name in enumerate(listed)
    }


def layout(title: str, source: str, **options: Any) -> dict[str, Any]:
    """Lay a figure out; its source and as-of date are shown under it as text.

    Parameters
    ----------
    title : str
        The finding or the question.
    source : str
        Where the numbers come from and as of when; "Illustrative numbers." where they are.
    **options
        Further plotly layout properties; they win over the course's own.

    Returns
    -------
    dict
        Layout properties for ``go.Figure(layout=...)``.
    """
    legend = options.get("legend") or {}
    if legend.get("orientation") == "h" and legend.get("y", 0) >= 1:
        # a legend above the plot needs room under the title
        options["legend"] = {"traceorder": "normal", **legend}
        options["margin"] = {"t": 100, **(options.get("margin") or {})}
    return {
        "template": TEMPLATE,
        "title": {"text": title},
        "meta": {"source": source},
        **options,
    }


def empty_figure(title: str, source: str, **options: Any) -> go.Figure:
    """Return a figure without traces, laid out by :func:`layout`, whose parameters it has."""
    import plotly.graph_objects as go

    return go.Figure(layout=layout(title, source, **options))


def source_of(figure: go.Figure) -> str:
    """Return the source line that :func:`layout` gave a figure, or an empty text."""
    meta = figure.layout.meta
    return str(meta["source"]) if isinstance(meta, dict) and "source" in meta else ""


def bare_axes() -> dict[str, Any]:
    """Return layout properties for a network: no ticks, no grid, equal scales."""
    bare = {
        "visible": False,
        "showgrid": False,
        "zeroline": False,
    }
    return {"xaxis": bare, "yaxis": bare}


def edge_segments(
    edges: Iterable[tuple[Hashable, Hashable]],
    positions: Mapping[Any, Sequence[float]],
) -> tuple[list[float | None], list[float | None]]:
    """Turn edges into one broken line, so that a network of any size is a single trace.

    Parameters
    ----------
    edges : iterable of (node, node)
    positions : mapping of node to (x, y)

    Returns
    -------
    (list, list)
        x and y with ``None`` between edges.
    """
    x: list[float | None] = []
    y: list[float | None] = []
    for a, b in edges:
        x += [positions[a][0], positions[b][0], None]
        y += [positions[a][1], positions[b][1], None]
    return x, y


def ring(nodes: Sequence[Hashable], radius: float = 1.0) -> dict[Hashable, tuple[float, float]]:
    """Place nodes on a circle, clockwise from the top, in the order given."""
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(nodes)) / max(len(nodes), 1)
    return {
        n: (float(radius * np.cos(a)), float(radius * np.sin(a)))
        for n, a in zip(nodes, angles, strict=True)
    }


@dataclass(frozen=True)
class Described:
    """A figure and the sentence that says what it shows."""

    figure: go.Figure
    sentence: str

    def __repr__(self) -> str:
        return self.sentence

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display
        from plotly.io import to_json

        # Shown by plotly, a figure would import nbformat and its schemas first, which takes a second.
        figure = json.loads(to_json(self.figure, validate=False))
        display({"application/vnd.plotly.v1+json": figure}, raw=True)
        display(
            HTML(
                f'<p class="course-sentence">{escape(self.sentence)}<br>'
                f"<small>{escape(source_of(self.figure))}</small></p>"
            )
        )


def show(figure: go.Figure, sentence: str) -> Described:
    """Show a figure with its sentence, its text alternative, under it.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
    sentence : str
        What the figure shows, in words and numbers; never empty.

    Returns
    -------
    Described
        Displays itself in a notebook.

    Raises
    ------
    ValueError
        If the sentence is empty or just repeats the title, or the figure has no source.
    """
    if not source_of(figure):
        raise ValueError("a figure needs its source; lay it out with figures.layout")
    if not sentence.strip() or sentence.strip() == (figure.layout.title.text or "").strip():
        raise ValueError("a figure needs a sentence that says what it shows, besides its title")
    return Described(figure, sentence.strip())


def heatmap(table: Any, title: str, source: str, **options: Any) -> go.Figure:
    """Draw a table of numbers as a heat map with every value written into its cell.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows down, columns across.
    title, source : str
        As for :func:`layout`.
    **options
        Further layout properties.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go

    figure = go.Figure(layout=layout(title, source, **options))
    values = table.to_numpy()
    figure.add_heatmap(
        x=[str(name) for name in table.columns],
        y=[str(name) for name in table.index],
        z=values,
        text=[[f"{value:.3g}" for value in row] for row in values],
        texttemplate="%{text}",
        colorscale=SEQUENTIAL,
        showscale=False,
        hovertemplate="%{y}, %{x}: %{z}<extra></extra>",
    )
    figure.update_layout(xaxis={"tickangle": -40}, yaxis={"autorange": "reversed"})
    return figure


def lines(table: Any, title: str, source: str, x: str, y: str, **options: Any) -> go.Figure:
    """Draw each column of a table as a line, told apart by colour and dash.

    Parameters
    ----------
    table : pandas.DataFrame
        The index runs along the x axis; one line a column, at most eight.
    title, source : str
        As for :func:`layout`.
    x, y : str
        Titles of the axes, with units.
    **options
        Further layout properties.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are more than eight columns.
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        layout=layout(title, source, xaxis={"title": x}, yaxis={"title": y}, **options)
    )
    for name, marks in cue([str(column) for column in table.columns]).items():
        figure.add_scatter(
            x=list(table.index),
            y=[None if value != value else value for value in table[name]],
            name=name,
            mode="lines",
            line={"color": marks["color"], "dash": marks["dash"], "width": 3},
        )
    return figure
