"""The learner's notebook contains no solution and no hidden check, and stubs that help."""

from __future__ import annotations

import json

import pytest
from foreign import cell, handed_in, master_cells, notebook

from nbval_grader.errors import BadInput
from nbval_grader.notebooks.expected import unpack
from nbval_grader.notebooks.format import Cell, cells_of, dump
from nbval_grader.notebooks.lint import lint
from nbval_grader.notebooks.master import Master, parse_master
from nbval_grader.notebooks.student_version import exercise, stub_source

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def answer(source: str, **meta: object) -> Cell:
    """Return an answer cell."""
    return cells_of({"cells": [cell("a", source, ("answer",), question="q9", **meta)]})[0]


class TestStub:
    def test_default_says_what_to_do(self) -> None:
        stub = stub_source(answer(f"def f(x):\n    {BEGIN}\n    return x\n    {END}\n\n\nf"))

        assert stub == (
            "def f(x):\n"
            '    raise NotImplementedError("Write your answer to q9 here, then delete this line.")'
            "\n\n\nf"
        )

    def test_a_stub_of_the_master_is_indented(self) -> None:
        stub = stub_source(answer(f"if 1:\n    {BEGIN}\n    a = 1\n    {END}", stub="a = ...\nb"))

        assert stub == "if 1:\n    a = ...\n    b"

    def test_several_solutions_have_several_stubs(self) -> None:
        source = f"{BEGIN}\na = 1\n{END}\nmid\n{BEGIN}\nb = 1\n{END}\nc\n{BEGIN}\nd\n{END}"

        assert (
            stub_source(answer(source, stub=["a = ...", "b = ..."])) == "a = ...\nmid\nb = ...\nc"
        )
        assert stub_source(answer(source, stub="a = ...")) == "a = ...\nmid\nc"
        assert stub_source(answer(source)).count("NotImplementedError") == 3
        assert stub_source(answer(source, stub="")) == "mid\nc"

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            (f"{BEGIN}\na", "is not closed by"),
            (f"{END}\na", "without its partner"),
            (f"{BEGIN}\n{BEGIN}\n{END}", "without its partner"),
        ],
    )
    def test_markers_must_pair(self, source: str, message: str) -> None:
        with pytest.raises(BadInput, match=f"cell 'a'.*{message}"):
            stub_source(answer(source))


def test_no_hidden_text_remains(master: Master) -> None:
    text = dump(exercise(master))

    for secret in (
        "max(numbers)",
        "text.upper",
        "of five",
        "mixed",
        "hidden",
        "model answer",
        "rubric",
    ):
        assert secret not in text
    assert "BEGIN SOLUTION" not in text
    assert "NotImplementedError" in text
    assert "largest = ..." in text


def test_visible_checks_keep_their_expected_output(master: Master) -> None:
    check = next(c for c in cells_of(exercise(master)) if c.id == "q1-check")

    assert unpack(check.meta["expected"]) == (
        [{"output_type": "stream", "name": "stdout", "text": "q1: yes.\n"}],
        3,
    )
    assert check.tags == ("check", "nbval-check-output")


def test_no_cell_has_an_output(master: Master) -> None:
    copy = exercise(master)
    skeleton = copy["metadata"]["nbval_grader"]["visible"]

    for part in (copy, skeleton):
        code = [c for c in part["cells"] if c["cell_type"] == "code"]
        assert len(code) == 7
        assert all(c["outputs"] == [] and c["execution_count"] is None for c in code)


def test_any_compared_cell_keeps_its_expected_output(master: Master) -> None:
    raw = json.loads(dump(master.notebook))
    printed = {"output_type": "stream", "name": "stdout", "text": "x\n"}
    raw["cells"][1].update(outputs=[printed], execution_count=1)
    raw["cells"][1]["metadata"] = {"tags": ["nbval-check-output"]}
    copy = exercise(parse_master(raw, "foreign"))

    setup = next(c for c in copy["cells"] if c["id"] == "setup")
    assert (setup["outputs"], setup["execution_count"]) == ([], None)
    assert unpack(setup["metadata"]["nbval_grader"]["expected"]) == ([printed], 1)


def test_an_old_expected_output_is_removed(master: Master) -> None:
    raw = json.loads(dump(master.notebook))
    for one in raw["cells"]:
        one["metadata"].setdefault("nbval_grader", {})["expected"] = "stale"
        if one["id"] == "q1-check":
            one["execution_count"] = None

    assert "stale" not in dump(exercise(parse_master(raw, "foreign")))
    assert (
        exercise(parse_master(raw, "foreign"))["cells"][3]["metadata"]["nbval_grader"].get(
            "expected"
        )
        is None
    )


def test_the_skeleton_is_a_master_of_the_visible_checks(master: Master) -> None:
    metadata = exercise(master)["metadata"]["nbval_grader"]
    visible = parse_master(metadata["visible"], "foreign")

    assert (metadata["exercise"], metadata["title"], metadata["points"]) == (
        "foreign",
        "Numbers",
        6,
    )
    assert visible.points == 3
    assert list(visible.questions) == ["q1", "q2", "q3"]
    assert list(visible.manual) == ["d1"]
    assert all(c.role != "prose" for c in visible.cells)


def test_other_outputs_are_stripped(master: Master) -> None:
    raw = json.loads(dump(master.notebook))
    raw["cells"][1].update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}], execution_count=1
    )
    copy = exercise(parse_master(raw, "foreign"))

    setup = next(c for c in copy["cells"] if c["id"] == "setup")
    assert (setup["outputs"], setup["execution_count"]) == ([], None)
    assert "expected" not in setup["metadata"].get("nbval_grader", {})


def test_an_ungraded_cell_is_given_to_learners() -> None:
    cells = master_cells()
    cells.insert(2, cell("look", "open_a_window()", ("ungraded",)))
    cells.append(cell("skipped", "1 / 0", ("nbval-skip",)))
    master = parse_master(notebook(cells, title="Numbers", points=6), "foreign")

    assert lint(master) == []
    assert {"look", "skipped"} <= {c.id for c in cells_of(exercise(master))}


def test_it_is_always_the_same(master: Master) -> None:
    assert dump(exercise(master)) == dump(exercise(master)) == dump(handed_in({}))
