"""Trust as a belief, and what an agenda or a circle of distrust does to it.

Exercises handed out before the models had folders import the functions of `beliefs` from here.
"""

from asian_security.models.trust.beliefs import expected_trust, rounds_needed, trust_threshold

__all__ = ["expected_trust", "rounds_needed", "trust_threshold"]
