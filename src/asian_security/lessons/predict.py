"""Predict first: commit to an answer, then meet the result beside it.

A committed answer is kept in a small JSON file in the learner's own data folder (never in the
course's), so that it survives a restart; where that folder cannot be written it is kept in
memory and the widget says so.
"""

import json
import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
from platformdirs import user_data_path

from asian_security import lessons
from asian_security.browser import names

_memory: dict[str, str] = {}
_listeners: dict[str, list[Callable[[], None]]] = {}


def _file() -> Path:
    folder = os.environ.get("ASIAN_SECURITY_HOME")
    return (Path(folder) if folder else user_data_path("asian-security")) / "predictions.json"


def _stored() -> dict[str, str]:
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    return {**kept, **_memory} if isinstance(kept, dict) else dict(_memory)


def _question(key: str) -> dict[str, Any]:
    asked = [q for number in lessons.available() for q in lessons.questions(number, "predict")]
    for question in asked:
        if question["id"] == key:
            return question
    known = ", ".join(q["id"] for q in asked)
    raise ValueError(f"there is no prediction {key!r}; there are {known}")


def committed(key: str) -> str | None:
    """Return the answer a learner committed to, or None.

    Parameters
    ----------
    key : str
        The prediction's id, for example ``"07-busiest"``.

    Raises
    ------
    ValueError
        If there is no such prediction.
    """
    _question(key)
    return _stored().get(key)


def commit(key: str, answer: str) -> bool:
    """Keep an answer; an earlier one is replaced.

    Parameters
    ----------
    key : str
        The prediction's id.
    answer : str
        One of its options.

    Returns
    -------
    bool
        True if it was written to disk, False if it is kept in memory only.

    Raises
    ------
    ValueError
        If there is no such prediction or option.
    """
    options = _question(key)["options"]
    if answer not in options:
        raise ValueError(f"{answer!r} is no option of {key}; options are {', '.join(options)}")
    _memory[key] = answer
    written = True
    try:
        path = _file()
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(_stored(), ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(path)
    except OSError:
        written = False
    for listener in _listeners.get(key, []):
        listener()
    return written


def ask(key: str) -> widgets.Widget:
    """Show a prediction: a question, its options, and a button to commit.

    Parameters
    ----------
    key : str
        The prediction's id, for example ``"07-busiest"``.

    Returns
    -------
    ipywidgets.Widget
    """
    question = _question(key)
    options = list(question["options"])
    prompt = widgets.HTML(f'<div class="course-title">{escape(question["question"])}</div>')
    choice = widgets.RadioButtons(
        options=options, value=committed(key), layout={"width": "max-content"}
    )
    button = widgets.Button(description="Commit", layout={"width": "max-content"})
    status = widgets.HTML()
    status.add_class("course-status")

    def tell(written: bool = True) -> None:
        kept = committed(key)
        if kept is None:
            said = "Choose one and press Commit. You will meet it again below."
        else:
            said = f"Committed: {kept}. You can change it until you have seen the result."
            if not written:
                said += " (Kept for this session only: your data folder cannot be written.)"
        status.value = f"<p>{escape(said)}</p>"

    def press(_: widgets.Button) -> None:
        if choice.value is None:
            status.value = "<p>Nothing is chosen yet: choose one of the options first.</p>"
        else:
            tell(commit(key, choice.value))

    button.on_click(press)
    tell()
    box = widgets.VBox([names(), prompt, choice, button, status])
    box.add_class("course-explorer")
    box.add_class("course-prediction")
    return box


def compare(key: str, answer: str, because: str = "") -> str:
    """Set the committed answer beside the result.

    Parameters
    ----------
    key : str
        The prediction's id.
    answer : str
        The result; one of the options.
    because : str, optional
        What the result rests on.

    Returns
    -------
    str
        One or two sentences.

    Raises
    ------
    ValueError
        If there is no such prediction or option.
    """
    options = _question(key)["options"]
    if answer not in options:
        raise ValueError(f"{answer!r} is no option of {key}; options are {', '.join(options)}")
    kept = committed(key)
    if kept is None:
        said = "You have not committed yet. Go back up, commit, and this line fills itself in."
    elif kept == answer:
        said = f"You committed to: {kept}. The result agrees."
    else:
        said = f"You committed to: {kept}. The result: {answer}."
    return f"{said} {because}".strip() if kept is not None else said


def reveal(key: str, answer: str, because: str = "") -> widgets.Widget:
    """Show :func:`compare`'s sentence; it follows when the learner commits later.

    Parameters
    ----------
    key, answer, because
        As for :func:`compare`.

    Returns
    -------
    ipywidgets.Widget
    """
    status = widgets.HTML()
    status.add_class("course-status")

    def tell() -> None:
        status.value = f"<p>{escape(compare(key, answer, because))}</p>"

    _listeners[key] = [tell]
    tell()
    box = widgets.VBox([names(), status])
    box.add_class("course-explorer")
    box.add_class("course-result")
    return box
