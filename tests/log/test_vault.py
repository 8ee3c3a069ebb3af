"""The vault: the text of a note is nowhere but encrypted beside the log, and gone with the key of its case."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from journey.events import NoteAdded
from journey.log.outer_keys import outer_key
from journey.log.receipts import Receipt
from journey.log.store import Log
from journey.log.stored import Entry
from journey.log.vault import CaseKey, Vault, opened, sealed
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.readers import note_text
from tests.support.strategies import CHARACTERS

PROMISE = "a note's text never enters the log; an unencrypted one is nowhere"

TEXT = "Borgeren møder op; ønsker æble & rødgrød."
KEY = CaseKey(bytes(32), bytes(range(32)))

posix = pytest.mark.skipif(os.name != "posix", reason="rights of files as POSIX has them")


@pytest.fixture
def vault(database: Database, tmp_path: Path) -> Iterator[Vault]:
    with Vault(tmp_path / "outer.key", database.app_url) as entered:
        yield entered


def record_note(log: Log, vault: Vault, text: str = TEXT, stream: str = "N-1", command: str | None = None) -> Receipt:
    unsealed = NoteAdded("0" * 64)
    note = Entry(stream, date(2024, 3, 1), "journey", command or uuid4().hex, unsealed, text=text)
    return log.record(command or uuid4().hex, stream, text.encode(), lambda _: [note], vault=vault)


def destroy(database: Database, stream: str) -> None:
    with psycopg.connect(database.owner_url) as conn:
        conn.execute("update log.case_keys set wrapped = null where stream = %s", (stream,))


def test_another_register_s_key_is_refused_before_anything_is_kept_under_it(
    vault: Vault, database: Database, tmp_path: Path
) -> None:
    """What it wrapped would be lost once the right key is back."""
    vault.keys(["N-1"])
    other = tmp_path / "other.key"
    outer_key(other)

    with (
        pytest.raises(Refused, match="er ikke den, som registrets notater er krypteret under") as refused,
        Vault(other, database.app_url),
    ):
        pass

    assert refused.value.code == "wrong_start"
    with Vault(tmp_path / "outer.key", database.app_url) as again:
        assert again.keys(["N-1"]) == vault.keys(["N-1"])


def test_two_programs_that_began_with_a_key_each_do_not_both_go_on(vault: Vault, database: Database, tmp_path: Path) -> None:
    with Vault(tmp_path / "other.key", database.app_url) as other:
        vault.keys(["N-1"])
        with pytest.raises(Refused, match="er ikke den"):
            other.keys(["N-2"])
    with psycopg.connect(database.owner_url) as conn:
        assert conn.execute("select stream from log.case_keys").fetchall() == [("N-1",)]


def test_one_case_s_damaged_key_does_not_make_the_outer_key_another_s(vault: Vault, database: Database, tmp_path: Path) -> None:
    vault.keys(["N-2"])
    with psycopg.connect(database.owner_url) as conn:
        conn.execute("insert into log.case_keys (stream, wrapped) values ('N-1', '\\x00')")

    with Vault(tmp_path / "outer.key", database.app_url) as again:
        assert again.keys(["N-2"]) == vault.keys(["N-2"])


# Sealing


@given(text=st.text(CHARACTERS), stream=st.text(CHARACTERS, min_size=1))
def test_what_is_sealed_is_opened(text: str, stream: str) -> None:
    note, cipher = sealed(KEY, stream, text)

    assert opened(KEY, stream, note.text_hash, cipher) == text
    assert note.cipher_hash == hashlib.sha256(cipher).hexdigest()


def test_the_same_text_of_the_same_case_is_sealed_the_same() -> None:
    assert sealed(KEY, "N-1", TEXT) == sealed(KEY, "N-1", TEXT)


def test_no_two_texts_share_a_nonce_or_a_hash() -> None:
    notes = [sealed(KEY, "N-1", f"{TEXT}{nth}") for nth in range(1000)]

    assert len({cipher[:12] for _, cipher in notes}) == len({note.text_hash for note, _ in notes}) == 1000


def test_every_changed_byte_is_noticed() -> None:
    note, cipher = sealed(KEY, "N-1", TEXT)
    for nth in range(len(cipher)):
        changed = bytearray(cipher)
        changed[nth] ^= 1

        with pytest.raises(InvalidTag):
            opened(KEY, "N-1", note.text_hash, bytes(changed))


def test_a_note_moved_to_another_case_or_another_event_is_noticed() -> None:
    note, cipher = sealed(KEY, "N-1", TEXT)
    other, _ = sealed(KEY, "N-1", "noget andet")

    for stream, text_hash in (("N-2", note.text_hash), ("N-1", other.text_hash)):
        with pytest.raises(InvalidTag):
            opened(KEY, stream, text_hash, cipher)


# Keys of cases


def test_a_case_keeps_its_key_and_has_it_alone(vault: Vault) -> None:
    keys = vault.keys(["N-1", "N-2", "N-1"])

    assert keys["N-1"] != keys["N-2"]
    assert vault.keys(["N-2", "N-1"]) == keys


def test_keys_are_made_by_the_thousand(vault: Vault) -> None:
    streams = [f"N-{nth}" for nth in range(3000)]

    assert len(set(vault.keys(streams).values())) == 3000


def test_all_who_ask_first_get_the_same_key(vault: Vault) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: vault.keys(["N-1"])["N-1"], range(8)))

    assert set(keys) == {keys[0]}


def test_one_key_encrypts_and_another_tells_sameness(vault: Vault) -> None:
    key = vault.keys(["N-1"])["N-1"]

    assert key is not None
    assert key.encrypt != key.mac


def test_a_destroyed_key_is_not_made_again(vault: Vault, database: Database) -> None:
    vault.keys(["N-1"])
    destroy(database, "N-1")

    assert vault.keys(["N-1", "N-2"])["N-1"] is None
    assert vault.seal("N-1", TEXT) is None


def test_a_key_wrapped_for_another_case_is_noticed(vault: Vault, database: Database) -> None:
    vault.keys(["N-1"])
    with psycopg.connect(database.owner_url) as conn:
        conn.execute("insert into log.case_keys (stream, wrapped) select 'N-2', wrapped from log.case_keys")

    with pytest.raises(InvalidTag):
        vault.keys(["N-2"])


def test_without_the_outer_key_there_is_no_case_key(vault: Vault, database: Database, tmp_path: Path) -> None:
    with Vault(tmp_path / "another.key", database.app_url) as other:
        vault.keys(["N-1"])
        with pytest.raises(InvalidTag):
            other.keys(["N-1"])


# Notes in the log


def test_a_note_is_recorded_and_opened(log: Log, vault: Vault, database: Database) -> None:
    record_note(log, vault)

    event = log.history("N-1")[0].event
    assert isinstance(event, NoteAdded)
    assert note_text(vault, database.app_url, "N-1", event.text_hash) == TEXT
    assert note_text(vault, database.app_url, "N-2", event.text_hash) is None


def test_the_text_is_nowhere_in_the_database(log: Log, vault: Vault, database: Database) -> None:
    record_note(log, vault)

    with psycopg.connect(database.admin_url) as conn:
        tables = [row[0] for row in conn.execute("select tablename from pg_tables where schemaname = 'log'")]
        for table in tables:
            rows = conn.execute(f"select to_jsonb(t)::text from log.{table} t".encode()).fetchall()
            plain = "".join(row[0] for row in rows)
            for part in ("Borgeren", "æble", TEXT.encode().hex()[:40], hashlib.sha256(TEXT.encode()).hexdigest()):
                assert part not in plain, table
    assert len(tables) > 7


def test_a_bare_hash_of_a_request_would_be_found_there(log: Log, database: Database) -> None:
    """The twin of the test above: a command without a note is known by one."""
    log.record("c-1", "N-1", TEXT.encode(), lambda _: [])

    with psycopg.connect(database.admin_url) as conn:
        row = conn.execute("select request from log.commands").fetchone()
    assert row == (hashlib.sha256(TEXT.encode()).digest(),)


def test_the_same_note_twice_is_kept_once(log: Log, vault: Vault) -> None:
    record_note(log, vault)
    record_note(log, vault)

    first, second = (recorded.event for recorded in log.history("N-1"))
    assert first == second


def test_the_same_note_from_the_same_source_is_known(log: Log, vault: Vault) -> None:
    first = record_note(log, vault, command="88")
    note = Entry("N-1", date(2024, 3, 1), "journey", "88", NoteAdded("0" * 64), text=TEXT)

    assert log.record("again", "N-1", b"", lambda _: [note], vault=vault).known == first.positions
    with pytest.raises(Refused, match="andet indhold"):
        log.record("other", "N-1", b"", lambda _: [Entry(*(*_fields(note)[:-1], "en anden tekst"))], vault=vault)


def _fields(entry: Entry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in entry.__struct_fields__)


def test_a_request_with_a_note_is_known_again(log: Log, vault: Vault) -> None:
    first = record_note(log, vault, command="c-1")

    assert record_note(log, vault, command="c-1") == first
    with pytest.raises(Refused) as refused:
        record_note(log, vault, "en anden tekst", command="c-1")
    assert refused.value.code == "command_reused"


def test_an_erased_note_is_gone_and_the_event_stands(log: Log, vault: Vault, database: Database) -> None:
    record_note(log, vault)
    before = log.history("N-1")
    event = before[0].event
    assert isinstance(event, NoteAdded)

    destroy(database, "N-1")

    assert note_text(vault, database.app_url, "N-1", event.text_hash) is None
    assert log.history("N-1") == before


def test_no_note_is_written_in_a_case_whose_key_is_destroyed(log: Log, vault: Vault, database: Database) -> None:
    vault.keys(["N-1"])
    destroy(database, "N-1")

    with pytest.raises(Refused, match="slettet"):
        record_note(log, vault)
    assert log.head() == (0, None)


def test_a_note_without_the_vault_is_a_mistake(log: Log) -> None:
    note = Entry("N-1", date(2024, 3, 1), "journey", "1", NoteAdded("0" * 64), text=TEXT)

    with pytest.raises(ValueError, match="vault"):
        log.record("c-1", "N-1", b"", lambda _: [note])


def test_writers_of_notes_do_not_starve_each_other_of_connections(database: Database, vault: Vault) -> None:
    with Log(database.app_url, size=2) as log, ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda nth: record_note(log, vault, f"{TEXT}{nth}", f"N-{nth % 3}"), range(40)))

    assert sorted(position for receipt in receipts for position in receipt.positions) == list(range(1, 41))


@pytest.mark.parametrize("before", [0, 4, 5, 6])
def test_a_note_is_written_also_where_another_came_first_in_the_round_trip_that_was_to_prepare_for_it(
    database: Database, vault: Vault, before: int
) -> None:
    """What the database never got to prepare is not taken for prepared: such a connection could write no note again."""
    with Log(database.app_url, size=1) as log, Log(database.app_url) as other:
        for nth in range(before):
            record_note(log, vault, f"før {nth}")
        beaten = list[Receipt]()

        def decide(_: object) -> list[Entry]:
            if not beaten:
                beaten.append(record_note(other, vault, "en anden"))
            return [Entry("N-1", date(2024, 3, 1), "journey", "min", NoteAdded("0" * 64), text="min")]

        mine = log.record("min", "N-1", b"min", decide, vault=vault)
        last = record_note(log, vault, "efter")

    assert (beaten[0].positions, mine.positions, last.positions) == ((before + 1,), (before + 2,), (before + 3,))


# The file of the outer key


def test_a_key_file_that_is_lost_is_not_replaced(vault: Vault, database: Database, tmp_path: Path) -> None:
    with Vault(tmp_path / "another.key", database.app_url):
        pass  # nothing is lost before there are case keys
    vault.keys(["N-1"])

    with pytest.raises(Refused, match="mangler"), Vault(tmp_path / "third.key", database.app_url):
        pass

    assert not (tmp_path / "third.key").exists()
    with Vault(tmp_path / "outer.key", database.app_url) as again:
        assert again.keys(["N-1"]) == vault.keys(["N-1"])


def test_the_outer_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "outer.key"

    assert outer_key(path) == outer_key(path) == path.read_bytes()
    assert len(path.read_bytes()) == 32


@posix
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    outer_key(tmp_path / "outer.key")

    assert stat.S_IMODE((tmp_path / "outer.key").stat().st_mode) == 0o600


@posix
@pytest.mark.parametrize("rights", [0o604, 0o640, 0o620, 0o601, 0o644])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, rights: int) -> None:
    path = tmp_path / "outer.key"
    key = outer_key(path)
    path.chmod(rights)

    with pytest.raises(Refused) as refused:
        outer_key(path)

    assert refused.value.code == "wrong_start"
    assert f"chmod 600 {path}" in refused.value.message
    path.chmod(0o400)
    assert outer_key(path) == key


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "outer.key"
    path.write_bytes(bytes(length))
    path.chmod(0o600)

    with pytest.raises(Refused) as refused:
        outer_key(path)

    assert refused.value.code == "wrong_start"


def test_of_eight_who_start_at_once_all_have_the_key_there_is(tmp_path: Path) -> None:
    path = tmp_path / "outer.key"

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: outer_key(path), range(8)))

    assert keys == {path.read_bytes()}
    assert list(tmp_path.iterdir()) == [path]
