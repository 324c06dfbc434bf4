"""The gradebook returns what was saved, and explains in a sentence what it cannot do."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import sqlite3
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from classroom import fill, ordinary_class, outcome, read_tables, run_sql
from foreign import foreign_master, master_cells, notebook

import nbval_grader
from nbval_grader.errors import BadInput, Busy, NotWritable
from nbval_grader.gradebook.records import Mark
from nbval_grader.gradebook.store import SCHEMA_VERSION, Gradebook
from nbval_grader.gradebook.submissions import Submission
from nbval_grader.notebooks.master import parse_master

MASTER = foreign_master()
ANNA = Submission("anna", "foreign", Path("in/anna/foreign.ipynb"), 1.5)


def save(book: Gradebook, right: list[str], digest: str = "d", status: str = "graded") -> None:
    """Save Anna's points."""
    result = outcome(right, master=MASTER, status=status, manual="Because \ud800.")
    book.save_submission(ANNA, result, MASTER, digest=digest, versions="{}")


class TestRecords:
    def test_a_submission_comes_back(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            assert book.find_digest("anna", "foreign") is None
            assert book.find_submission("anna", "foreign") is None
            save(book, ["q1"])
            assert book.find_digest("anna", "foreign") == "d"
            record = book.find_submission("anna", "foreign")
            assert record is not None
            assert [record] == book.list_submissions() == book.list_submissions("foreign")
            assert book.list_submissions("other") == []
            assert (record.points, record.max_points, record.sandboxed) == (2, 6, True)
            assert (record.path, record.submitted_at) == ("in/anna/foreign.ipynb", 1.5)
            assert len(book.list_visible_checks("anna", "foreign")) == 9
            (answer,) = book.list_manual_answers()
            assert answer.text == "Because ?."

    def test_a_record_cannot_be_changed(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            save(book, ["q1"])
            record = book.list_submissions()[0]
            with pytest.raises(FrozenInstanceError):
                record.points = 100  # type: ignore[misc]

    def test_points_by_question_add_up(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            save(book, ["q1", "q3"])
            sums = [(q.question, q.points, q.earned) for q in book.list_question_points()]
            assert sums == [("q1", 2.0, 2.0), ("q2", 2.0, 0.0), ("q3", 2.0, 2.0)]
            assert book.list_question_points("other") == []

    def test_an_exercise_comes_back(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            assert book.find_exercise("foreign") is None
            book.save_exercise(MASTER)
            book.save_exercise(MASTER)
            (exercise,) = book.list_exercises()
            assert book.find_exercise("foreign") == exercise
            assert book.list_notebooks() == []
        assert (exercise.title, exercise.max_points) == ("Numbers", 6)
        assert [q.name for q in exercise.questions] == ["q1", "q2", "q3", "d1"]
        assert exercise.questions[-1].manual
        assert exercise.questions[-1].rubric == "claim 1, reason 1"

    def test_an_answer_counts_as_given_only_if_found_and_changed(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            fill(book, {"ann": outcome(["q1"], untouched=["q2"])})
            run_sql(book.path, "UPDATE answers SET found_by='missing' WHERE question='q3'")
            statuses = {s.question: s.is_answered for s in book.list_answer_statuses("foreign")}
        assert statuses == {"q1": True, "q2": False, "q3": False}


class TestGradingAgain:
    def test_replaces_points_and_keeps_marks_by_hand(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            save(book, ["q1"])
            book.save_marks([Mark("anna", "foreign", "d1", 1.5, "good", "x")], marker="T")
            save(book, ["q1", "q2"], digest="e")

            assert book.find_digest("anna", "foreign") == "e"
            assert len(book.list_visible_checks("anna", "foreign")) == 9
            (answer,) = book.list_manual_answers()
            assert (answer.earned, answer.comment, answer.marker) == (1.5, "good", "T")

    def test_takes_the_new_worth_of_a_question_marked_by_hand(self, tmp_path: Path) -> None:
        cells = master_cells()
        cells[-1]["metadata"]["nbval_grader"]["points"] = 5
        worth_more = parse_master(notebook(cells, title="Numbers", points=6), "foreign")
        with Gradebook(tmp_path / "g.sqlite") as book:
            save(book, ["q1"])
            assert [a.max_points for a in book.list_manual_answers()] == [2.0]
            result = outcome(["q1"], master=worth_more)
            book.save_submission(ANNA, result, worth_more, digest="e", versions="{}")
            assert [a.max_points for a in book.list_manual_answers()] == [5.0]

    def test_what_failed_is_not_known(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            save(book, [], status="failed")
            assert book.find_digest("anna", "foreign") is None


class TestMarks:
    def test_the_digest_goes_with_the_mark(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            save(book, [])
            book.save_marks([Mark("anna", "foreign", "d1", 2.0, None, "abc")])
            assert [a.marked_digest for a in book.list_manual_answers()] == ["abc"]
            assert [a.is_changed_since_marked for a in book.list_manual_answers()] == [True]
            book.save_marks([Mark("anna", "foreign", "d1", None, None, "abc")])
            assert [a.marked_digest for a in book.list_manual_answers()] == [None]
            assert [a.is_changed_since_marked for a in book.list_manual_answers()] == [False]

    def test_a_mark_of_unknown_version_is_not_said_to_have_changed(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            save(book, [])
            book.save_marks([Mark("anna", "foreign", "d1", 2.0, None, None)])
            assert [a.is_changed_since_marked for a in book.list_manual_answers()] == [False]


def test_one_reads_while_another_writes(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        save(book, ["q1"])
        with Gradebook(tmp_path / "g.sqlite", readonly=True) as reader:
            assert reader.find_digest("anna", "foreign") == "d"


class TestWhatIsNoGradebook:
    def test_nothing_to_read(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="There is no gradebook"):
            Gradebook(tmp_path / "none.sqlite", readonly=True)
        (tmp_path / "empty.sqlite").touch()
        with pytest.raises(BadInput, match="is not a gradebook"):
            Gradebook(tmp_path / "empty.sqlite", readonly=True)

    def test_an_empty_file_becomes_one(self, tmp_path: Path) -> None:
        (tmp_path / "empty.sqlite").touch()
        Gradebook(tmp_path / "empty.sqlite").close()
        Gradebook(tmp_path / "empty.sqlite", readonly=True).close()

    @pytest.mark.parametrize("readonly", [True, False])
    def test_a_text_is_refused_and_left_as_it_is(self, tmp_path: Path, readonly: bool) -> None:
        path = tmp_path / "text.sqlite"
        path.write_text("no database at all, but a text that is long enough to be read" * 10)
        before = path.read_bytes()
        with pytest.raises(BadInput, match="is not a gradebook"):
            Gradebook(path, readonly=readonly)
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    @pytest.mark.parametrize("readonly", [True, False])
    @pytest.mark.parametrize(
        "statements",
        [
            ["CREATE TABLE t (x)"],
            ["PRAGMA journal_mode=WAL", "CREATE TABLE t (x)"],
            ["CREATE TABLE meta (key, value)", "INSERT INTO meta VALUES ('schema', '1')"],
            ["PRAGMA user_version=2"],
            ["PRAGMA application_id=7", "CREATE TABLE meta (key, value)"],
        ],
        ids=["delete", "wal", "meta", "version", "application"],
    )
    def test_another_programs_database_is_refused_and_left_as_it_is(
        self, tmp_path: Path, statements: list[str], readonly: bool
    ) -> None:
        path = tmp_path / "other.sqlite"
        run_sql(path, *statements)
        before = path.read_bytes()
        with pytest.raises(BadInput) as caught:
            Gradebook(path, readonly=readonly)
        assert str(caught.value) == f"{path} is not a gradebook but another program's database."
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    @pytest.mark.parametrize("readonly", [True, False])
    def test_a_newer_gradebook_is_refused_and_left_as_it_is(
        self, tmp_path: Path, readonly: bool
    ) -> None:
        path = tmp_path / "g.sqlite"
        Gradebook(path).close()
        (tmp_path / "g.sqlite.lock").unlink()
        run_sql(path, "PRAGMA user_version=99")
        before = path.read_bytes()
        with pytest.raises(BadInput) as caught:
            Gradebook(path, readonly=readonly)
        assert str(caught.value) == (
            f"{path} was written by a newer grader (gradebook version 99; this grader reads up to "
            f"{SCHEMA_VERSION}); update nbval-grader."
        )
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        with pytest.raises(BadInput, match="is a folder; name a file"):
            Gradebook(tmp_path / "folder")
        assert [path.name for path in tmp_path.iterdir()] == ["folder"]

    def test_damage_within_the_file_is_one_sentence(self, tmp_path: Path) -> None:
        path = tmp_path / "g.sqlite"
        with Gradebook(path) as book:
            fill(book, {f"s{n}": outcome(["q1"], shown="x" * 3000) for n in range(20)})
        data = bytearray(path.read_bytes())
        data[4096 * 8 :] = b"\xff" * (len(data) - 4096 * 8)
        path.write_bytes(data)
        with (
            Gradebook(path, readonly=True) as book,
            pytest.raises(BadInput, match="is not a gradebook"),
        ):
            book.list_question_points()


class TestVersion:
    def test_stands_in_the_header(self, tmp_path: Path) -> None:
        Gradebook(tmp_path / "g.sqlite").close()
        header = (tmp_path / "g.sqlite").read_bytes()[:100]
        assert int.from_bytes(header[60:64], "big") == SCHEMA_VERSION
        assert header[68:72] == b"nbGR"

    def test_an_older_grader_finds_it_where_it_looks(self, tmp_path: Path) -> None:
        Gradebook(tmp_path / "g.sqlite").close()
        with contextlib.closing(sqlite3.connect(tmp_path / "g.sqlite")) as connection:
            rows = connection.execute("SELECT * FROM meta").fetchall()
        assert rows == [("schema", str(SCHEMA_VERSION))]


class TestLock:
    def test_another_programs_lock_is_waited_for_and_then_reported(self, tmp_path: Path) -> None:
        with Gradebook(tmp_path / "g.sqlite") as book:
            other = sqlite3.connect(tmp_path / "g.sqlite", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            book._connection.execute("PRAGMA busy_timeout=10")
            with pytest.raises(Busy, match="is in use by another program"):
                save(book, ["q1"])
            other.execute("ROLLBACK")
            save(book, ["q1"])
            other.close()

    @pytest.mark.parametrize("text", ["", "nonsense"])
    def test_a_lock_without_a_number_is_a_lock(self, tmp_path: Path, text: str) -> None:
        with Gradebook(tmp_path / "g.sqlite"):
            (tmp_path / "g.sqlite.lock").write_text(text)
            with pytest.raises(Busy, match="Another grader is writing"):
                Gradebook(tmp_path / "g.sqlite")

    def test_no_digit_of_an_earlier_process_stays_in_it(self, tmp_path: Path) -> None:
        (tmp_path / "g.sqlite.lock").write_text("9" * 19)
        with (
            Gradebook(tmp_path / "g.sqlite"),
            pytest.raises(Busy, match=rf"\(process {os.getpid()}\)"),
        ):
            Gradebook(tmp_path / "g.sqlite")

    def test_it_goes_with_the_process(self, tmp_path: Path) -> None:
        child = os.fork()
        if child == 0:
            Gradebook(tmp_path / "g.sqlite")
            os._exit(0)
        os.waitpid(child, 0)
        Gradebook(tmp_path / "g.sqlite").close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="cannot be written: No such file or directory"):
        Gradebook(tmp_path / "none" / "g.sqlite")


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    Gradebook(tmp_path / "g.sqlite").close()
    (tmp_path / "g.sqlite-wal").mkdir()
    with pytest.raises(BadInput, match=r"g\.sqlite cannot be read \("):
        Gradebook(tmp_path / "g.sqlite", readonly=True)
    with pytest.raises(NotWritable, match=r"what was graded before is kept\. Make it writable and"):
        Gradebook(tmp_path / "g.sqlite")


def test_an_interrupted_submission_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        save(book, ["q1"])
        before = read_tables(book.path)
        result = outcome(["q1", "q2"], master=MASTER)
        result.manual = None  # type: ignore[assignment]
        with pytest.raises(AttributeError):
            book.save_submission(ANNA, result, MASTER, digest="e", versions="{}")
        assert read_tables(book.path) == before


# Words by which a statement of SQL is known, and ways to reach a connection.
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|"
    r"(CREATE|ALTER|DROP)\s+TABLE|PRAGMA\s+\w+|BEGIN\s+IMMEDIATE)\b",
    re.DOTALL,
)
SQLITE_NAMES = {"_connection", "cursor", "execute", "executemany", "executescript"}


def find_sql(source: str) -> list[str]:
    """Return what a module's source has to do with SQL."""
    hits = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            hits += [match[0] for match in SQL.finditer(node.value)]
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            hits += [match[0] for match in SQL.finditer("".join(parts))]
        elif isinstance(node, ast.Attribute) and node.attr in SQLITE_NAMES:
            hits.append(f".{node.attr}")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None)]
            hits += [f"import {name}" for name in names if name == "sqlite3"]
    return hits


class TestSqlStandsHereAlone:
    PACKAGE = Path(nbval_grader.__file__).parent
    COURSE = Path(__file__).parents[3] / "src" / "asian_security"

    def test_no_other_module_has_any(self) -> None:
        modules = [*self.PACKAGE.rglob("*.py"), *self.COURSE.rglob("*.py")]
        assert len(modules) > 100
        hits = {
            module.name: statements
            for module in modules
            if module != self.PACKAGE / "gradebook" / "store.py"
            and (statements := find_sql(module.read_text("utf-8")))
        }
        assert hits == {}

    def test_the_probe_finds_it(self) -> None:
        assert len(find_sql((self.PACKAGE / "gradebook" / "store.py").read_text("utf-8"))) > 30

    @pytest.mark.parametrize(
        "source",
        [
            "import sqlite3",
            "from sqlite3 import connect",
            "book._connection",
            "anything.cursor()",
            "ask = anything.execute",
            "QUERY = 'SELECT a, b FROM t'",
            "QUERY = f'SELECT {a}\\n FROM t'",
            "'UPDATE t SET a=1'",
            "'INSERT OR REPLACE INTO t VALUES (1)'",
            "'PRAGMA user_version'",
        ],
    )
    def test_the_probe_finds_each_way(self, source: str) -> None:
        assert find_sql(source)

    def test_the_probe_lets_prose_pass(self) -> None:
        assert find_sql("'select the answers from the list, then update it'") == []


def test_the_visible_records_hold_nothing_hidden(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        fill(book, ordinary_class())
        run_sql(book.path, "UPDATE checks SET shown='LEAK', output='LEAK' WHERE hidden")
        records = [
            *book.list_visible_checks("ann", "foreign"),
            *book.list_visible_answers("ann", "foreign"),
        ]
    assert len(records) == 12
    assert "LEAK" not in repr(records)
