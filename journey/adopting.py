"""Adoption (vedtagelse) of a figure's definition: recorded once for a version and a body, and withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from journey.events import DefinitionAdopted, Withdrawn
from journey.history import Recorded, withdrawn_ids
from journey.log.stored import STREAM, Entry
from journey.refusals import Refused

DEFINITIONS = f"{STREAM}definitions"
"""The stream that adoptions stand in."""


def adopt(known: Sequence[Recorded], proposed: Entry) -> list[Entry]:
    """The entry that records an adoption, given those of the stream. Raises Refused (`adopted_already`) for one that stands."""
    standing = _standing(known, proposed)
    if standing is not None:
        raise Refused("adopted_already", place=f"{_name(proposed)}, {standing.valid_at.isoformat()}")
    return [proposed]


def withdraw_adoption(known: Sequence[Recorded], proposed: Entry, reason: str) -> list[Entry]:
    """The entry that withdraws the adoption that stands with the same content and day. Raises Refused (`not_adopted`)."""
    standing = _standing(known, proposed)
    if standing is None or standing.valid_at != proposed.valid_at:
        raise Refused("not_adopted", place=f"{_name(proposed)}, {proposed.valid_at.isoformat()}")
    return [replace(proposed, event=Withdrawn(standing.source_id, reason, standing.source))]


def _standing(known: Iterable[Recorded], proposed: Entry) -> Recorded | None:
    """The adoption of the same figure and version by the same body that is not withdrawn; a body's name is compared without case."""
    every = list(known)
    withdrawn = withdrawn_ids(every)
    return next(
        (
            recorded
            for recorded in every
            if isinstance(recorded.event, DefinitionAdopted)
            and (recorded.source, recorded.source_id) not in withdrawn
            and content(recorded.event) == content(_event(proposed))
        ),
        None,
    )


def content(event: DefinitionAdopted) -> tuple[str, int, str]:
    """Content by which two adoptions are the same: the figure, the version and the body, whose name is compared without case."""
    return event.figure, event.version, " ".join(event.body.casefold().split())


def _event(proposed: Entry) -> DefinitionAdopted:
    if not isinstance(proposed.event, DefinitionAdopted):
        raise TypeError(proposed.kind)
    return proposed.event


def _name(proposed: Entry) -> str:
    event = _event(proposed)
    return f"{event.figure}, udgave {event.version}, {event.body}"
