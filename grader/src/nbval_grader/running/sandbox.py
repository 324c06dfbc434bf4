"""Confine a process on Linux by system calls alone: no daemon, no setuid program, no cgroup.

There are two layers, each sufficient by itself for what it covers, and a third for what they leave
open:

*Namespaces and a sandbox root.* The process has a mount namespace of its own. Its root is an empty
file system in which only the interpreter, its packages and the folders that a teacher names are
visible, all read-only. There is no ``/proc``, no ``/run`` and no home folder, so no socket of another
program can be reached by its path. The process also has its own user, process, IPC and network
namespaces; the network has no interface but a loopback that is down.

*Landlock* (`nbval_grader.running.landlock`) enforces the same file rules in another part of the Linux
kernel.

*A filter of system calls* (`nbval_grader.running.seccomp`) hides what neither of them covers: the
keyrings of the Linux kernel. Each submission also has a session keyring of its own.

``RLIMIT_NPROC`` stops a fork bomb. That limit does not bind the superuser, so if root runs the
grader, the process first becomes an unprivileged user that no other process runs as. The limit is
counted per user namespace, so each submission has its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..errors import CannotConfine
from .seccomp import filter_program

with contextlib.suppress(ImportError):  # Windows has no such module, and cannot confine
    import resource

__all__ = [
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "SCRATCH",
    "adopt_orphans",
    "attempt",
    "become_nobody",
    "check_result",
    "close_descriptors_except",
    "die_with_parent",
    "drop_capabilities",
    "enter_namespace",
    "enter_sandbox_root",
    "forbid_new_privileges",
    "hide_system_calls",
    "interpreter_paths",
    "join_new_session_keyring",
    "mount_scratch",
    "protect_memory",
    "set_dumpable",
    "set_limits",
    "system_call",
    "unshare",
    "unshare_user",
]

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18
MNT_DETACH = 2
MAX_LINKS = 40
AT_RECURSIVE = 0x8000
AT_FDCWD = -100
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID = 1, 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 1, 4, 38, 36
SIGKILL = 9

MOUNT_SETATTR = 442
#: Numbers of system calls that differ between processors.
CALL_NUMBERS = {
    "x86_64": {"pivot_root": 155, "capset": 126, "seccomp": 317, "keyctl": 250},
    "aarch64": {"pivot_root": 41, "capset": 91, "seccomp": 277, "keyctl": 219},
}
KEYCTL_JOIN_SESSION_KEYRING = 1
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW = 1, 4

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
SCRATCH = "/scratch"
#: Users to become: one that no system has, then ``nobody``.
UNUSED_IDS = (1_879_048_191, 65_534)

LIBC: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def check_result(result: int, what: str) -> int:
    """Return the result of a system call, or raise its error.

    Parameters
    ----------
    result : int
        Below 0 if the call failed.
    what : str
        What the message calls it.

    Raises
    ------
    CannotConfine
        If the call failed.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise CannotConfine(
            f"Student code cannot be confined here: {what} failed ({os.strerror(number)})."
        )
    return result


def system_call(number: int, what: str, *arguments: Any) -> int:
    """Make a system call that the C library has no function for.

    Parameters
    ----------
    number : int
        Its number.
    what : str
        What a message calls it.
    *arguments
        Values of `ctypes`.

    Raises
    ------
    CannotConfine
        If it fails.
    """
    return check_result(LIBC.syscall(ctypes.c_long(number), *arguments), what)


def _call_number(name: str) -> int:
    """Return the number of a system call on this processor."""
    machine = platform.machine()
    if machine not in CALL_NUMBERS:
        raise CannotConfine(
            f"Student code cannot be confined on this kind of processor ({machine})."
        )
    return CALL_NUMBERS[machine][name]


def _set_process_option(option: int, value: int, what: str) -> None:
    """Call prctl(2)."""
    check_result(LIBC.prctl(option, ctypes.c_ulong(value), 0, 0, 0), what)


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends, however that ends."""
    _set_process_option(PR_SET_PDEATHSIG, SIGKILL, "the parent-death signal")


def adopt_orphans() -> None:
    """Make this process the new parent of descendants whose parents end."""
    _set_process_option(PR_SET_CHILD_SUBREAPER, 1, "adopting orphans")


def set_dumpable(dumpable: bool) -> None:
    """Set whether another process of the same user may read this one's memory.

    Parameters
    ----------
    dumpable : bool
        False denies access to ``/proc/PID/mem``, ``environ`` and ``fd``, and by ptrace.
    """
    _set_process_option(PR_SET_DUMPABLE, int(dumpable), "protecting the memory")


def protect_memory() -> None:
    """Deny other processes of the same user access to this one's memory, where the system can."""
    if LIBC is not None:
        set_dumpable(False)


def forbid_new_privileges() -> None:
    """Make sure that running a setuid program gives no privilege."""
    _set_process_option(PR_SET_NO_NEW_PRIVS, 1, "giving up new privileges")


def unshare(flags: int, what: str) -> None:
    """Move this process into new namespaces.

    Parameters
    ----------
    flags : int
        ``CLONE_NEW...``, combined.
    what : str
        What a message calls them.

    Raises
    ------
    CannotConfine
        If the system refuses.
    """
    if LIBC.unshare(flags) < 0:
        number = ctypes.get_errno()
        raise CannotConfine(
            f"Student code cannot be confined here: the system refuses {what} "
            f"({os.strerror(number)}); a container or a system setting forbids it."
        )


def enter_namespace(descriptor: int, kind: int) -> None:
    """Move this process into the namespace that a descriptor stands for.

    Parameters
    ----------
    descriptor : int
        An open file of ``/proc/PID/ns``.
    kind : int
        ``CLONE_NEW...``.

    Raises
    ------
    CannotConfine
        If the system refuses.
    """
    check_result(LIBC.setns(descriptor, kind), "returning to a process namespace")


def unshare_user(flags: int, proc: int, what: str) -> None:
    """Move this process into a new user namespace, and others, with every right in them.

    Parameters
    ----------
    flags : int
        The other namespaces, ``CLONE_NEW...``.
    proc : int
        Descriptor of ``/proc``.
    what : str
        What a message calls them.

    Raises
    ------
    CannotConfine
        If the system refuses.
    """
    user, group = os.getuid(), os.getgid()
    unshare(CLONE_NEWUSER | flags, what)
    try:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            handle = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
            try:
                os.write(handle, text.encode())
            finally:
                os.close(handle)
    except OSError as error:
        raise CannotConfine(
            "Student code cannot be confined here: the system grants a user namespace but no rights "
            f"in it ({error.strerror}); a system setting forbids it."
        ) from None


def become_nobody() -> None:
    """Make a superuser's process run as an unprivileged user that no other process runs as.

    Raises
    ------
    CannotConfine
        If no unprivileged user can be taken.
    """
    for user in UNUSED_IDS:
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        except OSError:
            continue
        return
    raise CannotConfine("Student code cannot be confined here: no unprivileged user can be taken.")


def drop_capabilities() -> None:
    """Give up every capability, including those that a new user namespace gave."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    none = (ctypes.c_uint32 * 6)()
    system_call(_call_number("capset"), "dropping capabilities", header, none)


def join_new_session_keyring() -> None:
    """Replace the session keyring that this process inherited by a new one without a name.

    Raises
    ------
    CannotConfine
        If the system refuses. If it has no keyrings, or lets nobody here use them, nothing needs
        to be replaced.
    """
    joined = LIBC.syscall(
        ctypes.c_long(_call_number("keyctl")), ctypes.c_int(KEYCTL_JOIN_SESSION_KEYRING), None
    )
    if joined < 0 and ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM):
        check_result(joined, "a session keyring of its own")


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def hide_system_calls() -> None:
    """Deny this process and its children the calls of `nbval_grader.running.seccomp`, for good.

    Raises
    ------
    CannotConfine
        If the system has no filters of system calls, or the processor is not known.
    """
    number = _call_number("seccomp")
    program = filter_program(platform.machine())
    forbid_new_privileges()
    system_call(
        number,
        "a filter of system calls (seccomp)",
        ctypes.c_uint(SECCOMP_SET_MODE_FILTER),
        # Without this flag, Linux before 5.16 makes a filtered process slower.
        ctypes.c_uint(SECCOMP_FILTER_FLAG_SPEC_ALLOW),
        ctypes.byref(_FilterProgram(len(program) // 8, program)),
    )


def set_limits(memory_mb: int, processes: int, disk_mb: int, cpu_seconds: float) -> None:
    """Set the resource limits of this process and its children.

    Parameters
    ----------
    memory_mb : int
        Address space of one process, in MB.
    processes : int
        Processes and threads of this user in this user namespace.
    disk_mb : int
        Size of one file, in MB.
    cpu_seconds : float
        Processor time of one process, in seconds.
    """
    seconds = int(cpu_seconds) + 1
    limits = {
        resource.RLIMIT_AS: memory_mb << 20,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: disk_mb << 20,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_NPROC: processes,
    }
    for kind, value in limits.items():
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def close_descriptors_except(open_descriptors: Iterable[int]) -> None:
    """Close every file descriptor above 2, with exceptions.

    Parameters
    ----------
    open_descriptors : iterable of int
        Descriptors that stay open.
    """
    low = 3
    for descriptor in sorted({d for d in open_descriptors if d > 2}):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 4096))


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
        mount(path, target, None, MS_BIND | MS_REC, None, f"showing {path}")
        self.mounted.add(path)


def mount(
    source: str | None, target: str, kind: str | None, flags: int, data: str | None, what: str
) -> None:
    """Mount a file system.

    Parameters
    ----------
    source, target, kind, flags, data
        As for mount(2).
    what : str
        What a message calls it.

    Raises
    ------
    CannotConfine
        If the system refuses.
    """
    texts = [None if t is None else os.fsencode(t) for t in (source, target, kind, data)]
    result = LIBC.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    check_result(result, what)


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
    mount(None, "/", None, MS_REC | MS_PRIVATE, None, "a mount namespace of its own")
    mount("root", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m", "an empty file system")
    root = SandboxRoot(folder)
    # Outer folders first, so that what lies in one is not mounted twice.
    for path in sorted({*readable, *DEVICES}, key=lambda p: (p.count("/"), p)):
        if os.path.exists(path):
            root.add(path)
    os.makedirs(folder + SCRATCH, mode=0o755, exist_ok=True)
    if not os.path.lexists(folder + "/tmp"):
        os.symlink(SCRATCH, folder + "/tmp")
    attributes = _MountAttributes(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, 0, 0)
    system_call(
        MOUNT_SETATTR,
        "making the sandbox root read-only",
        ctypes.c_int(AT_FDCWD),
        os.fsencode(folder),
        ctypes.c_uint(AT_RECURSIVE),
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )
    os.chdir(folder)
    system_call(_call_number("pivot_root"), "changing the root", b".", b".")
    check_result(LIBC.umount2(b".", MNT_DETACH), "leaving the old root")
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
    mount("scratch", target, "tmpfs", MS_NOSUID | MS_NODEV, options, "an empty folder to work in")


def attempt(action: Callable[[], object]) -> str:
    """Do something in a child process and return its error message.

    Parameters
    ----------
    action : callable
        What to try; it may change the child for good.

    Returns
    -------
    str
        The error as a sentence, the name of its type if it has no message; empty if it worked.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            action()
            message = b""
        except BaseException as error:
            message = str(error).encode() or type(error).__name__.encode()
        os.write(writer, message[:2000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        message_read = pipe.read().decode(errors="replace")
    os.waitpid(child, 0)
    return message_read
