"""The region's mechanisms as a whole: how many there are, and who sits in them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from asian_security import data


def mechanisms_in_force(years: Iterable[int]) -> pd.Series:
    """Count the mechanisms in force on at least one day of each year.

    Parameters
    ----------
    years : iterable of int

    Returns
    -------
    pandas.Series
        The number of mechanisms by year.
    """
    listed = list(years)
    return pd.Series([len(data.mechanisms(as_of=year)) for year in listed], index=listed)
