"""The circle of trust: fixed points in closed form and the tipping point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.trust import trust_dynamics as trust_circle
from asian_security.models.trust.trust_dynamics import TrustCircle

RATE = st.floats(0.1, 3)
COORDINATION = st.floats(0, 0.95)


@settings(max_examples=80, deadline=None)
@given(RATE, RATE, COORDINATION)
def test_trust_stands_still_at_the_fixed_points_and_nowhere_else(
    gain: float, loss: float, coordination: float
) -> None:
    circle = TrustCircle(gain, loss, coordination)
    levels, verdicts = trust_circle.fixed_points(circle)
    assert trust_circle.change(circle, levels) == pytest.approx(0, abs=1e-9)
    # between neighbours the sign is constant and points to the stable one
    for low, high, verdict in zip(levels[:-1], levels[1:], verdicts[:-1], strict=True):
        if high - low > 1e-3:
            inner = np.linspace(low, high, 12)[1:-1]
            assert (
                np.sign(trust_circle.change(circle, inner)) == (-1 if verdict == "stable" else 1)
            ).all()


def test_without_coordination_the_tipping_point_is_loss_over_gain() -> None:
    theta = trust_circle.tipping_point(TrustCircle(2.0, [0.5, 1.0, 3.0]))
    assert theta == pytest.approx([0.25, 0.5, 1.5], abs=1e-9)


def test_coordination_lowers_the_tipping_point_to_nothing_at_loss_over_gain() -> None:
    theta = trust_circle.tipping_point(TrustCircle(1.0, 0.5, np.linspace(0, 0.5, 6)))
    assert (np.diff(theta) < 0).all()
    assert theta[-1] == pytest.approx(0, abs=1e-9)
    assert trust_circle.fixed_points(TrustCircle(1, 0.5, 0.6))[1] == ["unstable", "stable"]
    assert trust_circle.fixed_points(TrustCircle(1, 1.5))[1] == ["stable", "unstable"]


def test_at_a_tipping_point_of_0_any_trust_grows() -> None:
    circle = TrustCircle(1.0, 0.5, 0.5)
    assert trust_circle.tipping_point(circle) == 0
    levels, verdicts = trust_circle.fixed_points(circle)
    assert levels.tolist() == [0, 1]
    assert verdicts == ["unstable", "stable"]
    assert (trust_circle.change(circle, [0.01, 0.5, 0.99]) > 0).all()


@pytest.mark.parametrize("coordination", [0.0, 0.5])
def test_where_loss_equals_gain_all_trust_is_lost_and_no_coordination_helps(
    coordination: float,
) -> None:
    circle = TrustCircle(2.0, 2.0, coordination)
    assert trust_circle.tipping_point(circle) == 1
    levels, verdicts = trust_circle.fixed_points(circle)
    assert levels.tolist() == [0, 1]
    assert verdicts == ["stable", "unstable"]
    assert (trust_circle.change(circle, [0.01, 0.5, 0.99]) < 0).all()
    assert np.isnan(trust_circle.needed_coordination(2.0, 2.0, [0.0, 0.2, 0.9])).all()


@settings(max_examples=60, deadline=None)
@given(st.floats(0.2, 3), st.floats(0.05, 0.95), st.floats(0, 0.95))
def test_needed_coordination_puts_the_tipping_point_at_the_start(
    gain: float, ratio: float, trust: float
) -> None:
    needed = float(trust_circle.needed_coordination(gain, gain * ratio, trust))
    if needed > 0:
        circle = TrustCircle(gain, gain * ratio, needed)
        assert trust_circle.tipping_point(circle) == pytest.approx(trust, abs=1e-9)
    else:
        assert trust_circle.tipping_point(TrustCircle(gain, gain * ratio)) <= trust + 1e-9


def test_paths_part_at_the_tipping_point() -> None:
    circle = TrustCircle(1.0, 0.5)
    paths = trust_circle.path(circle, [0.49, 0.5, 0.51], np.linspace(0, 80, 5))
    assert paths[0] == pytest.approx([0.49, 0.5, 0.51])
    assert paths[-1] == pytest.approx([0, 0.5, 1], abs=1e-4)


def test_a_path_follows_the_separable_solution() -> None:
    """With theta = 1/2 and T = 1/2 + y: y' = y (1/4 - y^2) has a logistic closed form in y^2."""
    times = np.linspace(0, 10, 6)
    trust = trust_circle.path(TrustCircle(1.0, 0.5), [0.6], times)[:, 0]
    start = 0.1**2
    square = 0.25 / (1 + (0.25 / start - 1) * np.exp(-0.5 * times))
    assert trust == pytest.approx(0.5 + np.sqrt(square), abs=1e-7)


def test_effectiveness_without_coordination_takes_both_sides() -> None:
    assert trust_circle.effectiveness(TrustCircle(1, 1), 0.5) == 0.25
    assert trust_circle.effectiveness(TrustCircle(1, 1, 0.5), 0.5) == pytest.approx(0.375)
    assert np.isnan(trust_circle.needed_coordination(1, 2, 0.5))


@pytest.mark.parametrize(("ends", "rises"), [(15, False), (20, True), (80, True)])
def test_help_lasts_if_it_ends_beyond_the_old_tipping_point(ends: int, rises: bool) -> None:
    circle, times = TrustCircle(1, 0.6, 0.56), np.linspace(0, 80, 81)
    futures = trust_circle.temporary_coordination(circle, 0.2, ends, times)
    helped = trust_circle.path(circle, [0.2], [0.0, ends])[-1, 0]
    assert futures.with_it[ends] == pytest.approx(helped, abs=1e-6)
    assert futures.at_end == pytest.approx(helped, abs=1e-6)
    assert (futures.at_end > 0.6) == rises
    assert futures.verdict == ("trust recovers" if rises else "trust falls away")
    assert futures.tipping_alone == pytest.approx(0.6)
    assert futures.tipping == pytest.approx(0.04 / 0.44)
    assert futures.with_it[-1] == pytest.approx(float(rises), abs=1e-3)
    assert futures.without[-1] == pytest.approx(0, abs=1e-3)


def test_without_help_there_is_one_future() -> None:
    circle = TrustCircle(1, 0.6, 0.8)
    futures = trust_circle.temporary_coordination(circle, 0.3, 0, np.linspace(0, 10, 11))
    assert (futures.with_it == futures.without).all()
    assert futures.at_end == pytest.approx(0.3)
    assert futures.verdict == "trust falls away"


def test_on_the_tipping_point_trust_stands() -> None:
    circle, times = TrustCircle(1, 0.6, 0.5), np.linspace(0, 10, 11)
    futures = trust_circle.temporary_coordination(circle, 0.2, 10, times)
    assert futures.verdict == "trust stands on the tipping point"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: TrustCircle(0, 1), "gain must be greater than 0"),
        (lambda: TrustCircle(1, 1, 1), r"coordination must lie in \[0, 1\), got 1"),
        (lambda: trust_circle.change(TrustCircle(1, 1), 2), r"trust must lie in \[0, 1\], got 2"),
        (lambda: trust_circle.path(TrustCircle(1, 1), [0.5], [0, 0]), "rising list"),
        (
            lambda: trust_circle.temporary_coordination(TrustCircle(1, 1), 0.5, 3, [0, 1, 2]),
            "ends must be a place in times, 0 to 2, got 3",
        ),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()


def test_without_coordination_only_gain_and_loss_are_left() -> None:
    circle = TrustCircle(1.0, 0.5, 0.4)
    futures = trust_circle.temporary_coordination(circle, 0.3, 5, np.linspace(0, 10, 11))
    alone = futures.alone
    assert (alone.gain, alone.loss, alone.coordination) == (1.0, 0.5, 0.0)
    assert futures.tipping_alone == trust_circle.tipping_point(alone)
