"""Rows made anew beside live traffic: events go on being recorded and followed, and every question is answered throughout."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.answers.audits import audit
from api.register.register import Register
from api.socket import listen
from journey.events import ActivityRecorded, BenefitChanged, CaseworkerAssigned, Referred
from journey.log.login import as_role
from journey.log.migrate import PROJECT, READ
from journey.log.reading import borders, histories
from journey.log.store import Log
from journey.log.stored import Entry
from projections.engine.follow import SMALL, Cases, LeadLost, advance, lead, prepare, standing
from projections.engine.replay import differences, replay
from projections.engine.sharing import MUCH, shared
from projections.engine.stored_rows import stored_rows_by_case
from projections.engine.tables import keep_in_place
from projections.projections import PROJECTIONS
from tests.conftest import Database
from tests.support.histories import random_register
from tests.support.process_deaths import gone_without_a_word, killed_half_way
from tests.support.readers import reading_all
from tests.support.registers import TODAY, load, register_on
from tests.support.serving import referred
from tests.support.waiting import until

PROMISE = "a rebuild beside live traffic holds up no question and loses nothing"

DAY = date(2024, 1, 1)


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    made = register_on(database, tmp_path)
    load(made, random_register(3, cases=60))
    made.believe()
    return made


@contextmanager
def _until_done(*works: object) -> Iterator[list[BaseException]]:
    """Run the works over and over in threads of their own until the block ends; gives what they raised."""
    stop, raised = threading.Event(), list[BaseException]()

    def over_and_over(work: object) -> None:
        try:
            while not stop.is_set():
                work()  # type: ignore[operator] -- a work is a function of nothing
        except BaseException as error:  # noqa: BLE001 -- the test looks at it
            raised.append(error)

    threads = [threading.Thread(target=over_and_over, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield raised
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.long
def test_a_rebuild_beside_live_traffic_loses_nothing_and_stops_nobody(register: Register) -> None:
    counted = iter(range(10**6))
    answered: list[int] = []
    with Log(register.url) as log, psycopg.connect(as_role(register.url, PROJECT), autocommit=True) as conn:
        assert prepare(conn)
        assert lead(conn)
        cases = Cases(register.codes.classes)

        def record() -> None:
            nth = next(counted)
            event = (
                Referred("ungeindsatsen", "b"),
                ActivityRecorded("moede", "w"),
                CaseworkerAssigned("authority", f"w{nth % 5}"),
            )
            log.record(
                f"c{nth}", f"live-{nth % 7}", b"", lambda _: [Entry(f"live-{nth % 7}", DAY, "live", str(nth), event[nth % 3])]
            )

        def follow() -> None:
            try:
                advance(conn, cases)
            except LeadLost:
                cases.forget()

        def look() -> None:
            answered.append(len(register.ask("caseload", {"valid_at": ["2024-01-01"]}, "100", TODAY).cells))

        with _until_done(record, follow, look) as raised:
            told: list[tuple[int, int]] = []
            positions = [register.rebuild(lambda done, of: told.append((done, of))) for _ in range(3)]
        end = advance(conn, cases)

        assert raised == []
        assert positions == sorted(positions)
        assert told[-1][0] == told[-1][1]
        assert standing(conn).position == end
        assert len(answered) > 0
        replay(conn, register.codes.classes, end)
        assert differences(conn, end) == {}


def test_the_first_many_rows_are_made_beside_the_empty_ones_that_go_on_being_read(database: Database, tmp_path: Path) -> None:
    register = register_on(database, tmp_path)
    load(register, random_register(4, cases=200))
    read: list[int] = []
    with psycopg.connect(reading_all(register.url), autocommit=True) as reader, register.connected(PROJECT) as conn:
        prepare(conn)
        reader.execute("SET lock_timeout = '5s'")

        def look(_done: int, _of: int) -> None:
            read.extend(reader.execute("SELECT count(*) FROM rows.registrations").fetchone() or ())

        end = advance(conn, Cases(register.codes.classes), progress=look)

        look(end, end)
        assert end > SMALL
        assert set(read[:-1]) == {0}
        assert read[-1] > SMALL
        assert keys(conn) == keys_of_a_rebuild(register, conn)


def keys(conn: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """The tables' indexes, whatever they are called."""
    every = "SELECT tablename, substring(indexdef FROM ' ON .*') FROM pg_indexes WHERE schemaname = 'rows' ORDER BY 1, 2"
    return conn.execute(every).fetchall()


def keys_of_a_rebuild(register: Register, conn: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    register.rebuild()
    return keys(conn)


def test_two_that_make_the_first_rows_at_once_make_them_once(database: Database, tmp_path: Path) -> None:
    register = register_on(database, tmp_path)
    load(register, random_register(4, cases=200))
    with register.connected(PROJECT) as conn:
        prepare(conn)

    def first(_: int) -> int | None:
        with register.connected(PROJECT) as conn:
            try:
                return advance(conn, Cases(register.codes.classes))
            except LeadLost:
                return None

    with ThreadPoolExecutor(3) as pool:
        reached = list(pool.map(first, range(3)))

    end = register.head()[0]
    assert set(reached) <= {end, None}
    assert end in reached
    with register.connected(PROJECT) as conn:
        replay(conn, register.codes.classes, end)
        assert differences(conn, end) == {}


def test_a_position_that_somebody_moved_is_not_written_from(register: Register) -> None:
    with psycopg.connect(as_role(register.url, PROJECT), autocommit=True) as conn:
        cases = Cases(register.codes.classes)
        with Log(register.url) as log:
            log.record("c", "N-1", b"", lambda _: [Entry("N-1", DAY, "a", "1", BenefitChanged("ingen"))])
        conn.execute("UPDATE rows.progress SET definition = 'another'")

        with pytest.raises(LeadLost):
            advance(conn, cases)


def test_folding_shared_between_processes_gives_what_one_gives(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    from projections.engine import sharing

    monkeypatch.setattr(sharing, "MUCH", 1)
    monkeypatch.setattr(sharing.os, "cpu_count", lambda: 3)
    end = register.head()[0]
    with psycopg.connect(as_role(register.url, PROJECT)) as conn:
        alone = list(shared(conn, None, register.codes.classes, 0, end))
        together = list(shared(conn, as_role(register.url, PROJECT), register.codes.classes, 0, end))

    def lines(batches: list[sharing.Written]) -> set[tuple[str, str]]:
        return {(name, line) for batch in batches for name, text in batch.texts.items() for line in text.splitlines()}

    assert MUCH > 1
    assert len(together) >= 3
    assert lines(together) == lines(alone)
    assert sum(batch.events for batch in together) == sum(batch.events for batch in alone) == end


def test_the_borders_between_processes_are_in_order_in_every_sample(register: Register) -> None:
    """Borders each of a sample of its own may cross, and what stands between them is folded twice or not at all."""
    with psycopg.connect(as_role(register.url, PROJECT)) as conn:
        drawn = [borders(conn, 4) for _ in range(100)]
        everything = {stream for stream, _ in histories(conn, 0, register.head()[0])}

    assert all(len(each) == 3 and each == sorted(each) for each in drawn)
    assert {name for each in drawn for name in each} <= everything | {""}
    assert len({*map(tuple, drawn)}) > 1


@pytest.mark.parametrize("fate", [killed_half_way, gone_without_a_word])
def test_a_process_that_is_gone_before_it_is_done_ends_the_folding(
    register: Register, monkeypatch: pytest.MonkeyPatch, fate: object
) -> None:
    """However it went: a batch that never comes whole is not waited for, and no stretch of cases is left out unseen."""
    from projections.engine import sharing

    monkeypatch.setattr(sharing, "MUCH", 1)
    monkeypatch.setattr(sharing.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(sharing, "_fold", fate)
    end = register.head()[0]
    with psycopg.connect(as_role(register.url, PROJECT)) as conn, pytest.raises(RuntimeError, match="died"):
        list(shared(conn, as_role(register.url, PROJECT), register.codes.classes, 0, end))


def test_a_process_that_loses_the_database_says_so(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    from projections.engine import sharing

    monkeypatch.setattr(sharing, "MUCH", 1)
    monkeypatch.setattr(sharing.os, "cpu_count", lambda: 2)
    nobody_there = "host=/nowhere"
    with psycopg.connect(as_role(register.url, PROJECT)) as conn, pytest.raises(psycopg.OperationalError):
        list(shared(conn, nobody_there, register.codes.classes, 0, register.head()[0]))


def test_ctrl_c_is_left_to_who_started_the_folding(capfd: pytest.CaptureFixture[str]) -> None:
    """A terminal sends it to all of them: who folds says nothing of it, and is ended."""
    from projections.engine import sharing

    with listen("127.0.0.1", 0) as silent:
        process, pipe = sharing._started((f"host=127.0.0.1 port={silent.getsockname()[1]}", {}, 0, 1, ("", None)))
        with silent.accept()[0]:
            os.kill(process.pid, signal.SIGINT)
            process.join(0.5)
            assert process.exitcode is None
            process.terminate()
            process.join()
        pipe.close()
    assert capfd.readouterr().err == ""


# Readers that take their time

_IN_THE_WAY = """
SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def _somebody_waits_for_readers(register: Register) -> bool:
    with register.connected(READ) as conn:
        return conn.execute(_IN_THE_WAY).fetchone() != (0,)


def test_a_long_reader_is_waited_for_and_nobody_waits_with_the_rebuild(register: Register, database: Database) -> None:
    """One who has read the last table may read all the others, and who comes meanwhile is answered."""
    first, *_, last = PROJECTIONS
    told: list[tuple[int, int]] = []
    with ThreadPoolExecutor(1) as pool, psycopg.connect(database.admin_url, autocommit=True) as reader:
        with reader.transaction():
            reader.execute("SET LOCAL deadlock_timeout = '60s'")  # whoever is to give way on a slow machine, it is not this one
            reader.execute(f"SELECT count(*) FROM rows.{last}".encode())
            rebuilt = pool.submit(register.rebuild, lambda done, of: told.append((done, of)))
            until(lambda: _somebody_waits_for_readers(register))

            answer = register.ask("caseload", {"valid_at": ["2024-01-01"]}, None, TODAY)
            reader.execute(f"SELECT count(*) FROM rows.{first}".encode())

            assert answer.cells
            until(lambda: len(told) > 3)  # it gives word that it is at it, and is not taken for frozen
            assert not rebuilt.done()
        assert rebuilt.result() == register.head()[0]
    assert set(told) == {(register.head()[0], register.head()[0])}
    assert audit(register, 3, 1).found == 0


def test_what_is_compared_in_one_snapshot_is_not_changed_for_empty_tables(register: Register) -> None:
    with register.connected(READ) as conn:
        held = list(stored_rows_by_case(conn))
    with ThreadPoolExecutor(1) as pool:
        with register.connected(READ, snapshot=True) as conn:
            keep_in_place(conn)
            standing(conn)
            rebuilt = pool.submit(register.rebuild)
            until(lambda: _somebody_waits_for_readers(register))

            assert list(stored_rows_by_case(conn)) == held
        rebuilt.result()


def test_twin_tables_that_are_not_kept_in_place_are_empty_to_an_older_snapshot(register: Register) -> None:
    with register.connected(READ, snapshot=True) as conn:
        standing(conn)
        register.rebuild()

        assert list(stored_rows_by_case(conn)) == []


# The language that the database sorts in

_SORTED_OTHERWISE = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'rows' AND table_name <> 'progress' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
"""
NAMES = ["AA-1", "B-1", "Z-1", "a-1", "aa-1", "z-1", "Æ-1", "Ø-1", "å-1", "1-a", "1a", "1_a"]


def test_every_text_is_sorted_by_its_bytes_whatever_the_database_sorts_by(register: Register) -> None:
    with register.connected(READ) as conn:
        assert conn.execute(_SORTED_OTHERWISE).fetchall() == []


def test_cells_stand_in_one_order_and_a_tie_ends_one_way_in_every_language(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danish has AA after Z, and Å last; a register moved to a server that sorts so gives the same cells."""
    from dashboards.figures import process

    monkeypatch.setattr(process, "MOST_CASES", 5)
    register = register_on(database, tmp_path)
    load(register, [{"case": name, **referred(f"b-{name}"), "source": "s", "source_id": name} for name in NAMES])
    asked = {"from": ["2025-01-01"], "to": ["2026-01-01"], "unit": ["ungeindsatsen"]}

    cells = register.ask("dotted_chart", asked, None, TODAY).cells

    assert [cell["case"] for cell in cells if cell["measure"] == "events"] == sorted(NAMES)[-5:]
    assert audit(register, 3, 1).found == 0
