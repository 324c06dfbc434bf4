"""The gradebook keeps what it was given, and says in a sentence what it cannot do."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from classroom import outcome
from foreign import foreign_master

from nbval_grader.errors import BadInput, Busy, NoSpace
from nbval_grader.gradebook.store import Gradebook
from nbval_grader.gradebook.submissions import Submission

MASTER = foreign_master()
ANNA = Submission("anna", "foreign", Path("in/anna/foreign.ipynb"), 1.5)


def save(book: Gradebook, right: list[str], digest: str = "d", status: str = "graded") -> None:
    """Save Anna's marks."""
    made = outcome(right, master=MASTER, status=status, manual="Because \ud800.")
    book.save(ANNA, made, MASTER, digest=digest, versions="{}")


def test_saves_and_knows(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        assert book.known("anna", "foreign") is None
        save(book, ["q1"])
        assert book.known("anna", "foreign") == "d"
        row = book.connection.execute("SELECT * FROM submissions").fetchone()
        assert (row["points"], row["max_points"], row["sandboxed"]) == (2, 6, 1)
        assert (row["path"], row["submitted_at"]) == ("in/anna/foreign.ipynb", 1.5)
        assert book.connection.execute("SELECT count(*) FROM checks").fetchone()[0] == 9
        text = book.connection.execute("SELECT text FROM manual").fetchone()[0]
        assert text == "Because ?."


def test_a_new_grade_replaces_the_old_and_keeps_marks_by_hand(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        save(book, ["q1"])
        book.connection.execute("UPDATE manual SET earned=1.5, comment='good', marker='T'")
        save(book, ["q1", "q2"], digest="e")

        assert book.known("anna", "foreign") == "e"
        assert len(book.snapshot()["checks"]) == 9
        manual = book.connection.execute("SELECT earned, comment, marker FROM manual").fetchone()
        assert tuple(manual) == (1.5, "good", "T")


def test_a_failed_one_is_not_known(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        save(book, [], status="failed")
        assert book.known("anna", "foreign") is None


def test_notes_masters(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        book.note_master(MASTER)
        book.note_master(MASTER)
        ((name, title, points, _, questions),) = book.snapshot()["notebooks"]
    assert (name, title, points) == ("foreign", "Numbers", 6)
    assert '"rubric": "claim 1, reason 1"' in questions


def test_snapshots_hold_no_times(tmp_path: Path) -> None:
    snapshots = []
    for name in ("a", "b"):
        with Gradebook(tmp_path / name) as book:
            save(book, ["q1"])
            snapshots.append(book.snapshot())
    assert snapshots[0] == snapshots[1]


def test_reads_while_another_writes(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        save(book, ["q1"])
        with Gradebook(tmp_path / "g.sqlite", readonly=True) as reader:
            assert reader.known("anna", "foreign") == "d"


def test_refuses_what_is_no_gradebook(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no gradebook"):
        Gradebook(tmp_path / "none.sqlite", readonly=True)
    path = tmp_path / "text.sqlite"
    path.write_text("no database at all, but a text that is long enough to be looked at" * 10)
    with pytest.raises(BadInput, match="is not a gradebook"):
        Gradebook(path)
    with sqlite3.connect(tmp_path / "other.sqlite") as other:
        other.execute("CREATE TABLE t (x)")
    with pytest.raises(BadInput, match="is not a gradebook"):
        Gradebook(tmp_path / "other.sqlite", readonly=True)
    Gradebook(path.with_name("fresh.sqlite")).close()


def test_refuses_another_version(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        book.connection.execute("UPDATE meta SET value='99'")
    with pytest.raises(BadInput, match="has gradebook version 99; this grader reads 1"):
        Gradebook(tmp_path / "g.sqlite")
    with sqlite3.connect(tmp_path / "g.sqlite") as raw:
        raw.execute("DELETE FROM meta")
    with pytest.raises(BadInput, match="has gradebook version none"):
        Gradebook(tmp_path / "g.sqlite", readonly=True)


def test_says_where_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(NoSpace, match="cannot be written: No such file or directory"):
        Gradebook(tmp_path / "none" / "g.sqlite")
    (tmp_path / "folder").mkdir()
    with pytest.raises(NoSpace, match="cannot be written"):
        Gradebook(tmp_path / "folder")


def test_a_lock_of_another_program_is_waited_for_and_then_told(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        other = sqlite3.connect(tmp_path / "g.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        book.connection.execute("PRAGMA busy_timeout=10")
        with pytest.raises(Busy, match="is in use by another program"):
            save(book, ["q1"])
        other.execute("ROLLBACK")
        save(book, ["q1"])
        other.close()


def delete_and_fail(book: Gradebook) -> None:
    """Fail in the middle of a transaction."""
    with book.transaction() as connection:
        connection.execute("DELETE FROM checks")
        raise ZeroDivisionError


def test_half_a_transaction_is_none(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        save(book, ["q1"])
        before = book.snapshot()
        with pytest.raises(ZeroDivisionError):
            delete_and_fail(book)
        assert book.snapshot() == before


@pytest.mark.parametrize("text", ["", "nonsense"])
def test_a_lock_without_a_name_is_a_lock(tmp_path: Path, text: str) -> None:
    with Gradebook(tmp_path / "g.sqlite"):
        (tmp_path / "g.sqlite.lock").write_text(text)
        with pytest.raises(Busy, match="Another grader is writing"):
            Gradebook(tmp_path / "g.sqlite")


def test_the_lock_goes_with_the_process(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        Gradebook(tmp_path / "g.sqlite")
        os._exit(0)
    os.waitpid(child, 0)
    Gradebook(tmp_path / "g.sqlite").close()
