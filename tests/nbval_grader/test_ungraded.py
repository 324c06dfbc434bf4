"""Cells that are only to look at: learners get them, and the grader does not run them."""

from __future__ import annotations

from foreign import RIGHT, as_bytes, cell, handed_in, master_cells, notebook

from nbval_grader.grading import imports_of
from nbval_grader.notebooks.format import cells_of, parse_master
from nbval_grader.notebooks.lint import lint
from nbval_grader.notebooks.merge import read_submission, transplant
from nbval_grader.notebooks.student_version import exercise


def test_an_ungraded_cell_is_handed_out_but_not_run() -> None:
    cells = master_cells()
    cells.insert(2, cell("look", "open_a_window()", ("ungraded",)))
    cells.append(cell("skipped", "1 / 0", ("nbval-skip",)))
    master = parse_master(notebook(cells, title="Numbers", points=6), "foreign")
    assert lint(master) == []
    handed_out = cells_of(exercise(master))
    assert {"look", "skipped"} <= {c.id for c in handed_out}
    plan = transplant(master, read_submission(as_bytes(handed_in(RIGHT, master))))
    assert not {"look", "skipped"} & {step.cell for step in plan.steps}
    assert "setup" in {step.cell for step in plan.steps}


def test_the_modules_that_a_master_imports() -> None:
    cells = [
        cell("a", "import json, os.path as p\nfrom math import sqrt as root"),
        cell("b", "def f():\n    import csv\nfrom . import here"),
        cell("c", "import this is not Python"),
        cell("d", "import html", kind="markdown"),
    ]
    found = imports_of(parse_master(notebook(cells), "m"))
    assert found == ("json", "os.path", "math", "math.sqrt", "csv")
