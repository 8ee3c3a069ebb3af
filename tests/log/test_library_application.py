"""The library's own application on the register: what it appends is the register's, and what the register appends it reads."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent, Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from msgspec.structs import replace

from journey.events import ActivityRecorded, NoteAdded, Referred
from journey.log.application import LogApplication, LogFactory
from journey.log.login import as_role
from journey.log.migrate import PROJECT, SEAL
from journey.log.receipts import CommandRow
from journey.log.recorder import CHANNEL, IdentifiedEvent, KindMapper, VersionedEntry
from journey.log.store import EventLocation, Log
from journey.log.stored import Entry
from journey.log.vault import Vault
from journey.proof.checking import check
from journey.refusals import Refused
from projections.engine.follow import standing
from projections.engine.replay import differences, replay
from projections.engine.stored_rows import stored_rows_by_case
from tests.conftest import Database
from tests.support.import_files import exported, taking
from tests.support.readers import note_text
from tests.support.registers import register_on
from tests.support.sealed import sealed
from tests.support.store_entries import entry, every_position, record, without_holes
from tests.support.waiting import until

ACTIVITY = ActivityRecorded("moede", "w1")


@pytest.fixture
def application(database: Database) -> Iterator[LogApplication]:
    """The application as the appender, on the database of the test."""
    with LogApplication({LogFactory.URL: database.app_url}) as opened:
        yield opened


def versioned(stream: str, version: int, source_id: str | None = None) -> VersionedEntry:
    """An event of a case: the first refers the citizen, the others are activities."""
    event = Referred("ungeindsatsen", "citizen-1") if version == 1 else ACTIVITY
    return VersionedEntry(entry(stream, event, source_id), version)


def positions(recordings: list[Any]) -> list[int]:
    return [recording.notification.id for recording in recordings]


# What the register appends, the library reads


def test_the_notification_log_has_what_commands_recorded(log: Log, application: LogApplication) -> None:
    first, second, third = entry("N-1"), entry("N-2"), entry("N-1", ACTIVITY)
    for each in (first, second, third):
        record(log, each)

    notifications = application.notification_log.select(1, 10)

    assert [(each.id, each.originator_id, each.originator_version, each.topic) for each in notifications] == [
        (1, "N-1", 1, "referred"),
        (2, "N-2", 1, "referred"),
        (3, "N-1", 2, "activity_recorded"),
    ]
    assert [application.mapper.to_domain_event(each) for each in notifications] == [
        VersionedEntry(first, 1),
        VersionedEntry(second, 1),
        VersionedEntry(third, 2),
    ]
    assert application.notification_log["1,10"].items == notifications
    assert [each.id for each in application.recorder.select_notifications(2, 10, topics=["activity_recorded"])] == [3]
    assert application.recorder.max_notification_id() == 3


def test_a_stream_is_read_by_the_event_store(log: Log, application: LogApplication) -> None:
    decided = [entry("N-1"), entry("N-1", ACTIVITY), entry("N-1", ACTIVITY)]
    record(log, *decided)
    record(log, entry("N-2"))

    whole = [VersionedEntry(each, version) for version, each in enumerate(decided, 1)]
    assert list(application.events.get("N-1")) == whole
    assert list(application.events.get("N-1", gt=1, lte=2)) == whole[1:2]
    assert list(application.events.get("N-1", desc=True, limit=1)) == whole[2:]


def test_a_repository_folds_a_stream(log: Log, application: LogApplication) -> None:
    record(log, entry("N-1"), entry("N-1", ACTIVITY))

    kinds = application.repository.get("N-1", projector_func=lambda _, events: [each.entry.kind for each in events])  # type: ignore[attr-defined] -- the application's own events

    assert kinds == ["referred", "activity_recorded"]


def test_a_subscription_follows_what_commands_record(log: Log, application: LogApplication, database: Database) -> None:
    record(log, entry("N-1"), entry("N-1", ACTIVITY))

    with application.recorder.subscribe(gt=1) as subscription:
        seen = [next(subscription).id]
        record(log, entry("N-2"))
        wake(database)
        seen.append(next(subscription).id)

    assert seen == [2, 3]


def wake(database: Database) -> None:
    """Notify once more: the library's subscription may begin to listen only after the append, and then waits for the next."""
    with psycopg.connect(database.app_url, autocommit=True) as conn:
        conn.execute(f"notify {CHANNEL}".encode())


class CountsView(POPOTrackingRecorder):
    """How many events of each kind a case has."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[tuple[str, str]] = Counter()


class Counts(Projection[CountsView]):
    """One count an event."""

    def process_event(self, domain_event: VersionedEntry, tracking: Tracking) -> None:  # type: ignore[override] -- the application's own events
        self.view.insert_tracking(tracking)
        self.view.counts[domain_event.originator_id, domain_event.entry.kind] += 1


def test_the_librarys_projection_runner_follows_the_log(log: Log, application: LogApplication, database: Database) -> None:
    record(log, entry("N-1"), entry("N-1", ACTIVITY))
    environment = {"PERSISTENCE_MODULE": "eventsourcing.popo", LogFactory.URL: database.app_url}

    with ProjectionRunner(
        application_class=LogApplication, projection_class=Counts, view_class=CountsView, env=environment
    ) as runner:
        record(log, entry("N-2"))
        application.save(versioned("N-2", 2), versioned("N-2", 3))
        last = application.recorder.max_notification_id()

        def reached() -> bool:
            wake(database)
            return runner.view.has_tracking_id(runner.app.name, last)

        until(reached)

    assert runner.view.counts == {
        ("N-1", "referred"): 1,
        ("N-1", "activity_recorded"): 1,
        ("N-2", "referred"): 1,
        ("N-2", "activity_recorded"): 2,
    }


# What the library appends is the register's


def test_saved_events_are_read_as_any_others(log: Log, application: LogApplication) -> None:
    record(log, entry("N-1"))
    saved = [versioned("N-1", 2, "88"), versioned("N-2", 1), versioned("N-2", 2)]

    recordings = application.save(*saved)
    after = record(log, entry("N-2", ACTIVITY))

    assert positions(recordings) == [2, 3, 4]
    assert (after.positions, after.versions) == ((5,), (3,))
    assert [(each.position, each.version, each.event) for each in log.history("N-1")][1:] == [(2, 2, ACTIVITY)]
    assert [each.position for each in log.history("N-2")] == [3, 4, 5]
    assert log.find("journey", "88") == EventLocation(2, "N-1", "activity_recorded")
    assert len({log.moment_of(position) for position in (2, 3, 4)}) == 1, "one moment for what is saved together"


def test_saved_events_are_known_by_a_command_that_brings_them_again(log: Log, application: LogApplication) -> None:
    saved = versioned("N-1", 1, "88")
    application.save(saved)

    again = record(log, saved.entry)

    assert (again.positions, again.known) == ((), (1,))
    with pytest.raises(Refused) as refused:
        record(log, replace(saved.entry, event=ACTIVITY))
    assert refused.value.code == "different_content"


def test_saved_events_are_exported_sealed_and_folded(
    log: Log, application: LogApplication, database: Database, tmp_path: Path
) -> None:
    record(log, entry("N-1"))
    application.save(versioned("N-1", 2), versioned("N-2", 1), versioned("N-2", 2))

    lines = exported(database).splitlines()[1:]
    again = taking(database, io.BytesIO(b"\n".join(lines)))
    note = sealed(database, tmp_path)
    register = register_on(database, tmp_path)
    register.believe()

    assert [json.loads(line)["kind"] for line in lines] == ["referred", "activity_recorded"] * 2
    assert (again.recorded, again.known) == (0, 4)
    assert note is not None
    with register.connected(SEAL) as conn:
        verification = check(conn, [])
    assert (verification.sealed, verification.fault) == (4, None)
    with psycopg.connect(as_role(database.app_url, PROJECT), autocommit=True) as conn:
        assert standing(conn).position == 4
        replay(conn, register.codes.classes, 4)
        assert differences(conn, 4) == {}
        with conn.transaction():
            assert [case for case, _ in stored_rows_by_case(conn)] == ["N-1", "N-2"]


def test_a_command_may_be_saved_with_its_receipt(log: Log, application: LogApplication) -> None:
    decided = versioned("N-1", 1)
    row = CommandRow("c-1", "N-1", b"hash of the request")

    recordings = application.save(decided, command=row, notes=[], codes=[("units", "ungeindsatsen", None, None)])

    assert row.receipt is not None
    assert list(row.receipt.positions) == positions(recordings) == [1]
    assert row.receipt.known_at == log.moment_of(1)
    with pytest.raises(Refused) as refused:
        record(log, entry(), command="c-1")
    assert refused.value.code == "command_reused"


def test_a_note_may_be_saved_with_its_sealed_text(application: LogApplication, database: Database, tmp_path: Path) -> None:
    with Vault(tmp_path / "outer.key", database.app_url) as vault:
        sealed_note = vault.seal("N-1", "Ringede til moren.")
        assert sealed_note is not None
        event, cipher = sealed_note

        application.save(VersionedEntry(entry("N-1", event), 1), notes=[("N-1", event.text_hash, cipher)])

        assert note_text(vault, database.app_url, "N-1", event.text_hash) == "Ringede til moren."


def test_writers_by_the_library_and_by_commands_leave_no_holes(
    log: Log, application: LogApplication, database: Database
) -> None:
    with ThreadPoolExecutor(4) as pool:
        saving = [pool.submit(application.save, versioned(f"A-{number}", 1)) for number in range(40)]
        recording = [pool.submit(record, log, entry(f"B-{number}")) for number in range(40)]
        given = [position for each in saving for position in positions(each.result())]
        given += [position for each in recording for position in each.result().positions]

    assert sorted(given) == list(range(1, 81))
    assert without_holes([position for position, _, _ in every_position(database)])


# What is refused


@pytest.mark.parametrize(
    "second",
    [versioned("N-1", 1), versioned("N-1", 3), versioned("N-1", 2, "88"), versioned("N-2", 1, "88")],
    ids=["a second version", "a version that leaves a hole", "a known id", "a known id in another stream"],
)
def test_a_conflict_is_the_librarys_and_writes_nothing(
    log: Log, application: LogApplication, database: Database, second: VersionedEntry
) -> None:
    application.save(versioned("N-1", 1, "88"))

    with pytest.raises(IntegrityError):
        application.save(versioned("N-9", 1), second)

    assert every_position(database) == [(1, "N-1", 1)]
    assert record(log, entry("N-3")).positions == (2,), "a refused append burns no position"


def test_the_clear_text_of_a_note_is_refused(application: LogApplication, database: Database) -> None:
    note = Entry("N-1", entry().valid_at, "journey", "88", NoteAdded("0" * 64), text="Ringede til moren.")

    with pytest.raises(ValueError, match=r"^N-1: the clear text of a note never enters the log$"):
        application.save(VersionedEntry(note, 1))

    assert every_position(database) == []


@pytest.mark.parametrize(
    "stored",
    [
        StoredEvent("N-1", 1, "unheard_of", b"{}"),
        StoredEvent("N-1", 1, "referred", b"{}"),
        StoredEvent("N-1", 1, "referred", b""),
    ],
)
def test_what_no_reader_could_decode_is_refused(application: LogApplication, database: Database, stored: StoredEvent) -> None:
    with pytest.raises(ValueError, match="is not an event of the register"):
        application.recorder.insert_events([stored])

    assert every_position(database) == []


def test_a_stored_event_without_its_ids_has_them_from_its_state(log: Log, application: LogApplication) -> None:
    mapped = application.mapper.to_stored_event(versioned("N-1", 1, "88"))
    assert isinstance(mapped, IdentifiedEvent)
    bare = StoredEvent(mapped.originator_id, mapped.originator_version, mapped.topic, mapped.state)

    assert application.recorder.insert_events([bare]) == [1]

    assert log.find("journey", "88") == EventLocation(1, "N-1", "referred")
    assert application.recorder.identified(bare) == mapped  # type: ignore[attr-defined] -- the log's recorder


@pytest.mark.parametrize(
    "events",
    [[versioned("N-2", 1)], [versioned("N-1", 1), versioned("N-2", 1)], [versioned("N-1", 1), versioned("N-1", 3)]],
    ids=["another stream", "two streams", "a hole"],
)
def test_a_commands_events_are_of_its_stream(
    application: LogApplication, database: Database, events: list[VersionedEntry]
) -> None:
    with pytest.raises(ValueError, match="do not follow on each other in N-1"):
        application.save(*events, command=CommandRow("c-1", "N-1", b""))

    assert every_position(database) == []


def test_snapshots_views_and_processes_are_refused(application: LogApplication) -> None:
    for construct in (
        application.factory.aggregate_recorder,
        application.factory.tracking_recorder,
        application.factory.process_recorder,
    ):
        with pytest.raises(NotImplementedError):
            construct()


def test_a_login_that_may_change_events_is_refused(database: Database) -> None:
    with pytest.raises(Refused) as refused:
        LogApplication({LogFactory.URL: database.owner_url})

    assert refused.value.code == "wrong_start"


@pytest.mark.parametrize(
    ("name", "value"),
    [("IS_SNAPSHOTTING_ENABLED", "y"), ("CIPHER_TOPIC", "none:Such"), ("MAPPER_TOPIC", "none:Such")],
)
def test_the_machines_own_settings_of_the_library_do_not_reach_the_log(
    database: Database, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with LogApplication({LogFactory.URL: database.app_url}) as application:
        assert positions(application.save(versioned("N-1", 1))) == [1]
        assert type(application.mapper) is KindMapper
