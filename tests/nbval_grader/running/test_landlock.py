"""Landlock lets a process use some files only, and a system without it is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nbval_grader.errors import CannotConfine
from nbval_grader.running import landlock, sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's own")


def test_a_system_without_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "landlock_version", lambda: 0)

    with pytest.raises(CannotConfine, match="no Landlock"):
        landlock.confine_files([], [])


def test_only_the_named_files_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "closed").mkdir()

    def confined() -> None:
        version = landlock.confine_files(
            ["/usr", "/lib", "/lib64", sys.prefix, sys.base_prefix, "/nowhere"],
            [str(tmp_path / "open"), "/dev/null"],
        )
        assert version == landlock.landlock_version()
        sandbox.drop_capabilities()
        (tmp_path / "open" / "a").write_text("x")
        try:
            (tmp_path / "closed" / "a").write_text("x")
        except PermissionError:
            return
        raise AssertionError("could write")

    assert sandbox.attempt(confined) == ""
