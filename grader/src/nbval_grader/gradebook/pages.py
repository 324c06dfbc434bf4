"""HTML pages that need nothing but themselves: no script, no network, readable on paper and aloud."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

__all__ = ["page", "paragraphs", "preformatted", "table", "text"]

TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b")
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
    "|[\ud800-\udfff]"
)
STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; color: #1a1a1a;
  background: #fff; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2rem; } h3 { font-size: 1.05rem; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { border: 1px solid #767676; padding: .35rem .6rem; text-align: left; vertical-align: top; }
th { background: #f2f2f2; } td.number, th.number { text-align: right; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f6f6; padding: .6rem;
  border-left: .25rem solid #767676; margin: .4rem 0; font: .9rem/1.4 ui-monospace, monospace; }
.points { font-weight: 600; } .note { border-left: .25rem solid #0072b2; padding-left: .8rem; }
svg { max-width: 100%; height: auto; } figure { margin: 1rem 0; } figcaption { margin-top: .3rem; }
section { break-inside: avoid-page; }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; } a { color: inherit; } }
""".strip()
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def text(value: object) -> str:
    """Make a text harmless in HTML.

    Parameters
    ----------
    value : object
        What anybody wrote.

    Returns
    -------
    str
        Escaped, without terminal sequences, control characters and without marks that turn the direction of writing.
    """
    bare = TERMINAL.sub("", str(value))
    return html.escape(CONTROL.sub("\N{REPLACEMENT CHARACTER}", bare), quote=True)


def paragraphs(value: str, *, kind: str = "") -> str:
    """Make paragraphs of a text's lines.

    Parameters
    ----------
    value : str
        Lines.
    kind : str, optional
        Class of the paragraphs.

    Returns
    -------
    str
        HTML; empty for an empty text.
    """
    mark = f' class="{text(kind)}"' if kind else ""
    return "\n".join(f"<p{mark}>{text(line)}</p>" for line in value.splitlines() if line.strip())


def preformatted(value: str) -> str:
    """Show a text letter by letter, lines kept.

    Parameters
    ----------
    value : str
        Output or code.

    Returns
    -------
    str
        HTML; empty for an empty text.
    """
    return f"<pre>{text(value)}</pre>" if value.strip() else ""


def table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: int = 0
) -> str:
    """Make a table with a caption, and a heading for each column and row.

    Parameters
    ----------
    caption : str
        What it holds.
    columns : sequence of str
        Headings.
    rows : iterable of sequences
        Cells; the first of each row is its heading.
    numbers : int, default 0
        How many columns, counted from the second, hold numbers.

    Returns
    -------
    str
        HTML.
    """

    def kind(place: int) -> str:
        return ' class="number"' if 1 <= place <= numbers else ""

    head = "".join(f'<th scope="col"{kind(i)}>{text(c)}</th>' for i, c in enumerate(columns))
    body = "\n".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{text(_spell(cell))}</th>'
            if place == 0
            else f"<td{kind(place)}>{text(_spell(cell))}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f"<table>\n<caption>{text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>"
    )


def _spell(cell: object) -> str:
    """Spell a cell of a table for reading."""
    if cell is None:
        return "\N{EN DASH}"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def page(title: str, body: str) -> str:
    """Make a whole page.

    Parameters
    ----------
    title : str
        Title and first heading.
    body : str
        HTML, already escaped.

    Returns
    -------
    str
        The page, the same for the same input.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{text(POLICY)}">\n'
        f"<title>{text(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{text(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )
