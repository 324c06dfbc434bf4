"""Item analysis agrees with figures worked out by hand, and with numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from classroom import SECRET, fill, outcome
from hypothesis import given
from hypothesis import strategies as st

from nbval_grader.gradebook.item_analysis import (
    Analysis,
    Item,
    analyse,
    correlate,
    upper_lower_index,
)
from nbval_grader.gradebook.records import Mark
from nbval_grader.gradebook.store import Gradebook

SHARE = st.floats(0, 1).map(lambda x: round(x, 3))


@given(st.lists(st.tuples(SHARE, SHARE), min_size=2, max_size=40))
def test_correlation_is_pearsons(pairs: list[tuple[float, float]]) -> None:
    a, b = zip(*pairs, strict=True)
    r = correlate(a, b)
    if np.std(a) > 1e-9 and np.std(b) > 1e-9:
        assert r == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-9)
    else:
        assert r is None


def test_correlation_of_odd_input() -> None:
    assert correlate([], []) is None
    assert correlate([1.0], [1.0]) is None
    with pytest.raises(ValueError, match="one length, got 1 and 2"):
        correlate([1.0], [1.0, 2.0])


def test_upper_lower_by_hand() -> None:
    shares = [1.0] * 50 + [0.0] * 50
    assert upper_lower_index(shares, list(range(100, 0, -1))) == pytest.approx(1.0)
    assert upper_lower_index(shares, list(range(100))) == pytest.approx(-1.0)
    assert upper_lower_index(shares, [5.0] * 100) == pytest.approx(0.0)
    assert upper_lower_index([1.0] * 9, list(range(9))) is None


@given(st.lists(st.tuples(SHARE, SHARE), min_size=10, max_size=40))
def test_upper_lower_changes_sign_with_the_order(pairs: list[tuple[float, float]]) -> None:
    shares, rest = zip(*pairs, strict=True)
    there = upper_lower_index(shares, rest)
    back = upper_lower_index(shares, [-r for r in rest])
    assert there == pytest.approx(-back, abs=1e-9)
    assert -1 - 1e-9 <= there <= 1 + 1e-9


def test_figures_by_hand(mixed_class: Gradebook) -> None:
    numbers = analyse(mixed_class, "foreign")
    q1, q2, q3 = numbers.items
    assert (numbers.title, numbers.points) == ("Numbers", 6.0)
    assert numbers.totals == (2.0,) * 4 + (4.0,) * 4 + (6.0,) * 4
    assert numbers.seconds == 0.25
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


def test_most_common_wrong_outputs_are_counted_without_addresses(mixed_class: Gradebook) -> None:
    _, q2, q3 = analyse(mixed_class, "foreign").items
    check = next(c for c in q2.checks if c.cell == "q2-check")
    assert (check.passed, check.tried, check.hidden) == (8, 12, False)
    assert [(w.count, w.output) for w in check.wrong] == [(4, "at 0x\N{HORIZONTAL ELLIPSIS}")]
    hidden = next(c for c in q3.checks if c.cell == "q3-hidden-1")
    assert [(w.count, w.output) for w in hidden.wrong] == [
        (4, f"{SECRET} wrong"),
        (3, f"{SECRET} word word"),
    ]


def test_marks_by_hand_are_an_item_once_given(mixed_class: Gradebook) -> None:
    points = {"a": 2.0, "c": 0.0}
    mixed_class.save_marks(
        Mark(answer.student, "foreign", "d1", points[answer.student[0]], None, None)
        for answer in mixed_class.list_manual_answers("foreign")
        if answer.student[0] in points
    )
    numbers = analyse(mixed_class, "foreign")
    d1 = numbers.items[-1]
    assert (d1.question, d1.students, d1.difficulty) == ("d1", 8, 0.5)
    assert d1.discrimination == pytest.approx(1.0)
    assert numbers.points == 8.0
    assert d1.checks == ()


@pytest.mark.parametrize(
    ("rights", "sentence"),
    [
        ([["q1", "q2"]] * 10 + [["q3"]] * 10, "look for an error in the question"),
        ([[]] * 12, "Nobody earned a point"),
        ([["q1", "q3"]] + [["q3"]] * 11, "Very hard."),
    ],
)
def test_remarks(tmp_path: Path, rights: list[list[str]], sentence: str) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        fill(book, {f"s{n}": outcome(right) for n, right in enumerate(rights)})
        assert any(sentence in item.remark for item in analyse(book, "foreign").items)


def test_bands_hold_everyone_once() -> None:
    analysis = Analysis("n", "n", 2.0, (0.0, 0.2, 0.6, 0.6, 1.99, 2.0), None, ())
    assert [band.count for band in analysis.bands] == [1, 1, 0, 2, 0, 0, 0, 0, 0, 2]
    assert [band.low for band in analysis.bands][:3] == pytest.approx([0, 0.2, 0.4])
    nothing = Analysis("n", "n", 0.0, (0.0, 0.0), None, ())
    assert [band.count for band in nothing.bands] == [2] + [0] * 9


@pytest.mark.parametrize(
    ("attempted", "difficulty", "discrimination", "remark"),
    [
        (0, 0.0, None, "Nobody answered it."),
        (9, 0.0, None, "Nobody earned a point"),
        (9, 0.1, -0.1, "did worse here"),
        (9, 0.19, 0.5, "Very hard."),
        (9, 0.2, 0.5, ""),
        (9, 0.95, 0.5, ""),
        (9, 0.96, 0.5, "Nearly everybody earned it."),
        (9, 0.5, 0.09, "hardly tells strong answers from weak ones"),
        (9, 0.5, 0.1, ""),
        (9, 0.5, None, ""),
    ],
)
def test_a_remark_for_each_kind_of_figures(
    attempted: int, difficulty: float, discrimination: float | None, remark: str
) -> None:
    item = Item("q", "q", 2, 9, attempted, difficulty, discrimination, None, 0.0)
    assert bool(item.remark) is bool(remark)
    assert remark in item.remark


def test_a_question_without_answers_has_no_statistics(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g.sqlite") as book:
        fill(book, {"s": outcome([], untouched=["q1"])})
        assert analyse(book, "foreign").items[0].remark == "Nobody answered it."
