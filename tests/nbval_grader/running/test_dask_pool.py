"""A real cluster on this machine: one of two workers is killed, and the gradebook is complete."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from classroom import hand_in, read_tables
from foreign import RIGHT, foreign_master

from nbval_grader.errors import BadInput, Busy, NotGraded
from nbval_grader.gradebook.store import Gradebook
from nbval_grader.gradebook.submissions import Submission, discover
from nbval_grader.grading import Settings, Summary, grade_class
from nbval_grader.running import dask_pool
from nbval_grader.running.dask_pool import ClusterExecutor, dask_executor
from nbval_grader.running.pool import grade_job
from nbval_grader.running.protocol import Limits
from nbval_grader.running.versions import versions

distributed = pytest.importorskip("distributed")
LIMITS = Limits(cell_seconds=5, submission_seconds=30)
STUDENTS = 8


def start(module: str, *arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=(cwd / f"{module}.log").open("ab"),
        env={**os.environ, "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false"},
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("dask")
    port = free_port()
    process = start(
        "dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", cwd=folder
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.1)
    yield f"tcp://127.0.0.1:{port}", folder
    process.kill()
    process.wait()


@pytest.fixture
def workers(scheduler: tuple[str, Path]) -> Iterator[list[subprocess.Popen[bytes]]]:
    address, folder = scheduler
    started = [
        start(
            "dask_worker",
            address,
            *("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"),
            *("--local-directory", str(folder / f"worker{n}"), "--memory-limit", "0"),
            cwd=folder,
        )
        for n in range(2)
    ]
    with distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=40)
    yield started
    for process in started:
        process.kill()
        process.wait()


def submissions(folder: Path) -> tuple[Submission, ...]:
    for n in range(STUDENTS):
        wrong = {} if n % 2 else {"q1-answer": "largest = 0"}
        hand_in(folder / f"s{n:02}" / "foreign.ipynb", {**RIGHT, **wrong})
    return discover(folder, {"foreign": foreign_master()}).submissions


@pytest.mark.slow
def test_a_worker_killed_midway_costs_no_marks(
    scheduler: tuple[str, Path],
    workers: list[subprocess.Popen[bytes]],
    tmp_path: Path,
    confined: None,
) -> None:
    todo = submissions(tmp_path / "class")
    masters = {"foreign": foreign_master()}
    exit_codes = []

    def kill_one(summary: Summary, submission: Submission | None) -> None:
        if summary.graded == 2 and not exit_codes:
            workers[0].send_signal(signal.SIGKILL)
            exit_codes.append(workers[0].wait())

    settings = Settings(limits=LIMITS)
    with Gradebook(tmp_path / "far.sqlite") as far, dask_executor(scheduler[0]) as cluster:
        summary = grade_class(
            todo, masters, far, settings=settings, executor=cluster, progress=kill_one
        )
        assert exit_codes == [-signal.SIGKILL]
        assert (summary.graded, summary.failed) == (STUDENTS, 0)
        with Gradebook(tmp_path / "near.sqlite") as near:
            grade_class(todo, masters, near, settings=settings)
            assert read_tables(far.path) == read_tables(near.path)
        points = {s.student: s.points for s in far.list_submissions()}
    assert points == {f"s{n:02}": 6.0 if n % 2 else 4.0 for n in range(STUDENTS)}


def test_a_scheduler_without_workers_is_refused(scheduler: tuple[str, Path]) -> None:
    with (
        pytest.raises(BadInput, match="has no workers; start some with 'dask worker tcp://"),
        dask_executor(scheduler[0]),
    ):
        pass


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:1", "xyz://a:1", ""])
def test_an_address_without_a_scheduler_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_pool, "CONNECT_SECONDS", 0.5)
    with (
        pytest.raises(BadInput, match=re.escape(f"There is no Dask scheduler at {address!r}")),
        dask_executor(address),
    ):
        pass


def test_without_distributed_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInput, match="pip install distributed"), dask_executor("tcp://x:1"):
        pass


class StubClient:
    """A client that answers as a cluster would."""

    def __init__(
        self, answers: dict[str, Any] | None = None, error: Exception | None = None
    ) -> None:
        self.answers = answers or {}
        self.error = error
        self.status = "running"

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:
        return {"workers": self.answers}

    def run(self, function: Any, on_error: str) -> dict[str, Any]:
        return self.answers

    def submit(self, fn: Any, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.error is not None:
            future.set_exception(self.error)
        else:
            future.set_result(fn(*args))
        return future


class KilledWorker(Exception):  # noqa: N818
    """Named as Dask names it."""


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (ModuleNotFoundError("No module named 'nbval_grader'"), "lacks this grader"),
        (OSError("gone"), "does not answer: gone"),
        ('{"python": "3.9"}', "would grade with .*3.9.*install the same versions"),
    ],
)
def test_a_worker_with_other_versions_is_refused(answer: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        dask_pool.require_same_versions(
            StubClient({"tcp://a:1": versions(), "tcp://b:1": answer}), "tcp://s:1"
        )


def test_workers_with_the_same_versions_are_accepted() -> None:
    dask_pool.require_same_versions(StubClient({"tcp://a:1": versions()}), "tcp://s:1")


def test_only_a_submission_that_kills_every_worker_fails() -> None:
    cluster = ClusterExecutor(StubClient(error=KilledWorker("grade_job")), "tcp://s:1")
    outcome = cluster.submit(grade_job, None).result(timeout=5)
    assert outcome.status == "failed"
    with pytest.raises(NotGraded, match="The cluster failed: KilledWorker"):
        cluster.submit(print).result(timeout=5)


def test_a_lost_scheduler_ends_the_run() -> None:
    client = StubClient(error=OSError("gone"))
    client.status = "closed"
    with pytest.raises(NotGraded, match="was lost; what was graded is kept"):
        ClusterExecutor(client, "tcp://s:1").submit(grade_job, None).result(timeout=5)


def test_errors_of_the_grader_are_passed_on_unchanged() -> None:
    with pytest.raises(Busy):
        ClusterExecutor(StubClient(error=Busy("in use")), "tcp://s:1").submit(print).result(
            timeout=5
        )
    assert ClusterExecutor(StubClient(), "tcp://s:1").submit(max, 1, 2).result(timeout=5) == 2
