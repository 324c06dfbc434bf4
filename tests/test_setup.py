"""Setting up: the two commands, the environment file, and what goes wrong on the way."""

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from traitlets.config.loader import PyFileConfigLoader

ROOT = Path(__file__).resolve().parents[1]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = CONFIGURATION["project"]
GRADER = tomllib.loads((ROOT / "grader" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SHARED_DATA = CONFIGURATION["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
NOTEBOOKS = [
    path
    for folder in ("notebooks", "exercises", "solutions")
    for path in sorted((ROOT / folder).glob("*.ipynb"))
]


def _pip_section():
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    start = lines.index("  - pip:")
    return [line.strip().removeprefix("- ") for line in lines[start + 1 :] if line.strip()]


def test_environment_and_pyproject_name_the_same_ranges():
    section = _pip_section()
    assert section[0] == "-c constraints.txt"
    assert section[-2:] == ["-e ./grader", "-e .[grader,lab]"]
    lab = PROJECT["optional-dependencies"]["lab"]
    assert sorted(section[1:-2]) == sorted(
        {*PROJECT["dependencies"], *lab, *GRADER["dependencies"]}
    )
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert re.search(r"^  - python=3\.\d+$", text, re.M)
    assert re.search(r"^  - pip$", text, re.M)


def test_the_packages_of_the_course_are_direct_dependencies():
    names = {re.split(r"[><=]", line)[0] for line in _pip_section()}
    assert {"jupyterlab", "ipywidgets", "networkx", "plotly", "nbval", "anywidget"} <= names


def test_constraints_pin_every_dependency_and_hold_nothing_else():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    needed = [
        name
        for project in (PROJECT, GRADER)
        for group in (project["dependencies"], *project["optional-dependencies"].values())
        for name in group
    ]
    names = {re.split(r"[><=\[]", d)[0].lower() for d in needed} - {
        "asian-security",
        "nbval-grader",
    }
    assert names <= pinned


@pytest.mark.parametrize("source", SHARED_DATA)
def test_the_environment_has_the_settings_of_this_checkout(source):
    installed = Path(sys.prefix) / SHARED_DATA[source]
    assert installed.read_bytes() == (ROOT / source).read_bytes(), "run make test, which sets up"


def test_the_settings_are_those_that_jupyterlab_knows():
    chosen = json.loads((ROOT / "jupyter" / "overrides.json").read_text(encoding="utf-8"))
    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    assert chosen
    for plugin, settings in chosen.items():
        package, name = plugin.split(":")
        schema = json.loads((schemas / package / f"{name}.json").read_text(encoding="utf-8"))
        assert settings.keys() <= schema["properties"].keys()


def test_the_kernel_says_of_python_what_every_notebook_has():
    """Else JupyterLab writes it into the notebook, which then counts as changed."""
    loader = PyFileConfigLoader("ipython_kernel_config.py", path=str(ROOT / "jupyter"))
    kernel = loader.load_config().IPKernelApp.kernel_class
    assert kernel.language_info["version"] == "3"
    for path in NOTEBOOKS:
        metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        assert metadata["language_info"] == kernel.language_info, path
        assert metadata["kernelspec"] == {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        }, path


def test_the_lab_extension_has_the_version_of_the_course():
    extension = json.loads(
        (ROOT / "jupyter" / "labextension" / "package.json").read_text(encoding="utf-8")
    )
    assert extension["version"] == PROJECT["version"]


def _lab(*arguments):
    return subprocess.run(
        [sys.executable, "scripts/lab.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_port_in_use_is_one_sentence():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        done = _lab("--port", str(port), "notebooks/00_start_here.ipynb")
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is in use")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["0", "70000", "eighty"])
def test_an_invalid_port_is_refused(port):
    done = _lab("--port", port, "notebooks/00_start_here.ipynb")
    assert done.returncode == 2
    assert "give a number from 1 to 65535" in done.stderr


def test_a_missing_notebook_is_one_sentence():
    done = _lab("--port", "8999", "notebooks/99_nothing.ipynb")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


def _setup(tmp_path, python):
    return subprocess.run(
        ["sh", str(ROOT / "scripts" / "setup.sh"), str(tmp_path / "venv"), "."],
        cwd=ROOT,
        env={**os.environ, "PYTHON": str(python)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_python_that_is_too_old_is_one_sentence(tmp_path):
    old = tmp_path / "python3.8"
    old.write_text('#!/bin/sh\ncase "$2" in *version_info*) exit 1;; *) echo 3.8.10;; esac\n')
    old.chmod(0o755)
    done = _setup(tmp_path, old)
    assert done.returncode == 1
    assert "Python 3.8.10 is too old: the course needs 3.11 or newer" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "venv").exists()


def test_no_python_is_one_sentence(tmp_path):
    done = _setup(tmp_path, tmp_path / "nothing")
    assert done.returncode == 1
    assert "was not found" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_make_alone_lists_the_targets():
    done = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for target in ("lab", "test", "exercises", "grade", "bench", "release"):
        assert f"make {target}" in done.stdout


@pytest.mark.slow
def test_the_environment_files_pip_section_installs_and_lesson_00_runs(tmp_path):
    """As conda and Binder do: a clean environment, the pip section, then the first lesson."""
    if not (os.environ.get("CI") or os.environ.get("COURSE_CLEAN_INSTALL")):
        pytest.skip("takes a minute and the network: set COURSE_CLEAN_INSTALL=1 to run it here")
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    wanted = ROOT / f".requirements-{os.getpid()}.txt"
    wanted.write_text("\n".join(_pip_section()) + "\n")
    try:
        install = [venv / "bin" / "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", wanted.name], cwd=ROOT, check=True)
    finally:
        wanted.unlink()
    assert all((venv / place).is_file() for place in SHARED_DATA.values())
    lesson = ROOT / "notebooks" / "00_start_here.ipynb"
    done = subprocess.run(
        [
            venv / "bin" / "python",
            "-m",
            "pytest",
            "--nbval-lax",
            "-q",
            "-p",
            "no:cacheprovider",
            lesson,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert " passed" in done.stdout
