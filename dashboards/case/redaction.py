"""A history without what could tell whose it is: pseudonyms for every reference, no notes, no words that somebody wrote; days are kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from journey import events as e
from journey.history import Recorded

REMOVED = "fjernet"
"""What stands where a label stood."""
SOURCE = "redigeret"

_REFERENCES = {"citizen": "borger", "worker": "person", "grant": "bevilling", "complaint": "klage"}
"""The fields of events that name somebody or something, and what the pseudonym begins with."""
_LABELS: Mapping[type[e.Event], str] = {
    e.ActivityRecorded: "activity",
    e.FrameDrawn: "purpose",
    e.SupportEnded: "reason",
    e.Withdrawn: "reason",
}

LEFT_OUT = (
    "Sagens, borgerens, medarbejdernes, bevillingernes og klagernes referencer er erstattet af pseudonymer; de er de samme hver gang.",
    "Kildesystemernes navne og deres id for hver hændelse er fjernet.",
    "Notater er fjernet, også det, at de er skrevet.",
    "Ord, som nogen har skrevet (handlinger, formål og grunde uden for kodelisterne), er erstattet af «fjernet».",
    "Fødselsmåneder er fjernet. Dage og tidspunkter er beholdt.",
    "Beviserne er udeladt, fordi de viser det, der er fjernet; den fulde sagsmappe har dem.",
)
"""What a redacted copy says of itself."""


class Pseudonyms(Struct, frozen=True):
    """Names in place of names: the same for the same key and reference, and nothing to be learned from them without the key."""

    key: bytes

    def of(self, kind: str, reference: str) -> str:
        digest = hmac.digest(self.key, f"{kind}\0{reference}".encode(), hashlib.sha256)
        return f"{kind}-{digest.hex()[:16]}"


def redacted(case: str, history: Sequence[Recorded], names: Pseudonyms) -> tuple[str, list[Recorded]]:
    """The case under its pseudonym, with its history; notes, and what withdraws them, are not in it."""
    notes = {(one.source, one.source_id) for one in history if isinstance(one.event, e.NoteAdded)}
    kept = (one for one in history if not isinstance(one.event, e.NoteAdded) and not _of_a_note(one, notes))
    return names.of("sag", case), [_redacted(case, one, names) for one in kept]


def _of_a_note(one: Recorded, notes: set[tuple[str, str]]) -> bool:
    return isinstance(one.event, e.Withdrawn) and (one.event.source, one.event.source_id) in notes


def _redacted(case: str, one: Recorded, names: Pseudonyms) -> Recorded:
    event = one.event
    changed: dict[str, str | None] = {}
    for field, kind in _REFERENCES.items():
        said = getattr(event, field, None)
        if said is not None:
            of_the_case = field in ("grant", "complaint")  # such an id is the case's own: another case may have the same
            changed[field] = names.of(kind, f"{case}\0{said}" if of_the_case else said)
    label = _LABELS.get(type(event))
    if label is not None and getattr(event, label) is not None:
        changed[label] = REMOVED
    if isinstance(event, e.Referred):
        changed["born"] = None
    if isinstance(event, e.Withdrawn):
        changed |= {"source": SOURCE, "source_id": names.of("id", f"{event.source}\0{event.source_id}")}
    return structs.replace(
        one,
        source=SOURCE,
        source_id=names.of("id", f"{one.source}\0{one.source_id}"),
        source_case=None,
        source_known_at=None,
        by=None if one.by is None else names.of("person", one.by),
        event=structs.replace(event, **changed) if changed else event,
    )
