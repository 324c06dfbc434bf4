"""Friends, enemies and poles."""
