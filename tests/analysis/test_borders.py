"""Which states are neighbours, against borders that everyone knows."""

import numpy as np

from asian_security.analysis.borders import border_matrix, border_network


def test_the_network_holds_the_region_and_its_borders():
    land = border_network()
    water = border_network(land_only=False)
    assert set(land) == set(water)
    assert not {"USA", "CAN", "GBR", "AUS", "NZL", "PNG"} & set(land)
    assert land.has_edge("CHN", "MNG")
    assert not land.has_edge("JPN", "KOR")
    assert water.has_edge("JPN", "KOR")
    assert {frozenset(tie) for tie in land.edges} < {frozenset(tie) for tie in water.edges}


def test_the_matrix_holds_the_ties_in_the_order_of_the_states():
    graph, matrix = border_network(), border_matrix()
    states = list(graph)
    assert (matrix == matrix.T).all()
    assert matrix.sum() == 2 * graph.number_of_edges()
    row = matrix[states.index("MNG")]
    assert {states[i] for i in np.flatnonzero(row)} == {"CHN", "RUS"}
    assert row.max() == 1
