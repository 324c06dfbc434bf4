"""Richardson's arms race: each side reacts to the other, tires of the cost, and bears a grudge.

    x' = k y - a x + g
    y' = l x - b y + h

x, y are levels of arms (any unit of spending), k, l reaction, a, b fatigue (both per unit of
time), g, h grievance (arms per unit of time). The model is linear: a level below 0 is read as
goodwill, and nothing limits a runaway race.

Source: Richardson (1960), key ``richardson1960`` in ``data/references.bib``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import FloatArray, numbers, positive


@dataclass(frozen=True, eq=False, kw_only=True)
class ArmsRace:
    """The parameters of a race between two sides, each a pair of numbers or arrays.

    Parameters
    ----------
    reaction : pair of array_like
        (k, l), per unit of time.
    fatigue : pair of array_like
        (a, b), per unit of time, above 0.
    grievance : pair of array_like
        (g, h), arms per unit of time.

    Raises
    ------
    ValueError
        If a pair is not a pair, a number is not finite or a fatigue is not above 0.

    References
    ----------
    richardson1960
    """

    reaction: Any
    fatigue: Any
    grievance: Any = (0.0, 0.0)

    def __post_init__(self) -> None:
        for field in fields(self):
            pair = getattr(self, field.name)
            if not hasattr(pair, "__len__") or len(pair) != 2:
                raise ValueError(f"{field.name} must be a pair, one for each side, got {pair!r}")
            check = positive if field.name == "fatigue" else numbers
            checked = check(f"{field.name} of x", pair[0]), check(f"{field.name} of y", pair[1])
            object.__setattr__(self, field.name, checked)


def change(race: ArmsRace, x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return how fast the two levels change: x' and y'.

    Parameters
    ----------
    race : ArmsRace
        The parameters.
    x, y : array_like
        The levels of arms.

    Returns
    -------
    dx, dy : ndarray of float
        Arms per unit of time.
    """
    (k_x, k_y), (a, b), (g, h) = race.reaction, race.fatigue, race.grievance
    dx = k_x * np.asarray(y) - a * np.asarray(x) + g
    dy = k_y * np.asarray(x) - b * np.asarray(y) + h
    return dx, dy


def small_steps(
    race: ArmsRace, start: tuple[float, float], years: float, step: float
) -> FloatArray:
    """Return the two levels of arms through time by Euler's method.

    It follows the change of each moment and knows nothing of the solution, so that a learner can
    set it beside `equilibrium` and `verdict`.

    Parameters
    ----------
    race : ArmsRace
        The parameters, each a number.
    start : pair of float
        The levels at time 0.
    years, step : float
        How long to follow the race, and the length of a step, in the unit of time of the
        parameters.

    Returns
    -------
    ndarray of float, shape (steps + 1, 2)
        x and y at the start and after each step.

    References
    ----------
    richardson1960
    """
    (k_x, k_y), (a, b), (g, h) = (
        (float(first), float(second))
        for first, second in (race.reaction, race.fatigue, race.grievance)
    )
    x, y = map(float, start)
    levels = [(x, y)]
    for _ in range(round(float(positive("years", years)) / float(positive("step", step)))):
        x, y = x + step * (k_x * y - a * x + g), y + step * (k_y * x - b * y + h)
        levels.append((x, y))
    return np.array(levels)


def equilibrium(race: ArmsRace) -> FloatArray:
    """Return the levels at which both stop: x* = (k h + b g) / (a b - k l), y* likewise.

    Parameters
    ----------
    race : ArmsRace
        The parameters.

    Returns
    -------
    ndarray of float, shape (..., 2)
        x* and y*; not a number where a b = k l, since no single equilibrium exists there.

    References
    ----------
    richardson1960
    """
    (k_x, k_y), (a, b), (g, h) = race.reaction, race.fatigue, race.grievance
    brake = a * b - k_x * k_y
    brake = np.where(brake == 0, np.nan, brake)
    x = (k_x * h + b * g) / brake
    y = (k_y * g + a * h) / brake
    return np.stack(np.broadcast_arrays(x, y), axis=-1)


def eigenvalues(race: ArmsRace) -> NDArray[Any]:
    """Return -(a+b)/2 +- sqrt((a-b)^2/4 + k l), the larger first.

    Parameters
    ----------
    race : ArmsRace
        The parameters.

    Returns
    -------
    ndarray of float or complex, shape (..., 2)
        Per unit of time. Complex only where the reactions have opposite signs.

    References
    ----------
    richardson1960
    """
    (k_x, k_y), (a, b) = race.reaction, race.fatigue
    middle = -(a + b) / 2
    spread = np.emath.sqrt((a - b) ** 2 / 4 + k_x * k_y)
    return np.stack(np.broadcast_arrays(middle + spread, middle - spread), axis=-1)


def verdict(race: ArmsRace) -> NDArray[np.str_]:
    """Return "stable" where a b > k l, "unstable" where a b < k l, else "borderline".

    Parameters
    ----------
    race : ArmsRace
        The parameters.

    Returns
    -------
    ndarray of str
        "stable" means that every path runs to the equilibrium.

    References
    ----------
    richardson1960
    """
    (k_x, k_y), (a, b) = race.reaction, race.fatigue
    brake = a * b - k_x * k_y
    return np.select([brake > 0, brake < 0], ["stable", "unstable"], default="borderline")[()]
