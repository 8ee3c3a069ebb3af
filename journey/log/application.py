"""The application of the `eventsourcing` library on the register's log: it appends and reads the same streams as the program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn, cast

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, JSONTranscoder
from eventsourcing.postgres import PostgresDatastore
from eventsourcing.utils import Environment, strtobool

from journey.log.login import as_role
from journey.log.migrate import APPEND
from journey.log.recorder import DB_FUNCTIONS, PATIENCE, KindMapper, Recorder, datastore
from journey.log.starting import check_start
from journey.refusals import Refused

SETTINGS = {
    # The same few statements over and over: planning them once is a sixth of the time.
    "plan_cache_mode": "force_generic_plan",
    "lock_timeout": f"{PATIENCE}s",
}
"""What a session that appends is told."""


class LogFactory(InfrastructureFactory):
    """Infrastructure of the log: the appender's login, and the recorder on the migrated table.

    Raises Refused (`wrong_start`) for a database or a login that could lose events or change them.
    """

    URL = "JOURNEY_DATABASE_URL"
    ROLE = "JOURNEY_ROLE"
    POOL_SIZE = "JOURNEY_POOL_SIZE"

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        if strtobool(os.environ.get("POSTGRES_ENABLE_DB_FUNCTIONS") or "no"):
            raise Refused("wrong_start", DB_FUNCTIONS)
        url, role = env.get(self.URL, ""), env.get(self.ROLE, APPEND)
        self.datastore = datastore(as_role(check_start(url, role), role, **SETTINGS), int(env.get(self.POOL_SIZE, "8")))

    def application_recorder(self) -> Recorder:
        """The recorder of the log."""
        return Recorder(self.datastore)

    def aggregate_recorder(self, purpose: str = "events") -> NoReturn:
        """Refuse: the log keeps no snapshots, since a case is folded from its events."""
        raise NotImplementedError(f"the log has no table of {purpose}")

    def tracking_recorder(self, tracking_recorder_class: type[Any] | None = None) -> NoReturn:
        """Refuse: the log's role may append and no more, so a view has an infrastructure of its own."""
        raise NotImplementedError("a view is not kept in the log")

    def process_recorder(self) -> NoReturn:
        """Refuse, as a view is: what a process has seen is not kept in the log."""
        raise NotImplementedError("what a process has seen is not kept in the log")

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()


class LogApplication(Application[str]):
    """Event-sourced application whose events are the register's; a stream is a case, or begins with `stream:`.

    `save` takes `VersionedEntry` objects, and what `Recorder.insert_events` records beside them. It takes events as decided: the
    rules of a case and the lists of codes are checked before it (`Log.record`).
    """

    name = "journey"

    @property
    def datastore(self) -> PostgresDatastore:
        """The pool of connections that the application appends and reads on."""
        return cast(LogFactory, self.factory).datastore

    def construct_env(self, name: str, env: Mapping[str, str] | None = None) -> Environment:
        """The settings given and no others: the machine's own could put a cipher or a cache between the log and its readers."""
        return Environment(name, dict(env or {}))

    def construct_factory(self, env: Environment) -> LogFactory:
        """The infrastructure of the log, whatever persistence module is named."""
        return LogFactory(env)

    def construct_mapper(self) -> KindMapper:
        """The mapper that stores kinds by their plain names."""
        return KindMapper(JSONTranscoder())
