"""Labels and aliases as codes: whatever is taken in may say the product's own words for a code, and the code is what is stored."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest

from journey.codes import CodeList, parse_code_lists, standard, standard_text
from journey.events import KINDS, STREAM_KINDS
from journey.exchange.interchange import parse_line
from journey.exchange.lines import line_context
from journey.exchange.mapping import parse_mapping
from journey.log.stored import Entry

CODES = standard()
CONTEXT = line_context(CODES, datetime(2026, 1, 1, tzinfo=UTC), lambda: "own")
FIELDS = [(kind, field, used) for kind, form in KINDS.items() for field, used in form.codes.items() if kind not in STREAM_KINDS]
WRITTEN = {
    "as it stands": str,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "with more spaces": lambda text: f" {text.replace(' ', '  ')} ",
    "with spaces that do not break": lambda text: text.replace(" ", "\N{NO-BREAK SPACE}"),
    "taken apart": lambda text: unicodedata.normalize("NFD", text),
}


def spellings(of: CodeList) -> list[tuple[str, str]]:
    """Every spelling of every code of the list that is no other code's too."""
    names = [(name, code) for code, entry in of.codes.items() for name in (code, *entry.aliases, entry.da, entry.en)]
    codes: dict[str, set[str]] = {}
    for name, code in names:
        codes.setdefault(name.casefold(), set()).add(code)
    return [(name, code) for name, code in names if len(codes[name.casefold()]) == 1]


@pytest.mark.parametrize("way", WRITTEN)
def test_every_spelling_of_every_code_is_understood(way: str) -> None:
    for used in {used for _, _, used in FIELDS}:
        for name, code in spellings(CODES[used]):
            assert CODES[used].spellings.get(WRITTEN[way](name)) == code, (used, name)


@pytest.mark.parametrize(("kind", "field", "used"), FIELDS)
def test_a_line_may_say_the_label_and_the_code_is_what_it_says(kind: str, field: str, used: str) -> None:
    data: dict[str, Any] = {name: next(iter(CODES[other].codes)) for name, other in KINDS[kind].codes.items()}
    others = {
        "source_id": "1",
        "unit": "social",
        "citizen": "b1",
        "grant": "g1",
        "worker": "w1",
        "complaint": "k1",
        "amount": 1,
        "due": "2024-05-01",
    }
    data |= {name: value for name, value in others.items() if name in KINDS[kind].__struct_fields__ and name not in data}
    for name, code in spellings(CODES[used]):
        line = {"case": "N-1", "kind": kind, "valid_at": "2024-03-01", "data": data | {field: name.upper()}}
        found = parse_line(json.dumps(line).encode(), CONTEXT)
        assert isinstance(found, Entry), (name, found)
        assert str(getattr(found.event, field)) == code


def test_what_no_list_knows_is_refused_with_the_nearest() -> None:
    line = {"case": "N-1", "kind": "transferred", "valid_at": "2024-03-01", "data": {"to": "socialt", "reason": "age"}}

    found = parse_line(json.dumps(line).encode(), CONTEXT)

    assert isinstance(found, list)
    assert "findes ikke på listen enheder; mente du social?" in found[0].reason


def test_a_mapping_may_say_the_label() -> None:
    text = 'format = "xes"\nsource = "x"\nunit = "socialOMRÅDET"\nrole = "Myndighedssagsbehandler"\n'
    role = CODES["roles"].codes["authority"].da

    found = parse_mapping(text.replace("Myndighedssagsbehandler", role.upper()), CODES)

    assert (found.unit, found.role) == ("social", "authority")


def test_a_label_of_two_codes_is_none_and_a_code_is_what_it_is() -> None:
    more = '[units]\nx1 = { da = "Fælles", en = "Joint" }\nx2 = { da = "fælles", en = "SOCIAL" }\n'
    units = parse_code_lists(standard_text(), more)["units"].spellings

    assert units.get("Fælles") is None
    assert units.get("joint") == "x1"
    assert units.get("Social") == "social"
    assert "Fælles" not in units
