"""The names under which lessons, and exercises handed out long ago, import the models."""

import pytest

from asian_security import models
from asian_security.models import games, strategies, trust
from asian_security.models.games import two_by_two
from asian_security.models.games.strategies import STRATEGIES
from asian_security.models.trust import beliefs, trust_dynamics


@pytest.mark.parametrize("name", models._MODULES)
def test_every_model_is_imported_by_its_own_name(name):
    module = getattr(models, name)
    assert module.__name__ == f"asian_security.models.{models._MODULES[name]}"


def test_names_of_earlier_exercises_still_lead_to_the_models():
    assert models.trust_circle is trust_dynamics
    assert strategies.STRATEGIES is STRATEGIES


@pytest.mark.parametrize(
    ("folder", "module", "names"),
    [
        (games, two_by_two, {"Game", "STAG_HUNT", "nash_equilibria", "payoff_table"}),
        (trust, beliefs, {"expected_trust", "rounds_needed", "trust_threshold"}),
    ],
)
def test_a_folder_exports_what_the_module_of_its_name_held(folder, module, names):
    assert names <= set(folder.__all__)
    for name in folder.__all__:
        assert getattr(folder, name) is getattr(module, name)


def test_a_name_that_is_no_model_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'arms_races'"):
        models.arms_races  # noqa: B018
