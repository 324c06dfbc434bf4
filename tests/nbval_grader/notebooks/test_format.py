"""Notebooks are read as they are and written the same way each time."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest
from foreign import as_bytes, cell, foreign_master, handed_in, master_cells, notebook

from nbval_grader.errors import BadInput, NotWritable
from nbval_grader.notebooks.format import (
    Master,
    as_text,
    cells_of,
    dump,
    load,
    number,
    parse_master,
    read_master,
    read_masters,
    total,
    write_atomic,
)


def test_a_master_is_understood(master: Master) -> None:
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


def test_names_stand_in_for_titles() -> None:
    cells = [
        cell("a", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION", ("answer",), question="q1"),
        cell("d", "Why?", ("manual",), "markdown", question="d1", points=1, rubric=["a\n", "b"]),
    ]
    made = parse_master(notebook(cells), "plain")

    assert (made.title, made.questions["q1"].title, made.manual["d1"].title) == (
        "plain",
        "q1",
        "d1",
    )
    assert made.manual["d1"].rubric == "a\nb"
    assert made.readable == ()


def test_readable_folders_are_relative_to_the_master(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    path = tmp_path / "solutions" / "one.ipynb"
    path.write_text(dump(notebook(master_cells(), readable=["../data"])))

    assert read_master(path).readable == ((tmp_path / "data").resolve(),)


def test_a_digest_holds_for_what_decides_a_mark(master: Master) -> None:
    cells = master_cells()
    same = parse_master(notebook(master_cells(), title="Numbers", points=6), "foreign")
    cells[1]["source"] += "\n"
    other = parse_master(notebook(cells, title="Numbers", points=6), "foreign")

    assert same.digest == master.digest != other.digest


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), (0, 0.0), (0.5, 0.5), (True, None), ("1", None), (-1, None), (None, None)],
)
def test_points_are_numbers(value: object, expected: float | None) -> None:
    assert number(value) == expected
    assert number(float("inf")) is None
    assert number(float("nan")) is None


def test_points_add_up_without_dust() -> None:
    assert total([0.1] * 10) == 1.0


def test_texts_are_joined() -> None:
    assert as_text(["a\n", "b", 3]) == "a\nb"
    assert as_text("a") == "a"
    assert as_text(3) == ""


def test_odd_cells_are_read_as_far_as_they_go() -> None:
    cells = cells_of(
        {"cells": [3, {}, {"metadata": {"tags": "answer"}}, {"metadata": {"tags": [1, "check"]}}]}
    )

    assert [c.role for c in cells] == ["prose", "prose", "check"]
    assert [c.label for c in cells] == ["cell number 2", "cell number 3", "cell number 4"]


def test_what_is_written_is_what_jupyter_writes(tmp_path: Path, master: Master) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(dump(master.notebook))
    as_jupyter = nbformat.writes(nbformat.read(path, as_version=4)) + "\n"

    assert dump(json.loads(path.read_text())) == path.read_text() == as_jupyter


def test_images_and_json_outputs_are_kept() -> None:
    raw = notebook([cell("a", "1")])
    data = {"image/png": "aGk=\n", "application/json": {"a": ["b"]}, "text/plain": "a\nb"}
    raw["cells"][0]["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": data}]
    written = json.loads(dump(raw))["cells"][0]["outputs"][0]["data"]

    assert written == {
        "image/png": ["aGk=\n"],
        "application/json": {"a": ["b"]},
        "text/plain": ["a\n", "b"],
    }


class TestLoad:
    def test_names_what_is_wrong(self, tmp_path: Path) -> None:
        for path, message in (
            (tmp_path, "is a folder; give a notebook"),
            (tmp_path / "none.ipynb", "There is no file .*none.ipynb"),
        ):
            with pytest.raises(BadInput, match=message):
                load(path)

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
    def test_says_what_it_may_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "n.ipynb"
        path.write_bytes(as_bytes(handed_in()))
        path.chmod(0)
        with pytest.raises(BadInput, match="cannot be read: Permission denied"):
            load(path)

    def test_says_what_the_system_says(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="cannot be read: File name too long"):
            load(tmp_path / ("n" * 300))

    def test_says_where_json_breaks(self, tmp_path: Path) -> None:
        path = tmp_path / "n.ipynb"
        path.write_text('{\n "cells": [,]}')
        with pytest.raises(BadInput, match=r"is not JSON \(line 2\)"):
            load(path)


class TestReadMasters:
    def test_reads_folders_and_files(self, tmp_path: Path) -> None:
        for name in ("b", "a"):
            (tmp_path / f"{name}.ipynb").write_text(dump(foreign_master().notebook))

        assert list(read_masters(tmp_path)) == ["a", "b"]
        assert list(read_masters([tmp_path / "b.ipynb"])) == ["b"]

    def test_wants_at_least_one(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="There is no master notebook"):
            read_masters(tmp_path)
        with pytest.raises(BadInput, match="No master notebook was given"):
            read_masters([])

    def test_wants_names_to_differ(self, tmp_path: Path) -> None:
        (tmp_path / "a.ipynb").write_text(dump(foreign_master().notebook))
        with pytest.raises(BadInput, match="Two masters are named 'a'"):
            read_masters([tmp_path, tmp_path / "a.ipynb"])


class TestWriteAtomic:
    def test_writes_only_changes_and_keeps_the_mode(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"

        assert write_atomic(path, "ä")
        assert not write_atomic(path, "ä")
        path.chmod(0o600)
        assert write_atomic(path, "b")
        assert path.read_text() == "b"
        assert path.stat().st_mode & 0o777 == 0o600
        assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]

    def test_leaves_nothing_half_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "a.txt"
        path.write_text("old")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(NotWritable, match="cannot be written: No space left on device"):
            write_atomic(path, "new")
        assert path.read_text() == "old"
        assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]

    def test_names_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(NotWritable, match="No such file or directory"):
            write_atomic(tmp_path / "none" / "a.txt", "a")
