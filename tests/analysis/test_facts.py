"""Each fact once more, by another way than in the module: from the files, with csv and sets."""

import csv
import math
import statistics

import pytest

from asian_security import data
from asian_security.analysis import facts

ASIA = {
    "CHN",
    "JPN",
    "KOR",
    "MNG",
    "PRK",
    "TWN",
    "BRN",
    "IDN",
    "KHM",
    "LAO",
    "MMR",
    "MYS",
    "PHL",
    "SGP",
    "THA",
    "TLS",
    "VNM",
    "AFG",
    "BGD",
    "BTN",
    "IND",
    "LKA",
    "MDV",
    "NPL",
    "PAK",
    "KAZ",
    "KGZ",
    "TJK",
    "TKM",
    "UZB",
}


def rows(table):
    with (data.folder() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_asia_has_thirty_states():
    assert set(facts.asian_states()) == ASIA


def test_asia_share_of_battle_deaths():
    fact = facts.asia_share_of_battle_deaths()

    def share(column, first, last):
        asia = world = 0
        for row in rows("deaths_by_region"):
            if first <= int(row["year"]) <= last and row[column]:
                world += int(row[column])
                asia += int(row[column]) * (row["region"] == "Asia")
        return asia / world

    assert fact["1946-79 (PRIO series)"] == pytest.approx(
        share("prio_battle_deaths", 1946, 1979), abs=1e-12
    )
    assert fact["1980-88 (PRIO series)"] == pytest.approx(
        share("prio_battle_deaths", 1980, 1988), abs=1e-12
    )
    assert fact["1989-2024 (UCDP)"] == pytest.approx(
        share("state_based_deaths", 1989, 2024), abs=1e-12
    )
    assert fact["2022-24 (UCDP)"] == pytest.approx(
        share("state_based_deaths", 2022, 2024), abs=1e-12
    )


def test_afghanistan_in_asia():
    fact = facts.afghanistan_in_asia()
    for label, first, last in (
        ("1989-2024", 1989, 2024),
        ("2001-21", 2001, 2021),
        ("2022-24", 2022, 2024),
    ):
        there = sum(
            int(row["state_based_deaths"])
            for row in rows("deaths_by_state")
            if row["iso3"] == "AFG" and first <= int(row["year"]) <= last
        )
        everywhere = sum(
            int(row["state_based_deaths"])
            for row in rows("deaths_by_region")
            if row["region"] == "Asia" and first <= int(row["year"]) <= last
        )
        assert fact[label] == pytest.approx(there / everywhere, rel=1e-4)


def test_conflicts_in_asia():
    row = next(r for r in rows("deaths_by_region") if (r["region"], r["year"]) == ("Asia", "2024"))
    assert list(facts.conflicts_in_asia().values.values()) == [
        int(row[column])
        for column in ("conflicts", "wars", "interstate_conflicts", "state_based_deaths")
    ]


def test_india_pakistan_disputes():
    pair = [row for row in rows("disputes") if {row["iso3_a"], row["iso3_b"]} == {"IND", "PAK"}]
    territorial = [row for row in pair if "territory" in (row["issue_a"], row["issue_b"])]
    wars = [row for row in pair if row["hostility_label"] == "war"]
    assert facts.india_pakistan_disputes().values == {
        "disputes": len(pair),
        "territorial": len(territorial),
        "wars": len(wars),
    }


def test_great_power_disputes():
    great = {"CHN", "IND", "JPN", "RUS", "USA"}
    pairs = [row for row in rows("disputes") if {row["iso3_a"], row["iso3_b"]} <= great]
    territorial = [row for row in pairs if "territory" in (row["issue_a"], row["issue_b"])]
    assert facts.great_power_disputes().values == {
        "pairs in disputes": len(pairs),
        "territorial": len(territorial),
    }


def test_missile_tests_and_talks():
    fact = facts.missile_tests_and_talks()
    dates = [row["date"] for row in rows("missile_launches")]
    during = [date for date in dates if "2003-08-27" <= date <= "2009-04-14"]
    after = [date for date in dates if "2009-04-14" < date < "2026"]
    assert fact["days during"] == len(set(during))
    assert fact["missiles during"] == len(during)
    assert fact["days after"] == len(set(after))
    assert fact["missiles after"] == len(after)
    assert fact["days a year after"] == pytest.approx(len(set(after)) / 16.715, rel=1e-3)
    assert fact["days a year during"] == pytest.approx(len(set(during)) / 5.632, rel=1e-3)


def test_nuclear_tests():
    dates = sorted(row["date"] for row in rows("nuclear_tests"))
    assert facts.nuclear_tests_of_the_dprk().values == {
        "tests": 6,
        "during the talks": len([date for date in dates if "2003-08-27" <= date <= "2009-04-14"]),
        "first": dates[0],
        "last": dates[-1],
    }


def test_piracy_in_southeast_asia():
    fact = facts.piracy_in_southeast_asia()
    southeast = {"BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "TLS", "VNM"}
    for year in (2000, 2010, 2020):
        near = everywhere = 0
        for row in rows("piracy"):
            if row["year"] == str(year):
                everywhere += int(row["attacks"])
                near += int(row["attacks"]) * (row["iso3"] in southeast)
        assert fact[f"attacks {year}"] == near
        assert fact[f"share {year}"] == pytest.approx(near / everywhere, abs=1e-12)


def test_spread_of_ideal_points():
    fact = facts.spread_of_ideal_points()
    points = {
        (row["iso3"], row["year"]): float(row["ideal_point"]) for row in rows("unga_ideal_points")
    }
    both = [state for state in ASIA if (state, "1995") in points and (state, "2024") in points]
    assert fact["states"] == len(both)
    for year in ("1995", "2024"):
        assert fact[year] == pytest.approx(
            statistics.stdev(points[s, year] for s in both), abs=1e-12
        )


def test_trade():
    fact = facts.trade_with_china_and_the_united_states()
    trade = {
        (row["iso3"], row["partner"], row["year"]): float(row["trade_usd_m"])
        for row in rows("trade_partners")
    }
    for year in ("1990", "2000", "2014"):
        both = [
            state
            for state in ASIA - {"CHN"}
            if (state, "CHN", year) in trade and (state, "USA", year) in trade
        ]
        more = [state for state in both if trade[state, "CHN", year] > trade[state, "USA", year]]
        assert fact[f"states with both figures {year}"] == len(both)
        assert fact[f"more with China {year}"] == len(more)


def test_defence_promises():
    fact = facts.defence_promises_of_the_united_states()
    for year in (1960, 2018):
        promised = {
            row["iso3_b"]
            for row in rows("alliances")
            if row["iso3_a"] == "USA"
            and row["defence"] == "1"
            and int(row["start_year"]) <= year <= int(row["end_year"] or 9999)
        }
        promised &= ASIA | {"AUS", "NZL"}
        assert fact[f"states {year}"] == " ".join(sorted(promised))
        assert fact[f"number {year}"] == len(promised)


def test_military_expenditure_ratios():
    spent = {
        (r["iso3"], r["year"]): r["milex_const2023_usd_m"] for r in rows("military_expenditure")
    }
    fact = facts.military_expenditure_ratios()
    for first, second in (("USA", "CHN"), ("IND", "PAK")):
        for year in ("1990", "2024"):
            ratio = float(spent[first, year]) / float(spent[second, year])
            assert math.isclose(fact[f"{first} to {second} {year}"], ratio)


def test_largest_capability_shares():
    shares = {
        r["iso3"]: float(r["capability_share"] or 0) for r in rows("power") if r["year"] == "2022"
    }
    largest = sorted(shares, key=shares.get)[-1:-4:-1]
    assert facts.largest_capability_shares().values == {state: shares[state] for state in largest}


def test_mechanisms_alive():
    fact = facts.mechanisms_alive()
    for year in (1975, 1995, 2015, 2025):
        alive = [
            row
            for row in rows("mechanisms")
            if row["founded"][:4] <= str(year)
            and (not row["ended"] or row["ended"] >= f"{year}-12-31")
        ]
        assert fact[str(year)] == len(alive)


def belonging():
    groups = {}
    for row in rows("memberships"):
        open_end = not row["end"] or row["end"] >= "2025-12-31"
        if (
            open_end
            and row["start"] <= "2025-12-31"
            and row["status"] in {"member", "participant", "party"}
        ):
            groups.setdefault(row["mechanism"], set()).add(row["iso3"])
    return groups


def test_eas_and_admm_plus_and_sco_and_quad():
    groups = belonging()
    assert facts.eas_and_admm_plus().values == {
        "EAS": len(groups["EAS"]),
        "ADMM-Plus": len(groups["ADMM-Plus"]),
        "in both": len(groups["EAS"] & groups["ADMM-Plus"]),
    }
    both = groups["SCO"] & groups["QUAD"]
    assert facts.sco_and_quad()["states"] == " ".join(sorted(both)) == "IND"


def test_neighbours_without_a_forum():
    fact = facts.neighbours_without_a_forum()
    groups = belonging()
    economic = {row["mechanism"] for row in rows("mechanisms") if row["kind"] == "economic"}
    borders = {
        (row["iso3_a"], row["iso3_b"])
        for row in rows("contiguity")
        if row["contact_type"] == "1"
        and row["right_censored"] == "1"
        and {row["iso3_a"], row["iso3_b"]} <= ASIA
    }
    assert fact["land borders"] == len(borders)
    for label, kept in (("any", set(groups)), ("one that is not economic", set(groups) - economic)):
        apart = {pair for pair in borders if not any(set(pair) <= groups[name] for name in kept)}
        assert fact[f"without {label}"] == len(apart)
        expected = " ".join(sorted("-".join(pair) for pair in apart)) or "none"
        assert fact[f"pairs without {label}"] == expected


def test_neighbours_and_partners_of_china():
    around = {
        state
        for row in rows("contiguity")
        if row["contact_type"] == "1"
        and row["right_censored"] == "1"
        and "CHN" in (row["iso3_a"], row["iso3_b"])
        for state in (row["iso3_a"], row["iso3_b"])
    } - {"CHN"}
    fact = facts.neighbours_of_china()
    assert fact["number"] == len(around) == 14
    assert fact["states"] == " ".join(sorted(around))
    subregions = {row["subregion"] for row in rows("states") if row["iso3"] in around}
    assert fact["subregions"] == len(subregions)
    strategic = {
        row["iso3"] for row in rows("strategic_partnerships") if "trategic" in row["label_en"]
    }
    partners = facts.partnerships_of_china()
    assert partners["with a strategic label"] == len(around & strategic)
    assert partners["without"] == " ".join(sorted(around - strategic))


def test_the_table_holds_every_fact_with_its_definition():
    table = facts.table()
    assert list(table.columns) == ["fact", "label", "value", "definition", "source", "as_of"]
    public = set(facts.__all__) - {"ASIAN_SUBREGIONS", "Fact", "asian_states", "table"}
    assert set(table["fact"]) == public
    assert not table.duplicated(["fact", "label"]).any()
    assert (table["definition"].str.len() > 60).all()
    assert table["source"].str.len().gt(5).all()
    assert table["as_of"].str.fullmatch(r"\d{4}-\d{2}-\d{2}").all()


def test_a_fact_carries_its_docstring_as_definition():
    fact = facts.india_pakistan_disputes()
    assert fact.name == "india_pakistan_disputes"
    assert fact.definition.startswith(
        "Militarised disputes between India and Pakistan that began in 1947-2010."
    )
    assert "The source stops in 2010." in fact.definition
    assert fact.source.endswith("1945 to 2010")
