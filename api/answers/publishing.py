"""A figure published: asked, its cells frozen, and the event recorded in the ledger once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

import msgspec
from msgspec import UNSET, Struct

from api.clock import now
from api.register.answer import Answer
from api.register.register import Register
from dashboards.figures.question import parameters_of
from journey.events import FigurePublished, Withdrawn
from journey.exchange.importing import new_id
from journey.exchange.interchange import OWN_SOURCE, parse_line
from journey.exchange.lines import Declared, line_context
from journey.history import COPENHAGEN, Recorded
from journey.log.store import Log
from journey.log.stored import STREAM, Entry
from journey.problem import Problem
from journey.publishing import LEDGER, publication_id, publish
from journey.refusals import Refused


class Order(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is asked for: which figure, asked what, for which paper, and who does it."""

    figure: str
    paper_case: str
    paper_title: str
    paper_date: date
    by: str
    parameters: dict[str, str | list[str]] = {}
    known_at: str | None = None
    notes: list[str] = []
    correction: str | None = None
    """Why an earlier publication of the same for the same paper is withdrawn."""

    @property
    def given(self) -> Mapping[str, Sequence[str]]:
        """The parameters as a person's words."""
        return {name: value if isinstance(value, list) else [value] for name, value in self.parameters.items()}


class PublicationResult(Struct, frozen=True):
    """What came of it; the same, however often it is asked for."""

    id: str
    figure: str
    position: int
    """Of the publication in the log."""
    known_position: int
    """What the register knew, when the figure was counted."""
    known_at: str | None
    """When it was recorded now; None where it stood already."""
    cells: int
    is_new: bool


def publish_figure(register: Register, log: Log, order: Order, answer: Answer, key: str) -> PublicationResult:
    """Freeze the answer and record it once under the key.

    Raises Refused: `published_otherwise`, `bad_value` and `personal_number` with the field, `command_reused`.
    """
    proposed = entry_of(register, order, answer)
    correction = reason_of(register, order)

    def decide(known: list[Recorded]) -> Sequence[Entry]:
        return publish(known, proposed, new_id(), correction)

    receipt = log.record(key, LEDGER, msgspec.json.encode(order, order="deterministic"), decide)
    position = (receipt.positions or receipt.known)[-1]
    event = next(each.event for each in log.history(LEDGER, position) if each.position == position)
    frozen = event.frozen if isinstance(event, FigurePublished) else UNSET
    if not isinstance(event, FigurePublished) or frozen is UNSET:
        raise TypeError(position)
    recorded = receipt.known_at and receipt.known_at.astimezone(COPENHAGEN).isoformat()
    return PublicationResult(
        event.id, order.figure, position, frozen.position, recorded, len(frozen.cells), bool(receipt.positions)
    )


def entry_of(register: Register, order: Order, answer: Answer) -> Entry:
    """The event as a line of the interchange format would say it, and read as such, so that the same is refused."""
    for place in ("by", "paper_case", "paper_title"):
        if getattr(order, place).isspace():
            raise Refused("bad_value", "må ikke være tom", place=place)
    parameters = parameters_of(answer.figure.takes, answer.question)
    name = publication_id(order.figure, parameters, order.paper_case)
    data: dict[str, object] = {
        "id": name,
        "figure": order.figure,
        "parameters": parameters,
        "cell": {},
        "value": None,
        "qualifier": "exact",
        "paper": {"case": order.paper_case, "title": order.paper_title, "date": order.paper_date},
        "notes": order.notes,
        "frozen": {
            "cells": list(answer.cells),
            "version": answer.figure.version,
            "position": answer.question.position,
            "codes": register.codes.digest,
        },
    }
    found = _read(register, order, "figure_published", name, data)
    if isinstance(found, list):
        raise Refused(found[0].code, found[0].reason, place=found[0].field)
    return found


def reason_of(register: Register, order: Order) -> str | None:
    """Why what stands is withdrawn, where it is: a code of the list `withdrawals`. Raises Refused (`bad_value`, `personal_number`)."""
    if order.correction is None:
        return None
    found = _read(register, order, "withdrawn", "withdrawal", {"source_id": order.figure, "reason": order.correction})
    if isinstance(found, list):
        worst = next((problem for problem in found if problem.code == "personal_number"), found[0])
        raise Refused(worst.code, worst.reason, place="correction")
    return cast(Withdrawn, found.event).reason


def _read(register: Register, order: Order, kind: str, name: str, data: dict[str, object]) -> Entry | list[Problem]:
    """What a line of the ledger would say, read as one."""
    line = {
        "stream": LEDGER.removeprefix(STREAM),
        "kind": kind,
        "valid_at": order.paper_date,
        "by": order.by,
        "source": OWN_SOURCE,
        "source_id": name,
        "data": data,
    }
    return parse_line(
        msgspec.json.encode(line), line_context(register.codes, now(), new_id, declared=Declared(register.settings.person_ids))
    )


def day_of(text: str, place: str) -> date:
    """The day that a person wrote for a paper. Raises Refused (`bad_parameter`) with the place."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("bad_parameter", f"{text} er ikke en dag på formen 2025-02-01.", place=place) from None
