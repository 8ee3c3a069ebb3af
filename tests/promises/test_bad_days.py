"""A full disk, a database that is away, a clock set back: what the sender is told, and that nothing is lost."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import psycopg
import pytest

from journey.log.reading import head
from journey.log.recorder import Busy
from journey.log.store import Log
from journey.postgres import CannotStart
from tests.conftest import Database
from tests.promises.application import WRITERS, Application, command
from tests.promises.conftest import Figures
from tests.promises.killing import Killable, killable_below
from tests.promises.tally import Sent, all_followed, tables_unlike_a_rebuild, tally
from tests.support.readers import reading_all
from tests.support.sizes import by_size
from tests.support.waiting import PATIENCE, until

PROMISE = "a full disk, a database that goes away, a clock set back: named plainly, nothing lost"

AWAY = by_size(1.0, 5.0, 60.0)
"""Seconds that the database is away, at least: in any case until every writer has been told."""
NO_ROOM = "No space left on device"


def recorded(log: Log, writer: int, nth: int) -> Sent:
    sent = command(writer, nth)
    receipt = log.record(sent.id, sent.stream, sent.id.encode(), lambda _: sent.entries)
    return Sent(sent.id, sent.entries, receipt.positions, receipt.versions)


# A full disk


@pytest.fixture
def cramped(small_disk: Path) -> Iterator[tuple[Killable, Path]]:
    """A server on a small disk, and a file that takes up what room it is told to."""
    with killable_below(small_disk) as server:
        yield server, small_disk / "ballast"


def fill(ballast: Path, spare: int = 0) -> None:
    with ballast.open("ab") as file:
        file.write(bytes(max(0, shutil.disk_usage(ballast.parent).free - spare)))


def send_until_refused(log: Log, sent: list[Sent]) -> None:
    while True:
        sent.append(recorded(log, 0, len(sent)))


def use_up_the_write_ahead_log(server: Killable) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as conn:
        while True:
            conn.execute("select pg_switch_wal()")
            conn.execute("select pg_logical_emit_message(true, 'journey', 'more')")


def ended_for_want_of_room(server: Killable, ballast: Path) -> str:
    """Fill the disk until the server has ended and does not come back; gives what is told of it.

    What it ends by may leave it room enough to come back by itself, once or twice.
    """
    for _ in range(20):
        fill(ballast)
        with pytest.raises(psycopg.OperationalError):
            use_up_the_write_ahead_log(server)
        try:
            server.start()
        except CannotStart as refused:
            return str(refused)
    raise AssertionError("it came back however full the disk was")


@pytest.mark.long
def test_a_full_disk_refuses_appends_and_loses_none(cramped: tuple[Killable, Path], figures: Figures) -> None:
    server, ballast = cramped
    sent: list[Sent] = []
    with Log(server.app_url) as log:
        fill(ballast, spare=300_000)
        with pytest.raises(Busy) as refused:
            send_until_refused(log, sent)
        taken, (readable, _) = len(sent), log.head()
        ballast.unlink()
        sent += [recorded(log, 0, nth) for nth in range(taken, taken + 20)]

    found = tally(server.admin_url, sent)
    figures("bad days", taken_before_it_was_full=taken, told=str(refused.value).replace("\n", " "), **found.told())
    assert "databasens disk er fuld" in str(refused.value)
    assert readable == sum(len(one.entries) for one in sent[:taken])
    assert found.whole
    assert found.unanswered == 0


def test_a_server_that_the_full_disk_ends_comes_back_whole(cramped: tuple[Killable, Path], figures: Figures) -> None:
    """No room for the write-ahead log: PostgreSQL ends itself, and starts again once there is room."""
    server, ballast = cramped
    with Log(server.app_url) as log:
        sent = [recorded(log, 0, nth) for nth in range(50)]
        told = ended_for_want_of_room(server, ballast)
        ballast.unlink()
        server.start()
        sent += [recorded(log, 0, nth) for nth in range(50, 70)]

    found = tally(server.admin_url, sent)
    figures("bad days", **found.told())
    assert NO_ROOM in told
    assert found.whole


# A database that is away


@pytest.mark.timeout(600)
@pytest.mark.long
def test_a_database_that_was_away_is_gone_on_with(killable: Killable, home: Path, figures: Figures) -> None:
    sent: list[Sent] = []
    told: list[str] = []
    busy, done = [threading.Event() for _ in range(WRITERS)], threading.Event()
    application = Application(killable.app_url, home)
    application.start("follower")

    def write(log: Log, writer: int) -> None:
        nth = 0
        while not done.is_set():
            try:
                sent.append(recorded(log, writer, nth))
                nth += 1
            except Busy as refused:
                told.append(str(refused))
                busy[writer].set()

    with Log(killable.app_url, size=WRITERS) as log, ThreadPoolExecutor(WRITERS) as pool:
        try:
            writing = [pool.submit(write, log, writer) for writer in range(WRITERS)]
            until(lambda: len(sent) > 20)
            killable.kill("machine", Random(1))
            began, before_it = time.monotonic(), len(told)
            until(lambda: time.monotonic() - began > AWAY and all(one.is_set() for one in busy), AWAY + PATIENCE)
            away, told_away = time.monotonic() - began, told[before_it:]
            killable.start()
            returned, before = time.monotonic(), len(sent)
            until(lambda: len(sent) > before + 20)
            went_on = time.monotonic() - returned
        finally:
            done.set()
        for one in writing:
            one.result()
    until(lambda: all_followed(killable.app_url))
    application.kill("follower")

    found = tally(killable.admin_url, sent)
    unlike = tables_unlike_a_rebuild(killable.app_url)
    seconds = {"seconds_away": round(away, 1), "seconds_until_it_went_on": round(went_on, 1)}
    figures("bad days", **seconds, told_busy=len(told), **found.told(), tables_unlike_a_rebuild=unlike)
    assert {one.split(":")[0] for one in told_away} == {"Registret svarer ikke"}
    assert found.whole
    assert unlike == 0


def test_twin_a_plain_connection_does_not_come_back(killable: Killable) -> None:
    """This is what the pool and the retries are for."""
    with psycopg.connect(reading_all(killable.app_url), autocommit=True) as conn:
        killable.kill("machine", Random(1))
        killable.start()

        for _ in range(3):
            with pytest.raises(psycopg.OperationalError):
                head(conn)


# A clock set back

AHEAD = timedelta(days=1)
BACK_A_DAY = """
alter table log.events disable trigger user;
update log.events set known_at = known_at + interval '1 day' where notification_id = (select max(notification_id) from log.events);
alter table log.events enable trigger user;
"""
"""As if the newest event had been recorded before the clock was set back."""

BY_THE_CLOCK_ALONE = """
create function public.by_the_clock() returns trigger language plpgsql as $$
begin
    new.known_at := statement_timestamp();
    return new;
end
$$;
create trigger zz_by_the_clock before insert on log.events for each row execute function public.by_the_clock();
"""


def moments_around_a_clock_set_back(database: Database, *also: str) -> list[datetime]:
    with psycopg.connect(database.admin_url, autocommit=True) as conn, Log(database.app_url) as log:
        for nth in range(5):
            recorded(log, 0, nth)
        for statement in (BACK_A_DAY, *also):
            conn.execute(statement)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda writer: [recorded(log, writer, nth) for nth in range(5)], range(1, 5)))
        return [moment for (moment,) in conn.execute("select known_at from log.events order by notification_id")]


def backwards(moments: list[datetime]) -> int:
    return sum(after < before for before, after in pairwise(moments))


def test_moments_stand_still_until_a_clock_set_back_has_caught_up(database: Database, figures: Figures) -> None:
    moments = moments_around_a_clock_set_back(database)

    with Log(database.app_url) as log:
        newest, moment = log.head()
        places = {one: log.position_at(one) for one in (moments[0], moments[-1], moments[-1] - AHEAD / 2)}
    figures("bad days", events=len(moments), moments_backwards=backwards(moments))
    assert backwards(moments) == 0
    assert newest == len(moments)
    assert moment == moments[-1]
    assert places == {one: sum(known <= one for known in moments) for one in places}


def test_twin_by_the_clock_alone_moments_run_backwards(database: Database, figures: Figures) -> None:
    moments = moments_around_a_clock_set_back(database, BY_THE_CLOCK_ALONE)

    figures("bad days", events=len(moments), moments_backwards=backwards(moments))
    assert backwards(moments) > 0
