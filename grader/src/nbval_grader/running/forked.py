"""Kernels forked from a zygote: the worker's side of `nbval_grader.running.zygote`."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
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

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerBase

from .. import errors
from ..errors import NotGraded
from ..kernel_names import BEGUN, LEFT_A_THREAD
from .protocol import Limits
from .sandbox import SCRATCH
from .spawned import Kernel, KernelError, kernel_environment, out_of_memory
from .zygote import FIRST_SIGNAL, MAX_MESSAGE, STOPPED

__all__ = ["ForkedKernel", "ForkedProcess", "ZygoteClient", "ZygoteProvisioner"]

START_SECONDS = 60.0
END_SECONDS = 2.0
#: The entry point of `ZygoteProvisioner` in this distribution's metadata.
PROVISIONER = "nbval-grader-zygote"
MAX_QUEUED_MESSAGES = 200
MAX_MESSAGE_BYTES = 8_000_000
STATUS_BYTES = 65_536
DISCONNECTED_SECONDS = 0.5
DISCONNECTED = (
    "The connection to the kernel broke while this cell ran: it sent far too much at once, or closed "
    "the connection itself."
)
CRASHED = "The kernel crashed while this cell ran: an error in compiled code, or recursion without a limit."
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
        """Send the kernel what Ctrl-C sends."""
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


class ZygoteProvisioner(KernelProvisionerBase):
    """Starts a kernel for jupyter_client by asking a zygote to fork it."""

    process: ForkedProcess | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel."""
        return self.process is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Prepare to launch without a command."""
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel that listens on the manager's sockets."""
        manager: Any = self.parent
        self.process = manager.zygote.fork(
            [*(s.fileno() for s in manager.listeners), manager.status_pipe],
            kwargs["cwd"],
            manager.session.key.decode(),
            manager.limits,
        )
        return manager.get_connection_info()

    async def poll(self) -> int | None:
        """Return None while the kernel lives."""
        return 0 if self.process is None else self.process.poll()

    async def wait(self) -> int | None:
        """Wait until the kernel ends."""
        return 0 if self.process is None else self.process.wait()

    async def send_signal(self, signum: int) -> None:
        """Interrupt or kill the kernel."""
        if self.process is not None:
            (self.process.interrupt if signum == signal.SIGINT else self.process.kill)()

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and every process that it started."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Kill the kernel: it has nothing to tidy up."""
        await self.send_signal(signal.SIGKILL)

    async def cleanup(self, restart: bool = False) -> None:
        """Kill the kernel and close its descriptors."""
        if self.process is not None:
            self.process.close()
            self.process = None


class ForkManager(KernelManager):
    """A manager whose kernel listens on two sockets that this process has bound."""

    zygote: ZygoteClient
    limits: Limits
    listeners: tuple[socket.socket, ...] = ()
    status_pipe = -1

    @property
    def kernel_spec(self) -> KernelSpec:
        """Name the provisioner, by its entry point."""
        return KernelSpec(
            argv=[],
            display_name="nbval-grader",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": PROVISIONER}},
        )

    def _connect_control_socket(self) -> None:
        """Connect nothing: signals are sent by pidfd."""


class BoundedClient(BlockingKernelClient):
    """A client that accepts messages up to a size, and queues them up to a number."""

    def _create_connected_socket(self, channel: str, identity: bytes | None = None) -> zmq.Socket:
        """Return a socket for a channel, its limits set before it connects."""
        connected = self.context.socket(zmq.SUB if channel == "iopub" else zmq.DEALER)
        connected.linger = 0
        connected.maxmsgsize = MAX_MESSAGE_BYTES
        connected.rcvhwm = MAX_QUEUED_MESSAGES
        if identity:
            connected.identity = identity
        connected.connect(self._make_url(channel))
        return connected


class ForkedKernel(Kernel):
    """A kernel forked from a zygote.

    It reports over its *status pipe* when it has begun a cell, and when a cell has left a thread
    running. That is known even if the kernel ends before its messages arrive.

    Parameters
    ----------
    zygote : ZygoteClient
        The zygote.
    limits : Limits
        What a cell may use.

    Raises
    ------
    NotGraded
        If the kernel does not start.
    """

    def __init__(self, zygote: ZygoteClient, limits: Limits) -> None:
        super().__init__(limits)
        self.folder = Path(tempfile.mkdtemp(prefix="k", dir=zygote.folder))
        work = self.folder / "work"
        work.mkdir()
        self.km = ForkManager()
        self.km.zygote, self.km.limits = zygote, limits
        self.km.transport, self.km.ip = "ipc", str(self.folder / "s")
        self.km.shell_port, self.km.iopub_port = 1, 2
        self.km.stdin_port, self.km.control_port, self.km.hb_port = 3, 4, 5
        self.km.session.key = secrets.token_hex(16).encode()
        self.cells_begun = self.cells_sent = 0
        self.leftover_thread = False
        self.status_pipe, self.km.status_pipe = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            self.km.listeners = tuple(map(self.open_listener, (1, 2)))
            self.km.start_kernel(cwd=str(work))
            self.kc = BoundedClient(context=zmq.Context.instance())
            self.kc.load_connection_info(self.km.get_connection_info())
            self.kc.start_channels(stdin=False, hb=False, control=False)
            iopub = self.kc.iopub_channel.socket
            self.monitor = iopub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            self.await_welcome()
        except BaseException:
            self.stop()
            raise

    def open_listener(self, port: int) -> socket.socket:
        """Return a socket that the kernel will listen on."""
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{self.km.ip}-{port}")
        listener.listen(8)
        return listener

    def await_welcome(self) -> None:
        """Wait for the message that proves that the kernel runs and that iopub is subscribed."""
        self.begin(START_SECONDS, check=False)
        try:
            while self.get_message("iopub")["msg_type"] != "iopub_welcome":
                pass
        except Exception as error:
            raise NotGraded(
                f"A kernel did not start ({str(error) or type(error).__name__})."
            ) from None

    def begin(self, seconds: float, check: bool) -> None:
        """Start the clock and the byte count of a cell, and look out for its status."""
        super().begin(seconds, check)
        self.read_status()
        self.cells_sent = self.cells_begun + 1
        self.leftover_thread = False

    def read_status(self) -> None:
        """Read what the kernel has written to its status pipe."""
        with contextlib.suppress(OSError):
            status = os.read(self.status_pipe, STATUS_BYTES)
            self.cells_begun += status.count(BEGUN)
            self.leftover_thread |= LEFT_A_THREAD in status

    def has_begun(self) -> bool:
        """Return whether the kernel began the last cell before it ended."""
        self.read_status()
        return self.cells_begun >= self.cells_sent

    def left_a_thread(self) -> bool:
        """Return whether the last cell has ended but a thread that it started goes on."""
        self.read_status()
        return self.leftover_thread

    def sources_to_watch(self) -> dict[Any, str]:
        """Watch the process itself, and the connection to it."""
        return {self.km.provisioner.process.init: "end", self.monitor: "disconnected"}

    def check_process(self, events: set[str]) -> None:
        """Check the connection, the process and, when nothing happens, its memory."""
        process = self.km.provisioner.process
        if "disconnected" in events and process.wait(DISCONNECTED_SECONDS) is None:
            self.kill()
            raise KernelError("died", DISCONNECTED)
        super().check_process(events)
        if not events and process.memory_mb() > self.limits.memory_mb:
            self.kill()
            raise KernelError("memory", out_of_memory(self.limits))

    def send_interrupt(self) -> None:
        """Send the interrupt by pidfd."""
        self.km.provisioner.process.interrupt()

    def exit_reason(self) -> str:
        """Return how the kernel ended in a sentence, the same for every exit code."""
        status = self.km.provisioner.process.poll()
        if status == STOPPED:
            return "The kernel stopped itself while this cell ran, so it was ended."
        if status == FIRST_SIGNAL + signal.SIGXCPU:
            return "The processor time of the submission was spent in this cell."
        crashes = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)
        if status is not None and status - FIRST_SIGNAL in crashes:
            return CRASHED
        return super().exit_reason()

    def stop(self) -> None:
        """End the kernel, its channels and its folder."""
        if self.kc is not None:
            with contextlib.suppress(Exception):
                self.kc.iopub_channel.socket.disable_monitor()
            with contextlib.suppress(Exception):
                self.kc.stop_channels()
        for listener in self.km.listeners:
            listener.close()
        for descriptor in (self.status_pipe, self.km.status_pipe):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self.status_pipe = self.km.status_pipe = -1
        if self.km.provisioner is not None and self.km.provisioner.process is not None:
            self.km.provisioner.process.close()
            self.km.provisioner.process = None
        shutil.rmtree(self.folder, ignore_errors=True)
