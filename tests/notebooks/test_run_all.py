"""*Run All* comes to the score card of every exercise, whatever stands in the answers."""

import ast
import json
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from nbval_grader.kernel_names import PYTEST_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = sorted((ROOT / "exercises").glob("*.ipynb"))
# Empties the page and leaves what is imported, so that one kernel serves for all variants.
EMPTY = "%reset -f"


def _exercise(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def _raises(source):
    """Replace an answer by one that raises: its functions do when called, else the cell itself."""
    functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    raising = [
        f"def {f.name}({ast.unparse(f.args)}):\n    raise ValueError('x')" for f in functions
    ]
    return "\n\n\n".join(raising) or "raise ValueError('x')"


VARIANTS = {
    "broken": lambda source: f"{source}\nfor each in",
    "raising": _raises,
    "untouched": lambda source: source,
}


def _variant(cells, name, *, explorers=False):
    """Return an exercise's code cells with changed answers; ids begin with the variant's name."""
    variant = []
    for cell in deepcopy(cells):
        source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        left_out = cell["id"].endswith("-explorer") and not explorers
        if cell["cell_type"] != "code" or left_out:
            continue
        if "answer" in tags:
            source = VARIANTS[name](source)
        variant.append(
            nbformat.v4.new_code_cell(source, metadata={"tags": tags}, id=f"{name}-{cell['id']}")
        )
    return variant


def _run(cells, **options):
    notebook = nbformat.v4.new_notebook(cells=cells)
    folder = {"metadata": {"path": str(ROOT / "exercises")}}
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources=folder, **options
    ).execute()
    return notebook.cells


def _text(cell):
    return "".join(o.get("text", "") for o in cell.outputs if o.get("name") == "stdout")


@pytest.mark.slow
@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_every_cell_runs_and_every_check_says_something(path):
    cells = []
    for name in VARIANTS:
        cells += _variant(_exercise(path), name, explorers=name == "untouched")
        cells.append(nbformat.v4.new_code_cell(EMPTY, id=f"{name}-end"))
    # Stops, as a page does, at the first reply that says error.
    done = {cell.id: cell for cell in _run(cells)}

    assert all(cell.execution_count for cell in done.values())
    assert [k for k, c in done.items() if any(o.output_type == "error" for o in c.outputs)] == []
    assert [k for k, c in done.items() if any(o.get("name") == "stderr" for o in c.outputs)] == []
    for name in VARIANTS:
        assert done[f"{name}-score-card"].outputs
    checks = {k: _text(c) for k, c in done.items() if "check" in c.metadata.get("tags", [])}
    answers = {k: _text(c) for k, c in done.items() if "answer" in c.metadata.get("tags", [])}
    for cell, text in checks.items():
        assert len(text.strip().splitlines()) == 1, (cell, text)
        assert not text.startswith(("Right", "This cell", "Python cannot")), (cell, text)
        if cell.startswith("broken"):
            assert text.startswith("Nothing to check yet: there is no `"), (cell, text)
    for cell, text in answers.items():
        if cell.startswith("broken"):
            assert text.startswith("Python cannot read line "), (cell, text)
            assert "`for each in`: SyntaxError: invalid syntax" in text
        if cell.startswith("raising"):
            assert text in (
                "",
                "This cell stopped at line 1, `raise ValueError('x')`: ValueError: x\n",
            )
        if cell.startswith("untouched"):
            assert text == "", cell
    functions = [k for k, text in answers.items() if k.startswith("raising") and not text]
    for cell in functions:
        text = checks[cell.replace("answer", "check")]
        assert text.startswith("Your answer stopped at its line "), text
        assert "`raise ValueError('x')`" in text
        untouched = checks[cell.replace("answer", "check").replace("raising", "untouched")]
        assert untouched.startswith("Not answered yet: "), untouched


def test_without_the_sentences_the_same_exercise_stops(monkeypatch):
    monkeypatch.setenv(PYTEST_VARIABLE, "1")
    path = ROOT / "exercises" / "03_common_ground.ipynb"
    cells = _variant(_exercise(path), "untouched")

    with pytest.raises(CellExecutionError, match="Return the number of kept promises needed"):
        _run(deepcopy(cells))
    done = {cell.id: cell for cell in _run(cells, allow_errors=True)}
    errors = [o for c in done.values() for o in c.outputs if o.output_type == "error"]
    assert [error.ename for error in errors] == ["NotImplementedError"] * 4
