"""Grade notebooks with nbval: quickly, safely, and without losing a mark."""
