"""Balance in motion: known results 10 (random signs) and 11 (X' = X^2)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from asian_security.models.balance import balance_dynamics as dynamics
from asian_security.models.balance import structural_balance as balance


def random_symmetric(seed: int, n: int = 5) -> np.ndarray:
    matrix = np.random.default_rng(seed).normal(size=(n, n))
    return (matrix + matrix.T) / 2


def random_signs(seed: int, n: int, friendly: float = 0.5) -> np.ndarray:
    upper = np.triu(np.where(np.random.default_rng(seed).random((n, n)) < friendly, 1, -1), 1)
    return upper + upper.T


def test_all_plus_triangle_blows_up_at_one_half() -> None:
    """Marvel et al. (2011): l1 = 2, t* = 0.5."""
    start = np.ones((3, 3)) - np.eye(3)
    assert dynamics.blow_up_time(start) == pytest.approx(0.5, abs=1e-9)
    assert dynamics.final_camps(start).tolist() == [1, 1, 1]
    # on the leading eigenvector l(t) = 2 / (1 - 2 t), on the others -1 / (1 + t)
    strengths = dynamics.evolve(start, [0.25])[0]
    assert np.linalg.eigvalsh(strengths) == pytest.approx([-0.8, -0.8, 4.0], abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_closed_form_solves_the_equation(seed: int) -> None:
    start = random_symmetric(seed)
    end = 0.7 * min(dynamics.blow_up_time(start), 1.0)

    def rate(_: float, flat: np.ndarray) -> np.ndarray:
        matrix = flat.reshape(5, 5)
        return (matrix @ matrix).ravel()

    solved = solve_ivp(rate, (0, end), start.ravel(), rtol=1e-10, atol=1e-12)
    expected = solved.y[:, -1].reshape(5, 5)
    assert dynamics.evolve(start, [0, end])[1] == pytest.approx(expected, abs=1e-6, rel=1e-6)
    assert dynamics.evolve(start, [0])[0] == pytest.approx(start, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_near_blow_up_the_signs_are_the_balanced_camps(seed: int) -> None:
    start = random_symmetric(seed)
    values = np.linalg.eigvalsh(start)
    if values[-1] <= 0.1 or values[-1] - values[-2] < 0.1:
        return
    camps = dynamics.final_camps(start)
    late = dynamics.evolve(start, [dynamics.blow_up_time(start) * (1 - 1e-9)])[0]
    signs = np.sign(late).astype(int)
    clear = np.abs(late) > 1e-3 * np.abs(late).max()
    assert (signs == np.outer(camps, camps))[clear].all()


def test_without_a_positive_eigenvalue_nothing_blows_up() -> None:
    start = -np.eye(3)
    assert dynamics.blow_up_time(start) == np.inf
    assert dynamics.evolve(start, [1e3])[0] == pytest.approx(-np.eye(3) / 1001, abs=1e-9)


@given(st.integers(1, 8), st.floats(0.05, 0.95))
@settings(max_examples=40, deadline=None)
def test_common_friends_reconcile_a_rivalry_weaker_than_their_number(
    friends: int, share: float
) -> None:
    ties = np.ones((friends + 2,) * 2) - np.eye(friends + 2)
    ties[0, 1] = ties[1, 0] = -share * friends
    assert (dynamics.final_camps(ties) == 1).all()
    ties[0, 1] = ties[1, 0] = -friends / share
    assert dynamics.final_camps(ties).tolist() == [1, -1] + [0] * friends
    assert dynamics.final_pattern(ties)[:2] == pytest.approx([0.5**0.5, -(0.5**0.5)])


def test_the_final_pattern_takes_over_as_the_blow_up_comes_near() -> None:
    start = random_signs(1, 6) + 0.0
    end = dynamics.blow_up_time(start)
    shares = dynamics.leading_share(start, end * np.array([0, 0.5, 0.9, 0.999999]))
    values = np.linalg.eigvalsh(start)
    assert shares[0] == pytest.approx(values[-1] ** 2 / (start**2).sum())
    assert (np.diff(shares) > 0).all()
    assert shares[-1] == pytest.approx(1)
    pattern = dynamics.final_pattern(start)
    late = dynamics.evolve(start, 0.999999 * end)[0]
    scaled = np.outer(pattern, pattern) * np.abs(late).max() / np.outer(pattern, pattern).max()
    assert late == pytest.approx(scaled, abs=1e-3 * np.abs(late).max())


@pytest.mark.parametrize("friendly", [0.0, 0.3, 0.7, 1.0])
def test_random_triangles_are_balanced_as_often_as_the_formula_says(friendly: float) -> None:
    """p^3 + 3p(1-p)^2, exactly by enumeration and in a large random network."""
    p = friendly
    weights = {"+++": p**3, "++-": 3 * p**2 * (1 - p), "+--": 3 * p * (1 - p) ** 2}
    expected = weights["+++"] + weights["+--"]
    assert dynamics.balanced_chance(p) == pytest.approx(expected, abs=1e-9)
    observed = 1 - balance.tension(random_signs(3, 60, friendly))
    assert observed == pytest.approx(expected, abs=0.03)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 7), st.data())
def test_pressure_is_what_a_flip_takes_away(seed: int, n: int, data: st.DataObject) -> None:
    signs = random_signs(seed, n)
    i = data.draw(st.integers(0, n - 2))
    j = data.draw(st.integers(i + 1, n - 1))
    flipped = signs.copy()
    flipped[i, j] = flipped[j, i] = -signs[i, j]
    unbalanced = [balance.triangles(matrix)[[1, 3]].sum() for matrix in (signs, flipped)]
    assert dynamics.pressure(signs)[i, j] == unbalanced[0] - unbalanced[1]


def test_some_networks_jam() -> None:
    """Nine states in three friendly camps, all hostile across: tense, and no flip helps."""
    camp = np.repeat([0, 1, 2], 3)
    signs = np.where(camp[:, None] == camp[None, :], 1, -1) - np.eye(9, dtype=int)
    assert balance.tension(signs) > 0
    assert dynamics.pressure(signs).max() <= 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dynamics.evolve(np.eye(2), [1.5]), "below the blow-up at 1, got 1.5"),
        (lambda: dynamics.evolve(np.eye(2), [-1]), "times must be at least 0"),
        (lambda: dynamics.final_camps(-np.eye(2)), "must be above 0"),
        (lambda: dynamics.final_camps(np.eye(2)), "comes twice"),
        (lambda: dynamics.blow_up_time([[0, 1], [2, 0]]), "start must be symmetric"),
        (lambda: dynamics.balanced_chance(1.2), r"friendly must lie in \[0, 1\], got 1.2"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
