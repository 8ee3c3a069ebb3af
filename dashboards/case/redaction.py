"""Redaction of a history: pseudonyms for every reference, no notes, and no free text; days are kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from journey import events as e
from journey.history import Recorded

REMOVED = "fjernet"
"""The text in place of a removed recorded."""
SOURCE = "redigeret"

_REFERENCES = {"citizen": "borger", "worker": "person", "grant": "bevilling", "complaint": "klage"}
"""The fields of events that hold a reference, and the first word of its pseudonym."""
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
"""The list, in a redacted copy, of what has been removed."""


class Pseudonyms(Struct, frozen=True):
    """Pseudonyms: the same for the same key and reference; without the key nothing can be learned from them."""

    key: bytes

    def of(self, kind: str, reference: str) -> str:
        digest = hmac.digest(self.key, f"{kind}\0{reference}".encode(), hashlib.sha256)
        return f"{kind}-{digest.hex()[:16]}"


def redacted(case: str, history: Sequence[Recorded], names: Pseudonyms) -> tuple[str, list[Recorded]]:
    """The case under its pseudonym, with its history; notes and their withdrawals are left out."""
    notes = {(each.source, each.source_id) for each in history if isinstance(each.event, e.NoteAdded)}
    shown = (each for each in history if not isinstance(each.event, e.NoteAdded) and not _of_a_note(each, notes))
    return names.of("sag", case), [_redacted(case, each, names) for each in shown]


def _of_a_note(recorded: Recorded, notes: set[tuple[str, str]]) -> bool:
    return isinstance(recorded.event, e.Withdrawn) and (recorded.event.source, recorded.event.source_id) in notes


def _redacted(case: str, recorded: Recorded, names: Pseudonyms) -> Recorded:
    event = recorded.event
    changed: dict[str, str | None] = {}
    for field, kind in _REFERENCES.items():
        reference = getattr(event, field, None)
        if reference is not None:
            of_the_case = field in ("grant", "complaint")  # such an id is the case's own: another case may have the same
            changed[field] = names.of(kind, f"{case}\0{reference}" if of_the_case else reference)
    label = _LABELS.get(type(event))
    if label is not None and getattr(event, label) is not None:
        changed[label] = REMOVED
    if isinstance(event, e.Referred):
        changed["born"] = None
    if isinstance(event, e.Withdrawn):
        changed |= {"source": SOURCE, "source_id": names.of("id", f"{event.source}\0{event.source_id}")}
    return structs.replace(
        recorded,
        source=SOURCE,
        source_id=names.of("id", f"{recorded.source}\0{recorded.source_id}"),
        source_case=None,
        source_known_at=None,
        by=None if recorded.by is None else names.of("person", recorded.by),
        event=structs.replace(event, **changed) if changed else event,
    )
