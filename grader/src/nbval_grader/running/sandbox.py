"""Confine a process on Linux, with nothing but system calls: no daemon, no setuid program, no cgroup.

Two layers, each enough alone for what it covers, and a third for what they leave open:

*The room.* A mount namespace whose root is an empty file system in which only the interpreter, its
packages and the folders that a teacher names can be seen, all read-only. No ``/proc``, no ``/run``,
no home: no socket of another program can be reached by its path. With it go a user, a process, a
network (no interface but a dead loopback) and an IPC namespace.

*Landlock* repeats the file rules in another part of the Linux kernel, and from its fourth and sixth
version also forbids TCP, signals and abstract sockets across its border.

*A filter of system calls* (`nbval_grader.running.seccomp`) hides what neither of them covers: the keyrings
of the Linux kernel. Each submission also has a session keyring of its own.

A fork bomb is bounded by ``RLIMIT_NPROC``. That limit does not bind the superuser, so a superuser's
grader first becomes an unprivileged user that nobody else is; and it counts per user namespace, so
each submission has its own.
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

with contextlib.suppress(ImportError):  # Windows has none, and cannot confine
    import resource

__all__ = [
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "SCRATCH",
    "become_nobody",
    "close_all_but",
    "die_with_parent",
    "drop_capabilities",
    "enter_room",
    "hide_system_calls",
    "interpreter_paths",
    "join_new_session_keyring",
    "landlock",
    "landlock_version",
    "limit",
    "mount_scratch",
    "no_new_privileges",
    "set_dumpable",
    "set_namespace",
    "shield_memory",
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
AT_RECURSIVE = 0x8000
AT_FDCWD = -100
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID = 1, 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 1, 4, 38, 36
SIGKILL = 9

MOUNT_SETATTR, LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 442, 444, 445, 446
BY_MACHINE = {
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
UNUSED_IDS = (1_879_048_191, 65_534)

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}

_libc: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _checked(result: int, what: str) -> int:
    """Raise the fault of a failed call in a sentence."""
    if result < 0:
        number = ctypes.get_errno()
        raise CannotConfine(
            f"Student code cannot be confined here: {what} failed ({os.strerror(number)})."
        )
    return result


def _syscall(number: int, what: str, *arguments: Any) -> int:
    """Make a system call that the C library has no function for."""
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments), what)


def _number(name: str) -> int:
    """Return the number of a system call that differs between machines."""
    machine = platform.machine()
    if machine not in BY_MACHINE:
        raise CannotConfine(
            f"Student code cannot be confined on this kind of processor ({machine})."
        )
    return BY_MACHINE[machine][name]


def _prctl(option: int, value: int, what: str) -> None:
    _checked(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), what)


def die_with_parent() -> None:
    """Be killed when the process that started this one ends, however it ends."""
    _prctl(PR_SET_PDEATHSIG, SIGKILL, "the parent-death signal")


def adopt_orphans() -> None:
    """Become the parent of descendants whose parents end."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1, "adopting orphans")


def set_dumpable(dumpable: bool) -> None:
    """Say whether another process of the same user may read this one's memory.

    Parameters
    ----------
    dumpable : bool
        False shuts ``/proc/PID/mem``, ``environ``, ``fd`` and ptrace.
    """
    _prctl(PR_SET_DUMPABLE, int(dumpable), "shutting the memory")


def shield_memory() -> None:
    """Shut this process's memory to others of the same user, where the system can."""
    if _libc is not None:
        set_dumpable(False)


def no_new_privileges() -> None:
    """Gain no privilege by running a setuid program."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1, "giving up new privileges")


def unshare(flags: int, what: str) -> None:
    """Leave namespaces of this process for new ones.

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
    if _libc.unshare(flags) < 0:
        number = ctypes.get_errno()
        raise CannotConfine(
            f"Student code cannot be confined here: the system refuses {what} "
            f"({os.strerror(number)}); a container or a system setting forbids it."
        )


def set_namespace(descriptor: int, kind: int) -> None:
    """Enter the namespace that a descriptor stands for."""
    _checked(_libc.setns(descriptor, kind), "going back to a process namespace")


def unshare_user(flags: int, proc: int, what: str) -> None:
    """Enter a new user namespace, and others with it, as the same user with every right in it.

    Parameters
    ----------
    flags : int
        Further ``CLONE_NEW...``.
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
    except OSError as fault:
        raise CannotConfine(
            "Student code cannot be confined here: the system grants a user namespace but no rights "
            f"in it ({fault.strerror}); a system setting forbids it."
        ) from None


def become_nobody() -> None:
    """Turn a superuser's process into an unprivileged one that shares its user with nobody.

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
    """Give up every capability, also those a new user namespace gave."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _syscall(_number("capset"), "dropping capabilities", header, nothing)


def join_new_session_keyring() -> None:
    """Leave the session keyring that this process inherited for a new one without a name.

    Raises
    ------
    CannotConfine
        If the system refuses. Where it has no keyrings, or lets nobody here use them, there is
        nothing to leave.
    """
    joined = _libc.syscall(
        ctypes.c_long(_number("keyctl")), ctypes.c_int(KEYCTL_JOIN_SESSION_KEYRING), None
    )
    if joined < 0 and ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM):
        _checked(joined, "a session keyring of its own")


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def hide_system_calls() -> None:
    """Hide the calls of `nbval_grader.running.seccomp` from this process and its children, for good.

    Raises
    ------
    CannotConfine
        If the system has no filters of system calls, or the processor is not known.
    """
    number = _number("seccomp")
    program = filter_program(platform.machine())
    no_new_privileges()
    _syscall(
        number,
        "a filter of system calls (seccomp)",
        ctypes.c_uint(SECCOMP_SET_MODE_FILTER),
        # Without this flag, systems before Linux 5.16 slow a filtered process down.
        ctypes.c_uint(SECCOMP_FILTER_FLAG_SPEC_ALLOW),
        ctypes.byref(_FilterProgram(len(program) // 8, program)),
    )


def limit(memory_mb: int, processes: int, disk_mb: int, cpu_seconds: float) -> None:
    """Set the resource limits of this process and its children.

    Parameters
    ----------
    memory_mb : int
        Address space of one process.
    processes : int
        Processes and threads of this user in this user namespace.
    disk_mb : int
        Size of one file.
    cpu_seconds : float
        Processor time of one process.
    """
    seconds = int(cpu_seconds) + 1
    wanted = {
        resource.RLIMIT_AS: memory_mb << 20,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: disk_mb << 20,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_NPROC: processes,
    }
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def close_all_but(kept: Iterable[int]) -> None:
    """Close every file descriptor above 2 that is not to be kept.

    Parameters
    ----------
    kept : iterable of int
        Descriptors that stay open.
    """
    low = 3
    for descriptor in sorted({d for d in kept if d > 2}):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 4096))


def interpreter_paths() -> list[str]:
    """Return what running Python takes: its folders, its packages and the system's libraries.

    Returns
    -------
    list of str
        Existing paths, without the current folder and the root.
    """
    found = [*SYSTEM_PATHS, sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    found += [entry for entry in sys.path if entry]
    return [
        path
        for path in dict.fromkeys(map(os.path.abspath, found))
        if path != "/" and os.path.exists(path)
    ]


class _Room:
    """Builds the new root under an empty folder."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.bound: set[str] = set()

    def place(self, path: str, depth: int = 0) -> None:
        """Make a path appear in the room, the links on its way included."""
        if depth > 40:
            raise CannotConfine(f"Student code cannot be confined here: {path} is a loop of links.")
        done = "/"
        for part in Path(path).parts[1:]:
            done = os.path.join(done, part)
            if done in self.bound:
                return
            if os.path.islink(done):
                target = os.path.normpath(os.path.join(os.path.dirname(done), os.readlink(done)))
                with contextlib.suppress(FileExistsError):
                    self.parents(done)
                    os.symlink(os.readlink(done), self.root + done)
                rest = os.path.relpath(path, done)
                self.place(os.path.normpath(os.path.join(target, rest)), depth + 1)
                return
        self.bind(path)

    def parents(self, path: str) -> None:
        """Make the folders above a path."""
        os.makedirs(os.path.dirname(self.root + path), mode=0o755, exist_ok=True)

    def bind(self, path: str) -> None:
        """Show one file or folder of the real system at the same place in the room."""
        self.parents(path)
        target = self.root + path
        if stat.S_ISDIR(os.stat(path).st_mode):
            os.makedirs(target, mode=0o755, exist_ok=True)
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        mount(path, target, None, MS_BIND | MS_REC, None, f"showing {path}")
        self.bound.add(path)


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
    result = _libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    _checked(result, what)


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def enter_room(folder: str, readable: Iterable[str]) -> None:
    """Make a room in this process's own mount namespace and lock oneself into it.

    Parameters
    ----------
    folder : str
        An empty folder, where the room is put together.
    readable : iterable of str
        Absolute paths that can be seen in it, read-only.

    Raises
    ------
    CannotConfine
        If the system refuses.
    """
    mount(None, "/", None, MS_REC | MS_PRIVATE, None, "a mount namespace of its own")
    mount("room", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m", "an empty file system")
    room = _Room(folder)
    # Outer folders first, so that what lies in one is not placed twice.
    for path in sorted({*readable, *DEVICES}, key=lambda p: (p.count("/"), p)):
        if os.path.exists(path):
            room.place(path)
    os.makedirs(folder + SCRATCH, mode=0o755, exist_ok=True)
    if not os.path.lexists(folder + "/tmp"):
        os.symlink(SCRATCH, folder + "/tmp")
    attributes = _MountAttributes(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, 0, 0)
    _syscall(
        MOUNT_SETATTR,
        "making the room read-only",
        ctypes.c_int(AT_FDCWD),
        os.fsencode(folder),
        ctypes.c_uint(AT_RECURSIVE),
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )
    os.chdir(folder)
    _syscall(_number("pivot_root"), "changing the root", b".", b".")
    _checked(_libc.umount2(b".", MNT_DETACH), "leaving the old root")
    os.chdir("/")


def mount_scratch(target: str, megabytes: int) -> None:
    """Mount an empty folder in memory, which goes when its mount namespace goes.

    Parameters
    ----------
    target : str
        Where.
    megabytes : int
        How much it can hold.
    """
    options = f"mode=700,size={megabytes}m,nr_inodes=8192"
    mount("scratch", target, "tmpfs", MS_NOSUID | MS_NODEV, options, "an empty folder to work in")


def landlock_version() -> int:
    """Return the version of Landlock that this system has, 0 for none."""
    if _libc is None:
        return 0
    version = _libc.syscall(
        ctypes.c_long(LANDLOCK_CREATE), None, ctypes.c_size_t(0), ctypes.c_uint32(1)
    )
    return max(0, int(version))


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scope")]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("rights", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def landlock(readable: Iterable[str], writable: Iterable[str]) -> int:
    """Confine this process and its children by Landlock, for good.

    Parameters
    ----------
    readable : iterable of str
        Paths to read and execute beneath.
    writable : iterable of str
        Paths to do anything beneath.

    Returns
    -------
    int
        Version of Landlock.

    Raises
    ------
    CannotConfine
        If the system has no Landlock.
    """
    version = landlock_version()
    if version < 1:
        raise CannotConfine(
            "Student code cannot be confined here: the system has no Landlock (Linux 5.13 or newer, "
            "with it switched on)."
        )
    every = (1 << RIGHTS_BY_VERSION.get(version, 16)) - 1
    rules = _Ruleset(every, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _syscall(
        LANDLOCK_CREATE, "Landlock", ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    try:
        for paths, rights in ((readable, EXECUTE | READ_FILE | READ_DIR), (writable, every)):
            for path in paths:
                _allow(ruleset, path, rights & every)
        no_new_privileges()
        _syscall(LANDLOCK_RESTRICT, "Landlock", ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Add one path to a Landlock ruleset, if it exists."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL
        rule = _PathBeneath(rights, handle)
        _syscall(
            LANDLOCK_ADD,
            "Landlock",
            ctypes.c_int(ruleset),
            ctypes.c_int(1),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(handle)


def attempt(action: Callable[[], object]) -> str:
    """Do something in a child process and return its fault as a sentence, empty if it worked.

    Parameters
    ----------
    action : callable
        What to try; it may change the child for good.

    Returns
    -------
    str
        The fault.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            action()
            said = b""
        except BaseException as fault:
            said = str(fault).encode() or type(fault).__name__.encode()
        os.write(writer, said[:2000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read().decode(errors="replace")
    os.waitpid(child, 0)
    return told
