"""The preview of the figures in words: its numbers and its cases as lines, for the page, and as the tables of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from dashboards import site
from dashboards.case.words import in_short
from dashboards.comparing.between import CaseBetween
from dashboards.comparing.preview import FigurePreview, NumberPreview, PreviewCause, TablePreview, Value
from dashboards.comparing.words import MANY, NO_CAUSE, way_in_words
from dashboards.coverage import Covered
from dashboards.drilldown.inclusion import in_words
from dashboards.drilldown.number_names import number_name
from dashboards.figures.decimals import shown
from dashboards.figures.figure import dimensions_of
from dashboards.figures.followed import list_cautions
from dashboards.figures.table import Table, without_repeats
from dashboards.view import WHY
from dashboards.words.language import DANISH, Language, later
from journey.events import NAMES
from journey.history import Recorded

WAYS = {
    "left": later("Går ud af tabellen"),
    "came": later("Kommer ind i tabellen"),
    "moved": later("Bliver i tabellen, i en anden celle"),
}
"""The heading of the list of the cases that would do each of `between.WAYS`."""
TITLES = {
    1: later("Tabel 1: sager i {unit} pr. {day}, efter støtte"),
    2: later("Tabel 2: sager i {unit} pr. {day}, efter forsørgelse og uden dem under udredning"),
}
NOTHING = {
    False: later("Leverancen ændrer ingen af tallene."),
    True: later("At fortryde leverancen ændrer ingen af tallene."),
}
"""The sentence where no number moves, by whether a delivery would be undone."""
NO_PUBLISHED = later("Ingen af de offentliggjorte tal ændres.")
MOST = 1_000
"""So many cases of a list are named."""


class NumberLine(Struct, frozen=True):
    """A number as it stands and as it would stand, in words."""

    figure: str
    name: str
    before: str
    after: str
    difference: str
    moves: bool


class CaseLine(Struct, frozen=True):
    """A case that leaves or comes, in words; without an address where the register does not have it yet."""

    case: str
    address: str
    cells: str
    cause: str
    day: date | None


class CaseLines(Struct, frozen=True):
    """The cases that would do one thing."""

    way: str
    title: str
    count: int
    lines: Sequence[CaseLine]
    left_out: int


class TableLines(Struct, frozen=True):
    """Tabel 1 or 2 in words."""

    number: int
    title: str
    cells: Sequence[NumberLine]
    """The last is the number of cases."""
    beside: Sequence[NumberLine]
    lists: Sequence[CaseLines]
    note: str
    """Why no event is named, where there are too many cases."""


class PreviewLines(Struct, frozen=True):
    """The preview as the page shows it."""

    nothing: str
    """The sentence where no number moves; empty where one does."""
    known: str
    tables: Sequence[TableLines]
    moving: Sequence[NumberLine]
    standing: Sequence[NumberLine]
    """The published numbers that stand as they did."""
    cautions: Sequence[str]
    """Of the published figures that count what comes of lists with only today's value."""


def preview_lines(found: FigurePreview, translate: Language = DANISH) -> PreviewLines:
    """The preview in words."""
    published = [_number_line(number, _published_name(number, translate), translate) for number in found.published]
    return PreviewLines(
        "" if found.moves else translate(NOTHING[found.undo]),
        _known(found, translate),
        [_table_lines(table, found, translate) for table in found.tables],
        [line for line in published if line.moves],
        [line for line in published if not line.moves],
        _cautions(found, translate),
    )


def _cautions(found: FigurePreview, translate: Language) -> list[str]:
    figures = {number.ask.figure.id: number.ask.figure for number in found.published}
    followed = found.covered[1].followed
    return [*dict.fromkeys(caution for figure in figures.values() for caution in list_cautions(figure, followed, translate))]


def _known(found: FigurePreview, translate: Language) -> str:
    """The position that nothing is recorded after, and the days covered before and after."""
    position = translate.number(found.position)
    before, after = (_days(covered, translate) for covered in found.covered)
    return translate(
        "Talt som registret er nu (position {position}), og som det ville være bagefter; intet er registreret. Registret er dækket "
        "{before}; bagefter {after}.",
        position=position,
        before=before,
        after=after,
    )


def _days(covered: Covered, translate: Language) -> str:
    if covered.first is None or covered.last is None:
        return translate("på ingen dag")
    return translate("fra {first} til {last}", first=translate.day(covered.first), last=translate.day(covered.last))


def _value(value: Value, number: NumberPreview, translate: Language) -> str:
    counted, why = value
    return translate(WHY[why]) if why in WHY else shown(counted, number.ask.figure.unit, number.cell, translate)


def _number_line(number: NumberPreview, name: str, translate: Language) -> NumberLine:
    moved = number.difference if number.moves else 0
    difference = "" if moved is None else translate.signed(moved)
    before, after = (_value(value, number, translate) for value in (number.before, number.after))
    return NumberLine(number.ask.figure.title(translate), name, before, after, difference, number.moves)


def _published_name(number: NumberPreview, translate: Language) -> str:
    """The name of a published number among those of its figure."""
    if number.published is None:
        return _cell_name(number, translate)
    return number_name(number.published, number.ask.question, translate).line


def _cell_name(number: NumberPreview, translate: Language) -> str:
    cell = {name: value for name, value in number.cell.items() if name not in ("unit", "valid_at")}
    return in_words(cell, number.ask.question.codes, translate) or number.ask.figure.title(translate)


def _table_lines(table: TablePreview, found: FigurePreview, translate: Language) -> TableLines:
    question = table.between.last.question
    unit = translate.label(question.codes["units"].codes[question.unit[0]])
    lists = [_case_lines(way, table, found, translate) for way in WAYS]
    changed = table.between.that(*WAYS)
    return TableLines(
        table.number,
        translate(TITLES[table.number], unit=unit, day=translate.day(found.day)),
        [*(_number_line(number, _cell_name(number, translate), translate) for number in table.cells), _whole(table, translate)],
        [_number_line(number, _cell_name(number, translate), translate) for number in table.beside],
        [each for each in lists if each.count],
        translate(MANY) if any(each.case not in table.causes for each in changed) else "",
    )


def _whole(table: TablePreview, translate: Language) -> NumberLine:
    """The line of all cells: the cases of the table."""
    first, _, _, last = table.between.counts
    known = all(number.before[1] != "unknown" for number in table.cells)
    before = translate.number(first) if known else translate(WHY["unknown"])
    return NumberLine(
        "",
        translate("I alt"),
        before,
        translate.number(last),
        translate.signed(last - first) if known else "",
        not known or first != last,
    )


def _case_lines(way: str, table: TablePreview, found: FigurePreview, translate: Language) -> CaseLines:
    cases = table.between.that(way)
    lines = [_case_line(case, table, found, translate) for case in cases[:MOST]]
    return CaseLines(way, translate(WAYS[way]), len(cases), lines, max(len(cases) - MOST, 0))


def _case_line(case: CaseBetween, table: TablePreview, found: FigurePreview, translate: Language) -> CaseLine:
    cause = table.causes.get(case.case)
    words = cause_in_words(cause, table, translate) if cause else translate(NO_CAUSE) if case.case in table.causes else ""
    address = ""
    if case.case in found.recorded_cases:
        lang = {"lang": translate.code} if translate.code != "da" else {}
        query = {"valid_at": found.day.isoformat(), "known_at": found.position, **lang}
        address = f"{site.case_page(case.case)}?{urlencode(query)}"
    return CaseLine(case.case, address, way_in_words(case, table.between, translate), words, cause and cause.day)


def cause_in_words(cause: PreviewCause, table: TablePreview, translate: Language = DANISH) -> str:
    """The event in words; of a correction what was withdrawn and what stands in its stead, each with its day."""

    def dated(recorded: Recorded) -> str:
        event = translate.quoted(in_short(recorded.event, table.between.last.question.codes, translate))
        return translate("{event} ({day})", event=event, day=translate.short(recorded.valid_at))

    if cause.withdrawn and cause.instead:
        return translate("rettes fra {withdrawn} til {instead}", withdrawn=dated(cause.withdrawn), instead=dated(cause.instead))
    if cause.withdrawn:
        return translate("annulleres: {event}", event=dated(cause.withdrawn))
    return in_short(cause.event.event, table.between.last.question.codes, translate)


def preview_tables(found: FigurePreview, translate: Language = DANISH) -> list[Table]:
    """The preview as the command line prints it: the published numbers, and last Tabel 1 and 2 with who leaves and who comes."""
    words = preview_lines(found, translate)
    heads = (translate("Nu"), translate("Bagefter"), translate("Forskel"))
    tables = _published_tables(words, heads, translate)
    for table in words.tables:
        notes = [f"{line.figure}: {line.before} → {line.after}." for line in table.beside]
        rows = [(line.name, line.before, line.after, line.difference) for line in table.cells]
        tables.append(Table(table.title, (translate("Celle"), *heads), tuple(rows), tuple(notes)))
        tables += _case_tables(table, translate)
    return [*tables, Table(words.nothing or translate("Hvad det gør ved tallene"), (), (), (words.known, *words.cautions))]


def _published_tables(words: PreviewLines, heads: Sequence[str], translate: Language) -> list[Table]:
    """The published numbers: those that stand as they did, each by one number, and those that move."""
    columns = (translate("Figur"), translate("Tal"))
    standing = without_repeats([(line.figure, line.name, line.after) for line in words.standing], 1)
    moving = without_repeats([(line.figure, line.name, line.before, line.after, line.difference) for line in words.moving], 1)
    tables: list[Table] = []
    if standing:
        title = translate("De offentliggjorte tal, der ikke ændres ({n})", n=translate.number(len(standing)))
        tables.append(Table(title, (*columns, translate("Nu og bagefter")), standing, ()))
    notes = (
        ()
        if moving
        else (translate(NO_PUBLISHED) if standing else translate("Registret har ingen offentliggjorte tal endnu."),)
    )
    tables.append(Table(translate("De offentliggjorte tal, der ændres"), (*columns, *heads), moving, notes))
    return tables


def _case_tables(table: TableLines, translate: Language) -> Iterable[Table]:
    """The lists of a table's cases, one below the other."""
    if not table.lists:
        return ()
    rows: list[tuple[str, ...]] = []
    for each in table.lists:
        rows.append((each.title, "", "", "", translate.number(each.count)))
        rows += [
            (f"– {line.case}", line.cells, line.cause, translate.short(line.day) if line.day else "", "") for line in each.lines
        ]
        if each.left_out:
            rows.append((translate("… og {n} til", n=translate.number(each.left_out)), "", "", "", ""))
    heads = tuple(map(translate, ("Sag", "Celle", "Hvad der gjorde det", "Gælder fra", "Sager")))
    return (
        Table(
            translate("Tabel {n}: hvem går, hvem kommer", n=table.number),
            heads,
            tuple(rows),
            (table.note,) if table.note else (),
        ),
    )


def preview_json(found: FigurePreview) -> dict[str, Any]:
    """The preview as JSON has it."""
    return {
        "position": found.position,
        "valid_at": found.day.isoformat(),
        "covered": {"before": found.covered[0].json, "after": found.covered[1].json},
        "published": [{"id": number.published and number.published.id, **_number_json(number)} for number in found.published],
        "tables": [
            {
                "table": table.number,
                "figure": table.between.last.figure.id,
                "cells": [_number_json(number) for number in (*table.cells, *table.beside)],
                "cases": [_case_json(case, table, found) for case in table.between.that(*WAYS)],
            }
            for table in found.tables
        ],
    }


def _number_json(number: NumberPreview) -> dict[str, Any]:
    (before, _), (after, _) = number.before, number.after
    return {"figure": number.ask.figure.id, "cell": dimensions_of(number.cell), "before": before, "after": after}


def _case_json(case: CaseBetween, table: TablePreview, found: FigurePreview) -> dict[str, Any]:
    cause = table.causes.get(case.case)
    return {
        "case": case.case,
        "recorded": case.case in found.recorded_cases,
        "way": case.way,
        "before": [dict(part) for part in case.before],
        "after": [dict(part) for part in case.after],
        "cause": cause and cause_in_words(cause, table),
        "kind": cause and NAMES[type((cause.instead or cause.event).event)],
        "day": cause and cause.day.isoformat(),
    }
