"""The grader is a distribution of its own: its wheel grades any course, without the course beside it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from foreign import RIGHT, as_bytes, foreign_master, handed_in

from clean_venv import (
    build_wheel,
    clean_environment,
    imports_of_wheel,
    make_clean_venv,
    metadata_of,
    requirements_of_wheel,
)
from nbval_grader.errors import CannotConfine, Findings
from nbval_grader.notebooks.format import cells_of, dump
from nbval_grader.notebooks.merge import read_submission

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "grader" / "src" / "nbval_grader"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built without the network."""
    return build_wheel(ROOT / "grader", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module", params=["offline", pytest.param("network", marks=pytest.mark.slow)])
def run(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """Return a function that runs a command of a clean virtual environment with the wheel.

    Without the network, the packages that the wheel requires come from the tests' environment.
    """
    network = request.param == "network"
    if network and not (os.environ.get("CI") or os.environ.get("COURSE_CLEAN_INSTALL")):
        pytest.skip("takes a minute and the network: set COURSE_CLEAN_INSTALL=1 to run it here")
    folder = tmp_path_factory.mktemp("clean")
    venv = make_clean_venv(folder / "venv", wheel, "nbval-grader", network=network)

    def run(command: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(venv / "bin" / command), *map(str, arguments)],
            cwd=folder,
            env={**clean_environment(), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_wheel_requires_exactly_what_its_modules_import(wheel: Path) -> None:
    metadata = metadata_of(wheel)

    assert imports_of_wheel(wheel) == requirements_of_wheel(wheel, extras=True)
    assert metadata["Description"] or metadata.get_payload()


def test_the_wheel_contains_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    files = {
        str(PurePosixPath("nbval_grader", *path.relative_to(PACKAGE).parts))
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert files == {name for name in names if name.startswith("nbval_grader/")}
    assert "nbval_grader/templates/scorecard.html" in files


def test_the_course_is_not_there(run: Run) -> None:
    done = run("python", "-c", "import asian_security")
    assert done.stderr.endswith("ModuleNotFoundError: No module named 'asian_security'\n")
    done = run("python", "-c", "import nbval_grader, sys; print(nbval_grader.__file__, sys.prefix)")
    path, prefix = done.stdout.split()
    assert Path(path).is_relative_to(prefix)


@pytest.mark.slow
def test_another_course_is_graded(run: Run, tmp_path: Path) -> None:
    master = tmp_path / "solutions" / "foreign.ipynb"
    master.parent.mkdir()
    master.write_text(dump(foreign_master().notebook), encoding="utf-8")
    done = run("nbval-grader", "exercise", master, "--to", tmp_path / "exercises")
    assert (done.returncode, done.stderr) == (0, "")
    exercise = tmp_path / "exercises" / "foreign.ipynb"
    assert read_submission(exercise.read_bytes()) == cells_of(handed_in({}))

    submissions = tmp_path / "submissions"
    for student, answers in {"ann": RIGHT, "bo": {**RIGHT, "q1-answer": "largest = 2"}}.items():
        (submissions / student).mkdir(parents=True)
        (submissions / student / "foreign.ipynb").write_bytes(as_bytes(handed_in(answers)))
    done = run("nbval-grader", "check", submissions / "ann" / "foreign.ipynb")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Numbers: 3 of 3 visible points" in done.stdout
    done = run("nbval-grader", "check", submissions / "bo" / "foreign.ipynb")
    assert done.returncode == Findings.code
    assert "Numbers: 2 of 3 visible points" in done.stdout

    gradebook = ("--gradebook", tmp_path / "gradebook.sqlite")
    grade = ("grade", submissions, "--masters", master.parent, "--cell-seconds", 60, *gradebook)
    done = run("nbval-grader", *grade)
    if done.returncode == CannotConfine.code:
        done = run("nbval-grader", *grade, "--no-sandbox")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 graded." in done.stdout
    done = run("nbval-grader", "report", *gradebook, "--to", tmp_path / "report")
    assert (done.returncode, done.stderr) == (0, "")
    with (tmp_path / "report" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        points = {row["student"]: row["foreign"] for row in csv.DictReader(file)}
    assert points == {"ann": "6", "bo": "4"}
    assert (tmp_path / "report" / "feedback" / "ann" / "foreign.html").is_file()


# A browser edition has no kernel beside the page, no pytest and no terminal.
LIGHT = """import sys


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "nbval_grader", *sys.argv[1:]}:
            raise ModuleNotFoundError(f"{name} is blocked")


sys.meta_path.insert(0, Blocker())
from nbval_grader import checking, error_messages, scorecard

error_messages.explain_errors()
checking.check(checking.matches([1.0], checking.digest([1])), right="right", wrong="wrong")
if "jinja2" in sys.argv:
    result = {"title": "Numbers", "saved": 0, "earned": 1, "points": 2, "all_points": 2}
    print(scorecard.table({**result, "notices": [], "manual": [], "questions": []}, 0))
"""


def test_what_a_browser_needs_imports_without_kernels_pytest_and_terminals() -> None:
    command = [sys.executable, "-c", LIGHT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("right\n", "")
    done = subprocess.run(
        [*command, "jinja2", "markupsafe"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert "Numbers: 1 of 2 points" in done.stdout
