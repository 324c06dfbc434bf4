"""Formal models, one small pure module each: arrays in, arrays out.

They are sorted into folders by subject. A lesson imports those that it shows or asks about by their
own names, whichever folder they are in: ``from asian_security.models import arms_race, voting``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_FOLDERS = {
    "games": (
        "bargaining",
        "commitment",
        "match",
        "repeated_games",
        "security_dilemma",
        "supply",
    ),
    "trust": ("agenda_order", "beliefs", "trust_dynamics"),
    "balance": ("balance_dynamics", "polarisation", "structural_balance"),
    "institutions": (
        "agenda",
        "congestion",
        "consensus",
        "decision_rules",
        "depth_breadth",
        "voting",
    ),
    "conflict": (
        "arms_race",
        "cascade_window",
        "contagion",
        "escalation",
        "linear_race",
        "spillover",
    ),
}
_MODULES = {name: f"{folder}.{name}" for folder, names in _FOLDERS.items() for name in names}
# The name in exercises from before the models had folders. `games` and `trust` were modules then:
# these folders export what exercises and answers use of them.
_MODULES["trust_circle"] = "trust.trust_dynamics"


def __getattr__(name: str) -> Any:
    """Import a model at its first use."""
    if name in _MODULES:
        return import_module(f"{__name__}.{_MODULES[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
