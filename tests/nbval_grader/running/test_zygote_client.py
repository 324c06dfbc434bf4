"""A zygote is started and ended, and leaves nothing when it is refused."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from nbval_grader.errors import BadInput, CannotConfine
from nbval_grader.running import zygote_client
from nbval_grader.running.zygote_client import ZygoteClient

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


def test_starts_a_process_and_ends_it() -> None:
    zygote = ZygoteClient(sandbox=False)
    assert zygote.alive
    pid = zygote.process.pid
    zygote.close()
    assert not zygote.alive
    assert not zygote.folder.exists()
    assert not Path(f"/proc/{pid}").exists()


def test_removes_its_folder_when_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []
    real = zygote_client.tempfile.mkdtemp

    def note(**options: Any) -> str:
        folders.append(Path(real(**options)))
        return str(folders[-1])

    monkeypatch.setattr(zygote_client.tempfile, "mkdtemp", note)
    with pytest.raises((BadInput, CannotConfine)):
        ZygoteClient(sandbox=True, protected=("/usr",))
    assert [folder for folder in folders if folder.exists()] == []
