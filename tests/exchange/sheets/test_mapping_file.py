"""The mapping file of sheets: all its faults in one go, each with its place and what to do; and its JSON Schema, which sees the same."""

from __future__ import annotations

import json
import tomllib

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.codes import standard
from journey.exchange.sheets.declarations import CellForm, EventForm, SheetForm, SheetsFile, ValueForm
from journey.exchange.sheets.kinds import SHEET_KINDS
from journey.exchange.sheets.mapping import mapping_faults
from journey.exchange.sheets.schema import mapping_schema
from journey.exchange.sheets.values import CellReader
from tests.support.sheets import ACCEPTED, faults, mapping

SCHEMA = jsonschema_rs.validator_for(mapping_schema(standard()))

SMALL = """
format = "sheets"
source = "a"
[[sheet]]
name = "sager"
file = "sager.csv"
key = ["Nr"]
case = { column = "Nr" }
  [[sheet.event]]
  kind = "referred"
  on = "Henvist"
  data = { unit = "Enhed", citizen = { cpr = "CPR" } }
"""
EVENT = '  kind = "referred"\n  on = "Henvist"\n  data = { unit = "Enhed", citizen = { cpr = "CPR" } }\n'


def event(kind: str, data: str, more: str = "", *, on: str = '"S"') -> str:
    """The small file with another event."""
    return SMALL.replace(EVENT, f'kind = "{kind}"\non = {on}\n{more}\ndata = {{ {data} }}\n')


def small(*changes: tuple[str, str], end: str = "") -> str:
    """The small file, changed."""
    text = SMALL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text + end


UNIT, CITIZEN, KEY, FILE, ON = '"Enhed"', '{ cpr = "CPR" }', '["Nr"]', "sager.csv", "  on ="
FOLLOWS = 'first = "caseworker_assigned"\nfollows = "Hvem"'
CHANGED = 'role = { is = "authority" }, reason = { is = "other" }'
GRANT = 'grant = "G", support = "Y"'
MOVED = 'reason = { is = "moved" }'
TABLE = (UNIT, '{ column = "Enhed", codes = "e" }')

BY_TYPE = [
    (small(('"sheets"', '"ark"')), "format", "skal være en af: sheets"),
    (small(('source = "a"', "")), "source", "feltet mangler"),
    (small(('"sager"', '"Sager"')), "sheet[1].name", "a-z, 0-9, _ og -"),
    (small((KEY, '"Nr"')), "sheet[1].key", "skal være en liste"),
    (small((KEY, f'{KEY}\ngone = "slet"')), "sheet[1].gone", "keep, withdraw"),
    (small((KEY, f"{KEY}\nkeys = 1")), "sheet[1].keys", "feltet kendes ikke"),
    (small(end='[cells]\nencoding = "gæt"'), "cells.encoding", "cp1252"),
    (small(end='[cells]\nzone = "UTC"'), "cells.zone", "skal være en af: Europe/Copenhagen"),
    (small(end='[cells]\ndelimiter = ":"'), "cells.delimiter", "en af: ,, ;, tab, |"),
    (small(end='[cells]\ndates = "dd-mm-yy"'), "cells.dates", "dd-mm-yyyy"),
    (small(end="[cells]\nheader = 0"), "cells.header", "må ikke være under 1"),
    (small(('"Henvist"', '{ column = "Henvist", inclusive = "ja" }')), "event[1].on.inclusive", "true eller false"),
    (small(('  on = "Henvist"\n', "")), "event[1].on", "feltet mangler"),
]
BY_FORM = [
    (small(('"referred"', '"henvist"')), "event[1].kind", "hændelsestypen henvist kan ikke komme af et ark"),
    (small(('"referred"', '"note_added"')), "event[1].kind", "kan ikke komme af et ark"),
    (small(('"referred"', '"survey_recorded"')), "event[1].kind", "kan ikke komme af et ark"),
    (small(("case = { column", "case = { nr")), "sheet[1].case.nr", "feltet kendes ikke"),
    (small(('{ column = "Nr" }', '{ column = "Nr", cpr = "CPR" }')), "sheet[1].case", "netop én"),
    (small((KEY, "[]")), "sheet[1].key", "mindst én kolonne"),
    (small((f"unit = {UNIT}, ", "")), "event[1].data.unit", "feltet mangler: referred skal have det"),
    (small(("unit = ", "enhed = 1, unit = ")), "event[1].data.enhed", "skal være"),
    (small(("unit = ", 'units = "x", unit = ')), "event[1].data.units", "mente du unit?"),
    (small((CITIZEN, '{ cpr = "CPR", column = "Nr" }')), "data.citizen", "skriv netop én"),
    (small((UNIT, '{ column = "Enhed", is = "social" }')), "data.unit", "skriv netop én"),
    (small((UNIT, '{ is = "social", codes = "x" }')), "data.unit", "feltet codes hører til column"),
    (event("closed", MOVED, 'changed_on = "X"'), "event[1].changed_on", "hører til follows"),
    (event("closed", MOVED, 'first = "closed"'), "event[1].first", "hører til follows"),
    (small((ON, 'when = { column = "S" }\non =')), "event[1].when", "is, in og starts"),
    (small((ON, 'when = { column = "S", is = "a", in = ["b"] }\non =')), "event[1].when", "is, in og starts"),
]
"""What the schema sees too."""
BY_MEANING = [
    (small(('source = "a"', 'source = "010180-0001"')), "source", "form som et CPR-nummer"),
    (small((ON, 'when = { column = "Nr", is = "010180-0001" }\non =')), "event[1].when.is", "nogens nummer"),
    (small(end=SMALL.partition('source = "a"')[2]), "sheet[2].name", "brugt før"),
    (small((FILE, "../sager.csv")), "sheet[1].file", "i den mappe"),
    (small((FILE, "sager.ods")), "sheet[1].file", "gem xls og ods som xlsx eller CSV"),
    (small((FILE, "sager.xlsx")), "sheet[1].worksheet", "feltet mangler"),
    (small((f'"{FILE}"', f'"{FILE}"\nworksheet = "Ark1"')), "sheet[1].worksheet", "kun en xlsx-fil"),
    (small((KEY, '["Nr", " Nr "]')), "sheet[1].key[2]", "to gange"),
    (small((KEY, f'{KEY}\nignore = ["Navn", "Enhed"]')), "sheet[1].ignore[2]", "læses i event[1].data.unit"),
    (small(('"Henvist"', '"CPR"')), "event[1].on", "læses som CPR-nummer"),
    (small(('{ column = "Nr" }', '{ column = "CPR" }')), "sheet[1].case.column", "læses som CPR-nummer"),
    (small(TABLE), "data.unit", "[codes.e] findes ikke"),
    (small(TABLE, end='[codes.e]\n"X" = "socal"'), "data.unit", "mente du social?"),
    (small(end='[codes.e]\n"A  b" = "social"\n"a B" = "skole"'), "codes.e.a B", "hver sin kode"),
    (small((UNIT, '{ is = "socal" }')), "data.unit", "mente du social?"),
    (small((UNIT, CITIZEN)), "data.unit", "cpr hører kun til"),
    (small(("unit = ", 'born = { person = "Navn" }, unit = ')), "data.born", "person hører kun til worker"),
    (small((CITIZEN, '{ is = "Åse" }')), "data.citizen", "aldrig et navn"),
    (
        event("support_granted", f'{GRANT}, yearly_amount = {{ column = "B", times = 0 }}'),
        "yearly_amount",
        "times skal være over",
    ),
    (event("support_granted", 'grant = { column = "G", times = 2 }, support = "Y"'), "data.grant", "kun til et beløb"),
    (
        event("closed", f'{MOVED} }}\n[[sheet.event]]\nkind = "closed"\non = "T"\ndata = {{ {MOVED}'),
        "event[2].name",
        "brugt før",
    ),
    (event("caseworker_changed", f'{CHANGED}, worker = "Anden"', FOLLOWS), "event[1].follows", "netop ét felt"),
    (
        event("benefit_changed", 'benefit = "Y"', 'follows = "Y"', on='{ column = "S", inclusive = true }'),
        "event[1].on",
        "inclusive",
    ),
    (small(end='[cells]\nopen_ends = ["aldrig"]'), "cells.open_ends", "aldrig er ikke en dag"),
    (small(end='[cells]\nopen_ends = ["31-12-99"]'), "cells.open_ends", "er ikke en dag"),
]


@pytest.mark.parametrize(("text", "place", "reason"), [*BY_TYPE, *BY_FORM, *BY_MEANING])
def test_a_wrong_mapping_file_is_refused_with_place_and_reason(text: str, place: str, reason: str) -> None:
    refusal = faults(text)

    assert place in refusal
    assert reason.lower() in refusal.lower()
    assert "010180" not in refusal


@pytest.mark.parametrize(("text", "place", "reason"), [*BY_TYPE, *BY_FORM])
def test_the_schema_sees_what_is_wrong_by_its_form(text: str, place: str, reason: str) -> None:
    assert list(SCHEMA.iter_errors(json.loads(json.dumps(tomllib.loads(text)))))


ISO_DAYS = SMALL + '[cells]\ndates = "yyyy-mm-dd"\n'


@pytest.mark.parametrize("text", [ACCEPTED, SMALL, ISO_DAYS])
def test_a_right_mapping_file_is_right_by_its_schema_too(text: str) -> None:
    assert mapping(text)
    assert list(SCHEMA.iter_errors(tomllib.loads(text))) == []


def test_all_faults_are_named_in_one_go() -> None:
    refusal = faults(small((KEY, "[]"), ('"referred"', '"henvist"'), (FILE, "sager.xls")))

    assert all(each in refusal for each in ("sheet[1].key", "sheet[1].event[1].kind", "sheet[1].file"))


def test_what_is_wrong_by_its_type_hides_nothing_else_that_is_wrong() -> None:
    another = SMALL.partition('source = "a"')[2].replace("sager", "b").replace("referred", "henvist")
    for wrong, place, _ in BY_TYPE:
        refusal = faults(f'{wrong}\n[codes.e]\n"A  b" = "social"\n"a B" = "skole"\n{another}')

        assert all(each in refusal for each in (place, "codes.e.a B", "sheet[2].event[1].kind")), refusal


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('format = "sheets"', ["source", "sheet"]),
        ('format = "sheets"\nsource = 1\nsheet = 1', ["source", "sheet"]),
        ('format = "sheets"\nsource = "a"\nsheet = [1]', ["sheet[1]"]),
        (small((KEY, '"Nr"'), ('"referred"', "7"), ("case = { column", "case = { nr")), ["key", "event[1].kind", "case.nr"]),
        (small(('  on = "Henvist"\n', ""), (UNIT, "[]")), ["event[1].on", "event[1].data.unit"]),
    ],
)
def test_a_fault_that_follows_from_another_is_not_named(text: str, places: list[str]) -> None:
    found = [fault.field.removeprefix("sheet[1].") for fault in mapping_faults(tomllib.loads(text), standard())]

    assert sorted(found) == sorted(places)


NAMES_OF_FIELDS = sorted(
    {name for form in (SheetForm, EventForm, ValueForm, CellForm) for name in form.__struct_encode_fields__}
)
TABLE_VALUE: st.SearchStrategy[object] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "x", "sheets", "referred", "tab"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", *NAMES_OF_FIELDS]), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(["format", "source", "sheet", "cells", "codes", "cases", "x"]), TABLE_VALUE))
def test_any_table_has_its_faults_or_is_a_mapping_file(table: dict[str, object]) -> None:
    if not mapping_faults(table, standard()):
        assert msgspec.convert(table, SheetsFile)


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    assert "linje 2" in faults("format = 'sheets'\nsource =\n[cells]\n")


def test_a_unit_that_follows_gives_its_transfers_from_the_column() -> None:
    data = f'citizen = {CITIZEN}, unit = {UNIT}, reason = {{ is = "handover" }}'
    text = event("transferred", data, 'first = "referred"\nfollows = "Enhed"')

    assert mapping(text)
    assert "netop ét felt i transferred" in faults(text.replace('follows = "Enhed"', 'follows = "Team"'))


def test_the_law_s_defaults() -> None:
    file = mapping(SMALL + '[cells]\ndecimal = "."\n')
    settings = file.settings(file.sheets[0])

    assert (settings.encoding, settings.delimiter, settings.dates, settings.decimal) == ("cp1252", ";", "dd-mm-yyyy", ".")
    assert (settings.header, settings.multiline) == (1, False)
    assert settings.empty == ("", "-", "NULL", "NONE", "nan")


@pytest.mark.parametrize("ends", ["", 'open_ends = ["31-12-9999"]', 'open_ends = ["9999-12-31", "01.01.2099"]'])
@pytest.mark.parametrize("dates", ["dd-mm-yyyy", "yyyy-mm-dd"])
def test_a_day_without_end_is_written_in_either_form_whatever_the_cells_are_written_in(dates: str, ends: str) -> None:
    file = mapping(SMALL + f'[cells]\ndates = "{dates}"\n{ends}\n')

    assert CellReader(file.settings(file.sheets[0])).day("9999-12-31") is None


def test_a_sheet_may_say_otherwise_than_the_file() -> None:
    file = mapping(SMALL + '  [sheet.cells]\n  delimiter = "tab"\n[cells]\nheader = 3\n')

    assert (file.settings(file.sheets[0]).delimiter, file.settings(file.sheets[0]).header) == ("\t", 3)


def test_every_kind_of_a_case_has_its_form_in_the_schema() -> None:
    event_form = mapping_schema(standard())["$defs"]["EventForm"]

    assert {each["if"]["properties"]["kind"]["const"] for each in event_form["allOf"]} == SHEET_KINDS
