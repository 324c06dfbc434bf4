"""What controls accept, and the finite grid of their values."""

import pytest

from asian_security.explorers.controls import Choice, Several, Slider, Switch


def test_a_slider_of_whole_numbers_has_whole_values():
    slider = Slider("Year", 1990, 1993, 1991)
    assert slider.grid == [1990, 1991, 1992, 1993]
    assert all(type(value) is int for value in slider.grid)
    assert slider.decimals == 0


def test_a_slider_of_fractions_has_exact_values():
    slider = Slider("Share", 0, 0.3, 0.1, step=0.1)
    assert slider.grid == [0, 0.1, 0.2, 0.3]
    assert slider.decimals == 1
    assert Slider("Share", 0, 1, 0.25, step=0.25).decimals == 2


def test_a_slider_whose_step_does_not_reach_the_stop_ends_before_it():
    assert Slider("Number", 1, 6, 1, step=2).grid == [1, 3, 5]


@pytest.mark.parametrize("value", [1989, 1994, "1991", None, True])
def test_a_slider_rejects_what_lies_outside(value):
    assert Slider("Year", 1990, 1993, 1991).reject(value) == "a number from 1990 to 1993"


def test_a_choice_reads_its_options_once_and_only_when_needed():
    calls = []

    def options():
        calls.append("read")
        return {"China": "CHN", "India": "IND"}

    choice = Choice("State", options, "IND")
    assert calls == []
    assert choice.accepted == choice.grid == ["CHN", "IND"]
    assert choice.reject("IND") is None
    assert choice.reject("China") == "one of CHN, IND"
    assert calls == ["read"]


def test_several_options_have_no_grid():
    several = Several("Issues", ["a", "b"], ("a",))
    assert several.grid is None
    assert several.reject(("b",)) is several.reject([]) is None
    assert several.reject(("c",)) == several.reject("a b") == "a tuple of a, b"


def test_a_switch_takes_nothing_but_yes_and_no():
    assert Switch("On").grid == [False, True]
    assert Switch("On").reject(True) is None
    assert Switch("On").reject(1) == "True or False"
