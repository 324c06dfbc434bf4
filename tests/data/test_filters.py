"""What a request for a table may ask, and how an odd one is answered."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asian_security import data
from asian_security.data.filters import is_partial_date, select_in_force
from asian_security.data.reader import read_package, read_table

# Dates -------------------------------------------------------------------------------------


def write_memberships(folder: Path, *spells: tuple[str, str]) -> None:
    lines = ["mechanism,iso3,status,start,end,confidence,source,note"]
    lines += [
        f"M{index},CHN,member,{start},{end},high,course,"
        for index, (start, end) in enumerate(spells)
    ]
    (folder / "memberships.csv").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("start", "end", "as_of", "is_counted"),
    [
        ("2001-06-15", "", "2001", True),
        ("2001-06-15", "", "2001-06", True),
        ("2001-06-15", "", "2001-06-14", False),
        ("2001-06-15", "", "2001-06-15", True),
        ("2001-06-15", "", "2025-12-31", True),
        ("2001", "2003", "2001-01-01", True),
        ("2001", "2003", "2003-12-31", True),
        ("2001", "2003", "2004-01-01", False),
        ("2001", "2003", "2000-12-31", False),
        ("2001-02", "2001-02", "2001-02-28", True),
        ("2001-02", "2001-02", "2001-03", False),
        ("1990", "2001-06-15", "2001", True),
        ("1990", "2001-06-15", "2001-06-16", False),
        ("1990", "2001-06-15", 2001, True),
        ("1990", "2001-06-15", datetime.date(2001, 6, 15), True),
        ("1990", "2001-06-15", datetime.datetime(2001, 6, 16, 12), False),
    ],
)
def test_a_partial_date_counts_for_its_whole_period(copy, start, end, as_of, is_counted):
    write_memberships(copy, (start, end))
    assert (len(data.memberships(as_of=as_of)) == 1) is is_counted


days = st.dates(datetime.date(1946, 1, 1), datetime.date(2025, 12, 31))


@given(day=days)
def test_a_month_includes_each_of_its_days_and_a_year_each_month(day):
    spells = data.memberships()
    keys = ["mechanism", "iso3", "status", "start"]

    def select_rows(as_of):
        return set(map(tuple, select_in_force(spells, as_of, "memberships")[keys].values))

    assert select_rows(day) <= select_rows(day.isoformat()[:7]) <= select_rows(day.year)


@pytest.mark.parametrize(
    "wrong", ["", "soon", "2001-13", "2001-02-30", "01/02/2003", "20010203", 20.5, True, "2001-1"]
)
def test_what_is_not_a_date_is_refused(wrong):
    with pytest.raises(
        ValueError, match="as_of must be a date written YYYY, YYYY-MM or YYYY-MM-DD"
    ):
        data.memberships(as_of=wrong)


@pytest.mark.parametrize("wrong", ["1890", "2026", 2205])
def test_a_date_outside_the_tables_is_refused(wrong):
    with pytest.raises(
        ValueError, match="as_of must lie from 1945 to 2025-12-31 for the table memberships"
    ):
        data.memberships(as_of=wrong)


def test_a_censored_spell_is_not_an_ending():
    borders = data.contiguity()
    censored = borders[borders["right_censored"]]
    assert censored["end"].isna().all()
    pairs = set(zip(censored["iso3_a"], censored["iso3_b"], strict=True))
    later = data.contiguity(as_of="2025-12-31")
    assert set(zip(later["iso3_a"], later["iso3_b"], strict=True)) == pairs

    last, carried = data.alliances(2018), data.alliances(2025)
    assert carried["right_censored"].all()
    assert len(carried) == last["right_censored"].sum() > 0
    assert data.alliances()["end_year"].isna().equals(data.alliances()["right_censored"])


def test_a_pair_of_neighbours_has_one_row_at_a_date():
    for year in (1958, 1967, 2016):
        rows = data.contiguity(as_of=year)
        assert not rows.duplicated(["iso3_a", "iso3_b"]).any()
    egypt = data.contiguity(as_of="1958-02").query("iso3_a == 'EGY' and iso3_b == 'JOR'")
    assert egypt["contact_type"].tolist() == [1]


def test_land_only_keeps_land():
    assert set(data.contiguity(land_only=True)["contact_type"]) == {1}
    pair = data.contiguity().query("iso3_a == 'CHN' and iso3_b == 'JPN'")
    assert len(pair) == 1
    assert pair["contact_type"].item() > 1


# Names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: data.memberships(state="CHM"), r"unknown state 'CHM'; nearest valid names: .*CHN \(China\)"),
        (lambda: data.memberships(state="China"), r"unknown state 'China'; nearest valid names: CHN \(China\)\.$"),
        (lambda: data.memberships(state=["CHN", "xx"]), r"unknown state 'xx'"),
        (lambda: data.memberships(mechanism="Shanghai Cooperation"), r"SCO \(Shanghai Cooperation Organisation\)"),
        (lambda: data.memberships(mechanism="sco"), r"nearest valid names: SCO"),
        (lambda: data.memberships(status="membr"), r"unknown status 'membr'; nearest valid names: member\."),
        (lambda: data.mechanisms(initiator="China"), r"unknown initiator 'China'; nearest valid names: .*China-initiated"),
        (lambda: data.mechanisms(kind="aliance"), r"unknown kind 'aliance'; nearest valid names: alliance"),
        (lambda: data.states("Northest Asia"), r"unknown subregion .* Northeast Asia"),
        (lambda: data.alliances(promise="defense"), r"unknown promise 'defense'; nearest valid names: defence"),
        (lambda: data.alliances(1900), r"year must lie from 1945 to 2025 for the table alliances, got 1900"),
        (lambda: data.alliances("2000"), r"year must be a whole number such as 2010, got '2000'"),
        (lambda: data.disputes(hotspot="kashmir"), r"unknown hotspot 'kashmir'; .*india_pakistan"),
        (lambda: data.disputes(state="PKR"), r"unknown state 'PKR'; nearest valid names: .*PRK"),
        (lambda: data.power(year=1800), r"year must lie from 1946 to 2024 for the table power, got 1800"),
        (lambda: data.power(year=2000.0), r"year must be a whole number such as 2010, got 2000\.0"),
        (lambda: data.military_expenditure(state="Pakistan"), r"PAK \(Pakistan\)"),
        (lambda: data.trade_partners(partner="UK"), r"unknown partner 'UK'; valid names include CHN, IND, JPN, RUS, USA"),
        (lambda: data.deaths_by_region("Asia-Pacific"), r"unknown region 'Asia-Pacific'; nearest valid names: Asia"),
        (lambda: data.claims(lesson="13"), r"unknown lesson '13'"),
        (lambda: data.claims(kind="X"), r"unknown kind 'X'; valid names include C, D, E, N"),
        (lambda: data.glossary(lesson="seven"), r"unknown lesson 'seven'"),
        (lambda: data.cite("fearon95"), r"unknown source key 'fearon95'; nearest valid names: fearon1995"),
        (lambda: data.reference("atopp"), r"unknown source key 'atopp'; nearest valid names: atop"),
        (lambda: data.coverage("alliance"), r"unknown table 'alliance'; nearest valid names: alliances"),
        (lambda: data.source_line("troops"), r"unknown table 'troops'; nearest valid names: us_troops"),
        (lambda: data.priorities(kind="mesured"), r"unknown kind 'mesured'; nearest valid names: measured"),
        (lambda: data.hotspot_events("Korean peninsula"), r"unknown hotspot .*korea"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_answered_with_the_nearest_ones(call, says):
    with pytest.raises(ValueError, match=says) as caught:
        call()
    assert not isinstance(caught.value, data.DataError)
    assert len(str(caught.value).splitlines()) == 1


def test_filters_keep_what_they_say():
    frame = data.memberships(
        as_of="2020", mechanism=["SCO", "QUAD"], status="member", state=["IND", "CHN"]
    )
    assert set(zip(frame["mechanism"], frame["iso3"], strict=True)) == {
        ("SCO", "IND"),
        ("SCO", "CHN"),
    } | (
        {("QUAD", "IND")}
        if "member" in set(data.memberships(mechanism="QUAD")["status"])
        else set()
    )
    assert list(frame.index) == list(range(len(frame)))
    assert set(data.trade_partners(state="VNM", partner="USA", year=2010)["partner"]) == {"USA"}
    assert set(data.mechanisms(as_of="1960")["founded"].str[:4]) <= {
        str(year) for year in range(1945, 1961)
    }
    assert "SEATO" in set(data.mechanisms(as_of="1960")["mechanism"])
    assert "SEATO" not in set(data.mechanisms(as_of="1990")["mechanism"])
    promises = data.alliances(2000, promise="defence")
    assert promises["defence"].all()
    assert (promises["start_year"] <= 2000).all()
    assert data.claims(lesson=7).equals(data.claims(lesson="07"))


# Ends of periods ---------------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "is_counted"), [("2001-01-31", True), ("2001-02-01", False)])
def test_a_month_counts_to_its_last_day(copy, as_of, is_counted):
    write_memberships(copy, ("1990", "2001-01"))
    assert (len(data.memberships(as_of=as_of)) == 1) is is_counted


@pytest.mark.parametrize("as_of", ["1945", "1945-01-01", "2025", "2025-12", "2025-12-31"])
def test_the_first_and_the_last_day_of_the_tables_are_accepted(as_of):
    data.memberships(as_of=as_of)


def test_a_promise_counts_in_the_year_in_which_it_ends():
    ended = data.alliances().dropna(subset=["end_year"]).iloc[0]
    year, keys = int(ended["end_year"]), ["iso3_a", "iso3_b", "start_year"]
    for date, counts in ((year, True), (year + 1, False)):
        rows = data.alliances(date)[keys].to_numpy().tolist()
        assert (ended[keys].tolist() in rows) is counts


# Dates in the tables -----------------------------------------------------------------------


@pytest.mark.parametrize("table", data.tables())
def test_every_date_in_a_table_is_one_of_the_calendar(table):
    """frictionless holds the tables to their patterns, which a 30th of February fits."""
    frame = read_table(table)
    for field in read_package()["by_name"][table]["schema"]["fields"]:
        if field.get("partialDate"):
            assert frame[field["name"]].dropna().map(is_partial_date).all(), field["name"]


@pytest.mark.parametrize("text", ["2001-02-30", "2001-13", "1920-1", "01/02/2003", "", "20010203"])
def test_an_impossible_date_is_detected(text):
    assert not is_partial_date(text)
