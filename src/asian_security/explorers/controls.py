"""What a reader can move: declared as class attributes of an explorer, without any widget.

Each control knows the values that it accepts, and the finite grid of them where there is one, so that
an edition without Python can be made of the same declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Values = dict[str, Any]
Options = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True)
class Slider:
    """A number on a scale. ``unit`` is read out with the label; ``play`` adds an animation."""

    label: str
    start: float
    stop: float
    value: float
    step: float = 1
    unit: str = ""
    play: bool = False
    interval: int = 350

    @property
    def whole(self) -> bool:
        """Whether every value is a whole number."""
        return all(float(v).is_integer() for v in (self.start, self.stop, self.step, self.value))

    @property
    def decimals(self) -> int:
        """How many decimals a value is read out with."""
        return 0 if self.whole else len(f"{self.step:.10f}".rstrip("0").split(".")[1])

    @property
    def grid(self) -> list[Any]:
        """Every value, from the start to the stop in steps."""
        number = int((self.stop - self.start) / self.step + 1e-9) + 1
        if self.whole:
            return [int(self.start + i * self.step) for i in range(number)]
        return [round(self.start + i * self.step, 10) for i in range(number)]

    def reject(self, value: Any) -> str | None:
        """Return what would be accepted instead of a value, or None if it is accepted."""
        accepted = f"a number from {self.start:g} to {self.stop:g}"
        if not isinstance(value, int | float) or isinstance(value, bool):
            return accepted
        return None if self.start <= value <= self.stop else accepted


@dataclass(frozen=True)
class _Listed:
    """Options to choose from: a mapping shows its keys and gives its values.

    ``options`` may be a function that returns them, so that a table is read only when it is needed.
    """

    label: str
    options: Options | Callable[[], Options]

    @cached_property
    def shown(self) -> Options:
        """The options as they are listed."""
        return self.options() if callable(self.options) else self.options

    @property
    def accepted(self) -> list[Any]:
        """The values that can be chosen."""
        return list(self.shown.values() if isinstance(self.shown, Mapping) else self.shown)


@dataclass(frozen=True)
class Choice(_Listed):
    """One of several options."""

    value: Any

    @property
    def grid(self) -> list[Any]:
        """Every value."""
        return self.accepted

    def reject(self, value: Any) -> str | None:
        """Return what would be accepted instead of a value, or None if it is accepted."""
        return None if value in self.accepted else "one of " + ", ".join(map(str, self.accepted))


@dataclass(frozen=True)
class Several(_Listed):
    """Any number of options; the value is a tuple."""

    value: tuple[Any, ...] = ()
    rows: int = 6

    @property
    def grid(self) -> None:
        """None: there are too many selections to list."""
        return None

    def reject(self, value: Any) -> str | None:
        """Return what would be accepted instead of a value, or None if it is accepted."""
        if isinstance(value, tuple | list) and all(v in self.accepted for v in value):
            return None
        return "a tuple of " + ", ".join(map(str, self.accepted))


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    label: str
    value: bool = False

    @property
    def grid(self) -> list[bool]:
        """Both values."""
        return [False, True]

    def reject(self, value: Any) -> str | None:
        """Return what would be accepted instead of a value, or None if it is accepted."""
        return None if isinstance(value, bool) else "True or False"


@dataclass(frozen=True)
class Action:
    """A button: a pure function from the values now to the values it changes."""

    label: str
    apply: Callable[[Values], Values]
    hint: str = ""


Control = Slider | Choice | Several | Switch
