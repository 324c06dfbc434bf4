"""How bodies of states decide, overlap and deepen."""
