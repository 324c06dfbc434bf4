"""The kernel that runs student code: an ordinary IPython kernel, made a little more robust.

What one answer does to the interpreter (a shadowed ``print``, a patched builtin, an input
transformer, an event hook, a replaced ``sys.stdout``) must not cost points of the questions after
it. So the state of the interpreter is restored before each cell, and a check cell sees the built-in
names as they were. None of this is a security boundary: student code can undo it, and harms only its
own marks. `nbval_grader.running.sandbox` confines it; `nbval_grader.running.session` awards points.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import zmq
from ipykernel import ipkernel
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from traitlets import Type
from traitlets.config import Config

from .. import checking
from ..kernel_names import BEGUN, CHECK_KEY, LEFT_A_THREAD, RUN_VARIABLE
from .startup import hide_modules_from

__all__ = [
    "OUTPUT_CUT",
    "CappedStream",
    "ForkedKernelApp",
    "GradingKernel",
    "GradingKernelApp",
    "Guard",
    "configuration",
    "main",
]

OUTPUT_CUT = "\n[output cut here: more than {:g} MB]\n"


class CappedStream(OutStream):
    """A stdout or stderr that sends at most `limit` characters per cell."""

    limit = 2_000_000
    remaining = limit
    leftover_threads: frozenset[threading.Thread] = frozenset()

    def write(self, string: str) -> int:
        """Write until the cell's limit is reached, then say so once and drop the rest.

        What a thread prints after its cell has ended belongs to no cell, and is dropped.
        """
        if self.leftover_threads and threading.current_thread() in self.leftover_threads:
            return len(string)
        if not isinstance(string, str) or len(string) <= self.remaining:
            if isinstance(string, str):
                self.remaining -= len(string)
            super().write(string)
            return len(string) if isinstance(string, str) else 0
        if self.remaining >= 0:
            super().write(string[: self.remaining] + OUTPUT_CUT.format(self.limit / 1e6))
            self.remaining = -1
        return len(string)

    def close(self) -> None:
        """Stay open: a learner who closes stdout must not silence the later questions."""


class GradingShell(ZMQInteractiveShell):
    """A shell in which ``exit()`` does not end the kernel."""

    def ask_exit(self) -> None:
        """Do nothing, so that the later cells have a kernel."""

    def system(self, cmd: str) -> None:
        """Run a shell command without a terminal, which a confined kernel does not have."""
        completed = subprocess.run(
            self.var_expand(cmd, depth=1),
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        sys.stdout.write(completed.stdout.decode(errors="replace"))
        self.user_ns["_exit_code"] = completed.returncode


class Guard:
    """Remember the state of a new shell and of the interpreter, to restore it.

    Parameters
    ----------
    shell : InteractiveShell
        The shell, before any student code ran.
    """

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.builtins = dict(vars(builtins))
        self.names = frozenset(n for n in self.builtins if not n.startswith("_"))
        self.checking = dict(vars(checking))
        self.streams = (sys.stdout, sys.stderr)
        self.recursion = sys.getrecursionlimit()
        self.filters = list(warnings.filters)
        manager = shell.input_transformer_manager
        self.lists = [
            (owner, name, list(getattr(owner, name)))
            for owner, name in (
                (manager, "cleanup_transforms"),
                (manager, "line_transforms"),
                (manager, "token_transformers"),
                (shell, "input_transformers_post"),
                (shell, "ast_transformers"),
            )
        ]
        self.callbacks = {name: list(hooks) for name, hooks in shell.events.callbacks.items()}
        self.attributes = [
            (part, frozenset(vars(part)))
            for part in (
                shell,
                shell.kernel,
                shell.displayhook,
                shell.display_pub,
                shell.display_formatter,
                shell.events,
            )
        ]

    def reset(self) -> None:
        """Restore what no answer has a reason to change."""
        sys.settrace(None)
        sys.setprofile(None)
        sys.setrecursionlimit(self.recursion)
        vars(builtins).update(self.builtins)
        for owner, name, entries in self.lists:
            setattr(owner, name, list(entries))
        for name, hooks in self.callbacks.items():
            self.shell.events.callbacks[name] = list(hooks)
        for stream in self.streams:
            if isinstance(stream, CappedStream):
                stream.remaining = stream.limit
        self.shell.custom_exceptions = ()
        for part, names in self.attributes:
            for name in set(vars(part)) - names:
                if callable(getattr(type(part), name, None)):
                    delattr(part, name)

    def end_cell(self) -> None:
        """Restore the streams for the next cell, and drop what this one's threads print later."""
        sys.stdout, sys.stderr = self.streams
        CappedStream.leftover_threads = frozenset(threading.enumerate()) - {threading.main_thread()}
        for stream in self.streams:
            stream.flush()

    @contextlib.contextmanager
    def shielded(self) -> Iterator[None]:
        """Run a check with built-in names, warnings and `checking` as they were at the start."""
        namespace = self.shell.user_ns
        shadowed = {name: namespace.pop(name) for name in self.names & set(namespace)}
        sys.modules["nbval_grader.checking"] = checking
        vars(checking).update(self.checking)
        filters = warnings.filters
        warnings.filters = list(self.filters)
        try:
            yield
        finally:
            warnings.filters = filters
            for name, value in shadowed.items():
                namespace.setdefault(name, value)


class GradingKernel(IPythonKernel):
    """An IPython kernel whose state is restored before each cell."""

    shell_class = Type(GradingShell)

    def __init__(self, **kwargs: Any) -> None:
        with hide_modules_from(ipkernel):
            super().__init__(**kwargs)
        self.guard: Guard | None = None

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        allow_stdin: bool = False,
        *,
        cell_meta: dict[str, Any] | None = None,
        cell_id: str | None = None,
    ) -> dict[str, Any]:
        """Run one cell; a cell marked as a check runs shielded.

        First report over the status pipe, which buffers nothing, that the cell has begun: if the
        kernel ends before that, an earlier cell has ended it.
        """
        self.report_status(BEGUN)
        threads_before = set(threading.enumerate())
        if self.guard is None:
            self.guard = Guard(self.shell)
        with contextlib.suppress(Exception):
            self.guard.reset()
        shield = contextlib.ExitStack()
        with shield:
            if (cell_meta or {}).get(CHECK_KEY):
                with contextlib.suppress(Exception):
                    shield.enter_context(self.guard.shielded())
            reply: dict[str, Any] = await super().do_execute(
                code,
                silent,
                store_history,
                user_expressions,
                allow_stdin,
                cell_meta=cell_meta,
                cell_id=cell_id,
            )
        self.guard.end_cell()
        if not threads_before.issuperset(threading.enumerate()):
            self.report_status(LEFT_A_THREAD)
        return reply

    def report_status(self, status: bytes) -> None:
        """Write to the status pipe, if the kernel has one."""
        status_pipe = getattr(self.parent, "status_pipe", -1)
        if status_pipe >= 0:
            with contextlib.suppress(OSError):
                os.write(status_pipe, status)


class GradingKernelApp(IPKernelApp):
    """The application around a `GradingKernel`."""

    kernel_class = Type(GradingKernel, klass=IPythonKernel)

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Read nothing: settings of the user or the system must not change marks."""


class ForkedKernelApp(GradingKernelApp):
    """The application in a forked process: its sockets are bound already, and it reads no file."""

    shell_fd = -1
    iopub_fd = -1
    status_pipe = -1

    def use_descriptors(self, descriptors: list[int], key: str) -> None:
        """Set the sockets, the status pipe and the key that messages are signed with.

        Parameters
        ----------
        descriptors : list of int
            Of the shell socket, the iopub socket and the status pipe.
        key : str
            The key.
        """
        self.shell_fd, self.iopub_fd, self.status_pipe = descriptors
        self.key_text = key

    def parse_command_line(self, argv: Any = None) -> None:
        """Read nothing."""

    def init_connection_file(self) -> None:
        """Set what a connection file would say."""
        self.transport, self.ip = "ipc", "kernel"
        self.shell_port, self.iopub_port = 1, 2
        self.stdin_port, self.control_port, self.hb_port = 3, 4, 5
        self.session.key = self.key_text.encode()

    def _try_bind_socket(self, s: Any, port: int) -> int:
        """Use the descriptor of the channel; those that the grader does not use stay unbound."""
        descriptor = {1: self.shell_fd, 2: self.iopub_fd}.get(port)
        if descriptor is not None:
            s.setsockopt(zmq.USE_FD, descriptor)
            s.bind(f"ipc://kernel-{port}")
        return port

    def init_heartbeat(self) -> None:
        """Start none. Heartbeat disabled: the grader watches the process."""

    def write_connection_file(self, **kwargs: Any) -> None:
        """Write nothing."""

    def init_extensions(self) -> None:
        """Load nothing."""


def configuration(output_mb: float) -> Config:
    """Return the kernel's settings.

    Parameters
    ----------
    output_mb : float
        Output of one cell, in MB.

    Returns
    -------
    Config
        No history file, no colours, no capture of file descriptors, output capped.
    """
    CappedStream.limit = CappedStream.remaining = int(output_mb * 1_000_000)
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    config.IPKernelApp.capture_fd_output = False
    config.IPKernelApp.outstream_class = f"{__name__}.CappedStream"
    return config


def main() -> None:
    """Run a kernel on the connection file that the arguments name, as Jupyter starts one."""
    limit = float(os.environ.get(RUN_VARIABLE) or 2.0)
    app = GradingKernelApp.instance(config=configuration(limit))
    app.initialize()
    app.start()
