"""Move the marks of a figure apart until none covers another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def move_apart(points: ArrayLike, cell: tuple[float, float], rounds: int = 500) -> np.ndarray:
    """Push points apart until the cells around any two do not overlap.

    In each round two points whose cells overlap give way along the axis on which they overlap
    less. Points that coincide move in the order in which they stand, so the result is always the
    same.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Where the marks would stand.
    cell : (float, float)
        Width and height that each needs for itself, in the unit of the points.
    rounds : int
        The most rounds; the points stay where they are after the last, even if some overlap.

    Returns
    -------
    ndarray of float, shape (n, 2)
    """
    places = np.array(points, dtype=float)
    order = np.sign(np.arange(len(places))[:, None] - np.arange(len(places)))
    for _ in range(rounds):
        gap = places[:, None] - places[None]
        overlap = np.array(cell) - np.abs(gap)
        hit = (overlap > 0).all(axis=2) & ~np.eye(len(places), dtype=bool)
        if not hit.any():
            break
        along = overlap[..., 0] < overlap[..., 1]
        way = np.where(gap == 0, order[..., None], np.sign(gap))
        push = np.stack([along, ~along], axis=2) * hit[..., None] * way * (overlap / 4 + 0.2)
        places = places + push.sum(axis=1)
    return places
