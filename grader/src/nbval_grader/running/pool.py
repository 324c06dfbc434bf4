"""Grade a job in a worker process: the one function that every executor runs."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, replace
from typing import Any

from .. import errors
from ..errors import NotGraded
from ..notebooks.master import parse_master
from .protocol import Job, Limits, Outcome

__all__ = ["Worker", "close_workers", "execute_cells", "grade_job"]

JOBS_PER_WORKER = 200
#: How long to wait for a worker beyond the time that the submission itself may take.
EXTRA_SECONDS = 60.0
ATTEMPTS = 2
FILE_STOPS_GRADER = (
    "The grader cannot grade this file: its process failed on it twice, but graded the master's own "
    "answers in between; put your answers into a fresh copy of the exercise and hand that in."
)


class WorkerLost(NotGraded):
    """A worker ended, did not answer or failed: the submission may be the reason."""


class Worker:
    """A worker process and the connection to it.

    Its stderr is dropped, unless ``NBVAL_GRADER_DEBUG`` is set.
    """

    def __init__(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        debug = bool(environment.get("NBVAL_GRADER_DEBUG"))
        self.jobs = 0
        self.folder = tempfile.mkdtemp(prefix="nbg")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nbval_grader.running", "worker", self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if debug else subprocess.DEVNULL,
            env=environment,
        )
        self.replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        """Pass on each line of the worker; an empty one means that it has ended."""
        assert self.process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self.process.stdout:
                self.replies.put(line)
        self.replies.put(b"")

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a request and wait for its reply.

        Parameters
        ----------
        request : dict
            JSON values.
        seconds : float
            How long to wait.

        Returns
        -------
        dict
            The reply.

        Raises
        ------
        WorkerLost
            If the worker ended or did not answer in time (it is closed then), or failed with an
            error that is none of `nbval_grader.errors`.
        GraderError
            If the worker reports one.
        """
        assert self.process.stdin is not None
        self.jobs += 1
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            line = self.replies.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise WorkerLost(f"The grading process did not answer within {seconds:g} s.") from None
        except OSError:
            line = b""
        if not line:
            self.close()
            raise WorkerLost("The grading process ended unexpectedly.")
        reply = json.loads(line)
        if "error" in reply:
            kind = getattr(errors, reply["kind"], WorkerLost)
            raise kind(reply["error"])
        return reply["ok"]

    @property
    def usable(self) -> bool:
        """Whether it may take another job."""
        return self.process.poll() is None and self.jobs < JOBS_PER_WORKER

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError):
            assert self.process.stdin is not None
            self.process.stdin.close()
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_of_thread = threading.local()
_workers: set[Worker] = set()
_lock = threading.Lock()
#: How often `close_workers` was called: a job that notices a new call is not tried again.
_closings = 0


def _worker() -> Worker:
    """Return this thread's worker; a new one if the last has ended or served its number of jobs."""
    worker: Worker | None = getattr(_of_thread, "worker", None)
    if worker is None or not worker.usable:
        if worker is not None:
            _close(worker)
        worker = _of_thread.worker = Worker()
        with _lock:
            _workers.add(worker)
    return worker


def _close(worker: Worker) -> None:
    with _lock:
        _workers.discard(worker)
    worker.close()


def grade_job(job: Job) -> Outcome:
    """Grade one submission.

    Parameters
    ----------
    job : Job
        The submission, its master and what it may use. It is self-contained, so that any
        `concurrent.futures.Executor` can carry it to another thread, process or machine.

    Returns
    -------
    Outcome
        Its status is ``failed`` if the grader has failed twice, and ``unreadable`` if the file is
        the reason: a worker was lost twice in the same way, but in between the master's own answers
        earned their full points.

    Raises
    ------
    CannotConfine
        If the job is to be confined and the machine cannot do that.
    """
    reasons: list[str] = []
    closings = _closings
    grader_works = False
    while len(reasons) < ATTEMPTS and closings == _closings:  # else the grader is being stopped
        try:
            return _ask_to_grade(job)
        except WorkerLost as error:
            reasons.append(str(error))
            if len(reasons) == 1 and job.submission is not None and closings == _closings:
                grader_works = _grades_master(job)
        except NotGraded as error:
            reasons.append(str(error))
            grader_works = False
    if grader_works and closings == _closings and len(set(reasons)) == 1:
        master = parse_master(json.loads(job.master), job.notebook)
        return Outcome.without_points(
            master, "unreadable", FILE_STOPS_GRADER, sandboxed=job.sandbox
        )
    return Outcome("failed", reason=reasons[-1] if reasons else "", sandboxed=job.sandbox)


def _ask_to_grade(job: Job) -> Outcome:
    """Have this thread's worker grade a job."""
    seconds = 2 * job.limits.submission_seconds + EXTRA_SECONDS
    return Outcome.from_json(_worker().ask({"op": "grade", "job": job.to_json()}, seconds))


def _grades_master(job: Job) -> bool:
    """Return whether the grader gives the master's own answers their full points now."""
    try:
        outcome = _ask_to_grade(replace(job, submission=None))
    except NotGraded:
        return False
    return outcome.status == "graded" and outcome.points == outcome.max_points


def execute_cells(
    cells: list[tuple[str, str]], cwd: str | None, limits: Limits
) -> tuple[list[list[dict[str, Any]]], tuple[str, str] | None]:
    """Run code cells in one kernel and return what each sent.

    Parameters
    ----------
    cells : list of (id, source)
        The cells.
    cwd : str or None
        Folder to work in; None for an empty one.
    limits : Limits
        Time for a cell and for all.

    Returns
    -------
    outputs : list of list of dict
        Outputs of each cell.
    error : tuple of str, or None
        Id of the first cell that failed, and its error.
    """
    request = {"op": "execute", "cells": cells, "cwd": cwd, "limits": asdict(limits)}
    reply = _worker().ask(request, limits.submission_seconds + EXTRA_SECONDS)
    return reply["outputs"], tuple(reply["error"]) if reply["error"] else None


def close_workers() -> None:
    """End every worker of this process; jobs under way fail."""
    global _closings
    with _lock:
        _closings += 1
        workers = list(_workers)
        _workers.clear()
    for worker in workers:
        worker.close()


atexit.register(close_workers)
