"""Interactive figures, one module per lesson, all built on :class:`Explorer`."""

from asian_security.explorers.base import Explorer
from asian_security.explorers.controls import Action, Choice, Several, Slider, Switch

__all__ = ["Action", "Choice", "Explorer", "Several", "Slider", "Switch"]
