"""Fields of an event: what each may hold, and its name in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, NamedTuple

from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=200)]
"""A pseudonymous reference: a citizen, a worker, a grant, a complaint."""

Label = Annotated[str, Meta(min_length=1, max_length=80)]
"""A short text of at most 80 characters that is neither a code nor an id (domain.md section 2)."""

Code = Annotated[str, Meta(min_length=1, max_length=80)]
"""A code of one of the code lists; which list, the kind's `codes` says."""

Month = Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
"""`YYYY-MM`: as much of a birth date as the register may know."""

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]

Kroner = Annotated[int, Meta(ge=0, le=10**12)]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Answers = Annotated[list[Count | None], Meta(min_length=5, max_length=5)]


PERSONS = frozenset({"citizen", "worker"})
"""The fields that hold the id of a person, in every kind that has them."""

LABELS: Mapping[str, str] = MappingProxyType(
    {"support_ended": "reason", "frame_drawn": "purpose", "withdrawn": "reason", "activity_recorded": "activity"}
)
"""The coded field of each kind that had free labels before its list was made: an older log has words in it that no list has."""


class Words(NamedTuple):
    """Name of a field in either language."""

    danish: str
    english: str


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "activity": Words("handling", "activity"),
        "amount": Words("beløb", "amount"),
        "answers": Words("svar", "answers"),
        "approved_by_forum": Words("godkendt af forum", "approved by forum"),
        "benefit": Words("ydelse", "benefit"),
        "body": Words("vedtaget af", "body"),
        "born": Words("født", "born"),
        "by": Words("forelagt af", "by"),
        "case": Words("sag", "case"),
        "cell": Words("celle", "cell"),
        "channel": Words("vej", "channel"),
        "cipher_hash": Words("krypteret aftryk", "cipher hash"),
        "citizen": Words("borger", "citizen"),
        "complaint": Words("klage", "complaint"),
        "due": Words("frist", "due"),
        "figure": Words("figur", "figure"),
        "forum": Words("forum", "forum"),
        "frozen": Words("alle celler", "frozen"),
        "grant": Words("bevilling", "grant"),
        "id": Words("tal", "id"),
        "in_scope": Words("omfattet af HOI", "in scope"),
        "invited": Words("inviterede", "invited"),
        "layer": Words("model 3", "layer"),
        "material": Words("væsentlig ændring", "material"),
        "matter": Words("emne", "matter"),
        "method": Words("metode", "method"),
        "moved_from": Words("i stedet for", "moved from"),
        "n": Words("svar i alt", "n"),
        "notes": Words("noter", "notes"),
        "outcome": Words("udfald", "outcome"),
        "paper": Words("papir", "paper"),
        "parameters": Words("parametre", "parameters"),
        "plan": Words("plan", "plan"),
        "purpose": Words("formål", "purpose"),
        "qualifier": Words("forbehold", "qualifier"),
        "reason": Words("grund", "reason"),
        "role": Words("rolle", "role"),
        "size": Words("størrelse", "size"),
        "source": Words("kilde", "source"),
        "source_id": Words("kildens id", "source id"),
        "statement": Words("udsagn", "statement"),
        "support": Words("støtte", "support"),
        "text_hash": Words("tekstens aftryk", "text hash"),
        "to": Words("til", "to"),
        "track": Words("spor", "track"),
        "unit": Words("enhed", "unit"),
        "value": Words("værdi", "value"),
        "version": Words("udgave", "version"),
        "wave": Words("bølge", "wave"),
        "worker": Words("medarbejder", "worker"),
        "yearly_amount": Words("årsbeløb", "yearly amount"),
    }
)
"""Each field by its name, which means the same in every kind."""
