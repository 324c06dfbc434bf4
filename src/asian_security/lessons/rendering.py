"""Every table and list that a lesson shows is a template; what goes into one is always escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("asian_security.lessons"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=False,
    )


def render(template: str, **context: Any) -> str:
    """Fill a template of this package.

    Parameters
    ----------
    template : str
        Its file name without the ending, for example ``"table"``.
    **context
        What the template names.

    Returns
    -------
    str
        HTML.
    """
    return _environment().get_template(f"{template}.html").render(**context)
