"""What spending on the staves brings, against sums by hand."""

import numpy as np
import pytest

from asian_security.analysis.stave_barrel import BUDGET, START, STAVES, raise_the_shortest, spend

NOTHING = dict.fromkeys(STAVES, 0.0)


def test_each_rule_reads_the_levels_in_its_own_way():
    assert spend(NOTHING, "weakest link").security == START.min()
    assert spend({**NOTHING, "conflict": 2.0}, "best shot").security == 8
    assert spend({**NOTHING, "cyber": 1.0}, "summation").security == START.sum() + 1


def test_what_exceeds_the_budget_is_cut_in_proportion():
    barrel = spend({**NOTHING, "cyber": 6.0, "health": 3.0}, "weakest link")
    assert barrel.cut
    assert barrel.spent == pytest.approx([0, 0, 2, 4, 0])
    assert barrel.levels == pytest.approx((START + barrel.spent).tolist())
    assert not spend({**NOTHING, "cyber": BUDGET}, "weakest link").cut


def test_no_way_to_spend_the_same_money_beats_the_best():
    rng = np.random.default_rng(5)
    for rule in ("weakest link", "summation", "best shot"):
        for shares in rng.dirichlet(np.ones(len(STAVES)), 50):
            barrel = spend(dict(zip(STAVES, shares * 5, strict=True)), rule)
            assert barrel.security <= barrel.best + 1e-9


def test_raising_the_shortest_spends_everything_and_is_the_best():
    barrel = spend(raise_the_shortest(), "weakest link")
    assert sum(barrel.spent) == BUDGET
    assert barrel.best == pytest.approx(4.75)
    assert barrel.security == pytest.approx(4.5)


def test_a_negative_amount_is_refused():
    with pytest.raises(ValueError, match="spending must be at least 0, got -1"):
        spend({**NOTHING, "cyber": -1.0}, "summation")
