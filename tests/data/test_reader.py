"""What the reader does with good, broken and missing files."""

import json
import re
import shutil
from pathlib import Path

import pytest

from asian_security import data
from asian_security.data import reader
from asian_security.data.filters import describe_table


def replace_line(path: Path, line: int, text: str) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[line - 1] = text
    path.write_text("\n".join(lines), encoding="utf-8")


# Every table -------------------------------------------------------------------------------


@pytest.mark.parametrize("table", data.tables())
def test_every_table_has_a_function_of_its_name_and_its_columns(table):
    name = "priorities" if table == "priorities_measured" else table
    frame = getattr(data, name)()
    fields = describe_table(table)["schema"]["fields"]
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
        ("us_troops", 3, "AFG,soon,5", "us_troops.csv, line 3: year must be a whole number, got 'soon'"),
        ("us_troops", 3, "AFG,,5", "us_troops.csv, line 3: year must be a whole number, got 'nothing'"),
        ("contiguity", 2, "AFG,CHN,1,land,1920-01,,yes", "contiguity.csv, line 2: right_censored must be 0 or 1, got 'yes'"),
        ("unga_agreement", 2, "AFG,26,1971,64,0.5,0.5,much,0.5", "unga_agreement.csv, line 2: agree_rus must be a number, got 'much'"),
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


def test_the_tables_of_an_installed_package_are_found(tmp_path, monkeypatch):
    monkeypatch.delenv("ASIAN_SECURITY_DATA", raising=False)
    tables = data.folder()
    package = tmp_path / "site-packages" / "asian_security"
    package.mkdir(parents=True)
    monkeypatch.setattr(reader, "__file__", str(package / "data" / "reader.py"))
    with pytest.raises(data.DataError, match="tables are missing"):
        data.states()
    shutil.copytree(tables, package / "_data")
    assert data.folder() == package / "_data"
    assert len(data.states()) == 57
