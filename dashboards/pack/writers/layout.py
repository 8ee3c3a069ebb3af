"""What the writers say in the same words, and how a table's columns stand."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.pack.paper import Drawing, Grid, Prompt, Value

LEGEND = (
    "Tekst på gul bund er et udkast, som sekretæren skal læse og rette eller skrive. Resten er talt af registrets hændelser. Fjern "
    "denne boks, den gule bund og bilag 3, før sagen sendes."
)
NO_PICTURE = "Figuren er ikke tegnet, fordi der ikke er en Chrome eller Chromium på maskinen."
DRAFT_STYLE = "Til redigering"


def under(drawing: Drawing) -> tuple[str, ...]:
    """What stands below a figure: the reason of each numbered break, and where its numbers are from."""
    return (*(f"Brud {nth}, {why}" for nth, why in enumerate(drawing.breaks, start=1)), drawing.origin)


def asked(prompt: Prompt) -> str:
    """A prompt as the secretary meets it."""
    return f"[Til redigering: {prompt.text}]"


def numeric_columns(grid: Grid) -> tuple[bool, ...]:
    """For each column whether it holds numbers, which stand to the right."""
    return tuple(any(isinstance(row[at], Value) for row in grid.rows) for at in range(len(grid.heads)))


ROWS_ON_ONE_PAGE = 14
"""A table of up to so many rows is kept on one page."""
NARROW, SHORT, WIDE, LINE = 8, 20, 60, 76
"""Characters: of the narrowest column, of what stays on one line, of a column that is wide enough, and of all columns together."""


def column_widths(grid: Grid) -> tuple[int, ...]:
    """How wide the columns are to each other: no word is broken but a long one, and what is left goes to those with much to say."""
    columns = [
        [entry if isinstance(entry, str) else entry.text for entry in (row[at] for row in grid.rows)]
        for at in range(len(grid.heads))
    ]
    least = _fitted([_least((head, *texts)) for head, texts in zip(grid.heads, columns, strict=True)])
    wanted = [max(low, _wanted(texts)) for low, texts in zip(least, columns, strict=True)]
    room, more = max(LINE - sum(least), 0), sum(wanted) - sum(least)
    given = min(room / more, 1) if more else 0
    return tuple(round(low + (wish - low) * given) for low, wish in zip(least, wanted, strict=True))


def _fitted(least: list[int]) -> list[int]:
    """Where the line is too short for all the longest words, it is the long ones that are hyphenated: never a number."""
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
