"""What the reader does with good, broken and missing files and with odd requests."""

import datetime
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asian_security import data

REAL = data.folder()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private copy of the tables that a test may break."""
    folder = tmp_path / "tables"
    shutil.copytree(REAL, folder, ignore=shutil.ignore_patterns("__pycache__", "*.part"))
    monkeypatch.setenv("ASIAN_SECURITY_DATA", str(folder))
    return folder


def replace_line(path: Path, line: int, text: str) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[line - 1] = text
    path.write_text("\n".join(lines), encoding="utf-8")


# Every table -------------------------------------------------------------------------------


@pytest.mark.parametrize("table", data.tables())
def test_every_table_has_a_function_of_its_name_and_its_columns(table):
    name = "priorities" if table == "priorities_measured" else table
    frame = getattr(data, name)()
    fields = data._resource(table)["schema"]["fields"]
    assert list(frame.columns) == [field["name"] for field in fields]
    assert len(frame) > 0


def test_a_table_is_a_copy_that_may_be_changed():
    first = data.states()
    first.loc[0, "name_en"] = "changed"
    assert "changed" not in set(data.states()["name_en"])


def test_a_table_edited_on_disk_is_read_again(copy):
    before = len(data.documents())
    with (copy / "documents.csv").open("a", encoding="utf-8") as file:
        file.write("new_paper,A title,An issuer,2020-05,,\n")
    assert len(data.documents()) == before + 1


def test_missing_numbers_and_dates_are_missing_and_missing_text_is_empty():
    assert data.memberships()["end"].isna().any()
    assert not data.memberships()["note"].isna().any()
    assert data.deaths_by_state()["state_based_deaths"].isna().any()
    assert data.alliances()["defence"].dtype == bool


# Broken files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "line", "text", "says"),
    [
        ("us_troops", 1, "iso3,when,us_active_duty", "us_troops.csv, line 1: the columns must be iso3, year"),
        ("us_troops", 3, "AFG,1951", "us_troops.csv, line 3: expected 3 cells, one for each column, got 2"),
        ("us_troops", 3, "AFG,1951,5,9", "us_troops.csv, line 3: expected 3 cells, one for each column, got 4"),
        ("us_troops", 3, "AFG,soon,5", "us_troops.csv, line 3: year must be a whole number from 1950 to 2024, got 'soon'"),
        ("us_troops", 3, "AFG,1951,-5", "us_troops.csv, line 3: us_active_duty must be a whole number, at least 0, got '-5'"),
        ("us_troops", 3, "AFG,1951,", "us_troops.csv, line 3: us_active_duty must be a whole number, at least 0, got 'nothing'"),
        ("us_troops", 3, "AFG,1950,5", "us_troops.csv, line 3: iso3, year must not repeat, got AFG, 1950 again"),
        ("us_troops", 3, "Afghanistan,1951,5", "us_troops.csv, line 3: iso3 must be text of the form [A-Z]{3}"),
        ("contiguity", 2, "AFG,CHN,1,land,1920-13,,1", "contiguity.csv, line 2: start must be a date written YYYY, YYYY-MM or YYYY-MM-DD, got '1920-13'"),
        ("contiguity", 2, "AFG,CHN,1,land,2001-02-30,,1", "contiguity.csv, line 2: start must be a date"),
        ("contiguity", 2, "AFG,CHN,1,land,1920-01,,yes", "contiguity.csv, line 2: right_censored must be 0 or 1, got 'yes'"),
        ("unga_agreement", 2, "AFG,26,1971,64,0.5,0.5,1.7,0.5", "unga_agreement.csv, line 2: agree_rus must be a number from 0 to 1, got '1.7'"),
        ("unga_agreement", 2, "AFG,26,1971,64,0.5,0.5,nan,0.5", "unga_agreement.csv, line 2: agree_rus must be a number from 0 to 1, got 'nan'"),
        ("claims", 2, 'A1,1,Z,"x",01,"y"', "claims.csv, line 2: kind must be one of D, E, C, N, got 'Z'"),
    ],
)  # fmt: skip
def test_a_broken_line_is_named(copy, table, line, text, says):
    replace_line(copy / f"{table}.csv", line, text)
    with pytest.raises(data.DataError, match=re.escape(says)):
        getattr(data, table)()


def test_an_unclosed_quotation_mark_is_named(copy):
    with (copy / "documents.csv").open("a", encoding="utf-8") as file:
        file.write('late_paper,"A title\n')
    with pytest.raises(
        data.DataError, match=r"documents\.csv, line \d+: not a comma-separated row"
    ):
        data.documents()


def test_an_empty_file_is_named(copy):
    (copy / "piracy.csv").write_text("")
    with pytest.raises(
        data.DataError, match=r"piracy\.csv, line 1: the columns must be iso3.*got nothing"
    ):
        data.piracy()


def test_a_table_that_is_not_utf8_is_named(copy):
    path = copy / "states.csv"
    raw = path.read_bytes().split(b"\n")
    raw[3] = raw[3].replace(b",", b"\xff,", 1)
    path.write_bytes(b"\n".join(raw))
    with pytest.raises(
        data.DataError, match=r"states\.csv, line 4: the file must be UTF-8 text, found byte 0xff"
    ):
        data.states()


def test_a_missing_table_is_named(copy):
    (copy / "power.csv").unlink()
    with pytest.raises(data.DataError, match=r"power\.csv is missing from"):
        data.power()


def test_a_table_that_is_a_folder_is_named(copy):
    (copy / "power.csv").unlink()
    (copy / "power.csv").mkdir()
    with pytest.raises(data.DataError, match=r"power\.csv is missing from"):
        data.power()


def test_a_broken_description_is_named(copy):
    (copy / "datapackage.json").write_text('{"resources": [\n{,}]}')
    with pytest.raises(data.DataError, match=r"datapackage\.json, line 2: the file must be JSON"):
        data.tables()
    (copy / "datapackage.json").write_text(json.dumps({"resources": [{"name": "states"}]}))
    with pytest.raises(
        data.DataError, match="must list its resources with name, path, schema and coverage"
    ):
        data.tables()


def test_a_folder_without_tables_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("ASIAN_SECURITY_DATA", str(tmp_path))
    with pytest.raises(
        data.DataError, match=r"ASIAN_SECURITY_DATA names .* must be a folder with a datapackage"
    ):
        data.states()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("@article{a, title = {T}, year = {2000}}", "entry a: author or editor must be given"),
        ("@article{a, author = {A, B}, year = {2000}}", "entry a: title must be given"),
        ("@article{a, author = {A, B}", r"references\.bib.*must be BibTeX"),
    ],
)
def test_a_broken_bibliography_is_named(copy, text, says):
    (copy / "references.bib").write_text(text)
    with pytest.raises(data.DataError, match=says):
        data.references()


def test_the_tables_of_an_installed_package_are_found(tmp_path, monkeypatch):
    monkeypatch.delenv("ASIAN_SECURITY_DATA", raising=False)
    package = tmp_path / "site-packages" / "asian_security"
    package.mkdir(parents=True)
    monkeypatch.setattr(data, "__file__", str(package / "data.py"))
    with pytest.raises(data.DataError, match="tables are missing"):
        data.states()
    shutil.copytree(REAL, package / "_data")
    assert data.folder() == package / "_data"
    assert len(data.states()) == 57


# Dates -------------------------------------------------------------------------------------


def write_memberships(folder: Path, *spells: tuple[str, str]) -> None:
    lines = ["mechanism,iso3,status,start,end,confidence,source,note"]
    lines += [
        f"M{index},CHN,member,{start},{end},high,course,"
        for index, (start, end) in enumerate(spells)
    ]
    (folder / "memberships.csv").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("start", "end", "as_of", "kept"),
    [
        ("2001-06-15", "", "2001", True),
        ("2001-06-15", "", "2001-06", True),
        ("2001-06-15", "", "2001-06-14", False),
        ("2001-06-15", "", "2001-06-15", True),
        ("2001-06-15", "", "2025-12-31", True),
        ("2001", "2003", "2001-01-01", True),
        ("2001", "2003", "2003-12-31", True),
        ("2001", "2003", "2004-01-01", False),
        ("2001", "2003", "2000-12-31", False),
        ("2001-02", "2001-02", "2001-02-28", True),
        ("2001-02", "2001-02", "2001-03", False),
        ("1990", "2001-06-15", "2001", True),
        ("1990", "2001-06-15", "2001-06-16", False),
        ("1990", "2001-06-15", 2001, True),
        ("1990", "2001-06-15", datetime.date(2001, 6, 15), True),
        ("1990", "2001-06-15", datetime.datetime(2001, 6, 16, 12), False),
    ],
)
def test_a_partial_date_counts_for_its_whole_period(copy, start, end, as_of, kept):
    write_memberships(copy, (start, end))
    assert (len(data.memberships(as_of=as_of)) == 1) is kept


days = st.dates(datetime.date(1946, 1, 1), datetime.date(2025, 12, 31))


@given(day=days)
def test_a_month_holds_what_each_of_its_days_holds_and_a_year_what_each_month_holds(day):
    spells = data.memberships()
    keys = ["mechanism", "iso3", "status", "start"]

    def kept(as_of):
        return set(map(tuple, data._in_force(spells, as_of, "memberships")[keys].values))

    assert kept(day) <= kept(day.isoformat()[:7]) <= kept(day.year)


@pytest.mark.parametrize(
    "wrong", ["", "soon", "2001-13", "2001-02-30", "01/02/2003", "20010203", 20.5, True, "2001-1"]
)
def test_what_is_not_a_date_is_refused(wrong):
    with pytest.raises(
        ValueError, match="as_of must be a date written YYYY, YYYY-MM or YYYY-MM-DD"
    ):
        data.memberships(as_of=wrong)


@pytest.mark.parametrize("wrong", ["1890", "2026", 2205])
def test_a_date_outside_the_tables_is_refused(wrong):
    with pytest.raises(
        ValueError, match="as_of must lie from 1945 to 2025-12-31 for the table memberships"
    ):
        data.memberships(as_of=wrong)


def test_a_censored_spell_is_not_an_ending():
    borders = data.contiguity()
    censored = borders[borders["right_censored"]]
    assert censored["end"].isna().all()
    pairs = set(zip(censored["iso3_a"], censored["iso3_b"], strict=True))
    later = data.contiguity(as_of="2025-12-31")
    assert set(zip(later["iso3_a"], later["iso3_b"], strict=True)) == pairs

    last, carried = data.alliances(2018), data.alliances(2025)
    assert carried["right_censored"].all()
    assert len(carried) == last["right_censored"].sum() > 0
    assert data.alliances()["end_year"].isna().equals(data.alliances()["right_censored"])


def test_a_pair_of_neighbours_has_one_row_at_a_date():
    for year in (1958, 1967, 2016):
        rows = data.contiguity(as_of=year)
        assert not rows.duplicated(["iso3_a", "iso3_b"]).any()
    egypt = data.contiguity(as_of="1958-02").query("iso3_a == 'EGY' and iso3_b == 'JOR'")
    assert egypt["contact_type"].tolist() == [1]


def test_land_only_keeps_land():
    assert set(data.contiguity(land_only=True)["contact_type"]) == {1}
    pair = data.contiguity().query("iso3_a == 'CHN' and iso3_b == 'JPN'")
    assert len(pair) == 1
    assert pair["contact_type"].item() > 1


# Names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: data.memberships(state="CHM"), r"unknown state 'CHM'; nearest valid names: .*CHN \(China\)"),
        (lambda: data.memberships(state="China"), r"unknown state 'China'; nearest valid names: CHN \(China\)\.$"),
        (lambda: data.memberships(state=["CHN", "xx"]), r"unknown state 'xx'"),
        (lambda: data.memberships(mechanism="Shanghai Cooperation"), r"SCO \(Shanghai Cooperation Organisation\)"),
        (lambda: data.memberships(mechanism="sco"), r"nearest valid names: SCO"),
        (lambda: data.memberships(status="membr"), r"unknown status 'membr'; nearest valid names: member\."),
        (lambda: data.mechanisms(initiator="China"), r"unknown initiator 'China'; nearest valid names: .*China-initiated"),
        (lambda: data.mechanisms(kind="aliance"), r"unknown kind 'aliance'; nearest valid names: alliance"),
        (lambda: data.states("Northest Asia"), r"unknown subregion .* Northeast Asia"),
        (lambda: data.alliances(promise="defense"), r"unknown promise 'defense'; nearest valid names: defence"),
        (lambda: data.alliances(1900), r"year must lie from 1945 to 2025 for the table alliances, got 1900"),
        (lambda: data.alliances("2000"), r"year must be a whole number such as 2010, got '2000'"),
        (lambda: data.disputes(hotspot="kashmir"), r"unknown hotspot 'kashmir'; .*india_pakistan"),
        (lambda: data.disputes(state="PKR"), r"unknown state 'PKR'; nearest valid names: .*PRK"),
        (lambda: data.power(year=1800), r"year must lie from 1946 to 2024 for the table power, got 1800"),
        (lambda: data.power(year=2000.0), r"year must be a whole number such as 2010, got 2000\.0"),
        (lambda: data.military_expenditure(state="Pakistan"), r"PAK \(Pakistan\)"),
        (lambda: data.trade_partners(partner="UK"), r"unknown partner 'UK'; valid names include CHN, IND, JPN, RUS, USA"),
        (lambda: data.deaths_by_region("Asia-Pacific"), r"unknown region 'Asia-Pacific'; nearest valid names: Asia"),
        (lambda: data.claims(lesson="13"), r"unknown lesson '13'"),
        (lambda: data.claims(kind="X"), r"unknown kind 'X'; valid names include C, D, E, N"),
        (lambda: data.glossary(lesson="seven"), r"unknown lesson 'seven'"),
        (lambda: data.cite("fearon95"), r"unknown source key 'fearon95'; nearest valid names: fearon1995"),
        (lambda: data.reference("atopp"), r"unknown source key 'atopp'; nearest valid names: atop"),
        (lambda: data.coverage("alliance"), r"unknown table 'alliance'; nearest valid names: alliances"),
        (lambda: data.source_line("troops"), r"unknown table 'troops'; nearest valid names: us_troops"),
        (lambda: data.priorities(kind="mesured"), r"unknown kind 'mesured'; nearest valid names: measured"),
        (lambda: data.hotspot_events("Korean peninsula"), r"unknown hotspot .*korea"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_answered_with_the_nearest_ones(call, says):
    with pytest.raises(ValueError, match=says) as caught:
        call()
    assert not isinstance(caught.value, data.DataError)
    assert len(str(caught.value).splitlines()) == 1


def test_filters_keep_what_they_say():
    frame = data.memberships(
        as_of="2020", mechanism=["SCO", "QUAD"], status="member", state=["IND", "CHN"]
    )
    assert set(zip(frame["mechanism"], frame["iso3"], strict=True)) == {
        ("SCO", "IND"),
        ("SCO", "CHN"),
    } | (
        {("QUAD", "IND")}
        if "member" in set(data.memberships(mechanism="QUAD")["status"])
        else set()
    )
    assert list(frame.index) == list(range(len(frame)))
    assert set(data.trade_partners(state="VNM", partner="USA", year=2010)["partner"]) == {"USA"}
    assert set(data.mechanisms(as_of="1960")["founded"].str[:4]) <= {
        str(year) for year in range(1945, 1961)
    }
    assert "SEATO" in set(data.mechanisms(as_of="1960")["mechanism"])
    assert "SEATO" not in set(data.mechanisms(as_of="1990")["mechanism"])
    promises = data.alliances(2000, promise="defence")
    assert promises["defence"].all()
    assert (promises["start_year"] <= 2000).all()
    assert data.claims(lesson=7).equals(data.claims(lesson="07"))


# Citations ---------------------------------------------------------------------------------


def test_citations_in_the_text():
    assert data.cite("fearon1995") == "Fearon 1995"
    assert data.cite("axelrod1981") == "Axelrod and Hamilton 1981"
    assert data.cite("gleditsch2002") == "Gleditsch et al. 2002"
    assert data.cite("unscr_1718") == "Security Council resolution 1718 (2006)"
    assert data.cite("tac1976") == "Treaty of Amity and Cooperation in Southeast Asia (1976)"
    assert data.cite("atop").startswith("Alliance Treaty Obligations and Provisions (ATOP) 5.1")


def test_full_entries():
    entry = data.reference("fearon1995")
    assert entry.startswith("Fearon, James")
    assert (
        "1995. Rationalist Explanations for War. International Organization 49(3), 379-414" in entry
    )
    assert "Leeds" in data.reference("atop")
    assert data.reference("unscr_1718").startswith("United Nations Security Council. 2006-10-14.")
    for key in data.source_keys():
        assert data.reference(key).endswith(".")
        assert not {"{", "}", "\n"} & set(data.reference(key))
        assert "nan" not in data.reference(key).split()


def test_the_line_under_a_figure():
    assert data.source_line("alliances") == (
        "Source: Alliance Treaty Obligations and Provisions (ATOP) 5.1, 1945 to 2018; as of 2025-12-31."
    )
    covered = data.coverage("alliances")
    assert (covered.start, covered.end) == ("1945", "2018")


def test_references_are_text_and_sorted():
    works = data.references()
    assert works["key"].is_monotonic_increasing
    assert works["key"].is_unique
    assert pd.api.types.is_string_dtype(works["year"])
    assert not works.isna().any().any()
