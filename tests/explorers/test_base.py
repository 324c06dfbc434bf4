"""The contract of an explorer, on a small one."""

from dataclasses import dataclass

import pytest

from asian_security import data
from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Action, Slider, Switch


@dataclass(frozen=True)
class Square:
    side: int
    area: int


class Squares(Explorer):
    title = "Squares"
    goal = "Find the side at which the area passes fifty."
    source = "Made up, as of {as_of}."
    side = Slider("Side", 1, 10, 3)
    doubled = Switch("Twice the area")
    runs = 0

    def actions(self):
        return [Action("Larger", lambda now: {"side": now["side"] + 1})]

    def compute(self, side, doubled):
        self.runs += 1
        return Square(side, side**2 * (2 if doubled else 1))

    def draw(self):
        figure = self.empty_figure("Area")
        figure.add_scatter(name="area", mode="markers")
        figure.add_scatter(uid="guide", name="area", x=[0], y=[0])
        return figure

    def update(self, square, side):
        return {"area": {"x": [side], "y": [square.area]}}

    def heading(self, square):
        return f"An area of {square.area}"

    def sentence(self, square, doubled):
        return f"The area is {square.area}{', doubled' if doubled else ''}."


def test_one_move_computes_once():
    squares = Squares()
    squares.figure(side=4)
    assert squares.describe(side=4) == "The area is 16."
    assert squares.record(side=4) == Square(4, 16)
    assert squares.look(side=4)["sentence"] == "The area is 16."
    assert squares.runs == 1
    squares.describe(side=5)
    assert squares.runs == 2


def test_a_look_is_all_that_a_page_shows():
    assert Squares().look(doubled=True) == {
        "values": {"side": 3, "doubled": True},
        "traces": {"area": {"x": [3], "y": [18]}},
        "layout": {"title": {"text": "An area of 18"}},
        "sentence": "The area is 18, doubled.",
        "table": None,
    }


def test_the_figure_is_drawn_and_then_changed():
    figure = Squares().figure(side=2)
    assert (list(figure.data[0].x), list(figure.data[0].y)) == ([2], [4])
    assert list(figure.data[1].x) == [0]
    assert figure.layout.title.text == "An area of 4"
    assert figure.layout.meta["source"] == f"Made up, as of {data.as_of()}."


def test_a_button_returns_checked_values():
    squares = Squares()
    assert squares.press("Larger", side=4) == {"side": 5, "doubled": False}
    assert squares.press("Reset", side=4, doubled=True) == squares.defaults
    with pytest.raises(ValueError, match="side must be a number from 1 to 10, got 11"):
        squares.press("Larger", side=10)
    with pytest.raises(ValueError, match="no button 'Smaller'; there are Larger, Reset"):
        squares.press("Smaller")


def test_values_move_by_code_and_nothing_else_changes():
    squares, other = Squares(), Squares()
    squares.set(side=7)
    assert repr(squares) == "Squares\nThe area is 49."
    with pytest.raises(ValueError, match="'size' is no control of this explorer; it has side"):
        squares.set(size=3)
    assert squares.values["side"] == 7
    assert other.values["side"] == 3


def test_a_control_cannot_hide_what_an_explorer_has():
    with pytest.raises(TypeError, match="a control cannot be named 'figure'"):
        type("Wrong", (Explorer,), {"figure": Switch("Figure")})


def test_a_method_cannot_ask_for_what_is_no_control():
    def sentence(self, record, size):
        return ""

    with pytest.raises(TypeError, match=r"Wrong\.sentence: no control is named 'size'"):
        type("Wrong", (Explorer,), {"sentence": sentence, "side": Slider("Side", 1, 2, 1)})
