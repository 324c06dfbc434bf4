"""How the grader's processes start quickly: every trick on imports, each with its reason.

Most of the time of a short submission is start-up, and most of start-up is imports. The functions
here leave out imports that nobody asked for, and do those that everybody needs once for all kernels.
``python -m nbval_grader.running`` (`nbval_grader.running.__main__`) calls them before it imports the
program that it starts, and the zygote and the kernel call them where their documentation says.
Importing this module, or any other of the package, changes nothing.

A module of which ``sys.modules`` says None cannot be imported: Python raises ModuleNotFoundError, as
if it were not installed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, ClassVar

__all__ = [
    "LIST_MODULES",
    "block_debugger",
    "block_slow_imports",
    "hide_modules_from",
    "import_once",
    "seed_random",
]

#: jsonschema, which nbformat imports, imports these where they are installed, to check formats that
#: no notebook has. The first compiles a grammar, which takes longer than all other imports together.
SLOW_IMPORTS = frozenset({"rfc3987_syntax", "isoduration"})

#: The same, but student code may check such formats. It compiles large regular expressions.
SLOW_IN_WORKER = frozenset({"rfc3986_validator"})

#: What every kernel needs, some of which IPython imports only when the first cell runs.
KERNEL_MODULES = (
    "nbval_grader.running.kernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipykernel.ipkernel",
    "ipykernel.displayhook",
    "IPython.core.completer",
    "tornado.ioloop",
    "zmq.eventloop.zmqstream",
)

#: Code that prints the names of all modules of a process. The worker runs it in the kernel in which
#: the master itself was graded: what a master's answers import, students' answers will import too,
#: so the zygote imports all of it before it forks a kernel for them.
LIST_MODULES = (
    "print(*(n for n, m in __import__('sys').modules.items() if m is not None), sep='\\n')"
)


def block_slow_imports() -> None:
    """Make the imports of `SLOW_IMPORTS` and `SLOW_IN_WORKER` fail in this process, for good.

    For the worker: it validates no notebook against a schema, and runs no student code.
    """
    _block(SLOW_IMPORTS | SLOW_IN_WORKER)


def block_debugger() -> None:
    """Make ``import debugpy`` fail in this process and in those forked from it, for good.

    For a kernel: ipykernel imports debugpy where it is installed, which takes 0.3 s, and nobody
    debugs a kernel that the grader has started. To be called before ipykernel is imported.
    """
    _block({"debugpy"})


def _block(names: Iterable[str]) -> set[str]:
    """Make imports fail and return the names; a module that was imported before stays."""
    blocked = set(names) - set(sys.modules)
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]
    return blocked


def import_once(modules: Iterable[str]) -> list[str]:
    """Import modules in the zygote, once for all kernels forked from it.

    `SLOW_IMPORTS` are blocked meanwhile, unless they are among the modules. Student code can import
    them. What was imported stays, so the garbage collector does not look at it until it is done,
    and never again: it would write to each object, so that each kernel got a copy of the memory.

    Parameters
    ----------
    modules : iterable of str
        Names. ``__main__``, and what was imported before, are passed over.

    Returns
    -------
    list of str
        Those that could not be imported, for whatever reason.
    """
    wanted = [*KERNEL_MODULES, *modules]
    failed = []
    gc.disable()
    blocked = _block(SLOW_IMPORTS - set(wanted))
    for name in wanted:
        if name in sys.modules or name == "__main__":
            continue
        try:
            importlib.import_module(name)
        except BaseException:  # a module may raise anything, SystemExit included
            failed.append(name)
    for name in blocked:
        del sys.modules[name]
    gc.enable()
    gc.collect()
    gc.freeze()
    return failed


class _WithoutModules:
    """The module `sys`, except that no module has been imported."""

    modules: ClassVar[Mapping[str, ModuleType]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


@contextlib.contextmanager
def hide_modules_from(module: ModuleType) -> Iterator[None]:
    """Let a module that uses ``sys.modules`` find it empty for a while.

    For ``ipykernel.ipkernel``: a new kernel lists the files of all modules for a debugger, which is
    not there. In a forked kernel that look alone copies a page of memory for each module.

    Parameters
    ----------
    module : module
        One that has imported `sys` by that name.
    """
    module.sys = _WithoutModules()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        module.sys = sys  # type: ignore[attr-defined]


def seed_random() -> None:
    """Seed the random numbers of Python and, if it has been imported, of numpy.

    For a forked kernel: otherwise all kernels of a zygote would go on from its state, and a kernel
    with an interpreter of its own from another one.
    """
    random.seed(0)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(0)
