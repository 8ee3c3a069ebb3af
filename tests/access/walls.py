"""A small register with a case of each state and a row of each in every table, and the cases that each reader is to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from msgspec import Struct
from psycopg.sql import SQL, Identifier

from journey.access.reader import LOCAL, NOBODY, Reader
from projections.engine.columns import columns
from projections.projections import PROJECTIONS
from tests.conftest import Database
from tests.support.registers import load, register_on

OWN, OTHER = "ungeindsatsen", "social"
STREAMS = ("stream:definitions", "stream:publications")


class CaseState(Struct, frozen=True):
    """A case as access to it is judged: its unit, whether it is protected, and who has a grant of it, running or not."""

    unit: str
    protected: bool = False
    granted_to: str = ""
    runs: bool = True


CASES: Mapping[str, CaseState] = {
    "in-unit": CaseState(OWN),
    "elsewhere": CaseState(OTHER),
    "no-unit": CaseState(""),
    "moved-in": CaseState(OWN),
    "moved-out": CaseState(OTHER),
    "protected": CaseState(OWN, protected=True),
    "protected-granted": CaseState(OWN, protected=True, granted_to="a-1"),
    "protected-elsewhere-granted": CaseState(OTHER, protected=True, granted_to="a-1"),
    "elsewhere-granted": CaseState(OTHER, granted_to="a-1"),
    "elsewhere-granted-to-another": CaseState(OTHER, granted_to="b-2"),
    "protected-grant-over": CaseState(OWN, protected=True, granted_to="a-1", runs=False),
}
READERS: Mapping[str, Reader | None] = {
    "no context": None,
    "nobody": NOBODY,
    "none with units": Reader("a-1", "operator", "none", (OWN,)),
    "a unit": Reader("c-3", "caseworker", "units", (OWN,)),
    "a unit and grants": Reader("a-1", "caseworker", "units", (OWN,)),
    "two units": Reader("c-3", "unit_leader", "units", (OTHER, OWN)),
    "no units": Reader("c-3", "caseworker", "units"),
    "no units and grants": Reader("a-1", "caseworker", "units"),
    "a unit that is none": Reader("c-3", "caseworker", "units", ("", "skole")),
    "all": Reader("c-3", "auditor", "all"),
    "all and grants": Reader("a-1", "privacy_officer", "all"),
    "a reach that is none": Reader("a-1", "caseworker", "alt", (OWN,)),  # pyright: ignore[reportArgumentType] -- what is not a reach
    "everything": LOCAL,
}


def shown(reader: Reader | None) -> set[str]:
    """The cases that the reader is to be shown, as the law of access says it."""
    if reader is None:
        return set()
    if reader.reach == "everything":
        return set(CASES)
    if reader.reach not in ("units", "all"):
        return set()
    return {
        name
        for name, case in CASES.items()
        if (not case.protected and (reader.reach == "all" or (case.unit and case.unit in reader.units)))
        or (case.granted_to == reader.person and case.runs)
    }


def lines() -> list[dict[str, Any]]:
    """Lines of the interchange format that make the cases."""
    made: list[dict[str, Any]] = []

    def add(case: str, kind: str, day: str, **data: Any) -> None:
        made.append(
            {"case": case, "kind": kind, "valid_at": day, "source": "s", "source_id": f"row:{len(made):03}:e", "data": data}
        )

    for name, case in CASES.items():
        if not case.unit:
            add(name, "activity_recorded", "2025-01-02", activity="moede", worker="w1")
        elif name == "moved-in":
            add(name, "referred", "2025-01-02", unit=OTHER, citizen=f"b-{name}-1")
            add(name, "transferred", "2025-02-02", to=OWN, reason="other")
        elif name == "moved-out":
            add(name, "referred", "2025-01-02", unit=OWN, citizen=f"b-{name}-1")
            add(name, "transferred", "2025-02-02", to=OTHER, reason="other")
        else:
            add(name, "referred", "2025-01-02", unit=case.unit, citizen=f"b-{name}-1")
        add(name, "note_added", "2025-03-02", text=f"Notat i {name}")
    return made


def build(database: Database, folder: Any) -> None:
    """Fill the database: the cases with protection and grants, and a row of each case and stream in every table of rows and deliveries."""
    register = register_on(database, folder)
    load(register, lines())
    register.believe()
    now = datetime.now(UTC)
    with psycopg.connect(database.admin_url) as conn:
        for name, case in CASES.items():
            conn.execute("update access.cases set protected = %s where case_id = %s", (case.protected, name))
            if case.granted_to:
                since = now - timedelta(days=2)
                until = now + timedelta(days=1 if case.runs else -1)
                conn.execute(
                    "insert into access.grants (case_id, person, kind, purpose, granted_by, from_at, until)"
                    " values (%s, %s, 'grant', 'sagsbehandling', 'l-1', %s, %s)",
                    (name, case.granted_to, since, until),
                )
            conn.execute(
                "insert into identity.numbers (pseudonym, number_index, sealed) values (%s, sha256(%s), '')",
                (name, name.encode()),
            )
        conn.execute(
            "insert into log.deliveries (source, taken_at, who, files, numbers, position)"
            " values ('s', now(), 'w', '[]', '{\"sheets\": {}}', 1)"
        )
        conn.execute(
            "insert into log.gone_rows (delivery, sheet, name) select 1, split_part(source_id, ':', 1), split_part(source_id, ':', 2)"
            " from log.event_ids where source = 's'"
        )
        for nth, stream in enumerate(STREAMS):
            conn.execute(
                "insert into log.events (originator_id, originator_version, topic, state) values (%s, 1, 'published', '{}')",
                (stream,),
            )
            conn.execute("insert into log.event_ids values ('t', %s, 1, %s, 'published', '')", (str(nth), stream))
        for table, projection in PROJECTIONS.items():
            own = {name: _VALUES[kind.split()[0]] for name, (kind, _) in columns(projection.row).items()}
            for nth, case in enumerate((*CASES, *STREAMS)):
                row = {"known_from": 10**6 + nth, "nth": 0, "known_to": 2**62, "case_id": case, **own}
                conn.execute(
                    SQL("insert into rows.{} ({}) values ({})").format(
                        Identifier(table), SQL(", ").join(map(Identifier, row)), SQL(", ").join([SQL("%s")] * len(row))
                    ),
                    list(row.values()),
                )


_VALUES: Mapping[str, Any] = {"text": "x", "bigint": 1, "boolean": True, "date": "2025-01-01"}
