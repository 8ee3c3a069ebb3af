"""What a delivery would do to the figures: counted before it is recorded, and again when it is; nothing is recorded before."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg
import pytest

from api.answers.preview import DeliveryPreview
from api.register.answer import counted, counted_over
from api.register.register import Register
from dashboards.comparing.preview import FigurePreview, TablePreview
from dashboards.comparing.preview_words import cause_in_words, preview_json, preview_lines
from dashboards.figures import FIGURES
from dashboards.figures.figure import dimensions_of
from journey.exchange.deliveries.report import DeliveryReport
from journey.exchange.deliveries.undoing import undo_delivery
from journey.history import Recorded
from journey.log.migrate import PROJECT, READ
from projections.engine import tentative
from projections.engine.replay import TEMPORARY, differences, replay
from projections.engine.tentative import replay_with
from projections.projections import PROJECTIONS
from tests.conftest import Database, Sample, fresh_database
from tests.support import sheets
from tests.support.deliveries import take as take_delivery_of
from tests.support.registers import register_on
from tests.support.sheets import mapping, moment

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


class Would(NamedTuple):
    """What a delivery would record: the position of the log, and the events of each stream."""

    position: int
    added: list[tuple[str, list[Recorded]]]


class Municipality(NamedTuple):
    """A register that takes deliveries."""

    register: Register
    database: Database

    def take(self, delivery: tuple[str, str, str], **more: Any) -> DeliveryReport:
        day, cases, grants = delivery
        texts = {"sager": HEAD + cases + OTHERS, "bevillinger": GRANTS + grants + NONE}
        return take_delivery_of(self.database, mapping(SHEETS), texts, moment(day), **more)

    def would_take(self, delivery: tuple[str, str, str]) -> Would:
        found: list[Would] = []
        self.take(delivery, dry_run=True, preview=lambda position, added: found.append(Would(position, list(added))))
        return found[0]

    def preview(self, delivery: tuple[str, str, str]) -> FigurePreview:
        preview = DeliveryPreview(self.register, TODAY)
        self.take(delivery, dry_run=True, preview=preview.take)
        assert preview.result is not None
        return preview.result

    def record(self, delivery: tuple[str, str, str]) -> None:
        report = self.take(delivery)
        assert report.recorded
        assert not report.bad_rows
        self.register.believe()


@pytest.fixture
def municipality(server: Database, sample_template: Sample, tmp_path: Path) -> Iterator[Municipality]:
    shutil.copytree(sample_template.keys, tmp_path, dirs_exist_ok=True)
    with fresh_database(server, sample_template.database.name) as database:
        yield Municipality(register_on(database, tmp_path), database)


def held_against_the_register(found: FigurePreview, register: Register) -> int:
    """Every number of the preview is what the register counts now that it is recorded; gives how many were moved."""
    numbers = [*found.published, *(each for table in found.tables for each in (*table.cells, *table.beside))]
    position = register.head()[0]
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
    register, moved, lists = municipality.register, list[int](), list[Any]()
    for delivery in DELIVERIES:
        position = register.head()[0]

        found = municipality.preview(delivery)

        assert register.head()[0] == found.position == position, "nothing is recorded"
        lists.append(tuple(who(table) for table in found.tables))
        municipality.record(delivery)
        assert len(found.published) > 60
        moved.append(held_against_the_register(found, register))
    assert all(moved)
    assert lists == WHO_LEAVES_AND_COMES


def test_a_delivery_that_says_the_same_again_changes_none_of_the_numbers(municipality: Municipality) -> None:
    day, cases, grants = DELIVERIES[0]
    municipality.record(DELIVERIES[0])

    found = municipality.preview(("2026-01-06", cases, grants))

    assert day < "2026-01-06"
    assert not found.moves
    assert preview_lines(found).nothing == "Leverancen ændrer ingen af tallene."


def test_undoing_a_delivery_is_seen_before_it_is_done(municipality: Municipality) -> None:
    register, url = municipality.register, municipality.database.app_url
    municipality.record(DELIVERIES[0])
    municipality.record(DELIVERIES[1])
    preview = DeliveryPreview(register, TODAY, undo=True)

    undo_delivery(url, "fagsystem-a", who="prøve", now=sheets.NOW, dry_run=True, preview=preview.take)

    found = preview.result
    assert found is not None
    assert found.undo
    assert set(who(found.tables[0])) == {"S-1", "S-2", "S-4"}
    undo_delivery(url, "fagsystem-a", who="prøve", now=sheets.NOW)
    register.believe()
    assert held_against_the_register(found, register)


def test_no_lock_is_held_that_anybody_waits_for(municipality: Municipality) -> None:
    """While the rows are made: only temporary tables are written, and what is read may be written by others."""
    held = """
        SELECT l.locktype, l.relation::regclass::text, l.mode FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation
        WHERE l.pid <> pg_backend_pid() AND (
            l.locktype = 'advisory' OR (c.relnamespace IN ('log'::regnamespace, 'rows'::regnamespace) AND l.mode <> 'AccessShareLock')
        )
    """
    register, seen = municipality.register, list[Any]()

    def looking(added: Iterator[tuple[str, list[Recorded]]]) -> Iterator[tuple[str, list[Recorded]]]:
        yield from added
        with register.connected(READ) as conn:
            seen.append(conn.execute(held).fetchall())

    register.believe()
    preview = DeliveryPreview(register, TODAY)
    municipality.take(DELIVERIES[0], dry_run=True, preview=lambda position, added: preview.take(position, looking(added)))

    assert seen == [[]]
    with register.connected(PROJECT) as other, other.transaction():  # the twin: a lock that others wait for is seen
        other.execute("LOCK TABLE rows.spans IN SHARE MODE")
        assert [*looking(iter(()))] == []
    assert seen[1] == [("relation", "rows.spans", "ShareLock")]


def test_the_temporary_rows_are_those_of_a_replay_once_it_is_recorded(municipality: Municipality) -> None:
    register = municipality.register
    classes = register.codes.classes
    register.believe()
    for delivery in DELIVERIES[:2]:
        position, added = municipality.would_take(delivery)
        with register.connected(PROJECT) as conn:
            replay_with(conn, classes, position, iter(added))
            assert differences(conn, position) != {}, "the rows are not those that the register has"
            municipality.record(delivery)
            assert differences(conn, register.head()[0]) == {}
    with register.connected(PROJECT) as conn:
        replay_with(conn, classes, register.head()[0], iter(()))
        copied = rows_in_all(conn)
        replay(conn, classes, register.head()[0])
        assert rows_in_all(conn) == copied, "rows copied are those that are folded"


def test_twin_a_stream_copied_beside_its_fold_is_seen(municipality: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the streams that are folded copied too, their rows would stand twice."""
    register = municipality.register
    municipality.record(DELIVERIES[0])
    position, added = municipality.would_take(DELIVERIES[1])
    monkeypatch.setattr(tentative, "OTHERS", "true")
    with register.connected(PROJECT) as conn:
        replay_with(conn, register.codes.classes, position, iter(added))
        municipality.record(DELIVERIES[1])

        assert differences(conn, register.head()[0]) != {}


def test_rows_are_counted_as_they_are_where_the_session_has_temporary_ones(municipality: Municipality) -> None:
    """A session's temporary tables come first in PostgreSQL's path wherever they are not named in it."""
    register, position = municipality.register, municipality.register.head()[0]
    question = register.question("caseload", {"unit": ["ungeindsatsen"], "valid_at": ["2025-02-01"]}, str(position))
    with register.connected(PROJECT) as conn:
        replay_with(conn, register.codes.classes, position, iter(()))
        conn.execute("DELETE FROM pg_temp.spans")

        values = [counted_over(conn, FIGURES["caseload"], question, schema)[0]["value"] for schema in ("rows", TEMPORARY)]

    assert values == [96, 0]


def test_the_json_says_which_cases_the_register_has(municipality: Municipality) -> None:
    municipality.record(DELIVERIES[0])

    found = preview_json(municipality.preview(DELIVERIES[1]))

    assert [(each["case"], each["recorded"]) for each in found["tables"][0]["cases"]] == [
        ("S-1", True),
        ("S-2", True),
        ("S-4", False),
    ]
    moved = {each["id"]: (each["before"], each["after"]) for each in found["published"] if each["before"] != each["after"]}
    assert moved
    assert "ui-2025" not in moved, "one case leaves and one comes"


def test_the_first_delivery_of_all_comes_to_what_is_not_known(database: Database, tmp_path: Path) -> None:
    municipality = Municipality(register_on(database, tmp_path), database)

    found = municipality.preview(DELIVERIES[0])

    lines = preview_lines(found)
    assert (found.position, found.published, lines.moving) == (0, (), [])
    assert [(line.before, line.after) for line in lines.tables[0].cells][-1] == ("ikke kendt", "2")
    assert "på ingen dag; bagefter fra 5. januar 2025 til 2. januar 2026" in lines.known
    municipality.record(DELIVERIES[0])
    assert held_against_the_register(found, municipality.register) > 0


@pytest.mark.parametrize("seed", range(3))
def test_the_rows_of_any_deliveries_are_those_that_they_would_be(database: Database, tmp_path: Path, seed: int) -> None:
    register, rng = register_on(database, tmp_path), random.Random(seed)
    municipality, days = Municipality(register, database), [f"2026-01-{day:02}" for day in (2, 6, 12, 14)]
    for day in days:
        cases = "".join(
            f"S-{n};{rng.choice((AM, UI, 'Social'))};0{rng.randint(1, 9)}-01-2025;{rng.choice(('', '05-06-2025'))};sb-{rng.randint(1, 4)}\n"
            for n in range(8)
            if n > 1 or rng.random() < 0.7  # two rows at most go at once
        )
        grants = "".join(
            f"g{n};S-{rng.randint(0, 7)};1{rng.randint(0, 9)}-02-2025;{rng.choice(('mentor', 'efterskole', 'bostoette_85'))}\n"
            for n in range(1, 6)
        )
        register.believe()
        position, added = municipality.would_take((day, cases, grants))
        with register.connected(PROJECT) as conn:
            replay_with(conn, register.codes.classes, position, iter(added))
            municipality.record((day, cases, grants))
            assert differences(conn, register.head()[0]) == {}
