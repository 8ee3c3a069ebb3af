"""A sheet's file as it is read: its encoding, its header and its rows; and four dialects of one sheet that give one log (rule 1)."""

from __future__ import annotations

from datetime import date

import pytest

from journey.exchange.sheets.files import files_of
from journey.exchange.sheets.tables import MOST_BYTES, SheetTable, refuse_large
from journey.refusals import Refused
from tests.exchange.sheets.test_three_months import OCTOBER
from tests.support.sheets import Reading, Register, cells_table, csv_table, lines, mapping, moment, read

SHEET = """
format = "sheets"
source = "f"
[cells]
{cells}
[[sheet]]
name = "sager"
file = "sager.csv"
key = ["Nr"]
case = {{ column = "Nr" }}
ignore = ["Note"]
  [[sheet.event]]
  kind = "closed"
  on = "Slut"
  data = {{ reason = "Årsag" }}
"""
UNNAMED = "giv kolonnen et navn, og læs den, eller nævn den i ignore"
HEADER = "Nr;Slut;Årsag;Note\n"
ROW = "1;04-03-2024;Fraflyttet;x\n"


def table(text: str | bytes, cells: str = "") -> SheetTable:
    return csv_table(mapping(SHEET.format(cells=cells)), 0, text)


def reading(text: str | bytes, cells: str = "") -> Reading:
    file = mapping(SHEET.format(cells=cells))
    return read(file, (0, csv_table(file, 0, text)))


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ((HEADER + ROW).encode(), ""),
        ((HEADER + ROW).encode("utf-8-sig"), ""),
        ((HEADER + ROW).encode("cp1252"), ""),
        ((HEADER + ROW).encode("utf-16"), ""),
        ((HEADER + ROW).replace("\n", "\r\n").encode(), ""),
        ((HEADER + ROW).replace(";", "\t").encode("utf-16"), 'delimiter = "tab"'),
        ((HEADER + ROW).replace(";", "\t").encode(), 'delimiter = "\\t"'),
        ((HEADER + ROW).replace(";", ",").encode(), 'delimiter = ","'),
        ((HEADER + ROW).replace(";", "|").encode(), 'delimiter = "|"'),
        (("Udtræk pr. 1. juni;;;\n\n" + HEADER + ROW).encode(), "header = 3"),
        (('"Udtræk\n' + HEADER + ROW).encode(), "header = 2"),  # what stands above is not read at all
        ((HEADER + ";;;\n" + ROW + ";;;\n-;NULL;;\n\n\n").encode(), ""),
        ((HEADER.replace("Note", "Note;") + ROW.replace("x", "x;")).encode(), ""),  # a column without a name and without values
        (("Note;" + HEADER + "y;" + ROW).encode(), ""),  # two columns of one name that nobody reads
        ((HEADER + '"1";"04-03-2024";"Fraflyttet";"han sagde ""nej"""\n').encode(), ""),
        ((HEADER + '1;04-03-2024;Fraflyttet;"to\nlinjer"\n').encode(), "multiline = true"),
        ((HEADER.replace("Årsag", "A\u030arsag") + ROW).encode(), ""),
        ((HEADER.replace("Årsag", " Årsag\u00a0") + ROW).encode(), ""),
    ],
)
def test_a_sheet_in_whatever_dialect(text: bytes, cells: str) -> None:
    found = reading(text, cells)

    assert found.bad == []
    assert found.events == [("2024-03-04", "closed")]


@pytest.mark.parametrize(
    ("text", "cells", "code", "why"),
    [
        ("", "", "bad_file", "ingen kolonnenavne i linje 1"),
        (HEADER, "header = 9", "bad_file", "ingen kolonnenavne i linje 9"),
        (HEADER + '1;04-03-2024;"Fraflyttet;x\n' + ROW, "", "bad_file", "begynder i linje 2, sluttes aldrig"),
        (HEADER + '1;04-03-2024;"Fra"flyttet;x\n', "", "bad_file", "følges (i linje 2) af andet end skilletegnet"),
        ("Slut;" + HEADER + "x;" + ROW, "", "bad_mapping", "flere kolonner, der hedder Slut"),
        (HEADER.replace("Slut", "Slutdato") + ROW, "", "bad_mapping", "Kolonnen Slut findes ikke"),
        ("Nr;Note\n", "", "bad_mapping", "Kolonnerne Slut, Årsag findes ikke"),
        (HEADER.replace(";", ","), "", "bad_mapping", 'skriv delimiter = ","'),
        ("Titel\n" + HEADER + ROW, "", "bad_file", "skriv header = 2"),
        ("sep=;\n" + HEADER + ROW, "", "bad_file", "skriv header = 2"),
        (HEADER.replace("Note", "Note;Navn;Telefon") + ROW, "", "bad_file", "hverken læser eller nævner i ignore: Navn, Telefon"),
        ('Nr;Slut;"Års\nag";Note\n' + ROW, "", "bad_file", "Rækken med kolonnenavne har en celle i anførselstegn"),
        ((HEADER + ROW).encode("utf-16")[:-1], "", "bad_file", "begynder som UTF-16"),
    ],
)  # fmt: skip
def test_a_file_that_is_refused(text: str | bytes, cells: str, code: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        list(table(text, cells).rows)

    assert refused.value.code == code
    assert why in refused.value.message


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1;04-03-2024;Fraflyttet\n", "har 3 felter"),
        ("1;04-03-2024;Fraflyttet;x;y\n", "har 5 felter"),
        ('1;04-03-2024;Fraflyttet;"to\nlinjer"\n', "går over flere linjer (til linje 3)"),
    ],
)
def test_a_row_that_is_bad_whatever_its_cells_say(row: str, why: str) -> None:
    found = reading(HEADER + row + ROW)

    assert [(line, column) for line, column, _ in found.problems] == [(2, "rækken")]
    assert why in found.problems[0][2]
    assert len(found.given) == 1


def test_a_value_under_no_name_is_a_bad_row() -> None:
    found = reading(HEADER.replace("Note", "Note;") + ROW.replace("x", "x;hemmelig"))

    assert found.problems == [(2, "rækken", f"har en værdi i en kolonne uden navn; {UNNAMED}")]


def test_the_physical_line_is_named_whatever_stood_before() -> None:
    """The pitfall of csvlint.io#182: row numbers in messages are the difference between use and no use."""
    text = "Titel\n" + HEADER + "\n" + '1;04-03-2024;Fraflyttet;"a\nb"\n' + "2;i går;Fraflyttet;\n"

    assert [line for line, *_ in reading(text, "header = 2\nmultiline = true").problems] == [6]


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    refuse_large("sager.csv", MOST_BYTES)
    with pytest.raises(Refused, match="større end 100 MB"):
        refuse_large("sager.csv", MOST_BYTES + 1)


def test_a_table_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journey.exchange.sheets.tables.MOST_ROWS", 3)

    assert len(list(table(HEADER + ROW * 3).rows)) == 3
    with pytest.raises(Refused, match="mere end 3 rækker"):
        list(table(HEADER + ROW * 4).rows)


def as_cells(text: str) -> tuple[list[str], list[list[str | float | date]]]:
    """A sheet as a workbook has it: its days as days, its amounts and numbers as numbers."""
    header, *rows = (line.split(";") for line in text.splitlines())
    return header, [[cell_of(name, cell) for name, cell in zip(header, row, strict=True)] for row in rows]


def cell_of(name: str, cell: str) -> str | float | date:
    if name in ("Startdato", "Slutdato", "Henvist", "Fra") and cell:
        day, month, year = (int(part) for part in cell.replace(".", "-").replace("/", "-").split("-"))
        return date(year, month, day)
    if name == "Bevillingsnr":
        return float(cell)
    if name == "CPR":
        return float(cell.replace("-", ""))  # so that the zero in front is lost
    if name == "Beløb pr. måned" and cell:
        return float(cell.removesuffix(" kr.").replace(".", "").replace(" ", "").replace(",", "."))
    return cell


def test_rule_1_four_dialects_of_three_sheets_give_one_log() -> None:
    file = mapping()
    logs: list[list[str]] = []
    for dialect in ("cp1252", "utf-8-sig", "utf-16", "cells"):
        register = Register(file)
        if dialect == "cells":
            tables = [cells_table(file, nth, *as_cells(OCTOBER[sheet.name])) for nth, sheet in enumerate(file.sheets)]
        else:
            tables = [csv_table(file, nth, OCTOBER[sheet.name].encode(dialect)) for nth, sheet in enumerate(file.sheets)]
        result = register.compare(moment("2024-10-02"), tables)
        logs.append(
            [f"{entry.stream} {entry.source_id} {line}" for entry, line in zip(result.entries, lines(result), strict=True)]
        )

    assert logs[0]
    assert logs[1:] == [logs[0]] * 3


def test_each_sheet_has_the_files_that_fit_its_name() -> None:
    names = [
        "Sager juni.CSV",
        "sager.csv",
        "bevillinger_2.csv",
        "bevillinger_1.csv",
        "~$sager.csv",
        ".sager.csv",
        "sager.xlsx",
        "andet.csv",
    ]

    assert files_of(mapping(), names) == [["bevillinger_1.csv", "bevillinger_2.csv"], ["Sager juni.CSV", "sager.csv"], []]
    assert files_of(mapping(SHEET.format(cells="").replace("sager.csv", "årsag*.csv")), ["A\u030arsager.csv"]) == [
        ["A\u030arsager.csv"]
    ]
