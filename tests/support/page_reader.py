"""An answered page as its reader meets it."""

from __future__ import annotations

from html.parser import HTMLParser


class Read(HTMLParser):
    """The tables of a page by their captions, and all of its elements with what they say of themselves."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._text: list[str] = []
        self._row: list[str] = []
        self._caption = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("caption", "th", "td"):
            self._text = []
        if tag == "tr":
            self._row = []

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self._caption = "".join(self._text)
            self.tables[self._caption] = []
        elif tag in ("th", "td"):
            self._row.append("".join(self._text))
        elif tag == "tr":
            self.tables[self._caption].append(self._row)
