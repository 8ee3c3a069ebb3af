"""A log or a seal that a superuser has damaged: whoever reads it names the fault, and nothing ends in a stack trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, NamedTuple

import msgspec
import psycopg
import pytest
from psycopg import sql

from api.answers.seal import state_of
from api.cli.main import run
from api.sealing.sealer import SealHealth
from journey.log.acts import record_act
from journey.proof.bundle import write
from journey.proof.checking import check, store_verification
from journey.proof.reading import SealBroken
from journey.proof.sealing import KEY_FILE, lead, log_signer, seal
from journey.refusals import CATALOGUE, Refused
from tests.conftest import Database
from tests.support.registers import register_on
from tests.support.sealed import Means, fault_of, keyed, recorded, sealed_in_steps, sealing, verify_alone
from tests.support.serving import running

EVENTS, WAITING = 30, 3
"""Events that are sealed, and events after them that are not yet."""

SEALED = {
    "log.events": {"originator_id", "originator_version", "topic", "state", "notification_id", "known_at"},
    "log.notes": {"stream", "text_hash", "sealed"},
    "seal.keys": {"vkey", "kind"},
    "seal.tiles": {"level", "index", "hashes"},
    "seal.checkpoints": {"size", "root", "extension", "signature"},
    "log.register_acts": {"number", "line"},
    "seal.cosignatures": {"size", "signature"},
}
"""What the seal holds fast. The other columns may hold anything, and nothing that reads the seal minds it."""
SHOWN_AT_ONCE = {"seal.keys", "seal.checkpoints", "seal.cosignatures", "log.register_acts"}
"""What the page reads itself, and so tells of before any check."""

WAYS = {
    "text": ["''", "left({c}, length({c}) - 1)", "{c} || 'x'", "{c} || chr(10)", "replace({c}, chr(10), '')", "%(text)s"],
    "bytea": ["''::bytea", "substr({c}, 1, octet_length({c}) - 1)", "{c} || '\\x00'", "{c} || {c}", "%(bytes)s"],
    "bigint": ["0", "-1", "{c} + 1", "{c} - 1", "999999999999999999", "9223372036854775807", "-9223372036854775808"],
    "integer": ["-1", "{c} + 1", "2147483647"],
    "smallint": ["-1", "{c} + 1", "7", "32767"],
    "timestamp with time zone": [
        "'infinity'",
        "'-infinity'",
        "{c} + interval '1 microsecond'",
        "'200000-01-01'",
        "'4000-01-01 BC'",
    ],
    "jsonb": ["'null'", "'{{}}'", "'[1]'"],
    "boolean": ["not {c}"],
    "double precision": ["'NaN'", "'Infinity'", "-1"],
}
"""Ways to damage a value by its type, beside another row's value and null."""
LINES = [
    "'— x AAB=' || chr(10)",  # base64 in a way that it is not written
    "'—' || chr(10)",
    "{c} || left({c}, 20)",
    "chr(10) || chr(10) || {c}",
    "translate({c}, 'ABCDabcd', 'BADCbadc')",
    "'— ' || repeat('x', 70000) || ' AAAAAAAA' || chr(10)",
]
"""And ways to damage a signature."""


class Damage(NamedTuple):
    """A value that is made another: `row` is where it stands, `nth` of `rows`, and `way` the SQL of what it becomes."""

    table: str
    column: str
    row: str
    nth: int
    rows: int
    way: str

    @property
    def stops(self) -> bool:
        """Whether the sealer goes on from it: the log's key, the edge of the tree (all of it here), the newest root."""
        if self.table == "seal.checkpoints":
            return self.column in SEALED[self.table] and self.nth == self.rows - 1
        return self.table == "seal.tiles" or (self.table == "seal.keys" and self.column in SEALED[self.table] and self.nth == 0)

    def do(self, conn: psycopg.Connection[Any]) -> bool:
        """Do it, and say whether the value is another now. Raises psycopg.Error for what the table cannot hold."""
        rng = Random(self.way)
        c, t = sql.Identifier(self.column), sql.SQL(self.table)
        statement = sql.SQL("update {t} set {c} = {way} where ctid = %(row)s and {c} is distinct from {way}").format(
            t=t, c=c, way=sql.SQL(self.way).format(c=c, t=t)
        )
        values = {"row": self.row, "text": "".join(rng.choices("aZ9 +\"'{}æ\n—\\", k=40)), "bytes": rng.randbytes(32)}
        return conn.execute(statement, values).rowcount == 1


def disarm(conn: psycopg.Connection[Any]) -> None:
    """As only a superuser may: no trigger, no foreign key, no check."""
    tables = [
        name
        for (name,) in conn.execute("select schemaname || '.' || tablename from pg_tables where schemaname in ('log', 'seal')")
    ]
    for table in tables:
        conn.execute(f"alter table {table} disable trigger all".encode())
    checks = (
        "select conrelid::regclass::text, conname from pg_constraint"
        " where contype = 'c' and connamespace in ('log'::regnamespace, 'seal'::regnamespace)"
    )
    for table, name in conn.execute(checks).fetchall():
        conn.execute(f"alter table {table} drop constraint {name}".encode())
    conn.execute("alter table log.events drop constraint if exists events_position")


def damages(conn: psycopg.Connection[Any]) -> Iterator[Damage]:
    """Every column of every table of the log and the seal in each way, in a row of the middle; of the seal in three."""
    columns = conn.execute(
        "select table_schema || '.' || table_name, column_name, data_type from information_schema.columns"
        " where table_schema in ('log', 'seal') order by 1, ordinal_position"
    ).fetchall()
    for table, column, kind in columns:
        rows = [str(at) for (at,) in conn.execute(f"select ctid::text from {table} order by ctid".encode())]
        if not rows:
            continue
        ways = [*WAYS[kind], *(LINES if column == "signature" else []), "null"]
        other = "(select o.{c} from {t} o where o.{c} is distinct from " + f"{table}.{column} order by o.ctid limit 1)"
        some = {0, len(rows) // 2, len(rows) - 1} if table.startswith("seal.") else {len(rows) // 2}
        for nth in sorted(some):
            for way in [*ways, other]:
                yield Damage(table, column, rows[nth], nth, len(rows), way)


HEALTH = SealHealth(0, 0, 0, 0.0, False, False, None, None)


@pytest.fixture
def means(database: Database, tmp_path: Path) -> Means:
    keyed(tmp_path, Random(5))
    with sealing(database) as conn:
        record_act(conn, "keys_changed", ["Bo"], {})
    recorded(database, EVENTS, tmp_path)
    made = sealed_in_steps(database, tmp_path)
    recorded(database, WAITING, tmp_path, seed=2)
    return made


@pytest.mark.long
def test_whatever_is_damaged_is_named_and_nothing_ends_in_a_stack_trace(
    database: Database, means: Means, tmp_path: Path
) -> None:
    verifier, wrong, seen, done = verify_alone(), list[tuple[Damage, str]](), dict[str, int](), 0
    with psycopg.connect(database.admin_url) as conn:
        disarm(conn)
        assert check(conn, means.copies).ok
        for damage in list(damages(conn)):
            with conn.transaction(force_rollback=True):
                try:
                    with conn.transaction():
                        if not damage.do(conn):
                            continue
                except (psycopg.IntegrityError, psycopg.DataError):
                    continue  # the table does not hold it: a null, a key that is taken, a number out of range
                done += 1
                try:
                    wrong += [
                        (damage, said) for said in wrong_after(conn, damage, means, tmp_path / "export", tmp_path, verifier)
                    ]
                except Exception as error:  # noqa: BLE001 -- that nothing is raised is what is tested
                    wrong.append((damage, f"raised {error!r}"))
                seen[f"{damage.table}.{damage.column}"] = seen.get(f"{damage.table}.{damage.column}", 0) + 1
    assert not wrong, "\n".join(f"{damage}: {said}" for damage, said in wrong)
    assert done > 300
    assert {f"{table}.{column}" for table, columns in SEALED.items() for column in columns} <= seen.keys()


def wrong_after(
    conn: psycopg.Connection[Any], damage: Damage, means: Means, folder: Path, home: Path, verifier: ModuleType
) -> Iterator[str]:
    """What is not as it should be once the damage is done."""
    held = damage.column in SEALED.get(damage.table, ())
    erased = damage.table == "log.notes" and damage.way == "null"
    taken_away = damage.table == "seal.cosignatures" and (damage.column == "size" or damage.way == "''")
    cut_off = damage.table == "seal.tiles" and damage.way.startswith("{c} ||")  # the export has a tile as long as it should be
    found = check(conn, [])
    if found.ok == (held and not erased):
        yield f"check says {found}"
    if not found.ok and not 1 <= (found.fault_position or 0) <= EVENTS + WAITING + 1:
        yield f"check names position {found.fault_position}"
    store_verification(conn, found, 0.1)

    try:
        write(conn, folder, progress=lambda *_: None)
        alone = fault_of(verifier.verify, folder, means.key)
        if (alone is not None) != (held and damage.table != "log.notes") and not taken_away and not cut_off:
            yield f"verify.py says {alone}"
        if alone is not None and not isinstance(alone, verifier.Fault):
            yield f"verify.py ends in {alone!r}"
    except Refused as refused:
        if not held or refused.code not in CATALOGUE:
            yield f"the export is refused: {refused}"
    finally:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        if folder.exists():
            folder.rmdir()

    state = state_of(conn, HEALTH)
    msgspec.json.encode(state)
    orphan = damage.table == "seal.cosignatures" and damage.column == "size"
    if (state.damage is not None) != (held and damage.table in SHOWN_AT_ONCE and not orphan):
        yield f"the page says {state.damage}"

    try:
        with conn.transaction(force_rollback=True):
            seal(conn, log_signer(home / KEY_FILE, conn))
        went_on = True
    except SealBroken as broken:
        went_on = False
        if not held or not 1 <= broken.position <= EVENTS + WAITING + 1:
            yield f"the sealer stops: {broken}"
    if went_on and damage.stops:
        yield "the sealer goes on"


COMMITTED = {
    "a signature that is no line": ("seal.checkpoints", "signature", "'— x AAB=' || chr(10)"),
    "a root cut short": ("seal.checkpoints", "root", "substr(root, 1, 31)"),
    "a root signed at no time": ("seal.checkpoints", "at", "'infinity'"),
    "a key that is none": ("seal.keys", "vkey", "left(vkey, 30)"),
    "no key of the log": ("seal.keys", "kind", "'witness'"),
    "a tile a byte longer": ("seal.tiles", "hashes", "hashes || '\\x00'"),
    "no tile": ("seal.tiles", "index", "index + 5"),
    "an event of no time": ("log.events", "known_at", "'infinity'"),
    "an event that is no JSON": ("log.events", "state", "'\\xff'"),
    "a check with a fault of another name": ("seal.verifications", "fault", "'nonsense'"),
}
"""Table, column and what every value of it becomes, by what that is."""


def test_pages_and_commands_say_that_the_seal_is_damaged(
    database: Database, means: Means, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", database.app_url)
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path))
    with sealing(database) as conn:
        assert lead(conn)  # so that the program that runs seals nothing in between
        store_verification(conn, check(conn, []), 0.1)
        with running(register_on(database, tmp_path).settings) as api, psycopg.connect(database.admin_url) as admin:
            for name, (table, column, way) in COMMITTED.items():
                disarm(admin)
                admin.execute(f"create table public.was as table {table}".encode())
                admin.execute(f"update {table} set {column} = {way}".encode())
                admin.commit()

                capsys.readouterr()
                code, said = run(["verify"]), capsys.readouterr()
                state, page = api.client.get("/api/seal"), api.client.get("/ubrudt")
                proofs = {
                    address: api.client.get(address).status_code
                    for address in (
                        "/checkpoint",
                        "/api/receipts/7",
                        "/api/proofs/consistency?from=7&to=30",
                        "/tile/0/000.p/30",
                    )
                }

                beside = table == "seal.verifications" or column == "at"
                assert (name, code) == (name, 0 if beside else 1), said
                assert ("BRUDT ved position" in said.err) == (not beside), name
                assert "Traceback" not in said.err
                assert "fejl i programmet" not in said.err
                assert (name, state.status_code, page.status_code) == (name, 200, 200)
                assert api.client.get("/ubrudt?lang=en").status_code == 200
                if not beside:
                    assert "Nej: registret er brudt ved position" in page.text, name
                    assert state.json()["verifications"][0]["ok"] is False
                assert ("Seglet er beskadiget:" in page.text) == (state.json()["damage"] is not None), name
                assert (state.json()["damage"] is not None) == (table in SHOWN_AT_ONCE and not beside), name
                assert set(proofs.values()) <= {200, 404, 409}, (name, proofs)

                admin.execute(f"alter table {table} disable trigger all".encode())
                admin.execute(f"delete from {table}".encode())
                overriding = " overriding system value" if table == "seal.verifications" else ""
                admin.execute(f"insert into {table}{overriding} table public.was".encode())
                admin.execute(b"drop table public.was")
                admin.commit()
            assert check(conn, means.copies).ok
