"""A code that an event has used keeps its class and group, whether the event came by a command or in a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from psycopg import Connection
from psycopg.rows import DictRow

from journey.codes import check_used, parse_code_lists, standard, standard_text
from journey.events import Referred, SupportGranted
from journey.log.receipts import AppendCommand, Receipt
from journey.log.store import Log
from journey.log.stored import Entry
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.registers import load, register_on

OURS = '[supports]\nklub = { da = "Klub", en = "Club", class = "main", group = "bostoette" }\n'
CHANGED = OURS.replace("bostoette", "ungestoette")


def used(database: Database) -> list[tuple[str, str, str | None, str | None]]:
    with psycopg.connect(database.admin_url) as conn:
        return conn.execute("SELECT list, code, class, grp FROM log.codes_used ORDER BY 1, 2").fetchall()


def test_a_command_notes_the_codes_it_uses(database: Database) -> None:
    day = date(2024, 1, 1)
    with Log(database.app_url, codes=parse_code_lists(standard_text(), OURS)) as log:
        for nth, event in enumerate(
            [Referred("ungeindsatsen", "b-1"), SupportGranted("g", "klub"), SupportGranted("h", "klub")]
        ):
            log.record(f"c{nth}", "N-1", b"", lambda _, nth=nth, event=event: [Entry("N-1", day, "a", str(nth), event)])

    assert ("supports", "klub", "main", "bostoette") in used(database)
    assert ("units", "ungeindsatsen", None, None) in used(database)


def test_what_a_command_noted_in_a_transaction_that_did_not_end_is_noted_when_it_is_sent_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt, attempts = Log._attempt, 0

    def cut(log: Log, conn: Connection[DictRow], command: AppendCommand) -> Receipt:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise OperationalError("from now on with the lock held")
        receipt = attempt(log, conn, command)
        if attempts == 2:
            conn.close()  # before the transaction is at its end
        return receipt

    monkeypatch.setattr(Log, "_attempt", cut)
    entry = Entry("N-1", date(2024, 1, 1), "a", "1", Referred("ungeindsatsen", "b-1"))
    with Log(database.app_url, codes=standard()) as log:
        receipt = log.record("c", "N-1", b"", lambda _: [entry])

    assert (attempts, receipt.positions) == (3, (1,))
    assert used(database) == [("channels", "application", None, None), ("units", "ungeindsatsen", None, None)]


def test_a_file_notes_the_codes_it_uses(database: Database, tmp_path: Path) -> None:
    load(
        register_on(database, tmp_path),
        [{"case": "N-1", "kind": "benefit_changed", "valid_at": "2024-01-01", "data": {"benefit": "jaf"}}],
    )

    assert used(database) == [("benefits", "jobafklaring", None, "ressourceforloeb_jaf")]


@pytest.mark.parametrize(("additions", "says"), [(CHANGED, "main, bostoette"), ("", "findes ikke længere")])
def test_lists_that_changed_a_used_code_are_refused(additions: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        check_used(parse_code_lists(standard_text(), additions), [("supports", "klub", "main", "bostoette")])

    assert (refused.value.code, refused.value.place) == ("codes_changed", "supports.klub")


def test_lists_that_only_grew_are_not(database: Database) -> None:
    check_used(
        parse_code_lists(standard_text(), OURS),
        [("supports", code, e.support_class, e.group) for code, e in standard()["supports"].codes.items()],
    )
