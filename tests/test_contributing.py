"""What CONTRIBUTING.md says of the layers is what import-linter holds."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]


def layers(contract, package):
    """Return a contract's layers, each as the set of its modules' names."""
    (listed,) = [c["layers"] for c in CONTRACTS if c["name"] == contract]
    return [
        {name.strip().removeprefix(f"{package}.") for name in re.split(r"[|:]", layer)}
        for layer in listed
    ]


def table(heading):
    """Return the first column of the table under a heading, each cell as a set of names."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.M)
    return [set(re.findall(r"`([\w.]+)`", row)) for row in rows]


@pytest.mark.parametrize(
    ("heading", "contract", "package"),
    [
        ("The layers of the library", "An import goes down only", "asian_security"),
        ("The packages of the grader", "The grader's packages", "nbval_grader"),
    ],
)
def test_the_table_of_layers_is_the_contract(heading, contract, package):
    assert table(heading) == layers(contract, package)


def test_the_words_are_in_order_and_each_is_explained_once():
    section = TEXT.split("## The words of this project")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", section, re.M)[1:]
    words = [word for word, _ in rows]
    assert words == sorted(words)
    assert len(words) == len(set(words)) > 20
    assert all(len(meaning) > 15 for _, meaning in rows)


@pytest.mark.parametrize("package", ["src/asian_security", "grader/src/nbval_grader"])
def test_every_top_level_module_has_a_layer(package):
    root = ROOT / package
    there = {
        path.stem
        for path in root.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"__init__"}
    contract = "An import goes down only" if "asian" in package else "The grader's packages"
    assert there == set().union(*layers(contract, root.name))


def test_nothing_but_notebooks_imports_explorers():
    wanted = re.compile(r"asian_security(\.| import .*\b)explorers")
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "grader").rglob("*.py")]:
        if "explorers" not in path.parts:
            assert not wanted.search(path.read_text(encoding="utf-8")), path


# What holds constants alone, or an import for exercises that were handed out.
NOTHING_TO_TEST = {"kernel_names.py", "models/strategies.py"}
TESTED_ELSEWHERE = {
    "analysis/designs/files.py": "test_design_files.py",
    "models/_checks.py": "test_checks.py",
}


@pytest.mark.parametrize(
    ("source", "tests"), [("src/asian_security", ""), ("grader/src/nbval_grader", "nbval_grader")]
)
def test_the_tests_mirror_the_modules(source, tests):
    root, mirror = ROOT / source, ROOT / "tests" / tests
    missing = [
        str(module)
        for module in sorted(path.relative_to(root) for path in root.rglob("*.py"))
        if not module.name.startswith("__")
        and str(module) not in NOTHING_TO_TEST
        and not (
            mirror / module.parent / TESTED_ELSEWHERE.get(str(module), f"test_{module.name}")
        ).is_file()
    ]
    assert missing == []
