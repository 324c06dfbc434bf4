"""Marks that were moved apart do not cover each other and keep their sides."""

import numpy as np
import pytest

from asian_security.figures.apart import move_apart


def _overlaps(places, cell):
    apart = np.abs(places[:, None] - places[None])
    return ((apart < np.array(cell) - 1e-9).all(axis=2) & ~np.eye(len(places), dtype=bool)).any()


def test_points_far_apart_stay_where_they_are():
    points = [[0.0, 0.0], [50.0, 0.0], [0.0, 50.0]]
    assert move_apart(points, (40, 40)).tolist() == points


def test_two_points_move_equally_along_the_shorter_way():
    places = move_apart([[0, 0], [30, 4]], (40, 40))
    assert places[:, 1].tolist() == [0, 4]
    assert places[:, 0].mean() == pytest.approx(15)
    assert places[1, 0] - places[0, 0] >= 40


def test_a_crowd_is_spread_until_nothing_overlaps():
    points = np.random.default_rng(2).normal(0, 30, (12, 2))
    assert _overlaps(points, (20, 20))
    assert not _overlaps(move_apart(points, (20, 20)), (20, 20))


def test_points_that_coincide_are_separated():
    assert not _overlaps(move_apart([[1, 1], [1, 1]], (10, 10)), (10, 10))


def test_the_rounds_are_the_limit():
    assert move_apart([[0, 0], [1, 0]], (10, 10), rounds=0).tolist() == [[0, 0], [1, 0]]
