"""Reports: marks that add up, import files the platforms take, late and missing work named."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from classroom import MONDAY, UNTOUCHED, fill, ordinary_class, outcome

from nbval_grader.errors import BadInput, NoSpace
from nbval_grader.gradebook.manual_marks import import_marks
from nbval_grader.gradebook.report import parse_due, read_roster, standings, write_report
from nbval_grader.gradebook.store import Gradebook
from nbval_grader.notebooks.format import parse_master


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    with Gradebook(tmp_path / "gradebook.sqlite") as made:
        fill(made, ordinary_class())
        yield made


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_grades_add_up(book: Gradebook, tmp_path: Path) -> None:
    made = write_report(book, tmp_path / "report")
    rows = {row["student"]: row for row in rows_of(tmp_path / "report" / "grades.csv")}
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
    assert made.feedback == 6
    questions = rows_of(tmp_path / "report" / "questions.csv")
    for student in rows:
        mine = [float(q["points"] or 0) for q in questions if q["student"] == student]
        assert sum(mine) == float(rows[student]["total"])
    assert {q["marked by"] for q in questions} == {"checks", "by hand"}


def test_marks_by_hand_are_merged(book: Gradebook, tmp_path: Path) -> None:
    sheet = tmp_path / "m.csv"
    sheet.write_text("student,notebook,question,points\nann,foreign,d1,1.5\n")
    import_marks(book, sheet)
    write_report(book, tmp_path / "report")
    row = next(r for r in rows_of(tmp_path / "report" / "grades.csv") if r["student"] == "ann")
    assert (row["total"], row["foreign remarks"]) == ("7.5", "")
    fill(book, {"ann": outcome(["q1", "q2", "q3"], manual="Another answer.")})
    made = write_report(book, tmp_path / "report")
    row = next(r for r in rows_of(tmp_path / "report" / "grades.csv") if r["student"] == "ann")
    assert (row["total"], row["foreign remarks"]) == ("7.5", "1 changed after marking")
    assert any("changed after they were marked" in notice for notice in made.notices)


def test_late_and_missing_are_listed(book: Gradebook, tmp_path: Path) -> None:
    fill(book, {"ann": outcome(["q1"])}, submitted_at=MONDAY + 93_784)
    fill(
        book,
        {"lee_7": outcome(["q1"])},
        paths={"lee_7": "class/lee_LATE_7_8_foreign.ipynb"},
    )
    due = {"foreign": MONDAY}
    by_student = {s.student: s.late for s in standings(book, due=due)}
    assert by_student["ann"] == "1 d 2 h after it was due"
    assert by_student["lee_7"] == "marked late by Canvas"
    assert by_student["bo"] == by_student["eve"] == ""
    made = write_report(book, tmp_path / "report", due=due)
    listed = rows_of(tmp_path / "report" / "late_and_missing.csv")
    assert {(r["student"], r["what"]) for r in listed} == {
        ("ann", "late"),
        ("lee_7", "late"),
        ("eve", "missing"),
        ("fay", "unreadable"),
    }
    assert made.notices[:2] == [
        "1 submission is missing.",
        "1 submission could not be read and has no points.",
    ]
    assert "2 submissions are late." in made.notices
    summary = (tmp_path / "report" / "summary.html").read_text("utf-8")
    assert "1 d 2 h after it was due." in summary


def test_what_was_not_confined_or_failed_is_told(book: Gradebook, tmp_path: Path) -> None:
    fill(book, {"ann": outcome(["q1"], sandboxed=False)})
    fill(book, {"bo": outcome([], status="failed", reason="The process ended.")})
    made = write_report(book, tmp_path / "report")
    assert any("1 submission was graded without confining student code" in n for n in made.notices)
    assert any("1 submission was not graded through the grader's fault" in n for n in made.notices)
    rows = {row["student"]: row for row in rows_of(tmp_path / "report" / "grades.csv")}
    assert rows["ann"]["foreign remarks"] == "1 to mark, not confined"
    assert (rows["bo"]["foreign"], rows["bo"]["foreign remarks"]) == ("", "not graded")


def test_names_are_no_formulas(book: Gradebook, tmp_path: Path) -> None:
    fill(book, {'=HYPERLINK("x")': outcome(["q1"])})
    write_report(book, tmp_path / "report")
    assert any(
        r["student"] == '\'=HYPERLINK("x")' for r in rows_of(tmp_path / "report" / "grades.csv")
    )


def test_a_report_written_twice_is_the_same(book: Gradebook, tmp_path: Path) -> None:
    write_report(book, tmp_path / "a")
    write_report(book, tmp_path / "b")
    first = {p.relative_to(tmp_path / "a"): p.read_bytes() for p in (tmp_path / "a").rglob("*.*")}
    again = {p.relative_to(tmp_path / "b"): p.read_bytes() for p in (tmp_path / "b").rglob("*.*")}
    assert first == again


def test_several_exercises_share_one_table(book: Gradebook, tmp_path: Path) -> None:
    from foreign import master_cells, notebook

    second = parse_master(notebook(master_cells(), title="Second"), "second")
    fill(book, {"ann": outcome(["q1"], master=second)}, master=second)
    write_report(book, tmp_path / "report")
    rows = {row["student"]: row for row in rows_of(tmp_path / "report" / "grades.csv")}
    assert (rows["ann"]["total"], rows["ann"]["total of"]) == ("8", "16")
    assert (rows["bo"]["second"], rows["bo"]["second remarks"]) == ("", "missing")
    write_report(book, tmp_path / "one", notebooks=["second"])
    assert [r["student"] for r in rows_of(tmp_path / "one" / "grades.csv")] == ["ann"]


def test_an_empty_gradebook_is_refused(tmp_path: Path) -> None:
    with (
        Gradebook(tmp_path / "empty.sqlite") as book,
        pytest.raises(BadInput, match="holds no submission to report on"),
    ):
        write_report(book, tmp_path / "report")


def test_a_folder_that_cannot_be_made(book: Gradebook, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoSpace, match="cannot be made"):
        write_report(book, tmp_path / "file" / "report")


class TestDue:
    def test_dates(self) -> None:
        found = parse_due(["2026-03-01T18:00+00:00", "b=2026-03-02T00:00Z"], ["a", "b"])
        assert found == {"a": 1_772_388_000.0, "b": 1_772_409_600.0}

    def test_a_day_ends_at_midnight(self) -> None:
        day, evening = parse_due(["2026-03-01"], ["a"]), parse_due(["2026-03-01T23:59"], ["a"])
        assert 59 < day["a"] - evening["a"] < 60

    @pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "a=", ""])
    def test_no_date(self, text: str) -> None:
        with pytest.raises(BadInput, match="is not a date; give one such as 2026-03-01"):
            parse_due([text], ["a"])

    def test_no_such_exercise(self) -> None:
        with pytest.raises(BadInput, match="There is no exercise 'c'; there are a, b"):
            parse_due(["c=2026-03-01"], ["a", "b"])


class TestCanvas:
    @pytest.fixture
    def canvas(self, tmp_path: Path) -> Iterator[Gradebook]:
        with Gradebook(tmp_path / "canvas.sqlite") as made:
            outcomes = {
                "leeann_101": outcome(["q1", "q2"], manual=UNTOUCHED),
                "wangbo_102": outcome(["q1"]),
                "chen_103": outcome([], status="missing", reason="Nothing was handed in."),
            }
            paths = {
                "leeann_101": "c/leeann_101_9001_foreign.ipynb",
                "wangbo_102": "c/wangbo_102_9002_foreign-1.ipynb",
            }
            fill(made, outcomes, paths=paths)
            yield made

    EXPORT = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Numbers (77),Essay (78)\n"
        "    Points Possible,,,,,8.00,10\n"
        '"Lee, Ann",101,S1,ann@x,One,,9\n"Wang, Bo",102,S2,bo@x,One,,8\n"Chen, Di",103,S3,di@x,One,,\n'
        '"Absent, Al",104,S4,al@x,One,,\n'
    )

    def test_without_an_export(self, canvas: Gradebook, tmp_path: Path) -> None:
        made = write_report(canvas, tmp_path / "r", columns={"foreign": "Numbers (77)"})
        rows = rows_of(tmp_path / "r" / "canvas.csv")
        assert list(rows[0]) == [
            "Student",
            "ID",
            "SIS User ID",
            "SIS Login ID",
            "Section",
            "Numbers (77)",
        ]
        assert rows[0]["Student"] == "    Points Possible"
        assert rows[0]["Numbers (77)"] == "8"
        assert [(r["Student"], r["ID"], r["Numbers (77)"]) for r in rows[1:]] == [
            ("leeann", "101", "4")
        ]
        assert any("left out of canvas.csv until marked by hand" in n for n in made.notices)
        write_report(canvas, tmp_path / "r", provisional=True)
        assert len(rows_of(tmp_path / "r" / "canvas.csv")) == 3
        assert not (tmp_path / "r" / "canvas.csv").read_bytes().startswith(b"\xef")

    def test_with_an_export(self, canvas: Gradebook, tmp_path: Path) -> None:
        export = tmp_path / "export.csv"
        export.write_text(self.EXPORT)
        roster = read_roster(export)
        assert roster.kind == "canvas"
        made = write_report(canvas, tmp_path / "r", roster=roster, provisional=True)
        rows = rows_of(tmp_path / "r" / "canvas.csv")[1:]
        assert [(r["Student"], r["SIS User ID"], r["Numbers (77)"]) for r in rows] == [
            ("Lee, Ann", "S1", "4"),
            ("Wang, Bo", "S2", "2"),
        ]
        grades = rows_of(tmp_path / "r" / "grades.csv")
        assert [(g["student"], g["name"], g["foreign remarks"]) for g in grades] == [
            ("Absent, Al", "Absent, Al", "missing"),
            ("chen_103", "Chen, Di", "missing"),
            ("leeann_101", "Lee, Ann", ""),
            ("wangbo_102", "Wang, Bo", "1 to mark"),
        ]
        assert sum(s.status == "missing" for s in made.standings) == 2

    def test_a_column_that_is_not_there(self, canvas: Gradebook, tmp_path: Path) -> None:
        export = tmp_path / "export.csv"
        export.write_text(self.EXPORT.replace("Numbers", "Week 7"))
        roster = read_roster(export)
        with pytest.raises(
            BadInput, match=r"no column 'foreign' or 'Numbers'; .*--column foreign="
        ):
            write_report(canvas, tmp_path / "r", roster=roster)
        write_report(canvas, tmp_path / "r", roster=roster, columns={"foreign": "Week 7"})
        assert "Week 7 (77)" in rows_of(tmp_path / "r" / "canvas.csv")[0]


class TestMoodle:
    @pytest.fixture
    def moodle(self, tmp_path: Path) -> Iterator[Gradebook]:
        with Gradebook(tmp_path / "moodle.sqlite") as made:
            outcomes = {
                "Ann Lee_55": outcome(["q1", "q2"], manual=UNTOUCHED),
                "Bo_56": outcome(["q1"], manual=UNTOUCHED),
            }
            folder = "c/{}_assignsubmission_file_/foreign.ipynb"
            fill(made, outcomes, paths={name: folder.format(name) for name in outcomes})
            yield made

    def test_without_a_worksheet(self, moodle: Gradebook, tmp_path: Path) -> None:
        write_report(moodle, tmp_path / "r")
        rows = rows_of(tmp_path / "r" / "moodle-foreign.csv")
        assert [
            (r["Identifier"], r["Full name"], r["Grade"], r["Maximum Grade"]) for r in rows
        ] == [
            ("Participant 55", "Ann Lee", "4", "8"),
            ("Participant 56", "Bo", "2", "8"),
        ]
        assert rows[0]["Last modified (grade)"] == "-"
        folder = tmp_path / "r" / "feedback" / "Ann Lee_55_assignsubmission_file_"
        assert (folder / "foreign.html").is_file()

    def test_the_worksheet_is_filled_in_on_its_own_scale(
        self, moodle: Gradebook, tmp_path: Path
    ) -> None:
        sheet = tmp_path / "Grades.csv"
        sheet.write_text(
            "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)\n"
            "Participant 55,Ann Lee,a@x,Submitted,,100.00,-\n"
            'Participant 57,Chen Di,c@x,No submission,,100.00,"Monday, 2 March"\n',
            "utf-8",
        )
        made = write_report(moodle, tmp_path / "r", roster=read_roster(sheet))
        rows = rows_of(tmp_path / "r" / "moodle-foreign.csv")
        assert [(r["Identifier"], r["Grade"], r["Email address"]) for r in rows] == [
            ("Participant 55", "50", "a@x"),
            ("Participant 57", "", "c@x"),
        ]
        assert {s.student for s in made.standings if s.status == "missing"} == {"Chen Di"}

    def test_a_worksheet_is_for_one_exercise(self, moodle: Gradebook, tmp_path: Path) -> None:
        from foreign import master_cells, notebook

        second = parse_master(notebook(master_cells()), "second")
        fill(moodle, {"Bo_56": outcome(["q1"], master=second)}, master=second)
        sheet = tmp_path / "Grades.csv"
        sheet.write_text("Identifier,Grade\nParticipant 55,\n")
        roster = read_roster(sheet)
        with pytest.raises(BadInput, match="for one exercise; choose it with --notebook"):
            write_report(moodle, tmp_path / "r", roster=roster)
        write_report(moodle, tmp_path / "r", roster=roster, notebooks=["foreign"])
        assert (tmp_path / "r" / "moodle-foreign.csv").is_file()


class TestRoster:
    def test_a_plain_one_names_who_never_came(self, book: Gradebook, tmp_path: Path) -> None:
        path = tmp_path / "class.csv"
        path.write_text("student,name\nann,Ann Lee\nzoe,Zoe Wu\n", "utf-8")
        write_report(book, tmp_path / "r", roster=read_roster(path))
        rows = {r["student"]: r for r in rows_of(tmp_path / "r" / "grades.csv")}
        assert rows["ann"]["name"] == "Ann Lee"
        assert rows["Zoe Wu"]["foreign remarks"] == "missing"
        assert rows["bo"]["name"] == ""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("who\nann\n", "is no roster: it needs a column 'student'"),
            ("student\n", "names no student"),
            ("student\nann\nann\n", "names 'ann' more than once"),
        ],
    )
    def test_what_is_no_roster(self, tmp_path: Path, text: str, said: str) -> None:
        path = tmp_path / "class.csv"
        path.write_text(text)
        with pytest.raises(BadInput, match=said):
            read_roster(path)


def test_a_path_that_is_no_text_is_kept_readable(book: Gradebook, tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9/foreign.ipynb")
    fill(book, {"x": outcome([], notices=["half a pair: \ud800"])}, paths={"x": odd})
    write_report(book, tmp_path / "report")
    assert "x" in {r["student"] for r in rows_of(tmp_path / "report" / "grades.csv")}
