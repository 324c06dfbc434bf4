"""Lesson 10: groups, depth and payments are what an independent count says."""

import numpy as np
import pandas as pd
import pytest

from asian_security import data
from asian_security.explorers import needs
from asian_security.explorers.needs import (
    INDICATORS,
    STATES,
    DepthOrBreadth,
    DevelopmentDividend,
    NeedsMap,
)


def test_indicators_cover_the_four_subregions_and_come_from_the_tables():
    table = needs.indicators()
    assert list(table.columns) == list(INDICATORS.values())
    home = data.states().set_index("iso3").loc[table.index, "subregion"]
    assert set(home) == set(data.NEIGHBOURHOOD)
    assert not table.isna().any(axis=None)
    raw = data.priorities(kind="measured")
    attacks = raw[(raw["indicator"] == "terrorist attacks") & (raw["unit"] == "IND")][
        "value"
    ].item()
    assert table.loc["IND", "terrorism"] == pytest.approx(np.log10(1 + attacks))


def test_agreement_counts_pairs_treated_alike():
    first = np.array(["a", "a", "b", "b"])
    assert needs.agreement(first, np.array([1, 1, 2, 2])) == 1
    # pairs together in one and apart in the other: 2; apart in one and together in the other: 2
    assert needs.agreement(first, np.array([1, 2, 1, 2])) == pytest.approx(2 / 6)


def test_variation_between_groups():
    values = pd.Series([1.0, 1.0, 3.0, 3.0])
    assert needs.between_share(values, pd.Series(list("aabb"))) == pytest.approx(1)
    assert needs.between_share(values, pd.Series(list("abab"))) == pytest.approx(0)


def test_the_map_shows_every_state_once_in_as_many_groups_as_asked():
    explorer = NeedsMap()
    for count in range(2, 9):
        traces = explorer.traces(used=tuple(INDICATORS.values()), groups=count)
        shown = [state for trace in traces for state in trace["text"]]
        assert sorted(shown) == sorted(needs.indicators().index)
        assert sum(bool(trace["text"]) for trace in traces) == count


def test_places_keep_the_variation_of_the_first_two_components():
    explorer = NeedsMap()
    scores = needs.standardised(tuple(INDICATORS.values())).to_numpy()
    largest = np.sort(np.linalg.eigvalsh(scores.T @ scores))[::-1][:2]
    placed = explorer._placed(tuple(INDICATORS.values()))
    assert (placed**2).sum(axis=0) == pytest.approx(largest)


def test_unanimity_stops_at_the_least_willing_member():
    explorer = DepthOrBreadth()
    ideals = needs.ideals(6.0)
    deep, total, _ = explorer.traces(members=5, spread=6.0, rule="unanimity")
    assert deep["y"] == pytest.approx([ideals[:n].min() for n in range(1, STATES + 1)])
    assert total["y"] == pytest.approx([n * ideals[:n].min() for n in range(1, STATES + 1)])
    assert "5 members go 5.82 deep" in explorer.describe(members=5)


def test_without_spread_all_should_join():
    assert f"with {STATES} members" in DepthOrBreadth().describe(spread=0.0)


def test_payments_make_good_the_gap_of_those_who_go_too_deep():
    explorer = DevelopmentDividend()
    wanted, paid, alone, together = explorer.traces(gain=0.3, spread=6.0)
    depth = together["y"][0]
    assert paid["y"] == pytest.approx([max(depth - ideal, 0) for ideal in wanted["y"]])
    assert alone["y"][0] == pytest.approx(min(wanted["y"]))
    gains = [
        STATES * 0.3 * d - sum(max(d - w, 0) for w in wanted["y"]) for d in np.arange(0, 9, 0.01)
    ]
    assert f"{max(gains):.2f} is left over" in explorer.describe()


def test_distance_is_zero_only_to_oneself():
    distance = needs.needs_distance()
    assert np.allclose(np.diag(distance), 0)
    assert (distance.to_numpy()[np.triu_indices(len(distance), 1)] > 0).all()
    assert np.allclose(distance, distance.T)


def test_labels_of_the_map_keep_clear_of_one_another():
    places = NeedsMap()._placed(())
    sides = needs.label_sides(places)
    offsets = {
        "top center": (0, 15),
        "bottom center": (0, -15),
        "middle right": (26, 0),
        "middle left": (-26, 0),
    }
    pixels = (places - places.min(axis=0)) / np.ptp(places, axis=0) * (700, 360)

    def overlaps(chosen):
        labels = pixels + np.array([offsets[side] for side in chosen])
        near = (np.abs(labels[:, None] - labels[None]) < (30, 13)).all(axis=2)
        return (near.sum() - len(labels)) // 2

    assert overlaps(sides) == 0
    assert overlaps(["top center"] * len(places)) > 0  # what one side for all would give
