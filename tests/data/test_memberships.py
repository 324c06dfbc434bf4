"""Who is in which mechanism: the table's own rules, what the bodies state, and COW IGO."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from asian_security import data

AS_OF = "2025-12-31"
RAW = Path(os.environ.get("ASIAN_SECURITY_RAW", Path(__file__).parents[3] / "shared" / "data"))
FIRST = {4: "-01-01", 7: "-01", 10: ""}
LAST = {4: "-12-31", 7: "-31", 10: ""}

# Named in the article, or meant by its "US-led alliances" and "chip coalition".
ARTICLE_MECHANISMS = [
    "ANZUS",
    "APEC",
    "ARF",
    "ASEAN",
    "AUKUS",
    "CICA",
    "Chip 4",
    "EAS",
    "IPEF",
    "LMC",
    "QUAD",
    "SCO",
    "US-JPN alliance",
    "US-JPN-KOR",
    "US-KOR alliance",
    "US-PHL alliance",
    "US-THA alliance",
]

# Mechanisms that COW IGO 3.0 codes too, with its names.
IN_COW = {
    "ANZUS": "ANZUS",
    "APEC": "APEC",
    "ASEAN": "ASEAN",
    "ASPAC": "ASPAC",
    "BSEC": "BSEC",
    "CACO": "CAECC",
    "CENTO": "CENTO",
    "CICA": "CICA",
    "CIS": "CIS",
    "CSTO": "CSTO",
    "ECO": "ECO",
    "EurAsEC": "EAEC",
    "GCC": "GCC",
    "LAS": "LOAS",
    "PIF": "PIF",
    "SAARC": "SAARC",
    "SCO": "SCO",
    "SEATO": "SEATO",
}
COW_LAST_YEAR = 2014

Spell = tuple[str, str, str]


def first_day(date: str) -> str:
    return date + FIRST[len(date)]


def last_day(date: str) -> str:
    return date + LAST[len(date)]


@pytest.fixture(scope="module")
def spells() -> pd.DataFrame:
    frame = data.memberships()
    return frame.assign(end=frame["end"].fillna("")).fillna({"note": ""})


@pytest.fixture(scope="module")
def bodies() -> pd.DataFrame:
    return data.mechanisms().set_index("mechanism", drop=False).fillna({"ended": ""})


def members(mechanism: str, as_of: str = AS_OF, status: str | None = None) -> set[str]:
    return set(data.memberships(as_of=as_of, mechanism=mechanism, status=status)["iso3"])


# The table's own rules ------------------------------------------------------------------------


def test_there_are_enough_mechanisms_from_the_start_of_the_cold_war_to_today(bodies):
    assert len(bodies) >= 30
    assert bodies["founded"].min() <= "1947"
    assert bodies["founded"].max() >= "2024"
    assert (bodies["ended"] != "").sum() >= 5


@pytest.mark.parametrize("mechanism", ARTICLE_MECHANISMS)
def test_every_mechanism_of_the_article_has_a_row_and_members(mechanism, bodies, spells):
    assert mechanism in bodies.index
    assert (spells["mechanism"] == mechanism).sum() >= 2


def test_every_spell_names_a_mechanism_and_a_state(bodies, spells):
    assert set(spells["mechanism"]) == set(bodies["mechanism"])
    assert set(spells["iso3"]) == set(data.states()["iso3"])


def test_spells_of_a_state_in_a_mechanism_never_overlap(spells):
    for key, group in spells.groupby(["mechanism", "iso3"]):
        rows = sorted(group[["start", "end"]].itertuples(index=False, name=None))
        for (_, end), (start, _) in pairwise(rows):
            assert end, f"{key} has a spell after one without an end"
            assert start >= end[: len(start)], f"{key}: {start} begins before {end}"


def test_a_spell_ends_after_it_starts_and_before_the_as_of_date(spells):
    ended = spells[spells["end"] != ""]
    assert (ended["start"].map(first_day) <= ended["end"].map(last_day)).all()
    assert (spells["start"].map(first_day) <= AS_OF).all()
    assert (ended["end"].map(first_day) <= AS_OF).all()


def test_nobody_joins_before_the_founding(bodies, spells):
    founded = spells["mechanism"].map(bodies["founded"])
    late = spells[spells["start"].map(last_day) < founded.map(first_day)]
    assert late.empty, late.to_string()


def test_a_mechanism_that_ended_has_no_open_spell(bodies, spells):
    ended = spells["mechanism"].map(bodies["ended"])
    gone = spells[ended != ""]
    assert len(gone) > 30
    assert (gone["end"] != "").all()
    assert (gone["end"].map(first_day) <= ended[gone.index].map(last_day)).all()


def test_every_source_key_exists(bodies, spells):
    known = set(data.source_keys())
    used = set(spells["source"]) | set(bodies["source"])
    used |= set(data.strategic_partnerships()["source"])
    assert used <= known, sorted(used - known)


def test_the_initiator_is_called_a_judgement(bodies):
    assert bodies["note"].str.endswith("Initiator: a judgement.").all()


def test_members_outside_are_outside(bodies):
    inside = set(data.states()["iso3"])
    for outside in bodies["members_outside"]:
        assert not inside & set(outside.split())


# What the bodies state ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mechanism", "status", "total"),
    [
        ("ACD", "member", 35),
        ("ADMM-Plus", "participant", 19),
        ("APEC", "member", 21),
        ("ARF", "participant", 27),
        ("ASEAN", "member", 11),
        ("BIMSTEC", "member", 7),
        ("BRICS", "member", 10),
        ("BSEC", "member", 13),
        ("CICA", "member", 28),
        ("CPTPP", "party", 12),
        ("CSTO", "member", 6),
        ("EAEU", "member", 5),
        ("EAS", "participant", 19),
        ("ECO", "member", 10),
        ("GCC", "member", 6),
        ("IPEF", "member", 14),
        ("LAS", "member", 22),
        ("OTS", "member", 5),
        ("PIF", "member", 18),
        ("RCEP", "party", 15),
        ("ReCAAP", "party", 21),
        ("SAARC", "member", 8),
        ("SCO", "member", 10),
        ("TAC", "party", 57),
    ],
)
def test_totals_are_those_that_the_bodies_state(mechanism, status, total, bodies):
    """Members in the table plus members outside it, at the as-of date (TAC: July 2025)."""
    outside = bodies.loc[mechanism, "members_outside"].split()
    assert len(members(mechanism, status=status)) + len(outside) == total


@pytest.mark.parametrize(
    ("mechanism", "as_of", "total"),
    [
        ("ARF", "1994-07-25", 17),
        ("CICA", "1999-09-14", 15),
        ("CICA", "2002-06-04", 16),
        ("CICA", "2014-05-21", 26),
        ("CICA", "2018-08-15", 27),
        ("EAS", "2005-12-14", 16),
        ("EAS", "2011-11-19", 18),
        ("ADMM-Plus", "2010-10-12", 18),
        ("APEC", "1989-11-06", 12),
        ("SEATO", "1960", 7),
        ("KEDO", "2001", 8),
        ("CSTO", "1994-04-20", 9),
        ("CSTO", "2000", 6),
    ],
)
def test_totals_on_earlier_dates(mechanism, as_of, total):
    status = {"ARF": "participant", "EAS": "participant", "ADMM-Plus": "participant"}
    assert len(members(mechanism, as_of, status.get(mechanism, "member"))) == total


@pytest.mark.parametrize(
    ("mechanism", "iso3", "status", "start", "end"),
    [
        ("SCO", "IND", "observer", "2005-07-05", "2017-06-09"),
        ("SCO", "IND", "member", "2017-06-09", ""),
        ("SCO", "PAK", "member", "2017-06-09", ""),
        ("SCO", "IRN", "member", "2023-07-04", ""),
        ("SCO", "BLR", "member", "2024-07-04", ""),
        ("SCO", "MNG", "observer", "2004-06-17", "2025-09-01"),
        ("SCO", "MNG", "partner", "2025-09-01", ""),
        ("SCO", "LAO", "partner", "2025-09-01", ""),
        ("ASEAN", "TLS", "member", "2025-10-26", ""),
        ("ASEAN", "KHM", "member", "1999-04-30", ""),
        ("EAS", "USA", "participant", "2011-11-19", ""),
        ("EAS", "RUS", "participant", "2011-11-19", ""),
        ("ARF", "MNG", "participant", "1998-07-27", ""),
        ("ARF", "PRK", "participant", "2000-07-27", ""),
        ("ARF", "PAK", "participant", "2004-07-02", ""),
        ("ARF", "LKA", "participant", "2007-08-02", ""),
        ("CICA", "LKA", "member", "2018-08-15", ""),
        ("CICA", "KWT", "member", "2022-10-13", ""),
        ("CSTO", "UZB", "member", "1992-05-15", "1999-04-02"),
        ("CSTO", "UZB", "member", "2006-06-23", "2012-12-19"),
        ("CIS", "GEO", "member", "1993-12-03", "2009-08-18"),
        ("ANZUS", "NZL", "suspended", "1986-08-11", ""),
        ("SEATO", "PAK", "member", "1955-02-19", "1973-11-07"),
        ("CENTO", "IRQ", "member", "1955-02-24", "1959-03-24"),
        ("AUKUS", "AUS", "member", "2021-09-15", ""),
        ("CPTPP", "GBR", "party", "2024-12-15", ""),
        ("RCEP", "PHL", "party", "2023-06-02", ""),
        ("BRICS", "IDN", "member", "2025-01-06", ""),
        ("TAC", "CHN", "party", "2003-10-08", ""),
        ("Six-Party Talks", "PRK", "participant", "2003-08-27", "2009-04-14"),
        ("CHN-PRK treaty", "PRK", "member", "1961-09-10", ""),
        ("US-KOR alliance", "KOR", "member", "1954-11-17", ""),
        ("RUS-PRK treaty", "PRK", "member", "2024-12-04", ""),
    ],
)
def test_dated_facts(mechanism, iso3, status, start, end, spells):
    of_state = spells[(spells["mechanism"] == mechanism) & (spells["iso3"] == iso3)]
    rows = set(of_state[["status", "start", "end"]].itertuples(index=False, name=None))
    assert (status, start, end) in rows, rows


def test_the_sco_has_no_observer_or_dialogue_partner_after_tianjin():
    assert len(members("SCO", "2025-08-31", "dialogue partner")) == 14
    assert members("SCO", "2025-08-31", "observer") == {"AFG", "MNG"}
    assert len(members("SCO", status="partner")) == 17
    assert not members("SCO", status="observer") | members("SCO", status="dialogue partner")


def test_cica_has_ten_observer_states_one_of_them_outside_the_table():
    expected = {"BLR", "IDN", "JPN", "LAO", "MYS", "PHL", "SAU", "TKM", "USA"}
    assert members("CICA", status="observer") == expected


def test_no_treaty_has_two_rows(bodies):
    assert "US-AUS alliance" not in bodies.index
    assert members("ANZUS", status="member") == {"AUS", "USA"}


# The puzzles of lesson 07 ---------------------------------------------------------------------


def test_admm_plus_and_eas_have_the_same_participants_now_but_had_not_in_2011():
    assert members("ADMM-Plus") == members("EAS")
    assert members("ADMM-Plus", "2011-06-30") - members("EAS", "2011-06-30") == {"RUS", "USA"}


def test_india_alone_is_in_both_sco_and_quad():
    assert members("SCO") & members("QUAD") == {"IND"}


# Issues and partnerships ----------------------------------------------------------------------


def test_every_mechanism_is_coded_on_every_issue_and_states_at_least_one(bodies):
    coded = data.mechanism_issues()
    counts = coded.groupby("mechanism")["issue"].nunique()
    assert set(counts.index) == set(bodies.index)
    assert (counts == coded["issue"].nunique()).all()
    assert (coded.groupby("mechanism")["stated"].sum() >= 1).all()


def test_collective_defence_is_stated_by_treaties_of_mutual_defence_only(bodies):
    coded = data.mechanism_issues()
    named = coded[(coded["issue"] == "collective_defence") & (coded["stated"] == 1)]
    beyond = {"LAS", "GCC"}
    assert set(named["mechanism"]) - beyond <= set(bodies[bodies["kind"] == "alliance"].index)
    assert "AUKUS" not in set(named["mechanism"])


def test_partnership_labels_fit_their_tiers():
    table = data.strategic_partnerships().fillna({"label_en": "", "label_zh": "", "since": ""})
    assert set(table["iso3"]) == set(data.states()["iso3"]) - {"CHN"}
    labelled = table[table["tier"] < 5]
    assert (labelled["since"] != "").all()
    assert labelled["label_zh"].str.contains("关系").all()
    strategic = labelled[labelled["tier"] < 4]
    assert strategic["label_zh"].str.contains("战略").all()
    assert strategic["first_strategic_year"].notna().all()
    assert (strategic["first_strategic_year"] <= strategic["since"].str[:4].astype(int)).all()
    plain = table[table["tier"] >= 4]
    assert plain["first_strategic_year"].isna().all()
    second = labelled[labelled["tier"] == 2]
    assert second["label_zh"].str.contains("全面战略").all()


# Against COW IGO 3.0 --------------------------------------------------------------------------


def spells_in_words(rows: Iterable[Spell]) -> str:
    ordered = sorted(rows, key=lambda row: (row[1], row[0]))
    return "; ".join(f"{status} {start}-{end}" for status, start, end in ordered)


def disagreements(spells: pd.DataFrame, cow: list[dict[str, str]]) -> dict[tuple[str, str], tuple]:
    """Compare years of membership to 2014, and other statuses where COW codes one."""
    ours: dict[tuple[str, str], list[Spell]] = defaultdict(list)
    theirs: dict[tuple[str, str], list[Spell]] = defaultdict(list)
    for row in spells.itertuples(index=False):
        if row.mechanism in IN_COW and int(row.start[:4]) <= COW_LAST_YEAR:
            over = row.end and int(row.end[:4]) <= COW_LAST_YEAR
            ours[row.mechanism, row.iso3].append(
                (row.status, row.start[:4], row.end[:4] if over else "")
            )
    names = {igo: mechanism for mechanism, igo in IN_COW.items()}
    for line in cow:
        if line["igo"] in names:
            open_end = line["right_censored_2014"] == "1"
            theirs[names[line["igo"]], line["iso3"]].append(
                (line["status"], line["start_year"], "" if open_end else line["end_year"])
            )
    differences = {}
    for key in sorted(set(ours) | set(theirs)):
        coded = {"member"} | {status for status, _, _ in theirs[key]}
        mine = sorted(row for row in ours[key] if row[0] in coded)
        if mine != sorted(theirs[key]):
            differences[key] = (spells_in_words(mine), spells_in_words(theirs[key]))
    return differences


@pytest.fixture(scope="module")
def listed() -> list[dict[str, str]]:
    path = data.folder() / "membership_disagreements.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_disagreement_with_cow_is_listed_and_no_other(spells, listed):
    path = RAW / "igo_membership_cow.csv"
    if not path.is_file():
        pytest.skip("the raw COW IGO file is not here; set ASIAN_SECURITY_RAW to its folder")
    with path.open(encoding="utf-8", newline="") as file:
        differences = disagreements(spells, list(csv.DictReader(file)))
    assert {
        (row["mechanism"], row["iso3"]): (row["ours"], row["cow"]) for row in listed
    } == differences


def test_every_disagreement_with_cow_is_explained_and_still_ours(spells, listed):
    assert len(listed) == len({(row["mechanism"], row["iso3"]) for row in listed})
    for row in listed:
        assert len(row["explanation"].split()) >= 8, row
        own = spells[(spells["mechanism"] == row["mechanism"]) & (spells["iso3"] == row["iso3"])]
        years = {start[:4] for start in own["start"]}
        for spell in filter(None, row["ours"].split("; ")):
            assert spell.rsplit(" ", 1)[1].split("-")[0] in years, row


def test_a_row_that_cites_cow_agrees_with_it(spells, listed):
    disputed = {(row["mechanism"], row["iso3"]) for row in listed}
    cited = spells[(spells["source"] == "cow_igo") & (spells["status"] == "member")]
    assert len(cited) > 60
    whole = [key for key in zip(cited["mechanism"], cited["iso3"], strict=True) if key in disputed]
    assert not whole
