"""The first line of a register's own export: which register it is of, and by which edition of the format it is written."""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from journey.json_text import decoded
from journey.problem import Problem

EDITION = 2
"""The edition of the format that is written and the newest that is read. Edition 1 had free labels where codes now stand."""


class Header(Struct, forbid_unknown_fields=True):
    """The line as it is written; an event never looks like it."""

    register: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")] | None
    edition: Annotated[int, Meta(ge=1, le=EDITION)]


def header_line(first: bytes | None) -> bytes:
    """The line for a register whose first event is exported as `first`: a register is named by it, so that a copy has the same name."""
    register = None if first is None else hashlib.sha256(first).hexdigest()[:16]
    return msgspec.json.encode(Header(register, EDITION))


def is_header(raw: bytes) -> bool:
    """Whether the line is meant as the header of an export, rightly written or not."""
    try:
        line: object = decoded(raw)
    except ValueError:
        return False
    return isinstance(line, dict) and "register" in line and "kind" not in line


def header_problems(raw: bytes) -> list[Problem]:
    """The problems of a header; none for one that can be read."""
    try:
        decoded(raw, Header)
    except ValueError:
        reason = f'er ikke første linje af en udskrift, som dette program kan læse: {{"register": "…", "edition": 1-{EDITION}}}'
        return [Problem("linjen", reason)]
    return []
