"""A file is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nbval_grader.errors import NotWritable
from nbval_grader.files import write_atomic


def test_writes_only_changes_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    assert write_atomic(path, "ä")
    assert not write_atomic(path, "ä")
    path.chmod(0o600)
    assert write_atomic(path, "b")
    assert path.read_text() == "b"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_writes_bytes_with_a_mode(tmp_path: Path) -> None:
    path = tmp_path / "run.sh"

    assert write_atomic(path, b"\xff\n", mode=0o755)
    assert path.read_bytes() == b"\xff\n"
    assert path.stat().st_mode & 0o777 == 0o755


def test_replaces_a_symbolic_link(tmp_path: Path) -> None:
    original, link = tmp_path / "original", tmp_path / "link"
    original.write_text("a")
    link.symlink_to(original)

    assert write_atomic(link, "a")
    assert not link.is_symlink()
    assert write_atomic(link, "b")
    assert original.read_text() == "a"


def test_leaves_no_partial_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotWritable, match="cannot be written: No space left on device"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_names_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="No such file or directory"):
        write_atomic(tmp_path / "none" / "a.txt", "a")
