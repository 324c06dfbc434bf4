"""The learner's own folder, and files that are written whole or not at all."""

from pathlib import Path

import pytest

from asian_security.home import home_folder, write_atomic


def test_the_folder_can_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("ASIAN_SECURITY_HOME", str(tmp_path))
    assert home_folder() == tmp_path
    monkeypatch.delenv("ASIAN_SECURITY_HOME")
    assert home_folder() != tmp_path


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "answers.json"
    write_atomic(path, "one")
    write_atomic(path, "二")
    assert path.read_text(encoding="utf-8") == "二"
    assert list(path.parent.iterdir()) == [path]


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "answers.json"
    write_atomic(path, "old")

    def interrupt(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
