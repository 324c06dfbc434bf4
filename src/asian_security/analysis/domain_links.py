"""How insecurity in one domain adds to insecurity in another, as the table of links has it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from asian_security import data
from asian_security.models.conflict import spillover


def links(scale: float = 1.0, without: str = "") -> tuple[pd.DataFrame, np.ndarray]:
    """Return the domains and the matrix of links between them.

    Parameters
    ----------
    scale : float
        Every weight is multiplied by it.
    without : str
        A link to leave out, as ``"from > to"``.

    Returns
    -------
    (DataFrame, ndarray of float, shape (n, n))
        The domains, in the order of rows and columns, and entry [to, from]: what one unit of
        insecurity in a domain adds to another (illustrative).

    Raises
    ------
    ValueError
        If there is no such link.
    """
    domains, table = data.domains(), data.domain_links()
    named = table["from_domain"] + " > " + table["to_domain"]
    if without and without not in set(named):
        raise ValueError(f"there is no link {without!r}; there are {', '.join(named)}")
    rest = table[named != without]
    weights = zip(
        rest["from_domain"], rest["to_domain"], rest["weight"] * rest["sign"] * scale, strict=True
    )
    return domains, spillover.link_matrix(list(domains["domain"]), weights)


@dataclass(frozen=True)
class Spillover:
    """The total effect of a shock of 1 in each domain, and whether it dies out.

    Attributes
    ----------
    levels : dict of str to float
        Insecurity of each domain, in units of the shock.
    spectral_radius : float
        Of the links; below 1 the shock dies out.
    total : float or None
        The sum over domains in the end; None if it never settles.
    """

    levels: dict[str, float]
    spectral_radius: float
    total: float | None


def spread_shock(domain: str, rounds: int, scale: float = 1.0, without: str = "") -> Spillover:
    """Let a shock of 1 to one domain work through the others.

    Parameters
    ----------
    domain : str
        The domain that is hit.
    rounds : int
        How many rounds of spillover follow.
    scale, without
        As in :func:`links`.

    Returns
    -------
    Spillover

    Raises
    ------
    ValueError
        If there is no such domain or link.
    """
    domains, matrix = links(scale, without)
    known = list(domains["domain"])
    if domain not in known:
        raise ValueError(f"there is no domain {domain!r}; there are {', '.join(known)}")
    shock = (domains["domain"] == domain).to_numpy(float)
    levels = spillover.rounds(matrix, shock, rounds)[-1]
    radius = spillover.spectral_radius(matrix)
    total = float(spillover.total_effect(matrix, shock).sum()) if radius < 1 else None
    return Spillover(dict(zip(known, levels.tolist(), strict=True)), radius, total)
