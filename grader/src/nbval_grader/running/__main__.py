"""Start one of the grader's processes: ``python -m nbval_grader.running worker|zygote|kernel ...``.

Each program is imported only after `nbval_grader.running.startup` has prepared the process for it,
and under its own name, so that its classes are the same as those that others import.
"""

from __future__ import annotations

import sys

from .startup import block_debugger, block_slow_imports


def main() -> None:
    """Run the program that the first argument names, on the other arguments."""
    program = sys.argv.pop(1)
    if program == "worker":
        block_slow_imports()
        from .worker import main as run
    elif program == "zygote":
        block_debugger()
        from .zygote import main as run
    else:
        block_debugger()
        from .kernel import main as run
    run()


if __name__ == "__main__":
    main()
