"""What a learner's code prints is safe to show."""

import pytest

from nbval_grader.plain_text import one_line, remove_control_characters


@pytest.mark.parametrize(
    ("text", "expected"),
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
def test_control_characters_are_removed(text: str, expected: str) -> None:
    assert remove_control_characters(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\n\n  words\t", "two words"),
        ("x" * 20, "x" * 20),
        ("x" * 21, "x" * 20 + " ..."),
        ("x " + " " * 1_000_000 + "y", "x ..."),
        ("", ""),
    ],
)
def test_a_text_fits_on_one_line(text: str, expected: str) -> None:
    assert one_line(text, 20) == expected
