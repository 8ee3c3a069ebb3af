"""The tree's size and root, signed: the C2SP forms signed-note, tlog-checkpoint and tlog-cosignature/v1, with Ed25519."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

SIGNS, COSIGNS = 0x01, 0x04
"""The signature types: of a log over its checkpoint, and of a witness with the time it saw it."""

LONGEST_NOTE = 64_000


class BadNote(ValueError):
    """A signed checkpoint of another form, or without a true signature of the key looked for."""


class VerifierKey(Struct, frozen=True):
    """A public key (C2SP vkey) by the name it signs under; `kind` is the type of its signatures, SIGNS or COSIGNS."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as it is handed out."""
        return f"{self.name}+{self.id.hex()}+{_written(bytes([self.kind]) + self.public)}"


class Checkpoint(Struct, frozen=True):
    """The size and root that the tree of the log of this name had."""

    origin: str
    size: int
    root: bytes
    extension: str = ""
    """What the root commits to beside the tree: whole lines under it, none for a register without acts."""

    @property
    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{_written(self.root)}\n{self.extension}"

    @property
    def acts(self) -> tuple[int, bytes] | None:
        """The number of the register's acts and the hash of the last, None where it says nothing of them."""
        match = re.fullmatch(r"acts ([1-9][0-9]{0,17}) ([A-Za-z0-9+/]{43}=)\n", self.extension, re.ASCII)
        hashed = _read(match[2]) if match else b""
        return (int(match[1]), hashed) if match and hashed else None


class Signature(NamedTuple):
    """A line under a note."""

    name: str
    id: bytes
    bytes: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {_written(self.id + self.bytes)}\n"


class SignedNote(NamedTuple):
    """A checkpoint with the lines of signatures under it."""

    checkpoint: Checkpoint
    signatures: Sequence[Signature]

    @property
    def text(self) -> str:
        return self.checkpoint.body + "\n" + "".join(signature.line for signature in self.signatures)


class Signer:
    """A private key under its name."""

    def __init__(self, name: str, kind: int, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, kind, self._private.public_key().public_bytes_raw())

    def signature_of(self, message: bytes) -> str:
        """The signature of an act's bytes, in base64."""
        return _written(self._private.sign(message))

    def sign(self, checkpoint: Checkpoint) -> Signature:
        """The log's own signature."""
        return Signature(self.key.name, self.key.id, self._private.sign(checkpoint.body.encode()))

    def cosign(self, checkpoint: Checkpoint, at: int) -> Signature:
        """A witness's signature, with the second since 1970 at which it saw the checkpoint."""
        signed = self._private.sign(_cosigned(checkpoint, at))
        return Signature(self.key.name, self.key.id, at.to_bytes(8, "big") + signed)


def public_of(seed: bytes) -> bytes:
    """The public key of a private one."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def key_of(vkey: str) -> VerifierKey:
    """The key that was handed out. Raises BadNote for what is none."""
    parts = vkey.split("+", 2)
    material = _read(parts[2]) if len(parts) == 3 else b""
    if len(material) != 33 or material[0] not in (SIGNS, COSIGNS) or not _is_name(parts[0]):
        raise BadNote("not a key")
    key = VerifierKey(parts[0], material[0], material[1:])
    if key.vkey != vkey:
        raise BadNote("not a key: its id is another's")
    return key


def note_of(text: str) -> SignedNote:
    """The note that the text is. Raises BadNote."""
    if len(text) > LONGEST_NOTE or re.search(r"[\x00-\x09\x0b-\x1f]", text):
        raise BadNote("too long, or with control characters")
    body, blank, lines = text.rpartition("\n\n")
    match = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/=]+)((?:\n[^\n]+)*)", body)
    if not blank or match is None or not lines.endswith("\n"):
        raise BadNote("not a checkpoint")
    root = _read(match[3])
    if len(root) != 32:
        raise BadNote("not a root")
    extension = f"{match[4][1:]}\n" if match[4] else ""
    return SignedNote(Checkpoint(match[1], int(match[2]), root, extension), signatures_of(lines))


def signatures_of(lines: str) -> list[Signature]:
    """The lines under a note. Raises BadNote."""
    found: list[Signature] = []
    for line in lines.removesuffix("\n").split("\n"):
        match = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)", line)
        content = _read(match[2]) if match else b""
        if match is None or len(content) < 5:
            raise BadNote("not a signature line")
        found.append(Signature(match[1], content[:4], content[4:]))
    return found


def signed_by(note: SignedNote, key: VerifierKey) -> Signature | None:
    """The key's signature, None where there is none. Raises BadNote for one that is false."""
    found: Signature | None = None
    for signature in note.signatures:
        if (signature.name, signature.id) == (key.name, key.id):
            if not is_valid(note.checkpoint, signature, key):
                raise BadNote("a false signature")
            found = signature
    return found


def is_valid(checkpoint: Checkpoint, signature: Signature, key: VerifierKey) -> bool:
    """Whether the key has signed the checkpoint."""
    message, signed = checkpoint.body.encode(), signature.bytes
    if key.kind == COSIGNS:
        message, signed = _cosigned(checkpoint, cosigned_at(signature)), signature.bytes[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signed, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_signed_act(message: bytes, signature: str, key: VerifierKey) -> bool:
    """Whether the key has signed the bytes of an act."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(_read(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def cosigned_at(signature: Signature) -> int:
    """The second since 1970 at which a witness signed."""
    return int.from_bytes(signature.bytes[:8], "big")


def acts_line(number: int, hashed: bytes) -> str:
    """The line under a root that says how many acts the register has, and the hash of the last."""
    return f"acts {number} {_written(hashed)}\n"


def proof_lines(path: Sequence[bytes]) -> str:
    """The hashes of a proof, a line each."""
    return "".join(f"{_written(step)}\n" for step in path)


def hash_of(line: str) -> bytes:
    """The hash that a line of a proof is. Raises BadNote."""
    found = _read(line)
    if len(found) != 32:
        raise BadNote("not a hash")
    return found


def hash_written(hashed: bytes) -> str:
    """The line that a hash is."""
    return _written(hashed)


def _cosigned(checkpoint: Checkpoint, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{checkpoint.body}".encode()


def _is_name(name: str) -> bool:
    return bool(re.fullmatch(r"[^\s+]+", name)) and name.isprintable()


def _written(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _read(text: str) -> bytes:
    """The bytes that base64 stands for, in the one way that they can be written; nothing for any other."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return found if _written(found) == text else b""
