"""Predictions are kept, met again, and never lost."""

import json

import pytest

from asian_security import lessons
from asian_security.lessons import predict

KEY = "07-busiest"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ASIAN_SECURITY_HOME", str(tmp_path / "learner"))
    monkeypatch.setattr(predict, "_memory", {})
    monkeypatch.setattr(predict, "_listeners", {})


def _restart(monkeypatch):
    monkeypatch.setattr(predict, "_memory", {})


def test_a_commitment_survives_a_restart(monkeypatch):
    assert predict.committed(KEY) is None
    assert predict.commit(KEY, "India") is True
    _restart(monkeypatch)
    assert predict.committed(KEY) == "India"
    predict.commit(KEY, "Japan")
    _restart(monkeypatch)
    assert predict.committed(KEY) == "Japan"


def test_the_result_is_shown_beside_the_commitment():
    assert predict.compare(KEY, "Japan").startswith("You have not committed yet")
    predict.commit(KEY, "India")
    sentence = predict.compare(KEY, "Japan", "It holds 19 seats.")
    assert sentence == "You committed to: India. The result: Japan. It holds 19 seats."
    assert "agrees" in predict.compare(KEY, "India")


def test_the_reveal_follows_a_late_commitment():
    box = predict.reveal(KEY, "Japan")
    status = box.children[-1]
    assert "not committed" in status.value
    predict.commit(KEY, "India")
    assert "The result: Japan" in status.value


def test_the_widget_asks_before_it_commits():
    box = predict.ask(KEY)
    choice, button, status = box.children[-3:]
    button.click()
    assert "Nothing is chosen" in status.value
    choice.value = "China"
    button.click()
    assert predict.committed(KEY) == "China"
    assert "Committed: China" in status.value


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("ASIAN_SECURITY_HOME", str(blocked / "below"))
    assert predict.commit(KEY, "India") is False
    assert predict.committed(KEY) == "India"


def test_a_broken_file_is_no_obstacle(tmp_path, monkeypatch):
    folder = tmp_path / "learner"
    folder.mkdir()
    (folder / "predictions.json").write_text("{not json")
    assert predict.committed(KEY) is None
    predict.commit(KEY, "India")
    assert json.loads((folder / "predictions.json").read_text())[KEY] == "India"


def test_unknown_names_are_refused_with_those_that_exist():
    with pytest.raises(ValueError, match="there is no prediction '99-x'; there are"):
        predict.ask("99-x")
    with pytest.raises(ValueError, match="no option of 07-busiest; options are China"):
        predict.commit(KEY, "Atlantis")
    with pytest.raises(ValueError, match="no option"):
        predict.compare(KEY, "Atlantis")
    with pytest.raises(ValueError, match="there is no lesson '42'"):
        lessons.questions("42", "quiz")
    with pytest.raises(ValueError, match="kind must be"):
        lessons.questions("07", "riddle")


@pytest.mark.parametrize(
    ("value", "option"), [(-1, "Few"), (0.05, "Some"), (0.19, "Some"), (0.2, "Many"), (7, "Many")]
)
def test_a_number_falls_into_an_option(value, option):
    assert predict.bin(value, [(0.05, "Few"), (0.2, "Some")], "Many") == option
