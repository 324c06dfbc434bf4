"""What importing the library costs, and what it leaves alone."""

import subprocess
import sys
import textwrap

import pytest


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_importing_the_package_changes_nothing_global():
    before_and_after = """
        import json, locale, os, sys, warnings
        def state():
            return [
                sorted(set(sys.modules) - {"asian_security", "__future__"}), dict(os.environ), list(sys.path),
                list(warnings.filters), locale.setlocale(locale.LC_ALL), sys.getrecursionlimit(),
                [type(hook).__name__ for hook in sys.meta_path], sys.excepthook is sys.__excepthook__,
            ]
        import importlib, typing, encodings.idna
        before = state()
        import asian_security
        print(state() == before)
    """
    assert run(before_and_after) == ["True"]


def test_no_module_is_replaced_or_blocked():
    code = """
        import sys
        from asian_security import claims, data, debate, figures, page, predict, quiz
        from asian_security.explorers import start
        print([name for name, module in sys.modules.items() if module is None])
        print("rfc3987_syntax" in sys.modules)
    """
    assert run(code) == ["[]", "False"]


def test_a_figure_is_shown_without_what_takes_longest():
    """nbformat's schemas compile a grammar of internationalised addresses: more than a second."""
    code = """
        import sys
        from IPython.core.interactiveshell import InteractiveShell
        InteractiveShell.instance()
        from asian_security import figures
        figure = figures.empty_figure("How many?", "Illustrative numbers.")
        figure.add_scatter(x=[1], y=[2])
        figures.show(figure, "One point at one and two.")._ipython_display_()
        print("nbformat" in sys.modules, "jsonschema" in sys.modules, file=sys.stderr)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert done.stderr.split() == ["False", "False"]


@pytest.mark.parametrize("name", ["claims", "data", "designs", "networks", "page", "reforms"])
def test_the_package_offers_the_lessons_interface(name):
    package = __import__("asian_security", fromlist=[name])
    assert getattr(package, name).__name__.endswith(f".{name}")


def test_a_name_that_is_not_there_is_an_attribute_error():
    import asian_security
    from asian_security import models

    for package in (asian_security, models):
        with pytest.raises(AttributeError, match="has no attribute 'atlantis'"):
            _ = package.atlantis
