"""Classes to grade in benchmarks: the course's own exercise, answered in several ways."""

from __future__ import annotations

import json
import os
from pathlib import Path

from nbval_grader.notebooks.format import BEGIN, END, dump
from nbval_grader.notebooks.master import Master, read_master
from nbval_grader.notebooks.student_version import exercise

__all__ = ["MASTER", "answers", "hand_in", "make_class"]

ROOT = Path(__file__).parents[1]
MASTER = ROOT / "solutions" / "07_mechanisms.ipynb"


def answers(master: Master) -> dict[str, str]:
    """Return the master's own answers, by cell, without the marks around them.

    Parameters
    ----------
    master : Master
        A master.

    Returns
    -------
    dict of str to str
        Source by cell id.
    """
    return {
        cell.id: "\n".join(
            line for line in cell.source.splitlines() if line.strip() not in (BEGIN, END)
        )
        for cell in master.cells
        if cell.role == "answer"
    }


def hand_in(master: Master, right: int) -> str:
    """Return the exercise as a student hands it in, with the first answers right.

    Parameters
    ----------
    master : Master
        Its master.
    right : int
        How many questions are answered, each rightly; the rest are left as given.

    Returns
    -------
    str
        The notebook.
    """
    right_answers = dict(list(answers(master).items())[:right])
    notebook = json.loads(dump(exercise(master)))
    for cell in notebook["cells"]:
        if cell["id"] in right_answers:
            cell["source"] = right_answers[cell["id"]]
    return dump(notebook)


def make_class(folder: Path, students: int, master: Master | None = None) -> Path:
    """Write a class, one folder a student; every student answers at least half of the questions.

    Parameters
    ----------
    folder : Path
        Where to.
    students : int
        How many; alike submissions are hard links to one file.
    master : Master, optional
        The exercise; lesson 07's by default.

    Returns
    -------
    Path
        The folder.
    """
    master = master or read_master(MASTER)
    most = len(master.questions)
    kinds = []
    folder.mkdir(parents=True)
    for right in range(most, most // 2 - 1, -1):
        path = folder.with_name(f"{folder.name}-{right}.ipynb")
        path.write_text(hand_in(master, right), encoding="utf-8")
        kinds.append(path)
    for n in range(students):
        home = folder / f"s{n:05}"
        home.mkdir()
        os.link(kinds[n % len(kinds)], home / f"{master.name}.ipynb")
    return folder
