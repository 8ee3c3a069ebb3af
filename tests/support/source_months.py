"""A fagsystem's lists over some months: a random register's events as its rows, with all that may lawfully befall a list,
written in any lawful way."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from journey.codes import folded, standard
from journey.events import KINDS
from journey.exchange.sheets.kinds import SHEET_FIELDS, SHEET_KINDS
from tests.support.course import COPENHAGEN, FIRST_DAY, SUPPORTS, WORKERS
from tests.support.histories import corrected, random_register
from tests.support.law_of_deliveries import GRANTS, HOLDERS, ROLE, Row, Table
from tests.support.written_out import ORDER, annulled_by, entry_of, id_of

SYSTEMS = ("fagsystem-a", "fagsystem-b")
BAD_CELL = "32-13-2024"
MONTHS = 8
COLUMNS = {GRANTS: ("Nr", "Sag", "Dato", "Slut", "Ydelse", "Beløb"), HOLDERS: ("Nr", "Sag", "Dato", "Hvem", "Skiftet")}


class Delivery(NamedTuple):
    """A delivery of one system: when it was taken out, and its sheets as they are meant."""

    system: str
    taken_at: datetime
    tables: list[Table]


class Form(NamedTuple):
    """The form that a system's lists have, every month the same."""

    system: str
    kinds: Sequence[str]
    gone: Mapping[str, str]
    known_at: bool
    header: int
    delimiter: str
    decimal: str
    changed_on: bool

    @property
    def mapping(self) -> str:
        lines = ['format = "sheets"', f'source = "{self.system}"', "[cells]", 'encoding = "cp1252"', f"header = {self.header}"]
        lines += [f'delimiter = "{self.delimiter}"', f'decimal = "{self.decimal}"']
        for name in self.kinds:
            lines += ["[[sheet]]", f'name = "{name}"', f'file = "{name}*.csv"', 'key = ["Nr"]', 'case = { column = "Sag" }']
            lines += [f'gone = "{self.gone[name]}"', 'ignore = ["Bemærkning"]', 'skip = [{ column = "Nr", starts = "I alt" }]']
            lines += [*self._events(name)]
        return "\n".join(lines) + "\n"

    def _events(self, name: str) -> list[str]:
        if name == GRANTS:
            data = 'grant = "Nr", support = "Ydelse", yearly_amount = "Beløb"'
            return [
                *("  [[sheet.event]]", '  name = "bevilget"', '  kind = "support_granted"', '  on = "Dato"'),
                f"  data = {{ {data} }}",
                *("  [[sheet.event]]", '  name = "ophoert"', '  kind = "support_ended"'),
                *('  on = { column = "Slut", inclusive = true }', '  data = { grant = "Nr" }'),
            ]
        if name == HOLDERS:
            data = f'role = {{ is = "{ROLE}" }}, worker = "Hvem", reason = {{ is = "other" }}'
            changed = ['  changed_on = "Skiftet"'] if self.changed_on else []
            return [
                *("  [[sheet.event]]", '  name = "skift"', '  kind = "caseworker_changed"', '  first = "caseworker_assigned"'),
                *('  follows = "Hvem"', '  on = "Dato"', *changed, f"  data = {{ {data} }}"),
            ]
        known = ['  known_at = "Oprettet"'] if self.known_at else []
        fields = [f'    {field} = "{field}"' for field in SHEET_FIELDS[name]]
        return ["  [[sheet.event]]", f'  kind = "{name}"', '  on = "Dato"', *known, "    [sheet.event.data]", *fields]

    def columns(self, name: str) -> list[str]:
        if name in COLUMNS:
            left_out = () if self.changed_on else ("Skiftet",)
            return [column for column in COLUMNS[name] if column not in left_out]
        return ["Nr", "Sag", "Dato", *["Oprettet"] * self.known_at, *SHEET_FIELDS[name]]


class Months:
    """The deliveries of two systems, in the order in which they were taken out: the last of each is clean."""

    def __init__(self, seed: int, cases: int, events: int, *, calm: bool) -> None:
        rng = self.rng = random.Random(seed)
        self.calm = calm
        lines = [line for line in random_register(seed, cases, events) if "case" in line]
        self._annulled = {annulled_by(line): line.get("known_at") for line in lines if line["kind"] == "withdrawn"}
        self._lines = [line for line in lines if line["kind"] in SHEET_KINDS]
        self.cases = sorted({line["case"] for line in self._lines})
        if calm:
            self._a_day_each()
        kinds = [kind for kind in ORDER if any(line["kind"] == kind for line in self._lines)]
        if not calm:
            rng.shuffle(kinds)
            kinds += [GRANTS, HOLDERS]
        self.forms = {
            system: Form(
                system,
                kinds,
                {name: rng.choice(["withdraw", "withdraw", "keep"]) for name in kinds},
                rng.random() < 0.6,
                rng.choice([1, 1, 3]),
                rng.choice(";,|"),
                rng.choice(",."),
                rng.random() < 0.5,
            )
            for system in SYSTEMS
        }
        self.deliveries = self._taken_out()

    def _a_day_each(self) -> None:
        """Give each event of a case a day of its own, so that no order within a day decides."""
        days: defaultdict[str, set[str]] = defaultdict(set)
        for line in self._lines:
            day = date.fromisoformat(line["valid_at"])
            while day.isoformat() in days[line["case"]]:
                day += timedelta(days=1)
            line["valid_at"] = day.isoformat()
            days[line["case"]].add(line["valid_at"])

    def _taken_out(self) -> list[Delivery]:
        rng = self.rng
        end = datetime(2026, 1, 10, 6, tzinfo=COPENHAGEN)
        found: list[Delivery] = []
        for nth, system in enumerate(SYSTEMS):
            first = datetime(2022, 3, 1, 6, tzinfo=COPENHAGEN)
            days = sorted(rng.sample(range((end - first).days), MONTHS - 2))
            days.insert(1, days[0])  # twice on one day
            rows = self._rows(system)
            hours = [timedelta(hours=2 * each, minutes=nth) for each in range(MONTHS - 1)]
            for day, hour in zip(days, hours, strict=True):
                found.append(self._delivery(system, first + timedelta(days=day) + hour, rows))
            found.append(self._delivery(system, end + timedelta(hours=nth), rows, last=True))
        return sorted(found, key=lambda each: each.taken_at)

    def _rows(self, system: str) -> dict[str, dict[str, tuple[Row, datetime | None, datetime | None]]]:
        """The rows of each sheet by their keys, each with the moments from which it is there, and until which."""
        form, rng = self.forms[system], self.rng
        rows: dict[str, dict[str, tuple[Row, datetime | None, datetime | None]]] = {name: {} for name in form.kinds}
        for nr, line in enumerate(self._lines, 1):
            if (line["source"] == SYSTEMS[0]) != (system == SYSTEMS[0]):
                continue
            known = line.get("known_at")
            gone = self._annulled.get(id_of(line))
            row = Row(f"n{nr}", line["case"], line["valid_at"], meant(line), known_at=known if form.known_at else None)
            keeps = form.gone[line["kind"]] == "keep" or id_of(line) not in self._annulled
            until = None if keeps or gone is None else datetime.fromisoformat(gone)
            rows[line["kind"]][row.key] = row, datetime.fromisoformat(known) if known else None, until
        for nr, case in enumerate(self.cases) if GRANTS in rows else ():
            day = FIRST_DAY + timedelta(days=rng.randrange(900))
            data = {"support": rng.choice(SUPPORTS)} | ({"yearly_amount": rng.choice([0, 36_500, 120_000])} if nr % 2 else {})
            end = (day + timedelta(days=rng.randrange(-5, 400))).isoformat() if rng.random() < 0.5 else None
            rows[GRANTS][f"b{nr}"] = Row(f"b{nr}", case, day.isoformat(), data, end), None, None
            rows[HOLDERS][f"h{nr}"] = Row(f"h{nr}", case, day.isoformat(), {"worker": rng.choice(WORKERS)}), None, None
        return rows

    def _delivery(
        self,
        system: str,
        taken_at: datetime,
        rows: dict[str, dict[str, tuple[Row, datetime | None, datetime | None]]],
        *,
        last: bool = False,
    ) -> Delivery:
        form, tables = self.forms[system], list[Table]()
        for name in form.kinds:
            there = [Row("n0", "case-0", None, {"worker": None} if name == HOLDERS else {})]  # so that no sheet is ever empty
            for key, (row, since, until) in rows[name].items():
                if (since is not None and since > taken_at) or (until is not None and until <= taken_at):
                    continue
                now = self._changed(name, row, taken_at, form)
                rows[name][key] = now, since, until
                there += [now] if last else self._disturbed(now)
            self.rng.shuffle(there)
            tables.append(Table(name, form.gone[name], there))
        return Delivery(system, taken_at, tables)

    def _changed(self, name: str, row: Row, taken_at: datetime, form: Form) -> Row:
        """The row, corrected in place now and then; what is followed, changed often."""
        rng = self.rng
        if name == HOLDERS:
            return self._held(row, taken_at, form) if rng.random() < 0.3 else row
        if rng.random() > 0.06:
            return row
        if rng.random() < 0.2:
            others = [case for case in self.cases if case != row.data.get("case")]  # no case is merged into itself
            return row if self.calm else replace(row, case=rng.choice(others))
        if name == GRANTS:
            if rng.random() < 0.6:
                end = None if row.end else (taken_at.date() - timedelta(days=rng.randrange(60))).isoformat()
                return replace(row, end=end)
            return replace(row, data={**row.data, "support": rng.choice(SUPPORTS)})
        line = {"case": row.case, "kind": name, "valid_at": row.day, "data": dict(row.data)}
        other = corrected(rng, line)
        day = row.day if self.calm else other["valid_at"]
        return replace(row, day=day, data=meant({**other, "valid_at": day}))

    def _held(self, row: Row, taken_at: datetime, form: Form) -> Row:
        rng = self.rng
        if rng.random() < 0.2:
            return replace(row, case=rng.choice(self.cases))
        if rng.random() < 0.2:
            return replace(row, day=(FIRST_DAY + timedelta(days=rng.randrange(900))).isoformat())
        if rng.random() < 0.2:
            return replace(row, data={"worker": None})
        changed_on = (taken_at.date() - timedelta(days=rng.randrange(40))).isoformat() if form.changed_on else None
        worker = rng.choice([worker for worker in WORKERS if worker != row.data["worker"]])
        return replace(row, data={"worker": worker}, changed_on=changed_on)

    def _disturbed(self, row: Row) -> list[Row]:
        """The row as it stands in one delivery: there, bad, twice, without its day, or not there."""
        how = self.rng.random()
        if how < 0.86:
            return [row]
        if how < 0.90:
            return []
        if how < 0.94:
            return [replace(row, bad=True)]
        if how < 0.96:
            return [replace(row, day=None)]
        if how < 0.98:
            return [row, replace(row, day=None)]
        return [replace(row, bad=True, unnamed=True)] if self.rng.random() < 0.3 else [row, row]


def meant(line: Mapping[str, Any]) -> dict[str, Any]:
    """What the line says, with its defaults: as it is recorded of a row that says all of it."""
    entry = entry_of({"source": "s", "source_id": "1", **line, "known_at": "2022-01-01T00:00:00+01:00"})
    return {name: value for name, value in msgspec.to_builtins(entry.event).items() if value is not None and name != "type"}


class Writer:
    """Writes tables as files in any lawful way; those known so far keep the spelling of workers to what the register has."""

    def __init__(self, rng: random.Random, form: Form) -> None:
        self._rng, self._form = rng, form

    def files(self, tables: Iterable[Table], workers: frozenset[str]) -> dict[str, bytes]:
        """The files by their names, in a random order."""
        found: dict[str, bytes] = {}
        for table in tables:
            cut = self._rng.randrange(len(table.rows) + 1) if self._rng.random() < 0.3 else len(table.rows)
            found[f"{table.name}-1.csv"] = self._file(table.name, table.rows[:cut], workers)
            if cut < len(table.rows):
                found[f"{table.name}-2.csv"] = self._file(table.name, table.rows[cut:], workers)
        names = list(found)
        self._rng.shuffle(names)
        return {name: found[name] for name in names}

    def _file(self, name: str, rows: Sequence[Row], workers: frozenset[str]) -> bytes:
        rng, form, text = self._rng, self._form, io.StringIO()
        writer = csv.writer(text, delimiter=form.delimiter, lineterminator=rng.choice(["\n", "\r\n"]))
        for nth in range(form.header - 1):
            writer.writerow([f"Udtræk {nth}"])
        columns = [*form.columns(name), "Bemærkning"]
        order = rng.sample(columns, len(columns))
        writer.writerow([rng.choice([column, f" {column} "]) for column in order])
        for row in rows:
            cells = self._cells(name, row, workers)
            line = [cells.get(column, "") for column in order]
            writer.writerow([*line, "for meget"] if row.unnamed else line)
            if rng.random() < 0.05:
                writer.writerow([rng.choice(["", " ", "-"]) for _ in order])
        if rng.random() < 0.2:
            total = {"Nr": "I alt", "Sag": f"{len(rows)}"}
            writer.writerow([total.get(column, "") for column in order])
        encoding = rng.choice(["cp1252", "utf-8", "utf-8-sig", "utf-16"])
        return text.getvalue().encode(encoding)

    def _cells(self, name: str, row: Row, workers: frozenset[str]) -> dict[str, str]:
        data = row.data
        cells = {"Nr": row.key, "Sag": row.case, "Dato": BAD_CELL if row.bad else self._day(row.day), "Bemærkning": "sød ½"}
        if name == GRANTS:
            words = {"Ydelse": self._code("support", "support_granted", data.get("support"))}
            cells |= words | {"Slut": self._day(row.end), "Beløb": self._amount(data.get("yearly_amount"))}
        elif name == HOLDERS:
            cells |= {"Hvem": self._worker(data.get("worker"), workers), "Skiftet": self._day(row.changed_on)}
        else:
            cells["Oprettet"] = row.known_at or ""
            cells |= {field: self._value(name, field, data.get(field), workers) for field in SHEET_FIELDS[name]}
        return {column: self._padded(cell) for column, cell in cells.items()}

    def _padded(self, cell: str) -> str:
        return self._rng.choice([cell, cell, cell, f" {cell}", f"{cell}\u00a0"])

    def _value(self, kind: str, name: str, value: Any, workers: frozenset[str]) -> str:
        field = SHEET_FIELDS[kind][name]
        if field.list is not None:
            return self._code(name, kind, value)
        if value is None:
            return self._nothing()
        match field.sort:
            case "day":
                return self._day(value)
            case "whole":
                return self._amount(value)
            case "flag":
                return self._rng.choice(["ja", "JA", "true", "1"] if value else ["nej", "Nej", "false", "0"])
            case "person" if name == "worker":
                return self._worker(value, workers)
            case _:
                return str(value)

    def _nothing(self) -> str:
        return self._rng.choice(["", "-", "NULL", "nan"])

    def _day(self, day: str | None) -> str:
        if day is None:
            return self._rng.choice([self._nothing(), "31-12-9999"])
        found = date.fromisoformat(day)
        return self._rng.choice([f"{found:%d-%m-%Y}", f"{found:%d.%m.%Y}", f"{found:%d/%m/%Y}", day])

    def _amount(self, value: int | None) -> str:
        if value is None:
            return self._nothing()
        other = "." if self._form.decimal == "," else ","
        parted = f"{value:,}".replace(",", self._rng.choice([".", " "] if other == "." else [" "]))
        return self._rng.choice([str(value), f"{value}{self._form.decimal}00", f"{parted} kr.", f"DKK {parted}"])

    def _worker(self, worker: str | None, workers: frozenset[str]) -> str:
        """A worker's id, in another spelling only where the register has it already."""
        if worker is None:
            return self._nothing()
        return self._rng.choice([worker, worker.upper()]) if worker in workers else worker

    def _code(self, name: str, kind: str, code: str | None) -> str:
        """A code by itself, or by a label or an alias that is no other code's."""
        if code is None:
            return self._nothing()
        words = _WORDS[KINDS[kind].codes[name]][str(code)]
        word = self._rng.choice([str(code), *words])
        return self._rng.choice([word, word.upper(), word.replace(" ", "  ")])


def _words() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for name, codes in standard().lists.items():
        words = {code: [entry.da, entry.en] for code, entry in codes.codes.items()}
        uses = Counter(folded(word) for code, labels in words.items() for word in {code, *labels})
        found[name] = {code: [w for w in labels if w and uses[folded(w)] == 1] for code, labels in words.items()}
    return found


_WORDS = _words()
