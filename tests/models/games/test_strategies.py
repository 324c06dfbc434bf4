import pytest

from asian_security.models.games.match import play
from asian_security.models.games.strategies import STRATEGIES, Strategy, with_noise


def moves(name, opponent_plays):
    """Return what a strategy does against a fixed list of moves."""
    n = len(opponent_plays)
    following = tuple((min(i + 1, n - 1),) * 4 for i in range(n))
    fixed = Strategy("fixed", tuple(float(m == "C") for m in opponent_plays), following)
    defected = play(STRATEGIES[name], fixed, rounds=n, seed=0).defected[0, 0]
    return "".join("D" if d else "C" for d in defected)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("always cooperate", "CCCCCCCC"),
        ("always defect", "DDDDDDDD"),
        ("tit for tat", "CCDCDDCC"),
        ("suspicious tit for tat", "DCDCDDCC"),
        ("tit for two tats", "CCCCCDCC"),
        ("win-stay lose-shift", "CCDDCDDD"),
        ("grim trigger", "CCDDDDDD"),
    ],
)
def test_strategies_answer_as_their_rule_says(name, answer):
    assert moves(name, "CDCDDCCC") == answer


def test_every_strategy_says_what_it_does():
    assert all(strategy.rule.endswith(".") for strategy in STRATEGIES.values())
    assert all(name == strategy.name for name, strategy in STRATEGIES.items())


def test_noise_turns_some_moves_into_their_opposite():
    assert with_noise([1.0, 0.0, 0.5], 0.1) == pytest.approx([0.9, 0.1, 0.5], abs=1e-9)
    assert with_noise(0.3, [0.0, 0.5]) == pytest.approx([0.3, 0.5], abs=1e-9)
    with pytest.raises(ValueError, match=r"noise must lie in \[0, 0\.5\], got 0\.7"):
        with_noise(1.0, 0.7)


def test_bad_automata_are_named():
    with pytest.raises(ValueError, match=r"cooperates of odd must lie in \[0, 1\], got 2"):
        Strategy("odd", (2.0,), ((0, 0, 0, 0),))
    with pytest.raises(ValueError, match="following of odd must give one of the 1 states"):
        Strategy("odd", (1.0,), ((0, 0, 0, 1),))


def test_strategies_that_remember_one_round_are_told_from_the_others():
    longer = {name for name, strategy in STRATEGIES.items() if not strategy.is_memory_one}
    assert longer == {"tit for two tats", "grim trigger"}
    assert STRATEGIES["win-stay lose-shift"].memory_one == (1, 0, 0, 1)
    with pytest.raises(ValueError, match="grim trigger remembers more than the last round"):
        STRATEGIES["grim trigger"].memory_one  # noqa: B018
