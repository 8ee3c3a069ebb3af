"""An encrypted file without a name: what is written is on the disk only in blocks sealed under a key that is in memory alone.

It is gone with the program, however that ends: no name leads to it, and without the key nobody can read what its blocks were.
"""

from __future__ import annotations

import io
import os
import tempfile
import threading
from typing import IO, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BLOCK = 64 * 1024
"""Bytes of a block, before its seal."""
_SEAL = 16


class EncryptedFile:
    """A file that is written once, from its beginning to its end, and then read from anywhere by any number of readers.

    AES-256-GCM with a key of its own: a block's nonce is its number, and each is sealed once.
    """

    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(bit_length=256))
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 -- closed by `close`
        self._reading = threading.Lock()
        self._open_block = bytearray()
        self._blocks = 0
        self.size = 0

    def __repr__(self) -> str:
        return f"EncryptedFile({self.size} bytes)"

    def write(self, data: bytes | memoryview) -> None:
        """Add to the end."""
        self._open_block += data
        self.size += len(data)
        while len(self._open_block) >= BLOCK:
            self._seal(bytes(self._open_block[:BLOCK]))
            del self._open_block[:BLOCK]

    def finish(self) -> None:
        """Seal what is left; nothing is written after it."""
        if self._open_block:
            self._seal(bytes(self._open_block))
            self._open_block.clear()

    def open(self) -> IO[bytes]:
        """A reader of the whole file, at its beginning."""
        return cast("IO[bytes]", io.BufferedReader(_BlockReader(self), BLOCK))

    def close(self) -> None:
        """Be rid of the file and of its key; nothing can be read any more."""
        self._file.close()
        self._open_block.clear()
        self._cipher = AESGCM(bytes(32))

    def block(self, number: int) -> bytes:
        """A block's bytes; none after the last. Raises ValueError for a file that is closed."""
        if number >= self._blocks:
            return b""
        with self._reading:
            self._file.seek(number * (BLOCK + _SEAL))
            sealed = self._file.read(BLOCK + _SEAL)
        return self._cipher.decrypt(_nonce(number), cast(bytes, sealed), None)

    def _seal(self, block: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._blocks), block, None)
        written = 0
        while written < len(sealed):
            written += self._file.write(memoryview(sealed)[written:])
        self._blocks += 1


def _nonce(number: int) -> bytes:
    return number.to_bytes(12)


class _BlockReader(io.RawIOBase):
    """Raw reader of an encrypted file; it has one block in clear at a time."""

    def __init__(self, file: EncryptedFile) -> None:
        super().__init__()
        self._file, self._at = file, 0
        self._number: int = -1
        self._block = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._file.size}[whence]
        if begin + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = begin + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride] -- the buffered reader gives a memoryview
        number, inside = divmod(self._at, BLOCK)
        if number != self._number:
            self._block, self._number = self._file.block(number), number
        found = self._block[inside : inside + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)
