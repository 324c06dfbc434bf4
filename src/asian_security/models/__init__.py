"""Formal models, one small pure module each: arrays in, arrays out.

They are sorted into folders by subject. A lesson imports each by its own name, whichever folder it
is in: ``from asian_security.models import arms_race, voting``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_FOLDERS = {
    "games": (
        "bargaining",
        "commitment",
        "match",
        "noisy_tournament",
        "repeated_games",
        "security_dilemma",
        "supply",
        "tournament",
    ),
    "trust": ("agenda_order", "beliefs", "trust_dynamics"),
    "balance": ("balance_dynamics", "hedging", "polarisation", "structural_balance"),
    "institutions": (
        "agenda",
        "congestion",
        "consensus",
        "decision_rules",
        "depth_breadth",
        "dividend",
        "listening",
        "voting",
    ),
    "conflict": (
        "arms_race",
        "cascade_window",
        "contagion",
        "escalation",
        "linear_race",
        "ripple",
        "spillover",
    ),
}
_MODULES = {name: f"{folder}.{name}" for folder, names in _FOLDERS.items() for name in names}
# Names in exercises, and in answers to them, from before the models had folders. `games`, `trust`
# and `balance` were modules then: these folders export what the modules held.
_MODULES |= {
    "shadow_of_the_future": "games.repeated_games",
    "trust_building": "trust.agenda_order",
    "trust_circle": "trust.trust_dynamics",
    "trust_expected": "trust.agenda_order",
}


def __getattr__(name: str) -> Any:
    """Import a model at its first use."""
    if name in _MODULES:
        return import_module(f"{__name__}.{_MODULES[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
