"""A wheel of this repository, and a clean virtual environment in which only it is installed."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def build_wheel(source: Path, folder: Path) -> Path:
    """Build the wheel of a source folder without the network, and return its path."""
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder))
    subprocess.run([*PIP, "wheel", "--quiet", *options, str(source)], check=True)
    (path,) = folder.glob("*.whl")
    return path


def make_clean_venv(venv: Path, wheel: Path, name: str, *, network: bool = False) -> Path:
    """Make a virtual environment with a wheel and what it requires, and nothing else.

    Parameters
    ----------
    venv : Path
        Where.
    wheel : Path
        The wheel.
    name : str
        Its distribution.
    network : bool
        Whether pip fetches what it requires; otherwise that comes from the tests' environment.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    install = [*PIP, "--python", str(venv / "bin" / "python"), "install", "--quiet", str(wheel)]
    if network:
        subprocess.run([*install, "--constraint", str(ROOT / "constraints.txt")], check=True)
    else:
        subprocess.run([*install, "--no-deps", "--no-index"], check=True)
        (packages,) = venv.glob("lib/python*/site-packages")
        install_from_tests_environment(packages, name)
    return venv


def clean_environment() -> dict[str, str]:
    """Return the environment variables without those by which Python finds other packages."""
    names = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "COVERAGE_PROCESS_CONFIG")
    return {
        name: value
        for name, value in os.environ.items()
        if name not in names and not name.startswith("PYTEST_")
    }


def requirements_of(distribution: importlib.metadata.Distribution, extras: set[str]) -> set[str]:
    """Return the requirements that hold here, as texts."""
    return {
        text
        for text in distribution.requires or ()
        for marker in [Requirement(text).marker]
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras})
    }


def install_from_tests_environment(target: Path, name: str) -> None:
    """Link the packages that an installed distribution requires, and all that these require.

    Parameters
    ----------
    target : Path
        The ``site-packages`` in which the distribution is installed.
    name : str
        The distribution.
    """
    (root,) = importlib.metadata.distributions(name=name, path=[str(target)])
    waiting = requirements_of(root, set())
    linked: set[str] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        distribution = importlib.metadata.distribution(requirement.name)
        assert distribution.version in requirement.specifier
        if str(requirement) in linked:
            continue
        linked.add(str(requirement))
        waiting |= requirements_of(distribution, requirement.extras)
        for file in distribution.files or ():
            link = target / file
            if ".." not in file.parts and not link.exists():
                link.parent.mkdir(parents=True, exist_ok=True)
                try:
                    link.hardlink_to(file.locate())
                except OSError:  # another file system
                    shutil.copy2(file.locate(), link)


def imports_of(source: str) -> Iterator[str]:
    """Yield the top-level names of the modules that a source imports anywhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def normalised(name: str) -> str:
    """Return a distribution's name in the form in which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def metadata_of(wheel: Path) -> Message:
    """Return the metadata of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(path).decode())


def requirements_of_wheel(wheel: Path, *, extras: bool = False) -> set[str]:
    """Return the distributions that a wheel requires, with its extras or without."""
    requirements = map(Requirement, metadata_of(wheel).get_all("Requires-Dist", []))
    return {
        normalised(r.name) for r in requirements if extras or "extra" not in str(r.marker or "")
    }


def imports_of_wheel(wheel: Path) -> set[str]:
    """Return the distributions from which the modules of a wheel import anything."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        modules_of_package = [n for n in names if n.endswith(".py") and ".data/" not in n]
        sources = [archive.read(name).decode() for name in modules_of_package]
    modules = {module for source in sources for module in imports_of(source)}
    modules -= {*sys.stdlib_module_names, *(name.split("/")[0] for name in names)}
    distributions = importlib.metadata.packages_distributions()
    return {normalised(distributions[module][0]) for module in modules}
