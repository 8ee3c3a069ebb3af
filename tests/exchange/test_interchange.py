"""The interchange format: what a line says, what is wrong with it, and the line that an event is exported as."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from journey.codes import standard
from journey.events import KINDS, Closed, NoteAdded, Referred, Visited, Withdrawn
from journey.exchange.explain import MOST, explain
from journey.exchange.interchange import format_line, parse_line
from journey.exchange.lines import LineContext, line_context
from journey.exchange.normalising import normalised
from journey.history import COPENHAGEN, Recorded
from journey.log.stored import Entry, content, encoded
from journey.personal import has_personal_number
from tests.support.histories import NOW, random_register

BAD = tomllib.loads((Path(__file__).parents[1] / "data" / "bad" / "lines.toml").read_text("utf-8"))["line"]
AT = datetime(2026, 1, 1, tzinfo=UTC)
SAID = {"case": "N-1", "kind": "referred", "valid_at": "2024-03-01", "source": "fs", "source_id": "1"}
REFERRED = {"unit": "social", "citizen": "c1"}


def reader(now: datetime = AT, **more: Any) -> LineContext:
    return line_context(standard(), now, lambda: "own-1", cases={("fs", "A-1"): "N-1", ("fs", "A-2"): "stream:x"}, **more)


def raw(data: dict[str, Any] | None = None, **fields: Any) -> bytes:
    return json.dumps(SAID | {"data": REFERRED if data is None else data} | fields, ensure_ascii=False).encode()


def taken(data: dict[str, Any] | None = None, *, by: LineContext | None = None, **fields: Any) -> Entry:
    found = parse_line(raw(data, **fields), by or reader())
    assert isinstance(found, Entry), [problem.text for problem in found]
    return found


@pytest.mark.parametrize("wrong", BAD, ids=[one["name"] for one in BAD])
def test_a_wrong_line_gets_exactly_this_answer(wrong: dict[str, Any]) -> None:
    written = bytes.fromhex(wrong["hex"]) if "hex" in wrong else wrong["raw"].encode()
    written = written.replace("«x»".encode(), b"x" * wrong.get("repeat", 0))

    found = parse_line(written, reader())

    assert isinstance(found, list)
    assert [f"{problem.code} | {problem.text}" for problem in found] == wrong["answers"]


def test_the_corpus_of_wrong_lines_has_every_one_of_at_least_forty() -> None:
    assert len(BAD) >= 40
    assert len({one["name"] for one in BAD}) == len(BAD)


def test_the_example_of_the_law_is_read_as_it_stands() -> None:
    example = (
        '{"case": "N-2023-0042", "kind": "support_granted", "valid_at": "2024-03-01", "known_at": "2024-03-04T09:12:00+01:00",'
        ' "by": "sb-17", "source": "fagsystem-a", "source_id": "880123", "data": {"grant": "g1", "support": "bostoette_85"}}'
    )

    found = parse_line(example.encode(), reader())

    assert isinstance(found, Entry)
    assert (found.stream, found.kind, found.valid_at, found.by) == ("N-2023-0042", "support_granted", date(2024, 3, 1), "sb-17")
    assert (found.source, found.source_id) == ("fagsystem-a", "880123")
    assert found.known_at == datetime(2024, 3, 4, 8, 12, tzinfo=UTC)


def test_an_alias_is_stored_as_the_code() -> None:
    assert taken({"unit": "ui", "citizen": "c1"}).event == Referred("ungeindsatsen", "c1")


@pytest.mark.parametrize("layer", ["2", 2])
def test_a_layer_may_be_a_text_or_a_number(layer: object) -> None:
    assert taken({"forum": "kv_udvalg", "layer": layer}, kind="visited").event == Visited("kv_udvalg", "2")


def test_a_line_without_source_is_the_registers_own() -> None:
    found = taken(source=None, source_id=None)

    assert (found.source, found.source_id) == ("journey", "own-1")


def test_a_withdrawal_without_a_source_names_its_own() -> None:
    assert taken({"source_id": "7", "reason": "fejl"}, kind="withdrawn").event == Withdrawn("7", "fejl", "fs")


def test_a_stream_is_kept_apart_from_the_cases() -> None:
    data = {"source_id": "7", "reason": "fejl"}

    assert taken(data, kind="withdrawn", case=None, stream="survey").stream == "stream:survey"


def test_a_source_case_is_looked_up_where_no_case_is_said() -> None:
    assert taken(case=None, source_case="A-1").stream == "N-1"
    assert taken(case="N-7", source_case="A-1").stream == "N-7"


def test_a_notes_text_is_kept_beside_the_event() -> None:
    found = taken({"text": "Ringede 010190-1234.\nAftalt."}, kind="note_added")

    assert found.text == "Ringede 010190-1234.\nAftalt."
    assert found.event == NoteAdded("")


def test_ids_may_be_declared_not_to_be_cpr_numbers_but_labels_never() -> None:
    declared = reader(not_cpr=frozenset({"fs"}))

    assert taken({"unit": "social", "citizen": "0101901234"}, by=declared, case="0101901234").stream == "0101901234"
    assert isinstance(parse_line(raw({"activity": "0101901234"}, kind="activity_recorded"), declared), list)
    assert isinstance(parse_line(raw(source="fs2", case="0101901234"), declared), list)


@pytest.mark.parametrize(("said", "ends"), [("2024-03-01", date(2024, 3, 2)), ("2024-02-29", date(2024, 3, 1))])
def test_an_inclusive_ending_is_moved_to_the_first_day_without(said: str, ends: date) -> None:
    inclusive = reader(inclusive=True)

    assert taken({"reason": "other"}, by=inclusive, kind="closed", valid_at=said).valid_at == ends
    assert taken(by=inclusive, valid_at=said).valid_at == date.fromisoformat(said)


def test_the_last_day_of_the_calendar_is_kept_free() -> None:
    inclusive = reader(inclusive=True)

    assert taken(valid_at="9999-12-30").valid_at == date(9999, 12, 30)
    assert taken({"reason": "other"}, by=inclusive, kind="closed", valid_at="9999-12-29").event == Closed("other")
    refused = parse_line(raw({"reason": "other"}, kind="closed", valid_at="9999-12-30"), inclusive)
    assert isinstance(refused, list)
    assert "ingen slutdato" in refused[0].reason


def test_knowing_now_is_not_knowing_later() -> None:
    assert taken(known_at="2026-01-01T01:00:00+01:00").known_at == AT


def test_the_reason_of_a_reject_file_may_stay_in_a_line_that_was_mended() -> None:
    assert taken(_reason="linje 3: kind: feltet mangler") == taken()


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("0101901234", True),
        ("010190-1234", True),
        ("(010190-1234)", True),
        ("290296-1234", True),
        ("290200-1234", True),
        ("290201-1234", False),
        ("300200-1234", False),
        ("310499-1234", False),
        ("320199-1234", False),
        ("001399-1234", False),
        ("010199--1234", True),
        ("010190 1234", True),
        ("10101901234", False),
        ("01019012345", False),
        ("x0101901234", True),
        ("ø0101901234", True),
        ("0101901234é", True),
        ("_0101901234_", True),
        ("999999-0101901234", True),
    ],
)
def test_the_form_of_a_cpr_number(text: str, *, has: bool) -> None:
    assert has_personal_number(text) is has


@pytest.mark.parametrize("text", ["0101901234", "010190-1234", "æ 010190-1234", "\u0130 0101901234"])
def test_no_message_repeats_what_may_be_a_cpr_number(text: str) -> None:
    for fields in ({"case": text}, {"kind": text}, {"valid_at": text}, {"known_at": text}, {text: 1}, {"by": [text]}):
        found = parse_line(raw({"unit": text, "citizen": text, text: text}, **fields), reader())
        assert isinstance(found, list)
        assert not any("1234" in problem.text for problem in found)


def test_a_line_with_a_hundred_thousand_wrong_fields_is_answered_at_once() -> None:
    found = explain(json.dumps({f"felt{number}": 1 for number in range(100_000)}).encode(), reader())

    assert len(found) == MOST + 1


@pytest.mark.parametrize("seed", range(3))
def test_every_line_of_a_random_register_comes_back_from_its_export(seed: int) -> None:
    for position, said in enumerate(random_register(seed), start=1):
        first = parse_line(json.dumps(said).encode(), reader(NOW))
        assert isinstance(first, Entry), (said, first)
        known_at = first.known_at or NOW
        recorded = Recorded(
            position, 1, first.valid_at, known_at, known_at.date(), first.source, first.source_id, first.event, first.by,
            first.source_case,
        )  # fmt: skip

        again = parse_line(format_line(recorded, first.stream, first.text), reader(NOW))

        assert isinstance(again, Entry), again
        assert content(again) == content(first)
        assert again.known_at == known_at


def test_an_export_says_the_moment_in_copenhagen_to_the_microsecond_and_leaves_out_what_was_not_said() -> None:
    known_at = datetime(2024, 7, 1, 10, 0, 0, 123456, tzinfo=UTC)
    recorded = Recorded(1, 1, date(2024, 7, 1), known_at, date(2024, 7, 1), "fs", "1", Visited("kv_udvalg"))

    assert format_line(recorded, "N-1").decode() == (
        '{"case":"N-1","kind":"visited","valid_at":"2024-07-01","known_at":"2024-07-01T12:00:00.123456+02:00",'
        '"source":"fs","source_id":"1","data":{"forum":"kv_udvalg"}}'
    )


def test_an_export_carries_a_notes_hash_and_its_text_only_when_given() -> None:
    day = date(2024, 7, 1)
    recorded = Recorded(1, 1, day, AT, day, "fs", "1", NoteAdded("a" * 64))

    assert json.loads(format_line(recorded, "N-1"))["data"] == {"text_hash": "a" * 64}
    assert json.loads(format_line(recorded, "N-1", "hej"))["data"] == {"text": "hej"}


WRITTEN = [json.dumps(one, ensure_ascii=False).encode() for one in random_register(7)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["0101901234", "9999-12-31", "\0"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["unit", "text", "layer", "due"]), inner),
    max_leaves=8,
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A line of a register with a few bytes replaced, put in or taken out."""
    written = bytearray(draw(st.sampled_from(WRITTEN)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(written) - 1))
        written[place : place + draw(st.integers(0, 3))] = draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"\\u0000", b"{"])
        )
    return bytes(written)


@st.composite
def altered(draw: st.DrawFn) -> bytes:
    """A line of a register with some fields given other values, of any type."""
    said = json.loads(draw(st.sampled_from(WRITTEN)))
    inner = said["data"]
    said |= draw(st.dictionaries(st.sampled_from([*said, "case", "stream", "by", "source_case"]), JSON, max_size=2))
    if draw(st.booleans()):
        said["data"] = inner | draw(st.dictionaries(st.sampled_from([*inner, "text"]), JSON, max_size=2))
    if draw(st.booleans()):
        said["kind"] = draw(st.sampled_from(sorted(KINDS)))
    return json.dumps(said, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


def entry_or_problems(written: bytes) -> None:
    by = reader(NOW, not_cpr=frozenset({"regneark"}))

    found = parse_line(written, by)

    if isinstance(found, Entry):
        assert all("to gange" in problem.reason for problem in explain(normalised(written) or written, by))
        encoded(found, claimed=False)
        content(replace(found, source_id="x"))
    else:
        assert found
        assert [problem.reason for problem in found] != ["kan ikke læses som en hændelse"]
        assert not any(has_personal_number(problem.text) for problem in found)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_entry_or_problems(written: bytes) -> None:
    entry_or_problems(written)


@pytest.mark.long
@settings(max_examples=1500)
@given(mutated() | altered())
def test_any_mutation_of_a_line_is_an_entry_or_problems(written: bytes) -> None:
    entry_or_problems(written)


def test_a_moment_is_written_with_copenhagens_offset_on_both_sides_of_the_change_of_the_clock() -> None:
    before, after = datetime(2024, 10, 27, 0, 59, tzinfo=UTC), datetime(2024, 10, 27, 1, 0, tzinfo=UTC)

    assert before.astimezone(COPENHAGEN).utcoffset() == timedelta(hours=2)
    assert after.astimezone(COPENHAGEN).utcoffset() == timedelta(hours=1)
