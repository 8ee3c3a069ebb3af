"""The identity vault (identitetsboks): the CPR number of each citizen, encrypted; and the key that pseudonyms are made under.

The identity key itself makes pseudonyms (domain.md section 10, rule 8) and nothing else: what encrypts the numbers and what they are found
by are derived from it. A number is encrypted before it is sent to the database, with its pseudonym bound in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg import Connection
from psycopg.rows import tuple_row

from journey.log.outer_keys import HEADER, ID, KEY, NONCE, own_bytes, write_new_key
from journey.refusals import Refused

LONGEST_KEY = 1024
LINE_BREAK = b"\r\n"
_BATCH = 10_000
_INSERT = """
insert into identity.numbers (pseudonym, number_index, sealed) select * from unnest(%s::text[], %s::bytea[], %s::bytea[])
on conflict do nothing
"""


class IdentityKeys:
    """Keys derived from the identity key: one that encrypts numbers, one that they are found by; and the identity key's id."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(_derived(key, b"journey identity encryption"))
        self._index = _derived(key, b"journey identity index")
        self.id = _derived(key, b"journey identity key id")[:ID]
        """The name of the identity key, which tells nothing of it."""

    def index(self, digits: str) -> bytes:
        """The index of a number, by which it is found."""
        return hmac.digest(self._index, digits.encode(), hashlib.sha256)

    def sealed(self, pseudonym: str, digits: str) -> bytes:
        """The number, encrypted for this pseudonym alone."""
        nonce = secrets.token_bytes(NONCE)
        return HEADER + nonce + self._cipher.encrypt(nonce, digits.encode(), HEADER + pseudonym.encode())

    def opened(self, pseudonym: str, sealed: bytes) -> str:
        """The number. Raises InvalidTag for one that is damaged, another citizen's, or encrypted under another key."""
        head, nonce, rest = sealed[: len(HEADER)], sealed[len(HEADER) : len(HEADER) + NONCE], sealed[len(HEADER) + NONCE :]
        if head != HEADER or len(nonce) != NONCE:
            raise InvalidTag
        return self._cipher.decrypt(nonce, rest, head + pseudonym.encode()).decode()


def identity_key(conn: Connection[Any], path: Path) -> bytes:
    """The register's identity key in the file, made new where the register has none yet.

    Its bytes are read as `pseudonym.py` reads them: without the line break at the end, at least 32. For the roles `journey_import` and
    `journey_identity`. Raises Refused (`wrong_start`) for a file not to be trusted, and for one that is gone or another register's.
    """
    id_there = _id_there(conn)
    if not path.exists():
        if id_there is not None:
            raise Refused("wrong_start", f"Nøglefilen {path} mangler. Læg den tilbage fra sikkerhedskopien.")
        write_new_key(path, _new_key())
    key = own_bytes(path, LONGEST_KEY + 1).rstrip(LINE_BREAK)
    if not KEY <= len(key) <= LONGEST_KEY:
        why = f"Nøglefilen {path} er på {len(key)} byte; en nøgle har {KEY} til {LONGEST_KEY}."
        raise Refused("wrong_start", f"{why} Læg den rigtige tilbage fra sikkerhedskopien.")
    if id_there is not None:
        _refuse_foreign(IdentityKeys(key), id_there)
    return key


def store_numbers(conn: Connection[Any], key: bytes, numbers: Mapping[str, str]) -> None:
    """Put each number in the vault under its pseudonym, in the connection's transaction; one that is there stays as it is.

    Holds the register to this identity key from now on, also where no number is given. For the role `journey_import`, which can read
    none. Raises Refused (`wrong_start`) where the register's pseudonyms are made under another.
    """
    keys = IdentityKeys(key)
    with conn.transaction():
        conn.execute("insert into identity.key (id) values (%s) on conflict do nothing", (keys.id,))
        _refuse_foreign(keys, _id_there(conn))
        ordered = sorted(numbers.items())  # who stores the same ones at the same time waits for the other, and never both
        for start in range(0, len(ordered), _BATCH):
            batch = ordered[start : start + _BATCH]
            pseudonyms = [pseudonym for pseudonym, _ in batch]
            indexes = [keys.index(digits) for _, digits in batch]
            conn.execute(_INSERT, (pseudonyms, indexes, [keys.sealed(*number) for number in batch]))


def pseudonym_of(conn: Connection[Any], key: bytes, digits: str) -> str | None:
    """The pseudonym that the number has in the vault, None where it is not there. For the role `journey_identity`."""
    query = "select pseudonym from identity.numbers where number_index = %s"
    row = conn.cursor(row_factory=tuple_row).execute(query, (IdentityKeys(key).index(digits),)).fetchone()
    return row[0] if row else None


def _id_there(conn: Connection[Any]) -> bytes | None:
    row = conn.cursor(row_factory=tuple_row).execute("select id from identity.key").fetchone()
    return row[0] if row else None


def _refuse_foreign(keys: IdentityKeys, id_there: bytes | None) -> None:
    if keys.id != id_there:
        why = "Identitetsnøglen er ikke den, som registrets pseudonymer er lavet med."
        raise Refused("wrong_start", f"{why} Læg den rigtige tilbage fra sikkerhedskopien.", place="identity.key")


def _new_key() -> bytes:
    """A key that ends in no line break, so that it is the same key whoever takes one off."""
    while (key := secrets.token_bytes(KEY)).rstrip(LINE_BREAK) != key:
        pass
    return key


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY, salt=None, info=purpose).derive(key)
