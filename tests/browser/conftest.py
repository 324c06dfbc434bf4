"""JupyterLab in real Chromium: a server on loopback, and a page that knows its way around."""

import json
import os
import shutil
import urllib.request
from pathlib import Path

import pytest
from lab_server import ARGUMENTS, CHROMIUM, ROOT, running_lab
from nbformat import v4, write
from notebook_page import NotebookPage

SHOTS = ROOT / "artefacts" / "screenshots" if os.environ.get("COURSE_SCREENSHOTS") else None


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


@pytest.fixture(scope="session")
def contexts(chromium):
    """Return a function that gives the one browser context of a window's size.

    Pages share it as a learner's tabs do, so that scripts are loaded once and then cached.
    """
    contexts_by_size = {}

    def context(width, height):
        if (width, height) not in contexts_by_size:
            contexts_by_size[width, height] = chromium.new_context(
                viewport={"width": width, "height": height}
            )
        return contexts_by_size[width, height]

    yield context
    for each in contexts_by_size.values():
        each.close()


@pytest.fixture
def notebook(lab, contexts):
    """Return a function that opens a notebook of the course in JupyterLab."""
    url, root = lab
    opened = []

    def open_notebook(path, width=1366, height=768):
        page = NotebookPage(contexts(width, height), url, root, path, SHOTS)
        opened.append(page)
        return page

    yield open_notebook
    for page in opened:
        page.close()
        if (ROOT / page.path).is_file():  # what it has saved must not meet the next test
            shutil.copy(ROOT / page.path, page.file)


@pytest.fixture
def made_notebook(lab, notebook):
    """Return a function that opens a notebook made of the code cells given."""
    root = lab[1]

    def open_made(name, *sources, **options):
        cells = [v4.new_code_cell(source) for source in sources]
        lesson = json.loads((root / "notebooks" / "00_start_here.ipynb").read_text("utf-8"))
        content = v4.new_notebook(cells=cells, metadata=lesson["metadata"])
        write(content, root / f"{name}.ipynb")
        return notebook(f"{name}.ipynb", **options)

    return open_made


@pytest.fixture
def theme(lab):
    """Return a function that chooses the theme for pages opened next; the default comes back."""
    address = f"{lab[0]}/lab/api/settings/@jupyterlab/apputils-extension:themes"

    def choose(settings):
        body = json.dumps({"raw": json.dumps(settings)}).encode()
        request = urllib.request.Request(address, body, method="PUT")
        urllib.request.urlopen(request, timeout=20).close()

    yield lambda name: choose({"theme": name})
    choose({})
