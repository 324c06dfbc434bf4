"""Who hears whom among the six, and what their talk comes to, against the tables and by symmetry."""

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis.consultation import (
    PATTERNS,
    ROUNDS,
    SIX,
    exchange_views,
    listening_ties,
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_ties_are_mutual_and_nobody_is_tied_to_itself(pattern):
    ties = listening_ties(pattern, "USA", 0.3)
    assert ties.shape == (6, 6)
    assert (ties == ties.T).all()
    assert (np.diag(ties) == 0).all()
    assert ties.min() == 0


def test_the_ties_of_the_forums_come_from_the_table():
    seats = data.memberships(as_of=data.as_of(), status=data.SEATS, state=["CHN", "PRK"])
    kind = data.mechanisms().set_index("mechanism")["kind"]
    seats = seats[~seats["mechanism"].map(kind).isin(["alliance", "treaty"])]
    both = seats.groupby("mechanism")["iso3"].nunique().eq(2).sum()
    assert listening_ties("forums")[SIX.index("CHN"), SIX.index("PRK")] == both


def test_the_line_is_the_only_tie_across():
    apart, joined = listening_ties("allies"), listening_ties("allies", line=0.3)
    a, b = SIX.index("CHN"), SIX.index("USA")
    assert apart[a, b] == 0
    assert joined[a, b] == joined[b, a] == 0.3
    joined[[a, b], [b, a]] = 0
    assert (joined == apart).all()
    assert apart[SIX.index("USA"), SIX.index("JPN")] == 1


def test_the_round_table_gives_all_the_same_weight():
    talks = exchange_views(listening_ties("table"), "KOR", 0.5)
    assert talks.weights == pytest.approx(np.full(6, 1 / 6), abs=1e-9)
    assert talks.speed == pytest.approx(0.4, abs=1e-9)


@pytest.mark.parametrize("hub", ["CHN", "USA"])
def test_a_hub_weighs_as_much_as_all_others(hub):
    talks = exchange_views(listening_ties("hub", hub), "KOR", 0.5)
    assert talks.weights[SIX.index(hub)] == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("pattern", ["allies", "forums"])
def test_weight_is_the_share_of_all_ties(pattern):
    ties = listening_ties(pattern, line=0.3)
    talks = exchange_views(ties, "KOR", 0.5)
    assert talks.weights == pytest.approx(ties.sum(axis=1) / ties.sum(), abs=1e-9)


def test_the_support_ends_at_the_proposers_weight():
    talks = exchange_views(listening_ties("forums"), "RUS", 0.5)
    assert talks.views[0].tolist() == [float(state == "RUS") for state in SIX]
    assert talks.views[ROUNDS] == pytest.approx(
        np.full(6, talks.weights[SIX.index("RUS")]), abs=1e-9
    )


def test_alliances_alone_never_agree():
    talks = exchange_views(listening_ties("allies"), "KOR", 0.5)
    assert talks.weights is None
    assert talks.speed == pytest.approx(1)


def test_ties_can_be_changed_without_changing_the_next_ones():
    listening_ties("forums")[:] = 0
    assert listening_ties("forums").sum() > 0


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="pattern must be one of allies, table, hub, forums"):
        listening_ties("ring")
    with pytest.raises(ValueError, match="hub must be one of JPN"):
        listening_ties("hub", "IND")
    with pytest.raises(ValueError, match="proposer must be one of JPN"):
        exchange_views(listening_ties("table"), "IND", 0.5)
