"""Signs from disputes, the starts of the balance machine, and its motion."""

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis import dispute_record
from asian_security.analysis.dispute_record import (
    PAIR_NAMES,
    POWERS,
    STARTS,
    dispute_signs,
    run_machine,
    starting_signs,
    starting_strengths,
    tensest_tie,
)
from asian_security.models.balance import balance_dynamics, structural_balance


def test_disputes_give_the_signs_of_five_powers():
    signs = dispute_signs(1991, 2010)
    table = data.disputes().query("great_powers and 1991 <= start_year <= 2010")
    pairs = {frozenset(pair) for pair in zip(table["iso3_a"], table["iso3_b"], strict=True)}
    assert len(pairs) == (signs < 0).sum() / 2
    assert signs[POWERS.index("JPN"), POWERS.index("USA")] == 1
    assert signs[POWERS.index("CHN"), POWERS.index("IND")] == -1


def test_dispute_signs_refuse_other_states_and_years():
    with pytest.raises(ValueError, match="powers must be among CHN"):
        dispute_signs(powers=["CHN", "FRA"])
    with pytest.raises(ValueError, match="first must not come after last"):
        dispute_signs(2010, 1991)


@pytest.mark.parametrize("start", STARTS)
def test_every_start_is_a_sign_matrix(start):
    signs = starting_signs(start)
    assert structural_balance.sign_matrix(signs).shape == (6, 6)
    assert (signs[5] == 0).all() == (start == "disputes")


def test_a_flipped_tie_is_the_only_one_that_changes():
    before, after = starting_signs("rivals"), starting_signs("rivals", ("P-A",))
    assert np.argwhere(before != after).tolist() == [[0, 2], [2, 0]]
    assert (starting_signs("rivals", ("P-A", "P-A")) == before).all()


def test_strength_and_tilt_weigh_three_ties():
    strengths = starting_strengths(starting_signs("both"), 2.0, 0.3)
    assert strengths[0, 1] == pytest.approx(-2.0)
    assert strengths[0, 2] == pytest.approx(1.3)
    assert strengths[1, 2] == pytest.approx(-0.7)
    assert (np.abs(strengths[2:, 3:]) <= 1).all()


def test_the_strengths_in_motion_are_those_of_the_model():
    signs = starting_signs("both")
    start = starting_strengths(signs, 2.0, 0.3)
    for share in (0.0, 0.3, 0.8, 0.99):
        motion = run_machine(signs, 2.0, 0.3, share)
        inverse = np.linalg.inv(start) - share * motion.end * np.eye(6)
        assert np.allclose(motion.strengths, np.linalg.inv(inverse), rtol=1e-7)
        assert (motion.start == signs).all()


@pytest.mark.parametrize("start", ["rivals", "both", "camps"])
def test_near_the_break_the_signs_are_those_of_the_final_camps(start):
    signs = starting_signs(start)
    late = run_machine(signs, 1.0, 0.0, 0.9999)
    camps = np.sign(late.pattern)
    assert (late.signs == np.outer(camps, camps) - np.eye(6)).all()
    assert late.drift > 0.99
    assert run_machine(signs, 1.0, 0.0, 0.0).drift == 0


def test_no_pattern_wins_where_two_are_equally_strong():
    assert run_machine(starting_signs("rivals"), 4.0, 0.0, 0.0).pattern is None


def test_the_tensest_tie_leads_to_balance_and_then_there_is_none():
    pair, fewer = tensest_tie(starting_signs("rivals"))
    assert PAIR_NAMES[dispute_record.PAIRS.index(pair)] == "P-Q"
    assert fewer == balance_dynamics.pressure(starting_signs("rivals"))[pair] == 4
    assert tensest_tie(starting_signs("rivals", ("P-Q",))) is None
