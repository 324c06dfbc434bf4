"""Labels keep off one another and off other points, and stay inside the plot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.figures.labels import (
    AROUND,
    SIDES,
    TEXT_POSITIONS,
    leader_lines,
    place_labels,
    spread_points,
    text_width,
)

POINTS = st.lists(
    st.tuples(st.floats(20, 700, allow_nan=False), st.floats(10, 420, allow_nan=False)),
    min_size=1,
    max_size=30,
)


@given(POINTS)
@settings(max_examples=25, deadline=None)
def test_labels_of_any_thirty_points_keep_apart_inside_the_plot(points):
    centres = place_labels(points, [29.0] * len(points), area=(-12, -4, 732, 434)).centres
    for i, (x, y) in enumerate(centres):
        assert 2.5 <= x <= 717.5
        assert 4 <= y <= 430
        assert all(abs(x - a) >= 29 or abs(y - b) >= 15.9 for a, b in centres[:i])


def test_a_single_point_has_its_label_on_the_right():
    labels = place_labels([(100, 100)], [40])
    assert labels.centres == [(100 + 9 + 20, 100)]
    assert labels.places == [0]


def test_a_label_goes_where_it_covers_no_other_point():
    centre = place_labels([(100, 100)], [40], others=[(120, 100), (80, 100)]).centres[0]
    assert centre == (100, 116)


def test_a_label_goes_left_at_the_right_edge():
    centre = place_labels([(290, 100)], [40], area=(0, 0, 300, 200)).centres[0]
    assert centre == (290 - 9 - 20, 100)


def test_the_point_in_the_open_chooses_first():
    """Of two places that meet, the one with more room gives way to nobody."""
    crowd = [(100.0, 100.0), (100.0, 101.0), (100.0, 102.0)]
    labels = place_labels([*crowd, (400.0, 100.0)], [40] * 4)
    assert labels.places[3] == 0
    assert len(set(labels.centres)) == 4


def test_a_label_meets_as_few_others_as_it_can_where_there_is_no_free_place():
    labels = place_labels([(100, 100)] * 5, [40] * 5, SIDES)
    assert sorted(labels.places[:4]) == [0, 1, 2, 3]


def test_no_points_need_no_labels():
    assert place_labels([], []).centres == []


def test_places_of_plotly_are_those_that_it_names():
    for name, (across, up, _) in TEXT_POSITIONS.items():
        vertical, horizontal = name.split()
        assert np.sign(up) == {"top": 1, "middle": 0, "bottom": -1}[vertical]
        assert np.sign(across) == {"right": 1, "center": 0, "left": -1}[horizontal]
    assert AROUND[:4] == SIDES == tuple(TEXT_POSITIONS.values())[:4]


def test_capitals_are_wider_than_small_letters():
    assert text_width("ASEAN", 13) == pytest.approx(40.3)
    assert text_width("asean", 13) < text_width("ASEAN", 13)
    assert text_width("ASEAN", 26) == 2 * text_width("ASEAN", 13)


def test_a_line_joins_only_labels_that_stand_apart():
    points = [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]
    centres = [(29.0, 0.0), (80.0, 40.0), (0.0, -50.0)]
    assert leader_lines(points, centres, [40.0] * 3) == [
        ((0.0, 0.0), (60.0, 32.0)),
        ((0.0, 0.0), (0.0, -42.0)),
    ]


def test_points_at_one_place_become_a_cluster_around_it():
    spread = spread_points([(50, 50)] * 4 + [(200, 50)], tiles=False)
    assert spread[4] == (200, 50)
    assert np.mean(spread[:4], axis=0).tolist() == [50, 50]
    assert len(set(spread)) == 5


def test_tiles_stand_to_the_right_and_hang_below_the_ground():
    spread = spread_points([(50, 0)] * 6, tiles=True)
    assert spread[0] == (50, 0)
    assert min(x for x, _ in spread) == 50
    assert len({y for _, y in spread}) == 2
    assert max(y for _, y in spread) == 0
