"""Complaints (klager) and their answers; a case need not be open to have one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from journey.events import ComplaintDecided, ComplaintReassessed, ComplaintReceived
from projections.fold import Book, Projection, Row, Step


class ComplaintRow(Row, frozen=True):
    """One complaint: when it was received, and each answer with its outcome and day."""

    complaint: str
    received: date
    reassessed: str | None = None
    reassessed_on: date | None = None
    decided: str | None = None
    decided_on: date | None = None


_Rows = Mapping[str, ComplaintRow]


def _fold(rows: _Rows, step: Step, book: Book) -> _Rows:
    event, day = step.recorded.event, step.recorded.valid_at
    if step.before is step.after:
        return rows
    match event:
        case ComplaintReceived():
            row = ComplaintRow(event.complaint, day)
            book.add(row)
        case ComplaintReassessed():
            row = replace(rows[event.complaint], reassessed=event.outcome, reassessed_on=day)
            book.replace(rows[event.complaint], row)
        case ComplaintDecided():
            row = replace(rows[event.complaint], decided=event.outcome, decided_on=day)
            book.replace(rows[event.complaint], row)
        case _:
            return rows
    return {**rows, event.complaint: row}


complaints = Projection(
    ComplaintRow, _fold, (ComplaintReceived, ComplaintReassessed, ComplaintDecided), ("(case_id)",), MappingProxyType({})
)
