"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from .errors import NotWritable

__all__ = ["write_atomic"]


def write_atomic(path: Path | str, content: str | bytes, *, mode: int | None = None) -> bool:
    """Write a file whole or not at all, and only when it changes.

    Parameters
    ----------
    path : Path or str
        Where to write; the folder must exist. A symbolic link is replaced, not followed.
    content : str or bytes
        What to write; a text is encoded in UTF-8.
    mode : int, optional
        Permissions of a file that is written; by default those of the file that it replaces, and
        0o644 for a new one.

    Returns
    -------
    bool
        False if the file already has this content.

    Raises
    ------
    NotWritable
        If the file cannot be written.
    """
    path = Path(path)
    data = content.encode() if isinstance(content, str) else content
    with contextlib.suppress(OSError):
        if not path.is_symlink() and path.read_bytes() == data:
            return False
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is None:
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise NotWritable(f"{path} cannot be written: {error.strerror}.") from None
    return True
