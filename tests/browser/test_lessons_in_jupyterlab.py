"""Every lesson in real JupyterLab as it comes: run it, move every control, resize, reload."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
MOST_BYTES = 1_000_000

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_lives_in_jupyterlab(notebook, name):
    lesson = notebook(f"notebooks/{name}")
    lesson.run_all()
    assert lesson.error_outputs() == []
    assert lesson.lost_widgets() == []
    assert lesson.explorers()
    assert lesson.narrow_figures() == [], "after Run All"
    lesson.whole(name.removesuffix(".ipynb"))

    for number, explorer in enumerate(lesson.explorers(), start=1):
        explorer.scroll_into_view_if_needed()
        lesson.shot(f"{name[:2]}-explorer-{number}-start", explorer)
        handles = explorer.locator(".noUi-handle")
        for i in range(handles.count()):
            handle = handles.nth(i)
            label = handle.get_attribute("aria-label")
            where = f"{name}, explorer {number}, slider {label!r}"
            assert label, where
            before = lesson.state(explorer)
            now = float(handle.get_attribute("aria-valuenow"))
            low = float(handle.get_attribute("aria-valuemin"))
            high = float(handle.get_attribute("aria-valuemax"))
            lesson.drag(handle, 0.1 if (now - low) / (high - low) > 0.5 else 0.9)
            assert lesson.changed(explorer, before) == [], f"{where}: dragging changes nothing"
            explorer.get_by_role("button", name="Reset", exact=True).click()
            assert lesson.keys_move(explorer, handle) == [], f"{where}: keys change nothing"
        lesson.shot(f"{name[:2]}-explorer-{number}-moved", explorer)
        explorer.get_by_role("button", name="Reset", exact=True).click()
        label = explorer.locator(".js-plotly-plot").get_attribute("aria-label")
        assert label
        assert len(label) > 40

    assert lesson.nameless() == []
    assert lesson.unnamed_regions() == []
    lesson.page.set_viewport_size({"width": 1100, "height": 768})
    assert lesson.narrow_figures() == [], "in a smaller window"
    lesson.page.set_viewport_size({"width": 1366, "height": 768})
    assert lesson.narrow_figures() == [], "in a larger window"

    lesson.reload()
    assert lesson.received < MOST_BYTES
    assert lesson.lost_widgets() == []
    assert len(lesson.explorers()) == number
    assert lesson.narrow_figures() == [], "after a reload"
    for explorer in lesson.explorers():
        explorer.scroll_into_view_if_needed()
        handles = explorer.locator(".noUi-handle")
        if handles.count():
            assert lesson.keys_move(explorer, handles.first) == [], (
                "a slider is dead after a reload"
            )

    lesson.shift_enter_through()
    assert lesson.error_outputs() == []
    assert lesson.lost_widgets() == []
    assert len(lesson.explorers()) == number
    assert lesson.narrow_figures() == [], "after Shift+Enter"
    assert lesson.left_the_machine == []
    assert lesson.errors == []
