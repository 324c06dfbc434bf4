"""Masters are read with their questions, checks and points."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import cell, foreign_master, master_cells, notebook

from nbval_grader.errors import BadInput
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master, parse_master, read_master, read_masters


def test_a_master_has_questions_checks_and_points(master: Master) -> None:
    assert master.points == 6
    assert master.title == "Numbers"
    assert list(master.questions) == ["q1", "q2", "q3"]
    question = master.questions["q1"]
    assert (question.title, question.tier, question.cell) == (
        "The largest number",
        "A",
        "q1-answer",
    )
    assert question.points == 2
    assert [c.hidden for c in question.checks] == [False, True, True]
    assert question.checks[0].hint == "There is a function for this."
    manual = master.manual["d1"]
    assert (manual.title, manual.points, manual.rubric) == ("Why", 2, "claim 1, reason 1")


def test_names_replace_missing_titles() -> None:
    cells = [
        cell("a", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION", ("answer",), question="q1"),
        cell("d", "Why?", ("manual",), "markdown", question="d1", points=1, rubric=["a\n", "b"]),
    ]
    master = parse_master(notebook(cells), "plain")

    assert (master.title, master.questions["q1"].title, master.manual["d1"].title) == (
        "plain",
        "q1",
        "d1",
    )
    assert master.manual["d1"].rubric == "a\nb"
    assert master.readable == ()


def test_readable_folders_are_relative_to_the_master(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    path = tmp_path / "solutions" / "one.ipynb"
    path.write_text(dump(notebook(master_cells(), readable=["../data"])))

    assert read_master(path).readable == ((tmp_path / "data").resolve(),)


def test_the_digest_changes_with_everything_on_which_a_mark_depends(master: Master) -> None:
    cells = master_cells()
    same = parse_master(notebook(master_cells(), title="Numbers", points=6), "foreign")
    cells[1]["source"] += "\n"
    other = parse_master(notebook(cells, title="Numbers", points=6), "foreign")

    assert same.digest == master.digest != other.digest


class TestReadMasters:
    def test_reads_folders_and_files(self, tmp_path: Path) -> None:
        for name in ("b", "a"):
            (tmp_path / f"{name}.ipynb").write_text(dump(foreign_master().notebook))

        assert list(read_masters(tmp_path)) == ["a", "b"]
        assert list(read_masters([tmp_path / "b.ipynb"])) == ["b"]

    def test_requires_at_least_one(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="There is no master notebook"):
            read_masters(tmp_path)
        with pytest.raises(BadInput, match="No master notebook was given"):
            read_masters([])

    def test_requires_distinct_names(self, tmp_path: Path) -> None:
        (tmp_path / "a.ipynb").write_text(dump(foreign_master().notebook))
        with pytest.raises(BadInput, match="Two masters are named 'a'"):
            read_masters([tmp_path, tmp_path / "a.ipynb"])
