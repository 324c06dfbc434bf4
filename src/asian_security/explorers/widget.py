"""An explorer in a notebook: ipywidgets controls, the figure, the live sentence."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import ipywidgets as widgets

from asian_security.browser import CourseFigure, names
from asian_security.explorers.controls import Action, Control, Several, Slider, Switch, Values
from asian_security.explorers.looks import apply_look
from asian_security.figures import source_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

_WIDE = {"description_width": "initial"}


class Shown(Protocol):
    """What the widgets need of an explorer: see :class:`~asian_security.explorers.base.Explorer`."""

    title: ClassVar[str]
    goal: ClassVar[str]
    control_width: ClassVar[str]

    @property
    def values(self) -> Values:
        """The values of the controls now."""

    @property
    def buttons(self) -> list[Action]:
        """The buttons."""

    def controls(self) -> dict[str, Control]:
        """Return the controls by the name of the value each sets."""

    def draw(self) -> go.Figure:
        """Draw the figure once."""

    def look(self, **values: Any) -> dict[str, Any]:
        """Return all that a page shows for these values."""

    def press(self, button: str, **values: Any) -> Values:
        """Return the values after a button is pressed."""

    def set(self, **values: Any) -> None:
        """Move controls by code."""


class ExplorerWidget:
    """The widgets of one explorer.

    Parameters
    ----------
    explorer : Shown
        An explorer.

    Attributes
    ----------
    box : ipywidgets.Widget
        All of it, to be displayed.
    inputs : dict of str to ipywidgets.Widget
        The controls by the name of the value each sets.
    figure : plotly.graph_objects.Figure
        The figure as it is now.
    plot : CourseFigure
        The widget that shows the figure.
    status, table : ipywidgets.HTML
        The sentence and the table.
    """

    def __init__(self, explorer: Shown) -> None:
        self._explorer = explorer
        self._following = True
        controls = explorer.controls()
        self.inputs = {name: control_widget(control) for name, control in controls.items()}
        look = explorer.look(**explorer.values)
        self.figure = apply_look(explorer.draw(), look)
        self.plot = CourseFigure(self.figure)
        self.status = widgets.HTML()
        self.status.add_class("course-status")
        self.table = widgets.HTML()
        rows: list[widgets.Widget] = []
        for name, control in controls.items():
            box = self.inputs[name]
            box.value = explorer.values[name]
            box.observe(self._moved, names="value")
            if explorer.control_width:
                box.layout.width = explorer.control_width
            rows.append(box)
            if isinstance(control, Slider) and control.play:
                rows.append(_player(control, box))
        panel = widgets.Box(
            [*rows, *(self._button(action) for action in explorer.buttons)],
            layout={"display": "flex", "flex_flow": "row wrap"},
        )
        panel.add_class("course-controls")
        self.box = widgets.VBox(
            [
                names(),
                _line("course-title", explorer.title),
                _line("course-goal", explorer.goal),
                panel,
                self.plot,
                self.status,
                self.table,
                _line("course-source", source_of(self.figure)),
            ]
        )
        self.box.add_class("course-explorer")
        self._say(look)

    def follow(self, values: Values) -> None:
        """Show other values: the controls, the figure and the words."""
        self._following = False
        for name, value in values.items():
            self.inputs[name].value = value
        self._following = True
        look = self._explorer.look(**values)
        self.plot.show(apply_look(self.figure, look))
        self._say(look)

    def _moved(self, change: Mapping[str, Any]) -> None:
        if self._following:
            self._explorer.set(**{name: box.value for name, box in self.inputs.items()})

    def _say(self, look: Mapping[str, Any]) -> None:
        self.status.value = f"<p>{escape(look['sentence'])}</p>"
        self.table.value = look["table"] or ""

    def _button(self, action: Action) -> widgets.Button:
        button = widgets.Button(
            description=action.label,
            tooltip=action.hint or action.label,
            layout={"width": "max-content"},
        )
        explorer = self._explorer
        button.on_click(lambda _: explorer.set(**explorer.press(action.label, **explorer.values)))
        return button


def control_widget(control: Control) -> widgets.Widget:
    """Make the ipywidgets control."""
    if isinstance(control, Slider):
        label = f"{control.label} ({control.unit})" if control.unit else control.label
        kind = widgets.IntSlider if control.whole else widgets.FloatSlider
        cast: type = int if control.whole else float
        return kind(
            value=cast(control.value),
            min=cast(control.start),
            max=cast(control.stop),
            step=cast(control.step),
            description=label,
            readout_format="d" if control.whole else f".{control.decimals}f",
            style=_WIDE,
            layout={"width": f"{300 + 7 * len(label)}px", "max_width": "100%"},
        )
    layout = {"width": "430px", "max_width": "100%"}
    if isinstance(control, Switch):
        return widgets.Checkbox(
            value=control.value, description=control.label, indent=False, layout=layout
        )
    options = control.shown.items() if isinstance(control.shown, Mapping) else control.shown
    listed: dict[str, Any] = {
        "options": list(options),
        "description": control.label,
        "style": _WIDE,
        "layout": layout,
    }
    if isinstance(control, Several):
        return widgets.SelectMultiple(value=tuple(control.value), rows=control.rows, **listed)
    return widgets.Dropdown(value=control.value, **listed)


def _player(control: Slider, box: widgets.Widget) -> widgets.Play:
    player = widgets.Play(
        value=box.value,
        min=box.min,
        max=box.max,
        step=box.step,
        interval=control.interval,
        show_repeat=False,
    )
    widgets.jslink((player, "value"), (box, "value"))
    return player


def _line(name: str, text: str) -> widgets.HTML:
    return widgets.HTML(f'<div class="{name}">{escape(text)}</div>')
