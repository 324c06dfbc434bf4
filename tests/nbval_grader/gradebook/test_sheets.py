"""Sheets are safe to open, read with tolerance, and refused with a clear reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbval_grader.errors import BadInput
from nbval_grader.gradebook.sheets import csv_text, guard, read_sheet, unguard


@given(st.text())
def test_a_guarded_text_is_no_formula_and_can_be_restored(text: str) -> None:
    formula = guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not formula or re.fullmatch(r"[-+][0-9.,]*", text)
    assert unguard(guard(text)) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=4))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("sheet") / "sheet.csv"
    path.write_bytes(csv_text(["a", "b"], [(text, "x") for text in texts]).encode())
    assert [row.cells["a"] for row in read_sheet(path).rows] == [text.strip() for text in texts]


def test_numbers_are_written_short() -> None:
    rows = [[0.1 + 0.2, None], [3, -2.5]]
    assert csv_text(["a", "b"], rows, bom=False) == "a,b\r\n0.3,\r\n3,-2.5\r\n"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_columns_are_separated_as_in_any_country(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(f"\ufeffstudent{mark}points\nann{mark} 2 \n{mark}\nbo\n", encoding="utf-8")
    sheet = read_sheet(path)
    assert sheet.columns == ("student", "points")
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (2, {"student": "ann", "points": "2"}),
        (4, {"student": "bo", "points": ""}),
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"student\n\xff\xfe", "is not text in UTF-8"),
        (b"a,b\n1,2,3\n", "line 2: 3 cells, but the heading names 2"),
        (b"a,a\n1,2\n", "2 columns named 'a'"),
        (b'a,b\n"1,2\n', "is not a CSV file"),
    ],
)
def test_what_is_no_sheet_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=message):
        read_sheet(path)


def test_a_missing_file_and_a_missing_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_sheet(tmp_path / "none.csv")
    path = tmp_path / "sheet.csv"
    path.write_text("a,b\n")
    with pytest.raises(BadInput, match="no column 'c'; it has 'a', 'b'"):
        read_sheet(path).require_columns("a", "c")
