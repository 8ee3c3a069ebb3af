"""The leaf of the sealed log: what it commits to.

The position, the stream, the version in it, the kind, the SHA-256 of the stored bytes and the register's moment, as the ASCII text of
a JSON array. What is encrypted beside the log (the text of a note) stands in the stored bytes by its hash only, so that erasing it
changes no leaf. Positions are dense from 1 (the log's trigger gives each the newest plus one), so leaf number = position - 1, and no
mapping need be kept.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256

FORM = "journey-leaf/1"
"""What an entry begins with: another form of leaf would have another name, and those sealed before keep theirs."""

_encode = json.JSONEncoder(separators=(",", ":")).encode


def entry(position: int, stream: str, version: int, topic: str, state: bytes, known_at: datetime | None) -> bytes:
    """The entry of one event; its leaf hash is that of RFC 6962 over these bytes. A moment that no calendar has is empty."""
    moment = "" if known_at is None else known_at.astimezone(UTC).isoformat(timespec="microseconds")
    return _encode([FORM, position, stream, version, topic, sha256(state).hexdigest(), moment]).encode()


def stream_of(entry: bytes) -> str:
    """The stream of the event that the entry is of."""
    return str(json.loads(entry)[2])
