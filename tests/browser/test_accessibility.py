"""Focus that can be seen, text that can be read in either theme, regions that have a name."""

import pytest

pytestmark = pytest.mark.browser

READABLE = 4.5


@pytest.mark.parametrize("name", ["JupyterLab Light", "JupyterLab Dark"])
def test_an_explorer_can_be_read_and_its_focus_seen(made_notebook, theme, name):
    theme(name)
    page = made_notebook(
        "one-explorer",
        "from asian_security import predict, quiz\n"
        "from asian_security.explorers import mechanisms, rivalry",
        "mechanisms.OverlapMatrix()",
        "predict.ask('07-busiest')",
        "predict.reveal('07-busiest', 'Indonesia')",
        "quiz.show('07')",
    )
    page.run_all()
    explorer = page.explorers()[0]
    explorer.scroll_into_view_if_needed()
    page.shot(f"focus-{name.split()[-1].lower()}")
    for part in (".course-title", ".course-goal", ".course-status p", ".course-source"):
        assert page.contrast(explorer.locator(part).first) >= READABLE, part
    outlined = explorer.locator("select, button, .noUi-handle")
    assert explorer.locator("select").count()
    for i in range(outlined.count()):
        assert page.focus_outline(outlined.nth(i)) >= 2, outlined.nth(i).evaluate(
            "e => e.outerHTML"
        )
    assert page.unnamed_regions() == []
    labels = page.page.locator("[role=region]").evaluate_all(
        "(all) => all.map((e) => (e.getAttribute('aria-label') || '').split(':')[0])"
    )
    assert {"Explorer", "Prediction", "Quiz", "Your prediction and the result"} <= set(labels)


def test_the_probes_detect_what_they_look_for(made_notebook, theme):
    theme("JupyterLab Dark")
    page = made_notebook(
        "bad-explorer",
        "from IPython.display import HTML\n"
        'HTML(\'<div role=region aria-label="Explorer: "><p id=dim style="color:#555">dim</p>\'\n'
        "     '<button>before</button><select id=bare style=\"outline:none\"></select></div>')",
    )
    page.run_all()
    assert page.contrast(page.page.locator("#dim")) < 3
    assert page.focus_outline(page.page.locator("#bare")) == 0
    assert page.unnamed_regions() == ["Explorer: "]
