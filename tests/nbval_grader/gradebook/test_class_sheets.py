"""The teacher's own tables: points that add up, and nothing a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from classroom import fill, outcome, read_rows
from foreign import master_cells, notebook

from nbval_grader.gradebook.class_sheets import format_items
from nbval_grader.gradebook.item_analysis import analyse
from nbval_grader.gradebook.report import write_report
from nbval_grader.gradebook.store import Gradebook
from nbval_grader.notebooks.master import parse_master


def test_grades_add_up(book: Gradebook, tmp_path: Path) -> None:
    report = write_report(book, tmp_path / "report")
    rows = {row["student"]: row for row in read_rows(tmp_path / "report" / "grades.csv")}
    assert {s: (r["foreign"], r["total"], r["foreign remarks"]) for s, r in rows.items()} == {
        "ann": ("6", "6", "1 to mark"),
        "bo": ("4", "4", "1 to mark"),
        "chen": ("2", "2", ""),
        "dora": ("0", "0", ""),
        "eve": ("", "0", "missing"),
        "fay": ("0", "0", "unreadable"),
    }
    assert rows["ann"]["foreign of"] == rows["ann"]["total of"] == "8"
    assert rows["ann"]["percent"] == "75"
    assert report.feedback == 6
    questions = read_rows(tmp_path / "report" / "questions.csv")
    for student in rows:
        mine = [float(q["points"] or 0) for q in questions if q["student"] == student]
        assert sum(mine) == float(rows[student]["total"])
    assert {q["marked by"] for q in questions} == {"checks", "by hand"}


def test_names_are_no_formulas(book: Gradebook, tmp_path: Path) -> None:
    fill(book, {'=HYPERLINK("x")': outcome(["q1"])})
    write_report(book, tmp_path / "report")
    assert any(
        r["student"] == '\'=HYPERLINK("x")' for r in read_rows(tmp_path / "report" / "grades.csv")
    )


def test_several_exercises_share_one_table(book: Gradebook, tmp_path: Path) -> None:
    second = parse_master(notebook(master_cells(), title="Second"), "second")
    fill(book, {"ann": outcome(["q1"], master=second)}, master=second)
    write_report(book, tmp_path / "report")
    rows = {row["student"]: row for row in read_rows(tmp_path / "report" / "grades.csv")}
    assert (rows["ann"]["total"], rows["ann"]["total of"]) == ("8", "16")
    assert (rows["bo"]["second"], rows["bo"]["second remarks"]) == ("", "missing")
    write_report(book, tmp_path / "one", notebooks=["second"])
    assert [r["student"] for r in read_rows(tmp_path / "one" / "grades.csv")] == ["ann"]


def test_items_have_a_row_per_question(mixed_class: Gradebook) -> None:
    rows = list(csv.DictReader(io.StringIO(format_items([analyse(mixed_class, "foreign")])[1:])))
    assert [row["question"] for row in rows] == ["q1", "q2", "q3"]
    assert rows[0]["discrimination"] == ""
    assert float(rows[2]["difficulty"]) == pytest.approx(1 / 3, abs=1e-4)
