"""Structural balance: known result 10, camps, weak balance, frustration."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.balance import structural_balance as balance

BELL = {3: 5, 4: 15, 5: 52}


def every_sign_pattern(n: int) -> np.ndarray:
    pairs = np.array(list(combinations(range(n), 2)))
    choices = np.array(list(product([1, -1], repeat=len(pairs))))
    signs = np.zeros((len(choices), n, n), dtype=int)
    signs[:, pairs[:, 0], pairs[:, 1]] = choices
    return signs + signs.swapaxes(1, 2)


@st.composite
def sign_matrices(draw: st.DrawFn, low: int = 3, high: int = 7) -> np.ndarray:
    n = draw(st.integers(low, high))
    signs = np.zeros((n, n), dtype=int)
    for i, j in combinations(range(n), 2):
        signs[i, j] = signs[j, i] = draw(st.sampled_from([-1, 0, 1]))
    return signs


@pytest.mark.parametrize("n", [3, 4, 5])
def test_balanced_patterns_number_two_to_the_n_less_one(n: int) -> None:
    """Cartwright and Harary (1956): 4, 8, 16."""
    patterns = every_sign_pattern(n)
    assert (balance.tension(patterns) == 0).sum() == 2 ** (n - 1)
    assert sum(balance.camps(signs) is not None for signs in patterns) == 2 ** (n - 1)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_weakly_balanced_patterns_number_as_bell(n: int) -> None:
    patterns = every_sign_pattern(n)
    # On a complete network weak balance fails exactly where a triangle has one hostile tie.
    assert (balance.triangles(patterns)[:, 1] == 0).sum() == BELL[n]


def test_two_of_the_four_triangles_are_balanced() -> None:
    for hostile in range(4):
        signs = np.ones((3, 3), int) - np.eye(3, dtype=int)
        for i, j in list(combinations(range(3), 2))[:hostile]:
            signs[i, j] = signs[j, i] = -1
        assert balance.triangles(signs).tolist() == [int(k == hostile) for k in range(4)]
        assert balance.tension(signs) == hostile % 2
        assert balance.TYPES[hostile].count("-") == hostile


def test_a_chain_without_triangles_has_no_tension_to_speak_of() -> None:
    signs = np.zeros((4, 4), int)
    signs[[0, 1], [1, 2]] = signs[[1, 2], [0, 1]] = [1, -1]
    assert np.isnan(balance.tension(signs))
    assert balance.camps(signs).tolist() == [1, 1, -1, 1]


def test_a_four_cycle_with_one_enmity_is_unbalanced_without_a_triangle() -> None:
    signs = np.zeros((4, 4), int)
    for (i, j), sign in zip([(0, 1), (1, 2), (2, 3), (3, 0)], [1, 1, 1, -1], strict=True):
        signs[i, j] = signs[j, i] = sign
    assert balance.camps(signs) is None
    assert balance.frustration(signs)[0] == 1


@settings(max_examples=80, deadline=None)
@given(sign_matrices())
def test_camps_exist_exactly_where_nothing_is_frustrated(signs: np.ndarray) -> None:
    two_camps, (at_odds, split) = balance.camps(signs), balance.frustration(signs)
    assert (two_camps is None) == (at_odds > 0)
    for sides in [split] + ([two_camps] if two_camps is not None else []):
        violated = (signs != 0) & (signs != np.outer(sides, sides))
        assert violated.sum() / 2 == at_odds


@settings(max_examples=60, deadline=None)
@given(sign_matrices(), st.integers(0, 6))
def test_switching_one_state_changes_neither_tension_nor_frustration(
    signs: np.ndarray, state: int
) -> None:
    switched = signs.copy()
    state %= len(signs)
    switched[state] *= -1
    switched[:, state] *= -1
    assert balance.frustration(switched)[0] == balance.frustration(signs)[0]
    assert balance.tension(switched) == pytest.approx(balance.tension(signs), nan_ok=True)


def test_frustration_counts_weights() -> None:
    ties = np.array([[0, 2, 1], [2, 0, -0.5], [1, -0.5, 0]])
    at_odds, sides = balance.frustration(ties)
    assert at_odds == pytest.approx(0.5, abs=1e-9)
    assert sides.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: balance.tension([[0, 2], [2, 0]]), "signs must be -1, 0 or 1, got 2"),
        (lambda: balance.tension([[0, 1], [-1, 0]]), "signs must be symmetric"),
        (lambda: balance.camps([[1, 1], [1, 1]]), "0 on the diagonal"),
        (lambda: balance.camps([1, 2]), "square matrix"),
        (lambda: balance.frustration(np.zeros((19, 19))), "at most 18 states"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()


def test_signs_come_back_as_whole_numbers() -> None:
    signs = balance.sign_matrix([[0.0, -1.0], [-1.0, 0.0]])
    assert signs.dtype.kind == "i"
    assert signs.tolist() == [[0, -1], [-1, 0]]
