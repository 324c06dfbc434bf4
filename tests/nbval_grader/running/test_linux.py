"""A system call that fails is reported in one sentence."""

from __future__ import annotations

import errno
import sys

import pytest

from nbval_grader.errors import CannotConfine
from nbval_grader.running import linux, sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's own")


def test_a_call_that_fails_is_reported() -> None:
    message = sandbox.attempt(lambda: linux.mount("none", "/nowhere", "none", 0, None, "x"))
    assert message.startswith("Student code cannot be confined here: x failed (")

    with pytest.raises(CannotConfine, match=r"this call failed \(Function not implemented\)"):
        linux.system_call(100_000, "this call")


def test_a_call_that_works_returns_its_result() -> None:
    assert linux.check_result(errno.EPERM, "x") == errno.EPERM


def test_an_unknown_processor_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux.platform, "machine", lambda: "vax")

    with pytest.raises(CannotConfine, match="this kind of processor"):
        sandbox.drop_capabilities()
