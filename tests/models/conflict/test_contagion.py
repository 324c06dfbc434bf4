import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.models.conflict.contagion import cascade, crowd, shock

LINE = np.eye(5, k=1) + np.eye(5, k=-1)


@st.composite
def networks(draw):
    n = draw(st.integers(2, 12))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    upper = np.triu(rng.random((n, n)) < 0.35, k=1).astype(float)
    return upper + upper.T


def test_granovetters_crowd():
    # Known result 8: thresholds 0..99, then the 1 becomes a 2.
    history = crowd(range(100))
    assert history.tolist() == list(range(101))
    assert crowd([0, 2, *range(2, 100)])[-1] == 1


def test_insecurity_runs_along_a_line_step_by_step():
    spread = cascade(LINE, shock(5, 0), 0.5)
    assert spread.arrival.tolist() == [0, 1, 2, 3, 4]
    assert spread.final.all()


def test_a_higher_threshold_stops_it():
    spread = cascade(LINE, shock(5, 2), 0.6)
    assert spread.arrival.tolist() == [-1, -1, 0, -1, -1]


def test_the_share_is_weighted_by_ties():
    ties = np.array([[0, 3, 1], [0, 0, 0], [0, 0, 0]])
    assert cascade(ties, shock(3, 1), 0.75).final.tolist() == [True, True, False]
    assert cascade(ties, shock(3, 2), 0.75).final.tolist() == [False, False, True]


def test_a_state_without_neighbours_never_catches_it():
    ties = np.zeros((3, 3))
    assert cascade(ties, shock(3, 0), 0.0).final.tolist() == [True, False, False]


def test_thresholds_equal_to_the_share_count_despite_rounding():
    star = np.zeros((11, 11))
    star[0, 1:] = 1
    for insecure in range(11):
        spread = cascade(star, shock(11, range(1, 1 + insecure)), 0.1 * insecure)
        assert spread.final[0]


@settings(deadline=None)
@given(networks(), st.floats(0, 1), st.floats(0, 1), st.integers(0, 100))
def test_cascades_shrink_as_thresholds_rise(ties, one, other, start):
    seed = shock(len(ties), start % len(ties))
    low = cascade(ties, seed, min(one, other)).final
    high = cascade(ties, seed, max(one, other)).final
    assert (high <= low).all()


@settings(deadline=None)
@given(networks(), st.floats(0.01, 1), st.integers(0, 100), st.integers(0, 100))
def test_cascades_grow_with_the_shock_and_end_where_nobody_is_left_to_turn(ties, phi, one, two):
    n = len(ties)
    small = cascade(ties, shock(n, one % n), phi)
    large = cascade(ties, shock(n, [one % n, two % n]), phi)
    assert (small.final <= large.final).all()
    for state in np.flatnonzero(~small.final):
        neighbours = ties[state] > 0
        if neighbours.any():
            assert small.final[neighbours].mean() < phi


def test_many_runs_equal_the_runs_one_by_one():
    rng = np.random.default_rng(5)
    upper = np.triu(rng.random((15, 15)) < 0.2, k=1).astype(float)
    ties = upper + upper.T
    thresholds = np.linspace(0.1, 0.9, 9)
    runs = cascade(ties, np.eye(15, dtype=bool), thresholds[:, None, None])
    assert runs.final.shape == (9, 15, 15)
    for i, phi in enumerate(thresholds):
        for start in range(15):
            alone = cascade(ties, shock(15, start), phi)
            assert (runs.final[i, start] == alone.final).all()
            assert (runs.arrival[i, start] == alone.arrival).all()


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"threshold must lie in \[0, 1\], got 1\.7"):
        cascade(LINE, shock(5, 0), 1.7)
    with pytest.raises(ValueError, match="insecure must hold True or False for each of 5 states"):
        cascade(LINE, [0, 1, 0, 0, 0], 0.5)
    with pytest.raises(ValueError, match="adjacency must be at least 0, got -1"):
        cascade(-LINE, shock(5, 0), 0.5)
    with pytest.raises(ValueError, match=r"start must lie in \[0, 4\], got 7"):
        shock(5, 7)
