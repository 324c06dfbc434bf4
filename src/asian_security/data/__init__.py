"""The course's tables, checked and ready to use, as of a date where they have one.

Every table of ``data/`` has one function of the same name, which returns a tidy
:class:`pandas.DataFrame`. Columns, types and units are those of ``data/datapackage.json``.

Rules that hold for every table
-------------------------------
* A missing number or date is ``NaN`` (``<NA>`` for whole numbers); a missing text is empty text.
* A state is its ISO 3166 alpha-3 key (``"CHN"``).
* A date is text, as precise as it is known: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
* A partial date stands for its whole period. A spell that starts in ``2001`` counts from
  2001-01-01, one that ends in ``2001`` counts to 2001-12-31, and ``as_of="2001"`` keeps every
  spell in force on at least one day of 2001. Doubt therefore never hides a tie.
* ``right_censored`` means that a spell was still going when the source stops. It is never read as
  an ending: such a spell is kept for every later date, up to the date the course speaks for.

A table that is missing or broken raises :class:`DataError` with the file, the line and what is
accepted. A request that makes no sense raises :class:`ValueError` with the nearest valid names.
"""

from asian_security.data.bibliography import cite, documents, reference, references, source_keys
from asian_security.data.filters import coverage
from asian_security.data.reader import Coverage, DataError, folder
from asian_security.data.tables import (
    LAST_YEAR,
    NEIGHBOURHOOD,
    PROMISES,
    SEATS,
    alliances,
    as_of,
    claims,
    contiguity,
    deaths_by_conflict,
    deaths_by_region,
    deaths_by_state,
    disputes,
    domain_links,
    domain_names,
    domains,
    glossary,
    hotspot_events,
    hotspot_parties,
    hotspots,
    issue_name,
    ledger,
    mechanism_issues,
    mechanisms,
    membership_disagreements,
    memberships,
    military_expenditure,
    missile_launches,
    missile_tests,
    nuclear_tests,
    piracy,
    power,
    priorities,
    region,
    source_line,
    state_names,
    states,
    states_by_name,
    strategic_partnerships,
    tables,
    trade_partners,
    unga_agreement,
    unga_ideal_points,
    us_troops,
)

__all__ = [
    "LAST_YEAR",
    "NEIGHBOURHOOD",
    "PROMISES",
    "SEATS",
    "Coverage",
    "DataError",
    "alliances",
    "as_of",
    "cite",
    "claims",
    "contiguity",
    "coverage",
    "deaths_by_conflict",
    "deaths_by_region",
    "deaths_by_state",
    "disputes",
    "documents",
    "domain_links",
    "domain_names",
    "domains",
    "folder",
    "glossary",
    "hotspot_events",
    "hotspot_parties",
    "hotspots",
    "issue_name",
    "ledger",
    "mechanism_issues",
    "mechanisms",
    "membership_disagreements",
    "memberships",
    "military_expenditure",
    "missile_launches",
    "missile_tests",
    "nuclear_tests",
    "piracy",
    "power",
    "priorities",
    "reference",
    "references",
    "region",
    "source_keys",
    "source_line",
    "state_names",
    "states",
    "states_by_name",
    "strategic_partnerships",
    "tables",
    "trade_partners",
    "unga_agreement",
    "unga_ideal_points",
    "us_troops",
]
