"""Exercises that learners already have keep working with the packages of today."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from nbval_grader.errors import CannotConfine
from nbval_grader.notebooks.format import BEGIN, END, as_text
from nbval_grader.notebooks.master import read_master

ROOT = Path(__file__).resolve().parents[2]
RELEASED = Path(__file__).parent / "released"
IMPORTS = tomllib.loads((RELEASED / "imports.toml").read_text(encoding="utf-8"))
MASTER = ROOT / "solutions" / "07_mechanisms.ipynb"


def test_every_exercise_has_its_imports() -> None:
    assert len(IMPORTS) == 12
    assert all(
        "from nbval_grader.scorecard import scorecard" in lines for lines in IMPORTS.values()
    )


@pytest.mark.parametrize("exercise", IMPORTS)
def test_every_import_of_a_released_exercise_works(exercise: str) -> None:
    for line in IMPORTS[exercise]:
        exec(line, {})


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the released exercise 07 with the answers of its master of today."""
    notebook: dict[str, Any] = json.loads(
        (RELEASED / "07_mechanisms.json").read_text(encoding="utf-8")
    )
    answers = {cell.id: cell.source for cell in read_master(MASTER).cells if cell.role == "answer"}
    ids = {cell["id"] for cell in notebook["cells"]}
    assert answers
    assert answers.keys() <= ids
    for cell in notebook["cells"]:
        if cell["id"] in answers:
            assert "answer" in cell["metadata"]["tags"]
            assert BEGIN not in as_text(cell["source"])
            cell["source"] = re.sub(rf"(?m)^ *({BEGIN}|{END})\n?", "", answers[cell["id"]])
    path = tmp_path_factory.mktemp("released") / "class" / "ann" / MASTER.name
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command ``nbval-grader`` in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "nbval_grader", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_check_gives_a_released_exercise_all_visible_points(answered: Path) -> None:
    done = run(answered.parent, "check", "--json", answered)

    result = json.loads(done.stdout)
    assert result["earned"] == result["points"] > 0, result["questions"]
    assert done.returncode == 0


def test_grade_gives_a_released_exercise_all_points(answered: Path, tmp_path: Path) -> None:
    grade = ("grade", answered.parents[1], "--masters", MASTER.parent, "--notebook", MASTER.stem)
    done = run(tmp_path, *grade, "--cell-seconds", 60)
    if done.returncode == CannotConfine.code:
        done = run(tmp_path, *grade, "--cell-seconds", 60, "--no-sandbox")
    assert (done.returncode, done.stderr) == (0, "")

    assert run(tmp_path, "report").returncode == 0
    with (tmp_path / "report" / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["question"]: (row["points"], row["of"]) for row in csv.DictReader(file)}
    questions = read_master(MASTER).questions
    assert {name: rows[name] for name in questions} == {
        name: (f"{question.points:g}",) * 2 for name, question in questions.items()
    }
