"""Ties to the two poles, against values counted from the tables."""

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis import two_poles


def test_trade_ties_are_the_shares_of_the_table():
    rows = data.trade_partners(partner=["CHN", "USA"])
    rows = rows[(rows["iso3"] == "JPN") & (rows["year"] == 2014)].set_index("partner")
    here = two_poles.ties("trade").loc[(2014, "JPN")]
    assert here["china"] == pytest.approx(100 * rows.at["CHN", "share_of_total"])
    assert here["usa"] == pytest.approx(100 * rows.at["USA", "share_of_total"])


def test_shared_mechanisms_are_counted_as_by_hand():
    seats = data.memberships(as_of="2025-12-31", status=data.SEATS)
    own = {
        iso3: set(seats.loc[seats["iso3"] == iso3, "mechanism"]) for iso3 in ("CHN", "USA", "IDN")
    }
    here = two_poles.ties("shared").loc[(2025, "IDN")]
    assert here["china"] == len(own["IDN"] & own["CHN"])
    assert here["usa"] == len(own["IDN"] & own["USA"])


def test_the_strongest_promise_counts_in_either_direction():
    promises = two_poles.ties("promises")
    assert promises.loc[(2018, "JPN"), "usa"] == 3  # The United States promises; Japan does not.
    assert promises.loc[(2018, "PRK"), "china"] == 3
    assert promises.loc[(2018, "BTN")].tolist() == [0, 0]


@pytest.mark.parametrize("measure", two_poles.MEASURES)
def test_no_pole_is_compared_and_no_state_before_its_independence(measure):
    index = two_poles.ties(measure).index
    assert not {"CHN", "USA", "TWN"} & set(index.get_level_values("iso3"))
    assert (1985, "KAZ") not in index
    assert (2001, "TLS") not in index


def test_votes_with_few_roll_calls_are_left_out():
    table = data.unga_agreement()
    few = table[table["votes"] < 20]
    index = two_poles.ties("votes").index
    assert not any((row.session_year, row.iso3) in index for row in few.itertuples())


@pytest.mark.parametrize("measure", ["trade", "votes", "shared", "initiated", "promises"])
def test_positions_follow_their_definition(measure):
    table = two_poles.positions(measure, 2010)
    total = table["china"] + table["usa"]
    tied = total > 0
    wanted = (table["usa"] - table["china"])[tied] / total[tied]
    assert np.allclose(table["position"][tied], wanted)
    factor = 1 if measure == "promises" else 2
    leans = table["china"] > factor * table["usa"] + 1e-9
    assert (table.loc[leans & tied, "stance"].isin(["leans to China", "apart from both"])).all()
    assert set(table.loc[~tied, "stance"]) <= {"apart from both"}


def test_positions_refuse_what_they_cannot_say():
    with pytest.raises(ValueError, match="measure must be one of trade"):
        two_poles.positions("labels", 2010)
    with pytest.raises(ValueError, match="trade runs from 1980 to 2014, got 2020"):
        two_poles.positions("trade", 2020)
    with pytest.raises(ValueError, match="measure must be one of"):
        two_poles.ties("sympathy")


def test_a_year_after_the_source_gives_its_last_year():
    late, last = (two_poles.standing("trade", year, "KOR") for year in (2025, 2014))
    assert late.year == last.year == 2014
    assert late.here.equals(last.here)
    assert late.path.equals(last.path)


def test_the_path_has_the_ties_of_the_chosen_state_up_to_the_year():
    standing = two_poles.standing("shared", 2000, "VNM")
    assert standing.here.index[0] == "VNM"
    assert list(standing.here.index[1:]) == sorted(standing.here.index[1:])
    assert list(standing.path.index) == list(range(1980, 2001))
    assert standing.path.loc[2000].tolist() == standing.here.loc["VNM"].tolist()


def test_a_state_before_its_independence_has_no_path():
    assert two_poles.standing("shared", 1985, "KAZ").path.empty


def test_ties_without_a_common_scale_have_no_stances():
    assert two_poles.standing("labels", 2020, "KOR").stances is None
    assert len(two_poles.standing("trade", 2010, "KOR").stances) > 20


def test_the_poles_and_taiwan_are_not_compared():
    states = two_poles.compared_states()
    assert states == sorted(states)
    assert set(data.region()) - set(states) == {"CHN", "TWN"}
    assert set(states) - set(data.region()) == {"AUS", "NZL", "PNG", "RUS"}
