"""A3: a retry is safe, whoever retries: the program itself, or the sender that was told to try again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from uuid import uuid4

import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from journey.history import Recorded
from journey.log import store
from journey.log.receipts import Receipt
from journey.log.recorder import Busy
from journey.log.store import Log
from journey.log.stored import Entry
from journey.refusals import StreamMoved
from tests.conftest import Database
from tests.promises.application import Command, command
from tests.promises.conftest import Figures
from tests.promises.tally import Sent, tally
from tests.support.proxy import Proxy
from tests.support.sizes import by_size

PROMISE = "A3: a retry is safe: a lost reply is given again, nothing is recorded twice"

CUTS, SENDERS = by_size(30, 100, 100), 10
Decide = Callable[[list[Recorded]], list[Entry]]

RECORDED = b"INSERT 0 1\0"
COMMITTED = b"COMMIT\0"
"""What the server answers when a command has been committed, in one statement or at the end of several; this is cut off."""

FORGETFUL = """
drop trigger refuse_change on log.commands;
drop trigger refuse_row_change on log.commands;
create function public.forget() returns trigger language plpgsql security definer as $$
begin
    delete from log.commands where command_id = new.command_id;
    return null;
end
$$;
create trigger forget after insert on log.commands for each row execute function public.forget();
"""
"""No command is remembered; the rest of the log is as it was."""


class Retried(NamedTuple):
    """A command whose first reply was lost, and what came of it."""

    sent: Command
    first: Receipt
    retry: Receipt
    once_more: Receipt
    decided: int


@pytest.fixture(params=["by the program", "by the sender"])
def retrying(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who sends a command again; for it to be the sender, the program is told to give up at once."""
    if request.param == "by the sender":
        monkeypatch.setattr(store, "PATIENCE", 0)
    return request.param


def recorded(
    log: Log, sent: Command, decide: Decide, expected: int | None, meanwhile: Callable[[], object] | None = None
) -> Receipt:
    """Send the command until it has its receipt; meanwhile, when told to try again, something else happens."""
    while True:
        try:
            return log.record(sent.id, sent.stream, sent.id.encode(), decide, expected)
        except Busy:
            if meanwhile:
                meanwhile()


def retried(database: Database, proxy: Proxy, log: Log, sent: Command, expected: int | None, *, overtaken: bool) -> Retried:
    """Send the command, lose the reply, and send it again until there is one; before the sender does, another writes to the case.

    One that is overtaken decides twice, the second time with the lock held from the reading to the commit.
    """
    decided: list[int] = []
    with Log(database.app_url, size=1) as direct:

        def decide(history: list[Recorded]) -> list[Entry]:
            if overtaken and not decided:
                record_other(direct, sent)
            decided.append(len(history))
            return sent.entries

        proxy.cut_after(COMMITTED if overtaken else RECORDED)
        retry = recorded(log, sent, decide, expected, lambda: record_other(direct, sent))
        record_other(direct, sent)
        once_more = recorded(direct, sent, decide, expected)
    return Retried(sent, first_result(database, sent), retry, once_more, len(decided) - overtaken)


def record_other(log: Log, sent: Command) -> None:
    other = other_than(sent)
    recorded(log, other, lambda _: other.entries, None)


def other_than(sent: Command) -> Command:
    entries = [replace(entry, source_id=f"other-{entry.source_id}") for entry in sent.entries]
    return Command(f"other-{sent.id}", sent.stream, entries)


def first_result(database: Database, sent: Command) -> Receipt:
    with psycopg.connect(database.admin_url) as conn:
        row = conn.execute("select result::text from log.commands where command_id = %s", (sent.id,)).fetchone()
    assert row is not None
    return msgspec.json.decode(row[0], type=Receipt)


def sender(database: Database, nth: int) -> Iterator[Retried | StreamMoved]:
    """Commands to a case of the sender's own: one says which version it expects, one does not, one is overtaken, and so on."""
    version = 0
    with Proxy(database.app_url) as proxy, Log(proxy.url, size=2) as log:
        for at in range(CUTS // SENDERS):
            sent = moved(command(nth, at), f"own-{nth}")
            try:
                yield retried(database, proxy, log, sent, None if at % 3 else version, overtaken=at % 3 == 2)
            except StreamMoved as conflict:
                yield conflict
            assert proxy.cuts == at + 1
            version += 2 * len(sent.entries)


def moved(sent: Command, stream: str) -> Command:
    return Command(sent.id, stream, [replace(entry, stream=stream) for entry in sent.entries])


def test_a_retry_gets_the_first_result(database: Database, retrying: str, figures: Figures) -> None:
    with ThreadPoolExecutor(SENDERS) as pool:
        found = [one for some in pool.map(lambda nth: list(sender(database, nth)), range(SENDERS)) for one in some]

    results = [one for one in found if isinstance(one, Retried)]
    conflicts = len(found) - len(results)
    another = sum(one.retry != one.first or one.once_more != one.first for one in results)
    sent = [Sent(one.sent.id, one.sent.entries, one.retry.positions, one.retry.versions) for one in results]
    others = [Sent(f"other-{one.id}", one.entries, None, None) for one in sent]
    counted = tally(database.admin_url, [*sent, *others])
    twice = sum(one.decided > 1 for one in results)
    told = {"cuts": len(found), "another_result": another, "decided_again": twice, "false_conflicts": conflicts}
    figures("A3", retried=retrying, **told, lost=counted.lost, duplicated=counted.duplicated, holes=counted.holes)
    assert len(found) == CUTS
    assert (another, twice, conflicts) == (0, 0, 0)
    assert counted.whole
    assert counted.events == sum(len(one.entries) for one in [*sent, *others])


def test_twin_without_stored_results_a_retry_conflicts_or_duplicates(database: Database, figures: Figures) -> None:
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        conn.execute(FORGETFUL)
    times: Counter[str] = Counter()

    with Proxy(database.app_url) as proxy, Log(proxy.url, size=2) as log:
        for nth in range(20):
            sent = moved(command(0, nth), f"own-{nth}")
            proxy.cut_after(RECORDED)
            try:
                recorded(log, sent, lambda _, sent=sent: again(sent), 0 if nth % 2 else None)
            except StreamMoved:
                times["false_conflicts"] += 1
    with psycopg.connect(database.admin_url) as conn:
        for (kept,) in conn.execute("select count(distinct known_at) from log.events group by originator_id"):
            times["recorded_twice"] += kept == 2

    figures("A3", cuts=20, **times)
    assert times == {"false_conflicts": 10, "recorded_twice": 10}


def again(sent: Command) -> list[Entry]:
    """The events of a request that brought no ids of their own: each decision gives them new ones."""
    return [replace(entry, source_id=uuid4().hex) for entry in sent.entries]
