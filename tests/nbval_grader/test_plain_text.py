"""What a learner's code printed is only text to whoever reads it."""

import pytest

from nbval_grader.plain_text import harmless, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("red: \x1b[31mred\x1b[0m", "red: red"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("lone \x1b", "lone "),
        (
            "a\x00b\x08c\x7f",
            "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\N{REPLACEMENT CHARACTER}",
        ),
        ("\ud800 half", "\N{REPLACEMENT CHARACTER} half"),
        ("\u202eabc\u2066", "abc"),
        ("tab\tand\nline, 中文, é", "tab\tand\nline, 中文, é"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  two\n\n  words\t", "two words"),
        ("x" * 20, "x" * 20),
        ("x" * 21, "x" * 20 + " ..."),
        ("x " + " " * 1_000_000 + "y", "x ..."),
        ("", ""),
    ],
)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text, 20) == shown
