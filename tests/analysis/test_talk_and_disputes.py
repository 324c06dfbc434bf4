"""Pairs, their years and their disputes, against the tables."""

import numpy as np
import pytest

from asian_security import data
from asian_security.analysis.talk_and_disputes import PAIRS, compare_years, pair_years


def test_each_pair_has_each_year_once():
    years = pair_years()
    assert len(PAIRS) == len(set(PAIRS)) == 14
    assert all(a < b for a, b in PAIRS)
    assert len(years) == 14 * 62
    assert not years.duplicated(["iso3_a", "iso3_b", "year"]).any()


def test_every_dispute_of_the_pairs_is_in_the_record():
    disputes = data.disputes()
    disputes = disputes[disputes["start_year"].between(1949, 2010)]
    started = {
        (row.iso3_a, row.iso3_b, row.start_year)
        for row in disputes.itertuples()
        if (row.iso3_a, row.iso3_b) in PAIRS
    }
    recorded = pair_years().query("hostility > 0")
    assert set(recorded[["iso3_a", "iso3_b", "year"]].itertuples(index=False, name=None)) == started


def test_a_seat_counts_from_the_year_after_it_is_taken():
    years = pair_years().set_index(["iso3_a", "iso3_b", "year"])["forums"]
    # SAARC, December 1985, is the first forum of India and Pakistan in the table.
    assert years["IND", "PAK", 1985] == 0
    assert years["IND", "PAK", 1986] == 1


def test_the_shares_of_a_pair_are_counted_from_its_years():
    years = pair_years().query("iso3_a == 'IND' and iso3_b == 'PAK'")
    later = years["year"] >= 1986
    shares = compare_years(1949, 1, 1).pairs.loc[("IND", "PAK")]
    assert shares["without"] == pytest.approx((years[~later]["hostility"] > 0).mean(), abs=1e-9)
    assert shares["with"] == pytest.approx((years[later]["hostility"] > 0).mean(), abs=1e-9)


def test_pairs_stand_in_their_order_and_change_where_they_have_both_kinds_of_years():
    compared = compare_years(1949, 3, 1)
    assert list(compared.pairs.index) == PAIRS
    assert set(compared.change.index) == set(compared.pairs.dropna().index)
    assert 0 < len(compared.change) < len(PAIRS)
    first = compared.pairs.dropna().iloc[0]
    assert compared.change.iloc[0] == first["with"] - first["without"]


def test_the_pooled_years_are_all_years_from_the_first_on():
    years = pair_years().query("year >= 1970")
    pooled = compare_years(1970, 2, 4).pooled
    assert list(pooled.index) == ["without", "with"]
    assert pooled["size"].sum() == len(years) == 14 * 41
    began = (pooled["size"] * pooled["mean"]).sum()
    assert began == pytest.approx((years["hostility"] >= 4).sum())


def test_the_periods_hold_all_pair_years():
    periods = compare_years(1949, 1, 1).periods
    assert periods["size"].sum() == 14 * 62
    assert periods["size"].groupby(level="period").sum().tolist() == [14 * 41, 14 * 21]
    assert "1949 to 1989" not in compare_years(1990, 1, 1).periods.index
    assert np.isfinite(periods["mean"]).all()


def test_a_first_year_after_the_last_is_refused():
    with pytest.raises(ValueError, match="first_year must be at most 2010, got 2011"):
        compare_years(2011, 1, 1)
