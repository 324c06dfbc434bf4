"""Two poles, the room between them, and the balance machine, against values worked out apart."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security import data
from asian_security.explorers import balance_machine, rivalry
from asian_security.models.balance import balance_dynamics


@pytest.fixture(scope="module")
def poles():
    return rivalry.TwoPoles()


@pytest.fixture(scope="module")
def machine():
    return balance_machine.BalanceMachine()


@pytest.fixture(scope="module")
def room():
    return rivalry.RoomToHedge()


# Two poles -----------------------------------------------------------------------------------


def test_trade_ties_are_the_shares_of_the_table():
    rows = data.trade_partners(partner=["CHN", "USA"])
    rows = rows[(rows["iso3"] == "JPN") & (rows["year"] == 2014)].set_index("partner")
    here = rivalry.ties("trade").loc[(2014, "JPN")]
    assert here["china"] == pytest.approx(100 * rows.at["CHN", "share_of_total"])
    assert here["usa"] == pytest.approx(100 * rows.at["USA", "share_of_total"])


def test_shared_mechanisms_are_counted_as_by_hand():
    seats = data.memberships(as_of="2025-12-31", status=data.SEATS)
    own = {
        iso3: set(seats.loc[seats["iso3"] == iso3, "mechanism"]) for iso3 in ("CHN", "USA", "IDN")
    }
    here = rivalry.ties("shared").loc[(2025, "IDN")]
    assert here["china"] == len(own["IDN"] & own["CHN"])
    assert here["usa"] == len(own["IDN"] & own["USA"])


def test_the_strongest_promise_counts_in_either_direction():
    promises = rivalry.ties("promises")
    assert promises.loc[(2018, "JPN"), "usa"] == 3  # The United States promises; Japan does not.
    assert promises.loc[(2018, "PRK"), "china"] == 3
    assert promises.loc[(2018, "BTN")].tolist() == [0, 0]


def test_no_pole_is_drawn_and_no_state_before_its_independence():
    for measure in rivalry._MEASURES:
        index = rivalry.ties(measure).index
        assert not {"CHN", "USA", "TWN"} & set(index.get_level_values("iso3"))
        assert (1985, "KAZ") not in index
        assert (2001, "TLS") not in index


def test_votes_with_few_roll_calls_are_left_out():
    table = data.unga_agreement()
    few = table[table["votes"] < 20]
    index = rivalry.ties("votes").index
    assert not any((row.session_year, row.iso3) in index for row in few.itertuples())


@pytest.mark.parametrize("measure", ["trade", "votes", "shared", "initiated", "promises"])
def test_positions_follow_their_definition(measure):
    found = rivalry.positions(measure, 2010)
    total = found["china"] + found["usa"]
    held = total > 0
    wanted = (found["usa"] - found["china"])[held] / total[held]
    assert np.allclose(found["position"][held], wanted)
    factor = 1 if measure == "promises" else 2
    leans = found["china"] > factor * found["usa"] + 1e-9
    assert (found.loc[leans & held, "stance"].isin(["leans to China", "apart from both"])).all()
    assert set(found.loc[~held, "stance"]) <= {"apart from both"}


def test_positions_refuse_what_they_cannot_say():
    with pytest.raises(ValueError, match="measure must be one of trade"):
        rivalry.positions("labels", 2010)
    with pytest.raises(ValueError, match="trade runs from 1980 to 2014, got 2020"):
        rivalry.positions("trade", 2020)
    with pytest.raises(ValueError, match="measure must be one of"):
        rivalry.ties("sympathy")


def test_a_year_after_the_source_is_named_and_not_invented(poles):
    late, last = poles.describe(year=2025), poles.describe(year=2014)
    assert late.startswith("2025 (source stops in 2014)")
    assert late.split(". ", 1)[1] == last.split(". ", 1)[1]
    assert poles.traces(measure="trade", year=2025, state="KOR") == poles.traces(
        measure="trade", year=2014, state="KOR"
    )


def test_the_sentence_counts_every_state_once(poles):
    for measure in ("trade", "votes", "shared", "initiated", "promises"):
        said = poles.describe(measure=measure, year=2014)
        total = int(re.search(r"Of (\d+) states", said)[1])
        parts = re.search(r"states, (.+) \(", said)[1].split(", ")
        assert sum(int(part.split()[0]) for part in parts) == total
        assert poles.table(measure=measure, year=2014, state="KOR")["number"].sum() == total


def _boxes(measure, year, state):
    """Return centre and half width of every label, in the pixels that the placing assumes."""
    (left, right), (low, high) = rivalry._MEASURES[measure].ranges
    placed = rivalry._placed(measure, year, state)
    tiles = rivalry._MEASURES[measure].tiles
    named = dict(data.states().set_index("iso3")["name_en"])
    boxes = []
    for iso3, (x, y) in zip(placed.states, placed.labels, strict=True):
        text = named[iso3] if iso3 == state and not tiles else iso3
        wide = 8.0 * len(text) + 8 if iso3 == state and not tiles else 29.0
        boxes.append((x, y, wide / 2))
    boxes += [(x, y, 17.0) for x, y, _ in placed.decades]
    across, up = rivalry._WIDE / (right - left), rivalry._HIGH / (high - low)
    return [((x - left) * across, (y - low) * up, half) for x, y, half in boxes]


@pytest.mark.parametrize("measure", ["trade", "votes", "shared", "labels", "promises", "initiated"])
def test_no_two_labels_collide_and_none_leaves_the_plot(measure):
    for year in (1985, 1996, 2004, 2010, 2014, 2018, 2023):
        shown = rivalry.TwoPoles()._shown(measure, year)
        boxes = _boxes(measure, shown, "KOR")
        for i, (x, y, half) in enumerate(boxes):
            assert -15 <= x <= rivalry._WIDE + 15, (year, i)
            assert 0 <= y <= rivalry._HIGH, (year, i)
            for other_x, other_y, other_half in boxes[:i]:
                apart = abs(x - other_x) >= half + other_half - 0.5 or abs(y - other_y) >= 14
                assert apart, (measure, year, i)


@given(
    st.lists(
        st.tuples(st.floats(20, 700, allow_nan=False), st.floats(10, 420, allow_nan=False)),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=25, deadline=None)
def test_labels_of_any_thirty_points_keep_apart(points):
    placed = rivalry.place_labels(points, [29.0] * len(points))
    for i, (x, y) in enumerate(placed):
        assert all(abs(x - a) >= 29 or abs(y - b) >= 15.9 for a, b in placed[:i])


def test_the_path_ends_at_the_chosen_state(poles):
    changes = poles.traces(measure="shared", year=2025, state="VNM")
    path = list(zip(changes[2]["x"], changes[2]["y"], strict=True))
    assert path[-2] == tuple(rivalry.ties("shared").loc[(2025, "VNM")])
    assert changes[2]["customdata"][0] == "1980"


# The balance machine -------------------------------------------------------------------------


def test_two_rivals_with_four_friends_have_four_unbalanced_triangles(machine):
    said = machine.describe()
    assert "4 of 20 triangles are unbalanced (tension 0.20)" in said
    assert "under most pressure is P-Q: flipping it would leave 4 fewer" in said
    assert "ends with everybody in one camp" in said


@pytest.mark.parametrize(
    ("rivalry_strength", "tilt", "ending"),
    [
        (3.5, 0, "everybody in one camp"),
        (4, 0, "No single pattern wins"),
        (4.5, 0, "P against Q; A B C D on neither side"),
        (6, 0.1, "P A B C D against Q."),
        (6, -0.1, "P against Q A B C D."),
    ],
)
def test_the_turn_comes_at_the_number_of_common_friends(machine, rivalry_strength, tilt, ending):
    assert ending in machine.describe(rivalry=rivalry_strength, tilt=tilt)


@given(st.integers(1, 8), st.floats(0.05, 0.95))
@settings(max_examples=40, deadline=None)
def test_common_friends_reconcile_a_rivalry_weaker_than_their_number(friends, share):
    ties = np.ones((friends + 2,) * 2) - np.eye(friends + 2)
    ties[0, 1] = ties[1, 0] = -share * friends
    assert (balance_dynamics.final_camps(ties) == 1).all()
    ties[0, 1] = ties[1, 0] = -friends / share
    assert balance_dynamics.final_camps(ties).tolist() == [1, -1] + [0] * friends


def test_the_strengths_in_motion_are_those_of_the_model(machine):
    run = balance_machine._motion("both", (), 2.0, 0.3)
    start = run.strengths(0.0)
    assert start[0, 1] == pytest.approx(-2.0)
    assert start[0, 2] == pytest.approx(1.3)
    assert start[1, 2] == pytest.approx(-0.7)
    for share in (0.3, 0.8, 0.99):
        exact = balance_dynamics.evolve(start, [share * run.end])[0]
        assert np.allclose(run.strengths(share), exact, rtol=1e-9, atol=1e-9)


def test_near_the_break_the_picture_shows_the_final_camps(machine):
    for start in ("rivals", "both", "camps"):
        run = balance_machine._motion(start, (), 1.0, 0.0)
        late = np.sign(run.strengths(0.9999))
        np.fill_diagonal(late, 0)
        wanted = np.outer(run.camps, run.camps) - np.eye(6)
        assert (late == wanted).all()
        assert run.drift(0.0) == 0
        assert run.drift(0.9999) > 0.99


def test_flipping_twice_changes_nothing_and_once_changes_one_tie(machine):
    flip = machine.actions()[0].apply
    values = machine.defaults
    once = values | flip(values)
    assert once["flipped"] == ("P-A",)
    assert flip(once) == {"flipped": ()}
    before = balance_machine._motion("rivals", (), 1.0, 0.0).signs
    after = balance_machine._motion("rivals", ("P-A",), 1.0, 0.0).signs
    assert np.argwhere(before != after).tolist() == [[0, 2], [2, 0]]


def test_the_tensest_tie_leads_to_balance_and_then_there_is_none(machine):
    tensest = machine.actions()[1].apply
    values = machine.defaults
    values = values | tensest(values)
    assert values["flipped"] == ("P-Q",)
    assert tensest(values) == {}
    assert "0 of 20 triangles" in machine.describe(**values)


def test_three_camps_are_jammed(machine):
    said = machine.describe(start="three")
    assert "8 of 20" in said
    assert "jammed" in said
    assert "4 ties away" in said


def test_disputes_give_the_signs_of_five_powers(machine):
    signs = balance_machine.dispute_signs(1991, 2010)
    table = data.disputes().query("great_powers and 1991 <= start_year <= 2010")
    pairs = {frozenset(pair) for pair in zip(table["iso3_a"], table["iso3_b"], strict=True)}
    assert len(pairs) == (signs < 0).sum() / 2
    powers = list(balance_machine.POWERS)
    assert signs[powers.index("JPN"), powers.index("USA")] == 1
    assert signs[powers.index("CHN"), powers.index("IND")] == -1
    said = machine.describe(start="disputes")
    assert "of 10 triangles" in said  # D has no tie and no triangle.
    assert " D " not in said


def test_dispute_signs_refuse_other_states_and_years():
    with pytest.raises(ValueError, match="powers must be among CHN"):
        balance_machine.dispute_signs(powers=["CHN", "FRA"])
    with pytest.raises(ValueError, match="first must not come after last"):
        balance_machine.dispute_signs(2010, 1991)


def test_every_state_of_the_machine_can_be_drawn(machine):
    for start in balance_machine._STARTS:
        for time in (0, 50, 99):
            for strength in (0.5, 4, 8):
                figure = machine.figure(start=start, time=time, rivalry=strength)
                assert "NaN" not in json.dumps(json.loads(figure.to_json()))
                nodes = next(t for t in figure.data if t.mode == "markers+text")
                at = [p for p in zip(nodes.x, nodes.y, strict=True) if p[0] is not None]
                assert all(abs(x) <= 1.2 and abs(y) <= 1.05 for x, y in at)
                assert len({(round(x, 2), round(y, 2)) for x, y in at}) == len(at)


# The room between ----------------------------------------------------------------------------


def test_the_best_position_tops_the_curve(room):
    for gap in (-1.5, -0.5, 0.5, 1.0):
        for pressure in (0.0, 0.5, 0.9, 1.4):
            curve, best = room.traces(gap=gap, insurance=1.0, pressure=pressure)
            assert best["y"][0] >= max(curve["y"]) - 1e-9


def test_the_room_closes_at_insurance_less_a_quarter_of_the_gap(room):
    assert "0.88" in room.describe(gap=0.5, insurance=1, pressure=0.8)
    assert "give up one pole" in room.describe(gap=0.5, insurance=1, pressure=0.8)
    assert "wholly with the second pole" in room.describe(gap=0.5, insurance=1, pressure=0.9)
    assert "wholly with the first pole" in room.describe(gap=-0.5, insurance=1, pressure=0.9)
    assert "Both ends are best alike" in room.describe(gap=0, insurance=1, pressure=1)
