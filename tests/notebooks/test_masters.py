"""Every exercise set: full points for the master, none for the untouched, exact ones for mutants."""

import json
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from nbval_grader.grading import Settings, prepare
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import read_master
from nbval_grader.notebooks.student_version import exercise
from nbval_grader.running.pool import close_workers, grade_job

ROOT = Path(__file__).resolve().parents[2]
MASTERS = sorted((ROOT / "solutions").glob("*.ipynb"))
MUTANTS = ROOT / "tests" / "mutants"
SETTINGS = Settings(sandbox=False)


def _mutants(master):
    path = MUTANTS / f"{master.stem[:2]}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["mutant"] if path.exists() else []


@pytest.fixture(scope="module", autouse=True)
def _engines():
    yield
    close_workers()


@pytest.fixture(scope="module")
def grade():
    """Grade a notebook (a dict) against its master."""
    with ThreadPoolExecutor(max_workers=1) as pool:

        @cache
        def job(path):
            return prepare(read_master(path), SETTINGS, pool)

        def one(path, notebook):
            return grade_job(replace(job(path), submission=json.dumps(notebook).encode()))

        yield one


def _points(outcome):
    points = {}
    for check in outcome.checks:
        points[check.question] = points.get(check.question, 0) + check.earned
    return points


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_the_master_earns_full_points(grade, path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    outcome = grade(path, notebook)
    assert [check.cell for check in outcome.checks if check.earned != check.points] == []
    assert outcome.points == outcome.max_points == (1 if path.stem.startswith("00") else 10)


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_the_untouched_exercise_scores_nothing(grade, path):
    generated = exercise(read_master(path))
    outcome = grade(path, generated)
    assert [check.cell for check in outcome.checks if check.earned] == []
    assert outcome.points == 0


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_the_exercise_is_current(path):
    stored = (ROOT / "exercises" / path.name).read_text(encoding="utf-8")
    assert stored == dump(exercise(read_master(path)))


def _outputs(notebook):
    """List the cells with an output or a count."""
    return [
        cell["id"]
        for cell in notebook["cells"]
        if cell.get("outputs") or cell.get("execution_count") is not None
    ]


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_a_copy_opens_without_any_output(path):
    master = json.loads(path.read_text(encoding="utf-8"))
    copy = json.loads((ROOT / "exercises" / path.name).read_text(encoding="utf-8"))
    skeleton = copy["metadata"]["nbval_grader"]["visible"]

    assert _outputs(master)  # so that an output would be seen
    assert _outputs(copy) == _outputs(skeleton) == []
    metadata = json.dumps([cell["metadata"] for cell in copy["cells"] + skeleton["cells"]])
    printed = [
        line.strip()
        for cell in master["cells"]
        for output in cell.get("outputs", [])
        for line in output.get("text", [])
        if "check" in cell["metadata"]["tags"]
    ]
    assert printed
    assert [line for line in printed if line in metadata] == []


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_right_answers_in_a_copy_earn_full_points(grade, path):
    answers = json.loads(path.read_text(encoding="utf-8"))
    sources = {cell["id"]: cell["source"] for cell in answers["cells"]}
    copy = exercise(read_master(path))
    for cell in copy["cells"]:
        if "answer" in cell["metadata"].get("tags", []):
            cell["source"] = sources[cell["id"]]
    outcome = grade(path, copy)
    assert outcome.points == outcome.max_points
    assert outcome.notices == []


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_a_wrong_answer_loses_exactly_its_points(grade, path):
    master = read_master(path)
    full = _points(grade(path, json.loads(path.read_text(encoding="utf-8"))))
    for mutant in _mutants(path):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        changed = [
            cell
            for cell in notebook["cells"]
            if cell["metadata"].get("nbval_grader", {}).get("question") == mutant["question"]
            and "answer" in cell["metadata"].get("tags", [])
        ]
        assert len(changed) == 1, mutant
        changed[0]["source"] = mutant["source"].strip()
        points = _points(grade(path, notebook))
        expected = dict(full)
        expected[mutant["question"]] -= mutant["loses"]
        assert points == pytest.approx(expected), (master.name, mutant["question"], mutant["why"])


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_every_question_has_two_mutants(path):
    if path.stem.startswith("00"):
        pytest.skip("the practice set has one question, tried by hand in the browser test")
    questions = [mutant["question"] for mutant in _mutants(path)]
    short = [name for name in read_master(path).questions if questions.count(name) < 2]
    assert short == []
    assert all(mutant["loses"] > 0 and mutant["why"] for mutant in _mutants(path))
