"""Reforms: each changes what it says it changes, and nothing else."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security.analysis import reforms

MEMBERS = pd.DataFrame(
    [("M1", "AAA"), ("M1", "BBB"), ("M2", "AAA"), ("M2", "BBB"), ("M2", "CCC"), ("M3", "DDD")],
    columns=["mechanism", "iso3"],
)
ISSUES = pd.DataFrame(
    [("M1", "cyber", 1), ("M2", "cyber", 1), ("M3", "energy", 1), ("M1", "energy", 0)],
    columns=["mechanism", "issue", "stated"],
)
BODIES = pd.DataFrame(
    {"mechanism": ["M1", "M2", "M3", "M9"], "secretariat": ["Seat", "none", None, "Elsewhere"]}
)
STATES = pd.DataFrame({"iso3": ["AAA", "BBB", "CCC", "DDD"], "subregion": ["N", "N", "S", "S"]})
PLAN = reforms.architecture(MEMBERS, ISSUES, BODIES)


def test_profile_of_a_worked_example() -> None:
    profile = reforms.profile(PLAN, STATES)
    assert (profile.mechanisms, profile.seats) == (3, 6)
    assert profile.states_covered == 1
    assert profile.pairs_covered == pytest.approx(3 / 6, abs=1e-9)
    # AAA, BBB, CCC have cyber, DDD has energy: four of eight cells
    assert profile.issue_coverage == pytest.approx(4 / 8, abs=1e-9)
    assert profile.mean_overlap == pytest.approx((2 / 3 + 0 + 0) / 3, abs=1e-9)
    # degrees 2, 2, 1, 1 against (4 - 1)(3 - 1)
    assert profile.centralisation == pytest.approx(2 / 6, abs=1e-9)
    # north holds 4 of 6 seats with half of the states
    assert profile.representation == pytest.approx(1 - 1 / 6, abs=1e-9)
    # AAA and BBB have one forum on cyber too many, over four covered cells
    assert profile.congestion == pytest.approx(2 / 4, abs=1e-9)
    assert profile.with_secretariat == pytest.approx(1 / 3, abs=1e-9)


def test_link_lowers_congestion_and_nothing_else() -> None:
    before = reforms.profile(PLAN, STATES)
    change = reforms.compare(before, reforms.profile(reforms.link(PLAN, "M1", "M2"), STATES))
    assert change.loc["congestion", "change"] == pytest.approx(-0.5, abs=1e-9)
    assert (change["change"].drop("congestion") == 0).all()


def test_add_secretariat_changes_that_share_alone() -> None:
    before = reforms.profile(PLAN, STATES)
    after = reforms.profile(reforms.add_secretariat(PLAN, "M2"), STATES)
    change = reforms.compare(before, after)["change"]
    assert change["with_secretariat"] == pytest.approx(1 / 3, abs=1e-9)
    assert (change.drop("with_secretariat") == 0).all()


def test_admit_covers_pairs_and_is_idempotent() -> None:
    once = reforms.admit(PLAN, "M2", ["DDD", "AAA"])
    assert reforms.profile(once, STATES).pairs_covered == 1
    assert reforms.admit(once, "M2", ["DDD"]).memberships.equals(once.memberships)
    assert len(PLAN.memberships) == 6


def test_merge_unites_members_agendas_secretariats_and_links() -> None:
    linked = reforms.link(reforms.link(PLAN, "M1", "M2"), "M2", "M3")
    merged = reforms.merge(linked, ["M1", "M2"], "M12")
    assert merged.names == ["M12", "M3"]
    members = merged.memberships.query("mechanism == 'M12'")["iso3"]
    assert sorted(members) == ["AAA", "BBB", "CCC"]
    assert merged.secretariats == {"M12"}
    assert merged.links == {frozenset({"M12", "M3"})}
    agenda = merged.issues.set_index(["mechanism", "issue"])["stated"]
    assert agenda["M12", "cyber"] == 1
    assert agenda["M12", "energy"] == 0


def test_establish_then_withdraw_returns_to_the_start() -> None:
    larger = reforms.establish(PLAN, "NEW", ["CCC", "DDD"], ["energy"], secretariat=True)
    assert reforms.profile(larger, STATES).issue_coverage == pytest.approx(5 / 8, abs=1e-9)
    smaller = reforms.withdraw(reforms.link(larger, "NEW", "M3"), "NEW", ["CCC", "DDD"])
    assert reforms.profile(smaller, STATES) == reforms.profile(PLAN, STATES)
    assert smaller.links == frozenset()


def test_without_issues_every_extra_forum_is_congestion() -> None:
    profile = reforms.profile(reforms.architecture(MEMBERS), STATES)
    assert profile.congestion == pytest.approx(2 / 4, abs=1e-9)
    assert profile.issue_coverage != profile.issue_coverage


def test_seats_of_other_states_are_left_out() -> None:
    asia = STATES.iloc[:2]
    profile = reforms.profile(PLAN, asia)
    assert profile.seats == 4
    assert profile.pairs_covered == 1
    assert reforms.congestion(PLAN, ["ZZZ"]) == 0


@settings(max_examples=30, deadline=None)
@given(st.sets(st.tuples(st.sampled_from("KLMN"), st.sampled_from("abcde")), min_size=2))
def test_merging_never_separates_and_linking_never_congests(ties: set[tuple[str, str]]) -> None:
    plan = reforms.architecture(pd.DataFrame(sorted(ties), columns=["mechanism", "iso3"]))
    if len(plan.names) < 2:
        return
    states = pd.DataFrame({"iso3": list("abcde"), "subregion": list("xxyyz")})
    before = reforms.profile(plan, states)
    merged = reforms.profile(reforms.merge(plan, plan.names[:2], "U"), states)
    linked = reforms.profile(reforms.link(plan, *plan.names[:2]), states)
    assert merged.pairs_covered >= before.pairs_covered
    assert merged.states_covered == before.states_covered
    assert merged.congestion == pytest.approx(linked.congestion)
    assert linked.congestion <= before.congestion


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reforms.admit(PLAN, "M9", ["AAA"]), "unknown mechanism: M9; known: M1, M2, M3"),
        (lambda: reforms.establish(PLAN, "M1", ["AAA"]), "M1 exists already"),
        (lambda: reforms.establish(PLAN, "NEW", []), "at least one state"),
        (lambda: reforms.withdraw(PLAN, "M1", ["DDD"]), "not in M1: DDD"),
        (
            lambda: reforms.withdraw(reforms.architecture(MEMBERS.tail(1)), "M3", ["DDD"]),
            "no mechanism would be left",
        ),
        (lambda: reforms.merge(PLAN, ["M1", "M1"], "X"), "at least two mechanisms, got 1"),
        (lambda: reforms.merge(PLAN, ["M1", "M2"], "M3"), "called M3 already"),
        (lambda: reforms.link(PLAN, "M1", "M1"), "M1 twice"),
        (lambda: reforms.profile(PLAN, STATES.head(1)), "got 1"),
        (lambda: reforms.profile(PLAN, STATES.assign(iso3=["W", "X", "Y", "Z"])), "no seat"),
        (lambda: reforms.architecture(MEMBERS, mechanisms=MEMBERS), "missing: secretariat"),
    ],
)
def test_bad_input_is_refused_with_a_clear_sentence(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
