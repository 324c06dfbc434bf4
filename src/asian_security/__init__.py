"""The library behind *The Asian Security Model: a course in notebooks*.

What a lesson's first cell imports is to be had from here, whichever layer it stands in:
``from asian_security import claims, data, networks, page``. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "claims": "lessons.claims",
    "debate": "lessons.debate",
    "page": "lessons.page",
    "predict": "lessons.predict",
    "quiz": "lessons.quiz",
    "designs": "analysis.designs",
    "facts": "analysis.facts",
    "networks": "analysis.networks",
    "reforms": "analysis.reforms",
}


def __getattr__(name: str) -> Any:
    """Import a module of the lessons' interface at its first use."""
    if name in _MODULES:
        return import_module(f"{__name__}.{_MODULES[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
