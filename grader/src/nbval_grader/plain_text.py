"""Make text from a learner's code safe to show (imports nothing heavy)."""

from __future__ import annotations

import re

__all__ = ["one_line", "remove_control_characters"]

ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.?")
CONTROL = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def remove_control_characters(text: str) -> str:
    """Remove what a page or a terminal would obey instead of showing it.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text without terminal sequences and without marks of writing direction. Every other
        control character is replaced, except line feeds and tabs.
    """
    return DIRECTION.sub("", CONTROL.sub("\N{REPLACEMENT CHARACTER}", ANSI.sub("", text)))


def one_line(text: str, length: int) -> str:
    """Return a text as one line of limited length that is safe to show.

    Parameters
    ----------
    text : str
        Any text.
    length : int
        Characters to show at most.

    Returns
    -------
    str
        The text with each run of white space as one space; `` ...`` marks where it was cut.
    """
    line = " ".join(remove_control_characters(text[: 10 * length]).split())
    if len(line) > length or len(text) > 10 * length:
        return line[:length].rstrip() + " ..."
    return line
