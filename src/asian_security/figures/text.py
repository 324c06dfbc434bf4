"""Small pieces of the sentences and tables that stand beside figures."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def join_words(items: Sequence[str], most: int | None = None) -> str:
    """Return "a, b and c"; of more than ``most`` items, the first ones and how many more there are.

    Parameters
    ----------
    items : sequence of str
        What is listed.
    most : int, optional
        How many are named at most; all by default.

    Returns
    -------
    str
        ``"none"`` if there are no items.
    """
    if not items:
        return "none"
    if most is not None and len(items) > most:
        return ", ".join(items[:most]) + f" and {len(items) - most} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def count_noun(number: int, one: str, many: str | None = None) -> str:
    """Return "1 dispute" or "1,200 disputes"; ``many`` is the plural where it is irregular."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def wrap_lines(text: str, width: int = 70) -> str:
    """Break a text into lines of at most ``width`` characters for a figure's label."""
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return "<br>".join(lines)


def table_html(table: pd.DataFrame) -> str:
    """Return a table as HTML; its columns of words are marked, so that they begin at the left."""
    import pandas as pd

    words = [
        f"course-words-{place}"
        for place, kind in enumerate(table.dtypes, start=table.index.nlevels + 1)
        if not pd.api.types.is_numeric_dtype(kind)
    ]
    # The name of the index stands in the corner, not in a row of its own.
    corner = ", ".join(str(name) for name in table.index.names if name)
    labelled = table.rename_axis(index=[None] * table.index.nlevels, columns=corner or None)
    with pd.option_context("display.max_colwidth", None):
        return str(labelled.to_html(border=0, classes=words, sparsify=False))
