"""Friends, enemies and poles.

Exercises handed out before the models had folders import `structural_balance`'s functions from here.
"""

from asian_security.models.balance.structural_balance import (
    TYPES,
    camps,
    frustration,
    tension,
    triangles,
    weak_camps,
)

__all__ = ["TYPES", "camps", "frustration", "tension", "triangles", "weak_camps"]
