"""Wrong mapping files, sheets, rows and deliveries, and the exact answer that a person gets to each (data/bad/sheet*.toml)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from journey.codes import standard
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.mapping import parse_sheets
from journey.personal import has_personal_number
from journey.refusals import CATALOGUE, Refused
from tests.support.sheets import Register, mapping, moment, read, tables_of

BAD = Path(__file__).parents[2] / "data" / "bad"
MAPPINGS, SHEETS, DELIVERIES = (
    tomllib.loads((BAD / f"{name}.toml").read_text("utf-8")) for name in ("sheet_mappings", "sheets", "sheet_deliveries")
)


def written_mapping(wrong: dict[str, Any]) -> str:
    """The text of a wrong mapping file."""
    text: str = wrong.get("text") or MAPPINGS["mapping"]
    for before, after in wrong.get("change", []):
        assert before in text
        text = text.replace(before, after)
    return text + wrong.get("end", "")


def mapping_of(wrong: dict[str, Any]) -> SheetsFile:
    """The mapping file that a wrong sheet is read by."""
    return mapping(MAPPINGS["mapping"] + f"[cells]\n{wrong.get('settings', '')}\n")


def written_sheet(wrong: dict[str, Any]) -> bytes:
    """The bytes of a wrong sheet."""
    if "hex" in wrong:
        return bytes.fromhex(wrong["hex"])
    if "text" in wrong:
        text, many = wrong.get("repeat", ("", 0))
        return wrong["text"].replace("«»", text * many).encode()
    header, row = SHEETS["good"][wrong["sheet"]].splitlines()
    cells = [wrong["cells"].get(name, cell) for name, cell in zip(header.split(";"), row.split(";"), strict=True)]
    return f"{header}\n{';'.join(cells)}\n".encode()


def sheet_name(wrong: dict[str, Any]) -> str:
    """The name of a wrong sheet's file."""
    return wrong.get("file", f"{wrong['sheet']}.csv")


def refusal(refused: Refused) -> str:
    return f"{refused.code} | {refused.place} | {refused.message}"


def answers_to_sheet(wrong: dict[str, Any]) -> list[str]:
    file = mapping_of(wrong)
    nth = [sheet.name for sheet in file.sheets].index(wrong["sheet"])
    try:
        found = read(file, *((nth, table) for table in tables_of(file, {sheet_name(wrong): written_sheet(wrong)})))
    except Refused as refused:
        return [refusal(refused)]
    return [
        f"{each.code} | linje {row.place.line} | {each.field} | {each.reason}" for row in found.bad for each in row.problems
    ]


def rows(many: int) -> str:
    return "Nr;Dag\n" + "".join(f"{nr};01-03-2024\n" for nr in range(1, many + 1))


def named(table: dict[str, Any]) -> Any:
    return pytest.mark.parametrize("wrong", table["wrong"], ids=[each["name"] for each in table["wrong"]])


@named(MAPPINGS)
def test_a_wrong_mapping_file_gets_exactly_this_answer(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        parse_sheets(written_mapping(wrong), standard())

    assert refusal(refused.value) == wrong["answer"]


@named(SHEETS)
def test_a_wrong_sheet_or_row_gets_exactly_this_answer(wrong: dict[str, Any]) -> None:
    assert answers_to_sheet(wrong) == wrong["answer"]


@named(DELIVERIES)
def test_a_wrong_delivery_gets_exactly_this_answer_and_nothing_of_it_is_recorded(wrong: dict[str, Any]) -> None:
    register = Register(mapping(DELIVERIES["mapping"]))
    register.take(moment("2024-06-01"), {name: rows(many) for name, many in wrong["before"].items()})
    before = register.length
    day, _, clock = wrong.get("taken_at", "2024-07-01T06:00").partition("T")

    with pytest.raises(Refused) as refused:
        register.take(
            moment(day, clock),
            {name: rows(many) for name, many in wrong["after"].items()},
            allow_gone=wrong.get("allow_gone"),
        )

    assert refusal(refused.value) == wrong["answer"]
    assert register.length == before


def test_the_right_mapping_file_and_rows_are_right() -> None:
    """The twin: what each wrong one differs from in one thing is taken."""
    for name, text in SHEETS["good"].items():
        assert answers_to_sheet({"sheet": name, "text": text}) == []


ANSWERS = [
    *(each["answer"] for table in (MAPPINGS, DELIVERIES) for each in table["wrong"]),
    *(answer for each in SHEETS["wrong"] for answer in each["answer"]),
]


def test_no_answer_repeats_a_number_or_a_name_and_each_says_where_and_what_to_do() -> None:
    planted = re.compile(r"0\D?2\D?0\D?2\D?9\D?0|000[12]|20290|010180")

    assert [answer for answer in ANSWERS if has_personal_number(answer) or planted.search(answer)] == []
    assert [answer for answer in ANSWERS if re.search("Åse|Nygård|Mette|hemmelig", answer)] == []
    assert [answer for answer in ANSWERS if not all(part.strip() for part in answer.split(" | "))] == []
    assert [answer for answer in ANSWERS if not CATALOGUE[answer.partition(" | ")[0]].remedy] == []


def test_the_tables_are_as_long_as_they_should_be_and_say_each_thing_once() -> None:
    every = [each for table in (MAPPINGS, SHEETS, DELIVERIES) for each in table["wrong"]]

    assert len(every) >= 160
    assert len({each["name"] for each in every}) == len(every)
    assert len({str({**each, "name": ""}) for each in every}) == len(every)
