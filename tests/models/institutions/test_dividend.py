"""The development dividend."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.institutions import dividend


def test_a_worked_example() -> None:
    best = dividend.best_depth([4, 1, 3, 2], gain=1.0, price=2.0)
    assert best.depth == 3
    assert best.payments == pytest.approx([0, 4, 0, 2], abs=1e-9)
    assert best.surplus == pytest.approx(4 * 3 - 6, abs=1e-9)


def test_where_payments_are_expensive_the_least_willing_decide() -> None:
    best = dividend.best_depth([4, 1, 3, 2], gain=1.0, price=4.5)
    assert best.depth == 1
    assert best.payments.sum() == 0


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(0, 10), min_size=1, max_size=8), st.floats(0.1, 3), st.floats(1.01, 6))
def test_no_other_depth_leaves_more(ideals: list[float], gain: float, ratio: float) -> None:
    best = dividend.best_depth(ideals, gain, gain * ratio)
    levels = np.concatenate([np.linspace(0, 12, 241), ideals])
    everywhere = dividend.surplus(ideals, levels, gain, gain * ratio)
    assert best.surplus >= everywhere.max() - 1e-6
    gains = len(ideals) * gain * best.depth
    assert best.surplus == pytest.approx(gains - best.payments.sum(), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 10), min_size=1, max_size=8), st.floats(1.01, 4), st.floats(0, 4))
def test_cheaper_payments_never_make_it_shallower(
    ideals: list[float], price: float, more: float
) -> None:
    cheap = dividend.best_depth(ideals, 1.0, price).depth
    dear = dividend.best_depth(ideals, 1.0, price + more).depth
    assert min(ideals) <= dear <= cheap <= max(ideals)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dividend.best_depth([1], 2, 1), r"price must exceed gain \(2\), got 1"),
        (lambda: dividend.surplus([1], -1, 1, 2), "depth must be at least 0"),
        (lambda: dividend.best_depth([1], 0, 1), "gain must be greater than 0"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
