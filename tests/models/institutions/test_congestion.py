"""Congestion: known result 14 (effective number) and overlaps through time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.institutions import congestion

AGENDA = [[1, 1, 0], [1, 0, 0], [0, 0, 1]]
MEMBERS = [[1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 1, 1]]


@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_effective_number_of_n_equal_shares_is_n(n: int) -> None:
    """Laakso and Taagepera (1979)."""
    assert congestion.effective_number(np.full(n, 0.3)) == pytest.approx(n, abs=1e-9)


def test_effective_number_of_unequal_shares() -> None:
    assert congestion.effective_number([0.75, 0.25]) == pytest.approx(1.6, abs=1e-9)
    assert congestion.effective_number([0, 0]) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=8), st.floats(0.01, 100))
def test_effective_number_is_bounded_and_free_of_scale(sizes: list[float], scale: float) -> None:
    number = congestion.effective_number(sizes)
    if max(sizes) > 1e-6:
        assert 1 - 1e-9 <= number <= np.count_nonzero(sizes) + 1e-9
        assert congestion.effective_number(np.array(sizes) * scale) == pytest.approx(number)
    assert congestion.effective_number([*sizes, 0]) == pytest.approx(number)


def test_a_worked_example() -> None:
    field = congestion.congestion(MEMBERS, AGENDA)
    assert field.mechanisms == 3
    assert field.effective == pytest.approx(8**2 / (9 + 9 + 4), abs=1e-9)
    assert field.per_issue == pytest.approx([2, 1, 1], abs=1e-9)
    assert field.member_overlap == pytest.approx((1 + 1 / 4 + 1 / 4) / 3, abs=1e-9)
    assert field.agenda_overlap == pytest.approx(0.5 / 3, abs=1e-9)
    assert field.joint_overlap == pytest.approx(0.5 / 3, abs=1e-9)


def test_years_are_measured_in_one_call_and_the_unfounded_do_not_count() -> None:
    early = np.array(MEMBERS)
    early[1:] = 0
    series = congestion.congestion(np.stack([early, MEMBERS]), AGENDA)
    assert series.mechanisms.tolist() == [1, 3]
    assert series.member_overlap[0] == 0
    assert series.per_issue[0].tolist() == [1, 1, 0]
    alone = congestion.congestion(MEMBERS, AGENDA)
    assert series.joint_overlap[1] == pytest.approx(alone.joint_overlap)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_duplicating_a_mechanism_adds_joint_overlap_of_one(seed: int) -> None:
    random = np.random.default_rng(seed)
    members, agenda = random.integers(0, 2, (4, 6)), random.integers(0, 2, (4, 3))
    members[0, 0] = agenda[0, 0] = 1
    twice = congestion.congestion(
        np.vstack([members, members[:1]]), np.vstack([agenda, agenda[:1]])
    )
    once = congestion.congestion(members, agenda)
    assert congestion.pairwise_jaccard(np.vstack([members, members[:1]]))[0, 4] == 1
    assert twice.mechanisms == once.mechanisms + 1
    for measure in ("member_overlap", "agenda_overlap", "joint_overlap"):
        assert 0 <= getattr(twice, measure) <= 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: congestion.effective_number([-1, 2]), "weights must be at least 0, got -1"),
        (lambda: congestion.congestion(MEMBERS, AGENDA[:2]), "members has 3 mechanisms, agenda"),
        (lambda: congestion.congestion(MEMBERS, [[2]] * 3), "agenda must be a table of 0 and 1"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("rule", "expected"), [("product", 0.4), ("average", 0.65), ("larger", 0.8)]
)
def test_dual_coordination(rule, expected):
    assert congestion.dual_coordination(0.8, 0.5, rule) == pytest.approx(expected)
    assert congestion.dual_coordination(0.5, 0.8, rule) == pytest.approx(expected)


def test_dual_coordination_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match=r"powers must lie in \[0, 1\], got 2"):
        congestion.dual_coordination(2, 0.5, "product")
    with pytest.raises(ValueError, match="rule must be product, average or larger, got 'least'"):
        congestion.dual_coordination(0.5, 0.5, "least")


def test_the_mean_overlap_leaves_out_mechanisms_that_do_not_exist() -> None:
    similarity = [[1, 0.2, 0.6], [0.2, 1, 0.4], [0.6, 0.4, 1]]
    assert congestion.mean_overlap(similarity, [True] * 3) == pytest.approx(0.4)
    assert congestion.mean_overlap(similarity, [True, False, True]) == pytest.approx(0.6)
    assert congestion.mean_overlap(similarity, [False, False, True]) == 0
