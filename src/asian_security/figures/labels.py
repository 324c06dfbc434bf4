"""Place labels beside points so that they can be read.

Each label in turn takes the cheapest of its candidate places: near its point, away from other points,
off other labels, inside the plot. Points in a crowd come last, because the crowd leaves them
the fewest places and a label in the open would take one of these by chance. Lengths are in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, cos, pi, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Point = tuple[float, float]
Place = tuple[float, float, float]
"""From the point to the near edge of the label across, to its middle up; and what the place costs."""

SIDES: tuple[Place, ...] = ((9, 0, 0), (-9, 0, 1), (0, 16, 2), (0, -16, 3))
"""Right, left, above and below."""
TEXT_POSITIONS: dict[str, Place] = {
    **dict(zip(("middle right", "middle left", "top center", "bottom center"), SIDES, strict=True)),
    "top right": (9, 16, 4),
    "top left": (-9, 16, 5),
    "bottom right": (9, -16, 6),
    "bottom left": (-9, -16, 7),
}
"""The places at which plotly can write beside a marker, by its name for each."""
AROUND: tuple[Place, ...] = SIDES + tuple(
    (radius * cos(2 * pi * k / 16), radius * sin(2 * pi * k / 16), radius)
    for radius in (22, 34, 46, 60, 76, 94, 114, 136, 160, 190)
    for k in range(16)
)
"""Places beside the point, and on rings around it, for labels that a line ties to their points.

Straight above on a ring a label begins at its point, straight below it ends there.
"""
_CROWD = 60
_ON_A_POINT, _ON_A_LABEL, _OUTSIDE = 14, 1e4, 1e5


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in pixels, in the course's font at a size in pixels."""
    wide = sum(letter.isupper() or letter.isdigit() or letter in "+-" for letter in text)
    return size * (0.62 * wide + 0.46 * (len(text) - wide))


class Labels(NamedTuple):
    """Where each label stands: its centre in pixels, and the number of its candidate place."""

    centres: list[Point]
    places: list[int]


def place_labels(
    points: ArrayLike,
    widths: Sequence[float],
    places: Sequence[Place] = AROUND,
    area: tuple[float, float, float, float] | None = None,
    others: ArrayLike = (),
    height: float = 16,
) -> Labels:
    """Choose a place for the label of each point.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Pixels to the right and up, from the lower left corner of the plot.
    widths : sequence of float
        Width of each label in pixels.
    places : sequence of (across, up, cost)
        The candidate places: those in :data:`AROUND` by default.
    area : (left, bottom, right, top), optional
        The box in pixels that no label leaves if it need not.
    others : array_like, shape (m, 2), optional
        Points without a label, in pixels, which labels should not cover either.
    height : float
        Height of every label in pixels.

    Returns
    -------
    Labels
        In the order of the points. Two labels overlap only where every place would make them.
    """
    dots = np.asarray(points, float).reshape(-1, 2)
    covered = np.vstack([dots, np.asarray(others, float).reshape(-1, 2)])
    offsets = np.asarray(places, float)
    crowd = [int((np.abs(dots - dot).max(axis=1) < _CROWD).sum()) for dot in dots]
    centres, halves = np.zeros((len(dots), 2)), np.asarray(widths, float) / 2
    chosen = np.zeros(len(dots), int)
    done: list[int] = []
    for i in sorted(range(len(dots)), key=lambda k: (crowd[k], k)):
        half = halves[i]
        across = offsets[:, 0] + np.sign(offsets[:, 0]) * half
        at = dots[i] + np.column_stack([across, offsets[:, 1]])
        gap = np.abs(at[:, None] - covered)
        cost = offsets[:, 2] + _ON_A_POINT * (
            (gap[..., 0] < half + 6) & (gap[..., 1] < height / 2 + 5)
        ).sum(axis=1)
        apart = np.abs(at[:, None] - centres[done])
        on_label = (apart[..., 0] < half + halves[done] + 2) & (apart[..., 1] < height)
        cost = cost + _ON_A_LABEL * on_label.sum(axis=1)
        if area is not None:
            size = np.array([half, height / 2])
            outside = (at - size < area[:2]) | (at + size > area[2:])
            cost = cost + _OUTSIDE * outside.any(axis=1)
        chosen[i] = int(np.argmin(cost))
        centres[i] = at[chosen[i]]
        done.append(i)
    return Labels([(float(x), float(y)) for x, y in centres], chosen.tolist())


def leader_lines(
    points: Sequence[Point], centres: Sequence[Point], widths: Sequence[float], height: float = 16
) -> list[tuple[Point, Point]]:
    """Return a line from each point to its label, where the two stand apart.

    Parameters
    ----------
    points, centres : sequence of (x, y)
        Points and centres of their labels in pixels.
    widths : sequence of float
        Width of each label in pixels.
    height : float
        Height of every label in pixels.

    Returns
    -------
    list of (point, point)
        From the point to the nearest place on the edge of its label.
    """
    lines: list[tuple[Point, Point]] = []
    for (x, y), (across, up), width in zip(points, centres, widths, strict=True):
        if abs(across - x) > width / 2 + 10 or abs(up - y) > height + 1:
            nearest = (
                min(max(x, across - width / 2), across + width / 2),
                min(max(y, up - height / 2), up + height / 2),
            )
            lines.append(((x, y), nearest))
    return lines


def spread_points(points: Sequence[Point], tiles: bool, ground: float = 0.0) -> list[Point]:
    """Spread points at the same place, as tiles with room for a label or as a cluster.

    Parameters
    ----------
    points : sequence of (x, y)
        In pixels.
    tiles : bool
        Whether they become tiles, which stand to the right of their place, at most four in a row.
    ground : float
        The height of a line below which its tiles hang.

    Returns
    -------
    list of (x, y)
        In the order of the points; a point alone at its place stays there.
    """
    groups: dict[Point, list[int]] = {}
    for i, (x, y) in enumerate(points):
        groups.setdefault((round(x, 2), round(y, 2)), []).append(i)
    across, up = (43.0, 17.0) if tiles else (13.0, 13.0)
    spread = list(points)
    for (x, y), members in groups.items():
        columns = min(len(members), 4 if tiles else ceil(len(members) ** 0.5))
        rows = ceil(len(members) / columns)
        left = 0.0 if tiles else (columns - 1) / 2
        top = 0.0 if tiles and abs(y - ground) < 1 else (rows - 1) / 2
        for k, i in enumerate(members):
            row, column = divmod(k, columns)
            spread[i] = (x + (column - left) * across, y + (top - row) * up)
    return spread
