"""Lesson 10: groups, depth and payments are what an independent count says."""

import numpy as np
import pytest

from asian_security.analysis.needs import INDICATORS, indicators
from asian_security.explorers import needs
from asian_security.explorers.needs import (
    STATES,
    DepthOrBreadth,
    DevelopmentDividend,
    NeedsMap,
)
from asian_security.figures.labels import TEXT_POSITIONS


@pytest.mark.parametrize("count", range(2, 9))
def test_the_map_shows_every_state_once_in_the_chosen_number_of_groups(count):
    traces = NeedsMap().look(groups=count)["traces"].values()
    states = [state for trace in traces for state in trace["text"]]
    assert sorted(states) == sorted(indicators().index)
    assert sum(trace["showlegend"] for trace in traces) == count


def test_no_indicator_represents_all():
    explorer = NeedsMap()
    assert explorer.record(used=()).used == tuple(INDICATORS.values())
    assert explorer.describe(used=()) == explorer.describe()


def test_unanimity_stops_at_the_least_willing_member():
    explorer = DepthOrBreadth()
    wanted = needs.ideals(6.0)
    sizes = explorer.record(members=5, spread=6.0, rule="unanimity")
    lowest = [wanted[:n].min() for n in range(1, STATES + 1)]
    assert sizes.depth == pytest.approx(lowest)
    assert sizes.total == pytest.approx([n * low for n, low in enumerate(lowest, start=1)])
    assert sizes.total[sizes.best - 1] == max(sizes.total)
    assert "5 members go 5.82 deep" in explorer.describe(members=5)
    assert explorer.look(members=5)["traces"]["your choice"]["text"] == ["29.1"]


def test_without_spread_all_should_join():
    assert f"with {STATES} members" in DepthOrBreadth().describe(spread=0.0)


def test_payments_compensate_those_who_go_too_deep():
    explorer = DevelopmentDividend()
    paid = explorer.record(gain=0.3, spread=6.0)
    depth = paid.best.depth
    assert paid.best.payments == pytest.approx([max(depth - ideal, 0) for ideal in paid.wanted])
    assert paid.unpaid_depth == pytest.approx(min(paid.wanted))
    gains = [
        STATES * 0.3 * d - sum(max(d - w, 0) for w in paid.wanted) for d in np.arange(0, 9, 0.01)
    ]
    assert f"{max(gains):.2f} is left over" in explorer.describe()


def test_labels_of_the_map_keep_clear_of_one_another():
    places = NeedsMap().record().places
    pixels = (places - places.min(axis=0)) / np.ptp(places, axis=0) * (700, 360)

    def overlaps(chosen):
        offsets = np.array([TEXT_POSITIONS[name][:2] for name in chosen], float)
        offsets[:, 0] += np.sign(offsets[:, 0]) * 14.5
        labels = pixels + offsets
        near = (np.abs(labels[:, None] - labels[None]) < (30, 13)).all(axis=2)
        return (near.sum() - len(labels)) // 2

    assert overlaps(needs.label_positions(places)) == 0
    assert overlaps(["top center"] * len(places)) > 0  # what one side for all would give
