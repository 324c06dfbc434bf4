"""HTML from the templates in ``templates/``: every value is escaped, wherever it comes from."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined
from markupsafe import Markup

from .plain_text import remove_control_characters

__all__ = ["render"]


@cache
def _environment() -> Environment:
    """Return the one environment in which all templates are rendered."""
    environment = Environment(
        loader=PackageLoader("nbval_grader"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_to_harmless_text,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["number"] = "{:g}".format
    return environment


def _to_harmless_text(value: object) -> object:
    """Return a value as text without terminal sequences; what a template made stays as it is."""
    return value if isinstance(value, Markup | Undefined) else remove_control_characters(str(value))


def render(template_name: str, **context: object) -> str:
    """Render a template.

    Parameters
    ----------
    template_name : str
        Name of a file in ``templates/``.
    **context : object
        What the template shows. Text is escaped, control characters are replaced.

    Returns
    -------
    str
        HTML, the same for the same context.

    Raises
    ------
    jinja2.UndefinedError
        If the template uses a name that the context does not have.
    """
    return _environment().get_template(template_name).render(context)
