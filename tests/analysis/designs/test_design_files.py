"""Designs in files: what is saved is loaded, and a broken file is refused in one sentence."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from sampled import CORE, PLATFORM, any_design

from asian_security.analysis import designs
from asian_security.analysis.designs import DesignError


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


def test_nothing_is_written_beside_the_course(tmp_path, monkeypatch):
    monkeypatch.setenv("ASIAN_SECURITY_HOME", str(tmp_path))
    designs.save(CORE, designs.folder() / "a.json")
    found = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json")]
    assert found == ["designs/a.json"]
