"""Equal numbers that mean different things: the reader will take them for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from dashboards.pack.paper import StatusPaper, Value
from dashboards.pack.traps.trap import Trap
from dashboards.published.status_days import Printed
from dashboards.words.danish import word
from dashboards.words.language import Language

ID = "ens-tal"
LEAST = 9
"""Smaller numbers are equal too often for it to mean anything."""


def equal_values(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """A number that stands in the paper, or in one before it, for more than one thing: cells, and the change between status days."""
    meanings: dict[float, dict[str, str]] = defaultdict(dict)
    quoted: set[float] = set()
    for number, key, text in (*_cells(paper), *_changes(paper, translate)):
        quoted.add(number)
        meanings[number].setdefault(key, text)
    for number, key, text in _earlier(paper, translate):
        if number in quoted:
            meanings[number].setdefault(key, text)
    return [
        Trap(
            ID,
            translate.number(number),
            translate(
                "Tallet {number} betyder flere ting: {things}.", number=translate.number(number), things="; ".join(of.values())
            ),
            translate("Skriv ved hvert af dem, hvad det tæller; de hænger ikke sammen, fordi de er ens."),
        )
        for number, of in sorted(meanings.items())
        if len(of) > 1
    ]


def _cells(paper: StatusPaper) -> Iterator[tuple[float, str, str]]:
    quoted = {grid.id for grid in paper.counted if grid.key}
    for where, value in paper.values:
        if value.number is not None and value.number >= LEAST and (where in quoted or not where.startswith(("Tabel", "Figur"))):
            yield value.number, f"{_meant_by(value)} {value.unit}", f"{where}: {_named(paper, value)} ({value.unit})"


def _meant_by(value: Value) -> str:
    return _what(value.answer.ask.figure.id, value.answer.ask.question.unit, value.dimensions)


def _meant(one: Printed) -> str:
    return _what(str(one.published.figure), one.published.parameters.get("unit", ()), one.published.cell)


def _what(figure: str, units: Sequence[str], dimensions: Mapping[str, Any]) -> str:
    """What is counted, whatever the day."""
    return f"{figure} {sorted(units)} {sorted((name, str(said)) for name, said in dimensions.items() if name != 'valid_at')}"


def _named(paper: StatusPaper, value: Value) -> str:
    said = [word(name, each, paper.of.codes) for name, each in value.dimensions.items()]
    return ", ".join((value.answer.ask.figure.title_da, *said))


def _changes(paper: StatusPaper, translate: Language) -> Iterator[tuple[float, str, str]]:
    """How much each unit's stock moved from one status day to the next."""
    for grid in paper.counted:
        stocks = [each for each in grid.values if grid.key and each.answer.ask.figure.id == "caseload" and each.unit == "sager"]
        for before, after in pairwise(stocks):
            if before.dimensions["unit"] == after.dimensions["unit"] and None not in (before.number, after.number):
                moved = abs((after.number or 0) - (before.number or 0))
                if moved >= LEAST:
                    days = (word("valid_at", each.dimensions["valid_at"], paper.of.codes) for each in (before, after))
                    unit = paper.of.unit(after.dimensions["unit"], translate)
                    said = translate("forskellen i {unit} fra {first} til {last}", unit=unit, first=next(days), last=next(days))
                    yield moved, f"moved {after.dimensions}", said


def _earlier(paper: StatusPaper, translate: Language) -> Iterator[tuple[float, str, str]]:
    """What papers have printed before, in their own words."""
    counted = {_meant_by(value) for _, value in paper.values}
    for one in paper.of.ledger:
        said = one.published
        if said.value is not None and said.value >= LEAST and said.figure not in (None, "survey"):
            if _meant(one) in counted:
                continue
            words = ", ".join(word(name, each, paper.of.codes) for name, each in said.cell.items())
            yield said.value, _meant(one), translate("trykt i {paper}: {what}", paper=one.paper, what=words)
