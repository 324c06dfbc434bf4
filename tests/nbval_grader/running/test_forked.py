"""A kernel is forked from a zygote, runs, reports its end, and ends with whoever needs it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbval_grader.errors import NotGraded
from nbval_grader.running import forked, startup, zygote_client
from nbval_grader.running.forked import ForkedKernel
from nbval_grader.running.protocol import Limits
from nbval_grader.running.spawned import KernelError
from nbval_grader.running.zygote_client import ForkedProcess, ZygoteClient

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

LIMITS = Limits(cell_seconds=30, submission_seconds=60)


@pytest.fixture
def zygote(monkeypatch: pytest.MonkeyPatch) -> Iterator[ZygoteClient]:
    """Return an unconfined zygote, whose coverage is measured if that of these tests is."""
    measured = {k: v for k, v in os.environ.items() if k.startswith("COVERAGE_")}
    real = zygote_client.kernel_environment
    monkeypatch.setattr(zygote_client, "kernel_environment", lambda *a: real(*a) | measured)
    client = ZygoteClient(sandbox=False)
    yield client
    client.close()


def run(kernel: ForkedKernel, code: str) -> str:
    """Run a cell; return what it prints."""
    kernel.begin(30, check=False)
    message = kernel.execute_cell_input(code)
    text = ""
    while True:
        reply = kernel.get_message("iopub")
        if reply["parent_header"].get("msg_id") != message:
            continue
        if reply["msg_type"] == "stream":
            text += reply["content"]["text"]
        if reply["msg_type"] == "error":
            text += reply["content"]["ename"]
        if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
            return text


class TestForkedKernel:
    def test_runs_and_ends(self, zygote: ZygoteClient) -> None:
        kernel = ForkedKernel(zygote, LIMITS)
        process = kernel.km.provisioner.process

        assert run(kernel, "print(1 + 1)") == "2\n"
        assert kernel.is_alive()
        assert process.memory_mb() >= 0
        kernel.stop()
        assert not kernel.is_alive()
        assert not kernel.folder.exists()

    def test_slow_modules_are_not_imported_but_can_be(self, zygote: ZygoteClient) -> None:
        zygote.import_modules(["nbformat"])
        kernel = ForkedKernel(zygote, LIMITS)
        code = (
            "import sys\nprint('jsonschema' in sys.modules, 'lark' in sys.modules)\n"
            "import rfc3987_syntax\nprint(rfc3987_syntax.is_valid_syntax('iri', 'https://a.b'))"
        )

        assert run(kernel, code).split() == ["True", "False", "True"]
        kernel.stop()

    def test_slow_modules_are_imported_if_a_master_imports_them(self, zygote: ZygoteClient) -> None:
        zygote.import_modules(["nbformat", *startup.SLOW_IMPORTS])
        kernel = ForkedKernel(zygote, LIMITS)

        assert run(kernel, "import sys\nprint('lark' in sys.modules)").split() == ["True"]
        kernel.stop()

    def test_finds_the_imported_modules(self, zygote: ZygoteClient) -> None:
        zygote.import_modules(["colorsys", "nosuchmodule", "__main__", "colorsys"])
        zygote.import_modules(["colorsys"])
        kernel = ForkedKernel(zygote, LIMITS)
        assert run(kernel, "import sys; print('colorsys' in sys.modules)") == "True\n"
        kernel.stop()

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("import os; os._exit(7)", "it was killed, or it left by os._exit"),
            ("import os; os.kill(os.getpid(), 15)", "it was killed, or it left by os._exit"),
            ("import os; os.abort()", "The kernel crashed"),
            ("import os; os.kill(os.getpid(), 24)", "The processor time"),
        ],
    )
    def test_says_how_it_ended(self, zygote: ZygoteClient, code: str, reason: str) -> None:
        kernel = ForkedKernel(zygote, LIMITS)
        with pytest.raises(KernelError, match=reason):
            run(kernel, code)
        kernel.stop()

    def test_is_interrupted(self, zygote: ZygoteClient) -> None:
        kernel = ForkedKernel(zygote, LIMITS)
        threading.Timer(0.5, kernel.km.provisioner.process.interrupt).start()
        assert run(kernel, "while True: pass") == "KeyboardInterrupt"
        assert run(kernel, "print('alive')") == "alive\n"
        kernel.stop()

    def test_its_processes_are_killed_with_it(self, zygote: ZygoteClient) -> None:
        kernel = ForkedKernel(zygote, LIMITS)
        orphan = int(
            run(
                kernel,
                "import os, time\nr, w = os.pipe()\n"
                "if os.fork() == 0:\n"
                "    os.setsid()\n"
                "    child = os.fork()\n"
                "    if child:\n        os.write(w, str(child).encode()); os._exit(0)\n"
                "    time.sleep(600)\n"
                "print(os.read(r, 20).decode())",
            )
        )
        os.kill(orphan, 0)
        kernel.stop()
        with pytest.raises(ProcessLookupError):
            os.kill(orphan, 0)

    @pytest.mark.parametrize("how", ["killed", "disconnected"])
    def test_ends_with_its_zygote(self, zygote: ZygoteClient, how: str) -> None:
        kernel = ForkedKernel(zygote, LIMITS)
        pid = int(run(kernel, "import os; print(os.getpid())"))
        if how == "killed":
            zygote.process.kill()
        else:
            zygote.connection.close()
        deadline = time.monotonic() + 5
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not Path(f"/proc/{pid}").exists()

    def test_jupyter_clients_manager_can_use_the_provisioner(self, zygote: ZygoteClient) -> None:
        kernel = ForkedKernel(zygote, LIMITS)
        manager = kernel.km
        assert manager.is_alive()
        assert manager.provisioner.has_process
        manager.interrupt_kernel()
        manager.shutdown_kernel(now=True)
        assert not manager.has_kernel
        kernel.stop()

    def test_reports_that_it_did_not_start(
        self, zygote: ZygoteClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(forked, "START_SECONDS", 0.0)
        with pytest.raises(NotGraded, match=r"A kernel did not start \(Empty\)"):
            ForkedKernel(zygote, LIMITS)
        assert list(zygote.folder.glob("k*")) == []

    def test_reports_that_the_zygote_has_ended(self, zygote: ZygoteClient) -> None:
        zygote.process.kill()
        with pytest.raises(NotGraded, match="kernels are forked from"):
            ForkedKernel(zygote, LIMITS)
        assert zygote.exit_status() == -1

    def test_reports_an_error_in_the_child(self, zygote: ZygoteClient) -> None:
        with pytest.raises(NotGraded, match="FileNotFoundError"):
            zygote.ask("fork", cwd="/nowhere", key="k", limits={**LIMITS.__dict__})
        with pytest.raises(NotGraded, match="KeyError"):
            zygote.ask("fork", cwd="/", key="k", limits={})

    def test_is_killed_when_it_needs_too_much_memory(
        self, zygote: ZygoteClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kernel = ForkedKernel(zygote, LIMITS)
        monkeypatch.setattr(ForkedProcess, "memory_mb", lambda self: 1e6)
        with pytest.raises(KernelError, match="needed more memory than is allowed"):
            run(kernel, "import time; time.sleep(30)")
        kernel.stop()
