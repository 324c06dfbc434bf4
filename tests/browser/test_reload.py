"""Every lesson by Shift+Enter, then loaded again with its kernel alive: all that moved still moves."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
MOST_BYTES = 1_000_000

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_survives_a_reload(notebook, name):
    lesson = notebook(f"notebooks/{name}")
    lesson.shift_enter_through()
    assert lesson.narrow_figures() == [], "after Shift+Enter"
    explorers = len(lesson.explorers())

    lesson.reload()

    assert lesson.lost_widgets() == []
    assert len(lesson.explorers()) == explorers
    assert lesson.narrow_figures() == [], "after a reload"
    for explorer in lesson.explorers():
        explorer.scroll_into_view_if_needed()
        handles = explorer.locator(".noUi-handle")
        if handles.count():
            assert lesson.keys_move(explorer, handles.first) == [], "a slider is dead"
    assert lesson.received < MOST_BYTES
    assert lesson.errors == []
