"""The draft of a case: its events in the order in which they happened, before they are registered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from journey.events import STREAM_KINDS


@dataclass(slots=True, eq=False)
class Draft:
    """One event; who registered it and when is added by the registration."""

    place: str
    """The case or, for what is not a citizen's, the stream."""
    kind: str
    valid_at: date
    data: dict[str, object]
    by: str = ""
    known_at: datetime | None = None
    ahead: int = 0
    """Days before its day on which it was registered; a school place is granted in spring."""
    withdraws: Draft | None = None
    source: str = ""
    source_id: str = ""

    @property
    def moment(self) -> datetime:
        """Moment of its registration."""
        if self.known_at is None:
            raise ValueError(f"{self.kind} of {self.place} was never registered")
        return self.known_at

    def line(self) -> dict[str, object]:
        """The event as a line of the interchange format (domain.md section 2)."""
        return {
            "stream" if self.kind in STREAM_KINDS else "case": self.place,
            "kind": self.kind,
            "valid_at": self.valid_at.isoformat(),
            "known_at": self.moment.isoformat(),
            "by": self.by,
            "source": self.source,
            "source_id": self.source_id,
            "data": self.data,
        }


@dataclass(slots=True)
class CaseDraft:
    """The events of one case so far, and who holds its roles."""

    reference: str
    drafts: list[Draft] = field(default_factory=list)
    holders: dict[str, list[tuple[date, str]]] = field(default_factory=dict)
    """For each role its holders in turn, each with the first day; `` is nobody."""
    grants: int = 0
    complaints: int = 0

    def add(self, day: date, kind: str, **data: object) -> Draft:
        """Add an event."""
        draft = Draft(self.reference, kind, day, data)
        self.drafts.append(draft)
        return draft

    def holder(self, role: str, day: date) -> str:
        """Holder of the role on the day, or `` for nobody."""
        return next((worker for first, worker in reversed(self.holders.get(role, [])) if first <= day), "")

    def assign(self, role: str, worker: str, day: date, reason: str, *, approved: bool = False) -> None:
        """The worker holds the role from the day on; a first holder is assigned, a later one is a change."""
        before = self.holder(role, day)
        if before == worker:
            return
        if before:
            data: dict[str, object] = {"role": role, "worker": worker, "reason": reason}
            if approved:
                data["approved_by_forum"] = True
            self.add(day, "caseworker_changed", **data)
        else:
            self.add(day, "caseworker_assigned", role=role, worker=worker)
        self.holders.setdefault(role, []).append((day, worker))

    def release(self, role: str, day: date) -> None:
        """Leave the role empty from the day on."""
        if self.holder(role, day):
            self.add(day, "caseworker_ended", role=role)
            self.holders[role].append((day, ""))

    def closed(self, day: date) -> None:
        """Closing clears every role without an event of its own."""
        for holders in self.holders.values():
            holders.append((day, ""))

    def next_grant(self) -> str:
        """The id of the next grant within the case."""
        self.grants += 1
        return f"g{self.grants}"

    def next_complaint(self) -> str:
        """The id of the next complaint within the case."""
        self.complaints += 1
        return f"k{self.complaints}"
