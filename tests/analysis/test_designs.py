"""Designs: what can be written down, filed, measured, and put under stress."""

import json
from dataclasses import FrozenInstanceError, asdict, replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asian_security import data
from asian_security.analysis import designs, reforms
from asian_security.analysis.designs import Design, DesignError
from asian_security.models.balance import structural_balance as balance
from asian_security.models.conflict import escalation
from asian_security.models.institutions import depth_breadth

EXAMPLES = designs.examples()
PLATFORM = EXAMPLES["Linked platform"]
CORE = EXAMPLES["Small core"]


def any_design():
    members = st.sets(st.sampled_from(designs.states()), min_size=2, max_size=12)
    return st.builds(
        Design,
        st.text("abcé ", min_size=1).filter(str.strip).map(lambda text: text[:60]),
        members.map(tuple),
        st.sets(st.sampled_from(designs.issues()), min_size=1).map(tuple),
        st.sampled_from(sorted(designs.RULES)),
        st.sampled_from(designs.VOTES),
        st.just(()),
        st.booleans(),
        st.sets(st.sampled_from(designs.mechanisms()), max_size=4).map(tuple),
    ).flatmap(
        lambda made: st.sets(st.sampled_from(made.members), max_size=2).map(
            lambda vetoes: replace(made, vetoes=tuple(vetoes))
        )
    )


# What can be written down


def test_the_region_is_the_four_subregions_without_the_one_not_offered():
    inside = set(data.states(subregion=data.NEIGHBOURHOOD)["iso3"])
    assert inside - set(designs.region()) == {"TWN"}
    assert set(designs.region()) < set(designs.states())


def test_examples_cover_what_they_say():
    assert set(PLATFORM.members) == set(designs.region())
    assert set(EXAMPLES["Wide table"].members) > set(PLATFORM.members)
    # The example that deepens first holds both sides of the rivalry's seats, not one camp.
    assert "CHN" in CORE.members
    assert {"JPN", "KOR"} <= set(CORE.members)


def test_order_does_not_matter_and_a_design_stays_as_it_is():
    turned = replace(CORE, members=CORE.members[::-1], issues=CORE.issues[::-1])
    assert turned == CORE
    assert hash(turned) == hash(CORE)
    with pytest.raises(FrozenInstanceError):
        CORE.name = "other"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "name must be text"),
        ({"name": 3}, "name must be text, got 3"),
        ({"name": "a\nb"}, "one line of at most 60"),
        ({"name": "x" * 61}, "one line of at most 60"),
        ({"members": ("CHN",)}, "two or more states, got 1"),
        ({"members": "CHN"}, "members must be a list of names, got 'CHN'"),
        ({"members": None}, "members must be a list"),
        ({"members": ("CHN", "JAP")}, "unknown state 'JAP'; nearest: JPN"),
        ({"members": ("CHN", 7)}, "unknown state 7; for example"),
        ({"members": ("CHN", ["IND"])}, "unknown state"),
        ({"members": ("CHN", "IND", "CHN")}, "CHN is listed twice"),
        ({"members": ("CHN", "TWN")}, "TWN is not offered; .* says in words how others take part"),
        ({"issues": ()}, "at least one issue"),
        ({"issues": ("cybr",)}, "unknown issue 'cybr'; nearest: cyber"),
        ({"rule": "acclamation"}, "rule must be one of unanimity, three quarters"),
        ({"rule": ["unanimity"]}, "rule must be one of"),
        ({"votes": "by GDP"}, "votes must be one of one each, by population, by economy"),
        ({"vetoes": ("USA",)}, "USA cannot have a veto without being a member"),
        ({"vetoes": ("TWN",)}, "TWN is not offered"),
        ({"secretariat": 1}, "secretariat must be true or false, got 1"),
        ({"links": ("ASAEN",)}, "unknown mechanism 'ASAEN'; nearest: ASEAN"),
        ({"name": "SCO", "links": ("SCO",)}, "SCO cannot be linked to itself"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(change, message):
    with pytest.raises(DesignError, match=message) as caught:
        replace(CORE, **change)
    assert "\n" not in str(caught.value)


def test_a_mechanism_of_today_is_written_down_as_the_tables_have_it():
    found = designs.from_mechanism("SCO")
    seats = data.memberships(mechanism="SCO", as_of="2025-12-31", status=data.SEATS)
    assert set(found.members) == set(seats["iso3"])
    assert found.secretariat
    assert found.rule == "unanimity"
    assert not designs.from_mechanism("ARF").secretariat
    with pytest.raises(DesignError, match="unknown mechanism 'NATO'"):
        designs.from_mechanism("NATO")
    for name in designs.mechanisms():
        assert len(designs.from_mechanism(name).members) >= 2


# Files


@settings(max_examples=25, deadline=None)
@given(made=any_design())
def test_what_is_saved_is_what_is_loaded(tmp_path_factory, made):
    path = tmp_path_factory.mktemp("designs") / "one.json"
    assert designs.load(designs.save(made, path)) == made
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == designs.VERSION


def _spoilt(**changes):
    content = {"version": 1, **asdict(CORE)}
    for name, value in changes.items():
        if value is None:
            del content[name]
        else:
            content[name] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{members: CHN", "must be JSON; line 1: Expecting property name"),
        ('{"version": 1,\n "name"', "must be JSON; line 2"),
        ("", "must be JSON"),
        ("[1]", "must hold one JSON object"),
        ("null", "must hold one JSON object"),
        ("[" * 50_000, "JSON"),
        ('{"name": "a", "name": "b"}', "field name is given twice"),
        ("{}", "missing field: version, name, members"),
        (_spoilt(rule=None), "missing field: rule"),
        (_spoilt(colour="red"), "unknown field: colour; the fields are version, name"),
        (_spoilt(version=2), "version must be 1, got 2"),
        (_spoilt(version=True), "version must be 1, got True"),
        (_spoilt(version="1"), "version must be 1, got '1'"),
        (_spoilt(members=["CHN", "XXX"]), "unknown state 'XXX'"),
        (_spoilt(issues=["weather"]), "unknown issue 'weather'"),
        (_spoilt(links=["NATO"]), "unknown mechanism 'NATO'"),
        (_spoilt(rule="vote"), "rule must be one of"),
        (_spoilt(members={"CHN": 1}), "members must be a list"),
        (_spoilt(secretariat="yes"), "secretariat must be true or false"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path, text, message):
    path = tmp_path / "theirs.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DesignError, match=message) as caught:
        designs.load(path)
    assert str(caught.value).startswith("theirs.json: ")
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_file_a_folder_other_bytes_and_too_many_are_refused(tmp_path):
    with pytest.raises(DesignError, match=r"^gone.json: there is no such file"):
        designs.load(tmp_path / "gone.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(DesignError, match=r"^folder.json: it cannot be read"):
        designs.load(tmp_path / "folder.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DesignError, match="must be UTF-8 text"):
        designs.load(tmp_path / "bytes.json")
    (tmp_path / "big.json").write_text(" " * 100_001 + "{}")
    with pytest.raises(DesignError, match="at most 100,000 bytes"):
        designs.load(tmp_path / "big.json")


def test_nothing_is_left_half_written(tmp_path, monkeypatch):
    path = designs.save(CORE, tmp_path / "mine.json")
    before = path.read_bytes()

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(DesignError, match=r"^mine.json cannot be written in .*No space left"):
        designs.save(PLATFORM, path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["mine.json"]


def test_a_place_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DesignError, match="choose another folder"):
        designs.save(CORE, tmp_path / "file" / "mine.json")


def test_designs_go_to_the_learners_folder_or_else_a_temporary_one(tmp_path, monkeypatch):
    monkeypatch.setenv("ASIAN_SECURITY_HOME", str(tmp_path / "learner"))
    assert designs.folder() == tmp_path / "learner" / "designs"
    (tmp_path / "blocked").write_text("x")
    monkeypatch.setenv("ASIAN_SECURITY_HOME", str(tmp_path / "blocked"))
    other = designs.folder()
    assert other.is_dir()
    assert tmp_path not in other.parents
    other.rmdir()


# Votes


def test_the_security_council_keeps_its_known_weights():
    fifteen = designs.states()[:15]
    made = Design("c", fifteen, ("cyber",), rule="three fifths", vetoes=fifteen[:5])
    weights = designs.voting_weights(made)
    assert weights.iloc[:5].to_numpy() == pytest.approx(421 / 2145, abs=1e-9)
    assert weights.iloc[5:].to_numpy() == pytest.approx(4 / 2145, abs=1e-9)
    assert designs.blockers(made) == list(fifteen[:5])


@settings(max_examples=25, deadline=None)
@given(made=any_design())
def test_blockers_are_those_without_whom_nothing_passes_even_if_all_agree(made):
    assert designs.voting_weights(made).sum() == pytest.approx(1)
    assert designs.chance_to_act(made, 1.0) == pytest.approx(1)
    for state in made.members:
        alone_against = designs.chance_to_act(made, 1.0, against=[state])
        assert (alone_against == 0) == (state in designs.blockers(made))


def test_chance_by_hand_and_with_somebody_against():
    three = Design("t", ("CHN", "IND", "JPN"), ("cyber",), rule="two thirds")
    assert designs.chance_to_act(three, 0.5) == pytest.approx(4 / 8)
    assert designs.chance_to_act(three, 0.5, against=["IND", "USA"]) == pytest.approx(1 / 4)
    assert designs.chance_to_act(replace(three, rule="unanimity"), 0.9) == pytest.approx(0.729)
    assert designs.chance_to_act(replace(three, vetoes=("JPN",)), 0.5) == pytest.approx(3 / 8)
    with pytest.raises(ValueError, match="agree"):
        designs.chance_to_act(three, 1.2)


def test_votes_by_people_follow_the_people():
    two = Design("t", ("CHN", "BTN"), ("cyber",), "simple majority", "by population")
    # 99 full per cent of their people are in China, none in Bhutan: 100 votes and 1.
    assert designs.voting_weights(two).to_dict() == {"CHN": 1, "BTN": 0}
    assert designs.voting_weights(replace(two, rule="unanimity")).to_dict() == {
        "CHN": 0.5,
        "BTN": 0.5,
    }


# Profile


def test_depth_is_that_of_the_model_where_votes_are_equal():
    cells = designs._base(CORE.name)[1]
    for rule, model in (("unanimity", "unanimity"), ("simple majority", "majority")):
        for made in (replace(EXAMPLES["Wide table"], rule=rule), replace(CORE, rule=rule)):
            ideals = (cells.loc[list(made.members), list(made.issues)] > 0).mean(axis=1)
            assert designs.depth(made) == pytest.approx(depth_breadth.depth(ideals, model))


def test_a_veto_of_the_least_willing_costs_depth():
    made = replace(EXAMPLES["Wide table"], rule="simple majority")
    assert designs.depth(replace(made, vetoes=("PRK",))) <= designs.depth(made)
    assert designs.depth(replace(made, vetoes=made.members)) == designs.depth(
        replace(made, rule="unanimity")
    )


def test_reach_and_load_agree_with_the_reforms():
    found = designs.profile(PLATFORM)
    assert found.states_reached == found.people_reached == found.representation == 1
    plan = reforms.establish(designs.today(), "new", PLATFORM.members, PLATFORM.issues)
    for other in PLATFORM.links:
        plan = reforms.link(plan, "new", other)
    region = designs.region()
    change = reforms.congestion(plan, region) - reforms.congestion(designs.today(), region)
    assert found.load == pytest.approx(change)


def test_a_design_with_the_name_of_a_mechanism_stands_in_its_place():
    found = designs.profile(designs.from_mechanism("SCO"))
    assert found.nearest != "SCO"
    wider = replace(designs.from_mechanism("SCO"), name="wider")
    assert designs.profile(wider).nearest == "SCO"
    assert designs.profile(wider).overlap == 1
    # What it fills is what would be a gap without it; a copy beside it fills nothing.
    assert designs.profile(wider).gaps_filled <= found.gaps_filled
    bare = reforms.withdraw(designs.today(), "SCO", designs.from_mechanism("SCO").members)
    region = designs.region()
    lost = reforms.congestion(designs.today(), region) - reforms.congestion(bare, region)
    assert found.load == pytest.approx(lost)


def test_gaps_are_counted_by_hand():
    made = Design("g", ("PRK", "BTN"), ("energy", "cyber"))
    cells = designs._base("g")[1].loc[list(designs.region())]
    empty = sum(cells.loc[s, i] == 0 for s in ("PRK", "BTN") for i in ("energy", "cyber"))
    assert empty > 0
    assert designs.profile(made).gaps_filled == pytest.approx(empty / (cells == 0).sum().sum())


def test_a_body_of_outsiders_reaches_nobody():
    found = designs.profile(Design("o", ("USA", "AUS"), ("cyber",)))
    assert found.states_reached == found.people_reached == found.gaps_filled == 0
    assert np.isnan(found.representation)


@settings(max_examples=25, deadline=None)
@given(made=any_design())
def test_every_share_lies_between_nothing_and_all(made):
    found = asdict(designs.profile(made))
    for name in (
        "states_reached",
        "people_reached",
        "agenda",
        "gaps_filled",
        "representation",
        "cohesion",
        "depth",
        "overlap",
        "top_weight",
        "equality",
        "chance",
    ):
        assert np.isnan(found[name]) or -1e-9 <= found[name] <= 1 + 1e-9, name


def test_cohesion_falls_when_the_two_ends_sit_together():
    assert designs.cohesion(Design("c", ("CHN", "USA"), ("cyber",))) < designs.cohesion(
        Design("c", ("CHN", "VNM"), ("cyber",))
    )
    assert np.isnan(designs.cohesion(Design("c", ("AFG", "PSE"), ("cyber",))))


def test_a_comparison_has_one_column_a_design_and_needs_different_names():
    table = designs.compare(CORE, PLATFORM)
    assert list(table.columns) == ["Small core", "Linked platform"]
    assert table.loc["members", "Small core"] == len(CORE.members)
    with pytest.raises(DesignError, match="different names"):
        designs.compare(CORE, CORE)


# Stress


def test_without_a_design_the_shocks_are_those_of_the_lessons():
    assert len(designs.insecure(None, "CHN", 0.3)) == 40
    assert len(designs.insecure(None, "KGZ", 0.25)) == 45
    assert designs.war_risk(None, ("IND", "PAK")) == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match="start must be a state of the network"):
        designs.insecure(None, "USA", 0.3)
    with pytest.raises(ValueError, match="domain must be one of"):
        designs.spillover_total(None, "weather")


@pytest.mark.parametrize("worth", [0.0, 0.3, 1.0])
def test_a_design_never_makes_a_shock_worse_and_is_nothing_at_no_worth(worth):
    for made in EXAMPLES.values():
        for start in ("CHN", "KGZ", "THA"):
            bare = set(designs.insecure(None, start, 0.2))
            hit = set(designs.insecure(made, start, 0.2, worth))
            assert hit <= bare
            assert hit == bare or worth
        total = designs.spillover_total(made, "armed_conflict", 1.0, worth)
        assert 1 <= total <= designs.spillover_total(None, "armed_conflict")
        assert designs.war_risk(made, ("CHN", "IND"), worth=worth) <= 1 / 3 + 1e-12


def test_help_needs_the_right_agenda_and_both_parties():
    silent = replace(PLATFORM, issues=("energy",))
    assert designs.insecure(silent, "KGZ", 0.2) == designs.insecure(None, "KGZ", 0.2)
    assert designs.war_risk(silent, ("IND", "PAK")) == pytest.approx(1 / 3)
    assert designs.war_risk(CORE, ("IND", "PAK")) == pytest.approx(1 / 3)


def test_spillover_of_a_domain_off_the_agenda_and_off_its_paths_is_left_alone():
    # Nothing leads out of a domain that is not covered more weakly than before.
    table = data.domain_links()
    only = Design("s", PLATFORM.members, ("defence_technology",), secretariat=True)
    for domain in set(table["from_domain"]):
        assert designs.spillover_total(only, domain) == designs.spillover_total(None, domain)


def test_the_risk_of_war_mixes_the_two_ladders_by_the_chance_to_act():
    acts = designs.chance_to_act(PLATFORM, 0.8, ("IND",))
    calm = float(escalation.war_risk(2, 6, *escalation.restrain(0.3, 0.3, hotline=0.3)))
    expected = acts * calm + (1 - acts) / 3
    assert designs.war_risk(PLATFORM, ("IND", "PAK"), 0.8, ("IND",)) == pytest.approx(expected)
    stuck = replace(PLATFORM, rule="unanimity")
    assert designs.war_risk(stuck, ("IND", "PAK"), 1.0, ("IND",)) == pytest.approx(1 / 3)


def test_worth_halves_without_a_secretariat_and_falls_with_size():
    assert designs.effort(CORE, 0.4) == pytest.approx(0.4)
    assert designs.effort(replace(CORE, secretariat=False), 0.4) == pytest.approx(0.2)
    assert designs.effort(CORE, 0.4, loss=1.0) == pytest.approx(0.4 * 2 / len(CORE.members))
    assert designs.effort(CORE, 0.4, loss=0.5) > designs.effort(PLATFORM, 0.4, loss=0.5)
    for wrong in ({"worth": 1.1}, {"worth": 0.3, "loss": -0.1}):
        with pytest.raises(ValueError, match=r"must lie in \[0, 1\]"):
            designs.effort(CORE, **wrong)


def test_leans_lie_between_the_two_powers():
    lean = designs.leaning()
    assert lean["CHN"] == -1
    assert lean["USA"] == 1
    others = lean.drop(["CHN", "USA"])
    assert others.abs().max() < 1
    assert lean["JPN"] > lean["VNM"] > lean["PAK"]


@pytest.mark.parametrize("pressure", [0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("made", [CORE, EXAMPLES["Wide table"], designs.from_mechanism("QUAD")])
def test_tension_is_that_of_the_signed_network(made, pressure):
    found = designs.split(made, pressure)
    side = dict.fromkeys(found.china, -1) | dict.fromkeys(found.usa, 1)
    signs = np.zeros((len(made.members), len(made.members)), dtype=int)
    for i, j in combinations(range(len(made.members)), 2):
        a, b = (side.get(made.members[k], 0) for k in (i, j))
        signs[i, j] = signs[j, i] = -1 if a * b < 0 else 1
    assert found.tension == pytest.approx(float(balance.tension(signs)))
    assert len(found.china) + len(found.usa) + len(found.between) == len(made.members)
    assert found.stay == pytest.approx(1 - found.leave / len(made.members))


def test_pressure_only_adds_to_the_camps():
    before = designs.split(PLATFORM, 0.0)
    assert before.china == ("CHN",)
    assert before.usa == ()
    for pressure in np.arange(0.1, 1.01, 0.1):
        now = designs.split(PLATFORM, float(pressure))
        assert set(before.china) <= set(now.china)
        assert set(before.usa) <= set(now.usa)
        before = now
    with pytest.raises(ValueError, match=r"pressure must lie in \[0, 1\], got 2"):
        designs.split(PLATFORM, 2)


def test_nothing_is_written_beside_the_course(tmp_path, monkeypatch):
    monkeypatch.setenv("ASIAN_SECURITY_HOME", str(tmp_path))
    designs.save(CORE, designs.folder() / "a.json")
    found = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json")]
    assert found == ["designs/a.json"]
