"""What the system, the database and the readers of files say in English reaches a person in Danish."""

from __future__ import annotations

import csv
import errno
import re
import tomllib
from pathlib import Path

import psycopg
import pytest

from journey.codes import parse_code_lists, standard_text
from journey.exchange.rejects import reject_file
from journey.postgres import CannotStart, embedded
from journey.refusals import Refused
from journey.system_words import csv_error_reason, database_error_reason, os_error_reason, toml_error_reason

PACKAGE = Path(__file__).parents[2] / "journey" / "postgres"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("a", "sidst i filen: der mangler = efter navnet"),
        ("a = ", "sidst i filen: værdien mangler eller kan ikke læses; en tekst står i anførselstegn"),
        ("a = nord", "linje 1, tegn 5: værdien mangler eller kan ikke læses; en tekst står i anførselstegn"),
        ("a = 1\na = 2\nb = 3", "linje 2, tegn 6: det samme navn er brugt to gange"),
        ("[a]\n[a]", "linje 2, tegn 3: det samme navn er brugt to gange"),
        ("a = {b = 1, b = 2}", "linje 1, tegn 18: det samme navn er brugt to gange"),
        ("[a", "sidst i filen: overskriftens ] mangler"),
        ("[[a", "sidst i filen: overskriftens ] mangler"),
        ("a = [1", "sidst i filen: listens ] mangler"),
        ("a = {b = 1", "sidst i filen: } mangler"),
        ('a = "x\\q"', "linje 1, tegn 9: en omvendt skråstreg i en tekst skrives to gange"),
        ('a = "x', "sidst i filen: tekstens sidste anførselstegn mangler"),
        ("a = 'x", "sidst i filen: tekstens sidste anførselstegn mangler"),
        ("a = 'x\ny'", "linje 1, tegn 7: et tegn må ikke stå der; hver tekst begynder og slutter på sin egen linje"),
        ("a = 1 b", "linje 1, tegn 7: der står mere på linjen, end der må, eller værdien er skrevet forkert"),
        ("å = 1", "linje 1, tegn 1: linjen er hverken en overskrift eller navn = værdi"),
        ('a = "\\uZZ"', "linje 1, tegn 8: kan ikke læses"),
    ],
)
def test_a_toml_file_is_wrong_somewhere_for_a_reason(toml: str, said: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as error:
        tomllib.loads(toml)

    assert toml_error_reason(error.value) == said


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("7", "Opslaget passer ikke: skal være et objekt, ikke 7."),
        ('{ da = "Nord" }', "Opslaget passer ikke: en: feltet mangler."),
        ('{ da = 7, en = "North" }', "Opslaget passer ikke: da: skal være en tekst, ikke 7."),
        ('{ da = "Nord", en = "North", klasse = "main" }', "Opslaget passer ikke: klasse: feltet kendes ikke."),
        ('{ da = "Nord", en = "North", aliases = "n" }', 'Opslaget passer ikke: aliases: skal være en liste, ikke "n".'),
        ('{ da = "Nord", en = "North", aliases = [7] }', "Opslaget passer ikke: aliases[1]: skal være en tekst, ikke 7."),
        ('{ da = "Nord", en = "North", valid_from = "i går" }', "Opslaget passer ikke: valid_from: i går er ikke en dag;"),
        ('{ da = "Nord", en = "North", valid_from = 07:30:00 }', "Opslaget passer ikke: valid_from:"),
    ],
)
def test_a_code_that_does_not_fit_says_where_why_and_how_it_is_written(entry: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_code_lists(standard_text(), f"[units]\nnord = {entry}")

    assert refused.value.place == "units.nord"
    assert refused.value.message.startswith(said)
    assert 'Skriv nord = { da = "…", en = "…" }' in refused.value.message


def test_days_and_aliases_that_fit_are_taken() -> None:
    entry = '{ da = "Nord", en = "North", aliases = ["n"], valid_from = 2025-01-01, hoi = true }'

    nord = parse_code_lists(standard_text(), f"[units]\nnord = {entry}")["units"].codes["nord"]

    assert (nord.aliases, str(nord.valid_from), nord.hoi) == (("n",), "2025-01-01", True)


def test_what_the_system_says_is_in_danish_or_marked_as_its_own_words() -> None:
    assert os_error_reason(OSError(errno.ENOSPC, "No space left on device")) == "disken er fuld"
    assert os_error_reason(OSError(errno.EXDEV, "Invalid cross-device link")) == "systemet siger »Invalid cross-device link«"


def test_what_the_database_says_is_known_by_its_code_or_by_that_of_the_error_behind() -> None:
    behind = RuntimeError("the library's")
    behind.__cause__ = psycopg.errors.TooManyConnections()

    assert database_error_reason(psycopg.errors.DiskFull()) == "databasens disk er fuld"
    assert database_error_reason(behind) == "databasen har ikke flere forbindelser"
    assert database_error_reason(psycopg.OperationalError()) == "der er ingen forbindelse til databasen"


def test_a_csv_file_is_wrong_for_a_reason() -> None:
    with pytest.raises(csv.Error) as long:
        list(csv.reader(['"' + "x" * 200_000 + '"']))
    with pytest.raises(csv.Error) as quoted:
        list(csv.reader(['"a" b'], strict=True))

    assert csv_error_reason(long.value) == "et felt er for langt; måske mangler et anførselstegn længere oppe"
    assert csv_error_reason(quoted.value) == "et anførselstegn eller et linjeskift står, hvor det ikke må"


def test_a_reject_file_that_cannot_be_made_is_refused_with_the_reason_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused, reject_file(tmp_path / "ikke her" / "bad.jsonl"):
        pass

    assert refused.value.message == (
        "Filen til de forkerte linjer kan ikke oprettes: mappen eller filen findes ikke. Ret stien, eller giv adgang og plads."
    )


def test_a_data_folder_that_cannot_be_made_is_refused_in_danish(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(CannotStart) as refused, embedded(tmp_path / "data"):
        pass

    assert re.search(r"\b(the|not|is)\b", f"{refused.value.reason} {refused.value.remedy}") is None


def test_no_reason_of_the_embedded_server_is_in_english() -> None:
    """Its texts are written where they are raised: what stands in quotes there with a space in it is for people."""
    for path in PACKAGE.glob("*.py"):
        for raised in re.findall(r"raise CannotStart\((.*?)\n? *\)(?: from|\n)", path.read_text("utf-8"), re.DOTALL):
            for said in re.findall(r'"([^"]* [^"]*)"', raised):
                assert not re.search(r"\b(the|an|is|are|of|and|to|it|your)\b", said), said
