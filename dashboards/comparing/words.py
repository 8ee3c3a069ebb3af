"""Hvem gik, hvem kom in words: the sum, the cells, each case with what did it, and the table of the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from dashboards.case.words import in_short, kind_word
from dashboards.comparing.between import Between, CaseBetween, CellBetween, Part
from dashboards.drilldown.inclusion import in_words
from dashboards.figures.followed import list_cautions
from dashboards.figures.table import Table, known_text, scope
from dashboards.words.language import DANISH, Language, later
from journey.events import NAMES, Event
from journey.history import COPENHAGEN

TITLE = later("Hvem gik, hvem kom")
HEADINGS = {
    "left": later("Kun den første dag: gik"),
    "came": later("Kun den anden dag: kom"),
    "moved": later("Begge dage, men i en anden celle"),
    "changed": later("Begge dage, men med et andet antal"),
    "stayed": later("Begge dage, uændret"),
}
"""The heading of the list of the cases that did each of `between.WAYS`."""
BY_TIME = later("tiden alene: ingen hændelse i sagen")
NO_CAUSE = later("ingen enkelt hændelse i sagen")
MANY = later(
    "Der er for mange sager til at finde, hvad der gjorde det: vælg én celle, færre enheder eller to dage nærmere hinanden."
)
UNKNOWN_DAY = later(
    "Registret er dækket fra {first} til {last}. {day} er ikke kendt, så hvem der gik, og hvem der kom, kan ikke siges."
)
NOTHING_COVERED = later("Registret er ikke dækket på nogen dag, så hvem der gik, og hvem der kom, kan ikke siges.")
SUM = later("{first} {unit} − {left} gik + {came} kom = {last} {unit}")


def sum_in_words(found: Between, translate: Language = DANISH) -> str:
    """The sum in cases: those of the first day, less those that left, and those that came, are those of the second."""
    first, left, came, last = map(translate.number, found.counts)
    return translate(SUM, first=first, left=left, came=came, last=last, unit=translate("sager"))


def not_known(found: Between, translate: Language = DANISH) -> str:
    """The sentence where a day is not covered; empty where both are."""
    if not found.unknown:
        return ""
    covered = found.covered
    if covered.first is None or covered.last is None:
        return translate(NOTHING_COVERED)
    days = " · ".join(map(translate.day, found.unknown))
    return translate(UNKNOWN_DAY, first=translate.day(covered.first), last=translate.day(covered.last), day=days)


def cell_in_words(part: Part, found: Between, translate: Language = DANISH) -> str:
    return in_words(dict(part), found.last.question.codes, translate)


def cells_in_words(parts: Sequence[Part], found: Between, translate: Language = DANISH) -> str:
    return " · ".join(cell_in_words(part, found, translate) for part in parts)


def way_in_words(case: CaseBetween, found: Between, translate: Language = DANISH) -> str:
    """The cells of a case in words: those it was in, those it is in, or from which to which it went."""
    if not case.after or not case.before:
        return cells_in_words([*case.before, *case.after], found, translate)
    gone, new = cells_in_words(case.gone, found, translate), cells_in_words(case.new, found, translate)
    if gone and new:
        return translate("fra {gone} til {new}", gone=gone, new=new)
    if gone or new:
        return translate("ikke mere {cells}", cells=gone) if gone else translate("nu også {cells}", cells=new)
    numbers = (
        f"{cell_in_words(part, found, translate)}: {translate.number(case.before[part])} → {translate.number(case.after[part])}"
        for part in case.before
        if case.before[part] != case.after[part]
    )
    return " · ".join(numbers) or cells_in_words([*case.after], found, translate)


def cause_in_words(case: CaseBetween, found: Between, translate: Language = DANISH) -> str:
    """Trigger in words: the event, what time did, or that no single event of the case did it."""
    if case.cause is None:
        return "" if case.way == "stayed" else translate(NO_CAUSE)
    if case.cause.event is not None:
        return in_short(case.cause.event.event, found.last.question.codes, translate)
    return _by_time(case, case.cause.day, found, translate)


def _by_time(case: CaseBetween, day: date, found: Between, translate: Language) -> str:
    sentences = found.last.figure.by_time
    way = "moved" if case.before and case.after else case.way  # of a chosen cell it left or came within the figure
    sentence = sentences.get(way) or sentences.get("moved")
    if sentence is None:
        return translate(BY_TIME)
    bands = [str(dict(part).get("band", "")) for part in case.new]
    return translate(
        sentence,
        years=bands[0].split("-")[0].rstrip("+") if bands else "",
        window=found.last.question.window,
        day=translate.day(day),
    )


def causes_in_words(cases: Sequence[CaseBetween], found: Between, translate: Language = DANISH) -> list[tuple[str, int]]:
    """Number of the cases that each cause moved, the most frequent first: an end or a transfer with its reason, others by their kind."""
    return Counter(_cause(case, found, translate) for case in cases).most_common()


def _cause(case: CaseBetween, found: Between, translate: Language) -> str:
    event = case.cause and case.cause.event
    if event is None:
        return cause_in_words(case, found, translate)
    with_reason = "reason" in type(event.event).codes
    return (
        in_short(event.event, found.last.question.codes, translate) if with_reason else kind_word(type(event.event), translate)
    )


def rows_of(found: Between) -> list[tuple[str, ...]]:
    """A row for each case, for a table in Danish."""
    rows: list[tuple[str, ...]] = []
    for way, heading in HEADINGS.items():
        cases = found.that(way)
        if not cases:
            continue
        rows.append((DANISH(heading), "", "", "", DANISH.number(len(cases))))
        rows += [
            (
                f"– {case.case}",
                way_in_words(case, found),
                cause_in_words(case, found),
                DANISH.short(case.cause.day) if case.cause else "",
                "",
            )
            for case in cases
        ]
    return rows


def between_table(found: Between) -> Table:
    """The comparison as a table, with the sum and both days in its notes."""
    question, figure = found.last.question, found.last.figure
    first, last = map(DANISH.day, found.days)
    known = known_text(question.position, DANISH.moment(found.moment))
    unknown = not_known(found)
    notes = [
        f"{first} og {last} · som registret vidste det {known}.",
        scope(question, figure),
        unknown or f"{sum_in_words(found)}.",
        *list_cautions(figure, found.covered.followed, DANISH),
    ]
    heads = ("Sag", "Celle", "Hvad der gjorde det", "Gælder fra", "Sager")
    rows = () if unknown else tuple(rows_of(found))
    return Table(f"{TITLE}: {figure.title_da}", heads, rows, tuple(note for note in notes if note))


def between_json(found: Between) -> dict[str, Any]:
    """The comparison as JSON: of what days nothing is known of it gives the cells all the same, with the days that are covered."""
    first, left, came, last = found.counts
    return {
        "valid_from": found.days[0].isoformat(),
        "valid_at": found.days[1].isoformat(),
        "covered": found.covered.json,
        "cell": None if found.chosen is None else dict(found.chosen),
        "first": first,
        "left": left,
        "came": came,
        "last": last,
        "cells": [_cell_json(each) for each in found.cells],
        "cases": [_case_json(each, found) for each in found.cases],
    }


def _cell_json(each: CellBetween) -> dict[str, Any]:
    steps = {"left": each.left, "gone": each.gone, "changed": each.changed, "new": each.new, "came": each.came}
    return {"cell": dict(each.cell), "first": each.before, **steps, "last": each.after, "adds_up": each.adds_up}


def _case_json(case: CaseBetween, found: Between) -> dict[str, Any]:
    event = case.cause and case.cause.event
    return {
        "case": case.case,
        "way": case.way,
        "first": [{**dict(part), "value": value} for part, value in case.before.items()],
        "last": [{**dict(part), "value": value} for part, value in case.after.items()],
        "day": case.cause and case.cause.day.isoformat(),
        "cause": cause_in_words(case, found) or None,
        "event": event
        and {
            "position": event.position,
            "kind": NAMES[type(event.event)],
            "valid_at": event.valid_at.isoformat(),
            "known_at": event.known_at.astimezone(COPENHAGEN).isoformat(),
            "codes": _codes_of(event.event),
        },
    }


def _codes_of(event: Event) -> dict[str, Any]:
    """The coded fields that the event says, which are no pseudonyms."""
    return {
        name: value for name, value in msgspec.to_builtins(event).items() if name in type(event).codes and value is not None
    }
