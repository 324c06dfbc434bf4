"""Claim cards: what the author holds, where, of what kind, and what would count against it."""

from asian_security import data
from asian_security.analysis.claim_map import CLAIM_KINDS
from asian_security.lessons.page import Page
from asian_security.lessons.rendering import render


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
    table = data.claims().set_index("id")
    unknown = [i for i in ids if i not in table.index]
    if not ids or unknown:
        names = ", ".join(unknown) if unknown else "none"
        raise ValueError(
            f"no such claim: {names}; ids run from A1 to D10, for example {table.index[0]}"
        )
    cards = [
        {
            "head": f"{i} · section {row['section']} · {CLAIM_KINDS[row['kind']].phrase}",
            "claim": row["claim"],
            "against": row["what_would_count_against"],
        }
        for i, row in table.loc[list(ids)].iterrows()
    ]
    text = "\n\n".join(
        f"{card['head']}\nLing holds: {card['claim']}\n"
        f"What would count against it: {card['against']}"
        for card in cards
    )
    return Page(render("claims", claims=cards), text)
