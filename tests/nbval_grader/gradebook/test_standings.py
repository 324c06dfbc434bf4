"""How everyone stands: late, missing, to mark, and until when an exercise was due."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from classroom import MONDAY, fill, outcome, read_rows

from nbval_grader.errors import BadInput
from nbval_grader.gradebook.report import write_report
from nbval_grader.gradebook.roster import read_roster
from nbval_grader.gradebook.standings import list_standings, parse_due
from nbval_grader.gradebook.store import Gradebook


def test_late_and_missing_are_listed(book: Gradebook, tmp_path: Path) -> None:
    fill(book, {"ann": outcome(["q1"])}, submitted_at=MONDAY + 93_784)
    fill(
        book,
        {"lee_7": outcome(["q1"])},
        paths={"lee_7": "class/lee_LATE_7_8_foreign.ipynb"},
    )
    due = {"foreign": MONDAY}
    by_student = {s.student: s.late for s in list_standings(book, due=due)}
    assert by_student["ann"] == "1 d 2 h after it was due"
    assert by_student["lee_7"] == "marked late by Canvas"
    assert by_student["bo"] == by_student["eve"] == ""
    report = write_report(book, tmp_path / "report", due=due)
    listed = read_rows(tmp_path / "report" / "late_and_missing.csv")
    assert {(r["student"], r["what"]) for r in listed} == {
        ("ann", "late"),
        ("lee_7", "late"),
        ("eve", "missing"),
        ("fay", "unreadable"),
    }
    assert report.notices[:2] == [
        "1 submission is missing.",
        "1 submission could not be read and has no points.",
    ]
    assert "2 submissions are late." in report.notices
    summary = (tmp_path / "report" / "summary.html").read_text("utf-8")
    assert "1 d 2 h after it was due." in summary


def test_those_who_never_came_are_named(book: Gradebook, tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text("student,name\nann,Ann Lee\nzoe,Zoe Wu\n", "utf-8")
    write_report(book, tmp_path / "r", roster=read_roster(path))
    rows = {r["student"]: r for r in read_rows(tmp_path / "r" / "grades.csv")}
    assert rows["ann"]["name"] == "Ann Lee"
    assert rows["Zoe Wu"]["foreign remarks"] == "missing"
    assert rows["bo"]["name"] == ""


class TestDue:
    def test_dates(self) -> None:
        deadlines = parse_due(["2026-03-01T18:00+00:00", "b=2026-03-02T00:00Z"], ["a", "b"])
        assert deadlines == {"a": 1_772_388_000.0, "b": 1_772_409_600.0}

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


# Prints who is late, for a deadline that names its zone and for one that does not.
WHO_IS_LATE = """
import sys
from nbval_grader.gradebook.standings import list_standings, parse_due
from nbval_grader.gradebook.store import Gradebook
with Gradebook(sys.argv[1], readonly=True) as book:
    for date in sys.argv[2:]:
        due = parse_due([date], ["foreign"])
        print(*(s.late or "in time" for s in list_standings(book, due=due)), sep=", ")
"""


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_late_or_not_is_the_same_wherever_the_teacher_is(tmp_path: Path, zone: str) -> None:
    """Monday 00:00 UTC was the deadline: 08:00 in Shanghai, 19:00 of the day before in New York."""
    with Gradebook(tmp_path / "g.sqlite") as book:
        fill(book, {"early": outcome([])}, submitted_at=MONDAY - 1)
        fill(book, {"late": outcome([])}, submitted_at=MONDAY + 3600)
        fill(book, {"on the dot": outcome([])}, submitted_at=MONDAY)
    dates = ["2026-03-02T00:00+00:00", "2026-03-02T08:00+08:00", "2026-03-01T19:00-05:00"]
    local = {"UTC": "2026-03-02T00:00", "Asia/Shanghai": "2026-03-02T08:00"}
    dates.append(local.get(zone, "2026-03-01T19:00"))
    done = subprocess.run(
        [sys.executable, "-c", WHO_IS_LATE, str(tmp_path / "g.sqlite"), *dates],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["in time, 1 h after it was due, in time"] * 4
