"""Each submission of a class is graded once, whatever it is; the others stay as they were."""

from __future__ import annotations

import json
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from classroom import ImmediateExecutor, outcome
from foreign import RIGHT, as_bytes, cell, foreign_master, handed_in, master_cells, notebook

from nbval_grader import grading
from nbval_grader.errors import BadInput
from nbval_grader.gradebook.records import SubmissionRecord
from nbval_grader.gradebook.store import Gradebook
from nbval_grader.gradebook.submissions import Submission, discover
from nbval_grader.grading import Settings, Summary, grade_class, versions
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master, parse_master, read_masters
from nbval_grader.running.pool import FILE_STOPS_GRADER
from nbval_grader.running.protocol import Job, Limits, Outcome

WRONG = {**RIGHT, "q2-answer": "def double(x):\n    return x"}


@pytest.fixture
def school(tmp_path: Path, master: Master) -> Path:
    """Return a folder with one master and three students."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "foreign.ipynb").write_text(dump(master.notebook))
    for student, answers in (("anna", RIGHT), ("bert", WRONG)):
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "foreign.ipynb").write_bytes(as_bytes(handed_in(answers)))
    (tmp_path / "in" / "cleo").mkdir()
    return tmp_path


def grade(
    school: Path, executor: ImmediateExecutor, **options: Any
) -> tuple[Summary, dict[str, SubmissionRecord]]:
    """Grade the school; return the summary and a record for each student."""
    masters = read_masters(school / "solutions")
    discovery = discover(school / "in", masters)
    with Gradebook(school / "g.sqlite") as book:
        summary = grade_class(discovery.submissions, masters, book, executor=executor, **options)
        rows = {row.student: row for row in book.list_submissions()}
    return summary, rows


def fine(job: Job) -> Outcome:
    """Return full points."""
    return outcome(["q1", "q2", "q3"])


def test_a_foreign_class_is_graded_for_real(school: Path, confined: None) -> None:
    masters = read_masters(school / "solutions")
    discovery = discover(school / "in", masters)
    seen: list[str] = []
    with Gradebook(school / "g.sqlite") as book:
        summary = grade_class(
            discovery.submissions,
            masters,
            book,
            settings=Settings(Limits(cell_seconds=60), workers=2),
            progress=lambda _, s: seen.append(s.student if s else ""),
        )
        rows = [(s.student, s.status, s.points) for s in book.list_submissions()]
        checks = book.list_visible_checks("bert", "foreign")

    assert rows == [
        ("anna", "graded", 6),
        ("bert", "graded", 4),
        ("cleo", "missing", 0),
    ]
    (check,) = [c for c in checks if c.question == "q2" and not c.hidden]
    assert (check.shown, check.hint) == ("q2: double(1) is off.", "Multiply.")
    assert sorted(seen) == ["anna", "bert", "cleo"]
    assert (summary.total, summary.graded, summary.missing) == (3, 2, 1)


def test_what_was_graded_is_not_graded_again(school: Path) -> None:
    first, second = ImmediateExecutor(fine), ImmediateExecutor(fine)

    assert grade(school, first)[0].graded == 2
    summary, _ = grade(school, second)

    assert (summary.unchanged, summary.graded) == (3, 0)
    assert second.jobs == []


@pytest.mark.parametrize("what", ["submission", "master", "limits", "regrade", "sandbox"])
def test_what_changed_is_graded_again(school: Path, what: str) -> None:
    grade(school, ImmediateExecutor(fine))
    options: dict[str, Any] = {}
    if what == "submission":
        path = school / "in" / "anna" / "foreign.ipynb"
        path.write_bytes(path.read_bytes() + b" ")
    elif what == "master":
        cells = master_cells()
        cells[1]["source"] += "  # in any order"
        (school / "solutions" / "foreign.ipynb").write_text(dump(notebook(cells, points=6)))
    elif what == "limits":
        options["settings"] = Settings(Limits(cell_seconds=3))
    elif what == "sandbox":
        options["settings"] = Settings(sandbox=False)
    else:
        options["regrade"] = True
    summary, _ = grade(school, ImmediateExecutor(fine), **options)

    assert summary.graded == (1 if what == "submission" else 2)


def test_another_reason_to_refuse_a_file_is_recorded(school: Path) -> None:
    assert grade(school, ImmediateExecutor(fine))[1]["cleo"].status == "missing"
    (school / "in" / "cleo" / "foreign.ipynb").symlink_to(school / "solutions" / "foreign.ipynb")
    summary, rows = grade(school, ImmediateExecutor(fine))
    assert (summary.unreadable, summary.unchanged) == (1, 2)
    assert rows["cleo"].reason.startswith("It is a symbolic link")


def test_a_failure_of_the_grader_is_reported_and_tried_again(school: Path) -> None:
    def fail(job: Job) -> Outcome:
        bad = job.submission is not None and b"return x" in job.submission
        return Outcome("failed", reason="The grading process ended.") if bad else fine(job)

    summary, rows = grade(school, ImmediateExecutor(fail))
    assert (summary.graded, summary.failed) == (1, 1)
    assert summary.failures == ["'bert', foreign: The grading process ended."]
    assert rows["bert"].status == "failed"

    summary, rows = grade(school, ImmediateExecutor(fine))
    assert (summary.graded, summary.failed) == (1, 0)
    assert rows["bert"].status == "graded"


def test_a_file_that_stops_the_grader_is_reported_and_not_tried_again(school: Path) -> None:
    def refuse(job: Job) -> Outcome:
        bad = job.submission is not None and b"return x" in job.submission
        return Outcome("unreadable", reason=FILE_STOPS_GRADER) if bad else fine(job)

    summary, rows = grade(school, ImmediateExecutor(refuse))
    assert (summary.graded, summary.unreadable, summary.failed) == (1, 1, 0)
    assert summary.refusals == [f"'bert', foreign: {FILE_STOPS_GRADER}"]
    assert (rows["bert"].status, rows["bert"].reason) == ("unreadable", FILE_STOPS_GRADER)

    again = ImmediateExecutor(fine)
    assert grade(school, again)[0].unchanged == 3
    assert again.jobs == []
    summary, rows = grade(school, ImmediateExecutor(fine), regrade=True)
    assert summary.graded == 2
    assert rows["bert"].status == "graded"


def test_a_master_must_earn_its_own_points(school: Path) -> None:
    with pytest.raises(BadInput, match=r"the master's own answer fails 'q2-check' .*run refresh"):
        grade(school, ImmediateExecutor(lambda job: outcome(["q1", "q3"])))
    with pytest.raises(BadInput, match="the master could not be run: no time"):
        grade(school, ImmediateExecutor(lambda job: Outcome("failed", reason="no time")))


def test_nothing_is_graded_by_a_master_with_errors(school: Path) -> None:
    cells = master_cells()
    del cells[-2], cells[0]["id"]
    (school / "solutions" / "foreign.ipynb").write_text(dump(notebook(cells)))
    executor = ImmediateExecutor(fine)

    with pytest.raises(BadInput, match=r"Cell number 1 has no id.*\(1 more: run lint\)"):
        grade(school, executor)
    assert executor.jobs == []


def test_jobs_name_what_they_need_and_what_is_secret(school: Path) -> None:
    cells = master_cells()
    path = school / "solutions" / "foreign.ipynb"
    path.write_text(dump(notebook(cells, readable=["../data"])))

    def with_modules(job: Job) -> Outcome:
        result = fine(job)
        result.modules = ["json"]
        return result

    executor = ImmediateExecutor(with_modules)
    grade(school, executor, settings=Settings(readable=("/srv/data",)))
    first, *rest = executor.jobs

    assert first.submission is None
    assert first.readable == ("/srv/data", str((school / "data").resolve()))
    assert first.protected == (
        str(school / "in"),
        str(school / "solutions"),
        str(school / "g.sqlite"),
    )
    assert all(job.modules == ("json",) and job.submission for job in rest)
    assert [Job.from_json(json.loads(json.dumps(job.to_json()))) for job in rest] == rest


def test_nothing_waits_when_the_grader_is_stopped(school: Path) -> None:
    class Endless(Executor):
        """Grades the master and no other."""

        futures: list[Future[Any]] = []  # noqa: RUF012

        def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            if args[0].submission is None:
                future.set_result(fine(args[0]))
            else:
                self.futures.append(future)
            if len(self.futures) == 2:
                self.futures[0].set_exception(KeyboardInterrupt())
            return future

    executor = Endless()
    with pytest.raises(KeyboardInterrupt):
        grade(school, executor)  # type: ignore[arg-type]
    assert executor.futures[1].cancelled()


def test_only_a_few_submissions_are_graded_at_a_time(
    tmp_path: Path, master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "foreign.ipynb"
    path.write_bytes(as_bytes(handed_in()))
    submissions = [Submission(f"s{n:03}", "foreign", path, None) for n in range(200)]
    waiting = []
    most = 0

    class Slow(Executor):
        """Finishes the oldest job when it has many."""

        def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            nonlocal most
            future: Future[Any] = Future()
            waiting.append(future)
            most = max(most, sum(not f.done() for f in waiting))
            if args[0].submission is None:
                future.set_result(fine(args[0]))
            return future

    def wait(futures: Any, **_: Any) -> Any:
        for future in futures:
            future.set_result(fine(None))  # type: ignore[arg-type]
        return real(futures)

    real = grading.wait
    monkeypatch.setattr(grading, "wait", wait)
    with Gradebook(tmp_path / "g.sqlite") as book:
        summary = grade_class(submissions, {"foreign": foreign_master()}, book, executor=Slow())

    assert summary.graded == 200
    assert most <= 64


def test_settings_are_checked() -> None:
    with pytest.raises(BadInput, match="workers must be at least 1, got 0"):
        Settings(workers=0)
    with pytest.raises(BadInput, match=r"cell_seconds must be above 0, got -1"):
        Limits(cell_seconds=-1)


def test_versions_name_what_points_depend_on() -> None:
    assert set(json.loads(versions())) == {"grader", "ipykernel", "ipython", "nbval", "python"}


def test_imports_of_a_master_are_listed() -> None:
    cells = [
        cell("a", "import json, os.path as p\nfrom math import sqrt as root"),
        cell("b", "def f():\n    import csv\nfrom . import here"),
        cell("c", "import this is not Python"),
        cell("d", "import html", kind="markdown"),
    ]
    names = grading.imports_of(parse_master(notebook(cells), "m"))
    assert names == ("json", "os.path", "math", "math.sqrt", "csv")
