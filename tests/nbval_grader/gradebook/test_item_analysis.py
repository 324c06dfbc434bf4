"""Item analysis against what can be worked out by hand, and against numpy."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from classroom import SECRET, fill, outcome
from html_reader import Reader
from hypothesis import given
from hypothesis import strategies as st

from nbval_grader.gradebook.item_analysis import (
    analyse,
    correlation,
    items_page,
    items_table,
    upper_lower,
)
from nbval_grader.gradebook.store import Gradebook

SHARE = st.floats(0, 1).map(lambda x: round(x, 3))


@given(st.lists(st.tuples(SHARE, SHARE), min_size=2, max_size=40))
def test_correlation_is_pearsons(pairs: list[tuple[float, float]]) -> None:
    a, b = zip(*pairs, strict=True)
    r = correlation(a, b)
    if np.std(a) > 1e-9 and np.std(b) > 1e-9:
        assert r == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-9)
    else:
        assert r is None


def test_correlation_of_odd_input() -> None:
    assert correlation([], []) is None
    assert correlation([1.0], [1.0]) is None
    with pytest.raises(ValueError, match="one length, got 1 and 2"):
        correlation([1.0], [1.0, 2.0])


def test_upper_lower_by_hand() -> None:
    shares = [1.0] * 50 + [0.0] * 50
    assert upper_lower(shares, list(range(100, 0, -1))) == pytest.approx(1.0)
    assert upper_lower(shares, list(range(100))) == pytest.approx(-1.0)
    assert upper_lower(shares, [5.0] * 100) == pytest.approx(0.0)
    assert upper_lower([1.0] * 9, list(range(9))) is None


@given(st.lists(st.tuples(SHARE, SHARE), min_size=10, max_size=40))
def test_upper_lower_turns_its_sign_with_the_order(pairs: list[tuple[float, float]]) -> None:
    shares, rest = zip(*pairs, strict=True)
    there = upper_lower(shares, rest)
    back = upper_lower(shares, [-r for r in rest])
    assert there == pytest.approx(-back, abs=1e-9)
    assert -1 - 1e-9 <= there <= 1 + 1e-9


@pytest.fixture
def book(tmp_path: Path) -> Gradebook:
    made = Gradebook(tmp_path / "gradebook.sqlite")
    outcomes = {
        **{f"a{n}": outcome(["q1", "q2", "q3"]) for n in range(4)},
        **{
            f"b{n}": outcome(
                ["q1", "q2"], wrong={"q3-hidden-1": "word word"}, untouched=["q3"] * (n == 0)
            )
            for n in range(4)
        },
        **{f"c{n}": outcome(["q1"], wrong={"q2-check": f"at 0x7f00dead{n:04x}"}) for n in range(4)},
        "missing": outcome([], status="missing", reason="Nothing was handed in."),
        "unreadable": outcome([], status="unreadable", reason="The file is empty."),
    }
    fill(made, outcomes)
    yield made
    made.close()


def test_figures_by_hand(book: Gradebook) -> None:
    found = analyse(book, "foreign")
    q1, q2, q3 = found.items
    assert (found.title, found.points) == ("Numbers", 6.0)
    assert found.totals == (2.0,) * 4 + (4.0,) * 4 + (6.0,) * 4
    assert found.seconds == 0.25
    assert (q1.students, q1.attempted, q3.attempted) == (12, 12, 11)
    assert q1.difficulty == 1.0
    assert q1.discrimination is None
    assert q2.difficulty == pytest.approx(8 / 12)
    expected = np.corrcoef([1] * 8 + [0] * 4, [4] * 4 + [2] * 4 + [2] * 4)[0, 1]
    assert q2.discrimination == pytest.approx(expected)
    assert q3.difficulty == pytest.approx(4 / 12)
    assert q3.seconds == pytest.approx(3 * 0.125)
    assert "Nearly everybody" in q1.remark
    assert q2.remark == ""


def test_most_common_wrong_outputs_are_counted_without_addresses(book: Gradebook) -> None:
    _, q2, q3 = analyse(book, "foreign").items
    check = next(c for c in q2.checks if c.cell == "q2-check")
    assert (check.passed, check.tried, check.hidden) == (8, 12, False)
    assert [(w.count, w.output) for w in check.wrong] == [(4, "at 0x\N{HORIZONTAL ELLIPSIS}")]
    hidden = next(c for c in q3.checks if c.cell == "q3-hidden-1")
    assert [(w.count, w.output) for w in hidden.wrong] == [
        (4, f"{SECRET} wrong"),
        (3, f"{SECRET} word word"),
    ]


def test_marks_by_hand_are_an_item_once_given(book: Gradebook) -> None:
    with book.transaction() as connection:
        connection.execute("UPDATE manual SET earned=2 WHERE student LIKE 'a%'")
        connection.execute("UPDATE manual SET earned=0 WHERE student LIKE 'c%'")
    found = analyse(book, "foreign")
    d1 = found.items[-1]
    assert (d1.question, d1.students, d1.difficulty) == ("d1", 8, 0.5)
    assert d1.discrimination == pytest.approx(1.0)
    assert found.points == 8.0
    assert d1.checks == ()


def test_the_page_says_all_in_words_and_draws_it(book: Gradebook) -> None:
    made = items_page([analyse(book, "foreign")])
    assert made.count("<svg") == made.count("<figcaption>") == made.count("<title id=") == 2
    assert "For teachers only" in made
    assert "12 graded. Median 4 of 6 points, lowest 2, highest 6." in made
    assert "Points of 12 submissions" in made
    assert SECRET in made
    assert "script" not in Reader(made).tags
    assert "NaN" not in made


def test_hostile_output_stays_text(book: Gradebook) -> None:
    fill(book, {"evil": outcome([], wrong={"q1-check": "</pre><script>x</script>"})})
    assert "script" not in Reader(items_page([analyse(book, "foreign")])).tags


def test_the_table_has_a_row_a_question(book: Gradebook) -> None:
    rows = list(csv.DictReader(io.StringIO(items_table([analyse(book, "foreign")])[1:])))
    assert [row["question"] for row in rows] == ["q1", "q2", "q3"]
    assert rows[0]["discrimination"] == ""
    assert float(rows[2]["difficulty"]) == pytest.approx(1 / 3, abs=1e-4)


def test_a_class_of_one_and_an_empty_one(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "one.sqlite") as one:
        fill(one, {"ann": outcome(["q1"])})
        made = items_page([analyse(one, "foreign"), analyse(one, "other")])
        assert "Discrimination is not defined" in made
        assert "No submission was graded." in made


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ([["q1", "q2"]] * 10 + [["q3"]] * 10, "look for a fault in the question"),
        ([[]] * 12, "Nobody earned a point"),
        ([["q1", "q3"]] + [["q3"]] * 11, "Very hard."),
    ],
)
def test_remarks(tmp_path: Path, rights: list[list[str]], said: str) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        fill(book, {f"s{n}": outcome(right) for n, right in enumerate(rights)})
        assert any(said in item.remark for item in analyse(book, "foreign").items)


def test_a_question_nobody_answered(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        fill(book, {"s": outcome([], untouched=["q1"])})
        assert analyse(book, "foreign").items[0].remark == "Nobody answered it."
