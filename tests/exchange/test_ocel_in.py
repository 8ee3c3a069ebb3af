"""OCEL 2.0 in JSON, taken in: objects to cases, qualifiers to roles, and what is no such log (domain.md sections 9 and 10, rule 10)."""

from __future__ import annotations

import io
import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.codes import standard
from journey.events import NAMES, ActivityRecorded, CaseworkerAssigned, CaseworkerChanged, Referred
from journey.exchange.event_logs import ocel_events
from journey.exchange.event_logs.ocel import ocel
from journey.exchange.foreign import ForeignEvent, entries_of_case, with_ids
from journey.exchange.input_events import records
from journey.exchange.lines import ID_LENGTH, line_context
from journey.exchange.mapping import ResolvedMapping, resolve_mapping
from journey.history import in_order
from journey.log.stored import Entry
from journey.problem import Problem
from journey.refusals import Refused
from tests.exchange.test_event_logs import CASE
from tests.exchange.test_event_table import DOCS
from tests.support.given import told

HEAD = """
format = "ocel"
source = "log"
unit = "social"
activities = "as_given"
{more}
[objects]
case = "sag"
"""
BY_QUALIFIER = HEAD + '[roles]\nansvarlig = "authority"\njob = "employment"\n'
BY_TYPE = HEAD.replace("{more}", 'role = "authority"\n{more}') + 'worker = "medarbejder"\n'
OWN = """
format = "ocel"
source = "andet-register"
unit = "social"
zone = "Europe/Copenhagen"
ids = "as_given"
activities = "as_given"
[objects]
case = "case"
typed_ids = true
[roles]
worker = "authority"
"""
"""The mapping file of docs/formats.md, for a log of our own."""
OBJECTS = {"A-1": "sag", "A-2": "sag", "w1": "medarbejder", "w2": "medarbejder", "bevilling 1": "bevilling"}


def mapping(text: str, more: str = "") -> ResolvedMapping:
    return resolve_mapping(text.replace("{more}", more), standard(), str)


def event(name: str, *relations: str, kind: str = "Møde", time: Any = "2024-03-01T10:00:00Z", **more: Any) -> dict[str, Any]:
    """An event; a relation is `object` or `qualifier=object`."""
    parts = (each.rpartition("=") for each in relations)
    related = [{"objectId": object_id, "qualifier": qualifier or "af"} for qualifier, _, object_id in parts]
    return {"id": name, "type": kind, "time": time, "attributes": [], "relationships": related, **more}


def log(*events: Any, objects: dict[str, str] = OBJECTS, **more: Any) -> bytes:
    given_objects = [{"id": name, "type": kind, "attributes": [], "relationships": []} for name, kind in objects.items()]
    whole = {"objectTypes": [], "eventTypes": [], "objects": given_objects, "events": list(events), **more}
    return json.dumps(whole, ensure_ascii=False).encode()


def found(content: bytes, by: ResolvedMapping) -> list[Any]:
    context = line_context(
        standard(), datetime(2100, 1, 1, tzinfo=UTC), lambda: "own", cases=by.cases, not_cpr=by.not_cpr, declared=by.declared
    )
    return [each.found for each in records(io.BytesIO(content), by.file, context, lambda _: None).records]


def entries(content: bytes, by: ResolvedMapping) -> list[Entry]:
    events: dict[str, list[ForeignEvent]] = {}
    for each in found(content, by):
        assert isinstance(each, ForeignEvent), each
        events.setdefault(each.case, []).append(each)
    return [
        entry
        for case in events.values()
        for _, _, entry in entries_of_case(with_ids(sorted(case, key=attrgetter("moment", "line"))), by.file)
    ]


def problems(content: bytes, by: ResolvedMapping) -> list[str]:
    return [problem.text for each in found(content, by) if isinstance(each, list) for problem in each]


ROLES = log(
    event("e1", "A-1", "ansvarlig=w1", "job=w2"),
    event("e2", "A-1", "job=w1", time="2024-03-02T10:00:00Z"),
    event("e3", "A-1", "bevilling 1", "skriver=w2", kind="Brev", time="2024-03-03T10:00:00Z"),
    event("e4", "A-1", "ansvarlig=w1", "job=w1", time="2024-03-04T10:00:00Z"),
)


def test_a_qualifier_says_the_role_of_a_worker() -> None:
    assert [(entry.source_id, entry.event) for entry in entries(ROLES, mapping(BY_QUALIFIER))] == [
        ("A-1:referred", Referred("social", "A-1")),
        ("e1@A-1:caseworker-authority", CaseworkerAssigned("authority", "w1")),
        ("e1@A-1:caseworker-employment", CaseworkerAssigned("employment", "w2")),
        ("e1@A-1:activity", ActivityRecorded("Møde", "w1")),
        ("e2@A-1:caseworker-employment", CaseworkerChanged("employment", "w1", "other")),
        ("e2@A-1:activity", ActivityRecorded("Møde", "w1")),
        ("e3@A-1:activity", ActivityRecorded("Brev")),
        ("e4@A-1:activity", ActivityRecorded("Møde", "w1")),
    ]


def test_or_the_type_of_the_object_does() -> None:
    one = log(event("e1", "A-1", "w1"), event("e2", "A-1", "job=w2", time="2024-03-02T10:00:00Z"))

    assert [entry.event for entry in entries(one, mapping(BY_TYPE))][1:] == [
        CaseworkerAssigned("authority", "w1"),
        ActivityRecorded("Møde", "w1"),
        CaseworkerChanged("authority", "w2", "other"),
        ActivityRecorded("Møde", "w2"),
    ]
    of_type = mapping(BY_QUALIFIER.replace('"sag"', '"sag"\nworker = "bevilling"'))
    assert [entry.event for entry in entries(ROLES, of_type) if entry.kind.startswith("caseworker")] == []
    assert [entry.kind for entry in entries(one, mapping(HEAD))] == ["referred", "activity_recorded", "activity_recorded"]


def test_an_event_of_several_cases_is_an_event_of_each() -> None:
    several = log(event("e1", "A-1", "A-2", "A-1", "ansvarlig=w1"), event("e2", "A-2", time="2024-03-01T10:00:00Z"))

    assert [(each.stream, each.source_id) for each in entries(several, mapping(BY_QUALIFIER))] == [
        ("A-1", "A-1:referred"),
        ("A-1", "e1@A-1:caseworker-authority"),
        ("A-1", "e1@A-1:activity"),
        ("A-2", "A-2:referred"),
        ("A-2", "e1@A-2:caseworker-authority"),
        ("A-2", "e1@A-2:activity"),
        ("A-2", "e2@A-2:activity"),
    ]


def test_an_event_that_is_bad_for_one_of_its_cases_is_bad_for_all_and_named_once() -> None:
    content = log(
        event("e1", "A-1", "A-2", time="i går"), event("e2", "A-1", "stream:A"), objects={**OBJECTS, "stream:A": "sag"}
    )

    assert [len(each) for each in found(content, mapping(HEAD))] == [1, 1]


def test_cases_are_looked_up_and_an_id_names_the_registers_own() -> None:
    by = mapping(HEAD + '[cases]\n"A-1" = "N-1"\n')

    assert [(each.stream, each.source_case, each.source_id) for each in entries(log(event("e1", "A-1")), by)] == [
        ("N-1", "A-1", "A-1:referred"),
        ("N-1", "A-1", "e1@N-1:activity"),
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_the_lists_does_not_matter_nor_does_what_stands_beside_them(turned: bool) -> None:
    parts = {**json.loads(ROLES), "andet": {"a": [1, {"b": None}]}, "tal": -1.5e3, "ja": True, "tekst": 'en "tekst"]'}
    content = json.dumps(dict(reversed(parts.items())) if turned else parts, indent=3).encode("utf-8-sig")

    assert entries(content, mapping(BY_QUALIFIER)) == entries(ROLES, mapping(BY_QUALIFIER))


def test_the_day_is_the_one_written_or_the_zones() -> None:
    content = log(event("e1", "A-1", time="2024-03-01T23:30:00Z"))

    assert entries(content, mapping(HEAD))[0].valid_at == date(2024, 3, 1)
    assert entries(content, mapping(HEAD, 'zone = "Europe/Copenhagen"'))[0].valid_at == date(2024, 3, 2)


def test_the_mapping_file_of_our_own_log_is_in_the_papers() -> None:
    assert OWN.strip() in DOCS.read_text("utf-8")


def test_our_own_log_is_read_back_with_the_same_counts() -> None:
    other = told(
        """
        day        | known      | event              | details
        2024-07-01 | 2024-07-02 | referred           | unit=social citizen=b2
        2024-07-01 | 2024-07-02 | caseworker_assigned| role=authority worker=sb-2
        2024-12-31 | 2025-01-02 | caseworker_changed | role=authority worker=sb-3 reason=leave
        2025-01-01 | 2025-01-02 | closed             | reason=education
    """,
        20,
    )
    cases = [("N-1", CASE), ("N/2", other)]

    made = entries(b"".join(ocel(lambda: cases)), mapping(OWN))

    assert Counter(
        (each.stream, each.event.activity, each.valid_at) for each in made if isinstance(each.event, ActivityRecorded)
    ) == Counter(
        (case, NAMES[type(recorded.event)], recorded.valid_at) for case, history in cases for recorded in in_order(history)
    )
    assert [each.event for each in made if each.stream == "N/2" and each.kind.startswith("caseworker")] == [
        CaseworkerAssigned("authority", "sb-2"),
        CaseworkerChanged("authority", "sb-3", "other"),
    ]


BAD: dict[str, tuple[Any, str]] = {
    "no case": (
        event("e1", "w1"),
        "sag: hændelsen har intet objekt af den type, så det kan ikke ses, hvilken sag den hører til;",
    ),
    "no relations": ({"id": "e1", "type": "Møde", "time": "2024-03-01T10:00:00Z"}, "sag: hændelsen har intet objekt"),
    "an unknown object": (event("e1", "A-9"), "relationships: objektet A-9 findes ikke blandt filens objects"),
    "one unknown beside the case": (event("e1", "A-1", "w9"), "relationships: objektet w9 findes ikke"),
    "no time": (event("e1", "A-1", time=None), "time: feltet mangler"),
    "a time that is none": (event("e1", "A-1", time="i går"), "time: i går er ikke et tidspunkt"),
    "a time without an offset": (
        event("e1", "A-1", time="2024-03-01T10:00:00"),
        "time: 2024-03-01T10:00:00 har ingen forskydning",
    ),
    "no id": (event("", "A-1"), "id: feltet mangler"),
    "no type": (event("e1", "A-1", kind=" "), "type: må ikke være tom"),
    "a number for an id": (
        {**event("e1", "A-1"), "id": 7},
        "hændelsen: er ikke en hændelse i OCEL: id, type og time er tekster",
    ),
    "no object": ({**event("e1"), "relationships": [{"qualifier": "x"}]}, "hændelsen: er ikke en hændelse i OCEL"),
    "a list for an event": ([1], "hændelsen: er ikke en hændelse i OCEL"),
    "a number for an event": (12, "hændelsen: er ikke en hændelse i OCEL"),
    "two workers in a role": (
        event("e1", "A-1", "w1", "w2"),
        "relationships: har flere sagsbehandlere i rollen authority (w1, w2)",
    ),
    "a name for a worker": (event("e1", "A-1", "Kirsten"), "medarbejder: er ikke et id"),
    "a CPR number for a case": (event("e1", "010190-1234"), "sag: har form som et CPR-nummer"),
}
MORE = {"Kirsten": "medarbejder", "010190-1234": "sag"}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_event_is_named_with_its_field_and_reason(name: str) -> None:
    bad, why = BAD[name]
    content = log(event("e0", "A-1"), bad, objects={**OBJECTS, **MORE})

    answers = problems(content, mapping(BY_TYPE))

    assert [isinstance(each, ForeignEvent) for each in found(content, mapping(BY_TYPE))] == [True, False]
    assert len(answers) >= 1
    assert any(answer.startswith(why) for answer in answers), answers
    assert not any("1234" in answer for answer in answers)


def test_an_id_is_as_long_as_the_longest_that_is_made_of_it() -> None:
    longest = "e" * (ID_LENGTH - len("@A-1:caseworker-employment"))

    assert len(entries(log(event(longest, "A-1", "job=w1")), mapping(BY_QUALIFIER))) == 3
    assert problems(log(event(f"{longest}e", "A-1", "job=w1")), mapping(BY_QUALIFIER)) == [
        "id: er 201 tegn lang; højst 200 er tilladt"
    ]


def test_every_worker_of_an_event_is_checked() -> None:
    objects = {"A-1": "sag", "w1": "m", "Åse": "m", "010190-1234": "m"}
    for relations in (["ansvarlig=Åse"], ["ansvarlig=w1", "job=Åse"], ["job=Åse"], ["ansvarlig=w1", "job=010190-1234"]):
        content = log(event("e1", "A-1", *relations), objects=objects)

        assert [each.partition(":")[0] for each in problems(content, mapping(BY_QUALIFIER))] == ["relationships"]
        assert problems(content, mapping(BY_QUALIFIER, 'ids = "as_given"\nnot_cpr = true')) == []


def test_an_id_that_does_not_begin_with_its_type_is_named() -> None:
    by = mapping(HEAD.rstrip() + "\ntyped_ids = true\n")

    assert [each.stream for each in entries(log(event("e1", "sag:1"), objects={"sag:1": "sag"}), by)] == ["1", "1"]
    assert problems(log(event("e1", "A-1")), by) == [
        "relationships: objektet A-1 begynder ikke med sin type og et kolon; fjern typed_ids"
    ]


WHOLE = log(event("e1", "A-1"))
REFUSED: dict[str, tuple[bytes, str]] = {
    "not JSON": (b'{"objects": [], hej', "OCEL-filen kan ikke læses"),
    "a letter": (b"hej", "er ikke et objekt i JSON"),
    "empty": (b"", "OCEL-filen kan ikke læses: den slutter for tidligt"),
    "an item that is no JSON": (WHOLE.replace(b'"id": "e1"', b'"id" "e1"'), "det er ikke gyldig JSON"),
    "not UTF-8": (WHOLE.replace("Møde".encode(), "Møde".encode("cp1252")), "er ikke gyldig UTF-8"),
    "UTF-16": (WHOLE.decode().encode("utf-16"), "Gem den som UTF-8"),
    "cut off": (WHOLE[:-40], "slutter for tidligt"),
    "cut off in its last sign": (WHOLE[:-1], "slutter for tidligt"),
    "something after it": (WHOLE + b"{}", "noget stående efter sin slutning"),
    "a comma too many": (WHOLE.replace(b'"objectTypes": []', b'"objectTypes": [1,]'), "slutter for tidligt, eller har et tegn"),
    "events twice": (WHOLE[:-1] + b', "events": []}', "har events to gange"),
    "nested without end": (log({"a": [[[[[[[[[[1]]]]]]]]]]}), "mere end 8 lag"),
    "OCEL 1.0": (b'{"ocel:global-event": {}, "ocel:events": {}}', "OCEL 1.0"),
    "other JSON": (b'{"navn": "x"}', "den mangler objects og events"),
    "no events in it": (b'{"objects": [], "eventTypes": []}', "den mangler events"),
    "without any event": (log(), "uden hændelser"),
    "an object of two types": (
        WHOLE.replace(b'{"id": "A-2"', b'{"id": "A-1", "type": "x"}, {"id": "A-2"'),
        "tidligere i filen med en anden type",
    ),
    "an object without a type": (WHOLE.replace(b'"type": "medarbejder", ', b""), "ikke både id og type"),
    "JSON Lines": (b'{"case": "N-1", "kind": "closed"}\n{"case": "N-1"}\n', "noget stående efter"),
    "XES": (b'<log xes.version="2.0"></log>', "ligner XES"),
    "OCEL in XML": (b'<?xml version="1.0"?><log><object-types></object-types></log>', "OCEL som XML"),
    "OCEL in SQLite": (b"SQLite format 3\0", "SQLite"),
    "CSV": (b"a;b\n1;2\n", "ligner CSV"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_such_log_is_refused_with_what_it_is(name: str) -> None:
    content, why = REFUSED[name]

    with pytest.raises(Refused) as refused:
        found(content, mapping(HEAD))

    assert refused.value.code == "bad_file"
    assert why in refused.value.message, refused.value.message


def test_a_type_that_no_object_has_is_named_with_those_there_are() -> None:
    with pytest.raises(Refused, match="ingen objekter af typen person; den har: bevilling, medarbejder, sag") as refused:
        found(WHOLE, mapping(HEAD.replace('"sag"', '"person"')))

    assert (refused.value.code, refused.value.place) == ("bad_mapping", "objects.case")


def test_a_log_without_a_mapping_is_named() -> None:
    context = line_context(standard(), datetime(2100, 1, 1, tzinfo=UTC), lambda: "own")

    with pytest.raises(Refused, match=r"ligner OCEL, ikke JSON Lines .* --mapping"):
        records(io.BytesIO(WHOLE), None, context, lambda _: None)


def test_more_objects_than_are_held_in_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocel_events, "MOST_OBJECTS", len(OBJECTS) - 1)

    with pytest.raises(Refused, match=r"mere end 4 objekter\. Del udtrækket"):
        found(WHOLE, mapping(HEAD))


def test_an_event_of_too_many_cases_is_named() -> None:
    many = {f"A-{nth}": "sag" for nth in range(1_000)}

    assert problems(log(event("e1", *many), objects=many), mapping(HEAD)) == ["sag: hændelsen hører til 1.000 sager; højst 999"]
    assert len(found(log(event("e1", *[*many][1:]), objects=many), mapping(HEAD))) == 999


@given(
    st.binary(max_size=100)
    | st.text(alphabet='{}[],:"\\ eventsobjctid1A-', max_size=150)
    | st.integers(0, len(ROLES)).map(lambda at: ROLES[:at])
    | st.tuples(st.integers(0, len(ROLES) - 1), st.binary(min_size=1, max_size=2)).map(
        lambda cut: ROLES[: cut[0]] + cut[1] + ROLES[cut[0] + 1 :]
    )
)
def test_no_file_is_anything_but_events_problems_or_a_refusal(content: bytes | str) -> None:
    every: list[Any] = []
    with suppress(Refused):
        every = found(content if isinstance(content, bytes) else content.encode(), mapping(BY_QUALIFIER))
    assert all(isinstance(each, ForeignEvent) or isinstance(each[0], Problem) for each in every)
