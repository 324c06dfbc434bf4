"""Designs of a regional arrangement: checked, kept in a file, profiled and put under stress.

A :class:`Design` names members, agenda, decision rule, votes, vetoes, a secretariat and links to
mechanisms that exist. It cannot hold a value that is not known: a wrong one raises
:class:`DesignError` with one sentence. :func:`save` and :func:`load` keep a design in a small
JSON file, so that it can be handed to somebody else.

:func:`profile` describes a design with the measures of lessons 04, 07, 09 and 10. The four
stress tests run the models of lessons 02, 05, 06 and 08 with and without it. What a design is
worth in a stress test is an assumption (``worth``), not a finding; the tests show what follows.

Members are UN members and observer states of the course's table. Taiwan, which sits in some
bodies under other names, is not offered: whether and how it would take part is for the words
that go with a design.
"""

from asian_security.analysis.designs.design import (
    DIALOGUE,
    RULES,
    VOTES,
    Design,
    DesignError,
    examples,
    from_mechanism,
    issues,
    mechanisms,
    region,
    states,
    today,
)
from asian_security.analysis.designs.files import VERSION, folder, load, save
from asian_security.analysis.designs.measures import (
    DesignProfile,
    blockers,
    chance_to_act,
    cohesion,
    compare,
    depth,
    profile,
    variations,
    voting_weights,
)
from asian_security.analysis.designs.stress import (
    DOMAINS,
    Split,
    StressScores,
    bordering,
    effort,
    insecure,
    leaning,
    scores,
    spillover_total,
    split,
    war_risk,
)

__all__ = [
    "DIALOGUE",
    "DOMAINS",
    "RULES",
    "VERSION",
    "VOTES",
    "Design",
    "DesignError",
    "DesignProfile",
    "Split",
    "StressScores",
    "blockers",
    "bordering",
    "chance_to_act",
    "cohesion",
    "compare",
    "depth",
    "effort",
    "examples",
    "folder",
    "from_mechanism",
    "insecure",
    "issues",
    "leaning",
    "load",
    "mechanisms",
    "profile",
    "region",
    "save",
    "scores",
    "spillover_total",
    "split",
    "states",
    "today",
    "variations",
    "voting_weights",
    "war_risk",
]
