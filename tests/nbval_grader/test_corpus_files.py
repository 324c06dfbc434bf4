"""Any submission gets the right points or is refused in a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus.files import FILES, File
from foreign import as_bytes, handed_in

from nbval_grader.gradebook.store import Gradebook
from nbval_grader.gradebook.submissions import Submission, discover
from nbval_grader.grading import Settings, grade_class, read
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master, read_masters
from nbval_grader.running.protocol import Limits, Outcome

GENEROUS = Limits(cell_seconds=30, submission_seconds=90)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_odd_files_get_the_right_points(file: File, graded: Callable[..., Outcome]) -> None:
    outcome = graded(file.data, limits=GENEROUS)

    feedback = "\n".join([outcome.reason, *outcome.notices])
    assert (outcome.status, outcome.points) == (file.status, file.points), feedback
    assert file.says in feedback


ODD_NAMES = (
    "Anna Müller",
    "王小明",
    "new\nline",
    "semi;colon & 'quote'",
    "-rf",
    "%s{0}",
    "a" * 200,
)


def test_odd_places(tmp_path: Path, master: Master, confined: None) -> None:
    """Links, folders and pipes instead of notebooks, and names that are awkward for a shell."""
    masters = tmp_path / "solutions"
    masters.mkdir()
    (masters / "foreign.ipynb").write_text(dump(master.notebook))
    folder = tmp_path / "handed in"
    for name in ODD_NAMES:
        (folder / name).mkdir(parents=True)
        (folder / name / "foreign.ipynb").write_bytes(as_bytes(handed_in()))
    for name in ("a link", "a dangling link", "a folder", "a pipe", "nothing"):
        (folder / name).mkdir()
    (folder / "a link" / "foreign.ipynb").symlink_to(masters / "foreign.ipynb")
    (folder / "a dangling link" / "foreign.ipynb").symlink_to(tmp_path / "nowhere")
    (folder / "a folder" / "foreign.ipynb").mkdir()
    os.mkfifo(folder / "a pipe" / "foreign.ipynb")
    known = read_masters(masters)

    discovered = discover(folder, known)
    with Gradebook(tmp_path / "g.sqlite") as book:
        grade_class(discovered.submissions, known, book, settings=Settings(limits=GENEROUS))
        rows = {
            submission.student: (submission.status, submission.points, submission.reason)
            for submission in book.list_submissions()
        }

    for name in ODD_NAMES:
        assert rows[name][:2] == ("graded", 6), name
    assert rows["a link"] == (
        "unreadable",
        0,
        "It is a symbolic link, which is never followed; hand in the file itself.",
    )
    assert rows["a dangling link"][0] == "unreadable"
    assert rows["a folder"] == ("unreadable", 0, "It is not a file; hand in the notebook itself.")
    assert rows["a pipe"] == ("unreadable", 0, "It is not a file; hand in the notebook itself.")
    assert rows["nothing"][0] == "missing"


def test_a_file_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    data, reason = read(Submission("a", "foreign", tmp_path / "gone.ipynb"))

    assert data is None
    assert reason == "It cannot be read: No such file or directory."
