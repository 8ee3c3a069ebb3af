"""Word's own footnotes, which python-docx does not make: their part of the file, and the references to them."""

from __future__ import annotations

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml  # pyright: ignore[reportUnknownVariableType] -- python-docx leaves some of its types open
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from dashboards.pack.writers.ooxml import element

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
TEXT, REFERENCE = "Footnote Text", "Footnote Reference"
LINES = {"separator": "-1", "continuationSeparator": "0"}
"""What Word draws between text and footnotes, each a footnote of its own."""


class Footnotes:
    """The footnotes of one document, numbered as they are referred to."""

    def __init__(self, document: Any) -> None:
        self._document = document
        lines = [
            element("footnote", element("p", element("r", element(name))), type=name, id=nth) for name, nth in LINES.items()
        ]
        self._made = element("footnotes", *lines)
        self._next = 1

    def refer(self, paragraph: Any, text: str) -> None:
        """A reference at the paragraph's end to a footnote with the text."""
        run = paragraph.add_run()
        run.style = REFERENCE
        run._r.append(element("footnoteReference", id=str(self._next)))
        self._made.append(self._footnote(text))
        self._next += 1

    def _footnote(self, text: str) -> Any:
        styles = self._document.styles
        style = element("pPr", element("pStyle", val=styles[TEXT].style_id))
        mark = element("r", element("rPr", element("rStyle", val=styles[REFERENCE].style_id)), element("footnoteRef"))
        return element("footnote", element("p", style, mark, element("r", element("t", text=f" {text}"))), id=str(self._next))

    def save(self) -> None:
        """Give the document the footnotes that were referred to."""
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, serialize_part_xml(self._made), self._document.part.package)
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
