"""What holds for every explorer of the course, whatever it shows."""

import importlib
import json
import math
import pkgutil
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

import asian_security.explorers as package
from asian_security.explorers import Choice, Explorer, Several, Slider, Switch
from asian_security.figures import source_of


def _found():
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    kinds, stack = set(), [Explorer]
    while stack:
        for kind in stack.pop().__subclasses__():
            stack.append(kind)
            if kind.__module__.startswith(package.__name__):
                kinds.add(kind)
    return sorted(kinds, key=lambda kind: (kind.__module__, kind.__name__))


EXPLORERS = [kind for kind in _found() if "title" in kind.__dict__]
each_explorer = pytest.mark.parametrize("kind", EXPLORERS, ids=lambda kind: kind.__name__)


@pytest.fixture(scope="module")
def made():
    return {kind: kind() for kind in EXPLORERS}


def _tries(control):
    if isinstance(control, Slider):
        return [control.start, control.stop]
    if isinstance(control, Switch):
        return [not control.value]
    if isinstance(control, Several):
        return [(), tuple(control.accepted[:3]), tuple(control.accepted)]
    return control.accepted[:1] + control.accepted[-1:] if isinstance(control, Choice) else []


def _plain(figure):
    return json.loads(figure.to_json())


def test_there_are_explorers():
    assert len(EXPLORERS) >= 3


@each_explorer
def test_it_says_what_it_is_for(made, kind):
    explorer = made[kind]
    assert explorer.title.strip()
    assert len(explorer.goal) > 20
    figure = explorer.figure()
    assert isinstance(figure, go.Figure)
    assert len(source_of(figure)) > 10
    sentence = explorer.describe()
    assert len(sentence) > 30
    assert sentence != figure.layout.title.text
    assert "nan" not in sentence.lower().split()


@each_explorer
def test_every_control_has_a_name_and_a_sound_start(made, kind):
    for name, control in made[kind].controls().items():
        assert control.label.strip(), name
        assert control.accepts(control.value) is None, name
        assert control.widget().description == (
            f"{control.label} ({control.unit})" if getattr(control, "unit", "") else control.label
        )


@each_explorer
def test_the_ends_of_every_control_give_a_figure_and_a_sentence(made, kind):
    explorer = made[kind]
    for name, control in explorer.controls().items():
        for value in _tries(control):
            chosen = tuple(value) if isinstance(control, Several) else value
            text = json.dumps(_plain(explorer.figure(**{name: chosen})))
            assert "NaN" not in text
            assert len(explorer.describe(**{name: chosen})) > 20


@each_explorer
def test_every_slider_changes_the_figure_and_the_words(made, kind):
    explorer = made[kind]
    for name, control in explorer.controls().items():
        if isinstance(control, Slider):
            far = (
                control.start
                if control.value > (control.start + control.stop) / 2
                else control.stop
            )
            assert explorer.describe(**{name: far}) != explorer.describe(), name
            assert _plain(explorer.figure(**{name: far})) != _plain(explorer.figure()), name


@each_explorer
def test_a_wrong_value_is_refused_in_one_sentence(made, kind):
    explorer = made[kind]
    with pytest.raises(ValueError, match="is no control of this explorer"):
        explorer.describe(no_such_control=1)
    for name, control in explorer.controls().items():
        if isinstance(control, Slider):
            with pytest.raises(ValueError, match=f"{name} must be a number from"):
                explorer.describe(**{name: control.stop + 1})
        elif isinstance(control, Choice):
            with pytest.raises(ValueError, match=f"{name} must be one of"):
                explorer.describe(**{name: object()})


@each_explorer
def test_the_widget_follows_code_and_buttons_follow_the_widget(made, kind):
    explorer = kind()
    box = explorer.widget
    assert "course-explorer" in box._dom_classes
    before = explorer._status.value
    for name, control in explorer.controls().items():
        if isinstance(control, Slider):
            explorer.set(**{name: control.stop if control.value != control.stop else control.start})
            assert explorer._inputs[name].value == explorer.values[name]
            break
    for action in explorer.actions():
        changed = action.apply(dict(explorer.defaults))
        explorer._checked(changed)
    explorer.set(**explorer.defaults)
    assert explorer._status.value == before


@each_explorer
def test_labels_can_be_read_on_a_projector(made, kind):
    figure = made[kind].figure()
    assert figure.layout.template.layout.font.size >= 14
    for trace in figure.data:
        size = getattr(trace, "textfont", None) and trace.textfont.size
        if isinstance(size, int | float) and not math.isnan(size):
            assert size >= 11


@each_explorer
def test_words_in_a_table_begin_at_the_left(made, kind):
    explorer = made[kind]
    table = explorer.table(**explorer.values)
    if table is None:
        return
    _ = explorer.widget
    style = (Path(package.__path__[0]).parent / "static" / "course.css").read_text(encoding="utf-8")
    for place, column in enumerate(table.dtypes, start=table.index.nlevels + 1):
        if not pd.api.types.is_numeric_dtype(column):
            assert f"course-words-{place}" in explorer._table.value
            assert f".course-words-{place} tr > :nth-child({place})" in style
    assert explorer._table.value.count("<thead>") == 1
    assert explorer._table.value.split("</thead>")[0].count("<tr") == 1
