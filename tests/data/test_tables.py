"""The names that many lessons use."""

from asian_security import data


def test_an_issue_has_a_short_name_and_one_in_its_own_words():
    assert data.issue_name("terrorism_extremism") == "terrorism"
    assert data.issue_name("terrorism_extremism", short=False) == "terrorism extremism"
    assert data.issue_name("military_cbm_dialogue") == "military dialogue"
    assert data.issue_name("public_health", short=False) == "public health"


def test_the_last_year_is_that_of_the_date_the_course_speaks_for():
    assert data.as_of().startswith(f"{data.LAST_YEAR}-")


def test_states_are_listed_by_name():
    every = data.states_by_name()
    assert list(every) == sorted(data.states()["name_en"])
    assert every["Mongolia"] == "MNG"
    assert data.states_by_name(["JPN", "CHN"]) == {"China": "CHN", "Japan": "JPN"}


def test_every_domain_has_a_name():
    table = data.domains()
    assert list(data.domain_names()) == table["domain"].to_list()
    assert list(data.domain_names().values()) == table["name_en"].to_list()
