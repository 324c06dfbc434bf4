"""``python -m nbval_grader`` is the command ``nbval-grader``."""

from .cli import main

main()
