"""Confined code can reach nothing but Python, an empty folder and the connection to nbval."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from foreign import RIGHT, as_bytes, handed_in
from processes import run_in_child

from nbval_grader.errors import BadInput, CannotConfine
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master
from nbval_grader.running import sandbox
from nbval_grader.running.pool import grade_job
from nbval_grader.running.protocol import Job, Limits, Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's own")

GENEROUS = Limits(cell_seconds=30, submission_seconds=90)
RunConfined = Callable[[str], str]


@pytest.fixture
def run_confined(graded: Callable[..., Outcome]) -> RunConfined:
    """Return a function that runs code confined and returns what it prints."""

    def run(code: str) -> str:
        source = textwrap.dedent(code) + "\n" + RIGHT["q1-answer"]
        outcome = graded({"q1-answer": source}, limits=GENEROUS)
        answer = outcome.answers[0]
        assert answer.outcome == "passed", f"{answer.reason} {answer.shown}"
        assert outcome.points == 6
        return answer.shown

    return run


def test_runs_in_an_empty_folder_without_rights(run_confined: RunConfined) -> None:
    printed = run_confined(
        "import os; print(os.getcwd(), os.listdir('.'), os.getuid() == 0, os.getpid())"
    )

    assert printed == "/scratch/work [] False 2"


def test_leaves_nothing_to_the_next_submission(run_confined: RunConfined) -> None:
    mark = """
        import ctypes, os
        shared = ctypes.CDLL(None).shmget(0x6E6776, 4096, 0o600)
        print(sorted(os.listdir('/scratch/work')), shared >= 0)
        open('/scratch/work/left', 'w').close()
        ctypes.CDLL(None).shmget(0x6E6776, 4096, 0o1666)
    """

    assert run_confined(mark) == run_confined(mark) == "[] False"


def test_sees_no_file_of_the_grader(run_confined: RunConfined, tmp_path: Path) -> None:
    secret = tmp_path / "solutions" / "foreign.ipynb"
    secret.parent.mkdir()
    secret.write_text("the answers")
    secret.chmod(0o666)
    printed = run_confined(
        f"""
        import os
        tried = {[str(secret), str(tmp_path), "/etc/passwd", "/proc/1/environ", "/home"]!r}
        tried += ["/proc/self/mem", "/run", "/var", "/dev/shm", "/sys", {str(Path.cwd())!r} + "/data"]
        for path in tried:
            if os.path.lexists(path):
                print("sees", path)
        try:
            print(os.listdir("/"))
        except OSError as error:
            print(error.strerror)
        """
    )

    assert printed == "Permission denied"


def test_its_environment_contains_nothing_of_the_grader(run_confined: RunConfined) -> None:
    os.environ["SECRET_OF_THE_TEACHER"] = "answers"
    try:
        printed = run_confined(
            "import os; print(sorted(os.environ), '\\n', sorted(os.environ.values()))"
        )
    finally:
        del os.environ["SECRET_OF_THE_TEACHER"]

    assert "SECRET" not in printed
    assert "pytest" not in printed.lower()
    assert "solutions" not in printed


def test_has_no_descriptors_of_the_grader(run_confined: RunConfined) -> None:
    printed = run_confined(
        """
        import os, socket, stat
        for number in range(256):
            try:
                mode = os.fstat(number).st_mode
            except OSError:
                continue
            if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISBLK(mode):
                print("file", number)
            if stat.S_ISCHR(mode) and number > 2:
                print("device", number)
            if stat.S_ISSOCK(mode):
                with socket.socket(fileno=os.dup(number)) as connection:
                    if connection.type != socket.SOCK_STREAM:
                        print("a connection to the zygote", number)
        print("no more")
        """
    )

    assert printed == "no more"


@pytest.fixture
def listeners(tmp_path: Path) -> Iterator[list[str]]:
    """Listen wherever a confined process might connect, and note what does."""
    connected: list[str] = []
    path = str(tmp_path / "s")
    sockets = {
        "tcp": socket.create_server(("127.0.0.1", 0)),
        "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "path": socket.socket(socket.AF_UNIX),
        "abstract": socket.socket(socket.AF_UNIX),
    }
    sockets["udp"].bind(("127.0.0.1", 0))
    sockets["path"].bind(path)
    Path(path).chmod(0o777)
    sockets["abstract"].bind("\0nbval-grader-test")
    for name in ("path", "abstract"):
        sockets[name].listen()

    def listen(name: str, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            listener.recvfrom(10) if name == "udp" else listener.accept()
            connected.append(name)

    for name, listener in sockets.items():
        threading.Thread(target=listen, args=(name, listener), daemon=True).start()
    connected.append(f"{sockets['tcp'].getsockname()[1]} {sockets['udp'].getsockname()[1]} {path}")
    yield connected
    for listener in sockets.values():
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_cannot_connect_to_anything(run_confined: RunConfined, listeners: list[str]) -> None:
    tcp, udp, path = listeners.pop().split()
    printed = run_confined(
        f"""
        import socket
        def call(kind, how, where):
            with socket.socket(kind, how) as connection:
                connection.settimeout(2)
                try:
                    connection.connect(where)
                    connection.send(b"x")
                    print("reached", where)
                except OSError:
                    pass
        call(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", {tcp}))
        call(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", {udp}))
        call(socket.AF_INET, socket.SOCK_DGRAM, ("192.0.2.1", 53))
        call(socket.AF_UNIX, socket.SOCK_STREAM, {path!r})
        call(socket.AF_UNIX, socket.SOCK_STREAM, "\\0nbval-grader-test")
        try:
            socket.getaddrinfo("example.org", 80)
            print("resolved")
        except OSError:
            print("alone")
        """
    )

    assert printed == "alone"
    assert listeners == []


def test_cannot_read_other_processes_or_gain_rights(run_confined: RunConfined) -> None:
    printed = run_confined(
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        def refused(name, result):
            if result >= 0:
                print("could", name)
        refused("trace its parent", libc.ptrace(16, os.getppid(), 0, 0))
        refused("trace init", libc.ptrace(16, 1, 0, 0))
        buffer = ctypes.create_string_buffer(8)
        class Piece(ctypes.Structure):
            _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
        piece = Piece(ctypes.addressof(buffer), 8)
        refused("read memory", libc.process_vm_readv(1, ctypes.byref(piece), 1, ctypes.byref(piece), 1, 0))
        refused("mount", libc.mount(b"none", b"/scratch/work", b"tmpfs", 0, None))
        refused("make a user namespace", libc.unshare(0x10000000))
        refused("make a network namespace", libc.unshare(0x40000000))
        refused("change its root", libc.chroot(b"/scratch"))
        refused("become root", libc.setuid(0))
        for place in ("/usr", os.path.dirname(os.__file__), os.path.dirname(ctypes.__file__)):
            try:
                open(os.path.join(place, "planted.py"), "w")
                print("could write to", place)
            except OSError:
                pass
        header, caps = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        libc.capget(header, caps)
        print(list(caps))
        """
    )

    assert printed == "[0, 0, 0, 0, 0, 0]"


@pytest.mark.parametrize(
    "detach", ["", "os.setsid()", "os.setsid()\n            os.fork() and os._exit(0)"]
)
def test_all_its_processes_die_with_it(graded: Callable[..., Outcome], detach: str) -> None:
    name = f"ng-escape-{os.getpid() % 10000}"
    code = f"""
        import ctypes, os, time
        if os.fork() == 0:
            {detach or "pass"}
            ctypes.CDLL(None).prctl(15, b"{name}", 0, 0, 0)
            time.sleep(600)
        time.sleep(0.2)
        """
    source = textwrap.dedent(code) + "\n" + RIGHT["q1-answer"]

    assert graded({"q1-answer": source}, limits=GENEROUS).points == 6
    deadline = time.monotonic() + 5
    while name in commands() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert name not in commands()


def commands() -> list[str]:
    """Return the names of all processes."""
    names = []
    for path in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            names.append(path.read_text().strip())
    return names


def test_a_fork_bomb_is_limited(run_confined: RunConfined) -> None:
    printed = run_confined(
        """
        import os, time
        children = 0
        try:
            while children < 5000:
                if os.fork() == 0:
                    time.sleep(600)
                children += 1
        except OSError:
            pass
        print(children)
        os.kill(-1, 9)
        """
    )

    assert 1 <= int(printed) <= GENEROUS.processes


def test_protected_paths_that_could_be_read_are_refused(master: Master, tmp_path: Path) -> None:
    job = Job(
        "foreign",
        dump(master.notebook),
        as_bytes(handed_in()),
        readable=(str(tmp_path),),
        protected=(str(tmp_path / "solutions"),),
    )
    (tmp_path / "solutions").mkdir()
    tmp_path.chmod(0o755)

    with pytest.raises(BadInput, match=r"Student code could read .*solutions"):
        grade_job(job)


def test_named_folders_can_be_read(master: Master, tmp_path: Path, confined: None) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    (tmp_path / "data" / "table.csv").write_text("3")
    for folder in ("data", "link"):
        path = tmp_path / folder / "table.csv"
        answers = {**RIGHT, "q1-answer": f"largest = int(open({str(path)!r}).read())"}
        job = Job(
            "foreign",
            dump(master.notebook),
            as_bytes(handed_in(answers)),
            GENEROUS,
            readable=(str(tmp_path / folder),),
        )
        tmp_path.chmod(0o700)  # what lies above a named folder need not be open to others

        assert grade_job(job).points == 6


def test_without_a_sandbox_its_processes_are_killed_too(graded: Callable[..., Outcome]) -> None:
    name = f"ng-orphan-{os.getpid() % 10000}"
    source = f"""
import ctypes, os, time
if os.fork() == 0:
    os.setsid()
    ctypes.CDLL(None).prctl(15, b"{name}", 0, 0, 0)
    time.sleep(600)
time.sleep(0.2)
largest = 3
"""

    outcome = graded({"q1-answer": source}, limits=GENEROUS, sandbox=False)

    assert (outcome.points, outcome.sandboxed) == (6, False)
    assert name not in commands()


GRADE = [sys.executable, "-P", "-m", "nbval_grader", "grade"]


@pytest.fixture
def class_folder(master: Master) -> Iterator[Path]:
    """Return a folder with a master and one submission, open to every user."""
    tmp_path = Path(tempfile.mkdtemp(prefix="ng-class-"))
    for name, data in (
        ("solutions", dump(master.notebook).encode()),
        ("in/anna", as_bytes(handed_in())),
    ):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "foreign.ipynb").write_bytes(data)
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o777)
    yield tmp_path
    shutil.rmtree(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="takes the superuser to take namespaces away")
def test_a_system_without_user_namespaces_is_refused_in_one_sentence(class_folder: Path) -> None:
    script = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh", *GRADE, "in"]

    done = subprocess.run(command, cwd=class_folder, capture_output=True, text=True, check=False)

    assert done.returncode == CannotConfine.code
    assert done.stderr.count("\n") == 1
    assert "cannot be confined here" in done.stderr
    assert not list(class_folder.glob("*.csv"))


@pytest.mark.skipif(os.geteuid() != 0, reason="takes the superuser to become another user")
def test_an_ordinary_user_can_grade(class_folder: Path) -> None:
    """Grade as a user without rights, who may read the interpreter wherever it is."""
    home = Path(sys.base_prefix).resolve()
    top = Path("/", *home.parts[1:2])
    script = f"""
        set -e
        mkdir {class_folder}/python
        mount --bind {home} {class_folder}/python
        if [ ! -x /usr/bin/setpriv ]; then exit 77; fi
        if ! setpriv --reuid 65534 --regid 65534 --clear-groups test -r {home}/bin; then
            mount -t tmpfs -o mode=755 tmpfs {top}
            mkdir -p {home}
            mount --bind {class_folder}/python {home}
        fi
        export HOME={class_folder}
        exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
    """
    secret = "open('in/anna/foreign.ipynb')"
    answers = {**RIGHT, "q2-answer": f"import os\nos.chdir({str(class_folder)!r})\n{secret}"}
    bert = class_folder / "in" / "bert"
    bert.mkdir()
    (bert / "foreign.ipynb").write_bytes(as_bytes(handed_in(answers)))
    command = ["unshare", "--mount", "sh", "-c", script, "sh", *GRADE, "in"]

    done = subprocess.run(command, cwd=class_folder, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    from nbval_grader.gradebook.store import Gradebook

    with Gradebook(class_folder / "gradebook.sqlite", readonly=True) as book:
        rows = [(s.student, s.points, s.sandboxed) for s in book.list_submissions()]
        outputs = {a.question: a.shown for a in book.list_visible_answers("bert", "foreign")}
    assert rows == [("anna", 6, True), ("bert", 4, True)]
    assert "No such file or directory" in outputs["q2"]


class TestSandboxSteps:
    """Each step is taken, in a child process."""

    def test_limits_hold(self) -> None:
        def limited() -> None:
            import resource

            sandbox.set_limits(memory_mb=4000, processes=50, disk_mb=1, cpu_seconds=5)
            assert resource.getrlimit(resource.RLIMIT_AS) == (4000 << 20, 4000 << 20)
            assert resource.getrlimit(resource.RLIMIT_CPU) == (6, 6)
            assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)

        assert sandbox.attempt(limited) == ""

    def test_descriptors_are_closed(self) -> None:
        def closed() -> None:
            reader, writer = os.pipe()
            still_open = max(reader, writer)
            status = os.dup(2)
            sandbox.close_descriptors_except((still_open, 0))
            os.fstat(still_open)
            for descriptor in (min(reader, writer), status):
                try:
                    os.fstat(descriptor)
                except OSError:
                    continue
                os._exit(1)
            os._exit(0)

        assert run_in_child(closed) == 0

    @pytest.mark.skipif(os.geteuid() != 0, reason="takes the superuser")
    def test_a_superuser_becomes_an_unprivileged_user(self) -> None:
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

    def test_a_user_namespace_without_rights_is_refused(self, confined: None) -> None:
        def unmapped() -> None:
            nothing = os.open("/", os.O_PATH | os.O_DIRECTORY)
            sandbox.unshare_user(0, nothing, "user namespaces")

        assert "grants a user namespace but no rights in it" in sandbox.attempt(unmapped)

    def test_a_refusal_of_the_system_is_reported(self) -> None:
        message = sandbox.attempt(lambda: sandbox.unshare(1, "the impossible"))
        assert "the system refuses the impossible (Invalid argument)" in message

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

        run_in_child(parent)
        os.close(writer)
        child = int(os.read(reader, 20))
        os.close(reader)
        deadline = time.monotonic() + 5
        while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text()

    def test_memory_is_protected(self) -> None:
        def protected() -> None:
            sandbox.protect_memory()
            assert Path("/proc/self/mem").stat().st_uid == 0
            sandbox.set_dumpable(True)

        assert sandbox.attempt(protected) == ""

    def test_an_error_without_a_message_is_named(self) -> None:
        def fail() -> None:
            raise ZeroDivisionError

        assert sandbox.attempt(fail) == "ZeroDivisionError"
