"""An exercise in JupyterLab: done wrong, then right, with its score card."""

import json

import pytest

pytestmark = pytest.mark.browser


def _card(page):
    """Press the card's button and nothing else: it has to save the notebook by itself."""
    page.page.get_by_role("button", name="Check my work", exact=True).click()


def _sources(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


def _write(exercise, cell, text):
    """Replace a cell's text and run it."""
    editor = exercise.page.locator(f".jp-NotebookPanel .jp-CodeCell:has-text('{cell}') .cm-content")
    editor.first.click()
    exercise.page.keyboard.press("Control+a")
    exercise.page.keyboard.type(text)
    exercise.page.keyboard.press("Control+Enter")
    exercise.page.wait_for_timeout(400)
    exercise.shot("00-practice-typing")


def test_the_practice_exercise_wrong_then_right(notebook):
    exercise = notebook("exercises/00_practice.ipynb")
    before = _sources(exercise.file)
    exercise.run_all_past_errors()
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
    assert {cell for cell in before if before[cell] != after[cell]} == {"q1-answer"}
    assert before.keys() <= after.keys()  # Shift+Enter on the last cell adds an empty one
    assert exercise.nameless() == []
    assert exercise.left_the_machine == []
