"""Faults a person can mend, each one sentence and one documented exit code."""

# ruff: noqa: N818  (a fault is named by what happened)

from __future__ import annotations

__all__ = [
    "BadInput",
    "Busy",
    "CannotConfine",
    "Findings",
    "GraderError",
    "NoSpace",
    "NotGraded",
]


class GraderError(Exception):
    """A fault told in one sentence; ``code`` is the command's exit code."""

    code = 1


class BadInput(GraderError, ValueError):
    """What was given cannot be used: a file, a folder, an option."""

    code = 2


class Findings(GraderError):
    """The command worked and found something to mend."""

    code = 3


class NotGraded(GraderError):
    """The grader itself failed on some submissions."""

    code = 4


class CannotConfine(GraderError):
    """The machine cannot confine student code as asked."""

    code = 5


class Busy(GraderError):
    """Another grader is writing the same gradebook."""

    code = 6


class NoSpace(GraderError):
    """The disk is full or the place is not writable."""

    code = 7
