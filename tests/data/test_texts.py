"""Tests of the tables written by hand: claims, terms, references, hotspots, domains, priorities."""

import csv
import datetime
import json
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from pybtex.database import BibliographyData, parse_file

DATA = Path(__file__).parents[2] / "data"

# id, kind, lessons: the article's claims as the course divides it.
CLAIMS = """
A1 E 01; A2 E 01; A3 E 01+08; A4 E 01+06; A5 E 01+05; A6 E 01+08; A7 E 07+09; A8 E 01+02;
A9 D 01; A10 E 01+07; B1 D 02; B2 C 02; B3 N 02; B4 C 02+08; B5 N 02+10; B6 D 03; B7 E 03+10;
B8 E 03+10; B9 E 03; B10 C 03; B11 N 03+07; B12 C 03; B13 D 03; B14 D 04; B15 C 04; B16 N 04;
B17 N 04+06; B18 N 04+09; B19 N 04; B20 C 04+08; C1 C 05; C2 C 05; C3 C 05; C4 N 05; C5 N 05;
C6 E 06; C7 C 06; C8 N 06; C9 E 07; C10 N 07; C11 N 07+09; C12 N 07; C13 N 07+11; D1 E 08;
D2 E 08; D3 N 08; D4 E 09; D5 C 09; D6 C 09+02; D7 N 09; D8 E 10; D9 C 10; D10 N 10
"""

# The works that the course may cite.
WORKS = """
ling2025 herz1950 jervis1978 glaser1997 tang2009 kydd2005 richardson1960 schelling1960
osgood1962 fearon1995 powell2006 axelrod1981 axelrod1984 molander1985 nowak1992 watson1999
hirshleifer1983 heider1946 cartwright1956 harary1961 antal2005 marvel2011 watts2002
degroot1974 golub2010 shapley1954 downs1996 downs1998 esteban1994 laakso1979 freeman1978
breiger1974 borgatti1997 hafner2009 maoz2010 raustiala2004 alter2018 he2008 keohane1984
mearsheimer1994 walt1987 snyder1984 leeds2003 johnson2011 kenwick2015 kenwick2017 leeds2017
beckley2015 cha2010 acharya2004 acharya2014 jones2007 kuik2008 goh2007 shambaugh2004 qin2018
buzan1998 buzan2003 deutsch1957 adler1998 putnam1988 goldsmith2007 tonnesson2017 struver2017
kinne2018 gleditsch2002 sundberg2013 leeds2002 pevehouse2020 bailey2017 gibler2016
miller2022 stinnett2002
"""

LESSONS = {f"{number:02d}" for number in range(12)}


def table(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def bibliography() -> BibliographyData:
    return parse_file(DATA / "references.bib", bib_format="bibtex")


@pytest.fixture(scope="module")
def sources(bibliography: BibliographyData) -> set[str]:
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    datasets = {source["name"] for source in package["sources"] if "name" in source}
    return set(bibliography.entries) | {row["key"] for row in table("documents")} | datasets


@pytest.mark.parametrize(
    "name",
    [
        "claims",
        "glossary",
        "hotspots",
        "hotspot_parties",
        "hotspot_events",
        "domains",
        "domain_links",
        "priorities",
    ],
)
def test_file_is_utf8_with_unix_lines_and_no_stray_spaces(name: str) -> None:
    raw = (DATA / f"{name}.csv").read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.endswith(b"\n\n")
    rows = table(name)
    assert all(None not in row and None not in row.values() for row in rows), "ragged row"
    untidy = [v for row in rows for v in row.values() if v != v.strip() or "  " in v]
    assert untidy == []


# Claims ---------------------------------------------------------------------------------------


def test_the_53_claims_have_their_ids_kinds_and_lessons() -> None:
    expected = [
        (ident, kind, lessons.replace("+", " "))
        for ident, kind, lessons in (entry.split() for entry in CLAIMS.split(";"))
    ]
    rows = table("claims")
    assert len(expected) == 53
    assert [(row["id"], row["kind"], row["lesson"]) for row in rows] == expected


def test_section_of_a_claim_is_the_letter_of_its_id() -> None:
    for row in table("claims"):
        assert row["section"] == str("ABCD".index(row["id"][0]) + 1), row["id"]


def test_every_claim_says_what_would_count_against_it() -> None:
    rows = table("claims")
    for row in rows:
        assert len(row["claim"]) >= 60, row["id"]
        assert len(row["what_would_count_against"].split()) >= 18, row["id"]
        assert row["what_would_count_against"].endswith("."), row["id"]
    against = [row["what_would_count_against"] for row in rows]
    assert len(set(against)) == len(against), "two claims share one answer"


def test_an_argument_or_a_text_counts_against_a_definition_or_a_norm() -> None:
    for row in table("claims"):
        if row["kind"] in {"D", "N"}:
            assert "argument" in row["what_would_count_against"], row["id"]


# Glossary -------------------------------------------------------------------------------------


def is_cjk(character: str) -> bool:
    return "一" <= character <= "鿿"


def plain(syllables: str) -> str:
    decomposed = unicodedata.normalize("NFD", syllables.lower())
    return "".join(c for c in decomposed if c.isascii())


def test_glossary_has_at_least_60_terms_and_each_lesson_5_to_9() -> None:
    rows = table("glossary")
    assert len(rows) >= 60
    assert len({row["term_en"].lower() for row in rows}) == len(rows)
    assert len({row["term_zh"] for row in rows}) == len(rows)
    count = dict.fromkeys(sorted(LESSONS), 0)
    for row in rows:
        lessons = row["lessons"].split()
        assert lessons, row["term_en"]
        assert lessons == sorted(set(lessons)), row["term_en"]
        for lesson in lessons:
            count[lesson] += 1
    assert {lesson: n for lesson, n in count.items() if not 5 <= n <= 9} == {}


def test_chinese_terms_are_characters() -> None:
    for row in table("glossary"):
        assert all(is_cjk(c) or c in "—、" for c in row["term_zh"]), row["term_en"]


def test_pinyin_is_tone_marked_and_has_a_syllable_a_character() -> None:
    tones = {"\u0304", "\u0301", "\u030c", "\u0300"}
    for row in table("glossary"):
        pinyin = row["pinyin"]
        assert unicodedata.is_normalized("NFC", pinyin), row["term_en"]
        assert not re.search(r"[0-9]", pinyin), row["term_en"]
        letters = re.sub(r"[ '—]", "", pinyin)
        assert re.fullmatch(r"[a-zü]+", plain(letters)), row["term_en"]
        marks = sum(c in tones for c in unicodedata.normalize("NFD", pinyin))
        characters = sum(map(is_cjk, row["term_zh"]))
        # A neutral tone carries no mark; none of these terms has more than one.
        assert characters - 1 <= marks <= characters, (row["term_en"], marks, characters)


def test_the_articles_set_terms_are_there() -> None:
    pinyin = {row["term_zh"]: row["pinyin"] for row in table("glossary")}
    assert pinyin["亚洲安全模式"] == "Yàzhōu ānquán móshì"
    assert pinyin["安危与共"] == "ān wēi yǔ gòng"
    assert pinyin["求同存异"] == "qiú tóng cún yì"
    assert pinyin["对话协商"] == "duìhuà xiéshāng"
    assert {"机制拥堵", "双重协调", "木桶效应", "涟漪效应", "泛安全化"} <= set(pinyin)


def test_a_meaning_is_one_line() -> None:
    for row in table("glossary"):
        assert 4 <= len(row["meaning"].split()) <= 30, row["term_en"]
        assert not row["meaning"].endswith("."), row["term_en"]


# References -----------------------------------------------------------------------------------


def test_bibliography_has_every_work_and_no_other(bibliography: BibliographyData) -> None:
    assert set(bibliography.entries) == set(WORKS.split())


def test_entries_are_complete(bibliography: BibliographyData) -> None:
    needed = {"article": {"title", "journal", "year"}, "book": {"title", "publisher", "year"}}
    for key, entry in bibliography.entries.items():
        assert entry.type in needed, key
        assert needed[entry.type] <= set(entry.fields), key
        people = entry.persons.get("author", []) + entry.persons.get("editor", [])
        assert people, key
        for person in people:
            assert person.last_names, key
            assert person.first_names, key
        assert entry.fields["year"] in key, key
        assert entry.fields["title"].count("{") == entry.fields["title"].count("}"), key


def test_pages_are_a_rising_range_with_a_dash(bibliography: BibliographyData) -> None:
    for key, entry in bibliography.entries.items():
        if entry.type != "article" or key == "ling2025":
            continue
        assert "volume" in entry.fields, key
        pages = entry.fields["pages"]
        if key == "antal2005":
            assert pages == "036121"  # Physical Review E counts articles.
            continue
        match = re.fullmatch(r"(\d+)--(\d+)", pages)
        assert match, (key, pages)
        assert int(match[1]) < int(match[2]), key


def test_document_keys_are_unique_and_apart_from_works(bibliography: BibliographyData) -> None:
    keys = [row["key"] for row in table("documents")]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(bibliography.entries)


# Hotspots -------------------------------------------------------------------------------------


def test_the_articles_three_hotspots() -> None:
    rows = table("hotspots")
    assert [row["hotspot"] for row in rows] == ["india_pakistan", "korea", "south_china_sea"]
    events = {(row["hotspot"], row["date"]) for row in table("hotspot_events")}
    for row in rows:
        assert (row["hotspot"], row["began"]) in events, "a hotspot begins with a listed event"
        assert len(row["note"].split()) > 15


def test_each_hotspot_has_parties_with_positions_and_documents() -> None:
    documents = {row["key"]: row for row in table("documents")}
    parties: dict[str, list[str]] = {row["hotspot"]: [] for row in table("hotspots")}
    for row in table("hotspot_parties"):
        where = (row["hotspot"], row["iso3"])
        if row["role"] == "party":
            parties[row["hotspot"]].append(row["iso3"])
        assert row["source"] in documents, where
        assert row["as_of"] == documents[row["source"]]["date"], where
        assert re.match(r"(Holds|Says|Seeks) ", row["position"]), where
        assert 20 <= len(row["position"].split()) <= 75, where
    assert all(len(states) >= 2 for states in parties.values()), parties


def test_events_are_dated_sorted_and_between_known_states() -> None:
    states = {row["iso3"] for row in table("states")}
    rows = table("hotspot_events")
    keys = [(row["hotspot"], row["date"], row["event"]) for row in rows]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    for row in rows:
        year, month, day_of_month = (*map(int, row["date"].split("-")), 1, 1)[:3]
        day = datetime.date(year, month, day_of_month)
        assert datetime.date(1945, 1, 1) <= day <= datetime.date(2025, 12, 31), row
        named = row["parties"].split()
        assert named == sorted(set(named)), row
        assert named, row
        assert set(named) <= states, row


def test_an_event_that_is_a_document_has_its_date() -> None:
    documents = {row["key"]: row for row in table("documents")}
    # A resolution that answers an act, or a treaty acceded to later, is of another day.
    answers = {"unscr_211", "unscr_307", "unscr_1172", "unscr_1718", "unscr_2375", "prst_2010_13"}
    others = answers | {"npt1968"}
    checked = 0
    for row in table("hotspot_events"):
        if row["source"] in documents and row["source"] not in others:
            assert row["date"] == documents[row["source"]]["date"], row["event"]
            checked += 1
    assert checked > 30


def test_tests_of_the_dprk_agree_with_the_test_tables() -> None:
    nuclear = {row["date"] for row in table("nuclear_tests")}
    missiles = {row["date"] for row in table("missile_tests")}
    rows = [r for r in table("hotspot_events") if (r["hotspot"], r["kind"]) == ("korea", "test")]
    assert len(rows) >= 4
    for row in rows:
        assert row["date"] in (missiles if row["source"] == "cns_missiles" else nuclear), row


# Domains and priorities -----------------------------------------------------------------------


def test_domains_are_of_both_kinds() -> None:
    rows = table("domains")
    assert 8 <= len(rows) <= 12
    assert {row["kind"] for row in rows} == {"traditional", "non-traditional"}
    assert all(all(map(is_cjk, row["name_zh"])) for row in rows)


def test_links_join_domains_and_name_claims() -> None:
    domains = {row["domain"] for row in table("domains")}
    claims = {row["id"] for row in table("claims")}
    touched = set()
    for row in table("domain_links"):
        assert {row["from_domain"], row["to_domain"]} <= domains, row
        assert row["from_domain"] != row["to_domain"], row
        assert row["sign"] in {"1", "-1"}, row
        assert row["claim"] == "" or row["claim"] in claims, row
        assert len(row["mechanism"].split()) >= 5, row
        touched |= {row["from_domain"], row["to_domain"]}
    assert touched == domains
    assert {row["sign"] for row in table("domain_links")} == {"1", "-1"}


def test_link_weights_are_in_range_and_called_illustrative() -> None:
    assert all(0 < float(row["weight"]) <= 1 for row in table("domain_links"))
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    (links,) = [r for r in package["resources"] if r["name"] == "domain_links"]
    (weight,) = [f for f in links["schema"]["fields"] if f["name"] == "weight"]
    assert "illustrative" in weight["description"]


def test_shocks_along_the_links_die_out() -> None:
    names = [row["domain"] for row in table("domains")]
    matrix = np.zeros((len(names), len(names)))
    for row in table("domain_links"):
        matrix[names.index(row["to_domain"]), names.index(row["from_domain"])] = float(
            row["weight"]
        )
    radius = max(abs(np.linalg.eigvals(matrix)))
    assert 0 < radius < 1  # 0 would mean that no link closes a loop.


def test_priorities_from_the_article_are_those_it_names() -> None:
    rows = [row for row in table("priorities") if row["kind"] == "from the article"]
    assert {(row["unit"], row["issue"]) for row in rows} == {
        ("Southeast Asia", "drugs_transnational_crime"),
        ("Southeast Asia", "maritime_security"),
        ("Southeast Asia", "cyber"),
        ("Northeast Asia", "traditional_security"),
        ("Central Asia", "terrorism_extremism"),
        ("Central Asia", "energy"),
        ("South Asia", "traditional_security"),
        ("South Asia", "religious_tension"),
        ("JPN", "technology_society"),
    }
    assert all(row["value"] == "1" and row["source"] == "ling2025" for row in rows)


def test_illustrative_priorities_say_so_and_fill_the_grid() -> None:
    rows = [row for row in table("priorities") if row["kind"] != "from the article"]
    assert {row["kind"] for row in rows} == {"illustrative"}
    assert all("illustrative" in row["value_unit"] for row in rows)
    assert all(0 <= float(row["value"]) <= 1 for row in rows)
    subregions = {row["subregion"] for row in table("states")}
    units = {row["unit"] for row in rows}
    issues = {row["issue"] for row in rows}
    assert units <= subregions
    assert len(rows) == len(units) * len(issues)


def test_every_source_key_exists(sources: set[str]) -> None:
    for name in ["hotspots", "hotspot_parties", "hotspot_events", "domain_links", "priorities"]:
        missing = {row["source"] for row in table(name)} - sources
        assert missing == set(), name
