"""The course's wheel alone has all that lessons need, and nothing of JupyterLab or the grader."""

import subprocess

import pytest

from clean_venv import (
    ROOT,
    build_wheel,
    clean_environment,
    imports_of_wheel,
    make_clean_venv,
    requirements_of_wheel,
)

LESSON = """
import importlib, pkgutil
from asian_security import claims, data, debate, designs, networks, page, predict, quiz, reforms
import asian_security.explorers as explorers
print(data.folder())
for module in pkgutil.iter_modules(explorers.__path__):
    for kind in vars(importlib.import_module(f"{explorers.__name__}.{module.name}")).values():
        if isinstance(kind, type) and issubclass(kind, explorers.Explorer) and "title" in vars(kind):
            kind().widget
for shown in (claims.card("C9"), page.terms("07"), debate.cards(debate.motions()[0])):
    assert shown._repr_html_()
assert predict.ask("07-busiest") and quiz.show("07")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_requires_exactly_what_its_modules_import(wheel):
    assert imports_of_wheel(wheel) == requirements_of_wheel(wheel)


@pytest.mark.slow
def test_lessons_run_in_a_clean_environment(wheel, tmp_path):
    venv = make_clean_venv(tmp_path / "venv", wheel, "asian-security")
    python = [venv / "bin" / "python", "-c"]
    options = {"cwd": tmp_path, "env": clean_environment(), "capture_output": True, "text": True}

    for package in ("jupyterlab", "ipykernel", "nbval_grader", "nbval", "pytest"):
        done = subprocess.run([*python, f"import {package}"], check=False, **options)
        assert f"No module named '{package}'" in done.stderr
    done = subprocess.run([*python, LESSON], check=False, **options)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(venv))
