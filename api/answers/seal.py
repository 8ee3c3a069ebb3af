"""The seal's state for the API and the page: how far, the newest signed roots with their witnesses, and the last checks."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any, cast

from msgspec import Struct, field
from psycopg import Connection

from api.register.served import Served
from api.sealing.sealer import SealHealth
from journey.history import COPENHAGEN
from journey.log.acts import Act, acts, moment_of_act
from journey.log.migrate import READ
from journey.proof.checking import ACTS_CHANGED
from journey.proof.checkpoint import BadNote, cosigned_at
from journey.proof.handovers import Keys, keys_of
from journey.proof.reading import handover_notes, last_checks, last_signed, vkeys
from journey.proof.stored_roots import KEYS_CHANGED, StoredRoot, wrong_with

SHOWN = 10
"""Signed roots and checks shown, at most."""
LAST_SECOND = 2**33
"""The latest moment of a witness that is shown (the year 2242)."""


class WitnessSignature(Struct, frozen=True):
    """A witness's signature under a root, and the moment at which it says that it saw it."""

    name: str
    moment: str


class SignedRoot(Struct, frozen=True):
    """A signed root: the position it reaches to, when it was signed, the root in base64, and the witnesses.

    `damage` is what is wrong with what is stored of it, in Danish; it has no witnesses then. `moment` is null where it is damaged.
    """

    position: int
    moment: str | None
    root: str
    witnesses: list[WitnessSignature]
    damage: str | None


class Verified(Struct, frozen=True):
    """A check of the whole log (`journey verify`): how far, against how many roots and copies, and the first fault if there was one."""

    moment: str | None
    ok: bool
    sealed: int
    checkpoints: int
    copies: int
    seconds: float
    fault: str | None
    fault_position: int | None
    reason: str | None = field(name="said")


class ShownAct(Struct, frozen=True):
    """An act of the register: its number, moment and kind, and the positions that it is about; who and why stand in `journey acts`."""

    number: int
    moment: str
    kind: str
    positions: list[int] | None


class SealAnswer(Struct, frozen=True):
    """How the seal is; keys as C2SP vkeys, the newest root and check first.

    `damage` is what is seen at once to be wrong with the keys or the newest roots; the rest takes `journey verify`.
    """

    health: SealHealth
    damage: str | None
    key: str | None
    witnesses: list[str]
    roots: list[SignedRoot]
    verifications: list[Verified]
    acts: list[ShownAct]


def seal_state(register: Served) -> SealAnswer:
    """The present state of the register's seal."""
    with register.connected(READ, snapshot=True) as conn:
        return state_of(conn, register.sealer.health())


def state_of(conn: Connection[Any], health: SealHealth) -> SealAnswer:
    """The state by what is stored, also where that is damaged."""
    log, witnesses = vkeys(conn, "log"), vkeys(conn, "witness")
    signed = last_signed(conn, SHOWN)
    try:
        keys = keys_of(log, witnesses, handover_notes(conn)) if signed else None
    except BadNote:
        keys, damage = None, KEYS_CHANGED
    else:
        damage = None
    roots = [_root(each, keys) for each in signed]
    known, acts_damage = _acts(conn, signed)
    damage = damage or next((root.damage for root in roots if root.damage), None) or acts_damage
    return SealAnswer(health, damage, log[-1] if log else None, witnesses, roots, _verified(conn), known)


def _acts(conn: Connection[Any], signed: Sequence[StoredRoot]) -> tuple[list[ShownAct], str | None]:
    """The newest acts, newest first, and what is wrong with them: the newest root commits to them."""
    try:
        known = acts(conn)
        number, hashed = (signed[0].checkpoint.acts if signed else None) or (0, b"")
        if number and (number > len(known) or known[number - 1].hash != hashed):
            return [], ACTS_CHANGED
        return [_shown_act(act) for act in reversed(known[-SHOWN:])], None
    except ValueError:  # BrokenActs, or a moment that no calendar has
        return [], ACTS_CHANGED


def _shown_act(act: Act) -> ShownAct:
    positions: Any = act.what.get("positions")
    whole = isinstance(positions, list) and [type(each) for each in cast(list[object], positions)] == [int, int]
    return ShownAct(act.number, _moment(moment_of_act(act)), act.kind, cast(list[int], positions) if whole else None)


def _root(signed: StoredRoot, keys: Keys | None) -> SignedRoot:
    checkpoint, damage = signed.checkpoint, wrong_with(signed, keys) if keys else None
    whole = keys and damage is None
    seen = (
        [WitnessSignature(each.name, _moment_of_second(cosigned_at(each))) for each in signed.note.signatures[1:]]
        if whole
        else []
    )
    return SignedRoot(
        checkpoint.size, signed.at and _moment(signed.at), base64.b64encode(checkpoint.root).decode(), seen, damage
    )


def _moment_of_second(second: int) -> str:
    return _moment(datetime.fromtimestamp(min(second, LAST_SECOND), UTC))


def _verified(conn: Connection[Any]) -> list[Verified]:
    return [
        Verified(
            at and _moment(at),
            fault is None,
            sealed,
            roots,
            copies,
            seconds if isfinite(seconds) else 0.0,
            fault,
            position,
            reason,
        )
        for at, sealed, roots, copies, seconds, fault, position, reason in last_checks(conn, SHOWN)
    ]


def _moment(moment: datetime) -> str:
    return moment.astimezone(COPENHAGEN).isoformat(timespec="seconds")
