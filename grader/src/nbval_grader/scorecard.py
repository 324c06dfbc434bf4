"""*Check my work*: a learner's score card at the end of an exercise, without leaving the notebook.

It asks the page to save the notebook and runs ``nbval-grader check`` on the file, so it gives the
same points as the command; the file it only reads.
"""

from __future__ import annotations

import html
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
HOW = (
    "Press <b>Check my work</b>: it saves this notebook and runs its checks (where it cannot save, "
    "press Ctrl+S first, on a Mac Cmd+S). "
    "On a page where buttons are dead, run <code>nbval-grader check {name}</code> in a terminal."
)
# What Ctrl+S does, done by the card itself. Where a page runs no such script nothing happens, and
# the card still says when the file it checked was saved.
SAVE = """
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
(document.activeElement || document.body).dispatchEvent(new KeyboardEvent("keydown", {
  key: "s", code: "KeyS", keyCode: 83, which: 83,
  ctrlKey: !mac, metaKey: mac, bubbles: true, cancelable: true,
}));
"""
SAVE_SECONDS = 2.0
STYLE = "border:1px solid currentColor;padding:.3em .6em;text-align:left;vertical-align:top"


def scorecard(path: Path | str | None = None) -> ScoreCard | None:
    """Show a score card for the notebook it is called in.

    Parameters
    ----------
    path : Path or str, optional
        The notebook. JupyterLab and VS Code tell it; elsewhere it has to be given.

    Returns
    -------
    ScoreCard or None
        The card, shown when it is a cell's last value. None while a grader runs the notebook.
    """
    if RUN_VARIABLE in os.environ:
        return None
    return ScoreCard(path)


def notebook_path(namespace: dict[str, Any] | None = None) -> Path | None:
    """Find out in which notebook this kernel runs.

    Parameters
    ----------
    namespace : dict, optional
        The kernel's own names (VS Code leaves the path there).

    Returns
    -------
    Path or None
        The file, if the server told it and it exists.
    """
    told = os.environ.get("JPY_SESSION_NAME") or (namespace or {}).get("__vsc_ipynb_file__")
    if told and str(told).endswith(".ipynb") and Path(told).is_file():
        return Path(told).resolve()
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
        What ``nbval-grader check --json`` prints.
    str
        Why there is none.
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
    except OSError as fault:
        return None, f"The check could not be started: {fault.strerror}."
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
        What ``nbval-grader check --json`` prints.
    now : float
        Time of the check, in seconds since 1970.

    Returns
    -------
    str
        HTML in which everything that came from the notebook is escaped. A row says in words whether
        its question is done; colour says nothing.
    """
    saved = time.strftime("%H:%M:%S", time.localtime(result["saved"]))
    head = "".join(
        f'<th scope="col" style="{STYLE}">{name}</th>'
        for name in ("Question", "Points", "State", "What the check says")
    )
    rows = []
    for q in result["questions"]:
        state = "done" if q["earned"] >= q["points"] else "partly" if q["earned"] else "not yet"
        said = html.escape(q["message"]).replace("\n", "<br>")
        if q["hint"]:
            said += f"<br><b>Hint:</b> {html.escape(q['hint'])}"
        rows.append(
            f'<tr><th scope="row" style="{STYLE}">{html.escape(q["title"])}</th>'
            f'<td style="{STYLE}">{q["earned"]:g} of {q["points"]:g}</td>'
            f'<td style="{STYLE}">{state}</td><td style="{STYLE}">{said}</td></tr>'
        )
    notes = [html.escape(notice) for notice in result["notices"]]
    if result["manual"]:
        titles = ", ".join(html.escape(name) for name in result["manual"])
        notes.append(f"Marked by your teacher, not here: {titles}.")
    hidden = result["all_points"] - result["points"]
    if hidden > 0:
        notes.append(f"A further {hidden:g} points come from checks that only your teacher runs.")
    listed = "".join(f"<li>{note}</li>" for note in notes)
    return (
        f'<div role="status"><p>Checked as saved at {saved} ({ago(now - result["saved"])}). '
        "If you changed something since, save (Ctrl+S) and check again.</p>"
        f'<table style="border-collapse:collapse"><caption style="text-align:left"><b>'
        f"{html.escape(result['title'])}: {result['earned']:g} of {result['points']:g} points"
        f"</b></caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        + (f"<ul>{listed}</ul>" if listed else "")
        + "</div>"
    )


class ScoreCard:
    """A button, and under it the points of the saved notebook.

    Parameters
    ----------
    path : Path or str, optional
        The notebook; by default the one it is shown in.

    Attributes
    ----------
    box, button, view
        The widgets.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        import ipywidgets
        from IPython import get_ipython

        shell = get_ipython()
        given = None if path is None else Path(path)
        self.path = given or notebook_path(shell.user_ns if shell else None)
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
        """Run the check beside the kernel, and show what it gave."""
        if self.path is None:
            self.tell(
                "This page does not say which notebook it is; give its path: "
                'scorecard("07_mechanisms.ipynb").'
            )
            return None
        if not self.path.is_file():
            self.tell(f"There is no file {self.path}; save the notebook first, or give its path.")
            return None
        self.button.disabled = True
        self.tell("Checking; this takes a few seconds.")
        thread = threading.Thread(target=self._check, args=(self.path,), daemon=True)
        thread.start()
        return thread

    def _check(self, path: Path) -> None:
        try:
            self.save(path)
            result, fault = run_check(path)
            if result is None:
                self.tell(fault)
            else:
                self.view.value = table(result, time.time())
        except Exception as fault:
            self.tell(f"The check failed: {fault}.")
        finally:
            self.button.disabled = False

    def save(self, path: Path) -> bool:
        """Ask the page to save the notebook, and wait a moment until it has.

        Parameters
        ----------
        path : Path
            The notebook.

        Returns
        -------
        bool
            Whether the file was written meanwhile.
        """
        before = path.stat().st_mtime_ns
        script = {"application/javascript": SAVE}
        self.saver.outputs = ({"output_type": "display_data", "data": script, "metadata": {}},)
        deadline = time.monotonic() + SAVE_SECONDS
        while time.monotonic() < deadline and path.stat().st_mtime_ns == before:
            time.sleep(0.05)
        self.saver.outputs = ()
        return path.stat().st_mtime_ns != before

    def tell(self, sentence: str) -> None:
        """Show one sentence in place of the table."""
        self.view.value = f'<p role="status">{html.escape(sentence)}</p>'

    def _ipython_display_(self) -> None:
        """Show what to do as text, which every page keeps, and the button below it."""
        from IPython.display import HTML, display

        name = html.escape(self.path.name if self.path else "NOTEBOOK.ipynb")
        display(HTML(f"<p>{HOW.format(name=name)}</p>"))
        display(self.box)
