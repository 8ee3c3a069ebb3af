"""Rows to events, and bad rows with their exact answers (domain.md section 10, rules 1, 2 and 8)."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.codes import standard
from journey.events import CaseworkerAssigned, SupportGranted
from journey.exchange.sheets.mapping import resolve_sheets
from journey.exchange.sheets.names import event_id, row_event, row_name
from journey.exchange.sheets.pseudonyms import citizen_pseudonym, worker_pseudonym
from journey.exchange.sheets.rows import BadRow, GivenRow, read_tables
from tests.support.sheets import KEY, NOW, Reading, Register, context, csv_table, mapping, moment, read

BODY = """
format = "sheets"
source = "f"
[[sheet]]
name = "b"
file = "b.csv"
key = ["CPR", "Nr"]
case = { cpr = "CPR" }
skip = [{ column = "Ydelse", starts = "Indberetning" }, { column = "Nr", in = ["I alt", "Sum"] }]
  [[sheet.event]]
  kind = "support_granted"
  on = "Start"
  when = { column = "Status", is = "bevilget" }
  known_at = "Kendt"
  data = { grant = "Nr", support = { column = "Ydelse", codes = "y" }, yearly_amount = "Beløb" }
  [[sheet.event]]
  kind = "caseworker_assigned"
  on = "Start"
  data = { role = { is = "authority" }, worker = { person = "Navn" } }
[codes.y]
"SEL § 85" = "bostoette_85"
"""
HEADER = "CPR;Nr;Start;Status;Ydelse;Beløb;Navn;Kendt"
NOT_KNOWN, NO_AMOUNT = "kendes ikke på listen støtte", "er ikke et beløb, når decimaltegnet er komma"
NEAR = "Bostøtte, midlertidig (bostoette_82b) eller Bostøtte, længerevarende (bostoette_85)"
NO_DAY = "er ikke en dag; skriv den som dd-mm-yyyy eller ÅÅÅÅ-MM-DD"
A_NUMBER = "har form som et CPR-nummer, og kolonnen læses ikke som et; brug { cpr = … }, eller ret cellen"
GOOD = "010180-0001;7;04-03-2024;Bevilget;SEL § 85;1200;Åse Ærø;"


def reading(*rows: str, body: str = BODY, header: str = HEADER) -> Reading:
    file = mapping(body)
    return read(file, (0, csv_table(file, 0, "\n".join((header, *rows)))))


def changed(**cells: str) -> str:
    """The good row with other cells."""
    return ";".join(cells.get(name, cell) for name, cell in zip(HEADER.split(";"), GOOD.split(";"), strict=True))


def test_a_good_row() -> None:
    (row,) = reading(GOOD).given

    granted, assigned = (event.event for event in row.events)
    assert row.case == citizen_pseudonym(KEY, "0101800001")
    assert row.source_case is None
    assert granted == SupportGranted("7", "bostoette_85", 1200)
    assert assigned == CaseworkerAssigned("authority", worker_pseudonym(KEY, "Åse Ærø"))


@pytest.mark.parametrize(
    ("cells", "support"),
    [
        ("SEL § 85", "bostoette_85"),
        ("sel  §\u00a085 ", "bostoette_85"),  # the table, without case and with runs of spaces as one
        ("85", "bostoette_85"),  # an alias
        ("85.0", "bostoette_85"),  # as a sheet gave it
        ("bostoette_85", "bostoette_85"),  # the code
        ("BOSTOETTE_82B", "bostoette_82b"),
        ("Bostøtte, midlertidig", "bostoette_82b"),  # the Danish label
        ("home  support, temporary", "bostoette_82b"),  # the English one
    ],
)
def test_rule_1_a_value_of_a_table_a_label_or_an_alias(cells: str, support: str) -> None:
    (row,) = reading(changed(Ydelse=cells)).given

    assert row.events[0].event.support == support  # type: ignore[union-attr] -- of a grant


@pytest.mark.parametrize(
    ("cells", "problems"),
    [
        ({"CPR": ""}, {"CPR": "feltet mangler: cellen er tom"}),
        ({"CPR": "310280-0001"}, {"CPR": "har ikke form som et CPR-nummer: ti cifre, hvis første seks er en dag"}),
        ({"CPR": "Åse"}, {"CPR": "har ikke form som et CPR-nummer: ti cifre, hvis første seks er en dag"}),
        ({"Nr": ""}, {"Nr": "feltet mangler: cellen er tom"}),
        ({"Nr": "7" * 201}, {"Nr": "er 201 tegn lang; højst 200 er tilladt"}),
        ({"Nr": "020290-0002"}, {"Nr": A_NUMBER}),
        ({"Nr": "7\u200b"}, {"Nr": "indeholder et styretegn eller et usynligt tegn (f.eks. et linjeskift)"}),
        ({"Start": "04-03-24"}, {"Start": "04-03-24 har kun to cifre i året; skriv alle fire"}),
        ({"Start": "31-02-2024"}, {"Start": f"31-02-2024 {NO_DAY}"}),
        ({"Start": "020290-0002"}, {"Start": f"(skjult) {NO_DAY}"}),
        ({"Ydelse": ""}, {"Ydelse": "feltet mangler: cellen er tom"}),
        ({"Ydelse": "Bostøtte, midlertidi"}, {"Ydelse": f"Bostøtte, midlertidi {NOT_KNOWN}; mente du {NEAR}?"}),
        ({"Ydelse": "020290-0002"}, {"Ydelse": A_NUMBER}),
        ({"Beløb": "1.200,50"}, {"Beløb": "er ikke et helt beløb; ret det, eller skriv round = true ved feltet i oversættelsesfilen"}),
        ({"Beløb": "1.2"}, {"Beløb": f"1.2 {NO_AMOUNT}; er det punktum, så skriv decimal = \".\" i oversættelsesfilen"}),
        ({"Beløb": "-1"}, {"Beløb": "må ikke være under 0"}),
        ({"Navn": ""}, {"Navn": "feltet mangler: cellen er tom"}),
        ({"Navn": "Bo 020290-0002"}, {"Navn": A_NUMBER}),
        ({"Kendt": "01-01-2030"}, {"Kendt": "ligger efter nu; ret tidspunktet, eller lad cellen stå tom"}),
        ({"Kendt": "i går"}, {"Kendt": f"i går {NO_DAY}"}),
        ({"Start": "x", "Beløb": "y", "Ydelse": "z"}, {"Start": f"x {NO_DAY}", "Ydelse": f"z {NOT_KNOWN}", "Beløb": f"y {NO_AMOUNT}"}),
        ({"Beløb": "y", "Ydelse": "z"}, {"Ydelse": f"z {NOT_KNOWN}", "Beløb": f"y {NO_AMOUNT}"}),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_column_with_its_reason(cells: dict[str, str], problems: dict[str, str]) -> None:
    found = reading(GOOD.replace(";7;", ";8;"), changed(**cells))

    assert len(found.given) == 1
    assert found.problems == [(3, column.strip(), reason) for column, reason in problems.items()]


@pytest.mark.parametrize(
    "cell", ["020290-0002", "0202900002", "02.02.90 0002", "borger 020290-0002", "620290-0002", "20290-0002"]
)
@pytest.mark.parametrize("column", ["CPR", "Nr", "Start", "Status", "Ydelse", "Beløb", "Navn", "Kendt"])
def test_rule_1_no_message_repeats_a_number(column: str, cell: str) -> None:
    found = reading(changed(**{column: cell}), changed(**{column: f"{cell} x"}))

    assert "0002" not in str(found.bad)
    assert "0002" not in str(found.unknown)


def test_a_row_whose_condition_is_not_so_gives_the_other_event() -> None:
    (row,) = reading(changed(Status="Ansøgt", Beløb="ukendt endnu")).given

    assert [event.name for event in row.events] == ["caseworker_assigned"]


def test_rows_that_are_none_and_rows_without_any_value_are_passed_over() -> None:
    rows = (";;;;;;;", changed(Ydelse="INDBERETNING til DST", CPR="x"), ";i alt;;;;99;;", ";SUM;;;;;;", "-;NULL;nan;;;;;")
    found = reading(*rows)

    assert (found.given, found.bad) == ([], [])


def test_rule_1_a_value_that_no_list_knows_is_named_once_with_its_count() -> None:
    found = reading(*(changed(Nr=str(nr), Ydelse=word) for nr, word in enumerate(["Bostøte", "Bostøte", "85", "Tolk"])))

    assert [(word.sheet, word.column, word.value, word.rows, word.word, word.code_list) for word in found.unknown] == [
        ("b", "Ydelse", "Bostøte", 2, "Bostøte", "supports"),
        ("b", "Ydelse", "Tolk", 1, "Tolk", "supports"),
    ]
    assert len(found.bad) == 3


def test_rule_2_a_row_that_is_there_twice_is_bad_both_times() -> None:
    found = reading(GOOD, changed(Nr="8"), changed(CPR="101800001", Nr="7.0"), changed(Nr="8", Beløb="x"))

    assert sorted(line for line, *_ in found.problems) == [2, 3, 4, 5]
    assert {reason for line, column, reason in found.problems if column == "CPR + Nr"} == {
        "nøglen står i flere rækker i samme udtræk; ret key i oversættelsesfilen, eller fjern de ekstra rækker"
    }
    assert found.given == []


def test_rule_2_a_row_s_name_is_the_law_s_by_hand() -> None:
    key = [citizen_pseudonym(KEY, "0101800001"), 'Ærø "7"']
    digest = hashlib.sha256(json.dumps(key, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
    by_hand = "".join(chr(ord("a") + int(letter, 16)) for letter in digest[:20])

    (row,) = reading(changed(Nr='"Ærø ""7"""')).given

    assert row.name == by_hand
    assert event_id("b", by_hand, "bevilget") == f"b:{by_hand}:bevilget"


@given(st.lists(st.text(max_size=5), min_size=1, max_size=3))
def test_rule_2_a_name_is_that_of_the_key_as_compact_json(key: list[str]) -> None:
    compact = json.dumps(key, ensure_ascii=False, separators=(",", ":"))
    try:
        raw = compact.encode()
    except UnicodeEncodeError:
        return
    expected = hashlib.sha256(raw).hexdigest()[:20].translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))

    assert row_name(key) == expected
    assert row_event(f"sager:{expected}:henvist@2024-03-01") == ("sager", expected, "henvist@2024-03-01")


def test_rule_2_another_row_order_names_the_same_rows() -> None:
    first, second = reading(GOOD, changed(Nr="8")), reading(changed(Nr="8"), "", GOOD)

    assert {row.name for row in first.given} == {row.name for row in second.given}


def test_rule_8_a_sheet_with_pseudonyms_for_numbers_gives_the_same_log() -> None:
    body = BODY.replace('{ cpr = "CPR" }', '{ column = "CPR" }').replace('{ person = "Navn" }', '"Navn"')
    citizen, worker = citizen_pseudonym(KEY, "0101800001"), worker_pseudonym(KEY, "Åse Ærø")

    (before,), (after,) = reading(GOOD).given, reading(changed(CPR=citizen, Navn=worker), body=body).given

    assert (after.name, after.case, after.events) == (before.name, before.case, before.events)


CASES = """
format = "sheets"
source = "f"
{cases}
[[sheet]]
name = "s"
file = "s.csv"
key = ["Sagsnr"]
case = {{ column = "Sagsnr" }}
  [[sheet.event]]
  kind = "referred"
  on = "Dag"
  data = {{ unit = "Enhed", citizen = "Borger", in_scope = "HOI" }}
"""


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ("17.0;04-03-2024;ui;b1;ja", "17"),
        (f"{'9' * 65};04-03-2024;ui;b1;nej", "Sagsnr: kan ikke være en sag: 1-64 tegn, ikke begyndende med stream:"),
        ("stream:x;04-03-2024;ui;b1;", "Sagsnr: kan ikke være en sag: 1-64 tegn, ikke begyndende med stream:"),
        ("17;04-03-2024;ui;Åse;ja", "Borger: er ikke et id"),
        ("17;04-03-2024;ui;b1;måske", "HOI: måske kendes ikke; skriv ja eller nej"),
    ],
)
def test_a_source_s_case_as_it_stands(row: str, outcome: str) -> None:
    found = reading(row, body=CASES.format(cases=""), header="Sagsnr;Dag;Enhed;Borger;HOI")

    if found.given:
        assert (found.given[0].case, found.given[0].source_case) == (outcome, None)
    else:
        _, column, reason = found.problems[0]
        assert f"{column}: {reason}".startswith(outcome)


def test_a_worker_s_spelling_in_case_makes_no_other_worker() -> None:
    """Rule 1: the first spelling stands, that of the log before that of the sheet."""
    body = BODY.replace('{ person = "Navn" }', '"Navn"')
    file = mapping(body)
    table = csv_table(
        file, 0, "\n".join([HEADER, changed(Navn="SB-1"), changed(Nr="8", Navn="sb-1"), changed(Nr="9", Navn="Sb-2")])
    )

    found = read(file, (0, table), workers={"sb-2": "sB-2"})

    assert [row.events[1].event.worker for row in found.given] == ["SB-1", "SB-1", "sB-2"]  # type: ignore[union-attr] -- assigned


def test_a_row_that_gives_nothing_is_there_all_the_same() -> None:
    found = reading(changed(Start=""))

    assert [type(row) for row in (*found.given, *found.bad)] == [GivenRow]
    assert found.given[0].events == ()
    assert not any(isinstance(row, BadRow) for row in found.given)


def test_the_source_s_cases_by_a_table_of_the_mapping_file() -> None:
    body = CASES.format(cases='cases = { "17" = "N-1" }')
    resolved = resolve_sheets(body, standard(), str)
    table = csv_table(resolved.file, 0, "Sagsnr;Dag;Enhed;Borger;HOI\n17;04-03-2024;ui;b1;\n18;04-03-2024;ui;b2;\n")

    given, bad, _ = read_tables([(0, table)], resolved.file, context(resolved.file, cases=resolved.cases), NOW)

    assert [(row.case, row.source_case) for row in given] == [("N-1", "17")]
    assert [problem.reason for row in bad for problem in row.problems] == ["oversættelsesfilen har ingen sag til 18 i [cases]"]
    assert "N-1" not in resolved.without_cases


def test_rule_5_an_event_has_the_moment_of_its_known_at_column_and_so_has_its_correction() -> None:
    register = Register(mapping(BODY.replace('name = "b"\n', 'name = "b"\ngone = "withdraw"\n')))
    known = moment("2024-03-05", "09:12")
    first = changed(Kendt="05-03-2024 09:12", Navn="a")

    taken = register.take(moment("2024-06-01"), {"b": f"{HEADER}\n{first}\n"})
    corrected = register.take(moment("2024-07-01"), {"b": f"{HEADER}\n{first.replace('1200', '1300')}\n"})

    assert [(entry.kind, entry.known_at) for entry in taken.entries] == [
        ("support_granted", known),
        ("caseworker_assigned", None),
    ]
    assert [(entry.kind, entry.known_at) for entry in corrected.entries] == [("withdrawn", known), ("support_granted", known)]
