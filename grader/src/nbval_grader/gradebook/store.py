"""The gradebook: one SQLite file, written submission by submission, by one grader at a time."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import BadInput, Busy, NoSpace
from ..notebooks.format import Master
from ..running.protocol import Outcome
from .submissions import Submission

__all__ = ["SCHEMA_VERSION", "Gradebook"]

SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notebooks (
    notebook TEXT PRIMARY KEY, title TEXT NOT NULL, max_points REAL NOT NULL, digest TEXT NOT NULL,
    questions TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS submissions (
    student TEXT NOT NULL, notebook TEXT NOT NULL, path TEXT, digest TEXT NOT NULL,
    status TEXT NOT NULL, reason TEXT NOT NULL, points REAL NOT NULL, max_points REAL NOT NULL,
    notices TEXT NOT NULL, seconds REAL NOT NULL, sandboxed INTEGER NOT NULL, submitted_at REAL,
    graded_at REAL NOT NULL, versions TEXT NOT NULL,
    PRIMARY KEY (student, notebook)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checks (
    student TEXT NOT NULL, notebook TEXT NOT NULL, cell TEXT NOT NULL, position INTEGER NOT NULL,
    question TEXT NOT NULL, hidden INTEGER NOT NULL, points REAL NOT NULL, earned REAL NOT NULL,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, hint TEXT NOT NULL, shown TEXT NOT NULL,
    output TEXT NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (student, notebook, cell)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    student TEXT NOT NULL, notebook TEXT NOT NULL, question TEXT NOT NULL, cell TEXT NOT NULL,
    found_by TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, shown TEXT NOT NULL,
    source TEXT NOT NULL, PRIMARY KEY (student, notebook, question)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS manual (
    student TEXT NOT NULL, notebook TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
    max_points REAL NOT NULL, earned REAL, comment TEXT NOT NULL DEFAULT '',
    marker TEXT NOT NULL DEFAULT '', marked_at REAL,
    PRIMARY KEY (student, notebook, question)) WITHOUT ROWID;
"""
TIMELESS = {
    "notebooks": "*",
    "submissions": "student, notebook, path, digest, status, reason, points, max_points, notices, "
    "sandboxed, versions",
    "checks": "student, notebook, cell, position, question, hidden, points, earned, outcome, reason, "
    "hint, shown, output",
    "answers": "*",
    "manual": "student, notebook, question, text, max_points, earned, comment, marker",
}


class Gradebook:
    """A class's marks in one file.

    Parameters
    ----------
    path : Path or str
        The SQLite file; made if it is not there.
    readonly : bool, default False
        Open for reading alone; many may read while one grader writes.

    Attributes
    ----------
    connection : sqlite3.Connection
        For reports; rows can be read by column name.

    Raises
    ------
    BadInput
        If the file is no gradebook, or there is none to read.
    Busy
        If another grader is writing it.
    NoSpace
        If it cannot be written.
    """

    def __init__(self, path: Path | str, *, readonly: bool = False) -> None:
        self.path = Path(path)
        self.readonly = readonly
        self._lock: int | None = None
        if readonly and not self.path.is_file():
            raise BadInput(f"There is no gradebook {self.path}; grade a folder first.")
        if not readonly:
            self._take_lock()
        try:
            self._open()
        except BaseException:
            self._drop_lock()
            raise

    def _take_lock(self) -> None:
        """Take the file lock that goes with this process, however it ends."""
        name = self.path.with_name(self.path.name + ".lock")
        try:
            self._lock = os.open(name, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as fault:
            raise NoSpace(f"{self.path} cannot be written: {fault.strerror}.") from None
        try:
            _lock_file(self._lock)
        except OSError:
            holder = os.pread(self._lock, 20, 0).decode(errors="replace").strip()
            self._drop_lock()
            who = f" (process {holder})" if holder.isdigit() else ""
            raise Busy(
                f"Another grader{who} is writing {self.path}; wait until it ends, or give "
                "--gradebook another file."
            ) from None
        with contextlib.suppress(OSError):
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, str(os.getpid()).encode(), 0)

    def _drop_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _open(self) -> None:
        """Open the database and see that it is ours."""
        mode = "ro" if self.readonly else "rwc"
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        with self._told():
            self.connection = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)
            self.connection.row_factory = sqlite3.Row
            if not self.readonly:
                self.connection.execute("PRAGMA journal_mode=WAL")
                self.connection.execute("PRAGMA synchronous=NORMAL")
                with self.transaction():
                    for statement in SCHEMA.split(";"):
                        self.connection.execute(statement)
                    self.connection.execute(
                        "INSERT OR IGNORE INTO meta VALUES ('schema', ?)", (str(SCHEMA_VERSION),)
                    )
            row = self.connection.execute("SELECT value FROM meta WHERE key='schema'").fetchone()
        if row is None or row["value"] != str(SCHEMA_VERSION):
            found = row["value"] if row else "none"
            raise BadInput(
                f"{self.path} has gradebook version {found}; this grader reads {SCHEMA_VERSION}."
            )

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn SQLite's faults into one sentence each."""
        try:
            yield
        except sqlite3.DatabaseError as fault:
            said = str(fault)
            if (
                "full" in said
                or "disk I/O" in said
                or "readonly" in said
                or "unable to open" in said
            ):
                raise NoSpace(
                    f"{self.path} cannot be written ({said}); what was graded before is kept. "
                    "Make room and run the same command again."
                ) from None
            if "locked" in said:
                raise Busy(f"{self.path} is in use by another program; try again.") from None
            raise BadInput(f"{self.path} is not a gradebook ({said}).") from None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do several things or none of them.

        Yields
        ------
        sqlite3.Connection
            The connection, within a transaction.

        Raises
        ------
        NoSpace
            If the disk is full; nothing of the transaction is kept.
        """
        with self._told():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise

    def note_master(self, master: Master) -> None:
        """Keep what reports need to know of an exercise.

        Parameters
        ----------
        master : Master
            The exercise.
        """
        questions = [
            {
                "question": q.name,
                "title": q.title,
                "tier": q.tier,
                "points": q.points,
                "manual": False,
            }
            for q in master.questions.values()
        ] + [
            {
                "question": m.name,
                "title": m.title,
                "tier": "",
                "points": m.points,
                "manual": True,
                "rubric": m.rubric,
            }
            for m in master.manual.values()
        ]
        row = (
            master.name,
            master.title,
            master.points,
            master.digest,
            json.dumps(questions, ensure_ascii=False),
        )
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO notebooks VALUES (?,?,?,?,?)", row)

    def known(self, student: str, notebook: str) -> str | None:
        """Return the digest of what was graded for a student, or None.

        Parameters
        ----------
        student, notebook : str
            Whose, and which.

        Returns
        -------
        str or None
            The digest; None where nothing was graded, or grading failed through the grader's fault.
        """
        row = self.connection.execute(
            "SELECT digest FROM submissions WHERE student=? AND notebook=? AND status<>'failed'",
            (student, notebook),
        ).fetchone()
        return None if row is None else str(row["digest"])

    def save(
        self,
        submission: Submission,
        outcome: Outcome,
        master: Master,
        *,
        digest: str,
        versions: str,
    ) -> None:
        """Write one submission's marks, all or none; marks given by hand stay.

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
        NoSpace
            If the disk is full; what was saved before is kept.
        """
        key = (submission.student, submission.notebook)
        with self.transaction() as connection:
            for table in ("submissions", "checks", "answers"):
                connection.execute(f"DELETE FROM {table} WHERE student=? AND notebook=?", key)
            connection.execute(
                "INSERT INTO submissions VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    *key,
                    None if submission.path is None else _utf8(str(submission.path)),
                    digest,
                    outcome.status,
                    outcome.reason,
                    outcome.points,
                    outcome.max_points,
                    _utf8(json.dumps(outcome.notices, ensure_ascii=False)),
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
                        _utf8(a.source),
                    )
                    for a in outcome.answers
                ],
            )
            for name, question in master.manual.items():
                connection.execute(
                    "INSERT INTO manual (student, notebook, question, text, max_points) "
                    "VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET text=excluded.text, "
                    "max_points=excluded.max_points",
                    (*key, name, _utf8(outcome.manual.get(name, "")), question.points),
                )

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return everything but times, to compare two gradebooks.

        Returns
        -------
        dict of str to list of tuple
            Rows of each table, sorted.
        """
        return {
            table: sorted(
                (tuple(row) for row in self.connection.execute(f"SELECT {columns} FROM {table}")),
                key=repr,
            )
            for table, columns in TIMELESS.items()
        }

    def close(self) -> None:
        """Close the file and let the next grader write."""
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()
        self._drop_lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _utf8(text: str) -> str:
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
