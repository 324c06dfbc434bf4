"""Arms races, escalation, and how insecurity spreads."""
