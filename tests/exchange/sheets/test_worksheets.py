"""The rows of a worksheet: its cells as the workbook has them, their physical rows, and which worksheet it is."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from journey.exchange.sheets.declarations import CellSettings
from journey.exchange.sheets.values import NOT_CALCULATED, ROUNDED, BadCell, CellReader, clean
from journey.exchange.sheets.workbooks.frames import WorkbookOpened, WorkbookRequest
from journey.exchange.sheets.workbooks.process import LINE_BREAK, MERGED, worksheet_frames
from tests.support.sizes import by_size
from tests.support.workbooks import PARTS, raw_workbook, refusal_of, rows_of, workbook, zipped


@pytest.mark.parametrize("epoch", [1900, 1904])
def test_a_cell_is_what_the_workbook_has(epoch: int) -> None:
    cells = [
        *("007", "1.0", " x ", "true", "04-03-2024", "#A12", "ÆØÅ \U0001f98a", 7.0, 0.1, -5.0, True, False),
        *(date(2024, 2, 29), datetime.fromisoformat("2024-03-04T12:30"), time(6, 15), timedelta(hours=36)),
    ]

    assert rows_of(workbook([["a"] * len(cells), cells], epoch=epoch))[1] == (2, cells, None)


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        ('<c r="A1" t="str"><f>"x"</f><v>x</v></c>', "x"),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', 2.0),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', None),  # a formula whose value is an empty text
        ('<c r="A1"><f>1+1</f></c>', NOT_CALCULATED),
        ('<c r="A1"><f>1+1</f><v></v></c>', NOT_CALCULATED),
        ("<c r='A1'><f t='shared' si='0'/><v/></c>", NOT_CALCULATED),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ("<c r='A1' t='e'><f>1/0</f><v>#DIV/0!</v></c>", "#DIV/0!"),
        ('<c r="A1" t="e" vm="1"><v>#VALUE!</v></c>', "#VALUE!"),  # how Excel writes its newer errors
        ('<c t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c r="A1" t="inlineStr"><is><t>007</t></is></c>', "007"),
        ('<c r="A1" t="d"><v>2024-03-04</v></c>', date(2024, 3, 4)),
        ('<c r="A1"><v>45355</v></c>', 45355.0),
    ],
)
def test_a_formula_is_its_value_and_an_error_no_empty_cell(xml: str, cell: object) -> None:
    for rows in (f'<row r="1">{xml}</row>', f"<row>{xml}</row>"):
        assert rows_of(raw_workbook(rows)) == [(1, [] if cell is None else [cell], None)]


def test_an_error_is_found_wherever_it_stands() -> None:
    rows = '<row r="2"><c r="B2"><v>1</v></c></row><row r="4"><c r="D4" t="e"><v>#N/A</v></c></row>'

    assert rows_of(raw_workbook(rows)) == [(1, [], None), (2, ["", 1.0], None), (4, ["", "", "", "#N/A"], None)]


def test_formulas_of_a_workbook_that_no_spreadsheet_has_opened() -> None:
    made, raw = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["Nr", "I alt"])
    made.active.append(["1", "=1+1"])
    made.save(raw)

    assert rows_of(raw.getvalue())[1] == (2, ["1", NOT_CALCULATED], None)


@pytest.mark.parametrize("text", ["#N/A", "#I/T", "#DIV/0!", "#VÆRDI!", "Err:502", NOT_CALCULATED, ROUNDED])
def test_an_error_is_a_bad_cell_whatever_it_is_read_as(text: str) -> None:
    cells = CellReader(CellSettings())
    for read in (cells.day, cells.amount, clean):
        with pytest.raises(BadCell, match=r"fejl i regnearket|aldrig er regnet ud|flere end 15 cifre") as bad:
            read(text)
        assert ";" in bad.value.reason  # it says what to do
    for harmless in ("#12", "#A12", "N/A", "Errol:502", "#REF"):
        assert clean(harmless) == harmless


@pytest.mark.parametrize(("number", "exact"), [(999_999_999_999_999.0, True), (1e15, False), (12345678901234567.0, False)])
def test_a_number_that_the_spreadsheet_has_rounded_is_no_id(number: float, exact: bool) -> None:
    cells = CellReader(CellSettings())

    assert (cells.value(number) == number) is exact
    assert (cells.id(cells.value(number)) == ROUNDED) is not exact


def opened(raw: bytes) -> WorkbookOpened:
    frame = next(iter(worksheet_frames(io.BytesIO(raw), WorkbookRequest("f.xlsx", len(raw), None, 1, False))))
    assert isinstance(frame, WorkbookOpened)
    return frame


@pytest.mark.parametrize("epoch", [1900, 1904])
def test_a_bare_serial_is_a_day_by_the_workbook_s_epoch(epoch: int) -> None:
    day = date(2024, 3, 4)
    serial = (day - (date(1899, 12, 30) if epoch == 1900 else date(1904, 1, 1))).days
    raw = workbook([["Slut", "Bare"], [day, serial]], epoch=epoch)
    cells = CellReader(CellSettings(), opened(raw).epoch)

    assert [cells.day(cell) for cell in rows_of(raw)[1][1]] == [day, day]


@pytest.mark.parametrize(("said", "epoch"), [("1", 1904), ("true", 1904), ("0", 1900), ("false", 1900)])
def test_the_epoch_is_said_in_more_than_one_way(said: str, epoch: int) -> None:
    parts = {"xl/workbook.xml": PARTS["xl/workbook.xml"].replace("<sheets>", f'<workbookPr date1904="{said}"/><sheets>')}

    assert opened(raw_workbook('<row r="1"><c r="A1"><v>1</v></c></row>', parts)).epoch == epoch


# --- rows -----------------------------------------------------------------------------------------------------------------


def test_each_row_has_its_number_in_the_sheet() -> None:
    """Leading empty rows and columns, empty rows in between, and a merged title above the header."""
    raw = workbook(_titled)

    assert rows_of(raw, header=4) == [(4, ["", "Nr", "Slut"], None), (5, ["", "1", "x"], None), (8, ["", "2"], None)]


def _titled(sheet, made) -> None:
    sheet.merge_range("B2:E2", "Udtræk pr. 1. juni")
    sheet.write_row("B4", ["Nr", "Slut"])
    sheet.write_row("B5", ["1", "x"])
    sheet.write_row("B8", ["2"])
    for row in range(8, 20):  # trailing cells that have only a format
        sheet.write_blank(row, 9, None, made.add_format({"bold": True}))


def test_a_header_below_the_last_row_is_no_header() -> None:
    assert rows_of(workbook([["Nr"], ["1"]]), header=5) == []
    assert rows_of(workbook([]), header=1) == []


def test_a_name_in_a_cell_merged_from_above_names_its_column() -> None:
    def write(sheet, made) -> None:
        sheet.merge_range("A1:A2", "Nr")
        sheet.merge_range("B1:C1", "Periode")
        sheet.write_row("B2", ["Fra", "Til"])
        sheet.write_row("A3", ["1", "x", "y"])

    assert rows_of(workbook(write), header=2) == [(2, ["Nr", "Fra", "Til"], None), (3, ["1", "x", "y"], None)]


def test_a_cell_merged_over_rows_makes_them_bad() -> None:
    def write(sheet, made) -> None:
        sheet.write_row("A1", ["Nr", "Slut"])
        sheet.merge_range("A3:A4", "1")
        sheet.write_column("B2", ["a", "b", "c", "d"])
        sheet.merge_range("A6:B6", "I alt")  # one row's own

    assert [(line, fault) for line, _, fault in rows_of(workbook(write))] == [
        *((1, None), (2, None), (3, MERGED), (4, MERGED), (5, None), (6, None)),
    ]


@pytest.mark.parametrize("text", ["to\nlinjer", "to\r\nlinjer", "to\rlinjer", "slut\n"])
def test_a_line_break_in_a_cell_is_as_in_csv(text: str) -> None:
    raw = workbook([["Nr"], [text], ["1"]])

    assert [fault for *_, fault in rows_of(raw)] == [None, LINE_BREAK, None]
    assert [fault for *_, fault in rows_of(raw, multiline=True)] == [None] * 3


def test_a_row_longer_than_a_line_may_be_is_a_bad_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journey.exchange.sheets.workbooks.process.LONGEST", 10)

    assert [bool(fault) for *_, fault in rows_of(workbook([["Nr", "Slut"], ["1" * 6, "2" * 6], ["1" * 5, "2" * 5]]))] == [
        *(False, True, False),
    ]


def test_more_rows_than_are_read_of_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journey.exchange.sheets.workbooks.process.MOST_ROWS", 3)

    assert len(rows_of(workbook([["Nr"], *[["1"]] * 3]))) == 4
    assert "mere end 3 rækker" in refusal_of(workbook([["Nr"], *[["1"]] * 4]))
    assert "som CSV" in refusal_of(workbook([["Nr"], *[["1"]] * 4]))


def test_more_columns_than_a_table_has() -> None:
    assert rows_of(raw_workbook('<row r="1"><c r="ALL1"><v>1</v></c></row>'))
    assert "2.000 kolonner" in refusal_of(raw_workbook('<row r="1"><c r="XFD1"><v>1</v></c></row>'))


# --- which worksheet ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Bevillinger", "bevillinger", " Bevillinger\u00a0", "BEVILLINGER"])
def test_a_worksheet_is_found_by_its_name_without_case(name: str) -> None:
    assert rows_of(workbook([["Nr"]], worksheet="Bevillinger", others=["Sager"]), name) == [(1, ["Nr"], None)]


def test_a_hidden_worksheet_is_read_where_it_is_named_and_only_there() -> None:
    raw = workbook([["Nr"]], hidden=["Data"])

    assert rows_of(raw, "Data") == []  # it is there, and empty
    assert rows_of(raw) == [(1, ["Nr"], None)]
    assert opened(raw).worksheets == ["Ark1"]


def test_a_worksheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    why = refusal_of(workbook([["Nr"]], worksheet="Bevillinger", others=["Sager"], hidden=["Data"]), "Ydelser")

    assert "intet faneblad, der hedder Ydelser" in why
    assert "Bevillinger, Sager." in why
    assert "Data" not in why


def test_a_sheet_without_cells_is_no_worksheet() -> None:
    def write(sheet, made) -> None:
        sheet.write_row("A1", ["Nr"])
        made.add_chartsheet("Diagram").set_chart(_chart(made))

    def _chart(made):
        chart = made.add_chart({"type": "column"})
        chart.add_series({"values": "=Ark1!$A$1:$A$1"})
        return chart

    assert "intet faneblad, der hedder Diagram" in refusal_of(workbook(write), "Diagram")
    assert opened(workbook(write)).worksheets == ["Ark1"]


# --- what no spreadsheet writes -------------------------------------------------------------------------------------------

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (raw_workbook(ROW, before="<!DOCTYPE worksheet>"), "dokumenttype"),
        (raw_workbook(ROW, before='<!DOCTYPE w [<!ENTITY a "b">]>'), "dokumenttype"),
        (raw_workbook(ROW, {"xl/sharedStrings.xml": '<!DOCTYPE s SYSTEM "file:///etc/passwd"><sst/>'}), "dokumenttype"),
        (raw_workbook(ROW, {"docProps/core.xml": '<!DOCTYPE s [<!ENTITY % p SYSTEM "http://x/">]><c/>'}), "dokumenttype"),
        (raw_workbook(ROW, {"xl/drawings/v.vml": "<!DOCTYPE v><v/>"}), "dokumenttype"),
        (raw_workbook(ROW, {"xl/workbook.xml": f"<!DOCTYPE w>{PARTS['xl/workbook.xml']}"}), "dokumenttyper og entiteter"),
        (raw_workbook("<row>&entity;</row>"), "ødelagt"),
        (raw_workbook(ROW[:-6]), "ødelagt"),
        (raw_workbook(ROW, {"xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{ROW}"}), "ødelagt"),
        (raw_workbook(ROW, {"xl/worksheets/sheet1.xml": f"<w>{ROW}</w>".encode("utf-16")}), "ødelagt"),
        (raw_workbook(ROW, {"xl/worksheets/sheet1.xml": f"<w>{ROW}</w>".encode("utf-16-le")}), "ødelagt"),
        (raw_workbook(ROW, {"docProps/core.xml": b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe5</a>'}), "ødelagt"),
        (raw_workbook(ROW, {"xl/_rels/workbook.xml.rels": "<r/>"}), "ingen faneblade"),
    ],
)  # fmt: skip
def test_xml_that_no_reader_may_meet(raw: bytes, why: str) -> None:
    assert why in refusal_of(raw)
    assert refusal_of(raw_workbook(ROW)) == ""


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/media/image1.png": b"\x89PNG\0<!DOCTYPE"},
        {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
        {"xl/embeddings/note.docx": b"PK\x03\x04"},
        {"docProps/core.xml": "<?xml version='1.0' encoding='UTF-8'?><c><!-- DOCTYPE --></c>"},
    ],
)
def test_parts_that_are_not_read_are_no_matter(parts: dict[str, str | bytes]) -> None:
    assert rows_of(raw_workbook(ROW, parts)) == [(1, [1.0], None)]


def test_tags_with_a_prefix_are_read() -> None:
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1">'
        '<x:v>1</x:v></x:c><x:c r="B1" t="e"><x:v>#REF!</x:v></x:c><x:c r="C1"><x:f>1+1</x:f></x:c></x:row></x:sheetData>'
        "</x:worksheet>"
    )

    assert rows_of(raw_workbook(parts={"xl/worksheets/sheet1.xml": sheet})) == [(1, [1.0, "#REF!", NOT_CALCULATED], None)]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(by_size(5, 20, 100)))
def test_a_workbook_damaged_anywhere_is_read_or_refused(seed: int) -> None:
    """Bytes changed in the file, or letters of a part of it lost: never another error, never an end to the process."""
    draw = random.Random(seed)
    whole = workbook([["Nr", "Slut"], *[[f"{nth:03}", date(2024, 3, 4)] for nth in range(40)]], others=["Ark2"])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    refused = 0
    for _ in range(20):
        raw, (name, part) = bytearray(whole), draw.choice(sorted(parts.items()))
        raw[draw.randrange(len(raw))] ^= draw.randrange(1, 256)
        begin = draw.randrange(len(part))
        cut = zipped({**parts, name: part[:begin] + part[begin + draw.randrange(1, 20) :]})
        refused += bool(refusal_of(bytes(raw), "Ark1")) + bool(refusal_of(cut, "Ark1"))
    assert refused > 10
