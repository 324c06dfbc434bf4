"""Every model names its source, and every source is in the bibliography."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

from asian_security import models

BIBLIOGRAPHY = Path(__file__).parents[2] / "data" / "references.bib"
KEYS = set(re.findall(r"^@\w+\{([a-z]+\d{4})\s*,", BIBLIOGRAPHY.read_text("utf-8"), re.MULTILINE))
MODULES = [
    module.name.removeprefix("asian_security.models.")
    for module in pkgutil.walk_packages(models.__path__, "asian_security.models.")
    if not module.ispkg
]
# Checks of input, and the name under which old exercises import the strategies.
NO_MODEL = {"_checks", "strategies"}


def docstrings(module):
    """List the docstrings of a module, its functions, its classes and their members."""
    own = [
        each
        for each in vars(module).values()
        if getattr(each, "__module__", None) == module.__name__
    ]
    members = [member for each in own if inspect.isclass(each) for member in vars(each).values()]
    return [inspect.getdoc(each) or "" for each in (module, *own, *members)]


def keys_named(module):
    """Return the works that a module names, in its text or under References."""
    keys = set()
    for text in docstrings(module):
        keys |= set(re.findall(r"``([a-z]+\d{4})``", text))
        keys |= set(re.findall(r"\b[a-z]+\d{4}\b", text.partition("References\n------")[2]))
    return keys


def says_where_it_comes_from(module):
    """Tell whether the docstring of a module names a work or owns up to a model of the course."""
    text = " ".join((module.__doc__ or "").split())
    return bool(re.search(r"``[a-z]+\d{4}``|this course", text))


def test_models_of_every_folder_are_read():
    folders = {name.partition(".")[0] for name in MODULES if "." in name}
    assert folders == set(models._FOLDERS)
    assert {name for name in MODULES if "." in name} >= set(models._MODULES.values())


@pytest.mark.parametrize("name", MODULES)
def test_the_works_a_module_names_are_in_the_bibliography(name):
    module = importlib.import_module(f"asian_security.models.{name}")
    unknown = keys_named(module) - KEYS
    assert not unknown, f"not in references.bib: {sorted(unknown)}"


@pytest.mark.parametrize("name", sorted(set(MODULES) - NO_MODEL))
def test_a_model_says_where_it_comes_from(name):
    assert says_where_it_comes_from(importlib.import_module(f"asian_security.models.{name}"))


def test_a_work_that_is_not_in_the_bibliography_is_noticed():
    module = ModuleType("made_up", "A model after Nobody (1900), key ``nobody1900``.")

    class Model:
        @property
        def value(self):
            """Return a value.

            References
            ----------
            noone1901, jervis1978
            """

    Model.__module__ = module.__name__
    module.Model = Model
    assert keys_named(module) - KEYS == {"nobody1900", "noone1901"}


def test_a_model_without_a_source_is_noticed():
    assert not says_where_it_comes_from(ModuleType("made_up", "A model of something."))
    assert says_where_it_comes_from(ModuleType("made_up", "A stylised model of this\ncourse."))
