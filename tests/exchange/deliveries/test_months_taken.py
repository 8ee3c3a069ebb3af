"""Three months of a made-up municipality taken into the register: the events, the report and the figures are those written down by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from journey.codes import standard
from journey.exchange.deliveries.comparing import DeliveryOptions, DeliverySetting
from journey.exchange.deliveries.report import DeliveryReport
from journey.exchange.deliveries.taking import take_delivery
from journey.exchange.sheets.mapping import SheetsMapping
from tests.conftest import Database, fresh_database
from tests.exchange.sheets.test_months_by_hand import difference, mapping_of, taken
from tests.support.deliveries import as_entries, delivery_file
from tests.support.municipality import CP1252, DIALECTS, FIGURES, SPEC, Dialect, taken_at
from tests.support.readers import reading_all
from tests.support.registers import TODAY, as_words, register_on
from tests.support.sheets import KEY, NOW


def take(database: Database, dialect: Dialect, moment: str, source: str) -> DeliveryReport:
    files = [delivery_file(name, raw) for name, raw in dialect.files(moment, source).items()]
    mapping = SheetsMapping(mapping_of(dialect, source), None)
    options = DeliveryOptions("prøve", taken_at(moment))
    return take_delivery(database.app_url, mapping, files, DeliverySetting(standard(), KEY), options, now=NOW)


def take_all(database: Database, dialect: Dialect) -> list[DeliveryReport]:
    return [take(database, dialect, each["moment"], each["source"]) for each in SPEC["delivery"]]


def stored(database: Database) -> list[tuple[Any, ...]]:
    """The log to the byte."""
    with psycopg.connect(reading_all(database.app_url)) as conn:
        return conn.execute(
            "select e.*, i.source, i.source_id, i.content from log.events e join log.event_ids i on i.position = e.notification_id"
            " order by notification_id"
        ).fetchall()


@pytest.fixture(scope="module")
def months(server: Database, template: Database) -> Any:
    """A register that took the months in, and the report of each delivery."""
    with fresh_database(server, template.name) as made:
        yield made, take_all(made, CP1252)


def test_the_log_is_that_of_the_comparison_in_memory(months: tuple[Database, list[DeliveryReport]]) -> None:
    in_memory, _ = taken(CP1252)

    assert [(position, entry.source_id, entry.valid_at, entry.event) for position, entry in as_entries(months[0])] == [
        (each.position, each.source_id, each.valid_at, each.event) for each in in_memory.log
    ]


def test_each_report_has_the_numbers_written_down_by_hand(months: tuple[Database, list[DeliveryReport]]) -> None:
    for report, by_hand in zip(months[1], SPEC["delivery"], strict=True):
        numbers = report.numbers
        counts = {name: getattr(numbers, name) for name in ("new", "corrected", "withdrawn", "known")}
        sheets = numbers.sheets
        assert {name: many for name, many in counts.items() if many} == by_hand["counts"]
        assert {name: sheet.rows for name, sheet in sheets.items()} == by_hand["rows"]
        assert {name: sheet.skipped for name, sheet in sheets.items() if sheet.skipped} == by_hand.get("skipped", {})
        assert sum(sheet.gone_listed for sheet in sheets.values()) == len(by_hand.get("listed", []))
        assert report.recorded == len(by_hand["events"].strip().splitlines())
        assert (report.bad_rows, report.unknown, report.unused_files) == (0, [], [])


@pytest.mark.long
def test_the_figures_after_each_month_are_those_counted_by_hand(
    months: tuple[Database, list[DeliveryReport]], tmp_path: Path
) -> None:
    register = register_on(months[0], tmp_path)
    register.believe()
    after = taken(CP1252)[0].after
    wrong = {
        f"{row['figure']} {row['known']}": found
        for row in FIGURES
        if (
            found := difference(
                list(register.ask(row["figure"], as_words(row["parameters"]), str(after[row["known"]]), TODAY).cells),
                row["cells"],
            )
        )
    }

    assert wrong == {}


@pytest.mark.long
@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_each_dialect_gives_one_log_to_the_byte_and_its_last_month_again_changes_nothing(
    months: tuple[Database, list[DeliveryReport]], database: Database, dialect: Dialect
) -> None:
    take_all(database, dialect)
    log = stored(database)

    assert log == stored(months[0])
    for other in DIALECTS:
        for each in SPEC["delivery"][-2:]:
            assert take(database, other, each["moment"], each["source"]).recorded == 0
    assert stored(database) == log
