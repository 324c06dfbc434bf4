"""JupyterLab in real Chromium: a server on loopback, and a page that knows its way around."""

import os
from pathlib import Path

import pytest
from lab_server import ARGUMENTS, CHROMIUM, ROOT, running_lab
from notebook_page import NotebookPage

SHOTS = ROOT / "artefacts" / "screenshots"


def pytest_collection_modifyitems(items):
    """Skip browser tests with the reason where there is no Chromium; CI insists on it."""
    if CHROMIUM or os.environ.get("COURSE_NEEDS_BROWSER"):
        return
    reason = "needs Chromium, which is not installed (Debian: apt install chromium)"
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def lab():
    """A JupyterLab server on a copy of the notebooks; yields its address and folder."""
    with running_lab() as server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    """One headless Chromium for all browser tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def notebook(lab, chromium):
    """Return a function that opens a notebook of the course in JupyterLab."""
    url, root = lab
    opened = []

    def open_notebook(path, width=1300, height=1000):
        context = chromium.new_context(viewport={"width": width, "height": height})
        page = NotebookPage(context, url, root, path, SHOTS)
        opened.append(page)
        return page

    yield open_notebook
    for page in opened:
        page.close()
