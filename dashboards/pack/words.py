"""What the writers say in the same words, and how a table's columns stand."""

from __future__ import annotations

from dashboards.pack.paper import Grid, Prompt, Value

LEGEND = (
    "Tekst på gul bund er et udkast, som sekretæren skal læse og rette eller skrive. Resten er talt af registrets hændelser. Fjern "
    "denne boks, den gule bund og bilag 3, før sagen sendes."
)
NO_PICTURE = "Figuren er ikke tegnet, fordi der ikke er en Chrome eller Chromium på maskinen; tallene står i tabellen før den."
DRAFT_STYLE = "Til redigering"


def asked(prompt: Prompt) -> str:
    """A prompt as the secretary meets it."""
    return f"[Til redigering: {prompt.asks}]"


def to_the_right(grid: Grid) -> tuple[bool, ...]:
    """For each column whether it holds numbers, which stand to the right."""
    return tuple(any(isinstance(row[at], Value) for row in grid.rows) for at in range(len(grid.heads)))


TOGETHER = 14
"""A table of up to so many rows is kept on one page."""
NARROW, WIDE = 8, 34


def shares(grid: Grid) -> tuple[int, ...]:
    """How wide the columns are to each other: what is longest in each, numbers narrow and words not too wide."""
    return tuple(
        max(NARROW, longest_word + 3, min(WIDE, max(longest, len(head) // 3)))
        for at, head in enumerate(grid.heads)
        for texts in [[entry if isinstance(entry, str) else entry.text for entry in (row[at] for row in grid.rows)]]
        for longest in [max(map(len, texts), default=0)]
        for longest_word in [max((len(word) for text in (head, *texts) for word in text.split()), default=0)]
    )
