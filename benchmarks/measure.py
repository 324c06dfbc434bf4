"""Measure a command with all that it starts (seconds, CPU, memory of the tree), and the machine's load."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

__all__ = ["Cost", "grader", "load", "measure"]

CPUACCT = Path("/sys/fs/cgroup/cpuacct")
UNIFIED = Path("/sys/fs/cgroup")
EVERY = 0.2


@dataclass(frozen=True)
class Cost:
    """What a command cost.

    Attributes
    ----------
    seconds : float
        Wall-clock seconds.
    cpu_seconds : float
        User and system seconds of the whole tree.
    cpu_from : str
        ``cgroup`` (all that ran) or ``rusage`` (all that was waited for).
    pss_mb : float
        Peak of the proportional set size of the tree, in MB; 0 where it cannot be read. Pages
        that forked processes share count once.
    rss_mb : float
        Peak of the resident set size of the tree, in MB; shared pages count for each process.
    processes : int
        Most processes at one time.
    code : int
        Exit code.
    output : str
        What it printed, stderr included.
    """

    seconds: float
    cpu_seconds: float
    cpu_from: str
    pss_mb: float
    rss_mb: float
    processes: int
    code: int
    output: str


class Group:
    """A control group of our own, to count the CPU time of all that a command starts."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        base = CPUACCT if CPUACCT.is_dir() else UNIFIED
        self.file = "cpuacct.usage" if base == CPUACCT else "cpu.stat"
        with contextlib.suppress(OSError):
            workspace = Path(tempfile.mkdtemp(prefix="nbval-bench-", dir=base))
            self.folder = workspace
            if not (workspace / self.file).is_file():
                self.close()

    def seconds(self) -> float | None:
        """Return CPU seconds so far, or None."""
        if self.folder is None:
            return None
        text = (self.folder / self.file).read_text()
        if self.file == "cpuacct.usage":
            return int(text) / 1e9
        return int(dict(line.split() for line in text.splitlines())["usage_usec"]) / 1e6

    def enter(self) -> None:
        """Put the calling process into the group (between fork and exec)."""
        if self.folder is not None:
            (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def close(self) -> None:
        """Remove the group, once it is empty."""
        for _ in range(50):
            if self.folder is None:
                return
            try:
                self.folder.rmdir()
                self.folder = None
            except OSError:
                time.sleep(0.1)


class Watch(threading.Thread):
    """Samples the memory of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.ended = threading.Event()
        self.pss = self.rss = 0.0
        self.processes = 0

    def run(self) -> None:
        """Sample until told to end."""
        while not self.ended.wait(EVERY):
            try:
                root = psutil.Process(self.pid)
                tree = [root, *root.children(recursive=True)]
            except psutil.Error:
                continue
            pss = rss = 0.0
            for process in tree:
                with contextlib.suppress(psutil.Error, OSError):
                    rss += process.memory_info().rss / 1e6
                    pss += proportional(process.pid)
            self.pss, self.rss = max(self.pss, pss), max(self.rss, rss)
            self.processes = max(self.processes, len(tree))


def proportional(pid: int) -> float:
    """Return the proportional set size of a process, in MB; 0 where it cannot be read."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def measure(
    command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Cost:
    """Run a command and measure it with all that it starts.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    cwd : Path, optional
        Folder to run it in.
    env : mapping of str to str, optional
        Its environment.

    Returns
    -------
    Cost
        What it cost.
    """
    group = Group()
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=group.enter,
        )
        watch = Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.ended.set()
        watch.join()
        counted = group.seconds()
        group.close()
        output.seek(0)
        text = output.read().decode(errors="replace")
    return Cost(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime if counted is None else counted,
        cpu_from="rusage" if counted is None else "cgroup",
        pss_mb=watch.pss,
        rss_mb=watch.rss,
        processes=watch.processes,
        code=process.returncode,
        output=text,
    )


def load() -> float:
    """Return the machine's load over the last minute; NaN where the system does not tell it."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def grader() -> str:
    """Return the path of the command ``nbval-grader`` beside this Python."""
    command = shutil.which("nbval-grader", path=str(Path(sys.executable).parent))
    return command or "nbval-grader"
