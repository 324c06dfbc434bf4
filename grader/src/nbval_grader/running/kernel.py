"""The kernel that runs student code: an ordinary IPython kernel, a little harder to knock over.

What one answer does to the interpreter (a shadowed ``print``, a patched builtin, an input
transformer, an event hook, a replaced ``sys.stdout``) must not cost the questions after it. So the
machinery is put back before each cell, and a check cell runs with the built-in names in sight.
None of this is a wall: student code can undo it, and only harms its own marks. The walls are in
`nbval_grader.running.sandbox`, the points in `nbval_grader.running.session`.
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
    """A stdout or stderr that sends at most `limit` characters a cell."""

    limit = 2_000_000
    left = limit
    stale: frozenset[threading.Thread] = frozenset()

    def write(self, string: str) -> int:
        """Write until the cell's share is spent, then say so once and drop the rest.

        What a thread prints after its cell has ended belongs to no cell, and is dropped.
        """
        if self.stale and threading.current_thread() in self.stale:
            return len(string)
        if not isinstance(string, str) or len(string) <= self.left:
            if isinstance(string, str):
                self.left -= len(string)
            super().write(string)
            return len(string) if isinstance(string, str) else 0
        if self.left >= 0:
            super().write(string[: self.left] + OUTPUT_CUT.format(self.limit / 1e6))
            self.left = -1
        return len(string)

    def close(self) -> None:
        """Stay open: a learner who closes stdout must not silence the questions after."""


class GradingShell(ZMQInteractiveShell):
    """A shell in which ``exit()`` does not end the kernel."""

    def ask_exit(self) -> None:
        """Do nothing: a notebook's kernel is not a learner's to end."""

    def system(self, cmd: str) -> None:
        """Run a shell command without a terminal, which a confined kernel does not have."""
        done = subprocess.run(
            self.var_expand(cmd, depth=1),
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        sys.stdout.write(done.stdout.decode(errors="replace"))
        self.user_ns["_exit_code"] = done.returncode


class Guard:
    """Remember the machinery of a fresh shell, to put it back.

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
        self.callbacks = {name: list(held) for name, held in shell.events.callbacks.items()}
        self.own = [
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
        """Put back what no answer has a reason to change."""
        sys.settrace(None)
        sys.setprofile(None)
        sys.setrecursionlimit(self.recursion)
        vars(builtins).update(self.builtins)
        for owner, name, held in self.lists:
            setattr(owner, name, list(held))
        for name, kept in self.callbacks.items():
            self.shell.events.callbacks[name] = list(kept)
        for stream in self.streams:
            if isinstance(stream, CappedStream):
                stream.left = stream.limit
        self.shell.custom_exceptions = ()
        for part, own in self.own:
            for name in set(vars(part)) - own:
                if callable(getattr(type(part), name, None)):
                    delattr(part, name)

    def close(self) -> None:
        """End a cell: its streams are in place for the next, its threads have no more to say."""
        sys.stdout, sys.stderr = self.streams
        CappedStream.stale = frozenset(threading.enumerate()) - {threading.main_thread()}
        for stream in self.streams:
            stream.flush()

    @contextlib.contextmanager
    def shielded(self) -> Iterator[None]:
        """Run a check with built-in names, warnings and `checking` as they were at the start."""
        namespace = self.shell.user_ns
        shadows = {name: namespace.pop(name) for name in self.names & set(namespace)}
        sys.modules["nbval_grader.checking"] = checking
        vars(checking).update(self.checking)
        filters = warnings.filters
        warnings.filters = list(self.filters)
        try:
            yield
        finally:
            warnings.filters = filters
            for name, value in shadows.items():
                namespace.setdefault(name, value)


class GradingKernel(IPythonKernel):
    """An IPython kernel whose machinery is put back before each cell."""

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

        First of all tell the grader that the cell has begun, by a way on which nothing waits: if the
        kernel ends before that, it was an earlier cell that ended it.
        """
        self.tell(BEGUN)
        running = set(threading.enumerate())
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
        self.guard.close()
        if not running.issuperset(threading.enumerate()):
            self.tell(LEFT_A_THREAD)
        return reply

    def tell(self, what: bytes) -> None:
        """Tell the grader something at once, if it listens."""
        pulse = getattr(self.parent, "pulse", -1)
        if pulse >= 0:
            with contextlib.suppress(OSError):
                os.write(pulse, what)


class GradingKernelApp(IPKernelApp):
    """The application around a `GradingKernel`."""

    kernel_class = Type(GradingKernel, klass=IPythonKernel)

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Read nothing: settings of the environment or the user must not change a mark."""


class ForkedKernelApp(GradingKernelApp):
    """The application in a forked child: its sockets are bound already, it reads no file."""

    shell_fd = -1
    iopub_fd = -1
    pulse = -1

    def given(self, descriptors: list[int], key: str) -> None:
        """Take descriptors of the shell and iopub sockets and of the pulse, and the messages' key."""
        self.shell_fd, self.iopub_fd, self.pulse = descriptors
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
        """Use the descriptor given; the channels that the grader does not use stay unbound."""
        descriptor = {1: self.shell_fd, 2: self.iopub_fd}.get(port)
        if descriptor is not None:
            s.setsockopt(zmq.USE_FD, descriptor)
            s.bind(f"ipc://kernel-{port}")
        return port

    def init_heartbeat(self) -> None:
        """Beat no heart: the grader watches the process itself."""

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
    CappedStream.limit = CappedStream.left = int(output_mb * 1_000_000)
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    config.IPKernelApp.capture_fd_output = False
    config.IPKernelApp.outstream_class = f"{__name__}.CappedStream"
    return config


def main() -> None:
    """Run a kernel on the connection file given, as Jupyter starts one."""
    limit = float(os.environ.get(RUN_VARIABLE) or 2.0)
    app = GradingKernelApp.instance(config=configuration(limit))
    app.initialize()
    app.start()
