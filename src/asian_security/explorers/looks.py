"""What an explorer shows, as plain JSON, and how it changes a figure that was drawn once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go


def apply_look(figure: go.Figure, look: Mapping[str, Any]) -> go.Figure:
    """Change a drawn figure to what :meth:`~asian_security.explorers.base.Explorer.look` returned, and return it.

    Raises
    ------
    ValueError
        If a change names no trace of the figure.
    """
    traces = {trace.uid or trace.name: trace for trace in figure.data}
    for name, change in look["traces"].items():
        if name not in traces:
            raise ValueError(f"no trace is named {name!r}; there are {', '.join(traces)}")
        traces[name].update(change)
    figure.update_layout(look["layout"])
    return figure


def plain(value: Any) -> Any:
    """Return a value as plain JSON: numpy's numbers as Python's, NaN as None, sequences as lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
