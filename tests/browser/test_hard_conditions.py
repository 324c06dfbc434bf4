"""Where a reload is hard: a slow machine, and a page that has no plotly.js of its own."""

from pathlib import Path

import plotly
import pytest
from notebook_page import NotebookPage

PLOTLY_BYTES = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").stat().st_size

pytestmark = pytest.mark.browser


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
