"""Run something in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable


def run_in_child(action: Callable[[], object]) -> int:
    """Run something in a forked child; return its exit code, or the signal below 0."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            action()
            code = 0
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
