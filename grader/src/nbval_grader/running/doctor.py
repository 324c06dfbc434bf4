"""What this machine can do for the grader, found out by doing it."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from dataclasses import dataclass

from ..errors import GraderError
from ..notebooks.format import dump
from . import sandbox
from .pool import grade_job
from .protocol import Job, Limits
from .seccomp import HIDDEN_CALLS

__all__ = ["Finding", "diagnose"]

PROBE = """
import ctypes, os, socket, sys
found = []
if os.path.exists({secret!r}): found.append("the file of another")
if os.path.exists("/proc/1"): found.append("other processes")
if os.getuid() == 0: found.append("the superuser's rights")
# Asks for the number of the session keyring, and makes none.
if sys.platform == "linux" and ctypes.CDLL(None).syscall({keyctl}, 0, -3, 0) >= 0:
    found.append("a keyring")
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    try:
        with socket.socket(socket.AF_INET, kind) as made:
            made.settimeout(1)
            made.connect(("192.0.2.1", 9))
        found.append("a network")
    except OSError:
        pass
print("reached " + ", ".join(found) if found else "reached nothing")
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was tried.

    Attributes
    ----------
    name : str
        What.
    fine : bool
        Whether grading can rest on it.
    told : str
        One sentence or a version.
    """

    name: str
    fine: bool
    told: str


def diagnose() -> list[Finding]:
    """Try what grading needs.

    Returns
    -------
    list of Finding
        In the order tried; the last says whether student code is confined here.
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
    landlock = sandbox.landlock_version()
    who = "the superuser" if os.geteuid() == 0 else "an ordinary user"
    refused = sandbox.attempt(
        lambda: sandbox.unshare(sandbox.CLONE_NEWUSER | sandbox.CLONE_NEWPID, "user namespaces")
    )
    unfiltered = sandbox.attempt(sandbox.hide_system_calls)
    return [
        Finding("user", True, f"{who}, number {os.geteuid()}"),
        Finding("landlock", landlock > 0, f"version {landlock}" if landlock else "none"),
        Finding("user namespaces", not refused, refused or "granted"),
        Finding("system call filter", not unfiltered, unfiltered or "works"),
    ]


def _grading(sandboxed: bool) -> Finding:
    """Grade one cell, and see what it can reach."""
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
        except GraderError as fault:
            return Finding(name, False, str(fault))
    if sandboxed:
        return Finding(name, answer.shown == "reached nothing", answer.shown or answer.reason)
    return Finding(
        name, answer.shown.startswith("reached"), "works" if answer.shown else answer.reason
    )
