"""What a design is made of, what is checked when one is written down, and three examples."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from asian_security import data
from asian_security.analysis import reforms
from asian_security.analysis.architecture import coded_architecture

RULES: dict[str, float] = {
    "unanimity": 1.0,
    "three quarters": 3 / 4,
    "two thirds": 2 / 3,
    "three fifths": 3 / 5,
    "simple majority": 0.5,
}
"""The share of votes that each rule asks for; a simple majority needs more than half."""
VOTES = ("one each", "by population", "by economy")
"""One vote each; or one each and one more for every full per cent of the members' people or GDP."""
DIALOGUE = "military_cbm_dialogue"
_NOT_OFFERED = ("TWN",)
_LONGEST_NAME = 60


class DesignError(ValueError):
    """A design, or the file that should hold one, is not as described."""


# What can be chosen --------------------------------------------------------------------------


@cache
def state_table() -> pd.DataFrame:
    """Return the table of the states that can be members, by ISO3 code."""
    table = data.states()
    return table[~table["iso3"].isin(_NOT_OFFERED)].set_index("iso3")


@cache
def states() -> tuple[str, ...]:
    """Return the states that can be members, by ISO3 code."""
    return tuple(state_table().index)


@cache
def region() -> tuple[str, ...]:
    """Return those of the article's four subregions: the states that a design is to serve."""
    inside = state_table()["subregion"].isin(data.NEIGHBOURHOOD)
    return tuple(state_table().index[inside])


@cache
def issues() -> tuple[str, ...]:
    """Return the issues that can stand on an agenda."""
    return tuple(dict.fromkeys(data.mechanism_issues()["issue"]))


def today() -> reforms.Architecture:
    """Return the mechanisms in force whose agendas are coded, with all their seats."""
    return coded_architecture(data.as_of(), states())


@cache
def mechanisms() -> tuple[str, ...]:
    """Return the mechanisms of today that a design can link to."""
    return tuple(today().names)


# The design ----------------------------------------------------------------------------------


def _suggest(name: object, known: Iterable[str]) -> str:
    """Return "nearest: ..." with the known names most like a name, or an empty text."""
    table = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(str(name).casefold(), table, n=3, cutoff=0.5)
    return "nearest: " + ", ".join(table[each] for each in close) if close else ""


def _check_names(field: str, names: Any, known: Sequence[str], what: str) -> tuple[str, ...]:
    """Return names in the order of those known, or raise DesignError if one is wrong."""
    if isinstance(names, str) or not isinstance(names, list | tuple | set | frozenset):
        raise DesignError(f"{field} must be a list of names, got {names!r}")
    for name in names:
        if name in _NOT_OFFERED and field in ("members", "vetoes"):
            raise DesignError(
                f"{field}: {name} is not offered; a design is made of UN members and observer "
                "states, and says in words how others take part"
            )
        if not isinstance(name, str) or name not in known:
            help_ = _suggest(name, known) or f"for example {known[0]}"
            raise DesignError(f"{field}: unknown {what} {name!r}; {help_}")
    if len(set(names)) < len(names):
        twice = next(name for name in names if list(names).count(name) > 1)
        raise DesignError(f"{field}: {twice} is listed twice")
    return tuple(sorted(names, key=list(known).index))


@dataclass(frozen=True)
class Design:
    """A regional arrangement on paper. A value that is not known raises :class:`DesignError`.

    Attributes
    ----------
    name : str
        At most 60 characters. A design that bears the name of a mechanism stands in its place.
    members : tuple of str
        ISO3 codes of two or more of :func:`states`.
    issues : tuple of str
        Its agenda: one or more of :func:`issues`.
    rule : str
        One of ``RULES``.
    votes : str
        One of ``VOTES``.
    vetoes : tuple of str
        Members without whom nothing is decided.
    secretariat : bool
        Whether it has one.
    links : tuple of str
        Mechanisms with which it coordinates its agenda, of :func:`mechanisms`.
    """

    name: str
    members: tuple[str, ...]
    issues: tuple[str, ...]
    rule: str = "unanimity"
    votes: str = "one each"
    vetoes: tuple[str, ...] = ()
    secretariat: bool = False
    links: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise DesignError(f"name must be text, got {self.name!r}")
        if len(self.name) > _LONGEST_NAME or not self.name.isprintable():
            raise DesignError(f"name must be one line of at most {_LONGEST_NAME} characters")
        members = _check_names("members", self.members, states(), "state")
        if len(members) < 2:
            raise DesignError(f"members must be two or more states, got {len(members)}")
        agenda = _check_names("issues", self.issues, issues(), "issue")
        if not agenda:
            raise DesignError("issues must name at least one issue")
        for field, value, known in (("rule", self.rule, RULES), ("votes", self.votes, VOTES)):
            if not isinstance(value, str) or value not in known:
                raise DesignError(f"{field} must be one of {', '.join(known)}, got {value!r}")
        vetoes = _check_names("vetoes", self.vetoes, states(), "state")
        if set(vetoes) - set(members):
            outside = ", ".join(sorted(set(vetoes) - set(members)))
            raise DesignError(f"vetoes: {outside} cannot have a veto without being a member")
        if not isinstance(self.secretariat, bool):
            raise DesignError(f"secretariat must be true or false, got {self.secretariat!r}")
        links = _check_names("links", self.links, mechanisms(), "mechanism")
        if self.name in links:
            raise DesignError(f"links: {self.name} cannot be linked to itself")
        in_order = {"members": members, "issues": agenda, "vetoes": vetoes, "links": links}
        for field, names in in_order.items():
            object.__setattr__(self, field, names)


def from_mechanism(name: str) -> Design:
    """Write down a mechanism of today as a design.

    Parameters
    ----------
    name : str
        One of :func:`mechanisms`.

    Returns
    -------
    Design
        Its seats and agenda as of the end of 2025, one vote each. Consensus, an agreement of two,
        and a rule that no text states count as unanimity.

    Raises
    ------
    DesignError
        If there is no such mechanism, or fewer than two states of the table sit in it.
    """
    _check_names("mechanism", [name], mechanisms(), "mechanism")
    plan = today()
    seats = plan.memberships
    agenda = plan.issues[(plan.issues["mechanism"] == name) & (plan.issues["stated"] == 1)]
    written = data.mechanisms().set_index("mechanism").loc[name, "decision_rule"]
    return Design(
        name,
        tuple(seats.loc[seats["mechanism"] == name, "iso3"]),
        tuple(agenda["issue"]),
        rule="simple majority" if written == "majority" else "unanimity",
        secretariat=name in plan.secretariats,
    )


# Examples ------------------------------------------------------------------------------------


@cache
def examples() -> dict[str, Design]:
    """Return three designs to start from or to beat, by name. None is recommended."""
    listed = (
        Design(
            "Wide table",
            (*region(), "AUS", "NZL", "RUS", "USA"),
            (DIALOGUE, "disaster_relief", "terrorism_extremism", "maritime_security"),
        ),
        Design(
            "Small core",
            ("CHN", "IDN", "IND", "JPN", "KOR", "SGP", "THA", "VNM"),
            (DIALOGUE, "cyber", "disaster_relief", "maritime_security"),
            rule="two thirds",
            secretariat=True,
        ),
        Design(
            "Linked platform",
            region(),
            (
                DIALOGUE,
                "cyber",
                "disaster_relief",
                "drugs_transnational_crime",
                "energy",
                "terrorism_extremism",
                "water_environment",
            ),
            rule="three quarters",
            secretariat=True,
            links=("ARF", "ASEAN", "CICA", "SAARC", "SCO"),
        ),
    )
    return {design.name: design for design in listed}
