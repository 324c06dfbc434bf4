"""What check cells use inside the kernel: verdicts that guide, values that print alike everywhere.

A learner's object may lie about itself (an ``__eq__`` that is always true, a ``__repr__`` that
prints what it likes). So everything is first brought down to plain built-in values, by the methods
of the built-in types themselves, and only these are compared or printed.
"""

from __future__ import annotations

import builtins
import contextlib
import hashlib
import hmac
import io
import json
import math
import secrets
import sys
from collections.abc import Callable
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
# Taken from `type` itself: a class made in Python can neither answer in its place nor be immutable.
_flags_of = type.__dict__["__flags__"].__get__
_IMMUTABLE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE


class Verdict:
    """What `check` returns: true or false, and nothing to see at the end of a cell.

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
        """Show nothing."""


def check(condition: object, *, right: str, wrong: str) -> Verdict:
    """Print one verdict.

    Parameters
    ----------
    condition : object
        Only a plain ``True`` (Python's or numpy's) counts as right.
    right : str
        What a right answer is told: why it is right, what follows.
    wrong : str
        What a wrong answer is told: what is wrong and how to go on, never the answer.

    Returns
    -------
    Verdict
        True for a right answer, so that one check can follow upon another; a cell may end with it
        without printing it.
    """
    verdict = Verdict(_is_true(condition))
    _print(right if verdict else wrong)
    return verdict


def _is_true(value: object) -> bool:
    """Accept Python's True and numpy's, and nothing that only claims to be true."""
    if value is True:
        return True
    kind = type(value)
    # A name proves nothing, and what stands under `sys.modules` is a learner's to replace.
    if not _flags_of(kind) & _IMMUTABLE:
        return False
    return kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_") and bool(value)


def plain(value: object) -> Any:
    """Bring a value down to plain built-in types.

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
        If there is no plain form, such as for a function or an object of the learner's own class.
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
    """Bring down what numpy and pandas make, if they are in use at all."""
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
    """Round every float in a plain value to so many significant digits.

    A few digits more are kept first, so that two ways to the same value round alike even where it
    lies halfway between two short ones.
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
    """Spell a plain value the same way in every run: sets are sorted, the rest is as in Python."""
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
        What to print; texts are printed as they are, all else as Python spells it.
    digits : int, default 6
        Significant digits that floats are rounded to.

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
    """Call a learner's function, swallow what it prints, return its value in plain form.

    Parameters
    ----------
    function : callable
        The learner's function.
    *args, **kwargs
        What it is called with.

    Returns
    -------
    object
        The plain form of what it returns.

    Raises
    ------
    TypeError
        If it is no function, or its value has no plain form.
    """
    if not callable(function):
        raise TypeError(
            f"a function is expected here, not a value of type {type(function).__name__}"
        )
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return plain(function(*args, **kwargs))


def _canonical(value: Any) -> Any:
    """Turn a plain, rounded value into JSON in which equal answers are equal texts."""
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
    """Make the salted digest of an answer, to compare with and not to read.

    Parameters
    ----------
    value : object
        The right answer. 2 and 2.0 are one answer, so are a list and a tuple; white space in a
        text is squeezed; the order of sets and mappings does not count.
    digits : int, default 6
        Significant digits that floats are rounded to first.
    salt : str, optional
        Eight hexadecimal digits; by default new ones.

    Returns
    -------
    str
        ``salt$digest``. It hides an answer from a reader, not from a program that tries every
        possible one.

    Raises
    ------
    TypeError
        If the value has no plain form.
    """
    salt = secrets.token_hex(4) if salt is None else salt
    text = json.dumps(_canonical(_rounded(plain(value), digits)))
    made = hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), _ROUNDS)
    return f"{salt}${made.hex()[:24]}"


def matches(value: object, expected: str, *, digits: int = 6) -> bool:
    """Say whether a value has this digest.

    Parameters
    ----------
    value : object
        The learner's answer; one without a plain form does not match.
    expected : str
        What `digest` gave for the right answer.
    digits : int, default 6
        As given to `digest`.

    Returns
    -------
    bool
        Whether it is the right answer.
    """
    try:
        made = digest(value, digits=digits, salt=expected.partition("$")[0])
    except TypeError:
        return False
    return hmac.compare_digest(made, expected)


# So that errors are explained where a check cell is run alone after a restart, and in a copy of an
# exercise whose first cell does not ask for it.
explain_errors()
