"""Publication of a figure: frozen once for a paper; the same again changes nothing, and other content needs a correction with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from journey.events import FigurePublished, Withdrawn
from journey.history import Recorded, withdrawn_ids
from journey.log.stored import STREAM, Entry
from journey.refusals import Refused

LEDGER = f"{STREAM}ledger"
"""The stream that figures are published in."""


def publication_id(figure: str, parameters: dict[str, object], paper: str) -> str:
    """The id of a publication: made of the figure, its parameters and the paper."""
    key = msgspec.json.encode((figure, parameters, paper), order="deterministic")
    return f"{figure}-{sha256(key).hexdigest()[:12]}"


def publish(known: Sequence[Recorded], proposed: Entry, withdrawal_id: str, correction: str | None = None) -> list[Entry]:
    """The entries that record a publication, given the ledger: itself, or the standing one if it has the same content.

    With a correction's reason the one that stands is withdrawn beside it. Raises Refused (`published_otherwise`).
    """
    event = proposed.event
    if not isinstance(event, FigurePublished):
        raise TypeError(proposed.kind)
    standing = _standing(known, event.id)
    if standing is None:
        return [replace(proposed, source_id=_next_id(known, event.id))]
    if _content(standing.event) == _content(event):
        return [_entry_of(standing, proposed.stream)]
    if correction is None:
        raise Refused("published_otherwise", place=event.paper.case)
    withdrawn = Withdrawn(standing.source_id, correction, standing.source)
    return [
        replace(proposed, source_id=withdrawal_id, event=withdrawn),
        replace(proposed, source_id=_next_id(known, event.id)),
    ]


def publish_all(
    known: Sequence[Recorded], proposed: Sequence[Entry], withdrawal_id: Callable[[], str], correction: str | None = None
) -> list[Entry]:
    """The entries that record the figures of one paper, each as `publish` has it.

    One of these figures that stands for the paper with other parameters would make it two papers: with a correction's reason it
    is withdrawn too. Raises Refused (`published_otherwise`) naming every figure that stands there otherwise.
    """
    out: list[Entry] = []
    otherwise: list[str] = []
    events = [each.event for each in proposed if isinstance(each.event, FigurePublished)]
    for each, event in zip(proposed, events, strict=True):
        try:
            out += publish(known, each, withdrawal_id(), correction)
        except Refused:
            otherwise.append(str(event.figure))
    figures = {(event.paper.case, event.figure) for event in events}
    ids = {event.id for event in events}
    for recorded, event in _whole(known):
        if (event.paper.case, event.figure) in figures and event.id not in ids:
            otherwise.append(str(event.figure))
            if correction is not None:
                withdrawn = Withdrawn(recorded.source_id, correction, recorded.source)
                out.append(replace(proposed[0], source_id=withdrawal_id(), event=withdrawn))
    if otherwise and correction is None:
        raise Refused("published_otherwise", place=f"{events[0].paper.case}: {', '.join(dict.fromkeys(otherwise))}")
    return out


def _whole(known: Iterable[Recorded]) -> Iterator[tuple[Recorded, FigurePublished]]:
    """The figures published whole that are not withdrawn."""
    every = list(known)
    withdrawn = withdrawn_ids(every)
    for recorded in every:
        if (
            isinstance(recorded.event, FigurePublished)
            and recorded.event.frozen is not UNSET
            and (recorded.source, recorded.source_id) not in withdrawn
        ):
            yield recorded, recorded.event


def _standing(known: Iterable[Recorded], name: str) -> Recorded | None:
    """The publication by that id that is not withdrawn."""
    return next((recorded for recorded, event in _whole(known) if event.id == name), None)


def _content(event: object) -> tuple[object, ...]:
    """What a reader of the paper would see: everything but the position, which has gone on where nothing has changed."""
    if not isinstance(event, FigurePublished) or event.frozen is UNSET:
        return ()
    frozen = event.frozen
    return event.figure, event.parameters, event.paper, event.notes, frozen.cells, frozen.version, frozen.codes


def _entry_of(recorded: Recorded, stream: str) -> Entry:
    return Entry(
        stream,
        recorded.valid_at,
        recorded.source,
        recorded.source_id,
        recorded.event,
        recorded.source_known_at,
        recorded.by,
        recorded.source_case,
    )


def _next_id(known: Iterable[Recorded], name: str) -> str:
    """The first of name, name#2, name#3 … that is not taken."""
    used = {recorded.source_id for recorded in known}
    nth = 1
    while (candidate := name if nth == 1 else f"{name}#{nth}") in used:
        nth += 1
    return candidate
