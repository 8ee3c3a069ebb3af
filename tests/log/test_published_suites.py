"""The event-sourcing library's own suites for recorders, on ours."""

from __future__ import annotations

import sys
from uuid import uuid4

import eventsourcing.cryptography
import pytest
from eventsourcing.persistence import StoredEvent

from journey.log.login import as_role
from journey.log.migrate import APPEND
from journey.log.recorder import IdentifiedEvent, Recorder, datastore
from tests.conftest import Database

PROMISE = "the log is an event store by the suites that the event-sourcing library publishes for recorders"

# The suites import the cipher of a library that we do without; the other one has a class of the same name.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)
from eventsourcing.tests import persistence as published  # noqa: E402 -- after what makes it importable


class AnyEventRecorder(Recorder):
    """The recorder, for events that are of no kind of ours: the suites make up topics and states."""

    def identified(self, stored_event: StoredEvent) -> IdentifiedEvent:
        stream, version = str(stored_event.originator_id), stored_event.originator_version
        return IdentifiedEvent(stream, version, stored_event.topic, stored_event.state, "suite", str(uuid4()), b"")


class OnOurTable:
    """Gives the suites our recorder on a fresh table, as the role that may only insert, and ids that are text."""

    @pytest.fixture(autouse=True)
    def _on(self, database: Database) -> None:
        self.url = as_role(database.app_url, APPEND)

    def create_recorder(self) -> Recorder:
        return AnyEventRecorder(datastore(self.url, 10))

    def new_originator_id(self) -> str:
        return str(uuid4())


class TestApplicationRecorder(OnOurTable, published.ApplicationRecorderTestCase[Recorder]):
    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = True

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()

    def test_nothing_inserted_is_nothing_recorded(self) -> None:
        recorder = self.create_recorder()

        assert recorder.insert_events([]) is None
        assert recorder.max_notification_id() is None

    def test_a_stream_is_read_forwards_backwards_and_in_part(self) -> None:
        """What AggregateRecorderTestCase asks of reading; the rest of it asks that an insert gives no positions, and ours does."""
        recorder = self.create_recorder()
        stream = self.new_originator_id()
        recorder.insert_events([StoredEvent(stream, version, "kind", b"{}") for version in (1, 2, 3)])

        def versions(**limits: int | bool) -> list[int]:
            return [event.originator_version for event in recorder.select_events(stream, **limits)]

        assert versions() == [1, 2, 3]
        assert versions(desc=True, limit=1) == [3]
        assert versions(gt=1) == [2, 3]
        assert versions(gt=1, lte=2) == [2]


class TestNonInterleaving(OnOurTable, published.NonInterleavingNotificationIDsBaseCase):
    pass
