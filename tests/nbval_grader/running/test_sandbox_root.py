"""A sandbox root shows what was added to it, and its scratch folder is limited."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from nbval_grader.errors import CannotConfine
from nbval_grader.running import linux, sandbox, sandbox_root

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's own")


def test_a_sandbox_root_shows_what_is_added_and_the_links_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, folder = tmp_path / "real", tmp_path / "root"
    (real / "inner").mkdir(parents=True)
    folder.mkdir()
    (real / "file").write_text("x")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "again").symlink_to(tmp_path / "link" / "inner")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    mounted: list[str] = []
    monkeypatch.setattr(linux, "mount", lambda source, *a: mounted.append(source))
    root = sandbox_root.SandboxRoot(str(folder))

    root.add(str(tmp_path / "again"))
    root.add(str(tmp_path / "link" / "file"))
    root.add(str(real / "inner" / "deeper"))
    with pytest.raises(CannotConfine, match="is a loop of links"):
        root.add(str(tmp_path / "loop" / "x"))

    assert mounted == [str(real / "inner"), str(real / "file")]
    inside = Path(str(folder) + str(tmp_path))
    assert str((inside / "link").readlink()) == "real"
    assert str((inside / "again").readlink()) == str(tmp_path / "link" / "inner")
    assert (inside / "real" / "inner").is_dir()
    assert (inside / "real" / "file").is_file()


def test_a_scratch_folder_is_limited_and_gone_with_its_namespace(
    tmp_path: Path, confined: None
) -> None:
    def alone() -> None:
        proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
        sandbox.unshare_user(sandbox.CLONE_NEWNS, proc, "user namespaces")
        sandbox_root.mount_scratch(str(tmp_path), 1)
        (tmp_path / "a").write_text("x")
        try:
            (tmp_path / "b").write_bytes(bytes(2 << 20))
        except OSError:
            return
        raise AssertionError("there was room")

    assert sandbox.attempt(alone) == ""
    assert list(tmp_path.iterdir()) == []


def test_python_and_its_packages_are_readable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    packages = [entry for entry in sys.path if Path(entry) != Path.cwd()]
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), str(tmp_path / "none"), "/", *packages])
    paths = sandbox_root.interpreter_paths()

    assert {sys.prefix, sys.base_prefix, str(tmp_path)} <= set(paths)
    assert not {"", "/", str(tmp_path / "none"), str(Path.cwd())} & set(paths)
    assert len(paths) == len(set(paths))
