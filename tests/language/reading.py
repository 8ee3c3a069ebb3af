"""What a person reads of an answer: its blocks of text with their language, its tables, and all that its charts say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any, NamedTuple

INLINE = frozenset(
    {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "samp", "small", "span", "strong", "sub", "sup", "time"}
)
"""The elements within a sentence; every other one begins and ends a text."""
SILENT = frozenset({"style", "script", "svg", "template"})
TECHNICAL = frozenset({"code", "pre", "samp", "kbd"})
"""The elements that say that what is in them is for a program: a person sees so, and it is passed over."""
SAID = ("alt", "aria-label", "aria-description", "placeholder", "title")
"""The attributes that are read aloud or shown."""
SHOWN = ("changed", "fresh", "gone", "head", "more", "none", "paper", "same", "shown", "silent")
"""Those that a script or a style shows, after `data-`."""
VOID = frozenset(["br", "hr", "img", "input", "link", "meta", "source", "wbr"])
MARK = "▮"
"""What stands for a technical word in the text around it."""
CHART_TEXTS = frozenset({"text", "name", "customdata", "hovertext", "hovertemplate", "label", "ticktext", "x", "y", "labels"})


class Said(NamedTuple):
    """A piece of text as a person meets it, and the language that it is said to be in."""

    text: str
    lang: str


class Answer(HTMLParser):
    """The texts and the tables of a page."""

    def __init__(self, html: str, lang: str = "da") -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[Said] = []
        self.tables: list[list[list[str]]] = []
        self._langs = [("", lang)]
        self._silent = self._technical = 0
        self._text: list[str] = []
        self._script: list[str] | None = None
        self._cell: list[str] | None = None
        self.feed(html)
        self.close()
        self._flush()

    @property
    def lang(self) -> str:
        return self._langs[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self._langs.append((tag, given.get("lang") or self.lang))
        if tag not in INLINE or (given.get("lang") and tag != "html"):
            self._flush()
        for name, value in given.items():
            if value and (name in SAID or name.removeprefix("data-") in SHOWN):
                self.said.append(Said(value, self.lang))
        if tag == "script" and given.get("id") == "charts":
            self._script = []
        self._silent += tag in SILENT
        self._technical += tag in TECHNICAL
        if tag in TECHNICAL:
            self._text.append(MARK)
        if tag == "table":
            self.tables.append([])
        if tag == "tr" and self.tables:
            self.tables[-1].append([])
        if tag in ("th", "td"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self._flush()
        self._silent -= tag in SILENT
        self._technical -= tag in TECHNICAL
        if tag in ("th", "td") and self._cell is not None and self.tables and self.tables[-1]:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None
        if tag == "script" and self._script is not None:
            self.said += [Said(text, self.lang) for text in chart_texts(json.loads("".join(self._script)))]
            self._script = None
        while len(self._langs) > 1:
            opened, lang = self._langs[-1]
            if opened == tag and lang != self._langs[-2][1]:
                self._flush()
            self._langs.pop()
            if opened == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
        if not self._silent and not self._technical:
            self._text.append(data)
            if self._cell is not None:
                self._cell.append(data)

    def _flush(self) -> None:
        text = re.sub(r"\s*\n\s*", " ", "".join(self._text)).strip()
        if text:
            self.said.append(Said(text, self.lang))
        self._text = []


def chart_texts(node: Any, key: str = "") -> Iterator[str]:
    """All that charts say: titles, names, numbers, categories and the words under the pointer."""
    match node:
        case dict():
            for name, value in node.items():
                if name not in ("template", "colorscale"):
                    yield from chart_texts(value, name)
        case list() | tuple():
            for value in node:
                yield from chart_texts(value, key)
        case str() if (key in CHART_TEXTS or key in ("title", "lines")) and not re.fullmatch(r"\d{4}-\d\d-\d\d.*|", node):
            text = re.sub(r"%\{[^}]*\}|<extra>.*?</extra>", MARK, node)
            yield " ".join(unescape(re.sub(r"<br>", " ", text)).split(" "))
        case _:
            pass
