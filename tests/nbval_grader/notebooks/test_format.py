"""Notebooks are read as they are and always written the same way."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest
from foreign import as_bytes, cell, handed_in, notebook

from nbval_grader.errors import BadInput
from nbval_grader.notebooks.format import as_text, cells_of, dump, load, number, total
from nbval_grader.notebooks.master import Master


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), (0, 0.0), (0.5, 0.5), (True, None), ("1", None), (-1, None), (None, None)],
)
def test_points_are_finite_non_negative_numbers(value: object, expected: float | None) -> None:
    assert number(value) == expected
    assert number(float("inf")) is None
    assert number(float("nan")) is None


def test_points_add_up_without_rounding_errors() -> None:
    assert total([0.1] * 10) == 1.0


def test_lists_of_lines_are_joined() -> None:
    assert as_text(["a\n", "b", 3]) == "a\nb"
    assert as_text("a") == "a"
    assert as_text(3) == ""


def test_malformed_cells_are_read_as_far_as_possible() -> None:
    cells = cells_of(
        {"cells": [3, {}, {"metadata": {"tags": "answer"}}, {"metadata": {"tags": [1, "check"]}}]}
    )

    assert [c.role for c in cells] == ["prose", "prose", "check"]
    assert [c.label for c in cells] == ["cell number 2", "cell number 3", "cell number 4"]


def test_output_is_the_same_as_jupyters(tmp_path: Path, master: Master) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(dump(master.notebook))
    as_jupyter = nbformat.writes(nbformat.read(path, as_version=4)) + "\n"

    assert dump(json.loads(path.read_text())) == path.read_text() == as_jupyter


def test_images_and_json_outputs_are_preserved() -> None:
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
    def test_names_a_folder_and_a_missing_file(self, tmp_path: Path) -> None:
        for path, message in (
            (tmp_path, "is a folder; give a notebook"),
            (tmp_path / "none.ipynb", "There is no file .*none.ipynb"),
        ):
            with pytest.raises(BadInput, match=message):
                load(path)

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser can read every file")
    def test_reports_a_file_without_read_permission(self, tmp_path: Path) -> None:
        path = tmp_path / "n.ipynb"
        path.write_bytes(as_bytes(handed_in()))
        path.chmod(0)
        with pytest.raises(BadInput, match="cannot be read: Permission denied"):
            load(path)

    def test_reports_the_error_of_the_system(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="cannot be read: File name too long"):
            load(tmp_path / ("n" * 300))

    def test_reports_the_line_of_a_json_error(self, tmp_path: Path) -> None:
        path = tmp_path / "n.ipynb"
        path.write_text('{\n "cells": [,]}')
        with pytest.raises(BadInput, match=r"is not JSON \(line 2\)"):
            load(path)
