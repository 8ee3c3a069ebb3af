"""The process that reads a workbook: the same rows as CSV gives, nothing left of it whatever ends, and no more memory than it may have."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import psutil
import pytest

from journey.exchange.sheets.delivery_files import DeliveryFile, sheet_tables
from journey.exchange.sheets.rows import read_tables
from journey.exchange.sheets.workbooks.frames import WorkbookRequest, write_frame
from journey.exchange.sheets.workbooks.process import LINE_BREAK, MOST_MEMORY
from journey.exchange.sheets.workbooks.reader import PROGRAM
from journey.refusals import Refused
from tests.exchange.sheets.test_tables import SHEET
from tests.support.sheets import NOW, Reading, context, mapping
from tests.support.waiting import PATIENCE
from tests.support.workbooks import delivered, raw_workbook, workbook, zipped

pytestmark = pytest.mark.outside

TEXT = SHEET.format(cells="").replace('"sager.csv"', '"sager.xlsx"\nworksheet = "Sager"')
HEADER = ["Nr", "Slut", "Årsag", "Note"]
ROWS = [["007", date(2024, 3, 4), "Fraflyttet", ""], [8.0, "05-03-2024", "Fraflyttet", "x"], ["9", "", "#N/A", ""]]
MANY = workbook([HEADER, *([str(nth), "04-03-2024", "Fraflyttet", "x" * 100] for nth in range(3_000))], worksheet="Sager")
"""More than a pipe holds."""


def children() -> list[psutil.Process]:
    """The readers of workbooks that this process has started: others of its processes are not theirs."""
    found: list[psutil.Process] = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if PROGRAM in process.cmdline():
                found.append(process)
    return found


def test_a_workbook_gives_what_its_csv_gives(tmp_path: Path) -> None:
    book = workbook([HEADER, *ROWS], worksheet="Sager", others=["Andet"])
    lines = ["Nr;Slut;Årsag;Note", "007;04-03-2024;Fraflyttet;", "8;05-03-2024;Fraflyttet;x", "9;;#N/A;"]
    found = []
    for text, files in (
        (TEXT, {"a.zip": zipped({"sager.xlsx": book})}),
        (SHEET.format(cells=""), {"sager.csv": "\n".join(lines)}),
    ):
        folder = tmp_path / str(len(found))
        folder.mkdir()
        file, seen = mapping(text), list[int]()
        tables = sheet_tables(file, delivered(folder, files), seen.append)
        found.append(Reading(*read_tables(tables, file, context(file), NOW)))
        assert sum(seen) == (len(book) if "a.zip" in files else len("\n".join(lines).encode()))
    of_book, of_csv = found

    assert of_book.problems == of_csv.problems == [(4, "Årsag", of_csv.problems[0][2])]
    assert "fejl i regnearket (#N/A)" in of_csv.problems[0][2]
    assert [(row.name, row.case, row.events) for row in of_book.given] == [
        (row.name, row.case, row.events) for row in of_csv.given
    ]
    assert len(of_csv.given) == 2
    assert children() == []


def test_a_reader_that_stops_leaves_no_process(tmp_path: Path) -> None:
    """In the middle of the rows, and by an error of whoever reads."""
    files = delivered(tmp_path, {"sager.xlsx": MANY})
    with closing(sheet_tables(mapping(TEXT), files)) as tables:
        _, table = next(tables)
        assert next(table.rows).line == 2
        assert len(children()) == 1
    assert children() == []
    with pytest.raises(ZeroDivisionError):
        _fail_in_the_middle(files)
    assert children() == []
    assert [path.name for path in tmp_path.iterdir()] == ["sager.xlsx"]


def _fail_in_the_middle(files: list[DeliveryFile]) -> None:
    for _, table in sheet_tables(mapping(TEXT), files):
        next(table.rows)
        _ = 1 / 0


PARENT = """
import sys
from pathlib import Path
import psutil
from journey.codes import standard
from journey.exchange.sheets.delivery_files import delivery_files, sheet_tables
from journey.exchange.sheets.mapping import parse_sheets
for _, table in sheet_tables(parse_sheets(sys.argv[2], standard()), delivery_files([Path(sys.argv[1])])):
    next(table.rows)
    print(psutil.Process().children()[0].pid, flush=True)
    sys.stdin.read()
"""


def outer_environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **more}


@pytest.mark.long
def test_a_program_that_is_killed_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    delivered(tmp_path, {"sager.xlsx": MANY})
    empty = tmp_path / "tmp"
    empty.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "sager.xlsx"), TEXT],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=outer_environment(TMPDIR=str(empty)), cwd=empty,
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        reader = psutil.Process(int(parent.stdout.readline()))
        assert reader.is_running()
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    reader.wait(timeout=PATIENCE)

    assert not reader.is_running()
    assert list(empty.iterdir()) == []


def test_the_process_ends_with_its_stdin_whatever_it_is_doing() -> None:
    """Here it waits for a reader of its rows, which never comes."""
    with subprocess.Popen(
        [sys.executable, "-m", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=outer_environment()
    ) as process:
        assert process.stdin is not None
        write_frame(process.stdin, WorkbookRequest("f.xlsx", len(MANY), "Sager", 1, False))
        process.stdin.write(MANY)
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def test_the_limits_of_the_process() -> None:
    code = (
        "import resource as r; from journey.exchange.sheets.workbooks.process import limit_resources; limit_resources();"
        "print([r.getrlimit(kind)[0] for kind in (r.RLIMIT_AS, r.RLIMIT_FSIZE, r.RLIMIT_CORE)])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=outer_environment(), capture_output=True, check=True, text=True)

    assert done.stdout.strip() == str([MOST_MEMORY, 0, 0])


def refusal(tmp_path: Path, raw: bytes, text: str = TEXT.replace('"Sager"', '"Ark1"')) -> str:
    with pytest.raises(Refused) as refused:
        _read_all(text, delivered(tmp_path, {"sager.xlsx": raw}))
    assert (refused.value.code, refused.value.place) == ("bad_file", "sager.xlsx")
    assert children() == []
    return refused.value.message


def _read_all(text: str, files: list[DeliveryFile]) -> int:
    return sum(len(list(table.rows)) for _, table in sheet_tables(mapping(text), files))


def test_a_workbook_that_grows_beyond_its_memory(tmp_path: Path) -> None:
    """A sheet whose first and last cell alone are written: seventeen thousand million cells between them."""
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    assert "Gem arket som CSV" in refusal(tmp_path, raw_workbook(corners))


@pytest.mark.long
def test_one_long_text_in_many_cells(tmp_path: Path) -> None:
    """Which is small in the file, and in each cell anew in memory."""

    def raw(rows: int) -> bytes:
        cells = ('<row><c t="str"><v>Nr</v></c></row>', *['<row><c t="s"><v>0</v></c></row>'] * rows)
        return raw_workbook("".join(cells), {"xl/sharedStrings.xml": f"<sst><si><t>{'x' * 30_000}</t></si></sst>"})

    text = TEXT.replace('"Sager"', '"Ark1"')
    text = text[: text.index("key")] + 'key = ["Nr"]\ncase = { column = "Nr" }\n[[sheet.event]]\nkind = "closed"\non = "Nr"\n'
    text += 'data = { reason = "Nr" }'

    assert "Gem arket som CSV" in refusal(tmp_path, raw(80_000), text)
    assert _read_all(text, delivered(tmp_path, {"sager.xlsx": raw(8_000)})) == 8_000


@pytest.mark.long
def test_the_refusals_of_the_process(tmp_path: Path) -> None:
    assert "dokumenttype" in refusal(tmp_path, raw_workbook(before="<!DOCTYPE w>"))
    assert "ingen kolonnenavne i linje 1" in refusal(tmp_path, raw_workbook())
    assert "ødelagt" in refusal(tmp_path, b"PK\x03\x04" * 50_000)  # it ends while it is still written to


def test_a_table_is_read_as_one_of_text_is(tmp_path: Path) -> None:
    """The header may be numbers; a row may be shorter; a value under no name, and a line break, are bad rows."""
    rows = [
        ["Titel"],
        ["Nr", "Slut", "Årsag", "Note", 2024.0],
        ["1", "04-03-2024", "Fraflyttet"],
        ["2", "", "x", "", "", "y"],
        ["3", "a\nb"],
    ]
    text = TEXT.replace("[cells]", "[cells]\nheader = 2").replace('["Note"]', '["Note", "2024"]')
    files = delivered(tmp_path, {"sager.xlsx": workbook(rows, worksheet="Sager")})
    found = [(row.line, len(row.cells), row.fault) for _, table in sheet_tables(mapping(text), files) for row in table.rows]

    assert found == [(3, 5, None), (4, 6, "har 6 felter; rækken med kolonnenavne har 5"), (5, 5, LINE_BREAK)]
