"""Where signed roots are kept that the register cannot reach back into: a folder of copies, and a witness who cosigns."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

from msgspec import Struct
from psycopg import Connection

from api.clock import now
from api.sealing.witness import KEY_FILE, Witness, replaced
from journey.history import COPENHAGEN
from journey.proof.checking import Copy
from journey.proof.checkpoint import COSIGNS, BadNote, Key, Note, is_valid, key_of, note_of, signatures_of
from journey.proof.proving import consistent
from journey.proof.reading import keys, log_key, newest
from journey.proof.signed import Signed
from journey.proof.witness import Answer, asked, origin_hash
from journey.refusals import Refused

PATIENCE = 3.0
"""Seconds that a witness may take."""


class NotKept(Exception):
    """A root could not be kept elsewhere, or a witness would not sign it; why, in Danish."""


class Elsewhere(Struct, frozen=True):
    """The settings: a folder for copies, a witness by its HTTP address or folder, and the witness's key where it is given."""

    checkpoints: Path | None = None
    witness: str | None = None
    witness_key: str | None = None


def kept_elsewhere(conn: Connection[Any], where: Elsewhere) -> list[str]:
    """Have the newest root cosigned and copied where the settings say so; gives what could not be."""
    why: list[str] = []
    last = newest(conn)
    if last is not None and where.witness is not None:
        try:
            cosigned(conn, where, _whole(last))
        except (NotKept, Refused, OSError) as error:
            why.append(str(error) if isinstance(error, (NotKept, Refused)) else "vidnets mappe kan ikke bruges")
    signed = newest(conn)  # with the signatures there are by now
    if signed is not None and where.checkpoints is not None:
        try:
            copied(where.checkpoints, signed)
        except NotKept as error:
            why.append(str(error))
    return why


def copied(folder: Path, signed: Signed) -> None:
    """Copy the signed root into the folder, in a file of its day that nothing is written over, and as the newest.

    Raises NotKept, also where another root of the same size is there, or where what is stored cannot be read.
    """
    if signed.at is None:
        raise NotKept("tidspunktet for den nyeste rod i databasen kan ikke læses")
    note, day = _whole(signed), signed.at.astimezone(COPENHAGEN).date().isoformat()
    file = folder / day / f"{note.checkpoint.size:012d}.txt"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and note_of(file.read_text("utf-8")).checkpoint != note.checkpoint:
            raise NotKept(f"{file} har en anden rod")
        replaced(file, note.text)
        replaced(folder / "checkpoint", note.text)
    except (OSError, ValueError) as error:
        raise NotKept(f"mappen {folder} kan ikke bruges ({type(error).__name__})") from None


def _whole(signed: Signed) -> Note:
    try:
        return signed.note
    except BadNote:
        raise NotKept("den nyeste rod i databasen, eller en underskrift under den, kan ikke læses") from None


def copies(folder: Path) -> Iterator[Copy]:
    """Every root that the folder has. Raises Refused (`bad_file`) for a folder that is not there."""
    if not folder.is_dir():
        raise Refused("bad_file", "Mappen med kopier af rødderne findes ikke.", place=str(folder))
    for file in sorted(folder.glob("*/[0-9]*.txt")):
        yield Copy(str(file), _note_in(file))


def _note_in(file: Path) -> Note:
    try:
        return note_of(file.read_text("utf-8"))
    except (BadNote, UnicodeDecodeError):
        raise Refused("bad_file", "Filen er ikke en underskrevet rod.", place=str(file)) from None


def cosigned(conn: Connection[Any], where: Elsewhere, note: Note) -> None:
    """Have the witness sign the root, and keep its signature. Raises NotKept with what it answered."""
    last = newest(conn, note.checkpoint.size, witnessed=True)
    old = last.checkpoint.size if last else 0
    key = _witness_key(conn, where)
    answer = _ask(conn, where, old, note)
    if answer.status == 409 and re.fullmatch(r"[0-9]{1,18}\n?", answer.body):
        seen = int(answer.body)
        if seen > note.checkpoint.size:
            raise NotKept(f"vidnet har set en rod ved {seen}: registret er fra før den, eller afkortet")
        answer = _ask(conn, where, seen, note) if seen != old else answer
        if answer.status == 409 and seen == note.checkpoint.size:
            raise NotKept(f"vidnet afviser: roden følger ikke af den, det så sidst, som er en anden ved {seen}")
    if answer.status != 200:
        raise NotKept(_why(answer.status))
    try:
        found = [one for one in signatures_of(answer.body) if (one.name, one.id) == (key.name, key.id)]
    except BadNote:
        found = []
    if not found or not is_valid(note.checkpoint, found[0], key):
        raise NotKept("vidnets underskrift er ikke dets egen")
    conn.execute(
        "insert into seal.cosignatures (size, name, signature) values (%s, %s, %s) on conflict do nothing",
        (note.checkpoint.size, key.name, found[0].line),
    )


def witnessed(conn: Connection[Any], where: Elsewhere) -> list[Copy]:
    """The last root that the witness has signed, as it has it itself; none where it has signed none.

    Raises NotKept, also where the register has a signature of a witness and the witness has no root.
    """
    key = _log_key(conn)
    if where.witness is None or key is None:
        return []
    try:
        last = _last_seen(where.witness, origin_hash(key.name))
    except ValueError:
        raise NotKept("vidnets svar er ikke en underskrevet rod") from None
    if last is not None:
        return [Copy(f"vidnet {'' if is_address(where.witness) else 'i '}{where.witness}", last)]
    if newest(conn, witnessed=True) is not None:
        raise NotKept("vidnet har ingen rod af registret, men registret har et vidnes underskrift")
    return []


def _last_seen(witness: str, hashed: str) -> Note | None:
    if not is_address(witness):
        folder = Path(witness)
        # One that is not there is not made by asking.
        return Witness(folder).last(hashed) if (folder / KEY_FILE).exists() else None
    answer = _http(f"{witness.rstrip('/')}/{hashed}/checkpoint")
    return None if answer.status == 404 else note_of(answer.body)


def _log_key(conn: Connection[Any]) -> Key | None:
    try:
        return log_key(conn)
    except BadNote:
        raise NotKept("registrets nøgle, som den er gemt i databasen, kan ikke læses") from None


def _witness_key(conn: Connection[Any], where: Elsewhere) -> Key:
    """The key given, else the one first met: it is noted, and another later is not taken."""
    address = where.witness or ""
    if where.witness_key:
        said = where.witness_key
    elif not is_address(address):
        said = Witness(Path(address)).signer.key.vkey
    else:
        said = _http(f"{address.rstrip('/')}/vkey").body
    try:
        key = key_of(said.strip())
    except BadNote:
        raise NotKept("vidnets nøgle kan ikke læses; angiv den i JOURNEY_WITNESS_KEY") from None
    if key.kind != COSIGNS:
        raise NotKept("vidnets nøgle er ikke et vidnes")
    try:
        known = keys(conn, "witness")
    except BadNote:
        raise NotKept("vidnets nøgle, som den er gemt i databasen, kan ikke læses") from None
    if known and key not in known and not where.witness_key:
        raise NotKept("vidnet har fået en anden nøgle; er det rigtigt, så angiv den i JOURNEY_WITNESS_KEY")
    conn.execute("insert into seal.keys (vkey, kind) values (%s, 'witness') on conflict do nothing", (key.vkey,))
    return key


def _ask(conn: Connection[Any], where: Elsewhere, old: int, note: Note) -> Answer:
    path = consistent(conn, old, note.checkpoint.size) if old <= note.checkpoint.size else []
    body, address = asked(old, path, note), where.witness or ""
    if is_address(address):
        return _http(f"{address.rstrip('/')}/add-checkpoint", body.encode())
    witness, key = Witness(Path(address)), _log_key(conn)
    if key is not None and key not in witness.logs():
        witness.know(key.vkey)
    return witness.answer(body, _second(now()))


def _http(address: str, body: bytes | None = None) -> Answer:
    try:
        with _answering(address, body) as answer:
            return Answer(answer.status, answer.read(100_000).decode("utf-8", "replace"))
    except (OSError, ValueError, HTTPException):
        raise NotKept("vidnet svarer ikke") from None


def _answering(address: str, body: bytes | None) -> Any:
    """The answer as it comes, also one of a refusal."""
    try:
        return urllib.request.urlopen(address, body, PATIENCE)  # noqa: S310 -- an address of the settings, http or https
    except urllib.error.HTTPError as error:
        return error


def _why(status: int) -> str:
    return {
        403: "vidnet kender en anden nøgle for registret",
        404: "vidnet kender ikke registret: giv det registrets nøgle med journey witness serve --log",
        422: "vidnet afviser: roden følger ikke af den, det så sidst",
    }.get(status, f"vidnet svarede {status}")


def is_address(witness: str) -> bool:
    """Whether the witness is asked over HTTP; else it is a folder."""
    return witness.startswith(("http://", "https://"))


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
