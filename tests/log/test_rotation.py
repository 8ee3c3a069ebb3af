"""The outer key changed: every note opens at every moment of it, and the old key opens nothing when it is done."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random

import psycopg
import pytest

from journey.events import NoteAdded
from journey.log import rotation
from journey.log.acts import acts
from journey.log.login import as_role
from journey.log.migrate import SEAL
from journey.log.outer_keys import BARE, HEADER, discard_halves, existing_key, next_file, outer_key
from journey.log.rotation import Rotation, rotate
from journey.log.store import Log
from journey.log.stored import Entry
from journey.log.vault import Vault
from journey.proof.notes import changed_note
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.readers import note_text
from tests.support.sizes import by_size

PROMISE = "the outer key is changed under use, killed at any moment, without a note that cannot be opened; the old key then opens nothing"

CASES = [f"N-{nth}" for nth in range(8)]
KILLS, KILLED_CASES = by_size(4, 25, 200), by_size(20, 100, 1_000)


def nothing(done: int, of: int | None) -> None:
    """Show no progress."""


def add_note(log: Log, vault: Vault, case: str, text: str, name: str) -> str:
    note = Entry(case, date(2024, 3, 1), "journey", name, NoteAdded("0" * 64), text=text)
    log.record(name, case, name.encode(), lambda _: [note], vault=vault)
    event = log.history(case)[-1].event
    assert isinstance(event, NoteAdded)
    return event.text_hash


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outer.key"


@pytest.fixture
def vault(database: Database, file: Path) -> Iterator[Vault]:
    with Vault(file, database.app_url) as entered:
        yield entered


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.owner_url, autocommit=True) as conn:
        yield conn


@pytest.fixture
def notes(log: Log, vault: Vault) -> dict[tuple[str, str], str]:
    """A note of each case, by case and hash."""
    return noted(log, vault, CASES)


def noted(log: Log, vault: Vault, cases: Sequence[str]) -> dict[tuple[str, str], str]:
    return {(case, add_note(log, vault, case, f"Notat i {case}", case)): f"Notat i {case}" for case in cases}


def opened_all(vault: Vault, url: str, notes: dict[tuple[str, str], str]) -> bool:
    return all(note_text(vault, url, case, text_hash) == text for (case, text_hash), text in notes.items())


def copied(file: Path, place: Path) -> Path:
    place.write_bytes(file.read_bytes())
    place.chmod(0o600)
    return place


def test_every_note_opens_while_it_is_changed_and_after_and_the_old_key_opens_none(
    log: Log, vault: Vault, notes: dict[tuple[str, str], str], owner: psycopg.Connection, database: Database, file: Path
) -> None:
    old, seen = copied(file, file.with_name("old.key")), list[tuple[int, int | None]]()

    def progress(done: int, of: int | None) -> None:
        seen.append((done, of))
        assert opened_all(vault, database.app_url, notes)
        notes[("N-ny", add_note(log, vault, "N-ny", "Under skiftet", "ny"))] = "Under skiftet"

    done = rotate(owner, file, progress, by="prøve")

    assert (done, seen[-1]) == (Rotation(len(CASES), 0), (len(CASES), len(CASES)))
    assert opened_all(vault, database.app_url, notes)
    assert not next_file(file).exists()
    with Vault(file, database.app_url) as again:
        assert opened_all(again, database.app_url, notes)
    with pytest.raises(Refused, match="er ikke den"), Vault(old, database.app_url):
        pass
    rows = owner.execute("select distinct substr(wrapped, 1, 10), octet_length(wrapped) from log.case_keys").fetchall()
    assert [(row[0][:2], row[1]) for row in rows] == [(HEADER, BARE + 10)]
    assert [(act.kind, act.who, act.what["key"]) for act in acts(owner)] == [("keys_changed", ("prøve",), "outer")]
    rotate(owner, file, nothing, by="prøve")
    assert opened_all(vault, database.app_url, notes)
    assert len(acts(owner)) == 2


def test_what_was_encrypted_before_the_bytes_of_its_form_still_opens_and_fits_what_is_sealed_of_it(
    log: Log, vault: Vault, owner: psycopg.Connection, database: Database, file: Path
) -> None:
    """As a database from before has it: keys and notes that begin with their nonce, and an event with the hash of that."""
    text_hash = add_note(log, vault, "N-1", "Før", "før")
    ((wrapped,),) = owner.execute("select wrapped from log.case_keys").fetchall()
    key = vault._outer.unwrap("N-1", wrapped)
    cipher = vault._outer._ciphers[vault._outer.first]
    bare = bytes(12) + cipher.encrypt(bytes(12), key, b"N-1")
    with psycopg.connect(database.admin_url) as admin:
        for table in ("case_keys", "notes", "events"):
            admin.execute(f"alter table log.{table} disable trigger user".encode())
        admin.execute("update log.case_keys set wrapped = %s", (bare,))
        admin.execute("update log.notes set sealed = substr(sealed, 3)")
        admin.execute(
            "update log.events set state = convert_to(regexp_replace(convert_from(state, 'UTF8'), '(cipher_hash\":\")[0-9a-f]+',"
            " '\\1' || (select encode(sha256(sealed), 'hex') from log.notes)), 'UTF8')"
        )
        for table in ("case_keys", "notes", "events"):
            admin.execute(f"alter table log.{table} enable trigger user".encode())

    with Vault(file, database.app_url) as again, psycopg.connect(as_role(database.app_url, SEAL)) as sealing:
        assert note_text(again, database.app_url, "N-1", text_hash) == "Før"
        assert add_note(log, again, "N-1", "Før", "den samme igen") == text_hash
        assert changed_note(sealing, 2) is None
        rotate(owner, file, nothing, by="prøve")
        assert note_text(again, database.app_url, "N-1", text_hash) == "Før"
        assert changed_note(sealing, 2) is None
    with psycopg.connect(database.admin_url) as admin:
        admin.execute("alter table log.notes disable trigger user")
        admin.execute("update log.notes set sealed = '\\x01'::bytea || substr(sealed, 2)")
        assert changed_note(admin, 2) == 1


def test_none_stores_a_key_under_the_old_one_once_another_takes_over(
    vault: Vault, owner: psycopg.Connection, file: Path, database: Database
) -> None:
    vault.keys(["N-1"])
    old = copied(file, file.with_name("old.key"))
    with Vault(old, database.app_url) as stale:
        rotate(owner, file, nothing, by="prøve")
        with pytest.raises(Refused, match="er ikke den"):
            stale.keys(["N-2"])
    assert owner.execute("select stream from log.case_keys").fetchall() == [("N-1",)]
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("insert into log.case_keys (stream, wrapped) values ('N-3', %s)", (HEADER + bytes(8 + BARE),))


CHANGES = (
    "update log.case_keys set wrapped = '\\x0101' || sha256('x') || sha256('y') || 'abcd'",
    "update log.case_keys set stream = 'N-2'",
    "update log.case_keys set at = now()",
    "delete from log.case_keys",
    "delete from log.outer_keys",
    "update log.outer_keys set id = '\\x0102030405060708'",
)


def test_a_key_is_wrapped_again_or_erased_and_not_changed_otherwise(
    vault: Vault, owner: psycopg.Connection, file: Path
) -> None:
    vault.keys(["N-1"])
    rotate(owner, file, nothing, by="prøve")

    for change in CHANGES:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(change.encode())

    owner.execute("update log.case_keys set wrapped = null")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):  # what is erased stays so
        owner.execute(
            "update log.case_keys set wrapped = '\\x0101' || (select id from log.outer_keys) || sha256('x') || substr(sha256('y'), 5)"
        )


def test_a_case_s_key_that_no_key_opens_stops_it_before_the_old_key_goes(
    vault: Vault, notes: dict[tuple[str, str], str], owner: psycopg.Connection, file: Path, database: Database
) -> None:
    owner.execute("insert into log.case_keys (stream, wrapped) values ('X-1', %s)", (bytes(BARE),))
    old = file.read_bytes()

    with pytest.raises(Refused, match="1 sager kan ikke åbnes"):
        rotate(owner, file, nothing, by="prøve")
    assert (existing_key(file), next_file(file).exists()) == (old, True)
    assert opened_all(vault, database.app_url, notes)
    assert rotate(owner, file, nothing, by="prøve", leave_damaged=True).damaged == 1
    assert opened_all(vault, database.app_url, notes)


def test_two_do_not_change_it_at_once_and_a_key_that_is_gone_or_another_s_is_refused(
    vault: Vault, owner: psycopg.Connection, database: Database, file: Path
) -> None:
    vault.keys(["N-1"])
    with psycopg.connect(database.owner_url, autocommit=True) as other:
        other.execute("select pg_advisory_lock(7220120)")
        with pytest.raises(Refused, match="Et andet program"):
            rotate(owner, file, nothing, by="prøve")
    with pytest.raises(Refused, match="mangler"):
        rotate(owner, file.with_name("gone.key"), nothing, by="prøve")
    outer_key(file.with_name("other.key"))
    with pytest.raises(Refused, match="er ikke den"):
        rotate(owner, file.with_name("other.key"), nothing, by="prøve")
    assert owner.execute("select count(*) from log.outer_keys").fetchone() == (0,)


def test_half_a_key_that_a_kill_left_is_removed_and_no_other_file(tmp_path: Path, file: Path) -> None:
    outer_key(file)
    for name in (f"outer.key.{'a1' * 8}", "outer.key.bak", "outer.key.next", f"other.key.{'a1' * 8}"):
        (tmp_path / name).write_bytes(b"x")

    discard_halves(file)

    assert {path.name for path in tmp_path.iterdir()} == {
        "outer.key",
        "outer.key.bak",
        "outer.key.next",
        f"other.key.{'a1' * 8}",
    }


# Killed


class Killed(Exception):
    """The process is gone: nothing after this moment is done."""


STEPS: dict[str, str] = {
    "before the new key has its name": "journey.log.outer_keys.os.link",
    "before it is in the database": "journey.log.rotation._begin",
    "before any is wrapped again": "journey.log.rotation._batch",
    "before it is an act": "journey.log.rotation._record",
    "before it is in the old one's place": "journey.log.rotation.take_over",
    "before that is on the disk": "journey.log.outer_keys.sync_folder",
}


@pytest.mark.long
def test_cut_off_before_any_step_every_note_opens_and_it_goes_on(
    vault: Vault, notes: dict[tuple[str, str], str], owner: psycopg.Connection, database: Database, file: Path
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    for step, function in STEPS.items():
        old = copied(file, file.with_name(f"{step}.key"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(function, killed)
            with pytest.raises(Killed):
                rotate(owner, file, nothing, by="prøve")

        assert opened_all(vault, database.app_url, notes), step
        with Vault(file, database.app_url) as again:
            assert opened_all(again, database.app_url, notes), step
            again.keys([step])
        rotate(owner, file, nothing, by="prøve")
        with Vault(file, database.app_url) as again:
            assert opened_all(again, database.app_url, notes), step
        with pytest.raises(Refused, match="er ikke den"), Vault(old, database.app_url):
            pass


def rotate_alone(url: str, file: Path) -> None:
    rotation.BATCH = 3
    with psycopg.connect(url, autocommit=True) as conn:
        os.kill(os.getpid(), signal.SIGSTOP)
        rotate(conn, file, nothing, by="prøve")


def killed_after(seconds: float, target: Callable[..., None], *given: object) -> int | None:
    """Run it in a process of its own, from its own word on, and kill it so many seconds later; gives how it ended."""
    process = multiprocessing.get_context("spawn").Process(target=target, args=given)
    process.start()
    assert process.pid is not None
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    os.kill(process.pid, signal.SIGCONT)
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    return process.exitcode


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="stops and kills a process")
def test_killed_at_random_points_every_note_opens_and_it_is_done_at_last(
    vault: Vault, database: Database, file: Path, log: Log, owner: psycopg.Connection
) -> None:
    notes = noted(log, vault, [f"N-{nth}" for nth in range(KILLED_CASES)])
    rng, killed = Random(8), 0
    first = copied(file, file.with_name("first.key"))

    for nth in range(KILLS):
        killed += killed_after(rng.random() * 0.2, rotate_alone, database.owner_url, file) == -signal.SIGKILL
        with Vault(file, database.app_url) as again:
            assert opened_all(again, database.app_url, notes), nth
            notes[("N-ny", add_note(log, again, "N-ny", f"Efter {nth}", f"efter-{nth}"))] = f"Efter {nth}"
        assert opened_all(vault, database.app_url, notes), nth
    rotate(owner, file, nothing, by="prøve")

    assert killed >= KILLS * 3 // 4
    with Vault(file, database.app_url) as again:
        assert opened_all(again, database.app_url, notes)
    with pytest.raises(Refused, match="er ikke den"), Vault(first, database.app_url):
        pass
    assert [path.name for path in file.parent.glob("outer.key*")] == ["outer.key"]
