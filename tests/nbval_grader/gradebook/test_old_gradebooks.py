"""A gradebook written by version 1 of the grader gives what it gave then, and grading goes on.

``version_1/`` was made by that version: its gradebook as SQL, the files of its class (of some of
the students), the tables that it reported, the texts of its pages, and the sheet of its marks.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from classroom import ImmediateExecutor, outcome, read_tables

from nbval_grader import grading
from nbval_grader.errors import BadInput
from nbval_grader.gradebook import store
from nbval_grader.gradebook.manual_marks import export_marks, import_marks
from nbval_grader.gradebook.report import write_report
from nbval_grader.gradebook.standings import parse_due
from nbval_grader.gradebook.store import SCHEMA_VERSION, Gradebook
from nbval_grader.gradebook.submissions import discover
from nbval_grader.grading import grade_class
from nbval_grader.notebooks.master import read_masters

VERSION_1 = Path(__file__).parent / "version_1"
TABLES = ("canvas.csv", "grades.csv", "late_and_missing.csv", "questions.csv")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a gradebook as version 1 left it on the disk."""
    path = tmp_path / "old.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript((VERSION_1 / "gradebook.sql").read_text("utf-8"))
    return path


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Spell times in UTC, as they were then."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Words(HTMLParser):
    """Collects the texts of a page as a reader sees them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.is_style = False
        self.words: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.is_style = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.is_style:
            self.words.append(" ".join(data.split()))


def version_of(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def columns_of(path: Path, table: str) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


@pytest.mark.usefixtures("utc")
@pytest.mark.parametrize("migrated", [True, False], ids=["migrated", "only read"])
class TestOldResultsStayTheSame:
    @pytest.fixture
    def book(self, old: Path, migrated: bool) -> Iterator[Gradebook]:
        before = old.read_bytes()
        with Gradebook(old, readonly=not migrated) as gradebook:
            yield gradebook
        assert (old.read_bytes() == before) is not migrated
        assert version_of(old) == (SCHEMA_VERSION if migrated else 0)

    def test_report_and_feedback(self, book: Gradebook, tmp_path: Path) -> None:
        due = parse_due(["foreign=2026-03-02T00:00+00:00"], ["foreign"])
        write_report(book, tmp_path / "report", due=due)
        for name in TABLES:
            assert (tmp_path / "report" / name).read_bytes() == (VERSION_1 / name).read_bytes()
        pages = {
            path.relative_to(tmp_path / "report").as_posix(): Words(path.read_text("utf-8")).words
            for path in (tmp_path / "report").rglob("*.html")
            if path.name != "items.html"
        }
        assert pages == json.loads((VERSION_1 / "pages.json").read_text("utf-8"))

    def test_item_analysis(self, book: Gradebook, tmp_path: Path) -> None:
        write_report(book, tmp_path / "report", feedback=False)
        assert (tmp_path / "report" / "items.csv").read_bytes() == (
            VERSION_1 / "items.csv"
        ).read_bytes()

    def test_marks(self, book: Gradebook) -> None:
        sheet, _ = export_marks(book, everything=True)
        assert sheet.encode() == (VERSION_1 / "marks.csv").read_bytes()
        marks = {
            a.student: (a.earned, a.marker, a.is_changed_since_marked)
            for a in book.list_manual_answers()
        }
        assert marks["leeann_101"] == (1.5, "Wei", False)
        assert marks["hao_107"] == (1.0, "Wei", True)
        assert marks["jin_109"] == (0.0, "Wei", False)
        assert marks["ivy_108"] == (None, "Wei", False)


class TestGradingContinues:
    @pytest.fixture
    def school(self, tmp_path: Path) -> Path:
        """Return the class's folder as it was."""
        description = json.loads((VERSION_1 / "class.json").read_text("utf-8"))
        for name, text in description["files"].items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            if name in description["changed"]:
                os.utime(path, (description["changed"][name],) * 2)
        return tmp_path

    def grade(
        self, school: Path, book: Gradebook, monkeypatch: pytest.MonkeyPatch
    ) -> tuple[int, int]:
        """Grade by a rule, as if on the machine of then; return how many were and were not."""
        versions = book.list_submissions()[0].versions
        monkeypatch.setattr(grading, "versions", lambda: versions)
        masters = read_masters(school / "solutions")
        executor = ImmediateExecutor(lambda job: outcome(["q1", "q2", "q3"]))
        submissions = discover(school / "in", masters).submissions
        summary = grade_class(submissions, masters, book, executor=executor)
        return summary.graded, summary.unchanged

    def test_no_submission_is_graded_twice(
        self, old: Path, school: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Gradebook(old) as book:
            before = read_tables(book.path)
            assert len(before["submissions"]) == 9
            assert self.grade(school, book, monkeypatch) == (0, 4)
            assert read_tables(book.path) == before

    def test_a_changed_file_keeps_its_mark(
        self, old: Path, school: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = school / "in" / "leeann_101_9001_foreign.ipynb"
        path.write_text(path.read_text("utf-8") + " ", encoding="utf-8")
        with Gradebook(old) as book:
            assert self.grade(school, book, monkeypatch) == (1, 3)
            marks = {a.student: a for a in book.list_manual_answers()}
            assert (marks["leeann_101"].earned, marks["leeann_101"].comment) == (1.5, "Clear.")
            assert marks["leeann_101"].is_changed_since_marked


class TestMigration:
    def test_gives_the_tables_of_a_new_gradebook(self, old: Path, tmp_path: Path) -> None:
        Gradebook(old).close()
        Gradebook(tmp_path / "new.sqlite").close()
        for table in store.TABLES:
            assert columns_of(old, table) == columns_of(tmp_path / "new.sqlite", table)
        with contextlib.closing(sqlite3.connect(old)) as connection:
            rows = connection.execute("SELECT * FROM meta").fetchall()
        assert rows == [("schema", str(SCHEMA_VERSION))]

    def test_is_done_once(self, old: Path) -> None:
        Gradebook(old).close()
        with Gradebook(old) as book:
            before = read_tables(book.path)
        Gradebook(old).close()
        with Gradebook(old, readonly=True) as book:
            assert read_tables(book.path) == before

    def test_is_done_whole_or_not_at_all(self, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop_midway(connection: Any) -> None:
            step(connection)
            raise KeyboardInterrupt

        step = store.MIGRATIONS[1]
        with monkeypatch.context() as patch:
            patch.setitem(store.MIGRATIONS, 1, stop_midway)
            with pytest.raises(KeyboardInterrupt):
                Gradebook(old)
        assert version_of(old) == 0
        assert "marked_digest" not in columns_of(old, "manual")
        with Gradebook(old) as book:
            assert sum(a.is_changed_since_marked for a in book.list_manual_answers()) == 1

    def test_marks_can_be_given_after_it(self, old: Path, tmp_path: Path) -> None:
        rows = list(csv.reader(io.StringIO((VERSION_1 / "marks.csv").read_text("utf-8-sig"))))
        points, student = rows[0].index("points"), rows[0].index("student")
        for row in rows[1:]:
            if row[student] == "hao_107":
                row[points] = "2"
        with (tmp_path / "m.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        with Gradebook(old) as book:
            imported = import_marks(book, tmp_path / "m.csv")
            assert (imported.marked, imported.unchanged) == (1, 3)
            assert not any(a.is_changed_since_marked for a in book.list_manual_answers())

    def test_another_version_in_the_old_place_is_refused(self, old: Path) -> None:
        with contextlib.closing(sqlite3.connect(old)) as connection, connection:
            connection.execute("UPDATE meta SET value='7' WHERE key='schema'")
        with pytest.raises(BadInput, match="is not a gradebook"):
            Gradebook(old)
