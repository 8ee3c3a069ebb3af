"""A draft of any sheet: TOML whatever the cells hold, and a mapping file that reads the rows it was made of."""

from __future__ import annotations

import csv
import io
import re
import tomllib

from hypothesis import event, given, settings
from hypothesis import strategies as st

from journey.exchange.sheets.drafting.draft import draft
from journey.exchange.sheets.events import EMPTY_CELL
from journey.exchange.sheets.mapping import parse_sheets
from journey.refusals import Refused
from tests.exchange.sheets.test_draft import CODES, drafted, sample
from tests.support.sheets import csv_table, read

CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\0"), max_size=12) | st.sampled_from(
    ['"', "'''", "\\", "]", "# x", "01-02-2024", "110180-0003", "Bostøtte § 85", "1,5"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=2, max_size=6))
def test_a_draft_is_toml_whatever_the_cells_hold(table: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(table)
    try:
        text = draft([sample(out.getvalue(), encoding="utf-8")], CODES, "fs")
    except Refused as refused:
        text = f'format = "sheets" # {refused.code}'

    assert tomllib.loads(text)["format"] == "sheets"
    assert "110180" not in text


COLUMNS: dict[str, list[str]] = {
    "CPR-nr.": ["110180-0003", "1202900004", "120290 0004", "130375.0010"],
    "Sagsnr": ["S-1", "2024-7", "00012"],
    "Borgers navn": ["Åse Hansen", "", "Bo"],
    "Ydelse": ["Bostøtte § 85", "Efterskole", "efterskole ", "Mentor", "Kontaktperson"],
    "Forsørgelse": ["Sygedagpenge", "Fleksjob", "SU"],
    "Enhed": ["Ungeindsatsen", "Jobcenter", ""],
    "Startdato": ["01-02-2024", "1.2.2024", "2024-02-01"],
    "Slutdato": ["", "31-12-9999", "30-06-2025"],
    "Henvist den": ["01-01-2024", "05/01/2024"],
    "Lukket": ["", "01-01-2025"],
    "Visiteret": ["", "02-02-2024"],
    "Årligt beløb": ["1.200", "54.761,90 kr.", "", "0"],
    "Sagsbehandler": ["Karin Ibsen", "Lis Bo", "sb-17", ""],
    "Status": ["Aktiv", "Iværksat"],
    "Bemærkning": ["se 010180-0001", "ring", ""],
}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_draft_reads_the_rows_that_it_was_made_of(data: st.DataObject) -> None:
    """Filled in with any code and a key, it has no other bad rows than those with a word that no list knows, or an empty cell."""
    names = data.draw(st.permutations([*COLUMNS]).flatmap(lambda all_: st.integers(2, len(all_)).map(lambda most: all_[:most])))
    rows = [
        [f"L-{nth}", *(data.draw(st.sampled_from(COLUMNS[name])) for name in names)]
        for nth in range(data.draw(st.integers(2, 6)))
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([["Løbenr", *names], *rows])

    text = drafted(out.getvalue())
    text = re.sub(r'# udfyld: (\w+) = \{ is = "en af: (\w+).*', r'\1 = { is = "\2" }', text)
    text = text.replace("case = {}", 'case = { column = "Løbenr" }').replace(
        '# udfyld: citizen = "en kolonne"', 'citizen = { is = "b-1" }'
    )

    gives_events = "# udfyld: en [[sheet.event]]" not in text
    event(f"gives events: {gives_events}")
    if not gives_events:
        return
    file = parse_sheets(text, CODES)
    found = read(file, (0, csv_table(file, 0, out.getvalue())))
    event(f"rows: {len(found.given)} good, {len(found.bad)} bad")
    assert [
        problem for _, _, problem in found.problems if "kendes ikke på listen" not in problem and problem != EMPTY_CELL
    ] == []
