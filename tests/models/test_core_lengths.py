"""The code of models that lessons show on the page stays short enough to read there."""

import ast
import inspect
import json
import re
import textwrap
from pathlib import Path

import pytest

from asian_security import models

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
MOST_LINES = 15


def names_shown(source):
    """List what code passes to page.code, as written: ``["arms_race.change", ...]``."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    calls_of_code = [call for call in calls if ast.unparse(call.func) == "page.code"]
    return [ast.unparse(argument) for call in calls_of_code for argument in call.args]


def cores():
    """Return the functions of models that lessons show, each once."""
    functions = {}
    for path in LESSONS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "page.code" in source:
                for name in names_shown(source):
                    module, _, function = name.partition(".")
                    if module in models._MODULES:
                        functions[name] = getattr(getattr(models, module), function)
    return functions


def lines_of_code(source):
    """Count the lines of a function without its head, docstring, comments and blank lines."""
    source = textwrap.dedent(source)
    body = ast.parse(source).body[0].body
    if ast.get_docstring(ast.parse(source).body[0]) is not None:
        body = body[1:]
    lines = source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
    return len([line for line in lines if re.match(r"\s*[^\s#]", line)])


CORES = cores()


def test_lessons_show_models_of_every_folder():
    folders = {function.__module__.split(".")[2] for function in CORES.values()}
    assert folders == set(models._FOLDERS)


@pytest.mark.parametrize("name", CORES)
def test_a_core_has_at_most_fifteen_lines_of_code(name):
    assert lines_of_code(inspect.getsource(CORES[name])) <= MOST_LINES


def test_lines_of_code_are_counted_without_head_docstring_comments_and_blank_lines():
    head = 'def long(\n    x,\n):\n    """Say.\n\n    More.\n    """\n'
    body = "    x += 1\n    # why\n\n" * MOST_LINES
    assert lines_of_code(head + body) == MOST_LINES
    assert lines_of_code(head + body + "    return x\n") == MOST_LINES + 1
    assert lines_of_code("def short():\n    return 1\n") == 1


def test_what_a_lesson_shows_is_read_from_its_code():
    assert names_shown("page.code(a.b, c.d)\nprint(page.bullets([e.f]))") == ["a.b", "c.d"]
