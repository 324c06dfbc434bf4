"""Feedback shows what helps and nothing hidden, whatever a student's name or output is."""

from __future__ import annotations

import itertools
import re
from html import unescape
from pathlib import Path

import pytest
from classroom import SECRET, WRITTEN, fill, outcome, run_sql
from foreign import foreign_master
from html_reader import Reader

from nbval_grader.gradebook.feedback import name_folder, render_all_feedback, render_feedback
from nbval_grader.gradebook.records import Mark
from nbval_grader.gradebook.store import Gradebook


def test_a_page_has_points_hints_reasons_and_own_output(book: Gradebook) -> None:
    fill(book, {"bo": outcome(["q1", "q2"], shown="you said 7", notices=["Cell 'x' is new."])})
    text = render_feedback(book, "bo", "foreign")
    assert "4 of 8 points. Answers to discussion questions are still to be marked." in text
    assert "q3: Shout" in text
    assert "Hint: Texts have methods." in text
    assert "you said 7" in text
    assert "Its output is not the expected one." in text
    assert "Cell &#39;x&#39; is new." in text
    assert text.count("Hint:") == 1


def test_nothing_hidden_is_in_any_page(book: Gradebook) -> None:
    master = foreign_master()
    hidden = [SECRET]
    for cell in master.cells:
        if cell.role == "hidden":
            hidden += [line for line in cell.source.splitlines() if "import" not in line]
            hidden += [cell.outputs[0]["text"].strip(), cell.id]
    hidden += [
        "return 2 * x",
        "max(numbers)",
        "Because a model answer says so",
        "claim 1, reason 1",
    ]
    pages = list(render_all_feedback(book))
    assert len(pages) == 6
    for text in (page.html for page in pages):
        for secret in hidden:
            assert secret not in unescape(text)


def test_a_hidden_checks_shown_text_is_not_trusted(book: Gradebook) -> None:
    run_sql(
        book.path,
        "UPDATE checks SET shown='LEAK' WHERE hidden=1",
        "UPDATE checks SET output='LEAK'",
        "UPDATE answers SET source='LEAK'",
    )
    assert all("LEAK" not in text for text in (page.html for page in render_all_feedback(book)))


@pytest.mark.parametrize(
    ("outcome_of_answer", "is_shown"), [("error", True), ("untouched", False), ("passed", False)]
)
def test_what_an_answer_printed_is_shown_where_it_stopped(
    book: Gradebook, outcome_of_answer: str, is_shown: bool
) -> None:
    run_sql(book.path, f"UPDATE answers SET outcome='{outcome_of_answer}', shown='PRINTED'")
    text = render_feedback(book, "ann", "foreign")
    assert ("PRINTED" in text) is is_shown
    assert ("Your answer said:" in text) is is_shown


def test_whatever_a_student_printed_is_escaped(book: Gradebook) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=y>\x1b[31m\u202e</pre><h1>100 of 100</h1>"
    fill(
        book,
        {
            evil: outcome([], shown=evil, manual=evil, notices=[evil]),
            "plain": outcome([], shown="a", manual="a", notices=["a"]),
        },
    )
    text, plain = render_feedback(book, evil, "foreign"), render_feedback(book, "plain", "foreign")
    assert Reader(text).tags == Reader(plain).tags
    assert "script" not in Reader(text).tags
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_discussion_answers_come_with_mark_and_comment(book: Gradebook) -> None:
    book.save_marks([Mark("ann", "foreign", "d1", 1.5, "Say <how>.", None)])
    ann = render_feedback(book, "ann", "foreign")
    assert "7.5 of 8 points.</p>" in ann
    assert "1.5 of 2 points." in ann
    assert "Say &lt;how&gt;." in ann
    assert WRITTEN in unescape(ann)
    assert "Still to be marked." in render_feedback(book, "bo", "foreign")
    assert "You have not answered this question." in render_feedback(book, "chen", "foreign")


def test_what_was_not_graded_says_why(book: Gradebook) -> None:
    fill(book, {"gus": outcome([], status="failed", reason="The grading process ended.")})
    pages = {page.student: page.html for page in render_all_feedback(book)}
    assert "gus" not in pages
    assert "Nothing was handed in." in pages["eve"]
    assert "The file is empty." in pages["fay"]
    assert "Points by question" not in pages["fay"]
    assert list(render_all_feedback(book, ["other"])) == []
    with pytest.raises(KeyError):
        render_feedback(book, "nobody", "foreign")


def test_a_page_can_be_read_aloud_and_printed(book: Gradebook) -> None:
    text = render_feedback(book, "bo", "foreign")
    levels = [int(n) for n in re.findall(r"<h(\d)", text)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    assert "<main>" in text
    assert text.count("<section>") == text.count("</section>") == 4
    assert "<caption>Points by question</caption>" in text


@pytest.mark.parametrize(
    "student",
    ["ann", "two words", "李明", "a/../../b", "..", "new\nline", "CON", "", "x" * 300, "=cmd|'"],
)
def test_the_name_of_a_folder_is_harmless(student: str) -> None:
    name = name_folder(student)
    assert re.fullmatch(r"[\w][\w .-]{0,80}", name)
    assert not name.endswith(".")
    assert Path(name).name == name
    assert name.upper() != "CON"


def test_similar_names_get_different_folders() -> None:
    assert len({name_folder(s) for s in ("a/b", "a b", "a:b", "a\nb")}) == 4


def test_moodles_own_folder_name_is_kept() -> None:
    folder = "Ann Lee_55_assignsubmission_file_"
    assert name_folder("Ann Lee_55", f"class/{folder}/foreign.ipynb") == folder
    assert name_folder("Ann Lee_55", "class/Ann/foreign.ipynb") == "Ann Lee_55"
