"""The worker's side of `nbval_grader.running.zygote`: a zygote, and the processes that it forks."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .. import errors
from ..errors import NotGraded
from .protocol import Limits
from .sandbox_root import SCRATCH
from .spawned import kernel_environment
from .zygote import FIRST_SIGNAL, MAX_MESSAGE

__all__ = ["START_SECONDS", "ForkedProcess", "ZygoteClient"]

#: How long the zygote, or a kernel, may take to reply at first.
START_SECONDS = 60.0
END_SECONDS = 2.0
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6 if hasattr(os, "sysconf") else 0.004


class ForkedProcess:
    """A kernel that is not a child of this process, known by two descriptors of processes.

    Parameters
    ----------
    init, kernel : int
        pidfd of the process whose end ends all others of the kernel, and of the kernel itself;
        without a sandbox they are the same process.
    zygote : ZygoteClient
        Where to ask how it ended.
    """

    def __init__(self, init: int, kernel: int, zygote: ZygoteClient) -> None:
        self.init, self.kernel, self.zygote = init, kernel, zygote
        self.status: int | None = None
        self.pid = _pid_of(init)
        self.base = 0.0
        self.base = self.memory_mb()

    def memory_mb(self) -> float:
        """Return the resident memory of all its processes, less what each was forked with, in MB."""
        processes, pids, megabytes = 0, [self.pid], 0.0
        while pids:
            pid = pids.pop()
            try:
                resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
                for task in Path(f"/proc/{pid}/task").iterdir():
                    pids += map(int, (task / "children").read_text().split())
            except (OSError, ValueError):  # it has ended meanwhile
                continue
            processes += 1
            megabytes += max(0.0, resident - self.base)
        return megabytes if self.base else megabytes / max(1, processes)

    def poll(self) -> int | None:
        """Return None while it lives, else its exit status (`ZygoteClient.exit_status`)."""
        if self.status is None and select.select([self.init], [], [], 0)[0]:
            self.status = self.zygote.exit_status()
        return self.status

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it ends, and return as `poll` does."""
        if self.status is None:
            select.select([self.init], [], [], timeout)
        return self.poll()

    def interrupt(self) -> None:
        """Send the kernel the signal of Ctrl-C."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self.kernel, signal.SIGINT)

    def kill(self) -> None:
        """Kill it and every process that it started."""
        for descriptor in (self.kernel, self.init):
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)

    def close(self) -> None:
        """Kill it and close its descriptors."""
        self.kill()
        self.wait(5)
        for descriptor in {self.init, self.kernel}:
            os.close(descriptor)


def _pid_of(descriptor: int) -> int:
    """Return the number of the process that a pidfd stands for, as this process sees it."""
    for line in Path(f"/proc/self/fdinfo/{descriptor}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    return 0


class ZygoteClient:
    """A zygote process and the connection to it.

    Parameters
    ----------
    sandbox : bool
        Whether it confines itself and its kernels.
    readable : iterable of str
        Folders that kernels may read besides what Python needs.
    protected : iterable of str
        Paths that kernels must not see.

    Raises
    ------
    CannotConfine
        If `sandbox` and the system cannot.
    BadInput
        If `sandbox` and kernels would see a protected path.
    """

    def __init__(
        self,
        sandbox: bool,
        readable: Iterable[str] = (),
        protected: Iterable[str] = (),
    ) -> None:
        self.sandbox = sandbox
        self.folder = Path(tempfile.mkdtemp(prefix="ngz"))
        root = self.folder / "root"
        root.mkdir()
        home = SCRATCH if sandbox else str(self.folder)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = kernel_environment(Limits(), home) | {"MALLOC_ARENA_MAX": "2"}
        debug = bool(os.environ.get("NBVAL_GRADER_DEBUG"))
        self.connection = ours
        self.connection.settimeout(START_SECONDS)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nbval_grader.running", "zygote", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            env=environment,
            cwd="/" if sandbox else self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if debug else subprocess.DEVNULL,
        )
        theirs.close()
        self.imported: set[str] = set()
        try:
            if sandbox:
                self.ask(
                    "enter",
                    folder=str(root),
                    readable=list(readable),
                    protected=list(protected),
                )
            self.ask("import", modules=[])
        except BaseException:
            self.close()
            raise

    def ask(self, op: str, descriptors: Iterable[int] = (), **request: Any) -> dict[str, Any]:
        """Send a request and return the reply.

        Parameters
        ----------
        op : str
            Which request: the name of a ``do_`` method of `Zygote`.
        descriptors : iterable of int
            Sent with it.
        **request
            JSON values.

        Returns
        -------
        dict
            The reply; ``fds`` are the descriptors that came with it.

        Raises
        ------
        NotGraded
            If the zygote does not answer or has failed.
        GraderError
            If the zygote says so.
        """
        try:
            message = json.dumps({"op": op, **request}).encode()
            socket.send_fds(self.connection, [message], list(descriptors))
            data, received, _, _ = socket.recv_fds(self.connection, MAX_MESSAGE, 8)
        except OSError as error:
            raise NotGraded(
                f"The process that kernels are forked from did not answer ({error})."
            ) from None
        if not data:
            raise NotGraded("The process that kernels are forked from has ended.")
        reply: dict[str, Any] = json.loads(data)
        if "error" in reply:
            for descriptor in received:
                os.close(descriptor)
            raise getattr(errors, reply["kind"], NotGraded)(reply["error"])
        return reply | {"fds": received}

    def import_modules(self, modules: Iterable[str]) -> None:
        """Have the zygote import modules for the kernels to come."""
        new = [name for name in modules if name not in self.imported]
        if new:
            self.ask("import", modules=new)
            self.imported.update(new)

    def fork(self, descriptors: Iterable[int], cwd: str, key: str, limits: Limits) -> ForkedProcess:
        """Return a new kernel process.

        Parameters
        ----------
        descriptors : iterable of int
            Two sockets to listen on, and the end of the status pipe to write to.
        cwd : str
            Its folder; in a sandbox it has one of its own.
        key : str
            With which messages are signed.
        limits : Limits
            What it may use.
        """
        reply = self.ask("fork", descriptors, cwd=cwd, key=key, limits=asdict(limits))
        init, kernel = reply["fds"]
        return ForkedProcess(init, kernel, self)

    def exit_status(self) -> int:
        """Return how the last kernel ended: its exit code, ``128 + signal``, or ``STOPPED``.

        -1 if the zygote has ended too, or does not know.
        """
        try:
            status = self.ask("end")["status"]
        except NotGraded:
            status = None
        if status is None:
            return -1
        return status if status >= 0 else FIRST_SIGNAL - status

    @property
    def alive(self) -> bool:
        """Whether the zygote can fork another kernel."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the zygote and all its kernels; it ends by itself when the connection is closed."""
        self.connection.close()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
