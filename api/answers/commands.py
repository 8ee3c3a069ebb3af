"""A command from what was sent: its events parsed as lines of the interchange format are, judged, and recorded once."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

import msgspec
from msgspec import Struct

from api.clock import now, today
from api.register.request_rejected import FieldFault, RequestRejected
from api.register.served import Served
from journey import json_text
from journey.access.reader import LOCAL
from journey.commands import decide, newly_senseless
from journey.exchange.importing import new_id
from journey.exchange.interchange import parse_line
from journey.exchange.lines import Declared, LineContext, line_context
from journey.history import COPENHAGEN, Recorded
from journey.json_text import BadJson
from journey.log.migrate import READ
from journey.log.reading import history
from journey.log.receipts import Receipt
from journey.log.stored import Entry
from journey.personal import has_personal_number
from journey.problem import Problem
from journey.proof.reading import leaf_hashes
from journey.refusals import Refused

MOST_EVENTS = 100
"""How many events one command may have."""
MOST_FIELDS = 50_000
"""How many fields the events of a command may have in all."""
LONGEST_BODY = 4_000_000
LONGEST_KEY = 200

_NOT_ALLOWED = {
    "case": "kan ikke stå her: sagen står i adressen",
    "source_case": "kan ikke stå her: sagen står i adressen",
    "stream": "kan ikke stå her: en kommando er til en sag",
    "known_at": "kan ikke stå her: registret sætter selv tidspunktet; det kan kun en indlæst fil",
    "_reason": "feltet kendes ikke",
}


class CommandFinding(Struct, frozen=True):
    """An event that makes no sense in its place since the command, or that was taken all the same."""

    position: int
    code: str
    text: str


class CommandResult(Struct, frozen=True):
    """What came of a command; the same, however often the command is sent."""

    case: str
    positions: tuple[int, ...]
    """Of the events recorded now."""
    known: tuple[int, ...]
    """Of those that the register had already, by their source and source_id."""
    version: int
    """The case's version after them."""
    known_at: str | None
    """The moment of the events recorded now."""
    receipts: tuple[str, ...]
    """Where each event's receipt is to be had once it is sealed, within some seconds."""
    leaves: tuple[str, ...]
    """The leaf hash of each, base64, in the order of the receipts: until then what the caller holds against a change of the event."""
    findings: tuple[CommandFinding, ...]
    """What they make senseless of what was recorded earlier, and what is noted of themselves."""


Signs = Callable[[str | None], str | None]
"""Who is recorded as the one who did it, by what was sent as `by`."""


class CaseCommand(NamedTuple):
    case: str
    key: str
    expected_version: int | None
    entries: Sequence[Entry]
    request: bytes
    """What tells the command from others under the same key: the case and the events, however their JSON was spaced."""


def command(
    case: str, key: str | None, if_match: str | None, body: bytes, served: Served, signs: Signs = lambda by: by
) -> CaseCommand:
    """Read a command; `signs` tells who each of its events is by, of what the event itself says.

    Raises RequestRejected with everything that is wrong with it.
    """
    version = _version(if_match)
    key = idempotency_key(key)
    decoded = _decoded(body, Any)
    many = isinstance(decoded, list)
    events = cast(list[Any], decoded) if many else [decoded]
    raws = _decoded(body, list[msgspec.Raw]) if many else [msgspec.Raw(body)]
    if len(raws) > MOST_EVENTS:
        why = f"Kommandoen har {len(raws)} hændelser; højst {MOST_EVENTS} er tilladt."
        raise RequestRejected("too_large", why, place=f"[{MOST_EVENTS}]")
    if not raws:
        raise RequestRejected("bad_events", "Kommandoen har ingen hændelser.")
    by = line_context(served.codes, now(), new_id, declared=Declared(served.settings.person_ids))
    entries: list[Entry] = []
    faults: list[FieldFault] = []
    for nth, (raw, event) in enumerate(zip(raws, events, strict=True)):
        found = _not_allowed(event) or _signed(case, bytes(raw), cast(dict[str, object], event), signs, by)
        if isinstance(found, list):
            faults += [FieldFault(bad.code, bad.reason, _place(bad, nth if many else None)) for bad in found]
        else:
            entries.append(found)
    if faults:
        raise _bad(faults)
    return CaseCommand(case, key, version, entries, msgspec.json.encode((case, decoded), order="deterministic"))


def record(served: Served, command: CaseCommand) -> tuple[CommandResult, bool]:
    """Record the command once; gives what came of it, and whether that was now.

    Raises Refused for a rule it breaks, StreamMoved and Busy.
    """
    decided = False

    def judged(known: list[Recorded]) -> Sequence[Entry]:
        nonlocal decided
        decided = True
        there = {(event.source, event.source_id) for event in known}
        decide(known, [event for event in command.entries if (event.source, event.source_id) not in there], today=today())
        return command.entries

    receipt = served.log.record(command.key, command.case, command.request, judged, command.expected_version, served.vault)
    return _result(served, receipt), decided


def _result(served: Served, receipt: Receipt) -> CommandResult:
    """Read from the log what the receipt stands for, so that a retry is told the same."""
    every = sorted((*receipt.positions, *receipt.known))
    known, leaves = _recorded(served, receipt.stream, every)
    if not known:
        # A case that this command began is shown to its reader once the rows are there; until then all of it is the command's own.
        begun, leaves = _recorded(served.for_reader(LOCAL), receipt.stream, every)
        known = begun if begun and begun[0].position in every else []
    own = [event for event in known if event.position in every]
    if len(own) < len(every) or any(position not in leaves for position in every):
        raise RequestRejected("put_back_below")  # recorded in a log that another has taken the place of since
    senseless = newly_senseless(known, receipt.positions[0]) if receipt.positions else []
    return CommandResult(
        receipt.stream,
        receipt.positions,
        receipt.known,
        max(event.version for event in own),
        _moment(receipt.known_at),
        tuple(f"/api/receipts/{position}" for position in every),
        tuple(b64encode(leaves[position]).decode() for position in every),
        tuple(CommandFinding(event.position, event.code, event.text) for event in senseless),
    )


def _recorded(served: Served, stream: str, positions: Sequence[int]) -> tuple[list[Recorded], Mapping[int, bytes]]:
    """The stream's events up to the last of the positions, and the leaf hash of each of these, as the reader is shown them."""
    with served.connected(READ) as conn:
        return history(conn, stream, positions[-1]), leaf_hashes(conn, positions)


def _moment(moment: datetime | None) -> str | None:
    return moment and moment.astimezone(COPENHAGEN).isoformat()


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    found = re.fullmatch(r'"(0|[1-9][0-9]{0,17})"', if_match.strip())
    if not found:
        raise RequestRejected("bad_header", 'Skriv sagens version som i svarets ETag, f.eks. "7".', place="If-Match")
    return int(found[1])


def idempotency_key(key: str | None) -> str:
    """The command's own id. Raises RequestRejected (`no_key`, `bad_header`, `personal_number`)."""
    if not key:
        raise RequestRejected("no_key", place="Idempotency-Key")
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise RequestRejected("bad_header", f"Højst {LONGEST_KEY} synlige ASCII-tegn.", place="Idempotency-Key")
    if has_personal_number(key):
        raise RequestRejected("personal_number", place="Idempotency-Key")
    return key


def _decoded(body: bytes, type_: Any) -> Any:
    if body.count(b'":') > MOST_FIELDS:
        raise RequestRejected("too_large", "Kommandoen har for mange felter.", place="indholdet")
    try:
        return json_text.decoded(body, type_)
    except BadJson as error:
        raise RequestRejected("bad_json", f"Indholdet {error.reason}.", place=error.place) from None


def _not_allowed(event: object) -> list[Problem]:
    if not isinstance(event, dict):
        return [Problem("", 'skal være et objekt: { "kind": …, "valid_at": …, "data": … }')]
    return [Problem(name, reason) for name, reason in _NOT_ALLOWED.items() if name in cast(dict[str, object], event)]


def _signed(case: str, raw: bytes, event: dict[str, object], signs: Signs, context: LineContext) -> Entry | list[Problem]:
    """The event, by whoever signs it; all that is wrong with it."""
    given = event.get("by")
    try:
        by = signs(given if isinstance(given, str) else None)
    except Refused as refused:
        return [Problem(refused.place, refused.message)]
    return parse_line(_line(case, raw, None if "by" in event else by), context)


def _line(case: str, raw: bytes, by: str | None = None) -> bytes:
    """The event as a line of the interchange format: what was sent, byte for byte, with the case put first, and who it is by."""
    inside = raw.strip()[1:].lstrip()
    signature = b"" if by is None else b',"by":' + msgspec.json.encode(by)
    return b'{"case":' + msgspec.json.encode(case) + signature + (b"" if inside.startswith(b"}") else b",") + inside


def _place(bad: Problem, nth: int | None) -> str:
    field = "" if bad.field == "linjen" else bad.field
    return field if nth is None else f"[{nth}]" + (f".{field}" if field else "")


def _bad(faults: list[FieldFault]) -> RequestRejected:
    """The only fault by its own code, else all of them together."""
    if len(faults) == 1:
        return RequestRejected(faults[0].code, faults[0].reason, place=faults[0].place)
    return RequestRejected("bad_events", f"{len(faults)} fejl, og intet er registreret.", faults=faults)
