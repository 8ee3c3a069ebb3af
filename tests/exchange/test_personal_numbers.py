"""No spelling of a CPR number passes any door, and no ordinary id is taken for one (domain.md section 2)."""

from __future__ import annotations

import io
import json
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.codes import standard
from journey.exchange.input_events import records
from journey.exchange.interchange import parse_line
from journey.exchange.lines import DATA_FIELDS, line_context
from journey.exchange.mapping import resolve_mapping
from journey.log.stored import Entry
from journey.personal import excerpt, has_personal_number, is_clean, is_person_id, needs_inspection
from journey.refusals import Refused
from tests.conftest import FIGURES
from tests.rules.test_kinds_of_the_law import OF_A_STREAM, WHOLE
from tests.support.sizes import by_size

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
BOLD = str.maketrans("0123456789", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")


def numbers(count: int) -> Iterator[tuple[str, str, str, str]]:
    """Day, month, year and the last four of invented numbers, every third a replacement number (day + 60)."""
    rng = random.Random(10)
    for nth in range(count):
        day = date(1930, 1, 1) + timedelta(days=rng.randrange(34_000))
        yield f"{day.day + 60 * (nth % 3 == 0):02}", f"{day.month:02}", f"{day:%Y}", f"{rng.randrange(10_000):04}"


SPELLINGS: tuple[Callable[[str, str, str, str], str], ...] = (
    lambda d, m, y, n: f"{d}{m}{y[2:]}{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}-{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]} {n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}–{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}—{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}−{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}\N{NON-BREAKING HYPHEN}{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}.{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}/{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}_{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]} - {n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}--{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}\N{NO-BREAK SPACE}{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}\N{THIN SPACE}{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}·{n}",
    lambda d, m, y, n: f"{d} {m} {y[2:]} {n[:2]} {n[2:]}",
    lambda d, m, y, n: f"{d}.{m}.{y[2:]}-{n}",
    lambda d, m, y, n: f"{d}/{m}/{y[2:]}-{n}",
    lambda d, m, y, n: f"{d}-{m}-{y[2:]}-{n}",
    lambda d, m, y, n: f"{d}_{m}_{y[2:]}_{n}",
    lambda d, m, y, n: " ".join(f"{d}{m}{y[2:]}{n}"),
    lambda d, m, y, n: f"{d}{m}{y}-{n}",
    lambda d, m, y, n: f"{d}{m}{y}{n}",
    lambda d, m, y, n: f"{d}-{m}-{y} {n}",
    lambda d, m, y, n: f"cpr{d}{m}{y[2:]}{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}{n}x",
    lambda d, m, y, n: f"CPR:{d}{m}{y[2:]}-{n}",
    lambda d, m, y, n: f"b-{d}{m}{y[2:]}-{n}",
    lambda d, m, y, n: f"1-{d}{m}{y[2:]}-{n}-2",
    lambda d, m, y, n: f"{d}{m}{y[2:]}-{n}".translate(WIDE),
    lambda d, m, y, n: f"{d}{m}{y[2:]}{n}".translate(WIDE),
    lambda d, m, y, n: f"{d}{m}{y[2:]} {n}".translate(ARABIC),
    lambda d, m, y, n: f"{d}{m}{y[2:]}{n}".translate(BOLD),
    lambda d, m, y, n: f"{d}{m}{y[2:]}－{n}",
    lambda d, m, y, n: f"{d}{m}{y[2:]}．{n}",
)
"""Ways to write a number that people and programs have."""


def ordinary(count: int) -> Iterator[str]:
    """Ids of five forms that registers use: UUID, hexadecimal, KLE journal number, a prefix and a counter, an ISO day and a counter."""
    rng = random.Random(11)
    for nth in range(count):
        day = date(2000, 1, 1) + timedelta(days=rng.randrange(9_800))
        subject = ".".join(f"{rng.randrange(90):02}" for _ in range(3))
        year = rng.choice((f"{day:%y}", f"{day:%Y}"))
        forms = (
            str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            f"{rng.getrandbits(4 * (size := rng.choice((32, 40, 64)))):0{size}x}",
            f"{subject}-{rng.choice('AGKP')}{rng.randrange(60):02}-{rng.randrange(10 ** rng.randint(1, 6))}-{year}",
            f"{rng.choice(('N-', 'SAG-', 'b', 'fs_'))}{day:%Y}-{rng.randrange(10_000):04}",
            f"{day.isoformat()}-{rng.randrange(10 ** (nth % 6 + 1)):0{nth % 6 + 1}}",
        )
        yield forms[nth % 5]


def texts() -> Iterator[tuple[str, dict[str, Any], Callable[[dict[str, Any], str], None]]]:
    """Every text field of every kind: the kind and the field, a line that is taken, and how a text is put there."""
    for kind, data in WHOLE.items():
        place = {"stream": "s"} if kind in OF_A_STREAM else {"case": "N-1"}
        line = {**place, "kind": kind, "valid_at": "2024-03-01", "by": "sb-1", "source": "fs", "source_id": "1"}
        for name in (*place, "by", "source", "source_id", "source_case"):
            yield f"{kind}.{name}", {**line, "data": data}, lambda line, text, name=name: line.update({name: text})
        for name, field in DATA_FIELDS[kind].items():
            if kind != "note_added" and "Str" in str(field.type):
                yield (
                    f"{kind}.data.{name}",
                    {**line, "data": data},
                    lambda line, text, name=name: line["data"].update({name: text}),
                )


def reader(**more: Any) -> Any:
    return line_context(standard(), NOW, lambda: "own", **more)


def refused(line: dict[str, Any]) -> bool:
    found = parse_line(json.dumps(line, ensure_ascii=False).encode(), reader())
    return isinstance(found, list)


def test_every_text_field_takes_what_stands_there_before_a_number_is_put_into_it() -> None:
    fields = list(texts())

    assert len(fields) > 150
    assert not [name for name, line, _ in fields if refused(line)]


def _tried(count: int, step: int) -> tuple[int, list[tuple[str, str]], set[str]]:
    """How many lines were tried, those taken, and the parts of numbers that a problem repeated."""
    tried, taken, repeated = 0, [], set[str]()
    context = reader()
    spelled = [spelling(*number) for number in numbers(count) for spelling in SPELLINGS]
    for nth, (name, line, put) in enumerate(texts()):
        for text in spelled[nth % step :: step]:
            one = {**line, "data": dict(line["data"])}
            put(one, text)
            tried += 1
            found = parse_line(json.dumps(one, ensure_ascii=bool(nth % 2)).encode(), context)
            if isinstance(found, Entry):
                taken.append((name, text))
            elif any(text in problem.text for problem in found):
                repeated.add(text)
    return tried, taken, repeated


def test_no_spelling_of_a_number_is_taken_in_any_text_field() -> None:
    tried, taken, repeated = _tried(50, 211)

    assert tried > 1_000
    assert not taken
    assert not repeated


@pytest.mark.long
def test_no_spelling_of_many_numbers_is_taken_in_any_text_field(request: pytest.FixtureRequest) -> None:
    tried, taken, repeated = _tried(50, by_size(20, 5, 1))

    figures = f"{tried} numbers put into text fields: {len(taken)} taken, {len(repeated)} repeated in a message"
    request.node.user_properties.append((FIGURES, f"A6 {request.node.name}: {figures}"))
    assert not taken
    assert not repeated


MAPPING = 'format = "csv"\nsource = "log"\nunit = "social"\nrole = "authority"\nids = "as_given"\nactivities = "as_given"\n[columns]\n'
MAPPING += 'case = "sag"\ntime = "tid"\nactivity = "handling"\nworker = "hvem"\nevent = "id"\n'


def test_a_mapping_takes_no_number_in_any_column_though_it_takes_ids_and_labels_as_given() -> None:
    mapping = resolve_mapping(MAPPING, standard(), str)
    context = reader(declared=mapping.declared)
    rows = [
        [text if place == at else usual for place, usual in enumerate(("A", "2024-03-01T10:00:00Z", "Møde", "bo", "7"))]
        for number in numbers(50)
        for spelling in SPELLINGS
        for text in (spelling(*number),)
        for at in (0, 2, 3, 4)
    ]
    usual = "sag,tid,handling,hvem,id\nA,2024-03-01T10:00:00Z,Møde,bo,7\n"
    file = "".join([usual, *(",".join(row) + "\n" for row in rows[:: by_size(37, 5, 1)])])

    found = [record.found for record in records(io.BytesIO(file.encode()), mapping.file, context, lambda _: None).records]

    assert not isinstance(found[0], list), "the twin: the row without a number is taken"
    assert not [record for record in found[1:] if not isinstance(record, list)]


def test_no_ordinary_id_is_taken_for_a_number() -> None:
    ids = [*ordinary(10_000), str(uuid.uuid4()), uuid.uuid4().hex]

    assert not [text for text in ids if has_personal_number(text)]
    assert not [text for text in ids if not is_person_id(text)]
    context = reader()
    line = {"kind": "referred", "valid_at": "2024-03-01", "source": "fs", "data": {"unit": "social", "citizen": "b1"}}
    for text in ids[:: by_size(50, 10, 1)]:
        at = {**line, "case": text[:64], "source_id": text, "source_case": text}
        assert isinstance(parse_line(json.dumps(at, ensure_ascii=False).encode(), context), Entry), text


@pytest.mark.parametrize("text", ["0101901234", "01 01 90 12 34", "cpr0101901234", "０１０１９０１２３４", "610190-1234"])
def test_a_form_that_is_passed_over_hides_no_number_beside_it(text: str) -> None:
    """The twin of the one above: what is passed over is the id alone."""
    for id_ in ordinary(200):
        assert has_personal_number(f"{id_} {text}x"), id_
        assert has_personal_number(f"{text}, {id_}"), id_


@pytest.mark.parametrize(
    "text",
    [
        "010190123",
        "01019012345",
        "90101901234",
        "000190-1234",
        "011390-1234",
        "310490-1234",
        "920190-1234",
        "01012190-1234",
        "2024-03-01T09:12:00",
        "2024-03-01-0042",
        "20240301-0042",
        "27.00.00-G01-12-24",
        "N-2023-0042",
        "+45 86 12 34 56",
    ],
)
def test_what_has_not_the_form_is_passed_over(text: str) -> None:
    assert not has_personal_number(text)


PIECES = st.sampled_from(
    [*"0123456789", *"0123", " ", "-", "–", ".", "_", "/", "a", "æ", "²", "½", "·", "\xa0", "\u200b", "，", "１", "٣", "⑩"]
)


@given(st.lists(PIECES, min_size=1, max_size=30).map("".join), st.booleans())
def test_a_line_that_needs_no_inspection_has_clean_texts_alone(text: str, escaped: bool) -> None:
    if not needs_inspection(json.dumps({"case": text}, ensure_ascii=escaped).encode()):
        assert is_clean(text)


@given(st.text(max_size=60) | st.lists(PIECES, max_size=60).map("".join))
def test_a_message_never_repeats_a_number(text: str) -> None:
    assert not has_personal_number(excerpt(text))


@given(st.text(max_size=60) | st.lists(PIECES, max_size=60).map("".join))
def test_a_refusal_never_repeats_a_number(text: str) -> None:
    refused = Refused("bad_parameter", text, place=text)

    assert not has_personal_number(refused.message)
    assert not has_personal_number(refused.place)


def test_a_refusal_keeps_the_rest_of_what_it_says() -> None:
    refused = Refused("bad_parameter", "Værdien 01 01 90-1234 kendes ikke.", place="/sager/0101901234?x=2024-03-01")

    assert refused.message == "Værdien (skjult) kendes ikke."
    assert refused.place == "/sager/(skjult)?x=2024-03-01"


@pytest.mark.parametrize(("spelling", "number"), [(spelling, number) for spelling in SPELLINGS for number in numbers(2)])
def test_a_message_hides_every_spelling(spelling: Callable[..., str], number: tuple[str, str, str, str]) -> None:
    assert excerpt(spelling(*number)) == "(skjult)"
    assert excerpt(f"borgeren {spelling(*number)} har ringet og er vred") == "(skjult)"


@pytest.mark.parametrize(
    "text", ["anna", "Anna Hansen", "Anna Hansen, Storegade 4, tlf. 86123456", "sb 17", "æ7", "b-1;x", "", "sb–17", "７"]
)
def test_a_name_is_no_id_of_a_person(text: str) -> None:
    assert not is_person_id(text)
