"""Predict first: commit to an answer, then compare it with the result.

A committed answer is written to a small JSON file in the learner's own folder (never the course's),
so that it survives a restart; where that folder cannot be written it stays in memory, and the widget
says so.
"""

import json
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from asian_security import lessons
from asian_security.browser import names
from asian_security.home import home_folder, write_atomic

_memory: dict[str, str] = {}
_listeners: dict[str, list[Callable[[], None]]] = {}


def _file() -> Path:
    return home_folder() / "predictions.json"


def _stored() -> dict[str, str]:
    try:
        stored = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        stored = {}
    return {**stored, **_memory} if isinstance(stored, dict) else dict(_memory)


def _question(key: str) -> dict[str, Any]:
    all_of_them = [q for n in lessons.available() for q in lessons.questions(n, "predict")]
    for question in all_of_them:
        if question["id"] == key:
            return question
    known = ", ".join(q["id"] for q in all_of_them)
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
    """Store an answer; an earlier one is replaced.

    Parameters
    ----------
    key : str
        The prediction's id.
    answer : str
        One of its options.

    Returns
    -------
    bool
        True if it was written to disk, False if it is in memory only.

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
        write_atomic(_file(), json.dumps(_stored(), ensure_ascii=False, indent=1))
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

    def report(written: bool = True) -> None:
        answer = committed(key)
        if answer is None:
            text = "Choose one and press Commit. You will meet it again below."
        else:
            text = f"Committed: {answer}. You can change it until you have seen the result."
            if not written:
                text += " (Kept for this session only: your data folder cannot be written.)"
        status.value = f"<p>{escape(text)}</p>"

    def press(_: widgets.Button) -> None:
        if choice.value is None:
            status.value = "<p>Nothing is chosen yet: choose one of the options first.</p>"
        else:
            report(commit(key, choice.value))

    button.on_click(press)
    report()
    box = widgets.VBox([names(), prompt, choice, button, status])
    box.add_class("course-explorer")
    box.add_class("course-prediction")
    return box


def compare(key: str, answer: str, because: str = "") -> str:
    """Compare the committed answer with the result.

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
    prediction = committed(key)
    if prediction is None:
        return "You have not committed yet. Go back up, commit, and this line fills itself in."
    if prediction == answer:
        text = f"You committed to: {prediction}. The result agrees."
    else:
        text = f"You committed to: {prediction}. The result: {answer}."
    return f"{text} {because}".strip()


def bin(value: float, below: Sequence[tuple[float, str]], otherwise: str) -> str:
    """Find the option of a prediction into which a number falls.

    Parameters
    ----------
    value : float
        The result.
    below : sequence of (float, str)
        Upper bounds, rising, each with the option for what lies below it.
    otherwise : str
        The option for what lies below none of them.

    Returns
    -------
    str

    Examples
    --------
    >>> bin(0.12, [(0.05, "Few"), (0.2, "Some")], "Many")
    'Some'
    """
    return next((option for bound, option in below if value < bound), otherwise)


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

    def report() -> None:
        status.value = f"<p>{escape(compare(key, answer, because))}</p>"

    _listeners[key] = [report]
    report()
    box = widgets.VBox([names(), status])
    box.add_class("course-explorer")
    box.add_class("course-result")
    return box
