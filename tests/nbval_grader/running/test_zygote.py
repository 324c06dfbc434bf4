"""The zygote confines itself and its kernels in the right order, and ends with the worker."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from processes import run_in_child

from nbval_grader.errors import BadInput, CannotConfine
from nbval_grader.running import landlock, sandbox, sandbox_root, zygote
from nbval_grader.running.protocol import Limits
from nbval_grader.running.zygote import STOPPED, Zygote

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

LIMITS = Limits(cell_seconds=30, submission_seconds=60)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the steps of confinement that are called, in order; none is done."""
    called: list[str] = []
    names = (
        "unshare",
        "unshare_user",
        "become_nobody",
        "die_with_parent",
        "set_dumpable",
        "set_limits",
        "join_new_session_keyring",
        "drop_capabilities",
        "hide_system_calls",
        "enter_namespace",
    )
    elsewhere = [
        (sandbox_root, "enter_sandbox_root"),
        (sandbox_root, "mount_scratch"),
        (landlock, "confine_files"),
    ]
    for module, name in [*((sandbox, name) for name in names), *elsewhere]:

        def note(*arguments: Any, _name: str = name) -> None:
            called.append(f"{_name}(False)" if arguments == (False,) else _name)

        monkeypatch.setattr(module, name, note)
    return called


class TestOrder:
    """A step out of order would leave a gap, so the order is tested."""

    @pytest.fixture
    def confined(self, monkeypatch: pytest.MonkeyPatch) -> Zygote:
        monkeypatch.setattr(landlock, "landlock_version", lambda: 6)
        monkeypatch.setattr(os, "fork", lambda: 0)
        ours, _ = socket.socketpair()
        return Zygote(ours)

    def enter(self, confined: Zygote, monkeypatch: pytest.MonkeyPatch, user: int) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: user)
        score = Path("/proc/self/oom_score_adj").read_text()
        try:
            reply = confined.do_enter([], folder="/nowhere", readable=["/data"], protected=[])
        finally:
            Path("/proc/self/oom_score_adj").write_text(score)
        assert reply == {"landlock": 6}
        assert confined.sandbox
        assert "/data" in confined.readable

    def test_a_superuser_builds_the_sandbox_root_first(
        self, confined: Zygote, steps: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.enter(confined, monkeypatch, 0)
        assert steps == [
            "unshare",
            "enter_sandbox_root",
            "become_nobody",
            "set_dumpable",
            "die_with_parent",
            "unshare_user",
            "die_with_parent",
        ]

    def test_an_ordinary_user_needs_a_user_namespace_first(
        self, confined: Zygote, steps: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.enter(confined, monkeypatch, 1000)
        assert steps == ["unshare_user", "enter_sandbox_root", "unshare", "die_with_parent"]

    def test_a_kernel_is_confined_in_order(self, confined: Zygote, steps: list[str]) -> None:
        confined.proc = os.open("/", os.O_PATH | os.O_DIRECTORY)
        confined.confine(LIMITS.__dict__)
        os.close(confined.proc)
        assert steps == [
            "unshare_user",
            "mount_scratch",
            "set_limits",
            "confine_files",
            "join_new_session_keyring",
            "drop_capabilities",
            "hide_system_calls",
            "set_dumpable(False)",
        ]

    def test_protected_paths_that_are_visible_are_refused(
        self, confined: Zygote, steps: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(BadInput, match=f"Student code could read {tmp_path}"):
            confined.do_enter([], folder="/nowhere", readable=[], protected=[str(tmp_path)])

    def test_no_landlock_is_refused_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(landlock, "landlock_version", lambda: 0)
        ours, _ = socket.socketpair()
        with pytest.raises(CannotConfine, match="no Landlock"):
            Zygote(ours).do_enter([], folder="/nowhere", readable=[], protected=[])


def stopped(process: Path) -> bool:
    """Return whether a process is stopped."""
    try:
        return "\tT (stopped)" in (process / "status").read_text()
    except OSError:
        return False


def test_an_init_ends_with_the_status_of_its_kernel() -> None:
    def init(action: Callable[[], object]) -> int:
        def run() -> None:
            child = os.fork()
            if child == 0:
                action()
                os._exit(0)
            zygote._wait_for(child)

        return run_in_child(run)

    assert init(lambda: os._exit(5)) == 5
    assert init(lambda: os.kill(os.getpid(), signal.SIGKILL)) == 128 + 9
    before = set(Path("/proc").glob("[0-9]*"))
    assert init(lambda: os.kill(os.getpid(), signal.SIGSTOP)) == STOPPED
    remaining = [p for p in set(Path("/proc").glob("[0-9]*")) - before if stopped(p)]
    assert remaining == []
    assert run_in_child(lambda: zygote._wait_for(1)) == 0


def test_a_zygote_ends_with_its_connection() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = os.fork()
    if child == 0:
        ours.close()
        Zygote(theirs).run()
    theirs.close()
    ours.send(json.dumps({"op": "import", "modules": []}).encode())
    assert json.loads(ours.recv(1000)) == {"failed": []}
    ours.close()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
