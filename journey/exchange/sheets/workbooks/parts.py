"""Parts of a workbook (ECMA-376), read before its cells are: its worksheets, how it counts its days, and what no reader shows.

The reader of cells (calamine) gives an error and a formula that was never calculated as an empty cell. They are found here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import IO, NamedTuple
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from journey.exchange.cells import tidy
from journey.exchange.sheets.values import NOT_CALCULATED, Epoch
from journey.exchange.sheets.workbooks.archives import damaged, open_entry
from journey.exchange.xml_events import BadXml, XmlEvent, xml_events
from journey.personal import excerpt
from journey.refusals import Refused

WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_TABLE = "/worksheet"
"""How the kind of a relation to a worksheet ends; charts, dialogs and macros are sheets too, and have no cells to read."""

Place = tuple[int, int]
"""A cell's row and column, the first of each 0."""


class Worksheet(NamedTuple):
    """A sheet of a workbook: its name, the part that it stands in, and whether a spreadsheet shows it."""

    name: str
    part: str
    has_cells: bool
    hidden: bool


class WorkbookParts:
    """The parts of a workbook, whatever the case of their names."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self._archive, self._name = archive, name
        self._entries = {entry.filename.lower(): entry for entry in archive.infolist()}
        if WORKBOOK not in self._entries:
            raise Refused("bad_file", _no_workbook(self._entries), place=excerpt(name))
        self.epoch: Epoch = 1900
        self.worksheets = list(self._read_worksheets())

    @property
    def shown(self) -> list[str]:
        """The names of the worksheets that a spreadsheet shows."""
        return [sheet.name for sheet in self.worksheets if sheet.has_cells and not sheet.hidden]

    def worksheet(self, name: str | None) -> Worksheet:
        """The worksheet of the name, without case, hidden or not; without a name the first that is shown. Raises Refused, which names
        those that there are."""
        for sheet in self.worksheets:
            wanted = not sheet.hidden if name is None else _same(sheet.name, name)
            if sheet.has_cells and wanted:
                return sheet
        there = ", ".join(map(excerpt, self.shown)) or "ingen"
        raise Refused(
            "bad_file",
            f"Excel-filen har intet faneblad, der hedder {excerpt(name)}. Den har: {there}. Ret worksheet i oversættelsesfilen."
            if name is not None
            else "Excel-filen har ingen faneblade med celler. Hent den igen.",
            place=excerpt(self._name),
        )

    def special_cells(self, part: str) -> dict[Place, str]:
        """Read every part to its end, so that what a reader meets is known; the special cells of the part that is named.

        Raises Refused for XML that is not whole, of which a reader would give the beginning; for a document type, which can make a small
        file grow without end or read another; and for a part that fills more than it says.
        """
        marked = False
        for name, entry in self._entries.items():
            marked |= self._check(entry, _MARKS if name == part.lower() else ())
        return self._find_special(self._entries[part.lower()]) if marked else {}

    def _check(self, entry: ZipInfo, look_for: tuple[bytes, ...]) -> bool:
        """Whether any of the marks stands in the part, which is read whole."""
        parser = expat.ParserCreate("utf-8") if entry.filename.lower().endswith(_XML) else None
        if parser is not None:
            parser.StartDoctypeDeclHandler = self._refuse_document_type
        found, tail = False, b""
        with open_entry(self._archive, entry, self._name) as file:
            try:
                while piece := file.read(_PIECE):
                    if parser is not None:
                        if not tail and b"\0" in piece[:4]:
                            raise damaged(self._name)  # UTF-16, of which calamine reads nothing and says nothing
                        parser.Parse(piece)
                    if look_for and not found:
                        looked_through = tail + piece
                        found = any(mark in looked_through for mark in look_for)
                    tail = piece[-_OVERLAP:]
                if parser is not None:
                    parser.Parse(b"", True)  # noqa: FBT003 -- expat takes it by its place only
            except expat.ExpatError:
                raise damaged(self._name) from None
        return found

    def _refuse_document_type(self, *_: object) -> None:
        why = "Excel-filen har en dokumenttype, som intet regneark skriver. Hent filen igen fra systemet, eller gem arket som CSV."
        raise Refused("bad_file", why, place=excerpt(self._name))

    def _find_special(self, entry: ZipInfo) -> dict[Place, str]:
        with open_entry(self._archive, entry, self._name) as file:
            try:
                return _SpecialCells().find(file)
            except (expat.ExpatError, ValueError):
                raise damaged(self._name) from None

    def _read_worksheets(self) -> list[Worksheet]:
        found: list[tuple[str, str, bool]] = []
        targets: dict[str, tuple[str, str]] = {}
        try:
            for tag, attributes in self._events(_RELATIONS):
                if tag == "Relationship" and attributes is not None:
                    targets[attributes.get("Id", "")] = attributes.get("Target", ""), attributes.get("Type", "")
            for tag, attributes in self._events(WORKBOOK):
                if attributes is None:
                    continue
                if tag == "workbookPr" and attributes.get("date1904", "0").lower() in ("1", "true", "on"):
                    self.epoch = 1904
                elif tag == "sheet":
                    relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
                    found.append((attributes.get("name", ""), relation, attributes.get("state", "visible") != "visible"))
        except BadXml as error:
            raise Refused(
                "bad_file", f"Excel-filen kan ikke læses: {error.reason}. Gem den igen.", place=excerpt(self._name)
            ) from None
        sheets: list[Worksheet] = []
        for name, relation, hidden in found:
            target, kind = targets.get(relation, ("", ""))
            part = posixpath.normpath(posixpath.join("/xl", target.replace("\\", "/"))).removeprefix("/")
            sheets.append(Worksheet(name, part, kind.endswith(_TABLE) and part.lower() in self._entries, hidden))
        return sheets

    def _events(self, part: str) -> Iterator[XmlEvent]:
        if part not in self._entries:
            raise damaged(self._name)
        with open_entry(self._archive, self._entries[part], self._name) as file:
            yield from xml_events(file)


def _same(name: str, other: str) -> bool:
    return tidy(name).casefold() == tidy(other).casefold()


def _no_workbook(entries: dict[str, ZipInfo]) -> str:
    if "xl/workbook.bin" in entries:
        return "Filen er en Excel-fil i binær form (.xlsb). Åbn den i Excel, og gem den som .xlsx eller CSV."
    if "mimetype" in entries and "content.xml" in entries:
        return "Filen er et OpenDocument-ark (.ods). Åbn den i et regneark, og gem den som .xlsx eller CSV."
    return "Filen er en zip, men ikke en Excel-fil. Åbn arket i et regneark, og gem det som .xlsx eller CSV."


_XML = (".xml", ".rels", ".vml")
_PIECE = 1 << 16
_OVERLAP = 8
"""How much of a piece is looked through again with the next: longer than a mark."""
_MARKS = (b'"e"', b"'e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
"""What stands in every worksheet with an error or a formula."""


class _SpecialCells:
    """The cells with an error, and those with a formula that was never calculated, by their place."""

    def __init__(self) -> None:
        self._found: dict[Place, str] = {}
        self._row = self._column = -1
        self._kind = ""
        self._has_formula = self._in_value = False
        self._value = ""

    def find(self, file: IO[bytes]) -> dict[Place, str]:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self._begin, self._end, self._text
        parser.ParseFile(file)
        return self._found

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "c":
                self._column = _column(attributes["r"]) if "r" in attributes else self._column + 1
                self._kind, self._has_formula, self._value = attributes.get("t", ""), False, ""
            case "row":
                self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
                self._column = -1
            case "f":
                self._has_formula = True
            case "v":
                self._in_value = True
            case _:
                pass

    def _end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v":
                self._in_value = False
            case "c":
                value = self._value.strip()
                if self._kind == "e":
                    self._found[self._row, self._column] = value
                elif self._has_formula and not value and self._kind != "str":
                    self._found[self._row, self._column] = NOT_CALCULATED
            case _:
                pass

    def _text(self, text: str) -> None:
        if self._in_value:
            self._value += text


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?[0-9]+")


def _column(reference: str) -> int:
    """The column of a reference as `AB12`, the first 0."""
    found = _REFERENCE.fullmatch(reference.upper())
    if found is None:
        raise ValueError(reference)
    number = 0
    for letter in found[1]:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
