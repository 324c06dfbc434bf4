"""The score card shows what the command gives, as an accessible table, and fails in a sentence."""

from __future__ import annotations

import html
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from foreign import RIGHT, as_bytes, handed_in

from nbval_grader import scorecard as module
from nbval_grader.kernel_names import RUN_VARIABLE
from nbval_grader.scorecard import ScoreCard, ago, notebook_path, run_check, scorecard, table

RESULT: dict[str, Any] = {
    "title": "Numbers <b>",
    "saved": 1_000_000.0,
    "earned": 1.5,
    "points": 3.0,
    "all_points": 6.0,
    "notices": ["One & two."],
    "manual": ["d1: Why <i>"],
    "questions": [
        {"title": "A", "earned": 1.0, "points": 1.0, "message": "yes", "hint": ""},
        {"title": "B", "earned": 0.5, "points": 1.0, "message": "a\n<script>", "hint": "Try <x>."},
        {"title": "C", "earned": 0.0, "points": 1.0, "message": "no", "hint": "Think."},
    ],
}


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    """Return a notebook with two right answers of three."""
    path = tmp_path / "foreign.ipynb"
    path.write_bytes(as_bytes(handed_in({**RIGHT, "q2-answer": "def double(x): return x"})))
    return path


class TestTable:
    def test_says_in_words_what_is_done(self) -> None:
        made = table(RESULT, 1_000_100.0)

        for state in (">done<", ">partly<", ">not yet<"):
            assert state in made
        assert "1.5 of 3 points" in made
        assert "1 minute ago" in made
        assert "A further 3 points come from checks that only your teacher runs." in made
        assert "Marked by your teacher, not here: d1: Why &lt;i&gt;." in made

    def test_escapes_all_that_a_notebook_holds(self) -> None:
        made = table(RESULT, 1_000_100.0)

        for raw in ("<script>", "<x>", "<i>", "Numbers <b>"):
            assert raw not in made
        assert "a<br>&lt;script&gt;" in made
        assert "One &amp; two." in made

    def test_is_a_table_that_can_be_read_out(self) -> None:
        made = table(RESULT, 1_000_100.0)

        assert made.count('scope="col"') == 4
        assert made.count('scope="row"') == 3
        assert "<caption" in made
        assert 'role="status"' in made

    def test_leaves_out_what_there_is_not(self) -> None:
        made = table(RESULT | {"notices": [], "manual": [], "all_points": 3.0}, 1_000_100.0)

        assert "<ul>" not in made


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3, "just now"),
        (42, "42 seconds ago"),
        (60, "1 minute ago"),
        (7_300, "2 hours ago"),
        (200_000, "2 days ago"),
    ],
)
def test_time_is_told_in_words(seconds: float, said: str) -> None:
    assert ago(seconds) == said


class TestPath:
    def test_jupyterlab_tells_it(self, submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JPY_SESSION_NAME", str(submission))
        assert notebook_path() == submission.resolve()

    def test_vs_code_tells_it(self, submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
        assert notebook_path({"__vsc_ipynb_file__": str(submission)}) == submission.resolve()

    @pytest.mark.parametrize("told", ["", "8f3c-a-console", "/nowhere/n.ipynb"])
    def test_others_do_not(self, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JPY_SESSION_NAME", told)
        assert notebook_path({}) is None


class TestRunCheck:
    def test_gives_what_the_command_gives(self, submission: Path) -> None:
        result, fault = run_check(submission)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "nbval_grader", "check", str(submission), "--json"],
            capture_output=True,
            check=False,
        )

        assert fault == ""
        assert result == json.loads(done.stdout)
        assert result is not None
        assert (result["earned"], result["points"]) == (2, 3)
        assert done.returncode == 3

    def test_passes_on_what_the_command_says(self, tmp_path: Path) -> None:
        (tmp_path / "n.ipynb").write_text("")
        result, fault = run_check(tmp_path / "n.ipynb")

        assert result is None
        assert "is empty; a notebook is a JSON file" in fault

    def test_says_that_it_took_too_long(
        self, submission: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "PATIENCE", 0.001)
        assert run_check(submission) == (None, "The check did not end within 0.001 s.")

    def test_says_that_it_did_not_start(
        self, submission: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module.sys, "executable", "/nowhere/python")
        result, fault = run_check(submission)
        assert result is None
        assert fault == "The check could not be started: No such file or directory."

    def test_says_that_there_was_nothing(
        self, submission: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        silent = subprocess.CompletedProcess([], 1, "", "")
        monkeypatch.setattr(module.subprocess, "run", lambda *a, **k: silent)
        assert run_check(submission) == (None, "The check ended without a result.")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no page to save: there is none."""
    monkeypatch.setattr(module, "SAVE_SECONDS", 0.2)


class TestCard:
    def test_asks_the_page_to_save_first(
        self, submission: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "SAVE_SECONDS", 20.0)
        card = ScoreCard(submission)

        def page() -> None:
            while not card.saver.outputs:
                time.sleep(0.01)
            (output,) = card.saver.outputs
            assert 'key: "s"' in output["data"]["application/javascript"]
            time.sleep(0.05)
            submission.write_bytes(submission.read_bytes() + b" ")

        thread = threading.Thread(target=page)
        thread.start()
        assert card.save(submission)
        assert card.saver.outputs == ()
        thread.join()

    def test_goes_on_where_no_page_saves(self, submission: Path) -> None:
        before = submission.read_bytes()
        assert not ScoreCard(submission).save(submission)
        assert submission.read_bytes() == before

    def test_does_nothing_while_a_grader_runs_the_notebook(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(RUN_VARIABLE, "2")
        assert scorecard() is None

    def test_checks_and_shows(self, submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "run_check", lambda path: (RESULT, ""))
        card = scorecard(submission)
        assert card is not None

        card.button.click()
        deadline = time.monotonic() + 10
        while "<table" not in card.view.value and time.monotonic() < deadline:
            time.sleep(0.01)

        assert "1.5 of 3 points" in card.view.value
        deadline = time.monotonic() + 10
        while card.button.disabled and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not card.button.disabled

    @pytest.mark.parametrize("error", ["a <fault>", None])
    def test_shows_a_fault(
        self, submission: Path, monkeypatch: pytest.MonkeyPatch, error: str | None
    ) -> None:
        def fail(path: Path) -> tuple[None, str]:
            if error is None:
                raise RuntimeError("odd")
            return None, error

        monkeypatch.setattr(module, "run_check", fail)
        card = ScoreCard(submission)
        thread = card.check()
        assert thread is not None
        thread.join(10)

        assert html.escape(error or "The check failed: odd.") in card.view.value
        assert not card.button.disabled

    def test_asks_for_the_path(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
        card = ScoreCard()
        assert card.check() is None
        assert "does not say which notebook it is" in card.view.value

        card = ScoreCard(tmp_path / "gone.ipynb")
        assert card.check() is None
        assert "save the notebook first" in card.view.value

    def test_says_what_to_do_where_buttons_are_dead(
        self, submission: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shown: list[Any] = []
        monkeypatch.setattr("IPython.display.display", shown.append)
        card = ScoreCard(submission)
        card._ipython_display_()

        assert "<code>nbval-grader check foreign.ipynb</code>" in shown[0].data
        assert "Ctrl+S" in shown[0].data
        assert shown[1] is card.box
