from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asian_security.models.institutions.agenda import (
    agenda_by_consensus,
    issue_profile,
    pairs_reversed,
    shared_issues,
)

TABLE = np.array(
    [
        [1.0, 0.8, 0.0, 0.5, 0.6],
        [1.0, 0.6, 1.0, 0.5, 0.8],
        [1.0, 0.7, 0.0, 0.5, 0.7],
        [1.0, 0.7, 1.0, 0.5, 0.7],
    ]
)


@st.composite
def tables(draw):
    units, issues = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    cells = st.lists(st.integers(0, 4), min_size=units * issues, max_size=units * issues)
    return np.array(draw(cells)).reshape(units, issues) / 4


def test_a_known_profile():
    profile = issue_profile(TABLE)
    np.testing.assert_allclose(profile.salience, [1, 0.7, 0.5, 0.5, 0.7], atol=1e-9)
    root = np.sqrt(0.005)
    np.testing.assert_allclose(profile.dispersion, [0, root, 0.5, 0, root], atol=1e-9)
    np.testing.assert_allclose(profile.conflict, [0, 2 * root, 1, 0, 2 * root], atol=1e-9)


def test_the_agenda_goes_by_salience_then_by_agreement_then_by_the_table():
    profile = issue_profile(TABLE)
    assert agenda_by_consensus(profile.salience, profile.dispersion).tolist() == [0, 1, 4, 3, 2]


def test_dislike_of_division_moves_divisive_issues_back():
    care, division = [0.8, 0.7, 0.6], [0.5, 0.1, 0.0]
    assert agenda_by_consensus(care, division).tolist() == [0, 1, 2]
    assert agenda_by_consensus(care, division, 0.5).tolist() == [1, 2, 0]
    assert agenda_by_consensus(care, division, 2.0).tolist() == [2, 1, 0]


@given(tables())
def test_the_agenda_equals_sorting_by_mean_and_low_dispersion(table):
    profile = issue_profile(table)
    keys = [
        (-round(float(m), 12), round(float(d), 12), i)
        for i, (m, d) in enumerate(zip(profile.salience, profile.dispersion, strict=True))
    ]
    expected = [i for _, _, i in sorted(keys)]
    assert agenda_by_consensus(profile.salience, profile.dispersion).tolist() == expected


@given(tables())
def test_conflict_lies_between_0_and_1_and_is_0_only_if_all_agree(table):
    conflict = issue_profile(table).conflict
    assert ((conflict >= 0) & (conflict <= 1 + 1e-12)).all()
    agree = (table == table[0]).all(axis=0)
    assert (np.isclose(conflict, 0, atol=1e-9) == agree).all()


def test_weights_count_a_state_as_often_as_they_say():
    weighted = issue_profile(TABLE[:3], weights=[2, 0, 1])
    repeated = issue_profile(TABLE[[0, 0, 2]])
    np.testing.assert_allclose(weighted.salience, repeated.salience, atol=1e-9)
    np.testing.assert_allclose(weighted.dispersion, repeated.dispersion, atol=1e-9)


def test_a_longer_scale_leaves_conflict_the_same():
    conflict = issue_profile(TABLE * 10, scale=(0, 10)).conflict
    np.testing.assert_allclose(conflict, issue_profile(TABLE).conflict, atol=1e-9)


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_reversed_pairs_are_counted_pair_by_pair(one, two):
    count = sum(
        (one.index(i) < one.index(j)) != (two.index(i) < two.index(j))
        for i, j in combinations(range(6), 2)
    )
    assert pairs_reversed(one, two) == pytest.approx(count / 15, abs=1e-9)
    assert pairs_reversed(one, one[::-1]) == 1
    assert pairs_reversed(one, one) == 0


def test_shared_priorities_of_pairs():
    shared = shared_issues(TABLE, 0.7)
    assert shared.tolist() == [[2, 1, 2, 2], [1, 3, 2, 3], [2, 2, 3, 3], [2, 3, 3, 4]]


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"salience must lie in \[0, 1\], got 3"):
        issue_profile([[3]])
    with pytest.raises(ValueError, match=r"salience must be a table .* got shape \(2,\)"):
        issue_profile([0.1, 0.2])
    with pytest.raises(ValueError, match="weights must be 4 numbers, not all 0"):
        issue_profile(TABLE, weights=[1, 2])
    with pytest.raises(ValueError, match="scale must run from a smaller to a greater number"):
        issue_profile(TABLE, scale=(1, 0))
    with pytest.raises(ValueError, match="two lists of one length"):
        agenda_by_consensus([1, 2], [1])
    with pytest.raises(ValueError, match="must order the same issues"):
        pairs_reversed([0, 1], [1, 2])
    with pytest.raises(ValueError, match="name each issue once"):
        pairs_reversed([0, 1, 1], [1, 0, 0])
