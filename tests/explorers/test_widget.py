"""The widgets of an explorer follow its values, and its values follow them."""

import ipywidgets as widgets
import pytest

from asian_security.explorers.capstone import DesignLab
from asian_security.explorers.controls import Choice, Several, Slider, Switch
from asian_security.explorers.start import CourseMap, Growth
from asian_security.explorers.widget import control_widget


@pytest.mark.parametrize(
    ("control", "kind", "value"),
    [
        (Slider("Year", 1990, 2000, 1995), widgets.IntSlider, 1995),
        (Slider("Share", 0, 1, 0.25, step=0.25), widgets.FloatSlider, 0.25),
        (Choice("State", {"China": "CHN"}, "CHN"), widgets.Dropdown, "CHN"),
        (Several("Issues", ["a", "b"], ("b",)), widgets.SelectMultiple, ("b",)),
        (Switch("On", True), widgets.Checkbox, True),
    ],
)
def test_each_control_has_its_widget(control, kind, value):
    made = control_widget(control)
    assert isinstance(made, kind)
    assert made.value == value
    assert made.description == control.label


def test_a_unit_is_read_out_with_the_label_and_a_step_with_its_decimals():
    made = control_widget(Slider("Share", 0, 1, 0.25, step=0.25, unit="of all"))
    assert made.description == "Share (of all)"
    assert made.readout_format == ".2f"


def test_the_words_stand_under_the_figure_and_the_source_last():
    box = Growth().widget
    classes = [child._dom_classes for child in box.children]
    assert classes.index(("course-controls",)) < classes.index(("course-status",))
    assert "course-source" in box.children[-1].value
    assert "as of" in box.children[-1].value


def test_a_control_that_is_moved_moves_figure_and_words():
    growth = Growth()
    _ = growth.widget
    growth.view.inputs["year"].value = 2001
    assert growth.values == {"year": 2001}
    assert growth.describe(year=2001) in growth.view.status.value
    assert growth.view.plot.plot_data[2]["x"] == [2001]


def test_values_set_before_the_first_look_are_shown():
    growth = Growth()
    growth.set(year=2001)
    _ = growth.widget
    assert growth.view.inputs["year"].value == 2001
    assert "In 2001" in growth.view.status.value


def test_reset_is_the_last_button():
    course = CourseMap()
    _ = course.widget
    course.set(path="Puzzle: does talking help?")
    button = [w for w in course.widget.children[3].children if isinstance(w, widgets.Button)][-1]
    assert button.description == "Reset"
    button.click()
    assert course.values == course.defaults


def test_controls_in_columns_have_one_width():
    lab = DesignLab()
    _ = lab.widget
    assert {box.layout.width for box in lab.view.inputs.values()} == {DesignLab.control_width}
