"""Kernels as the grader's session uses them: started in one of two ways, checked at every message.

`SpawnedKernel` starts an interpreter for each kernel, on every system. `nbval_grader.running.forked`
asks a zygote to fork one and to confine it.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from nbval.kernel import RunningKernel

from ..kernel_names import CHECK_KEY, RUN_VARIABLE
from .protocol import Limits

__all__ = ["Kernel", "KernelError", "SpawnedKernel", "kernel_environment", "out_of_memory"]

GRACE_SECONDS = 1.0
#: What a message counts at least, in characters: its envelope.
ENVELOPE = 200
POLL_MS = 200
OUTPUT_MESSAGES = frozenset(
    {"stream", "display_data", "execute_result", "error", "update_display_data"}
)


class KernelError(Exception):
    """The kernel cannot be used any more.

    Parameters
    ----------
    outcome : str
        ``died``, ``memory`` or ``output``; ``skipped`` if there is no time to use it.
    reason : str
        A sentence.
    """

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


class Kernel(RunningKernel):
    """What nbval calls a running kernel, with a clock, a byte count and a check of the process.

    Parameters
    ----------
    limits : Limits
        What a cell may use.
    """

    km: Any
    kc: Any = None

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.deadline = float("inf")
        self.allowed_seconds = float("inf")
        self.interrupted = False
        self.received = 0
        self.waiting: deque[dict[str, Any]] = deque()

    def begin(self, seconds: float, check: bool) -> None:
        """Start the clock and the byte count of a cell.

        Parameters
        ----------
        seconds : float
            Wall-clock seconds it may take.
        check : bool
            Whether it is a check, which the kernel shields.
        """
        self.allowed_seconds = seconds
        self.deadline = time.monotonic() + seconds
        self.interrupted = False
        self.received = 0
        self.check = check
        self.waiting.clear()

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Send one cell."""
        content = {
            "code": cell_input,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        message = self.kc.session.msg(
            "execute_request", content, metadata={CHECK_KEY: True} if self.check else {}
        )
        self.kc.shell_channel.send(message)
        return message["header"]["msg_id"]

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message of a channel.

        Parameters
        ----------
        stream : str
            ``shell`` or ``iopub``.
        timeout : float, optional
            Ignored: the cell's own deadline holds.

        Raises
        ------
        queue.Empty
            At the deadline.
        KernelError
            If the kernel has ended or was stopped.
        """
        if stream == "iopub" and self.waiting:
            return self.waiting.popleft()
        while True:
            if stream == "shell" and self.kc.shell_channel.socket.poll(0):
                return self.receive(self.kc.shell_channel)
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise queue.Empty
            events = self.wait(min(left * 1000, POLL_MS))
            if "iopub" in events:
                message = self.receive(self.kc.iopub_channel)
                self.count(message)
                if stream == "iopub":
                    return message
                self.waiting.append(message)
            elif "shell" not in events:
                self.check_process(events)

    def receive(self, channel: Any) -> dict[str, Any]:
        """Return the first message of a channel; one that is malformed ends the kernel."""
        try:
            message = channel.get_msg(timeout=0)
            message["parent_header"].get("msg_id")
            message["content"].get("text")
            return message
        except queue.Empty:
            raise
        except Exception:
            self.kill()
            raise KernelError(
                "died", "The kernel sent something that is no message, so it was stopped."
            ) from None

    def wait(self, milliseconds: float) -> set[str]:
        """Wait until something happens; return the names of the channels and sources with news."""
        poller = zmq.Poller()
        shell, iopub = self.kc.shell_channel.socket, self.kc.iopub_channel.socket
        names: dict[Any, str] = {shell: "shell", iopub: "iopub", **self.sources_to_watch()}
        for source in names:
            poller.register(source, zmq.POLLIN)
        return {names[source] for source, _ in poller.poll(max(1, int(milliseconds)))}

    def check_process(self, events: set[str]) -> None:
        """Raise `KernelError` if the kernel has ended; called when no message is waiting.

        Parameters
        ----------
        events : set of str
            As `wait` returned them.
        """
        if not self.is_alive():
            raise KernelError("died", self.exit_reason())

    def sources_to_watch(self) -> dict[Any, str]:
        """Return what else `wait` waits for: descriptors or sockets, and their names."""
        return {}

    def count(self, message: dict[str, Any]) -> None:
        """Count what a cell has sent; twice the limit ends the kernel."""
        if message["msg_type"] not in OUTPUT_MESSAGES:
            return
        content = message["content"]
        text = content.get("text")
        self.received += ENVELOPE + (len(text) if isinstance(text, str) else len(repr(content)))
        if self.received > 2 * self.limits.output_mb * 1_000_000:
            self.kill()
            raise KernelError("output", too_much_output(self.limits))

    def interrupt(self) -> None:
        """Interrupt the cell, and give it a moment to report that."""
        self.interrupted = True
        self.deadline = time.monotonic() + GRACE_SECONDS
        with contextlib.suppress(Exception):
            self.send_interrupt()

    def send_interrupt(self) -> None:
        """Send the interrupt."""
        self.km.interrupt_kernel()

    def is_alive(self) -> bool:
        """Return whether the kernel process runs."""
        process = getattr(getattr(self, "km", None), "provisioner", None)
        process = getattr(process, "process", None)
        return process is not None and process.poll() is None

    def has_begun(self) -> bool:
        """Return whether the kernel began the last cell; True if that is not known."""
        return True

    def left_a_thread(self) -> bool:
        """Return whether the last cell left a thread running; False if that is not known."""
        return False

    def exit_reason(self) -> str:
        """Return how the kernel ended in a sentence.

        It names no number that student code can choose: feedback shows it, and the code may have
        seen a hidden check, which it could spell out in such numbers.
        """
        return "The kernel ended while this cell ran (it was killed, or it left by os._exit)."

    def timeout_reason(self) -> str:
        """Return the sentence for a cell that took too long.

        It does not say how much time was left for the cell: earlier cells can choose that.
        """
        limits = self.limits
        if self.allowed_seconds < limits.cell_seconds:
            return (
                f"The time for the whole submission ({limits.submission_seconds:g} s) was spent "
                "while this cell ran, so it was stopped."
            )
        return f"This cell did not finish within {limits.cell_seconds:g} s, so it was stopped."

    def kill(self) -> None:
        """Kill the kernel."""
        process = self.km.provisioner.process if self.km.provisioner else None
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()

    def stop(self) -> None:
        """End the kernel and remove what belongs to it."""
        raise NotImplementedError


def too_much_output(limits: Limits) -> str:
    """Return the sentence for a cell that sent too much."""
    return f"This cell sent more than {limits.output_mb:g} MB of output, so it was stopped."


def out_of_memory(limits: Limits) -> str:
    """Return the sentence for a cell that took too much memory."""
    return f"This cell needed more memory than is allowed ({limits.memory_mb} MB)."


def kernel_environment(limits: Limits, home: Path | str) -> dict[str, str]:
    """Return the environment variables of a kernel: few of the grader's own.

    Parameters
    ----------
    limits : Limits
        What a cell may use.
    home : path
        An empty folder.

    Returns
    -------
    dict of str to str
        Variables.
    """
    inherited = (
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "PATH",
        "PYTHONPATH",
        "TZ",
        "SYSTEMROOT",
        "VIRTUAL_ENV",
    )
    variables = {name: os.environ[name] for name in inherited if name in os.environ}
    home = str(home)
    return variables | {
        "HOME": home,
        "IPYTHONDIR": str(Path(home) / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(Path(home) / "runtime"),
        "LOGNAME": "student",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(Path(home) / "matplotlib"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TMPDIR": home,
        "USER": "student",
        RUN_VARIABLE: str(limits.output_mb),
    }


class SpawnManager(KernelManager):
    """Starts ``python -m nbval_grader.running kernel``, whatever kernels are installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel's command."""
        return KernelSpec(
            argv=[
                sys.executable,
                "-P",
                "-m",
                "nbval_grader.running",
                "kernel",
                "-f",
                "{connection_file}",
            ],
            display_name="nbval-grader",
            language="python",
        )


class SpawnedKernel(Kernel):
    """A kernel in an interpreter of its own, in an empty folder, unconfined.

    Parameters
    ----------
    limits : Limits
        What a cell may use.
    cwd : path, optional
        Folder to work in; by default a new empty one.
    environment : dict, optional
        Its variables; by default those of `kernel_environment`.
    """

    startup_seconds = 60.0

    def __init__(
        self,
        limits: Limits,
        cwd: Path | str | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        super().__init__(limits)
        self.folder = Path(tempfile.mkdtemp(prefix="ng"))
        work = self.folder / "work"
        work.mkdir()
        self.km = SpawnManager(connection_file=str(self.folder / "k.json"))
        if os.name == "posix":
            self.km.transport, self.km.ip = "ipc", str(self.folder / "k")
        try:
            self.km.start_kernel(
                cwd=str(cwd or work),
                env=environment or kernel_environment(limits, self.folder),
                stderr=subprocess.DEVNULL,
            )
            self.kc = self.km.client()
            self.kc.start_channels(stdin=False, hb=False)
            self.kc.wait_for_ready(timeout=self.startup_seconds)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the kernel, its channels and its folder."""
        with contextlib.suppress(Exception):
            self.kc.stop_channels()
        with contextlib.suppress(Exception):
            self.km.shutdown_kernel(now=True)
        shutil.rmtree(self.folder, ignore_errors=True)
