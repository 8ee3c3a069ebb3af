"""The elements of an XML file as they begin and end: never is more of it in memory than one token, and no token is without end.

expat reads an unfinished token anew with each piece that it is fed, in the versions before 2.6 from its beginning, so that one long
attribute costs the square of its length. Here it is fed on only while what it waits for is short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any, NamedTuple
from xml.parsers import expat

from journey.problem import thousands
from journey.system_words import xml_error_reason

LONGEST_TOKEN = 1_000_000
"""The longest tag, comment or instruction that is read, in bytes."""
MOST_LEVELS = 100
"""How many elements may stand within each other."""
PIECE = 1 << 16


class XmlEvent(NamedTuple):
    """The beginning of an element with its attributes, or its end, without them."""

    tag: str
    attributes: Mapping[str, str] | None


class BadXml(ValueError):
    """A text that is not XML as it is read here; `reason` says where and why, in Danish."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def xml_events(file: IO[bytes]) -> Iterator[XmlEvent]:
    """The beginning and end of each element, the tag without its prefix. Raises BadXml.

    A document type is refused, and entities with it: it can make a small file grow without end, or read another. Namespaces are not
    looked up: each name would grow by the address that its prefix stands for.
    """
    parser = expat.ParserCreate()
    found: list[XmlEvent] = []
    fed = level = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal level
        level += 1
        if level > MOST_LEVELS:
            raise BadXml(f"{_place(parser)}: mere end {MOST_LEVELS} elementer står inden i hinanden")
        found.append(XmlEvent(tag.rpartition(":")[2], attributes))

    def end(tag: str) -> None:
        nonlocal level
        level -= 1
        found.append(XmlEvent(tag.rpartition(":")[2], None))

    def refuse(*_: Any) -> None:
        raise BadXml(f"{_place(parser)}: dokumenttyper og entiteter er ikke tilladt")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        while piece := file.read(PIECE):
            fed += len(piece)
            parser.Parse(piece)
            yield from found
            found.clear()
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise BadXml(
                    f"{_place(parser)}: der begynder noget, som ikke er slut efter {thousands(LONGEST_TOKEN)} tegn; "
                    "måske mangler et > eller et anførselstegn"
                )
        parser.Parse(b"", True)  # noqa: FBT003 -- expat takes it by its place only
    except expat.ExpatError as error:
        yield from found  # what was whole before the place
        raise BadXml(xml_error_reason(error)) from None
    except (LookupError, ValueError) as error:
        if isinstance(error, BadXml):
            raise
        raise BadXml("filens tegnsæt kan ikke bruges; gem den som UTF-8") from None
    yield from found


def _place(parser: expat.XMLParserType) -> str:
    return f"linje {parser.CurrentLineNumber}, tegn {parser.CurrentColumnNumber + 1}"
