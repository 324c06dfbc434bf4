"""A teacher's way through the commands, from a folder of submissions to feedback."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from classroom import SECRET, WRITTEN, fill, hand_in, ordinary_class
from foreign import RIGHT, foreign_master

from nbval_grader.cli import main
from nbval_grader.gradebook.store import Gradebook
from nbval_grader.notebooks.format import dump

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Return a function that runs the command and gives its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["nbval-grader", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out, output.err

    return command


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        fill(book, ordinary_class())
    return tmp_path


def test_from_a_download_to_feedback(run: Run, tmp_path: Path, confined: None) -> None:
    (tmp_path / "solutions").mkdir()
    master = tmp_path / "solutions" / "foreign.ipynb"
    master.write_text(dump(foreign_master().notebook), "utf-8")
    download = tmp_path / "download"
    hand_in(download / "leeann_101_9001_foreign.ipynb", {**RIGHT, "d1-answer": WRITTEN})
    hand_in(download / "wang_LATE_102_9002_foreign.ipynb", {**RIGHT, "q3-answer": "1/0"})
    hand_in(download / "notes.ipynb")
    code, out, err = run("grade", "download")
    assert (code, err) == (0, "")
    assert "Layout canvas: 2 submissions of 2 students." in out
    assert "1 notebook left out" in out
    assert "2 graded." in out
    code, out, err = run("marks", "export", "marks.csv")
    assert (code, err) == (0, "")
    assert "Wrote 1 answer to marks.csv" in out
    rows = list(csv.DictReader(io.StringIO((tmp_path / "marks.csv").read_text("utf-8-sig"))))
    rows[0].update(points="1.5", comment="Clear.")
    with (tmp_path / "marks.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert run("marks", "import", "marks.csv", "--marker", "Wei") == (0, "1 marked.\n", "")
    assert run("marks", "import", "marks.csv")[1] == "0 marked, 1 unchanged.\n"
    code, out, err = run("report", "--column", "foreign=Numbers (77)")
    assert (code, err) == (0, "")
    assert "1 submission is late." in out
    canvas = (tmp_path / "report" / "canvas.csv").read_text()
    assert canvas.splitlines()[2:] == ["leeann,101,,,,7.5", "wang,102,,,,4"]
    page = (tmp_path / "report" / "feedback" / "wang_102" / "foreign.html").read_text("utf-8")
    assert "ZeroDivisionError" in page
    assert run("grade", "download", "--regrade")[0] == 0
    assert run("report", "--no-feedback")[0] == 0
    again = (tmp_path / "report" / "canvas.csv").read_text()
    assert again.splitlines()[2] == "leeann,101,,,,7.5"


def test_the_report_says_what_it_wrote(run: Run, graded: Path) -> None:
    code, out, err = run("report", "--to", "out")
    assert (code, err) == (0, "")
    assert "and 6 feedback pages to out." in out
    assert "2 submissions have answers still to be marked by hand." in out
    assert {p.name for p in (graded / "out").iterdir()} == {
        ".gitignore",
        "feedback",
        "grades.csv",
        "items.csv",
        "items.html",
        "late_and_missing.csv",
        "plotly.min.js",
        "questions.csv",
        "summary.html",
    }
    for page in (graded / "out" / "feedback").rglob("*.html"):
        assert SECRET not in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("report", "--gradebook", "none.sqlite"), 2, "There is no gradebook none.sqlite"),
        (("report", "--notebook", "x"), 2, "no exercise 'x'; there are foreign"),
        (("report", "--due", "soon"), 2, "'soon' is not a date"),
        (("report", "--roster", "none.csv"), 2, "none.csv cannot be read"),
        (("report", "--column", "foreign"), 2, "--column is EXERCISE=NAME, got 'foreign'"),
        (("report", "--column", "x=y"), 2, "no exercise 'x'"),
        (("report", "--to", "gradebook.sqlite"), 7, "cannot be made"),
        (("marks", "import", "none.csv"), 2, "none.csv cannot be read"),
        (("marks", "import", "m.csv", "--gradebook", "no.sqlite"), 2, "There is no gradebook"),
        (("marks", "export", "no/where.csv"), 7, "no/where.csv cannot be written"),
        (("release", "none", "--to", "x"), 2, "There is no folder none"),
        (("release", ".", "--to", "x"), 2, "There is no folder solutions"),
    ],
)
def test_bad_input_is_one_sentence_and_a_code(
    run: Run, graded: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    got, out, err = run(*arguments)
    assert got == code
    assert message in err
    assert "Traceback" not in out + err
    assert err.count("\n") == 1


def test_an_empty_gradebook(run: Run, tmp_path: Path) -> None:
    Gradebook(tmp_path / "gradebook.sqlite").close()
    assert run("report")[0] == 2
    assert "it holds none" in run("report", "--notebook", "x")[2]


def test_a_gradebook_in_use_is_read_but_not_marked(run: Run, graded: Path) -> None:
    (graded / "m.csv").write_text("student,notebook,question,points\nann,foreign,d1,1\n")
    with Gradebook(graded / "gradebook.sqlite"):
        assert run("report")[0] == 0
        assert run("marks", "import", "m.csv")[0] == 6
    assert run("marks", "import", "m.csv")[1] == "1 marked.\n"
    (graded / "m.csv").write_text(
        "student,notebook,question,points\nann,foreign,d1,-\nbo,foreign,d1,\n"
    )
    assert run("marks", "import", "m.csv")[1] == "0 marked, 1 cleared, 1 left open.\n"


def test_a_release_and_a_leak(run: Run, tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "foreign.ipynb").write_text(dump(foreign_master().notebook), "utf-8")
    (tmp_path / "README.md").write_text("Welcome.")
    code, out, err = run("release", ".", "--to", "dist")
    assert (code, err) == (0, "")
    assert "1 file in dist (1 written, 0 removed), 1 left out." in out
    (tmp_path / "README.md").write_text("show('and twice', 2 * largest)")
    code, out, err = run("release", ".", "--to", "dist2")
    assert code == 3
    assert "README.md holds text of foreign, cell 'q1-hidden-2' (hidden check)" in err
    assert not (tmp_path / "dist2").exists()


@pytest.mark.parametrize(
    "command", [("report",), ("marks", "export"), ("marks", "import"), ("release",)]
)
def test_help_documents_exit_codes(run: Run, command: tuple[str, ...]) -> None:
    code, out, _ = run(*command, "--help")
    assert code == 0
    assert "Exit codes: 0" in out
