"""The identity vault: a CPR number is stored encrypted for its pseudonym alone, written by the import and read by one role of its own."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from psycopg import Connection

from journey.log.identity_vault import IdentityKeys, identity_key, pseudonym_of, store_numbers
from journey.log.login import as_role
from journey.log.migrate import IDENTITY, IMPORT
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.readers import reading_all

PROMISE = "CPR numbers are stored encrypted in a vault of their own, under keys derived from one outside the database"

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
KEYS = IdentityKeys(KEY)
NUMBERS = {"c-aaaaaaaaaaaaaaaa": "0107951234", "c-bbbbbbbbbbbbbbbb": "6107951235"}

posix = pytest.mark.skipif(os.name != "posix", reason="rights of files as POSIX has them")


def connected(database: Database, role: str) -> Connection[tuple[object, ...]]:
    address = as_role(database.app_url, role) if role == IMPORT else reading_all(database.app_url, role)
    return psycopg.connect(address, autocommit=True)


def stored(database: Database) -> list[tuple[str, bytes, bytes | None]]:
    with psycopg.connect(database.admin_url) as conn:
        return conn.execute("select pseudonym, number_index, sealed from identity.numbers order by 1").fetchall()


# Pure


def test_a_number_is_opened_by_its_pseudonym_under_its_key_alone() -> None:
    sealed = KEYS.sealed("c-1", "0107951234")

    assert KEYS.opened("c-1", sealed) == "0107951234"
    for keys, pseudonym in ((KEYS, "c-2"), (IdentityKeys(OTHER_KEY), "c-1")):
        with pytest.raises(InvalidTag):
            keys.opened(pseudonym, sealed)


def test_every_changed_bit_and_every_cut_is_noticed() -> None:
    sealed = KEYS.sealed("c-1", "0107951234")
    changed = [
        bytes([*sealed[:nth], sealed[nth] ^ 1 << bit, *sealed[nth + 1 :]]) for nth in range(len(sealed)) for bit in range(8)
    ]
    for wrong in (*changed, *(sealed[:nth] for nth in range(len(sealed)))):
        with pytest.raises(InvalidTag):
            KEYS.opened("c-1", wrong)


def test_the_same_number_twice_is_encrypted_differently_and_found_by_one_index() -> None:
    assert len({KEYS.sealed("c-1", "0107951234") for _ in range(100)}) == 100
    assert KEYS.index("0107951234") == IdentityKeys(KEY).index("0107951234") != KEYS.index("0107951235")
    assert KEYS.index("0107951234") != IdentityKeys(OTHER_KEY).index("0107951234")


# In the database


def test_numbers_are_stored_once_and_found(database: Database) -> None:
    with connected(database, IMPORT) as conn:
        store_numbers(conn, KEY, NUMBERS)
    first = stored(database)
    with connected(database, IMPORT) as conn:
        store_numbers(conn, KEY, NUMBERS | {"c-cccccccccccccccc": "0207951234"})

    assert stored(database)[:2] == first
    assert {pseudonym: KEYS.opened(pseudonym, sealed) for pseudonym, _, sealed in first if sealed} == NUMBERS
    with connected(database, IDENTITY) as conn:
        assert [pseudonym_of(conn, KEY, digits) for digits in ("6107951235", "0207951234", "0307951234")] == [
            "c-bbbbbbbbbbbbbbbb",
            "c-cccccccccccccccc",
            None,
        ]


def test_what_is_rolled_back_is_not_stored(database: Database) -> None:
    with connected(database, IMPORT) as conn, conn.transaction(force_rollback=True):
        store_numbers(conn, KEY, NUMBERS)

    assert stored(database) == []
    with connected(database, IMPORT) as conn:
        store_numbers(conn, OTHER_KEY, {})  # nor is the register held to the key


def test_numbers_by_the_thousand(database: Database) -> None:
    many = {f"c-{nth:016}": f"{nth:010}" for nth in range(25_000)}
    with connected(database, IMPORT) as conn:
        store_numbers(conn, KEY, many)

    assert [pseudonym for pseudonym, _, _ in stored(database)] == sorted(many)


def test_a_number_is_erased_and_not_changed_or_put_back(database: Database) -> None:
    with connected(database, IMPORT) as conn:
        store_numbers(conn, KEY, NUMBERS)
    with psycopg.connect(database.admin_url, autocommit=True) as owner:
        for refused in (
            "update identity.numbers set sealed = 'other'",
            "update identity.numbers set sealed = null, pseudonym = 'c-2'",
            "update identity.numbers set sealed = null, number_index = sha256('')",
            "update identity.key set id = '12345678'",
            "delete from identity.numbers",
            "delete from identity.key",
            "truncate identity.numbers",
            "truncate identity.key",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
                owner.execute(refused.encode())
        owner.execute("update identity.numbers set sealed = null where pseudonym = 'c-aaaaaaaaaaaaaaaa'")
    with connected(database, IMPORT) as conn:
        store_numbers(conn, KEY, NUMBERS)

    assert [sealed is None for _, _, sealed in stored(database)] == [True, False]


# The key


def test_a_register_without_a_key_is_given_one_and_keeps_it(database: Database, tmp_path: Path) -> None:
    with connected(database, IMPORT) as conn:
        key = identity_key(conn, tmp_path / "identity.key")
        store_numbers(conn, key, NUMBERS)

        assert len(key) == 32
        assert identity_key(conn, tmp_path / "identity.key") == key
    with connected(database, IDENTITY) as conn:
        assert identity_key(conn, tmp_path / "identity.key") == key
    assert os.name != "posix" or stat.S_IMODE((tmp_path / "identity.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("numbers", [NUMBERS, {}], ids=["numbers", "pseudonyms only"])
def test_another_register_s_key_is_refused_and_a_lost_one_not_made_anew(
    database: Database, tmp_path: Path, numbers: dict[str, str]
) -> None:
    own, other = tmp_path / "identity.key", tmp_path / "other.key"
    other.write_bytes(OTHER_KEY)
    other.chmod(0o600)
    with connected(database, IMPORT) as conn:
        store_numbers(conn, identity_key(conn, own), numbers)
        for wrong, why in ((other, "er ikke den"), (tmp_path / "third.key", "mangler")):
            with pytest.raises(Refused, match=why) as refused:
                identity_key(conn, wrong)
            assert refused.value.code == "wrong_start"
            assert "sikkerhedskopien" in refused.value.message
        with pytest.raises(Refused, match="er ikke den"):
            store_numbers(conn, OTHER_KEY, {"c-dddddddddddddddd": "0307951234"})

    assert not (tmp_path / "third.key").exists()
    assert len(stored(database)) == len(numbers)


def test_of_two_who_began_with_a_key_each_the_second_is_refused(database: Database) -> None:
    """Also where neither had committed when the other looked."""
    with connected(database, IMPORT) as first, connected(database, IMPORT) as second:
        store_numbers(first, KEY, {})
        with pytest.raises(Refused, match="er ikke den"), second.transaction():
            store_numbers(second, OTHER_KEY, NUMBERS)

    assert stored(database) == []


@posix
@pytest.mark.parametrize("rights", [0o604, 0o640, 0o620, 0o644])
def test_a_key_s_file_that_others_may_use_is_refused(database: Database, tmp_path: Path, rights: int) -> None:
    path = tmp_path / "identity.key"
    path.write_bytes(KEY)
    path.chmod(rights)

    with connected(database, IMPORT) as conn, pytest.raises(Refused, match=f"chmod 600 {path}"):
        identity_key(conn, path)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (KEY, KEY),
        (b"0123456789abcdef" * 4 + b"\r\n", b"0123456789abcdef" * 4),
        (bytes(31), None),
        (bytes(31) + b"\n", None),
        (b"", None),
        (bytes(1025), None),
    ],
    ids=["32 bytes", "a line of text", "31 bytes", "31 bytes and a line break", "empty", "too long"],
)
def test_a_key_s_file_is_read_as_pseudonym_py_reads_it(
    database: Database, tmp_path: Path, raw: bytes, key: bytes | None
) -> None:
    path = tmp_path / "identity.key"
    path.write_bytes(raw)
    path.chmod(0o600)

    with connected(database, IMPORT) as conn:
        if key is not None:
            assert identity_key(conn, path) == key
            return
        with pytest.raises(Refused, match="byte; en nøgle har 32 til 1024") as refused:
            identity_key(conn, path)
    assert refused.value.code == "wrong_start"


def test_a_new_key_ends_in_no_line_break(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every 128th would be another key to whoever takes a line break off."""
    drawn = iter([b"k" * 31 + b"\n", b"k" * 31 + b"\r", KEY])
    monkeypatch.setattr(secrets, "token_bytes", lambda length: next(drawn) if length == len(KEY) else os.urandom(length))

    with connected(database, IMPORT) as conn:
        assert identity_key(conn, tmp_path / "identity.key") == KEY
