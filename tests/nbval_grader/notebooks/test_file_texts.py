"""The texts of a file are found in every form in which a reader could get at them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile

import pytest

from nbval_grader.notebooks.expected import pack
from nbval_grader.notebooks.file_texts import MAX_DEPTH, strings_of, texts_of


def zipped(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def tarred(name: str, data: bytes, compression: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{compression}") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def test_texts_in_json_are_joined_and_unpacked() -> None:
    printed = {"output_type": "stream", "name": "stdout", "text": "it is 3\n"}
    packed = pack({"outputs": [printed], "execution_count": 1})
    value = {"source": ["a\n", "b"], "list": [1, "c"], "expected": packed}

    texts = list(strings_of(value))
    assert {"source", "a\nb", "c", "it is 3\n"} <= set(texts)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"1 &lt; 2"),
        ("script.js", b'"1 \\u003c 2" + "1 < 2"'),
        ("broken.json", b'{"a": "1 < 2'),
        ("n.ipynb", json.dumps(["1 ", "< 2"]).encode()),
        ("a.zip", zipped("inner", b"1 < 2")),
        ("a.zip", zipped("1 < 2", b"")),
        ("a.tar", tarred("inner", b"1 < 2", "")),
        ("a.tgz", tarred("inner", b"1 < 2", "gz")),
        ("a.tbz", tarred("inner", b"1 < 2", "bz2")),
        ("a.txz", tarred("inner", zipped("inner", b"1 < 2"), "xz")),
    ],
    ids=range(10),
)
def test_a_text_is_found_in_every_form(name: str, data: bytes) -> None:
    assert any("1 < 2" in text for text in texts_of(name, data))


def test_archives_are_opened_to_a_limited_depth() -> None:
    data = b"deep inside"
    for _ in range(MAX_DEPTH + 1):
        data = zipped("inner", data)

    assert not any("deep inside" in text for text in texts_of("a.zip", data))


@pytest.mark.parametrize(
    ("name", "data"),
    [("x.gz", gzip.compress(b"hello")), ("x.zip", b"PK is not always a zip")],
    ids=["gzip", "zip"],
)
def test_a_file_that_only_looks_like_an_archive_is_read_as_text(name: str, data: bytes) -> None:
    assert list(texts_of(name, data)) == [data.decode("utf-8", "replace")]
