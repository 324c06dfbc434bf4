"""One function per table, with the table's name. The package's docstring has the common rules."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from asian_security.data.filters import (
    DateLike,
    Names,
    accepted_values,
    coverage,
    describe_table,
    require_known,
    require_states,
    select_in_force,
    select_lesson,
    select_states,
    select_where,
    select_year,
)
from asian_security.data.reader import read_package, read_table

SEATS = ("member", "participant", "party")
"""The statuses that seat a state at the table; observers, partners and guests have no seat."""
NEIGHBOURHOOD = ("Northeast Asia", "Southeast Asia", "South Asia", "Central Asia")
"""The four subregions that the article names (A8)."""
PROMISES = ("defence", "offence", "neutrality", "nonaggression", "consultation")
_ISSUE_NAMES = {
    "drugs_transnational_crime": "transnational crime",
    "terrorism_extremism": "terrorism",
    "technology_society": "technology, society",
    "maritime_security": "piracy and the sea",
}


# About the tables ------------------------------------------------------------------------------


def tables() -> list[str]:
    """Return the names of all tables.

    Returns
    -------
    list of str
        In the order of ``datapackage.json``.
    """
    return list(read_package()["by_name"])


def source_line(table: str) -> str:
    """Return the line that stands under a figure: source, version, coverage and as-of date.

    Parameters
    ----------
    table : str
        Name of a table.

    Returns
    -------
    str
        For example ``"Source: Alliance Treaty Obligations and Provisions (ATOP) 5.1, 1945 to
        2018; as of 2025-12-31."``

    Raises
    ------
    ValueError
        If there is no such table; the message names the nearest ones.
    """
    resource, covered = describe_table(table), coverage(table)
    titles = [
        f"{source['title']} {source.get('version', '')}".strip() for source in resource["sources"]
    ]
    span = covered.start if covered.start == covered.end else f"{covered.start} to {covered.end}"
    return f"Source: {'; '.join(titles)}, {span}; as of {covered.as_of}."


# States, mechanisms, memberships ---------------------------------------------------------------


def states(subregion: Names | None = None) -> pd.DataFrame:
    """Return the course's states.

    Parameters
    ----------
    subregion : str or iterable of str, optional
        Keep these subregions only.

    Returns
    -------
    pandas.DataFrame
        One row per state: iso3, name_en, name_zh, subregion, capital, lat and lon of the capital
        in degrees, note.

    Raises
    ------
    ValueError
        If a subregion is unknown.
    """
    return select_where(read_table("states"), "subregion", subregion)


def mechanisms(
    as_of: DateLike | None = None, kind: Names | None = None, initiator: Names | None = None
) -> pd.DataFrame:
    """Return the region's security mechanisms.

    Parameters
    ----------
    as_of : str, int or datetime.date, optional
        Keep the mechanisms that exist on at least one day of this date (see the module's rules).
    kind, initiator : str or iterable of str, optional
        Keep these kinds and initiators only. The initiator is a judgement, see the notes.

    Returns
    -------
    pandas.DataFrame
        One row per mechanism.

    Raises
    ------
    ValueError
        If the date, a kind or an initiator is not valid.
    """
    frame = select_where(read_table("mechanisms"), "kind", kind)
    if initiator is not None:
        names = require_known(
            initiator, "initiator", sorted(set(read_table("mechanisms")["initiator"]))
        )
        frame = frame[frame["initiator"].isin(names)].reset_index(drop=True)
    if as_of is None:
        return frame
    return select_in_force(frame, as_of, "mechanisms", "founded", "ended")


def memberships(
    as_of: DateLike | None = None,
    status: Names | None = None,
    mechanism: Names | None = None,
    state: Names | None = None,
) -> pd.DataFrame:
    """Return who is in which mechanism, in which status, from when until when.

    Parameters
    ----------
    as_of : str, int or datetime.date, optional
        Keep the spells in force on at least one day of this date (see the module's rules).
    status, mechanism, state : str or iterable of str, optional
        Keep these statuses (``"member"``, ``"observer"``, ...), mechanisms (``"SCO"``) and states
        (``"IND"``) only.

    Returns
    -------
    pandas.DataFrame
        One row per spell. An empty ``end`` means that the spell is in force on the date for which
        the course speaks.

    Raises
    ------
    ValueError
        If a name or the date is not valid; the message gives the nearest valid names.

    Examples
    --------
    >>> sorted(memberships(as_of="2020", mechanism="SCO", status="member")["iso3"])
    ['CHN', 'IND', 'KAZ', 'KGZ', 'PAK', 'RUS', 'TJK', 'UZB']
    """
    frame = read_table("memberships")
    if status is not None:
        accepted = accepted_values("memberships", "status")
        frame = frame[frame["status"].isin(require_known(status, "status", accepted))]
    if mechanism is not None:
        known = read_table("mechanisms")
        labels = dict(zip(known["mechanism"], known["name_en"], strict=True))
        frame = frame[
            frame["mechanism"].isin(
                require_known(mechanism, "mechanism", known["mechanism"], labels)
            )
        ]
    frame = select_states(frame.reset_index(drop=True), state)
    return frame if as_of is None else select_in_force(frame, as_of, "memberships")


def membership_disagreements() -> pd.DataFrame:
    """Return where the course's memberships differ from COW IGO to 2014, each with its reason.

    Returns
    -------
    pandas.DataFrame
        mechanism, iso3, ours, cow, explanation.
    """
    return read_table("membership_disagreements")


def mechanism_issues(mechanism: Names | None = None) -> pd.DataFrame:
    """Return which issues a mechanism states as its own.

    The coding is a judgement on founding texts and work programmes: ``stated`` is 0 when an issue
    is not a stated priority, which does not mean that the mechanism never touches it.

    Parameters
    ----------
    mechanism : str or iterable of str, optional
        Keep these mechanisms only.

    Returns
    -------
    pandas.DataFrame
        One row per mechanism and issue: mechanism, issue, stated, basis, confidence.

    Raises
    ------
    ValueError
        If a mechanism has no coding.
    """
    return select_where(read_table("mechanism_issues"), "mechanism", mechanism)


def strategic_partnerships(state: Names | None = None) -> pd.DataFrame:
    """Return the labels of China's partnerships with other states.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states only.

    Returns
    -------
    pandas.DataFrame
        One row per state. ``tier`` (1 highest to 5 none) is the course's own coding of the label.

    Raises
    ------
    ValueError
        If a state is unknown.
    """
    return select_states(read_table("strategic_partnerships"), state)


def contiguity(as_of: DateLike | None = None, land_only: bool = False) -> pd.DataFrame:
    """Return which states are neighbours, by land or across water.

    Parameters
    ----------
    as_of : str, int or datetime.date, optional
        Keep the neighbours of this date. A pair then has one row, its closest contact. The source
        stops in 2016; later dates carry its last state forward (``right_censored``).
    land_only : bool, default False
        Keep land and river borders (``contact_type`` 1) only.

    Returns
    -------
    pandas.DataFrame
        One row per pair (in alphabetical order) and spell: iso3_a, iso3_b, contact_type, label,
        start, end, right_censored.

    Raises
    ------
    ValueError
        If the date is not valid.
    """
    frame = read_table("contiguity")
    if land_only:
        frame = frame[frame["contact_type"] == 1].reset_index(drop=True)
    if as_of is None:
        return frame
    frame = select_in_force(frame, as_of, "contiguity").sort_values(
        ["iso3_a", "iso3_b", "contact_type"]
    )
    return frame.drop_duplicates(["iso3_a", "iso3_b"]).reset_index(drop=True)


# Claims and terms ------------------------------------------------------------------------------


def claims(lesson: str | int | None = None, kind: Names | None = None) -> pd.DataFrame:
    """Return the article's claims, in the course's own words.

    Parameters
    ----------
    lesson : str or int, optional
        Keep the claims of this lesson, for example ``"07"`` or ``7``.
    kind : str or iterable of str, optional
        Keep these kinds: ``"D"`` definition, ``"E"`` empirical, ``"C"`` causal, ``"N"`` normative.

    Returns
    -------
    pandas.DataFrame
        id, section, kind, claim, lesson, what_would_count_against.

    Raises
    ------
    ValueError
        If the lesson or a kind is unknown.
    """
    frame = select_lesson(read_table("claims"), "lesson", lesson)
    if kind is None:
        return frame
    kinds = require_known(kind, "kind", accepted_values("claims", "kind"))
    return frame[frame["kind"].isin(kinds)].reset_index(drop=True)


def ledger(verdict: Names | None = None) -> pd.DataFrame:
    """Return what the course found of each of the article's claims.

    Parameters
    ----------
    verdict : str or iterable of str, optional
        Keep these verdicts: ``"supported"``, ``"mixed"``, ``"not supported"``,
        ``"not testable here"``.

    Returns
    -------
    pandas.DataFrame
        id, verdict, why (one sentence), lesson (those that took the claim up).

    Raises
    ------
    ValueError
        If a verdict is unknown.
    """
    frame = read_table("ledger")
    if verdict is None:
        return frame
    verdicts = require_known(verdict, "verdict", accepted_values("ledger", "verdict"))
    return frame[frame["verdict"].isin(verdicts)].reset_index(drop=True)


def glossary(lesson: str | int | None = None) -> pd.DataFrame:
    """Return the course's terms in English and Chinese.

    Parameters
    ----------
    lesson : str or int, optional
        Keep the terms of this lesson.

    Returns
    -------
    pandas.DataFrame
        term_en, term_zh, pinyin, meaning, lessons.

    Raises
    ------
    ValueError
        If the lesson has no terms.
    """
    return select_lesson(read_table("glossary"), "lessons", lesson)


# Peace and war ---------------------------------------------------------------------------------


def alliances(year: int | None = None, promise: Names | None = None) -> pd.DataFrame:
    """Return alliance promises between pairs of states. A promise has a direction.

    Parameters
    ----------
    year : int, optional
        Keep the promises in force in this year. The source stops in 2018: for a later year its
        last state is carried forward, and ``right_censored`` is True in every row kept so.
    promise : str or iterable of str, optional
        Keep the rows with at least one of these promises: ``"defence"``, ``"offence"``,
        ``"neutrality"``, ``"nonaggression"``, ``"consultation"``.

    Returns
    -------
    pandas.DataFrame
        One row per directed pair and spell: what iso3_a promises to iso3_b (five true/false columns),
        start_year, end_year, right_censored.

    Raises
    ------
    ValueError
        If the year or a promise is not valid.
    """
    frame = read_table("alliances")
    if promise is not None:
        frame = frame[frame[require_known(promise, "promise", PROMISES)].any(axis=1)]
    if year is not None:
        if isinstance(year, bool) or not isinstance(year, int):
            raise ValueError(f"year must be a whole number such as 2010, got {year!r}.")
        begins, latest = int(coverage("alliances").start[:4]), int(str(read_package()["asOf"])[:4])
        if not begins <= year <= latest:
            raise ValueError(
                f"year must lie from {begins} to {latest} for the table alliances, got {year}."
            )
        still = frame["right_censored"] | (frame["end_year"].fillna(0) >= year)
        frame = frame[(frame["start_year"] <= year) & still]
    return frame.reset_index(drop=True)


def disputes(hotspot: Names | None = None, state: Names | None = None) -> pd.DataFrame:
    """Return militarised interstate disputes of the hotspots' parties and the great powers.

    Parameters
    ----------
    hotspot : str or iterable of str, optional
        Keep the disputes between the parties of these hotspots.
    state : str or iterable of str, optional
        Keep the disputes in which one of these states is one of the pair.

    Returns
    -------
    pandas.DataFrame
        One row per dispute and pair of states (1945-2010).

    Raises
    ------
    ValueError
        If a hotspot or state is unknown.
    """
    frame = read_table("disputes")
    if hotspot is not None:
        named = sorted(set(frame["hotspot"]) - {""})
        frame = frame[frame["hotspot"].isin(require_known(hotspot, "hotspot", named))]
    if state is not None:
        names = require_states(state)
        frame = frame[frame["iso3_a"].isin(names) | frame["iso3_b"].isin(names)]
    return frame.reset_index(drop=True)


def deaths_by_region(region: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return conflicts and deaths in organised violence by world region and year.

    Parameters
    ----------
    region : str or iterable of str, optional
        Keep these regions (UCDP's: Africa, Americas, Asia, Europe, Middle East).
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row per region and year. UCDP's deaths begin in 1989; ``prio_battle_deaths`` (1946-2020)
        is another estimate and is not to be joined to them without saying so.

    Raises
    ------
    ValueError
        If the region or year is not in the table.
    """
    frame = select_where(read_table("deaths_by_region"), "region", region)
    return select_year(frame, year, "deaths_by_region")


def deaths_by_state(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return conflicts and deaths in organised violence by the state in which people died.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row per state and year; conflicts and wars from 1946, deaths from 1989. A conflict located
        in two states is in the rows of both. A state at war abroad has
        no deaths here.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return select_year(select_states(read_table("deaths_by_state"), state), year, "deaths_by_state")


def deaths_by_conflict(hotspot: Names | None = None) -> pd.DataFrame:
    """Return the years and battle deaths of the armed conflicts that belong to the hotspots.

    Parameters
    ----------
    hotspot : str or iterable of str, optional
        Keep the conflicts of these hotspots.

    Returns
    -------
    pandas.DataFrame
        One row per conflict and year; deaths from 1989 to 2023, empty otherwise.

    Raises
    ------
    ValueError
        If the hotspot has no conflict in the table.
    """
    return select_where(read_table("deaths_by_conflict"), "hotspot", hotspot)


# Power, votes, trade ---------------------------------------------------------------------------


def military_expenditure(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return military expenditure of a few states.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row per state and year: millions of constant 2023 US dollars, per cent of GDP, and
        quality (empty, ``"estimate"`` or ``"uncertain"``).

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return select_year(
        select_states(read_table("military_expenditure"), state), year, "military_expenditure"
    )


def power(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return GDP, population and share of the world's material capabilities.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row per state and year; units are in the column names, each column ends where its own
        source does.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return select_year(select_states(read_table("power"), state), year, "power")


def unga_ideal_points(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return ideal points estimated from votes in the UN General Assembly.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row per state and year: ideal point (no unit; higher is closer to the US-led order),
        the 5 and 95 per cent bounds, number of votes.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return select_year(
        select_states(read_table("unga_ideal_points"), state), year, "unga_ideal_points"
    )


def unga_agreement(state: Names | None = None) -> pd.DataFrame:
    """Return how often a state votes as China, India, Russia and the United States do.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.

    Returns
    -------
    pandas.DataFrame
        One row per state and session of the UN General Assembly; shares from 0 to 1.

    Raises
    ------
    ValueError
        If the state is unknown.
    """
    return select_states(read_table("unga_agreement"), state)


def trade_partners(
    state: Names | None = None, partner: Names | None = None, year: int | None = None
) -> pd.DataFrame:
    """Return trade with five large partners.

    Parameters
    ----------
    state, partner : str or iterable of str, optional
        Keep these states and partners (CHN, IND, JPN, RUS, USA).
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row per state, partner and year: imports plus exports in millions of current US dollars,
        and their share of the state's total trade.

    Raises
    ------
    ValueError
        If a state or partner is unknown or the year is not in the table.
    """
    frame = select_where(read_table("trade_partners"), "partner", partner)
    return select_year(select_states(frame, state), year, "trade_partners")


def us_troops(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return active-duty personnel of the United States by the state where they are assigned.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row per state and year. Rotational and exercise forces are not counted.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return select_year(select_states(read_table("us_troops"), state), year, "us_troops")


def piracy(state: Names | None = None, year: int | None = None) -> pd.DataFrame:
    """Return reported attacks on ships by the nearest state.

    Parameters
    ----------
    state : str or iterable of str, optional
        Keep these states.
    year : int, optional
        Keep this year.

    Returns
    -------
    pandas.DataFrame
        One row per state and year with at least one attack: attacks, hijacked, boarded, attempted.

    Raises
    ------
    ValueError
        If the state is unknown or the year is not in the table.
    """
    return select_year(select_states(read_table("piracy"), state), year, "piracy")


# Hotspots --------------------------------------------------------------------------------------


def hotspots() -> pd.DataFrame:
    """Return the hotspots that the article names.

    Returns
    -------
    pandas.DataFrame
        hotspot, name_en, name_zh, began, note, source.
    """
    return read_table("hotspots")


def select_hotspot(table: str, hotspot: Names | None) -> pd.DataFrame:
    """Return a table's rows of some hotspots; all rows where none is asked for."""
    frame = read_table(table)
    if hotspot is None:
        return frame
    known = read_table("hotspots")
    labels = dict(zip(known["hotspot"], known["name_en"], strict=True))
    names = require_known(hotspot, "hotspot", known["hotspot"], labels)
    return frame[frame["hotspot"].isin(names)].reset_index(drop=True)


def hotspot_parties(hotspot: Names | None = None) -> pd.DataFrame:
    """Return the parties of the hotspots and what each of them states, in its own terms.

    Parameters
    ----------
    hotspot : str or iterable of str, optional
        Keep these hotspots.

    Returns
    -------
    pandas.DataFrame
        One row per hotspot and state: role, position, as_of, confidence, source, note.

    Raises
    ------
    ValueError
        If the hotspot is unknown.
    """
    return select_hotspot("hotspot_parties", hotspot)


def hotspot_events(hotspot: Names | None = None) -> pd.DataFrame:
    """Return dated events at the hotspots. The choice is selective.

    Parameters
    ----------
    hotspot : str or iterable of str, optional
        Keep these hotspots.

    Returns
    -------
    pandas.DataFrame
        One row per event: hotspot, date, kind, event, parties, confidence, source, note.

    Raises
    ------
    ValueError
        If the hotspot is unknown.
    """
    return select_hotspot("hotspot_events", hotspot)


def missile_tests() -> pd.DataFrame:
    """Return the days on which the DPRK tested missiles. One row is one day, not one missile.

    Returns
    -------
    pandas.DataFrame
        date, missiles (how many flew that day), types, successes, failures, unknown,
        max_distance_km, max_apogee_km.
    """
    return read_table("missile_tests")


def missile_launches() -> pd.DataFrame:
    """Return the missiles that the DPRK tested. One row is one missile.

    Returns
    -------
    pandas.DataFrame
        date, number (on that day), missile, facility, landing, apogee_km, distance_km, outcome.
    """
    return read_table("missile_launches")


def nuclear_tests() -> pd.DataFrame:
    """Return the nuclear tests of the DPRK.

    Returns
    -------
    pandas.DataFrame
        date, iso3, test, yield_estimate (wide), magnitude (body wave), un_response, source.
    """
    return read_table("nuclear_tests")


# Issues and domains ----------------------------------------------------------------------------


def priorities(kind: Names | None = None, issue: Names | None = None) -> pd.DataFrame:
    """Return what states and subregions put first: measured, from the article, or illustrative.

    Parameters
    ----------
    kind : str or iterable of str, optional
        Keep these kinds: ``"measured"``, ``"from the article"``, ``"illustrative"``.
    issue : str or iterable of str, optional
        Keep these issues.

    Returns
    -------
    pandas.DataFrame
        One row per unit, issue and indicator. The measured rows come from
        ``priorities_measured.csv``, the others from ``priorities.csv``.

    Raises
    ------
    ValueError
        If a kind or issue is unknown.
    """
    frame = pd.concat(
        [read_table("priorities"), read_table("priorities_measured")], ignore_index=True
    )
    if kind is not None:
        accepted = accepted_values("priorities", "kind")
        frame = frame[frame["kind"].isin(require_known(kind, "kind", accepted))].reset_index(
            drop=True
        )
    return select_where(frame, "issue", issue)


def domains() -> pd.DataFrame:
    """Return the domains of security.

    Returns
    -------
    pandas.DataFrame
        domain, name_en, name_zh, kind (traditional or non-traditional), meaning.
    """
    return read_table("domains")


def domain_links() -> pd.DataFrame:
    """Return the links between domains, each in words and with its source.

    Returns
    -------
    pandas.DataFrame
        One row per link: from_domain, to_domain, sign (1 or -1), mechanism in words, weight
        (illustrative, the learner's to change), claim, confidence, source.
    """
    return read_table("domain_links")


# Names and dates that many lessons use ---------------------------------------------------------


LAST_YEAR = 2025
"""The year of :func:`as_of`, where a figure's axis or a slider needs it before a table is read."""


def as_of() -> str:
    """Return the date for which the course speaks, from ``datapackage.json``."""
    return str(read_package()["asOf"])


def region() -> list[str]:
    """Return the states of the four subregions that the article names, by ISO3 code, sorted."""
    return sorted(states(subregion=NEIGHBOURHOOD)["iso3"])


def state_names() -> dict[str, str]:
    """Return the English name of every state by its ISO3 code, in the order of the table."""
    table = read_table("states")
    return dict(zip(table["iso3"], table["name_en"], strict=True))


def states_by_name(listed: Iterable[str] | None = None) -> dict[str, str]:
    """Return ISO3 codes by English name, sorted by name; of every state, or of those listed."""
    names = state_names()
    return dict(sorted((names[iso3], iso3) for iso3 in (names if listed is None else listed)))


def domain_names() -> dict[str, str]:
    """Return the English name of every domain of security by its key, in the order of the table."""
    table = read_table("domains")
    return dict(zip(table["domain"], table["name_en"], strict=True))


def issue_name(issue: str, short: bool = True) -> str:
    """Return an issue's name in words.

    Parameters
    ----------
    issue : str
        An issue of any table, such as ``"terrorism_extremism"``.
    short : bool
        Whether a long name is shortened: "terrorism", not "terrorism extremism".

    Returns
    -------
    str
    """
    words = issue.replace("_cbm", "").replace("_", " ")
    return _ISSUE_NAMES.get(issue, words) if short else words
