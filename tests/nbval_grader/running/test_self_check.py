"""A learner's own check reports the visible points, says why, and does not change the file."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from foreign import RIGHT, as_bytes, as_handed_out_before, foreign_master, handed_in

from nbval_grader.errors import BadInput, NotGraded
from nbval_grader.notebooks.format import dump
from nbval_grader.running import self_check
from nbval_grader.running.pool import grade_job
from nbval_grader.running.protocol import Job, Limits, Outcome
from nbval_grader.running.self_check import SelfCheck, check_notebook

MIXED = {
    "q1-answer": "largest = 2",
    "q2-answer": "def double(x):\n    return x / 0",
    "q3-answer": RIGHT["q3-answer"],
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SelfCheck]:
    """Return a file with a wrong, a broken and a right answer, and what its check gives."""
    path = tmp_path_factory.mktemp("work") / "foreign.ipynb"
    path.write_bytes(as_bytes(handed_in(MIXED)))
    return path, check_notebook(path)


def test_points_messages_and_hints(mixed: tuple[Path, SelfCheck]) -> None:
    _, result = mixed
    one, two, three = result.questions

    assert (result.exercise, result.title, result.all_points) == ("foreign", "Numbers", 6)
    assert (result.points, result.earned) == (3, 1)
    assert (one.title, one.points, one.earned) == ("The largest number", 1, 0)
    assert one.message == "q1: not yet. Look at every number."
    assert one.hint == "There is a function for this."
    assert two.message == "The check stopped with ZeroDivisionError: division by zero"
    assert (three.message, three.hint, three.earned) == ("q3: yes.", "", 1)
    assert result.manual == ["d1: Why"]


def test_the_file_is_only_read(mixed: tuple[Path, SelfCheck]) -> None:
    path, result = mixed

    assert path.read_bytes() == as_bytes(handed_in(MIXED))
    assert abs(result.saved - time.time()) < 3600
    assert [p.name for p in path.parent.iterdir()] == ["foreign.ipynb"]


def test_the_same_points_as_the_grader(mixed: tuple[Path, SelfCheck]) -> None:
    _, result = mixed
    master = foreign_master()
    limits = Limits(cell_seconds=60, submission_seconds=120)
    data = as_bytes(handed_in(MIXED))
    graded = grade_job(Job("foreign", dump(master.notebook), data, limits, sandbox=False))

    visible = {c.question: c.earned for c in graded.checks if not c.hidden}
    assert {q.question: q.earned for q in result.questions} == visible


def test_it_does_not_matter_if_checks_were_run_cleared_edited_or_deleted(tmp_path: Path) -> None:
    raw = handed_in({**RIGHT, "q1-answer": "largest = 2"})
    raw["cells"] = [c for c in raw["cells"] if c["id"] != "q3-check"]
    for one in raw["cells"]:
        if one["cell_type"] == "code":
            one["outputs"], one["execution_count"] = [], None
        if one["id"] == "q1-check":
            one["source"] = "print('q1: yes.')"
    path = tmp_path / "renamed by me.ipynb"
    path.write_bytes(as_bytes(raw))

    result = check_notebook(path)

    assert result.earned == 2
    assert any("q1-check, q3-check" in notice for notice in result.notices)


def test_answers_that_fail_or_are_missing_are_reported(tmp_path: Path) -> None:
    raw = handed_in(
        {
            "q2-answer": "import os; os._exit(1)",
            "q3-answer": "print('before')\nraise ValueError('no')",
        }
    )
    raw["cells"] = [c for c in raw["cells"] if c["id"] != "q1-answer"]
    path = tmp_path / "foreign.ipynb"
    path.write_bytes(as_bytes(raw))

    one, two, three = check_notebook(path).questions

    assert one.message == "There is no answer cell for this question in the file."
    assert "The kernel ended while this cell ran" in two.message
    assert three.message == "The answer cell stopped with ValueError: no"


def test_the_result_can_be_json(mixed: tuple[Path, SelfCheck]) -> None:
    record = json.loads(json.dumps(mixed[1].to_json()))

    assert (record["points"], record["earned"]) == (3, 1)
    assert record["questions"][0]["hint"] == "There is a function for this."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "notebook format None"),
        (dump(foreign_master().notebook).encode(), "is not an exercise: it carries no checks"),
        (b"", "is empty"),
    ],
)
def test_a_file_that_is_not_an_exercise_is_refused(
    tmp_path: Path, data: bytes, message: str
) -> None:
    path = tmp_path / "n.ipynb"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=message):
        check_notebook(path)


def test_a_path_that_is_not_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder; give one notebook"):
        check_notebook(tmp_path)
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        check_notebook(tmp_path / "none.ipynb")


def test_a_failure_of_the_grader_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "n.ipynb"
    path.write_bytes(as_bytes(handed_in()))
    monkeypatch.setattr(self_check, "grade_job", lambda job: Outcome("failed", reason="No worker."))
    with pytest.raises(NotGraded, match=r"could not be checked: No worker\."):
        check_notebook(path)
    monkeypatch.setattr(self_check, "grade_job", lambda job: Outcome("unreadable", reason="Odd."))
    with pytest.raises(BadInput, match=r"n\.ipynb: Odd\."):
        check_notebook(path)


def test_an_older_copy_of_the_exercise_is_checked_and_graded_alike(
    tmp_path: Path, mixed: tuple[Path, SelfCheck]
) -> None:
    master = foreign_master()
    before = as_handed_out_before(handed_in(MIXED), master)
    assert before["cells"][3]["outputs"]
    assert "expected" not in json.dumps(before["metadata"])
    path = tmp_path / "foreign.ipynb"
    path.write_bytes(as_bytes(before))

    result = check_notebook(path)
    assert result.questions == mixed[1].questions
    assert result.notices == mixed[1].notices == []

    limits = Limits(cell_seconds=60, submission_seconds=120)
    outcomes = [
        grade_job(Job("foreign", dump(master.notebook), as_bytes(raw), limits, sandbox=False))
        for raw in (before, handed_in(MIXED))
    ]
    earned = [[check.earned for check in outcome.checks] for outcome in outcomes]
    assert earned[0] == earned[1]
    assert [outcome.notices for outcome in outcomes] == [[], []]


@pytest.mark.parametrize("packed", ["broken", None], ids=["broken", "deleted"])
def test_a_check_without_its_expected_output_never_passes(
    tmp_path: Path, packed: str | None
) -> None:
    raw = handed_in()
    for one in raw["metadata"]["nbval_grader"]["visible"]["cells"]:
        if one["id"] == "q1-check":
            del one["metadata"]["nbval_grader"]["expected"]
            if packed is not None:
                one["metadata"]["nbval_grader"]["expected"] = packed
    path = tmp_path / "foreign.ipynb"
    path.write_bytes(as_bytes(raw))

    with pytest.raises(BadInput, match="has lost what the check 'q1-check' compares with"):
        check_notebook(path)


def test_a_check_without_an_execution_count_is_compared_too() -> None:
    raw = json.loads(dump(foreign_master().notebook))
    for one in raw["cells"]:
        if one["id"] in ("q1-check", "q1-hidden-1"):
            one["outputs"], one["execution_count"] = [], None
    limits = Limits(cell_seconds=60, submission_seconds=120)
    outcome = grade_job(Job("foreign", dump(raw), as_bytes(handed_in()), limits, sandbox=False))

    failed = [check.cell for check in outcome.checks if check.outcome != "passed"]
    assert failed == ["q1-check", "q1-hidden-1"]


def test_invalid_points_in_the_metadata_count_as_0(tmp_path: Path) -> None:
    raw = handed_in()
    raw["metadata"]["nbval_grader"]["points"] = "many"
    path = tmp_path / "foreign.ipynb"
    path.write_bytes(as_bytes(raw))

    assert check_notebook(path).all_points == 0
