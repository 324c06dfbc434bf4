"""Exercises in JupyterLab: untouched, wrong and raising ones run to their score card; then right."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETS = sorted(path.name for path in (ROOT / "exercises").glob("*.ipynb"))

pytestmark = pytest.mark.browser


def _card(exercise):
    """Press the card's button and nothing else: it has to save the notebook by itself."""
    exercise.page.get_by_role("button", name="Check my work", exact=True).click()


def _cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def _sources(path):
    return {cell["id"]: "".join(cell["source"]) for cell in _cells(path)}


def _write(exercise, cell, text):
    """Replace a cell's text and run it."""
    editor = exercise.page.locator(f".jp-NotebookPanel .jp-CodeCell:has-text('{cell}') .cm-content")
    editor.first.click()
    exercise.page.keyboard.press("Control+a")
    exercise.page.keyboard.type(text)
    exercise.page.keyboard.press("Control+Enter")
    exercise.page.wait_for_timeout(400)
    exercise.shot("00-practice-typing")


@pytest.mark.parametrize("name", SETS)
def test_run_all_on_an_untouched_exercise_reaches_the_score_card(notebook, name):
    exercise = notebook(f"exercises/{name}")
    assert exercise.outputs() == []
    exercise.run_all()
    exercise.page.get_by_role("button", name="Check my work", exact=True).wait_for()
    assert exercise.error_outputs() == []
    assert exercise.lost_widgets() == []
    verdicts = exercise.outputs_of("check")
    assert verdicts
    assert all(verdicts)
    assert not any("Right" in text for text in verdicts)
    exercise.shot(f"{name[:2]}-exercise-untouched")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("1 / 0", "line 1"),
        ("first_ten = (", "Python cannot read line 1"),
        ("undefined_name", "undefined_name"),
    ],
)
def test_run_all_goes_past_an_answer_that_fails(notebook, lab, answer, sentence):
    path = lab[1] / "exercises" / "07_mechanisms.ipynb"
    raw = json.loads(path.read_text(encoding="utf-8"))
    for cell in raw["cells"]:
        if cell["id"] == "q1-answer":
            cell["source"] = answer
    failing = path.with_name("07_failing.ipynb")
    failing.write_text(json.dumps(raw), encoding="utf-8")
    exercise = notebook("exercises/07_failing.ipynb")
    exercise.run_all()
    exercise.page.get_by_role("button", name="Check my work", exact=True).wait_for()
    assert exercise.error_outputs() == []
    assert sentence in exercise.outputs_of("answer")[0]
    exercise.shot("07-exercise-failing")


def test_the_practice_exercise_wrong_then_right(notebook):
    exercise = notebook("exercises/00_practice.ipynb")
    before = _sources(exercise.file)
    exercise.run_all()
    card = exercise.page.locator(".jp-OutputArea-output:has(button:has-text('Check my work'))")

    _card(exercise)
    card.get_by_text("0 of 0.5").first.wait_for(timeout=60_000)
    exercise.shot("00-practice-untouched")

    _write(exercise, "youngest = ...", 'youngest = "ARF"')
    _card(exercise)
    card.get_by_text("Another one is younger").first.wait_for(timeout=60_000)
    exercise.shot("00-practice-wrong")

    _write(exercise, 'youngest = "ARF"', 'youngest = "SCO"')
    _card(exercise)
    card.get_by_text("0.5 of 0.5").first.wait_for(timeout=60_000)
    exercise.shot("00-practice-right")

    after = _sources(exercise.file)
    assert before.keys() == after.keys()
    assert {cell for cell in before if before[cell] != after[cell]} == {"q1-answer"}
    assert exercise.nameless() == []
    assert exercise.left_the_machine == []
