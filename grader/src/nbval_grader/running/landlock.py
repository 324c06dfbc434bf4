"""Landlock: file rules, enforced by the Linux kernel, that a process sets for itself.

From its fourth and sixth version Landlock also forbids TCP, signals and abstract sockets between the
process and those outside its rules (landlock(7)).
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable

from ..errors import CannotConfine
from . import linux
from .sandbox import forbid_new_privileges

__all__ = ["confine_files", "landlock_version"]

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
#: How many rights on files each version knows; the sixth knows as many as the fifth.
RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}


def landlock_version() -> int:
    """Return the version of Landlock that this system has, 0 for none."""
    if linux.LIBC is None:
        return 0
    version = linux.LIBC.syscall(
        ctypes.c_long(CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint32(1)
    )
    return max(0, int(version))


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scope")]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("rights", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def confine_files(readable: Iterable[str], writable: Iterable[str]) -> int:
    """Let this process and its children use some files and folders only, for good.

    Parameters
    ----------
    readable : iterable of str
        Files, and folders with all that lies in them, to read and execute.
    writable : iterable of str
        Files and folders to do anything with.

    Returns
    -------
    int
        The version of Landlock.

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
    all_rights = (1 << RIGHTS_BY_VERSION.get(version, 16)) - 1
    rules = _Ruleset(all_rights, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = linux.system_call(
        CREATE_RULESET, "Landlock", ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    try:
        for paths, rights in ((readable, EXECUTE | READ_FILE | READ_DIR), (writable, all_rights)):
            for path in paths:
                _add_rule(ruleset, path, rights & all_rights)
        forbid_new_privileges()
        linux.system_call(RESTRICT_SELF, "Landlock", ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return version


def _add_rule(ruleset: int, path: str, rights: int) -> None:
    """Add a path to a ruleset, if it exists."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL
        rule = _PathBeneath(rights, handle)
        linux.system_call(
            ADD_RULE,
            "Landlock",
            ctypes.c_int(ruleset),
            ctypes.c_int(1),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(handle)
