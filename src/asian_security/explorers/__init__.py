"""Interactive figures, one module a lesson, all built on :class:`Explorer`."""

from asian_security.explorers.base import Action, Choice, Explorer, Several, Slider, Switch

__all__ = ["Action", "Choice", "Explorer", "Several", "Slider", "Switch"]
