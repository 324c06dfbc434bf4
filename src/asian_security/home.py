"""The learner's own folder: where what a learner writes is kept, never among the course's files."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path


def home_folder() -> Path:
    """Return the learner's folder; the environment variable ``ASIAN_SECURITY_HOME`` names another.

    Returns
    -------
    pathlib.Path
        It may not exist yet.
    """
    named = os.environ.get("ASIAN_SECURITY_HOME")
    return Path(named) if named else user_data_path("asian-security")


def write_atomic(path: Path, text: str) -> None:
    """Write a text file whole or not at all; an interrupted write leaves the old file as it was.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is made if it is missing.
    text : str
        Written as UTF-8.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise
