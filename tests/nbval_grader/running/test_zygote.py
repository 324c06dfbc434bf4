"""The zygote forks kernels, locks itself in step by step, and ends with whoever needs it."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nbval_grader.errors import BadInput, CannotConfine, NotGraded
from nbval_grader.running import forked, sandbox, startup, zygote
from nbval_grader.running.forked import ForkedKernel, ForkedProcess, ZygoteLine
from nbval_grader.running.protocol import Limits
from nbval_grader.running.zygote import STOPPED, Zygote

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

LIMITS = Limits(cell_seconds=30, submission_seconds=60)


def in_child(action: Callable[[], object]) -> int:
    """Run something in a forked child; return how it ended."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            action()
            code = 0
        except SystemExit as left:
            code = int(left.code or 0)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[ZygoteLine]:
    """Return a line to an unconfined zygote, which whoever measures these tests may measure too."""
    measured = {k: v for k, v in os.environ.items() if k.startswith("COVERAGE_")}
    real = forked.kernel_environment
    monkeypatch.setattr(forked, "kernel_environment", lambda *a: real(*a) | measured)
    made = ZygoteLine(sandbox=False)
    yield made
    made.close()


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
    def test_runs_and_ends(self, line: ZygoteLine) -> None:
        kernel = ForkedKernel(line, LIMITS)
        process = kernel.km.provisioner.process

        assert run(kernel, "print(1 + 1)") == "2\n"
        assert kernel.is_alive()
        assert process.memory_mb() >= 0
        kernel.stop()
        assert not kernel.is_alive()
        assert not kernel.folder.exists()

    def test_spares_what_is_slow_and_unasked_for_and_keeps_it_importable(
        self, line: ZygoteLine
    ) -> None:
        line.warm(["nbformat"])
        kernel = ForkedKernel(line, LIMITS)
        code = (
            "import sys\nprint('jsonschema' in sys.modules, 'lark' in sys.modules)\n"
            "import rfc3987_syntax\nprint(rfc3987_syntax.is_valid_syntax('iri', 'https://a.b'))"
        )

        assert run(kernel, code).split() == ["True", "False", "True"]
        kernel.stop()

    def test_imports_what_is_slow_where_it_is_asked_for(self, line: ZygoteLine) -> None:
        line.warm(["nbformat", *startup.SLOW_IMPORTS])
        kernel = ForkedKernel(line, LIMITS)

        assert run(kernel, "import sys\nprint('lark' in sys.modules)").split() == ["True"]
        kernel.stop()

    def test_knows_what_was_warmed(self, line: ZygoteLine) -> None:
        line.warm(["colorsys", "nosuchmodule", "__main__", "colorsys"])
        line.warm(["colorsys"])
        kernel = ForkedKernel(line, LIMITS)
        assert run(kernel, "import sys; print('colorsys' in sys.modules)") == "True\n"
        kernel.stop()

    @pytest.mark.parametrize(
        ("code", "told"),
        [
            ("import os; os._exit(7)", "it was killed, or it left by os._exit"),
            ("import os; os.kill(os.getpid(), 15)", "it was killed, or it left by os._exit"),
            ("import os; os.abort()", "The kernel crashed"),
            ("import os; os.kill(os.getpid(), 24)", "The processor time"),
        ],
    )
    def test_tells_how_it_ended(self, line: ZygoteLine, code: str, told: str) -> None:
        kernel = ForkedKernel(line, LIMITS)
        with pytest.raises(forked.KernelError, match=told):
            run(kernel, code)
        kernel.stop()

    def test_is_interrupted(self, line: ZygoteLine) -> None:
        kernel = ForkedKernel(line, LIMITS)
        threading.Timer(0.5, kernel.km.provisioner.process.interrupt).start()
        assert run(kernel, "while True: pass") == "KeyboardInterrupt"
        assert run(kernel, "print('alive')") == "alive\n"
        kernel.stop()

    def test_leaves_no_orphan(self, line: ZygoteLine) -> None:
        kernel = ForkedKernel(line, LIMITS)
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

    @pytest.mark.parametrize("how", ["killed", "hung up"])
    def test_ends_with_its_zygote(self, line: ZygoteLine, how: str) -> None:
        kernel = ForkedKernel(line, LIMITS)
        pid = int(run(kernel, "import os; print(os.getpid())"))
        if how == "killed":
            line.process.kill()
        else:
            line.line.close()
        deadline = time.monotonic() + 5
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not Path(f"/proc/{pid}").exists()

    def test_a_provisioner_does_as_jupyter_asks(self, line: ZygoteLine) -> None:
        kernel = ForkedKernel(line, LIMITS)
        manager = kernel.km
        assert manager.is_alive()
        assert manager.provisioner.has_process
        manager.interrupt_kernel()
        manager.shutdown_kernel(now=True)
        assert not manager.has_kernel
        kernel.stop()

    def test_one_that_does_not_start_is_told(
        self, line: ZygoteLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(forked, "START_SECONDS", 0.0)
        with pytest.raises(NotGraded, match=r"A kernel did not start \(Empty\)"):
            ForkedKernel(line, LIMITS)
        assert list(line.folder.glob("k*")) == []

    def test_a_zygote_that_is_gone_is_told(self, line: ZygoteLine) -> None:
        line.process.kill()
        with pytest.raises(NotGraded, match="kernels come from"):
            ForkedKernel(line, LIMITS)
        assert line.ended() == -1

    def test_a_fault_in_the_child_is_told(self, line: ZygoteLine) -> None:
        with pytest.raises(NotGraded, match="FileNotFoundError"):
            line.ask("fork", cwd="/nowhere", key="k", limits={**LIMITS.__dict__})
        with pytest.raises(NotGraded, match="KeyError"):
            line.ask("fork", cwd="/", key="k", limits={})

    def test_too_much_memory_ends_it(
        self, line: ZygoteLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kernel = ForkedKernel(line, LIMITS)
        monkeypatch.setattr(ForkedProcess, "memory_mb", lambda self: 1e6)
        with pytest.raises(forked.KernelError, match="needed more memory than is allowed"):
            run(kernel, "import time; time.sleep(30)")
        kernel.stop()


class TestZygoteLine:
    def test_starts_a_process_and_ends_it(self) -> None:
        line = ZygoteLine(sandbox=False)
        assert line.alive
        pid = line.process.pid
        line.close()
        assert not line.alive
        assert not line.folder.exists()
        assert not Path(f"/proc/{pid}").exists()

    def test_a_refusal_leaves_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[Path] = []
        real = forked.tempfile.mkdtemp

        def note(**options: Any) -> str:
            made.append(Path(real(**options)))
            return str(made[-1])

        monkeypatch.setattr(forked.tempfile, "mkdtemp", note)
        with pytest.raises((BadInput, CannotConfine)):
            ZygoteLine(sandbox=True, protected=("/usr",))
        assert [p for p in made if p.exists()] == []


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of what the sandbox is asked to do, in order; nothing is done."""
    asked: list[str] = []
    names = (
        "unshare",
        "unshare_user",
        "enter_room",
        "become_nobody",
        "die_with_parent",
        "set_dumpable",
        "mount_scratch",
        "limit",
        "landlock",
        "drop_capabilities",
        "set_namespace",
    )
    for name in names:

        def note(*given: Any, _name: str = name) -> None:
            asked.append(f"{_name}(False)" if given == (False,) else _name)

        monkeypatch.setattr(sandbox, name, note)
    return asked


class TestOrder:
    """A step out of order would leave a hole, so the order is held."""

    @pytest.fixture
    def inmate(self, monkeypatch: pytest.MonkeyPatch) -> Zygote:
        monkeypatch.setattr(sandbox, "landlock_version", lambda: 6)
        monkeypatch.setattr(os, "fork", lambda: 0)
        ours, _ = socket.socketpair()
        return Zygote(ours)

    def enter(self, inmate: Zygote, monkeypatch: pytest.MonkeyPatch, user: int) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: user)
        score = Path("/proc/self/oom_score_adj").read_text()
        try:
            told = inmate.do_enter([], folder="/nowhere", readable=["/data"], protected=[])
        finally:
            Path("/proc/self/oom_score_adj").write_text(score)
        assert told == {"landlock": 6}
        assert inmate.sandbox
        assert "/data" in inmate.readable

    def test_a_superuser_builds_the_room_first(
        self, inmate: Zygote, steps: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.enter(inmate, monkeypatch, 0)
        assert steps == [
            "unshare",
            "enter_room",
            "become_nobody",
            "set_dumpable",
            "die_with_parent",
            "unshare_user",
            "die_with_parent",
        ]

    def test_an_ordinary_user_needs_a_user_namespace_first(
        self, inmate: Zygote, steps: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.enter(inmate, monkeypatch, 1000)
        assert steps == ["unshare_user", "enter_room", "unshare", "die_with_parent"]

    def test_a_kernel_is_confined_in_order(self, inmate: Zygote, steps: list[str]) -> None:
        inmate.proc = os.open("/", os.O_PATH | os.O_DIRECTORY)
        inmate.confine(LIMITS.__dict__)
        os.close(inmate.proc)
        assert steps == [
            "unshare_user",
            "mount_scratch",
            "limit",
            "landlock",
            "drop_capabilities",
            "set_dumpable(False)",
        ]

    def test_secrets_in_sight_are_refused(
        self, inmate: Zygote, steps: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(BadInput, match=f"Student code could read {tmp_path}"):
            inmate.do_enter([], folder="/nowhere", readable=[], protected=[str(tmp_path)])

    def test_no_landlock_is_refused_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sandbox, "landlock_version", lambda: 0)
        ours, _ = socket.socketpair()
        with pytest.raises(CannotConfine, match="no Landlock"):
            Zygote(ours).do_enter([], folder="/nowhere", readable=[], protected=[])


def stopped(process: Path) -> bool:
    """Say whether a process of this program is stopped."""
    try:
        return "\tT (stopped)" in (process / "status").read_text()
    except OSError:
        return False


def test_an_init_ends_as_its_kernel_ends() -> None:
    def init(action: Callable[[], object]) -> int:
        def run() -> None:
            child = os.fork()
            if child == 0:
                action()
                os._exit(0)
            zygote._wait_for(child)

        return in_child(run)

    assert init(lambda: os._exit(5)) == 5
    assert init(lambda: os.kill(os.getpid(), signal.SIGKILL)) == 128 + 9
    before = set(Path("/proc").glob("[0-9]*"))
    assert init(lambda: os.kill(os.getpid(), signal.SIGSTOP)) == STOPPED
    left = [p for p in set(Path("/proc").glob("[0-9]*")) - before if stopped(p)]
    assert left == []
    assert in_child(lambda: zygote._wait_for(1)) == 0


def test_a_zygote_ends_when_nobody_listens() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = os.fork()
    if child == 0:
        ours.close()
        Zygote(theirs).run()
    theirs.close()
    ours.send(json.dumps({"op": "warm", "modules": []}).encode())
    assert json.loads(ours.recv(1000)) == {"failed": []}
    ours.close()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


class TestSandboxSteps:
    """Each step for real, in a child of its own."""

    def test_a_room_shows_what_is_placed_and_the_links_to_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, room = tmp_path / "real", tmp_path / "room"
        (real / "inner").mkdir(parents=True)
        room.mkdir()
        (real / "file").write_text("x")
        (tmp_path / "link").symlink_to("real")
        (tmp_path / "again").symlink_to(tmp_path / "link" / "inner")
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        shown: list[str] = []
        monkeypatch.setattr(sandbox, "mount", lambda source, *a: shown.append(source))
        made = sandbox._Room(str(room))

        made.place(str(tmp_path / "again"))
        made.place(str(tmp_path / "link" / "file"))
        made.place(str(real / "inner" / "deeper"))
        with pytest.raises(CannotConfine, match="is a loop of links"):
            made.place(str(tmp_path / "loop" / "x"))

        assert shown == [str(real / "inner"), str(real / "file")]
        inside = Path(str(room) + str(tmp_path))
        assert str((inside / "link").readlink()) == "real"
        assert str((inside / "again").readlink()) == str(tmp_path / "link" / "inner")
        assert (inside / "real" / "inner").is_dir()
        assert (inside / "real" / "file").is_file()

    def test_limits_hold(self) -> None:
        def limited() -> None:
            import resource

            sandbox.limit(memory_mb=4000, processes=50, disk_mb=1, cpu_seconds=5)
            assert resource.getrlimit(resource.RLIMIT_AS) == (4000 << 20, 4000 << 20)
            assert resource.getrlimit(resource.RLIMIT_CPU) == (6, 6)
            assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)

        assert sandbox.attempt(limited) == ""

    def test_descriptors_are_closed(self) -> None:
        def closed() -> None:
            reader, writer = os.pipe()
            kept = max(reader, writer)
            status = os.dup(2)
            sandbox.close_all_but((kept, 0))
            os.fstat(kept)
            for descriptor in (min(reader, writer), status):
                try:
                    os.fstat(descriptor)
                except OSError:
                    continue
                os._exit(1)
            os._exit(0)

        assert in_child(closed) == 0

    def test_capabilities_are_dropped_and_landlock_holds(self, tmp_path: Path) -> None:
        (tmp_path / "open").mkdir()
        (tmp_path / "closed").mkdir()

        def confined() -> None:
            version = sandbox.landlock(
                ["/usr", "/lib", "/lib64", sys.prefix, sys.base_prefix, "/nowhere"],
                [str(tmp_path / "open"), "/dev/null"],
            )
            assert version == sandbox.landlock_version()
            sandbox.drop_capabilities()
            (tmp_path / "open" / "a").write_text("x")
            try:
                (tmp_path / "closed" / "a").write_text("x")
            except PermissionError:
                return
            raise AssertionError("could write")

        assert sandbox.attempt(confined) == ""

    @pytest.mark.skipif(os.geteuid() != 0, reason="takes the superuser")
    def test_a_superuser_becomes_nobody(self) -> None:
        def nobody() -> None:
            sandbox.become_nobody()
            assert os.getuid() in sandbox.UNUSED_IDS
            try:
                os.setuid(0)
            except PermissionError:
                return
            raise AssertionError("came back")

        assert sandbox.attempt(nobody) == ""

    def test_no_unused_user_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: int) -> None:
            raise PermissionError(1, "no")

        monkeypatch.setattr(os, "setgroups", refuse)
        with pytest.raises(CannotConfine, match="no unprivileged user can be taken"):
            sandbox.become_nobody()

    def test_a_user_namespace_with_a_scratch_folder(self, tmp_path: Path, confined: None) -> None:
        def alone() -> None:
            proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
            sandbox.unshare_user(sandbox.CLONE_NEWNS, proc, "user namespaces")
            sandbox.mount_scratch(str(tmp_path), 1)
            (tmp_path / "a").write_text("x")
            try:
                (tmp_path / "b").write_bytes(bytes(2 << 20))
            except OSError:
                return
            raise AssertionError("there was room")

        assert sandbox.attempt(alone) == ""
        assert list(tmp_path.iterdir()) == []

    def test_rights_that_are_not_granted_are_told(self, confined: None) -> None:
        def unmapped() -> None:
            nothing = os.open("/", os.O_PATH | os.O_DIRECTORY)
            sandbox.unshare_user(0, nothing, "user namespaces")

        assert "grants a user namespace but no rights in it" in sandbox.attempt(unmapped)

    def test_namespaces_that_are_refused_are_told(self) -> None:
        said = sandbox.attempt(lambda: sandbox.unshare(1, "the impossible"))
        assert "the system refuses the impossible (Invalid argument)" in said
        said = sandbox.attempt(lambda: sandbox.mount("none", "/nowhere", "none", 0, None, "x"))
        assert said.startswith("Student code cannot be confined here: x failed (")

    def test_a_process_dies_with_its_parent(self) -> None:
        reader, writer = os.pipe()

        def parent() -> None:
            child = os.fork()
            if child == 0:
                sandbox.die_with_parent()
                os.write(writer, str(os.getpid()).encode())
                time.sleep(600)
            os.read(reader, 0)
            time.sleep(0.3)

        in_child(parent)
        os.close(writer)
        child = int(os.read(reader, 20))
        os.close(reader)
        deadline = time.monotonic() + 5
        while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text()

    def test_memory_is_shielded(self) -> None:
        def shielded() -> None:
            sandbox.shield_memory()
            assert Path("/proc/self/mem").stat().st_uid == 0
            sandbox.set_dumpable(True)

        assert sandbox.attempt(shielded) == ""

    def test_a_silent_fault_is_named(self) -> None:
        def fail() -> None:
            raise ZeroDivisionError

        assert sandbox.attempt(fail) == "ZeroDivisionError"
