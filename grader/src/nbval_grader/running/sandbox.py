"""Confine a process on Linux by system calls alone: no daemon, no setuid program, no cgroup.

There are two layers, each sufficient by itself for what it covers, and a third for what they leave
open:

*Namespaces and a sandbox root* (`nbval_grader.running.sandbox_root`). The process has a mount namespace of its own. Its root is an empty
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
from collections.abc import Callable, Iterable

from ..errors import CannotConfine
from . import linux
from .seccomp import filter_program

with contextlib.suppress(ImportError):  # Windows has no such module, and cannot confine
    import resource

__all__ = [
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "adopt_orphans",
    "attempt",
    "become_nobody",
    "close_descriptors_except",
    "die_with_parent",
    "drop_capabilities",
    "enter_namespace",
    "forbid_new_privileges",
    "hide_system_calls",
    "join_new_session_keyring",
    "protect_memory",
    "set_dumpable",
    "set_limits",
    "unshare",
    "unshare_user",
]

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 1, 4, 38, 36
SIGKILL = 9
KEYCTL_JOIN_SESSION_KEYRING = 1
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW = 1, 4

#: Users to become: a number that systems do not assign, then ``nobody``.
UNUSED_IDS = (1_879_048_191, 65_534)


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends, however that ends."""
    linux.set_process_option(PR_SET_PDEATHSIG, SIGKILL, "the parent-death signal")


def adopt_orphans() -> None:
    """Make this process the new parent of descendants whose parents end."""
    linux.set_process_option(PR_SET_CHILD_SUBREAPER, 1, "adopting orphans")


def set_dumpable(dumpable: bool) -> None:
    """Set whether another process of the same user may read this one's memory.

    Parameters
    ----------
    dumpable : bool
        False denies access to ``/proc/PID/mem``, ``environ`` and ``fd``, and by ptrace.
    """
    linux.set_process_option(PR_SET_DUMPABLE, int(dumpable), "protecting the memory")


def protect_memory() -> None:
    """Deny other processes of the same user access to this one's memory, where the system can."""
    if linux.LIBC is not None:
        set_dumpable(False)


def forbid_new_privileges() -> None:
    """Make sure that running a setuid program gives no privilege."""
    linux.set_process_option(PR_SET_NO_NEW_PRIVS, 1, "giving up new privileges")


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
    if linux.LIBC.unshare(flags) < 0:
        number = ctypes.get_errno()
        raise CannotConfine(
            f"Student code cannot be confined here: the system refuses {what} "
            f"({os.strerror(number)}); a container or a system setting forbids it."
        )


def enter_namespace(descriptor: int, kind: int) -> None:
    """Move this process into the namespace that a descriptor refers to.

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
    linux.check_result(linux.LIBC.setns(descriptor, kind), "returning to a process namespace")


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
    linux.system_call(linux.call_number("capset"), "dropping capabilities", header, none)


def join_new_session_keyring() -> None:
    """Replace the session keyring that this process inherited by a new one without a name.

    Raises
    ------
    CannotConfine
        If the system refuses. If it has no keyrings, or lets nobody here use them, nothing needs
        to be replaced.
    """
    joined = linux.LIBC.syscall(
        ctypes.c_long(linux.call_number("keyctl")), ctypes.c_int(KEYCTL_JOIN_SESSION_KEYRING), None
    )
    if joined < 0 and ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM):
        linux.check_result(joined, "a session keyring of its own")


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def hide_system_calls() -> None:
    """Deny this process and its children the calls of `nbval_grader.running.seccomp`, for good.

    Raises
    ------
    CannotConfine
        If the system has no filters of system calls, or the processor is not known.
    """
    number = linux.call_number("seccomp")
    program = filter_program(platform.machine())
    forbid_new_privileges()
    linux.system_call(
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
