"""A student's answers are found by id, or in another way only if that cannot be wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from foreign import RIGHT, as_bytes, cell, foreign_master, handed_in, master_cells, notebook

from nbval_grader.errors import BadInput
from nbval_grader.notebooks.format import as_text
from nbval_grader.notebooks.master import parse_master
from nbval_grader.notebooks.merge import (
    MAX_BYTES,
    MAX_CELLS,
    MAX_SOURCE,
    MergedSubmission,
    Step,
    merge_answers,
    read_submission,
)

MEGABYTE = 1_000_000
Cells = list[dict[str, Any]]
Change = Callable[[Cells], object]


def merged(change: Change) -> MergedSubmission:
    """Merge a right submission whose cells were changed."""
    raw = handed_in()
    change(raw["cells"])
    return merge_answers(foreign_master(), read_submission(as_bytes(raw)))


def at(cells: Cells, cell_id: str) -> dict[str, Any]:
    """Return one cell."""
    return next(one for one in cells if one["id"] == cell_id)


def rename(cells: Cells, *, with_question: bool) -> None:
    """Rename the answer to q1, and take its question away if asked."""
    answer = at(cells, "q1-answer")
    answer["id"] = "renamed"
    if not with_question:
        answer["metadata"] = {}


def copy(cells: Cells, **changes: str) -> None:
    """Add a copy of the answer to q1, with these changes, at the end."""
    cells.append({**at(cells, "q1-answer"), **changes})


class TestSteps:
    def test_answers_stand_in_the_masters_cells(self) -> None:
        submission = merged(lambda cells: None)

        steps = {step.cell: step for step in submission.steps}
        assert list(steps) == [c["id"] for c in master_cells() if c["cell_type"] == "code"]
        for answer, source in RIGHT.items():
            assert steps[answer] == Step(answer, "answer", answer[:2], source)
        check = steps["q1-hidden-1"]
        assert (check.role, check.question, check.execution_count) == ("hidden", "q1", 4)
        assert check.compared
        assert not steps["setup"].compared
        assert [output["text"] for output in check.outputs] == ["it is 3\n"]
        assert submission.notices == []
        assert submission.manual == {"d1": "Why?\n\n*Write your answer here.*"}

    def test_without_a_submission_the_master_keeps_its_answers(self) -> None:
        master = foreign_master()
        submission = merge_answers(master, None)

        sources = [cell.source for cell in master.cells if cell.type == "code"]
        assert [step.source for step in submission.steps] == sources
        assert submission.sources == {}

    def test_a_stub_is_untouched_whatever_its_white_space(self) -> None:
        submission = merge_answers(
            foreign_master(),
            read_submission(
                as_bytes(handed_in({"q1-answer": " largest=...\n", "q2-answer": "\n"}))
            ),
        )
        assert submission.untouched == {"q1", "q2", "q3"}

    def test_half_a_surrogate_pair_is_replaced(self) -> None:
        submission = merged(lambda cells: at(cells, "q1-answer").update(source="x = '\ud800'"))
        answer = next(step for step in submission.steps if step.cell == "q1-answer")
        assert answer.source == "x = '?'"

    @pytest.mark.parametrize("tag", ["ungraded", "nbval-skip"])
    def test_an_ungraded_cell_is_not_run(self, tag: str) -> None:
        cells = master_cells()
        cells.insert(2, cell("look", "open_a_window()", (tag,)))
        master = parse_master(notebook(cells, title="Numbers", points=6), "foreign")
        submission = merge_answers(master, read_submission(as_bytes(handed_in(RIGHT, master))))
        assert [step.cell for step in submission.steps][:2] == ["setup", "q1-answer"]


@pytest.mark.parametrize(
    ("change", "found_by", "notice"),
    [
        (lambda cells: copy(cells), "id", ""),
        (
            lambda cells: at(cells, "q1-answer")["metadata"]["nbval_grader"].update(question="q2"),
            "id",
            "Cell 'q1-answer' is marked as the answer to q2; by its id it counts for q1.",
        ),
        (
            lambda cells: at(cells, "q1-answer")["metadata"]["nbval_grader"].update(question="<q>"),
            "id",
            "is marked as the answer to another question; by its id",
        ),
        (
            lambda cells: rename(cells, with_question=True),
            "question",
            "the answer to q1 was found by the question it is marked with.",
        ),
        (
            lambda cells: rename(cells, with_question=False),
            "position",
            "the answer to q1 was found by its place in the notebook.",
        ),
        (
            lambda cells: copy(cells, source="largest = 4"),
            "ambiguous",
            "2 different cells have the id 'q1-answer', so it is not clear which one answers q1",
        ),
        (
            lambda cells: (copy(cells, id="other"), rename(cells, with_question=True)),
            "ambiguous",
            "There is no cell with the id 'q1-answer', and 2 cells are marked as the answer to q1",
        ),
        (
            lambda cells: at(cells, "q1-answer").update(cell_type="markdown"),
            "missing",
            "Cell 'q1-answer', the answer to q1, is no longer a code cell.",
        ),
        (
            lambda cells: (rename(cells, with_question=False), cells.append(cell("own", "1"))),
            "missing",
            "There is no cell with the id 'q1-answer', so there is no answer to q1",
        ),
        (
            lambda cells: cells.remove(at(cells, "q1-answer")),
            "missing",
            "There is no cell with the id 'q1-answer', so there is no answer to q1",
        ),
    ],
)
def test_an_answer_is_found_only_if_it_is_certain(
    change: Change, found_by: str, notice: str
) -> None:
    submission = merged(change)

    assert submission.found_by == {"q1": found_by, "q2": "id", "q3": "id", "d1": "id"}
    lost = found_by in ("ambiguous", "missing")
    assert submission.sources["q1"] == ("" if lost else RIGHT["q1-answer"])
    assert submission.sources["q2"] == RIGHT["q2-answer"]
    if notice:
        assert any(notice in sentence for sentence in submission.notices), submission.notices
    else:
        assert submission.notices == []


def test_an_added_cell_counts_if_it_contains_code() -> None:
    for source in ("", " \n\t\n", "# a\n  # b", "\n\n#", "\t#x = 1\n\n \n# y"):
        assert merged(lambda cells: cells.append(cell("own", source))).notices == []  # noqa: B023
    for source in ("x", "# a\nx", "\n\n  x", "#\n \t x # y"):
        (notice,) = merged(lambda cells: cells.append(cell("own", source))).notices  # noqa: B023
        assert notice == (
            "1 code cell of your own is not run by the grader; what an answer needs belongs in the "
            "answer cell."
        )


def test_a_check_is_edited_if_more_than_white_space_differs() -> None:
    def edited(change: Callable[[str], str]) -> bool:
        def apply(cells: Cells) -> None:
            check = at(cells, "q1-check")
            check["source"] = change(as_text(check["source"]))

        return any("edited" in notice for notice in merged(apply).notices)

    assert not edited(lambda source: source + "\n \n")
    assert edited(lambda source: source + "x")
    assert edited(lambda source: source + " " * MEGABYTE + "x")


def test_the_number_of_cells_is_bounded() -> None:
    few = b'{"nbformat": 4, "cells": [' + b"{}," * (MAX_CELLS - 1) + b"{}]}"
    many = b'{"nbformat": 4, "cells": [' + b"{}," * MAX_CELLS + b"{}]}"

    assert len(read_submission(few)) == MAX_CELLS
    with pytest.raises(BadInput, match=r"The file has 10,001 cells; at most 10,000 are accepted\."):
        read_submission(many)


def test_the_size_of_a_file_is_bounded() -> None:
    with pytest.raises(BadInput, match=r"too large; at most 20 MB are accepted\."):
        read_submission(b" " * (MAX_BYTES + 1))


def test_the_length_of_an_answer_is_bounded() -> None:
    def change(cells: Cells) -> None:
        for one in cells:
            if one["id"] in ("q1-answer", "d1-answer"):
                one["source"] = "x" * (MAX_SOURCE + (one["id"] == "q1-answer"))

    submission = merged(change)

    assert submission.notices == [
        "The answer to q1 is 200,001 characters long; at most 200,000 are accepted."
    ]
    assert submission.sources["q1"] == ""
    assert submission.sources["q2"] == RIGHT["q2-answer"]
    assert submission.manual["d1"] == "x" * MAX_SOURCE


@pytest.mark.parametrize("version", ["x" * MEGABYTE, [1] * 100_000, {"a": {}}, 10**4000])
def test_an_unknown_format_is_reported_briefly(version: object) -> None:
    with pytest.raises(BadInput) as raised:
        read_submission(as_bytes({"nbformat": version, "cells": []}))

    assert len(str(raised.value)) < 120
