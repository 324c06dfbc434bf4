"""One clear sentence for every bad input: what is wrong, what came in, what is accepted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.floating[Any]]


def numbers(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as finite floats.

    Parameters
    ----------
    name : str
        What the value is called in the error sentence.
    value : array_like
        Numbers of any shape.

    Returns
    -------
    ndarray of float
        A new array of the same shape.

    Raises
    ------
    ValueError
        If something in `value` is not a finite number.
    """
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number or an array of numbers, got {value!r}") from None
    bad = ~np.isfinite(array)
    if bad.any():
        raise ValueError(f"{name} must be finite, got {array[bad].flat[0]}")
    return array


def between(name: str, value: ArrayLike, low: float, high: float, ends: str = "[]") -> FloatArray:
    """Return `value` as floats that all lie in an interval.

    Parameters
    ----------
    name : str
        What the value is called in the error sentence.
    value : array_like
        Numbers of any shape.
    low, high : float
        The ends of the interval; an infinite end is left out of the sentence.
    ends : {"[]", "(]", "[)", "()"}
        Whether each end belongs to the interval.

    Returns
    -------
    ndarray of float
        A new array of the same shape.

    Raises
    ------
    ValueError
        If a value lies outside the interval.
    """
    array = numbers(name, value)
    above = array >= low if ends[0] == "[" else array > low
    below = array <= high if ends[1] == "]" else array < high
    bad = ~(above & below)
    if bad.any():
        got = f"got {array[bad].flat[0]:g}"
        if np.isinf(high):
            accepted = f"be at least {low:g}" if ends[0] == "[" else f"be greater than {low:g}"
        else:
            accepted = f"lie in {ends[0]}{low:g}, {high:g}{ends[1]}"
        raise ValueError(f"{name} must {accepted}, {got}")
    return array


def probability(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as floats in [0, 1], or raise a sentence that says which one is not."""
    return between(name, value, 0.0, 1.0)


def positive(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as floats above 0, or raise a sentence that says which one is not."""
    return between(name, value, 0.0, np.inf, "()")


def not_negative(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as floats of at least 0, or raise a sentence that says which one is not."""
    return between(name, value, 0.0, np.inf, "[)")


def whole(name: str, value: float, low: int) -> int:
    """Return `value` as a whole number of at least `low`, or raise a sentence."""
    if isinstance(value, bool) or not float(value).is_integer() or value < low:
        raise ValueError(f"{name} must be a whole number of at least {low}, got {value}")
    return int(value)


def square(name: str, matrix: ArrayLike) -> FloatArray:
    """Return `matrix` as a square table of finite floats, or raise a sentence."""
    array = numbers(name, matrix)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or array.shape[0] == 0:
        raise ValueError(f"{name} must be a square matrix, got shape {array.shape}")
    return array


def generator(seed: int | np.random.Generator) -> np.random.Generator:
    """Return a random generator made from a seed, or the generator itself if it is one."""
    if isinstance(seed, np.random.Generator):
        return seed
    return np.random.default_rng(whole("seed", seed, 0))
