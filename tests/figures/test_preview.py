"""What a delivery would do to the figures: counted before it is recorded, and again when it is; nothing is recorded by asking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg
import pytest

from api.answers.preview import DeliveryPreview, figure_preview
from api.register.answer import counted
from api.register.register import Register
from dashboards.comparing.preview import FigurePreview, TablePreview
from dashboards.comparing.preview_words import cause_in_words, preview_json, preview_lines
from dashboards.figures import FIGURES
from dashboards.figures.figure import dimensions_of
from journey.history import COPENHAGEN, Recorded
from journey.log.migrate import PROJECT, READ
from journey.log.stored import Entry
from projections.engine import tentative
from projections.engine.replay import TEMPORARY, differences, replay
from projections.engine.tentative import replay_with
from projections.projections import PROJECTIONS
from tests.conftest import Database, Sample
from tests.support import sheets
from tests.support.registers import load, sampled_register

pytestmark = pytest.mark.long

TODAY = date(2026, 1, 15)
SHEETS = """
format = "sheets"
source = "fagsystem-a"
[[sheet]]
name = "sager"
file = "sager*.csv"
key = ["Nr"]
case = { column = "Nr" }
gone = "withdraw"
  [[sheet.event]]
  kind = "referred"
  on = "Henvist"
  data = { citizen = "Nr", unit = "Enhed" }
  [[sheet.event]]
  kind = "closed"
  on = "Lukket"
  data = { reason = { is = "employment" } }
  [[sheet.event]]
  kind = "caseworker_changed"
  follows = "Hvem"
  first = "caseworker_assigned"
  on = "Henvist"
  data = { role = { is = "authority" }, worker = "Hvem", reason = { is = "other" } }
[[sheet]]
name = "bevillinger"
file = "bevillinger*.csv"
key = ["Nr"]
case = { column = "Sag" }
gone = "keep"
  [[sheet.event]]
  kind = "support_granted"
  on = "Fra"
  data = { grant = "Nr", support = "Ydelse" }
"""
HEAD, GRANTS = "Nr;Enhed;Henvist;Lukket;Hvem\n", "Nr;Sag;Fra;Ydelse\n"
AM, UI = "Arbejdsmarked", "Ungeindsatsen"
OTHERS = "".join(f"S-9{n};Social;01-02-2025;;sb-9\n" for n in range(6))  # so that one row that goes is not too many
NONE = "g0;S-90;01-02-2025;mentor\n"
DELIVERIES = [
    (
        "2026-01-02",
        f"S-1;{UI};05-01-2025;;sb-1\nS-2;{UI};06-01-2025;;sb-1\nS-3;{AM};07-01-2025;;sb-2\n",
        "g1;S-1;10-01-2025;bostoette_85\n",
    ),
    # S-1 is closed, S-2 was the other unit's all along, S-3 has another caseworker, S-4 is new, and S-1's grant another support
    (
        "2026-01-06",
        f"S-1;{UI};05-01-2025;03-12-2025;sb-1\nS-2;{AM};06-01-2025;;sb-1\nS-3;{AM};07-01-2025;;sb-7\nS-4;{UI};20-01-2025;;sb-1\n",
        "g1;S-1;10-01-2025;efterskole\ng2;S-4;25-01-2025;efterskole\n",
    ),
    # S-4 is gone, and S-2's day another
    ("2026-01-12", f"S-1;{UI};05-01-2025;03-12-2025;sb-1\nS-2;{AM};16-01-2025;;sb-1\nS-3;{AM};07-01-2025;;sb-7\n", ""),
]


REFERRED = "henvist / ansøgning modtaget: {}, Ansøgning".format
CORRECTED = f"rettes fra »{REFERRED(UI)}« (06.01.2025) til »{REFERRED(AM + 'safdelingen')}« (06.01.2025)"
WHO_LEAVES_AND_COMES: list[tuple[dict[str, tuple[str, str]], ...]] = [
    ({"S-1": ("came", REFERRED(UI)), "S-2": ("came", REFERRED(UI))}, {"S-3": ("came", REFERRED(AM + "safdelingen"))}),
    (
        {"S-1": ("left", "afsluttet: Arbejde"), "S-2": ("left", CORRECTED), "S-4": ("came", REFERRED(UI))},
        {"S-2": ("came", CORRECTED)},
    ),
    ({"S-4": ("left", f"annulleres: »{REFERRED(UI)}« (20.01.2025)")}, {}),
]
"""After each delivery, the cases of Tabel 1 and Tabel 2."""


class Delivered(NamedTuple):
    """What a delivery would record in the register, in two forms."""

    entries: Sequence[Entry]
    added: Mapping[str, list[Recorded]]
    taken_at: datetime


class Municipality:
    """A register that takes deliveries for real, and the same deliveries in memory, which say what would be recorded."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.memory = sheets.Register(sheets.mapping(SHEETS))
        self.memory.length = register.head()[0]

    def would_take(self, day: str, cases: str, grants: str) -> Delivered:
        taken_at = sheets.moment(day)
        names = {"sager": HEAD + cases + OTHERS, "bevillinger": GRANTS + grants + NONE}
        result = self.memory.take(taken_at, names)
        return Delivered(result.entries, self._added(result.entries, taken_at), taken_at)

    def _added(self, entries: Sequence[Entry], taken_at: datetime) -> dict[str, list[Recorded]]:
        """The entries as the log would hold them: each stream's in turn, at the positions after the log's end."""
        position, streams = self.register.head()[0], dict[str, list[Recorded]]()
        for nth, entry in enumerate(entries, position + 1):
            of_stream = streams.setdefault(entry.stream, [])
            day = taken_at.astimezone(COPENHAGEN).date()
            recorded = Recorded(nth, len(of_stream), entry.valid_at, taken_at, day, entry.source, entry.source_id, entry.event)
            of_stream.append(recorded)
        return streams

    def preview(self, delivered: Delivered) -> FigurePreview:
        return figure_preview(self.register, self.register.head()[0], iter(delivered.added.items()), TODAY)

    def record(self, delivered: Delivered) -> None:
        lines: list[dict[str, Any]] = [
            {
                "case": entry.stream,
                "kind": entry.kind,
                "valid_at": entry.valid_at.isoformat(),
                "known_at": delivered.taken_at.isoformat(),
                "source": entry.source,
                "source_id": entry.source_id,
                "data": {name: value for name, value in msgspec.to_builtins(entry.event).items() if value is not None},
            }
            for entry in delivered.entries
        ]
        report = load(self.register, lines)
        assert report.recorded == len(lines)
        self.register.believe()


@pytest.fixture
def municipality(server: Database, sample_template: Sample, tmp_path: Path) -> Iterator[Municipality]:
    with sampled_register(server, sample_template, tmp_path) as register:
        register.believe()
        yield Municipality(register)


def held_against_the_register(found: FigurePreview, register: Register) -> int:
    """Every number of the preview is what the register counts now that it is recorded; gives how many were moved."""
    numbers = [*found.published, *(each for table in found.tables for each in (*table.cells, *table.beside))]
    position = register.head()[0]
    assert len(found.published) > 60
    with register.connected(READ) as conn:
        for number in numbers:
            question = msgspec.structs.replace(number.ask.question, position=position)
            cells = counted(conn, number.ask.figure, question)
            value = next((cell["value"] for cell in cells if dimensions_of(cell) == number.cell), 0)
            assert number.after[1] == "unknown" or number.after[0] == pytest.approx(value), number
    return sum(number.moves for number in numbers)


def rows_in_all(conn: psycopg.Connection[Any]) -> dict[str, Counter[str]]:
    """The temporary rows of every table, without the names of the rows."""
    return {
        name: Counter(text for (text,) in conn.execute(f"SELECT (to_jsonb(t) - 'nth')::text FROM pg_temp.{name} t".encode()))
        for name in PROJECTIONS
    }


def who(table: TablePreview) -> dict[str, tuple[str, str]]:
    causes = table.causes
    return {
        each.case: (each.way, cause_in_words(cause, table) if (cause := causes[each.case]) else "")
        for each in table.between.that("left", "came", "moved")
    }


def test_the_preview_of_each_delivery_is_what_the_figures_are_once_it_is_taken(municipality: Municipality) -> None:
    register, moved = municipality.register, list[int]()
    lists: list[tuple[dict[str, tuple[str, str]], ...]] = []
    for day, cases, grants in DELIVERIES:
        delivered, position = municipality.would_take(day, cases, grants), register.head()[0]

        found = municipality.preview(delivered)

        assert register.head()[0] == position, "nothing is recorded"
        lists.append(tuple(who(table) for table in found.tables))
        municipality.record(delivered)
        moved.append(held_against_the_register(found, register))
    assert all(moved)
    assert lists == WHO_LEAVES_AND_COMES
    again = municipality.would_take(*DELIVERIES[-1])
    assert not again.added
    found = municipality.preview(again)
    assert not found.moves
    assert preview_lines(found).nothing == "Leverancen ændrer ingen af tallene."


def test_the_temporary_rows_are_those_of_a_replay_once_it_is_recorded(municipality: Municipality) -> None:
    register = municipality.register
    classes = register.codes.classes
    for delivery in DELIVERIES[:2]:
        delivered, position = municipality.would_take(*delivery), register.head()[0]
        with register.connected(PROJECT) as conn:
            replay_with(conn, classes, position, iter(delivered.added.items()))
            assert differences(conn, position) != {}, "the rows are not those that the register has"
            municipality.record(delivered)
            assert differences(conn, register.head()[0]) == {}
    with register.connected(PROJECT) as conn:
        replay_with(conn, classes, register.head()[0], iter(()))
        copied = rows_in_all(conn)
        replay(conn, classes, register.head()[0])
        assert rows_in_all(conn) == copied, "rows copied are those that are folded"


def test_twin_a_stream_copied_beside_its_fold_is_seen(municipality: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the streams that are folded copied too, their rows would stand twice."""
    register = municipality.register
    municipality.record(municipality.would_take(*DELIVERIES[0]))
    delivered, position = municipality.would_take(*DELIVERIES[1]), register.head()[0]
    monkeypatch.setattr(tentative, "OTHERS", "true")
    with register.connected(PROJECT) as conn:
        replay_with(conn, register.codes.classes, position, iter(delivered.added.items()))
        municipality.record(delivered)

        assert differences(conn, register.head()[0]) != {}


def test_rows_are_counted_as_they_are_where_the_session_has_temporary_ones(municipality: Municipality) -> None:
    """A session's temporary tables come first in PostgreSQL's path wherever they are not named in it."""
    register, position = municipality.register, municipality.register.head()[0]
    question = register.question("caseload", {"unit": ["ungeindsatsen"], "valid_at": ["2025-02-01"]}, str(position))
    with register.connected(PROJECT) as conn:
        replay_with(conn, register.codes.classes, position, iter(()))
        conn.execute("DELETE FROM pg_temp.spans")

        values = [counted(conn, FIGURES["caseload"], question, schema)[0]["value"] for schema in ("rows", TEMPORARY)]

    assert values == [96, 0]


def test_a_preview_is_had_through_the_importer_s_hook(municipality: Municipality) -> None:
    delivered, position = municipality.would_take(*DELIVERIES[0]), municipality.register.head()[0]
    preview = DeliveryPreview(municipality.register, TODAY)

    preview.take(position, iter(delivered.added.items()))

    assert preview.result is not None
    found = preview_json(preview.result)
    assert (found["position"], found["valid_at"]) == (position, preview.result.day.isoformat())
    assert [each["cases"] != [] for each in found["tables"]] == [True, True]
    assert [each["recorded"] for each in found["tables"][0]["cases"]] == [False, False]
    moved = [each for each in found["published"] if each["before"] != each["after"]]
    assert {(each["id"], each["before"], each["after"]) for each in moved} >= {("ui-2025", 96, 98)}
