"""Errors that a person can fix: each one sentence and one documented exit code."""

# ruff: noqa: N818  (an error is named by what happened)

from __future__ import annotations

__all__ = [
    "BadInput",
    "Busy",
    "CannotConfine",
    "Findings",
    "GraderError",
    "NotGraded",
    "NotWritable",
]


class GraderError(Exception):
    """An error described in one sentence; ``code`` is the command's exit code."""

    code = 1


class BadInput(GraderError, ValueError):
    """A file, a folder or an option cannot be used as it is."""

    code = 2


class Findings(GraderError):
    """The command worked and found something to fix."""

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


class NotWritable(GraderError):
    """The disk is full or the place is not writable."""

    code = 7
