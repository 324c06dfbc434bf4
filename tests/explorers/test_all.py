"""What holds for every explorer of the course, whatever it shows."""

import importlib
import json
import math
import pkgutil
import random
import subprocess
import sys
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

import asian_security.explorers as package
from asian_security import data
from asian_security.explorers import Choice, Explorer, Several, Slider, Switch
from asian_security.explorers.looks import plain
from asian_security.explorers.widget import control_widget
from asian_security.figures import source_of

MODULES = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
NO_EXPLORERS = {"base", "controls", "looks", "widget"}


def _classes(module):
    kinds = vars(importlib.import_module(f"{package.__name__}.{module}")).values()
    return [
        kind
        for kind in kinds
        if isinstance(kind, type)
        and issubclass(kind, Explorer)
        and kind.__module__.endswith(f".{module}")
        and "title" in vars(kind)
    ]


EXPLORERS = [kind for module in MODULES for kind in _classes(module)]
each_explorer = pytest.mark.parametrize("kind", EXPLORERS, ids=lambda kind: kind.__name__)


@pytest.fixture(scope="module")
def instances():
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


def _paths(value, path=()):
    """Name every leaf of nested changes."""
    if isinstance(value, dict):
        return {p for key, item in value.items() for p in _paths(item, (*path, key))}
    return {path}


@pytest.mark.parametrize("module", sorted(set(MODULES) - NO_EXPLORERS))
def test_every_module_of_a_lesson_has_explorers(module):
    assert _classes(module)


@each_explorer
def test_an_explorer_states_its_purpose(instances, kind):
    explorer = instances[kind]
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
def test_every_control_has_a_name_and_a_sound_start(instances, kind):
    for name, control in instances[kind].controls().items():
        assert control.label.strip(), name
        assert control.reject(control.value) is None, name
        assert control_widget(control).description == (
            f"{control.label} ({control.unit})" if getattr(control, "unit", "") else control.label
        )


@each_explorer
def test_every_control_knows_its_grid(instances, kind):
    for name, control in instances[kind].controls().items():
        if isinstance(control, Several):
            assert control.grid is None
            continue
        assert all(control.reject(value) is None for value in control.grid), name
        assert any(value == control.value for value in control.grid), name
        if isinstance(control, Slider):
            assert control.grid[0] == control.start
            assert control.grid[-1] == pytest.approx(control.stop)


@each_explorer
def test_every_trace_has_a_name_of_its_own(instances, kind):
    figure = instances[kind].draw()
    names = [trace.uid or trace.name for trace in figure.data]
    assert all(names)
    assert len(set(names)) == len(names)
    assert all(trace.name for trace in figure.data)


@each_explorer
def test_what_is_shown_depends_on_the_values_alone(instances, kind):
    """Every move names the same changes, so that nothing of an earlier move can stay."""
    explorer, chance = instances[kind], random.Random(kind.__name__)
    controls = explorer.controls()
    looks = [explorer.look()]
    for _ in range(8):
        values = {name: chance.choice(_tries(control)) for name, control in controls.items()}
        looks.append(explorer.look(**values))
    for part in ("traces", "layout"):
        named = _paths(looks[0][part])
        for look in looks[1:]:
            assert _paths(look[part]) == named
    again = kind()
    for look in looks:
        values = {
            name: tuple(value) if isinstance(controls[name], Several) else value
            for name, value in look["values"].items()
        }
        assert again.look(**values) == look


@each_explorer
def test_a_look_is_plain_json(instances, kind):
    look = instances[kind].look()
    assert json.loads(json.dumps(look, allow_nan=False)) == look == plain(look)


@each_explorer
def test_the_ends_of_every_control_give_a_figure_and_a_sentence(instances, kind):
    explorer = instances[kind]
    for name, control in explorer.controls().items():
        for value in _tries(control):
            chosen = tuple(value) if isinstance(control, Several) else value
            text = json.dumps(_plain(explorer.figure(**{name: chosen})))
            assert "NaN" not in text
            assert len(explorer.describe(**{name: chosen})) > 20


@each_explorer
def test_every_slider_changes_the_figure_and_the_words(instances, kind):
    explorer = instances[kind]
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
def test_a_wrong_value_is_refused_in_one_sentence(instances, kind):
    explorer = instances[kind]
    with pytest.raises(ValueError, match="is no control of this explorer"):
        explorer.describe(no_such_control=1)
    with pytest.raises(ValueError, match="there is no button 'No such button'"):
        explorer.press("No such button")
    for name, control in explorer.controls().items():
        if isinstance(control, Slider):
            with pytest.raises(ValueError, match=f"{name} must be a number from"):
                explorer.describe(**{name: control.stop + 1})
        elif isinstance(control, Choice):
            with pytest.raises(ValueError, match=f"{name} must be one of"):
                explorer.describe(**{name: object()})


@each_explorer
def test_the_widget_follows_code_and_buttons_follow_the_widget(instances, kind):
    explorer = kind()
    assert "course-explorer" in explorer.widget._dom_classes
    before = explorer.view.status.value
    for name, control in explorer.controls().items():
        if isinstance(control, Slider):
            explorer.set(**{name: control.stop if control.value != control.stop else control.start})
            assert explorer.view.inputs[name].value == explorer.values[name]
            break
    for action in explorer.buttons:
        explorer.set(**explorer.press(action.label, **explorer.values))
    assert explorer.values == explorer.defaults
    assert explorer.view.status.value == before


@each_explorer
def test_the_figure_follows_a_control_that_is_moved(kind):
    explorer = kind()
    _ = explorer.widget
    for name, control in explorer.controls().items():
        if isinstance(control, Slider):
            explorer.view.inputs[name].value = control.stop
            page = {"data": explorer.view.plot.plot_data, "layout": explorer.view.plot.plot_layout}
            expected = _plain(explorer.figure(**{name: explorer.values[name]}))
            expected["layout"].pop("template")
            assert page == expected
            break


@each_explorer
def test_labels_can_be_read_on_a_projector(instances, kind):
    figure = instances[kind].figure()
    assert figure.layout.template.layout.font.size >= 14
    for trace in figure.data:
        size = getattr(trace, "textfont", None) and trace.textfont.size
        if isinstance(size, int | float) and not math.isnan(size):
            assert size >= 11


@each_explorer
def test_words_in_a_table_begin_at_the_left(instances, kind):
    explorer = instances[kind]
    html = explorer.look()["table"]
    if html is None:
        return
    table = explorer._show("table", explorer.defaults)
    style = (Path(package.__path__[0]).parent / "static" / "course.css").read_text(encoding="utf-8")
    for place, column in enumerate(table.dtypes, start=table.index.nlevels + 1):
        if not pd.api.types.is_numeric_dtype(column):
            assert f"course-words-{place}" in html
            assert f".course-words-{place} tr > :nth-child({place})" in style
    assert html.count("<thead>") == 1
    assert html.split("</thead>")[0].count("<tr") == 1


LIGHT = """
import importlib, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("ipywidgets", "plotly", "anywidget", "IPython"):
            raise ImportError(name + " is not to be had here")
sys.meta_path.insert(0, Blocked())
module = importlib.import_module("asian_security.explorers." + sys.argv[1])
from asian_security.explorers import Explorer
for kind in [k for k in vars(module).values() if isinstance(k, type) and issubclass(k, Explorer)]:
    if "title" in vars(kind) and kind.__module__ == module.__name__:
        print(kind.__name__, kind().look()["sentence"])
"""


@pytest.mark.parametrize("module", sorted(set(MODULES) - NO_EXPLORERS))
def test_an_explorer_computes_without_anything_that_draws(module):
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, module], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        kind.__name__ for kind in _classes(module)
    ]


def test_the_probe_for_light_explorers_fires_on_a_module_that_draws():
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, "widget"], capture_output=True, text=True, check=False
    )
    assert "ipywidgets is not to be had here" in done.stderr


def test_a_source_names_the_date_for_which_the_course_speaks():
    for kind in EXPLORERS:
        assert "{as_of}" not in source_of(kind().draw())
        assert data.as_of() not in kind.source, "write {as_of}"
