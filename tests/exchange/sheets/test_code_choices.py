"""Choices of a code for unknown words: written into the mapping file's text beside what stands there, and taken in the next reading."""

from __future__ import annotations

import pytest

from journey.codes import standard
from journey.exchange.sheets.code_choices import CodeChoice, code_options, with_choices
from journey.exchange.sheets.mapping import parse_sheets
from journey.refusals import Refused
from tests.support.sheets import ACCEPTED, csv_table, mapping, read

CODES = standard()
SUPPORT = CodeChoice("bevillinger", "Ydelse", "supports", "Støtte til bolig", "bostoette_85")
BENEFIT = CodeChoice("ydelser", "Ydelse", "benefits", "Dagpenge mv.", "sygedagpenge")
ROWS = "Sagsnr;Bevillingsnr;CPR;Navn;Ydelse;Startdato;Status;Slutdato;Beløb pr. måned\n"
ROW = "1;7;010180-0001;x;{};01-02-2026;Iværksat;;100\n"


def unknown(text: str, word: str) -> list[str]:
    file = mapping(text)
    return [each.word or "" for each in read(file, (0, csv_table(file, 0, ROWS + ROW.format(word)))).unknown]


def test_a_choice_is_taken_in_the_next_reading() -> None:
    assert unknown(ACCEPTED, SUPPORT.word) == [SUPPORT.word]

    text = with_choices(ACCEPTED, [SUPPORT], CODES)

    assert unknown(text, SUPPORT.word) == []
    assert text.replace('"Støtte til bolig" = "bostoette_85"\n', "") == ACCEPTED


def test_a_field_without_a_table_is_given_a_table() -> None:
    text = with_choices(ACCEPTED, [SUPPORT, BENEFIT], CODES)

    file = parse_sheets(text, CODES)
    assert file.codes["benefits"] == {"Dagpenge mv.": "sygedagpenge"}
    assert 'benefit = { column = "Ydelse", codes = "benefits" }' in text


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("[codes.ydelser]", "[codes.ydelser] # bevillingernes ord"),
        ("[codes.ydelser]", '[ codes . "ydelser" ]'),
        ('benefit = "Ydelse"', 'benefit = { column = "Ydelse" }'),
        ('benefit = "Ydelse"', "benefit  =  'Ydelse'"),
        ("\n", "\r\n"),
        ('data = { benefit = "Ydelse" }', '[sheet.event.data]\n  benefit = "Ydelse"'),
        ("[codes.enheder]", '[codes.benefits]\n"Kontant" = "kontanthjaelp"\n[codes.enheder]'),
    ],
)
def test_however_the_file_is_written_the_choices_are_all_that_is_new(written: str, otherwise: str) -> None:
    text = ACCEPTED.replace(written, otherwise)
    if "Kontant" in otherwise:
        text = text.replace('"kontanthjaelp"', f'"{next(iter(CODES["benefits"].codes))}"')

    edited = with_choices(text, [SUPPORT, BENEFIT], CODES)

    before, after = parse_sheets(text, CODES), parse_sheets(edited, CODES)
    assert after.codes["ydelser"] == before.codes["ydelser"] | {SUPPORT.word: SUPPORT.code}
    assert {**after.codes, "ydelser": {}}.keys() >= before.codes.keys()
    assert sum(len(table) for table in after.codes.values()) == sum(len(table) for table in before.codes.values()) + 2


@pytest.mark.parametrize("word", ['a "b" c', "a \\ b", "a = b # c", "[codes.x]", "'", "…"])
def test_a_word_is_written_as_it_stands(word: str) -> None:
    text = with_choices(ACCEPTED, [SUPPORT._replace(word=word)], CODES)

    assert parse_sheets(text, CODES).codes["ydelser"][word] == SUPPORT.code


def test_a_file_that_cannot_be_edited_is_refused_with_what_to_write() -> None:
    head = 'codes = { ydelser = { "Efterskole" = "efterskole" }, enheder = { "Jobcenter" = "arbejdsmarked" } }\n'
    text = head + ACCEPTED.partition("[codes.ydelser]")[0]

    with pytest.raises(Refused) as refused:
        with_choices(text, [SUPPORT], CODES)

    assert refused.value.code == "bad_mapping"
    assert '[codes.ydelser] "Støtte til bolig" = "bostoette_85"' in refused.value.remedy


def test_two_spellings_of_one_word_with_two_codes_are_refused() -> None:
    with pytest.raises(Refused, match="to gange"):
        with_choices(ACCEPTED, [SUPPORT, SUPPORT._replace(word="STØTTE til bolig", code="efterskole")], CODES)


def test_a_code_that_the_list_does_not_have_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        with_choices(ACCEPTED, [SUPPORT._replace(code="fribillet")], CODES)

    assert refused.value.code == "bad_mapping"


def test_a_unit_that_follows_is_given_a_table_once() -> None:
    text = ACCEPTED.replace(
        '[[sheet]]\nname = "ydelser"',
        '  [[sheet.event]]\n  kind = "transferred"\n  follows = "Team"\n  first = "referred"\n  on = "Henvist"\n  name = "team"\n'
        '  data = { citizen = { cpr = "CPR" }, unit = "Team", reason = { is = "other" } }\n[[sheet]]\nname = "ydelser"',
    )
    try:
        parse_sheets(text, CODES)
    except Refused:
        pytest.skip("the list of reasons has no such code")

    edited = with_choices(text, [CodeChoice("sager", "Team", "units", "Ungeteam", "ungeindsatsen")], CODES)

    assert edited.count('codes = "units"') == 1


def test_the_nearest_code_is_offered_first() -> None:
    assert code_options("Bostøtte efter § 85", "supports", CODES)[0] == "bostoette_85"
    assert sorted(code_options("x", "supports", CODES)) == sorted(CODES["supports"].codes)
    assert code_options("x", "", CODES) == ["true", "false"]
