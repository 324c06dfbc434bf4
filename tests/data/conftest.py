"""Where the raw files are, if they are anywhere, and a copy of the tables to break."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from asian_security import data

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def raw_folder() -> Path:
    """The folder of raw files; a test that needs it is skipped where there is none."""
    folder = Path(os.environ.get("ASIAN_SECURITY_RAW", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "states.csv").is_file():
        pytest.skip("no raw files: set ASIAN_SECURITY_RAW to the folder that holds them")
    return folder


@pytest.fixture(scope="session")
def raw(raw_folder):
    """Read one raw file by name."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(raw_folder / f"{name}.csv", keep_default_na=False, na_values=[""])

    return read


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private copy of the tables that a test may break."""
    folder = tmp_path / "tables"
    shutil.copytree(data.folder(), folder, ignore=shutil.ignore_patterns("__pycache__", "*.part"))
    monkeypatch.setenv("ASIAN_SECURITY_DATA", str(folder))
    return folder
