"""The score card shows the result of the command as an accessible table, and errors as a sentence."""

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
    def test_states_in_words_which_questions_are_done(self) -> None:
        page = table(RESULT, 1_000_100.0)

        for state in (">done<", ">partly<", ">not yet<"):
            assert state in page
        assert "1.5 of 3 points" in page
        assert "1 minute ago" in page
        assert "A further 3 points come from checks that only your teacher runs." in page
        assert "Marked by your teacher, not here: d1: Why &lt;i&gt;." in page

    def test_escapes_everything_from_the_notebook(self) -> None:
        page = table(RESULT, 1_000_100.0)

        for raw in ("<script>", "<x>", "<i>", "Numbers <b>"):
            assert raw not in page
        assert "a<br>&lt;script&gt;" in page
        assert "One &amp; two." in page

    def test_a_screen_reader_can_read_the_table(self) -> None:
        page = table(RESULT, 1_000_100.0)

        assert page.count('scope="col"') == 4
        assert page.count('scope="row"') == 3
        assert "<caption" in page
        assert 'role="status"' in page

    def test_has_no_list_without_notices(self) -> None:
        page = table(RESULT | {"notices": [], "manual": [], "all_points": 3.0}, 1_000_100.0)

        assert "<ul>" not in page


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "just now"),
        (42, "42 seconds ago"),
        (60, "1 minute ago"),
        (7_300, "2 hours ago"),
        (200_000, "2 days ago"),
    ],
)
def test_ages_are_given_in_words(seconds: float, words: str) -> None:
    assert ago(seconds) == words


class TestPath:
    def test_jupyterlab_provides_it(
        self, submission: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("JPY_SESSION_NAME", str(submission))
        assert notebook_path() == submission.resolve()

    def test_vs_code_provides_it(self, submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
        assert notebook_path({"__vsc_ipynb_file__": str(submission)}) == submission.resolve()

    @pytest.mark.parametrize("name", ["", "8f3c-a-console", "/nowhere/n.ipynb"])
    def test_other_values_are_ignored(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        assert notebook_path({}) is None


class TestRunCheck:
    def test_returns_the_result_of_the_command(self, submission: Path) -> None:
        result, reason = run_check(submission)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "nbval_grader", "check", str(submission), "--json"],
            capture_output=True,
            check=False,
        )

        assert reason == ""
        assert result == json.loads(done.stdout)
        assert result is not None
        assert (result["earned"], result["points"]) == (2, 3)
        assert done.returncode == 3

    def test_returns_the_error_of_the_command(self, tmp_path: Path) -> None:
        (tmp_path / "n.ipynb").write_text("")
        result, reason = run_check(tmp_path / "n.ipynb")

        assert result is None
        assert "is empty; a notebook is a JSON file" in reason

    def test_reports_a_timeout(self, submission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "PATIENCE", 0.001)
        assert run_check(submission) == (None, "The check did not end within 0.001 s.")

    def test_reports_that_the_check_did_not_start(
        self, submission: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module.sys, "executable", "/nowhere/python")
        result, reason = run_check(submission)
        assert result is None
        assert reason == "The check could not be started: No such file or directory."

    def test_reports_an_empty_result(
        self, submission: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        silent = subprocess.CompletedProcess([], 1, "", "")
        monkeypatch.setattr(module.subprocess, "run", lambda *a, **k: silent)
        assert run_check(submission) == (None, "The check ended without a result.")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only briefly for the page to save, because there is no page."""
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

    def test_continues_if_no_page_saves(self, submission: Path) -> None:
        before = submission.read_bytes()
        assert not ScoreCard(submission).save(submission)
        assert submission.read_bytes() == before

    def test_does_nothing_while_a_grader_runs_the_notebook(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(RUN_VARIABLE, "2")
        assert scorecard() is None

    def test_shows_the_result_of_a_check(
        self, submission: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
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

    @pytest.mark.parametrize("error", ["an <error>", None])
    def test_shows_an_error(
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

    def test_asks_for_the_path_of_the_notebook(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
        card = ScoreCard()
        assert card.check() is None
        assert "does not say which notebook it is" in card.view.value

        card = ScoreCard(tmp_path / "gone.ipynb")
        assert card.check() is None
        assert "save the notebook first" in card.view.value

    def test_says_what_to_do_if_buttons_are_dead(
        self, submission: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        displayed: list[Any] = []
        monkeypatch.setattr("IPython.display.display", displayed.append)
        card = ScoreCard(submission)
        card._ipython_display_()

        assert "<code>nbval-grader check foreign.ipynb</code>" in displayed[0].data
        assert "Ctrl+S" in displayed[0].data
        assert displayed[1] is card.box
