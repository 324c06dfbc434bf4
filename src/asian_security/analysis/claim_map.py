"""The article's claims as a map: of what kind each is, what rests on what, and what a filter selects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from asian_security import data


class ClaimKind(NamedTuple):
    """A kind of claim: its short name, and what can speak to such a claim ("" for a definition)."""

    name: str
    test: str

    @property
    def phrase(self) -> str:
        """The name with what can speak to the claim."""
        return f"{self.name}: {self.test}" if self.test else self.name


CLAIM_KINDS = {
    "D": ClaimKind("definition", ""),
    "E": ClaimKind("empirical", "data can speak to it"),
    "C": ClaimKind("causal", "a model can speak to it"),
    "N": ClaimKind("normative", "argument can speak to it"),
}
"""The kinds of claims by their letter in the table ``claims``."""
KIND_NAMES = {letter: kind.name for letter, kind in CLAIM_KINDS.items()}
"""The short names alone."""

GROUND, REMEDY, OBSTACLE = "is a ground for", "is answered by", "stands in the way of"
REVERSED = {GROUND: "rests on", REMEDY: "answers", OBSTACLE: "is held up by"}
"""Each relation of a first claim to a second, as the second bears on the first."""
_LINKS = {
    GROUND: (
        "A1-B2 A1-C4 A2-B2 A2-C1 A4-B14 A5-B10 A6-D1 A7-D4 A8-B1 A8-B2 A9-B1 A9-B6 A9-B14 A10-C9 "
        "B1-B3 B2-B3 B4-B3 B7-B6 B8-B6 B9-B10 B10-B12 B13-B6 B14-B16 B15-B16 B15-B20 B2-C4 "
        "B5-C10 B7-D8 B11-C11 B17-C8 B18-D7 B19-C10 C1-C4 C2-C4 C3-C4 C4-C5 C12-C11 "
        "D1-D2 D5-D4 D4-D6 D8-D9"
    ),
    REMEDY: "A3-C10 A7-B11 A7-C11 C6-C8 C7-C8 C9-C10 C9-C11 C9-C13 D1-D3 D4-D7 D6-D7 D9-D10",
    OBSTACLE: "D1-C8 D2-B1 D4-C11 D6-B2 D9-B6",
}


class Link(NamedTuple):
    """How one claim bears on another, in this course's reading of the article."""

    source: str
    target: str
    relation: str


LINKS = [
    Link(source, target, relation)
    for relation, pairs in _LINKS.items()
    for source, _, target in (pair.partition("-") for pair in pairs.split())
]
"""How claims bear on one another: this course's reading of the article, not the author's table."""


def select_claims(kind: str = "", lesson: str = "") -> list[str]:
    """Return the claims of a kind that a lesson tests.

    Parameters
    ----------
    kind : str
        A letter of ``CLAIM_KINDS``; every kind by default.
    lesson : str
        A lesson such as ``"08"``; every lesson by default.

    Returns
    -------
    list of str
        Claim ids in the order of the table.

    Raises
    ------
    ValueError
        If the kind or the lesson is unknown.
    """
    return [str(i) for i in data.claims(lesson=lesson or None, kind=kind or None)["id"]]


def links_of(claim: str) -> list[Link]:
    """Return the links from and to a claim."""
    return [link for link in LINKS if claim in (link.source, link.target)]


def links_among(claims: list[str]) -> list[Link]:
    """Return the links of which both ends are among some claims."""
    return [link for link in LINKS if {link.source, link.target} <= set(claims)]


def bearings(claim: str) -> list[tuple[str, list[str]]]:
    """Return how a claim bears on others and they on it.

    Parameters
    ----------
    claim : str
        A claim's id.

    Returns
    -------
    list of (str, list of str)
        A relation, such as "is a ground for" or "rests on", and the claims at its other end.
    """
    pairs = []
    for relation, reverse in REVERSED.items():
        own = [link for link in links_of(claim) if link.relation == relation]
        pairs += [
            (relation, [link.target for link in own if link.source == claim]),
            (reverse, [link.source for link in own if link.target == claim]),
        ]
    return [(relation, others) for relation, others in pairs if others]


@dataclass(frozen=True)
class Focus:
    """One claim with its links, and the claims that two filters select.

    Parameters
    ----------
    claim : str
        The claim's id.
    selected : list of str
        The claims that the filters select; the claim need not be one of them.
    """

    claim: str
    selected: list[str]

    @property
    def links(self) -> list[Link]:
        """The claim's own links."""
        return links_of(self.claim)

    @property
    def near(self) -> set[str]:
        """The claim and those to which it is linked."""
        return {self.claim}.union(*((link.source, link.target) for link in self.links))

    def following(self) -> str:
        """Return the next claim that the filters select, the first one after the last."""
        order = select_claims()
        later = [i for i in self.selected if order.index(i) > order.index(self.claim)]
        return (later or self.selected or [self.claim])[0]
