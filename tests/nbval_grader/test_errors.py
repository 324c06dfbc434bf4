"""Every error has an exit code of its own, and both guides explain it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nbval_grader import errors

ROOT = Path(__file__).resolve().parents[2]
CODES = {getattr(errors, name).code for name in errors.__all__}


def test_no_two_errors_share_an_exit_code() -> None:
    assert len(CODES) == len(errors.__all__)
    assert 0 not in CODES


@pytest.mark.parametrize("guide", ["grader/README.md", "solutions/TEACHING.md"])
def test_the_guides_explain_every_exit_code(guide: str) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8")
    table = text[re.search(r"^\| (exit )?code \|", text, re.MULTILINE).start() :].split("\n\n")[0]  # type: ignore[union-attr]
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert {0, *CODES} <= explained
