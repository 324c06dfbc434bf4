"""A lesson starts without what takes longest and serves nobody."""

import subprocess
import sys

CODE = """
import sys
from asian_security import figures
from asian_security.lessons import predict, quiz
from asian_security.explorers import mechanisms
print("plotly" in sys.modules, "jsonschema" in sys.modules)
import nbformat  # as plotly does to show a figure that is no explorer
nbformat.validate(nbformat.v4.new_notebook())
print("jsonschema" in sys.modules, "lark" in sys.modules)
"""


def test_importing_the_library_compiles_no_grammar():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True", "False", "True", "False"]
