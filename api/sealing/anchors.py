"""Anchors of the signed roots, which the register cannot change afterwards: a folder of copies, and a witness that cosigns."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Collection, Iterator
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any

from psycopg import Connection

from api.clock import now
from api.sealing.witness import KEY_FILE, Witness, write_durably
from api.settings import Anchors, is_http_address
from journey.history import COPENHAGEN
from journey.log.acts import act_lines
from journey.proof.checkpoint import COSIGNS, BadNote, SignedNote, VerifierKey, is_valid, key_of, note_of, signatures_of
from journey.proof.handovers import Handover, handover_of
from journey.proof.proofs import consistent
from journey.proof.reading import handover_notes, keys, log_key, newest
from journey.proof.restores import Copy, Restore, declared, restores_of
from journey.proof.stored_roots import StoredRoot
from journey.proof.witness import WitnessResponse, origin_hash, request_body, respond_restored, restored_body
from journey.refusals import Refused

PATIENCE = 3.0
"""Seconds to wait for a witness."""


class NotAnchored(Exception):
    """A root could not be copied, or the witness did not sign it; the message is the reason in Danish."""


class Disagrees(NotAnchored):
    """The newest root does not follow from one that is kept elsewhere."""


def anchor_newest(conn: Connection[Any], anchors: Anchors) -> list[NotAnchored]:
    """Have the newest root cosigned and copied where the settings say so; gives the failures."""
    failures: list[NotAnchored] = []
    last = newest(conn)
    if last is not None and anchors.witness is not None:
        try:
            cosign(conn, anchors, _whole(last))
        except NotAnchored as error:
            failures.append(error)
        except (Refused, OSError) as error:
            failures.append(NotAnchored(str(error) if isinstance(error, Refused) else "vidnets mappe kan ikke bruges"))
    signed = newest(conn)  # with the signatures it has by now
    if signed is not None and anchors.checkpoints is not None:
        try:
            write_copy(anchors.checkpoints, signed, restores_of(conn))
        except NotAnchored as error:
            failures.append(error)
        except Refused as error:
            failures.append(NotAnchored(str(error)))
    return failures


def write_copy(folder: Path, signed: StoredRoot, known: Collection[Restore] = ()) -> None:
    """Copy the signed root into the folder: in a file of its day that is never overwritten, and as the newest.

    Beside a root of the same size that a restore declares lost it stands in a file of its own. Raises NotAnchored, also where the folder
    has another root of the same size, or the stored one cannot be read.
    """
    if signed.at is None:
        raise NotAnchored("tidspunktet for den nyeste rod i databasen kan ikke læses")
    note, day = _whole(signed), signed.at.astimezone(COPENHAGEN).date().isoformat()
    name = f"{note.checkpoint.size:012d}"
    try:
        (folder / day).mkdir(parents=True, exist_ok=True)
        files = (folder / day / f"{name}{f'-{nth}' if nth else ''}.txt" for nth in count())
        file = next(file for file in files if not _is_abandoned(file, known))
        if file.exists() and note_of(file.read_text("utf-8")).checkpoint != note.checkpoint:
            raise Disagrees(f"{file} har en anden rod")
        write_durably(file, note.text)
        write_durably(folder / "checkpoint", note.text)
    except (OSError, ValueError) as error:
        raise NotAnchored(f"mappen {folder} kan ikke bruges ({type(error).__name__})") from None


def _is_abandoned(file: Path, known: Collection[Restore]) -> bool:
    """Whether the file has a root that a restore declares lost. Raises OSError, ValueError."""
    return file.exists() and declared(known, note_of(file.read_text("utf-8")).checkpoint) is not None


def _whole(signed: StoredRoot) -> SignedNote:
    try:
        return signed.note
    except BadNote:
        raise NotAnchored("den nyeste rod i databasen, eller en underskrift under den, kan ikke læses") from None


def read_copies(folder: Path) -> Iterator[Copy]:
    """Read every root in the folder. Raises Refused (`bad_file`) for a folder that does not exist."""
    if not folder.is_dir():
        raise Refused("bad_file", "Mappen med kopier af rødderne findes ikke.", place=str(folder))
    for file in sorted(folder.glob("*/[0-9]*.txt")):
        yield read_copy(file)


def read_copy(file: Path) -> Copy:
    """Read the root in a file. Raises Refused (`bad_file`)."""
    try:
        return Copy(str(file), note_of(file.read_text("utf-8")))
    except (BadNote, UnicodeDecodeError):
        raise Refused("bad_file", "Filen er ikke en underskrevet rod.", place=str(file)) from None


def cosign(conn: Connection[Any], anchors: Anchors, note: SignedNote) -> None:
    """Have the witness sign the root, and store its signature. Raises NotAnchored with its answer."""
    last = newest(conn, note.checkpoint.size, witnessed=True)
    old = last.checkpoint.size if last else 0
    key = _witness_key(conn, anchors)
    size = note.checkpoint.size
    handed = _handovers(conn)
    note = next(
        (each.note for each in reversed(handed) if each.size == size), note
    )  # the same root, for who knows the new key alone
    answer, seen = _ask(conn, anchors, old, note)
    if answer.status == 403 and handed:
        for each in handed:
            _ask(conn, anchors, old, each.note)
        answer, seen = _ask(conn, anchors, old, note)
    if answer.status in (409, 422):
        answer = _add_restored(conn, anchors, note) or answer
    if answer.status in (409, 422):
        raise Disagrees(_disagreement(answer.status, seen, size))
    if answer.status != 200:
        raise NotAnchored(_status_text(answer.status))
    try:
        found = [signature for signature in signatures_of(answer.body) if (signature.name, signature.id) == (key.name, key.id)]
    except BadNote:
        found = []
    if not found or not is_valid(note.checkpoint, found[0], key):
        raise NotAnchored("vidnets underskrift er ikke dets egen")
    if any(note == each.note for each in handed):
        return  # a signature of the handover, which is not stored beside the root
    conn.execute(
        "insert into seal.cosignatures (size, name, signature) values (%s, %s, %s) on conflict do nothing",
        (note.checkpoint.size, key.name, found[0].line),
    )


def _ask(conn: Connection[Any], anchors: Anchors, old: int, note: SignedNote) -> tuple[WitnessResponse, int | None]:
    """The witness's answer to a root, asked again from the size that it says it has seen; and that size."""
    answer = _add_checkpoint(conn, anchors, old, note)
    seen = int(answer.body) if answer.status == 409 and re.fullmatch(r"[0-9]{1,18}\n?", answer.body) else None
    if seen is not None and old != seen <= note.checkpoint.size:
        answer = _add_checkpoint(conn, anchors, seen, note)
    return answer, seen


def _handovers(conn: Connection[Any]) -> list[Handover]:
    try:
        return [handover_of(text) for text in handover_notes(conn)]
    except BadNote:
        raise NotAnchored("en nøgle, der er givet videre, kan ikke læses i databasen") from None


def witness_copies(conn: Connection[Any], anchors: Anchors) -> list[Copy]:
    """Read the last root that the witness has signed, from the witness itself; no copy where it has signed none.

    Raises NotAnchored, also where the register has a witness's signature and the witness has no root.
    """
    key = _log_key(conn)
    if anchors.witness is None or key is None:
        return []
    try:
        last = _last_signed(anchors.witness, origin_hash(key.name))
    except ValueError:
        raise NotAnchored("vidnets svar er ikke en underskrevet rod") from None
    if last is not None:
        return [Copy(f"vidnet {'' if is_http_address(anchors.witness) else 'i '}{anchors.witness}", last)]
    if newest(conn, witnessed=True) is not None:
        raise NotAnchored("vidnet har ingen rod af registret, men registret har et vidnes underskrift")
    return []


def _last_signed(witness: str, hashed: str) -> SignedNote | None:
    if not is_http_address(witness):
        folder = Path(witness)
        # A folder that does not exist is not made by reading.
        return Witness(folder).last(hashed) if (folder / KEY_FILE).exists() else None
    answer = _request(f"{witness.rstrip('/')}/{hashed}/checkpoint")
    return None if answer.status == 404 else note_of(answer.body)


def _log_key(conn: Connection[Any]) -> VerifierKey | None:
    try:
        return log_key(conn)
    except BadNote:
        raise NotAnchored("registrets nøgle, som den er gemt i databasen, kan ikke læses") from None


def _witness_key(conn: Connection[Any], anchors: Anchors) -> VerifierKey:
    """The configured key, else the first that the witness showed: that one is stored, and another later is refused."""
    address = anchors.witness or ""
    if anchors.witness_key:
        vkey = anchors.witness_key
    elif not is_http_address(address):
        vkey = Witness(Path(address)).signer.key.vkey
    else:
        vkey = _request(f"{address.rstrip('/')}/vkey").body
    try:
        key = key_of(vkey.strip())
    except BadNote:
        raise NotAnchored("vidnets nøgle kan ikke læses; angiv den i JOURNEY_WITNESS_KEY") from None
    if key.kind != COSIGNS:
        raise NotAnchored("vidnets nøgle er ikke et vidnes")
    try:
        known = keys(conn, "witness")
    except BadNote:
        raise NotAnchored("vidnets nøgle, som den er gemt i databasen, kan ikke læses") from None
    if known and key not in known and not anchors.witness_key:
        raise NotAnchored("vidnet har fået en anden nøgle; er det rigtigt, så angiv den i JOURNEY_WITNESS_KEY")
    conn.execute("insert into seal.keys (vkey, kind) values (%s, 'witness') on conflict do nothing", (key.vkey,))
    return key


def _add_checkpoint(conn: Connection[Any], anchors: Anchors, old: int, note: SignedNote) -> WitnessResponse:
    path = consistent(conn, old, note.checkpoint.size) if old <= note.checkpoint.size else []
    body, address = request_body(old, path, note), anchors.witness or ""
    if is_http_address(address):
        return _request(f"{address.rstrip('/')}/add-checkpoint", body.encode())
    witness, key = Witness(Path(address)), _log_key(conn)
    if key is not None and key.name not in {each.name for each in witness.logs()}:
        witness.know(key.vkey)
    return witness.answer(body, int(now().timestamp()))


def _add_restored(conn: Connection[Any], anchors: Anchors, note: SignedNote) -> WitnessResponse | None:
    """Show the witness the act that declares the root it saw last to be lost; None where there is no such act under the root."""
    last = witness_copies(conn, anchors)
    restore = declared(restores_of(conn), last[0].note.checkpoint) if last else None
    number, _ = note.checkpoint.acts or (0, b"")
    if restore is None or number < restore.act.number or note.checkpoint.size < restore.size:
        return None
    path = consistent(conn, restore.size, note.checkpoint.size)
    body, address = restored_body(restore.size, path, act_lines(conn, number), note), anchors.witness or ""
    if is_http_address(address):
        return _request(f"{address.rstrip('/')}/add-restored", body.encode())
    return Witness(Path(address)).answer(body, int(now().timestamp()), respond_restored)


def _disagreement(status: int, seen: int | None, size: int) -> str:
    if seen is not None and seen > size:
        return f"vidnet har set en rod ved {seen}: registret er fra før den, eller afkortet"
    if seen == size and status == 409:
        return f"vidnet afviser: roden følger ikke af den, det så sidst, som er en anden ved {seen}"
    return _status_text(status)


def _request(address: str, body: bytes | None = None) -> WitnessResponse:
    try:
        with _response(address, body) as answer:
            return WitnessResponse(answer.status, answer.read(100_000).decode("utf-8", "replace"))
    except (OSError, ValueError, HTTPException):
        raise NotAnchored("vidnet svarer ikke") from None


def _response(address: str, body: bytes | None) -> Any:
    """Send the request; gives the response, whatever its status. A witness that sends on to another address is not followed there."""
    try:
        return urllib.request.build_opener(_Stays).open(address, body, PATIENCE)
    except urllib.error.HTTPError as error:
        return error


class _Stays(urllib.request.HTTPRedirectHandler):
    """Handler of redirects that follows none."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] -- it looks at none of it
        """Nothing to ask instead, so that the redirect is the answer."""


def _status_text(status: int) -> str:
    return {
        403: "vidnet kender en anden nøgle for registret",
        404: "vidnet kender ikke registret: giv det registrets nøgle med journey witness serve --log",
        422: "vidnet afviser: roden følger ikke af den, det så sidst",
    }.get(status, f"vidnet svarede {status}")
