"""What the browser needs once a page: plotly's widget script, and names for the controls.

Every ``FigureWidget`` sends plotly's whole script (5 MB) again. Here one hidden widget sends it
once, and :class:`CourseFigure` waits for it, so that a lesson with six figures stays light on a
classroom's network. Another hidden widget gives accessible names to what ipywidgets leaves
nameless (slider handles, radio groups, play buttons) and ties each figure to its sentence.
"""

from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import plotly
import plotly.graph_objects as go
import traitlets

_BUNDLE = Path(plotly.__file__).parent / "package_data" / "widgetbundle.js"
_STATIC = Path(__file__).parent / "static"


class Names(anywidget.AnyWidget):
    """Keeps the page's controls named; shows nothing."""

    _esm = _STATIC / "names.js"
    _css = _STATIC / "course.css"


class FigureScript(anywidget.AnyWidget):
    """Carries plotly's widget script to the page once; shows nothing."""

    _esm = _STATIC / "script.js"
    bundle = traitlets.Unicode().tag(sync=True)


class CourseFigure(go.FigureWidget):
    """A ``FigureWidget`` that borrows the script which :class:`FigureScript` has loaded."""

    # anywidget gives up on a widget that is not initialised after two seconds, and on a slow
    # network the script takes longer: so initialise at once and wait when drawing.
    _esm = """
async function start(model) {
  while (!globalThis.__courseFigure) await new Promise((r) => setTimeout(r, 15));
  const widget = (await globalThis.__courseFigure)();
  widget.initialize({ model });
  return widget;
}

export default () => {
  let started;
  return {
    initialize({ model }) { started = start(model); },
    async render(context) { return (await started).render(context); },
  };
};
"""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._config = {"displayModeBar": False, "responsive": True}


@cache
def names() -> Names:
    """Return this kernel's one naming widget, made at first use."""
    return Names()


@cache
def figure_script() -> FigureScript:
    """Return this kernel's one carrier of plotly's script, made at first use."""
    return FigureScript(bundle=_BUNDLE.read_text(encoding="utf-8"))
