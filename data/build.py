"""Rebuild the derived tables from a folder of raw files, byte for byte the same every time.

Usage: ``python data/build.py RAW [--out FOLDER]``

RAW holds the files named in :data:`TABLES`; their columns and origin are in ``data/README.md``.
Tables made by hand (states, memberships, claims, ...) are never touched.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent

NORTHEAST = ["CHN", "JPN", "KOR", "MNG", "PRK", "TWN"]
SOUTHEAST = ["BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "TLS", "VNM"]
SOUTH = ["AFG", "BGD", "BTN", "IND", "LKA", "MDV", "NPL", "PAK"]
CENTRAL = ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
WEST = [
    "ARE",
    "BHR",
    "EGY",
    "IRN",
    "IRQ",
    "ISR",
    "JOR",
    "KWT",
    "LBN",
    "OMN",
    "PSE",
    "QAT",
    "SAU",
    "SYR",
    "TUR",
    "YEM",
]
ASIA = NORTHEAST + SOUTHEAST + SOUTH + CENTRAL
GREAT_POWERS = ["CHN", "IND", "JPN", "RUS", "USA"]
SPENDERS = ["AUS", "CHN", "IDN", "IND", "JPN", "KOR", "PAK", "PHL", "RUS", "SGP", "USA", "VNM"]
SPRATLY_CLAIMANTS = ["BRN", "CHN", "MYS", "PHL", "TWN", "VNM"]
HOTSPOT_CONFLICTS = {
    "235": "korea",
    "334": "south_china_sea",
    "218": "india_pakistan",
    "364": "india_pakistan",
}
RESOLUTIONS = {
    "UNSCR 1718": "unscr_1718",
    "UNSCR 1874": "unscr_1874",
    "UNSCR 2094": "unscr_2094",
    "UNSCR 2270": "unscr_2270",
    "UNSCR 2321": "unscr_2321",
    "UNSCR 2375": "unscr_2375",
}

Raw = dict[str, pd.DataFrame]


class BuildError(ValueError):
    """The raw files are missing or are not what they are said to be."""


def whole(cells: pd.Series) -> pd.Series:
    """Write whole numbers without a decimal point; an empty cell stays empty."""
    return cells.map(lambda cell: str(int(float(cell))) if cell else "")


def number(value: float, places: int) -> str:
    """Write a number with at most `places` decimals and no trailing zeros."""
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def contiguity(raw: Raw) -> pd.DataFrame:
    """Neighbours: the source's last month is censoring, so it is left empty and flagged.

    One row is corrected: the border of Myanmar and Pakistan became Bangladesh's in December 1971,
    but the copy at hand lets it run on.
    """
    table = raw["contiguity_cow"].rename(columns={"conttype": "contact_type"})
    gone = (table["iso3_a"] == "MMR") & (table["iso3_b"] == "PAK") & (table["contact_type"] == "1")
    table["end"] = table["end"].mask(gone, "1971-12")
    censored = table["end"] == "2016-12"
    table["end"] = table["end"].mask(censored, "")
    table["right_censored"] = censored.map({True: "1", False: "0"})
    return table.sort_values(["iso3_a", "iso3_b", "start", "contact_type"])


def alliances(raw: Raw) -> pd.DataFrame:
    """Directed promises; pairs of two West Asian states are left out."""
    table = raw["alliances_atop"]
    table = table[~(table["iso3_a"].isin(WEST) & table["iso3_b"].isin(WEST))]
    table = table.rename(
        columns={
            "defense": "defence",
            "offense": "offence",
            "right_censored_2018": "right_censored",
        }
    )
    table["end_year"] = table["end_year"].mask(table["right_censored"] == "1", "")
    return table.sort_values(["iso3_a", "iso3_b", "start_year"])


def hotspot_of(first: str, second: str) -> str:
    """Return the hotspot whose parties a pair of states are, or empty text."""
    pair = {first, second}
    if "PRK" in pair and pair & {"KOR", "USA", "JPN"}:
        return "korea"
    if pair == {"IND", "PAK"}:
        return "india_pakistan"
    if pair <= set(SPRATLY_CLAIMANTS) and pair != {"CHN", "TWN"}:
        return "south_china_sea"
    return ""


def disputes(raw: Raw) -> pd.DataFrame:
    """Pairs of the hotspots' parties and of the great powers."""
    table = raw["mid_dyads_gml"].rename(
        columns={
            "dispnum": "dispute",
            "hostlev_dispute": "hostility",
            "hostility": "hostility_label",
            "fatality_level": "fatality_label",
        }
    )
    pairs = list(zip(table["iso3_a"], table["iso3_b"], strict=True))
    table["hotspot"] = [hotspot_of(*pair) for pair in pairs]
    table["great_powers"] = ["1" if set(pair) <= set(GREAT_POWERS) else "0" for pair in pairs]
    table = table[(table["hotspot"] != "") | (table["great_powers"] == "1")]
    sides = table["n_side_a"].astype(int) + table["n_side_b"].astype(int)
    table["states_in_dispute"] = sides.astype(str)
    table["right_censored"] = (table["end_year"] == "2010").map({True: "1", False: "0"})
    order = table["start_year"].astype(int)
    return table.assign(order=order).sort_values(["order", "dispute", "iso3_a", "iso3_b"])


def deaths_by_region(raw: Raw) -> pd.DataFrame:
    """Conflicts and deaths by UCDP region."""
    table = raw["ucdp_region_year"].rename(
        columns={
            "n_conflicts_acd": "conflicts",
            "n_wars_acd": "wars",
            "n_interstate_acd": "interstate_conflicts",
            "state_based": "state_based_deaths",
            "non_state": "non_state_deaths",
            "one_sided": "one_sided_deaths",
            "total": "total_deaths",
            "prio_ucdp_sb_deaths_1946_2020": "prio_battle_deaths",
        }
    )
    for column in table.columns.difference(["region", "year"]):
        table[column] = whole(table[column])
    return table.sort_values(["region", "year"])


def deaths_by_state(raw: Raw) -> pd.DataFrame:
    """Conflicts and wars (from 1946) and deaths (from 1989) by the state where they happened."""
    conflicts = raw["ucdp_conflict_year"]
    located = conflicts.assign(iso3=conflicts["loc_iso3"].str.split()).explode("iso3")
    war = located["conflict_id"].where(located["intensity"].str.startswith("war"))
    counted = (
        located.assign(war=war)
        .groupby(["iso3", "year"])
        .agg(conflicts=("conflict_id", "nunique"), wars=("war", "nunique"))
    )
    deaths = raw["ucdp_country_year"].rename(
        columns={
            "sb_best": "state_based_deaths",
            "sb_low": "state_based_low",
            "sb_high": "state_based_high",
            "ns_best": "non_state_deaths",
            "os_best": "one_sided_deaths",
            "total_best": "total_deaths",
        }
    )
    region = deaths.groupby("iso3")["ucdp_region"].first()
    table = deaths.drop(columns=["ucdp_region", "subregion"]).merge(
        counted.reset_index(), on=["iso3", "year"], how="outer"
    )
    table["ucdp_region"] = table["iso3"].map(region)
    for column in ("conflicts", "wars"):
        table[column] = table[column].fillna(0).astype(int).astype(str)
    return table.fillna("").sort_values(["iso3", "year"])


def deaths_by_conflict(raw: Raw) -> pd.DataFrame:
    """Armed conflicts of the hotspots, year by year."""
    table = raw["ucdp_conflict_year"]
    table = table[table["conflict_id"].isin(HOTSPOT_CONFLICTS)].rename(
        columns={
            "conflict_id": "conflict",
            "type": "kind",
            "bd_best": "battle_deaths",
            "bd_low": "battle_deaths_low",
            "bd_high": "battle_deaths_high",
        }
    )
    table["hotspot"] = table["conflict"].map(HOTSPOT_CONFLICTS)
    table["kind"] = table["kind"].str.replace("internationalized", "internationalised")
    table["intensity"] = table["intensity"].str.replace(">=1000", "1000+")
    for column in ("battle_deaths", "battle_deaths_low", "battle_deaths_high"):
        table[column] = whole(table[column])
    return table.sort_values(["conflict", "year"])


def military_expenditure(raw: Raw) -> pd.DataFrame:
    """Two series of twelve states."""
    table = raw["sipri_milex"].rename(columns={"flag": "quality"})
    table = table[table["iso3"].isin(SPENDERS)]
    filled = (table["milex_const2023_usd_m"] != "") | (table["milex_share_gdp_pct"] != "")
    return table[filled].sort_values(["iso3", "year"])


def unga_ideal_points(raw: Raw) -> pd.DataFrame:
    """Ideal points of final-passage votes, the one series that reaches 2024."""
    table = raw["unga_ideal_points"].rename(
        columns={
            "idealpointfp": "ideal_point",
            "q5fp": "ideal_point_q05",
            "q95fp": "ideal_point_q95",
            "nvotesfp": "votes",
        }
    )
    table["votes"] = whole(table["votes"])
    return table[table["ideal_point"] != ""].sort_values(["iso3", "year"])


def unga_agreement(raw: Raw) -> pd.DataFrame:
    """Agreement from session 26 (1971), when the PRC takes China's seat."""
    table = raw["unga_agreement"].rename(
        columns={"session_start_year": "session_year", "nvotes": "votes"}
    )
    session = table["session"].astype(int)
    table = table.assign(order=session)[session >= 26]
    return table.sort_values(["iso3", "order"])


def trade_partners(raw: Raw) -> pd.DataFrame:
    """One row a state, partner and year, Asia with Australia, New Zealand and Russia, from 1980."""
    wide = raw["cow_trade_partners"]
    wide = wide[
        wide["iso3"].isin([*ASIA, "AUS", "NZL", "RUS"]) & (wide["year"].astype(int) >= 1980)
    ]
    parts = [
        pd.DataFrame(
            {
                "iso3": wide["iso3"],
                "partner": partner,
                "year": wide["year"],
                "trade_usd_m": wide[f"trade_{partner}_usd_m"],
                "share_of_total": wide[f"share_{partner}"],
            }
        )
        for partner in GREAT_POWERS
    ]
    table = pd.concat(parts)
    table = table[(table["trade_usd_m"] != "") & (table["iso3"] != table["partner"])]
    return table.sort_values(["iso3", "partner", "year"])


def power(raw: Raw) -> pd.DataFrame:
    """GDP, population and capability share."""
    table = raw["state_year_power"]
    table = table[table["year"].astype(int) >= 1946].rename(
        columns={
            "rgdp_fariss_2011usd_m": "gdp_ppp_2011usd_m",
            "pop_fariss_m": "population_m",
            "cinc": "capability_share",
        }
    )
    table["population_wb_m"] = table["pop"].map(lambda n: number(float(n) / 1e6, 4) if n else "")
    columns = [
        "gdp_ppp_2011usd_m",
        "gdp_pc_usd",
        "population_m",
        "population_wb_m",
        "capability_share",
    ]
    return table[(table[columns] != "").any(axis=1)].sort_values(["iso3", "year"])


def piracy(raw: Raw) -> pd.DataFrame:
    """Attacks on ships by nearest state."""
    return raw["piracy_state_year"].sort_values(["iso3", "year"])


def us_troops(raw: Raw) -> pd.DataFrame:
    """US personnel abroad."""
    table = raw["us_troops_state_year"]
    return table[table["iso3"] != "USA"].sort_values(["iso3", "year"])


def missile_launches(raw: Raw) -> pd.DataFrame:
    """One row a missile, numbered within its day in the source's order."""
    table = raw["dprk_missile_tests"].sort_values("date", kind="stable")
    table["number"] = (table.groupby("date").cumcount() + 1).astype(str)
    for column in ("apogee_km", "distance_km"):
        table[column] = table[column].mask(table[column].isin(["na", "unknown"]), "")
    return table


def missile_tests(raw: Raw) -> pd.DataFrame:
    """One row a day: many missiles of one salvo are one event."""
    rows = []
    for date, day in missile_launches(raw).groupby("date", sort=True):
        outcomes = day["outcome"].value_counts()
        farthest = [float(km) for km in day["distance_km"] if km]
        highest = [float(km) for km in day["apogee_km"] if km]
        rows.append(
            {
                "date": date,
                "missiles": str(len(day)),
                "types": "; ".join(dict.fromkeys(day["missile"])),
                "successes": str(outcomes.get("success", 0)),
                "failures": str(outcomes.get("failure", 0)),
                "unknown": str(outcomes.get("unknown", 0)),
                "max_distance_km": number(max(farthest), 1) if farthest else "",
                "max_apogee_km": number(max(highest), 1) if highest else "",
            }
        )
    return pd.DataFrame(rows)


def nuclear_tests(raw: Raw) -> pd.DataFrame:
    """Nuclear tests of the DPRK, each with the resolution that answered it."""
    table = raw["dprk_nuclear_tests"].rename(
        columns={"test_no": "test", "usgs_magnitude": "magnitude", "unsc_response": "un_response"}
    )
    table["iso3"] = "PRK"
    table["source"] = table["un_response"].map(RESOLUTIONS)
    return table.sort_values("date")


def priorities_measured(raw: Raw) -> pd.DataFrame:
    """One aggregate figure a state and indicator; a state the source never lists has no row."""
    rows: list[tuple[str, str, str, str, str, str, str]] = []

    def add(
        totals: pd.Series, issue: str, indicator: str, unit: str, year: str, source: str
    ) -> None:
        for state, value in totals.sort_index().items():
            rows.append((str(state), issue, indicator, number(float(value), 2), unit, year, source))

    def total(name: str, column: str, first: int, last: int) -> pd.Series:
        table = raw[name]
        years = table["year"].astype(int)
        cells = pd.to_numeric(table[column].where(years.between(first, last), "0")).fillna(0)
        return cells.groupby(table["iso3"]).sum()

    people = raw["state_year_power"]
    people = people[(people["year"] == "2010") & (people["pop_fariss_m"] != "")]
    millions = people.set_index("iso3")["pop_fariss_m"].astype(float)
    deaths = total("disasters_emdat", "deaths_all", 2001, 2020)
    add(
        (deaths / millions.reindex(deaths.index)).dropna(),
        "disaster_relief",
        "deaths in disasters",
        "deaths per million people of 2010",
        "2001/2020",
        "emdat",
    )
    add(
        total("terrorism_gtd", "attacks_gtd", 2008, 2017),
        "terrorism_extremism",
        "terrorist attacks",
        "attacks",
        "2008/2017",
        "gtd",
    )
    add(
        total("piracy_state_year", "attacks", 2011, 2020),
        "maritime_security",
        "attacks on ships, by nearest state",
        "attacks",
        "2011/2020",
        "imb_piracy",
    )
    pairs = raw["mid_dyads_gml"]
    recent = pairs[pairs["start_year"].astype(int) >= 1991]
    sides = pd.concat(
        [
            recent[["iso3_a", "dispnum"]].set_axis(["iso3", "dispnum"], axis=1),
            recent[["iso3_b", "dispnum"]].set_axis(["iso3", "dispnum"], axis=1),
        ]
    )
    listed = sorted(set(pairs["iso3_a"]) | set(pairs["iso3_b"]))
    add(
        sides.groupby("iso3")["dispnum"].nunique().reindex(listed, fill_value=0),
        "traditional_security",
        "militarised disputes begun, with another of the course's states",
        "disputes",
        "1991/2010",
        "gml_mid",
    )
    columns = ["unit", "issue", "indicator", "value", "value_unit", "year", "source"]
    table = pd.DataFrame(rows, columns=columns)
    table["unit_kind"], table["kind"] = "state", "measured"
    return table.sort_values(["unit", "issue", "indicator"])


#: Table: the function that makes it, the raw files it needs, its columns in order.
TABLES: dict[str, tuple[Callable[[Raw], pd.DataFrame], str, str]] = {
    "contiguity": (
        contiguity,
        "contiguity_cow",
        "iso3_a iso3_b contact_type label start end right_censored",
    ),
    "alliances": (
        alliances,
        "alliances_atop",
        "iso3_a iso3_b defence offence neutrality nonaggression consultation start_year end_year right_censored",
    ),
    "disputes": (
        disputes,
        "mid_dyads_gml",
        "dispute iso3_a iso3_b start_year start_month end_year hostility hostility_label fatality_label "
        "issue_a issue_b originator_a originator_b states_in_dispute hotspot great_powers right_censored",
    ),
    "deaths_by_region": (
        deaths_by_region,
        "ucdp_region_year",
        "region year conflicts wars interstate_conflicts state_based_deaths state_based_low "
        "state_based_high non_state_deaths one_sided_deaths total_deaths prio_battle_deaths",
    ),
    "deaths_by_state": (
        deaths_by_state,
        "ucdp_country_year ucdp_conflict_year",
        "iso3 year ucdp_region conflicts wars state_based_deaths state_based_low state_based_high "
        "non_state_deaths one_sided_deaths total_deaths",
    ),
    "deaths_by_conflict": (
        deaths_by_conflict,
        "ucdp_conflict_year",
        "conflict hotspot year location side_a side_b kind intensity battle_deaths "
        "battle_deaths_low battle_deaths_high",
    ),
    "military_expenditure": (
        military_expenditure,
        "sipri_milex",
        "iso3 year milex_const2023_usd_m milex_share_gdp_pct quality",
    ),
    "unga_ideal_points": (
        unga_ideal_points,
        "unga_ideal_points",
        "iso3 year ideal_point ideal_point_q05 ideal_point_q95 votes",
    ),
    "unga_agreement": (
        unga_agreement,
        "unga_agreement",
        "iso3 session session_year votes agree_chn agree_usa agree_rus agree_ind",
    ),
    "trade_partners": (
        trade_partners,
        "cow_trade_partners",
        "iso3 partner year trade_usd_m share_of_total",
    ),
    "power": (
        power,
        "state_year_power",
        "iso3 year gdp_ppp_2011usd_m gdp_pc_usd population_m population_wb_m capability_share",
    ),
    "piracy": (piracy, "piracy_state_year", "iso3 year attacks hijacked boarded attempted"),
    "us_troops": (us_troops, "us_troops_state_year", "iso3 year us_active_duty"),
    "missile_tests": (
        missile_tests,
        "dprk_missile_tests",
        "date missiles types successes failures unknown max_distance_km max_apogee_km",
    ),
    "missile_launches": (
        missile_launches,
        "dprk_missile_tests",
        "date number missile apogee_km distance_km outcome",
    ),
    "nuclear_tests": (
        nuclear_tests,
        "dprk_nuclear_tests",
        "date iso3 test yield_estimate magnitude un_response source",
    ),
    "priorities_measured": (
        priorities_measured,
        "disasters_emdat terrorism_gtd piracy_state_year mid_dyads_gml state_year_power",
        "unit unit_kind issue indicator value value_unit year source kind",
    ),
}


def read(folder: Path, names: Iterable[str]) -> Raw:
    """Read raw files as text.

    Raises
    ------
    BuildError
        If the folder or one of the files is not there or is not a table.
    """
    if not folder.is_dir():
        raise BuildError(f"RAW must be a folder with the raw files, got {str(folder)!r}.")
    names = sorted(set(names))
    missing = [f"{name}.csv" for name in names if not (folder / f"{name}.csv").is_file()]
    if missing:
        raise BuildError(
            f"{folder} lacks {', '.join(missing)}; data/README.md says where each comes from."
        )
    raw: Raw = {}
    for name in names:
        try:
            raw[name] = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        except (ValueError, OSError) as error:
            raise BuildError(f"{name}.csv is not a table in CSV: {error}.") from None
    return raw


def build(folder: Path) -> dict[str, bytes]:
    """Return the derived tables as the bytes of their files.

    Parameters
    ----------
    folder : pathlib.Path
        Where the raw files are.

    Returns
    -------
    dict of str to bytes
        File name to content.

    Raises
    ------
    BuildError
        If a raw file is missing or lacks a column.
    """
    raw = read(folder, [name for _, needs, _ in TABLES.values() for name in needs.split()])
    files = {}
    for table, (make, needs, columns) in TABLES.items():
        try:
            frame = make({name: raw[name].copy() for name in needs.split()})[columns.split()]
        except (KeyError, ValueError) as error:
            raise BuildError(
                f"{table} cannot be made from {', '.join(needs.split())}: {error}; "
                "data/README.md lists the columns that are needed."
            ) from None
        files[f"{table}.csv"] = frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
    return files


def main(arguments: list[str] | None = None) -> int:
    """Write the derived tables; nothing is written unless all of them could be made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("raw", metavar="RAW", type=Path, help="folder with the raw files")
    parser.add_argument("--out", type=Path, default=HERE, help="where to write (default: data/)")
    chosen = parser.parse_args(arguments)
    if not chosen.out.is_dir():
        print(f"--out must be a folder that exists, got {str(chosen.out)!r}.", file=sys.stderr)
        return 2
    try:
        files = build(chosen.raw)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    for name, content in files.items():
        draft = chosen.out / f".{name}.part"
        draft.write_bytes(content)
        draft.replace(chosen.out / name)
    print(f"{len(files)} tables written.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
