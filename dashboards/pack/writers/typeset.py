"""The pack as .pdf: tagged by PDF/UA, with document language and title, headings, header cells and alternative texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import typst

from dashboards.pack.paper import (
    Drawing,
    Entry,
    Footnote,
    Grid,
    Heading,
    Paragraph,
    Part,
    Piece,
    Prompt,
    StatusPaper,
    Steps,
    Text,
    Value,
)
from dashboards.pack.writers.layout import (
    LEGEND,
    NO_PICTURE,
    UNBROKEN_ROWS,
    column_widths,
    mark_of,
    numeric_columns,
    prompt_text,
    under,
)
from dashboards.pack.writers.row_heads import with_row_heads

_PREAMBLE = """
#set page(paper: "a4", margin: (x: 2.3cm, y: 2.4cm), numbering: "1 / 1")
#set text(lang: "da", region: "DK", font: "Libertinus Serif", size: 11pt)
#set par(justify: false, leading: 0.62em)
#show heading: set block(above: 1.3em, below: 0.6em)
#show figure: set block(breakable: true)
#show figure.where(kind: table): set figure.caption(position: top)
#set figure.caption(separator: [. ])
#show figure.caption: it => align(left, text(weight: "bold", size: 10pt, it))
#set table(stroke: (x, y) => (bottom: if y == 0 { 0.8pt } else { 0.3pt + luma(170) }), inset: (x: 5pt, y: 4pt))
#set table.cell(breakable: false)
#show table: set text(size: 9.5pt)
#show table.cell.where(y: 0): set text(weight: "bold")
#set footnote.entry(gap: 0.35em)
#show footnote.entry: set text(size: 8.5pt)
#let draft(body) = block(fill: rgb("#fff3cd"), stroke: (left: 2pt + rgb("#8a6d00")), inset: 7pt, width: 100%, body)
#let origin(body) = block(above: 0.5em, below: 1.4em, text(size: 9pt, style: "italic", body))
"""


def pdf(paper: StatusPaper) -> bytes:
    """The paper as a tagged PDF; the fonts are those that come with the typesetter, so that every machine makes the same."""
    created = datetime.combine(paper.of.made_on, time(), UTC)
    mark = _text(mark_of(paper))
    header = f"#set page(header: strong({mark}))" if paper.of.sample else ""
    marked = f"#strong({mark})\n" if paper.of.sample else ""  # in the text too: a head is not read aloud
    source = "\n".join(
        [_document(paper), _PREAMBLE, header, "#title()", marked, f"#draft[#{_text(LEGEND)}]", *map(_part, paper.parts)]
    )
    out: Any = typst.compile(source.encode(), pdf_standards=["ua-1"], ignore_system_fonts=True, timestamp=created)
    return with_row_heads(out)


def _document(paper: StatusPaper) -> str:
    title = _text(f"{paper.title} {paper.of.year}")
    return f"#set document(title: {title}, description: {_text(f'Som registret vidste det {paper.of.known}')}, date: auto)"


def _part(part: Part) -> str:
    match part:
        case Heading():
            return f"#heading(level: {part.level}, {_text(part.text)})"
        case Paragraph():
            return f"#draft[{_running_text(part.text)}]" if part.draft else f"#par[{_running_text(part.text)}]"
        case Prompt():
            return f"#draft[#emph({_text(prompt_text(part))})]"
        case Steps():
            return "#draft[#enum(" + ", ".join(f"[#{_text(item)}]" for item in part.items) + ")]"
        case Grid():
            return _grid(part)
        case Drawing():
            return _drawing(part)


def _grid(grid: Grid) -> str:
    right = numeric_columns(grid)
    columns = ", ".join(f"{share}fr" for share in column_widths(grid))
    aligned = ", ".join("right" if each else "left" for each in right)
    heads = ", ".join(f"[#{_text(head)}]" for head in grid.heads)
    last = len(grid.rows) if grid.last_is_total else 0
    rows = ",\n".join(", ".join(_entry(entry, bold=nth == last) for entry in row) for nth, row in enumerate(grid.rows, start=1))
    caption = f"[#{_text(grid.title)}{_notes(grid.notes)}]"
    table = f"table(columns: ({columns},), align: ({aligned},), table.header({heads}),\n{rows})"
    figure = f'#figure(kind: table, supplement: "Tabel", caption: {caption}, {table})'
    whole = f"{figure}\n#origin[#{_text(grid.source)}]"
    return f"#block(breakable: false, above: 1.2em)[{whole}]" if len(grid.rows) <= UNBROKEN_ROWS else whole


def _entry(entry: Entry, *, bold: bool) -> str:
    text = f"#{_text(entry.text)}{_note(entry.note) if entry.note else ''}" if isinstance(entry, Value) else f"#{_text(entry)}"
    return f"[#strong[{text}]]" if bold else f"[{text}]"


def _drawing(drawing: Drawing) -> str:
    origin = f"#origin[{'#parbreak()'.join(f'#{_text(line)}' for line in under(drawing))}]"
    if drawing.png is None:
        return f"#par[#{_text(f'{drawing.id}. {drawing.title}. {NO_PICTURE}')}]\n{origin}"
    picture = f"bytes(({','.join(map(str, drawing.png))}))"
    image = f"image({picture}, alt: {_text(drawing.description)}, width: 100%)"
    figure = f'#figure(kind: image, supplement: "Figur", caption: [#{_text(drawing.title)}], {image})'
    return f"#block(breakable: false)[{figure}\n{origin}]"


def _running_text(text: Text) -> str:
    return "".join(map(_piece, text))


def _piece(piece: Piece) -> str:
    match piece:
        case Footnote():
            return _note(piece)
        case Value():
            return f"#{_text(piece.text)}"
        case _:
            return f"#{_text(piece)}"


def _notes(notes: Sequence[Footnote]) -> str:
    """Footnotes that stand together, with commas between their marks."""
    return "#super[,]".join(map(_note, notes))


def _note(note: Footnote) -> str:
    return f"#footnote[#{_text(note.text)}]"


def _text(text: str) -> str:
    """A string of the typesetter's language: laid out as it is, never read as mark-up."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\u{{{ord(each):x}}}" for each in escaped) + '"'
