"""Networks of states and mechanisms, and how to measure them.

A *two-mode* network ties states to the mechanisms they take part in. It is built from a
membership table (columns ``mechanism`` and ``iso3``) and is a plain ``networkx.Graph`` whose
nodes carry ``mode`` ("state" or "mechanism"). A *one-mode* network ties nodes of one kind.

The measures follow Breiger (1974) for the projection, and Freeman (1978) and Borgatti and Everett
(1997) for centrality in one and two modes. Core and periphery are fitted by correlation with the
ideal pattern; communities are found by the Louvain method as networkx has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd

from asian_security.models.institutions.congestion import pairwise_jaccard

MODES = ("state", "mechanism")
MEASURES = ("jaccard", "shared", "contained")


def require_columns(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Raise ValueError, naming the table, if a column is missing."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(
            f"{name} needs the columns {', '.join(columns)}; missing: {', '.join(missing)}"
        )


def require_known(names: Iterable[str], mechanisms: Iterable[str]) -> list[str]:
    """Return the names as a list, or raise ValueError if one is not a mechanism."""
    wanted, available = list(names), set(mechanisms)
    missing = sorted(set(wanted) - available)
    if missing:
        raise ValueError(
            f"unknown mechanism: {', '.join(missing)}; known: {', '.join(sorted(available))}"
        )
    return wanted


def _require_mode(mode: str) -> None:
    """Raise ValueError if `mode` is neither "state" nor "mechanism"."""
    if mode not in MODES:
        raise ValueError(f"mode must be 'state' or 'mechanism', got {mode!r}")


def _other(mode: str) -> str:
    """Return the mode that `mode` is not."""
    return MODES[1 - MODES.index(mode)]


def _require_one_mode(graph: nx.Graph, measure: str) -> None:
    """Raise ValueError, naming the measure, if a network has nodes of both kinds."""
    if len({kind for _, kind in graph.nodes(data="mode") if kind is not None}) > 1:
        raise ValueError(
            f"{measure} needs a network of one mode; use project(graph, 'state') "
            "or project(graph, 'mechanism') first"
        )


# Two modes and their projections


def two_mode(memberships: pd.DataFrame, states: Iterable[str] | None = None) -> nx.Graph:
    """Tie each state to the mechanisms it takes part in.

    Parameters
    ----------
    memberships : DataFrame
        One row per tie, with columns ``mechanism`` and ``iso3``; a column ``status`` is kept on
        the tie. Repeated rows count once.
    states : iterable of str, optional
        States to include even when they take part in nothing.

    Returns
    -------
    networkx.Graph
        Nodes carry ``mode``: "state" or "mechanism".

    Raises
    ------
    ValueError
        If a column is missing, a key is empty, or one name is used for both kinds of node.

    References
    ----------
    Breiger (1974); Borgatti and Everett (1997).
    """
    require_columns(memberships, ["mechanism", "iso3"], "memberships")
    if memberships[["mechanism", "iso3"]].isna().any(axis=None):
        raise ValueError("memberships has a row without a mechanism or without an iso3 code")
    members = sorted(set(memberships["iso3"]) | set(() if states is None else states))
    mechanisms = sorted(set(memberships["mechanism"]))
    both = sorted(set(members) & set(mechanisms))
    if both:
        raise ValueError(f"a name cannot be a state and a mechanism at once: {', '.join(both)}")
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(members, mode="state")
    graph.add_nodes_from(mechanisms, mode="mechanism")
    ends = (memberships[column].tolist() for column in ("iso3", "mechanism"))
    if "status" in memberships:
        statuses = ({"status": status} for status in memberships["status"].tolist())
        graph.add_edges_from(zip(*ends, statuses, strict=True))
    else:
        graph.add_edges_from(zip(*ends, strict=True))
    return graph


def nodes(graph: nx.Graph, mode: str) -> list[str]:
    """List the nodes of one mode, sorted by name.

    Raises
    ------
    ValueError
        If ``mode`` is not "state" or "mechanism".
    """
    _require_mode(mode)
    return sorted(node for node, kind in graph.nodes(data="mode") if kind == mode)


def incidence(graph: nx.Graph) -> pd.DataFrame:
    """Write a two-mode network as a table of 0 and 1, states by mechanisms."""
    states, mechanisms = nodes(graph, "state"), nodes(graph, "mechanism")
    if not states or not mechanisms:
        raise ValueError("the network needs at least one state and one mechanism")
    matrix = nx.bipartite.biadjacency_matrix(graph, states, mechanisms, weight=None)
    return pd.DataFrame(
        matrix.toarray().astype(int),
        index=pd.Index(states, name="iso3"),
        columns=pd.Index(mechanisms, name="mechanism"),
    )


def degrees(graph: nx.Graph, mode: str = "state") -> pd.Series:
    """Count the ties of each node of one mode, most first (ties in alphabetical order).

    Raises
    ------
    ValueError
        If ``mode`` is not "state" or "mechanism".
    """
    names = nodes(graph, mode)
    counts = pd.Series(
        [graph.degree[name] for name in names],
        index=pd.Index(names, name="iso3" if mode == "state" else "mechanism"),
        name="degree",
        dtype=int,
    )
    return counts.sort_values(ascending=False, kind="stable")


def project(graph: nx.Graph, mode: str = "state") -> nx.Graph:
    """Tie nodes of one mode that meet in the other; ``weight`` counts how often.

    Two states are tied by the number of mechanisms they share, two mechanisms by the number of
    states they share.

    Raises
    ------
    ValueError
        If ``mode`` is not "state" or "mechanism".

    References
    ----------
    Breiger (1974).
    """
    names = nodes(graph, mode)
    meetings = graph
    if len(names) < len(graph):
        meetings = nx.bipartite.weighted_projected_graph(graph, names)
    # networkx walks over sets; read from a table, nodes and ties come in the same order every time.
    counts = nx.to_pandas_adjacency(meetings, nodelist=names, dtype=np.dtype(int))
    projected: nx.Graph = nx.from_pandas_adjacency(counts)
    nx.set_node_attributes(projected, dict.fromkeys(names, mode), "mode")
    return projected


def shared_forums(graph: nx.Graph, a: str, b: str) -> list[str]:
    """List the mechanisms in which both states take part."""
    return sorted(set(graph.adj.get(a, ())) & set(graph.adj.get(b, ())))


# Overlap


def jaccard_overlap(a: Iterable[str], b: Iterable[str]) -> float:
    """Return what two groups share: members of both over members of either, 0 to 1.

    Raises
    ------
    ValueError
        If both groups are empty.
    """
    first, second = set(a), set(b)
    if not first | second:
        raise ValueError("the overlap of two empty groups is not defined")
    return len(first & second) / len(first | second)


def overlap_matrix(
    graph: nx.Graph, measure: str = "jaccard", mode: str = "mechanism"
) -> pd.DataFrame:
    """Compare every two mechanisms (or states) by the neighbours they have in common.

    Parameters
    ----------
    graph : networkx.Graph
        A two-mode network.
    measure : {"jaccard", "shared", "contained"}
        "shared" counts common members; "jaccard" divides by the members of either;
        "contained" divides by the members of the row, so that 1 means that the row's members
        all sit in the column too.
    mode : {"mechanism", "state"}
        What the rows and columns are.

    Returns
    -------
    DataFrame
        Square; the diagonal is a node's size under "shared" and 1 otherwise. A node without a
        tie has 0 everywhere.

    Raises
    ------
    ValueError
        If the measure or the mode is not one of those listed.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure must be one of {', '.join(MEASURES)}, got {measure!r}")
    _require_mode(mode)
    table = incidence(graph)
    ties = table.to_numpy() if mode == "state" else table.to_numpy().T
    names = table.index if mode == "state" else table.columns
    if measure == "jaccard":
        overlap = pairwise_jaccard(ties)
    else:
        overlap = (ties @ ties.T).astype(float)
        if measure == "contained":
            overlap /= np.maximum(ties.sum(axis=1, keepdims=True), 1)
    return pd.DataFrame(overlap, index=names, columns=names.rename(f"other_{names.name}"))


def same_members(graph: nx.Graph) -> list[tuple[str, ...]]:
    """Group the mechanisms whose participants are exactly the same states."""
    groups: dict[frozenset[str], list[str]] = {}
    for mechanism in nodes(graph, "mechanism"):
        groups.setdefault(frozenset(graph[mechanism]), []).append(mechanism)
    return sorted(tuple(names) for names in groups.values() if len(names) > 1)


# Centrality, core and communities


def degree_centralisation(graph: nx.Graph, mode: str | None = None) -> float:
    r"""Measure how far ties gather on one node, from 0 (all alike) to 1 (a star).

    One mode, n nodes: sum of (largest degree - degree) over (n - 1)(n - 2), Freeman (1978).

    Two modes: the sum runs over the n nodes of ``mode``, each tied to some of the m nodes of
    the other mode (degree over m is the normalised degree of Borgatti and Everett 1997). Its
    largest value is (n - 1)(m - 1) when every node has a tie, and (n - 1) m when some node has
    none: one node has every tie, each other one as few as it can.

    Parameters
    ----------
    graph : networkx.Graph
        One mode (weights are not used) or two modes.
    mode : {"state", "mechanism"}, optional
        Which nodes to compare; needed for two modes.

    Returns
    -------
    float
        Between 0 and 1; 0 where the network is too small for degrees to differ.

    Raises
    ------
    ValueError
        If the network has two modes and none is named, or a one-mode network has fewer than
        three nodes.
    """
    if mode is None:
        _require_one_mode(graph, "degree_centralisation without a mode")
        count = graph.number_of_nodes()
        if count < 3:
            raise ValueError(f"centralisation needs at least three nodes, got {count}")
        degree = np.array([value for _, value in graph.degree()])
        return float((degree.max() - degree).sum() / ((count - 1) * (count - 2)))
    degree = degrees(graph, mode).to_numpy()
    others = len(nodes(graph, _other(mode)))
    if degree.size == 0:
        raise ValueError(f"the network has no node of mode {mode!r}")
    largest = (degree.size - 1) * (others - min(1, int(degree.min())))
    return float((degree.max() - degree).sum() / largest) if largest else 0.0


@dataclass(frozen=True)
class CorePeriphery:
    """A split of a network into a core and a periphery.

    Attributes
    ----------
    core, periphery : tuple of str
        Node names, sorted.
    fit : float
        Correlation, -1 to 1, of the ties with the ideal pattern; 1 is a perfect fit.
    """

    core: tuple[str, ...]
    periphery: tuple[str, ...]
    fit: float


def _core_fit(ties: np.ndarray, core: np.ndarray) -> float:
    """Correlate the ties inside the core and inside the periphery with the ideal pattern."""
    first, second = np.triu_indices(len(core), 1)
    alike = core[first] == core[second]
    values, ideal = ties[first, second][alike], core[first][alike].astype(float)
    if np.ptp(values) == 0:
        return -1.0
    return float(np.corrcoef(values, ideal)[0, 1])


def core_periphery(graph: nx.Graph) -> CorePeriphery:
    """Split a one-mode network into a core and a periphery.

    In the ideal pattern every pair inside the core is tied and no pair inside the periphery
    is; ties between the two may be anything and are left out of the comparison. The split
    sought has ties (weights, if any) that correlate best with that pattern. Core and periphery
    have at least two nodes each. The candidates are the cuts of the nodes ranked by strength
    (sum of weights), so that no node outside the core is stronger than one inside it; nodes of
    equal strength are ranked by name; of cuts that fit equally well, the one with the larger core
    is taken.

    Raises
    ------
    ValueError
        If the network has two modes, fewer than four nodes, or ties that are all alike.
    """
    _require_one_mode(graph, "core_periphery")
    names = sorted(graph.nodes)
    if len(names) < 4:
        raise ValueError(f"core_periphery needs at least four nodes, got {len(names)}")
    ties = nx.to_numpy_array(graph, nodelist=names)
    if np.ptp(ties[np.triu_indices(len(names), 1)]) == 0:
        raise ValueError("every pair is tied alike, so no core can be told from a periphery")
    rank = np.argsort(np.argsort(-ties.sum(axis=1), kind="stable"), kind="stable")
    cuts = [rank < size for size in range(2, len(names) - 1)]
    core = max(cuts, key=lambda cut: (round(_core_fit(ties, cut), 12), cut.sum()))
    inside = [name for name, chosen in zip(names, core, strict=True) if chosen]
    outside = [name for name, chosen in zip(names, core, strict=True) if not chosen]
    return CorePeriphery(tuple(inside), tuple(outside), _core_fit(ties, core))


def communities(graph: nx.Graph, seed: int = 0, resolution: float = 1.0) -> list[tuple[str, ...]]:
    """Find groups more tied inside than outside (modularity, Louvain method), largest first.

    Parameters
    ----------
    graph : networkx.Graph
        One mode; ``weight`` is used where present.
    seed : int
        The method visits nodes in a random order; the same seed gives the same groups.
    resolution : float
        Above 1 favours smaller groups, below 1 larger ones.

    Raises
    ------
    ValueError
        If the network has two modes or the resolution is not positive.
    """
    _require_one_mode(graph, "communities")
    if resolution <= 0:
        raise ValueError(f"resolution must be positive, got {resolution}")
    # Louvain walks over sets of nodes: numbers, unlike names, come in the same order every time.
    names = sorted(graph.nodes)
    ties = nx.to_numpy_array(graph, nodelist=names)
    groups = nx.community.louvain_communities(
        nx.from_numpy_array(ties), seed=seed, resolution=resolution
    )
    named = [tuple(names[index] for index in sorted(group)) for group in groups]
    return sorted(named, key=lambda group: (-len(group), group))


# Gaps and representation


def pairs_without_forum(
    graph: nx.Graph, pairs: Iterable[Sequence[str]] | pd.DataFrame | None = None
) -> pd.DataFrame:
    """List the pairs of states that share no mechanism.

    Parameters
    ----------
    graph : networkx.Graph
        A two-mode network.
    pairs : iterable of (iso3, iso3) or DataFrame with columns iso3_a and iso3_b, optional
        The pairs to look at, such as land neighbours; every pair of states otherwise. A state
        that is not in the network shares nothing.

    Returns
    -------
    DataFrame
        Columns ``iso3_a`` and ``iso3_b``, each pair once, in alphabetical order.
    """
    if pairs is None:
        pairs = combinations(nodes(graph, "state"), 2)
    elif isinstance(pairs, pd.DataFrame):
        require_columns(pairs, ["iso3_a", "iso3_b"], "pairs")
        pairs = zip(pairs["iso3_a"], pairs["iso3_b"], strict=True)
    unordered = {(min(a, b), max(a, b)) for a, b in pairs if a != b}
    apart = sorted(pair for pair in unordered if not shared_forums(graph, *pair))
    return pd.DataFrame(apart, columns=["iso3_a", "iso3_b"])


def participation(graph: nx.Graph, states: Iterable[str]) -> float:
    """Share of the states of interest that take part in at least one mechanism."""
    wanted = sorted(set(states))
    if not wanted:
        raise ValueError("states is empty: name at least one state of interest")
    return sum(bool(graph.adj.get(state)) for state in wanted) / len(wanted)


def coverage(
    graph: nx.Graph, issues: pd.DataFrame, states: Iterable[str] | None = None
) -> pd.DataFrame:
    """Count, for each state and issue, the state's mechanisms that name the issue.

    A 0 is a gap. ``(coverage(...) > 0).mean()`` is the share of states covered on each issue,
    ``(coverage(...) > 0).all(axis=1).mean()`` the share covered on every issue.

    Parameters
    ----------
    graph : networkx.Graph
        A two-mode network.
    issues : DataFrame
        Columns ``mechanism`` and ``issue``; where a column ``stated`` is present, rows with 0
        list an issue that the mechanism does not name.
    states : iterable of str, optional
        States of interest; those of the network otherwise.

    Returns
    -------
    DataFrame
        States by issues, whole numbers.
    """
    require_columns(issues, ["mechanism", "issue"], "issues")
    stated = issues[issues["stated"] == 1] if "stated" in issues else issues
    ties = incidence(graph)
    agenda = pd.crosstab(stated["mechanism"], stated["issue"]).clip(upper=1)
    agenda = agenda.reindex(
        index=ties.columns, columns=sorted(issues["issue"].unique()), fill_value=0
    )
    rows = ties.index if states is None else pd.Index(sorted(set(states)), name="iso3")
    counts = ties.reindex(rows, fill_value=0).dot(agenda)
    return counts.rename_axis(index="iso3", columns="issue")


def representation(
    graph: nx.Graph,
    states: pd.DataFrame,
    by: str = "subregion",
    weight: str | None = None,
    mechanisms: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Compare each group's share of seats with its share of states (or of people).

    Parameters
    ----------
    graph : networkx.Graph
        A two-mode network; a seat is one state in one mechanism.
    states : DataFrame
        The states of interest: ``iso3``, the column named by ``by``, and, if ``weight`` is
        given, that column of numbers (population, for example).
    by : str
        Column that groups the states.
    weight : str, optional
        Column summed for the share to compare with; each state counts 1 otherwise.
    mechanisms : iterable of str, optional
        Count seats in these only.

    Returns
    -------
    DataFrame
        One row per group: ``states``, ``seats``, ``seat_share``, ``fair_share`` and ``ratio``
        (seat share over fair share; 1 is proportional).

    Raises
    ------
    ValueError
        If a column is missing, or the states of interest hold no seat.
    """
    require_columns(states, ["iso3", by] + ([weight] if weight else []), "states")
    ties = incidence(graph)
    if mechanisms is not None:
        ties = ties[sorted(require_known(mechanisms, ties.columns))]
    seats = states["iso3"].map(ties.sum(axis=1)).fillna(0)
    base = states[weight].astype(float) if weight else pd.Series(1.0, index=states.index)
    if seats.sum() == 0 or base.sum() == 0:
        raise ValueError("the states of interest hold no seat, or their weights are all 0")
    table = (
        pd.DataFrame({by: states[by], "states": 1, "seats": seats.astype(int), "base": base})
        .groupby(by)
        .sum()
    )
    table["seat_share"] = table["seats"] / table["seats"].sum()
    table["fair_share"] = table.pop("base") / base.sum()
    table["ratio"] = table["seat_share"] / table["fair_share"]
    return table
