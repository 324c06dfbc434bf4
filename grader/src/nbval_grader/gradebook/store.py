"""The gradebook: one SQLite file, written submission by submission, by one grader at a time.

This module alone knows SQL. Others ask it questions and get frozen records.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import BadInput, Busy, NotWritable
from ..notebooks.master import Master
from ..running.protocol import Outcome
from .records import (
    AnswerStatus,
    CheckRecord,
    ExerciseRecord,
    ManualRecord,
    Mark,
    QuestionPoints,
    QuestionRecord,
    SubmissionRecord,
    VisibleAnswer,
    VisibleCheck,
)
from .submissions import Submission

__all__ = ["SCHEMA_VERSION", "Gradebook"]

SCHEMA_VERSION = 2
# In the header of every gradebook from version 2 on: "nbGR".
APPLICATION_ID = 0x6E624752
# The table meta holds the version once more: a grader of version 1 looks for it there, and refuses.
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE notebooks (
    notebook TEXT PRIMARY KEY, title TEXT NOT NULL, max_points REAL NOT NULL, digest TEXT NOT NULL,
    questions TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE submissions (
    student TEXT NOT NULL, notebook TEXT NOT NULL, path TEXT, digest TEXT NOT NULL,
    status TEXT NOT NULL, reason TEXT NOT NULL, points REAL NOT NULL, max_points REAL NOT NULL,
    notices TEXT NOT NULL, seconds REAL NOT NULL, sandboxed INTEGER NOT NULL, submitted_at REAL,
    graded_at REAL NOT NULL, versions TEXT NOT NULL,
    PRIMARY KEY (student, notebook)) WITHOUT ROWID;
CREATE TABLE checks (
    student TEXT NOT NULL, notebook TEXT NOT NULL, cell TEXT NOT NULL, position INTEGER NOT NULL,
    question TEXT NOT NULL, hidden INTEGER NOT NULL, points REAL NOT NULL, earned REAL NOT NULL,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, hint TEXT NOT NULL, shown TEXT NOT NULL,
    output TEXT NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (student, notebook, cell)) WITHOUT ROWID;
CREATE TABLE answers (
    student TEXT NOT NULL, notebook TEXT NOT NULL, question TEXT NOT NULL, cell TEXT NOT NULL,
    found_by TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, shown TEXT NOT NULL,
    source TEXT NOT NULL, PRIMARY KEY (student, notebook, question)) WITHOUT ROWID;
CREATE TABLE manual (
    student TEXT NOT NULL, notebook TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
    max_points REAL NOT NULL, earned REAL, comment TEXT NOT NULL DEFAULT '',
    marker TEXT NOT NULL DEFAULT '', marked_at REAL, marked_digest TEXT,
    PRIMARY KEY (student, notebook, question)) WITHOUT ROWID;
INSERT INTO meta VALUES ('schema', '{SCHEMA_VERSION}');
"""
TABLES = frozenset(("meta", "notebooks", "submissions", "checks", "answers", "manual"))
OF_NOTEBOOK = "(?1 IS NULL OR notebook=?1)"
# What SQLite reports when it cannot write. A full disk gives either of the first two.
NO_ROOM = frozenset((sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR))
NOT_WRITABLE = NO_ROOM | {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
IN_USE = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))


class Gradebook:
    """A class's marks in one file.

    A gradebook of an earlier version is brought up to date when it is opened for writing. Opened
    for reading, the file stays as it is and a copy in memory is brought up to date.

    Parameters
    ----------
    path : Path or str
        The SQLite file; made if it is not there.
    readonly : bool, default False
        Open for reading alone; many may read while one grader writes.

    Raises
    ------
    BadInput
        If the file is no gradebook, one of a newer version, or there is none to read.
    Busy
        If another grader is writing it.
    NotWritable
        If it cannot be written.
    """

    def __init__(self, path: Path | str, *, readonly: bool = False) -> None:
        self.path = Path(path)
        self.readonly = readonly
        self._lock: int | None = None
        if readonly and not self.path.is_file():
            raise BadInput(f"There is no gradebook {self.path}; grade a folder first.")
        if self.path.is_dir():
            raise BadInput(f"{self.path} is a folder; name a file for the gradebook.")
        version = self._look_up_version()
        if readonly and version == 0:
            raise BadInput(f"{self.path} is not a gradebook (it is empty); grade a folder first.")
        if not readonly:
            self._take_lock()
        try:
            self._open(version)
        except BaseException:
            self._release_lock()
            raise

    def _take_lock(self) -> None:
        """Take a file lock that is released when this process ends, however it ends."""
        name = self.path.with_name(self.path.name + ".lock")
        try:
            self._lock = os.open(name, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise NotWritable(f"{self.path} cannot be written: {error.strerror}.") from None
        try:
            _lock_file(self._lock)
        except OSError:
            holder = os.pread(self._lock, 20, 0).decode(errors="replace").strip()
            self._release_lock()
            who = f" (process {holder})" if holder.isdigit() else ""
            raise Busy(
                f"Another grader{who} is writing {self.path}; wait until it ends, or give "
                "--gradebook another file."
            ) from None
        with contextlib.suppress(OSError):
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, str(os.getpid()).encode(), 0)

    def _release_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _look_up_version(self) -> int:
        """Return the schema version of the file without touching it; 0 where nothing is in it."""
        if not self.path.exists():
            return 0
        # Without a log of writes beside it the file does not change, and SQLite needs no lock on it.
        unchanging = not self.path.with_name(self.path.name + "-wal").exists()
        with (
            self._translate_sqlite_errors(),
            contextlib.closing(self._connect("ro" + "&immutable=1" * unchanging)) as connection,
        ):
            return self._check_version(connection)

    def _check_version(self, connection: sqlite3.Connection) -> int:
        """Return the schema version of a database, or refuse what this grader does not know."""

        def pragma(name: str) -> int:
            return int(connection.execute(f"PRAGMA {name}").fetchone()[0])

        application, version = pragma("application_id"), pragma("user_version")
        if application == APPLICATION_ID:
            if version > SCHEMA_VERSION:
                raise BadInput(
                    f"{self.path} was written by a newer grader (gradebook version {version}; this "
                    f"grader reads up to {SCHEMA_VERSION}); update nbval-grader."
                )
            return version
        tables = {
            row["name"]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        }
        if application == version == 0:
            if not tables:
                return 0
            if tables >= TABLES:
                row = connection.execute("SELECT value FROM meta WHERE key='schema'").fetchone()
                if row is not None and row["value"] == "1":
                    return 1
        raise BadInput(f"{self.path} is not a gradebook but another program's database.")

    def _connect(self, mode: str) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    def _open(self, version: int) -> None:
        """Open the database, and make or migrate its tables where that is needed."""
        with self._translate_sqlite_errors():
            self._connection = self._connect("ro" if self.readonly else "rwc")
            if self.readonly and version < SCHEMA_VERSION:
                self._copy_to_memory()
            if not self.readonly:
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=NORMAL")
            if version < SCHEMA_VERSION:
                with self._transaction():
                    self._migrate()

    def _copy_to_memory(self) -> None:
        """Continue with a copy of the database in memory."""
        memory = sqlite3.connect(":memory:", isolation_level=None)
        memory.row_factory = sqlite3.Row
        self._connection.backup(memory)
        self._connection.close()
        self._connection = memory

    def _migrate(self) -> None:
        """Make the tables, or bring them from their version to this one."""
        version = self._check_version(self._connection)
        if version == 0:
            for statement in SCHEMA.split(";"):
                self._connection.execute(statement)
        else:
            for step in range(version, SCHEMA_VERSION):
                MIGRATIONS[step](self._connection)
            self._connection.execute(
                "UPDATE meta SET value=? WHERE key='schema'", (str(SCHEMA_VERSION),)
            )
        self._connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        self._connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    @contextlib.contextmanager
    def _translate_sqlite_errors(self) -> Iterator[None]:
        """Turn each error of SQLite into one sentence."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in NOT_WRITABLE and self.readonly:
                raise BadInput(f"{self.path} cannot be read ({error}).") from None
            if code in NOT_WRITABLE:
                advice = "Make room" if code in NO_ROOM else "Make it writable"
                raise NotWritable(
                    f"{self.path} cannot be written ({error}); what was graded before is kept. "
                    f"{advice} and run the same command again."
                ) from None
            if code in IN_USE:
                raise Busy(f"{self.path} is in use by another program; try again.") from None
            raise BadInput(f"{self.path} is not a gradebook ({error}).") from None

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Do several writes or none of them."""
        with self._translate_sqlite_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def _select(self, query: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        with self._translate_sqlite_errors():
            return self._connection.execute(query, values).fetchall()

    def save_exercise(self, master: Master) -> None:
        """Write what reports need to know of an exercise.

        Parameters
        ----------
        master : Master
            The exercise.

        Raises
        ------
        NotWritable
            If the disk is full.
        """
        by_checks = [
            {"question": q.name, "title": q.title, "tier": q.tier, "points": q.points}
            | {"manual": False}
            for q in master.questions.values()
        ]
        by_hand = [
            {"question": m.name, "title": m.title, "tier": "", "points": m.points}
            | {"manual": True, "rubric": m.rubric}
            for m in master.manual.values()
        ]
        row = (
            master.name,
            master.title,
            master.points,
            master.digest,
            json.dumps(by_checks + by_hand, ensure_ascii=False),
        )
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO notebooks VALUES (?,?,?,?,?)", row)

    def save_submission(
        self,
        submission: Submission,
        outcome: Outcome,
        master: Master,
        *,
        digest: str,
        versions: str,
    ) -> None:
        """Write one submission's points, all or none; marks given by hand stay.

        Parameters
        ----------
        submission : Submission
            Whose, and which.
        outcome : Outcome
            What grading gave.
        master : Master
            Its master.
        digest : str
            What was graded: submission, master, versions and settings.
        versions : str
            What it was graded with.

        Raises
        ------
        NotWritable
            If the disk is full; what was saved before is kept.
        """
        key = (submission.student, submission.notebook)
        with self._transaction() as connection:
            for table in ("submissions", "checks", "answers"):
                connection.execute(f"DELETE FROM {table} WHERE student=? AND notebook=?", key)
            connection.execute(
                "INSERT INTO submissions VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    *key,
                    None if submission.path is None else _to_utf8(str(submission.path)),
                    digest,
                    outcome.status,
                    outcome.reason,
                    outcome.points,
                    outcome.max_points,
                    _to_utf8(json.dumps(outcome.notices, ensure_ascii=False)),
                    round(outcome.seconds, 4),
                    int(outcome.sandboxed),
                    submission.submitted_at,
                    time.time(),
                    versions,
                ),
            )
            connection.executemany(
                "INSERT INTO checks VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                [
                    (
                        *key,
                        c.cell,
                        place,
                        c.question,
                        int(c.hidden),
                        c.points,
                        c.earned,
                        c.outcome,
                        c.reason,
                        c.hint,
                        c.shown,
                        c.output,
                        c.seconds,
                    )
                    for place, c in enumerate(outcome.checks)
                ],
            )
            connection.executemany(
                "INSERT INTO answers VALUES (?,?,?,?,?,?,?,?,?)",
                [
                    (
                        *key,
                        a.question,
                        a.cell,
                        a.found_by,
                        a.outcome,
                        a.reason,
                        a.shown,
                        _to_utf8(a.source),
                    )
                    for a in outcome.answers
                ],
            )
            for name, question in master.manual.items():
                connection.execute(
                    "INSERT INTO manual (student, notebook, question, text, max_points) "
                    "VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET text=excluded.text, "
                    "max_points=excluded.max_points",
                    (*key, name, _to_utf8(outcome.manual.get(name, "")), question.points),
                )

    def save_marks(self, marks: Iterable[Mark], *, marker: str = "") -> None:
        """Write marks given by hand, all or none.

        Parameters
        ----------
        marks : iterable of Mark
            Marks of answers that the gradebook holds.
        marker : str, optional
            Who marked.

        Raises
        ------
        NotWritable
            If the disk is full; no mark is changed then.
        """
        now = time.time()
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE manual SET earned=?, comment=coalesce(?, comment), marker=?, marked_at=?, "
                "marked_digest=? WHERE student=? AND notebook=? AND question=?",
                [
                    (
                        m.earned,
                        m.comment,
                        marker,
                        now,
                        None if m.earned is None else m.digest,
                        m.student,
                        m.notebook,
                        m.question,
                    )
                    for m in marks
                ],
            )

    def find_digest(self, student: str, notebook: str) -> str | None:
        """Return the digest of what was graded for a student, or None.

        Parameters
        ----------
        student, notebook : str
            Whose, and which.

        Returns
        -------
        str or None
            The digest; None where nothing was graded, or grading failed through the grader's error.
        """
        rows = self._select(
            "SELECT digest FROM submissions WHERE student=? AND notebook=? AND status<>'failed'",
            (student, notebook),
        )
        return str(rows[0]["digest"]) if rows else None

    def list_notebooks(self) -> list[str]:
        """Return the names of all exercises with submissions, sorted."""
        rows = self._select("SELECT DISTINCT notebook FROM submissions ORDER BY notebook")
        return [row["notebook"] for row in rows]

    def find_exercise(self, notebook: str) -> ExerciseRecord | None:
        """Return an exercise, or None where it was never graded.

        Parameters
        ----------
        notebook : str
            Its name.

        Returns
        -------
        ExerciseRecord or None
            The exercise.
        """
        rows = self._select("SELECT * FROM notebooks WHERE notebook=?", (notebook,))
        return _to_exercise(rows[0]) if rows else None

    def list_exercises(self) -> list[ExerciseRecord]:
        """Return all exercises by name."""
        return [_to_exercise(row) for row in self._select("SELECT * FROM notebooks ORDER BY 1")]

    def find_submission(self, student: str, notebook: str) -> SubmissionRecord | None:
        """Return a student's submission, or None.

        Parameters
        ----------
        student, notebook : str
            Whose, and which.

        Returns
        -------
        SubmissionRecord or None
            The submission.
        """
        rows = self._select(
            "SELECT * FROM submissions WHERE student=? AND notebook=?", (student, notebook)
        )
        return _to_submission(rows[0]) if rows else None

    def list_submissions(self, notebook: str | None = None) -> list[SubmissionRecord]:
        """Return the submissions.

        Parameters
        ----------
        notebook : str, optional
            Only of this exercise.

        Returns
        -------
        list of SubmissionRecord
            By exercise and student.
        """
        rows = self._select(
            f"SELECT * FROM submissions WHERE {OF_NOTEBOOK} ORDER BY notebook, student",
            (notebook,),
        )
        return [_to_submission(row) for row in rows]

    def list_visible_checks(self, student: str, notebook: str) -> list[VisibleCheck]:
        """Return what a student may know of the checks, in the order of the notebook.

        Parameters
        ----------
        student, notebook : str
            Whose, and which.

        Returns
        -------
        list of VisibleCheck
            Without any output of a hidden check.
        """
        rows = self._select(
            "SELECT question, hidden, points, earned, outcome, hint, reason, "
            "CASE WHEN hidden THEN '' ELSE shown END AS shown "
            "FROM checks WHERE student=? AND notebook=? ORDER BY position",
            (student, notebook),
        )
        return [VisibleCheck(**{**row, "hidden": bool(row["hidden"])}) for row in map(dict, rows)]

    def list_visible_answers(self, student: str, notebook: str) -> list[VisibleAnswer]:
        """Return what a student may know of how the answers ran.

        Parameters
        ----------
        student, notebook : str
            Whose, and which.

        Returns
        -------
        list of VisibleAnswer
            One for each question that checks mark.
        """
        rows = self._select(
            "SELECT question, outcome, reason, shown FROM answers WHERE student=? AND notebook=?",
            (student, notebook),
        )
        return [VisibleAnswer(**dict(row)) for row in rows]

    def list_answer_statuses(self, notebook: str) -> list[AnswerStatus]:
        """Return for each submission of an exercise which questions it answers.

        Parameters
        ----------
        notebook : str
            The exercise.

        Returns
        -------
        list of AnswerStatus
            By student and question.
        """
        rows = self._select(
            "SELECT student, question, found_by, outcome FROM answers WHERE notebook=? "
            "ORDER BY student, question",
            (notebook,),
        )
        return [AnswerStatus(**dict(row)) for row in rows]

    def list_checks(self, notebook: str, question: str) -> list[CheckRecord]:
        """Return how each check of a question went in each submission.

        Parameters
        ----------
        notebook, question : str
            The exercise and its question.

        Returns
        -------
        list of CheckRecord
            In the order of the notebook.
        """
        rows = self._select(
            "SELECT student, cell, hidden, outcome, output FROM checks "
            "WHERE notebook=? AND question=? ORDER BY position, student",
            (notebook, question),
        )
        return [CheckRecord(**{**row, "hidden": bool(row["hidden"])}) for row in map(dict, rows)]

    def list_question_points(self, notebook: str | None = None) -> list[QuestionPoints]:
        """Return what everyone earned by the checks of each question.

        Parameters
        ----------
        notebook : str, optional
            Only of this exercise.

        Returns
        -------
        list of QuestionPoints
            By exercise, student and question.
        """
        rows = self._select(
            "SELECT student, notebook, question, round(sum(points), 6) AS points, "
            "round(sum(earned), 6) AS earned, sum(seconds) AS seconds FROM checks "
            f"WHERE {OF_NOTEBOOK} GROUP BY student, notebook, question "
            "ORDER BY notebook, student, question",
            (notebook,),
        )
        return [QuestionPoints(**dict(row)) for row in rows]

    def list_manual_answers(self, notebook: str | None = None) -> list[ManualRecord]:
        """Return the answers that a person marks.

        Parameters
        ----------
        notebook : str, optional
            Only of this exercise.

        Returns
        -------
        list of ManualRecord
            By exercise, question and student.
        """
        rows = self._select(
            f"SELECT * FROM manual WHERE {OF_NOTEBOOK} ORDER BY notebook, question, student",
            (notebook,),
        )
        return [ManualRecord(**dict(row)) for row in rows]

    def list_students_manual_answers(self, student: str, notebook: str) -> list[ManualRecord]:
        """Return a student's answers that a person marks.

        Parameters
        ----------
        student, notebook : str
            Whose, and which.

        Returns
        -------
        list of ManualRecord
            By question.
        """
        rows = self._select(
            "SELECT * FROM manual WHERE student=? AND notebook=? ORDER BY question",
            (student, notebook),
        )
        return [ManualRecord(**dict(row)) for row in rows]

    def close(self) -> None:
        """Close the file and let the next grader write."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        self._release_lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _move_marked_answers_into_a_column(connection: sqlite3.Connection) -> None:
    """Bring version 1 to 2: which answer was marked stood in meta, under "marked [...]"."""
    connection.execute("ALTER TABLE manual ADD COLUMN marked_digest TEXT")
    marked = "key LIKE 'marked %'"
    for key, digest in connection.execute(f"SELECT key, value FROM meta WHERE {marked}").fetchall():
        connection.execute(
            "UPDATE manual SET marked_digest=? WHERE student=? AND notebook=? AND question=?",
            (digest, *json.loads(key.removeprefix("marked "))),
        )
    connection.execute(f"DELETE FROM meta WHERE {marked}")


# By the version that a step starts from.
MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {
    1: _move_marked_answers_into_a_column
}


def _to_exercise(row: sqlite3.Row) -> ExerciseRecord:
    questions = tuple(
        QuestionRecord(name=q.pop("question"), **q) for q in json.loads(row["questions"])
    )
    return ExerciseRecord(**{**dict(row), "questions": questions})


def _to_submission(row: sqlite3.Row) -> SubmissionRecord:
    return SubmissionRecord(
        **{
            **dict(row),
            "notices": tuple(json.loads(row["notices"])),
            "sandboxed": bool(row["sandboxed"]),
        }
    )


def _to_utf8(text: str) -> str:
    """Return a text that UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode()


def _lock_file(descriptor: int) -> None:
    """Lock a file for this process alone, or raise OSError at once."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
