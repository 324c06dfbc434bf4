"""What a learner meets before touching anything, and whether the probes for it can see at all."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["notebooks/00_start_here.ipynb", "exercises/07_mechanisms.ipynb"])
def test_an_opened_notebook_is_clean_and_nothing_covers_it(notebook, path):
    opened = notebook(path)
    opened.page.wait_for_timeout(3000)
    opened.shot(f"first-screen-{path.partition('/')[0]}")
    assert opened.toasts() == []
    assert not opened.is_dirty()


def test_a_touched_notebook_counts_as_changed(notebook):
    opened = notebook("exercises/00_practice.ipynb")
    opened.page.locator(".jp-CodeCell .cm-content").first.click()
    opened.page.keyboard.type("1")
    opened.page.wait_for_timeout(300)
    assert opened.is_dirty()


def test_the_probes_detect_what_they_look_for(made_notebook):
    page = made_notebook(
        "broken",
        "print('fine')",
        "import sys\nprint('a warning', file=sys.stderr)",
        "1 / 0",
    )
    page.page.click('.lm-MenuBar-item:has-text("Run")')
    page.page.click('.lm-Menu-item[data-command="runmenu:run-all"]')
    page.page.get_by_text("division by zero").first.wait_for(timeout=20_000)
    seen = page.error_outputs()
    assert len(seen) == 2
    assert "a warning" in seen[0]
    assert "ZeroDivisionError" in seen[1]


def test_a_widget_without_its_model_is_seen(made_notebook):
    page = made_notebook(
        "lost",
        "from IPython.display import display\n"
        "view = {'model_id': '0' * 32, 'version_major': 2, 'version_minor': 0}\n"
        "data = {'application/vnd.jupyter.widget-view+json': view,\n"
        "        'text/plain': 'VBox(children=(Names(),))'}\n"
        "display(data, raw=True)",
        "print('Error displaying widget: model not found')",
        "print('fine')",
    )
    page.run_all()
    page.page.wait_for_timeout(6000)
    assert len(page.lost_widgets()) == 2
