"""Odd files, most with right answers, and the points out of 6 that each must get."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from foreign import RIGHT, as_bytes, cell, handed_in

Notebook = dict[str, Any]


@dataclass(frozen=True)
class File:
    """One file.

    Attributes
    ----------
    name : str
        What is odd about it.
    data : bytes
        The file.
    points : float
        What it must earn.
    status : str
        Its status in the gradebook.
    says : str
        Words that the reason or the notices must contain.
    """

    name: str
    data: bytes
    points: float
    status: str = "graded"
    says: str = ""


def changed(change: Callable[[Notebook], None], answers: dict[str, str] = RIGHT) -> bytes:
    """Return a right submission with a change to its raw JSON."""
    raw = handed_in(answers)
    change(raw)
    return as_bytes(raw)


def by_id(raw: Notebook, cell_id: str) -> dict[str, Any]:
    """Return one cell."""
    return next(c for c in raw["cells"] if c["id"] == cell_id)


def each_cell(change: Callable[[dict[str, Any]], Any]) -> Callable[[Notebook], None]:
    """Return a change to every cell."""

    def apply(raw: Notebook) -> None:
        for one in raw["cells"]:
            change(one)

    return apply


def swap(raw: Notebook) -> None:
    """Swap the ids of two answers: the earlier one comes too late for its own checks."""
    one, two = by_id(raw, "q2-answer"), by_id(raw, "q3-answer")
    one["id"], two["id"] = two["id"], one["id"]


def double(raw: Notebook, source: str) -> None:
    """Add a second cell with an answer's id."""
    raw["cells"].append({**by_id(raw, "q2-answer"), "source": source})


def rename(raw: Notebook, **changes: Any) -> None:
    """Give an answer an unknown id."""
    by_id(raw, "q2-answer").update(id="5f2a99c1", **changes)


def move(raw: Notebook) -> None:
    """Move the answer to a new cell and leave the stub in its place."""
    stub = by_id(handed_in({}), "q2-answer")["source"]
    own = by_id(raw, "q2-answer")
    raw["cells"].append(cell("mine", own["source"]))
    own["source"] = stub


def edit_checks(raw: Notebook) -> None:
    """Make every check cell print what it likes."""
    for one in raw["cells"]:
        if one["id"].endswith("-check"):
            one["source"] = "print('q1: yes.')"


def drop_checks(raw: Notebook) -> None:
    """Delete the check cells."""
    raw["cells"] = [c for c in raw["cells"] if not c["id"].endswith("-check")]


def drop_answer(raw: Notebook) -> None:
    """Delete an answer cell."""
    raw["cells"].remove(by_id(raw, "q2-answer"))


def backwards(raw: Notebook) -> None:
    """Reverse the order of the cells."""
    raw["cells"].reverse()


def mark(raw: Notebook) -> None:
    """Mark an answer with something that is not the name of a question."""
    by_id(raw, "q2-answer")["metadata"]["nbval_grader"]["question"] = "<b>\n\x1b[1m\ud800"


def strip_and_add(raw: Notebook) -> None:
    """Remove ids and metadata, and add a cell."""
    for one in raw["cells"]:
        del one["id"], one["metadata"]
    raw["cells"].insert(0, cell("new", "1"))


def tag(raw: Notebook) -> None:
    """Add the tags by which nbval skips or excuses a cell."""
    for one in raw["cells"]:
        one["metadata"]["tags"] = ["nbval-skip", "raises-exception", "nbval-ignore-output"]


WRONG = {**RIGHT, "q2-answer": "def double(x):\n    return x"}

FILES = (
    File("as handed out, answered", as_bytes(handed_in()), 6),
    File("as handed out, untouched", as_bytes(handed_in({})), 0),
    File("empty", b"", 0, "unreadable", "empty"),
    File("white space", b" \n\t", 0, "unreadable", "empty"),
    File("not JSON", b"{'cells': []}", 0, "unreadable", "not JSON"),
    File("cut off", as_bytes(handed_in())[:-500], 0, "unreadable", "not JSON"),
    File("not text", bytes(range(256)) * 10, 0, "unreadable", "not"),
    File("a picture", b"\x89PNG\r\n\x1a\n" + bytes(100), 0, "unreadable", "not"),
    File("UTF-16", json.dumps(handed_in()).encode("utf-16"), 6),
    File("with a byte order mark", b"\xef\xbb\xbf" + as_bytes(handed_in()), 6),
    File("a list", b"[1, 2]", 0, "unreadable", "no list of cells"),
    File("a number", b"7", 0, "unreadable", "no list of cells"),
    File("NaN", b"NaN", 0, "unreadable", "no list of cells"),
    File("nested a million deep", b"[" * 10**6 + b"]" * 10**6, 0, "unreadable", "too deeply"),
    File(
        "nested deep in the metadata",
        changed(lambda raw: None).replace(
            b'"metadata": {}', b'"metadata": ' + b'{"a":' * 9000 + b"1" + b"}" * 9000, 1
        ),
        0,
        "unreadable",
        "too deeply",
    ),
    File("25 MB", as_bytes(handed_in()) + b" " * 25_000_000, 0, "unreadable", "too large"),
    File(
        "19 MB of prose",
        changed(lambda raw: by_id(raw, "title").update(source="x" * 19_000_000)),
        6,
    ),
    File(
        "nbformat 3",
        as_bytes({"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": []}]}),
        0,
        "unreadable",
        "format 3",
    ),
    File("nbformat 5", changed(lambda raw: raw.update(nbformat=5)), 0, "unreadable", "format 5"),
    File("no nbformat", changed(lambda raw: raw.pop("nbformat") and None), 0, "unreadable", "None"),
    File("no cells", changed(lambda raw: raw.pop("cells") and None), 0, "unreadable", "no list"),
    File("cells no list", changed(lambda raw: raw.update(cells={})), 0, "unreadable", "no list"),
    File("no cell left", changed(lambda raw: raw.update(cells=[])), 0, says="no cell with the id"),
    File(
        "cells that are no cells", changed(lambda raw: raw["cells"].extend([1, None, [], "x"])), 6
    ),
    File("no notebook metadata", changed(lambda raw: raw.pop("metadata") and None), 6),
    File("no cell metadata", changed(each_cell(lambda c: c.pop("metadata"))), 6),
    File("cell metadata no object", changed(each_cell(lambda c: c.update(metadata=[1]))), 6),
    File("sources as lists", changed(each_cell(lambda c: c.update(source=list(c["source"])))), 6),
    File(
        "a source that is a number",
        changed(lambda raw: by_id(raw, "q2-answer").update(source=3)),
        4,
    ),
    File("ids missing, tags kept", changed(each_cell(lambda c: c.pop("id"))), 6, says="question"),
    File(
        "ids and metadata missing",
        changed(each_cell(lambda c: (c.pop("id"), c.pop("metadata")))),
        6,
        says="place",
    ),
    File(
        "ids missing, a cell more",
        changed(strip_and_add),
        0,
        says="no cell with the id",
    ),
    File("ids that are numbers", changed(each_cell(lambda c: c.update(id=7))), 6, says="question"),
    File("an id renamed", changed(rename), 6, says="found by the question"),
    File("an id renamed, no metadata", changed(lambda r: rename(r, metadata={})), 6, says="place"),
    File("an id twice, same text", changed(lambda r: double(r, RIGHT["q2-answer"])), 6),
    File("an id twice, other text", changed(lambda r: double(r, "x")), 4, says="2 different cells"),
    File("an answer marked with nonsense", changed(mark), 6, says="the answer to another question"),
    File("ids swapped", changed(swap), 4, says="by its id it counts"),
    File("an answer in a new cell", changed(move), 4, says="not run by the grader"),
    File("an answer deleted", changed(drop_answer), 4, says="no answer to q2"),
    File(
        "an answer turned into prose",
        changed(lambda raw: by_id(raw, "q2-answer").update(cell_type="markdown")),
        4,
        says="no longer a code cell",
    ),
    File("cells in another order", changed(backwards), 6),
    File("check cells edited", changed(edit_checks, WRONG), 4, says="edited or deleted"),
    File("check cells deleted", changed(drop_checks), 6, says="edited or deleted"),
    File("all cells tagged to be skipped", changed(tag), 6),
    File(
        "setup edited",
        changed(lambda raw: by_id(raw, "setup").update(source="numbers = [9]")),
        6,
    ),
    File(
        "outputs made up",
        changed(
            each_cell(
                lambda c: c.update(
                    outputs=[{"output_type": "stream", "name": "stdout", "text": "of five 10\n"}]
                )
            ),
            WRONG,
        ),
        4.0,
    ),
    File(
        "5,000 cells more",
        changed(lambda raw: raw["cells"].extend(cell(f"c{n}", "1 / 0") for n in range(5000))),
        6,
        says="5000 code cells of your own are not run",
    ),
    File(
        "10,001 cells",
        changed(lambda raw: raw.update(cells=[{}] * 10_001)),
        0,
        "unreadable",
        "at most 10,000 are accepted",
    ),
    File(
        "150,000 blank lines in a cell of one's own",
        changed(lambda raw: raw["cells"].append(cell("own", "\n" * 150_000))),
        6,
    ),
    File(
        "half a character",
        as_bytes(handed_in()).replace(b"return 2 * x", b"return 2 * x  # \\ud800"),
        6,
    ),
    File(
        "hidden cells of its own",
        changed(
            lambda raw: raw["cells"].append(
                cell(
                    "q2-hidden-1",
                    "print('of five 10')",
                    ("hidden-check",),
                    question="q2",
                    points=99,
                )
            ),
            WRONG,
        ),
        4.0,
    ),
)
