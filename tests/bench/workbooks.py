"""A workbook against its CSV: the same rows of the same sheet, read from the files to rows with their cells checked."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import xlsxwriter

from journey.codes import standard
from journey.exchange.sheets.delivery_files import delivery_files, sheet_tables
from journey.exchange.sheets.mapping import parse_sheets
from journey.exchange.sheets.workbooks.process import MOST_MEMORY
from tests.bench.children import Done, in_child, measured
from tests.bench.ground import SEED, Ground, translate
from tests.bench.rows import Row

ROWS = 200_000
COLUMNS = ("Nr", "Slut", "Årsag", "Fra", "Til", "Beløb", "Ydelse", "Status", "Enhed", "Sagsbehandler", "Forløb", "Note")
WORDS = ("Bostøtte § 85", "Iværksat", "Ungeindsatsen", "Jobcenter", "Fraflyttet til anden kommune", "sb-17", "Uddannelse")
DAYS = ("Slut", "Fra", "Til")

MAPPING = f"""
format = "sheets"
source = "bench"
[[sheet]]
name = "sager"
file = "sager.{{ending}}"
{{worksheet}}
key = ["Nr"]
case = {{{{ column = "Nr" }}}}
ignore = {list(COLUMNS[3:])}
  [[sheet.event]]
  kind = "closed"
  on = "Slut"
  data = {{{{ reason = "Årsag" }}}}
"""


def workbooks(ground: Ground) -> Iterator[Row]:
    """The seconds of a workbook, its process's start and all checks of it included, and of CSV; and what that process takes."""
    rows = ground.of(ROWS, least=1_000)
    translate(f"{rows:,} rows as a workbook and as CSV")
    of_book, of_text = read_both(ground, rows)
    what = f"sheets, {rows:,} rows of {len(COLUMNS)} columns of a workbook, against the same as CSV"
    yield Row(what, of_book.result, "s", of_text.result)
    yield Row("memory of the process that reads the workbook", of_book.largest, "MB", most=MOST_MEMORY / 2**20)


@cache
def read_both(ground: Ground, rows: int) -> tuple[Done, Done]:
    folder = ground.folder / "workbooks"
    folder.mkdir()
    in_child(write_both, folder, rows)
    done = measured(read, folder / "sager.xlsx", rows), measured(read, folder / "sager.csv", rows)
    for file in folder.iterdir():
        file.unlink()
    return done


def write_both(folder: Path, rows: int) -> None:
    """Write the rows as a spreadsheet does: texts shared, days as days, amounts as numbers."""
    draw = random.Random(SEED)
    book = xlsxwriter.Workbook(folder / "sager.xlsx")
    sheet, day_format = book.add_worksheet("Sager"), book.add_format({"num_format": "dd-mm-yyyy"})
    with (folder / "sager.csv").open("w", encoding="utf-8", newline="") as file:
        text = csv.writer(file, delimiter=";")
        text.writerow(COLUMNS)
        sheet.write_row(0, 0, COLUMNS)
        for nth in range(1, rows + 1):
            cells: list[str] = []
            for column, name in enumerate(COLUMNS):
                if name in DAYS:
                    day = date(2020, 1, 1) + timedelta(days=draw.randrange(1_500))
                    sheet.write_datetime(nth, column, day, day_format)
                    cells.append(f"{day:%d-%m-%Y}")
                elif name == "Beløb":
                    sheet.write_number(nth, column, 3.25 * nth)
                    cells.append(f"{3.25 * nth:.2f}".replace(".", ","))
                else:
                    cells.append(f"{nth:08}" if name == "Nr" else draw.choice(WORDS))
                    sheet.write_string(nth, column, cells[-1])
            text.writerow(cells)
    book.close()


def read(file: Path, rows: int) -> float:
    """The seconds that reading all rows of the file takes."""
    worksheet = 'worksheet = "Sager"' if file.suffix == ".xlsx" else ""
    mapping = parse_sheets(MAPPING.format(ending=file.suffix[1:], worksheet=worksheet), standard())
    begun = time.perf_counter()
    found = sum(row.fault is None for _, table in sheet_tables(mapping, delivery_files([file])) for row in table.rows)
    assert found == rows
    return time.perf_counter() - begun
