"""Efterprøv et registers eksport eller en sags bevis, uden registret og uden dets program.

    python verify.py [MAPPE eller ZIP] [--key NØGLE] [--witness NØGLE] [--checkpoint FIL] [--json]

One file on purpose: Python 3.11 or newer and nothing else, sharing no code with the program whose work it checks. Ed25519 is taken
from `cryptography` where that is installed, which is faster, else from below (RFC 8032). Exit code 0: nothing found; 1: a fault, with
the first bad position named; 2: wrong usage.

**The export** is a folder or a zip (or has these files one folder down) with

- `events.tsv`: an event a line: the entry of its leaf, a tab, the bytes stored of it, a newline. The entry is ASCII JSON without
  spaces: `["journey-leaf/1", position, stream, version, kind, SHA-256 of the stored bytes, moment recorded (UTC)]`. The leaf's hash is
  SHA-256(0x00 + entry), as RFC 6962 has it; leaf number = position - 1. The stored bytes are the event's own JSON, in which the text
  of a note stands by its hash: an erased note changes no leaf.
  What recorded an event was told the same hash at once, in base64 (`leaves` of the command's answer, in the order of `receipts`): where
  that of the event's line here is another, the event was changed before it was sealed.
- `checkpoint`: the size and root of the tree, signed (C2SP tlog-checkpoint, with witnesses' cosignature/v1 below the log's own).
- `keys.txt`: the public keys (C2SP signed-note vkeys), the log's first, then its witnesses'. Whoever forges an export forges these too:
  have them from elsewhere, and give them with `--key` and `--witness`. A log whose key was handed over has several, in their order, and
  in `handovers.txt` for each change a root with a line `handover OLD NEW` under it, signed by both keys; `--key` may be any of them.
  Roots up to that size are signed by the old key, and those after it by the new one alone.
- of a whole register: `checkpoints.txt`, every signed root from the first to `checkpoint`, an empty line between; and `tile/`, the tree
  in C2SP tlog-tiles. A register with acts (a restore declared, keys changed) has them in `acts.txt`, an act a line: JSON with `number`,
  `moment`, `kind`, `who`, `what` and `before`, the SHA-256 of the line before; a tab; and the signature of the log's key over
  `journey-act/1`, a newline and the JSON, where the kind asks for one. Roots have a line `acts NUMBER HASH` under the root then.
- of one case: `proofs.txt`, for each event its position and the hashes of its inclusion proof, base64, from the leaf to the root. In a
  case file these are in `bevis/`, and beside it `haendelser.jsonl`, the same events to be read, which is held against them line by line;
  and `MANIFEST.json`, which the other files are held against. The case's state and figures are worked out from the events: no proof
  covers them, and the answer says so.

**A restore.** Where the register was put back from a backup, an act of the kind `restore_declared`, signed by the log's key, names the size
and root that the tree goes on from (`from`), and every signed root that is lost by it (`lost`). A root of one's own that is one of these is
explained; every other that does not fit is a fault.

**What is found**, each with its position: `form` (not of the form above), `hash` (other bytes than those sealed), `hole`, `order`,
`version` (a stream's versions do not run 1, 2, 3 …), `root`, `consistency` (one signed root does not continue another), `signature`,
`tile` (the events are those sealed, and a tile of the tree is not the one over them: its file, layer and first position), `acts` (the
register's acts are not those sealed), and `file` (a file of a case file says something else). A single case's proof shows that its events
are sealed and none between them is missing; that there is none after the last it cannot show. Whoever made the files may have meant ill:
no more is read than they may hold.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = InvalidSignature = None

DANISH = {
    "form": "filen har ikke den rette form",
    "hash": "indholdet er ikke det forseglede",
    "hole": "der er et hul",
    "order": "rækkefølgen er forkert",
    "version": "sagens versioner har et spring",
    "root": "roden passer ikke",
    "tile": "en flise af træet er ændret",
    "consistency": "rødderne hænger ikke sammen",
    "signature": "underskriften passer ikke",
    "file": "en fil i sagsmappen svarer ikke til beviset",
    "acts": "registrets handlinger er ikke dem, der er forseglet",
}
"""What may be wrong."""
FORM, HASH, WIDTH = "journey-leaf/1", 32, 256
SIGNS, COSIGNS = 1, 4
_HASH_WRITTEN = "[A-Za-z0-9+/]{43}="
LONGEST_LINE, LONGEST_FILE, LONGEST_ENTRY = 16 * 2**20, 2**30, 2**16 - 1
"""The longest in bytes: a line of `events.tsv`, any other file, and an entry, whose length a bundle has in two bytes."""
ACTS, HANDOVERS = "acts.txt", "handovers.txt"
FOLDER, READ, MANIFEST, OWN = "bevis/", "haendelser.jsonl", "MANIFEST.json", "verify.py"
"""Where a case file has its proofs, and files of it beside them; this program one may have from elsewhere."""
BESIDE = (READ, MANIFEST, "LAES-MIG.html", "tilstand.json", "tal.json")


class Fault(Exception):
    """What is wrong, and the first position it is wrong at; 0 where it is about no event.

    `file` and `level` are those of a tile that is changed; `whole` says whether the events themselves are those sealed, None where
    that was not found out.
    """

    def __init__(
        self,
        position: int,
        what: str,
        said: str,
        *,
        file: str | None = None,
        level: str | None = None,
        whole: bool | None = None,
    ) -> None:
        self.position, self.what, self.said = position, what, said
        self.file, self.level, self.whole = file, level, whole
        super().__init__(f"position {position}: {what}: {said}")


class Key(NamedTuple):
    """A public key that signatures are made with."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @property
    def line(self) -> str:
        """The key as it is handed out."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


class Keys(NamedTuple):
    """The log's keys in the order that they took over, the roots at which each but the last was handed over, and witnesses' keys."""

    log: list[Key]
    handed: list[Root]
    witnesses: list[Key]

    @property
    def all(self) -> list[Key]:
        return [*self.log, *self.witnesses]

    def signer_at(self, size: int) -> Key:
        """The log's key that signs a root of this size."""
        return self.log[sum(root.size < size for root in self.handed)]


class Root(NamedTuple):
    """A signed root."""

    text: str
    origin: str
    size: int
    root: bytes
    witnesses: dict[Key, int]
    """Each witness's key that has signed, and the second since 1970 at which it did."""
    acts: tuple[int, bytes] | None = None
    """The number of the register's acts and the hash of the last, where it says so."""


class Act(NamedTuple):
    """What was decided about the register itself."""

    kind: str
    moment: str
    who: tuple[str, ...]
    what: dict[str, Any]
    signed: bytes
    """The bytes that its signature is over."""
    signature: bytes
    hash: bytes


class Restore(NamedTuple):
    """A restore declared: the tree goes on from a size and root, and certain roots are lost."""

    moment: str
    who: tuple[str, ...]
    why: str
    size: int
    root: bytes
    lost: frozenset[tuple[int, bytes]]


class Report(NamedTuple):
    """What was looked at."""

    events: int
    last: Root
    roots: int
    stream: str | None
    beside: bool = False
    """Whether a case file's events to be read were held against the proof."""
    unsealed: int = 0
    """Of those the ones after the last that is proven."""
    not_held: tuple[int, ...] = ()
    """The sizes of roots of one's own that a single case's proof cannot be held against."""
    restores: tuple[Restore, ...] = ()
    lost: tuple[tuple[int, Restore], ...] = ()
    """The sizes of roots of one's own that are declared lost, each with the restore that does."""
    receipts: tuple[tuple[int, Restore | None], ...] = ()
    """The positions of receipts of one's own, each with the restore that declares it lost, None where the event is still there."""
    keys: Keys | None = None


# Ed25519 (RFC 8032, section 5.1.7)

_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_I = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key has signed the message, by the fastest way there is."""
    if Ed25519PublicKey is None or InvalidSignature is None:
        return is_signed_by_hand(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_signed_by_hand(public: bytes, message: bytes, signature: bytes) -> bool:
    """The same with whole numbers alone."""
    key, commitment = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or commitment is None or scalar >= _L:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    left, right = _times(scalar, _BASE), _plus(commitment, _times(hashed, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (left[1] * right[2] - right[1] * left[2]) % _P == 0


def _plus(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = _plus(found, point)
        point, scalar = _plus(point, point), scalar >> 1
    return found


def _point(packed: bytes) -> _Point | None:
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if len(packed) != 32 or y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _I % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = cast(_Point, _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")))


# The tree (RFC 6962, section 2.1)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The roots of the perfect subtrees so far, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        carry = self.size
        while carry & 1:
            leaf, carry = node(self.peaks.pop(), leaf), carry >> 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        found = self.peaks[-1] if self.peaks else hashlib.sha256().digest()
        for peak in self.peaks[-2::-1]:
            found = node(peak, found)
        return found


def led_to(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to; None for one that has not the length that the sizes ask for."""
    if size <= 1:
        return leaf if not path and index == 0 and size == 1 else None
    if not path:
        return None
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        below = led_to(leaf, index, half, path[:-1])
        return below and node(below, path[-1])
    below = led_to(leaf, index - half, size - half, path[:-1])
    return below and node(path[-1], below)


# What is read


class Files:
    """The files of a folder or a zip, wherever in it `events.tsv` is."""

    def __init__(self, place: Path) -> None:
        self._zip = zipfile.ZipFile(place) if place.is_file() else None
        names = self._zip.namelist() if self._zip else [p.relative_to(place).as_posix() for p in place.glob("**/events.tsv")]
        self._names = set(names) if self._zip else None
        if self._names is not None and len(self._names) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise Fault(0, "form", f"{twice} står der mere end én gang")
        found = [name for name in names if re.fullmatch(r"([^/]+/)*events\.tsv", name)]
        if len(found) != 1:
            raise Fault(0, "form", "der er flere events.tsv: angiv mappen med den ene" if found else "der er ingen events.tsv")
        self._place, self._within = place, found[0].removesuffix("events.tsv")

    def open(self, name: str) -> IO[bytes]:
        """Raises Fault for a file that is not there."""
        if not self.has(name):
            raise Fault(0, "form", f"filen {name} mangler")
        if self._zip:
            return io.BufferedReader(cast(Any, self._zip.open(self._path(name))), 2**16)
        return (self._place / self._path(name)).open("rb")

    def read(self, name: str, most: int = LONGEST_FILE) -> bytes:
        with self.open(name) as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise Fault(0, "form", f"filen {name} er længere, end den kan være")
        return content

    def text(self, name: str) -> str:
        try:
            return self.read(name).decode()
        except UnicodeDecodeError:
            raise Fault(0, "form", f"filen {name} er ikke UTF-8") from None

    def has(self, name: str) -> bool:
        path = self._path(name)
        return path in self._names if self._names is not None else (self._place / path).is_file()

    def in_case_file(self) -> bool:
        """Whether these are the proofs of a case file, with its own files one folder up: their names begin with `../`."""
        within = re.fullmatch(rf"(.+/)?{FOLDER}", self._within)
        return within is not None and any(self.has(f"../{name}") for name in BESIDE)

    def _path(self, name: str) -> str:
        """Of the files of `bevis/`, or of the folder that it is in."""
        return self._within + name if not name.startswith("../") else self._within.removesuffix(FOLDER) + name[3:]


def unwritten(text: str) -> bytes:
    """What base64 stands for, in the one way that it can be written; nothing for any other."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if base64.b64encode(found).decode() == text else b""


def key_of(line: str) -> Key:
    name, _, rest = line.partition("+")
    id_, _, written = rest.partition("+")
    material = unwritten(written)
    if len(material) != 33 or material[0] not in (SIGNS, COSIGNS) or not re.fullmatch(r"[^\s+]+", name):
        raise Fault(0, "signature", f"{line!r} er ikke en nøgle")
    if hashlib.sha256(name.encode() + b"\n" + material).digest()[:4].hex() != id_:
        raise Fault(0, "signature", f"nøglen {name} har en andens id")
    return Key(name, bytes.fromhex(id_), material[0], material[1:])


def keys_of(files: Files, own: list[Key]) -> Keys:
    """The log's keys, each handed over to the next, and those of witnesses, one's own first."""
    text = files.text("keys.txt")
    keys = [key_of(line) for line in text.removesuffix("\n").split("\n")]
    log = [key for key in keys if key.kind == SIGNS]
    if not text.endswith("\n") or not log or keys[: len(log)] != log or {key.name for key in log} != {log[0].name}:
        raise Fault(0, "signature", "keys.txt har ikke registrets nøgle først og så vidnernes")
    found = Keys(log, [], [*own, *(key for key in keys[len(log) :] if key not in own)])
    handed = parted(files.text(HANDOVERS)) if files.has(HANDOVERS) else []
    if len(handed) != len(log) - 1:
        raise Fault(
            0, "signature", f"{HANDOVERS} siger ikke, hvordan registrets nøgle blev givet videre, for hver nøgle i keys.txt"
        )
    roots = [root_of(one, found, handed=(old, new)) for one, old, new in zip(handed, log[:-1], log[1:], strict=True)]
    if any(before.size > after.size for before, after in pairwise(roots)):
        raise Fault(0, "order", f"rødderne i {HANDOVERS} er ikke i orden")
    return found._replace(handed=roots)


def parted(text: str) -> list[str]:
    """The signed roots of a text, between which is an empty line. Raises Fault."""
    parts = text.split("\n\n")
    texts = [f"{body}\n\n{lines.removesuffix(chr(10))}\n" for body, lines in zip(parts[::2], parts[1::2], strict=False)]
    if len(parts) % 2 or "\n".join(texts) != text:
        raise Fault(0, "form", "de underskrevne rødder har ikke den rette form")
    return texts


def root_of(text: str, keys: Keys, *, kept: bool = False, handed: tuple[Key, Key] | None = None) -> Root:
    """The signed root, every signature under it checked: the log's must be there, and each by a known key; under one that was kept
    elsewhere there may be others, of witnesses that are not known here. One at which the key was handed over has both of its keys'.

    A signature is its key's, not its name's: whoever makes an export chooses names.
    """
    body, blank, lines = text.partition("\n\n")
    form = rf"([^\n]+)\n([1-9][0-9]{{0,17}})\n({_HASH_WRITTEN})(?:\nacts ([1-9][0-9]{{0,17}}) ({_HASH_WRITTEN}))?(?:\n(handover [^\n]+))?"
    said = re.fullmatch(form, body, re.ASCII)
    if said is None or not blank or not lines.endswith("\n"):
        raise Fault(0, "form", "en underskrevet rod har ikke den rette form")
    size, root, message = int(said[2]), unwritten(said[3]), body.encode() + b"\n"
    if said[1] != keys.log[0].name or not root or (said[6] is not None and not kept and handed is None):
        raise Fault(size, "signature", "roden er ikke registrets")
    signed = dict[Key, int]()
    for line in lines[:-1].split("\n"):
        parts = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)", line)
        content = unwritten(parts[2]) if parts else b""
        key = next((key for key in keys.all if parts and (key.name, key.id) == (parts[1], content[:4])), None)
        if key is None and kept:
            continue
        if key is None or len(content) != (68 if key.kind == SIGNS else 76):
            raise Fault(size, "signature", f"under roden ved {size} står en underskrift, der ikke er en kendt nøgles")
        at = int.from_bytes(content[4:12], "big") if key.kind == COSIGNS else 0
        cosigned = f"cosignature/v1\ntime {at}\n".encode() + message if key.kind == COSIGNS else message
        if not is_signed(key.public, cosigned, content[-64:]):
            raise Fault(size, "signature", f"underskriften af {key.name} under roden ved {size} er falsk")
        signed[key] = at
    by = {key for key in signed if key.kind == SIGNS}
    if handed is not None and said[6] != f"handover {handed[0].line} {handed[1].line}":
        raise Fault(size, "signature", f"roden ved {size} giver ikke registrets nøgle videre til den næste")
    if kept:
        handed = next((pair for pair in pairwise(keys.log) if said[6] == f"handover {pair[0].line} {pair[1].line}"), None)
    right = {*handed} if handed else {keys.signer_at(size)}
    if not (right <= by if kept else right == by):
        raise Fault(size, "signature", f"registret har ikke underskrevet roden ved {size}")
    signed = {key: at for key, at in signed.items() if key not in by}
    return Root(text, said[1], size, root, signed, (int(said[4]), unwritten(said[5])) if said[4] else None)


class Event(NamedTuple):
    position: int
    stream: str
    version: int
    entry: bytes
    state: bytes


def events_of(files: Files, position_at: Callable[[int], int]) -> Iterator[tuple[Event, int]]:
    """Each event with its line's number, once the line has been found whole; `position_at` names the position of a line that is not."""
    moment = ""
    with files.open("events.tsv") as lines:
        for place, line in enumerate(iter(lambda: lines.readline(LONGEST_LINE + 1), b""), 1):
            entry, tab, state = line.removesuffix(b"\n").partition(b"\t")
            if len(line) > LONGEST_LINE or len(entry) > LONGEST_ENTRY:
                raise Fault(position_at(place), "form", f"linje {place} er længere, end en hændelse kan være")
            try:
                form, position, stream, version, kind, hashed, known = cast(list[Any], json.loads(entry))
            except (ValueError, TypeError, RecursionError):
                raise Fault(position_at(place), "form", f"linje {place} er ikke en hændelse") from None
            kinds: list[type] = [type(one) for one in (form, position, stream, version, kind, hashed, known)]
            if not tab or not line.endswith(b"\n") or kinds != [str, int, str, int, str, str, str] or form != FORM:
                raise Fault(position_at(place), "form", f"linje {place} er ikke en hændelse")
            if hashlib.sha256(state).hexdigest() != hashed:
                raise Fault(position_at(place), "hash", f"linje {place} har andet indhold end det, der er forseglet")
            if known < moment:
                raise Fault(position_at(place), "order", f"linje {place} er registreret før linjen over")
            moment = known
            yield Event(position, stream, version, entry, state), place


# The register's acts


def acts_of(files: Files, last: Root) -> list[Act]:
    """The acts that the newest root is signed over, each with the hash of the one before. Raises Fault."""
    if last.acts is None:
        if files.has(ACTS):
            raise Fault(0, "acts", f"{ACTS} er ikke under den underskrevne rod")
        return []
    found = list[Act]()
    before = "0" * 64
    lines = files.text(ACTS).split("\n")
    for nth, line in enumerate(lines[:-1], 1):
        try:
            body, tab, signature = line.partition("\t")
            said = json.loads(body)
            act = Act(
                str(said["kind"]),
                str(said["moment"]),
                tuple(map(str, said["who"])),
                dict(said["what"]),
                b"journey-act/1\n" + body.encode(),
                unwritten(signature),
                hashlib.sha256(line.encode()).digest(),
            )
            follows = tab and (said["number"], said["before"]) == (nth, before)
        except (ValueError, TypeError, KeyError, RecursionError):
            raise Fault(0, "acts", f"linje {nth} i {ACTS} er ikke en handling") from None
        if not follows:
            raise Fault(0, "acts", f"linje {nth} i {ACTS} følger ikke af den før")
        before = act.hash.hex()
        found.append(act)
    if lines[-1] or not found or (len(found), found[-1].hash) != last.acts:
        raise Fault(0, "acts", f"{ACTS} er ikke det, som roden ved {last.size} er underskrevet over")
    return found


def hold_acts(acts: list[Act], roots: list[Root]) -> None:
    """Hold what each root says of the acts against them: they only grow. Raises Fault."""
    before = 0
    for root in roots:
        number, hashed = root.acts or (0, b"")
        if number < before or number > len(acts) or (number and acts[number - 1].hash != hashed):
            raise Fault(root.size, "acts", f"roden ved {root.size} er underskrevet over andre handlinger end dem i {ACTS}")
        before = number


def restores_of(acts: list[Act], keys: list[Key]) -> list[Restore]:
    """The restores that the acts declare, each signed by the log's key. Raises Fault."""
    found = list[Restore]()
    for nth, act in enumerate(acts, 1):
        if act.kind != "restore_declared":
            continue
        try:
            size, root = act.what["from"]
            lost = frozenset((int(of), unwritten(hashed)) for of, hashed in act.what["lost"])
            restore = Restore(act.moment, act.who, str(act.what["why"]), int(size), unwritten(root), lost)
        except (KeyError, TypeError, ValueError):
            raise Fault(0, "acts", f"linje {nth} i {ACTS} er ikke en genoprettelse") from None
        if not any(key.kind == SIGNS and is_signed(key.public, act.signed, act.signature) for key in keys):
            raise Fault(0, "acts", f"genoprettelsen på linje {nth} i {ACTS} er ikke underskrevet af registrets nøgle")
        if len(restore.root) != HASH or not lost or not 0 <= restore.size < min(of for of, _ in lost):
            raise Fault(0, "acts", f"linje {nth} i {ACTS} er ikke en genoprettelse")
        found.append(restore)
    return found


def restore_of(root: Root, restores: list[Restore]) -> Restore | None:
    """The restore that declares the root lost."""
    return next((restore for restore in restores if (root.size, root.root) in restore.lost), None)


def hold_restores(restores: list[Restore], roots: list[Root]) -> list[Root]:
    """The roots with those that the restores go on from, which the tree must have as well. Raises Fault."""
    by_size = {root.size: root for root in roots}
    for restore in restores:
        own = Root("", roots[-1].origin, restore.size, restore.root, {})
        if restore.size > roots[-1].size or (restore.size and by_size.setdefault(restore.size, own).root != restore.root):
            raise Fault(restore.size, "acts", f"genoprettelsen går ud fra en anden rod ved {restore.size} end registrets")
    return [by_size[size] for size in sorted(by_size)]


def receipt_of(text: str, keys: Keys) -> tuple[int, Root]:
    """The position and the root of a receipt that was kept (`/api/receipts/N`), its event shown to be under the root. Raises Fault."""
    try:
        said = json.loads(text)
        position, size, path = said["position"], said["size"], [unwritten(step) for step in said["path"]]
        entry, note = said["entry"], said["checkpoint"]
        named = json.loads(entry)[1]
        leaf = hashlib.sha256(b"\0" + entry.encode()).digest()
        root = root_of(note, keys, kept=True)
        led = led_to(leaf, position - 1, size, path)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise Fault(0, "form", "kvitteringen kan ikke læses") from None
    if named != position or size != root.size or led != root.root:
        raise Fault(position if type(position) is int else 0, "root", "kvitteringens hændelse er ikke under dens rod")
    return position, root


# The two things that are verified


def verify_case(files: Files, last: Root, mine: list[Root]) -> Report:
    """The events of one stream, each by its proof, and the other files of a case file by its events and its manifest."""
    for root in mine:
        if root.size == last.size and root.root != last.root:
            raise Fault(root.size, "consistency", f"roden ved {root.size} er en anden end den, du har")
    proofs = [line.split(" ") for line in files.text("proofs.txt").split("\n")]
    stream, before, count = None, 0, 0
    told: list[tuple[int, Any]] | None = [] if files.in_case_file() else None

    def position_at(place: int) -> int:
        said = proofs[place - 1][0] if place <= len(proofs) else ""
        return int(said) if re.fullmatch(r"[0-9]{1,18}", said, re.ASCII) else before + 1

    for (position, of, version, entry, state), count in events_of(files, position_at):
        said = proofs[count - 1] if count < len(proofs) else [""]
        if said[0] != str(position):
            raise Fault(position, "order", f"beviset på linje {count} er ikke for position {position}")
        if stream not in (None, of) or position <= before:
            raise Fault(position, "order", "hændelserne er ikke én sags i loggens orden")
        if version != count:
            raise Fault(position, "version", f"sagens version {count} mangler; der står {version}")
        path = [unwritten(step) for step in said[1:]]
        leaf = hashlib.sha256(b"\0" + entry).digest()
        if any(len(step) != HASH for step in path) or led_to(leaf, position - 1, last.size, path) != last.root:
            raise Fault(position, "root", f"position {position} er ikke under den underskrevne rod")
        stream, before = of, position
        if told is not None:
            told.append((position, as_read(entry, state)))
    if proofs[count:] != [[""]]:
        raise Fault(position_at(count + 1), "hole", "der er beviser for hændelser, der mangler")
    if stream is None:
        raise Fault(0, "hole", "der er ingen hændelser")
    not_held = tuple(root.size for root in mine if root.size != last.size)
    if told is None:
        return Report(count, last, 1, stream, not_held=not_held)
    unsealed = hold_events(files, told)
    hold_files(files, stream)
    return Report(count, last, 1, stream, beside=True, unsealed=unsealed, not_held=not_held)


def as_read(entry: bytes, state: bytes) -> Any:
    """What a proven event says, as the line of `haendelser.jsonl` that is read for it has it; None where that cannot be told."""
    try:
        _, _, stream, _, kind, _, known = json.loads(entry)
        said = {name: value for name, value in json.loads(state).items() if name != "source_known_at"}
        return same({**said, "case": stream, "kind": kind, "known_at": known})
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
        return None


def same(said: dict[str, Any]) -> dict[str, Any]:
    """A line without what may be written in more ways than one: the moment's zone, and what is left out or null.

    The hash of what a note was encrypted to stands in the sealed event alone.
    """
    data = {name: value for name, value in said["data"].items() if value is not None and name != "cipher_hash"}
    known = datetime.fromisoformat(said["known_at"]).astimezone(UTC)
    return {name: value for name, value in said.items() if value is not None} | {"data": data, "known_at": known}


def hold_events(files: Files, told: list[tuple[int, Any]]) -> int:
    """Hold the events to be read against those proven, line by line; gives how many more there are. Raises Fault."""
    lines = files.read(f"../{READ}").splitlines()
    for nth, (position, event) in enumerate(told):
        if nth >= len(lines):
            raise Fault(position, "file", f"{READ} mangler hændelsen ved position {position}")
        try:
            said = same(json.loads(lines[nth]))
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
            said = None
        if said is None or said != event:
            raise Fault(position, "file", f"linje {nth + 1} i {READ} siger andet end det, der er forseglet")
    return len(lines) - len(told)


def hold_files(files: Files, stream: str) -> None:
    """Hold the files of a case file against its manifest: that shows that they belong together, not that they are true."""
    try:
        about = json.loads(files.read(f"../{MANIFEST}"))
        case, listed = about["case"], {name: (one["bytes"], one["sha256"]) for name, one in about["files"].items()}
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Fault(0, "file", f"{MANIFEST} kan ikke læses") from None
    if case != stream:
        raise Fault(0, "file", f"{MANIFEST} nævner en anden sag")
    if READ not in listed:
        raise Fault(0, "file", f"{MANIFEST} nævner ikke {READ}")
    for name, (length, hashed) in listed.items():
        if name == OWN:
            continue
        if not re.fullmatch(rf"({FOLDER})?[A-Za-z0-9_-][A-Za-z0-9._-]*", name):
            raise Fault(0, "file", f"{MANIFEST} nævner {name!r}")
        content = files.read(f"../{name}") if files.has(f"../{name}") else b""
        if (len(content), hashlib.sha256(content).hexdigest()) != (length, hashed):
            raise Fault(0, "file", f"{name} er ikke den, som {MANIFEST} nævner")


class Growing:
    """The tree over the events, grown layer by layer; each hash is held against the tile that should have it."""

    def __init__(self, files: Files, size: int) -> None:
        self.files, self.size, self.count = files, size, 0
        self.layers: list[Tree] = []
        """The tile that is growing in each layer; one that is full is a hash of the layer above."""
        self.held: list[bytes] = []
        self.bundle, self.read = b"", 0
        self.changed: Fault | None = None
        """The first tile that is not the one of the events, in the order that these complete the tiles."""
        self.unlike = 0
        """The first event that is not as the tiles of leaves have it."""

    def add(self, entry: bytes, leaf: bytes) -> None:
        at = self.count % WIDTH
        self.count += 1
        if at == 0:
            self.bundle, self.read = _tile(self.files, "entries", self.count - 1, self.size), 0
        self._add(0, self.count - 1, leaf)
        own = len(entry).to_bytes(2, "big") + entry
        if not self.bundle.startswith(own, self.read):
            self._differs("entries", self.count - 1, 1, self.bundle[self.read :], own)
        self.read += len(own)
        if self._ends(0, at) and len(self.bundle) > self.read:
            self._differs("entries", self.count - 1, 1, b"", b"")

    def root(self) -> bytes:
        whole = Tree()
        whole.peaks = [peak for layer in self.layers[::-1] for peak in layer.peaks]
        return whole.root()

    def _add(self, level: int, index: int, made: bytes) -> None:
        if level == len(self.layers):
            self.layers.append(Tree())
            self.held.append(b"")
        at, layer = index % WIDTH, self.layers[level]
        if at == 0:
            self.held[level] = _tile(self.files, str(level), index, self.size // WIDTH**level)
        held = self.held[level][at * HASH : (at + 1) * HASH]
        layer.add(made)
        if held != made:
            self.unlike = self.unlike or (self.count if level == 0 else 0)
            self._differs(str(level), index, WIDTH**level, held, made)
        if self._ends(level, at) and len(self.held[level]) > (at + 1) * HASH:
            self._differs(str(level), index, WIDTH**level, b"", b"")
        if at == WIDTH - 1:
            self.layers[level] = Tree()
            self._add(level + 1, index // WIDTH, layer.root())

    def _ends(self, level: int, at: int) -> bool:
        """Whether a tile of the layer ends here."""
        return at == WIDTH - 1 or self.count // WIDTH**level == self.size // WIDTH**level

    def _differs(self, level: str, index: int, span: int, held: bytes, own: bytes) -> None:
        """Remember the first place where a tile differs; nothing held of nothing made is what comes after a tile's end."""
        if self.changed is not None:
            return
        name, first = _tile_name(level, index, self.size // span), index * span + 1
        layer = "med hændelserne" if level == "entries" else f"i lag {level}"
        over = f"position {first}" if span == 1 else f"position {first}–{first + span - 1}"
        if not own:
            what = f"er længere, end den skal være, efter {over}"
        elif not self.files.has(name):
            what = f"mangler; den begynder ved {over}"
        else:
            what = f"er for kort ved {over}" if len(held) < len(own) and own.startswith(held) else f"er ændret ved {over}"
        said = f"hændelserne er hele; flisen {name} {layer} {what}"
        self.changed = Fault(first, "tile", said, file=name, level=level, whole=True)


class Register:
    """A walk over every event of a register, held against the tiles and every signed root on the way."""

    def __init__(self, files: Files, roots: list[Root]) -> None:
        self.files, self.last = files, roots[-1]
        self.tree = Growing(files, self.last.size)
        self.due = {root.size: root for root in roots}
        self.versions: dict[str, int] = {}
        self.good = 0
        """Up to where the events are those that a root was signed over."""

    def verify(self) -> Report:
        """Raises Fault for the first position that is wrong."""
        count = self.tree.count
        try:
            for event, place in events_of(self.files, lambda place: place):
                self._learn(event, place)
            count = self.tree.count
            if count < self.last.size:
                raise Fault(count + 1, "hole", f"position {count + 1} til {self.last.size} mangler")  # noqa: TRY301 -- the end's own
        except Fault as fault:
            first = self._first(fault)
            first.file, first.whole, first.said = "events.tsv", False, f"{first.said}; hændelserne er ikke hele"
            raise first from None
        if self.tree.changed is not None:
            raise self.tree.changed
        return Report(count, self.last, len(self.due), None)

    def _learn(self, event: Event, place: int) -> None:
        position, stream, version, entry, _ = event
        if position != place:
            what, said = ("hole", "mangler") if position > place else ("order", f"er position {position} igen")
            raise Fault(place, what, f"position {place} {said}")
        if place > self.last.size:
            raise Fault(place, "root", f"position {place} er ikke under den underskrevne rod")
        before = self.versions.get(stream, 0)
        if version != before + 1:
            raise Fault(place, "version", f"{stream} har version {version} efter {before}")
        self.versions[stream] = version
        self.tree.add(entry, hashlib.sha256(b"\0" + entry).digest())
        if place in self.due:
            if self.tree.root() != self.due[place].root:
                what = "root" if place == self.last.size else "consistency"
                said = f"roden ved {place} passer ikke; fejlen er i position {self.good + 1}–{place}"
                raise Fault(self.good + 1, what, said)
            self.good = place

    def _first(self, fault: Fault) -> Fault:
        """The fault, or an event before it: where events and tiles differ, those are right that lead to the signed root."""
        anywhere, unlike = fault.what in ("root", "consistency"), self.tree.unlike
        if unlike <= self.good or (unlike >= fault.position and not anywhere):
            return fault
        tree = Tree()
        for first in range(0, self.last.size, WIDTH):
            tile = _tile(self.files, "0", first, self.last.size)
            if len(tile) != min(WIDTH, self.last.size - first) * HASH:
                return fault
            for at in range(0, len(tile), HASH):
                tree.add(tile[at : at + HASH])
        if tree.size != self.last.size or tree.root() != self.last.root:
            return fault
        return Fault(unlike, "hash", f"position {unlike} er ikke den, der er forseglet")


def _tile_name(level: str, first: int, size: int) -> str:
    """The file of the tile that has the hash of this number, of so many in its layer."""
    index, width = first // WIDTH, min(WIDTH, size - first // WIDTH * WIDTH)
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["tile", level, *("x" + part for part in parts[:-1]), parts[-1]]) + (f".p/{width}" if width < WIDTH else "")


def _tile(files: Files, level: str, first: int, size: int) -> bytes:
    """The tile that begins with the hash of this number, no more of it than shows that it is too long; nothing where it is not there."""
    name, most = _tile_name(level, first, size), WIDTH * (2 + LONGEST_ENTRY if level == "entries" else HASH)
    if not files.has(name):
        return b""
    with files.open(name) as file:
        return file.read(most + 1)


def verify(
    place: Path,
    key: str | None = None,
    witness: list[str] | None = None,
    kept: list[Path] | None = None,
    receipts: list[Path] | None = None,
) -> Report:
    """Verify an export or a case file, with keys, signed roots and receipts of one's own. Raises Fault for the first that is wrong."""
    files = Files(place)
    own = [key_of(one.strip()) for one in witness or []]
    known = keys_of(files, own)
    if key is not None and key_of(key.strip()) not in known.log:
        raise Fault(0, "signature", "eksporten er underskrevet med en anden nøgle end den, du har")
    last = root_of(files.text("checkpoint"), known)
    for one in own:
        if one not in last.witnesses:
            raise Fault(last.size, "signature", f"vidnet {one.name} har ikke underskrevet roden ved {last.size}")
    mine = [root_of(path.read_text("utf-8"), known, kept=True) for path in kept or []]
    receipted = [receipt_of(path.read_text("utf-8"), known) for path in receipts or []]
    mine += [root for _, root in receipted]
    if files.has("proofs.txt"):
        _hold_sizes(mine, last, [])
        return verify_case(files, last, mine)._replace(keys=known)
    acts = acts_of(files, last)
    restores = restores_of(acts, known.log)
    lost = [(root, restore) for root in mine if (restore := restore_of(root, restores))]
    held = [root for root in mine if not restore_of(root, restores)]
    _hold_sizes(held, last, restores)
    roots = _all_roots(files, known, last, held, restores)
    hold_acts(acts, roots)
    report = Register(files, hold_restores(restores, roots)).verify()
    kept_receipts: list[tuple[int, Restore | None]] = []
    for position, root in receipted:
        restore = restore_of(root, restores)
        kept_receipts.append((position, restore if restore and position > restore.size else None))
    return report._replace(
        roots=len(roots),
        restores=tuple(restores),
        lost=tuple((root.size, restore) for root, restore in lost),
        receipts=tuple(kept_receipts),
        keys=known,
    )


def _hold_sizes(mine: list[Root], last: Root, restores: list[Restore]) -> None:
    for root in mine:
        if root.size > last.size:
            said = f"du har en rod ved {root.size}: eksporten er fra før den, eller afkortet"
            raise Fault(last.size + 1, "consistency", said + _undeclared(restores))


def _undeclared(restores: list[Restore]) -> str:
    return "; den er ikke blandt de rødder, der er erklæret tabt" if restores else ""


def _all_roots(files: Files, keys: Keys, last: Root, mine: list[Root], restores: list[Restore]) -> list[Root]:
    roots = [root_of(text, keys) for text in parted(files.text("checkpoints.txt"))]
    if not roots or roots[-1].text != last.text:
        raise Fault(0, "form", "checkpoints.txt slutter ikke med checkpoint")
    for before, after in pairwise(roots):
        if before.size >= after.size:
            raise Fault(after.size, "order", "de underskrevne rødder er ikke i orden")
    by_size = {root.size: root for root in roots}
    for root in keys.handed:
        if root.size <= last.size and (root.size not in by_size or by_size[root.size].root != root.root):
            raise Fault(
                root.size, "consistency", f"roden ved {root.size}, hvor nøglen blev givet videre, er ikke den i checkpoints.txt"
            )
    for root in mine:
        if by_size.setdefault(root.size, root).root != root.root:
            said = f"roden ved {root.size} er en anden end den, du har"
            raise Fault(root.size, "consistency", said + _undeclared(restores))
    return [by_size[size] for size in sorted(by_size)]


def main(words: list[str]) -> int:
    """Say what was found."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Efterprøv en eksport eller en sags bevis.")
    parser.add_argument(
        "place", nargs="?", default=str(Path(__file__).parent), help="mappen eller zip-filen; udeladt: mappen her"
    )
    parser.add_argument("--key", help="registrets offentlige nøgle, som du har den fra anden side")
    parser.add_argument(
        "--witness", action="append", help="et vidnes offentlige nøgle: den nyeste rod skal være underskrevet af det"
    )
    parser.add_argument(
        "--checkpoint", action="append", type=Path, help="en underskrevet rod, du selv har gemt eller fået af et vidne"
    )
    parser.add_argument("--receipt", action="append", type=Path, help="en kvittering, du har gemt (/api/receipts/POSITION)")
    parser.add_argument("--json", action="store_true", help="svaret som JSON")
    said = parser.parse_args(words)
    try:
        report = verify(Path(said.place), said.key, said.witness, said.checkpoint, said.receipt)
    except Exception as error:  # noqa: BLE001 -- whatever files of another's making bring about, it is told, and they are not whole
        fault = error if isinstance(error, Fault) else Fault(0, "form", f"filerne kan ikke læses ({type(error).__name__})")
        found: dict[str, Any] = {"ok": False, "position": fault.position, "what": fault.what, "said": fault.said}
        found |= {"file": fault.file, "level": fault.level, "events_whole": fault.whole}
        where = f"ved position {fault.position}" if fault.position else "i filerne"
        lines = [f"BRUDT {where}: {DANISH[fault.what]}.", f"  {fault.said}."]
    else:
        last = report.last
        witnesses = {key.name: at for key, at in last.witnesses.items()}
        found = {"ok": True, "events": report.events, "size": last.size, "roots": report.roots, "witnesses": witnesses}
        found["handed_over"] = [root.size for root in report.keys.handed] if report.keys else []
        if report.beside:
            found["unsealed"] = report.unsealed
        if report.restores:
            found["restores"] = [_found(restore) for restore in report.restores]
            found["lost_roots"] = [size for size, _ in report.lost]
        if report.receipts:
            found["receipts"] = [{"position": position, "lost": lost is not None} for position, lost in report.receipts]
        of = f"sagen {report.stream}" if report.stream else "registret"
        lines = [
            f"UBRUDT: {report.events} hændelser i {of} er, som de blev forseglet.",
            f"  Roden ved position {last.size} er underskrevet af {last.origin}.",
            *_of_restores(report),
            *_of_trust(report, said.key, said.witness or [], bool(said.checkpoint)),
            *(_of_case(report) if report.stream else ()),
        ]
    text = json.dumps(found) if said.json else "\n".join(map(_shown, lines))
    sys.stdout.buffer.write(f"{text}\n".encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
    return 0 if found["ok"] else 1


def _found(restore: Restore) -> dict[str, Any]:
    """A restore declared, as JSON."""
    positions = [restore.size + 1, max(size for size, _ in restore.lost)]
    return {"moment": restore.moment, "from": restore.size, "positions": positions, "by": restore.who, "why": restore.why}


def _of_restores(report: Report) -> Iterator[str]:
    """The restores declared, and what of one's own belongs to what they declare lost."""
    for restore in report.restores:
        last = max(size for size, _ in restore.lost)
        yield (
            f"  FORGRENING ERKLÆRET VED {restore.size} ({restore.moment}): registret er sat tilbage fra en sikkerhedskopi. Position"
            f" {restore.size + 1}–{last} er tabt, og kan have andre hændelser nu."
        )
        yield f"    Erklæret af {', '.join(restore.who)}, som oplyst, og underskrevet af registrets nøgle: {restore.why}"
    for size, restore in report.lost:
        yield f"  Din rod ved {size} er en af dem, der er erklæret tabt: loggen går videre fra {restore.size}."
    for position, lost in report.receipts:
        yield (
            f"  Din kvittering for position {position} er ægte, men hører til det, der er erklæret tabt: hændelsen er ikke i registret."
            if lost
            else f"  Din kvittering for position {position} passer."
        )


def _of_trust(report: Report, key: str | None, own: list[str], kept: bool) -> Iterator[str]:
    """What the answer rests on, and what of it was taken from the files themselves."""
    given = {key_of(one.strip()) for one in own}
    for one, at in report.last.witnesses.items():
        mine = "" if one in given else "; dets nøgle er taget fra eksporten selv (--witness)"
        yield f"  Vidnet {one.name} så den {_moment(at)}{mine}."
    for root in report.keys.handed if report.keys else ():
        yield f"  Registrets nøgle blev givet videre efter position {root.size}; begge nøgler har underskrevet det."
    if report.keys and report.keys.signer_at(report.last.size) != report.keys.log[-1]:
        yield "  Roden er underskrevet med en nøgle, registret siden har givet videre: den er ikke mere værd end den."
    if not key:
        yield "  Registrets nøgle er taget fra eksporten selv: hold den op mod en, du har fra anden side (--key)."
    if not report.last.witnesses and not kept:
        yield "  Intet vidne har underskrevet: hold roden op mod en, du selv har gemt (--checkpoint)."


def _of_case(report: Report) -> Iterator[str]:
    """What a single case's proof does not show."""
    yield "  Om der er flere hændelser i sagen efter den sidste, kan en sags bevis ikke vise."
    for size in report.not_held:
        yield f"  Din rod ved {size} er ikke holdt op mod sagen: det kan kun gøres med hele registrets eksport (journey proofs)."
    if report.beside:
        yield f"  {READ} siger det samme som det forseglede."
        yield "  Tilstand og tal i mappen er regnet ud af hændelserne; ingen forsegling dækker dem. Hold dem op mod registret selv."
    if report.unsealed:
        yield f"  De sidste {report.unsealed} hændelser i {READ} er IKKE forseglet her og ikke efterprøvet."


def _shown(line: str) -> str:
    """The line as a screen may show it: what stands in the files may not move its cursor, nor begin a line of its own."""
    plain = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line[:400])
    return plain if len(line) <= 400 else f"{plain}…"


def _moment(second: int) -> str:
    return datetime.fromtimestamp(min(second, 2**33), UTC).strftime("%Y-%m-%d kl. %H.%M.%S UTC")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
