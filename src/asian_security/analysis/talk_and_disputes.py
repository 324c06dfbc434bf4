"""Pairs of states: in which years they shared forums, and in which disputes between them began."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from asian_security import data

FIRST_YEAR, LAST_YEAR = 1949, 2010
PAIRS = [
    *combinations(["CHN", "IND", "JPN", "RUS", "USA"], 2),
    ("IND", "PAK"),
    ("JPN", "PRK"),
    ("KOR", "PRK"),
    ("PRK", "USA"),
]
_TALK = {False: "without", True: "with"}


@cache
def pair_years() -> pd.DataFrame:
    """Return one row per pair of states and year: shared forums, and the gravest dispute begun.

    A forum is a mechanism that is neither an alliance nor a treaty. It counts from the year after
    both have taken their seats. The pairs are those of five great powers, and those of the Korean
    and the India-Pakistan hotspots.

    Returns
    -------
    pandas.DataFrame
        Columns iso3_a, iso3_b, year (1949 to 2010), forums (number), hostility (1 to 5; 0: no
        militarised dispute between the two began in this year).
    """
    kind = data.mechanisms().set_index("mechanism")["kind"]
    seats = data.memberships(status=data.SEATS)
    seats = seats[~seats["mechanism"].map(kind).isin(["alliance", "treaty"])]
    seats["first"] = seats["start"].str[:4].astype(int) + 1
    seats["last"] = seats["end"].str[:4].fillna("9999").astype(int)
    years = pd.DataFrame({"year": range(FIRST_YEAR, LAST_YEAR + 1)})
    seated = seats.merge(years, how="cross").query("first <= year <= last")
    seated = seated[["mechanism", "year", "iso3"]].drop_duplicates()
    both = seated.merge(seated, on=["mechanism", "year"], suffixes=("_a", "_b"))
    shared = both.groupby(["iso3_a", "iso3_b", "year"]).size().rename("forums")
    began = data.disputes().rename(columns={"start_year": "year"})
    gravest = began.groupby(["iso3_a", "iso3_b", "year"])["hostility"].max()
    pairs = pd.DataFrame(PAIRS, columns=["iso3_a", "iso3_b"]).merge(years, how="cross")
    joined = pairs.join(shared, on=list(pairs)).join(gravest, on=list(pairs))
    return joined.fillna({"forums": 0, "hostility": 0}).astype({"forums": int, "hostility": int})


@dataclass(frozen=True, eq=False)
class Comparison:
    """How often disputes began in years without and with consultation.

    Attributes
    ----------
    pairs : pandas.DataFrame
        The share of years in which a dispute began, by pair (rows, in the order of ``PAIRS``),
        ``without`` and ``with`` consultation (columns); not a number where there are no such years.
    pooled : pandas.DataFrame
        ``size``, the pair-years, and ``mean``, the share of them in which a dispute began, for
        ``without`` and ``with``, where there are any.
    periods : pandas.DataFrame
        The same in each of two periods, so that times are not mixed.
    """

    pairs: pd.DataFrame
    pooled: pd.DataFrame
    periods: pd.DataFrame

    @property
    def change(self) -> pd.Series:
        """By how much the share is higher with consultation, by pair that has both kinds of years."""
        both = self.pairs.dropna()
        return both["with"] - both["without"]


def compare_years(first_year: int, forums: int, hostility: int) -> Comparison:
    """Compare the years of the pairs without and with consultation.

    Parameters
    ----------
    first_year : int
        Years before it are left out.
    forums : int
        How many shared forums count as consultation.
    hostility : int
        From which level on, 1 to 5, a dispute counts.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If no year is left.
    """
    years = pair_years()
    if first_year > LAST_YEAR:
        raise ValueError(f"first_year must be at most {LAST_YEAR}, got {first_year}")
    years = years[years["year"] >= first_year]
    counted = years.assign(
        talk=years["forums"] >= forums,
        began=years["hostility"] >= hostility,
        period=np.where(years["year"] < 1990, "1949 to 1989", "1990 to 2010"),
    )
    shares = counted.pivot_table(
        index=["iso3_a", "iso3_b"], columns="talk", values="began", aggfunc="mean"
    )
    shares = shares.reindex(columns=list(_TALK)).loc[PAIRS].rename(columns=_TALK)
    pooled, periods = (
        counted.groupby(by)["began"].agg(["size", "mean"]).rename(index=_TALK)
        for by in ("talk", ["period", "talk"])
    )
    return Comparison(shares, pooled, periods)
