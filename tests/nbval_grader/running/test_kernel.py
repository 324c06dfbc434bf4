"""The kernel restores its state before each cell, and drops what leftover threads print."""

from __future__ import annotations

import builtins
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ipykernel.kernelapp import IPKernelApp
from IPython.core.interactiveshell import InteractiveShell

from nbval_grader import checking
from nbval_grader.running import kernel
from nbval_grader.running.kernel import (
    CappedStream,
    ForkedKernelApp,
    GradingKernelApp,
    GradingShell,
    Guard,
    configuration,
)


@pytest.fixture(autouse=True)
def tracing() -> Iterator[None]:
    """Let the tracer of these tests go on after the kernel has removed tracers."""
    tracer, profiler = sys.gettrace(), sys.getprofile()
    yield
    sys.settrace(tracer)
    sys.setprofile(profiler)


@pytest.fixture
def shell() -> Iterator[Any]:
    """Return a shell of its own."""
    new_shell = InteractiveShell()
    new_shell.kernel = SimpleNamespace()
    yield new_shell
    new_shell.history_manager.end_session()


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[CappedStream]:
    """Return a stream that writes to a list, with room for ten characters."""
    written: list[str] = []
    monkeypatch.setattr(kernel.OutStream, "write", lambda self, text: written.append(text))
    capped = CappedStream.__new__(CappedStream)
    capped.limit = capped.remaining = 10
    capped.written = written  # type: ignore[attr-defined]
    yield capped
    capped.__dict__.clear()


class TestCappedStream:
    def test_writes_up_to_the_limit(self, stream: Any) -> None:
        assert stream.write("12345") == 5
        assert stream.write("67890") == 5
        assert stream.written == ["12345", "67890"]

    def test_cuts_once_and_drops_the_rest(self, stream: Any) -> None:
        assert stream.write("123456789012345") == 15
        assert stream.write("more") == 4
        assert stream.written == ["1234567890\n[output cut here: more than 1e-05 MB]\n"]

    def test_passes_on_what_is_not_text(self, stream: Any) -> None:
        stream.write(3)
        assert stream.written == [3]

    def test_drops_what_a_thread_of_an_earlier_cell_prints(self, stream: Any) -> None:
        go = threading.Event()

        def late() -> None:
            go.wait(10)
            stream.write("late")

        thread = threading.Thread(target=late)
        thread.start()
        stream.leftover_threads = frozenset({thread})
        go.set()
        thread.join()
        stream.write("now")
        assert stream.written == ["now"]

    def test_cannot_be_closed(self, stream: Any) -> None:
        stream.close()
        stream.write("a")
        assert stream.written == ["a"]


class TestGuard:
    def test_restores_what_a_cell_changed(self, shell: Any) -> None:
        guard = Guard(shell)
        print_, limit = builtins.print, sys.getrecursionlimit()
        shell.ast_transformers.append(object())
        shell.input_transformers_post.append(object())
        shell.input_transformer_manager.cleanup_transforms.append(object())
        shell.events.register("pre_execute", lambda: None)
        shell.run_cell = None
        shell.display_formatter.format = None
        shell.custom_exceptions = (Exception,)
        builtins.print = None  # type: ignore[assignment]
        sys.setrecursionlimit(limit + 7)

        guard.reset()

        assert builtins.print is print_
        assert sys.getrecursionlimit() == limit
        assert shell.ast_transformers == shell.input_transformers_post == []
        assert len(shell.input_transformer_manager.cleanup_transforms) == len(
            InteractiveShell().input_transformer_manager.cleanup_transforms
        )
        assert shell.events.callbacks["pre_execute"] == guard.callbacks["pre_execute"]
        assert callable(shell.run_cell)
        assert callable(shell.display_formatter.format)
        assert shell.custom_exceptions == ()

    def test_gives_each_cell_the_whole_limit(self, shell: Any, stream: Any) -> None:
        guard = Guard(shell)
        guard.streams = (stream, sys.stderr)
        stream.write("123456789012345")
        guard.reset()
        assert stream.remaining == 10

    def test_restores_the_streams_after_a_cell(
        self, shell: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(CappedStream, "leftover_threads", frozenset())
        guard = Guard(shell)
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait)
        thread.start()
        streams = sys.stdout, sys.stderr
        sys.stdout = None  # type: ignore[assignment]

        guard.end_cell()

        assert (sys.stdout, sys.stderr) == streams
        assert thread in CappedStream.leftover_threads
        assert threading.main_thread() not in CappedStream.leftover_threads
        stop.set()
        thread.join()

    def test_shields_a_check(self, shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        guard = Guard(shell)
        shell.user_ns.update(print="mine", largest=3)
        real = checking.check
        checking.check = None  # type: ignore[assignment]
        monkeypatch.setitem(sys.modules, "nbval_grader.checking", None)
        warnings.simplefilter("error")
        try:
            with guard.shielded():
                assert "print" not in shell.user_ns
                assert shell.user_ns["largest"] == 3
                assert sys.modules["nbval_grader.checking"] is checking
                assert checking.check is real
                assert list(warnings.filters) == guard.filters
        finally:
            warnings.filters = guard.filters  # type: ignore[assignment]
        assert shell.user_ns["print"] == "mine"

    def test_a_check_may_set_a_name_itself(self, shell: Any) -> None:
        guard = Guard(shell)
        shell.user_ns["sum"] = "mine"
        with guard.shielded():
            shell.user_ns["sum"] = "the check's"
        assert shell.user_ns["sum"] == "the check's"


def test_exit_does_not_end_a_kernel() -> None:
    assert GradingShell.ask_exit(None) is None  # type: ignore[arg-type,func-returns-value]


def test_shell_commands_need_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    shell = SimpleNamespace(var_expand=lambda text, depth: text, user_ns={})

    GradingShell.system(shell, "echo out; echo err >&2; exit 3")  # type: ignore[arg-type]

    assert capsys.readouterr().out == "out\nerr\n"
    assert shell.user_ns["_exit_code"] == 3


def test_settings_cap_the_output() -> None:
    before = CappedStream.limit
    try:
        config = configuration(0.5)
        assert CappedStream.limit == CappedStream.remaining == 500_000
        assert config.HistoryManager.enabled is False
    finally:
        CappedStream.limit = CappedStream.remaining = before


def test_settings_of_the_environment_do_not_change_the_kernel(tmp_path: Path) -> None:
    settings = 'get_config().InteractiveShell.ast_node_interactivity = "all"\n'
    (tmp_path / "ipython_kernel_config.py").write_text(settings)
    app = GradingKernelApp(config=configuration(2.0))
    app.config_file_name, app.config_file_paths = "ipython_kernel_config.py", [str(tmp_path)]

    app.load_config_file()
    assert "ast_node_interactivity" not in app.config.InteractiveShell

    IPKernelApp.load_config_file(app)  # the settings are such that they could
    assert "ast_node_interactivity" in app.config.InteractiveShell


def test_a_forked_kernel_reads_and_writes_no_file() -> None:
    app = ForkedKernelApp()
    app.use_descriptors([7, 8, 9], "key")
    app.init_connection_file()
    app.write_connection_file()
    app.load_config_file()
    app.init_extensions()
    app.init_heartbeat()

    assert (app.transport, app.shell_port, app.iopub_port) == ("ipc", 1, 2)
    assert app.session.key == b"key"
    assert app.status_pipe == 9

    class Socket:
        """Record the calls made to it."""

        def __init__(self) -> None:
            self.asked: list[Any] = []

        def setsockopt(self, *what: Any) -> None:
            self.asked.append(what)

        def bind(self, where: str) -> None:
            self.asked.append(where)

    shell, stdin = Socket(), Socket()
    assert app._try_bind_socket(shell, 1) == 1
    assert app._try_bind_socket(stdin, 3) == 3
    assert shell.asked == [(kernel.zmq.USE_FD, 7), "ipc://kernel-1"]
    assert stdin.asked == []
