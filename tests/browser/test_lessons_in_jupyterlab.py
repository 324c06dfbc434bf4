"""Every lesson in real JupyterLab: run all, move every control, look for what goes wrong."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.browser


def _keys_move(lesson, explorer, handle):
    """Press an arrow key on a slider until figure and words differ; return what stayed equal."""
    lesson.page.wait_for_timeout(300)
    before = lesson.state(explorer)
    now, low, high = (
        float(handle.get_attribute(f"aria-value{name}")) for name in ("now", "min", "max")
    )
    key = "ArrowRight" if high - now >= now - low else "ArrowLeft"
    handle.focus()
    for _ in range(8):
        handle.press(key)
        if not lesson.changed(explorer, before, timeout=0.3):
            return []
    return lesson.changed(explorer, before)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_lives_in_jupyterlab(notebook, name):
    lesson = notebook(f"notebooks/{name}")
    lesson.run_all()
    assert lesson.tracebacks() == []
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
            assert _keys_move(lesson, explorer, handle) == [], f"{where}: keys change nothing"
        lesson.shot(f"{name[:2]}-explorer-{number}-moved", explorer)
        explorer.get_by_role("button", name="Reset", exact=True).click()
        label = explorer.locator(".js-plotly-plot").get_attribute("aria-label")
        assert label
        assert len(label) > 40

    assert lesson.nameless() == []
    assert lesson.left_the_machine == []
    assert lesson.errors == []
