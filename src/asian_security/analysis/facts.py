"""Figures that the lessons quote, each computed from the tables and each with its definition.

A fact is a function without arguments that returns a :class:`Fact`. Its definition is its
docstring, so that what is said and what is computed stand in one place.
``facts.table()`` gives all of them.

*Asia* in this module is UCDP's region where deaths are counted by region, and otherwise the 30
states of Northeast, Southeast, South and Central Asia in the table ``states``.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from asian_security import data

__all__ = [
    "ASIAN_SUBREGIONS",
    "Fact",
    "afghanistan_in_asia",
    "asia_share_of_battle_deaths",
    "asian_states",
    "conflicts_in_asia",
    "defence_promises_of_the_united_states",
    "eas_and_admm_plus",
    "great_power_disputes",
    "india_pakistan_disputes",
    "largest_capability_shares",
    "mechanisms_alive",
    "military_expenditure_ratios",
    "missile_tests_and_talks",
    "neighbours_of_china",
    "neighbours_without_a_forum",
    "nuclear_tests_of_the_dprk",
    "partnerships_of_china",
    "piracy_in_southeast_asia",
    "sco_and_quad",
    "spread_of_ideal_points",
    "table",
    "trade_with_china_and_the_united_states",
]

ASIAN_SUBREGIONS = ("Northeast Asia", "Southeast Asia", "South Asia", "Central Asia")
BELONGING = ("member", "participant", "party")

Value = int | float | str


@dataclass(frozen=True)
class Fact:
    """A quoted figure.

    Attributes
    ----------
    name : str
        Name of the function that computes it.
    values : dict of str to int, float or str
        Label to value; shares run from 0 to 1.
    definition : str
        What is counted, over what, between which dates.
    source : str
        Sources and versions of the tables it is computed from.
    as_of : str
        Date on which all of these tables had been checked.
    """

    name: str
    values: dict[str, Value]
    definition: str
    source: str
    as_of: str

    def __getitem__(self, label: str) -> Value:
        """Return the value with this label."""
        return self.values[label]


_FACTS: dict[str, Callable[[], Fact]] = {}


def _fact(*tables: str) -> Callable[[Callable[[], dict[str, Value]]], Callable[[], Fact]]:
    """Turn a function that computes values from `tables` into one that returns a fact."""

    def decorate(compute: Callable[[], dict[str, Value]]) -> Callable[[], Fact]:
        name = compute.__name__
        definition = re.sub(r"\s+", " ", inspect.getdoc(compute) or "")

        @functools.wraps(compute)
        def wrapped() -> Fact:
            sources = dict.fromkeys(
                data.source_line(used).removeprefix("Source: ").rsplit("; as of", 1)[0]
                for used in tables
            )
            as_of = min(data.coverage(used).as_of for used in tables)
            return Fact(name, compute(), definition, "; ".join(sources), as_of)

        wrapped.__annotations__ = {"return": Fact}
        _FACTS[name] = wrapped
        return wrapped

    return decorate


def table() -> pd.DataFrame:
    """Return all facts.

    Returns
    -------
    pandas.DataFrame
        One row a value: fact, label, value, definition, source, as_of.
    """
    rows = [
        (fact.name, label, value, fact.definition, fact.source, fact.as_of)
        for fact in (compute() for compute in _FACTS.values())
        for label, value in fact.values.items()
    ]
    columns = ["fact", "label", "value", "definition", "source", "as_of"]
    return pd.DataFrame(rows, columns=columns)


def asian_states() -> list[str]:
    """Return the 30 states of Northeast, Southeast, South and Central Asia.

    Returns
    -------
    list of str
        ISO3 keys in alphabetical order.
    """
    return sorted(data.states(ASIAN_SUBREGIONS)["iso3"])


# The record ----------------------------------------------------------------------------------


def _asia_share(column: str, first: int, last: int) -> float:
    regions = data.deaths_by_region()
    window = regions[regions["year"].between(first, last)]
    asia = window.loc[window["region"] == "Asia", column].sum()
    return float(asia / window[column].sum())


@_fact("deaths_by_region")
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


@_fact("deaths_by_state")
def afghanistan_in_asia() -> dict[str, Value]:
    """Afghanistan's share of state-based deaths in Asia (UCDP region, best estimate).

    The sum runs over the course's states that UCDP counts to Asia.
    """
    deaths = data.deaths_by_state()
    asia = deaths[deaths["ucdp_region"] == "Asia"]

    def share(first: int, last: int) -> float:
        window = asia[asia["year"].between(first, last)]
        there = window.loc[window["iso3"] == "AFG", "state_based_deaths"].sum()
        return float(there / window["state_based_deaths"].sum())

    return {
        "1989-2024": share(1989, 2024),
        "2001-21": share(2001, 2021),
        "2022-24": share(2022, 2024),
    }


@_fact("deaths_by_region")
def conflicts_in_asia() -> dict[str, Value]:
    """State-based armed conflicts in Asia in 2024 (UCDP region; 25 or more battle deaths).

    A war has 1000 or more battle deaths in the year.
    """
    row = data.deaths_by_region("Asia", 2024).iloc[0]
    return {
        "conflicts 2024": int(row["conflicts"]),
        "wars 2024": int(row["wars"]),
        "between states 2024": int(row["interstate_conflicts"]),
        "state-based deaths 2024": int(row["state_based_deaths"]),
    }


# Hotspots ------------------------------------------------------------------------------------


def _territorial(disputes: pd.DataFrame) -> int:
    return int(((disputes["issue_a"] == "territory") | (disputes["issue_b"] == "territory")).sum())


@_fact("disputes")
def india_pakistan_disputes() -> dict[str, Value]:
    """Militarised disputes between India and Pakistan that began in 1947-2010.

    Territorial: at least one of the two wanted to revise territory, as coded first by the source.
    War: hostility level 5. The source stops in 2010.
    """
    pair = data.disputes(hotspot="india_pakistan")
    return {
        "disputes": len(pair),
        "territorial": _territorial(pair),
        "wars": int((pair["hostility"] == 5).sum()),
    }


@_fact("disputes")
def great_power_disputes() -> dict[str, Value]:
    """Pairs of great powers (CHN, IND, JPN, RUS, USA) in militarised disputes that began in 1945-2010.

    One dispute with three of them counts once for each pair. Territorial as in the source's first
    revision type of either side.
    """
    pairs = data.disputes()
    pairs = pairs[pairs["great_powers"]]
    return {"pairs in disputes": len(pairs), "territorial": _territorial(pairs)}


@_fact("missile_tests")
def missile_tests_and_talks() -> dict[str, Value]:
    """Days on which the DPRK tested missiles during and after the Six-Party Talks.

    During: 2003-08-27, the first round, to 2009-04-14, when the DPRK left. After: 2009-04-15 to
    2025-12-31. A day is one event, however many missiles fly. Only missiles that can carry 500 kg
    for 300 km or more are in the source, which has none for 2018.
    """
    tests = data.missile_tests()
    during = tests[tests["date"].between("2003-08-27", "2009-04-14")]
    after = tests[tests["date"].between("2009-04-15", "2025-12-31")]
    years_during = (pd.Timestamp("2009-04-14") - pd.Timestamp("2003-08-27")).days / 365.25
    years_after = (pd.Timestamp("2025-12-31") - pd.Timestamp("2009-04-14")).days / 365.25
    return {
        "days during": len(during),
        "missiles during": int(during["missiles"].sum()),
        "days a year during": len(during) / years_during,
        "days after": len(after),
        "missiles after": int(after["missiles"].sum()),
        "days a year after": len(after) / years_after,
    }


@_fact("nuclear_tests")
def nuclear_tests_of_the_dprk() -> dict[str, Value]:
    """Nuclear tests of the DPRK, 2006-2017, and those during the Six-Party Talks.

    During: 2003-08-27 to 2009-04-14.
    """
    dates = data.nuclear_tests()["date"]
    return {
        "tests": len(dates),
        "during the talks": int(dates.between("2003-08-27", "2009-04-14").sum()),
        "first": str(dates.min()),
        "last": str(dates.max()),
    }


@_fact("piracy", "states")
def piracy_in_southeast_asia() -> dict[str, Value]:
    """Attacks on ships reported nearest to a state of Southeast Asia, and their share.

    The share is of all attacks nearest to one of the course's states.
    """
    attacks = data.piracy()
    near = attacks["iso3"].isin(data.states("Southeast Asia")["iso3"])
    values: dict[str, Value] = {}
    for year in (2000, 2010, 2020):
        of_year = attacks["year"] == year
        count = int(attacks.loc[of_year & near, "attacks"].sum())
        values[f"attacks {year}"] = count
        values[f"share {year}"] = count / int(attacks.loc[of_year, "attacks"].sum())
    return values


# Rivalry -------------------------------------------------------------------------------------


@_fact("unga_ideal_points", "states")
def spread_of_ideal_points() -> dict[str, Value]:
    """Spread (standard deviation) of UN ideal points of Asian states, 1995 and 2024, same states.

    Asian states as in this module, only those with an estimate in both years; sample standard
    deviation (n - 1).
    """
    points = data.unga_ideal_points(asian_states())
    wide = points.pivot(index="iso3", columns="year", values="ideal_point")[[1995, 2024]].dropna()
    return {
        "1995": float(wide[1995].std()),
        "2024": float(wide[2024].std()),
        "states": len(wide),
    }


@_fact("trade_partners", "states")
def trade_with_china_and_the_united_states() -> dict[str, Value]:
    """Asian states that trade more with China than with the United States (imports plus exports).

    Of the states, China itself left out, for which the source has both figures in that year.
    """
    trade = data.trade_partners(asian_states(), partner=["CHN", "USA"])
    values: dict[str, Value] = {}
    for year in (1990, 2000, 2014):
        wide = trade[trade["year"] == year].pivot(
            index="iso3", columns="partner", values="trade_usd_m"
        )
        wide = wide.dropna()
        values[f"more with China {year}"] = int((wide["CHN"] > wide["USA"]).sum())
        values[f"states with both figures {year}"] = len(wide)
    return values


@_fact("alliances", "states")
def defence_promises_of_the_united_states() -> dict[str, Value]:
    """Asian and Pacific states that the United States promised to defend, 1960 and 2018 (ATOP).

    Asian states as in this module, with Australia and New Zealand. The source keeps a promise of
    the United States to Pakistan after 1972, when Pakistan's own promise ends.
    """
    around = {*asian_states(), "AUS", "NZL"}
    values: dict[str, Value] = {}
    for year in (1960, 2018):
        promises = data.alliances(year, promise="defence")
        promised = promises.loc[promises["iso3_a"] == "USA", "iso3_b"]
        found = sorted(set(promised) & around)
        values[f"number {year}"] = len(found)
        values[f"states {year}"] = " ".join(found)
    return values


@_fact("military_expenditure")
def military_expenditure_ratios() -> dict[str, Value]:
    """Ratios of military expenditure in constant (2023) US dollars, 1990 and 2024."""
    spent = data.military_expenditure().set_index(["iso3", "year"])["milex_const2023_usd_m"]
    return {
        f"{first} to {second} {year}": float(spent[first, year] / spent[second, year])
        for first, second in (("USA", "CHN"), ("IND", "PAK"))
        for year in (1990, 2024)
    }


@_fact("power")
def largest_capability_shares() -> dict[str, Value]:
    """Shares of the world's material capabilities (COW CINC) in 2022, the three largest."""
    shares = data.power(year=2022).nlargest(3, "capability_share")
    return {
        state: float(share)
        for state, share in zip(shares["iso3"], shares["capability_share"], strict=True)
    }


# Mechanisms ----------------------------------------------------------------------------------


def _belonging(as_of: str) -> pd.DataFrame:
    return data.memberships(as_of=as_of, status=BELONGING)


@_fact("mechanisms")
def mechanisms_alive() -> dict[str, Value]:
    """Mechanisms of the table that exist at the end of 1975, 1995, 2015 and 2025."""
    return {
        str(year): len(data.mechanisms(as_of=f"{year}-12-31")) for year in (1975, 1995, 2015, 2025)
    }


@_fact("memberships")
def eas_and_admm_plus() -> dict[str, Value]:
    """States in the East Asia Summit, in the ADMM-Plus, and in both, at the end of 2025.

    Members and participants; the two bodies have the same states when all three numbers agree.
    """
    present = _belonging("2025-12-31")
    eas = set(present.loc[present["mechanism"] == "EAS", "iso3"])
    defence = set(present.loc[present["mechanism"] == "ADMM-Plus", "iso3"])
    return {"EAS": len(eas), "ADMM-Plus": len(defence), "in both": len(eas & defence)}


@_fact("memberships")
def sco_and_quad() -> dict[str, Value]:
    """States that are members or participants of both the SCO and the Quad at the end of 2025."""
    present = _belonging("2025-12-31")
    both = set(present.loc[present["mechanism"] == "SCO", "iso3"]) & set(
        present.loc[present["mechanism"] == "QUAD", "iso3"]
    )
    return {"number": len(both), "states": " ".join(sorted(both))}


@_fact("contiguity", "memberships", "mechanisms", "states")
def neighbours_without_a_forum() -> dict[str, Value]:
    """Pairs of Asian states with a land border that belong to no mechanism in common, end of 2025.

    Asian states as in this module; members, participants and parties; borders as in the last year
    of the source. Once over all mechanisms of the table, once without those of kind economic.
    """
    asia = set(asian_states())
    borders = data.contiguity(as_of="2025-12-31", land_only=True)
    borders = borders[borders["iso3_a"].isin(asia) & borders["iso3_b"].isin(asia)]
    economic = set(data.mechanisms(kind="economic")["mechanism"])
    present = _belonging("2025-12-31")

    def apart(members: pd.DataFrame) -> list[str]:
        forums = {str(state): set(group) for state, group in members.groupby("iso3")["mechanism"]}
        return [
            f"{a}-{b}"
            for a, b in zip(borders["iso3_a"], borders["iso3_b"], strict=True)
            if not forums.get(a, set()) & forums.get(b, set())
        ]

    anywhere = apart(present)
    security = apart(present[~present["mechanism"].isin(economic)])
    return {
        "land borders": len(borders),
        "without any": len(anywhere),
        "pairs without any": " ".join(anywhere) or "none",
        "without one that is not economic": len(security),
        "pairs without one that is not economic": " ".join(security) or "none",
    }


@_fact("contiguity", "states")
def neighbours_of_china() -> dict[str, Value]:
    """Land neighbours of China in the last year of the source, and the subregions they lie in."""
    borders = data.contiguity(as_of="2016", land_only=True)
    touching = borders[(borders["iso3_a"] == "CHN") | (borders["iso3_b"] == "CHN")]
    found = sorted((set(touching["iso3_a"]) | set(touching["iso3_b"])) - {"CHN"})
    known = data.states().set_index("iso3")["subregion"]
    return {
        "number": len(found),
        "states": " ".join(found),
        "subregions": len(set(known[found])),
    }


@_fact("strategic_partnerships", "contiguity")
def partnerships_of_china() -> dict[str, Value]:
    """Land neighbours of China whose partnership label contains the word strategic, end of 2025.

    The label is China's own; it is not a treaty promise.
    """
    around = str(neighbours_of_china()["states"]).split()
    labels = data.strategic_partnerships().set_index("iso3")["label_en"].str.lower()
    strategic = [state for state in around if "strategic" in labels.get(state, "")]
    return {
        "land neighbours": len(around),
        "with a strategic label": len(strategic),
        "without": " ".join(sorted(set(around) - set(strategic))),
    }
