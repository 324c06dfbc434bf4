"""Compared outputs are refreshed, others are removed, and a failing cell changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from foreign import cell, foreign_master, master_cells, notebook

from nbval_grader.errors import BadInput
from nbval_grader.notebooks.format import dump
from nbval_grader.running.protocol import Limits
from nbval_grader.running.refresh import refresh, refreshed

CHECKED = ("nbval-check-output",)


def write(path: Path, cells: list[dict[str, Any]]) -> Path:
    """Write a notebook."""
    path.write_text(dump(notebook(cells)))
    return path


def cells(path: Path) -> dict[str, Any]:
    """Return a notebook's cells by id."""
    return {c["id"]: c for c in json.loads(path.read_text())["cells"]}


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """Return a lesson with cells of every kind."""
    return write(
        tmp_path / "lesson.ipynb",
        [
            cell("prose", "# A", kind="markdown"),
            cell(
                "noise", "import sys\nprint('noise', file=sys.stderr)", prints="old noise", count=9
            ),
            cell(
                "checked",
                "print('one', end='')\nprint(' two')\n3",
                CHECKED,
            ),
            cell("here", "import os\nprint(os.path.exists('lesson.ipynb'))", CHECKED),
            cell("skipped", "1 / 0", ("nbval-skip",)),
            cell("raises", "1 / 0", (*CHECKED, "raises-exception")),
            cell("shown", "from IPython.display import HTML\nHTML('<b>')", CHECKED),
            cell("hashes", "print(hash('a') == hash('a'), sorted({'b', 'a'}))", CHECKED),
        ],
    )


def test_compared_outputs_are_stored_and_others_removed(lesson: Path) -> None:
    assert refresh(lesson)
    stored = cells(lesson)

    assert (stored["noise"]["outputs"], stored["noise"]["execution_count"]) == ([], None)
    assert stored["checked"]["execution_count"] == 2
    assert stored["checked"]["outputs"] == [
        {"name": "stdout", "output_type": "stream", "text": ["one two\n"]},
        {
            "data": {"text/plain": ["3"]},
            "execution_count": 2,
            "metadata": {},
            "output_type": "execute_result",
        },
    ]
    assert stored["here"]["outputs"][0]["text"] == ["True\n"]
    assert (stored["skipped"]["outputs"], stored["skipped"]["execution_count"]) == ([], None)
    assert stored["raises"]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert stored["raises"]["outputs"][0]["traceback"] == []
    assert stored["shown"]["outputs"][0]["data"]["text/html"] == ["<b>"]
    assert json.loads(lesson.read_text())["nbformat_minor"] == 5


def test_a_second_time_changes_nothing(lesson: Path) -> None:
    refresh(lesson)
    before = lesson.stat().st_mtime_ns

    assert not refresh(lesson)
    assert lesson.stat().st_mtime_ns == before


def test_plain_nbval_agrees(lesson: Path) -> None:
    refresh(lesson)
    completed = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--nbval-lax",
            "-q",
            "-p",
            "no:cacheprovider",
            lesson.name,
        ],
        cwd=lesson.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "6 passed, 1 skipped" in completed.stdout


def test_a_failing_cell_leaves_the_file_unchanged(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", [cell("fine", "1"), cell("broken", "1 / 0")])
    before = path.read_bytes()

    with pytest.raises(BadInput, match="cell 'broken' raised ZeroDivisionError: division by zero"):
        refresh(path)
    assert path.read_bytes() == before


def test_a_warning_in_a_compared_cell_is_refused(tmp_path: Path) -> None:
    source = "import warnings\nwarnings.warn('careful')"
    path = write(tmp_path / "n.ipynb", [cell("loud", source, CHECKED)])

    with pytest.raises(BadInput, match=r"cell 'loud' is compared, but writes to stderr .*careful"):
        refresh(path)


def test_a_cell_that_hangs_is_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", [cell("slow", "import time\ntime.sleep(99)", CHECKED)])
    before = path.read_bytes()

    with pytest.raises(BadInput, match="cell 'slow'"):
        refresh(path, Limits(cell_seconds=5, submission_seconds=60))
    assert path.read_bytes() == before


def test_the_foreign_master_is_unchanged_by_a_run(tmp_path: Path) -> None:
    path = write(tmp_path / "foreign.ipynb", master_cells())

    assert refreshed(path) == dump(notebook(master_cells()))
    assert foreign_master().points == 6


def test_a_failing_cell_is_refused_even_if_the_notebook_explains_errors(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path / "lesson.ipynb",
        [
            cell("fails", "from nbval_grader import checking\n\nchecking.explain_errors()\n1 / 0"),
        ],
    )

    with pytest.raises(BadInput, match="cell 'fails' raised ZeroDivisionError"):
        refresh(path)
