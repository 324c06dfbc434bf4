"""The names that many lessons use."""

from asian_security import data


def test_an_issue_has_a_short_name_and_one_in_its_own_words():
    assert data.issue_name("terrorism_extremism") == "terrorism"
    assert data.issue_name("terrorism_extremism", short=False) == "terrorism extremism"
    assert data.issue_name("military_cbm_dialogue") == "military dialogue"
    assert data.issue_name("public_health", short=False) == "public health"
