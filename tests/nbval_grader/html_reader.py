"""Reads the tags and texts of a page, as a browser would."""

from __future__ import annotations

from collections.abc import Collection
from html.parser import HTMLParser


class Reader(HTMLParser):
    """Collects the tags and texts of a page.

    No tag may hold a handler, or load anything but `loads`.
    """

    def __init__(self, source: str, loads: Collection[str] = ()) -> None:
        super().__init__(convert_charrefs=True)
        self.loads = loads
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name, value)
            assert name not in ("src", "href") or value in self.loads, (tag, name, value)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
