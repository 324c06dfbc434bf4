"""One plain sentence in place of a traceback, so that *Run All* continues after an error.

A page stops running cells after the first cell that ends with an error: an exercise whose first
question is unanswered would never reach its score card. So in a learner's page an exception is
explained in a sentence, and removed from the result from which the kernel makes its reply. An
interrupt still stops the run, ``%tb`` still shows the whole traceback, and ``%pdb on`` restores all
tracebacks.

IPython's own hook for this (``set_custom_exc``) is not called for an error in code that Python cannot
compile, in the input of a magic, or in the display of a value. All of these call ``showtraceback`` or
``showsyntaxerror``, so these two methods are replaced here.
"""

from __future__ import annotations

import contextlib
import linecache
import os
import re
import sys
import traceback
from types import TracebackType
from typing import Any, NamedTuple

from .kernel_names import PYTEST_VARIABLE, RUN_VARIABLE
from .plain_text import one_line

__all__ = ["explain_errors"]

MAX_MESSAGE = 400
MAX_LINE = 80
CHECK = re.compile(r"^from nbval_grader\.checking import ", re.MULTILINE)


def explain_errors() -> None:
    """Explain each error of this notebook in one sentence, and let *Run All* continue after it.

    This does nothing outside a notebook, when it was called before, or while a grader or pytest runs
    the notebook, because they report errors themselves.
    """
    if RUN_VARIABLE in os.environ or PYTEST_VARIABLE in os.environ:
        return
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython() if get_ipython is not None else None
    if shell is not None and not isinstance(
        getattr(shell.showtraceback, "__self__", None), _Explainer
    ):
        _Explainer(shell).start()


class _Place(NamedTuple):
    """A line of a cell in the traceback of an exception."""

    source: str
    number: int

    def described(self, whose: str = "") -> str:
        """Return the number and the text of the line."""
        lines = self.source.splitlines()
        line = lines[self.number - 1] if 0 < self.number <= len(lines) else ""
        text = one_line(line, MAX_LINE)
        return f"line {self.number}{whose}" + (f", `{text}`" if text else "")


class _Explainer:
    """Explains the errors of one IPython shell.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The shell.
    """

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.show_traceback = shell.showtraceback
        self.show_syntax_error = shell.showsyntaxerror
        # The page's own stdout, which magics such as ``%%capture`` replace while their cell runs.
        self.stdout = sys.stdout
        self.sources: dict[str, str] = {}
        # The cell that calls `explain_errors` started before `note_cell` was registered.
        self.running = [""]
        self.explained: BaseException | None = None

    def start(self) -> None:
        """Replace the shell's own methods."""
        self.shell.showtraceback = self.showtraceback
        self.shell.showsyntaxerror = self.showsyntaxerror
        self.shell.events.register("pre_run_cell", self.note_cell)
        self.shell.events.register("post_run_cell", self.clear_error)

    def note_cell(self, info: Any) -> None:
        """Store a cell's text as written, by the name of the file as which it is compiled."""
        self.running.append(info.raw_cell)
        with contextlib.suppress(Exception):
            transformed = getattr(info, "transformed_cell", None) or info.raw_cell
            number = self.shell.execution_count
            name = self.shell.compile.get_code_name(info.raw_cell, transformed, number)
            self.sources[name] = info.raw_cell

    def clear_error(self, result: Any) -> None:
        """Remove an error that was explained from the result, from which the kernel makes its reply."""
        if result is None or result.info.raw_cell.strip():  # no event announces an empty cell
            self.running = self.running[:-1]
        if result is not None and self.explained is not None:
            if result.error_before_exec is self.explained:
                result.error_before_exec = None
            if result.error_in_exec is self.explained:
                result.error_in_exec = None
        self.explained = None

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **options: Any) -> None:
        """Explain an error in a sentence, or show it as the shell does."""
        if not self.explain(exc_tuple):
            self.show_traceback(exc_tuple, *args, **options)

    def showsyntaxerror(self, *args: Any, **options: Any) -> None:
        """Explain an error in a sentence, or show it as the shell does."""
        if not self.explain(None):
            self.show_syntax_error(*args, **options)

    def explain(self, exc_tuple: Any) -> bool:
        """Print the sentence for an error and return True if the run can continue after it.

        An interrupt and an exit stop the run. If no exception is being handled, somebody asks for the
        last one again, as ``%tb`` does.
        """
        error = sys.exc_info()[1] if exc_tuple is None else exc_tuple[1]
        if not self.running or not isinstance(error, Exception) or self.shell.call_pdb:
            return False
        try:
            sentence = self.sentence(error)
            self.shell._get_exc_info((type(error), error, error.__traceback__))  # %tb and %debug
            print(sentence, file=self.stdout)
        except Exception:
            return False
        self.explained = error
        return True

    def sentence(self, error: Exception) -> str:
        """Return one sentence that says what happened and where."""
        places = self.places(error.__traceback__)
        cell = self.running[-1] or (places[0].source if places else "")
        if type(error) is NotImplementedError:
            _, _, message = _message(error).partition(": ")
            return f"Not answered yet: {message}" if message else "Not answered yet."
        if CHECK.search(cell):
            return _sentence_of_check(error, places)
        if isinstance(error, SyntaxError) and not places:
            source = self.source(str(error.filename)) or cell
            place = _Place(source, (error.lineno or 0) + _blank_lines_before(source))
            where = place.described(" of this cell") if error.lineno else "this cell"
            return f"Python cannot read {where}: {_message(error)}"
        last = places[-1] if places else None
        where = last.described("" if last.source == cell else " of another cell") if last else ""
        if _is_display(error):
            start = "The result of this cell cannot be shown" + (
                f", because of {where}" if last else ""
            )
        else:
            start = "This cell stopped" + (f" at {where}" if last else "")
        return f"{start}: {_message(error)}"

    def places(self, trace: TracebackType | None) -> list[_Place]:
        """Return the lines of cells in a traceback, the outermost first."""
        places = []
        while trace is not None:
            source = self.source(trace.tb_frame.f_code.co_filename)
            if source:
                places.append(_Place(source, trace.tb_lineno + _blank_lines_before(source)))
            trace = trace.tb_next
        return places

    def source(self, filename: str) -> str:
        """Return the text of the cell that was compiled as this file; empty if there is none."""
        if filename in self.sources:
            return self.sources[filename]
        if self.shell.compile.format_code_name(filename) is None:
            return ""
        return "".join(linecache.getlines(filename))


def _sentence_of_check(error: Exception, places: list[_Place]) -> str:
    """Return a sentence that says why a check could not use the answer."""
    answers = [place for place in places if not CHECK.search(place.source)]
    if answers:
        where = answers[-1].described()
        return f"Your answer stopped at its {where}, when this check used it: {_message(error)}"
    if isinstance(error, NameError) and error.name:
        return (
            f"Nothing to check yet: there is no `{one_line(error.name, MAX_LINE)}`, so run the "
            "cells above first, from the top and in order, until none of them stops."
        )
    return f"This check cannot use your answer: {_message(error)}"


def _message(error: Exception) -> str:
    """Return an error's name (without its module) and message on one harmless line.

    Python's own hints (*Did you mean ...?*) and notes are part of it. An error whose ``__str__``
    fails is reported too.
    """
    if isinstance(error, SyntaxError):
        text = f"{type(error).__name__}: {error.msg}"
    else:
        printed = traceback.TracebackException(
            type(error), error, error.__traceback__, limit=0, lookup_lines=False
        )
        text = "".join(printed.format_exception_only()).removeprefix(f"{type(error).__module__}.")
    return one_line(text, MAX_MESSAGE)


def _is_display(error: Exception) -> bool:
    """Say whether an error happened while a value was displayed."""
    trace = error.__traceback__
    return (
        trace is not None and trace.tb_frame.f_globals.get("__name__") == "IPython.core.formatters"
    )


def _blank_lines_before(source: str) -> int:
    """Count the empty lines at the start of a cell, which IPython removes before it compiles it."""
    return source[: len(source) - len(source.lstrip())].count("\n")
