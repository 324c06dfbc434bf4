"""JupyterLab in real Chromium: a server on loopback, and a page that knows its way around."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "artefacts" / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    # Every cell stays in the page, also those off the screen.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}


def pytest_collection_modifyitems(items):
    """Skip browser tests with the reason where there is no Chromium; CI insists on it."""
    if CHROMIUM or os.environ.get("COURSE_NEEDS_BROWSER"):
        return
    reason = "needs Chromium, which is not installed (Debian: apt install chromium)"
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.skip(reason=reason))


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab server on a copy of the notebooks; yields its address and folder."""
    home = tmp_path_factory.mktemp("lab")
    root = home / "course"
    for folder in ("notebooks", "exercises"):
        shutil.copytree(ROOT / folder, root / folder)
    for plugin, chosen in SETTINGS.items():
        path = home / "settings" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(chosen))
    environment = dict(
        os.environ,
        ASIAN_SECURITY_HOME=str(home / "learner"),
        JUPYTER_CONFIG_DIR=str(home / "config"),
        JUPYTERLAB_SETTINGS_DIR=str(home / "settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(home / "workspaces"),
        JUPYTER_RUNTIME_DIR=str(home / "runtime"),
        JUPYTER_DATA_DIR=str(home / "data"),
        IPYTHONDIR=str(home / "ipython"),
        PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    )
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={root}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            limit = time.monotonic() + 60
            while True:
                try:
                    urllib.request.urlopen(f"{url}/api", timeout=1).close()
                    break
                except (URLError, OSError):
                    if server.poll() is not None or time.monotonic() > limit:
                        pytest.fail((home / "log").read_text())
                    time.sleep(0.1)
            yield url, root
        finally:
            server.terminate()
            server.wait(20)


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
    from notebook_page import NotebookPage

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
