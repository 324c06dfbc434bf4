"""Which states are neighbours, by land or across water."""

from __future__ import annotations

from functools import cache

import networkx as nx
import numpy as np

from asian_security import data

LAST_YEAR = "2016"
"""The last year of which Correlates of War knows every border."""
OUTSIDE = "Pacific and extra-regional"


@cache
def border_network(land_only: bool = True, states: tuple[str, ...] | None = None) -> nx.Graph:
    """Tie the course's states in and around Asia that are neighbours.

    Parameters
    ----------
    land_only : bool
        Land and river borders only; otherwise also contact across up to 400 miles of water.
    states : tuple of str, optional
        Tie these states (by iso3) instead.

    Returns
    -------
    networkx.Graph
        One node a state (by iso3), states of the subregion "Pacific and extra-regional" left
        out. Correlates of War, state of 2016.
    """
    if states is None:
        table = data.states()
        states = tuple(sorted(table.loc[table["subregion"] != OUTSIDE, "iso3"]))
    ties = data.contiguity(as_of=LAST_YEAR, land_only=land_only)
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(states)
    graph.add_edges_from(
        (a, b)
        for a, b in zip(ties["iso3_a"], ties["iso3_b"], strict=True)
        if a in graph and b in graph
    )
    return graph


@cache
def border_matrix(land_only: bool = True, states: tuple[str, ...] | None = None) -> np.ndarray:
    """Return the border network as a matrix of zeros and ones, in the order of its nodes.

    Parameters
    ----------
    land_only, states
        As for :func:`border_network`.

    Returns
    -------
    ndarray of float, shape (n, n)
    """
    graph = border_network(land_only, states)
    return nx.to_numpy_array(graph, nodelist=list(graph))
