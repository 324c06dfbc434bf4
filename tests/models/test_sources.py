"""Every model names its source, and every source is in the bibliography."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

from asian_security import models

BIBLIOGRAPHY = Path(__file__).parents[2] / "data" / "references.bib"
KEYS = set(re.findall(r"^@\w+\{([a-z]+\d{4})\s*,", BIBLIOGRAPHY.read_text("utf-8"), re.MULTILINE))
MODULES = [name for _, name, _ in pkgutil.iter_modules(models.__path__) if name[0] != "_"]


@pytest.mark.parametrize("name", MODULES)
def test_the_works_a_module_names_are_in_the_bibliography(name):
    module = importlib.import_module(f"asian_security.models.{name}")
    documented = [module, *vars(module).values()]
    texts = [
        inspect.getdoc(item) or ""
        for item in documented
        if item is module or getattr(item, "__module__", None) == module.__name__
    ]
    named = set()
    for text in texts:
        named |= set(re.findall(r"``([a-z]+\d{4})``", text))
        named |= set(re.findall(r"\b[a-z]+\d{4}\b", text.partition("References\n------")[2]))
    assert named <= KEYS, f"not in references.bib: {sorted(named - KEYS)}"
