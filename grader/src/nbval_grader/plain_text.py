"""Text from a learner's code, made harmless before anybody reads it (imports nothing heavy)."""

from __future__ import annotations

import re

__all__ = ["harmless", "one_line"]

ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.?")
CONTROL = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def harmless(text: str) -> str:
    """Take out of a text what a page or a terminal would obey instead of showing it.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text without terminal sequences and without marks that turn the direction of writing;
        every other control character is replaced, line feeds and tabs stay.
    """
    return DIRECTION.sub("", CONTROL.sub("\N{REPLACEMENT CHARACTER}", ANSI.sub("", text)))


def one_line(text: str, length: int) -> str:
    """Bring a text to one harmless line of limited length.

    Parameters
    ----------
    text : str
        Any text.
    length : int
        Characters to show at most.

    Returns
    -------
    str
        The text with its white space squeezed; `` ...`` marks where it was cut.
    """
    squeezed = " ".join(harmless(text[: 10 * length]).split())
    if len(squeezed) > length or len(text) > 10 * length:
        return squeezed[:length].rstrip() + " ..."
    return squeezed
