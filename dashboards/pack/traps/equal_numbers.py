"""Traps of equal numbers that count different things."""

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
"""The smallest number looked at: smaller ones are equal too often."""


def equal_values(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The numbers that stand for more than one thing: in cells, in changes between status days, and in earlier papers."""
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
            yield value.number, f"{_key_of_value(value)} {value.unit}", f"{where}: {_named(paper, value)} ({value.unit})"


def _key_of_value(value: Value) -> str:
    return _key(value.answer.ask.figure.id, value.answer.ask.question.unit, value.dimensions)


def _key_of_printed(printed: Printed) -> str:
    publication = printed.published
    return _key(str(publication.figure), publication.parameters.get("unit", ()), publication.cell)


def _key(figure: str, units: Sequence[str], dimensions: Mapping[str, Any]) -> str:
    """The key of what is counted, on whatever day."""
    return f"{figure} {sorted(units)} {sorted((name, str(code)) for name, code in dimensions.items() if name != 'valid_at')}"


def _named(paper: StatusPaper, value: Value) -> str:
    words = [word(name, each, paper.of.codes) for name, each in value.dimensions.items()]
    return ", ".join((value.answer.ask.figure.title_da, *words))


def _changes(paper: StatusPaper, translate: Language) -> Iterator[tuple[float, str, str]]:
    """The change of each unit's caseload from one status day to the next."""
    for grid in paper.counted:
        stocks = [each for each in grid.values if grid.key and each.answer.ask.figure.id == "caseload" and each.unit == "sager"]
        for before, after in pairwise(stocks):
            if before.dimensions["unit"] == after.dimensions["unit"] and None not in (before.number, after.number):
                moved = abs((after.number or 0) - (before.number or 0))
                if moved >= LEAST:
                    days = (word("valid_at", each.dimensions["valid_at"], paper.of.codes) for each in (before, after))
                    unit = paper.of.unit(after.dimensions["unit"], translate)
                    text = translate("forskellen i {unit} fra {first} til {last}", unit=unit, first=next(days), last=next(days))
                    yield moved, f"moved {after.dimensions}", text


def _earlier(paper: StatusPaper, translate: Language) -> Iterator[tuple[float, str, str]]:
    """The numbers that papers have printed before."""
    counted = {_key_of_value(value) for _, value in paper.values}
    for printed in paper.of.ledger:
        publication = printed.published
        if publication.value is not None and publication.value >= LEAST and publication.figure not in (None, "survey"):
            if _key_of_printed(printed) in counted:
                continue
            words = ", ".join(word(name, each, paper.of.codes) for name, each in publication.cell.items())
            yield (
                publication.value,
                _key_of_printed(printed),
                translate("trykt i {paper}: {what}", paper=printed.paper, what=words),
            )
