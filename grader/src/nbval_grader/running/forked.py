"""Kernels forked from a zygote, as jupyter_client and nbval use them."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import tempfile
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerBase

from ..errors import NotGraded
from ..kernel_names import BEGUN, LEFT_A_THREAD
from .protocol import Limits
from .spawned import Kernel, KernelError, out_of_memory
from .zygote import FIRST_SIGNAL, STOPPED
from .zygote_client import START_SECONDS, ForkedProcess, ZygoteClient

__all__ = ["ForkedKernel", "ZygoteProvisioner"]

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
