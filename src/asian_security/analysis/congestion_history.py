"""Who sat where since 1950, what the forums were about, and how crowded that was."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from asian_security import data
from asian_security.models.institutions import congestion

YEARS = range(1950, data.LAST_YEAR + 1)
COUNTS = ("seats", "forums", "partners", "subregions")
CAMPS = {
    "US-led": "US-led",
    "ASEAN-led": "ASEAN-led",
    "China-initiated": "China-initiated (with SCO)",
    "China and Russia": "China-initiated (with SCO)",
    "Russia-led": "Russia-led",
    "other Asian": "others",
    "other": "others",
}
"""The initiator of a mechanism to its camp; what China and Russia began counts with China."""
THREE_CAMPS = ("US-led", "ASEAN-led", "China-initiated (with SCO)")
"""The camps that claim D4 names."""
PARTNERS = ("associate", "observer", "dialogue partner", "sectoral dialogue partner", "partner")
"""The statuses that bring a state to a meeting without a seat."""


@dataclass(frozen=True, eq=False)
class History:
    """Who sat where at the end of each year, what it was about, and how crowded that was.

    Parameters
    ----------
    names, issues, states : list of str
        Mechanisms in order of founding, issues, states (ISO3).
    camps : list of str
        The camp of each mechanism.
    members : ndarray of float, shape (years, mechanisms, states)
        1 where a state is in.
    agenda : ndarray of float, shape (mechanisms, issues)
        1 where a mechanism names an issue: one coding for its whole life.
    """

    names: list[str]
    issues: list[str]
    states: list[str]
    camps: list[str]
    members: np.ndarray
    agenda: np.ndarray

    @cached_property
    def alive(self) -> np.ndarray:
        """Which mechanisms exist, years x mechanisms."""
        return np.asarray(self.members.any(axis=2))

    @cached_property
    def cells(self) -> np.ndarray:
        """Number of forums a state has for an issue, years x states x issues."""
        return np.asarray(np.swapaxes(self.members, 1, 2) @ self.agenda)

    @cached_property
    def load(self) -> np.ndarray:
        """Forums beyond the first, for each state: mean over its covered issues."""
        covered = (self.cells > 0).sum(axis=2)
        return np.asarray(np.maximum(self.cells - 1, 0).sum(axis=2) / np.maximum(covered, 1))

    @cached_property
    def measured(self) -> congestion.Congestion:
        """The indices of :mod:`asian_security.models.institutions.congestion`, one value per year."""
        return congestion.congestion(self.members, self.agenda)

    @cached_property
    def indices(self) -> dict[str, np.ndarray]:
        """Every index by name, one value per year."""
        covered = self.cells > 0
        inside = [np.array([c == camp for c in self.camps]) for camp in THREE_CAMPS]
        camps = sum(
            (np.swapaxes(self.members[:, own], 1, 2) @ self.agenda[own] > 0).astype(int)
            for own in inside
        )
        total = np.maximum(covered.sum(axis=(1, 2)), 1)
        return {
            "load": np.maximum(self.cells - 1, 0).sum(axis=(1, 2)) / total,
            "members": self.measured.member_overlap,
            "agendas": self.measured.agenda_overlap,
            "both": self.measured.joint_overlap,
            "effective": self.measured.effective,
            "contested": (np.asarray(camps) >= 2).sum(axis=(1, 2)) / total,
        }


@cache
def history(count: str = "seats") -> History:
    """Read the tables into one array per year; a year is judged on its last day.

    Parameters
    ----------
    count : str
        What counts as being in: "seats"; "forums" (seats, without alliances and treaties);
        "partners" (seats, observers and partners); "subregions" (seats of the article's four).

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If the count is unknown.
    """
    if count not in COUNTS:
        raise ValueError(f"count must be one of {', '.join(COUNTS)}, got {count!r}")
    known = data.mechanisms().sort_values(["founded", "mechanism"])
    if count == "forums":
        known = known[~known["kind"].isin(["alliance", "treaty"])]
    home = data.states(subregion=data.NEIGHBOURHOOD if count == "subregions" else None)
    spells = data.memberships(status=data.SEATS + PARTNERS if count == "partners" else data.SEATS)
    table = data.mechanism_issues().pivot(index="mechanism", columns="issue", values="stated")
    row = {name: i for i, name in enumerate(known["mechanism"])}
    column = {iso3: i for i, iso3 in enumerate(home["iso3"])}
    members = np.zeros((len(YEARS), len(row), len(column)))
    for spell in spells.itertuples():
        if spell.mechanism in row and spell.iso3 in column:
            first = max(int(spell.start[:4]), YEARS[0]) - YEARS[0]
            # A spell that ends within a year is over on the year's last day.
            ended = isinstance(spell.end, str) and spell.end[4:] not in ("", "-12", "-12-31")
            last = int(spell.end[:4]) - ended - YEARS[0] if isinstance(spell.end, str) else None
            if last is None or last >= first:
                stop = None if last is None else last + 1
                members[first:stop, row[spell.mechanism], column[spell.iso3]] = 1
    return History(
        list(row),
        list(table.columns),
        list(column),
        [CAMPS[name] for name in known["initiator"]],
        members,
        table.loc[list(row)].to_numpy(dtype=float),
    )


@dataclass(frozen=True, eq=False)
class Crowding:
    """The mechanisms of one year, and one state among them.

    Parameters
    ----------
    history : History
        All years.
    place : int
        The year's place in them.
    state : str
        The state, by ISO3 code; empty for none.
    """

    history: History
    place: int
    state: str = ""

    @property
    def alive(self) -> np.ndarray:
        """Which mechanisms exist, one value per mechanism."""
        return np.asarray(self.history.alive[self.place])

    @property
    def sizes(self) -> np.ndarray:
        """How many states are in each mechanism."""
        return np.asarray(self.history.members[self.place].sum(axis=1))

    @property
    def per_issue(self) -> np.ndarray:
        """How many mechanisms name each issue."""
        return np.asarray((self.alive[:, None] * self.history.agenda).sum(axis=0).astype(int))

    @property
    def in_effect(self) -> np.ndarray:
        """The effective number of mechanisms that name each issue."""
        return np.asarray(self.history.measured.per_issue[self.place])

    @property
    def queues(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mechanisms lined up by the issues they name: mechanism, issue, place in the queue."""
        issue, mechanism = np.nonzero((self.alive[:, None] * self.history.agenda).T)
        return mechanism, issue, np.arange(len(issue)) - np.searchsorted(issue, issue) + 1

    @property
    def counted(self) -> bool:
        """Whether the state is among those whose seats count."""
        return self.state in self.history.states

    @property
    def seated(self) -> np.ndarray:
        """In which mechanisms the state sits, one value per mechanism."""
        return np.asarray(self.history.members[self.place][:, self._column] > 0)

    @property
    def forums(self) -> np.ndarray:
        """In how many mechanisms the state sits that name each issue."""
        return np.asarray(self.history.cells[self.place, self._column].astype(int))

    @property
    def own_load(self) -> np.ndarray:
        """The load of the state, one value per year."""
        return np.asarray(self.history.load[:, self._column])

    @property
    def _column(self) -> int:
        return self.history.states.index(self.state)
