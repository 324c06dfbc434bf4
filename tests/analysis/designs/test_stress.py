"""Designs under stress: the shocks are those of the lessons, and a design only ever helps."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from sampled import CORE, EXAMPLES, PLATFORM

from asian_security import data
from asian_security.analysis import designs
from asian_security.analysis.designs import Design
from asian_security.models.balance import structural_balance as balance
from asian_security.models.conflict import escalation

SHOCKS = {
    "start": "KGZ",
    "threshold": 0.2,
    "domain": "armed_conflict",
    "scale": 1.0,
    "parties": ("IND", "PAK"),
    "against": ("IND",),
    "agree": 0.8,
    "pressure": 0.7,
    "worth": 0.3,
    "loss": 0.0,
}


def test_without_a_design_the_shocks_are_those_of_the_lessons():
    assert len(designs.insecure(None, "CHN", 0.3)) == 40
    assert len(designs.insecure(None, "KGZ", 0.25)) == 45
    assert designs.war_risk(None, ("IND", "PAK")) == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match="start must be a state of the network"):
        designs.insecure(None, "USA", 0.3)
    with pytest.raises(ValueError, match="domain must be one of"):
        designs.spillover_total(None, "weather")


@pytest.mark.parametrize("worth", [0.0, 0.3, 1.0])
def test_a_design_never_makes_a_shock_worse_and_is_nothing_at_no_worth(worth):
    for made in EXAMPLES.values():
        for start in ("CHN", "KGZ", "THA"):
            bare = set(designs.insecure(None, start, 0.2))
            hit = set(designs.insecure(made, start, 0.2, worth))
            assert hit <= bare
            assert hit == bare or worth
        total = designs.spillover_total(made, "armed_conflict", 1.0, worth)
        assert 1 <= total <= designs.spillover_total(None, "armed_conflict")
        assert designs.war_risk(made, ("CHN", "IND"), worth=worth) <= 1 / 3 + 1e-12


def test_help_needs_the_right_agenda_and_both_parties():
    silent = replace(PLATFORM, issues=("energy",))
    assert designs.insecure(silent, "KGZ", 0.2) == designs.insecure(None, "KGZ", 0.2)
    assert designs.war_risk(silent, ("IND", "PAK")) == pytest.approx(1 / 3)
    assert designs.war_risk(CORE, ("IND", "PAK")) == pytest.approx(1 / 3)


def test_spillover_of_a_domain_off_the_agenda_and_off_its_paths_is_left_alone():
    # Nothing leads out of a domain that is not covered more weakly than before.
    table = data.domain_links()
    only = Design("s", PLATFORM.members, ("defence_technology",), secretariat=True)
    for domain in set(table["from_domain"]):
        assert designs.spillover_total(only, domain) == designs.spillover_total(None, domain)


def test_the_risk_of_war_mixes_the_two_ladders_by_the_chance_to_act():
    acts = designs.chance_to_act(PLATFORM, 0.8, ("IND",))
    calm = float(escalation.war_risk(2, 6, *escalation.restrain(0.3, 0.3, hotline=0.3)))
    expected = acts * calm + (1 - acts) / 3
    assert designs.war_risk(PLATFORM, ("IND", "PAK"), 0.8, ("IND",)) == pytest.approx(expected)
    stuck = replace(PLATFORM, rule="unanimity")
    assert designs.war_risk(stuck, ("IND", "PAK"), 1.0, ("IND",)) == pytest.approx(1 / 3)


def test_worth_halves_without_a_secretariat_and_falls_with_size():
    assert designs.effort(CORE, 0.4) == pytest.approx(0.4)
    assert designs.effort(replace(CORE, secretariat=False), 0.4) == pytest.approx(0.2)
    assert designs.effort(CORE, 0.4, loss=1.0) == pytest.approx(0.4 * 2 / len(CORE.members))
    assert designs.effort(CORE, 0.4, loss=0.5) > designs.effort(PLATFORM, 0.4, loss=0.5)
    for wrong in ({"worth": 1.1}, {"worth": 0.3, "loss": -0.1}):
        with pytest.raises(ValueError, match=r"must lie in \[0, 1\]"):
            designs.effort(CORE, **wrong)


def test_leans_lie_between_the_two_powers():
    lean = designs.leaning()
    assert lean["CHN"] == -1
    assert lean["USA"] == 1
    others = lean.drop(["CHN", "USA"])
    assert others.abs().max() < 1
    assert lean["JPN"] > lean["VNM"] > lean["PAK"]


@pytest.mark.parametrize("pressure", [0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("made", [CORE, EXAMPLES["Wide table"], designs.from_mechanism("QUAD")])
def test_tension_is_that_of_the_signed_network(made, pressure):
    found = designs.split(made, pressure)
    side = dict.fromkeys(found.china, -1) | dict.fromkeys(found.usa, 1)
    signs = np.zeros((len(made.members), len(made.members)), dtype=int)
    for i, j in combinations(range(len(made.members)), 2):
        a, b = (side.get(made.members[k], 0) for k in (i, j))
        signs[i, j] = signs[j, i] = -1 if a * b < 0 else 1
    assert found.tension == pytest.approx(float(balance.tension(signs)))
    assert len(found.china) + len(found.usa) + len(found.between) == len(made.members)
    assert found.stay == pytest.approx(1 - found.leave / len(made.members))


def test_pressure_only_adds_to_the_camps():
    before = designs.split(PLATFORM, 0.0)
    assert before.china == ("CHN",)
    assert before.usa == ()
    for pressure in np.arange(0.1, 1.01, 0.1):
        now = designs.split(PLATFORM, float(pressure))
        assert set(before.china) <= set(now.china)
        assert set(before.usa) <= set(now.usa)
        before = now
    with pytest.raises(ValueError, match=r"pressure must lie in \[0, 1\], got 2"):
        designs.split(PLATFORM, 2)


def test_scores_are_those_of_the_four_tests():
    score = designs.scores(PLATFORM, **SHOCKS)
    hit = designs.insecure(PLATFORM, "KGZ", 0.2, 0.3)
    assert score.secure == pytest.approx(1 - len(hit) / len(designs.bordering()))
    bare = designs.spillover_total(None, "armed_conflict")
    total = designs.spillover_total(PLATFORM, "armed_conflict", 1.0, 0.3)
    assert score.harm_cut == pytest.approx((bare - total) / (bare - 1))
    risk = designs.war_risk(PLATFORM, ("IND", "PAK"), 0.8, ("IND",))
    assert score.peace == pytest.approx(1 - risk)
    assert score.stay == pytest.approx(designs.split(PLATFORM, 0.7).stay)
    assert designs.scores(None, **SHOCKS).stay is None


def test_at_no_worth_three_scores_are_those_without_a_design():
    shocks = {**SHOCKS, "worth": 0.0}
    housed, bare = designs.scores(PLATFORM, **shocks), designs.scores(None, **shocks)
    for name in ("secure", "harm_cut", "peace"):
        assert getattr(housed, name) == pytest.approx(getattr(bare, name))


def test_the_wide_body_loses_its_lead_when_worth_is_shared_out():
    wide, small = (designs.scores(made, **SHOCKS) for made in (PLATFORM, CORE))
    assert wide.harm_cut > small.harm_cut
    shared = {**SHOCKS, "loss": 1.0}
    wide, small = (designs.scores(made, **shared) for made in (PLATFORM, CORE))
    assert wide.secure == small.secure
    assert wide.harm_cut < 0.1
