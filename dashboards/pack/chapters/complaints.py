"""Klager i Ankestyrelsen: complaints to the appeals board by its own outcomes, which the committee asked in 2022 to follow."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.figures.figure import Ask, dimensions_of
from dashboards.pack.caveats import counted_by, few
from dashboards.pack.occasion import DAY, Occasion, period
from dashboards.pack.paper import Entry, Footnote, Grid, Heading, Part, Value, value
from dashboards.view import Answers
from dashboards.words.danish import WORDS, day, word


def questions(occasion: Occasion) -> Mapping[str, Ask]:
    return {f"complaints {unit}": occasion.ask("complaints", unit=[unit], **period(occasion.until)) for unit in occasion.days}


def parts(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    units = tuple(occasion.days)
    by_unit = {unit: answers[f"complaints {unit}"] for unit in units}
    rows: list[tuple[Entry, ...]] = []
    tried = {
        unit: int(
            (by_unit[unit].value(measure="overturned") or 0) + (by_unit[unit].value(measure="decided", outcome="upheld") or 0)
        )
        for unit in units
    }
    for cell in by_unit[units[0]].cells:
        dimensions = dimensions_of(cell)
        percent = cell["measure"] == "overturned_percent"
        numbers = (
            value(by_unit[unit], "procent" if percent else None, of=tried[unit] if percent else None, **dimensions)
            for unit in units
        )
        label = WORDS[cell["measure"]]
        if "outcome" in cell:
            label += f": {word('outcome', cell['outcome'], occasion.codes).lower()}"
        rows.append((label, *numbers))
    first, after = occasion.until
    numbers = [each for row in rows for each in row if isinstance(each, Value)]
    grid = Grid(
        "",
        f"Klager {day(first)} – {day(after - DAY)}",
        ("Klager", *(occasion.unit(unit) for unit in units)),
        tuple(rows),
        (
            *counted_by(*by_unit.values()),
            Footnote("Stadfæstet betyder, at Ankestyrelsen var enig med kommunen; det er ikke en omgjort sag."),
            Footnote("Hjemvist betyder, at kommunen skal afgøre sagen igen; afgørelsen kan blive den samme."),
            *few(numbers),
        ),
        key=True,
    )
    return Heading(2, "Klager i Ankestyrelsen"), grid
