"""The tables against their description, by frictionless, which shares no code with the reader."""

import json
import shutil
from pathlib import Path

import pytest
from frictionless import Package, system

from asian_security import data
from asian_security.data.reader import read_table

REAL = data.folder()
DESCRIPTION = json.loads((REAL / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in DESCRIPTION["resources"]}


def errors(folder: Path) -> list[tuple[str, str]]:
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    task_errors = [(task.name, error.type) for task in report.tasks for error in task.errors]
    return task_errors + [("package", error.type) for error in report.errors]


def test_every_table_is_as_described():
    assert errors(REAL) == []


@pytest.mark.parametrize(
    ("table", "old", "new", "error"),
    [
        ("memberships", "SCO,CHN,", "SCO,XXX,", "foreign-key"),
        ("contiguity", "AFG,CHN,1,", "AFG,XXX,1,", "foreign-key"),
        ("hotspot_parties", "korea,PRK,", "atlantis,PRK,", "foreign-key"),
        ("domain_links", "armed_conflict,energy,", "armed_conflict,elves,", "foreign-key"),
        ("nuclear_tests", "2013-02-12", "2009-05-25", "primary-key"),
        ("nuclear_tests", ",4.7,", ",strong,", "type-error"),
        ("nuclear_tests", "2013-02-12", "12 Feb 2013", "constraint-error"),
    ],
)
def test_frictionless_sees_a_wrong_cell(tmp_path, table, old, new, error):
    folder = tmp_path / "tables"
    shutil.copytree(REAL, folder)
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert (table, error) in errors(folder)


def test_every_file_has_a_description_and_every_description_a_file():
    described = {resource["path"] for resource in RESOURCES.values()}
    present = {path.name for path in REAL.glob("*.csv")}
    assert described == present


@pytest.mark.parametrize("table", RESOURCES)
def test_a_table_says_where_it_comes_from_and_what_it_covers(table):
    resource = RESOURCES[table]
    assert resource["origin"] in {"by hand", "derived"}
    assert resource["licenses"]
    assert all(licence["title"] for licence in resource["licenses"])
    assert resource["sources"]
    assert all(
        source["title"] and source["version"] and source["accessed"]
        for source in resource["sources"]
    )
    assert set(resource["coverage"]) == {"start", "end", "asOf"}
    assert resource["notes"]
    for field in resource["schema"]["fields"]:
        if field["type"] == "number":
            assert field.get("unit") or field["name"] == "value", field["name"]
    assert f"## {table}" in (REAL / "README.md").read_text(encoding="utf-8")


def test_units_in_column_names_agree_with_the_described_ones():
    units = {
        "usd_m": "million",
        "share_gdp_pct": "per cent of GDP",
        "_km": "km",
        "population_m": "million people",
    }
    for resource in RESOURCES.values():
        for field in resource["schema"]["fields"]:
            for ending, word in units.items():
                if field["name"].endswith(ending):
                    assert word in field["unit"]


@pytest.mark.parametrize("table", RESOURCES)
def test_files_are_plain_utf8_with_lf_and_no_stray_space(table):
    raw = (REAL / RESOURCES[table]["path"]).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.endswith(b"\n\n")
    frame = read_table(table)
    for column in frame.select_dtypes("str"):
        cells = frame[column].dropna()
        assert (cells == cells.str.strip()).all(), column
        assert not cells.str.contains("\n", regex=False).any(), column


def test_every_source_is_known():
    keys = data.source_keys()
    for table in RESOURCES:
        frame = read_table(table)
        if "source" in frame:
            assert set(frame["source"]) <= set(keys), table


def test_a_key_names_one_source_only():
    works, papers = set(data.references()["key"]), set(data.documents()["key"])
    named = [source["name"] for source in DESCRIPTION["sources"]]
    assert len(named) == len(set(named))
    assert not works & papers
    assert not (works | papers) & set(named)


def test_every_reference_of_a_data_set_is_in_the_bibliography():
    works = set(data.references()["key"])
    for source in DESCRIPTION["sources"]:
        assert source.get("reference") in works | {None}


def test_lists_inside_cells_name_known_things():
    states = set(data.states()["iso3"])
    for cell in data.hotspot_events()["parties"]:
        assert set(cell.split()) <= states
    for cell in data.mechanisms()["members_outside"]:
        assert not set(cell.split()) & states
    lessons = {f"{number:02d}" for number in range(12)}
    for cell in [*data.claims()["lesson"], *data.glossary()["lessons"]]:
        assert set(cell.split()) <= lessons
    units = states | set(data.states()["subregion"])
    assert set(data.priorities()["unit"]) <= units


def test_licences_are_kept():
    spending = data.military_expenditure()
    assert spending["iso3"].nunique() <= 15
    assert len(set(spending.columns) - {"iso3", "year", "quality"}) == 2
    measured = data.priorities(kind="measured")
    for source in ("emdat", "gtd"):
        assert not measured.loc[measured["source"] == source, "unit"].duplicated().any()
    for table in RESOURCES.values():
        if {"emdat", "gtd"} & {source["name"] for source in table["sources"]}:
            assert table["name"] == "priorities_measured"
