"""Reading a student's file takes time in proportion to its size, and the size is limited."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from foreign import as_bytes, cell, foreign_master, handed_in

from nbval_grader.errors import BadInput
from nbval_grader.gradebook.feedback import name_folder
from nbval_grader.gradebook.manual_marks import is_unanswered
from nbval_grader.gradebook.sheets import guard
from nbval_grader.gradebook.submissions import discover
from nbval_grader.notebooks.format import as_text
from nbval_grader.notebooks.merge import (
    MAX_SOURCE,
    MergedSubmission,
    merge_answers,
    read_submission,
)
from nbval_grader.pages import render
from nbval_grader.running.session import readable_text

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no timer of processor time"
)

MEGABYTE = 1_000_000
SECONDS = 5.0
PATTERNS = (
    *(
        "\n",
        " ",
        "\t\n",
        "\r",
        "\r\n",
        "\x0b",
        "\u2028",
        "#",
        "# \n",
        " # ",
        "x",
        "x ",
        "x\n",
        "#\r",
    ),
    *(
        "\x1b",
        "\x1b[",
        "\x1b]",
        "\x1b[0 ",
        "\b",
        "x\r",
        "<",
        "&",
        "\u202e",
        "0",
        "=",
        "'",
        "\\",
        "é",
    ),
)


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail as soon as more processor time than this is spent.

    Processor time does not depend on how busy the machine is.
    """

    def stop(*_: Any) -> None:
        pytest.fail(f"It took more than {seconds:g} s of processor time.")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def planted(change: Callable[[list[dict[str, Any]]], None]) -> MergedSubmission:
    """MergedSubmission a right submission whose cells were changed."""
    raw = handed_in()
    change(raw["cells"])
    return merge_answers(foreign_master(), read_submission(as_bytes(raw)))


def repeated(pattern: str, size: int = MEGABYTE) -> str:
    return pattern * (size // len(pattern))


@pytest.mark.parametrize("pattern", PATTERNS, ids=repr)
class TestTimeIsInProportion:
    def test_of_a_cell_of_ones_own(self, pattern: str) -> None:
        for source in (repeated(pattern), "#" + repeated(pattern) + "x", repeated(pattern) + "\n#"):
            with within(SECONDS):
                planted(lambda cells: cells.append(cell("own", source)))  # noqa: B023

    def test_of_every_other_cell(self, pattern: str) -> None:
        def change(cells: list[dict[str, Any]]) -> None:
            for one in cells:
                one["source"] = repeated(pattern, MAX_SOURCE)

        with within(SECONDS):
            plan = planted(change)
        assert len(plan.sources["q1"]) > MAX_SOURCE / 2

    def test_of_one_check_cell(self, pattern: str) -> None:
        def change(cells: list[dict[str, Any]]) -> None:
            next(one for one in cells if one["id"] == "q1-check")["source"] = repeated(pattern)

        with within(SECONDS):
            planted(change)

    def test_of_metadata(self, pattern: str) -> None:
        def change(cells: list[dict[str, Any]]) -> None:
            for one in cells[:5]:
                one["metadata"] = {
                    "tags": [repeated(pattern, MAX_SOURCE), *["answer"] * 10_000],
                    "nbval_grader": {"question": repeated(pattern, MAX_SOURCE)},
                }
            cells[6]["cell_type"] = cells[7]["id"] = repeated(pattern, MAX_SOURCE)

        with within(SECONDS):
            planted(change)

    def test_of_output_and_feedback(self, pattern: str) -> None:
        text = repeated(pattern)
        with within(SECONDS):
            readable_text([{"output_type": "stream", "text": text}])
            readable_text([{"output_type": "error", "ename": text, "evalue": text}])
            render("summary.html", notices=[text], exercises=[], to_look_at=[], submissions=[])
            is_unanswered(text)
            guard(text)
            as_text([text] * 2 + [pattern] * 100_000)

    def test_of_names_of_files(self, pattern: str, tmp_path: Path) -> None:
        for part in (pattern, f"anon_{pattern}_1_", f"LATE_1{pattern}_", "_1" + pattern, "1 ("):
            name = part.encode().replace(b"/", b"")[:240].decode(errors="ignore")
            stem = (name * 240).encode()[:240].decode(errors="ignore")
            (tmp_path / f"{stem}.ipynb").touch()
            with within(SECONDS):
                name_folder(stem, f"in/{stem}/x.ipynb")
        with within(SECONDS), contextlib.suppress(BadInput):
            discover(tmp_path, {"foreign": foreign_master()})


def test_a_million_cells_are_refused_quickly() -> None:
    with within(SECONDS), pytest.raises(BadInput, match=r"1,000,001 cells"):
        read_submission(b'{"nbformat": 4, "cells": [' + b"{}," * 10**6 + b"{}]}")
