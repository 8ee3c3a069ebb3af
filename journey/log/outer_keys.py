"""The outer keys, and the forms in which what they and the cases' keys encrypt is stored.

Every ciphertext begins with a byte for its algorithm and one for the version of its form. Those from before these bytes were there
are still read: they begin with their nonce.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from journey.postgres.folders import sync_folder
from journey.refusals import Refused

AES_256_GCM, VERSION = 1, 1
HEADER = bytes([AES_256_GCM, VERSION])
"""The first bytes of a ciphertext."""
KEY, NONCE, TAG, ID = 32, 12, 16, 8
"""The lengths in bytes of a key, a nonce, a tag, and of the name that an outer key has in what it wraps."""
BARE = NONCE + KEY + TAG
"""The length of a wrapped key from before the header."""


class OuterKeys:
    """The outer keys at hand: the one in the file, and while another takes over, that one too."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {id_of(key): AESGCM(key) for key in keys}
        self.first = id_of(keys[0])
        """The id of the key in the file itself."""

    def wrap(self, stream: str, key: bytes, under: bytes) -> bytes:
        """A case's key as it is stored, under the outer key of this id. Raises InvalidTag where that is not at hand."""
        if under not in self._ciphers:
            raise InvalidTag
        head, nonce = HEADER + under, secrets.token_bytes(NONCE)
        return head + nonce + self._ciphers[under].encrypt(nonce, key, head + stream.encode())

    def unwrap(self, stream: str, wrapped: bytes) -> bytes:
        """The case's key. Raises InvalidTag for one that is damaged, another case's, or under an outer key that is not at hand."""
        if len(wrapped) == BARE:
            for cipher in self._ciphers.values():
                with suppress(InvalidTag):
                    return cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], stream.encode())
            raise InvalidTag
        head, rest = wrapped[: len(HEADER) + ID], wrapped[len(HEADER) + ID :]
        under = self._ciphers.get(head[len(HEADER) :])
        if not head.startswith(HEADER) or under is None or len(rest) != BARE:
            raise InvalidTag
        return under.decrypt(rest[:NONCE], rest[NONCE:], head + stream.encode())


def id_of(key: bytes) -> bytes:
    """The name of an outer key, which tells nothing of it."""
    return hashlib.sha256(b"journey outer key\0" + key).digest()[:ID]


def next_file(path: Path) -> Path:
    """The file beside a key's, of the key that is to take over from it."""
    return path.with_name(f"{path.name}.next")


def outer_keys(path: Path) -> OuterKeys:
    """The outer keys in the file and beside it, the first made new if there is none. Raises Refused (`wrong_start`)."""
    keys: list[bytes] = []
    with suppress(FileNotFoundError):
        keys.append(existing_key(next_file(path)))  # the first to be read: it may go to the other's place at any moment
    return OuterKeys([outer_key(path), *keys])


def outer_key(path: Path) -> bytes:
    """The key in the file, made new if it is not there. Raises Refused (`wrong_start`) for a file not to be trusted."""
    if not path.exists():
        write_new_key(path, secrets.token_bytes(KEY))
    return existing_key(path)


def write_new_key(path: Path, key: bytes) -> None:
    """Make the file of a key, whole or not at all; one that is there meanwhile stays."""
    # Written in full beside it and then given the name, so that nobody reads half a key and none is ever replaced.
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(beside, path)
            sync_folder(path.parent)  # what is kept under the key must not outlive it
    finally:
        beside.unlink()


def existing_key(path: Path) -> bytes:
    """The key in the file. Raises Refused (`wrong_start`) for a file not to be trusted, and FileNotFoundError."""
    key = own_bytes(path, KEY + 1)
    if len(key) != KEY:
        raise Refused("wrong_start", f"Nøglefilen {path} er ikke på {KEY} byte. Læg den rigtige tilbage fra sikkerhedskopien.")
    return key


def own_bytes(path: Path, most: int) -> bytes:
    """The first bytes of a key's file, that nobody else may read. Raises Refused (`wrong_start`) for another, and FileNotFoundError."""
    with path.open("rb") as file:
        if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise Refused("wrong_start", f"Nøglefilen {path} kan læses af andre. Kør: chmod 600 {path}.")
        return file.read(most)


def take_over(path: Path) -> None:
    """Put the key beside the file in its place, whole or not at all; once it returns, a loss of power does not undo it."""
    next_file(path).replace(path)
    sync_folder(path.parent)


def discard_halves(path: Path) -> None:
    """Remove what a kill left of a key that was being written: it never had the name, so nothing is kept under it."""
    for half in path.parent.glob(f"{path.name}.{'[0-9a-f]' * 16}"):
        half.unlink(missing_ok=True)
