"""The parts of a lesson's page that come from the tables: terms, sources, readings, code.

Each returns a small object that shows as a table in a notebook and as plain text elsewhere.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from asian_security import data
from asian_security.lessons.rendering import render


@dataclass(frozen=True)
class Page:
    """Something to read: HTML in a notebook, plain text elsewhere."""

    html: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<div class="course-page">{self.html}</div>'


def table(frame: pd.DataFrame, caption: str, *, index: bool = False) -> Page:
    """Show a table with a caption that says what it holds.

    Parameters
    ----------
    frame : pandas.DataFrame
    caption : str
        One sentence.
    index : bool
        Whether the index is a column of the table.

    Returns
    -------
    Page
    """
    rows = frame.reset_index() if index else frame
    numeric = [pd.api.types.is_numeric_dtype(kind) for kind in rows.dtypes]
    sides = ["right" if right else "left" for right in numeric]
    html = render(
        "table",
        caption=caption,
        columns=zip(rows.columns, sides, strict=True),
        rows=[
            zip(["" if pd.isna(cell) else str(cell) for cell in row], sides, strict=True)
            for row in rows.itertuples(index=False)
        ],
    )
    return Page(html, f"{caption}\n{frame.to_string(index=index, na_rep='')}")


def terms(number: str) -> Page:
    """Show a lesson's key terms: English, Chinese characters, pinyin, meaning.

    Parameters
    ----------
    number : str
        The lesson's two digits.

    Returns
    -------
    Page

    Raises
    ------
    ValueError
        If the lesson has no terms.
    """
    glossary = data.glossary(lesson=number)
    if glossary.empty:
        raise ValueError(f"the glossary has no terms for lesson {number!r}")
    terms = glossary[["term_en", "term_zh", "pinyin", "meaning"]].set_axis(
        ["term", "中文", "pinyin", "meaning"], axis="columns"
    )
    return table(terms, f"Key terms of lesson {number}.")


def sources(*tables: str) -> Page:
    """Show where a lesson's tables come from: source, coverage, licence, as-of date.

    Parameters
    ----------
    *tables : str
        Names of tables in ``data/``.

    Returns
    -------
    Page
    """
    lines = [(name, data.source_line(name)) for name in tables]
    text = "\n".join(f"{name}: {line}" for name, line in lines)
    return Page(render("sources", sources=lines), text)


def readings(*keys: str) -> Page:
    """Show full references for the works a lesson cites.

    Parameters
    ----------
    *keys : str
        Keys of ``data/references.bib`` or of the table of documents.

    Returns
    -------
    Page
    """
    lines = [data.reference(key) for key in keys]
    return Page(render("list", lines=lines), "\n".join(lines))


def _core(function: Callable[..., Any]) -> str:
    source = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(source).body[0]
    if not isinstance(node, ast.FunctionDef | ast.ClassDef) or ast.get_docstring(node) is None:
        return source
    docstring = node.body[0]
    lines = source.splitlines()
    rest = lines[: docstring.lineno - 1] + lines[docstring.end_lineno :]
    return "\n".join(rest) + "\n"


def code(*functions: Callable[..., Any]) -> Any:
    """Show the source of a model's core as the course runs it, without its docstring.

    Parameters
    ----------
    *functions : callable
        Functions of this package.

    Returns
    -------
    IPython.display.Code
    """
    from IPython.display import Code

    return Code(data="\n\n".join(_core(f) for f in functions), language="python")


def bullets(lines: Sequence[str]) -> Page:
    """Show lines of text computed by a cell as a list."""
    return Page(render("list", lines=lines), "\n".join(f"- {line}" for line in lines))
