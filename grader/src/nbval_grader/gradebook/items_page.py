"""The page of the item analysis, for the teacher alone: it shows outputs of hidden checks.

Plotly draws its figures from the file ``plotly.min.js`` beside the page, without a network. What a
figure shows stands under it in a sentence and a table too, for readers and printers without it.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from statistics import median
from typing import Any

import plotly.graph_objects as go

from ..pages import render
from .item_analysis import MIN_STUDENTS, Analysis, Band, Item

__all__ = ["draw_bands", "draw_items", "render_items"]

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#767676"


def render_items(analyses: Sequence[Analysis]) -> str:
    """Make the page.

    Parameters
    ----------
    analyses : sequence of Analysis
        Exercises.

    Returns
    -------
    str
        HTML that runs ``plotly.min.js`` beside it and no other script.
    """
    figures: dict[str, dict[str, Any]] = {}
    exercises = []
    for number, analysis in enumerate(analyses, 1):
        drawn = [item for item in analysis.items if item.discrimination is not None]
        if analysis.totals:
            figures[f"points-{number}"] = draw_bands(analysis.bands).to_plotly_json()
        if drawn:
            figures[f"items-{number}"] = draw_items(drawn).to_plotly_json()
        exercises.append(
            {
                "analysis": analysis,
                "median": median(analysis.totals) if analysis.totals else None,
                "bands": [(_spell_band(band), band.count) for band in analysis.bands],
                "bands_id": f"points-{number}",
                "bands_sentence": _describe_bands(analysis),
                "items_id": f"items-{number}",
                "items_sentence": _describe_items(drawn),
            }
        )
    return render(
        "items.html",
        exercises=exercises,
        figures=figures,
        min_students=MIN_STUDENTS,
        # The page runs only scripts with this nonce, which no student whose output it shows can know.
        nonce=hashlib.sha256(repr((analyses, figures)).encode("utf-8", "replace")).hexdigest()[:32],
    )


def _draw(x_title: str, y_title: str, **layout: Any) -> go.Figure:
    """Return an empty figure with axes."""
    figure = go.Figure()
    figure.update_layout(
        template="none",
        height=320,
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
        font={"size": 13, "color": "#1a1a1a"},
        showlegend=False,
        **layout,
    )
    figure.update_xaxes(title=x_title, showgrid=False, zeroline=False, showline=True)
    figure.update_yaxes(title=y_title, showgrid=False, zeroline=False, showline=True)
    return figure


def draw_bands(bands: Sequence[Band]) -> go.Figure:
    """Draw how points are spread over the class.

    Parameters
    ----------
    bands : sequence of Band
        Tenths of the scale.

    Returns
    -------
    plotly.graph_objects.Figure
        One bar a band.
    """
    figure = _draw("Points", "Submissions", bargap=0.05)
    figure.add_bar(
        x=[(band.low + band.high) / 2 for band in bands],
        y=[band.count for band in bands],
        text=[str(band.count) if band.count else "" for band in bands],
        textposition="outside",
        cliponaxis=False,
        marker_color=BLUE,
        customdata=[_spell_band(band) for band in bands],
        hovertemplate="%{customdata} points: %{y}<extra></extra>",
    )
    edges = [*(band.low for band in bands[::2]), bands[-1].high]
    figure.update_xaxes(tickvals=edges, ticktext=[f"{edge:g}" for edge in edges])
    figure.update_yaxes(rangemode="tozero", tickformat="d")
    return figure


def draw_items(items: Sequence[Item]) -> go.Figure:
    """Draw each question by difficulty and discrimination; a square asks to be looked at.

    Parameters
    ----------
    items : sequence of Item
        Questions whose discrimination is defined.

    Returns
    -------
    plotly.graph_objects.Figure
        One marker a question.
    """
    figure = _draw("Difficulty (share of points earned)", "Discrimination")
    names = [html.escape(item.question) for item in items]
    figure.add_scatter(
        x=[item.difficulty for item in items],
        y=[item.discrimination for item in items],
        text=names,
        mode="markers+text",
        textposition="middle right",
        cliponaxis=False,
        marker={
            "size": 10,
            "symbol": ["square" if item.remark else "circle" for item in items],
            "color": [ORANGE if item.remark else BLUE for item in items],
        },
        customdata=[html.escape(item.remark) for item in items],
        hovertemplate="%{text}: difficulty %{x:.2f}, discrimination %{y:.2f}<br>%{customdata}"
        "<extra></extra>",
    )
    figure.add_hline(y=0, line={"color": GREY, "dash": "dash", "width": 1})
    lowest = -1.05 if any((item.discrimination or 0) < -0.2 for item in items) else -0.25
    figure.update_xaxes(range=[-0.02, 1.1], tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1])
    figure.update_yaxes(range=[lowest, 1.05])
    return figure


def _spell_band(band: Band) -> str:
    return f"{band.low:g} to {band.high:g}"


def _describe_bands(analysis: Analysis) -> str:
    """Say in a sentence how points are spread."""
    fullest = max(analysis.bands, key=lambda band: band.count)
    return (
        f"Points of {len(analysis.totals)} submissions: the fullest tenth of the scale, "
        f"{_spell_band(fullest)} points, holds {fullest.count}."
    )


def _describe_items(items: Sequence[Item]) -> str:
    """Say in a sentence which questions stand out; empty where there is none to draw."""
    if not items:
        return ""
    hardest = min(items, key=lambda item: item.difficulty)
    odd = [item.question for item in items if item.remark]
    squares = (
        f"Squares ask to be looked at: {', '.join(odd)}." if odd else "None asks to be looked at."
    )
    return (
        f"Difficulty against discrimination of {len(items)} questions: the hardest is "
        f"{hardest.question} ({hardest.difficulty:.2f}). {squares} The next table has the numbers."
    )
