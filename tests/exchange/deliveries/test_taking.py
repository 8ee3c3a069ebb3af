"""A delivery is taken into the log as the register in memory takes it: the same events in the same order, each month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journey.exchange.deliveries.report import BadRows
from journey.exchange.deliveries.undoing import undo_delivery
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.kinds import SHEET_FIELDS
from journey.history import COPENHAGEN
from journey.log.deliveries import deliveries, gone_rows, newest_delivery
from journey.refusals import Refused
from tests.conftest import Database, fresh_database
from tests.exchange.sheets.test_any_deliveries import DELIVERIES, FILE, SourceRow, written
from tests.exchange.sheets.test_three_months import DECEMBER, NOVEMBER, OCTOBER
from tests.support.as_sheets import header_of, mapping_text
from tests.support.deliveries import as_entries, delivery_file, log_of, standing, take
from tests.support.readers import reading_all
from tests.support.sheets import NOW, Register, mapping, moment

MONTHS = [("2024-10-04", OCTOBER), ("2024-11-04", NOVEMBER), ("2024-12-04", DECEMBER)]


def recorded(database: Database, after: int) -> list[object]:
    return [entry for position, entry in as_entries(database) if position > after]


def both(database: Database, register: Register, taken_at: datetime, sheets: Mapping[str, str | None], **options: int) -> None:
    """Take the delivery into both, and hold that they record the same in the same order, and count the same."""
    before = len(as_entries(database))
    expected = register.take(taken_at, sheets, **options)
    report = take(database, register.file, sheets, taken_at, **options)

    assert recorded(database, before) == [
        entry.__class__(entry.stream, entry.valid_at, entry.source, entry.source_id, entry.event, source_case=entry.source_case)
        for entry in expected.entries
    ]
    assert report.recorded == len(expected.entries)
    numbers = report.numbers
    assert (numbers.new, numbers.corrected, numbers.withdrawn, numbers.known) == tuple(
        expected.counts[name] for name in ("new", "corrected", "withdrawn", "known")
    )
    assert sum(sheet.gone_listed for sheet in numbers.sheets.values()) == len(expected.listed)
    with psycopg.connect(reading_all(database.app_url)) as conn:
        assert report.id is not None
        assert gone_rows(conn, report.id) == sorted(expected.listed)


def test_three_months_are_taken_as_the_register_in_memory_takes_them(database: Database) -> None:
    register = Register(mapping())
    for day, sheets in MONTHS:
        both(database, register, moment(day), sheets)
    assert standing(database) == register.standing()
    moments = {each.known_at for history in log_of(database).values() for each in history}
    assert moments == {moment(day) for day, _ in MONTHS}


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DELIVERIES, st.integers(0, 1000))
def test_any_deliveries_are_taken_as_the_register_in_memory_takes_them(
    server: Database, template: Database, deliveries: list[tuple[int, dict[int, SourceRow]]], seed: int
) -> None:
    register, day = Register(FILE), date(2024, 6, 1)
    with fresh_database(server, template.name) as database:
        for nth, (days, rows) in enumerate(deliveries):
            day += timedelta(days=days)
            both(database, register, moment(day.isoformat(), f"{6 + nth:02}:00"), {"rows": written(rows, seed + nth)})
        assert standing(database) == register.standing()


def test_the_same_delivery_again_changes_nothing(database: Database) -> None:
    take(database, mapping(), OCTOBER, moment("2024-10-04"))
    before = as_entries(database)

    again = take(database, mapping(), OCTOBER, moment("2024-10-04"))
    later = take(database, mapping(), OCTOBER, moment("2024-10-05"))

    assert as_entries(database) == before
    assert (again.repeated, again.recorded, later.repeated, later.recorded) == (True, 0, False, 0)
    with psycopg.connect(reading_all(database.app_url)) as conn:
        assert [(each.taken_at, each.first_position) for each in deliveries(conn)] == [
            (moment("2024-10-05"), None),
            (moment("2024-10-04"), 1),
        ]


def test_a_dry_run_counts_the_same_and_records_nothing(database: Database) -> None:
    take(database, mapping(), OCTOBER, moment("2024-10-04"))
    before, seen = as_entries(database), []

    would = take(
        database,
        mapping(),
        NOVEMBER,
        moment("2024-11-04"),
        dry_run=True,
        preview=lambda position, added: seen.append((position, [(stream, list(events)) for stream, events in added])),
    )
    assert as_entries(database) == before
    did = take(database, mapping(), NOVEMBER, moment("2024-11-04"))

    assert (would.numbers, would.recorded) == (did.numbers, did.recorded)
    [(position, added)] = seen
    after = log_of(database)
    assert position == len(before)
    assert dict(added) == {
        stream: [each for each in history if each.position > position]
        for stream, history in after.items()
        if history[-1].position > position
    }


def test_without_a_moment_it_is_known_from_now(database: Database) -> None:
    took = datetime.now(UTC)
    report = take(database, mapping(), OCTOBER, None, now=took)

    moments = {each.known_at for history in log_of(database).values() for each in history}
    assert len(moments) == 1
    assert moments.pop() >= report.taken_at == took


def test_bad_rows_keep_all_of_it_out_unless_they_are_skipped(database: Database) -> None:
    bad = {**OCTOBER, "ydelser": OCTOBER["ydelser"].replace("sygedagpenge", "sygepenge!")}

    with pytest.raises(BadRows) as refused:
        take(database, mapping(), bad, moment("2024-10-04"), skip_bad=False)

    assert as_entries(database) == []
    [cell] = refused.value.report.bad
    assert (cell.sheet, cell.line, cell.column) == ("ydelser", 3, "Ydelse")
    assert take(database, mapping(), bad, moment("2024-10-04"), skip_bad=False, dry_run=True).bad_rows == 1
    assert take(database, mapping(), bad, moment("2024-10-04")).bad_rows == 1


DOUBLE = "CPR;Fra;Ydelse\n010180-0001;01-01-2024;sygedagpenge\n010180-0001;01-01-2024;su\n020290-0002;01-01-2024;su\n"


def test_rule_2_rows_of_one_name_are_all_bad_and_are_not_gone(database: Database) -> None:
    take(database, mapping(), OCTOBER, moment("2024-10-04"))

    report = take(database, mapping(), {**OCTOBER, "ydelser": DOUBLE}, moment("2024-11-04"))

    assert [(cell.line, cell.column) for cell in report.bad] == [(2, "CPR + Fra"), (3, "CPR + Fra")]
    assert (report.numbers.sheets["ydelser"].bad, report.numbers.sheets["ydelser"].gone_listed) == (2, 0)
    assert (report.numbers.corrected, report.numbers.withdrawn) == (1, 0)  # Bo's other benefit


def many(rows: int, status: str = "ja") -> dict[str, str]:
    lines = [f"{nr};S-{nr};01-01-2024;;{status};85;sb-1" for nr in range(1, rows + 1)]
    return {"rows": "\n".join(["Nr;Sag;Fra;Til;Status;Ydelse;Hvem", *lines, ""])}


def test_rule_6_too_much_gone_is_refused_with_the_numbers_and_taken_with_exactly_them(database: Database) -> None:
    take(database, FILE, many(20), moment("2024-10-04"))
    before = as_entries(database)

    with pytest.raises(Refused, match=r"6 af kildens 20 rækker ville være væk \(rows: 6\).*--allow-gone 6") as refused:
        take(database, FILE, many(14), moment("2024-11-04"))
    with pytest.raises(Refused, match="--allow-gone 6"):
        take(database, FILE, many(14), moment("2024-11-04"), allow_gone=7)
    with pytest.raises(Refused, match="arket rows mangler eller er tomt"):
        take(database, FILE, {}, moment("2024-11-04"))

    assert refused.value.code == "too_many_gone"
    assert as_entries(database) == before
    assert take(database, FILE, many(14), moment("2024-11-04"), allow_gone=6).numbers.sheets["rows"].gone_withdrawn == 6
    with psycopg.connect(reading_all(database.app_url)) as conn:
        newest = newest_delivery(conn, FILE.source)
    assert newest is not None
    assert newest.allow_gone == 6


def test_rule_7_an_older_delivery_is_refused(database: Database) -> None:
    take(database, mapping(), NOVEMBER, moment("2024-11-04"))

    with pytest.raises(Refused, match=r"fra 04-10-2024 kl. 06.00, og kildens nyeste er fra 04-11-2024") as refused:
        take(database, mapping(), OCTOBER, moment("2024-10-04"))

    assert refused.value.code == "older_delivery"
    with pytest.raises(Refused, match="fremtiden"):
        take(database, mapping(), OCTOBER, NOW + timedelta(days=1))


MOMENTS = """
format = "sheets"
source = "fagsystem-m"
[[sheet]]
name = "rows"
file = "rows*.csv"
key = ["Nr"]
case = { column = "Sag" }
  [[sheet.event]]
  kind = "support_granted"
  on = "Fra"
  known_at = "Oprettet"
  data = { grant = "Nr", support = { is = "mentor" } }
  [[sheet.event]]
  kind = "support_ended"
  on = "Til"
  data = { grant = "Nr" }
"""


def test_rule_5_the_source_s_own_moments_order_what_the_log_can_take_and_the_rest_is_of_the_delivery(
    database: Database,
) -> None:
    file = mapping(MOMENTS)
    head = "Nr;Sag;Fra;Til;Oprettet"
    first = f"{head}\n1;S-1;01-01-2024;;2024-02-01T10:00:00+01:00\n2;S-2;01-02-2024;01-03-2024;2024-01-15T09:00:00+01:00\n"
    take(database, file, {"rows": first}, moment("2024-03-05"))
    later = first + "3;S-3;01-01-2024;;2024-02-20T10:00:00+01:00\n4;S-4;01-01-2024;;2024-03-20T10:00:00+01:00\n"
    take(database, file, {"rows": later}, moment("2024-04-05"))

    every = sorted((each for history in log_of(database).values() for each in history), key=lambda each: each.position)
    told = [(each.source_id.rpartition(":")[2], f"{each.known_at.astimezone(COPENHAGEN):%Y-%m-%d}") for each in every]
    assert told == [
        ("support_granted", "2024-01-15"),
        ("support_granted", "2024-02-01"),
        ("support_ended", "2024-03-05"),
        ("support_granted", "2024-03-20"),
        ("support_granted", "2024-04-05"),
    ]
    late = every[-1]
    assert late.source_known_at == datetime(2024, 2, 20, 9, tzinfo=UTC)
    assert [each.source_known_at for each in every[:-1]] == [None] * 4


class TestUndoing:
    """A source's newest delivery is undone as a whole; the one before is then the newest, and what comes next is compared with it."""

    @staticmethod
    def undo(database: Database, file: SheetsFile, **options: bool) -> object:
        return undo_delivery(database.app_url, file.source, who="prøve", now=datetime.now(UTC), **options)

    @pytest.mark.parametrize("months", [1, 2, 3])
    def test_what_stands_is_what_stood_before(self, database: Database, months: int) -> None:
        for day, sheets in MONTHS[: months - 1]:
            take(database, mapping(), sheets, moment(day))
        stood, before = standing(database), len(as_entries(database))
        day, sheets = MONTHS[months - 1]
        take(database, mapping(), sheets, moment(day))
        taken = standing(database)

        would = self.undo(database, mapping(), dry_run=True)
        did = self.undo(database, mapping())

        assert standing(database) == stood != taken
        assert len(as_entries(database)) > before  # nothing is deleted
        assert would.recorded == did.recorded  # pyright: ignore[reportAttributeAccessIssue] -- the report's own field
        again = take(database, mapping(), sheets, moment(day))
        assert standing(database) == taken
        assert again.recorded > 0
        for later, more in MONTHS[months:]:
            take(database, mapping(), more, moment(later))

    def test_undone_twice_the_one_before_goes_and_then_there_is_none(self, database: Database) -> None:
        for day, sheets in MONTHS[:2]:
            take(database, mapping(), sheets, moment(day))
        self.undo(database, mapping())
        self.undo(database, mapping())

        assert standing(database) == []
        with pytest.raises(Refused, match="ingen leverance"):
            self.undo(database, mapping())
        take(database, mapping(), OCTOBER, moment("2024-10-04"))

    def test_another_than_the_newest_is_not_undone(self, database: Database) -> None:
        numbers = [take(database, mapping(), sheets, moment(day)).id for day, sheets in MONTHS[:2]]
        stood = standing(database)

        with pytest.raises(Refused, match=f"Leverance {numbers[0]} er ikke kildens nyeste mere; det er leverance {numbers[1]}"):
            undo_delivery(database.app_url, mapping().source, who="prøve", now=datetime.now(UTC), delivery=numbers[0])

        assert standing(database) == stood

    @pytest.mark.long
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(DELIVERIES, st.integers(0, 1000))
    def test_whatever_was_delivered(
        self, server: Database, template: Database, deliveries: list[tuple[int, dict[int, SourceRow]]], seed: int
    ) -> None:
        day, stood = date(2024, 6, 1), list[list[str]]()
        with fresh_database(server, template.name) as database:
            for nth, (days, rows) in enumerate(deliveries):
                stood.append(standing(database))
                day += timedelta(days=days)
                take(database, FILE, {"rows": written(rows, seed + nth)}, moment(day.isoformat(), f"{6 + nth:02}:00"))
            for expected in reversed(stood):
                self.undo(database, FILE)
                assert standing(database) == expected


def test_an_event_that_comes_while_it_is_compared_is_compared_too(database: Database) -> None:
    """Another delivery of the source is taken between the reading and the lock: what is recorded is compared with it as well."""
    register = Register(mapping())
    register.take(moment("2024-10-04"), OCTOBER)
    expected = register.take(moment("2024-11-04"), NOVEMBER)
    interrupted: list[bool] = []

    def interrupt(_phase: str, _done: int, _of: int) -> None:
        if not interrupted:
            interrupted.append(True)
            take(database, mapping(), OCTOBER, moment("2024-10-04"))

    take(database, mapping(), NOVEMBER, moment("2024-11-04"), progress=interrupt)

    assert standing(database) == register.standing()
    assert len(expected.entries) > 0


def test_rule_1_a_worker_spelt_otherwise_is_the_same_in_every_kind_of_event(database: Database) -> None:
    kinds = [kind for kind, fields in SHEET_FIELDS.items() if "worker" in fields]
    file = mapping(mapping_text(kinds, "fagsystem", known_at=False))
    said = {"reason": "other", "role": "authority", "activity": "moede", "approved_by_forum": ""}

    def spelt(worker: Callable[[str], str]) -> dict[str, str]:
        rows = {kind: [said.get(name, worker(f"{kind[:6]}-1")) for name in SHEET_FIELDS[kind]] for kind in kinds}
        return {
            kind: f"{';'.join(header_of(kind, known_at=False))}\n{kind}-1;S-1;01-03-2024;{';'.join(cells)}\n"
            for kind, cells in rows.items()
        }

    first = take(database, file, spelt(str.lower), moment("2024-10-04"))
    again = take(database, file, spelt(str.upper), moment("2024-11-04"))

    assert (first.recorded, first.bad) == (len(kinds), [])
    assert (again.recorded, again.numbers.known) == (0, len(kinds))


def test_files_that_no_sheet_is_read_from_are_named(database: Database) -> None:
    report = take(database, mapping(), {**OCTOBER, "andet": "x"}, moment("2024-10-04"))

    assert report.unused_files == ["andet.csv"]
    assert delivery_file("a", "b").size == 1
