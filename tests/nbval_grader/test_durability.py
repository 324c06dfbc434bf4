"""However often grading is stopped and run again, the gradebook ends up the same."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from classroom import outcome, read_tables
from foreign import RIGHT, as_bytes, foreign_master, handed_in

from nbval_grader.errors import Busy, NotWritable
from nbval_grader.gradebook.store import Gradebook
from nbval_grader.gradebook.submissions import Submission
from nbval_grader.notebooks.format import dump

GRADE = [sys.executable, "-P", "-m", "nbval_grader", "grade", "in", "--cell-seconds", "60"]
SOURCES = (
    RIGHT["q2-answer"],
    "def double(x):\n    return x",
    "import os; os._exit(1)",
    "def double(x):\n    return 1 / 0",
)


def make_class(folder: Path, students: int = 12) -> None:
    """Hand in for a class of which some are right, some wrong, and some are no notebooks."""
    (folder / "solutions").mkdir()
    (folder / "solutions" / "foreign.ipynb").write_text(dump(foreign_master().notebook))
    for number in range(students):
        student = folder / "in" / f"student {number:02}"
        student.mkdir(parents=True)
        answers = {**RIGHT, "q2-answer": SOURCES[number % len(SOURCES)]}
        data = b"{" if number % 7 == 6 else as_bytes(handed_in(answers))
        if number % 7 != 5:
            (student / "foreign.ipynb").write_bytes(data)


# Grades a class by a rule instead of running it: what is tested is what becomes of the gradebook.
BY_RULE = f"""
import hashlib, sys, time
from concurrent.futures import Executor, Future
sys.path.insert(0, {str(Path(__file__).parent)!r})
from classroom import outcome
from nbval_grader.notebooks.master import read_masters
from nbval_grader.gradebook.store import Gradebook
from nbval_grader.grading import grade_class
from nbval_grader.gradebook.submissions import discover

class Rule(Executor):
    def submit(self, function, job):
        time.sleep(0.01)
        given = hashlib.sha256(job.submission or b"").digest()[0]
        right = [q for n, q in enumerate(("q1", "q2", "q3")) if given >> n & 1]
        future = Future()
        future.set_result(outcome(right if job.submission else ("q1", "q2", "q3")))
        return future

masters = read_masters("solutions")
with Gradebook(sys.argv[-1]) as book:
    grade_class(discover("in", masters).submissions, masters, book, executor=Rule())
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "students", "kills"),
    [([sys.executable, "-c", BY_RULE], 60, 14), ([*GRADE, "--gradebook"], 8, 6)],
    ids=["by a rule", "for real"],
)
def test_grading_continues_after_a_kill_at_any_moment(
    tmp_path: Path, confined: None, command: list[str], students: int, kills: int
) -> None:
    """Kill it twenty times in all: at moments of its whole life, and while it is writing."""
    make_class(tmp_path, students)
    started = time.monotonic()
    run(command, "calm.sqlite", tmp_path)
    whole = time.monotonic() - started
    calm = read_tables(tmp_path / "calm.sqlite")
    assert len(calm["submissions"]) == students

    moments = random.Random(20251122)
    book = tmp_path / "stormy.sqlite"
    most = killed = 0
    left: list[psutil.Process] = []
    while killed < kills:
        grader = subprocess.Popen(
            [*command, book.name], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        if killed % 2:
            before = count(book)
            while count(book) == before and grader.poll() is None:
                time.sleep(0.005)
            time.sleep(moments.uniform(0, 0.2))
        else:
            time.sleep(moments.uniform(0, whole))
        with contextlib.suppress(psutil.Error):
            left += psutil.Process(grader.pid).children(recursive=True)
        grader.kill()
        stderr = grader.communicate()[1]
        if grader.returncode == 0:  # it had ended before: begin anew
            for path in tmp_path.glob("stormy.sqlite*"):
                path.unlink()
        else:
            assert grader.returncode == -signal.SIGKILL, stderr
            killed += 1
        most = max(most, count(book))
    run(command, book.name, tmp_path)

    assert read_tables(book) == calm
    assert most > 0
    assert psutil.wait_procs(left, timeout=10)[1] == []


def run(command: list[str], gradebook: str, folder: Path) -> None:
    """Grade undisturbed."""
    done = subprocess.run(
        [*command, gradebook], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def count(path: Path) -> int:
    """Return how many submissions a gradebook holds so far."""
    if not path.exists():
        return 0
    try:
        with Gradebook(path, readonly=True) as book:
            return len(book.list_submissions())
    except Exception:
        return 0


def test_a_second_grader_learns_who_is_writing(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite"):
        with pytest.raises(Busy, match=rf"Another grader \(process {os.getpid()}\) is writing"):
            Gradebook(tmp_path / "g.sqlite")
        Gradebook(tmp_path / "g.sqlite", readonly=True).close()
    Gradebook(tmp_path / "g.sqlite").close()


def test_a_second_command_refuses_in_one_sentence(tmp_path: Path) -> None:
    make_class(tmp_path)
    with Gradebook(tmp_path / "gradebook.sqlite"):
        done = subprocess.run(GRADE, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == Busy.code
    assert done.stderr.startswith("Another grader")
    assert done.stderr.count("\n") == 1


def save(book: Gradebook, number: int) -> None:
    """Save one student's marks."""
    master = foreign_master()
    book.save_submission(
        Submission(f"student {number}", master.name, None),
        outcome(["q1"], master=master, shown="x" * 2000),
        master,
        digest=str(number),
        versions="1",
    )


def fill_until_full(book: Gradebook) -> int:
    """Save until the disk is full; return how many were saved."""
    for number in range(2000):
        try:
            save(book, number)
        except NotWritable:
            return number
    raise AssertionError("there was always room")


def test_a_full_gradebook_loses_nothing(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        book._connection.execute("PRAGMA max_page_count=60")
        saved = fill_until_full(book)
        assert saved > 2
        with pytest.raises(NotWritable, match="what was graded before is kept"):
            save(book, saved)
        assert len(book.list_submissions()) == saved
        assert book.find_digest(f"student {saved}", "foreign") is None

        book._connection.execute("PRAGMA max_page_count=100000")
        save(book, saved)

    tables = read_tables(tmp_path / "g.sqlite")
    assert len(tables["submissions"]) == saved + 1
    assert len(tables["checks"]) == 9 * (saved + 1)


@pytest.mark.skipif(os.geteuid() != 0, reason="takes the superuser to make a small disk")
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """Fill a disk of half a megabyte, and read what is on it afterwards."""
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_durability import fill_until_full
from nbval_grader.gradebook.store import Gradebook
with Gradebook("disk/g.sqlite") as book:
    saved = fill_until_full(book)
with Gradebook("disk/g.sqlite", readonly=True) as book:
    kept = len(book.list_submissions())
    sound = book._connection.execute("PRAGMA integrity_check").fetchone()[0]
print(saved, kept, sound)
"""
    (tmp_path / "disk").mkdir()
    script = 'mount -t tmpfs -o size=512k tmpfs disk && exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    saved, present, sound = done.stdout.split()
    assert int(saved) > 2
    assert saved == present
    assert sound == "ok"


@pytest.mark.skipif(os.geteuid() != 0, reason="takes the superuser to make a small disk")
def test_the_command_says_that_the_disk_is_full(tmp_path: Path) -> None:
    make_class(tmp_path)
    (tmp_path / "disk").mkdir()
    script = 'mount -t tmpfs -o size=120k tmpfs disk && exec "$@"'
    command = [*GRADE, "--gradebook", "disk/g.sqlite"]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == NotWritable.code, done.stderr
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1
