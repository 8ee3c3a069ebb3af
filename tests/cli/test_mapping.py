"""`journey mapping`: from the sheets to a mapping file that is right, without a register."""

from __future__ import annotations

import json
import re
import stat
import tomllib
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from api.cli.main import run
from tests.exchange.sheets.test_three_months import OCTOBER
from tests.support.workbooks import workbook


@pytest.fixture
def sheets(tmp_path: Path) -> list[str]:
    """The three sheets of October, as files in cp1252."""
    for name, text in OCTOBER.items():
        (tmp_path / f"{name} 2024-10-02.csv").write_text(text, "cp1252")
    return [str(path) for path in sorted(tmp_path.glob("*.csv"))]


def test_a_draft_is_written_looked_over_and_filled_in(
    sheets: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "fagsystem-a.toml"

    assert run(["mapping", "draft", *sheets, "--output", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text("utf-8")
    assert run(["mapping", "check", str(file)]) == 1
    assert "source: feltet mangler." in capsys.readouterr().err
    file.write_text(re.sub("# udfyld: source.*", 'source = "fagsystem-a"', text), "utf-8")

    assert run(["mapping", "check", str(file)]) == 0
    out, err = capsys.readouterr()
    assert out == "Oversættelsesfilen kan bruges: kilden fagsystem-a, 3 ark, 5 hændelser.\n"
    assert re.fullmatch(r"Endnu mærket »udfyld:«: linje [0-9]+\.\n", err)


def test_the_same_draft_is_printed(sheets: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["mapping", "draft", *sheets, "--output", str(tmp_path / "m.toml")])
    run(["mapping", "draft", *sheets])

    assert capsys.readouterr().out == (tmp_path / "m.toml").read_text("utf-8")


@pytest.mark.long
def test_a_workbook_gives_a_sheet_for_each_table_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def write(first: Worksheet, made: Workbook) -> None:
        first.write_row(0, 0, ["Forside"])
        for name, kind in (("Åbne", "Henvist"), ("Lukkede", "Afsluttet")):
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, ["Udtræk af sager"])
            sheet.write_row(2, 0, ["CPR-nr.", kind, "Enhed"])
            sheet.write_row(3, 0, [1103800018, "", "Jobcenter"])
            sheet.write_datetime(3, 1, date(2024, 2, 1), made.add_format({"num_format": "dd-mm-yyyy"}))
        made.add_worksheet("Ark4")

    (tmp_path / "udtræk 2024-10.xlsx").write_bytes(workbook(write, worksheet="Om"))

    assert run(["mapping", "draft", str(tmp_path / "udtræk 2024-10.xlsx"), "--source", "fs"]) == 0

    text = capsys.readouterr().out
    file = tomllib.loads(text)
    assert [(sheet["worksheet"], sheet["file"], sheet["case"]) for sheet in file["sheet"]] == [
        ("Åbne", "udtræk*.xlsx", {"cpr": "CPR-nr."}),
        ("Lukkede", "udtræk*.xlsx", {"cpr": "CPR-nr."}),
    ]
    assert [event["kind"] for sheet in file["sheet"] for event in sheet["event"]] == ["referred", "closed"]
    assert file["cells"] == {"dates": "dd-mm-yyyy", "decimal": ",", "header": 3}
    assert len(re.findall("# udfyld: ikke et ark: udtræk 2024-10.xlsx, fanebladet (?:Om|Ark4): ", text)) == 2
    assert "0018" not in text


def test_the_schema_has_the_municipality_s_own_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "codes.toml").write_text('[units]\nsundhed = { da = "Sundhed", en = "Health" }\n', "utf-8")
    monkeypatch.setenv("JOURNEY_CODES", str(tmp_path / "codes.toml"))

    assert run(["mapping", "schema"]) == 0

    schema = capsys.readouterr().out
    assert '"sundhed"' in schema
    assert jsonschema_rs.validator_for(json.loads(schema)).is_valid({"format": "csv"}) is False


def test_a_mapping_file_of_the_older_forms_is_looked_over_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "log.toml"
    file.write_text('format = "csv"\nsource = "a"\nunit = "ui"\nrole = "authority"\n', "utf-8")

    assert run(["mapping", "check", str(file)]) == 1
    assert "columns" in capsys.readouterr().err
    file.write_text(f'{file.read_text("utf-8")}[columns]\ncase = "a"\ntime = "b"\nactivity = "c"\n', "utf-8")
    assert run(["mapping", "check", str(file)]) == 0
    assert capsys.readouterr().out == "Oversættelsesfilen kan bruges.\n"
