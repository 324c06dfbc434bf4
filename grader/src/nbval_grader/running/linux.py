"""System calls of Linux that Python has no function for.

A call that fails raises `CannotConfine` with a sentence, because every one of them serves to confine
student code.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from typing import Any

from ..errors import CannotConfine

__all__ = [
    "CALL_NUMBERS",
    "LIBC",
    "call_number",
    "check_result",
    "mount",
    "set_process_option",
    "system_call",
]

#: Numbers of system calls that differ between processors.
CALL_NUMBERS = {
    "x86_64": {"pivot_root": 155, "capset": 126, "seccomp": 317, "keyctl": 250},
    "aarch64": {"pivot_root": 41, "capset": 91, "seccomp": 277, "keyctl": 219},
}

#: The C library; None where the system is not Linux.
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


def call_number(name: str) -> int:
    """Return the number of a system call on this processor.

    Parameters
    ----------
    name : str
        One of `CALL_NUMBERS`.

    Raises
    ------
    CannotConfine
        If the numbers are not known for the processor.
    """
    machine = platform.machine()
    if machine not in CALL_NUMBERS:
        raise CannotConfine(
            f"Student code cannot be confined on this kind of processor ({machine})."
        )
    return CALL_NUMBERS[machine][name]


def set_process_option(option: int, value: int, what: str) -> None:
    """Set an option of this process by prctl(2).

    Parameters
    ----------
    option : int
        ``PR_SET_...``.
    value : int
        Its value.
    what : str
        What a message calls it.

    Raises
    ------
    CannotConfine
        If the system refuses.
    """
    check_result(LIBC.prctl(option, ctypes.c_ulong(value), 0, 0, 0), what)


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
