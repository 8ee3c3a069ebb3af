"""A large delivery is read by a process of its own, and gives what it gives where it is read at home."""

from __future__ import annotations

import io
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from typing import IO

import pytest

from journey.exchange.deliveries import reading_beside
from journey.exchange.deliveries.reading_beside import open_rows
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.delivery_files import DeliveryFile
from journey.exchange.sheets.kinds import SHEET_KINDS
from journey.exchange.sheets.reading import DeliveryReading, RowsRead, read_delivery
from journey.exchange.sheets.reading_frames import (
    FileWanted,
    FrameReader,
    ReadingEnd,
    ReadingFailed,
    ReadingRefused,
    encoded_frame,
)
from journey.log.stored import Entry
from journey.refusals import Refused
from tests.bench.courses import courses
from tests.conftest import Database, fresh_database
from tests.exchange.sheets.test_three_months import DECEMBER, NOVEMBER, OCTOBER
from tests.support.as_sheets import mapping_text, sheets_of
from tests.support.deliveries import as_entries, delivery_file, take
from tests.support.sheets import KEY, NOW, context, mapping, moment

MONTHS = [("2024-10-04", OCTOBER), ("2024-11-04", NOVEMBER), ("2024-12-04", DECEMBER)]
BAD = {
    **OCTOBER,
    "ydelser": "CPR;Fra;Ydelse\n010180-0001;2024;Kontanthjælp\n;01-01-2024;sygedagpenge\n010180-0001;01-01-2024;Ukendt\n",
}
MOMENTS = """
format = "sheets"
source = "a"
[[sheet]]
name = "m"
file = "m.csv"
key = ["Nr"]
case = { column = "Sag" }
  [[sheet.event]]
  kind = "activity_recorded"
  on = "Dag"
  known_at = "Oprettet"
  data = { activity = { is = "moede" } }
"""


class Secretive(dict[str, str]):
    """A table of cases that breaks down with what it was asked for."""

    def get(self, key: str, default: object = None) -> str:  # type: ignore[override] -- it gives nothing
        raise ValueError(f"broken at {key}")


def files_of(sheets: Mapping[str, str | None]) -> list[DeliveryFile]:
    return [delivery_file(f"{name}.csv", text) for name, text in sheets.items() if text is not None]


def reading(file: SheetsFile, cases: Mapping[str, str] | None = None) -> DeliveryReading:
    return DeliveryReading(file, context(file, {}, cases), NOW)


def beside(given: DeliveryReading, files: list[DeliveryFile]) -> list[RowsRead]:
    with open_rows(given, files) as rows:
        return list(rows)


@pytest.fixture
def every_delivery_is_large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(reading_beside, "MUCH", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    yield
    assert multiprocessing.active_children() == []


def of_all_kinds() -> tuple[SheetsFile, dict[str, str]]:
    """The sheets of plausible casework, a sheet a kind."""
    kinds = sorted(SHEET_KINDS)
    events = {f"n{nth}": entry for nth, entry in enumerate(courses(1, 60, 20))}
    return mapping(mapping_text(kinds, "a")), sheets_of(events, kinds)


class TestFrames:
    @pytest.mark.parametrize("sheets", [OCTOBER, NOVEMBER, DECEMBER, BAD], ids=["october", "november", "december", "bad"])
    def test_rows_are_read_back_as_they_were(self, sheets: Mapping[str, str | None]) -> None:
        given = reading(mapping())
        rows = list(read_delivery(given, files_of(sheets)))
        reader = FrameReader(given.file)

        assert sum(len(each.rows) for each in rows) > 5
        assert [reader.frame(encoded_frame(each)) for each in rows] == rows

    def test_events_of_many_kinds_are_read_back_as_they_were(self) -> None:
        file, sheets = of_all_kinds()
        rows = list(read_delivery(reading(file), files_of(sheets)))
        reader = FrameReader(file)

        assert len({each.sheet for each in rows if each.rows}) > 15
        assert [reader.frame(encoded_frame(each)) for each in rows] == rows

    @pytest.mark.parametrize(
        "frame", [FileWanted(3), ReadingRefused("bad_file", "Æblet.", "linje 1"), ReadingFailed("KeyError"), ReadingEnd()]
    )
    def test_so_is_each_other_frame(self, frame: FileWanted | ReadingRefused | ReadingFailed | ReadingEnd) -> None:
        assert FrameReader(mapping()).frame(encoded_frame(frame)) == frame

    def test_another_row_is_another_frame(self) -> None:
        """The twin."""
        given = reading(mapping())
        october, november = (list(read_delivery(given, files_of(each))) for each in (OCTOBER, NOVEMBER))
        reader = FrameReader(given.file)

        assert [reader.frame(encoded_frame(each)) for each in october] != november

    def test_what_is_read_names_no_number_where_it_is_shown(self) -> None:
        rows = list(read_delivery(reading(mapping()), files_of(OCTOBER)))

        assert any(each.numbers for each in rows)
        assert "0101800001" not in repr(rows)


@pytest.mark.parametrize("written", ["0001-01-01", "0001-01-01T00:00:00+02:00", "01-01-0001", "01-01-0001 00:50"])
def test_the_first_day_of_the_calendar_is_no_moment(written: str) -> None:
    """In UTC it begins before the calendar, and no program reads it again."""
    file = mapping(MOMENTS)
    text = f"Nr;Sag;Dag;Oprettet\n1;s1;04-03-2024;{written}\n2;s1;04-03-2024;05-03-2024\n"
    (rows,) = read_delivery(reading(file), files_of({"m": text}))

    assert [type(row).__name__ for _, row in rows.rows] == ["BadRow", "GivenRow"]
    assert "empty" in rows.rows[0][1].problems[0].reason  # type: ignore[union-attr] -- it is a BadRow


@pytest.mark.long
@pytest.mark.usefixtures("every_delivery_is_large")
class TestProcess:
    @pytest.mark.parametrize("sheets", [OCTOBER, BAD], ids=["october", "bad"])
    def test_a_process_reads_what_is_read_at_home(self, sheets: Mapping[str, str | None]) -> None:
        assert beside(reading(mapping()), files_of(sheets)) == list(read_delivery(reading(mapping()), files_of(sheets)))

    def test_it_is_another_process(self) -> None:
        """Else the tests of it would show nothing."""
        with open_rows(reading(mapping()), files_of(OCTOBER)) as rows:
            next(rows)
            assert len(multiprocessing.active_children()) == 1

    def test_a_file_is_opened_at_home_as_often_as_it_is_read(self) -> None:
        opened: list[str] = []

        def counted(file: DeliveryFile) -> Callable[[], IO[bytes]]:
            return lambda: opened.append(file.name) or file.open()  # type: ignore[func-returns-value] -- what it is for

        files = [DeliveryFile(file.name, file.size, counted(file)) for file in files_of(OCTOBER)]
        beside(reading(mapping()), files)

        assert sorted(opened) == sorted(file.name for file in files)

    @pytest.mark.parametrize(
        "sheets",
        [
            {**OCTOBER, "ydelser": "CPR;Fra\n"},
            {**OCTOBER, "ydelser": 'CPR;Fra;Ydelse\n"0\n'},
            {**OCTOBER, "sager": ""},
            {**OCTOBER, "sager": "CPR;Henvist;Enhed;Sagsbehandler;Mere\n"},
        ],
        ids=["column", "quote", "empty", "unread"],
    )
    def test_what_is_refused_at_home_is_refused_alike(self, sheets: Mapping[str, str]) -> None:
        refused: list[tuple[str, str, str]] = []
        for read in (beside, lambda given, files: list(read_delivery(given, files))):
            with pytest.raises(Refused) as caught:
                read(reading(mapping()), files_of(sheets))
            refused.append((caught.value.code, caught.value.message, caught.value.place))

        assert refused[0] == refused[1]
        assert refused[0][2]

    def test_a_file_that_is_gone_is_refused_as_at_home(self) -> None:
        def gone() -> IO[bytes]:
            raise Refused("bad_file", "Filen eller mappen kan ikke læses.", place="sager.csv")

        files = [*files_of({"ydelser": OCTOBER["ydelser"]}), DeliveryFile("sager.csv", 9, gone)]
        with pytest.raises(Refused, match="kan ikke læses"):
            beside(reading(mapping()), files)

    def test_a_process_that_breaks_down_says_where_and_repeats_no_cell(self) -> None:
        text = "Nr;Sag;Dag;Oprettet\n1;Hemmelig;04-03-2024;\n"
        with pytest.raises(RuntimeError) as failed:
            beside(reading(mapping(MOMENTS), Secretive()), files_of({"m": text}))

        assert "ValueError" in str(failed.value)
        assert "getters.py" in str(failed.value)
        assert "Hemmelig" not in str(failed.value)

    def test_a_process_that_is_killed_is_no_end_of_the_delivery(self) -> None:
        def killing() -> IO[bytes]:
            (child,) = multiprocessing.active_children()
            child.kill()
            child.join()
            return io.BytesIO(bytes(1 << 22))

        with pytest.raises(RuntimeError, match="died"):
            beside(reading(mapping()), [DeliveryFile("sager.csv", 1 << 22, killing)])

    def test_three_months_give_the_same_log(
        self, server: Database, template: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        logs: list[list[tuple[int, Entry]]] = []
        for much in (0, 1 << 40):
            monkeypatch.setattr(reading_beside, "MUCH", much)
            with fresh_database(server, template.name) as database:
                for day, sheets in MONTHS:
                    assert take(database, mapping(), sheets, moment(day)).recorded > 0
                logs.append(as_entries(database))

        assert logs[0] == logs[1]


def test_a_small_delivery_starts_no_process() -> None:
    with open_rows(reading(mapping()), files_of(OCTOBER)) as rows:
        next(rows)
        assert multiprocessing.active_children() == []


def test_the_key_is_in_no_word_that_a_process_is_started_with() -> None:
    assert KEY.decode() not in repr(reading(mapping()))
