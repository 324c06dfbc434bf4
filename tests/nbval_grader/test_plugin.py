"""Plain ``pytest --nbval-lax`` checks the answers in a copy, whatever outputs it was saved with."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from foreign import (
    RIGHT,
    as_handed_out_before,
    cell,
    foreign_master,
    handed_in,
    notebook,
)

from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import read_master
from nbval_grader.notebooks.student_version import exercise

ROOT = Path(__file__).resolve().parents[2]
WRONG = {**RIGHT, "q1-answer": "largest = 2"}
COMPARED = ("nbval-check-output",)


def saved(raw: dict[str, Any], printed: Mapping[str, str]) -> dict[str, Any]:
    """Return a copy saved after a run, with these outputs in its checks."""
    copy = json.loads(json.dumps(raw))
    for count, one in enumerate((c for c in copy["cells"] if c["cell_type"] == "code"), start=1):
        text = printed.get(one["id"])
        one["execution_count"] = count
        one["outputs"] = (
            [{"output_type": "stream", "name": "stdout", "text": text + "\n"}] if text else []
        )
    return copy


def without_expected(packed: str | None) -> dict[str, Any]:
    """Return a right copy whose first check has lost its expected output, or has this one."""
    raw = handed_in()
    for one in [*raw["cells"], *raw["metadata"]["nbval_grader"]["visible"]["cells"]]:
        if one["id"] == "q1-check":
            del one["metadata"]["nbval_grader"]["expected"]
            if packed is not None:
                one["metadata"]["nbval_grader"]["expected"] = packed
    return raw


def other_notebook() -> dict[str, Any]:
    """Return a notebook that is not a copy, with cells that look like those of a copy."""
    packed = handed_in()["cells"][3]["metadata"]["nbval_grader"]["expected"]
    variable = "import os\nprint('NBVAL_GRADER_PYTEST' in os.environ)"
    return notebook(
        [
            cell("same", "print(1)", COMPARED, prints="1", count=1),
            cell("other", "print(1)", COMPARED, prints="2", count=2),
            cell("packed", "print(1)", COMPARED, prints="1", count=3, expected=packed),
            cell("check", "print(1)", ("check", *COMPARED)),
            cell("variable", variable, COMPARED, prints="False", count=5),
        ]
    )


def changed_master() -> dict[str, Any]:
    """Return a master with one wrong stored output."""
    raw = json.loads(dump(foreign_master().notebook))
    raw["cells"][3]["outputs"][0]["text"] = "q1: no.\n"
    return raw


def practice(answer: str, table: str = "Three") -> dict[str, Any]:
    """Return the course's practice exercise, whose first cell shows a table."""
    raw = exercise(read_master(ROOT / "solutions" / "00_practice.ipynb"))
    source = "".join(next(c["source"] for c in raw["cells"] if c["id"] == "setup"))
    for one in raw["cells"]:
        if one["id"] == "q1-answer":
            one["source"] = answer
        if one["id"] == "setup":
            one["source"] = source.replace("Three", table)
    return raw


SAVED = {"q1-check": "q1: not yet. Look at every number."}
NOTEBOOKS = {
    "right": (handed_in(), set()),
    "untouched": (handed_in({}), {"q1-check", "q2-check", "q3-check"}),
    "wrong": (handed_in(WRONG), {"q1-check"}),
    "wrong_and_saved": (saved(handed_in(WRONG), SAVED), {"q1-check"}),
    "wrong_and_saved_before": (
        saved(as_handed_out_before(handed_in(WRONG), foreign_master()), SAVED),
        {"q1-check"},
    ),
    "right_before": (as_handed_out_before(handed_in(), foreign_master()), set()),
    "broken": (without_expected("broken"), {"q1-check"}),
    "deleted": (without_expected(None), {"q1-check"}),
    "other": (other_notebook(), {"other"}),
    "master": (foreign_master().notebook, set()),
    "master_changed": (changed_master(), {"q1-check"}),
    "practice_right": (practice('youngest = "SCO"'), set()),
    "practice_wrong": (practice('youngest = "ARF"'), {"q1-check"}),
    "practice_table": (practice('youngest = "SCO"', "Four"), {"setup"}),
}


def nbval(folder: Path, names: Iterable[str], *options: str) -> tuple[dict[str, set[str]], str]:
    """Run notebooks under pytest as a learner would; return which cells fail, and the report."""
    for name in names:
        raw, _ = NOTEBOOKS[name]
        (folder / f"{name}.ipynb").write_text(json.dumps(raw), encoding="utf-8")
    shutil.copy(ROOT / "conftest.py", folder)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", "-v", "--color=no", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    outcomes = re.findall(r"^(\w+)::ipynb::Cell (\d+) (PASSED|FAILED)", done.stdout, re.MULTILINE)
    failed: dict[str, set[str]] = {}
    for name in names:
        raw, _ = NOTEBOOKS[name]
        ids = [c["id"] for c in raw["cells"] if c["cell_type"] == "code"]
        cells = {ids[int(place)]: outcome for book, place, outcome in outcomes if book == name}
        assert list(cells) == ids, done.stdout + done.stderr
        failed[name] = {cell for cell, outcome in cells.items() if outcome == "FAILED"}
    return failed, done.stdout


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, set[str]], str]:
    """Return which cells fail with the plugin, and the report."""
    return nbval(tmp_path_factory.mktemp("plugin"), NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_exactly_the_wrong_cells_fail(run: tuple[dict[str, set[str]], str], name: str) -> None:
    failed, _ = run

    assert failed[name] == NOTEBOOKS[name][1]


def test_the_report_gives_the_reason(run: tuple[dict[str, set[str]], str]) -> None:
    _, report = run
    reports = dict(re.findall(r"^_+ (\w+\.ipynb::Cell \d+) _+$(.*?)(?=^_{5})", report, re.M | re.S))

    # Errors are shown as they are, not as the sentences of a learner's page.
    assert "NotImplementedError" in reports["untouched.ipynb::Cell 4"]
    assert "Not answered yet" not in report
    for name in ("broken", "deleted"):
        assert "copy your answers into a fresh copy" in reports[f"{name}.ipynb::Cell 2"]


def test_without_the_plugin_nbval_compares_answers_with_themselves(tmp_path: Path) -> None:
    names = ("wrong_and_saved", "wrong_and_saved_before", "untouched")
    failed, _ = nbval(tmp_path, names, "-p", "no:nbval_grader")

    assert failed["wrong_and_saved"] == failed["wrong_and_saved_before"] == {"q2-check", "q3-check"}
    assert failed["untouched"] == set()


def test_it_imports_almost_nothing() -> None:
    code = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport nbval_grader.plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == [
        "nbval_grader",
        "nbval_grader.kernel_names",
        "nbval_grader.plugin",
    ]


def test_pytest_without_nbval_is_unaffected(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_one():\n    pass\n")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:nbval", "-q", str(tmp_path)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "1 passed" in done.stdout


def test_the_graders_own_session_does_not_load_it(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom nbval_grader.running.session import serve_in_pytest\n"
        "def serve(runner):\n"
        "    names = runner.session.config.pluginmanager.list_name_plugin()\n"
        "    print([name for name, plugin in names if plugin and 'nbval' in name])\n"
        "serve_in_pytest(serve, sys.argv[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[0] == "['nbval.plugin']"
