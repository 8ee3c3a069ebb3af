"""The handover of the seal's key: the new one beside the old, the newest root signed by both, and then put in the old one's place.

The old key signs until the transaction that stores the handover, and never after it; whatever is cut off at any moment, the key that the
register names is in one of the two files, and the handover goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from psycopg import Connection

from journey.log.acts import record_act
from journey.log.outer_keys import discard_halves, existing_key, next_file, outer_key, take_over
from journey.proof.checkpoint import SIGNS, Signer, VerifierKey, public_of
from journey.proof.handovers import handed_over
from journey.proof.reading import handover_notes, log_key, newest
from journey.proof.sealing import lock_signing, log_signer, trusted_edge
from journey.refusals import Refused


def hand_over(conn: Connection[Any], file: Path, by: str, check: Callable[[VerifierKey], None]) -> VerifierKey:
    """Hand the seal's key over to a new one, as `journey_seal`; gives the new public key. It becomes an act of the register.

    `check` is called with the old key before anything is signed, and raises where nothing may be. Raises Refused (`not_sealed`) before
    the first root, and as `log_signer` and `seal` do.
    """
    discard_halves(next_file(file))
    if newest(conn) is None:
        raise Refused("not_sealed", "Der er ikke forseglet noget endnu, så der er intet at give videre.", place=str(file))
    old = log_signer(file, conn)
    beside = next_file(file)
    if not (beside.exists() and public_of(existing_key(beside)) == old.key.public):
        check(old.key)
        seed = outer_key(beside)
        _store(conn, old, Signer(old.key.name, SIGNS, seed), by)
    take_over(file)
    return log_signer(file, conn).key


def _store(conn: Connection[Any], old: Signer, new: Signer, by: str) -> None:
    with conn.transaction():
        lock_signing(conn)
        last = newest(conn)
        if last is None or log_key(conn) != old.key:
            raise Refused("wrong_start", "Et andet program har givet nøglen videre imens. Se journey verify.")
        size = last.checkpoint.size
        trusted_edge(conn, old, size)
        number = len(handover_notes(conn)) + 1
        note = handed_over(old, new, size, last.checkpoint.root)
        query = "insert into seal.handovers (number, size, note) values (%s, %s, %s)"
        conn.execute(query, (number, size, note.text))
        conn.execute("insert into seal.keys (vkey, kind, number) values (%s, 'log', %s)", (new.key.vkey, number))
        what = {"key": "seal", "before": old.key.vkey, "after": new.key.vkey, "position": size}
        record_act(conn, "keys_changed", [by], what, old.signature_of)
