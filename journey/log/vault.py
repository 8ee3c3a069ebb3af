"""The vault: texts of notes, encrypted beside the log under a key of each case that can be destroyed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct
from psycopg import Connection
from psycopg.errors import CheckViolation
from psycopg.rows import TupleRow, tuple_row
from psycopg_pool import ConnectionPool

from journey.events import NoteAdded
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import APPEND
from journey.log.outer_keys import HEADER, KEY, NONCE, outer_keys
from journey.refusals import Refused

T = TypeVar("T")

_KEYS_TRIED = 20
"""How many cases' keys the outer key is tried on: one that is damaged does not make it the key of another register."""


class CaseKey(Struct, frozen=True):
    """The keys of one case: one for encrypting its notes, one for recognising the same text."""

    encrypt: bytes
    mac: bytes


class Vault:
    """The notes of every case; a context manager, safe to share between threads.

    The outer key is in a file outside the database, made on first use. It may be changed meanwhile by another process (`rotation`):
    then the files are read again. Raises Refused (`wrong_start`) on entry for a file that others may read, that is not a key, or that
    is gone or of another register while there are case keys under it.
    """

    def __init__(self, key_file: Path, url: str, *, role: str = APPEND) -> None:
        self._key_file, self._url = key_file, as_role(url, role)

    def __enter__(self) -> Self:
        if not self._key_file.exists():
            self._refuse_new_key()
        self._outer = outer_keys(self._key_file)
        # Its own connections: a command that holds the append lock must never wait for one of those that wait for the lock.
        self._pool = ConnectionPool[DatabaseSession[TupleRow]](
            self._url,
            connection_class=DatabaseSession[TupleRow],
            kwargs={"autocommit": True},
            min_size=1,
            max_size=2,
            timeout=5,
            reconnect_timeout=3,  # who asks next tries again, and need not wait for a pause that has grown long
            check=ConnectionPool.check_connection,
            open=True,
        )
        try:
            self._refuse_foreign_key()
        except BaseException:
            self._pool.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.close()

    def keys(self, streams: Iterable[str]) -> dict[str, CaseKey | None]:
        """The keys of the cases, made where a case has none yet, None where it has been destroyed."""
        wanted = sorted(set(streams))
        return self._with_keys_at_hand(lambda: self._keys(wanted))

    def _keys(self, wanted: list[str]) -> dict[str, CaseKey | None]:
        wrapped = self._wrapped(wanted)
        new = [stream for stream in wanted if stream not in wrapped]
        if new:
            self._refuse_foreign_key()  # another program may have made its own since
            self._make(new)
            wrapped |= self._wrapped(new)  # someone else's, where they came first
        return {stream: None if key is None else self._unwrap(stream, key) for stream, key in wrapped.items()}

    def _make(self, streams: list[str]) -> None:
        with self._pool.connection() as conn:
            row = conn.execute("select id from log.outer_keys order by number desc limit 1").fetchone()
            under = row[0] if row else self._outer.first
            keys = [self._outer.wrap(stream, secrets.token_bytes(KEY), under) for stream in streams]
            query = "insert into log.case_keys (stream, wrapped) select * from unnest(%s::text[], %s::bytea[]) on conflict do nothing"
            try:
                conn.execute(query, (streams, keys))
            except CheckViolation:  # since it was asked for, another has taken over
                raise InvalidTag from None

    def _with_keys_at_hand(self, work: Callable[[], T]) -> T:
        """Do the work; where a key does not fit, once more with the outer keys that the files hold by now."""
        try:
            return work()
        except InvalidTag:
            self._outer = outer_keys(self._key_file)
            return work()

    def seal(self, stream: str, text: str) -> tuple[NoteAdded, bytes] | None:
        """The event of a note and the encrypted text to keep beside the log, None where the case's key is destroyed."""
        key = self.keys([stream])[stream]
        return None if key is None else sealed(key, stream, text)

    def fingerprint(self, stream: str, request: bytes) -> bytes | None:
        """Keyed hash of a request that carries a note, for as long as the case's key is there; None where it is destroyed."""
        key = self.keys([stream])[stream]
        # No text begins with this byte, so that no request is taken for a note.
        return None if key is None else hmac.digest(key.mac, b"\xff" + request, hashlib.sha256)

    def open_note(self, conn: Connection[Any], stream: str, text_hash: str) -> str | None:
        """The text of a note, read on a reader's connection; None where the reader is shown none, or it has been erased."""
        return self._with_keys_at_hand(lambda: self._open_note(conn, stream, text_hash))

    def _open_note(self, conn: Connection[Any], stream: str, text_hash: str) -> str | None:
        query = "select wrapped, sealed from log.case_keys join log.notes using (stream) where stream = %s and text_hash = %s"
        row = conn.cursor(row_factory=tuple_row).execute(query, (stream, text_hash)).fetchone()
        if row is None or row[0] is None or row[1] is None:
            return None
        return opened(self._unwrap(stream, row[0]), stream, text_hash, row[1])

    def _refuse_new_key(self) -> None:
        with DatabaseSession.connect(self._url) as conn:
            if conn.execute("select from log.case_keys where wrapped is not null limit 1").fetchone() is not None:
                raise Refused("wrong_start", f"Nøglefilen {self._key_file} mangler. Læg den tilbage fra sikkerhedskopien.")

    def _refuse_foreign_key(self) -> None:
        """Refuse an outer key that opens none of the cases' keys: notes under it could not be read when the register's own is back."""
        query = "select stream, wrapped from log.case_keys where wrapped is not null limit %s"
        with self._pool.connection() as conn:
            case_keys = conn.execute(query, (_KEYS_TRIED,)).fetchall()
        if case_keys and not any(self._opens(*case_key) for case_key in case_keys):
            self._outer = outer_keys(self._key_file)
        if case_keys and not any(self._opens(*case_key) for case_key in case_keys):
            why = f"Nøglefilen {self._key_file} er ikke den, som registrets notater er krypteret under."
            raise Refused("wrong_start", f"{why} Læg den rigtige tilbage fra sikkerhedskopien.")

    def _opens(self, stream: str, wrapped: bytes) -> bool:
        try:
            self._unwrap(stream, wrapped)
        except InvalidTag:
            return False
        return True

    def _wrapped(self, streams: list[str]) -> dict[str, bytes | None]:
        with self._pool.connection() as conn:
            return dict(conn.execute("select stream, wrapped from log.case_keys where stream = any(%s)", (streams,)))

    def _unwrap(self, stream: str, wrapped: bytes) -> CaseKey:
        key = self._outer.unwrap(stream, wrapped)
        return CaseKey(_derived(key, b"journey note encryption"), _derived(key, b"journey note sameness"))


def sealed(key: CaseKey, stream: str, text: str) -> tuple[NoteAdded, bytes]:
    """The event of a note and the encrypted text: the same for the same text of the same case, so that a retry is the same."""
    text_hash = hmac.digest(key.mac, text.encode(), hashlib.sha256)
    nonce = text_hash[:NONCE]  # from the text, so never used for two texts
    cipher = HEADER + nonce + AESGCM(key.encrypt).encrypt(nonce, text.encode(), _associated_data(stream, text_hash.hex()))
    return NoteAdded(text_hash.hex(), hashlib.sha256(cipher).hexdigest()), cipher


def opened(key: CaseKey, stream: str, text_hash: str, cipher: bytes) -> str:
    """The text of a sealed note. Raises InvalidTag for one that is not this case's, or has been changed."""
    nonce = bytes.fromhex(text_hash)[:NONCE]
    bare = cipher if cipher.startswith(nonce) else cipher.removeprefix(HEADER)  # as from before the header
    if not bare.startswith(nonce):
        raise InvalidTag
    return AESGCM(key.encrypt).decrypt(nonce, bare[NONCE:], _associated_data(stream, text_hash)).decode()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY, salt=None, info=purpose).derive(key)


def _associated_data(stream: str, text_hash: str) -> bytes:
    return f"{text_hash} {stream}".encode()
