"""Lesson 05: the explorers say what the model says."""

import numpy as np
import pytest

from asian_security import data
from asian_security.explorers.linked_domains import (
    BUDGET,
    ROUNDS,
    STAVES,
    ShockADomain,
    StaveBarrel,
    links,
)
from asian_security.models.conflict import spillover


@pytest.fixture(scope="module")
def shock():
    return ShockADomain()


def test_links_are_those_of_the_table_with_their_signs():
    domains, matrix = links()
    table = data.domain_links()
    place = {name: i for i, name in enumerate(domains["domain"])}
    for row in table.itertuples():
        assert matrix[place[row.to_domain], place[row.from_domain]] == row.weight * row.sign
    assert np.count_nonzero(matrix) == len(table)
    _, less = links(2.0, "climate > food")
    assert less[place["food"], place["climate"]] == 0
    assert less[place["water"], place["climate"]] == 2 * matrix[place["water"], place["climate"]]


def test_no_links_leave_the_shock_where_it_is(shock):
    direct, indirect = shock.traces(domain="water", scale=0.0, round=ROUNDS, cut="")
    assert sum(direct["x"]) == 1
    assert np.abs(indirect["x"]).sum() == 0
    assert "it adds up to 1.00" in shock.describe(domain="water", scale=0.0)


def test_bars_add_up_to_the_total(shock):
    domains, matrix = links()
    hit = (domains["domain"] == "cyber").to_numpy(float)
    total = spillover.total_effect(matrix, hit).sum()
    direct, indirect = shock.traces(domain="cyber", scale=1.0, round=ROUNDS, cut="")
    assert sum(direct["x"]) + sum(indirect["x"]) == pytest.approx(total, abs=0.02)
    assert f"adds up to {total:.2f}" in shock.describe(domain="cyber")


def test_the_verdict_turns_where_the_spectral_radius_passes_one(shock):
    limit = 1 / spillover.spectral_radius(links()[1])
    for scale in np.arange(0, 2.01, 0.05).round(2):
        said = shock.describe(scale=float(scale))
        assert ("never settles" in said) == (scale >= limit)


def test_cutting_every_way_out_stops_the_shock(shock):
    table = data.domain_links()
    single = table["from_domain"].value_counts()
    lone = single[single == 1].index[0]
    row = table[table["from_domain"] == lone].iloc[0]
    said = shock.describe(domain=lone, cut=f"{lone} > {row['to_domain']}")
    assert "most in no other domain" in said


def test_the_barrel_stands_at_its_shortest_stave_or_by_another_rule():
    barrel = StaveBarrel()
    lowest = min(level for _, level in STAVES.values())
    assert f"security is {lowest:.2f}" in barrel.describe()
    assert "security is 8.00" in barrel.describe(rule="best shot", conflict=2.0)
    total = sum(level for _, level in STAVES.values())
    assert f"security is {total + 1:.2f}" in barrel.describe(rule="summation", cyber=1.0)


def test_overspending_is_cut_in_proportion_and_said():
    barrel = StaveBarrel()
    said = barrel.describe(**dict.fromkeys(STAVES, BUDGET))
    assert "every amount is cut in proportion" in said
    assert f"Spent {BUDGET:.1f} of {BUDGET:.0f}" in said
    added = barrel.traces(rule="weakest link", **dict.fromkeys(STAVES, BUDGET))[1]["y"]
    assert sum(added) == pytest.approx(BUDGET)


def test_the_buttons_stay_within_the_budget():
    barrel = StaveBarrel()
    even, shortest = (action.apply(dict(barrel.defaults)) for action in barrel.actions())
    assert sum(even.values()) <= BUDGET
    assert len(set(even.values())) == 1
    assert sum(shortest.values()) == pytest.approx(BUDGET)
    assert "could bring 4.75" in barrel.describe(**shortest)
