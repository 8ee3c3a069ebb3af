"""Complaints (klager) and their answers; a case need not be open to have one."""

from __future__ import annotations

from datetime import date

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


class _Fold:
    __slots__ = ("rows",)

    def __init__(self, _classes: object) -> None:
        self.rows: dict[str, ComplaintRow] = {}

    def step(self, step: Step, book: Book) -> None:
        event, day = step.recorded.event, step.recorded.valid_at
        if step.before is step.after:
            return
        match event:
            case ComplaintReceived():
                row = ComplaintRow(event.complaint, day)
                book.say(row)
            case ComplaintReassessed():
                row = replace(self.rows[event.complaint], reassessed=event.outcome, reassessed_on=day)
                book.replace(self.rows[event.complaint], row)
            case ComplaintDecided():
                row = replace(self.rows[event.complaint], decided=event.outcome, decided_on=day)
                book.replace(self.rows[event.complaint], row)
            case _:
                return
        self.rows[event.complaint] = row


complaints = Projection(ComplaintRow, _Fold, (ComplaintReceived, ComplaintReassessed, ComplaintDecided), ("(case_id)",))
