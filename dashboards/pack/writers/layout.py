"""The texts and the column layout that the writers share."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.pack.paper import Drawing, Grid, Prompt, StatusPaper, Value
from dashboards.view import SAMPLE
from dashboards.words.language import DANISH

LEGEND = (
    "Tekst på gul bund er et udkast, som sekretæren skal læse og rette eller skrive. Resten er talt af registrets hændelser. Fjern "
    "denne boks, den gule bund og bilag 3, før sagen sendes."
)
NO_PICTURE = "Figuren er ikke tegnet, fordi der ikke er en Chrome eller Chromium på maskinen."
DRAFT_STYLE = "Til redigering"


def mark_of(paper: StatusPaper) -> str:
    """The mark on every page and sheet of a sample register's paper; empty for one that is none."""
    return DANISH(SAMPLE) if paper.of.sample else ""


def under(drawing: Drawing) -> tuple[str, ...]:
    """The lines below a figure: the reason of each numbered break, and where its numbers come from."""
    return (*(f"Brud {nth}, {why}" for nth, why in enumerate(drawing.breaks, start=1)), drawing.origin)


def prompt_text(prompt: Prompt) -> str:
    """The text of a prompt in the paper."""
    return f"[Til redigering: {prompt.text}]"


def numeric_columns(grid: Grid) -> tuple[bool, ...]:
    """Whether each column holds numbers, which are aligned to the right."""
    return tuple(any(isinstance(row[at], Value) for row in grid.rows) for at in range(len(grid.heads)))


UNBROKEN_ROWS = 14
"""The number of rows up to which a table is kept on one page."""
NARROW, SHORT, WIDE, LINE = 8, 20, 60, 76
"""Characters of the narrowest column, of a text kept on one line, of a wide column, and of all columns in sum."""


def column_widths(grid: Grid) -> tuple[int, ...]:
    """The relative widths of the columns: only long words are broken, and spare room goes to the columns with most text."""
    columns = [
        [entry if isinstance(entry, str) else entry.text for entry in (row[at] for row in grid.rows)]
        for at in range(len(grid.heads))
    ]
    least = _fitted([_least((head, *texts)) for head, texts in zip(grid.heads, columns, strict=True)])
    wanted = [max(low, _wanted(texts)) for low, texts in zip(least, columns, strict=True)]
    room, more = max(LINE - sum(least), 0), sum(wanted) - sum(least)
    share = min(room / more, 1) if more else 0
    return tuple(round(low + (wish - low) * share) for low, wish in zip(least, wanted, strict=True))


def _fitted(least: list[int]) -> list[int]:
    """The least widths fitted to the line: where it is too short, only long words are hyphenated, never a number."""
    long = sum(low for low in least if low > SHORT)
    room = LINE - sum(least) + long
    return [max(NARROW, low * room // long) if low > SHORT and room < long else low for low in least]


def _least(texts: Sequence[str]) -> int:
    """The longest word, which may be broken at its stroke."""
    words = (word for text in texts for word in (text.replace("/", "/ ") if len(text) > SHORT else text).split())
    return max(NARROW, *(len(word) + 3 for word in words), 0)


def _wanted(texts: Sequence[str]) -> int:
    longest = max(map(len, texts), default=0)
    return longest + 1 if longest <= SHORT else min(WIDE, max(SHORT, sum(map(len, texts)) // len(texts)))
