"""Deliveries of a municipality's own sheets, taken into a register's database."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg

from journey.codes import standard
from journey.exchange.deliveries.comparing import DeliveryOptions, DeliverySetting
from journey.exchange.deliveries.report import DeliveryReport
from journey.exchange.deliveries.taking import take_delivery
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.delivery_files import DeliveryFile
from journey.exchange.sheets.mapping import SheetsMapping
from journey.history import Recorded, in_order
from journey.log.reading import head, histories
from journey.log.stored import Entry
from tests.conftest import Database
from tests.support.readers import reading_all
from tests.support.sheets import KEY, NOW, shown


def delivery_file(name: str, text: str | bytes) -> DeliveryFile:
    """A file that is in memory."""
    raw = text if isinstance(text, bytes) else text.encode()
    return DeliveryFile(name, len(raw), lambda: io.BytesIO(raw))


def take(
    database: Database,
    file: SheetsFile,
    sheets: Mapping[str, str | bytes | None],
    taken_at: datetime | None,
    *,
    now: datetime = NOW,
    cases: Mapping[str, str] | None = None,
    skip_bad: bool = True,
    dry_run: bool = False,
    allow_gone: int | None = None,
    **more: Any,
) -> DeliveryReport:
    """Take the sheets' CSV texts; None is a sheet that is missing, and so is one left out."""
    files = [delivery_file(f"{name}.csv", text) for name, text in sheets.items() if text is not None]
    options = DeliveryOptions("prøve", taken_at, dry_run, skip_bad, allow_gone)
    setting = DeliverySetting(standard(), KEY)
    return take_delivery(database.app_url, SheetsMapping(file, cases), files, setting, options, now=now, **more)


def log_of(database: Database) -> dict[str, list[Recorded]]:
    """Every stream's history."""
    with psycopg.connect(reading_all(database.app_url)) as conn:
        return dict(histories(conn, 0, head(conn)[0]))


def as_entries(database: Database) -> list[tuple[int, Entry]]:
    """The log's events in their order, each with its position, as what they were recorded from."""
    return sorted(
        (each.position, Entry(stream, each.valid_at, each.source, each.source_id, each.event, source_case=each.source_case))
        for stream, history in log_of(database).items()
        for each in history
    )


def standing(database: Database) -> list[str]:
    """What stands, in the order of each case, as `tests.support.sheets` writes it."""
    found = log_of(database)
    return [shown(each.valid_at.isoformat(), each.event) for case in sorted(found) for each in in_order(found[case])]
