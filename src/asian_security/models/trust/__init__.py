"""Trust as a belief, and what an agenda or a circle of distrust does to it."""
