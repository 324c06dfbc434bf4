"""A lesson's questions: its predictions and its quiz, one TOML file per lesson.

They are kept out of the notebook so that a learner who opens the code does not read the answers
first, and so that tests can hold them to their rules.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def available() -> list[str]:
    """Return the two-digit numbers of the lessons that ask something, in order."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".toml")
    )


@cache
def _read(number: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{number}.toml").read_text(encoding="utf-8"))


def questions(number: str, kind: str) -> list[dict[str, Any]]:
    """Return a lesson's questions of one kind.

    Parameters
    ----------
    number : str
        Two digits, "00" to "11".
    kind : {"predict", "quiz", "motion"}

    Returns
    -------
    list of dict
        As in the file: a prediction has ``id``, ``question`` and ``options``; a quiz item has
        ``question`` and ``options``, each a table with ``text``, ``right`` and ``why``; a motion
        has ``id``, ``motion``, and cards ``for`` and ``against`` it.

    Raises
    ------
    ValueError
        If there is no such lesson or kind.
    """
    if number not in available():
        raise ValueError(f"there is no lesson {number!r}; lessons are {', '.join(available())}")
    if kind not in ("predict", "quiz", "motion"):
        raise ValueError(f"kind must be 'predict', 'quiz' or 'motion', got {kind!r}")
    return list(_read(number).get(kind, []))
