"""Figures that the lessons print or quote, each computed from the tables and with its definition.

A fact is a function without arguments that returns a :class:`Fact`. Its definition is its
docstring, so that what is said and what is computed stand in one place. *Asia* in this module is
UCDP's region.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from asian_security import data
from asian_security.analysis.borders import border_network

Value = int | float | str

TALKS_BEGIN, TALKS_END = "2003-08-27", "2009-04-14"
"""The first round of the Six-Party Talks, and the day on which the DPRK left them."""
AFTER_BEGIN, AFTER_END = "2009-04-15", "2025-12-31"


@dataclass(frozen=True)
class Fact:
    """A quoted figure.

    Attributes
    ----------
    values : dict of str to int, float or str
        Label to value; shares run from 0 to 1.
    definition : str
        What is counted, over what, between which dates.
    """

    values: dict[str, Value]
    definition: str


def _fact(compute: Callable[[], dict[str, Value]]) -> Callable[[], Fact]:
    """Turn a function that computes values into one that returns a fact."""

    @functools.wraps(compute)
    def fact() -> Fact:
        return Fact(compute(), " ".join((inspect.getdoc(compute) or "").split()))

    fact.__annotations__ = {"return": Fact}
    return fact


def _asia_share(column: str, first: int, last: int) -> float:
    """Return the share of UCDP's Asia in a column of deaths, from a first year to a last."""
    regions = data.deaths_by_region()
    window = regions[regions["year"].between(first, last)]
    asia = window.loc[window["region"] == "Asia", column].sum()
    return float(asia / window[column].sum())


@_fact
def asia_share_of_battle_deaths() -> dict[str, Value]:
    """Asia's share of the world's battle deaths, UCDP regions, by the place of death.

    1946-79 and 1980-88 come from the older PRIO series; 1989-2024 and 2022-24 are state-based
    deaths of UCDP (best estimate). The two series are different estimates and are not joined.
    """
    return {
        "1946-79 (PRIO series)": _asia_share("prio_battle_deaths", 1946, 1979),
        "1980-88 (PRIO series)": _asia_share("prio_battle_deaths", 1980, 1988),
        "1989-2024 (UCDP)": _asia_share("state_based_deaths", 1989, 2024),
        "2022-24 (UCDP)": _asia_share("state_based_deaths", 2022, 2024),
    }


@_fact
def missile_tests_and_talks() -> dict[str, Value]:
    """Days on which the DPRK tested missiles during and after the Six-Party Talks.

    During: 2003-08-27, the first round, to 2009-04-14, when the DPRK left. After: 2009-04-15 to
    2025-12-31. A day is one event, however many missiles fly. Only missiles that can carry 500 kg
    for 300 km or more are in the source, which has none for 2018.
    """
    tests = data.missile_tests()
    values: dict[str, Value] = {}
    periods = {"during": (TALKS_BEGIN, TALKS_END), "after": (AFTER_BEGIN, AFTER_END)}
    for name, (first, last) in periods.items():
        within = tests[tests["date"].between(first, last)]
        years = (pd.Timestamp(last) - pd.Timestamp(first)).days / 365.25
        values[f"days a year {name}"] = len(within) / years
        values[f"missiles a year {name}"] = int(within["missiles"].sum()) / years
    return values


@_fact
def partnerships_of_china() -> dict[str, Value]:
    """Land neighbours of China whose partnership label contains the word strategic, end of 2025.

    The label is China's own; it is not a treaty promise.
    """
    neighbours = sorted(border_network()["CHN"])
    labels = data.strategic_partnerships().set_index("iso3")["label_en"].str.lower()
    strategic = [state for state in neighbours if "strategic" in labels.get(state, "")]
    return {
        "land neighbours": len(neighbours),
        "with a strategic label": len(strategic),
        "without": " ".join(sorted(set(neighbours) - set(strategic))),
    }
