"""Indicators, groups and their agreement, against independent counts."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from asian_security import data
from asian_security.analysis import needs
from asian_security.analysis.needs import INDICATORS

NAMES = tuple(INDICATORS.values())


def test_indicators_cover_the_four_subregions_and_come_from_the_tables():
    table = needs.indicators()
    assert list(table.columns) == list(NAMES)
    assert sorted(table.index) == data.region()
    assert set(needs.subregions()) == set(data.NEIGHBOURHOOD)
    assert not table.isna().any(axis=None)
    raw = data.priorities(kind="measured")
    attacks = raw[(raw["indicator"] == "terrorist attacks") & (raw["unit"] == "IND")][
        "value"
    ].item()
    assert table.loc["IND", "terrorism"] == pytest.approx(np.log10(1 + attacks))


def test_standardised_indicators_have_mean_0_and_deviation_1():
    table = needs.standardised(("income", "piracy"))
    assert list(table.columns) == ["income", "piracy"]
    assert table.mean().to_numpy() == pytest.approx([0, 0], abs=1e-12)
    assert table.std(ddof=0).to_numpy() == pytest.approx([1, 1])


def test_distance_is_zero_only_to_oneself():
    distance = needs.distances()
    assert np.allclose(np.diag(distance), 0)
    assert (distance.to_numpy()[np.triu_indices(len(distance), 1)] > 0).all()
    assert np.allclose(distance, distance.T)


def test_components_keep_the_variation_of_the_first_two():
    scores = needs.standardised().to_numpy()
    largest = np.sort(np.linalg.eigvalsh(scores.T @ scores))[::-1][:2]
    places = needs.principal_components(NAMES)
    assert (places**2).sum(axis=0) == pytest.approx(largest)


def test_one_indicator_places_states_on_a_line():
    places = needs.principal_components(("income",))
    assert places[:, 0] == pytest.approx(needs.standardised(("income",))["income"].to_numpy())
    assert (places[:, 1] == 0).all()


@pytest.mark.parametrize("number", range(2, 9))
def test_groups_are_numbered_from_1_in_the_order_of_the_table(number):
    groups = needs.group_states(NAMES, number)
    assert list(dict.fromkeys(groups.tolist())) == list(range(1, number + 1))


def test_two_groups_of_one_indicator_do_not_interleave():
    income = needs.indicators()["income"].to_numpy()
    groups = needs.group_states(("income",), 2)
    low, high = sorted((income[groups == 1], income[groups == 2]), key=np.mean)
    assert low.max() < high.min()


def test_eta_squared_is_the_share_between_groups():
    values = pd.Series([1.0, 1.0, 3.0, 3.0])
    assert needs.eta_squared(values, pd.Series(list("aabb"))) == pytest.approx(1)
    assert needs.eta_squared(values, pd.Series(list("abab"))) == pytest.approx(0)
    # means 2 and 5; 2 * 2 * 1.5**2 between groups over 9 + 1 in all
    uneven = pd.Series([1.5, 2.5, 4.5, 5.5])
    assert needs.eta_squared(uneven, pd.Series(list("aabb"))) == pytest.approx(9 / 10)


def test_the_rand_index_counts_pairs_treated_alike():
    assert needs.rand_index(list("aabb"), [1, 1, 2, 2]) == 1
    # pairs together in one and apart in the other: 2; apart in one and together in the other: 2
    assert needs.rand_index(list("aabb"), [1, 2, 1, 2]) == pytest.approx(2 / 6)


def test_chance_agrees_with_its_expected_value():
    """Hubert and Arabie (1985): two pairs are together, or apart, in both independently."""
    groups = tuple(needs.group_states(NAMES, 4).tolist())
    home = tuple(needs.subregions())
    together = [np.mean([a == b for a, b in combinations(labels, 2)]) for labels in (groups, home)]
    expected = np.prod(together) + np.prod(np.subtract(1, together))
    assert needs.rand_index_by_chance(groups, home) == pytest.approx(expected, abs=0.005)


def test_the_record_of_groups_fits_together():
    record = needs.compare_groups(("income", "piracy"), 3)
    assert record.used == ("income", "piracy")
    assert record.states == list(needs.indicators().index)
    assert len(record.places) == len(record.numbers) == len(record.states)
    assert record.agreement == needs.rand_index(record.numbers, needs.subregions())
