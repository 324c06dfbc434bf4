"""Retrieval quizzes on ipywidgets: every wrong answer says why it is wrong."""

import random
from html import escape
from typing import Any

import ipywidgets as widgets

from asian_security import lessons
from asian_security.browser import names


def verdict(item: dict[str, Any], chosen: str | None) -> str:
    """Say whether an answer is right, and why.

    Parameters
    ----------
    item : dict
        A quiz item as :func:`asian_security.lessons.questions` gives it.
    chosen : str or None
        The text of the option chosen.

    Returns
    -------
    str
        A sentence that begins with "Right", "Not quite" or "Choose".
    """
    if chosen is None:
        return "Choose an answer."
    for option in item["options"]:
        if option["text"] == chosen:
            return f"{'Right' if option['right'] else 'Not quite'}. {option['why']}"
    raise ValueError(f"{chosen!r} is no option of this question")


def shuffled(item: dict[str, Any]) -> list[str]:
    """Return a question's options in an order that hides the answer and never changes.

    Parameters
    ----------
    item : dict
        A quiz item as :func:`asian_security.lessons.questions` gives it.

    Returns
    -------
    list of str
    """
    texts = [option["text"] for option in item["options"]]
    random.Random(item["question"]).shuffle(texts)
    return texts


def show(number: str) -> widgets.Widget:
    """Show a lesson's quiz.

    Parameters
    ----------
    number : str
        The lesson's two digits.

    Returns
    -------
    ipywidgets.Widget
        One group of radio buttons an item, the reason under it, and a running count.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """
    items = lessons.questions(number, "quiz")
    right = [False] * len(items)
    count = widgets.HTML()
    count.add_class("course-status")

    def report() -> None:
        count.value = f"<p>{sum(right)} of {len(items)} answered right.</p>"

    def show_item(position: int, item: dict[str, Any]) -> widgets.Widget:
        prompt = widgets.HTML(
            f'<div class="course-title">{position + 1}. {escape(item["question"])}</div>'
        )
        choice = widgets.RadioButtons(
            options=shuffled(item),
            value=None,
            layout={"width": "max-content", "max_width": "100%"},
        )
        reason = widgets.HTML()
        reason.add_class("course-status")

        def answer(change: dict[str, Any]) -> None:
            text = verdict(item, change["new"])
            right[position] = text.startswith("Right")
            reason.value = f"<p>{escape(text)}</p>"
            report()

        choice.observe(answer, names="value")
        return widgets.VBox([prompt, choice, reason])

    report()
    box = widgets.VBox([names(), *(show_item(i, item) for i, item in enumerate(items)), count])
    box.add_class("course-explorer")
    box.add_class("course-quiz")
    return box
