"""A log put back from a backup: the kept roots that it no longer leads to, and the act that declares them lost.

A key signs one root of a size, so a log that was put back and has gone on does not lead to the roots signed before: that is a fork, and
nothing more is signed. The act `restore_declared`, signed by the seal's key, names each of those roots and the root that the tree goes on
from; whoever kept one of them finds it named there, and any other root that does not fit stays a sign of tampering.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import tuple_row

from journey.log.acts import Act, BrokenActs, acts
from journey.proof.checkpoint import (
    BadNote,
    Checkpoint,
    SignedNote,
    VerifierKey,
    hash_of,
    hash_written,
    is_signed_act,
    signed_by,
)
from journey.proof.merkle import EMPTY, Peaks, leaf_hash, root
from journey.proof.reading import SealBroken, entries, keys, node_stored, waiting
from journey.refusals import CATALOGUE

KIND = "restore_declared"

AbandonedRoot = tuple[int, bytes]
"""The size and root that a kept copy has."""


class Copy(NamedTuple):
    """A copy of a signed root outside the register, and where; `here` where it was signed in this place, by whichever key of the log."""

    place: str
    note: SignedNote
    here: bool = False


class Restore(NamedTuple):
    """A restore declared: the size and root that the tree goes on from, and the roots that are lost."""

    act: Act
    size: int
    root: bytes
    abandoned: frozenset[AbandonedRoot]
    why: str

    @property
    def positions(self) -> tuple[int, int]:
        """The first and the last of the positions that had other events once."""
        return self.size + 1, max(size for size, _ in self.abandoned)


class PutBack(SealBroken):
    """The log does not lead to a root that is kept elsewhere, and no restore is declared."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(position, why)
        self.code, self.remedy = "put_back", CATALOGUE["put_back"].remedy


class Fork(NamedTuple):
    """A log that does not lead to some kept roots: the newest size and root that all agree on, and those that it does not lead to."""

    size: int
    root: bytes
    abandoned: Sequence[Copy]
    acts_missing: tuple[int, int] | None
    """The first and last number of the register's acts that a lost root commits to and the register no longer has."""

    @property
    def positions(self) -> tuple[int, int]:
        return self.size + 1, max(copy.note.checkpoint.size for copy in self.abandoned)

    def what(self, why: str) -> dict[str, Any]:
        """The declaration as the act has it."""
        abandoned = sorted({(copy.note.checkpoint.size, copy.note.checkpoint.root) for copy in self.abandoned})
        return {
            "from": [self.size, hash_written(self.root)],
            "lost": [[size, hash_written(hashed)] for size, hashed in abandoned],
            "positions": list(self.positions),
            "why": why,
            **({"acts": list(self.acts_missing)} if self.acts_missing else {}),
        }


def restores(some: Iterable[Act], by: Collection[VerifierKey]) -> list[Restore]:
    """The restores that the acts declare: those that one of the log's keys has signed."""
    found = (_restore(act) for act in some if any(is_signed_act(act.message, act.signature, key) for key in by))
    return [restore for restore in found if restore is not None]


def declared(known: Iterable[Restore], checkpoint: Checkpoint) -> Restore | None:
    """The restore that declares the root lost, None where none does."""
    return next((each for each in known if (checkpoint.size, checkpoint.root) in each.abandoned), None)


def _restore(act: Act) -> Restore | None:
    if act.kind != KIND:
        return None
    try:
        size, hashed = act.what["from"]
        abandoned = frozenset((int(each), hash_of(written)) for each, written in act.what["lost"])
        restore = Restore(act, int(size), hash_of(hashed), abandoned, str(act.what["why"]))
    except (KeyError, TypeError, ValueError):
        return None
    return restore if abandoned and 0 <= restore.size < min(size for size, _ in abandoned) else None


def restores_of(conn: Connection[Any], by: Collection[VerifierKey] = ()) -> list[Restore]:
    """The restores declared in the register, by its own keys and those given. Raises SealBroken for acts that were changed."""
    try:
        return restores(acts(conn), {*keys(conn, "log"), *by})
    except (BrokenActs, BadNote):
        raise SealBroken(max(waiting(conn)[0], 1), "registrets handlinger eller nøgler er ændret") from None


def refuse_fork(conn: Connection[Any], copies: Iterable[Copy], by: VerifierKey) -> None:
    """Raise PutBack where the log does not lead to a kept root that the key has signed, and no restore declares it lost."""
    known, own = restores_of(conn, [by]), _own(copies, [by, *keys(conn, "log")])
    undeclared = [copy for copy in own if not declared(known, copy.note.checkpoint)]
    sealed, end = waiting(conn)
    if end < sealed:
        raise SealBroken(end + 1, f"loggen slutter ved {end}, men er forseglet til {sealed}")
    found = roots_at(conn, {copy.note.checkpoint.size for copy in undeclared})
    for copy in sorted(undeclared, key=lambda copy: copy.note.checkpoint.size):
        size = copy.note.checkpoint.size
        if size > end:
            raise PutBack(end + 1, f"loggen slutter ved {end}, men {copy.place} har en underskrevet rod ved {size}")
        if found[size] != copy.note.checkpoint.root:
            raise PutBack(size, f"loggen har en anden rod ved {size} end den, {copy.place} har")
        _refuse_missing_acts(conn, copy)


def _refuse_missing_acts(conn: Connection[Any], copy: Copy) -> None:
    missing = _missing_acts(acts(conn), [copy])
    if missing:
        sentence = (
            f"registrets handlinger {missing[0]}–{missing[1]} mangler eller er ændret, siden {copy.place} blev underskrevet"
        )
        raise PutBack(copy.note.checkpoint.size, sentence)


def fork_of(conn: Connection[Any], copies: Sequence[Copy], by: VerifierKey) -> Fork | None:
    """The fork that the kept roots show and no restore declares, None where all of them fit."""
    known, signed_with = restores_of(conn, [by]), [by, *keys(conn, "log")]
    undeclared = [copy for copy in _own(copies, signed_with) if not declared(known, copy.note.checkpoint)]
    found = roots_at(conn, {copy.note.checkpoint.size for copy in undeclared})
    abandoned = [copy for copy in undeclared if found.get(copy.note.checkpoint.size) != copy.note.checkpoint.root]
    if not abandoned:
        return None
    first, (sealed, _) = min(copy.note.checkpoint.size for copy in abandoned), waiting(conn)
    fitting = {copy.note.checkpoint.size for copy in undeclared if copy not in abandoned}
    query = "select coalesce(max(size), 0) from seal.checkpoints where size < %s"
    ((stored,),) = conn.cursor(row_factory=tuple_row).execute(query, (first,)).fetchall()
    size = max(0, stored if stored <= sealed else 0, *(size for size in fitting if size < first))
    hashed = roots_at(conn, {size})[size] if size else EMPTY
    return Fork(size, hashed, abandoned, _missing_acts(acts(conn), abandoned))


def roots_at(conn: Connection[Any], sizes: Collection[int]) -> Mapping[int, bytes]:
    """The roots that the log has at the sizes, those past its end left out: from the tiles, and past these from the events themselves."""
    sealed, end = waiting(conn)
    node = node_stored(conn)
    found = {size: root(node, size) for size in sizes if 0 < size <= min(sealed, end)}
    beyond = {size for size in sizes if sealed < size <= end}
    if beyond:
        peaks = Peaks.of(node, sealed)
        for event in entries(conn, sealed, max(beyond)):
            peaks.append(leaf_hash(event.entry))
            if peaks.size in beyond:
                found[peaks.size] = peaks.root()
    return found


def _own(copies: Iterable[Copy], by: Sequence[VerifierKey]) -> list[Copy]:
    """The copies of the log's roots: signed by one of its keys, or here by one that a database put back knows nothing of."""
    return [copy for copy in copies if is_own(copy.note, by) or (copy.here and copy.note.checkpoint.origin == by[0].name)]


def is_own(note: SignedNote, by: Iterable[VerifierKey]) -> bool:
    """Whether one of the log's keys has signed it."""
    try:
        return any(note.checkpoint.origin == key.name and signed_by(note, key) for key in by)
    except BadNote:
        return False


def _missing_acts(known: Sequence[Act], copies: Iterable[Copy]) -> tuple[int, int] | None:
    """The numbers of the acts that the roots commit to and that are not among those known."""
    committed = [copy.note.checkpoint.acts for copy in copies]
    gone = [number for number, hashed in filter(None, committed) if number > len(known) or known[number - 1].hash != hashed]
    if not gone:
        return None
    agreed = max((number for number, _ in filter(None, committed) if number not in gone), default=0)
    return agreed + 1, max(gone)
