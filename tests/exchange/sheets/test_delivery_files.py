"""The files of a delivery: a folder's, several, or a zip's; and what is no file, or of a form that is not read."""

from __future__ import annotations

import gzip
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from journey.exchange.sheets.delivery_files import DeliveryFile, delivery_files, files_in_zip, sheet_tables
from journey.refusals import Refused
from tests.exchange.sheets.test_tables import HEADER, ROW, SHEET
from tests.support.sheets import mapping
from tests.support.workbooks import delivered, workbook, zipped

CSV = HEADER + ROW


def names(files: list[DeliveryFile]) -> list[str]:
    return [file.name for file in files]


def texts(files: list[DeliveryFile]) -> dict[str, bytes]:
    found = {}
    for file in files:
        with file.open() as opened:
            found[file.name] = opened.read()
        assert file.size == len(found[file.name])
    return found


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        delivery_files([path])
    assert refused.value.code == "bad_file"
    return refused.value.message


def test_a_folder_gives_its_files_and_not_its_subfolders(tmp_path: Path) -> None:
    (tmp_path / "2026-09-01").mkdir()
    (tmp_path / "2026-09-01" / "sager.csv").write_text("x")

    files = delivered(tmp_path, {"b.csv": "2", "a.csv": "1", ".skjult.csv": "", "~$a.csv": ""})
    assert texts(files) == {"a.csv": b"1", "b.csv": b"2"}


def test_several_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    delivered(tmp_path / "x", {"c.csv": "3"})
    delivered(tmp_path, {"b.csv": "2", "a.csv": "1"})

    assert names(delivery_files([tmp_path / "b.csv", tmp_path / "x", tmp_path / "a.csv"])) == ["b.csv", "c.csv", "a.csv"]
    assert delivery_files([]) == []


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    delivered(tmp_path / "x", {"a.csv": "3"})
    delivered(tmp_path, {"a.csv": "1"})

    with pytest.raises(Refused, match="hedder det samme"):
        delivery_files([tmp_path, tmp_path / "x"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name on this system")
def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "sager.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere")

    assert "ikke en fil" in refusal(tmp_path / "sager.csv")
    assert "ikke en fil" in refusal(Path(os.devnull))
    assert "findes ikke" in refusal(tmp_path / "link.csv")
    assert "findes ikke" in refusal(tmp_path / "andet.csv")
    assert "findes ikke" in refusal(Path("a\0b"))
    (tmp_path / "link.csv").unlink()
    assert "ikke en fil" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name on this system")
def test_a_file_that_becomes_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (file,) = delivered(tmp_path, {"sager.csv": "x"})
    (tmp_path / "sager.csv").unlink()
    os.mkfifo(tmp_path / "sager.csv")

    with pytest.raises(Refused, match="ikke en fil"):
        file.open()


# --- zips -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ({"b.csv": "2", "a.csv": "1"}, {"a.csv": b"1", "b.csv": b"2"}),
        ({"Udtræk/b.csv": "2", "Udtræk/a.csv": "1"}, {"a.csv": b"1", "b.csv": b"2"}),
        ({"x\\b.csv": "2"}, {"b.csv": b"2"}),
        ({"a.csv": "1", "ældre/b.csv": "2"}, {"a.csv": b"1"}),
        ({"a.csv": "1", "__MACOSX/._a.csv": "", "~$a.csv": "", ".DS_Store": ""}, {"a.csv": b"1"}),
        ({}, {}),
    ],
)
def test_a_zip_gives_the_files_of_its_outermost_folder(
    tmp_path: Path, inside: Mapping[str, str], found: Mapping[str, bytes]
) -> None:
    assert texts(delivered(tmp_path, {"udtræk.ZIP": zipped(inside)})) == found
    assert texts(delivery_files([tmp_path / "udtræk.ZIP"])) == found
    assert sorted(path.name for path in tmp_path.iterdir()) == ["udtræk.ZIP"]  # nothing is written out


def test_the_names_in_a_zip_that_windows_made(tmp_path: Path) -> None:
    raw = zipped({"sager_aeoeaa.csv": "x"}).replace(b"sager_aeoeaa", "sager_æøåÆØÅ".encode("cp850"))

    assert names(delivered(tmp_path, {"a.zip": raw})) == ["sager_æøåÆØÅ.csv"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (zipped({"a.csv": "1", "b.zip": zipped({})}), "zip i en zip"),
        (zipped({"../a.csv": "1"}), "fører ud af den"),
        (b"PK\x03\x04", "ødelagt"),
        (b"Nr;Slut\n", "ødelagt"),
        (zipped({"b/a.csv": "1", "c/a.csv": "1"}), "hedder det samme"),
    ],
)
def test_a_zip_that_is_refused(tmp_path: Path, raw: bytes, why: str) -> None:
    (tmp_path / "a.zip").write_bytes(raw)

    assert why in refusal(tmp_path / "a.zip")


def test_a_file_in_a_zip_is_no_larger_than_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journey.exchange.sheets.tables.MOST_BYTES", 1024**2)
    (tmp_path / "a.zip").write_bytes(zipped({"a.csv": bytes(1024**2)}))
    (tmp_path / "b.zip").write_bytes(zipped({"a.csv": bytes(1024**2 + 1)}))

    assert names(delivery_files([tmp_path / "a.zip"])) == ["a.csv"]
    assert "større end 1 MB" in refusal(tmp_path / "b.zip")


def test_a_damaged_entry_is_refused_where_it_is_read(tmp_path: Path) -> None:
    raw = zipped({"sager.csv": CSV * 50}, zipfile.ZIP_STORED).replace(b"Fraflyttet", b"Fraflyttat", 1)
    files = delivered(tmp_path, {"a.zip": raw})

    with pytest.raises(Refused, match="ødelagt"):
        rows(SHEET.format(cells=""), files)


def test_the_file_of_a_zip_is_closed_with_the_entry(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.csv": "1"}))
    opened = []

    def open_counted():
        opened.append((tmp_path / "a.zip").open("rb"))
        return opened[-1]

    (file,) = files_in_zip(DeliveryFile("a.zip", (tmp_path / "a.zip").stat().st_size, open_counted))
    with file.open() as entry:
        assert entry.read() == b"1"
    assert [each.closed for each in opened] == [True, True]


# --- tables ---------------------------------------------------------------------------------------------------------------


def rows(text: str, files: list[DeliveryFile]) -> list[tuple[str, int, list[object]]]:
    """File, physical line and cells of every row of every sheet."""
    return [(table.file, row.line, list(row.cells)) for _, table in sheet_tables(mapping(text), files) for row in table.rows]


def test_several_files_of_one_sheet_are_read_one_after_the_other(tmp_path: Path) -> None:
    inside = {"sager_2.csv": CSV, "sager_1.csv": HEADER + ROW * 2, "andet.csv": "x"}
    text = SHEET.format(cells="").replace("sager.csv", "sager*.csv")

    assert [place[:2] for place in rows(text, delivered(tmp_path, {"a.zip": zipped(inside)}))] == [
        *(("sager_1.csv", 2), ("sager_1.csv", 3), ("sager_2.csv", 2)),
    ]


def test_a_sheet_without_a_file_gives_no_table(tmp_path: Path) -> None:
    assert rows(SHEET.format(cells=""), delivered(tmp_path, {"andet.csv": "x", "andet.xls": "x"})) == []


@pytest.mark.parametrize("form", ["xls", "XLS", "xlsb", "xlsm", "ods", "numbers"])
def test_a_sheet_of_another_form_is_not_passed_over(tmp_path: Path, form: str) -> None:
    with pytest.raises(Refused, match=rf"i formen \.{form.lower()} læses ikke.*\.xlsx eller CSV"):
        rows(SHEET.format(cells=""), delivered(tmp_path, {f"Sager.{form}": "x"}))


@pytest.mark.parametrize("form", ["7z", "rar"])
def test_a_packed_sheet_is_not_passed_over(tmp_path: Path, form: str) -> None:
    with pytest.raises(Refused, match=rf"pakket som \.{form}, læses ikke.*\.zip"):
        rows(SHEET.format(cells=""), delivered(tmp_path, {f"Sager.csv.{form}": "x"}))


def test_a_sheet_packed_with_gzip_is_read_as_what_is_in_it(tmp_path: Path) -> None:
    text, packed = SHEET.format(cells=""), gzip.compress(CSV.encode("cp1252"), mtime=0)
    given = {
        "sager.csv.gz": packed,
        "SAGER.CSV.GZ": packed,
        "sager.csv": packed,
        "a.zip": zipped({"sager.csv.GZ": packed}),
        "sager.csv.Gz": CSV.encode("cp1252"),  # as a browser saves it, unpacked under the old name
    }
    for folder in ("plain", *map(str, range(len(given)))):
        (tmp_path / folder).mkdir()
    plain = [place[1:] for place in rows(text, delivered(tmp_path / "plain", {"sager.csv": CSV.encode("cp1252")}))]

    for nth, (name, raw) in enumerate(given.items()):
        files = delivered(tmp_path / str(nth), {name: raw})
        assert [each.size for each in files] == [len(CSV.encode("cp1252"))]
        assert [place[1:] for place in rows(text, files)] == plain


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (gzip.compress(CSV.encode(), mtime=0)[:-3], "slutter for tidligt"),
        (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "to gange"),
        (gzip.compress(bytes(12_000_000), mtime=0), "200 gange"),
        (gzip.compress(workbook([["Nr"]]), mtime=0), "som intet sparer. Pak gzip-filen ud"),
        (gzip.compress(zipped({"sager.csv": CSV}), mtime=0), "som intet sparer. Pak gzip-filen ud"),
    ],
)
def test_a_sheet_that_is_packed_badly_is_refused_by_its_name(tmp_path: Path, raw: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        delivered(tmp_path, {"sager.csv.gz": raw})
    assert refused.value.place == "sager.csv.gz"


@pytest.mark.parametrize(("raw", "why"), [(b"", "Filen er tom"), (workbook([["Nr"]]), "endelsen .xlsx")])
def test_a_file_is_refused_by_its_contents(tmp_path: Path, raw: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        rows(SHEET.format(cells=""), delivered(tmp_path, {"sager.csv": raw}))


def test_a_file_over_the_limit_is_never_opened() -> None:
    def never():
        raise AssertionError

    file = DeliveryFile("sager.csv", 100 * 1024**2 + 1, never)
    with pytest.raises(Refused, match="større end 100 MB"):
        rows(SHEET.format(cells=""), [file])
    with pytest.raises(Refused, match="større end 100 MB"):
        files_in_zip(DeliveryFile("a.zip", 100 * 1024**2 + 1, never))
