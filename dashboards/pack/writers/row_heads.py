"""Row heads in a tagged PDF, which the typesetter does not make: the first cell of each row of a table names the row."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, TextStringObject

VERSION = "%PDF-1.7"
Element = DictionaryObject
"""An element of the structure tree: a table, a row, a cell."""


def with_row_heads(content: bytes) -> bytes:
    """The PDF with the first cell of each body row as a head (TH) of scope Row, that the row's other cells name beside their column's.

    What is seen is the same; so is the file, made again of the same one.
    """
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.pdf_header = VERSION
    root = _dictionary(writer.root_object["/StructTreeRoot"])
    ids = dict(_ids(_dictionary(root["/IDTree"]))) if "/IDTree" in root else {}
    for nth, table in enumerate(_tables(root), start=1):
        for row, (head, *cells) in enumerate(_rows(table), start=1):
            name = f"R{nth}x{row}"
            _make_head(head, name)
            ids[name] = head.indirect_reference or head
            for cell in cells:
                _array(_of_table(cell)["/Headers"]).append(TextStringObject(name))
    names = ArrayObject(each for name in sorted(ids) for each in (TextStringObject(name), ids[name]))
    root[NameObject("/IDTree")] = DictionaryObject({NameObject("/Names"): names})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _ids(tree: DictionaryObject) -> Iterator[tuple[str, PdfObject]]:
    """The elements that have a name, by it; a large tree has branches."""
    for branch in _array(tree["/Kids"]) if "/Kids" in tree else ():
        yield from _ids(_dictionary(branch))
    names = _array(tree["/Names"]) if "/Names" in tree else ArrayObject()
    yield from ((str(names[at]), names[at + 1]) for at in range(0, len(names), 2))


def _make_head(cell: Element, name: str) -> None:
    cell[NameObject("/S")] = NameObject("/TH")
    cell[NameObject("/ID")] = TextStringObject(name)
    _of_table(cell)[NameObject("/Scope")] = NameObject("/Row")


def _of_table(cell: Element) -> DictionaryObject:
    """What the cell says of itself as a cell."""
    attributes = [each for each in map(_dictionary, _array(cell["/A"])) if each.get("/O") == "/Table"]
    return attributes[0]


def _tables(element: Element) -> Iterator[Element]:
    for each in _within(element):
        if each.get("/S") == "/Table":
            yield each
        else:
            yield from _tables(each)


def _rows(table: Element) -> Iterator[list[Element]]:
    """The cells of each row of its bodies."""
    for body in _within(table):
        if body.get("/S") == "/TBody":
            for row in _within(body):
                yield [cell for cell in _within(row) if cell.get("/S") in ("/TD", "/TH")]


def _within(element: Element) -> Iterator[Element]:
    """The elements right under it; what is drawn, and where it is, are none."""
    kids = element.get("/K")
    content = kids.get_object() if kids is not None else None
    for each in content if isinstance(content, ArrayObject) else [content]:
        found = each.get_object() if each is not None else None
        if isinstance(found, DictionaryObject) and "/S" in found:
            yield found


def _dictionary(found: PdfObject) -> DictionaryObject:
    value = found.get_object()
    if not isinstance(value, DictionaryObject):
        raise TypeError(found)
    return value


def _array(found: PdfObject) -> ArrayObject:
    value = found.get_object()
    if not isinstance(value, ArrayObject):
        raise TypeError(found)
    return value
