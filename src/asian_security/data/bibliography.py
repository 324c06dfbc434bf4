"""Works, primary documents and data sets: what a ``source`` column names."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pandas as pd

from asian_security.data.filters import unknown_name
from asian_security.data.reader import (
    DataError,
    folder,
    read_package,
    read_table,
    read_text,
    require_file,
    stamp_of,
)

_WORK_COLUMNS = [
    "key",
    "author",
    "short_author",
    "year",
    "title",
    "container",
    "volume",
    "number",
    "pages",
    "publisher",
    "doi",
    "url",
    "kind",
]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("{", "").replace("}", "").replace("--", "-")).strip()


@lru_cache(maxsize=4)
def _parse_references(path: Path, stamp: tuple[int, int]) -> pd.DataFrame:
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    try:
        bibliography = parse_string(read_text(path), "bibtex")
    except PybtexError as error:
        line = getattr(error, "lineno", None)
        where = f", line {line}" if line else ""
        raise DataError(f"{path.name}{where}: the file must be BibTeX: {error}.") from None
    rows = []
    for key, entry in bibliography.entries.items():
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        surnames = [_plain(" ".join(p.prelast_names + p.last_names)) for p in people]
        first_names = [_plain(" ".join(p.first_names + p.middle_names)) for p in people]
        full = [
            f"{last}, {first}" if first else last
            for last, first in zip(surnames, first_names, strict=True)
        ]
        short = " and ".join(surnames) if len(surnames) < 3 else f"{surnames[0]} et al."
        fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
        missing = [name for name in ("title", "year") if not fields.get(name)]
        if missing or not people:
            lacking = missing + ([] if people else ["author or editor"])
            raise DataError(f"{path.name}, entry {key}: {', '.join(lacking)} must be given.")
        container = fields.get("journal") or fields.get("booktitle") or ""
        rows.append(
            {
                "key": key,
                "author": "; ".join(full),
                "short_author": short,
                "container": container,
                "kind": entry.type,
                **{
                    name: fields.get(name, "")
                    for name in (
                        "year",
                        "title",
                        "volume",
                        "number",
                        "pages",
                        "publisher",
                        "doi",
                        "url",
                    )
                },
            }
        )
    frame = pd.DataFrame(rows, columns=_WORK_COLUMNS, dtype="str")
    return frame.sort_values("key").reset_index(drop=True)


def references() -> pd.DataFrame:
    """Return the works that the course cites, from ``references.bib``.

    Returns
    -------
    pandas.DataFrame
        One row per work, sorted by key: key, author (``"Fearon, James D."``, several joined by
        semicolons), short_author (as in a citation), year, title, container (journal or book),
        volume, number, pages, publisher, doi, url, kind (article, book, ...). All text.

    Raises
    ------
    DataError
        If the file is missing or is not BibTeX.
    """
    path = require_file(folder() / "references.bib")
    return _parse_references(path, stamp_of(path)).copy()


def cite(key: str) -> str:
    """Return a citation for the running text.

    Parameters
    ----------
    key : str
        Key of a work, of a primary document or of a data set.

    Returns
    -------
    str
        ``"Fearon 1995"`` for a work, title and year for a document, title and version for data.

    Raises
    ------
    ValueError
        If the key is unknown; the message names the nearest ones.
    """
    works = references()
    work = works[works["key"] == key]
    if len(work):
        return f"{work['short_author'].iloc[0]} {work['year'].iloc[0]}"
    papers = documents()
    paper = papers[papers["key"] == key]
    if len(paper):
        title, date = str(paper["title"].iloc[0]), paper["date"].iloc[0]
        return title if pd.isna(date) or date[:4] in title else f"{title} ({date[:4]})"
    for source in read_package()["sources"]:
        if source["name"] == key:
            return f"{source['title']} {source.get('version', '')}".strip()
    raise ValueError(unknown_name("source key", key, source_keys()))


def reference(key: str) -> str:
    """Return the full entry of a work, a primary document or a data set for a list of sources.

    Parameters
    ----------
    key : str
        Key of a work, of a primary document or of a data set.

    Returns
    -------
    str
        One line that ends with a full stop.

    Raises
    ------
    ValueError
        If the key is unknown; the message names the nearest ones.
    """
    works = references()
    matches = works[works["key"] == key]
    if len(matches):
        work = matches.iloc[0]
        issue = f"({work['number']})" if work["number"] else ""
        place = " ".join(part for part in (work["container"], f"{work['volume']}{issue}") if part)
        parts = [
            ", ".join(part for part in (place, work["pages"]) if part),
            work["publisher"],
            f"https://doi.org/{work['doi']}" if work["doi"] else work["url"],
        ]
        tail = ". ".join(part for part in parts if part)
        author = work["author"].rstrip(".")
        return f"{author}. {work['year']}. {work['title']}. {tail}".rstrip(". ") + "."
    papers = documents()
    matches = papers[papers["key"] == key]
    if len(matches):
        paper = matches.iloc[0]
        date = "" if pd.isna(paper["date"]) else paper["date"]
        parts = [paper["issuer"], date, paper["title"], paper["path"]]
        return ". ".join(part for part in parts if part) + "."
    for source in read_package()["sources"]:
        if source["name"] == key:
            named = source.get("reference")
            after = f" {reference(named)}" if named else ""
            return f"{source['title']} {source.get('version', '')}".strip() + "." + after
    raise ValueError(unknown_name("source key", key, source_keys()))


def source_keys() -> dict[str, str]:
    """Return every key that a ``source`` column may hold.

    Returns
    -------
    dict of str to str
        Key to title: works of ``references.bib``, primary documents of ``documents.csv`` and the
        data sets named in ``datapackage.json``.
    """
    works = references()
    papers = documents()
    keys = {source["name"]: str(source["title"]) for source in read_package()["sources"]}
    keys.update(zip(papers["key"], papers["title"], strict=True))
    keys.update(zip(works["key"], works["title"], strict=True))
    return keys


def documents() -> pd.DataFrame:
    """Return the primary documents that ``source`` columns name.

    Returns
    -------
    pandas.DataFrame
        key, title, issuer, date, path, note.
    """
    return read_table("documents")
