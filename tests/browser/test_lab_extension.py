"""The extension looks again for a widget that a busy page created too late."""

from pathlib import Path

import pytest
from notebook_page import NotebookPage

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = (ROOT / "jupyter" / "labextension" / "extension.js").read_text(encoding="utf-8")
NOTHING = """
globalThis._JUPYTERLAB ??= {};
_JUPYTERLAB["asian-security"] = {
  init() {},
  async get() {
    const plugin = { id: "asian-security:none", autoStart: true, activate() {} };
    return () => ({ __esModule: true, default: plugin });
  },
};
"""
# The value that JupyterLab shares among its extensions is kept where the test can reach it.
KEEP_SHARED = """
{
  const container = _JUPYTERLAB["asian-security"];
  const init = container.init;
  container.init = (scope) => { globalThis.__shared = scope; return init(scope); };
}
"""
LOOK = """async (appears) => {
  const [version] = Object.values(globalThis.__shared["@jupyter-widgets/base-manager"]);
  const { ManagerBase } = (await version.get())();
  const manager = Object.create(ManagerBase.prototype);
  manager._models = {};
  setTimeout(() => {
    const end = Date.now() + 2500;
    while (Date.now() < end);  // the page is busy until after the two seconds
    if (appears) manager._models.late = Promise.resolve('the widget');
  }, 20);
  return manager.get_model('late').catch((error) => error.message);
}"""

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("script", "appears", "expected"),
    [
        (EXTENSION, True, "the widget"),
        (EXTENSION, False, "widget model not found"),
        (NOTHING, True, "widget model not found"),
    ],
    ids=["late", "never", "late, without the extension"],
)
def test_a_late_widget_is_found_by_looking_again(lab, chromium, script, appears, expected):
    url, root = lab
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    context.route(
        "**/asian-security/static/extension.js*",
        lambda route: route.fulfill(content_type="text/javascript", body=script + KEEP_SHARED),
    )
    page = NotebookPage(context, url, root, "exercises/00_practice.ipynb", None)
    try:
        assert page.page.evaluate(LOOK, appears) == expected
    finally:
        page.close()
        context.close()
