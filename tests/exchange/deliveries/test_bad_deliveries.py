"""Wrong sheets and deliveries handed to the register: the answers of the tables, and nothing recorded (data/bad/sheet*.toml)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from journey.codes import standard
from journey.exchange.deliveries.comparing import DeliveryOptions, DeliverySetting
from journey.exchange.deliveries.report import BadRows, DeliveryReport
from journey.exchange.deliveries.taking import take_delivery
from journey.exchange.sheets.mapping import SheetsMapping
from journey.refusals import Refused
from tests.conftest import Database, fresh_database
from tests.exchange.sheets.test_bad_sheets import (
    DELIVERIES,
    SHEETS,
    mapping_of,
    named,
    refusal,
    rows,
    sheet_name,
    written_sheet,
)
from tests.support.deliveries import as_entries, delivery_file, take
from tests.support.sheets import KEY, NOW, mapping, moment

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def empty(server: Database, template: Database) -> Iterator[Database]:
    """A register that nothing is ever recorded in."""
    with fresh_database(server, template.name) as made:
        yield made
        assert as_entries(made) == []


def taken(database: Database, wrong: dict[str, Any], **options: bool) -> DeliveryReport:
    files = [delivery_file(sheet_name(wrong), written_sheet(wrong))]
    mapping = SheetsMapping(mapping_of(wrong), None)
    return take_delivery(
        database.app_url, mapping, files, DeliverySetting(standard(), KEY), DeliveryOptions("prøve", **options), now=NOW
    )


def answers(report: DeliveryReport) -> list[str]:
    return [f"{each.code} | linje {each.line} | {each.column} | {each.reason}" for each in report.bad]


@named(SHEETS)
def test_a_wrong_sheet_gets_exactly_this_answer_and_nothing_of_it_is_recorded(empty: Database, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        taken(empty, wrong)

    if isinstance(refused.value, BadRows):
        assert answers(refused.value.report) == wrong["answer"]
    else:
        assert [refusal(refused.value)] == wrong["answer"]


@named(DELIVERIES)
def test_a_wrong_delivery_gets_exactly_this_answer_and_nothing_of_it_is_recorded(
    database: Database, wrong: dict[str, Any]
) -> None:
    file = mapping(DELIVERIES["mapping"])
    take(database, file, {name: rows(many) for name, many in wrong["before"].items()}, moment("2024-06-01"))
    before = as_entries(database)
    day, _, clock = wrong.get("taken_at", "2024-07-01T06:00").partition("T")
    after = {name: rows(many) for name, many in wrong["after"].items()}

    with pytest.raises(Refused) as refused:
        take(database, file, after, moment(day, clock), allow_gone=wrong.get("allow_gone"))

    assert refusal(refused.value) == wrong["answer"]
    assert as_entries(database) == before
