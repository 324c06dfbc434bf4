"""The filter that denies student code some system calls, as a program for the Linux kernel.

A filter is a short program that the system runs at each system call (seccomp(2)). This one allows
every call except a few, which fail as if the system did not have them (``ENOSYS``), so that
libraries do what they do on such a system.

The same number means another call in another calling convention, so all calls of a 32-bit
convention, and on x86-64 those of x32, fail in the same way.

libseccomp would write the same program. Its Python packages need the library of the system, which
minimal and conda installations do not have, so for a program this short it is not used.
"""

from __future__ import annotations

import errno
import struct

__all__ = ["ARCHITECTURES", "HIDDEN_CALLS", "filter_program"]

#: The calling convention that a call uses, ``AUDIT_ARCH_...`` of linux/audit.h.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

#: Calls that student code cannot make, and their numbers.
HIDDEN_CALLS: dict[str, dict[str, int]] = {
    # Keyrings belong to users and sessions: they hold the teacher's keys, and outlast a submission.
    "add_key": {"x86_64": 248, "aarch64": 217},
    "request_key": {"x86_64": 249, "aarch64": 218},
    "keyctl": {"x86_64": 250, "aarch64": 219},
}

X32_BIT = 0x40000000
NUMBER_OFFSET, ARCHITECTURE_OFFSET = 0, 4  # in struct seccomp_data
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h
ALLOW, ERRNO = 0x7FFF0000, 0x00050000  # SECCOMP_RET_...


def filter_program(machine: str) -> bytes:
    """Return the filter for a kind of processor.

    Parameters
    ----------
    machine : str
        ``x86_64`` or ``aarch64``.

    Returns
    -------
    bytes
        Instructions of classic BPF, eight bytes each (``struct sock_filter`` of linux/filter.h):
        code, instructions to skip if true, instructions to skip if false, value.

    Raises
    ------
    KeyError
        If the numbers are not known for the processor.
    """
    hidden = [numbers[machine] for numbers in HIDDEN_CALLS.values()]
    # Each test that holds jumps to the last instruction, which refuses the call.
    tests = [(JUMP_IF_AT_LEAST, X32_BIT), *((JUMP_IF_EQUAL, number) for number in sorted(hidden))]
    instructions = [
        (LOAD, 0, 0, ARCHITECTURE_OFFSET),
        (JUMP_IF_EQUAL, 0, len(tests) + 2, ARCHITECTURES[machine]),
        (LOAD, 0, 0, NUMBER_OFFSET),
        *((code, len(tests) - place, 0, value) for place, (code, value) in enumerate(tests)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, ERRNO | errno.ENOSYS),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
