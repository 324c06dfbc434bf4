"""*Check my work*: a learner's score card at the end of an exercise, without leaving the notebook.

It asks the page to save the notebook and runs ``nbval-grader check`` on the file, so it gives the
same points as the command. It only reads the file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from .kernel_names import RUN_VARIABLE

__all__ = ["ScoreCard", "notebook_path", "run_check", "scorecard", "table"]

PATIENCE = 240.0
# Presses Ctrl+S for the learner. On a page that does not run scripts nothing happens, and the card
# still says when the file that it checked was saved.
SAVE = """
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
(document.activeElement || document.body).dispatchEvent(new KeyboardEvent("keydown", {
  key: "s", code: "KeyS", keyCode: 83, which: 83,
  ctrlKey: !mac, metaKey: mac, bubbles: true, cancelable: true,
}));
"""
SAVE_SECONDS = 2.0


def scorecard(path: Path | str | None = None) -> ScoreCard | None:
    """Show a score card for the notebook it is called in.

    Parameters
    ----------
    path : Path or str, optional
        The notebook. JupyterLab and VS Code provide it; elsewhere it must be given.

    Returns
    -------
    ScoreCard or None
        The card, which is shown if it is the last value of a cell. None while a grader runs the
        notebook.
    """
    if RUN_VARIABLE in os.environ:
        return None
    return ScoreCard(path)


def notebook_path(namespace: dict[str, Any] | None = None) -> Path | None:
    """Return the notebook in which this kernel runs.

    Parameters
    ----------
    namespace : dict, optional
        The kernel's names (VS Code stores the path there).

    Returns
    -------
    Path or None
        The file, if the server provides its path and it exists.
    """
    name = os.environ.get("JPY_SESSION_NAME") or (namespace or {}).get("__vsc_ipynb_file__")
    if name and str(name).endswith(".ipynb") and Path(name).is_file():
        return Path(name).resolve()
    return None


def run_check(path: Path) -> tuple[dict[str, Any] | None, str]:
    """Check a notebook in a process of its own, as the command does.

    Parameters
    ----------
    path : Path
        The notebook.

    Returns
    -------
    dict or None
        The result that ``nbval-grader check --json`` prints.
    str
        The reason if there is no result.
    """
    environment = {k: v for k, v in os.environ.items() if k != "NBVAL_GRADER_DEBUG"}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "nbval_grader", "check", str(path), "--json"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, f"The check did not end within {PATIENCE:g} s."
    except OSError as error:
        return None, f"The check could not be started: {error.strerror}."
    try:
        return json.loads(done.stdout), ""
    except ValueError:
        lines = done.stderr.strip().splitlines()
        return None, lines[-1] if lines else "The check ended without a result."


def ago(seconds: float) -> str:
    """Say how long ago something was.

    Parameters
    ----------
    seconds : float
        Seconds since then.

    Returns
    -------
    str
        Such as ``3 minutes ago``.
    """
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now" if seconds < 10 else f"{int(seconds)} seconds ago"


def table(result: dict[str, Any], now: float) -> str:
    """Return a check's result as an HTML table.

    Parameters
    ----------
    result : dict
        The result that ``nbval-grader check --json`` prints.
    now : float
        Time of the check, in seconds since 1970.

    Returns
    -------
    str
        HTML in which everything that comes from the notebook is escaped.
    """
    from .pages import render

    return render(
        "scorecard.html",
        result=result,
        saved=time.strftime("%H:%M:%S", time.localtime(result["saved"])),
        ago=ago(now - result["saved"]),
    )


class ScoreCard:
    """A button, and below it the points of the saved notebook.

    Parameters
    ----------
    path : Path or str, optional
        The notebook; by default the one in which it is shown.

    Attributes
    ----------
    box, button, view, saver
        The widgets: the whole card, its button, its table or message, and the script that saves.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        import ipywidgets
        from IPython import get_ipython

        shell = get_ipython()
        user_names = shell.user_ns if shell else None
        self.path = notebook_path(user_names) if path is None else Path(path)
        self.button = ipywidgets.Button(
            description="Check my work",
            tooltip="Run the checks on the notebook as last saved",
            button_style="primary",
        )
        self.view = ipywidgets.HTML("")
        self.saver = ipywidgets.Output(layout={"display": "none"})
        self.box = ipywidgets.VBox([self.button, self.view, self.saver])
        self.button.on_click(self.check)

    def check(self, _: object = None) -> threading.Thread | None:
        """Run the check in a thread and show its result; return the thread if there is one."""
        if self.path is None:
            self.show_message(
                "This page does not say which notebook it is; give its path: "
                'scorecard("07_mechanisms.ipynb").'
            )
            return None
        if not self.path.is_file():
            self.show_message(
                f"There is no file {self.path}; save the notebook first, or give its path."
            )
            return None
        self.button.disabled = True
        self.show_message("Checking; this takes a few seconds.")
        thread = threading.Thread(target=self._check, args=(self.path,), daemon=True)
        thread.start()
        return thread

    def _check(self, path: Path) -> None:
        try:
            self.save(path)
            result, reason = run_check(path)
            if result is None:
                self.show_message(reason)
            else:
                self.view.value = table(result, time.time())
        except Exception as error:
            self.show_message(f"The check failed: {error}.")
        finally:
            self.button.disabled = False

    def save(self, path: Path) -> bool:
        """Ask the page to save the notebook, and wait until it has or two seconds have passed.

        Parameters
        ----------
        path : Path
            The notebook.

        Returns
        -------
        bool
            Whether the file was written.
        """
        before = path.stat().st_mtime_ns
        script = {"application/javascript": SAVE}
        self.saver.outputs = ({"output_type": "display_data", "data": script, "metadata": {}},)
        deadline = time.monotonic() + SAVE_SECONDS
        while time.monotonic() < deadline and path.stat().st_mtime_ns == before:
            time.sleep(0.05)
        self.saver.outputs = ()
        return path.stat().st_mtime_ns != before

    def show_message(self, message: str) -> None:
        """Show one sentence in place of the table."""
        from .pages import render

        self.view.value = render("scorecard_message.html", message=message)

    def _ipython_display_(self) -> None:
        """Show what to do as text, which every page displays, and the button below it."""
        from IPython.display import HTML, display

        from .pages import render

        name = self.path.name if self.path else "NOTEBOOK.ipynb"
        display(HTML(render("scorecard_instructions.html", name=name)))
        display(self.box)
