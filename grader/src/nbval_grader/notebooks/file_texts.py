"""The texts of a file, in every form in which a reader could get at them."""

from __future__ import annotations

import html
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator

from .expected import KEY, unpack

__all__ = ["strings_of", "texts_of"]

MAX_DEPTH = 3
# First bytes of files compressed by gzip, bzip2 and xz; a plain tar has its name at byte 257.
COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7z")
TAR_NAME = slice(257, 262)


def strings_of(value: object) -> Iterator[str]:
    """Yield every text in a JSON value, including keys.

    Parameters
    ----------
    value : object
        A value returned by `json.loads`.

    Yields
    ------
    str
        A text; a list of texts (as notebooks store them) is joined, and a packed expected output is
        unpacked.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from strings_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings_of(item)
            expected = unpack(item) if key == KEY else None
            if expected is not None:
                yield from strings_of(expected.outputs)


def texts_of(name: str, data: bytes, depth: int = 0) -> Iterator[str]:
    """Yield the texts of a file.

    Parameters
    ----------
    name : str
        Its name.
    data : bytes
        Its contents.
    depth : int, default 0
        Number of archives that contain it.

    Yields
    ------
    str
        The file as text; the texts in it if it is JSON; HTML with its entities replaced; the names
        and texts of the files in an archive (zip, tar), down to archives in archives.
    """
    text = data.decode("utf-8", "replace")
    yield text
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text or name.endswith((".ipynb", ".json")):
        try:
            yield from strings_of(json.loads(text))
        except (ValueError, RecursionError):
            yield re.sub(r"\\([\"'\\/])", r"\1", text.replace("\\n", "\n").replace("\\t", "\t"))
    if depth < MAX_DEPTH:
        for inner, contents in _archived(data):
            yield inner
            yield from texts_of(inner, contents, depth + 1)


def _archived(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of the files in an archive; nothing if it is not an archive."""
    stream = io.BytesIO(data)
    if data[:2] == b"PK" and zipfile.is_zipfile(stream):
        with zipfile.ZipFile(stream) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
        return
    if not data.startswith(COMPRESSED) and data[TAR_NAME] != b"ustar":
        return
    stream.seek(0)
    try:
        with tarfile.open(fileobj=stream) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isfile() else None
                if file is not None:
                    yield member.name, file.read()
    except (tarfile.TarError, OSError, EOFError):
        return
