"""The links between domains, and what a shock adds up to, against the table and the model."""

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis.domain_links import links, spread_shock
from asian_security.models.conflict import spillover

ROUNDS = 12


def test_links_are_those_of_the_table_with_their_signs():
    domains, matrix = links()
    table = data.domain_links()
    place = {name: i for i, name in enumerate(domains["domain"])}
    for row in table.itertuples():
        assert matrix[place[row.to_domain], place[row.from_domain]] == row.weight * row.sign
    assert np.count_nonzero(matrix) == len(table)


def test_a_link_is_left_out_and_the_others_are_scaled():
    domains, matrix = links()
    place = {name: i for i, name in enumerate(domains["domain"])}
    _, less = links(2.0, "climate > food")
    assert less[place["food"], place["climate"]] == 0
    assert less[place["water"], place["climate"]] == 2 * matrix[place["water"], place["climate"]]


def test_an_unknown_link_or_domain_is_refused():
    with pytest.raises(ValueError, match="there is no link 'food > nowhere'; there are"):
        links(1.0, "food > nowhere")
    with pytest.raises(ValueError, match="there is no domain 'weather'; there are"):
        spread_shock("weather", 1)


def test_without_links_a_shock_stays_where_it_is():
    effect = spread_shock("water", ROUNDS, scale=0.0)
    assert {key for key, level in effect.levels.items() if level} == {"water"}
    assert effect.levels["water"] == effect.total == 1


def test_many_rounds_come_to_the_total_of_the_model():
    domains, matrix = links()
    total = spillover.total_effect(matrix, (domains["domain"] == "cyber").to_numpy(float))
    effect = spread_shock("cyber", 200)
    assert list(effect.levels.values()) == pytest.approx(total, abs=1e-9)
    assert effect.total == pytest.approx(total.sum(), abs=1e-9)


def test_there_is_a_total_only_below_a_spectral_radius_of_one():
    limit = 1 / spillover.spectral_radius(links()[1])
    for scale in (0.5, limit - 0.01, limit + 0.01, 2.0):
        effect = spread_shock("water", 1, scale)
        assert effect.spectral_radius == pytest.approx(scale / limit, abs=1e-9)
        assert (effect.total is None) == (scale > limit)
