"""Escalation ladder: known result 16 (gambler's ruin) and absorbing chains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.conflict import escalation

CHANCE = st.floats(0.05, 0.5)


@pytest.mark.parametrize("rungs", [2, 5, 9])
def test_gamblers_ruin(rungs: int) -> None:
    """i/N for p = q, else (1 - (q/p)^i) / (1 - (q/p)^N)."""
    for start in range(rungs + 1):
        fair = escalation.war_risk(start, rungs, 0.4, 0.4)
        assert fair == pytest.approx(start / rungs, abs=1e-9)
        for p, q in ((0.6, 0.4), (0.3, 0.5), (0.1, 0.05)):
            odds = q / p
            expected = (1 - odds**start) / (1 - odds**rungs)
            risk = escalation.war_risk(start, rungs, p, q)
            assert risk == pytest.approx(expected, abs=1e-9)


def test_fair_ladder_has_the_known_length_and_visits() -> None:
    """For p = q = 1/2: i (N - i) steps; visits 2 i (N - j) / N for i <= j."""
    chain = escalation.absorption(escalation.ladder(0.5, 0.5, 6))
    rung = np.arange(1, 6)
    assert chain.steps == pytest.approx(rung * (6 - rung), abs=1e-9)
    expected = 2 * np.minimum.outer(rung, rung) * (6 - np.maximum.outer(rung, rung)) / 6
    assert chain.visits == pytest.approx(expected, abs=1e-9)
    assert chain.transient.tolist() == [1, 2, 3, 4, 5]
    assert chain.absorbing.tolist() == [0, 6]


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 8), st.data())
def test_closed_form_equals_the_fundamental_matrix(rungs: int, data: st.DataObject) -> None:
    chances = st.lists(CHANCE, min_size=rungs - 1, max_size=rungs - 1)
    up, down = data.draw(chances), data.draw(chances)
    chain = escalation.absorption(escalation.ladder(up, down, rungs))
    for start in range(1, rungs):
        risk = escalation.war_risk(start, rungs, up, down)
        assert chain.ending[start - 1, 1] == pytest.approx(risk, abs=1e-9)
    assert chain.ending.sum(axis=1) == pytest.approx(np.ones(rungs - 1), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(CHANCE, CHANCE, st.floats(0, 1), st.floats(0, 0.99))
def test_a_hotline_lowers_the_risk_and_rules_alone_lengthen_the_crisis(
    up: float, down: float, hotline: float, rules: float
) -> None:
    before = escalation.war_risk(2, 5, up, down)
    slow = escalation.restrain(up, down, rules=rules)
    assert escalation.war_risk(2, 5, *slow) <= before + 1e-12
    if hotline < 1:
        eased = escalation.restrain(up, down, hotline=hotline)
        assert sum(eased) == pytest.approx(up + down)
        assert escalation.war_risk(2, 5, *eased) <= before + 1e-12


@settings(max_examples=40, deadline=None)
@given(CHANCE, CHANCE, st.floats(0, 0.6), st.floats(0, 0.6))
def test_at_break_even_the_net_is_worth_nothing(
    up: float, down: float, hotline: float, rules: float
) -> None:
    boldness = float(escalation.break_even(up, down, hotline, rules))
    bolder = up * (1 + boldness)
    if np.isinf(boldness):
        with_net = escalation.restrain(1 - down, down, hotline, rules)
        assert with_net[1] / with_net[0] >= down / up - 1e-9
    elif bolder + down <= 1:
        with_net = escalation.restrain(bolder, down, hotline, rules)
        before = escalation.war_risk(2, 5, up, down)
        assert escalation.war_risk(2, 5, *with_net) == pytest.approx(before, abs=1e-9)


def test_break_even_of_a_fair_ladder() -> None:
    """For p = q a hotline h alone breaks even at 2h / (1 - 2h), rules r alone at r / (1 - r)."""
    hotline, rules = np.array([0, 0.1, 0.3, 0.5, 0.7]), np.array([0, 0.2, 0.5])
    boldness = escalation.break_even(0.3, 0.3, hotline)
    assert boldness[:3] == pytest.approx([0, 0.25, 1.5], abs=1e-9)
    assert np.isinf(boldness[3:]).all()
    boldness = escalation.break_even(0.3, 0.3, rules=rules)
    assert boldness == pytest.approx(rules / (1 - rules), abs=1e-9)


def test_a_sweep_is_one_call() -> None:
    up = np.linspace(0.1, 0.5, 9)[:, None]
    risks = escalation.war_risk(3, 6, up, 0.4)
    assert risks.shape == (9,)
    assert (np.diff(risks) > 0).all()
    assert risks[4] == pytest.approx(escalation.war_risk(3, 6, up[4, 0], 0.4))


def test_a_hotline_on_the_upper_rungs_alone_counts() -> None:
    up, down = escalation.restrain(0.5, 0.5, hotline=[0, 0, 0, 0.6])
    assert up.tolist() == [0.5, 0.5, 0.5, 0.2]
    assert escalation.war_risk(2, 5, up, down) < 0.4


def test_simulated_crises_end_as_often_as_the_formula_says() -> None:
    chain = escalation.ladder(0.35, 0.4, 4)
    paths = escalation.simulate(chain, 2, 400, 20_000, seed=1)
    risk = float(escalation.war_risk(2, 4, 0.35, 0.4))
    assert set(paths[:, -1]) == {0, 4}
    assert np.abs(np.diff(paths, axis=1)).max() == 1
    assert (paths[:, -1] == 4).mean() == pytest.approx(risk, abs=4 * np.sqrt(0.25 / 20_000))
    assert np.array_equal(paths, escalation.simulate(chain, 2, 400, 20_000, seed=1))


def test_a_ladder_on_which_a_crisis_never_pauses_ends() -> None:
    """Rounding of 1 - p - q must not make a probability negative."""
    for down in np.arange(0.1, 0.55, 0.05):
        for hotline in np.arange(0, 0.95, 0.05):
            p, q = escalation.restrain(1 - down, down, hotline)
            chain = escalation.ladder(p, q, 6)
            assert (chain >= 0).all()
            risk = escalation.absorption(chain).ending[1, 1]
            assert risk == pytest.approx(float(escalation.war_risk(2, 6, p, q)))


def test_bold_steps_never_pass_what_is_left_for_them() -> None:
    bold = escalation.embolden(0.3, 0.4, [0, 0.5, 1, 2])
    assert bold == pytest.approx([0.3, 0.45, 0.6, 0.6])


@pytest.mark.parametrize("rungs", [3, 6, 8])
def test_crises_carry_the_risk_and_the_length_from_every_rung(rungs: int) -> None:
    crises = escalation.run_crises(0.3, 0.4, rungs, start=2, length=500, runs=4000, seed=3)
    expected = [float(escalation.war_risk(rung, rungs, 0.3, 0.4)) for rung in range(rungs + 1)]
    assert crises.risk == pytest.approx(expected, abs=1e-9)
    ends = [int(np.argmax((path == 0) | (path == rungs))) for path in crises.paths]
    assert crises.wars + crises.settlements == 4000
    assert crises.wars / 4000 == pytest.approx(expected[2], abs=4 * np.sqrt(0.25 / 4000))
    assert np.mean(ends) == pytest.approx(crises.steps[2], rel=0.1)
    assert (crises.steps[0], crises.steps[-1]) == (0, 0)


def test_a_crisis_knows_since_when_it_stands_where_it_stands() -> None:
    crises = escalation.run_crises(0.3, 0.3, 6, start=2, length=60, runs=5, seed=9)
    for run, path in enumerate(crises.paths):
        for step in (0, 10, 60):
            since = crises.since(step, run)
            assert path[since] == path[step]
            assert path[step] not in path[:since]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 99), st.floats(0.1, 0.5), st.floats(0.1, 0.5), st.floats(0, 0.9))
def test_same_luck_with_less_risk_never_stands_higher(
    seed: int, up: float, down: float, hotline: float
) -> None:
    """Two paths that share their draws: a net cannot turn peace into war."""
    simulation = {"start": 2, "length": 60, "runs": 20, "seed": seed}
    pair = escalation.compare_net(up, down, 6, hotline, 0.0, 0.0, **simulation)
    assert (pair.with_net.paths <= pair.without.paths).all()


def test_a_comparison_runs_one_ladder_with_the_net_and_one_without() -> None:
    simulation = {"start": 2, "length": 60, "runs": 10, "seed": 9}
    pair = escalation.compare_net(0.3, 0.3, 6, 0.1, 0.0, 0.25, **simulation)
    assert pair.edge == pytest.approx(0.25)
    assert pair.with_net.risk == pytest.approx(pair.without.risk)
    assert (pair.with_net.up, pair.with_net.down) == pytest.approx((0.3375, 0.3375))
    none = escalation.compare_net(0.3, 0.3, 6, 0.0, 0.0, 0.0, **simulation)
    assert np.array_equal(none.with_net.paths, none.without.paths)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: escalation.ladder(0.7, 0.4, 5), r"up \+ down must lie in \[0, 1\], got 1.1"),
        (lambda: escalation.ladder(0, 0.4, 5), r"up must lie in \(0, 1\], got 0"),
        (lambda: escalation.ladder(0.5, 0.4, 1), "rungs must be a whole number of at least 2"),
        (lambda: escalation.ladder([0.5, 0.5], 0.4, 5), "need 4 values, one per rung, got 2"),
        (lambda: escalation.war_risk(6, 5, 0.5, 0.4), r"start must lie in \[0, 5\], got 6"),
        (lambda: escalation.absorption([[0.5, 0.4], [0, 1]]), "add up to 1"),
        (lambda: escalation.absorption([[0, 1], [1, 0]]), "reach an absorbing state"),
        (lambda: escalation.restrain(0.5, 0.5, hotline=2), "hotline must lie in"),
        (lambda: escalation.embolden(0.5, 0.5, -1), "boldness must be at least 0, got -1"),
        (lambda: escalation.break_even(0.5, 0), r"down must lie in \(0, 1\], got 0"),
        (lambda: escalation.simulate(np.eye(2), 2, 1, 1, 0), "start must be a state"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
