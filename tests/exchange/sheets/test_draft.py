"""A draft of a mapping file: what it guesses is marked, what it cannot guess is named, and it prints no cell of a person's."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date

import jsonschema_rs
import pytest

from journey.codes import standard
from journey.exchange.sheets.drafting.draft import FILL, draft
from journey.exchange.sheets.drafting.samples import SheetSample, csv_sample, sample_of
from journey.exchange.sheets.drafting.words import file_pattern, nearest_code, slug, undated
from journey.exchange.sheets.files import files_of
from journey.exchange.sheets.mapping import mapping_faults, parse_sheets
from journey.exchange.sheets.schema import mapping_schema
from journey.exchange.sheets.tables import SheetRow
from journey.refusals import Refused
from tests.exchange.sheets.test_three_months import AFTER_NOVEMBER, AFTER_OCTOBER, NOVEMBER, OCTOBER
from tests.support.sheets import Register, lines, moment

PROMISE = "a draft of a mapping file marks all that it guesses, and prints no cell of a person's"

CODES = standard()
SCHEMA = jsonschema_rs.validator_for(mapping_schema(CODES))


def sample(text: str, name: str = "ark.csv", encoding: str = "cp1252") -> SheetSample:
    return csv_sample(io.BytesIO(text.encode(encoding)), name)


def drafted(*texts: str, source: str | None = "fs") -> str:
    return draft([sample(text, f"ark{nth}.csv") for nth, text in enumerate(texts, 1)], CODES, source)


def law_example(source: str | None = "fs") -> str:
    """The draft of the law's own example sheets, as a fagsystem prints them in October."""
    return draft([sample(text, f"{name} 2024-10-02.csv") for name, text in OCTOBER.items()], CODES, source)


def filled(text: str, answers: Mapping[str, str]) -> str:
    """The draft with its marked places filled in: each answer stands in place of the line that holds its words."""
    for words, answer in answers.items():
        found = [line for line in text.split("\n") if words in line and FILL in line]
        assert len(found) == 1, words
        text = text.replace(found[0], answer)
    return text


ANSWERS = {
    "source =": 'source = "fagsystem-a"',
    "when =": '  when = { column = "Status", in = ["Bevilliget", "Iværksat"] }',
}
"""What somebody who knows the sheets writes in the places that are marked."""


# --- the law's example ---------------------------------------------------------------------------------------------------


def test_the_draft_of_the_law_s_sheets_takes_them_once_its_marked_places_are_filled_in() -> None:
    register = Register(parse_sheets(filled(law_example(source=None), ANSWERS), CODES))

    october, november = (
        register.take(moment(day), month) for day, month in (("2024-10-02", OCTOBER), ("2024-11-04", NOVEMBER))
    )

    # The sheets say no reason for an ending, and the draft makes none up.
    assert lines(october) == [line.replace(" reason=udloebet", "") for line in AFTER_OCTOBER]
    assert lines(november) == [line.replace(" reason=udloebet", "") for line in AFTER_NOVEMBER]


def test_a_draft_whose_places_are_not_filled_in_is_refused_with_each_of_them() -> None:
    text = drafted("Navn;Visiteret;Beløb\nÅse;01-02-2024;1\nÅse;01-02-2024;1\n", source=None)

    faults = [fault.field for fault in mapping_faults(tomllib.loads(text), CODES)]

    assert faults == ["source", "sheet[1].key", "sheet[1].case", "sheet[1].event[1].data.forum"]
    assert all(line for line in text.split("\n") if FILL in line)
    assert list(SCHEMA.iter_errors(json.loads(json.dumps(tomllib.loads(text)))))


def test_a_right_draft_is_right_by_the_schema_that_it_names() -> None:
    text = law_example()

    assert text.startswith("#:schema ./sheets.schema.json\n")
    assert list(SCHEMA.iter_errors(json.loads(json.dumps(tomllib.loads(text))))) == []
    assert parse_sheets(text, CODES)


def test_what_is_guessed_is_marked() -> None:
    guesses = ("delimiter", "dates", "decimal", "header", "name", "file", "key", "case", "follows", "role", "grant")

    for line in law_example().split("\n"):
        if line.strip().split(" ")[0] in guesses:
            assert "# gæt: " in line, line


# --- no cell of a person's -----------------------------------------------------------------------------------------------

PLANTED = [
    "Åse Hansen", "HANSEN, BO", "Søvej 3, 2. tv.", "ringer om natten", "20 12 33 44", "aase@example.dk", "011280-0005", "f. 1. maj",
]  # fmt: skip
HEADINGS = [
    "Navn", "Borger", "Borgers adresse", "Bemærkning", "Notat", "Telefon", "E-mail", "Mor", "Værge", "Kontaktperson", "Leder",
    "Enhedsleder", "Teamleder", "Ydelsesmodtager", "Ydelsesmodtagers navn", "Støtteperson", "Støttekontakt", "Bevillingshaver", "Forsørger",
    "Indsatsansvarlig", "Indsatsbeskrivelse", "Statusbemærkning", "Afdelingschef", "Udvalgsformand", "Sagsbehandler", "UU-vejleder",
    "Leverandør", "Felt 7", "Status", "Type", "Enhed", "Ydelse", "Rolle", "Årsag", "Målgruppe",
]  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("times", [1, 3])
def test_no_cell_of_a_person_s_is_printed_wherever_it_stands(heading: str, times: int) -> None:
    sheet = "".join(f"A-{nth};{cell};01-02-2024\n" for nth, cell in enumerate(PLANTED * times))

    text = drafted(f"Sagsnr;{heading};Startdato\n{sheet}")

    assert [cell for cell in [*PLANTED, "A-1"] if cell in text] == []


@pytest.mark.parametrize(
    "heading", ["Navn", "Teamleder", "Ydelsesmodtager", "Sagsbehandler", "Mor", "Kontakt", "Støtteperson", "Felt 7"]
)
def test_a_name_of_one_word_is_not_printed_from_a_column_of_people(heading: str) -> None:
    text = drafted(f"Sagsnr;{heading};Startdato\n" + "A-1;Åse;01-02-2024\nA-2;Bo;01-02-2024\n" * 3)

    assert "Åse" not in text
    assert "Bo" not in text


@pytest.mark.parametrize("number", ["110180-0003", "1101800003", "110180 0003", "110180.0003", "11 01 80-0003"])
def test_a_cpr_number_is_not_printed_nor_any_cell_beside_one(number: str) -> None:
    text = drafted(f"Sagsnr;Ydelse\nA-1;Efterskole\nA-2;{number}\nA-3;Efterskole\n")

    assert number not in text
    assert "Efterskole" not in text
    assert '"Ydelse",  # kolonnen har celler med form som et CPR-nummer' in text


def test_the_words_of_a_column_of_codes_are_printed_each_with_the_nearest_code() -> None:
    text = drafted(
        "CPR;Startdato;Ydelse;Enhed\n110180-0003;01-02-2024;SEL § 85;Jobcenter\n120290-0004;01-02-2024;Bostoette;Ungeindsatsn\n"
    )

    assert '"SEL § 85" = "bostoette_85"  # gæt: paragraffen' in text
    assert '"Jobcenter" = "arbejdsmarked"  # gæt: det nærmeste ord' in text
    assert '"Ungeindsatsn" = "ungeindsatsen"  # gæt: det nærmeste ord' in text


@pytest.mark.parametrize(
    ("word", "listed", "code"),
    [
        ("Bostøtte, længerevarende", "supports", "bostoette_85"),
        ("EFTERSKOLE", "supports", "efterskole"),
        ("27.36.12", "supports", "bostoette_85"),
        ("SEL §85", "supports", "bostoette_85"),
        ("§ 85 a", "supports", "bostoette_85a"),
        ("BL § 32, stk. 1", "supports", "kontaktperson_32"),
        ("6.7", "benefits", "jobafklaring"),
        ("Sygedagpeng", "benefits", "sygedagpenge"),
        ("§ 999", "supports", None),
        ("qqqq", "supports", None),
    ],
)
def test_the_nearest_code(word: str, listed: str, code: str | None) -> None:
    found = nearest_code(word, CODES[listed])

    assert (found and found.code) == code


# --- how the sheet is written --------------------------------------------------------------------------------------------


def rewritten(text: str, delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(csv.reader(text.splitlines(), delimiter=";"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("delimiter", "encoding", "comment"),
    [
        (";", "cp1252", "CP1252"),
        (",", "utf-8-sig", "UTF-8"),
        ("\t", "utf-16", "UTF-16"),
        ("|", "utf-8", "UTF-8"),
    ],
)
def test_each_dialect_gives_the_same_draft_but_for_its_own_lines(delimiter: str, encoding: str, comment: str) -> None:
    def without_dialect(text: str) -> list[str]:
        return [line for line in text.split("\n") if not line.startswith(("delimiter", "# "))]

    samples = [sample(rewritten(text, delimiter), f"{name} 2024-10-02.csv", encoding) for name, text in OCTOBER.items()]
    text = draft(samples, CODES, "fs")

    assert without_dialect(text) == without_dialect(law_example())
    assert tomllib.loads(text)["cells"]["delimiter"] == ("tab" if delimiter == "\t" else delimiter)
    assert f"4 rækker; tegnsæt {comment}." in text


def test_titles_above_the_names_and_excel_s_own_line_are_passed_over() -> None:
    below = "CPR;Henvist\n110180-0003;01-02-2024\n"

    assert "header = 4 " in drafted(f"Udtræk af sager;\n\nhentet 01-02-2024;\n{below}")
    assert "header = 2 " in drafted(f"sep=;\n{below}")
    assert "header = 1 " in drafted(below)


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("1-2-2024;1.200,50", ['dates = "dd-mm-yyyy"', 'decimal = ","']),
        ("2024-02-01;1,200.50", ['dates = "yyyy-mm-dd"', 'decimal = "."']),
        ("01.02.2024;1200", ['dates = "dd-mm-yyyy"', 'decimal = ","']),
        ("31-12-9999;5", ['open_ends = ["31-12-9999"]']),
        ("01-02-24;5", ["udfyld: kolonnen Startdato har år med to cifre"]),
    ],
)
def test_days_and_amounts(rows: str, lines: list[str]) -> None:
    text = drafted(f"Sagsnr;Startdato;Beløb\nA-1;{rows}\n")

    assert all(line in text for line in lines), text


def test_rows_that_would_be_bad_are_named_by_their_lines() -> None:
    text = drafted('CPR;"Hen\nvist";Note\n110180-0003;01-02-2024;"a\nb"\n120290-0004;01-02-2024\n')

    assert "# udfyld: rækken med kolonnenavne har en celle i anførselstegn, som går over flere linjer" in text
    assert "# udfyld: dårlige rækker: 2 (f.eks. linje 3: " in text
    assert "# udfyld: en kolonne har intet navn" in drafted("CPR;;Henvist\n110180-0003;x;01-02-2024\n")


def test_a_sheet_written_otherwise_has_its_own_cells() -> None:
    text = drafted("CPR;Henvist\n110180-0003;01-02-2024\n", "CPR,Afsluttet\n110180-0003,2024-03-01\n")

    assert tomllib.loads(text)["sheet"][1]["cells"] == {"delimiter": ",", "dates": "yyyy-mm-dd"}


def test_rows_of_a_workbook_give_a_draft_too() -> None:
    rows = [SheetRow(1, ["Sagsnr", "Henvist"]), SheetRow(2, [17.0, date(2024, 2, 1)])]

    text = draft([sample_of(rows, "udtraek.xlsx", worksheet="Åbne sager")], CODES, "fs")

    sheet = tomllib.loads(text)["sheet"][0]
    assert (sheet["name"], sheet["file"], sheet["worksheet"]) == ("aabne-sager", "udtraek*.xlsx", "Åbne sager")
    assert "encoding" not in tomllib.loads(text)["cells"]


def test_a_sheet_that_pseudonym_py_has_been_at_is_read_by_its_pseudonyms() -> None:
    text = drafted(
        "CPR;CPR født;Navn;Henvist;Enhed\nc-abcdefghij234567;1980-01;x;01-02-2024;UI\nc-abcdefghij234562;1990-02;y;01-02-2024;UI\n"
    )

    assert parse_sheets(text, CODES)
    sheet = tomllib.loads(text)["sheet"][0]
    assert (sheet["key"], sheet["case"], sheet["ignore"]) == (["CPR"], {"column": "CPR"}, ["Navn"])
    assert {name: sheet["event"][0]["data"][name] for name in ("citizen", "born")} == {"citizen": "CPR", "born": "CPR født"}
    assert "c-abc" not in text


# --- keys and files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "key"),
    [
        ("CPR;Henvist\n110180-0003;01-02-2024\n120290-0004;01-02-2024\n", ["CPR"]),
        ("CPR;Fra;Ydelse\n110180-0003;01-02-2024;Su\n120290-0004;01-02-2024;SU\n", ["CPR", "Fra"]),
        ("CPR;Bevillingsnr;Startdato\n110180-0003;7;01-02-2024\n110180-0003;8;01-02-2024\n", ["Bevillingsnr"]),
        ("Sagsnr;Nr;Startdato\nA;1;01-02-2024\nA;2;01-02-2024\nB;1;01-02-2024\n", ["Sagsnr", "Nr"]),
        ("CPR;Nr\n110180-0003;1\n120290-0004;\n110180-0003;1\n", []),
    ],
)
def test_key_candidates_are_unique_and_never_empty(sheet: str, key: list[str]) -> None:
    assert tomllib.loads(drafted(sheet))["sheet"][0]["key"] == key


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("sager 2026-10", "sager"),
        ("sager_20261001", "sager"),
        ("Sager okt 2026", "Sager"),
        ("sager", "sager"),
        ("L231", "L"),
        ("2026-10", "2026-10"),
    ],
)
def test_next_month_s_day_is_no_part_of_a_pattern(name: str, stem: str) -> None:
    assert undated(name) == stem


def test_a_pattern_fits_its_own_file_and_no_other_of_the_draft() -> None:
    assert file_pattern("sager 2026-10.csv", ["bevillinger.csv"]) == "sager*.csv"
    assert file_pattern("sager.csv", ["sager-lukkede.csv"]) is None
    texts = {
        "sager.csv": "CPR;Henvist\n110180-0003;01-02-2024\n",
        "sager-lukkede [1].csv": "CPR;Lukket\n110180-0003;01-02-2024\n",
    }
    file = draft([sample(text, name) for name, text in texts.items()], CODES, "fs")

    parsed = tomllib.loads(file)
    assert [sheet["name"] for sheet in parsed["sheet"]] == ["sager", "sager-lukkede-1"]
    filled_in = re.sub(
        r"# udfyld: reason.*", 'reason = { is = "other" }', re.sub(r"# udfyld: unit.*", 'unit = { is = "ui" }', file)
    )
    assert files_of(parse_sheets(filled_in, CODES), texts) == [["sager.csv"], ["sager-lukkede [1].csv"]]


def test_names_of_sheets_are_of_a_source_id_s_letters() -> None:
    assert [slug(text) for text in ("Åbne sager", "123", "§§", "x" * 60)] == ["aabne-sager", "ark", "ark", "x" * 36]


# --- what is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "Filen er tom."),
        (b"\n\n;;\n", "Filen er tom."),
        (b"a;b\0c\n1;2\n", "ikke en tekstfil"),
        (b"PK\x03\x04....", "Excel-fil eller en zip"),
        (b"%PDF-1.7\n", "en PDF"),
        (b"CPR;Henvist\n", "ingen rækker"),
        (b"110180-0003;01-02-2024\n120290-0004;01-02-2024\n", "er kolonnenavne"),
        (b'CPR;Henvist\n"110180-0003;01-02-2024\n', "sluttes aldrig"),
        (b"CPR;S\x81g\n1;2\n", "ikke findes i cp1252"),
    ],
)
def test_what_no_draft_can_be_made_of_is_refused_with_its_place(raw: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        csv_sample(io.BytesIO(raw), "ark.csv")

    assert (refused.value.code, reason in refused.value.message) == ("bad_file", True), refused.value.message
    assert str(refused.value.place).startswith("ark.csv")
    assert "110180" not in str(refused.value)


@pytest.mark.parametrize("name", ["110180-0003.csv", "sager 1101800003.csv", "a\x07.csv"])
def test_a_file_whose_name_is_a_person_s_number_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="et andet navn") as refused:
        draft([sample("CPR;Henvist\n110180-0003;01-02-2024\n", name)], CODES, "fs")

    assert "0003" not in str(refused.value)


def test_two_months_of_one_sheet_are_refused() -> None:
    with pytest.raises(Refused, match=r"de samme som i ark1\.csv"):
        drafted("CPR;Henvist\n110180-0003;01-02-2024\n", "Henvist;CPR\n01-03-2024;110180-0003\n")


@pytest.mark.parametrize("source", ["", " ", "110180-0003", "x" * 201])
def test_a_source_that_is_none_is_refused(source: str) -> None:
    with pytest.raises(Refused) as refused:
        drafted("CPR;Henvist\n110180-0003;01-02-2024\n", source=source)

    assert refused.value.code == "bad_parameter"


def test_two_files_of_one_name_are_refused() -> None:
    one, other = (sample(f"CPR;{kind}\n110180-0003;01-02-2024\n", "sager.csv") for kind in ("Henvist", "Afsluttet"))

    with pytest.raises(Refused, match="hedder det samme"):
        draft([one, other], CODES, "fs")
