"""The functions that lessons show on the page stay short enough to read there."""

import ast
import inspect
import textwrap

import pytest

from asian_security.models.conflict import arms_race, cascade_window, contagion
from asian_security.models.games import (
    bargaining,
    commitment,
    match,
    repeated_games,
    security_dilemma,
)
from asian_security.models.institutions import agenda, consensus, voting
from asian_security.models.trust import agenda_order as trust_building
from asian_security.models.trust import beliefs as trust

CORES = [
    security_dilemma.expected_payoffs,
    security_dilemma.critical_belief,
    arms_race.change,
    arms_race.equilibrium,
    arms_race.verdict,
    contagion.cascade,
    contagion.crowd,
    cascade_window.vulnerable_degree,
    agenda.agenda_by_consensus,
    trust.expected_trust,
    trust.rounds_needed,
    trust_building.accept_in_turn,
    bargaining.bargaining_range,
    bargaining.best_demand,
    bargaining.risk_of_war,
    commitment.commitment_gap,
    repeated_games.outcome_chain,
    repeated_games.long_run_shares,
    match.play,
    match.play_round,
    consensus.exchange,
    consensus.influence,
    voting.coalition_counts,
    voting.swings,
]


@pytest.mark.parametrize("core", CORES, ids=lambda core: core.__qualname__)
def test_a_core_has_at_most_fifteen_lines_of_code(core):
    source = textwrap.dedent(inspect.getsource(core))
    body = ast.parse(source).body[0].body[1:]
    lines = source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
    code = [line for line in lines if line.strip() and not line.strip().startswith("#")]
    assert len(code) <= 15
