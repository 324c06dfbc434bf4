"""Each fact once more, by another way than in the module, and beside what the lessons say."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from asian_security import data
from asian_security.analysis import facts

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
WORDS = {1: "one", 2: "two", 6: "six"}


def rows(table):
    with (data.folder() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def cell(lesson, name):
    """Return a cell of a lesson by its id."""
    path = next(NOTEBOOKS.glob(f"{lesson}_*.ipynb"))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next(each for each in cells if each["id"] == name)


def prose(lesson, name):
    return " ".join("".join(cell(lesson, name)["source"]).split())


def printed(lesson, name):
    """Return what a cell prints and shows, as text."""
    outputs = cell(lesson, name)["outputs"]
    return "".join(
        "".join(output["text"] if "text" in output else output["data"]["text/plain"])
        for output in outputs
    )


def test_asia_share_of_battle_deaths():
    fact = facts.asia_share_of_battle_deaths().values

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


def test_missile_tests_and_talks():
    fact = facts.missile_tests_and_talks().values
    dates = [row["date"] for row in rows("missile_launches")]
    periods = {"during": ("2003-08-27", "2009-04-14"), "after": ("2009-04-15", "2025-12-31")}
    for name, (first, last) in periods.items():
        launches = [day for day in dates if first <= day <= last]
        years = (date.fromisoformat(last) - date.fromisoformat(first)).days / 365.25
        assert fact[f"days a year {name}"] == pytest.approx(len(set(launches)) / years, abs=1e-9)
        assert fact[f"missiles a year {name}"] == pytest.approx(len(launches) / years, abs=1e-9)


def test_lesson_06_prints_the_rates_of_testing_and_says_that_they_differ_by_two():
    fact = facts.missile_tests_and_talks().values
    output = printed("06", "tests")
    times = {}
    for counted in ("days", "missiles"):
        during, after = (fact[f"{counted} a year {name}"] for name in ("during", "after"))
        times[counted] = after / during
        row = rf"{counted} a year +{during:.2f} +{after:.2f} +{times[counted]:.2f}"
        assert re.search(row, output), (row, output)
    factor = WORDS[round(times["days"] / times["missiles"])]
    assert f"differs by a factor of about {factor}" in prose("06", "tests-read")


def test_lesson_06_counts_the_nuclear_tests_right():
    dates = [row["date"] for row in rows("nuclear_tests")]
    during = [day for day in dates if facts.TALKS_BEGIN <= day <= facts.TALKS_END]
    sentence = (
        f"{WORDS[len(during)]} of the {WORDS[len(dates)]} nuclear tests fell within the talks"
    )
    assert sentence in prose("06", "tests-read")


def test_partnerships_of_china():
    around = {
        state
        for row in rows("contiguity")
        if row["contact_type"] == "1"
        and row["right_censored"] == "1"
        and "CHN" in (row["iso3_a"], row["iso3_b"])
        for state in (row["iso3_a"], row["iso3_b"])
    } - {"CHN"}
    strategic = {
        row["iso3"] for row in rows("strategic_partnerships") if "trategic" in row["label_en"]
    }
    assert facts.partnerships_of_china().values == {
        "land neighbours": 14,
        "with a strategic label": len(around & strategic),
        "without": " ".join(sorted(around - strategic)),
    }
    assert len(around) == 14


def test_a_fact_carries_its_docstring_as_definition():
    fact = facts.missile_tests_and_talks()
    assert fact.definition.startswith("Days on which the DPRK tested missiles during and after")
    assert "which has none for 2018." in fact.definition
    assert "\n" not in fact.definition
