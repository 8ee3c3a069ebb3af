"""How the seal is, for the API and the page: how far, the newest signed roots and who saw them, and what the last check found."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import tuple_row

from api.sealer import SealHealth
from api.served import Served
from journey.interchange import COPENHAGEN
from journey.migrate import READ
from journey.proof.checkpoint import cosigned_at
from journey.proof.reading import Signed, keys, last_signed

SHOWN = 10
"""How many signed roots and checks are told of."""


class Seen(Struct, frozen=True):
    """A witness's signature under a root, and the moment at which it says that it saw it."""

    name: str
    moment: str


class SignedRoot(Struct, frozen=True):
    """A signed root: the position it reaches to, when it was signed, the root in base64, and the witnesses."""

    position: int
    moment: str
    root: str
    witnesses: list[Seen]


class Verified(Struct, frozen=True):
    """A check of the whole log (`journey verify`): how far, against how many roots and copies, and the first fault if there was one."""

    moment: str
    ok: bool
    sealed: int
    checkpoints: int
    copies: int
    seconds: float
    fault: str | None
    fault_position: int | None
    said: str | None


class SealAnswer(Struct, frozen=True):
    """How the seal is; keys as C2SP vkeys, the newest root and check first."""

    health: SealHealth
    key: str | None
    witnesses: list[str]
    roots: list[SignedRoot]
    verifications: list[Verified]


_VERIFIED = """
select at, fault is null, sealed, checkpoints, copies, seconds, fault, fault_position, said
from seal.verifications order by id desc limit %s
"""


def seal_state(register: Served) -> SealAnswer:
    """How the seal of the register is now."""
    with register.connected(READ) as conn:
        log = keys(conn, "log")
        return SealAnswer(
            register.sealer.health(),
            log[0].vkey if log else None,
            [key.vkey for key in keys(conn, "witness")],
            [_root(one) for one in last_signed(conn, SHOWN)],
            _verified(conn),
        )


def _root(signed: Signed) -> SignedRoot:
    checkpoint, witnesses = signed.note.checkpoint, signed.note.signatures[1:]
    seen = [Seen(one.name, _moment(datetime.fromtimestamp(cosigned_at(one), UTC))) for one in witnesses]
    return SignedRoot(checkpoint.size, _moment(signed.at), base64.b64encode(checkpoint.root).decode(), seen)


def _verified(conn: Connection[Any]) -> list[Verified]:
    rows = conn.cursor(row_factory=tuple_row).execute(_VERIFIED, (SHOWN,))
    return [Verified(_moment(at), *rest) for at, *rest in rows]


def _moment(moment: datetime) -> str:
    return moment.astimezone(COPENHAGEN).isoformat(timespec="seconds")
