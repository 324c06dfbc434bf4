"""Lesson 05: the explorers say what the model says."""

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis.domain_links import links
from asian_security.explorers.linked_domains import (
    BUDGET,
    ROUNDS,
    STAVES,
    ShockADomain,
    StaveBarrel,
)
from asian_security.models.conflict import spillover


@pytest.fixture(scope="module")
def shock():
    return ShockADomain()


@pytest.fixture(scope="module")
def barrel():
    return StaveBarrel()


def test_without_links_nothing_comes_through_the_other_domains(shock):
    effect = shock.record(domain="water", scale=0.0)
    bars = shock.update(effect, "water")
    assert sum(bars["direct effect"]["x"]) == 1
    assert np.abs(bars["through the other domains"]["x"]).sum() == 0
    assert "it adds up to 1.00" in shock.describe(domain="water", scale=0.0)


def test_the_two_bars_add_up_to_the_level_of_each_domain(shock):
    effect = shock.record(domain="cyber", round=ROUNDS)
    direct, indirect = (bar["x"] for bar in shock.update(effect, "cyber").values())
    assert sorted(np.add(direct, indirect)) == pytest.approx(sorted(effect.levels.values()))
    assert sum(effect.levels.values()) == pytest.approx(effect.total, abs=0.02)
    assert f"adds up to {effect.total:.2f}" in shock.describe(domain="cyber")


def test_only_the_shock_is_present_at_round_0(shock):
    assert sum(shock.record(round=0).levels.values()) == 1


def test_the_verdict_changes_where_the_spectral_radius_passes_one(shock):
    limit = 1 / spillover.spectral_radius(links()[1])
    for scale in shock.controls()["scale"].grid:
        assert ("never settles" in shock.describe(scale=scale)) == (scale >= limit)


def test_cutting_every_way_out_stops_the_shock(shock):
    table = data.domain_links()
    single = table["from_domain"].value_counts()
    lone = single[single == 1].index[0]
    row = table[table["from_domain"] == lone].iloc[0]
    sentence = shock.describe(domain=lone, cut=f"{lone} > {row['to_domain']}")
    assert "most in no other domain" in sentence


def test_the_level_follows_the_shortest_stave_or_another_rule(barrel):
    levels = [level for _, level in STAVES.values()]
    assert barrel.record().security == min(levels)
    assert barrel.record(rule="best shot", conflict=2.0).security == 8
    assert barrel.record(rule="summation", cyber=1.0).security == sum(levels) + 1
    assert f"security is {min(levels):.2f}" in barrel.describe()


def test_the_line_of_summation_is_the_mean_level(barrel):
    filled = barrel.record(rule="summation", cyber=1.0)
    line = barrel.update(filled, "summation")
    assert list(line.values())[1]["y"][0] == pytest.approx(np.mean(filled.levels))


def test_overspending_is_cut_in_proportion_and_reported(barrel):
    amounts = dict.fromkeys(STAVES, BUDGET)
    filled = barrel.record(**amounts)
    assert filled.cut
    assert filled.spent == pytest.approx([BUDGET / len(STAVES)] * len(STAVES))
    sentence = barrel.describe(**amounts)
    assert "every amount is cut in proportion" in sentence
    assert f"Spent {BUDGET:.1f} of {BUDGET:.0f}" in sentence


def test_the_buttons_stay_within_the_budget(barrel):
    even, shortest = (
        {stave: barrel.press(action.label)[stave] for stave in STAVES}
        for action in barrel.actions()
    )
    assert sum(even.values()) <= BUDGET
    assert len(set(even.values())) == 1
    assert sum(shortest.values()) == pytest.approx(BUDGET)
    filled = barrel.record(**shortest)
    assert filled.best == pytest.approx(4.75)
