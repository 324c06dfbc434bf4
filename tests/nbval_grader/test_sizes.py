"""Reading a student's file takes time in proportion to its size, and the size is limited."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from foreign import RIGHT, as_bytes, cell, foreign_master, handed_in

from nbval_grader.errors import BadInput
from nbval_grader.gradebook.feedback import name_folder
from nbval_grader.gradebook.manual_marks import is_unanswered
from nbval_grader.gradebook.sheets import guard
from nbval_grader.gradebook.submissions import discover
from nbval_grader.notebooks.format import as_text
from nbval_grader.notebooks.merge import (
    MAX_BYTES,
    MAX_CELLS,
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


def test_an_added_cell_is_reported_if_it_contains_code() -> None:
    for source in ("", " \n\t\n", "# a\n  # b", "\n\n#", "\t#x = 1\n\n \n# y"):
        assert planted(lambda cells: cells.append(cell("own", source))).notices == []  # noqa: B023
    for source in ("x", "# a\nx", "\n\n  x", "#\n \t x # y"):
        (notice,) = planted(lambda cells: cells.append(cell("own", source))).notices  # noqa: B023
        assert notice.startswith("1 code cell of your own is not run")


def test_a_check_is_edited_if_more_than_white_space_differs() -> None:
    def edited(change: Callable[[str], str]) -> bool:
        def apply(cells: list[dict[str, Any]]) -> None:
            check = next(one for one in cells if one["id"] == "q1-check")
            check["source"] = change(as_text(check["source"]))

        return any("edited" in notice for notice in planted(apply).notices)

    assert not edited(lambda source: source + "\n \n")
    assert edited(lambda source: source + "x")
    assert edited(lambda source: source + " " * MEGABYTE + "x")


def test_the_number_of_cells_is_limited() -> None:
    few = b'{"nbformat": 4, "cells": [' + b"{}," * (MAX_CELLS - 1) + b"{}]}"
    many = b'{"nbformat": 4, "cells": [' + b"{}," * MAX_CELLS + b"{}]}"

    assert len(read_submission(few)) == MAX_CELLS
    with pytest.raises(BadInput, match=r"The file has 10,001 cells; at most 10,000 are accepted\."):
        read_submission(many)


def test_a_million_cells_are_refused_quickly() -> None:
    with within(SECONDS), pytest.raises(BadInput, match=r"1,000,001 cells"):
        read_submission(b'{"nbformat": 4, "cells": [' + b"{}," * 10**6 + b"{}]}")


def test_the_size_of_a_file_is_limited() -> None:
    with pytest.raises(BadInput, match=r"too large; at most 20 MB are accepted\."):
        read_submission(b" " * (MAX_BYTES + 1))


def test_the_length_of_an_answer_is_limited() -> None:
    def change(cells: list[dict[str, Any]]) -> None:
        for one in cells:
            if one["id"] in ("q1-answer", "d1-answer"):
                one["source"] = "x" * (MAX_SOURCE + (one["id"] == "q1-answer"))

    plan = planted(change)

    assert plan.notices == [
        "The answer to q1 is 200,001 characters long; at most 200,000 are accepted."
    ]
    assert plan.sources["q1"] == ""
    assert plan.sources["q2"] == RIGHT["q2-answer"]
    assert plan.manual["d1"] == "x" * MAX_SOURCE


@pytest.mark.parametrize("version", ["x" * MEGABYTE, [1] * 100_000, {"a": {}}, 10**4000])
def test_an_odd_format_is_reported_in_a_few_words(version: object) -> None:
    with pytest.raises(BadInput) as raised:
        read_submission(as_bytes({"nbformat": version, "cells": []}))

    assert len(str(raised.value)) < 120
