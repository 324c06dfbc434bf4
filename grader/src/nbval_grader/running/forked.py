"""Kernels forked from a zygote: the worker's end of `nbval_grader.running.zygote`."""

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

__all__ = ["ForkedKernel", "ForkedProcess", "ZygoteLine", "ZygoteProvisioner"]

START_SECONDS = 60.0
END_SECONDS = 2.0
#: The entry point of `ZygoteProvisioner` in this distribution's metadata.
PROVISIONER = "nbval-grader-zygote"
HELD_MESSAGES = 200
PULSES = 65_536
CUT_SECONDS = 0.5
CUT = (
    "The line to the kernel broke while this cell ran: it sent far too much at once, or closed the "
    "line itself."
)
CRASHED = "The kernel crashed while this cell ran: an error in compiled code, or recursion without a limit."
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6 if hasattr(os, "sysconf") else 0.004


class ForkedProcess:
    """A kernel that is no child of ours, known by two descriptors that stand for processes.

    Parameters
    ----------
    whole, kernel : int
        pidfd of the process whose end ends everything, and of the kernel itself.
    line : ZygoteLine
        Where to ask how it ended.
    """

    def __init__(self, whole: int, kernel: int, line: ZygoteLine) -> None:
        self.whole, self.kernel, self.line = whole, kernel, line
        self.status: int | None = None
        self.pid = _pid_of(whole)
        self.base = 0.0
        self.base = self.memory_mb()

    def memory_mb(self) -> float:
        """Return the resident memory of all its processes, less what each was forked with."""
        seen, todo, pages = 0, [self.pid], 0.0
        while todo:
            pid = todo.pop()
            try:
                resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
                for task in Path(f"/proc/{pid}/task").iterdir():
                    todo += map(int, (task / "children").read_text().split())
            except (OSError, ValueError):
                continue
            seen += 1
            pages += max(0.0, resident - self.base)
        return pages if self.base else pages / max(1, seen)

    def poll(self) -> int | None:
        """Return None while it lives, else how it ended."""
        if self.status is None and select.select([self.whole], [], [], 0)[0]:
            self.status = self.line.ended()
        return self.status

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it ends."""
        if self.status is None:
            select.select([self.whole], [], [], timeout)
        return self.poll()

    def interrupt(self) -> None:
        """Send the kernel what Ctrl-C sends."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self.kernel, signal.SIGINT)

    def kill(self) -> None:
        """End it and all that came from it."""
        for descriptor in (self.kernel, self.whole):
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)

    def close(self) -> None:
        """End it and let go of its descriptors."""
        self.kill()
        self.wait(5)
        for descriptor in {self.whole, self.kernel}:
            os.close(descriptor)


def _pid_of(descriptor: int) -> int:
    """Return the process number that a pidfd stands for, as this process sees it."""
    for line in Path(f"/proc/self/fdinfo/{descriptor}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    return 0


class ZygoteLine:
    """A zygote process and the line to it.

    Parameters
    ----------
    sandbox : bool
        Whether it locks itself and its kernels in.
    readable : iterable of str
        Folders that kernels may read besides what Python takes.
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
        room = self.folder / "room"
        room.mkdir()
        home = SCRATCH if sandbox else str(self.folder)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = kernel_environment(Limits(), home) | {"MALLOC_ARENA_MAX": "2"}
        debug = bool(os.environ.get("NBVAL_GRADER_DEBUG"))
        self.line = ours
        self.line.settimeout(START_SECONDS)
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
        self.warmed: set[str] = set()
        try:
            if sandbox:
                self.ask(
                    "enter",
                    folder=str(room),
                    readable=list(readable),
                    protected=list(protected),
                )
            self.ask("warm", modules=[])
        except BaseException:
            self.close()
            raise

    def ask(self, op: str, descriptors: Iterable[int] = (), **request: Any) -> dict[str, Any]:
        """Send a request and return the reply; descriptors that came with it are under ``fds``."""
        try:
            text = json.dumps({"op": op, **request}).encode()
            socket.send_fds(self.line, [text], list(descriptors))
            data, received, _, _ = socket.recv_fds(self.line, MAX_MESSAGE, 8)
        except OSError as fault:
            raise NotGraded(
                f"The process that kernels come from did not answer ({fault})."
            ) from None
        if not data:
            raise NotGraded("The process that kernels come from has ended.")
        reply: dict[str, Any] = json.loads(data)
        if "error" in reply:
            for descriptor in received:
                os.close(descriptor)
            raise getattr(errors, reply["kind"], NotGraded)(reply["error"])
        return reply | {"fds": received}

    def warm(self, modules: Iterable[str]) -> None:
        """Have modules imported for the kernels to come."""
        new = [name for name in modules if name not in self.warmed]
        if new:
            self.ask("warm", modules=new)
            self.warmed.update(new)

    def fork(self, descriptors: Iterable[int], cwd: str, key: str, limits: Limits) -> ForkedProcess:
        """Return a new kernel process, with two sockets to listen on and the pipe of its pulse."""
        reply = self.ask("fork", descriptors, cwd=cwd, key=key, limits=asdict(limits))
        whole, kernel = reply["fds"]
        return ForkedProcess(whole, kernel, self)

    def ended(self) -> int:
        """Return how the last kernel ended: its exit code, ``128 + signal``, or ``STOPPED``."""
        try:
            status = self.ask("end")["status"]
        except NotGraded:
            status = None
        if status is None:
            return -1
        return status if status >= 0 else FIRST_SIGNAL - status

    @property
    def alive(self) -> bool:
        """Whether it can fork another kernel."""
        return self.process.poll() is None

    def close(self) -> None:
        """End it and every kernel of it; it ends by itself when the line does."""
        self.line.close()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class ZygoteProvisioner(KernelProvisionerBase):
    """Provisions kernels by asking a zygote for them."""

    process: ForkedProcess | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel."""
        return self.process is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Launch by no command."""
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel on the manager's sockets."""
        manager: Any = self.parent
        self.process = manager.line.fork(
            [*(s.fileno() for s in manager.listening), manager.pulse],
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
        """Kill the kernel and all that came from it."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Kill it too: nothing in it is worth waiting for."""
        await self.send_signal(signal.SIGKILL)

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the process."""
        if self.process is not None:
            self.process.close()
            self.process = None


class ForkManager(KernelManager):
    """A manager whose kernels listen on two sockets that it bound itself."""

    line: ZygoteLine
    limits: Limits
    listening: tuple[socket.socket, ...] = ()
    pulse = -1

    @property
    def kernel_spec(self) -> KernelSpec:
        """Name the provisioner."""
        return KernelSpec(
            argv=[],
            display_name="nbval-grader",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": PROVISIONER}},
        )

    def _connect_control_socket(self) -> None:
        """Connect nothing: signals go by pidfd."""


class CautiousClient(BlockingKernelClient):
    """A client that takes in no endless message and no endless queue."""

    largest = 8_000_000

    def _create_connected_socket(self, channel: str, identity: bytes | None = None) -> zmq.Socket:
        """Return a socket for a channel, its limits set before it connects."""
        made = self.context.socket(zmq.SUB if channel == "iopub" else zmq.DEALER)
        made.linger = 0
        made.maxmsgsize = self.largest
        made.rcvhwm = HELD_MESSAGES
        if identity:
            made.identity = identity
        made.connect(self._make_url(channel))
        return made


class ForkedKernel(Kernel):
    """A kernel forked from a zygote.

    Parameters
    ----------
    line : ZygoteLine
        The zygote.
    limits : Limits
        What a cell may use.

    Raises
    ------
    NotGraded
        If the kernel does not come up.
    """

    def __init__(self, line: ZygoteLine, limits: Limits) -> None:
        super().__init__(limits)
        self.folder = Path(tempfile.mkdtemp(prefix="k", dir=line.folder))
        work = self.folder / "work"
        work.mkdir()
        self.km = ForkManager()
        self.km.line, self.km.limits = line, limits
        self.km.transport, self.km.ip = "ipc", str(self.folder / "s")
        self.km.shell_port, self.km.iopub_port = 1, 2
        self.km.stdin_port, self.km.control_port, self.km.hb_port = 3, 4, 5
        self.km.session.key = secrets.token_hex(16).encode()
        self.beats = self.due = 0
        self.strays = False
        self.pulse, self.km.pulse = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            self.km.listening = tuple(map(self.listen, (1, 2)))
            self.km.start_kernel(cwd=str(work))
            self.kc = CautiousClient(context=zmq.Context.instance())
            self.kc.load_connection_info(self.km.get_connection_info())
            self.kc.start_channels(stdin=False, hb=False, control=False)
            iopub = self.kc.iopub_channel.socket
            self.monitor = iopub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            self.await_welcome()
        except BaseException:
            self.stop()
            raise

    def listen(self, port: int) -> socket.socket:
        """Return a socket that the kernel will listen on."""
        made = socket.socket(socket.AF_UNIX)
        made.bind(f"{self.km.ip}-{port}")
        made.listen(8)
        return made

    def await_welcome(self) -> None:
        """Wait for the message that proves the subscription, then take the paths away."""
        self.begin(START_SECONDS, check=False)
        try:
            while self.get_message("iopub")["msg_type"] != "iopub_welcome":
                pass
        except Exception as fault:
            raise NotGraded(
                f"A kernel did not start ({str(fault) or type(fault).__name__})."
            ) from None

    def begin(self, seconds: float, check: bool) -> None:
        """Start the clock and the byte count of a cell, and await its pulse."""
        super().begin(seconds, check)
        self.due = self.count_beats() + 1
        self.strays = False

    def count_beats(self) -> int:
        """Return how many cells the kernel has begun."""
        with contextlib.suppress(OSError):
            told = os.read(self.pulse, PULSES)
            self.beats += told.count(BEGUN)
            self.strays |= LEFT_A_THREAD in told
        return self.beats

    def has_begun(self) -> bool:
        """Say whether the kernel took up the last cell before it ended."""
        return self.count_beats() >= self.due

    def left_a_thread(self) -> bool:
        """Say whether the last cell has ended and a thread that it started goes on."""
        self.count_beats()
        return self.strays

    def watched(self) -> dict[Any, str]:
        """Watch the process itself, and the line to it."""
        return {self.km.provisioner.process.whole: "end", self.monitor: "cut"}

    def inspect(self, events: set[str]) -> None:
        """Look at the process, at the line, and every now and then at its memory."""
        process = self.km.provisioner.process
        if "cut" in events and process.wait(CUT_SECONDS) is None:
            self.kill()
            raise KernelError("died", CUT)
        super().inspect(events)
        if not events and process.memory_mb() > self.limits.memory_mb:
            self.kill()
            raise KernelError("memory", out_of_memory(self.limits))

    def signal_interrupt(self) -> None:
        """Interrupt by descriptor."""
        self.km.provisioner.process.interrupt()

    def exit_reason(self) -> str:
        """Return a sentence on how the kernel ended, the same for every exit code."""
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
        for made in self.km.listening:
            made.close()
        for descriptor in (self.pulse, self.km.pulse):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self.pulse = self.km.pulse = -1
        if self.km.provisioner is not None and self.km.provisioner.process is not None:
            self.km.provisioner.process.close()
            self.km.provisioner.process = None
        shutil.rmtree(self.folder, ignore_errors=True)
