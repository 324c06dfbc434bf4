"""What check cells use inside the kernel: verdicts that guide, values that print the same everywhere.

A learner's object may lie about itself (an ``__eq__`` that is always true, a ``__repr__`` that
returns any text). So every value is first converted to plain built-in types, by the methods of the
built-in types themselves, and only the converted values are compared or printed.
"""

from __future__ import annotations

import builtins
import contextlib
import hashlib
import hmac
import io
import json
import math
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .error_messages import explain_errors

__all__ = [
    "Verdict",
    "call",
    "check",
    "digest",
    "explain_errors",
    "matches",
    "plain",
    "show",
]

_print = builtins.print
_ROUNDS = 2_000
_DEPTH = 50
# Read by `type` itself: a class defined in Python can neither override this nor be immutable.
_flags_of = type.__dict__["__flags__"].__get__
_IMMUTABLE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE


class Verdict:
    """What `check` returns: true or false, displayed as nothing at the end of a cell.

    Parameters
    ----------
    right : bool
        Whether the answer was right.
    """

    def __init__(self, right: bool) -> None:
        self.right = right

    def __bool__(self) -> bool:
        return self.right

    def _ipython_display_(self) -> None:
        """Display nothing."""


def check(condition: object, *, right: str, wrong: str) -> Verdict:
    """Print one verdict.

    Parameters
    ----------
    condition : object
        Only a plain ``True`` (Python's or numpy's) counts as right.
    right : str
        Printed for a right answer: why it is right, what follows.
    wrong : str
        Printed for a wrong answer: what is wrong and how to go on, never the answer.

    Returns
    -------
    Verdict
        True for a right answer, so that one check can depend on another; a cell may end with it and
        displays nothing.
    """
    verdict = Verdict(_is_true(condition))
    _print(right if verdict else wrong)
    return verdict


def _is_true(value: object) -> bool:
    """Accept Python's True and numpy's, and nothing that only claims to be true."""
    if value is True:
        return True
    kind = type(value)
    # A name proves nothing, and a learner can replace the modules in `sys.modules`.
    if not _flags_of(kind) & _IMMUTABLE:
        return False
    return kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_") and bool(value)


def plain(value: object) -> Any:
    """Convert a value to plain built-in types.

    Parameters
    ----------
    value : object
        None, bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, range (and
        their subclasses), numpy scalars and arrays, pandas Series, Index, DataFrame and Timestamp.

    Returns
    -------
    object
        None, bool, int, float, complex, str, list, tuple, set, frozenset or dict holding only such
        values. A Series becomes a dict from label to value, a DataFrame a dict from column to such
        a dict, an array a list.

    Raises
    ------
    TypeError
        If it has no plain form, as a function or an object of the learner's own class.
    """
    return _plain(value, _DEPTH)


def _plain(value: Any, depth: int) -> Any:
    if depth == 0:
        raise TypeError("the value is nested too deeply to compare")
    if value is None or value is True or value is False:
        return value
    down = depth - 1
    kind = type(value)
    if issubclass(kind, str):
        return value if kind is str else "".join(str.__iter__(value))
    if issubclass(kind, int):
        return int.__add__(value, 0)
    if issubclass(kind, float):
        return float.__add__(value, 0.0)
    if issubclass(kind, complex):
        return complex.__add__(value, 0)
    if issubclass(kind, bytes | bytearray):
        return bytes(memoryview(value))
    if issubclass(kind, dict):
        return {_plain(k, down): _plain(v, down) for k, v in dict.items(value)}
    for base in (list, tuple, set, frozenset):
        if issubclass(kind, base):
            return base(_plain(item, down) for item in base.__iter__(value))
    if kind is range:
        return list(value)
    return _plain_array(value, kind, down)


def _plain_array(value: Any, kind: type, depth: int) -> Any:
    """Convert a value of numpy or pandas, if they are imported at all."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(kind, numpy.ndarray):
        return _plain(numpy.ndarray.tolist(value), depth)
    if numpy is not None and issubclass(kind, numpy.generic):
        return _plain(numpy.generic.item(value), depth)
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        if value is pandas.NA or value is pandas.NaT:
            return None
        if kind in (pandas.Timestamp, pandas.Timedelta, pandas.Period):
            return _plain(str(value), depth)
        if issubclass(kind, pandas.DataFrame):
            columns = _plain(pandas.Index.tolist(value.columns), depth)
            return {name: _plain(value.iloc[:, place], depth) for place, name in enumerate(columns)}
        if issubclass(kind, pandas.Series):
            labels = _plain(pandas.Index.tolist(value.index), depth)
            return dict(zip(labels, _plain(pandas.Series.tolist(value), depth), strict=True))
        if issubclass(kind, pandas.Index):
            return _plain(pandas.Index.tolist(value), depth)
    raise TypeError(f"a value of type {kind.__name__} has no plain form to compare")


def _rounded(value: Any, digits: int) -> Any:
    """Round every float in a plain value to a number of significant digits.

    It is first rounded to a few digits more, so that two computations of the same value give the
    same result even if it lies halfway between two short numbers.
    """
    if type(value) is float:
        if not math.isfinite(value):
            return value
        short = float(f"{float(f'{value:.{digits + 6}g}'):.{digits}g}")
        return 0.0 if short == 0 else short
    if type(value) is complex:
        return complex(_rounded(value.real, digits), _rounded(value.imag, digits))
    if type(value) is dict:
        return {_rounded(k, digits): _rounded(v, digits) for k, v in value.items()}
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(_rounded(item, digits) for item in value)
    return value


def _spell(value: Any) -> str:
    """Return the text of a plain value, the same in every run: Python's own, but with sorted sets."""
    if type(value) in (set, frozenset):
        return "{" + ", ".join(sorted(map(_spell, value))) + "}"
    if type(value) is dict:
        return "{" + ", ".join(f"{_spell(k)}: {_spell(v)}" for k, v in value.items()) + "}"
    if type(value) is list:
        return "[" + ", ".join(map(_spell, value)) + "]"
    if type(value) is tuple:
        inner = ", ".join(map(_spell, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def show(*values: object, digits: int = 6) -> None:
    """Print values in plain form, on one line.

    Parameters
    ----------
    *values : object
        Values to print; texts are printed as they are, other values as Python writes them.
    digits : int, default 6
        Significant digits to which floats are rounded.

    Raises
    ------
    TypeError
        If a value has no plain form.
    """
    parts = []
    for value in values:
        bare = _rounded(plain(value), digits)
        parts.append(bare if type(bare) is str else _spell(bare))
    _print(*parts)


def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a learner's function, discard what it prints, and return its value in plain form.

    Parameters
    ----------
    function : callable
        The learner's function.
    *args, **kwargs
        Its arguments.

    Returns
    -------
    object
        The plain form of the value that it returns.

    Raises
    ------
    TypeError
        If it is not a function, or its value has no plain form.
    """
    if not callable(function):
        raise TypeError(
            f"a function is expected here, not a value of type {type(function).__name__}"
        )
    with _discarded_output():
        return plain(function(*args, **kwargs))


@contextlib.contextmanager
def _discarded_output() -> Iterator[None]:
    """Discard everything that is written to stdout and stderr.

    A function may write to a stream that it took from `sys` before, as the handlers of `logging` do,
    or to the file descriptors 1 and 2, as child processes do. So the streams themselves and the
    descriptors are redirected too.
    """
    originals = (sys.__stdout__, sys.__stderr__)
    streams = {id(s): s for s in (sys.stdout, sys.stderr, *originals) if s is not None}
    _flush(originals)
    with contextlib.ExitStack() as stack:
        for number in (1, 2):
            stack.enter_context(_discarded_descriptor(number))
        stack.callback(_flush, originals)
        for stream in streams.values():
            stack.enter_context(_discarded_stream(stream))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        yield


def _flush(originals: Iterable[Any]) -> None:
    """Write what the interpreter's own streams, which use the descriptors, have buffered.

    A kernel's streams do not use them; to flush those would wait and split the cell's output.
    """
    for stream in originals:
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()


@contextlib.contextmanager
def _discarded_stream(stream: Any) -> Iterator[None]:
    """Discard what is written to one stream object, by whatever name it is known."""
    own = getattr(stream, "__dict__", {}).get("write")
    try:
        stream.write = io.StringIO().write
    except (AttributeError, TypeError):  # a stream whose methods cannot be replaced
        yield
        return
    try:
        yield
    finally:
        if own is not None:
            stream.write = own
        else:
            with contextlib.suppress(AttributeError):
                del stream.write


@contextlib.contextmanager
def _discarded_descriptor(number: int) -> Iterator[None]:
    """Discard what is written to one file descriptor."""
    try:
        original = os.dup(number)
    except OSError:  # it is closed
        yield
        return
    try:
        with contextlib.suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)
        yield
    finally:
        os.dup2(original, number)
        os.close(original)


def _canonical(value: Any) -> Any:
    """Convert a plain, rounded value to JSON, so that equal answers have equal texts."""
    if type(value) is float and value.is_integer() and abs(value) < 2**53:
        return ["number", int(value)]
    if type(value) in (int, float):
        return ["number", value]
    if type(value) in (list, tuple):
        return ["sequence", [_canonical(item) for item in value]]
    if type(value) in (set, frozenset):
        return ["set", sorted(json.dumps(_canonical(item)) for item in value)]
    if type(value) is dict:
        pairs = ([_canonical(k), _canonical(v)] for k, v in value.items())
        return ["mapping", sorted(json.dumps(pair) for pair in pairs)]
    if type(value) is str:
        return ["text", " ".join(value.split())]
    return [type(value).__name__, repr(value)]


def digest(value: object, *, digits: int = 6, salt: str | None = None) -> str:
    """Compute the salted digest of an answer, which can be compared with but not read.

    Parameters
    ----------
    value : object
        The right answer. 2 and 2.0 are the same answer, as are a list and a tuple of the same
        items; runs of white space in a text count as one space; the order of sets and mappings does
        not count.
    digits : int, default 6
        Significant digits to which floats are rounded first.
    salt : str, optional
        Eight hexadecimal digits; by default random ones.

    Returns
    -------
    str
        ``salt$digest``. It hides an answer from a reader, but not from a program that tries every
        possible answer.

    Raises
    ------
    TypeError
        If the value has no plain form.
    """
    salt = secrets.token_hex(4) if salt is None else salt
    text = json.dumps(_canonical(_rounded(plain(value), digits)))
    key = hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), _ROUNDS)
    return f"{salt}${key.hex()[:24]}"


def matches(value: object, expected: str, *, digits: int = 6) -> bool:
    """Say whether a value has this digest.

    Parameters
    ----------
    value : object
        The learner's answer; one without a plain form does not match.
    expected : str
        The result of `digest` for the right answer.
    digits : int, default 6
        The same number as for `digest`.

    Returns
    -------
    bool
        Whether it is the right answer.
    """
    try:
        actual = digest(value, digits=digits, salt=expected.partition("$")[0])
    except TypeError:
        return False
    return hmac.compare_digest(actual, expected)


# A learner may run a check cell alone after a restart, or have a copy of an exercise whose first cell
# does not call this.
explain_errors()
