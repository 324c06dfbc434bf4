"""The contract of an explorer: declared controls, one computation per move, and what follows from it.

An explorer is the source of every edition of itself: the widget in a notebook, a page without Python,
the words that stand for the figure. So nothing here needs ipywidgets, plotly, anywidget or IPython
before a figure is drawn; the widget work is in :mod:`asian_security.explorers.widget`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from asian_security import data, figures
from asian_security.explorers.controls import (
    Action,
    Choice,
    Control,
    Several,
    Slider,
    Switch,
    Values,
)
from asian_security.explorers.looks import apply_look, plain

if TYPE_CHECKING:
    import ipywidgets as widgets
    import pandas as pd
    import plotly.graph_objects as go

    from asian_security.explorers.widget import ExplorerWidget

VIEWS = ("update", "heading", "layout", "sentence", "table")
"""The methods that show what :meth:`Explorer.compute` returned."""


class Explorer:
    """An interactive figure with controls and a live sentence.

    A subclass sets ``title``, ``goal`` (the question that moving a control answers) and ``source``, and
    declares its controls as class attributes, in the order in which they stand. It defines

    * :meth:`compute`, a pure function of the controls' values that returns a frozen record. It runs once
      a move, and everything shown is made of what it returns;
    * :meth:`draw`, which draws the figure once; every trace has a name, or a ``uid`` where several
      traces share one name;
    * :meth:`update`, what changes in each trace, by that name, and :meth:`sentence`; and where it needs
      them :meth:`heading`, :meth:`layout`, :meth:`table` and :meth:`actions`.

    A method that shows takes the record first and, by name, the values it mentions::

        def sentence(self, room: Room, gap: float) -> str: ...
    """

    title: ClassVar[str]
    goal: ClassVar[str]
    source: ClassVar[str] = "Illustrative numbers."
    """Where the numbers come from; ``{as_of}`` stands for the date for which the course speaks."""
    control_width: ClassVar[str] = ""
    """The width of each control where they stand in columns; their own width by default."""
    _declared: ClassVar[dict[str, Control]] = {}
    _view_arguments: ClassVar[dict[str, tuple[str, ...]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        """Collect the declared controls and what each method takes as arguments."""
        super().__init_subclass__(**options)
        own = {
            name: control
            for name, control in vars(cls).items()
            if isinstance(control, Slider | Choice | Several | Switch)
        }
        for name in own:
            if hasattr(Explorer, name):
                raise TypeError(f"{cls.__name__}: a control cannot be named {name!r}")
        cls._declared = {**cls._declared, **own}
        cls._view_arguments = {}
        for view in VIEWS:
            parameters = list(inspect.signature(getattr(cls, view)).parameters.values())[2:]
            cls._view_arguments[view] = tuple(
                p.name for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD
            )
            unknown = set(cls._view_arguments[view]) - set(cls._declared)
            if unknown:
                raise TypeError(f"{cls.__name__}.{view}: no control is named {min(unknown)!r}")

    # What a subclass defines -------------------------------------------------------------------

    def controls(self) -> dict[str, Control]:
        """Return the controls by the name of the value each sets: those declared, by default."""
        return self._declared

    def actions(self) -> Sequence[Action]:
        """Return the buttons, none by default; *Reset* is always there."""
        return ()

    def compute(self, *args: Any, **kwargs: Any) -> Any:
        """Work out, from the controls' values, the record that everything shown is made of."""
        raise NotImplementedError

    def draw(self) -> go.Figure:
        """Draw the figure once, with every trace it will ever have."""
        raise NotImplementedError

    def update(self, *args: Any, **kwargs: Any) -> dict[str, dict[str, Any]]:
        """Return what changes in each trace, by its name; what is not named stays."""
        raise NotImplementedError

    def heading(self, *args: Any, **kwargs: Any) -> str | None:
        """Return the title of the figure, or None where it stays as it was drawn."""
        return None

    def layout(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return what else changes in the layout; nothing by default."""
        return {}

    def sentence(self, *args: Any, **kwargs: Any) -> str:
        """Say in words and numbers what is seen."""
        raise NotImplementedError

    def table(self, *args: Any, **kwargs: Any) -> pd.DataFrame | None:
        """Return a small table that goes with the figure, or None."""
        return None

    # What everybody else uses ------------------------------------------------------------------

    @cached_property
    def values(self) -> Values:
        """The values of the controls now."""
        return self.defaults

    @property
    def defaults(self) -> Values:
        """The values that the controls start from."""
        return {name: control.value for name, control in self._controls.items()}

    def record(self, **values: Any) -> Any:
        """Return what :meth:`compute` makes of the default values, changed by those given.

        Raises
        ------
        ValueError
            If a name is no control of this explorer or a value is out of its range.
        """
        return self._record(self.checked(values))

    def look(self, **values: Any) -> dict[str, Any]:
        """Return all that a page shows for these values, as plain JSON.

        Returns
        -------
        dict
            ``values``; ``traces`` and ``layout``, what changes in the drawn figure; ``sentence``;
            ``table``, as HTML or None.

        Raises
        ------
        ValueError
            If a name is no control of this explorer or a value is out of its range.
        """
        chosen = self.checked(values)
        heading, layout = self._show("heading", chosen), self._show("layout", chosen)
        if heading is not None:
            layout = {**layout, "title": {"text": heading}}
        table = self._show("table", chosen)
        return {
            "values": plain(chosen),
            "traces": plain(self._show("update", chosen)),
            "layout": plain(layout),
            "sentence": self._show("sentence", chosen),
            "table": None if table is None else figures.table_html(table),
        }

    def press(self, button: str, **values: Any) -> Values:
        """Return the values after a button is pressed at these values.

        Raises
        ------
        ValueError
            If there is no such button, a name is no control or a value is out of its range.
        """
        buttons = {action.label: action for action in self.buttons}
        if button not in buttons:
            raise ValueError(f"there is no button {button!r}; there are {', '.join(buttons)}")
        chosen = self.checked(values)
        return self.checked(buttons[button].apply(dict(chosen)), chosen)

    @property
    def buttons(self) -> list[Action]:
        """The buttons: the explorer's own, and *Reset*."""
        return [*self.actions(), Action("Reset", lambda now: self.defaults, "Start again")]

    def figure(self, **values: Any) -> go.Figure:
        """Return the figure for the default values, changed by those given, without a widget.

        Raises
        ------
        ValueError
            If a name is no control of this explorer or a value is out of its range.
        """
        return apply_look(self.draw(), self.look(**values))

    def describe(self, **values: Any) -> str:
        """Return the sentence for the default values, changed by those given.

        Raises
        ------
        ValueError
            If a name is no control of this explorer or a value is out of its range.
        """
        return str(self._show("sentence", self.checked(values)))

    def set(self, **values: Any) -> None:
        """Move controls by code; the figure and the sentence follow.

        Raises
        ------
        ValueError
            If a name is no control of this explorer or a value is out of its range.
        """
        self.values = self.checked(values, self.values)
        if "view" in self.__dict__:
            self.view.follow(self.values)

    @cached_property
    def view(self) -> ExplorerWidget:
        """The explorer's widgets, made at first use."""
        from asian_security.explorers.widget import ExplorerWidget

        return ExplorerWidget(self)

    @property
    def widget(self) -> widgets.Widget:
        """The whole explorer as one ipywidgets box."""
        return self.view.box

    def empty_figure(self, title: str, **layout: Any) -> go.Figure:
        """Return a figure without traces that names this explorer's source."""
        source = self.source.replace("{as_of}", data.as_of())
        return figures.empty_figure(title, source, **layout)

    def checked(self, values: Mapping[str, Any], start: Mapping[str, Any] | None = None) -> Values:
        """Return the values to start from (the defaults), changed by those given.

        Raises
        ------
        ValueError
            If a name is no control of this explorer or a value is out of its range.
        """
        chosen = dict(self.defaults if start is None else start)
        for name, value in values.items():
            if name not in self._controls:
                known = ", ".join(self._controls)
                raise ValueError(f"{name!r} is no control of this explorer; it has {known}")
            control = self._controls[name]
            accepted = control.reject(value)
            if accepted:
                raise ValueError(f"{name} must be {accepted}, got {value!r}")
            chosen[name] = tuple(value) if isinstance(control, Several) else value
        return chosen

    def __repr__(self) -> str:
        return f"{self.title}\n{self.describe(**self.values)}"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget)

    @cached_property
    def _controls(self) -> dict[str, Control]:
        return self.controls()

    def _record(self, values: Values) -> Any:
        """Return the record for complete, checked values; the last one is remembered."""
        last: tuple[Values, Any] | None = self.__dict__.get("_last")
        if last is None or last[0] != values:
            last = self.__dict__["_last"] = (dict(values), self.compute(**values))
        return last[1]

    def _show(self, view: str, values: Values) -> Any:
        method: Callable[..., Any] = getattr(self, view)
        arguments = {name: values[name] for name in self._view_arguments[view]}
        return method(self._record(values), **arguments)
