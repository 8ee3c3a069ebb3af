"""The published numbers of a case, a line each: where it stands as printed, and the event by which the case counts in it or does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from dashboards.case.event_clauses import event_clause
from dashboards.case.words import label
from dashboards.drilldown.cell import address_of
from dashboards.drilldown.inclusion import Inclusion, Reason, in_words
from dashboards.drilldown.number_names import NumberName, number_name
from dashboards.figures.parameters import PARAMETERS
from dashboards.published.ledger import as_printed, earlier_version
from dashboards.published.municipality import Municipality
from dashboards.words.danish import word
from dashboards.words.language import Language, later
from journey.events import Referred
from journey.events.publications import CommitteePaper

MOST_CELLS = 6
"""Cells that one line names; more of them are counted."""

EXCLUSIONS: Mapping[str, str] = {
    "include_assessing": later("{event}, og sager under udredning tælles ikke med her"),
    "include_out_of_scope": later("{event}, og medfulgte sager uden for HOI tælles ikke med her"),
    "left": later("{event}"),
    "not_yet": later("sagen først blev henvist til {unit} {day}"),
    "instead": later("{event}, og sagen tæller i stedet under {cells}"),
    "supported": later("{event}, så sagen havde støtte, og det er ikke det, tallet tæller"),
    "assessing": later("{event}, så sagen var under udredning, og det er ikke det, tallet tæller"),
    "waiting": later("{event}, så sagen ventede, og det er ikke det, tallet tæller"),
    "unit": later("{event}, i en anden enhed"),
    "period": later("{event}, uden for perioden"),
    "narrowed": later("{event}, og tallet tæller kun {parameter}: {asked}"),
    "nothing": later("sagen ikke havde det, som tallet tæller"),
    "unknown": later("registret ikke kendte sagen endnu: den første hændelse blev registreret {known}"),
}
"""Why a case is not in a published number, as a clause."""
WITHOUT_EVENT: Mapping[str, str] = {
    "not_open": later("registret ikke kendte nogen henvisning af sagen"),
    "unknown": later("registret ikke kendte sagen"),
}
"""The same where no event of the case says why."""


class PublishedLine(Struct, frozen=True):
    """A published number, or several of one question that the case is out of for one reason."""

    title: str
    """Where it stands in the paper, unit, day, cell, and the number as printed."""
    paper: str
    because: str
    """The event that decided, as a clause; empty where none did."""
    address: str
    """The address of the number's cases; empty where the case is not one of them."""
    counted: bool | None
    """None where that is not known: the number is of an earlier version of its figure, by which nothing is counted any more."""


def published(inclusions: Iterable[Inclusion], municipality: Municipality, translate: Language) -> tuple[PublishedLine, ...]:
    """The lines of every published number in the ledger's order; those of a question that the case is out of for one reason are one."""
    lines: list[PublishedLine] = []
    for _, of_question in groupby(inclusions, key=lambda each: id(each.ask)):
        out: dict[tuple[str, str], list[Inclusion]] = {}
        earlier: list[Inclusion] = []
        for each in of_question:
            if each.part is None:
                earlier.append(each)
            elif each.part:
                lines.append(_counted(each, municipality, translate))
            else:
                out.setdefault((_head(each, municipality, translate), _why_not(each, translate)), []).append(each)
        lines += [
            PublishedLine(
                _title(head, numbers, translate), _paper(numbers[0].published.paper, translate), because, "", counted=False
            )
            for (head, because), numbers in out.items()
        ]
        if earlier:
            lines.append(_earlier(earlier, municipality, translate))
    return tuple(lines)


def _counted(each: Inclusion, municipality: Municipality, translate: Language) -> PublishedLine:
    because = event_clause(each.event, each.ask.question.codes, translate) if each.event else ""
    address = address_of(each.ask, each.published.cell, translate.code)
    title = _title(_head(each, municipality, translate), [each], translate)
    return PublishedLine(title, _paper(each.published.paper, translate), because, address, counted=True)


def _earlier(numbers: Sequence[Inclusion], municipality: Municipality, translate: Language) -> PublishedLine:
    """One line for the numbers of a figure published by an earlier version of its definition."""
    published = numbers[0].published
    because = translate("opgjort efter udgave {version}", version=earlier_version(published))
    head = _head(numbers[0], municipality, translate)
    return PublishedLine(head, _paper(published.paper, translate), because, "", counted=None)


def _title(head: str, numbers: Sequence[Inclusion], translate: Language) -> str:
    """The head, and each cell with its number as printed."""
    named = [(_name(each, translate).cell, as_printed(each.published, translate)) for each in numbers]
    cells = [f"{cell} ({printed})" if cell else f"({printed})" for cell, printed in named]
    more = len(cells) - MOST_CELLS
    if more > 0:
        cells = [*cells[:MOST_CELLS], translate.counted(more, "1 celle til", "{n} celler til")]
    return f"{head}{', ' if named[0][0] else ' '}{' · '.join(cells)}"


def _head(each: Inclusion, municipality: Municipality, translate: Language) -> str:
    """The place of a number in its paper, what it is asked of, and its days."""
    place = municipality.place_of(each.published.id)
    name = _name(each, translate)
    title = translate.given(place) if place else each.ask.figure.title(translate)
    return ", ".join((title, *name.units, *name.scope, *name.when))


def _name(each: Inclusion, translate: Language) -> NumberName:
    return number_name(each.published, each.ask.question, translate)


def _paper(paper: CommitteePaper, translate: Language) -> str:
    return f"{paper.case}, {translate.day(paper.date)}"


def _why_not(each: Inclusion, translate: Language) -> str:
    """The reasons as one clause; an event that more than one of them came of is told once."""
    clauses: list[str] = []
    for reason in each.why_not:
        clause = _exclusion(each, reason, translate)
        if clauses and reason.event is not None and reason.event == each.why_not[0].event:
            clause = clause.removeprefix(event_clause(reason.event, each.ask.question.codes, translate)).removeprefix(", ")
        clauses.append(clause)
    return ", ".join(filter(None, clauses))


def _exclusion(each: Inclusion, reason: Reason, translate: Language) -> str:
    question = each.ask.question
    codes = question.codes
    event = reason.event
    if event is None:
        return translate(WITHOUT_EVENT.get(reason.code, EXCLUSIONS["nothing"]))
    referred = event.event if isinstance(event.event, Referred) else None
    return translate(
        EXCLUSIONS[reason.code],
        unit=label(codes, "units", referred.unit, translate) if referred else "",
        day=translate.day(event.valid_at),
        event=event_clause(event, codes, translate),
        known=translate.day(event.known_day),
        cells=" · ".join(in_words(cell, codes, translate) for cell in reason.cells),
        parameter=translate(PARAMETERS[reason.parameter].label).lower() if reason.parameter else "",
        asked=word(reason.parameter, getattr(question, PARAMETERS[reason.parameter].field), codes, translate)
        if reason.parameter
        else "",
    )
