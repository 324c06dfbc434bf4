"""Where states stand between China and the United States, on six measures of their ties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from asian_security import data
from asian_security.analysis.architecture import seats
from asian_security.models.balance import hedging

FIRST_YEAR = 1980
STANCES = {
    "leans to the first": "leans to China",
    "leans to the second": "leans to the United States",
    "between": "between",
    "apart": "apart from both",
}
"""The words of :func:`~asian_security.models.balance.hedging.describe`, for these two poles."""
_BEYOND = ("AUS", "NZL", "PNG", "RUS")
_FEWEST_VOTES = 20


@cache
def compared_states() -> list[str]:
    """Return the states that are compared, by ISO3 code, sorted.

    They are those of the article's four subregions, Russia, Australia, New Zealand and Papua New
    Guinea; without China, and without Taiwan, which only some of the sources list.
    """
    return sorted({*data.region(), *_BEYOND} - {"CHN", "TWN"})


def _both(long: pd.DataFrame) -> pd.DataFrame:
    """Select the compared states from independence on, where both ties are known."""
    states = data.states().set_index("iso3")
    begun = states["note"].str.extract(r"independent (\d{4})")[0].astype(float)
    begun["BRN"] = 1984
    table = long[long["iso3"].isin(compared_states())].dropna(subset=["china", "usa"])
    table = table[table["year"] >= table["iso3"].map(begun).fillna(0)]
    return table.set_index(["year", "iso3"])[["china", "usa"]].astype(float).sort_index()


def _trade() -> pd.DataFrame:
    rows = data.trade_partners(partner=["CHN", "USA"])
    wide = rows.pivot_table(index=["iso3", "year"], columns="partner", values="share_of_total")
    wide = (100 * wide).rename(columns={"CHN": "china", "USA": "usa"})
    return _both(wide.reset_index())


def _votes() -> pd.DataFrame:
    rows = data.unga_agreement()
    rows = rows[(rows["votes"] >= _FEWEST_VOTES) & (rows["session_year"] >= FIRST_YEAR)]
    rows = rows.assign(china=100 * rows["agree_chn"], usa=100 * rows["agree_usa"])
    return _both(rows.rename(columns={"session_year": "year"}))


def _seats(
    count: Callable[[set[str], Mapping[str, frozenset[str]]], tuple[int, int]],
) -> pd.DataFrame:
    """Count, at the end of every year, each state's own mechanisms among all of them."""
    rows = []
    for year in range(FIRST_YEAR, data.LAST_YEAR + 1):
        seated = seats(f"{year}-12-31")
        for iso3 in compared_states():
            own = {name for name, members in seated.items() if iso3 in members}
            rows.append((iso3, year, *count(own, seated)))
    return _both(pd.DataFrame(rows, columns=["iso3", "year", "china", "usa"]))


def _shared() -> pd.DataFrame:
    return _seats(
        lambda own, seated: (
            sum("CHN" in seated[name] for name in own),
            sum("USA" in seated[name] for name in own),
        )
    )


def _initiated() -> pd.DataFrame:
    initiator = data.mechanisms().set_index("mechanism")["initiator"]
    china = set(initiator.index[initiator.isin(["China-initiated", "China and Russia"])])
    usa = set(initiator.index[initiator == "US-led"])
    return _seats(lambda own, seated: (len(own & china), len(own & usa)))


def _promises() -> pd.DataFrame:
    rows = []
    for year in range(FIRST_YEAR, int(data.coverage("alliances").end[:4]) + 1):
        table = data.alliances(year)
        degree = np.select(
            [table["defence"], table["consultation"], table["nonaggression"] | table["neutrality"]],
            [3, 2, 1],
            0,
        )
        strongest: dict[frozenset[str], int] = {}
        for a, b, value in zip(table["iso3_a"], table["iso3_b"], degree, strict=True):
            pair = frozenset((a, b))
            strongest[pair] = max(strongest.get(pair, 0), int(value))
        for iso3 in compared_states():
            ties = (strongest.get(frozenset((iso3, pole)), 0) for pole in ("CHN", "USA"))
            rows.append((iso3, year, *ties))
    return _both(pd.DataFrame(rows, columns=["iso3", "year", "china", "usa"]))


def _label_and_troops() -> pd.DataFrame:
    labels = data.strategic_partnerships().set_index("iso3")
    rank = {1: 4, 2: 3, 3: 2, 4: 0, 5: 0}
    rows = []
    troops = data.us_troops()
    for row in troops[troops["year"] >= FIRST_YEAR].itertuples():
        if row.iso3 not in labels.index:
            continue
        label = labels.loc[row.iso3]
        first, since = label["first_strategic_year"], str(label["since"])[:4]
        strategic = rank[int(label["tier"])]
        now = strategic if strategic and row.year >= int(since) else 0
        if strategic and not now and pd.notna(first) and row.year >= int(first):
            now = 1
        rows.append((row.iso3, row.year, now, np.log10(1 + row.us_active_duty)))
    return _both(pd.DataFrame(rows, columns=["iso3", "year", "china", "usa"]))


@dataclass(frozen=True)
class Measure:
    """One way to measure a state's ties to the two poles.

    Attributes
    ----------
    read : callable
        Reads the ties from the tables, as :func:`ties` returns them.
    whole : float
        The tie that counts as 1 between 0 and 1.
    lean : float
        The position, 0 to 1, beyond which a state leans to a pole: 1/3 is twice the tie.
    comparable : bool
        Whether the ties to both poles have one scale.
    """

    read: Callable[[], pd.DataFrame]
    whole: float = 1.0
    lean: float = 1 / 3
    comparable: bool = True


MEASURES = {
    "trade": Measure(_trade, 100),
    "votes": Measure(_votes, 100),
    "shared": Measure(_shared, 20),
    "initiated": Measure(_initiated, 20),
    "promises": Measure(_promises, 3, lean=0.0),
    "labels": Measure(_label_and_troops, comparable=False),
}


@cache
def ties(measure: str) -> pd.DataFrame:
    """Return every state's ties to both poles in every year of a measure.

    Parameters
    ----------
    measure : str
        ``"trade"``, ``"votes"`` (per cent), ``"shared"``, ``"initiated"`` (numbers),
        ``"promises"`` (0 none to 3 defence) or ``"labels"`` (0 to 4, and log10 of 1 + personnel).

    Returns
    -------
    pandas.DataFrame
        Columns china and usa; index year and iso3. Rows with an unknown tie are left out.

    Raises
    ------
    ValueError
        If there is no such measure.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure must be one of {', '.join(MEASURES)}, got {measure!r}")
    return MEASURES[measure].read()


def positions(measure: str, year: int) -> pd.DataFrame:
    """Say where each state stands between the two poles in a year.

    Parameters
    ----------
    measure : str
        One of the comparable measures of :func:`ties` (all but ``"labels"``).
    year : int
        A year of the measure.

    Returns
    -------
    pandas.DataFrame
        Columns china, usa, position (-1 China to 1 United States) and stance; index iso3. A state leans to
        a pole if its tie there is more than twice the other one; for promises, if it is stronger.

    Raises
    ------
    ValueError
        If the measure cannot be compared or has no such year.
    """
    chosen = MEASURES.get(measure)
    if chosen is None or not chosen.comparable:
        names = ", ".join(name for name, other in MEASURES.items() if other.comparable)
        raise ValueError(f"measure must be one of {names}, got {measure!r}")
    table = ties(measure)
    years = table.index.get_level_values("year")
    if year not in years:
        raise ValueError(f"{measure} runs from {min(years)} to {max(years)}, got {year}")
    here = table.loc[year]
    stance = hedging.stance(here[["china"]] / chosen.whole, here[["usa"]] / chosen.whole)
    words = hedging.describe(stance, chosen.lean, 0.02)
    return here.assign(position=stance.position, stance=[STANCES[word] for word in words])


@dataclass(frozen=True)
class Standing:
    """Where the states stand in a year, and the path of one of them.

    Attributes
    ----------
    year : int
        The year of the source that is nearest to the year chosen.
    here : DataFrame
        Ties to both poles in that year, the chosen state first.
    path : DataFrame
        The chosen state's ties by year, up to that year.
    stances : Series or None
        The stance of each state; None where the ties to the poles have no common scale.
    """

    year: int
    here: pd.DataFrame
    path: pd.DataFrame
    stances: pd.Series | None


def standing(measure: str, year: int, state: str) -> Standing:
    """Return where the states stand on a measure, and how one of them came there.

    Parameters
    ----------
    measure : str
        One of :data:`MEASURES`.
    year : int
        A year, also one that the source does not have.
    state : str
        By ISO3 code; it need not be in the source.
    """
    table = ties(measure)
    years = table.index.get_level_values("year")
    year = int(min(max(year, years.min()), years.max()))
    here = table.loc[year].sort_index(key=lambda codes: codes.where(codes != state, ""))
    own = table[table.index.get_level_values("iso3") == state].droplevel("iso3")
    comparable = MEASURES[measure].comparable
    stances = positions(measure, year)["stance"] if comparable else None
    return Standing(year, here, own[own.index <= year], stances)
