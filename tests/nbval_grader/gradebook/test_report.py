"""A report: one folder, written whole, that says what the marks alone do not show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from classroom import fill, outcome, read_rows
from html_reader import Reader

from nbval_grader.errors import BadInput, NotWritable
from nbval_grader.gradebook.manual_marks import import_marks
from nbval_grader.gradebook.report import write_report
from nbval_grader.gradebook.store import Gradebook


def test_marks_by_hand_are_merged(book: Gradebook, tmp_path: Path) -> None:
    sheet = tmp_path / "m.csv"
    sheet.write_text("student,notebook,question,points\nann,foreign,d1,1.5\n")
    import_marks(book, sheet)
    write_report(book, tmp_path / "report")
    row = next(r for r in read_rows(tmp_path / "report" / "grades.csv") if r["student"] == "ann")
    assert (row["total"], row["foreign remarks"]) == ("7.5", "")
    fill(book, {"ann": outcome(["q1", "q2", "q3"], manual="Another answer.")})
    report = write_report(book, tmp_path / "report")
    row = next(r for r in read_rows(tmp_path / "report" / "grades.csv") if r["student"] == "ann")
    assert (row["total"], row["foreign remarks"]) == ("7.5", "1 changed after marking")
    assert any("changed after they were marked" in notice for notice in report.notices)


def test_what_was_not_confined_or_failed_is_reported(book: Gradebook, tmp_path: Path) -> None:
    fill(book, {"ann": outcome(["q1"], sandboxed=False)})
    fill(book, {"bo": outcome([], status="failed", reason="The process ended.")})
    report = write_report(book, tmp_path / "report")
    assert any(
        "1 submission was graded without confining student code" in n for n in report.notices
    )
    assert any("1 submission was not graded because the grader failed" in n for n in report.notices)
    rows = {row["student"]: row for row in read_rows(tmp_path / "report" / "grades.csv")}
    assert rows["ann"]["foreign remarks"] == "1 to mark, not confined"
    assert (rows["bo"]["foreign"], rows["bo"]["foreign remarks"]) == ("", "not graded")


def test_nothing_a_student_wrote_becomes_markup(book: Gradebook, tmp_path: Path) -> None:
    evil = "</td></style><script>alert(1)</script><img src=x onerror=y>\x1b[31m\u202e{{ 7 * 7 }}"
    plain = "plain"
    for name in (evil, plain):
        failed = outcome([], status="failed", reason=name)
        fill(book, {name: failed}, paths={name: f"in/{name}.ipynb"})
    write_report(book, tmp_path / "report")
    html = (tmp_path / "report" / "summary.html").read_text("utf-8")
    rows = Reader(html).tags.count("tr")
    assert set(Reader(html).tags).isdisjoint(("script", "img"))
    assert "&lt;script&gt;alert(1)" in html
    assert "{{ 7 * 7 }}" in html
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert rows == 1 + 1 + 1 + 6 + 1 + 8


def test_the_summary_counts_and_names(book: Gradebook, tmp_path: Path) -> None:
    write_report(book, tmp_path / "report")
    texts = " ".join(Reader((tmp_path / "report" / "summary.html").read_text("utf-8")).texts)
    words = " ".join(texts.split())
    assert "foreign: Numbers 6 5 1 0 2 8" in words
    assert "1 submission is missing." in words
    assert "eve foreign missing Nothing was handed in." in words


def test_a_report_written_twice_is_the_same(book: Gradebook, tmp_path: Path) -> None:
    write_report(book, tmp_path / "a")
    write_report(book, tmp_path / "b")
    first = {p.relative_to(tmp_path / "a"): p.read_bytes() for p in (tmp_path / "a").rglob("*.*")}
    again = {p.relative_to(tmp_path / "b"): p.read_bytes() for p in (tmp_path / "b").rglob("*.*")}
    assert first == again


def test_an_empty_gradebook_is_refused(tmp_path: Path) -> None:
    with (
        Gradebook(tmp_path / "empty.sqlite") as book,
        pytest.raises(BadInput, match="holds no submission to report on"),
    ):
        write_report(book, tmp_path / "report")


def test_a_folder_that_cannot_be_made(book: Gradebook, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match="cannot be made"):
        write_report(book, tmp_path / "file" / "report")


def test_a_path_that_is_not_utf8_is_reported(book: Gradebook, tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9/foreign.ipynb")
    fill(book, {"x": outcome([], notices=["half a pair: \ud800"])}, paths={"x": odd})
    write_report(book, tmp_path / "report")
    assert "x" in {r["student"] for r in read_rows(tmp_path / "report" / "grades.csv")}
