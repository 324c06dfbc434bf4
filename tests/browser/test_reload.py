"""Every lesson by Shift+Enter, then loaded again with its kernel alive: all that moved still moves."""

from pathlib import Path

import plotly
import pytest
from notebook_page import NotebookPage

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
MOST_BYTES = 1_000_000
PLOTLY_BYTES = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").stat().st_size

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


def test_a_slow_machine_reloads_a_lesson_too(notebook):
    lesson = notebook("notebooks/07_mechanisms.ipynb")
    lesson.run_all()
    explorers = len(lesson.explorers())
    lesson.slow_down(6)
    lesson.reload()
    assert len(lesson.explorers()) == explorers
    assert lesson.lost_widgets() == []
    assert lesson.narrow_figures() == []


def test_a_page_without_plotly_gets_it_from_the_kernel_once(lab, chromium):
    url, root = lab
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    context.route("**/extensions/jupyterlab-plotly/**", lambda route: route.abort())
    lesson = NotebookPage(context, url, root, "notebooks/07_mechanisms.ipynb", None)
    try:
        lesson.run_all()
        assert len(lesson.explorers()) > 1
        assert lesson.narrow_figures() == []
        assert PLOTLY_BYTES < lesson.received < 2 * PLOTLY_BYTES
        handle = lesson.explorers()[0].locator(".noUi-handle").first
        assert lesson.keys_move(lesson.explorers()[0], handle) == []
    finally:
        lesson.close()
        context.close()
