"""Proofs from the stored tree: that an event is under a signed root, and that one root continues another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from journey.proof.checkpoint import proof_lines
from journey.proof.merkle import consistency, inclusion
from journey.proof.reading import SealedEvent, entries_of, entry_at, first_covering, handover_notes, newest, node_stored, vkeys
from journey.proof.stored_roots import StoredRoot
from journey.refusals import Refused


class ProvenEvent(NamedTuple):
    """An event, and the hashes that lead from its leaf to the root."""

    event: SealedEvent
    path: list[bytes]


class EventReceipt(NamedTuple):
    """An event with its proof, and the first signed root that it is under."""

    proven: ProvenEvent
    signed: StoredRoot


class CaseProofs(NamedTuple):
    """A case's sealed events with their proofs to one signed root, the keys that roots are signed with, the log's first, and the roots at
    which one of the log's was handed over to the next."""

    events: list[ProvenEvent]
    signed: StoredRoot
    vkeys: list[str]
    handovers: Sequence[str] = ()

    @property
    def files(self) -> dict[str, bytes]:
        """The files that verify.py reads, by name: what a case file takes with it beside verify.py itself."""
        return {
            "events.tsv": b"".join(event_line(proven.event) for proven in self.events),
            "proofs.txt": "".join(_proof_line(proven) for proven in self.events).encode(),
            "checkpoint": self.signed.text.encode(),
            "keys.txt": "".join(f"{vkey}\n" for vkey in self.vkeys).encode(),
            **({"handovers.txt": "\n".join(self.handovers).encode()} if self.handovers else {}),
        }


def receipt(conn: Connection[Any], position: int) -> EventReceipt | None:
    """The receipt of a position, None while it is not sealed. Raises SealBroken."""
    signed = first_covering(conn, position)
    event = entry_at(conn, position)
    if signed is None or event is None:
        return None
    size = signed.checkpoint.size
    return EventReceipt(ProvenEvent(event, inclusion(node_stored(conn), position - 1, size)), signed)


def consistent(conn: Connection[Any], old: int, size: int) -> list[bytes]:
    """Consistency proof that the log of `old` events is the beginning of that of `size`; both sealed.

    Raises Refused (`not_sealed`) and SealBroken.
    """
    last = newest(conn)
    sealed = last.checkpoint.size if last else 0
    if size > sealed:
        raise Refused("not_sealed", f"Registret er forseglet til position {sealed}.", place=str(size))
    return consistency(node_stored(conn), old, size)


def case_proofs(conn: Connection[Any], case: str, upto: int | None = None) -> CaseProofs:
    """The case's sealed events, those of positions past `upto` left out, each with its proof to one signed root: the first that all of
    these are under, or the last there is.

    `case` is a case's reference, or `stream:` and the name of a stream. Raises Refused (`not_sealed`) while nothing of it is sealed,
    `unknown_case` and SealBroken.
    """
    signed = (None if upto is None else first_covering(conn, upto)) or newest(conn)
    if signed is None:
        raise Refused("not_sealed", place=case)
    size = signed.checkpoint.size
    events = entries_of(conn, case, size if upto is None else min(size, upto))
    if not events:
        raise Refused("not_sealed" if entries_of(conn, case, 2**63 - 1) else "unknown_case", place=case)
    node = node_stored(conn)
    proven = [ProvenEvent(event, inclusion(node, event.position - 1, size)) for event in events]
    known = [vkey for kind in ("log", "witness") for vkey in vkeys(conn, kind)]
    return CaseProofs(proven, signed, known, handover_notes(conn))


def event_line(event: SealedEvent) -> bytes:
    """An event as the auditor's export has it: its leaf's entry, a tab, and the stored bytes."""
    return event.entry + b"\t" + event.state + b"\n"


def _proof_line(proven: ProvenEvent) -> str:
    return " ".join([str(proven.event.position), *proof_lines(proven.path).split()]) + "\n"
