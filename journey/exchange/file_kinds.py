"""Kinds of file (filtyper): what a file is by how it begins, so that one that cannot be what it should is named for what it is."""

from __future__ import annotations

import re
from typing import Literal

from journey.exchange.cells import UTF_16
from journey.refusals import Refused

START = 1 << 16
"""How much of a file is looked at."""

Format = Literal["jsonl", "csv", "xes", "ocel"]

_NOT_TEXT = {
    b"PK\x03\x04": "er et regneark (xlsx) eller en zip-fil. Gem arket som CSV, eller pak filen ud, og prøv igen.",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "er et regneark i det gamle format (xls). Gem arket som CSV, og prøv igen.",
    b"SQLite format 3\0": "er en database i SQLite, måske en log i OCEL. Gem den som OCEL 2.0 i JSON, og prøv igen.",
    b"%PDF": "er en PDF. Hent den som CSV fra systemet, og prøv igen.",
}
_HTML = re.compile(r"<(!doctype\s+html|html|head|body|meta|table|div|script|style)\b", re.IGNORECASE)
_XES = re.compile(r"<log\b|xes-standard\.org", re.IGNORECASE)
_OCEL_XML = re.compile(r"<object-types\b")
_OCEL = re.compile(r'\{\s*"(objectTypes|eventTypes|objects|events|ocel:[a-z-]+)"\s*:')
_JSON_NAME = re.compile(r'\{\s*("|\})|\[\s*\{')
_NAMES = {
    "jsonl": "JSON Lines (en hændelse pr. linje)",
    "csv": 'CSV (format = "csv" i oversættelsesfilen)',
    "xes": 'XES (format = "xes" i oversættelsesfilen)',
    "ocel": 'OCEL i JSON (format = "ocel" i oversættelsesfilen)',
}
_A_PAGE = (
    "er en side i HTML, også hvis den hedder noget andet (mange systemer kalder den .xls). Åbn den i et regneark, og gem den som"
    " CSV."
)


def refuse_another_kind(start: bytes, wanted: Format, *, with_mapping: bool) -> None:
    """Raises Refused (`bad_file`) for a file that by its beginning is another kind of file than the one wanted."""
    for mark, what in _NOT_TEXT.items():
        if start.startswith(mark):
            raise Refused("bad_file", f"Filen {what}")
    if wanted in ("jsonl", "ocel") and start.startswith(UTF_16):
        raise Refused("bad_file", "Filen er gemt som UTF-16. Gem den som UTF-8, og prøv igen.")
    text = _text(start)
    found = _kind(text)
    if found == "html":
        raise Refused("bad_file", f"Filen {_A_PAGE}")
    if found in ("xes", "xml") and _OCEL_XML.search(text):
        raise Refused("bad_file", "Filen er en log i OCEL som XML. Gem den som OCEL 2.0 i JSON, og prøv igen.")
    if found is None or found == wanted or (wanted in ("csv", "xes") and found == "csv"):
        return
    if wanted == "ocel" and found == "jsonl":
        return  # its first name may be another; what it lacks is named when it is read
    named = {"xml": "XML", "jsonl": "JSON", "csv": "CSV", "xes": "XES", "ocel": "OCEL"}[found]
    if found in ("csv", "xes", "ocel") and not with_mapping:
        raise Refused(
            "bad_file",
            f"Filen ligner {named}, ikke {_NAMES[wanted]}. Giv med --mapping den oversættelsesfil, som siger, hvordan den læses.",
        )
    if wanted == "xes" and found == "xml":
        return  # its first element is named when it is read
    raise Refused(
        "bad_file", f"Filen ligner {named}, ikke {_NAMES[wanted]}. Ret oversættelsesfilen, eller giv den rigtige fil."
    )


def _text(start: bytes) -> str:
    if start.startswith(UTF_16):
        return start[: len(start) // 2 * 2].decode("utf-16", "replace")
    return start.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _kind(text: str) -> Literal["html", "xes", "xml", "ocel", "jsonl", "csv"] | None:
    """The kind that the text looks like; None where it cannot be told."""
    text = text.lstrip()
    if text.startswith("<"):
        beginning = text[:2_000]
        if _HTML.search(beginning) and not _XES.search(beginning):
            return "html"
        return "xes" if _XES.search(beginning) else "xml"
    if _OCEL.match(text):
        return "ocel"
    if _JSON_NAME.match(text):
        return "jsonl"
    lines = text.splitlines()[:20]
    if lines and not any(line.lstrip().startswith("{") for line in lines) and any(mark in lines[0] for mark in ";\t,|"):
        return "csv"
    return None
