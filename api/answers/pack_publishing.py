"""The publication of a committee pack: every figure in it frozen for its paper, in one transaction or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec import UNSET, Struct

from api.answers.pack import Progress, answered
from api.answers.publishing import Order, entry_of, reason_of
from api.register.answer import Answer
from api.register.register import Register
from journey.events import FigurePublished
from journey.exchange.importing import new_id
from journey.history import Recorded
from journey.log.store import Log
from journey.log.stored import Entry
from journey.publishing import LEDGER, publish_all


class PackOrder(Struct, frozen=True):
    """The order to publish a year's pack: its times, the paper it stands in, and who publishes it."""

    year: int
    paper_case: str
    paper_title: str
    paper_date: date
    by: str
    valid_at: date | None = None
    known_at: str | None = None
    correction: str | None = None
    """The reason that earlier publications for the paper are withdrawn."""


class PackPublication(Struct, frozen=True):
    """The result: each figure as the ledger has it, and how many were recorded or withdrawn now."""

    figures: tuple[FigurePublished, ...]
    positions: tuple[int, ...]
    """Of what was recorded now."""
    new: int
    withdrawn: int

    @property
    def known_position(self) -> int:
        """Position known when the latest of the figures was counted."""
        return max(each.frozen.position for each in self.figures if each.frozen is not UNSET)

    @property
    def cells(self) -> int:
        """Number of frozen cells."""
        return sum(len(each.frozen.cells) for each in self.figures if each.frozen is not UNSET)


def publish_pack(
    register: Register, log: Log, order: PackOrder, today: date, key: str, progress: Progress | None = None
) -> PackPublication:
    """Freeze every figure of the pack that has cells, once: all of them, or none where one cannot be.

    Raises Refused as `answered` does, and `published_otherwise`, `bad_value`, `personal_number`, `command_reused`.
    """
    occasion, answers = answered(register, order.year, order.valid_at, order.known_at, today, progress)
    proposed: dict[str, Entry] = {}
    correction: str | None = None
    for figure_cells in answers.values():
        if figure_cells.counted:
            each = Order(
                figure_cells.ask.figure.id,
                order.paper_case,
                order.paper_title,
                order.paper_date,
                order.by,
                correction=order.correction,
            )
            correction = reason_of(register, each)
            answer = Answer(figure_cells.ask.figure, figure_cells.ask.question, occasion.moment, figure_cells.counted)
            entry = entry_of(register, each, answer)
            proposed.setdefault(_id(entry), entry)

    def decide(known: list[Recorded]) -> Sequence[Entry]:
        return publish_all(known, [*proposed.values()], new_id, correction)

    receipt = log.record(key, LEDGER, msgspec.json.encode(order, order="deterministic"), decide)
    recorded = {each.position: each.event for each in log.history(LEDGER)}
    standing = [
        event for at in sorted((*receipt.positions, *receipt.known)) if isinstance(event := recorded[at], FigurePublished)
    ]
    new = sum(isinstance(recorded[at], FigurePublished) for at in receipt.positions)
    return PackPublication(tuple(standing), receipt.positions, new, len(receipt.positions) - new)


def _id(entry: Entry) -> str:
    if not isinstance(entry.event, FigurePublished):
        raise TypeError(entry.kind)
    return entry.event.id
