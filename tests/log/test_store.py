"""The store: what is recorded is read back, each command once, whoever else writes and whatever breaks."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import JSONTranscoder
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import ValidationError
from msgspec.structs import replace

from journey.events import KINDS, BenefitChanged
from journey.history import Recorded
from journey.log.login import as_role
from journey.log.migrate import APPEND
from journey.log.receipts import Receipt
from journey.log.recorder import APPEND_LOCK, Busy, KindMapper, VersionedEntry, lock_appends
from journey.log.store import Log
from journey.log.stored import Entry, content, encoded
from journey.refusals import Refused, StreamMoved
from tests.conftest import Database
from tests.support.store_entries import entry, every_position, record, without_holes
from tests.support.strategies import STRATEGIES, entries, stream_for
from tests.support.waiting import PATIENCE

PROMISE = "what is recorded is never changed, and each command is recorded once"

# What is recorded is read back


def test_every_kind_of_event_has_a_strategy() -> None:
    assert set(KINDS) - set(STRATEGIES) == set(), "kinds without a strategy"
    assert set(STRATEGIES) - set(KINDS) == set(), "strategies without a kind"


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
def test_an_event_of_any_kind_comes_back_as_it_was_stored(kind: str, data: st.DataObject) -> None:
    versioned = VersionedEntry(data.draw(entries("N-1", kind)), 7)
    mapper = KindMapper(JSONTranscoder())

    stored = mapper.to_stored_event(versioned)

    assert stored.topic == kind
    assert mapper.to_domain_event(stored) == versioned


@pytest.mark.parametrize(
    "event",
    [BenefitChanged(""), BenefitChanged("x" * 1_000), BenefitChanged(7)],  # pyright: ignore[reportArgumentType] -- what must not get in
)
def test_what_could_not_be_read_again_is_never_recorded(log: Log, event: BenefitChanged) -> None:
    with pytest.raises(ValueError, match=r"^benefit_changed cannot be read again as it would be stored$"):
        record(log, entry(), entry(event=event))

    assert log.head() == (0, None)


def test_twin_stored_unread_one_such_event_stops_every_reader(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journey.log.recorder.readable", lambda told: encoded(told, claimed=False))
    record(log, entry(event=BenefitChanged("")))

    with pytest.raises(ValidationError):
        log.history("N-1")


@settings(max_examples=25)
@given(data=st.data())
def test_a_history_is_what_was_recorded(log: Log, data: st.DataObject) -> None:
    stream = uuid4().hex
    kinds = data.draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=8))
    decided = [replace(data.draw(entries(stream, kind)), source=uuid4().hex) for kind in kinds]

    receipt = record(log, *decided)

    told_back = [
        Entry(stream, r.valid_at, r.source, r.source_id, r.event, r.source_known_at, r.by, r.source_case)
        for r in log.history(stream)
    ]
    assert told_back == decided
    assert [(r.position, r.version) for r in log.history(stream)] == list(zip(receipt.positions, receipt.versions, strict=True))
    assert {r.known_at for r in log.history(stream)} == {receipt.known_at}


def test_the_known_day_is_copenhagens(log: Log, database: Database) -> None:
    claimed = {"2024-01-14T22:59:59Z": date(2024, 1, 14), "2024-01-14T23:00:00Z": date(2024, 1, 15)}
    claimed |= {"2024-07-14T21:59:59Z": date(2024, 7, 14), "2024-07-14T22:00:00Z": date(2024, 7, 15)}
    mapper = KindMapper(JSONTranscoder())
    with psycopg.connect(as_role(database.app_url, "journey_import")) as conn:
        for version, moment in enumerate(claimed, 1):
            stored = mapper.to_stored_event(VersionedEntry(entry(), version))
            row = (stored.originator_id, version, stored.topic, stored.state, moment)
            columns = "(originator_id, originator_version, topic, state, claimed_at)"
            conn.execute(f"insert into log.events {columns} values (%s, %s, %s, %s, %s)", row)

    assert [recorded.known_day for recorded in log.history("N-1")] == list(claimed.values())


def test_a_history_may_be_asked_for_as_it_was_known(log: Log) -> None:
    record(log, entry())
    record(log, entry("N-2"))
    record(log, entry(event=BenefitChanged("sygedagpenge")))

    assert [recorded.position for recorded in log.history("N-1")] == [1, 3]
    assert [recorded.position for recorded in log.history("N-1", upto=2)] == [1]
    assert log.history("N-1", upto=0) == []


def test_a_moment_stands_for_the_last_position_at_or_before_it(log: Log) -> None:
    assert log.head() == (0, None)
    assert log.position_at(datetime.now(UTC)) == 0
    first = record(log, entry(), entry())
    second = record(log, entry())
    assert first.known_at is not None
    assert second.known_at is not None

    instant = timedelta(microseconds=1)
    assert log.position_at(first.known_at - instant) == 0
    assert log.position_at(first.known_at) == 2
    assert log.position_at(second.known_at - instant) == 2
    assert log.position_at(second.known_at) == 3
    assert log.position_at(second.known_at + timedelta(days=365)) == 3
    assert log.head() == (3, second.known_at)
    assert [log.moment_of(position) for position in (0, 1, 2, 3, 4)] == [
        None,
        first.known_at,
        first.known_at,
        second.known_at,
        None,
    ]


def test_an_event_is_found_by_where_it_comes_from(log: Log) -> None:
    record(log, entry(), entry("N-1", BenefitChanged("sygedagpenge"), "88"))

    assert log.find("journey", "88") == (2, "N-1", "benefit_changed")
    assert log.find("journey", "89") is None
    assert log.find("other", "88") is None


def test_what_sameness_is_judged_by_is_kept(log: Log, database: Database) -> None:
    told = entry(source_id="88")
    record(log, told)

    with psycopg.connect(database.admin_url) as conn:
        row = conn.execute("select content from log.event_ids").fetchone()
    assert row == (hashlib.sha256(content(told)).digest(),)


# A command is taken once


def test_a_decision_sees_the_history_and_follows_on_it(log: Log) -> None:
    record(log, entry())
    seen: list[list[Recorded]] = []

    def decide(history: list[Recorded]) -> list[Entry]:
        seen.append(history)
        return [entry(event=BenefitChanged("sygedagpenge"))]

    receipt = log.record("c-1", "N-1", b"", decide)

    assert [len(history) for history in seen] == [1]
    assert (receipt.positions, receipt.versions, receipt.known) == ((2,), (2,), ())


def test_a_refusal_writes_nothing_and_is_not_remembered(log: Log, database: Database) -> None:
    def refuse(_: list[Recorded]) -> list[Entry]:
        raise Refused("not_open")

    with pytest.raises(Refused, match="ikke åben"):
        log.record("c-1", "N-1", b"", refuse)

    assert every_position(database) == []
    assert record(log, entry(), command="c-1").positions == (1,)


def test_the_same_command_again_is_given_the_first_receipt(log: Log, database: Database) -> None:
    first = record(log, entry(), entry(), command="c-1", request=b"same")
    record(log, entry())

    def never(_: list[Recorded]) -> list[Entry]:
        raise AssertionError("decided again")

    assert log.record("c-1", "N-1", b"same", never) == first
    assert log.record("c-1", "N-1", b"same", never, 0) == first
    assert len(every_position(database)) == 3


def test_a_command_id_used_for_another_request_is_refused(log: Log) -> None:
    record(log, entry(), command="c-1", request=b"one")

    with pytest.raises(Refused) as refused:
        record(log, entry(), command="c-1", request=b"another")

    assert refused.value.code == "command_reused"


def test_a_command_that_decides_nothing_has_a_receipt(log: Log) -> None:
    receipt = log.record("c-1", "N-1", b"", lambda _: [])

    assert receipt == Receipt("c-1", "N-1", (), (), None, ())
    assert log.record("c-1", "N-1", b"", lambda _: []) == receipt


def test_another_version_than_expected_is_refused(log: Log) -> None:
    record(log, entry(), expected=0)
    record(log, entry(), expected=1)

    for expected in (0, 1, 3):
        with pytest.raises(StreamMoved) as moved:
            record(log, entry(), expected=expected)
        assert (moved.value.expected, moved.value.found) == (expected, 2)
    assert record(log, entry(), expected=2).versions == (3,)


def test_the_same_id_with_the_same_content_is_known(log: Log) -> None:
    record(log, entry("N-2"), entry("N-2"))
    first = record(log, entry(source_id="88"))

    again = record(log, entry(source_id="88"), entry(source_id="89"))

    assert first.positions == again.known == (3,)
    assert (again.positions, again.versions) == ((4,), (2,))
    assert log.find("journey", "88") == (3, "N-1", "referred")


def test_the_same_id_with_the_same_content_twice_in_a_command_is_one(log: Log) -> None:
    assert record(log, entry(source_id="88"), entry(source_id="88")).positions == (1,)


@pytest.mark.parametrize("before", [True, False], ids=["recorded before", "in the same command"])
def test_the_same_id_with_other_content_is_refused(log: Log, database: Database, before: bool) -> None:
    if before:
        record(log, entry(source_id="88"))
    decided = [entry(event=BenefitChanged("sygedagpenge"), source_id="88")]
    decided += [] if before else [entry(source_id="88")]

    with pytest.raises(Refused) as refused:
        record(log, entry(), *decided)

    assert (refused.value.code, refused.value.place) == ("different_content", "journey/88")
    assert len(every_position(database)) == before


def test_an_event_of_another_stream_is_never_recorded(log: Log) -> None:
    with pytest.raises(ValueError, match="N-2"):
        record(log, entry("N-1"), entry("N-2"))


def test_streams_that_are_not_cases_are_recorded_alike(log: Log) -> None:
    stream = stream_for("survey_recorded", "surveys")

    assert record(log, entry(stream)).stream == "stream:surveys"


# Others write too


@pytest.mark.parametrize("streams", [1, 40], ids=["one stream", "many streams"])
def test_of_eight_writers_nothing_is_lost_or_doubled(log: Log, database: Database, streams: int) -> None:
    commands = [(uuid4().hex, f"N-{nth % streams}") for nth in range(240)]
    seen: list[int] = []
    done = threading.Event()

    def tail() -> None:
        with psycopg.connect(database.admin_url, autocommit=True) as conn:
            finished = False
            while not finished:
                finished = done.is_set()  # and once more after the last
                query = "select notification_id from log.events where notification_id > %s order by 1"
                seen.extend(row[0] for row in conn.execute(query, (seen[-1] if seen else 0,)))

    with ThreadPoolExecutor(10) as pool:
        tailing = pool.submit(tail)
        writing = [pool.submit(record, log, entry(stream), command=command) for command, stream in commands]
        receipts = [one.result() for one in writing]
        done.set()
        tailing.result()

    positions = every_position(database)
    assert without_holes([position for position, _, _ in positions])
    assert sorted(position for receipt in receipts for position in receipt.positions) == [p for p, _, _ in positions]
    for stream, count in Counter(stream for _, stream in commands).items():
        assert [version for _, of, version in positions if of == stream] == list(range(1, count + 1))
    assert seen == [position for position, _, _ in positions], "what a reader that follows the log has seen"
    moments = [log.moment_of(position) for position, _, _ in positions]
    assert moments == sorted(m for m in moments if m is not None)


def test_eight_senders_of_one_command_get_one_receipt(log: Log, database: Database) -> None:
    decided = entry()

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: record(log, decided, command="c-1"), range(8)))

    assert set(receipts) == {receipts[0]}
    assert len(every_position(database)) == 1


def test_of_eight_who_expect_one_version_one_is_taken(log: Log, database: Database) -> None:
    def attempt(_: int) -> bool:
        with suppress(StreamMoved):
            record(log, entry(), expected=0)
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(attempt, range(8)))

    assert sum(taken) == 1
    assert len(every_position(database)) == 1


def test_a_decision_overtaken_by_another_is_made_again(log: Log) -> None:
    lengths: list[int] = []

    def decide(history: list[Recorded]) -> list[Entry]:
        lengths.append(len(history))
        if len(lengths) == 1:
            record(log, entry())
        return [entry()]

    receipt = log.record("c-1", "N-1", b"", decide)

    assert lengths == [0, 1]
    assert receipt.versions == (2,)


def test_who_waits_too_long_for_the_lock_is_told_that_it_is_busy(log: Log, database: Database) -> None:
    with psycopg.connect(database.app_url) as other:
        other.execute("select pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
        started = time.monotonic()

        with pytest.raises(Busy, match="ventede 5 sekunder"):
            record(log, entry(), command="c-1")

    assert time.monotonic() - started > 4
    assert record(log, entry(), command="c-1").positions == (1,)


def test_readers_are_notified_when_the_append_has_been_committed(log: Log, database: Database) -> None:
    with psycopg.connect(database.app_url, autocommit=True) as listener:
        listener.execute("listen events")

        record(log, entry())

        assert [notice.channel for notice in listener.notifies(timeout=PATIENCE, stop_after=1)] == ["events"]


def test_a_role_that_may_only_insert_may_hold_the_lock(database: Database) -> None:
    address = as_role(database.app_url, APPEND, lock_timeout="100ms")
    with psycopg.connect(address) as one, psycopg.connect(address) as other:
        lock_appends(one)

        with pytest.raises(Busy):
            lock_appends(other)
