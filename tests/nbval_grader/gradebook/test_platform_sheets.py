"""Files for Canvas and Moodle, with and without what the platform exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from classroom import UNTOUCHED, fill, outcome, read_rows
from foreign import master_cells, notebook

from nbval_grader.errors import BadInput
from nbval_grader.gradebook.report import write_report
from nbval_grader.gradebook.roster import read_roster
from nbval_grader.gradebook.store import Gradebook
from nbval_grader.notebooks.master import parse_master


class TestCanvas:
    @pytest.fixture
    def canvas(self, tmp_path: Path) -> Iterator[Gradebook]:
        with Gradebook(tmp_path / "canvas.sqlite") as gradebook:
            outcomes = {
                "leeann_101": outcome(["q1", "q2"], manual=UNTOUCHED),
                "wangbo_102": outcome(["q1"]),
                "chen_103": outcome([], status="missing", reason="Nothing was handed in."),
            }
            paths = {
                "leeann_101": "c/leeann_101_9001_foreign.ipynb",
                "wangbo_102": "c/wangbo_102_9002_foreign-1.ipynb",
            }
            fill(gradebook, outcomes, paths=paths)
            yield gradebook

    EXPORT = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Numbers (77),Essay (78)\n"
        "    Points Possible,,,,,8.00,10\n"
        '"Lee, Ann",101,S1,ann@x,One,,9\n"Wang, Bo",102,S2,bo@x,One,,8\n"Chen, Di",103,S3,di@x,One,,\n'
        '"Absent, Al",104,S4,al@x,One,,\n'
    )

    def test_without_an_export(self, canvas: Gradebook, tmp_path: Path) -> None:
        report = write_report(canvas, tmp_path / "r", columns={"foreign": "Numbers (77)"})
        rows = read_rows(tmp_path / "r" / "canvas.csv")
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
        assert any("left out of canvas.csv until marked by hand" in n for n in report.notices)
        write_report(canvas, tmp_path / "r", provisional=True)
        assert len(read_rows(tmp_path / "r" / "canvas.csv")) == 3
        assert not (tmp_path / "r" / "canvas.csv").read_bytes().startswith(b"\xef")

    def test_with_an_export(self, canvas: Gradebook, tmp_path: Path) -> None:
        export = tmp_path / "export.csv"
        export.write_text(self.EXPORT)
        roster = read_roster(export)
        assert roster.kind == "canvas"
        report = write_report(canvas, tmp_path / "r", roster=roster, provisional=True)
        rows = read_rows(tmp_path / "r" / "canvas.csv")[1:]
        assert [(r["Student"], r["SIS User ID"], r["Numbers (77)"]) for r in rows] == [
            ("Lee, Ann", "S1", "4"),
            ("Wang, Bo", "S2", "2"),
        ]
        grades = read_rows(tmp_path / "r" / "grades.csv")
        assert [(g["student"], g["name"], g["foreign remarks"]) for g in grades] == [
            ("Absent, Al", "Absent, Al", "missing"),
            ("chen_103", "Chen, Di", "missing"),
            ("leeann_101", "Lee, Ann", ""),
            ("wangbo_102", "Wang, Bo", "1 to mark"),
        ]
        assert sum(s.status == "missing" for s in report.standings) == 2

    def test_a_column_that_is_not_there(self, canvas: Gradebook, tmp_path: Path) -> None:
        export = tmp_path / "export.csv"
        export.write_text(self.EXPORT.replace("Numbers", "Week 7"))
        roster = read_roster(export)
        with pytest.raises(
            BadInput, match=r"no column 'foreign' or 'Numbers'; .*--column foreign="
        ):
            write_report(canvas, tmp_path / "r", roster=roster)
        write_report(canvas, tmp_path / "r", roster=roster, columns={"foreign": "Week 7"})
        assert "Week 7 (77)" in read_rows(tmp_path / "r" / "canvas.csv")[0]


class TestMoodle:
    @pytest.fixture
    def moodle(self, tmp_path: Path) -> Iterator[Gradebook]:
        with Gradebook(tmp_path / "moodle.sqlite") as gradebook:
            outcomes = {
                "Ann Lee_55": outcome(["q1", "q2"], manual=UNTOUCHED),
                "Bo_56": outcome(["q1"], manual=UNTOUCHED),
            }
            folder = "c/{}_assignsubmission_file_/foreign.ipynb"
            fill(gradebook, outcomes, paths={name: folder.format(name) for name in outcomes})
            yield gradebook

    def test_without_a_worksheet(self, moodle: Gradebook, tmp_path: Path) -> None:
        write_report(moodle, tmp_path / "r")
        rows = read_rows(tmp_path / "r" / "moodle-foreign.csv")
        assert [
            (r["Identifier"], r["Full name"], r["Grade"], r["Maximum Grade"]) for r in rows
        ] == [
            ("Participant 55", "Ann Lee", "4", "8"),
            ("Participant 56", "Bo", "2", "8"),
        ]
        assert rows[0]["Last modified (grade)"] == "-"
        folder = tmp_path / "r" / "feedback" / "Ann Lee_55_assignsubmission_file_"
        assert (folder / "foreign.html").is_file()
        assert not (tmp_path / "r" / "canvas.csv").exists()

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
        report = write_report(moodle, tmp_path / "r", roster=read_roster(sheet))
        rows = read_rows(tmp_path / "r" / "moodle-foreign.csv")
        assert [(r["Identifier"], r["Grade"], r["Email address"]) for r in rows] == [
            ("Participant 55", "50", "a@x"),
            ("Participant 57", "", "c@x"),
        ]
        assert {s.student for s in report.standings if s.status == "missing"} == {"Chen Di"}

    def test_a_worksheet_is_for_one_exercise(self, moodle: Gradebook, tmp_path: Path) -> None:
        second = parse_master(notebook(master_cells()), "second")
        fill(moodle, {"Bo_56": outcome(["q1"], master=second)}, master=second)
        sheet = tmp_path / "Grades.csv"
        sheet.write_text("Identifier,Grade\nParticipant 55,\n")
        roster = read_roster(sheet)
        with pytest.raises(BadInput, match="for one exercise; choose it with --notebook"):
            write_report(moodle, tmp_path / "r", roster=roster)
        write_report(moodle, tmp_path / "r", roster=roster, notebooks=["foreign"])
        assert (tmp_path / "r" / "moodle-foreign.csv").is_file()
