"""The twin of every count of what is lost: a log that was meddled with is not found whole."""

from __future__ import annotations

import psycopg
import pytest

from journey.log.store import Log
from tests.conftest import Database
from tests.promises.application import command
from tests.promises.tally import Sent, tally

TWICE = """
insert into log.events
select originator_id, 1000, topic, state, 1000, known_at from log.events where notification_id = 20
"""
OTHER_WORDS = """
update log.events set state = convert_to(replace(convert_from(state, 'UTF8'), '"fire"', '"fie"'), 'UTF8')
where notification_id = 20
"""
CHANGED_PLACES = """
update log.events set notification_id = -1 where notification_id = 20;
update log.events set notification_id = 20 where notification_id = 21;
update log.events set notification_id = 21 where notification_id = -1;
"""
NEWEST_GONE = "delete from log.events where notification_id = (select max(notification_id) from log.events)"
MEDDLINGS = {
    "the newest event is gone": (NEWEST_GONE, {"lost", "torn"}),
    "one in between is gone": ("delete from log.events where notification_id = 20", {"lost", "holes", "torn"}),
    "one is there twice": (TWICE, {"duplicated", "holes"}),
    "one says something else": (OTHER_WORDS, {"lost"}),
    "two have changed places": (CHANGED_PLACES, {"lost"}),
    "a command is forgotten": ("delete from log.commands where command_id = 'w0-7'", {"torn"}),
}
"""Each with the counts that are then no longer 0."""


@pytest.fixture
def sent(database: Database) -> list[Sent]:
    with Log(database.app_url) as log:
        commands = [command(0, nth) for nth in range(40)]
        receipts = [log.record(one.id, one.stream, b"", lambda _, one=one: one.entries) for one in commands]
    return [Sent(one.id, one.entries, it.positions, it.versions) for one, it in zip(commands, receipts, strict=True)]


def test_a_log_nobody_meddled_with_is_whole(database: Database, sent: list[Sent]) -> None:
    assert tally(database.admin_url, sent).whole


@pytest.mark.parametrize("meddling", MEDDLINGS)
def test_one_that_was_is_not(database: Database, sent: list[Sent], meddling: str) -> None:
    statements, expected = MEDDLINGS[meddling]
    with psycopg.connect(database.admin_url) as conn:
        conn.execute("alter table log.events disable trigger user; alter table log.commands disable trigger user")
        conn.execute(statements.encode())

    found = tally(database.admin_url, sent).told()

    assert {name for name in ("lost", "duplicated", "holes", "torn") if found[name]} == expected
