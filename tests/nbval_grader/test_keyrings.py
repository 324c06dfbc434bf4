"""Confined code can neither read nor leave a key in the kernel's keyrings."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
import textwrap
from collections.abc import Callable, Iterator

import pytest
from foreign import RIGHT

from nbval_grader.running.pool import close_workers
from nbval_grader.running.protocol import Limits, Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="keyrings are Linux's own")

GENEROUS = Limits(cell_seconds=30, submission_seconds=90)
NUMBERS = {"x86_64": (248, 249, 250), "aarch64": (217, 218, 219)}
RINGS = {"thread": -1, "process": -2, "session": -3, "user": -4, "user session": -5}
JOIN_SESSION, SEARCH, READ, GET_PERSISTENT = 1, 10, 11, 22
OURS = "nbval-grader-test-secret"
THEIRS = "nbval-grader-test-message"

LIBRARY = f"""
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
ADD, REQUEST, CONTROL = {NUMBERS.get(platform.machine(), (0, 0, 0))}
rings = {RINGS}

def call(*arguments):
    return libc.syscall(*[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])

def add(ring, name, text):
    return call(ADD, b"user", name, text, len(text), ring)

def search(ring, name):
    key = call(CONTROL, {SEARCH}, ring, b"user", name, 0)
    text = ctypes.create_string_buffer(100)
    return text.value.decode() if key > 0 and call(CONTROL, {READ}, key, text, 100) > 0 else ""

persistent = call(CONTROL, {GET_PERSISTENT}, -1, -2)
if persistent > 0:
    rings["persistent"] = persistent
"""


@pytest.fixture
def run_confined(graded: Callable[..., Outcome]) -> Callable[[str], str]:
    """Return a function that runs code confined and returns what it prints."""

    def run(code: str) -> str:
        source = LIBRARY + textwrap.dedent(code) + "\n" + RIGHT["q1-answer"]
        outcome = graded({"q1-answer": source}, limits=GENEROUS)
        answer = outcome.answers[0]
        assert answer.outcome == "passed", f"{answer.reason} {answer.shown}"
        return answer.shown

    return run


@pytest.fixture
def secret() -> Iterator[None]:
    """Put a key into a session keyring of this process, which the grader's processes inherit."""
    if platform.machine() not in NUMBERS:
        pytest.skip("the numbers of the system calls are not known for this processor")
    add_key, _, keyctl = NUMBERS[platform.machine()]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(keyctl, JOIN_SESSION, None) < 0:
        pytest.skip(f"this system has no keyrings: {os.strerror(ctypes.get_errno())}")
    assert libc.syscall(add_key, b"user", OURS.encode(), b"of the teacher", 14, -3) > 0
    close_workers()
    yield
    close_workers()


def test_no_key_of_the_grader_can_be_read(run_confined: Callable[[str], str], secret: None) -> None:
    printed = run_confined(
        f"""
        for where, ring in rings.items():
            if text := search(ring, {OURS.encode()!r}):
                print("read", text, "in", where)
        if call(REQUEST, b"user", {OURS.encode()!r}, None, 0) > 0:
            print("received the key")
        print("no more")
        """
    )

    assert printed == "no more"


def test_no_key_is_left_for_the_next_student(run_confined: Callable[[str], str]) -> None:
    exchange = f"""
        for where, ring in rings.items():
            if text := search(ring, {THEIRS.encode()!r}):
                print("read", text, "in", where)
        if call(REQUEST, b"user", {THEIRS.encode()!r}, None, 0) > 0:
            print("received the key")
        for where, ring in rings.items():
            if add(ring, {THEIRS.encode()!r}, b"the answer") > 0:
                print("left a key in", where)
        print("no more")
        """

    assert run_confined(exchange) == run_confined(exchange) == "no more"


def test_threads_and_programs_cannot_make_the_calls_either(
    run_confined: Callable[[str], str],
) -> None:
    calls = """
for result in (add(-3, b"a", b"b"), call(REQUEST, b"user", b"a", None, 0), call(CONTROL, 0, -3, 1)):
    print(result, errno.errorcode.get(ctypes.get_errno()))
"""
    printed = run_confined(
        f"""
        import subprocess, sys, threading
        exec({calls!r})
        thread = threading.Thread(target=exec, args=({calls!r}, globals()))
        thread.start()
        thread.join()
        program = {LIBRARY + calls!r}
        print(subprocess.run([sys.executable, "-c", program], stdout=-1, text=True).stdout.strip())
        """
    )

    assert printed.split("\n") == ["-1 ENOSYS"] * 9
