"""The command: what it prints, its exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from foreign import RIGHT, as_bytes, handed_in, master_cells, notebook
from rich.console import Console

from nbval_grader import cli
from nbval_grader.errors import (
    BadInput,
    Busy,
    CannotConfine,
    Findings,
    GraderError,
    NotGraded,
    NotWritable,
)
from nbval_grader.gradebook.submissions import Submission
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import Master
from nbval_grader.running.protocol import Outcome


class Run:
    """Runs the command in this process.

    Attributes
    ----------
    code, out, err
        Its exit code and what it printed.
    """

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capsys, self.monkeypatch = capsys, monkeypatch
        self.code, self.out, self.err = -1, "", ""

    def __call__(self, *arguments: object) -> Run:
        self.monkeypatch.setattr(sys, "argv", ["nbval-grader", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        self.code = int(left.value.code or 0)
        self.out, self.err = self.capsys.readouterr()
        assert "Traceback" not in self.out + self.err
        return self


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return a function that runs the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBVAL_GRADER_DEBUG", raising=False)
    monkeypatch.setattr("nbval_grader.running.pool.close_workers", lambda: None)
    return Run(capsys, monkeypatch)


@pytest.fixture
def school(tmp_path: Path, master: Master) -> Path:
    """Return a folder with a master and two students."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "foreign.ipynb").write_text(dump(master.notebook))
    for student in ("anna", "bert"):
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "foreign.ipynb").write_bytes(as_bytes(handed_in()))
    return tmp_path


class TestLint:
    def test_a_valid_master(self, run: Run, school: Path) -> None:
        done = run("lint", "solutions")
        assert (done.code, done.out) == (0, "1 master: no error found.\n")

    def test_a_master_with_errors(self, run: Run, school: Path) -> None:
        cells = master_cells()
        cells[1]["id"] = "title"
        (school / "solutions" / "foreign.ipynb").write_text(dump(notebook(cells)))
        done = run("lint", "solutions/foreign.ipynb")

        assert done.code == Findings.code
        assert done.out.count("The id is used 2 times") == 2
        assert done.err == "2 errors found.\n"

    def test_a_missing_file(self, run: Run) -> None:
        done = run("lint", "none.ipynb")
        assert done.code == BadInput.code
        assert done.err == "There is no file none.ipynb; give the path of a notebook.\n"


class TestExercise:
    def test_writes_and_checks(self, run: Run, school: Path) -> None:
        assert run("exercise", "solutions", "--to", "exercises", "--check").code == Findings.code
        assert not (school / "exercises").exists()

        done = run("exercise", "solutions", "--to", "exercises")
        assert done.out == "wrote exercises/foreign.ipynb\n1 exercise current.\n"
        assert run("exercise", "solutions", "--to", "exercises").out == "1 exercise current.\n"
        assert run("exercise", "solutions", "--to", "exercises", "--check").code == 0

        (school / "exercises" / "foreign.ipynb").write_text("edited")
        done = run("exercise", "solutions", "--to", "exercises", "--check")
        assert done.code == Findings.code
        assert "Different from their masters: exercises/foreign.ipynb" in done.err

    def test_writes_nothing_for_a_master_with_errors(self, run: Run, school: Path) -> None:
        cells = master_cells()
        del cells[3]
        (school / "solutions" / "foreign.ipynb").write_text(dump(notebook(cells)))
        done = run("exercise", "solutions", "--to", "exercises")

        assert done.code == BadInput.code
        assert "Question 'q1' has no visible check" in done.err
        assert not (school / "exercises").exists()

    def test_reports_a_folder_that_cannot_be_created(self, run: Run, school: Path) -> None:
        (school / "exercises").write_text("a file")
        done = run("exercise", "solutions", "--to", "exercises")
        assert (done.code, done.err) == (
            NotWritable.code,
            "exercises cannot be created: File exists.\n",
        )


class TestRefresh:
    def test_writes_and_checks(self, run: Run, school: Path) -> None:
        path = "solutions/foreign.ipynb"
        assert run("refresh", path).out == f"unchanged {path}\n"
        assert run("refresh", "--check", path).code == 0

        text = (school / path).read_text()
        (school / path).write_text(text.replace("and twice 6", "and twice 7"))
        done = run("refresh", "--check", path)
        assert done.code == Findings.code
        assert "Outputs differ from a fresh run: solutions/foreign.ipynb." in done.err
        assert run("refresh", path).out == f"wrote {path}\n"
        assert (school / path).read_text() == text


class TestCheck:
    def test_shows_points_and_hints(self, run: Run, tmp_path: Path) -> None:
        wrong = {**RIGHT, "q1-answer": "largest = 2"}
        (tmp_path / "n.ipynb").write_bytes(as_bytes(handed_in(wrong)))
        done = run("check", "n.ipynb")

        assert done.code == Findings.code
        assert "Numbers: 2 of 3 visible points" in done.out
        assert "There is a function for this." in done.out
        assert "A further 3 points come from checks that only your teacher runs." in done.out
        assert "Not checked here, marked by your teacher: d1: Why" in done.out

        done = run("check", "n.ipynb", "--json")
        assert done.code == Findings.code
        assert json.loads(done.out)["earned"] == 2
        assert done.err == ""

    def test_all_points(self, run: Run, tmp_path: Path) -> None:
        raw = handed_in()
        del raw["cells"][3]
        (tmp_path / "n.ipynb").write_bytes(as_bytes(raw))
        done = run("check", "n.ipynb")

        assert done.code == 0
        assert "Note: Check cells were edited or deleted" in done.out


class TestDigest:
    def test_the_answer_matches_it(self, run: Run) -> None:
        from nbval_grader.checking import matches

        assert matches(["CHN", 3], run("digest", "['CHN', 3]").out.strip())

    @pytest.mark.parametrize("expression", ["CHN", "1 +", "open('x')", "(" * 300])
    def test_requires_a_literal(self, run: Run, expression: str) -> None:
        done = run("digest", expression)
        assert done.code == BadInput.code
        assert "is not a Python literal" in done.err


class TestGrade:
    def test_grades(self, run: Run, school: Path, confined: None) -> None:
        done = run("grade", "in", "--cell-seconds", 60)
        assert (done.code, done.err) == (0, "")
        assert done.out == "Layout folders: 2 submissions of 2 students.\n2 graded.\n"
        assert run("grade", "in", "--cell-seconds", 60).out.endswith("0 graded, 2 unchanged.\n")
        done = run("grade", "in", "--cell-seconds", 60, "--only", "anna", "--regrade")
        assert done.out.endswith("1 submissions of 2 students.\n1 graded.\n")

    def test_reports_that_nothing_was_confined(self, run: Run, school: Path) -> None:
        done = run("grade", "in", "--no-sandbox", "--cell-seconds", 60, "--notebook", "foreign")
        assert done.code == 0
        assert "was not confined (--no-sandbox)" in done.out

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("none",), "There is no folder none"),
            (("in", "--only", "cleo"), "There is no submission of 'cleo' in in."),
            (("in", "--notebook", "x"), "There is no exercise 'x'; there are foreign."),
            (("in", "--workers", "0"), "workers must be at least 1, got 0."),
            (("in", "--cell-seconds", "0"), "cell_seconds must be above 0, got 0.0."),
            (("in", "--masters", "in"), "There is no master notebook (*.ipynb) in in."),
            (("in", "--workers", "many"), "Invalid value for '--workers'"),
            (("in", "--frobnicate"), "--frobnicate"),
            ((), "FOLDER"),
        ],
    )
    def test_bad_input_is_one_sentence(
        self, run: Run, school: Path, arguments: tuple[str, ...], message: str
    ) -> None:
        done = run("grade", *arguments)
        assert done.code == BadInput.code
        assert message in done.err
        assert done.err.count("\n") == 1
        assert not (school / "gradebook.sqlite").exists()

    def test_an_error_of_the_grader(
        self, run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(submissions: Any, masters: Any, book: Any, **options: Any) -> Any:
            from nbval_grader.grading import Summary

            options["progress"](None, Submission("anna", "foreign", None))
            return Summary(total=2, graded=1, failed=1, failures=["'bert', foreign: No worker."])

        monkeypatch.setattr("nbval_grader.grading.grade_class", fail)
        done = run("grade", "in")
        assert done.code == NotGraded.code
        assert (
            "1 could not be graded because of an error of the grader: 'bert', foreign" in done.err
        )
        assert done.out.endswith("1 graded, 1 failed.\n")

    def test_unreadable_files(
        self, run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(submissions: Any, masters: Any, book: Any, **options: Any) -> Any:
            from nbval_grader.grading import Summary

            refusals = [f"'[red]{n}', foreign: {'The file is empty. ' * 5}" for n in range(5)]
            return Summary(total=6, graded=1, unreadable=5, refusals=refusals)

        monkeypatch.setattr("nbval_grader.grading.grade_class", refuse)
        done = run("grade", "in")
        assert done.code == 0
        lines = done.out.splitlines()[-5:]
        assert lines[0] == "1 graded, 5 unreadable."
        assert lines[1] == f"Unreadable: '[red]0', foreign: {'The file is empty. ' * 5}"
        assert lines[4] == "The gradebook has the reasons of 2 more."

    def test_a_terminal_has_a_progress_bar(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert cli._progress().disable
        monkeypatch.setattr(cli, "err", Console(force_terminal=True))
        assert not cli._progress().disable


class TestDoctor:
    def test_confinement_is_reported(self, run: Run, confined: None) -> None:
        done = run("doctor")
        assert done.code == 0
        assert done.out.endswith("Student code is confined here.\n")

    def test_missing_confinement_is_an_error(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from nbval_grader.running.doctor import Finding

        monkeypatch.setattr(
            "nbval_grader.running.doctor.diagnose", lambda: [Finding("x", False, "Not [here].")]
        )
        done = run("doctor")
        assert done.code == CannotConfine.code
        assert "Not [here]." in done.out
        assert "grade elsewhere, or with --no-sandbox" in done.err


class TestMain:
    @pytest.mark.parametrize(
        ("error", "code", "message"),
        [
            (BadInput("A."), 2, "A."),
            (Findings("A."), 3, "A."),
            (NotGraded("A."), 4, "A."),
            (CannotConfine("A [b]."), 5, "A [b]."),
            (Busy("A."), 6, "A."),
            (NotWritable("A."), 7, "A."),
            (GraderError("A."), 1, "A."),
            (KeyboardInterrupt(), 130, "Interrupted; what was graded is kept."),
            (typer.Abort(), 130, ""),
            (
                PermissionError(13, "Permission denied", "x"),
                7,
                "x cannot be used: Permission denied.",
            ),
            (OSError(28, "No space left on device"), 7, "A file cannot be used"),
            (ZeroDivisionError("odd"), 1, "The grader failed: ZeroDivisionError: odd."),
        ],
    )
    def test_every_error_is_one_sentence_and_a_code(
        self,
        run: Run,
        monkeypatch: pytest.MonkeyPatch,
        error: BaseException,
        code: int,
        message: str,
    ) -> None:
        def fail(**_: Any) -> None:
            raise error

        monkeypatch.setattr(cli, "app", fail)
        done = run()
        assert done.code == code
        assert message in done.err
        assert done.err.count("\n") <= 1

    @pytest.mark.parametrize("error", [BadInput("A."), OSError("A."), ZeroDivisionError("A.")])
    def test_with_debugging_every_error_is_raised(
        self, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        def fail(**_: Any) -> None:
            raise error

        monkeypatch.setenv("NBVAL_GRADER_DEBUG", "1")
        monkeypatch.setattr(cli, "app", fail)
        with pytest.raises(type(error)):
            cli.main()

    def test_help_names_the_exit_codes(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "nbval_grader", "--help"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "COLUMNS": "200"},
        )
        assert done.returncode == 0
        assert "5 cannot confine student code here" in " ".join(done.stdout.split())

    def test_an_outcome_survives_json(self) -> None:
        outcome = Outcome("graded", notices=["a"])
        assert Outcome.from_json(outcome.to_json()) == outcome
