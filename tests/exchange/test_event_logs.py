"""XES and OCEL: of the form that the standards say, streaming, and openable in PM4Py where it is at hand (never in the lock: AGPL)."""

from __future__ import annotations

import importlib.util
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from defusedxml import ElementTree

from api.answers.cohorts import cases_listed_in
from api.cli.main import run
from api.register.register import Register
from journey.access.reader import LOCAL
from journey.events import KINDS, NAMES, STREAM_KINDS
from journey.exchange.event_logs.ocel import ocel
from journey.exchange.event_logs.xes import attribute, xes
from journey.exchange.exporting import LOG_FORMATS, export_log
from journey.history import Recorded, in_order
from journey.log.migrate import READ
from journey.log.reading import histories
from journey.log.stored import STREAM
from journey.refusals import Refused
from tests.conftest import Database, fresh_database
from tests.support.given import told
from tests.support.histories import random_register
from tests.support.registers import load, register_on

XES = "{http://www.xes-standard.org/}"
ATTRIBUTES = {"string", "date", "int", "float", "boolean", "id", "list", "container"}

CASE = told("""
    day        | known      | event              | details
    2024-01-10 | 2024-01-12 | referred           | unit=ungeindsatsen citizen=b1
    2024-02-01 | 2024-02-03 | support_granted    | grant=g1 support=bostoette_85 yearly_amount=94500
    2024-02-02 | 2024-02-03 | note_added         | text=hemmeligt
    2024-02-05 | 2024-02-05 | activity_recorded  | activity='møde & <kaffe>' worker=sb-1
    2024-02-06 | 2024-02-06 | activity_recorded  | activity=aldrig
    2024-02-07 | 2024-02-07 | withdrawn          | source_id=5 reason=dobbelt
    2024-03-01 | 2024-03-01 | complaint_received | complaint=k1
    2024-03-02 | 2024-03-02 | transferred        | to=social reason=age
    2024-03-03 | 2024-03-03 | presented          | forum=samarbejdsforum_30 by=leader matter=visitation
""")

NAMED = {"name": {"type": "string"}, "type": {"enum": ["string", "time", "integer", "float", "boolean"]}}
TYPE = {
    "type": "object",
    "required": ["name", "attributes"],
    "properties": {
        "name": {"type": "string"},
        "attributes": {"type": "array", "items": {"type": "object", "required": ["name", "type"], "properties": NAMED}},
    },
}
RELATIONS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["objectId", "qualifier"],
        "properties": {"objectId": {"type": "string"}, "qualifier": {"type": "string"}},
    },
}


def having(*required: str, timed: bool) -> dict[str, Any]:
    """An event or an object: what it must have, and whether its attributes have a time."""
    pair = ["name", "value", *(["time"] if timed else [])]
    moment = {"type": "string", "format": "date-time"}
    attribute = {"type": "object", "required": pair, "properties": {"name": {"type": "string"}, "time": moment}}
    properties = {"time": moment, "attributes": {"type": "array", "items": attribute}, "relationships": RELATIONS}
    texts = {"id": {"type": "string"}, "type": {"type": "string"}}
    return {"type": "object", "required": list(required), "properties": properties | texts}


SCHEMA = {
    "type": "object",
    "required": ["objectTypes", "eventTypes", "objects", "events"],
    "properties": {
        "objectTypes": {"type": "array", "items": TYPE},
        "eventTypes": {"type": "array", "items": TYPE},
        "objects": {"type": "array", "items": having("id", "type", timed=True)},
        "events": {"type": "array", "items": having("id", "type", "time", timed=False)},
    },
}
"""The rules of OCEL 2.0's JSON form, in words of ours."""


@pytest.fixture(scope="module")
def register(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with fresh_database(server, template.name) as database:
        made = register_on(database, tmp_path_factory.mktemp("keys"))
        load(made, random_register(11, cases=25, events=20), skip_bad=True)
        made.believe()
        yield made


def written(register: Register, form: str, **more: Any) -> bytes:
    out = io.BytesIO()
    count = export_log(register.url, out, LOG_FORMATS[form], reader=LOCAL, **more)
    assert count == sum(len(in_order(history)) for case, history in known(register) if case in more.get("cases", [case]))
    return out.getvalue()


def known(register: Register) -> list[tuple[str, list[Recorded]]]:
    with register.connected(READ) as conn:
        return [(case, history) for case, history in histories(conn, 0, 2**62) if not case.startswith(STREAM)]


def held_to_ocel(log: dict[str, Any]) -> None:
    """The schema, and what it cannot say: ids are unique, types declared, relations to objects that are there."""
    jsonschema_rs.Draft7Validator(SCHEMA, validate_formats=True).validate(log)
    ids = [one["id"] for one in (*log["objects"], *log["events"])]
    assert [id_ for id_, n in Counter(ids).items() if n > 1] == []
    objects = {one["id"] for one in log["objects"]}
    for kinds, things in (("objectTypes", "objects"), ("eventTypes", "events")):
        declared = {one["name"]: {each["name"]: each["type"] for each in one["attributes"]} for one in log[kinds]}
        for one in log[things]:
            assert {each["name"] for each in one["attributes"]} <= set(declared[one["type"]])
            assert {each["objectId"] for each in one["relationships"]} <= objects
            for each in one["attributes"]:
                if declared[one["type"]][each["name"]] == "integer":
                    assert str(int(each["value"])) == each["value"]


def held_to_xes(text: bytes) -> list[tuple[str, list[dict[str, str]]]]:
    """The elements in the order that the standard's schema asks for, each attribute typed; gives the traces' events."""
    log = ElementTree.fromstring(text)
    assert log.tag == f"{XES}log"
    assert {"xes.version", "xes.features"} <= set(log.attrib)
    order = ["extension", "global", "classifier", "string", "trace"]
    tags = [child.tag.removeprefix(XES) for child in log]
    assert tags == sorted(tags, key=order.index)
    prefixes = {child.get("prefix") for child in log.findall(f"{XES}extension")}
    traces = []
    for trace in log.findall(f"{XES}trace"):
        events = []
        for event in trace.findall(f"{XES}event"):
            keys = [each.get("key") for each in event]
            assert len(keys) == len(set(keys))
            assert {each.tag.removeprefix(XES) for each in event} <= ATTRIBUTES
            assert {key.split(":")[0] for key in keys if key and ":" in key} <= prefixes
            assert {"concept:name", "time:timestamp", "registered", "position"} <= set(keys)
            events.append({str(each.get("key")): str(each.get("value")) for each in event})
        traces.append((str(trace.find(f"{XES}string").get("value")), events))
    return traces


def test_a_case_as_xes() -> None:
    ((case, events),) = held_to_xes(b"".join(xes([("N-1 & <co>", CASE)])))

    assert case == "N-1 & <co>"
    assert [(one["concept:name"], one["time:timestamp"][:16], one.get("org:resource")) for one in events[:4]] == [
        ("referred", "2024-01-10T00:00", None),
        ("support_granted", "2024-02-01T00:00", None),
        ("note_added", "2024-02-02T00:00", None),
        ("activity_recorded", "2024-02-05T00:00", "sb-1"),
    ]
    assert [one["activity"] for one in events if "activity" in one] == ["møde & <kaffe>"]
    assert events[1]["yearly_amount"] == "94500"
    assert events[-1]["presented_by"] == "leader"


def test_a_case_as_ocel() -> None:
    log = json.loads(b"".join(ocel(lambda: [("N-1", CASE)])))

    held_to_ocel(log)
    assert [one["id"] for one in log["objects"]] == [
        "case:N-1",
        "grant:N-1/g1",
        "complaint:N-1/k1",
        "caseworker:sb-1",
        "forum:samarbejdsforum_30",
        "unit:social",
        "unit:ungeindsatsen",
    ]
    granted = next(one for one in log["events"] if one["type"] == "support_granted")
    assert granted["time"] == "2024-01-31T23:00:00Z"
    assert granted["relationships"] == [
        {"objectId": "case:N-1", "qualifier": "case"},
        {"objectId": "grant:N-1/g1", "qualifier": "grant"},
    ]
    assert {each["type"]: each["attributes"] for each in log["objects"]}["grant"] == [
        {"name": "support", "time": "2024-01-31T23:00:00Z", "value": "bostoette_85"},
        {"name": "yearly_amount", "time": "2024-01-31T23:00:00Z", "value": "94500"},
    ]
    transferred = next(one for one in log["events"] if one["type"] == "transferred")
    assert {"objectId": "unit:social", "qualifier": "to"} in transferred["relationships"]


def test_a_slash_in_a_case_or_in_what_is_its_own_makes_no_two_things_one() -> None:
    granted = told("day | known | event | details\n2024-02-01 | 2024-02-03 | support_granted | grant=b/c support=mentor")
    other = told("day | known | event | details\n2024-02-01 | 2024-02-03 | support_granted | grant=c support=mentor", 1)
    third = told("day | known | event | details\n2024-02-01 | 2024-02-03 | complaint_received | complaint=c", 2)
    log = json.loads(b"".join(ocel(lambda: [("a", granted), ("a/b", other), ("a%2Fb", third)])))

    held_to_ocel(log)
    assert [one["id"] for one in log["objects"]] == [
        *("case:a", "grant:a/b/c"),
        *("case:a/b", "grant:a%2Fb/c"),
        *("case:a%2Fb", "complaint:a%252Fb/c"),
    ]


@pytest.mark.parametrize("day", ["0001-01-01", "0202-03-01", "1893-12-31", "9999-12-30"])
def test_a_day_out_of_all_time_is_a_moment_that_the_standards_know(day: str) -> None:
    """An import takes history as it is, slips of the pen with it."""
    some = told(f"day | known | event | details\n{day} | 2024-02-03 | referred | unit=social citizen=b1")

    log = json.loads(b"".join(ocel(lambda: [("N-1", some)])))
    ((_, (event,)),) = held_to_xes(b"".join(xes([("N-1", some)])))

    held_to_ocel(log)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", log["events"][0]["time"])
    assert re.fullmatch(rf"{day}T00:00:00\.000[+-]\d\d:\d\d", event["time:timestamp"])


@pytest.mark.parametrize("form", LOG_FORMATS)
def test_what_is_withdrawn_and_what_a_note_says_stay_behind(form: str) -> None:
    text = b"".join(LOG_FORMATS[form](lambda: iter([("N-1", CASE)]))).decode()

    assert "aldrig" not in text
    assert CASE[2].event.text_hash not in text  # type: ignore[union-attr] -- it is the note


def test_a_register_as_xes_has_every_case_in_the_order_of_the_fold(register: Register) -> None:
    traces = held_to_xes(written(register, "xes"))

    assert {case: [one["position"] for one in events] for case, events in traces} == {
        case: [str(one.position) for one in in_order(history)] for case, history in known(register)
    }


def test_a_register_as_ocel(register: Register) -> None:
    log = json.loads(written(register, "ocel"))

    held_to_ocel(log)
    assert Counter(one["type"] for one in log["events"]) == Counter(
        NAMES[type(one.event)] for _, history in known(register) for one in in_order(history)
    )
    assert {one["name"] for one in log["eventTypes"]} == set(KINDS) - STREAM_KINDS - {"withdrawn"}
    assert {"case", "grant", "complaint", "caseworker", "forum", "unit"} == {one["type"] for one in log["objects"]}


@pytest.mark.parametrize("form", LOG_FORMATS)
def test_a_log_is_written_a_case_at_a_time(form: str) -> None:
    """The longest piece does not grow with the number of cases."""

    def longest(cases: int) -> int:
        return max(map(len, LOG_FORMATS[form](lambda: ((f"N-{nth:04}", CASE) for nth in range(cases)))))

    assert longest(200) <= longest(2) + 10


def test_what_xml_cannot_write_is_replaced() -> None:
    assert attribute("a", 'x\x00"<\n') == '<string key="a" value="x\N{REPLACEMENT CHARACTER}&quot;&lt;&#10;"/>\n'
    assert attribute("b", value=True) == '<boolean key="b" value="true"/>\n'


def test_the_command_exports_a_case_or_a_cohort(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", register.url)
    monkeypatch.setenv("JOURNEY_DATA", str(register.settings.data))
    with register.connected(READ) as conn:
        active = conn.execute(
            "SELECT DISTINCT case_id FROM rows.spans WHERE unit = 'social' AND known_to > 2^60"
            " AND valid_from < '2023-01-01' AND valid_to > '2022-01-01'"
        ).fetchall()
    some = [case for case, _ in known(register)][:2]
    lines, table = tmp_path / "lines.txt", tmp_path / "table.csv"
    lines.write_text(f"{some[1]}\n\n{some[0]}\n{some[1]}\n")
    table.write_text(f"case;value\r\n{some[0]};1\r\n{some[1]};1\r\n", "utf-8-sig")

    asked = {
        "one": ["--case", some[0]],
        "two": ["--case", some[0], "--case", some[1]],
        "twice": ["--case", some[0], "--case", some[0]],
        "lines": ["--cases", str(lines)],
        "table": ["--cases", str(table)],
        "unit": ["--unit", "social", "--from", "2022-01-01", "--to", "2023-01-01"],
    }
    for name, words in asked.items():
        assert run(["export", "--format", "xes", *words, str(tmp_path / name)]) == 0
    cases = {name: [case for case, _ in held_to_xes((tmp_path / name).read_bytes())] for name in asked}

    assert (cases["one"], cases["two"], cases["twice"]) == ([some[0]], some, [some[0]])
    assert (cases["lines"], cases["table"]) == ([some[1], some[0]], some)
    assert sorted(cases["unit"]) == sorted(row[0] for row in active) != []
    assert run(["export", "--case", some[0], "--case", some[1]]) == 2
    assert run(["export", "--cases", str(lines)]) == 2
    assert run(["export", "--format", "xes", "--cases", str(lines), "--unit", "social"]) == 2
    assert run(["export", "--format", "ocel", "--with-notes"]) == 2
    assert run(["export", "--format", "ocel", "--from", "2024-01-01"]) == 2
    assert run(["export", "--format", "ocel", "--case", "nobody"]) == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"N-1\nN-2\n", ("N-1", "N-2")),
        ('\ufeffcase;value\r\nN/2 å;1\r\n"N;3";2\r\n'.encode(), ("N/2 å", "N;3")),
        (b"case\n'=N-1\n'N-2\n", ("=N-1", "'N-2")),
        (b"case;value\r\n", "Filen nævner ingen sag."),
        (b"", "Filen nævner ingen sag."),
        (b"\xff\xfe", "Filen er ikke tekst i UTF-8."),
        (None, "Filen kan ikke læses: "),
    ],
)
def test_a_file_lists_cases_by_line_or_as_a_number_s_csv(
    tmp_path: Path, content: bytes | None, found: tuple[str, ...] | str
) -> None:
    file = tmp_path / "list"
    if content is not None:
        file.write_bytes(content)

    if isinstance(found, tuple):
        assert cases_listed_in(file) == found
    else:
        with pytest.raises(Refused, match=found) as refused:
            cases_listed_in(file)
        assert refused.value.place == str(file)


@pytest.mark.skipif(importlib.util.find_spec("pm4py") is None, reason="PM4Py is not here: AGPL, so never in the lock")
def test_pm4py_opens_both(register: Register, tmp_path: Path) -> None:
    import pm4py  # pyright: ignore[reportMissingImports] -- only where it is

    (tmp_path / "log.xes").write_bytes(written(register, "xes"))
    (tmp_path / "log.json").write_bytes(written(register, "ocel"))

    log = pm4py.read_xes(str(tmp_path / "log.xes"))
    objects = pm4py.read_ocel2_json(str(tmp_path / "log.json"))

    everything = [one for _, history in known(register) for one in in_order(history)]
    assert len(log) == len(everything) == len(objects.events)
    assert set(objects.objects["ocel:type"]) == {"case", "grant", "complaint", "caseworker", "forum", "unit"}
