"""Marks by hand go out as a sheet, come back as points, and are never lost or read in part."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from classroom import UNTOUCHED, WRITTEN, fill, outcome, read_tables

from nbval_grader.errors import BadInput
from nbval_grader.gradebook.manual_marks import (
    Imported,
    export_marks,
    import_marks,
    is_unanswered,
)
from nbval_grader.gradebook.store import Gradebook


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def sheet(path: Path, *lines: str) -> Path:
    path.write_text("student,notebook,question,points,comment\n" + "\n".join(lines), "utf-8")
    return path


def earned(book: Gradebook) -> dict[str, tuple[float | None, str]]:
    return {
        answer.student: (answer.earned, answer.comment) for answer in book.list_manual_answers()
    }


def changed(book: Gradebook) -> list[str]:
    return [a.student for a in book.list_manual_answers() if a.is_changed_since_marked]


def test_the_sheet_has_answer_title_and_rubric(book: Gradebook) -> None:
    text, count = export_marks(book)
    rows = rows_of(text)
    assert count == len(rows) == 2
    assert rows[0] == {
        "student": "ann",
        "notebook": "foreign",
        "question": "d1",
        "title": "Why",
        "rubric": "claim 1, reason 1",
        "answer": WRITTEN,
        "out of": "2",
        "points": "",
        "comment": "",
        "state": "to mark",
        "version": rows[0]["version"],
    }
    everything, count = export_marks(book, everything=True)
    assert count == 4
    states = {row["student"]: row["state"] for row in rows_of(everything)}
    assert states == {"ann": "to mark", "bo": "to mark", "chen": "empty", "dora": "empty"}
    assert export_marks(book, notebooks=["other"])[1] == 0


def test_a_sheet_read_twice_changes_nothing_the_second_time(
    book: Gradebook, tmp_path: Path
) -> None:
    text, _ = export_marks(book)
    rows = rows_of(text)
    rows[0]["points"], rows[0]["comment"] = "1,5", "=well argued"
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "marks.csv"
    path.write_text(stream.getvalue(), "utf-8")
    done = import_marks(book, path, marker="Wei")
    assert (done.marked, done.open, done.unchanged) == (1, 1, 0)
    assert earned(book)["ann"] == (1.5, "=well argued")
    (answer,) = book.list_students_manual_answers("ann", "foreign")
    assert answer.marker == "Wei"
    assert answer.marked_at > 0
    again = import_marks(book, path)
    assert (again.marked, again.unchanged) == (0, 1)
    back = {r["student"]: r for r in rows_of(export_marks(book, everything=True)[0])}
    assert back["ann"]["comment"] == "'=well argued"
    assert back["ann"]["state"] == "marked"


def test_marks_survive_grading_again_and_a_changed_answer_is_reported(
    book: Gradebook, tmp_path: Path
) -> None:
    import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,good"))
    fill(book, {"ann": outcome(["q1"])})
    assert earned(book)["ann"] == (2.0, "good")
    assert changed(book) == []
    fill(book, {"ann": outcome(["q1"], manual="Another answer.")})
    assert earned(book)["ann"] == (2.0, "good")
    assert changed(book) == ["ann"]
    states = {r["student"]: r["state"] for r in rows_of(export_marks(book)[0])}
    assert states["ann"] == "changed since marked"
    assert import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,good")).marked == 1
    assert changed(book) == []


def test_a_mark_can_be_taken_back(book: Gradebook, tmp_path: Path) -> None:
    import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,good"))
    imported = import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,-,"))
    assert (imported.cleared, imported.marked) == (1, 0)
    assert earned(book)["ann"] == (None, "")


def test_no_points_are_a_mark(book: Gradebook, tmp_path: Path) -> None:
    assert import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,0,")).marked == 1
    assert earned(book)["ann"] == (0.0, "")
    states = {r["student"]: r["state"] for r in rows_of(export_marks(book, everything=True)[0])}
    assert states["ann"] == "marked"


def test_full_points_are_a_mark(book: Gradebook, tmp_path: Path) -> None:
    assert import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,")).marked == 1


def test_a_new_comment_alone_is_kept(book: Gradebook, tmp_path: Path) -> None:
    import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,good"))
    imported = import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,very good"))
    assert (imported.marked, imported.unchanged) == (1, 0)
    assert earned(book)["ann"] == (2.0, "very good")
    imported = import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,"))
    assert (imported.marked, imported.unchanged) == (1, 0)
    assert earned(book)["ann"] == (2.0, "")


def test_a_comment_without_points_is_kept_and_leaves_the_mark(
    book: Gradebook, tmp_path: Path
) -> None:
    imported = import_marks(
        book, sheet(tmp_path / "m.csv", "ann,foreign,d1,,See me.", "bo,foreign,d1,1,")
    )
    assert (imported.marked, imported.open, imported.commented) == (1, 1, 1)
    assert earned(book)["ann"] == (None, "See me.")
    import_marks(book, sheet(tmp_path / "m.csv", "bo,foreign,d1,,Short."))
    assert earned(book)["bo"] == (1.0, "Short.")
    assert changed(book) == []
    again = import_marks(book, sheet(tmp_path / "m.csv", "bo,foreign,d1,,Short."))
    assert (again.open, again.commented) == (1, 0)
    import_marks(book, sheet(tmp_path / "m.csv", "bo,foreign,d1,,"))
    assert earned(book)["bo"] == (1.0, "Short.")


def test_a_comment_without_points_does_not_hide_a_changed_answer(
    book: Gradebook, tmp_path: Path
) -> None:
    import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,good"))
    fill(book, {"ann": outcome(["q1"], manual="Another answer.")})
    import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,,Changed?"))
    assert changed(book) == ["ann"]


def test_each_row_counts_once(book: Gradebook, tmp_path: Path) -> None:
    lines = ("ann,foreign,d1,2,good", "bo,foreign,d1,1,")
    imported = import_marks(book, sheet(tmp_path / "m.csv", *lines))
    assert imported == Imported(marked=2, cleared=0, unchanged=0, open=0, commented=0)
    lines = ("ann,foreign,d1,-,", "bo,foreign,d1,1,", "chen,foreign,d1,,", "dora,foreign,d1,0.5,")
    imported = import_marks(book, sheet(tmp_path / "m.csv", *lines))
    assert imported == Imported(marked=1, cleared=1, unchanged=1, open=1, commented=0)


def test_a_sheet_without_comments_leaves_them(book: Gradebook, tmp_path: Path) -> None:
    import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,good"))
    bare = tmp_path / "bare.csv"
    bare.write_text("student,notebook,question,points\nann,foreign,d1,1\n")
    import_marks(book, bare)
    assert earned(book)["ann"] == (1.0, "good")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("zoe,foreign,d1,1,", "line 3: there is no student 'zoe'"),
        ("bo,other,d1,1,", "there is no exercise 'other'"),
        ("bo,foreign,q1,1,", "'bo' has no answer to mark for foreign, 'q1'"),
        ("bo,foreign,d1,much,", "points must be a number .*, got 'much'"),
        ("bo,foreign,d1,nan,", "points must be a number .*, got 'nan'"),
        ("bo,foreign,d1,2.5,", r"points must lie in \[0, 2\], got 2.5"),
        ("bo,foreign,d1,-1,", r"points must lie in \[0, 2\], got -1"),
        ("ann,foreign,d1,1,", "stands on line 2 already"),
        ("bo,foreign,d1,1," + "x" * 10_001, "longer than 10,000"),
    ],
)
def test_with_one_bad_row_nothing_is_changed(
    book: Gradebook, tmp_path: Path, line: str, message: str
) -> None:
    before = read_tables(book.path)
    with pytest.raises(BadInput, match="nothing was changed") as caught:
        import_marks(book, sheet(tmp_path / "m.csv", "ann,foreign,d1,2,good", line))
    assert caught.match(message)
    assert read_tables(book.path) == before


def test_an_answer_that_changed_since_the_export_is_not_marked(
    book: Gradebook, tmp_path: Path
) -> None:
    text, _ = export_marks(book)
    path = tmp_path / "m.csv"
    path.write_text(text.replace(",2,,,to mark", ",2,1,,to mark"), "utf-8")
    fill(book, {"ann": outcome(["q1"], manual="Another answer.")})
    with pytest.raises(BadInput, match="the answer of 'ann' to d1 changed since the export"):
        import_marks(book, path)


def test_many_bad_rows_are_counted(book: Gradebook, tmp_path: Path) -> None:
    lines = [f"nobody{n},foreign,d1,1," for n in range(25)]
    with pytest.raises(BadInput, match="and 15 more"):
        import_marks(book, sheet(tmp_path / "m.csv", *lines))


def test_a_sheet_without_points_is_refused(book: Gradebook, tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("student,notebook\nann,foreign\n")
    with pytest.raises(BadInput, match="no column 'question', 'points'"):
        import_marks(book, path)


def test_a_long_answer_is_cut_in_the_sheet_alone(book: Gradebook) -> None:
    fill(book, {"ann": outcome([], manual="x" * 50_000)})
    row = next(r for r in rows_of(export_marks(book)[0]) if r["student"] == "ann")
    assert row["answer"] == "x" * 30_000 + "\n[...]"


@pytest.mark.parametrize(
    ("text", "empty"), [("", True), (" \n", True), (UNTOUCHED, True), ("x", False)]
)
def test_what_counts_as_unanswered(text: str, empty: bool) -> None:
    assert is_unanswered(text) is empty
