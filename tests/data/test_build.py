"""The derived tables are what the raw files give, byte for byte."""

import importlib.util
import shutil

import pytest

from asian_security.data.filters import describe_table
from asian_security.data.reader import folder, read_package

REAL = folder()
_spec = importlib.util.spec_from_file_location("course_build", REAL / "build.py")
course_build = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(course_build)

DERIVED = {name for name, item in read_package()["by_name"].items() if item["origin"] == "derived"}


def test_the_derived_tables_are_those_that_are_described_as_derived():
    assert set(course_build.TABLES) == DERIVED
    for table, (_, _, columns) in course_build.TABLES.items():
        assert columns.split() == [f["name"] for f in describe_table(table)["schema"]["fields"]]


def test_a_rebuild_gives_the_same_bytes(raw_folder, tmp_path, capsys):
    assert course_build.main([str(raw_folder), "--out", str(tmp_path)]) == 0
    assert f"{len(DERIVED)} tables written" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.csv" for name in DERIVED}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (REAL / path.name).read_bytes(), path.name


def test_the_order_of_raw_rows_does_not_matter(raw_folder, tmp_path):
    shuffled = tmp_path / "raw"
    shutil.copytree(raw_folder, shuffled)
    for name in (
        "contiguity_cow",
        "alliances_atop",
        "mid_dyads_gml",
        "terrorism_gtd",
        "ucdp_conflict_year",
    ):
        path = shuffled / f"{name}.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    assert course_build.build(shuffled) == course_build.build(raw_folder)


def test_missing_raw_files_are_named_and_nothing_is_written(tmp_path, capsys):
    raw, out = tmp_path / "raw", tmp_path / "out"
    out.mkdir()
    assert course_build.main([str(raw), "--out", str(out)]) == 2
    assert "RAW must be a folder with the raw files" in capsys.readouterr().err
    raw.mkdir()
    assert course_build.main([str(raw), "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert "lacks alliances_atop.csv, contiguity_cow.csv" in message
    assert "data/README.md" in message
    assert len(message.splitlines()) == 1
    assert list(out.iterdir()) == []


def test_a_raw_file_without_a_column_is_named_and_nothing_is_written(raw_folder, tmp_path, capsys):
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(raw_folder, raw)
    out.mkdir()
    path = raw / "us_troops_state_year.csv"
    path.write_text(path.read_text().replace("us_active_duty", "people", 1))
    assert course_build.main([str(raw), "--out", str(out)]) == 2
    assert "us_troops cannot be made from us_troops_state_year" in capsys.readouterr().err
    assert list(out.iterdir()) == []


def test_the_target_must_exist(raw_folder, tmp_path, capsys):
    assert course_build.main([str(raw_folder), "--out", str(tmp_path / "none")]) == 2
    assert "--out must be a folder that exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("pair", "hotspot"),
    [
        (("KOR", "PRK"), "korea"),
        (("PRK", "USA"), "korea"),
        (("CHN", "PRK"), ""),
        (("IND", "PAK"), "india_pakistan"),
        (("CHN", "VNM"), "south_china_sea"),
        (("CHN", "TWN"), ""),
        (("CHN", "IND"), ""),
    ],
)
def test_which_hotspot_a_pair_belongs_to(pair, hotspot):
    assert course_build.hotspot_of(*pair) == hotspot
    assert course_build.hotspot_of(*reversed(pair)) == hotspot
