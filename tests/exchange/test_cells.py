"""Cells of a table in a text file: read as a plain state machine reads them, and never with a row lost (domain.md section 10, rule 1)."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journey.exchange.cells import CellRow, encoding_of, id_of, row_fault, rows, text_lines, tidy, value_of
from journey.refusals import Refused

Told = list[tuple[int, int, list[str]]]


def read(text: str | bytes, *, delimiter: str = ";", declared: str = "cp1252") -> Told:
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    lines = text_lines(file, encoding_of(file, declared), lambda _: None)
    return [(row.first, row.last, row.cells) for row in rows(lines, delimiter)]


def by_hand(text: str) -> Told | None:
    """The rows with their lines as a person reads them, letter by letter; None for a text whose quotes do not fit."""
    told: Told = []
    cells, cell, line, first, state = [], "", 1, 1, "start"  # type: ignore[var-annotated] -- plain lists of texts
    for letter in [*text, None]:
        if state == "in quotes":
            if letter is None:
                return None
            state, cell = ("after a quote", cell) if letter == '"' else (state, cell + letter)
        elif state == "after a quote" and letter == '"':
            state, cell = "in quotes", cell + letter
        elif letter in (";", "\n", None):
            cells, cell, state = [*cells, cell], "", "start"
            if letter != ";":
                if cells != [""]:
                    told.append((first, line, cells))
                cells, first = [], line + 1
        elif state == "after a quote":
            return None
        elif state == "start" and letter == '"':
            state = "in quotes"
        else:
            state, cell = "plain", cell + letter
        line += letter == "\n"
    return told


@given(st.text(alphabet='a;"\n æ0', max_size=60))
@example('a;"\n"b";c\n')
@example('"a\nb";c\nd')
@example('a;b"\nc"d;\n')
def test_every_text_is_read_as_a_plain_state_machine_reads_it(text: str) -> None:
    expected = by_hand(text)

    if expected is None:
        with pytest.raises(Refused) as refused:
            read(text)
        assert refused.value.code == "bad_file"
        assert "anførselstegn" in refused.value.message
    else:
        assert [row for row in read(text) if row[2] != [""]] == [row for row in expected if row[2] != [""]]


def test_a_reader_that_is_not_strict_loses_rows_by_one_quote() -> None:
    text = 'a;"b\nc;d\ne;f\n'

    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))) == 1
    with pytest.raises(Refused):
        read(text)


@given(st.integers(1, 8), st.integers(0, 2), st.integers(0, 8), st.integers(0, 2))
def test_one_stray_quote_or_two_lose_no_row_in_silence(row: int, column: int, later: int, other: int) -> None:
    """In whatever cell, before its text or after it: refused, a bad row, or a letter of the cell, and every other row is there."""
    for before in (True, False):
        table = [[f"r{at}", f"s{at}", f"t{at}"] for at in range(10)]
        _mark(table, row, column, before=before)
        if later:
            _mark(table, min(row + later, 9), other, before=False)
        try:
            told = read("".join(";".join(cells) + "\n" for cells in table))
        except Refused:
            continue
        bad = [first for first, last, cells in told if row_fault(CellRow(first, last, cells), 3) is not None]
        named = {line for first, last, _ in told for line in range(first, last + 1)}
        assert named == set(range(1, 11))
        assert all(first == last for first, last, _ in told if first not in bad)


def _mark(table: list[list[str]], row: int, column: int, *, before: bool) -> None:
    cell = table[row][column]
    table[row][column] = f'"{cell}' if before else f'{cell}"'


def test_the_lines_of_a_quote_that_does_not_fit_are_named() -> None:
    for text, place, words in (
        ('a;b\nc;"d\ne;f\n', "linje 2", "sluttes aldrig"),
        ('a;b\nc;"d"e\n', "linje 2", "følges"),
        ('a;b\nc;"d\n\ne;f"g\n', "linje 2", "(i linje 4)"),
        ('a;b\nc;"' + "x\n" * 100_000, "linje 2", "sluttes aldrig"),
    ):
        with pytest.raises(Refused) as refused:
            read(text)
        assert (refused.value.code, refused.value.place) == ("bad_file", place)
        assert words in refused.value.message


@given(st.text(alphabet="aæ;é\n€", max_size=40))
def test_a_text_is_the_same_in_every_encoding_that_is_known_by_its_mark_or_throughout(text: str) -> None:
    expected = read(text)

    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert read(text.encode(encoding), declared="latin-1") == expected
    assert read(b"\xfe\xff" + text.encode("utf-16-be")) == expected


def test_what_is_not_utf_8_throughout_is_what_it_was_declared_to_be() -> None:
    assert read("Møde;€\n".encode("cp1252")) == [(1, 1, ["Møde", "€"])]
    assert read("Møde\n".encode("latin-1"), declared="latin-1") == [(1, 1, ["Møde"])]
    assert read(b"a\n" * 50_000 + "ø".encode("cp1252"))[-1] == (50_001, 50_001, ["ø"])
    assert read("ø".encode("cp1252"), declared="utf-8") == [(1, 1, ["\udcf8"])]


def test_half_a_file_in_utf_16_is_named() -> None:
    with pytest.raises(Refused, match="UTF-16"):
        read("abc".encode("utf-16")[:-1])


@pytest.mark.parametrize(
    "cell", ["æ7", "æ7\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE} æ7 ", unicodedata.normalize("NFD", "æ7")]
)
def test_a_cell_is_the_same_however_it_was_written(cell: str) -> None:
    assert (tidy(cell), value_of(cell), id_of(cell)) == ("æ7", "æ7", "æ7")


@pytest.mark.parametrize(
    "cell", ["", " ", "-", " - ", "NULL", "null", "NONE", "None", "nan", "NaN", "\N{NO-BREAK SPACE}", None]
)
def test_a_cell_without_a_value_has_none(cell: str | None) -> None:
    assert (value_of(cell), id_of(cell)) == (None, None)


@pytest.mark.parametrize(
    ("cell", "id_"),
    [("12.0", "12"), (" 0012.0 ", "0012"), ("12.00", "12.00"), ("12.5", "12.5"), ("1.0.0", "1.0.0"), ("a.0", "a.0")],
)
def test_a_number_as_an_id_loses_what_a_sheet_gave_it(cell: str, id_: str) -> None:
    assert id_of(cell) == id_
    assert value_of(cell) == cell.strip()


def test_rows_without_any_value_are_told_from_those_with_one() -> None:
    assert [CellRow(1, 1, cells).has_values for cells in (["", " "], ["-", "NULL"], ["", "0"])] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a;b", None),
        ("a", "har 1 felter"),
        ("a;b;c", "har 3 felter"),
        ('a;"b\nc"', "går over flere linjer (til linje 2)"),
        ('a;"b\rc"', "går over flere linjer"),
        ("a;" + "b" * 1_000_001, "er længere end"),
    ],
)
def test_a_row_that_is_bad_whatever_its_cells_say(text: str, fault: str | None) -> None:
    (told,) = read(text)

    found = row_fault(CellRow(*told), 2)

    assert (found is None) if fault is None else (found is not None and fault in found)
