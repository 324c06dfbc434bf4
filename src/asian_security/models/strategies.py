"""The strategies, where exercises handed out before the models had folders look for them."""

from asian_security.models.games.strategies import STRATEGIES

__all__ = ["STRATEGIES"]
