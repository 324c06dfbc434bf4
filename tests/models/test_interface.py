"""The names under which lessons, and exercises handed out long ago, import the models."""

import pytest

from asian_security import models
from asian_security.models import games, strategies
from asian_security.models.games import two_by_two
from asian_security.models.games.strategies import STRATEGIES
from asian_security.models.trust import trust_dynamics


@pytest.mark.parametrize("name", models._MODULES)
def test_every_model_is_imported_by_its_own_name(name):
    module = getattr(models, name)
    assert module.__name__ == f"asian_security.models.{models._MODULES[name]}"


def test_names_of_earlier_exercises_still_lead_to_the_models():
    assert models.trust_circle is trust_dynamics
    assert strategies.STRATEGIES is STRATEGIES
    assert {getattr(games, name) for name in ("Game", "classify", "nash_equilibria")} == {
        two_by_two.Game,
        two_by_two.classify,
        two_by_two.nash_equilibria,
    }


def test_a_name_that_is_no_model_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'arms_races'"):
        models.arms_races  # noqa: B018
