"""The common explorer: controls, a figure and a sentence that follow one another.

A subclass says what its controls are, draws its figure once, and gives two pure functions of
the controls' values: what changes in each trace, and the sentence that says what is seen. All
widget work is here, so that a subclass is tested without a browser.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, ClassVar

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from asian_security.browser import CourseFigure, names
from asian_security.figures import source_of

Values = dict[str, Any]
_WIDE = {"description_width": "initial"}


@dataclass(frozen=True)
class Slider:
    """A number on a scale. ``unit`` is read out with the label; ``play`` adds an animation."""

    label: str
    start: float
    stop: float
    value: float
    step: float = 1
    unit: str = ""
    play: bool = False
    interval: int = 350

    def accepts(self, value: Any) -> str | None:
        """Return what is wrong with a value, or None."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return f"a number from {self.start:g} to {self.stop:g}"
        if not self.start <= value <= self.stop:
            return f"a number from {self.start:g} to {self.stop:g}"
        return None

    def widget(self) -> widgets.Widget:
        """Make the ipywidgets control."""
        whole = all(float(v).is_integer() for v in (self.start, self.stop, self.step, self.value))
        kind = widgets.IntSlider if whole else widgets.FloatSlider
        cast: type = int if whole else float
        label = f"{self.label} ({self.unit})" if self.unit else self.label
        decimals = max(0, len(f"{self.step:.10f}".rstrip("0").split(".")[1]))
        return kind(
            value=cast(self.value),
            min=cast(self.start),
            max=cast(self.stop),
            step=cast(self.step),
            description=label,
            readout_format="d" if whole else f".{decimals}f",
            style=_WIDE,
            layout={"width": f"{300 + 7 * len(label)}px", "max_width": "100%"},
        )


@dataclass(frozen=True)
class _Listed:
    """Options to choose from; a mapping shows its keys and gives its values."""

    label: str
    options: Sequence[Any] | Mapping[str, Any]

    @property
    def accepted(self) -> list[Any]:
        """The values that can be chosen."""
        named = self.options.values() if isinstance(self.options, Mapping) else self.options
        return list(named)

    def _look(self) -> dict[str, Any]:
        pairs = self.options.items() if isinstance(self.options, Mapping) else self.options
        return {
            "options": list(pairs),
            "description": self.label,
            "style": _WIDE,
            "layout": {"width": "430px", "max_width": "100%"},
        }


@dataclass(frozen=True)
class Choice(_Listed):
    """One of several options."""

    value: Any

    def accepts(self, value: Any) -> str | None:
        """Return what is wrong with a value, or None."""
        return None if value in self.accepted else "one of " + ", ".join(map(str, self.accepted))

    def widget(self) -> widgets.Widget:
        """Make the ipywidgets control."""
        return widgets.Dropdown(value=self.value, **self._look())


@dataclass(frozen=True)
class Several(_Listed):
    """Any number of options; the value is a tuple."""

    value: tuple[Any, ...] = ()
    rows: int = 6

    def accepts(self, value: Any) -> str | None:
        """Return what is wrong with a value, or None."""
        if isinstance(value, tuple | list) and all(v in self.accepted for v in value):
            return None
        return "a tuple of " + ", ".join(map(str, self.accepted))

    def widget(self) -> widgets.Widget:
        """Make the ipywidgets control."""
        return widgets.SelectMultiple(value=tuple(self.value), rows=self.rows, **self._look())


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    label: str
    value: bool = False

    def accepts(self, value: Any) -> str | None:
        """Return what is wrong with a value, or None."""
        return None if isinstance(value, bool) else "True or False"

    def widget(self) -> widgets.Widget:
        """Make the ipywidgets control."""
        return widgets.Checkbox(
            value=self.value,
            description=self.label,
            indent=False,
            layout={"width": "430px", "max_width": "100%"},
        )


@dataclass(frozen=True)
class Action:
    """A button: a pure function from the values now to the values it changes."""

    label: str
    apply: Callable[[Values], Values]
    hint: str = ""


Control = Slider | Choice | Several | Switch


class Explorer:
    """An interactive figure with controls and a live sentence.

    A subclass sets ``title`` and ``goal`` (the question that moving a control answers), draws
    with :func:`asian_security.figures.layout`, which names the source, and defines :meth:`controls`, :meth:`draw`, :meth:`traces` and :meth:`sentence`;
    :meth:`layout`, :meth:`table` and :meth:`actions` where it needs them.
    """

    title: ClassVar[str]
    goal: ClassVar[str]

    def controls(self) -> dict[str, Control]:
        """Return the controls by the name of the value each sets."""
        raise NotImplementedError

    def actions(self) -> Sequence[Action]:
        """Return the buttons, none by default; *Reset* is always there."""
        return ()

    def draw(self) -> go.Figure:
        """Draw the figure once, with every trace it will ever have."""
        raise NotImplementedError

    def traces(self, **values: Any) -> list[dict[str, Any]]:
        """Return what changes in each trace, in the figure's order, for these values."""
        raise NotImplementedError

    def layout(self, **values: Any) -> dict[str, Any]:
        """Return what changes in the layout for these values; nothing by default."""
        return {}

    def sentence(self, **values: Any) -> str:
        """Say in words and numbers what is seen for these values."""
        raise NotImplementedError

    def table(self, **values: Any) -> pd.DataFrame | None:
        """Return a small table that goes with the figure, or None."""
        return None

    @cached_property
    def _controls(self) -> dict[str, Control]:
        return self.controls()

    @cached_property
    def values(self) -> Values:
        """The values of the controls now."""
        return self.defaults

    @property
    def defaults(self) -> Values:
        """The values that the controls start from."""
        return {name: control.value for name, control in self._controls.items()}

    def figure(self, **values: Any) -> go.Figure:
        """Return the figure for the default values, changed by those given, without a widget."""
        chosen = self._checked(values)
        figure = self.draw()
        self._apply(figure, chosen)
        return figure

    def describe(self, **values: Any) -> str:
        """Return the sentence for the default values, changed by those given.

        Raises
        ------
        ValueError
            If a name is no control of this explorer or a value is out of its range.
        """
        return self.sentence(**self._checked(values))

    def set(self, **values: Any) -> None:
        """Move controls by code; the figure and the sentence follow.

        Raises
        ------
        ValueError
            If a name is no control of this explorer or a value is out of its range.
        """
        self.values = self._checked(values, self.values)
        if "widget" in self.__dict__:
            self._follow = False
            for name in values:
                self._inputs[name].value = self.values[name]
            self._follow = True
        self._refresh()

    @cached_property
    def widget(self) -> widgets.Widget:
        """The whole explorer as one ipywidgets box, made at first use."""
        self._follow = True
        self._inputs = {name: control.widget() for name, control in self._controls.items()}
        self._figure = self.figure(**self.values)
        self._plot = CourseFigure(self._figure)
        source = widgets.HTML(f'<div class="course-source">{escape(source_of(self._figure))}</div>')
        self._status = widgets.HTML()
        self._status.add_class("course-status")
        self._table = widgets.HTML()
        for box in self._inputs.values():
            box.observe(self._moved, names="value")
        rows: list[widgets.Widget] = []
        for name, control in self._controls.items():
            rows.append(self._inputs[name])
            if isinstance(control, Slider) and control.play:
                rows.append(self._player(control, self._inputs[name]))
        buttons = [self._button(action) for action in self.actions()]
        buttons.append(self._button(Action("Reset", lambda now: self.defaults, "Start again")))
        controls = widgets.Box(
            [*rows, *buttons], layout={"display": "flex", "flex_flow": "row wrap"}
        )
        controls.add_class("course-controls")
        title = widgets.HTML(f'<div class="course-title">{escape(self.title)}</div>')
        goal = widgets.HTML(f'<div class="course-goal">{escape(self.goal)}</div>')
        box = widgets.VBox(
            [
                names(),
                title,
                goal,
                controls,
                self._plot,
                self._status,
                self._table,
                source,
            ]
        )
        box.add_class("course-explorer")
        self._tell()
        return box

    def __repr__(self) -> str:
        return f"{self.title}\n{self.sentence(**self.values)}"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget)

    def _checked(self, values: Values, start: Values | None = None) -> Values:
        chosen = dict(self.defaults if start is None else start)
        for name, value in values.items():
            if name not in self._controls:
                known = ", ".join(self._controls)
                raise ValueError(f"{name!r} is no control of this explorer; it has {known}")
            control = self._controls[name]
            wrong = control.accepts(value)
            if wrong:
                raise ValueError(f"{name} must be {wrong}, got {value!r}")
            chosen[name] = tuple(value) if isinstance(control, Several) else value
        return chosen

    def _apply(self, figure: go.Figure, values: Values) -> None:
        changes = self.traces(**values)
        if len(changes) != len(figure.data):
            raise ValueError(
                f"{type(self).__name__}.traces gives {len(changes)} changes "
                f"for {len(figure.data)} traces"
            )
        for trace, change in zip(figure.data, changes, strict=True):
            trace.update(change)
        figure.update_layout(self.layout(**values))

    def _moved(self, change: Mapping[str, Any]) -> None:
        if self._follow:
            self.values = {name: box.value for name, box in self._inputs.items()}
            self._refresh()

    def _refresh(self) -> None:
        if "widget" not in self.__dict__:
            return
        self._apply(self._figure, self.values)
        self._plot.show(self._figure)
        self._tell()

    def _tell(self) -> None:
        self._status.value = f"<p>{escape(self.sentence(**self.values))}</p>"
        table = self.table(**self.values)
        if table is None:
            self._table.value = ""
            return
        words = [
            f"course-words-{place}"
            for place, kind in enumerate(table.dtypes, start=table.index.nlevels + 1)
            if not pd.api.types.is_numeric_dtype(kind)
        ]
        # The name of the index stands in the corner, not in a row of its own.
        corner = ", ".join(str(name) for name in table.index.names if name)
        shown = table.rename_axis(index=[None] * table.index.nlevels, columns=corner or None)
        with pd.option_context("display.max_colwidth", None):
            self._table.value = shown.to_html(border=0, classes=words, sparsify=False)

    def _button(self, action: Action) -> widgets.Button:
        button = widgets.Button(
            description=action.label,
            tooltip=action.hint or action.label,
            layout={"width": "max-content"},
        )
        button.on_click(lambda _: self.set(**action.apply(dict(self.values))))
        return button

    def _player(self, control: Slider, box: widgets.Widget) -> widgets.Play:
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
