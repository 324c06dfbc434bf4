"""Find out what this machine can do for the grader, by trying it."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from dataclasses import dataclass

from ..errors import GraderError
from ..notebooks.format import dump
from . import landlock, sandbox
from .pool import grade_job
from .protocol import Job, Limits
from .seccomp import HIDDEN_CALLS

__all__ = ["Finding", "diagnose"]

PROBE = """
import ctypes, os, socket, sys
reached = []
if os.path.exists({secret!r}): reached.append("the file of another")
if os.path.exists("/proc/1"): reached.append("other processes")
if os.getuid() == 0: reached.append("the superuser's rights")
# Asks for the number of the session keyring, without making one.
if sys.platform == "linux" and ctypes.CDLL(None).syscall({keyctl}, 0, -3, 0) >= 0:
    reached.append("a keyring")
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    try:
        with socket.socket(socket.AF_INET, kind) as connection:
            connection.settimeout(1)
            connection.connect(("192.0.2.1", 9))
        reached.append("a network")
    except OSError:
        pass
print("reached " + ", ".join(reached) if reached else "reached nothing")
"""


@dataclass(frozen=True)
class Finding:
    """The result of one trial.

    Attributes
    ----------
    name : str
        What was tried.
    fine : bool
        Whether it is as grading needs it.
    detail : str
        A sentence or a version.
    """

    name: str
    fine: bool
    detail: str


def diagnose() -> list[Finding]:
    """Try what grading needs.

    Returns
    -------
    list of Finding
        In the order tried; the last one is whether student code is confined here.
    """
    from importlib.metadata import version

    findings = [
        Finding("system", sys.platform == "linux", f"{platform.system()} {platform.release()}"),
        Finding("python", True, f"{platform.python_version()} at {sys.executable}"),
        Finding("nbval", True, version("nbval")),
    ]
    if sys.platform == "linux":
        findings += _linux()
    findings.append(_grading(sandboxed=False))
    findings.append(_grading(sandboxed=True))
    return findings


def _linux() -> list[Finding]:
    """Try the parts of confinement one by one."""
    version = landlock.landlock_version()
    who = "the superuser" if os.geteuid() == 0 else "an ordinary user"
    refused = sandbox.attempt(
        lambda: sandbox.unshare(sandbox.CLONE_NEWUSER | sandbox.CLONE_NEWPID, "user namespaces")
    )
    unfiltered = sandbox.attempt(sandbox.hide_system_calls)
    return [
        Finding("user", True, f"{who}, number {os.geteuid()}"),
        Finding("landlock", version > 0, f"version {version}" if version else "none"),
        Finding("user namespaces", not refused, refused or "granted"),
        Finding("system call filter", not unfiltered, unfiltered or "works"),
    ]


def _grading(sandboxed: bool) -> Finding:
    """Grade one cell, which reports what it can reach."""
    name = "grading, confined" if sandboxed else "grading, not confined"
    keyctl = HIDDEN_CALLS["keyctl"].get(platform.machine(), -1)
    with tempfile.NamedTemporaryFile(prefix="nbval-grader-doctor-") as secret:
        notebook = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [
                {
                    "cell_type": "code",
                    "id": "q1-answer",
                    "metadata": {"tags": ["answer"], "nbval_grader": {"question": "q1"}},
                    "source": PROBE.format(secret=secret.name, keyctl=keyctl),
                    "outputs": [],
                    "execution_count": None,
                }
            ],
        }
        job = Job("probe", dump(notebook), None, Limits(), sandbox=sandboxed)
        try:
            answer = grade_job(job).answers[0]
        except GraderError as error:
            return Finding(name, False, str(error))
    if sandboxed:
        return Finding(name, answer.shown == "reached nothing", answer.shown or answer.reason)
    return Finding(
        name, answer.shown.startswith("reached"), "works" if answer.shown else answer.reason
    )
