"""Expected outputs are always packed in the same way, and are never trusted."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from foreign import cell
from hypothesis import given
from hypothesis import strategies as st

from nbval_grader.errors import BadInput
from nbval_grader.notebooks.expected import expected_of, pack, unpack, with_outputs

STREAM = {"output_type": "stream", "name": "stdout", "text": "Right: 中文.\n"}
SHOWN = {
    "output_type": "display_data",
    "data": {"text/plain": "<b>", "application/json": {"a": [1]}},
    "metadata": {},
}
VALUE = {"output_type": "execute_result", "data": {"text/plain": "3"}, "execution_count": 4}
ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}
OUTPUTS = [STREAM, SHOWN, VALUE, ERROR]


def packed(record: object) -> str:
    """Pack any JSON value as `pack` would."""
    return base64.b64encode(json.dumps(record).encode()).decode()


def skeleton(**metadata: Any) -> dict[str, Any]:
    """Return a skeleton of one check."""
    raw = cell("q1-check", "print(1)", ("check", "nbval-check-output"), question="q1", **metadata)
    return {"cells": [cell("setup", "x = 1", prints="1", count=1), raw, "no cell"], "nbformat": 4}


def test_unpacking_restores_what_was_packed() -> None:
    text = pack({"outputs": OUTPUTS, "execution_count": 4})

    assert unpack(text) == (OUTPUTS, 4)
    assert text is not None
    assert "Right" not in text


def test_equal_outputs_have_the_same_text() -> None:
    lines = {**STREAM, "text": ["Right: ", "中文.\n"]}
    displayed = {**SHOWN, "data": {"application/json": {"a": [1]}, "text/plain": ["<", "b>"]}}
    text = pack({"outputs": [lines, dict(reversed(displayed.items()))], "execution_count": 4})

    assert text == pack({"execution_count": 4, "outputs": [STREAM, SHOWN]})


@pytest.mark.parametrize("raw", [{}, {"outputs": []}, {"outputs": [], "execution_count": None}])
def test_a_cell_that_was_never_run_is_not_packed(raw: dict[str, Any]) -> None:
    assert pack(raw) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        3,
        ["e30="],
        "",
        "no base64!",
        "e30",
        "中",
        base64.b64encode(b"\xff").decode(),
        base64.b64encode(b"{").decode(),
        base64.b64encode(b"[" * 200_000).decode(),
        packed([]),
        packed({"outputs": []}),
        packed({"outputs": [], "execution_count": None}),
        packed({"outputs": [], "execution_count": True}),
        packed({"outputs": [], "execution_count": 1.0}),
        packed({"outputs": [], "execution_count": "1"}),
        packed({"outputs": [], "execution_count": -1}),
        packed({"outputs": [], "execution_count": 2**70}),
        packed({"outputs": {}, "execution_count": 1}),
        packed({"outputs": [3], "execution_count": 1}),
        packed({"outputs": [{}], "execution_count": 1}),
        packed({"outputs": [{"output_type": "stream", "text": "x"}], "execution_count": 1}),
        packed({"outputs": [{**STREAM, "text": 3}], "execution_count": 1}),
        packed({"outputs": [{**SHOWN, "data": []}], "execution_count": 1}),
        packed({"outputs": [{**ERROR, "ename": None}], "execution_count": 1}),
        packed({"outputs": [{"output_type": "odd"}], "execution_count": 1}),
    ],
)
def test_anything_else_is_rejected(text: object) -> None:
    assert unpack(text) is None


@given(st.binary() | st.text() | st.none() | st.integers())
def test_no_input_raises_an_error(text: object) -> None:
    unpack(text)
    unpack(base64.b64encode(text).decode() if isinstance(text, bytes) else text)


def test_a_text_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbval_grader.notebooks.expected.MAX_PACKED", 10)
    assert unpack(packed({"outputs": [], "execution_count": 1})) is None


def test_stored_outputs_count_only_if_none_are_packed() -> None:
    raw = cell("c", "print(1)", prints="1", count=2)
    assert expected_of(raw) == ([{**STREAM, "text": "1\n"}], 2)

    raw["metadata"] = {"nbval_grader": {"expected": packed({"outputs": [], "execution_count": 5})}}
    assert expected_of(raw) == ([], 5)
    raw["metadata"] = {"nbval_grader": {"expected": "broken"}}
    assert expected_of(raw) is None
    raw["metadata"] = {"nbval_grader": "odd"}
    assert expected_of(raw) == ([{**STREAM, "text": "1\n"}], 2)


def test_the_outputs_of_a_skeleton_are_restored() -> None:
    stored = skeleton(expected=pack({"outputs": [STREAM], "execution_count": 7}))
    restored = with_outputs(stored, "a.ipynb")

    setup, check = restored["cells"]
    assert (setup["outputs"], setup["execution_count"]) == ([], None)
    assert (check["outputs"], check["execution_count"]) == ([STREAM], 7)
    assert stored["cells"][1]["outputs"] == []


@pytest.mark.parametrize("metadata", [{}, {"expected": "broken"}, {"expected": None}])
def test_a_check_without_expected_output_is_refused(metadata: dict[str, Any]) -> None:
    with pytest.raises(
        BadInput, match=r"a\.ipynb has lost what the check 'q1-check' compares with"
    ):
        with_outputs(skeleton(**metadata), "a.ipynb")
