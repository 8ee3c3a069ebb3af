"""Any deliveries of any rows, held against a small oracle that reads the law and keeps nothing but what each row says.

The oracle knows no versions, withdrawals or ids: what stands after a delivery is what its rows say, and of a followed column what each
delivery said of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.sheets import Register, mapping, moment

SHEET = """
format = "sheets"
source = "f"
[[sheet]]
name = "rows"
file = "rows.csv"
key = ["Nr"]
case = { column = "Sag" }
gone = "withdraw"
  [[sheet.event]]
  kind = "support_granted"
  on = "Fra"
  when = { column = "Status", in = ["ja"] }
  data = { grant = "Nr", support = "Ydelse" }
  [[sheet.event]]
  kind = "support_ended"
  on = { column = "Til", inclusive = true }
  data = { grant = "Nr" }
  [[sheet.event]]
  kind = "caseworker_changed"
  first = "caseworker_assigned"
  follows = "Hvem"
  on = "Fra"
  data = { role = { is = "authority" }, worker = "Hvem", reason = { is = "other" } }
"""


FILE = mapping(SHEET)


class SourceRow(NamedTuple):
    """A row as the fagsystem has it on the day of a delivery."""

    fra: date | None
    til: date | None
    status: str
    ydelse: str
    hvem: str


DAYS = st.none() | st.integers(0, 20).map(lambda days: date(2024, 3, 1) + timedelta(days=days))
STATUS, YDELSE, HVEM = ["ja", "nej"], ["efterskole", "mentor", "85"], ["", "sb-1", "sb-2", "sb-3"]
ROWS = st.builds(SourceRow, DAYS, DAYS, st.sampled_from(STATUS), st.sampled_from(YDELSE), st.sampled_from(HVEM))
DELIVERIES = st.lists(
    st.tuples(st.integers(0, 3), st.dictionaries(st.integers(1, 4), ROWS, max_size=4)), min_size=1, max_size=6
)
"""Days since the delivery before, and the rows by their key."""


def written(rows: dict[int, SourceRow], seed: int) -> str:
    lines: list[str] = []
    for nr, row in rows.items():
        days = [f"{row.fra:%d-%m-%Y}" if row.fra else "", f"{row.til:%d.%m.%Y}" if row.til else "-"]
        lines.append(";".join([str(nr), f"S-{nr}", *days, row.status, row.ydelse, row.hvem]))
    lines.append("0;S-0;;;nej;85;")  # so that the sheet is never empty
    Random(seed).shuffle(lines)
    return "\n".join(["Nr;Sag;Fra;Til;Status;Ydelse;Hvem", *lines, ";;;;;;", ""])


SUPPORTS = {"85": "bostoette_85", "mentor": "mentor", "efterskole": "efterskole"}


class Oracle:
    """What the rows say."""

    def __init__(self) -> None:
        self.rows: dict[int, SourceRow] = {}
        self.first: dict[int, tuple[date, str]] = {}
        self.later: dict[int, dict[date, str]] = {}
        self.last: dict[int, str] = {}

    def take(self, day: date, rows: dict[int, SourceRow]) -> None:
        for gone in {*self.rows} - {*rows}:
            for memory in (self.first, self.later, self.last):
                memory.pop(gone, None)
        self.rows = rows
        for nr, row in rows.items():
            if not row.hvem:
                continue
            if nr in self.first:
                self.first[nr] = (row.fra or self.first[nr][0], self.first[nr][1])
                if row.hvem != self.last[nr]:
                    self.later.setdefault(nr, {})[day] = self.last[nr] = row.hvem
            elif row.fra:
                self.first[nr] = (row.fra, row.hvem)
                self.last[nr] = row.hvem

    def standing(self) -> list[str]:
        told: list[str] = []
        for nr, row in self.rows.items():
            if row.status == "ja" and row.fra:
                told.append(f"{row.fra} SupportGranted grant={nr} support={SUPPORTS[row.ydelse]}")
            if row.til:
                told.append(f"{row.til + timedelta(days=1)} SupportEnded grant={nr}")
            if nr in self.first:
                told.append("{} CaseworkerAssigned role=authority worker={}".format(*self.first[nr]))
            told += [
                f"{day} CaseworkerChanged role=authority worker={who} reason=other"
                for day, who in self.later.get(nr, {}).items()
            ]
        return sorted(told)


def without_workers(standing: list[str]) -> list[str]:
    return sorted(line for line in standing if "Caseworker" not in line)


@settings(max_examples=30)
@given(DELIVERIES, st.integers(0, 1000))
def test_rules_3_and_4_what_stands_is_what_the_rows_say(deliveries: list[tuple[int, dict[int, SourceRow]]], seed: int) -> None:
    register, oracle, day = Register(FILE), Oracle(), date(2024, 6, 1)
    for nth, (days, rows) in enumerate(deliveries):
        day += timedelta(days=days)
        taken_at = moment(day.isoformat(), f"{6 + nth:02}:00")

        result = register.take(taken_at, {"rows": written(rows, seed + nth)})
        oracle.take(day, rows)

        assert sorted(register.standing()) == oracle.standing()
        assert result.counts["new"] + result.counts["corrected"] + result.counts["withdrawn"] <= len(result.entries)

    again = register.take(taken_at, {"rows": written(rows, seed - 1)})  # in another order of rows
    assert again.entries == []

    alone = Register(FILE)
    alone.take(taken_at, {"rows": written(rows, seed)})
    assert without_workers(alone.standing()) == without_workers(register.standing())


def test_the_oracle_bites() -> None:
    """The twin: a register that takes no notice of a row that is gone does not agree."""
    row = SourceRow(date(2024, 3, 1), None, "ja", "85", "sb-1")
    keeping = Register(mapping(SHEET.replace('gone = "withdraw"', 'gone = "keep"')))
    oracle = Oracle()
    for day, rows in ((date(2024, 6, 1), {1: row}), (date(2024, 7, 1), {})):
        keeping.take(moment(day.isoformat()), {"rows": written(rows, 0)})
        oracle.take(day, rows)

    assert sorted(keeping.standing()) != oracle.standing()
