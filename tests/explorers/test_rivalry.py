"""Two poles and the room between them: the picture and the words follow the record."""

import re

import pytest

from asian_security import data
from asian_security.analysis import two_poles
from asian_security.explorers import rivalry


@pytest.fixture(scope="module")
def poles():
    return rivalry.TwoPoles()


@pytest.fixture(scope="module")
def room():
    return rivalry.RoomToHedge()


# Two poles -----------------------------------------------------------------------------------


def test_every_measure_has_axes():
    assert list(rivalry.AXES) == list(two_poles.MEASURES)


def test_a_year_after_the_source_is_named_and_not_invented(poles):
    late, last = poles.describe(year=2025), poles.describe(year=2014)
    assert late.startswith("2025 (source stops in 2014)")
    assert late.split(". ", 1)[1] == last.split(". ", 1)[1]
    assert poles.look(year=2025)["traces"] == poles.look(year=2014)["traces"]


def test_the_sentence_counts_every_state_once(poles):
    for measure in ("trade", "votes", "shared", "initiated", "promises"):
        sentence = poles.describe(measure=measure, year=2014)
        total = int(re.search(r"Of (\d+) states", sentence)[1])
        parts = re.search(r"states, (.+) \(", sentence)[1].split(", ")
        assert sum(int(part.split()[0]) for part in parts) == total
        table = poles.table(poles.record(measure=measure, year=2014))
        assert table["number"].sum() == total
        assert [len(names.split(", ")) for names in table["states"]] == table["number"].tolist()


def test_ties_without_a_common_scale_have_no_table_and_no_guides(poles):
    look = poles.look(measure="labels")
    assert look["table"] is None
    assert look["traces"]["guides"]["x"] == [None]


def _boxes(poles, measure, year, state):
    """Return centre and half width of every label, in the pixels that the placing assumes."""
    axes = rivalry.AXES[measure]
    standing = poles.record(measure=measure, year=year, state=state)
    picture = rivalry.Picture.of(standing, axes, state)
    boxes = []
    for iso3, label in zip(standing.here.index, picture.names, strict=True):
        full = iso3 == state and not axes.tiles
        wide = rivalry.label_width(data.state_names()[iso3]) if full else 29.0
        boxes.append((*axes.pixels(label), wide / 2))
    return boxes + [(*axes.pixels(label), 17.0) for label in picture.years]


@pytest.mark.parametrize("measure", two_poles.MEASURES)
def test_no_two_labels_collide_and_none_leaves_the_plot(poles, measure):
    for year in (1985, 1996, 2004, 2010, 2014, 2018, 2023):
        boxes = _boxes(poles, measure, year, "KOR")
        for i, (x, y, half) in enumerate(boxes):
            assert -15 <= x <= 735, (year, i)
            assert 0 <= y <= 430, (year, i)
            for other_x, other_y, other_half in boxes[:i]:
                apart = abs(x - other_x) >= half + other_half - 0.5 or abs(y - other_y) >= 14
                assert apart, (measure, year, i)


def test_pixels_and_units_are_inverse():
    axes = rivalry.AXES["trade"]
    assert axes.pixels((-2, -1.5)) == (0, 0)
    assert axes.units(axes.pixels((30.0, 12.0))) == pytest.approx((30, 12))


def test_the_path_ends_at_the_chosen_state(poles):
    path = poles.look(measure="shared", year=2025, state="VNM")["traces"]["path"]
    places = list(zip(path["x"], path["y"], strict=True))
    assert places[-2] == tuple(two_poles.ties("shared").loc[(2025, "VNM")])
    assert path["customdata"][0] == "1980"
    assert len(path["customdata"]) == len(places)


def test_every_state_is_drawn_once_and_the_chosen_one_is_larger(poles):
    traces = poles.look(measure="votes", year=2000, state="IND")["traces"]
    sizes = [size for group in rivalry.GROUPS for size in traces[group]["marker"]["size"]]
    assert len(sizes) == len(poles.record(measure="votes", year=2000).here)
    assert sorted(sizes)[-2:] == [10, 19]


# The room between ----------------------------------------------------------------------------


def test_the_best_position_tops_the_curve(room):
    for gap in (-1.5, -0.5, 0.5, 1.0):
        for pressure in (0.0, 0.5, 0.9, 1.4):
            record = room.record(gap=gap, insurance=1.0, pressure=pressure)
            assert record.best_worth[0] >= max(record.worth) - 1e-9


def test_the_room_closes_at_insurance_less_a_quarter_of_the_gap(room):
    assert room.record(gap=0.5, insurance=1, pressure=0.8).limit == 0.875
    assert "0.88" in room.describe(gap=0.5, insurance=1, pressure=0.8)
    assert "give up one pole" in room.describe(gap=0.5, insurance=1, pressure=0.8)
    assert "wholly with the second pole" in room.describe(gap=0.5, insurance=1, pressure=0.9)
    assert "wholly with the first pole" in room.describe(gap=-0.5, insurance=1, pressure=0.9)
    assert "Both ends are best alike" in room.describe(gap=0, insurance=1, pressure=1)


def test_the_heading_says_whether_there_is_room(room):
    assert room.look(pressure=0.8)["layout"]["title"]["text"] == "Room between the poles"
    assert room.look(pressure=0.9)["layout"]["title"]["text"] == "Only an end is left"
    assert not room.record(gap=0, insurance=1, pressure=1).between
