"""Lesson 03: the explorers say what the tables and the model say."""

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis.issue_landscape import landscape
from asian_security.explorers.common_ground import NUMBERS, AgendaLab, IssueLandscape, named_network
from asian_security.models.trust.agenda_order import GAIN, HARDEST, LOSS, outlook, reliability

PLACES = ("first", "second", "third", "fourth", "fifth")


@pytest.fixture(scope="module")
def issues():
    return IssueLandscape()


@pytest.fixture(scope="module")
def lab():
    return AgendaLab()


def test_the_network_draws_every_named_pair():
    lines = named_network().data[0]
    assert lines.x.count(None) == len(data.priorities("from the article"))


def test_the_columns_of_the_heat_map_follow_the_agenda(issues):
    trace = issues.look(division=1.5)["traces"]["landscape"]
    ranked = issues.record(division=1.5)
    assert trace["x"] == [data.issue_name(issue) for issue in ranked.order]
    assert np.array(trace["z"]) == pytest.approx(ranked.table[ranked.order].to_numpy())
    order, mean, dispersion = issues.order(division=1.5)
    assert order == ranked.order
    assert mean - 1.5 * dispersion == pytest.approx(ranked.mean - 1.5 * ranked.dispersion)


def test_dots_mark_what_reaches_the_line(issues):
    trace = issues.look(least=0.8)["traces"]["landscape"]
    marked = sum("●" in cell for row in trace["text"] for cell in row)
    assert marked == int((landscape("illustrative") >= 0.8).to_numpy().sum())


@pytest.mark.parametrize("kind", NUMBERS.values())
@pytest.mark.parametrize("regions", [(), ("Central Asia",), data.NEIGHBOURHOOD])
def test_every_view_says_which_numbers_it_shows(issues, kind, regions):
    sentence = issues.describe(kind=kind, regions=regions)
    first = {"illustrative": "Illustrative numbers", "from the article": "Named in the article"}
    assert sentence.startswith(first.get(kind, "Measured"))
    assert "nan" not in sentence


def test_ranks_give_no_agenda(issues):
    assert "no agenda follows" in issues.describe(kind="measured")
    assert "no order of issues" in issues.describe(kind="measured by state")


def test_the_words_count_what_rows_share(issues):
    ranked = issues.record()
    a, b = ranked.sharing[0]
    assert f"shared by {a} and {b}" in issues.describe()
    assert "No two rows share a priority" in issues.describe(kind="illustrative", least=1.0)
    alone = issues.describe(regions=("Central Asia",), least=0.5)
    number = int((landscape("illustrative").loc["Central Asia"] >= 0.5).to_numpy().sum())
    assert f"One row alone, with priorities from 0.50 up: {number}." in alone


@pytest.mark.parametrize("seed", range(1, 21))
def test_the_run_shown_follows_the_rule(lab, seed):
    run = lab.record(seed=seed)
    needed = LOSS / (GAIN + LOSS)
    accepted, honest = run.accepted[0], run.honest[0]
    assert (accepted == (run.trust[0, :-1] >= needed - 1e-12)).all()
    step = np.diff(run.trust[0])
    assert (step[accepted & ~honest] < 0).all()
    assert (step[accepted & honest] > 0).all()
    assert (step[~accepted] == 0).all()


def test_each_listed_issue_has_one_mark(lab):
    traces = lab.look(seed=3, fifth=-1)["traces"]
    marks = {name: trace for name, trace in traces.items() if name.startswith("asked for")}
    assert sorted(x for trace in marks.values() for x in trace["x"]) == [0, 1, 2, 3]
    run = lab.record(seed=3, fifth=-1)
    assert marks["asked for: not agreed"]["x"] == np.flatnonzero(~run.accepted[0]).tolist()


def test_hard_first_never_reaches_the_hardest_issue(lab):
    hard = lab.press("Hard first")
    assert "agreed with chance 0.000" in lab.describe(**hard)
    assert lab.by_consensus[1] == HARDEST
    by_consensus = lab.press("By consensus")
    assert [by_consensus[place] for place in PLACES] == list(lab.by_consensus)


def test_an_issue_named_twice_counts_once_and_an_empty_agenda_is_allowed(lab):
    twice = lab.describe(second=0)
    assert "An issue named twice comes up once" in twice
    empty = lab.describe(**dict.fromkeys(PLACES, -1))
    assert empty == "Nothing is on the agenda: trust stays at 0.50."
    assert "not on the agenda" in lab.describe(fifth=-1)
    assert lab.record(second=0).order == (0, 2, 3, 4)


def test_the_words_and_the_table_give_stakes_and_exact_chances(lab):
    run = lab.record(partner="opportunist", level=0.8)
    agreed, breaks, payoff = outlook(
        range(5), "one by one", reliability(0.8, "opportunist"), (1, 1)
    )
    table = lab.table(run)
    np.testing.assert_allclose(table["gain if kept"], GAIN)
    np.testing.assert_allclose(table["chance of agreement"], agreed.round(3))
    assert table["chance of agreement"].iloc[0] == 1
    assert f"{breaks:.3f} promises are broken" in lab.describe(partner="opportunist", level=0.8)
    assert f"the mean payoff is {payoff:.2f}" in lab.describe(partner="opportunist", level=0.8)
