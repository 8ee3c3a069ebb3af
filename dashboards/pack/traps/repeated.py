"""Traps of repetition, as in bilag 1 to 25/1978: a paragraph that stands twice, and one thing by two names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.pack.paper import Drawing, Entry, Footnote, Grid, Heading, Paragraph, Part, Piece, Prompt, StatusPaper, Steps
from dashboards.pack.traps.trap import Trap
from dashboards.words.language import Language

TWICE, NAMED = "to-gange", "to-navne"
SHOWN = 60
"""How many characters of the paragraph are shown."""


def repeated_paragraph(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The paragraphs that stand in the paper more than once, word for word."""
    out: list[Trap] = []
    seen: set[str] = set()
    heading = ""
    for part in paper.parts:
        if isinstance(part, Heading):
            heading = part.text
        if not isinstance(part, Paragraph):
            continue
        text = "".join(_text(piece) for piece in part.text if not isinstance(piece, Footnote))
        if text in seen:
            begins = f"{text[:SHOWN]} …" if len(text) > SHOWN else text
            out.append(
                Trap(
                    TWICE,
                    heading,
                    translate("Afsnittet står flere gange: »{text}«", text=begins),
                    translate("Lad det stå det ene sted."),
                )
            )
        seen.add(text)
    return out


def two_names(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The names in the paper of what papers have called by another name too."""
    text = "\n".join(words for part in paper.parts for words in _texts(part)).casefold()
    return [
        Trap(
            NAMED,
            " / ".join(found),
            translate(
                "Papirerne bruger flere navne om det samme: {names}.", names="; ".join(translate.quoted(name) for name in names)
            ),
            translate("Skriv det navn, der gælder i dag, og kun det."),
        )
        for names in paper.of.municipality.synonyms.values()
        if (found := [name for name in names if name.casefold() in text])
    ]


def _texts(part: Part) -> Iterator[str]:
    """The texts of a part that a reader sees."""
    match part:
        case Heading():
            yield part.text
        case Paragraph():
            yield from map(_text, part.text)
        case Prompt():
            yield part.text
        case Steps():
            yield from part.items
        case Grid():
            yield from (part.title, *part.heads, *(_text(entry) for row in part.rows for entry in row))
            yield from (note.text for note in part.notes)
        case Drawing():
            yield from (part.title, part.description, *part.breaks)


def _text(piece: Piece | Entry) -> str:
    return piece if isinstance(piece, str) else piece.text
