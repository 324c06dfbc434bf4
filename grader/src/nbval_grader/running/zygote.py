"""The process that kernels are forked from, with the libraries already imported.

Started by `nbval_grader.running.forked` with one end of a socket pair, its only line to the world; it never
sees a master, an expected output or a submission. When student code is to be confined, it first
locks itself into a room (`nbval_grader.running.sandbox`), so that what it imports is what kernels can see;
each kernel then gets a user, a process, an IPC and a mount namespace and a folder of its own.

Processes: the zygote is the first process of its own process namespace; each kernel is the second
of another one within it, under an *init* that waits for it. Whichever of worker, zygote or init
dies, the system kills everything below it, whatever session or parent it has found itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from typing import Any, NoReturn

from ..errors import BadInput, GraderError
from . import sandbox
from .startup import import_once, seed_random

__all__ = ["FIRST_SIGNAL", "MAX_MESSAGE", "STOPPED", "Zygote", "main"]

WRITABLE_DEVICES = ("/dev/null", "/dev/full", "/dev/zero")
MAX_MESSAGE = 1 << 20
STOPPED = 200
FIRST_SIGNAL = 128


class Zygote:
    """Serves one worker.

    Parameters
    ----------
    line : socket.socket
        Its end of the socket pair.
    """

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.sandbox = False
        self.readable: list[str] = []
        self.proc = -1
        self.own_pids = -1
        self.child = -1

    def run(self) -> NoReturn:
        """Serve requests until the worker hangs up."""
        while True:
            data, descriptors, _, _ = socket.recv_fds(self.line, MAX_MESSAGE, 8)
            if not data:
                if not self.sandbox:
                    self.end_orphans()
                os._exit(0)
            request = json.loads(data)
            try:
                reply = getattr(self, "do_" + request.pop("op"))(descriptors, **request)
            except GraderError as fault:
                reply = {"error": str(fault), "kind": type(fault).__name__}
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)
            if reply is not None:
                self.reply(reply)

    def reply(self, reply: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        """Answer the worker."""
        socket.send_fds(self.line, [json.dumps(reply).encode()], list(descriptors))

    def do_enter(
        self, _: list[int], folder: str, readable: list[str], protected: list[str]
    ) -> dict[str, Any]:
        """Lock this process into a room and go on as the first process of a new namespace."""
        self.readable = [*sandbox.interpreter_paths(), *readable]
        if sandbox.landlock_version() < 1:
            sandbox.landlock([], [])
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
        self.proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        lonely = sandbox.CLONE_NEWPID | sandbox.CLONE_NEWNET | sandbox.CLONE_NEWIPC
        if os.geteuid() == 0:
            sandbox.unshare(sandbox.CLONE_NEWNS, "a mount namespace")
            sandbox.enter_room(folder, self.readable)
            sandbox.become_nobody()
            sandbox.set_dumpable(True)
            sandbox.die_with_parent()
            sandbox.unshare_user(lonely, self.proc, "user namespaces")
        else:
            sandbox.unshare_user(sandbox.CLONE_NEWNS, self.proc, "user namespaces")
            sandbox.enter_room(folder, self.readable)
            sandbox.unshare(lonely, "process and network namespaces")
        for path in protected:
            if os.path.lexists(path):
                raise BadInput(
                    f"Student code could read {path}, because it lies in a folder that Python "
                    "imports from or that is named readable; move one of the two."
                )
        child = os.fork()
        if child:
            self.line.close()
            _wait_for(child)
        sandbox.die_with_parent()
        self.own_pids = os.open("self/ns/pid", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self.proc)
        self.sandbox = True
        return {"landlock": sandbox.landlock_version()}

    def do_warm(self, _: list[int], modules: list[str]) -> dict[str, Any]:
        """Import modules for the kernels to come."""
        return {"failed": import_once(modules)}

    def do_fork(
        self, descriptors: list[int], cwd: str, key: str, limits: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Fork a kernel; the child itself answers, with descriptors that stand for it."""
        self.reap()
        if self.sandbox:
            sandbox.unshare(sandbox.CLONE_NEWPID, "a process namespace")
        self.child = os.fork()
        if self.child == 0:
            self.start(descriptors, cwd, key, limits)
        if self.sandbox:
            sandbox.set_namespace(self.own_pids, sandbox.CLONE_NEWPID)
        return None

    def do_end(self, _: list[int]) -> dict[str, Any]:
        """Tell how the last kernel ended, which has ended; without a room, end what it left."""
        status = None
        with contextlib.suppress(ChildProcessError):
            status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        if not self.sandbox:
            self.end_orphans()
        return {"status": status}

    def reap(self) -> None:
        """Forget children that have ended."""
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass

    def end_orphans(self) -> None:
        """Kill the processes that a kernel left, which have become this one's children."""
        path = f"/proc/self/task/{os.getpid()}/children"
        for _ in range(50):
            with open(path) as file:
                children = [int(word) for word in file.read().split()]
            if not children:
                return
            for child in children:
                with contextlib.suppress(OSError):
                    os.kill(child, signal.SIGKILL)
                with contextlib.suppress(OSError):
                    os.waitpid(child, 0)

    def start(self, descriptors: list[int], cwd: str, key: str, limits: dict[str, Any]) -> NoReturn:
        """Become a kernel (or its init, in a room), from the forked child on."""
        answered = False
        try:
            os.setsid()
            _silence()
            if self.sandbox:
                self.confine(limits)
                os.mkdir(sandbox.SCRATCH + "/work")
                os.chdir(sandbox.SCRATCH + "/work")
                kernel = os.fork()
                if kernel:
                    self.reply({}, (os.pidfd_open(os.getpid()), os.pidfd_open(kernel)))
                    sandbox.close_all_but(())
                    _wait_for(kernel)
                answered = True
            else:
                sandbox.die_with_parent()
                memory, disk = limits["memory_mb"], limits["disk_mb"]
                sandbox.limit(memory, _processes_now(), disk, limits["submission_seconds"])
                os.chdir(cwd)
                handle = os.pidfd_open(os.getpid())
                self.reply({}, (handle, handle))
                answered = True
            sandbox.close_all_but(descriptors)
            _run_kernel(descriptors, key, limits["output_mb"])
        except BaseException as fault:
            if not answered:
                known = isinstance(fault, GraderError)
                told = str(fault) if known else f"{type(fault).__name__}: {fault}"
                kind = type(fault).__name__ if known else "NotGraded"
                with contextlib.suppress(OSError):
                    self.reply({"error": told, "kind": kind})
        finally:
            os._exit(1)
        raise AssertionError

    def confine(self, limits: dict[str, Any]) -> None:
        """Confine this process, soon an init, and all that come from it."""
        own = sandbox.CLONE_NEWNS | sandbox.CLONE_NEWIPC
        sandbox.unshare_user(own, self.proc, "user namespaces within one another")
        with contextlib.suppress(OSError):
            handle = os.open("sys/user/max_user_namespaces", os.O_WRONLY, dir_fd=self.proc)
            os.write(handle, b"0")
            os.close(handle)
        sandbox.mount_scratch(sandbox.SCRATCH, limits["disk_mb"])
        sandbox.limit(
            limits["memory_mb"],
            limits["processes"],
            limits["disk_mb"],
            limits["submission_seconds"],
        )
        sandbox.landlock(self.readable, (sandbox.SCRATCH, *WRITABLE_DEVICES))
        sandbox.join_new_session_keyring()
        sandbox.drop_capabilities()
        sandbox.hide_system_calls()
        sandbox.set_dumpable(False)


def _processes_now() -> int:
    """Return the limit of processes that already holds."""
    import resource

    return resource.getrlimit(resource.RLIMIT_NPROC)[0]


def _silence() -> None:
    """Put nothing in place of standard input, output and error."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _wait_for(child: int) -> NoReturn:
    """Wait as the first process of a namespace does, and end as the child ends.

    A child that stops itself is as good as gone, and is ended. When this process ends, the system
    kills every other in the namespace.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            pid, status = os.waitpid(-1, os.WUNTRACED)
        except ChildProcessError:
            os._exit(0)
        if pid != child:
            continue
        if os.WIFSTOPPED(status):
            os.kill(child, signal.SIGKILL)
            os._exit(STOPPED)
        code = os.waitstatus_to_exitcode(status)
        os._exit(code if code >= 0 else FIRST_SIGNAL - code)


def _run_kernel(descriptors: list[int], key: str, output_mb: float) -> NoReturn:
    """Run the kernel in this process on sockets that are bound already."""
    from .kernel import ForkedKernelApp, configuration

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    seed_random()
    sys.argv = ["kernel"]
    app = ForkedKernelApp.instance(config=configuration(output_mb))
    app.given(descriptors, key)
    app.initialize([])
    app.start()
    os._exit(0)


def main() -> None:
    """Serve the worker at the other end of the socket whose descriptor is given."""
    line = socket.socket(fileno=int(sys.argv[1]))
    line.set_inheritable(False)
    if sys.platform == "linux":
        sandbox.die_with_parent()
        sandbox.adopt_orphans()
    Zygote(line).run()
