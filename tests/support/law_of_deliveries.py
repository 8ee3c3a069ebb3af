"""What deliveries of sheets record, by section 10 of domain.md read naively: it shares no code with `journey/exchange/sheets`.

It knows what each row says, and writes the log's lines that the law then wants, in their order.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True)
class Row:
    """A row as it is meant: its key, its case, its days, what it says, and whether it cannot be read."""

    key: str
    case: str
    day: str | None
    data: Mapping[str, Any]
    end: str | None = None
    """The last day with a grant."""
    changed_on: str | None = None
    """The day from which a followed value is the case's."""
    known_at: str | None = None
    bad: bool = False
    unnamed: bool = False
    """Whether the key of a bad row cannot be read either."""


class Table(NamedTuple):
    """A sheet of a delivery."""

    name: str
    gone: str
    rows: list[Row]


class Given(NamedTuple):
    """An event that a row gives."""

    base: str
    kind: str
    day: str
    data: Mapping[str, Any]


GRANTS, HOLDERS = "bevillinger", "sager"
"""The sheet whose rows give a grant and its end, and the one whose rows say who has the case today. In all others a row is an event of the
kind that the sheet is named by."""
ROLE = "continuous"


def base_of(sheet: str, key: str, name: str) -> str:
    """Rule 2."""
    text = json.dumps([key], ensure_ascii=False, separators=(",", ":"))
    return f"{sheet}:{sha256(text.encode()).hexdigest()[:20].translate(LETTERS)}:{name}"


def plainly(sheet: str, row: Row) -> Iterator[Given]:
    """The events of a row that is not followed."""
    if sheet != GRANTS:
        if row.day:
            yield Given(base_of(sheet, row.key, sheet), sheet, row.day, row.data)
        return
    if row.day:
        yield Given(base_of(sheet, row.key, "bevilget"), "support_granted", row.day, {**row.data, "grant": row.key})
    if row.end:
        after = (date.fromisoformat(row.end) + timedelta(days=1)).isoformat()
        yield Given(base_of(sheet, row.key, "ophoert"), "support_ended", after, {"grant": row.key})


@dataclass
class Version:
    """The newest content of an id."""

    line: dict[str, Any]
    n: int
    stands: bool = True


@dataclass
class Recorded:
    """A line on its way into the log, with its place in the delivery."""

    line: dict[str, Any]
    claimed: str | None
    place: tuple[int, int]

    @property
    def withdraws(self) -> bool:
        return self.line["kind"] == "withdrawn"


@dataclass
class LawfulRegister:
    """A log, and what it has of each row."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    newest: dict[tuple[str, str], dict[str, Version]] = field(default_factory=dict)
    """By source and sheet's row: of each of its ids the newest version."""
    last: dict[tuple[str, str], str] = field(default_factory=dict)
    """The last value of a followed column that was not empty."""
    doomed: int = 0
    """How many rows the delivery that is taken withdraws."""

    def take(self, source: str, tables: Iterable[Table], taken_at: datetime) -> int:
        """Take a delivery; gives how many lines that records."""
        self.doomed, found = 0, list[Recorded]()
        for place, table in enumerate(tables):
            found += self._sheet(source, table, place, taken_at)
        before = datetime.fromisoformat(self.lines[-1]["known_at"]) if self.lines else None

        def order(each: Recorded) -> tuple[Any, ...]:
            """Rule 5, and section 1's rule of what would run behind the log's newest."""
            moment = datetime.fromisoformat(each.claimed) if each.claimed else taken_at
            if before is not None and moment < before:
                moment = taken_at
            each.line["known_at"] = moment.isoformat()
            return moment, not each.withdraws, each.line["valid_at"], each.place

        self.lines += [each.line for each in sorted(found, key=order)]
        return len(found)

    def _sheet(self, source: str, table: Table, place: int, taken_at: datetime) -> Iterator[Recorded]:
        times = Counter(row.key for row in table.rows if not row.unnamed)
        whole = not any(row.unnamed for row in table.rows)
        for nth, row in enumerate(table.rows):
            if row.bad or times[row.key] > 1:
                continue
            versions = self.newest.setdefault((source, base_of(table.name, row.key, "")), {})
            stood = any(version.stands for version in versions.values())
            changes = [
                Recorded({"source": source, **line}, claimed, (place, nth))
                for line, claimed in self._row(source, table, row, versions, taken_at)
            ]
            given = {given.base for given in plainly(table.name, row)} if table.name != HOLDERS else set(versions)
            if stood and changes and all(each.withdraws for each in changes) and not any(versions[b].stands for b in given):
                self.doomed += 1
            yield from changes
        present = {base_of(table.name, row.key, "") for row in table.rows if not row.unnamed}
        for (of, row_id), versions in self.newest.items():
            gone = of == source and row_id.startswith(f"{table.name}:") and row_id not in present
            if gone and whole and table.gone == "withdraw" and any(version.stands for version in versions.values()):
                self.doomed += 1
                self.last.pop((of, row_id), None)
                for base, version in versions.items():
                    if version.stands:
                        yield Recorded(
                            {"source": source, **self._withdrawn(base, version, "source_removed")}, None, (place, 10**6)
                        )

    def _row(
        self, source: str, table: Table, row: Row, versions: dict[str, Version], taken_at: datetime
    ) -> Iterator[tuple[dict[str, Any], str | None]]:
        """The lines of one row, with the moment that it says for them."""
        if table.name == HOLDERS:
            for given in self._followed(source, row, versions, taken_at):
                yield from ((line, row.known_at) for line in self._given(row, given, versions))
            return
        events = list(plainly(table.name, row))
        for given in events:
            yield from ((line, row.known_at) for line in self._given(row, given, versions))
        for base, version in versions.items():
            if version.stands and base not in {given.base for given in events}:
                yield self._withdrawn(base, version, "source_removed"), None

    def _followed(self, source: str, row: Row, versions: dict[str, Version], taken_at: datetime) -> Iterator[Given]:
        """Rule 4: what a followed column says now of all that it said, the first and the later ones."""
        place, first = (source, base_of(HOLDERS, row.key, "")), base_of(HOLDERS, row.key, "skift")
        value = row.data.get("worker")
        if not value:
            return
        if first not in versions or not versions[first].stands:
            if row.day:
                self.last[place] = value
                yield Given(first, "caseworker_assigned", row.day, {"role": ROLE, "worker": value})
            return
        changed = None
        if value != self.last[place]:
            self.last[place] = value
            day = row.changed_on or taken_at.astimezone(COPENHAGEN).date().isoformat()
            data = {"role": ROLE, "worker": value, "reason": "other"}
            changed = Given(f"{first}@{day}", "caseworker_changed", day, data)
        for base, version in list(versions.items()):
            line = version.line
            day = row.day or line["valid_at"] if base == first else line["valid_at"]
            if version.stands and (changed is None or base != changed.base):
                yield Given(base, line["kind"], day, line["data"])
        if changed is not None:
            yield changed

    def _given(self, row: Row, given: Given, versions: dict[str, Version]) -> Iterator[dict[str, Any]]:
        """Rule 3, for one id."""
        version = versions.get(given.base)
        line = {"case": row.case, "kind": given.kind, "valid_at": given.day, "data": dict(given.data)}
        if version is not None and version.stands:
            if {name: version.line[name] for name in line} == line:
                return
            yield self._withdrawn(given.base, version, "source_corrected")
        n = version.n + 1 if version is not None else 1
        line["source_id"] = given.base if n == 1 else f"{given.base}#{n}"
        versions[given.base] = Version(line, n)
        yield line

    @staticmethod
    def _withdrawn(base: str, version: Version, reason: str) -> dict[str, Any]:
        version.stands = False
        line = version.line
        data = {"source_id": line["source_id"], "reason": reason}
        return {
            "case": line["case"],
            "kind": "withdrawn",
            "valid_at": line["valid_at"],
            "source_id": f"{base}#{version.n + 1}:withdrawn",
            "data": data,
        }

    def standing(self) -> list[tuple[str, str, str, str]]:
        """What stands, in the order of each case."""
        withdrawn = {(line["source"], line["data"]["source_id"]) for line in self.lines if line["kind"] == "withdrawn"}
        stands = [
            line for line in self.lines if line["kind"] != "withdrawn" and (line["source"], line["source_id"]) not in withdrawn
        ]
        return [
            (line["case"], line["valid_at"], line["kind"], json.dumps(line["data"], sort_keys=True))
            for line in sorted(stands, key=lambda line: (line["case"], line["valid_at"]))
        ]
