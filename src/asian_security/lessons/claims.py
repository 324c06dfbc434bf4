"""Claim cards: what the author holds, where, of what kind, and what would count against it."""

from html import escape

from asian_security import data
from asian_security.lessons.page import Page

KINDS = {
    "D": "definition",
    "E": "empirical: data can speak to it",
    "C": "causal: a model can speak to it",
    "N": "normative: argument can speak to it",
}


def card(*ids: str) -> Page:
    """Show claim cards.

    Parameters
    ----------
    *ids : str
        Claim ids, for example ``"C9", "C10"``.

    Returns
    -------
    Page

    Raises
    ------
    ValueError
        If an id is not in the table of claims.
    """
    found = data.claims().set_index("id")
    unknown = [i for i in ids if i not in found.index]
    if not ids or unknown:
        given = ", ".join(unknown) if unknown else "none"
        raise ValueError(
            f"no such claim: {given}; ids run from A1 to D10, for example {found.index[0]}"
        )
    html, text = [], []
    for i in ids:
        row = found.loc[i]
        head = f"{i} · section {row['section']} · {KINDS[row['kind']]}"
        against = row["what_would_count_against"]
        html.append(
            f"<section><p><strong>{escape(head)}</strong><br>Ling holds: {escape(row['claim'])}"
            f"<br><em>What would count against it:</em> {escape(against)}</p></section>"
        )
        text.append(f"{head}\nLing holds: {row['claim']}\nWhat would count against it: {against}")
    return Page("".join(html), "\n\n".join(text))
