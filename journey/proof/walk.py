"""A walk over every sealed event, held against the stored tree and every signed root on the way: the first that is wrong is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from journey.proof.checkpoint import Checkpoint
from journey.proof.fault import SealFault
from journey.proof.merkle import Peaks, leaf_hash, root
from journey.proof.reading import SealedEvent
from journey.proof.tiles import HASH, WIDTH, Tiles, node_in

Progress = Callable[[int, int], None]
"""Called with how many events of how many have been looked at."""

ExpectedRoots = Mapping[int, Sequence[tuple[str, Checkpoint]]]
"""The signed roots to hold the tree against, by size, each with the place that it is from; the register's own first."""


def walk(events: Iterable[SealedEvent], stored: Tiles, expected: ExpectedRoots, sealed: int, progress: Progress | None) -> None:
    """Hold every event against the tree and the signed roots; raises SealFault for the first that is wrong.

    The position is named by its own tile, where the tiles have the signed root; else by the roots around it.
    """
    peaks, good, unlike, order = Peaks(), 0, 0, _Order()
    fault: SealFault | None = None
    for event in events:
        at, place = event.position - 1, peaks.size + 1
        fault = order.fault_at(event, place)
        if fault is not None:
            break
        leaf = leaf_hash(event.entry)
        if not unlike and stored(0, at // WIDTH)[at % WIDTH * HASH : (at % WIDTH + 1) * HASH] != leaf:
            unlike = place
        peaks.append(leaf)
        wrong = [where for where, checkpoint in expected.get(place, ()) if checkpoint.root != peaks.root()]
        if wrong:
            kind = "root" if place == sealed and wrong == ["registret"] else "consistency"
            sentence = f"roden ved {place} ({wrong[0]}) passer ikke; fejlen er i position {good + 1}–{place}"
            fault = SealFault(good + 1, kind, sentence)
            break
        good = place if place in expected else good
        if progress is not None and place % 4096 == 0:
            progress(place, sealed)
    if fault is None and peaks.size < sealed:
        fault = SealFault(peaks.size + 1, "hole", f"position {peaks.size + 1} mangler")
    nearer = fault is None or unlike < fault.position or fault.kind in ("root", "consistency")
    if unlike > good and nearer and _whole(stored, expected, sealed):
        raise SealFault(unlike, "hash", f"position {unlike} er ikke den, der er forseglet")
    if fault is not None:
        raise fault
    if unlike or not _whole(stored, expected, sealed):
        raise tree_changed(unlike or 1)


def tree_changed(position: int) -> SealFault:
    return SealFault(position, "hash", "træets gemte fliser er ændret; hændelserne selv er, som de er forseglet")


class _Order:
    """Positions run 1, 2, 3 …, a stream's versions too, and moments never backwards."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}
        self._moment = ""

    def fault_at(self, event: SealedEvent, place: int) -> SealFault | None:
        if event.position != place:
            return SealFault(place, "hole", f"position {place} mangler")
        entry: list[Any] = json.loads(event.entry)
        stream, version, moment = entry[2], entry[3], entry[6]
        before, self._versions[stream] = self._versions.get(stream, 0), version
        if version != before + 1:
            return SealFault(place, "version", f"{stream} har version {version} efter {before}")
        earlier, self._moment = moment < self._moment, moment
        return SealFault(place, "order", f"position {place} er registreret før den forrige") if earlier else None


def _whole(stored: Tiles, expected: ExpectedRoots, sealed: int) -> bool:
    """Whether the tiles lead to the register's last root, from their leaves up, layer by layer."""
    peaks = Peaks()
    for first in range(0, sealed, WIDTH):
        tile = stored(0, first // WIDTH)
        if len(tile) != min(WIDTH, sealed - first) * HASH:
            return False
        for at in range(0, len(tile), HASH):
            peaks.append(tile[at : at + HASH])
    try:
        return {root(node_in(stored), sealed), peaks.root()} == {expected[sealed][0][1].root}
    except IndexError:
        return False
