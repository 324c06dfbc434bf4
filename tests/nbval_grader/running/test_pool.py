"""A worker that ends, hangs or has served its number of jobs is replaced; no submission is lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from classroom import outcome
from foreign import as_bytes, handed_in

from nbval_grader.errors import NotGraded
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master
from nbval_grader.running import pool
from nbval_grader.running.pool import Worker, WorkerLost, close_workers, execute_cells, grade_job
from nbval_grader.running.protocol import Job, Limits, Outcome


@pytest.fixture
def worker() -> Any:
    """Return a worker of its own, ended with the test."""
    own_worker = Worker()
    yield own_worker
    own_worker.close()


@pytest.fixture
def job(master: Master) -> Job:
    """Return a right submission, graded unconfined."""
    limits = Limits(cell_seconds=30, submission_seconds=90)
    return Job("foreign", dump(master.notebook), as_bytes(handed_in()), limits, sandbox=False)


def test_a_killed_worker_is_reported(worker: Worker) -> None:
    threading.Timer(0.2, worker.process.kill).start()
    with pytest.raises(NotGraded, match="The grading process ended unexpectedly"):
        worker.ask({"op": "execute", "cells": [["a", "import time; time.sleep(60)"]]}, 60)
    assert not worker.usable
    assert not Path(worker.folder).exists()


def test_a_worker_that_does_not_answer_is_closed(worker: Worker) -> None:
    with pytest.raises(NotGraded, match=r"did not answer within 0\.01 s"):
        worker.ask({"op": "grade"}, 0.01)
    assert worker.process.poll() is not None


def test_an_error_of_the_worker_is_reported(worker: Worker) -> None:
    with pytest.raises(NotGraded, match="KeyError: 'job'"):
        worker.ask({"op": "grade"}, 60)
    assert worker.usable


def test_a_job_is_tried_again_in_another_worker(job: Job) -> None:
    grade_job(job)
    first: Worker = pool._of_thread.worker
    threading.Timer(0.05, first.process.kill).start()
    threading.Event().wait(0.2)

    assert grade_job(job).points == 6
    assert pool._of_thread.worker is not first


def test_a_job_that_ends_two_workers_fails(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        usable = True

        def ask(self, request: Any, seconds: float) -> Any:
            raise NotGraded("The grading process ended unexpectedly.")

    monkeypatch.setattr(pool, "_worker", Broken)
    graded = grade_job(job)

    assert (graded.status, graded.points) == ("failed", 0)
    assert graded.reason == "The grading process ended unexpectedly."


class Stub:
    """A worker that does what a test says with the master's own job and with a submission."""

    usable = True
    log: ClassVar[list[str]] = []

    def __init__(self, submission: list[Any], of_master: Any = "right") -> None:
        self.submission, self.of_master = submission, of_master
        self.log.clear()

    def ask(self, request: Any, seconds: float) -> Any:
        is_master = request["job"]["submission"] is None
        self.log.append("master" if is_master else "submission")
        reply = self.of_master if is_master else self.submission.pop(0)
        if isinstance(reply, Exception):
            raise reply
        right = outcome(["q1", "q2", "q3"] if reply == "right" else ["q1"])
        return right.to_json()


ENDED = WorkerLost("The grading process ended unexpectedly.")
SILENT = WorkerLost("The grading process did not answer within 180 s.")
NO_KERNEL = NotGraded("A kernel did not start (it is too busy).")


@pytest.mark.parametrize(
    ("submission", "of_master", "status", "calls"),
    [
        (["right"], "right", "graded", "submission"),
        ([ENDED, "right"], "right", "graded", "submission master submission"),
        ([ENDED, ENDED], "right", "unreadable", "submission master submission"),
        ([SILENT, SILENT], "right", "unreadable", "submission master submission"),
        ([ENDED, ENDED], "wrong", "failed", "submission master submission"),
        ([ENDED, ENDED], ENDED, "failed", "submission master submission"),
        ([ENDED, ENDED], NO_KERNEL, "failed", "submission master submission"),
        ([ENDED, SILENT], "right", "failed", "submission master submission"),
        ([NO_KERNEL, NO_KERNEL], "right", "failed", "submission submission"),
        ([NO_KERNEL, ENDED], "right", "failed", "submission submission"),
        ([ENDED, NO_KERNEL], "right", "failed", "submission master submission"),
    ],
)
def test_a_file_is_blamed_if_the_grader_fails_only_on_it(
    submission: list[Any],
    of_master: Any,
    status: str,
    calls: str,
    job: Job,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = Stub(list(submission), of_master)
    monkeypatch.setattr(pool, "_worker", lambda: stub)
    graded = grade_job(job)

    assert (graded.status, " ".join(stub.log)) == (status, calls)
    if status == "unreadable":
        assert graded.reason.startswith("The grader cannot grade this file: its process failed")
        assert (graded.points, graded.max_points, len(graded.checks)) == (0, 6, 9)


def test_a_file_that_ends_every_real_worker_is_blamed(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = []

    class Fragile(Worker):
        def ask(self, request: Any, seconds: float) -> Any:
            pids.append(self.process.pid)
            if request["job"]["submission"] is not None:
                self.process.kill()
            return super().ask(request, seconds)

    close_workers()
    monkeypatch.setattr(pool, "Worker", Fragile)
    graded = grade_job(job)
    close_workers()

    assert (graded.status, graded.reason) == ("unreadable", pool.FILE_STOPS_GRADER)
    assert len(pids) == 3


def test_a_master_is_never_blamed(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub([], ENDED)
    monkeypatch.setattr(pool, "_worker", lambda: stub)

    assert grade_job(replace(job, submission=None)).status == "failed"
    assert stub.log == ["master"] * 2


def test_no_file_is_blamed_when_the_grader_is_stopped(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Stub):
        def ask(self, request: Any, seconds: float) -> Any:
            if len(self.log) == stop_at:
                close_workers()
            return super().ask(request, seconds)

    for stop_at in range(3):
        stub = Stopped([ENDED, ENDED])
        monkeypatch.setattr(pool, "_worker", lambda stub=stub: stub)
        assert grade_job(job).status == "failed"
        assert len(stub.log) == stop_at + 1


def test_a_worker_is_replaced_after_its_number_of_jobs(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_workers()
    monkeypatch.setattr(pool, "JOBS_PER_WORKER", 2)
    workers = set()
    for _ in range(4):
        grade_job(job)
        workers.add(pool._of_thread.worker.process.pid)
    assert len(workers) == 2
    monkeypatch.undo()


def test_a_job_under_way_ends_when_the_grader_is_stopped(job: Job) -> None:
    slow = as_bytes(handed_in({"q1-answer": "import time; time.sleep(25)"}))
    outcomes: list[Outcome] = []
    thread = threading.Thread(
        target=lambda: outcomes.append(grade_job(replace(job, submission=slow)))
    )
    thread.start()
    threading.Event().wait(3)
    close_workers()
    thread.join(10)

    assert [outcome.status for outcome in outcomes] == ["failed"]


def test_cells_are_executed(tmp_path: Path) -> None:
    limits = Limits(cell_seconds=30, submission_seconds=60)
    cells = [("a", "import os; print(os.getcwd())"), ("b", "1 / 0"), ("c", "3")]

    outputs, error = execute_cells(cells, str(tmp_path), limits)

    assert outputs[0][0]["text"].strip() == str(tmp_path.resolve())
    assert error == ("b", "ZeroDivisionError: division by zero")
    assert outputs[2][0]["data"] == {"text/plain": "3"}
    outputs, error = execute_cells(cells[:1], None, limits)
    assert outputs[0][0]["text"].strip() != str(tmp_path.resolve())
    assert error is None
