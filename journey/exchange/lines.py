"""The form of a line of the interchange format: its fields, each kind's data as it may be written, the context of its reading; and the
first line of a register's own export, which says which register it is of and by which edition of the format it is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from re import Pattern
from types import MappingProxyType
from typing import Annotated, Any, cast

import msgspec
import msgspec.inspect
from msgspec import Meta, Struct

from journey.codes import CodeLists
from journey.events import KINDS
from journey.events.fields import LABELS, PERSONS, Code, Id
from journey.history import LAST_DAY
from journey.json_text import decoded
from journey.personal import is_person_id
from journey.problem import Problem

Reference = Annotated[str, Meta(min_length=1, max_length=64)]
"""A case, or the name of a stream."""

Text = Annotated[str, Meta(min_length=1, max_length=100_000)]
"""The text of a note."""

Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Envelope(Struct, forbid_unknown_fields=True, rename={"reason_beside": "_reason"}):
    """A line without the kind's own fields."""

    kind: str
    valid_at: date
    data: msgspec.Raw = msgspec.Raw(b"{}")
    case: Reference | None = None
    stream: Reference | None = None
    known_at: Annotated[datetime, Meta(tz=True)] | None = None
    by: Id | None = None
    source: Id | None = None
    source_id: Id | None = None
    source_case: Id | None = None
    reason_beside: Any = None
    """What a reject file says of the line; a line that was mended may keep it."""


class VisitedLine(Struct, forbid_unknown_fields=True):
    """`visited` as it may be written: the layer as a text or a number."""

    forum: Code
    layer: Code | int | None = None


class WithdrawnLine(Struct, forbid_unknown_fields=True):
    """`withdrawn` as it may be written: without a source it is the withdrawal's own."""

    source_id: Id
    reason: Code
    source: Id | None = None


class NoteLine(Struct, forbid_unknown_fields=True):
    """`note_added` as it may be written: the text, or only its hash."""

    text: Text | None = None
    text_hash: Hash | None = None


DATA_FORMS: Mapping[str, type[Struct]] = MappingProxyType(
    {**KINDS, "visited": VisitedLine, "withdrawn": WithdrawnLine, "note_added": NoteLine}
)
"""How each kind's data may be written."""

ENDINGS = frozenset({"closed", "support_ended", "caseworker_ended", "performer_ended"})
"""The kinds whose `valid_at` is an ending's first day without; a source may give the last day with."""

FIRST_MOMENT_YEAR = 2
"""A moment of the year 1 cannot be written in every zone."""


Spellings = tuple[tuple[str, Mapping[str, str]], ...]
"""The coded fields of a kind, each with every accepted spelling of its codes."""


class Declared(Struct, frozen=True):
    """The declarations of what the lines' texts may be: the municipality's of its ids, a mapping file's of its source, and an export's
    own."""

    person_ids: Pattern[str] | None = None
    """The municipality's own form of the ids of persons (`JOURNEY_PERSON_IDS`)."""
    ids_as_given: frozenset[str] = frozenset()
    """The sources whose ids of persons are taken as they are written."""
    activities_as_given: frozenset[str] = frozenset()
    """The sources whose activities are labels of their own."""
    own_export: bool = False
    """Whether the lines are a register's own export, taken as it is written."""

    def takes_person(self, text: str, source: str) -> bool:
        """Whether the text may be the id of a person."""
        return self.own_export or is_person_id(text, self.person_ids) or source in self.ids_as_given

    def takes_label(self, kind: str, field: str, source: str) -> bool:
        """Whether the field may hold a label that its list does not have."""
        if LABELS.get(kind) != field:
            return False
        return self.own_export or (field == "activity" and source in self.activities_as_given)


NOTHING = Declared()
"""No declarations."""


class LineContext(Struct, frozen=True):
    """The context that lines are read in: code lists, clock, cases of a mapping file, and what the source has declared."""

    codes: CodeLists
    now: datetime
    new_id: Callable[[], str]
    """Gives the `source_id` of an event that comes without one."""
    spellings: Mapping[str, Spellings]
    cases: Mapping[tuple[str, str], str]
    """(source, source_case) → case, from a mapping file."""
    not_cpr: frozenset[str]
    """The sources whose ids are declared not to be CPR numbers."""
    inclusive: bool
    """Whether an ending's day is the last day with, so that a day is added."""
    declared: Declared = NOTHING

    def last_day(self, kind: str) -> date:
        return LAST_DAY - timedelta(days=1) if self.inclusive and kind in ENDINGS else LAST_DAY


def line_context(
    codes: CodeLists,
    now: datetime,
    new_id: Callable[[], str],
    *,
    cases: Mapping[tuple[str, str], str] | None = None,
    not_cpr: frozenset[str] = frozenset(),
    inclusive: bool = False,
    declared: Declared = NOTHING,
) -> LineContext:
    """The context for reading lines with these code lists at this moment."""
    spellings = {
        name: tuple((field, codes[used].spellings) for field, used in kind.codes.items()) for name, kind in KINDS.items()
    }
    return LineContext(codes, now, new_id, spellings, cases or {}, not_cpr, inclusive, declared)


ID_LENGTH = 200
"""The longest an id may be; what tells an id from a label or a code in a kind's fields."""


def is_id(type_: msgspec.inspect.Type) -> bool:
    """Whether a field of this type holds an id, which a source may declare not to be a CPR number."""
    if isinstance(type_, msgspec.inspect.UnionType):
        return any(is_id(option) for option in type_.types)
    return isinstance(type_, msgspec.inspect.StrType) and type_.max_length == ID_LENGTH


def _data_fields(form: type[Struct]) -> Mapping[str, msgspec.inspect.Field]:
    described = cast(msgspec.inspect.StructType, msgspec.inspect.type_info(form))
    return MappingProxyType({field.name: field for field in described.fields})


DATA_FIELDS: Mapping[str, Mapping[str, msgspec.inspect.Field]] = MappingProxyType(
    {kind: _data_fields(form) for kind, form in DATA_FORMS.items()}
)
"""Each kind's fields with their types."""

ENVELOPE_IDS = frozenset({"case", "by", "source_id", "source_case"})
DATA_IDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {kind: frozenset(name for name, field in fields.items() if is_id(field.type)) for kind, fields in DATA_FIELDS.items()}
)
"""The fields that hold the source's ids."""

DATA_PERSONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {kind: tuple(name for name in fields if name in PERSONS) for kind, fields in DATA_FIELDS.items()}
)
"""The fields that hold the id of a person."""


EDITION = 2
"""The edition of the format that is written and the newest that is read. Edition 1 had free labels where codes now stand."""


class Header(Struct, forbid_unknown_fields=True):
    """The first line of an export; an event never looks like it."""

    register: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")] | None
    edition: Annotated[int, Meta(ge=1, le=EDITION)]


def header_line(first: bytes | None) -> bytes:
    """The line for a register whose first event is exported as `first`: a register is named by it, so that a copy has the same name."""
    register = None if first is None else hashlib.sha256(first).hexdigest()[:16]
    return msgspec.json.encode(Header(register, EDITION))


def is_header(raw: bytes) -> bool:
    """Whether the line is meant as the header of an export, rightly written or not."""
    try:
        line: object = decoded(raw)
    except ValueError:
        return False
    return isinstance(line, dict) and "register" in line and "kind" not in line


def header_problems(raw: bytes) -> list[Problem]:
    """The problems of a header; none for one that can be read."""
    try:
        decoded(raw, Header)
    except ValueError:
        reason = f'er ikke første linje af en udskrift, som dette program kan læse: {{"register": "…", "edition": 1-{EDITION}}}'
        return [Problem("linjen", reason)]
    return []
