"""The file tree that confined code sees: the interpreter, its packages, named folders, nothing else.

`nbval_grader.running.sandbox` says what it is for.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from ..errors import CannotConfine
from . import linux

__all__ = [
    "SCRATCH",
    "SandboxRoot",
    "enter_sandbox_root",
    "interpreter_paths",
    "mount_scratch",
]

MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
MNT_DETACH = 2
MOUNT_SETATTR = 442
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID = 1, 2
AT_RECURSIVE = 0x8000
AT_FDCWD = -100
MAX_LINKS = 40

SYSTEM_PATHS = (
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/sbin",
    "/usr",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/alternatives",
    "/nix/store",
)
DEVICES = ("/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero")
#: The folder in the sandbox root to which confined code can write.
SCRATCH = "/scratch"


def interpreter_paths() -> list[str]:
    """Return what Python needs to run: its folders, its packages and the system's libraries.

    Returns
    -------
    list of str
        Existing paths, without the current folder and the root.
    """
    paths = [*SYSTEM_PATHS, sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    paths += [entry for entry in sys.path if entry]
    return [
        path
        for path in dict.fromkeys(map(os.path.abspath, paths))
        if path != "/" and os.path.exists(path)
    ]


class SandboxRoot:
    """Builds the file tree that confined code sees, under an empty folder.

    Parameters
    ----------
    folder : str
        The empty folder.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.mounted: set[str] = set()

    def add(self, path: str, depth: int = 0) -> None:
        """Make a path visible in the sandbox root, with the links that lead to it.

        Parameters
        ----------
        path : str
            Absolute, of an existing file or folder.
        depth : int, default 0
            How many links were followed to come here.

        Raises
        ------
        CannotConfine
            If the links form a loop.
        """
        if depth > MAX_LINKS:
            raise CannotConfine(f"Student code cannot be confined here: {path} is a loop of links.")
        prefix = "/"
        for part in Path(path).parts[1:]:
            prefix = os.path.join(prefix, part)
            if prefix in self.mounted:
                return
            if os.path.islink(prefix):
                link = os.readlink(prefix)
                target = os.path.normpath(os.path.join(os.path.dirname(prefix), link))
                with contextlib.suppress(FileExistsError):
                    self.make_parents(prefix)
                    os.symlink(link, self.folder + prefix)
                rest = os.path.relpath(path, prefix)
                self.add(os.path.normpath(os.path.join(target, rest)), depth + 1)
                return
        self.mount(path)

    def make_parents(self, path: str) -> None:
        """Make the folders above a path."""
        os.makedirs(os.path.dirname(self.folder + path), mode=0o755, exist_ok=True)

    def mount(self, path: str) -> None:
        """Mount a file or folder of the real system at the same path in the sandbox root."""
        self.make_parents(path)
        target = self.folder + path
        if stat.S_ISDIR(os.stat(path).st_mode):
            os.makedirs(target, mode=0o755, exist_ok=True)
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        linux.mount(path, target, None, MS_BIND | MS_REC, None, f"showing {path}")
        self.mounted.add(path)


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def enter_sandbox_root(folder: str, readable: Iterable[str]) -> None:
    """Build a sandbox root in this process's own mount namespace, and make it the root folder.

    Parameters
    ----------
    folder : str
        An empty folder, under which the sandbox root is built.
    readable : iterable of str
        Absolute paths that are visible in it, read-only.

    Raises
    ------
    CannotConfine
        If the system refuses.
    """
    linux.mount(None, "/", None, MS_REC | MS_PRIVATE, None, "a mount namespace of its own")
    linux.mount(
        "root", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m", "an empty file system"
    )
    root = SandboxRoot(folder)
    # Outer folders first, so that what lies in one is not mounted twice.
    for path in sorted({*readable, *DEVICES}, key=lambda p: (p.count("/"), p)):
        if os.path.exists(path):
            root.add(path)
    os.makedirs(folder + SCRATCH, mode=0o755, exist_ok=True)
    if not os.path.lexists(folder + "/tmp"):
        os.symlink(SCRATCH, folder + "/tmp")
    attributes = _MountAttributes(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, 0, 0)
    linux.system_call(
        MOUNT_SETATTR,
        "making the sandbox root read-only",
        ctypes.c_int(AT_FDCWD),
        os.fsencode(folder),
        ctypes.c_uint(AT_RECURSIVE),
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )
    os.chdir(folder)
    linux.system_call(linux.call_number("pivot_root"), "changing the root", b".", b".")
    linux.check_result(linux.LIBC.umount2(b".", MNT_DETACH), "leaving the old root")
    os.chdir("/")


def mount_scratch(target: str, megabytes: int) -> None:
    """Mount an empty folder in memory, which is gone when its mount namespace is.

    Parameters
    ----------
    target : str
        An existing folder.
    megabytes : int
        How much it can hold, in MB.
    """
    options = f"mode=700,size={megabytes}m,nr_inodes=8192"
    linux.mount(
        "scratch", target, "tmpfs", MS_NOSUID | MS_NODEV, options, "an empty folder to work in"
    )
