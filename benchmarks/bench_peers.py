"""Measure this grader beside nbgrader, in turn, on the course's own exercise and the same answers.

    python benchmarks/bench_peers.py [--students 18] [--rounds 3]

nbgrader is installed into an environment of its own in the user's cache (the first time needs the
network); its kernels run this environment's Python, so both use the same libraries. The exercise is
converted: each check becomes an autograded test that compares what it prints with the stored output.
Both must give every student the same points, or nothing is reported. Start-up is included. This
grader confines student code, nbgrader does not.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from classes import MASTER, ROOT, answers, make_class
from measure import Cost, grader, measure
from platformdirs import user_cache_path

from nbval_grader.gradebook.store import Gradebook
from nbval_grader.notebooks.format import as_text
from nbval_grader.notebooks.master import Master, read_master
from nbval_grader.notebooks.student_version import stub_source

NBGRADER = "nbgrader>=0.9,<0.10"
GOAL = 8.0
TEST = """\
import contextlib as _contextlib, io as _io
_printed = _io.StringIO()
with _contextlib.redirect_stdout(_printed):
    exec(compile({source!r}, {cell!r}, "exec"), globals())
assert _printed.getvalue().strip() == {expected!r}, _printed.getvalue()
"""


def environment() -> Path:
    """Return nbgrader's own environment, made the first time."""
    folder = user_cache_path("nbval-grader") / "nbgrader"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"Installing {NBGRADER} into {folder} ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", NBGRADER]
        subprocess.run(install, check=True)
        (folder / "ready").touch()
    return folder


def converted(master: Master) -> dict[str, Any]:
    """Return the master as a source notebook of nbgrader."""
    cells = []
    for cell in master.cells:
        raw = {
            "cell_type": cell.type,
            "id": cell.id,
            "metadata": {},
            "source": stub_source(cell) if cell.role == "manual" else cell.source,
        }
        if cell.type == "code":
            raw |= {"outputs": [], "execution_count": None}
        mark = {"grade_id": cell.id, "schema_version": 3, "task": False}
        if cell.role == "answer":
            raw["metadata"] = {
                "nbgrader": mark | {"solution": True, "grade": False, "locked": False}
            }
        if cell.role in ("check", "hidden"):
            printed = "".join(as_text(output.get("text")) for output in cell.outputs)
            test = TEST.format(source=cell.source, cell=cell.id, expected=printed.strip())
            if cell.role == "hidden":
                test = f"### BEGIN HIDDEN TESTS\n{test}### END HIDDEN TESTS\n"
            raw["source"] = test
            raw["metadata"] = {
                "nbgrader": mark
                | {
                    "solution": False,
                    "grade": True,
                    "locked": True,
                    "points": cell.meta["points"],
                }
            }
        cells.append(raw)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


class Peer:
    """nbgrader with its course."""

    def __init__(self, scratch: Path, master: Master, students: int) -> None:
        self.folder = scratch / "nbgrader"
        self.master = master
        home = environment()
        self.command = str(home / "bin" / "nbgrader")
        kernel = scratch / "jupyter" / "kernels" / "python3"
        kernel.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(spec))
        self.env = {
            **os.environ,
            "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "JUPYTER_PATH": str(scratch / "jupyter"),
            "JUPYTER_CONFIG_DIR": str(scratch / "jupyter-config"),
            "IPYTHONDIR": str(scratch / "ipython"),
        }
        source = self.folder / "source" / "bench"
        source.mkdir(parents=True)
        text = json.dumps(converted(master))
        (source / f"{master.name}.ipynb").write_text(text)
        (self.folder / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'bench'\n"
        )
        self.run("generate_assignment", "bench")
        self.hand_in(students)
        shutil.copy(self.folder / "gradebook.db", scratch / "fresh.db")
        self.fresh = scratch / "fresh.db"

    def run(self, *arguments: str) -> None:
        """Run a command of nbgrader that is not measured."""
        done = subprocess.run(
            [self.command, *arguments],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"nbgrader {arguments[0]} failed: {done.stderr[-2000:]}")

    def hand_in(self, students: int) -> None:
        """Let each student hand in the released notebook, with as many right answers as in ours."""
        released = self.folder / "release" / "bench" / f"{self.master.name}.ipynb"
        most = len(self.master.questions)
        kinds = list(range(most, most // 2 - 1, -1))
        for n in range(students):
            right_answers = dict(list(answers(self.master).items())[: kinds[n % len(kinds)]])
            notebook = json.loads(released.read_text())
            for cell in notebook["cells"]:
                mark = cell["metadata"].get("nbgrader", {}).get("grade_id")
                if mark in right_answers:
                    cell["source"] = right_answers[mark]
            home = self.folder / "submitted" / f"s{n:05}" / "bench"
            home.mkdir(parents=True)
            (home / released.name).write_text(json.dumps(notebook))

    def grade(self) -> tuple[Cost, dict[str, float]]:
        """Autograde the class from the start, and return cost and points."""
        shutil.rmtree(self.folder / "autograded", ignore_errors=True)
        shutil.copy(self.fresh, self.folder / "gradebook.db")
        cost = measure([self.command, "autograde", "bench"], cwd=self.folder, env=self.env)
        if cost.code:
            raise SystemExit(f"nbgrader autograde failed: {cost.output[-2000:]}")
        self.run("export", "--to", "grades.csv")
        with (self.folder / "grades.csv").open(newline="") as file:
            return cost, {r["student_id"]: float(r["score"]) for r in csv.DictReader(file)}


def grade_ours(folder: Path, scratch: Path) -> tuple[Cost, dict[str, float]]:
    """Grade the class with this grader from the start, and return cost and points."""
    book = scratch / "ours.sqlite"
    for path in scratch.glob("ours.sqlite*"):
        path.unlink()
    arguments = ["grade", str(folder), "--masters", str(MASTER), "--gradebook", str(book)]
    cost = measure([grader(), *arguments, "--readable", str(ROOT / "data")])
    if cost.code:
        raise SystemExit(f"The grader ended with {cost.code}: {cost.output}")
    with Gradebook(book, readonly=True) as opened:
        return cost, {s.student: s.points for s in opened.list_submissions()}


def main() -> None:
    """Measure in turn and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=18)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    master = read_master(MASTER)
    ours: list[Cost] = []
    theirs: list[Cost] = []
    with tempfile.TemporaryDirectory(prefix="bench-peers-") as folder_name:
        scratch = Path(folder_name)
        peer = Peer(scratch, master, options.students)
        folder = make_class(scratch / "class", options.students, master)
        for turn in range(options.rounds):
            cost, points = grade_ours(folder, scratch)
            ours.append(cost)
            cost, others = peer.grade()
            theirs.append(cost)
            odd = {s: (points[s], others.get(s)) for s in points if points[s] != others.get(s)}
            if odd:
                raise SystemExit(f"The two give different points, so nothing is compared: {odd}")
            print(
                f"round {turn + 1}: ours {ours[-1].seconds:.1f} s, {ours[-1].cpu_seconds:.1f} CPU s; "
                f"nbgrader {cost.seconds:.1f} s, {cost.cpu_seconds:.1f} CPU s",
                flush=True,
            )
    n = options.students
    print(
        f"{master.name}: {n} submissions of {len(master.questions)} questions, same points from both"
    )
    print("grader    | s each | CPU s each | peak PSS MB")
    for name, costs in (("ours", ours), ("nbgrader", theirs)):
        print(
            f"{name:9} | {median(c.seconds for c in costs) / n:6.2f} | "
            f"{median(c.cpu_seconds for c in costs) / n:10.2f} | "
            f"{median(c.pss_mb for c in costs):11.0f}"
        )
    wall = median(t.seconds / o.seconds for o, t in zip(ours, theirs, strict=True))
    cpu = median(t.cpu_seconds / o.cpu_seconds for o, t in zip(ours, theirs, strict=True))
    print(
        f"nbgrader needs {wall:.1f} times the seconds and {cpu:.1f} times the CPU seconds "
        f"(goal {GOAL:g}); CPU by {ours[0].cpu_from}"
    )


if __name__ == "__main__":
    main()
