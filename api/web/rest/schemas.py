"""The shapes of what the API answers, from which its documentation is made."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field

from api.register.follower import Health
from api.sealing.sealer import SealHealth


class Entry(Struct, frozen=True):
    """A refusal as the catalogue shows it."""

    type: str
    code: str
    status: int
    title: str
    remedy: str


class Known(Struct, frozen=True):
    """What the register knew: the log's position, and its moment in Danish time; none before the first event."""

    position: int
    moment: str | None
    caution: str | UnsetType = UNSET
    """Where the moment asked about is not past yet: the same question can get another answer later."""


class Coverage(Struct, frozen=True):
    """The days that the register is covered at the position (`to` with it); null where there is no such day."""

    from_: str | None = field(name="from")
    to: str | None


class FigureAnswer(Struct, frozen=True):
    """A figure's cells at `(valid_at, known_at)`; `valid_at` is empty for a period."""

    figure: str
    version: int
    parameters: dict[str, Any]
    valid_at: list[str]
    known_at: Known
    covered: Coverage
    """No number of days outside it is a fact: before it nothing was known, after it all is as known on its last day."""
    cells: list[dict[str, Any]]
    """Each with its dimensions by name, a `value` (null: not known, 0: counted and none) and where it is null perhaps `why`."""
    source: str
    cautions: list[str] | UnsetType = UNSET
    """Where what is counted comes of lists that show only today's value: there may be more changes than those counted."""


class CaseEvent(Struct, frozen=True):
    """One event of a case's history."""

    position: int
    kind: str
    valid_at: str
    known_at: str
    by: str | None
    source: str
    source_id: str
    data: dict[str, Any]
    withdrawn: bool
    finding: str | None


class CaseHistory(Struct, frozen=True):
    """A case as it was known: its events in the log's order, and the state they make at the end of a day."""

    case: str
    valid_at: str
    known_at: Known
    events: list[CaseEvent]
    state: dict[str, Any]


class FoundEvent(Struct, frozen=True):
    """An event that makes no sense in its place."""

    case: str
    valid_at: str
    position: int
    code: str
    text: str


class Findings(Struct, frozen=True):
    """A page of the findings, in the log's order; `next` is what to ask for after it, null on the last."""

    known_at: Known
    total: int
    findings: list[FoundEvent]
    next: int | None


class Paper(Struct, frozen=True):
    """The paper that a number was printed in."""

    case: str
    title: str
    date: str


class FrozenAs(Struct, frozen=True):
    """By which definition and code lists a figure was published whole."""

    version: int
    codes: str


class PublishedNumber(Struct, frozen=True):
    """A number that was published, counted again: as known at its own position, and as known now."""

    id: str
    figure: str | None
    parameters: dict[str, Any]
    cell: dict[str, Any]
    value: float | None
    qualifier: str
    paper: Paper
    notes: Any
    position: int
    frozen: FrozenAs | None
    derived: float | None
    derived_now: float | None
    drift: bool
    earlier_version: int | None
    """The version of the definition that it was counted by, where the figure has a later one."""
    judged: Literal["drift", "earlier", "none", "agrees", "unprinted"]
    moved: bool
    """Whether the same question, by the same definition, answers otherwise today."""


class Title(Struct, frozen=True):
    """A title in Danish and in English."""

    da: str
    en: str


class TakenParameter(Struct, frozen=True):
    """A parameter that a figure takes."""

    name: str
    danish: str
    many: bool
    required: bool


class Adopted(Struct, frozen=True):
    """A body adopted a version of a figure's counting, from a day; its event's position says when the register knew."""

    body: str
    version: int
    valid_at: str
    position: int


class Definition(Struct, frozen=True):
    """How a figure is counted, in plain Danish, and who has adopted which version of it, oldest first."""

    figure: str
    version: int
    title: Title
    rule: str
    unit: str
    source: str
    parameters: list[TakenParameter]
    adopted: list[Adopted]
    is_adopted: bool
    """Whether a body has adopted the version in force, by today."""


class Definitions(Struct, frozen=True):
    """Every figure's definition, and the hash of the rows that they are counted over."""

    rows: str
    figures: list[Definition]


class FigureEntry(Struct, frozen=True):
    """A figure in the list of them all."""

    figure: str
    version: int
    title: Title
    address: str


class LegalBasisAnswer(Struct, frozen=True, rename={"from_day": "from", "to_day": "to"}):
    """Legal basis of a support on the days from `from` to before `to`; null where no end is known."""

    act: str
    printed: str | None
    """The section as the papers print it."""
    verified: str | None
    """The section as the act has it, looked up on `verified_on`; null where it is not verified."""
    verified_on: str | None
    from_day: str | None
    to_day: str | None


class CodeAnswer(Struct, frozen=True):
    """One code of a list."""

    code: str
    da: str
    en: str
    aliases: list[str]
    group: str | None
    unit: str | None
    """Of a break in a series: the unit whose series it is; all where none is said."""
    support_class: str | None
    hoi: bool
    valid_from: str | None
    valid_to: str | None
    closed_to_new: str | None
    """The day from which nothing new begins under it."""
    succeeded_by: list[str]
    days_verified: bool
    kle: list[str]
    ffb: list[str]
    dst: list[str]
    lab: list[str]
    basis: list[LegalBasisAnswer]
    """Of a support: its legal basis, one period after the other."""
    in_force: LegalBasisAnswer | None
    """The legal basis in force on the day asked about."""


class CodeListAnswer(Struct, frozen=True):
    """A list of codes; a municipality may add to an open one."""

    name: str
    danish: str
    open: bool
    codes: list[CodeAnswer]


class CodeListsAnswer(Struct, frozen=True):
    """All lists, with the SHA-256 of their content."""

    digest: str
    valid_at: str
    """The day that `in_force` is of."""
    lists: list[CodeListAnswer]


class Alive(Struct, frozen=True):
    """Whether the program is well enough to be asked."""

    ok: bool


class SinceEvent(Struct, frozen=True):
    """The last event that changed what a case counts with."""

    position: int
    kind: str
    withdraws: str | None
    valid_at: str
    known_at: str
    how: str


class CaseBehind(Struct, frozen=True):
    """A case behind a cell, and what it counts with; null where the cell is no sum over cases."""

    case: str
    value: float | None
    since: SinceEvent | None


class CasesLeftOut(Struct, frozen=True):
    """What a cell counts of cases that the reader has no access to; `value` is null where parts do not sum to the number."""

    value: float | None
    cases: bool
    """Whether it is a number of cases."""


class CasesAnswer(Struct, frozen=True):
    """A page of the cases behind a cell; `next` is the offset of the next, null on the last."""

    figure: str
    version: int
    parameters: dict[str, Any]
    known_at: Known
    cell: dict[str, Any]
    about_cases: bool
    """Whether the figure counts anything of cases at all."""
    adds_up: bool
    total: int
    cases: list[CaseBehind]
    next: int | None
    left_out: CasesLeftOut | None
    """Null where every case of the cell is the reader's to read."""
    cautions: list[str] | UnsetType = UNSET
    """As a figure's answer has them."""


class WholeHealth(Health, frozen=True):
    """How the follower is, and how the seal is."""

    clock_lag_seconds: float = field(name="clock_behind_seconds")
    """How far the newest event is ahead of the clock, which has then been set back; until it has caught up all moments are that one."""
    seal: SealHealth


class ReceiptAnswer(Struct, frozen=True):
    """That an event is in the sealed log: its leaf, the path from there to the root, and the root as it was signed."""

    position: int
    entry: str
    """What the leaf is the hash of: a JSON array in which the event's stored bytes stand by their SHA-256."""
    leaf: str
    """SHA-256(0x00 + entry), base64, as every hash here."""
    index: int
    size: int
    path: list[str]
    checkpoint: str


class ConsistencyAnswer(Struct, frozen=True):
    """That the log of `size` events begins with that of `old_size`."""

    old_size: int
    old_root: str
    size: int
    root: str
    path: list[str]
