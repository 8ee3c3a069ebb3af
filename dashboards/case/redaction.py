"""Redaction of a history for a named recipient: pseudonyms that no other recipient has, months in place of days, and no notes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from msgspec import Struct, structs

from journey import events as e
from journey.codes import CodeLists
from journey.events.fields import LABELS
from journey.history import Recorded, in_order
from journey.personal import in_letters

REMOVED = "fjernet"
"""The text in place of a word that no code list has."""
LONGEST = 200
"""How long a recipient's name and a purpose may be."""

_REFERENCES: Mapping[str, str] = {"citizen": "borger", "worker": "person", "grant": "bevilling", "complaint": "klage"}
"""The fields of events that hold a reference, and the first word of its pseudonym."""

LEFT_OUT = (
    "Alle referencer (sag, borger, medarbejdere, bevillinger, klager) er pseudonymer, som kun denne modtager og dette formål har.",
    "Dage er erstattet af måneder; tilstanden er den ved månedens udgang.",
    "Hvornår registret fik noget at vide, hændelsernes pladser i registret og annullerede hændelser er fjernet.",
    "Kildesystemernes navne og deres id for hver hændelse er fjernet.",
    "Notater er fjernet, også det, at de er skrevet.",
    "Ord uden for kodelisterne (handlinger, formål og grunde fra en ældre log) er erstattet af »fjernet«.",
    "Fødselsmåneder er fjernet, og de offentliggjorte tal, sagen er talt med i.",
    "Beviserne er udeladt, fordi de viser det, der er fjernet; den fulde sagsmappe har dem.",
)
"""The list, in a redacted copy, of what has been removed."""


class Recipient(Struct, frozen=True):
    """The recipient (modtager) that a redacted copy is made for, and the purpose (formål) of it."""

    name: str
    purpose: str

    @property
    def context(self) -> bytes:
        """The context that their key is derived in: no two recipients or purposes have the same."""
        parts = [part.encode() for part in ("redacted copy", self.name, self.purpose)]
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


class Pseudonyms(Struct, frozen=True):
    """Pseudonyms: the same for the same key and reference; without the key nothing can be learned from them."""

    key: bytes

    def of(self, kind: str, reference: str) -> str:
        digest = hmac.digest(self.key, f"{kind}\0{reference}".encode(), hashlib.sha256)
        return f"{kind}-{in_letters(digest.hex()[:16])}"


def month_of(day: date) -> date:
    """The first day of the month: as much of a day as a redacted copy tells."""
    return day.replace(day=1)


def redacted(case: str, history: Sequence[Recorded], names: Pseudonyms, codes: CodeLists) -> tuple[str, list[Recorded]]:
    """The case under its pseudonym, with the events that stand in their order, numbered from 1; notes are left out."""
    shown = [each for each in in_order(history) if not isinstance(each.event, e.NoteAdded)]
    return names.of("sag", case), [_redacted(case, each, nth, names, codes) for nth, each in enumerate(shown, start=1)]


def _redacted(case: str, recorded: Recorded, nth: int, names: Pseudonyms, codes: CodeLists) -> Recorded:
    event, month = recorded.event, month_of(recorded.valid_at)
    changed: dict[str, str | date | None] = {}
    for field, kind in _REFERENCES.items():
        reference = getattr(event, field, None)
        if reference is not None:
            of_the_case = field in ("grant", "complaint")  # such an id is the case's own: another case may have the same
            changed[field] = names.of(kind, f"{case}\0{reference}" if of_the_case else reference)
    label = LABELS.get(e.NAMES[type(event)])
    if label is not None and getattr(event, label) not in (None, *codes[event.codes[label]].codes):
        changed[label] = REMOVED
    if isinstance(event, e.Referred):
        changed["born"] = None
    if isinstance(event, e.FollowUpAgreed):
        changed |= {"due": month_of(event.due), "moved_from": event.moved_from and month_of(event.moved_from)}
    return Recorded(
        nth,
        nth - 1,
        month,
        datetime.combine(month, time(), UTC),  # not shown: when it was known is left out
        month,
        "",
        str(nth),
        structs.replace(event, **changed) if changed else event,
        None if recorded.by is None else names.of("person", recorded.by),
    )
