"""The filter denies some calls, in every calling convention, and allows all others."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

import pytest

from nbval_grader.errors import CannotConfine
from nbval_grader.running import linux, sandbox
from nbval_grader.running.seccomp import (
    ALLOW,
    ARCHITECTURES,
    ERRNO,
    HIDDEN_CALLS,
    JUMP_IF_AT_LEAST,
    JUMP_IF_EQUAL,
    LOAD,
    RETURN,
    filter_program,
)

REFUSE = ERRNO | errno.ENOSYS
NATIVE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386, ARM = 0x40000003, 0x40000028


def decide(machine: str, number: int, architecture: int) -> int:
    """Run the filter on a system call, as the system does; return what it says."""
    program = list(struct.iter_unpack("=HBBI", filter_program(machine)))
    data = struct.pack("=II", number, architecture)
    place, loaded = 0, 0
    while True:
        code, if_true, if_false, value = program[place]
        place += 1
        if code == LOAD:
            (loaded,) = struct.unpack_from("=I", data, value)
        elif code == RETURN:
            return value
        else:
            test = {JUMP_IF_EQUAL: loaded == value, JUMP_IF_AT_LEAST: loaded >= value}[code]
            place += if_true if test else if_false


@pytest.mark.parametrize("machine", NATIVE)
def test_denies_some_calls_and_no_others(machine: str) -> None:
    hidden = {numbers[machine] for numbers in HIDDEN_CALLS.values()}
    refused = {n for n in range(1000) if decide(machine, n, NATIVE[machine]) == REFUSE}

    assert refused == hidden
    assert all(decide(machine, n, NATIVE[machine]) in (ALLOW, REFUSE) for n in range(1000))
    assert len(hidden) == len(HIDDEN_CALLS)


@pytest.mark.parametrize("machine", NATIVE)
def test_refuses_every_call_of_another_calling_convention(machine: str) -> None:
    others = {I386, ARM, *NATIVE.values()} - {NATIVE[machine]}
    calls = [(number, other) for other in others for number in (0, 1, 286, 311)]
    x32 = [(0x40000000 + number, NATIVE[machine]) for number in (0, 1, 248, 512)]

    assert {decide(machine, *call) for call in calls + x32} == {REFUSE}


def test_knows_the_numbers_of_each_processor() -> None:
    assert ARCHITECTURES == NATIVE
    assert all(numbers.keys() == NATIVE.keys() for numbers in HIDDEN_CALLS.values())
    assert NATIVE.keys() == linux.CALL_NUMBERS.keys()
    for machine, numbers in linux.CALL_NUMBERS.items():
        assert numbers["keyctl"] == HIDDEN_CALLS["keyctl"][machine]


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's own")


@needs_linux
def test_the_system_accepts_the_filter() -> None:
    def act() -> None:
        sandbox.hide_system_calls()
        libc = ctypes.CDLL(None, use_errno=True)
        for name, number in (("keyctl", linux.CALL_NUMBERS), ("x32", None)):
            call = number[os.uname().machine]["keyctl"] if number else 0x40000000 + 39
            result = libc.syscall(ctypes.c_long(call), 0, -3, 0)
            if (result, ctypes.get_errno()) != (-1, errno.ENOSYS):
                raise AssertionError(f"{name}: {result}, {ctypes.get_errno()}")
        raise SystemExit(f"still {os.getpid() > 0}")

    assert sandbox.attempt(act) == "still True"


@needs_linux
@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.EPERM])
def test_a_system_without_filters_is_refused(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "LIBC", Refusing(number))

    with pytest.raises(CannotConfine, match=r"a filter of system calls \(seccomp\) failed \("):
        sandbox.hide_system_calls()


@needs_linux
def test_an_unknown_processor_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux.platform, "machine", lambda: "vax")

    with pytest.raises(CannotConfine, match="this kind of processor"):
        sandbox.hide_system_calls()


class Refusing:
    """A C library whose system calls fail."""

    def __init__(self, number: int) -> None:
        self.number = number

    def prctl(self, *_: object) -> int:
        return 0

    def syscall(self, *_: object) -> int:
        ctypes.set_errno(self.number)
        return -1


@needs_linux
class TestSessionKeyring:
    """The second layer: a keyring that is reached without a filtered call belongs to nobody else."""

    def test_is_a_new_one(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        keyctl = linux.CALL_NUMBERS[os.uname().machine]["keyctl"]

        def act() -> None:
            def session() -> int:
                return libc.syscall(ctypes.c_long(keyctl), 0, -3, 0)

            before = session()
            sandbox.join_new_session_keyring()
            raise SystemExit(f"{before < 0 or before != session()}")

        assert sandbox.attempt(act) == "True"

    @pytest.mark.parametrize("number", [errno.ENOSYS, errno.EPERM])
    def test_is_not_needed_if_there_are_no_keyrings(
        self, number: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(linux, "LIBC", Refusing(number))
        sandbox.join_new_session_keyring()

    def test_is_required_if_there_are_keyrings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(linux, "LIBC", Refusing(errno.EDQUOT))

        with pytest.raises(CannotConfine, match="a session keyring of its own failed"):
            sandbox.join_new_session_keyring()
