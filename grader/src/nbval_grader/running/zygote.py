"""The process that kernels are forked from, with the libraries already imported.

`nbval_grader.running.zygote_client` starts it with one end of a socket pair, its only connection to other
processes. It never sees a master, an expected output or a submission. When student code is to be
confined, it first confines itself in a sandbox root (`nbval_grader.running.sandbox`), so that it can
import only what kernels can see. Each kernel then gets a user, a process, an IPC and a mount
namespace and a folder of its own.

The zygote is the first process of its own process namespace. Each kernel is the second process of
another namespace within that one, under an *init* process that waits for it. When the worker, the
zygote or the init ends, the system kills everything below it, even processes that have started a
session of their own or have another parent by then.
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
from . import landlock, sandbox, sandbox_root
from .startup import import_once, seed_random

__all__ = ["FIRST_SIGNAL", "MAX_MESSAGE", "STOPPED", "Zygote", "main"]

WRITABLE_DEVICES = ("/dev/null", "/dev/full", "/dev/zero")
MAX_MESSAGE = 1 << 20
#: Exit status of an init whose kernel has stopped itself, as by SIGSTOP.
STOPPED = 200
#: Added to the number of the signal that ended a kernel, as a shell does.
FIRST_SIGNAL = 128


class Zygote:
    """Serves the requests of one worker.

    Parameters
    ----------
    connection : socket.socket
        Its end of the socket pair.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.sandbox = False
        self.readable: list[str] = []
        self.proc = -1
        self.own_pids = -1
        self.child = -1

    def run(self) -> NoReturn:
        """Serve requests until the worker closes the connection."""
        while True:
            data, descriptors, _, _ = socket.recv_fds(self.connection, MAX_MESSAGE, 8)
            if not data:
                if not self.sandbox:
                    self.end_orphans()
                os._exit(0)
            request = json.loads(data)
            try:
                reply = getattr(self, "do_" + request.pop("op"))(descriptors, **request)
            except GraderError as error:
                reply = {"error": str(error), "kind": type(error).__name__}
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)
            if reply is not None:
                self.send_reply(reply)

    def send_reply(self, reply: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        """Answer the worker."""
        socket.send_fds(self.connection, [json.dumps(reply).encode()], list(descriptors))

    def do_enter(
        self, _: list[int], folder: str, readable: list[str], protected: list[str]
    ) -> dict[str, Any]:
        """Confine this process in a sandbox root, and go on as the first of a new namespace."""
        self.readable = [*sandbox_root.interpreter_paths(), *readable]
        if landlock.landlock_version() < 1:
            landlock.confine_files([], [])  # says so
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
        self.proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        isolated = sandbox.CLONE_NEWPID | sandbox.CLONE_NEWNET | sandbox.CLONE_NEWIPC
        if os.geteuid() == 0:
            sandbox.unshare(sandbox.CLONE_NEWNS, "a mount namespace")
            sandbox_root.enter_sandbox_root(folder, self.readable)
            sandbox.become_nobody()
            sandbox.set_dumpable(True)
            sandbox.die_with_parent()
            sandbox.unshare_user(isolated, self.proc, "user namespaces")
        else:
            sandbox.unshare_user(sandbox.CLONE_NEWNS, self.proc, "user namespaces")
            sandbox_root.enter_sandbox_root(folder, self.readable)
            sandbox.unshare(isolated, "process and network namespaces")
        for path in protected:
            if os.path.lexists(path):
                raise BadInput(
                    f"Student code could read {path}, because it lies in a folder that Python "
                    "imports from or that is named readable; move one of the two."
                )
        child = os.fork()
        if child:
            self.connection.close()
            _wait_for(child)
        sandbox.die_with_parent()
        self.own_pids = os.open("self/ns/pid", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self.proc)
        self.sandbox = True
        return {"landlock": landlock.landlock_version()}

    def do_import(self, _: list[int], modules: list[str]) -> dict[str, Any]:
        """Import modules for the kernels to come."""
        return {"failed": import_once(modules)}

    def do_fork(
        self, descriptors: list[int], cwd: str, key: str, limits: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Fork a kernel; the child itself replies, with descriptors that refer to it."""
        self.reap()
        if self.sandbox:
            sandbox.unshare(sandbox.CLONE_NEWPID, "a process namespace")
        self.child = os.fork()
        if self.child == 0:
            self.start_kernel(descriptors, cwd, key, limits)
        if self.sandbox:
            sandbox.enter_namespace(self.own_pids, sandbox.CLONE_NEWPID)
        return None

    def do_end(self, _: list[int]) -> dict[str, Any]:
        """Reply how the last kernel, which has ended, did so; kill the processes that it left.

        In a sandbox the system has killed them with the kernel's init.
        """
        status = None
        with contextlib.suppress(ChildProcessError):
            status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        if not self.sandbox:
            self.end_orphans()
        return {"status": status}

    def reap(self) -> None:
        """Let the system forget children that have ended."""
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass

    def end_orphans(self) -> None:
        """Kill the processes that a kernel left, which are children of this process now."""
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

    def start_kernel(
        self, descriptors: list[int], cwd: str, key: str, limits: dict[str, Any]
    ) -> NoReturn:
        """Make this process, just forked, a kernel (in a sandbox the init of a kernel)."""
        replied = False
        try:
            os.setsid()
            _redirect_standard_streams()
            if self.sandbox:
                self.confine(limits)
                os.mkdir(sandbox_root.SCRATCH + "/work")
                os.chdir(sandbox_root.SCRATCH + "/work")
                kernel = os.fork()
                if kernel:
                    self.send_reply({}, (os.pidfd_open(os.getpid()), os.pidfd_open(kernel)))
                    sandbox.close_descriptors_except(())
                    _wait_for(kernel)
                replied = True
            else:
                sandbox.die_with_parent()
                memory, disk = limits["memory_mb"], limits["disk_mb"]
                sandbox.set_limits(memory, _process_limit(), disk, limits["submission_seconds"])
                os.chdir(cwd)
                handle = os.pidfd_open(os.getpid())
                self.send_reply({}, (handle, handle))
                replied = True
            sandbox.close_descriptors_except(descriptors)
            _run_kernel(descriptors, key, limits["output_mb"])
        except BaseException as error:
            if not replied:
                known = isinstance(error, GraderError)
                message = str(error) if known else f"{type(error).__name__}: {error}"
                kind = type(error).__name__ if known else "NotGraded"
                with contextlib.suppress(OSError):
                    self.send_reply({"error": message, "kind": kind})
        finally:
            os._exit(1)
        raise AssertionError

    def confine(self, limits: dict[str, Any]) -> None:
        """Confine this process, the init of a kernel, and all that it starts."""
        namespaces = sandbox.CLONE_NEWNS | sandbox.CLONE_NEWIPC
        sandbox.unshare_user(namespaces, self.proc, "user namespaces within one another")
        with contextlib.suppress(OSError):
            handle = os.open("sys/user/max_user_namespaces", os.O_WRONLY, dir_fd=self.proc)
            os.write(handle, b"0")
            os.close(handle)
        sandbox_root.mount_scratch(sandbox_root.SCRATCH, limits["disk_mb"])
        sandbox.set_limits(
            limits["memory_mb"],
            limits["processes"],
            limits["disk_mb"],
            limits["submission_seconds"],
        )
        landlock.confine_files(self.readable, (sandbox_root.SCRATCH, *WRITABLE_DEVICES))
        sandbox.join_new_session_keyring()
        sandbox.drop_capabilities()
        sandbox.hide_system_calls()
        sandbox.set_dumpable(False)


def _process_limit() -> int:
    """Return the limit on processes that this process has already."""
    import resource

    return resource.getrlimit(resource.RLIMIT_NPROC)[0]


def _redirect_standard_streams() -> None:
    """Make standard input, output and error the null device."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _wait_for(child: int) -> NoReturn:
    """Wait as the first process of a namespace has to, and end with the exit status of a child.

    A child that stops itself would never end, so it is killed. When this process ends, the system
    kills every other process in the namespace.
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
    """Run the kernel in this process, on sockets that are bound already."""
    from .kernel import ForkedKernelApp, configuration

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    seed_random()
    sys.argv = ["kernel"]
    app = ForkedKernelApp.instance(config=configuration(output_mb))
    app.use_descriptors(descriptors, key)
    app.initialize([])
    app.start()
    os._exit(0)


def main() -> None:
    """Serve the worker at the other end of the socket whose descriptor is the first argument."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.set_inheritable(False)
    if sys.platform == "linux":
        sandbox.die_with_parent()
        sandbox.adopt_orphans()
    Zygote(connection).run()
