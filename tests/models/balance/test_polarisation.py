"""Polarisation: known result 15 (Esteban and Ray 1994)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.balance import polarisation as p


@pytest.mark.parametrize("alpha", [0, 0.5, 1, 1.6])
def test_two_equal_groups(alpha: float) -> None:
    """2 K (1/2)^(2 + alpha) d."""
    polarisation = p.polarisation([0.5, 0.5], [1.0, 4.0], alpha, scale=7)
    assert polarisation == pytest.approx(2 * 7 * 0.5 ** (2 + alpha) * 3, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(0, 1.6))
def test_on_a_line_nothing_beats_two_equal_groups_at_the_ends(
    seed: int, n: int, alpha: float
) -> None:
    random = np.random.default_rng(seed)
    shares, positions = random.dirichlet(np.full(n, 0.5), 20), random.random(n)
    cohesion = p.cohesion(shares, positions, 1.0, alpha)
    assert (cohesion >= -1e-12).all()
    assert (cohesion <= 1 + 1e-12).all()
    assert p.cohesion([0.5, 0.5], [0, 1], 1.0, alpha) == pytest.approx(0, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(0, 5), st.floats(0, 1.6))
def test_closed_form_for_two_groups(share: float, distance: float, alpha: float) -> None:
    polarisation = p.polarisation([share, 1 - share], [0, distance], alpha)
    assert polarisation == pytest.approx(p.two_groups(share, distance, alpha), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 5), st.floats(-5, 5))
def test_it_scales_with_distance_and_ignores_where_zero_is(
    seed: int, factor: float, shift: float
) -> None:
    random = np.random.default_rng(seed)
    shares, places = random.dirichlet(np.ones(4)), random.random((4, 2))
    base = p.polarisation(shares, places)
    assert p.polarisation(shares, places * factor + shift) == pytest.approx(base * factor)


def test_merging_neighbours_polarises_while_inequality_falls() -> None:
    three, two = [0.5, 0.25, 0.25], [0.5, 0.0, 0.5]
    places = [0.0, 0.9, 1.1]
    assert p.polarisation(two, [0, 0.9, 1.0], 1.6) > p.polarisation(three, places, 1.6)
    assert p.polarisation(two, [0, 0.9, 1.0], 0) < p.polarisation(three, places, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: p.polarisation([0.5, 0.6], [0, 1]), "shares must add up to 1, got 1.1"),
        (lambda: p.polarisation([1.0], [0, 1]), "one value per group, 2"),
        (lambda: p.polarisation([0.5, 0.5], [0, 1], 2), r"alpha must lie in \[0, 1.6\], got 2"),
        (lambda: p.cohesion([0.5, 0.5], [0, 2], 1), "span must be at least"),
        (lambda: p.cohesion([0.5, 0.5], [[0], [2]], 1), "list of numbers"),
        (lambda: p.distances(3), "list or a table"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
