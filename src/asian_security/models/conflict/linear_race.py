"""Arms races of all against all, among any number of alike states.

The n-state form of Richardson (1960), key ``richardson1960`` in ``data/references.bib``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from asian_security.models._checks import between, positive


def alike_states_stable(n: ArrayLike, reaction: ArrayLike, fatigue: ArrayLike) -> NDArray[np.bool_]:
    """Return whether n alike states settle: (n - 1) k < a.

    Parameters
    ----------
    n : array_like
        Number of states, at least 2.
    reaction, fatigue : array_like
        k of at least 0 and a above 0, per unit of time.

    Returns
    -------
    ndarray of bool
        True where the race of all against all is stable.

    Raises
    ------
    ValueError
        If a parameter lies outside its range.

    References
    ----------
    richardson1960
    """
    states, k = between("n", n, 2, np.inf, "[)"), between("reaction", reaction, 0, np.inf, "[)")
    return (states - 1) * k < positive("fatigue", fatigue)
