"""The worked mappings of docs/mappings: each is right, by its schema too, and gives the events of the table beside it, written by hand."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import jsonschema_rs
import pytest

from journey.codes import standard
from journey.events import Withdrawn
from journey.exchange.deliveries.comparing import DeliveryOptions, DeliverySetting
from journey.exchange.deliveries.taking import take_delivery
from journey.exchange.sheets.delivery_files import delivery_files
from journey.exchange.sheets.drafting.draft import draft
from journey.exchange.sheets.drafting.samples import csv_sample
from journey.exchange.sheets.files import files_of
from journey.exchange.sheets.mapping import SheetsMapping, mapping_faults, parse_sheets
from journey.exchange.sheets.pseudonyms import citizen_pseudonym, worker_pseudonym
from journey.exchange.sheets.schema import mapping_schema
from journey.history import COPENHAGEN
from journey.log.stored import Entry
from journey.personal import personal_number
from tests.conftest import Database
from tests.support.deliveries import as_entries
from tests.support.sheets import KEY, NOW, Register, shown

PROMISE = (
    "the worked mappings of five national layouts give, delivery by delivery, the events that are written beside them by hand"
)

FOLDER = Path(__file__).parents[3] / "docs/mappings"
NAMES = ["dst-l201", "dst-l231", "ffb", "momentum", "sdi", "three-sheets"]
SCHEMA = jsonschema_rs.validator_for(mapping_schema(standard()))
ROW = re.compile(r"\| ([0-9T-]+) \| ([+−]) \| ([0-9]{4}) \| ([0-9-]+) \| `(\w+)` \| ?(.*?) ?\|")


def text_of(name: str) -> str:
    return (FOLDER / name / "mapping.toml").read_text("utf-8")


def table(name: str) -> list[tuple[str, ...]]:
    """The rows of the table of events: delivery, sign, citizen, day, kind and fields."""
    return [found.groups() for found in ROW.finditer((FOLDER / name / "README.md").read_text("utf-8"))]


def moment_of(folder: str) -> datetime:
    return datetime.strptime(folder if "T" in folder else f"{folder}T0600", "%Y-%m-%dT%H%M").replace(tzinfo=COPENHAGEN)


def deliveries(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each delivery's folder, in the order of their days, with the text of each sheet."""
    file = parse_sheets(text_of(name), standard())
    for folder in sorted(each for each in (FOLDER / name).iterdir() if each.is_dir()):
        found = zip(file.sheets, files_of(file, (path.name for path in folder.iterdir())), strict=True)
        yield folder.name, {sheet.name: (folder / only).read_text("utf-8") for sheet, [only] in found}


def people(name: str) -> dict[str, str]:
    """How the table calls each pseudonym: a citizen by the last four digits, a worker by the name that stands in the cells."""
    cells = {cell for _, sheets in deliveries(name) for text in sheets.values() for cell in re.split(r"[;\n]", text)}
    citizens = {citizen_pseudonym(KEY, digits): digits[-4:] for cell in cells if (digits := personal_number(cell))}
    return citizens | {worker_pseudonym(KEY, cell): cell for cell in cells}


def written(folder: str, entry: Entry, known: dict[str, Entry], called: dict[str, str]) -> tuple[str, ...]:
    """An entry as the table has it."""
    event, sign, fields = entry.event, "+", ""
    if isinstance(event, Withdrawn):
        sign, fields, event = "−", event.reason, known[event.source_id].event
    else:
        fields = shown("", event).partition(" ")[2]
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    for pseudonym, name in called.items():
        fields = fields.replace(pseudonym, name)
    return folder, sign, called[entry.stream], str(entry.valid_at), kind, fields


def given(name: str, text: str) -> list[tuple[str, ...]]:
    """The events that the deliveries give by a mapping file's text."""
    register = Register(parse_sheets(text, standard()))
    called = people(name)
    found: list[tuple[str, ...]] = []
    known: dict[str, Entry] = {}
    for folder, sheets in deliveries(name):
        entries = register.take(moment_of(folder), sheets).entries
        known |= {entry.source_id: entry for entry in entries}
        found += [written(folder, entry, known, called) for entry in entries]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_deliveries_give_the_events_of_the_table(name: str) -> None:
    assert given(name, text_of(name)) == table(name)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("dst-l231", "inclusive = true", "inclusive = false"),
        ("dst-l201", 'gone = "withdraw"', 'gone = "keep"'),
        ("ffb", "entered-in-error", "slettet"),
        ("momentum", 'on = "Slutdato"', 'on = { column = "Slutdato", inclusive = true }'),
        ("sdi", 'is = "Primær behandler"', 'is = "Andre behandlere"'),
    ],
)
def test_a_mapping_that_reads_them_otherwise_gives_other_events(name: str, right: str, wrong: str) -> None:
    assert right in text_of(name)
    assert given(name, text_of(name).replace(right, wrong)) != table(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_row_is_bad_and_the_last_delivery_again_changes_nothing(name: str) -> None:
    file = parse_sheets(text_of(name), standard())
    register = Register(file)
    for folder, sheets in deliveries(name):
        register.take(moment_of(folder), sheets)

    assert register.take(moment_of("2026-12-01"), sheets).entries == []


def test_their_folders_are_taken_into_a_register_s_log_as_they_are_in_memory(database: Database) -> None:
    setting = DeliverySetting(standard(), KEY)
    expected: list[tuple[str, ...]] = []
    for name in NAMES:
        file = parse_sheets(text_of(name), standard())
        register = Register(file)
        for folder, sheets in deliveries(name):
            expected += [
                (each.source_id, shown(str(each.valid_at), each.event))
                for each in register.take(moment_of(folder), sheets).entries
            ]
            options = DeliveryOptions("prøve", moment_of(folder))
            files = delivery_files([FOLDER / name / folder])
            take_delivery(database.app_url, SheetsMapping(file, None), files, setting, options, now=NOW)

    assert [(each.source_id, shown(str(each.valid_at), each.event)) for _, each in as_entries(database)] == expected


@pytest.mark.parametrize("name", NAMES)
def test_each_names_a_schema_that_is_there_and_is_right_by_it(name: str) -> None:
    text = text_of(name)
    line = text.split("\n")[0]

    assert line.startswith("#:schema ")
    named = json.loads((FOLDER / name / line.removeprefix("#:schema ")).read_text("utf-8"))
    for schema in (SCHEMA, jsonschema_rs.validator_for(named)):
        assert list(schema.iter_errors(tomllib.loads(text))) == []


WRONG = [
    ('format = "sheets"', 'format = "sheet"'),
    ("source =", "sources ="),
    ("key =", "keys ="),
    ("case =", 'case = { cpr = "X", column = "Y" } # '),
    ("case =", "case = {} # "),
    ("gone =", 'gone = "slet" # '),
    ("kind = ", 'kind = "henvist" # '),
    ("on =", "on = 7 # "),
    ("dates =", 'dates = "dd-mm-yy" # '),
    ("delimiter =", 'delimiter = ":" # '),
    ("[sheet.event.data]", "[sheet.event.data]\nukendt = 1"),
    ("[sheet.event.data]", '[sheet.event.data]\nukendt = "X"'),
    ("[sheet.event.data]", '[sheet.event.felter]\nx = "X"'),
    ("  [[sheet.event]]\n", '  [[sheet.event]]\n  first = "caseworker_assigned"\n'),
    ("  [[sheet.event]]\n", '  [[sheet.event]]\n  name = "Med Stort"\n'),
    ("  [[sheet.event]]\n", "  [[sheet.event]]\n  valgfri = true\n"),
    ("key = [", "key = [] # ["),
    ("file =", "fil ="),
    ("[cells]", "[celler]"),
]
"""What a schema can see of what is wrong."""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_what_is_wrong_by_its_form_is_so_by_the_schema_and_by_the_program(name: str, right: str, wrong: str) -> None:
    assert right in text_of(name)
    table = tomllib.loads(text_of(name).replace(right, wrong, 1))

    assert mapping_faults(table, standard())
    assert list(SCHEMA.iter_errors(table))


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_of_its_sheets_finds_the_keys_of_its_cases_and_no_person(name: str) -> None:
    folder = max(each for each in (FOLDER / name).iterdir() if each.is_dir())
    samples = [csv_sample(path.open("rb"), path.name) for path in folder.iterdir()]

    text = draft(samples, standard(), "x")

    sheet = tomllib.loads(text)["sheet"][0]
    assert sheet["case"] == tomllib.loads(text_of(name))["sheet"][0]["case"]
    assert not any(person in text for person in ("Rigmor", "Prøve;", "Ditte", "Ida Lyng", "Mona", "Villum"))


def weighed(digits: str) -> int:
    """The sum of modulus 11, which every number given before 2007 divides."""
    return sum(weight * int(digit) for weight, digit in zip((4, 3, 2, 7, 6, 5, 4, 3, 2, 1), digits, strict=True))


def test_the_made_up_numbers_are_nobody_s() -> None:
    """None passes modulus 11, and none is of a first of January, the days whose numbers ran out."""
    texts = [path.read_text("utf-8") for path in FOLDER.rglob("*") if path.is_file()]
    numbers = {number for text in texts for cell in re.split(r"[;\n|]", text) if (number := personal_number(cell))}

    assert len(numbers) >= 8
    assert [number for number in numbers if weighed(number) % 11 == 0 or number.startswith("0101")] == []
