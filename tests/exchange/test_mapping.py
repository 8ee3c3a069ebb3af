"""Mapping files, and the foreign logs that are read through them (domain.md section 9)."""

from __future__ import annotations

import io
import re
import tomllib
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.codes import standard
from journey.events import ActivityRecorded, CaseworkerAssigned, CaseworkerChanged, Closed, Referred
from journey.exchange.foreign import ForeignEvent, entries_of_case, with_ids
from journey.exchange.input_events import records
from journey.exchange.lines import line_context
from journey.exchange.mapping import ResolvedMapping, resolve_mapping
from journey.log.stored import Entry
from journey.problem import Problem
from journey.refusals import Refused

HERE = Path(__file__).parents[1]
BAD = tomllib.loads((HERE / "data" / "bad" / "mappings.toml").read_text("utf-8"))["mapping"]
BESIDE = {"sager.csv": "source_case,case\nA-1,N-1\n", "uden.csv": "a,b\n1,2\n", "tom.csv": "source_case;case\nA-1;\n"}
RECEIPT = HERE.parent.parent / "shared" / "data" / "receipt.csv"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

CSV = """
format = "csv"
source = "log"
unit = "social"
role = "authority"
ids = "as_given"
activities = "as_given"
{more}
[columns]
case = "sag"
time = "tid"
activity = "handling"
worker = "hvem"
{columns}
"""


def mapping(more: str = "close = true", columns: str = "") -> ResolvedMapping:
    return resolve_mapping(CSV.format(more=more, columns=columns), standard(), BESIDE.__getitem__)


def said(text: str | bytes, by: ResolvedMapping) -> list[ForeignEvent | Entry | list[Problem]]:
    written = text if isinstance(text, bytes) else text.encode(by.file.encoding)
    who = line_context(standard(), NOW, lambda: "own", cases=by.cases, not_cpr=by.not_cpr, declared=by.declared)
    return [one.found for one in records(io.BytesIO(written), by.file, who, lambda _: None).records]


def events(text: str | bytes, by: ResolvedMapping) -> list[tuple[int, Entry]]:
    """The events of a foreign log, each with its line, in the order that an import takes them."""
    steps = [step for step in said(text, by) if isinstance(step, ForeignEvent)]
    steps.sort(key=attrgetter("case", "moment", "line"))
    told = [event for _, case in groupby(steps, key=attrgetter("case")) for event in entries_of_case(with_ids(case), by.file)]
    told.sort(key=lambda event: (event[2].known_at, *event[:2]))
    return [(line, entry) for line, _, entry in told]


def problems(text: str | bytes, by: ResolvedMapping) -> list[str]:
    return [problem.text for found in said(text, by) if isinstance(found, list) for problem in found]


@pytest.mark.parametrize("wrong", BAD, ids=[one["name"] for one in BAD])
def test_a_wrong_mapping_gets_exactly_this_answer(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        resolve_mapping(wrong["text"], standard(), BESIDE.__getitem__)

    assert (refused.value.code, refused.value.place, refused.value.message) == ("bad_mapping", wrong["place"], wrong["answer"])
    assert refused.value.remedy


LOG = """sag,tid,handling,hvem
A,2024-03-02 09:00+01:00,Samtale,w2
A,2024-03-01 09:00+01:00,Ansøgning,w1
A,2024-03-03 09:00+01:00,Notat,
A,2024-03-04 09:00+01:00,Samtale,w2
B,2024-03-02 08:00+01:00,Ansøgning,
A,2024-03-05 09:00+01:00,Afgørelse,w1
"""


def test_a_foreign_log_is_told_as_the_law_says() -> None:
    told = [(line, entry.stream, entry.valid_at.day, entry.event) for line, entry in events(LOG, mapping())]

    assert told == [
        (3, "A", 1, Referred("social", "A")),
        (3, "A", 1, CaseworkerAssigned("authority", "w1")),
        (3, "A", 1, ActivityRecorded("Ansøgning", "w1")),
        (6, "B", 2, Referred("social", "B")),
        (6, "B", 2, ActivityRecorded("Ansøgning")),
        (6, "B", 2, Closed("other")),
        (2, "A", 2, CaseworkerChanged("authority", "w2", "other")),
        (2, "A", 2, ActivityRecorded("Samtale", "w2")),
        (4, "A", 3, ActivityRecorded("Notat")),
        (5, "A", 4, ActivityRecorded("Samtale", "w2")),
        (7, "A", 5, CaseworkerChanged("authority", "w1", "other")),
        (7, "A", 5, ActivityRecorded("Afgørelse", "w1")),
        (7, "A", 5, Closed("other")),
    ]


def test_without_close_no_case_is_closed() -> None:
    assert not any(entry.kind == "closed" for _, entry in events(LOG, mapping(more="")))


def test_every_event_has_an_id_of_its_own_that_stays_the_same() -> None:
    ids = [entry.source_id for _, entry in events(LOG, mapping())]

    assert len(set(ids)) == len(ids)
    assert ids[0] == "A:referred"
    assert re.fullmatch("[a-p]{20}:caseworker", ids[1])
    assert ids[2] == ids[1].replace("caseworker", "activity")
    assert ids == [entry.source_id for _, entry in events(LOG, mapping())]


def test_a_column_for_the_events_id_makes_the_order_of_the_rows_immaterial() -> None:
    by = mapping(columns='event = "id"')
    rows = ["A,2024-03-01 09:00+01:00,x,w1,e1\n", "A,2024-03-02 09:00+01:00,y,w2,e2\n"]

    told = {entry.source_id: entry.event for _, entry in events("sag,tid,handling,hvem,id\n" + "".join(rows), by)}

    assert told == {entry.source_id: entry.event for _, entry in events("sag,tid,handling,hvem,id\n" + "".join(rows[::-1]), by)}
    assert {"e1:caseworker", "e1:activity", "e2:caseworker", "e2:activity"} <= told.keys()


def test_the_day_is_the_one_written_and_the_moment_is_the_worlds() -> None:
    rows = "A,2024-03-01T23:30:00-05:00,x,\nA,2024-03-02T05:29:59+01:00,y,\nA,2024-03-02T00:00:00+14:00,z,\n"

    told = events("sag,tid,handling,hvem\n" + rows, mapping(more=""))

    assert [(entry.valid_at.day, entry.known_at) for _, entry in told if isinstance(entry.event, ActivityRecorded)] == [
        (2, datetime(2024, 3, 1, 10, tzinfo=UTC)),
        (2, datetime(2024, 3, 2, 4, 29, 59, tzinfo=UTC)),
        (1, datetime(2024, 3, 2, 4, 30, tzinfo=UTC)),
    ]


def test_of_two_events_at_one_moment_the_first_row_comes_first() -> None:
    rows = "A,2024-03-01T10:00:00+01:00,x,w1\nA,2024-03-01T09:00:00+00:00,y,w2\n"

    told = [entry.event for _, entry in events("sag,tid,handling,hvem\n" + rows, mapping(more=""))]

    assert told[1:] == [
        CaseworkerAssigned("authority", "w1"),
        ActivityRecorded("x", "w1"),
        CaseworkerChanged("authority", "w2", "other"),
        ActivityRecorded("y", "w2"),
    ]


def test_an_inclusive_log_closes_the_day_after() -> None:
    told = events(LOG, mapping(more='close = true\nend_dates = "inclusive"'))

    assert [entry.valid_at for _, entry in told if isinstance(entry.event, Closed)] == [date(2024, 3, 3), date(2024, 3, 6)]


def test_a_zone_stands_in_for_an_offset_and_a_format_for_iso() -> None:
    by = mapping(more='zone = "Europe/Copenhagen"\ntime_format = "%d-%m-%Y %H.%M"')

    (_, first), *_ = events("sag,tid,handling,hvem\nA,01-07-2024 01.30,x,\n", by)

    assert (first.valid_at, first.known_at) == (date(2024, 7, 1), datetime(2024, 6, 30, 23, 30, tzinfo=UTC))


def test_source_cases_are_looked_up() -> None:
    by = mapping(more='cases = "sager.csv"')

    told = events("sag,tid,handling,hvem\nA-1,2024-03-01T10:00:00Z,x,\n", by)

    assert [(entry.stream, entry.source_case, entry.source_id) for _, entry in told] == [
        ("N-1", "A-1", "A-1:referred"),
        ("N-1", "A-1", told[1][1].source_id),
    ]
    assert told[0][1].event == Referred("social", "N-1")
    assert problems("sag,tid,handling,hvem\nA-2,2024-03-01T10:00:00Z,x,\n", by) == [
        "sag: oversættelsesfilen har ingen sag til A-2 fra kilden log, og linjen har ingen case"
    ]


def test_a_table_of_cases_may_be_of_one_source_or_of_several() -> None:
    one = resolve_mapping('format = "jsonl"\nsource = "fs"\n[cases]\nA = "N-1"\n', standard(), BESIDE.__getitem__)
    several = resolve_mapping(
        'format = "jsonl"\n[cases.fs]\nA = "N-1"\n[cases.gs]\nA = "N-2"\n', standard(), BESIDE.__getitem__
    )

    assert one.cases == {("fs", "A"): "N-1"}
    assert several.cases == {("fs", "A"): "N-1", ("gs", "A"): "N-2"}


@pytest.mark.parametrize(
    ("file", "place", "why"),
    [
        ("source_case,case\nA,N-1\nA,N-1\nA,N-2\n", "sager.csv linje 4", "med en anden case"),
        ('source_case,case\nA,"' + "x" * 200_000, "sager.csv linje 2", "et felt er for langt"),
        ('source_case,case,note\nA,N-1,"x\nB,N-2,y\n', "sager.csv linje 2", "sluttes aldrig"),
        ('source_case,case,note\nA,N-1,"x\nB,N-2,"\n', "sager.csv linje 2", "går over flere linjer"),
        ("source_case,case,case\nA,N-1,N-2\n", "sager.csv", "flere kolonner, der hedder case"),
        ("source_case,case\nA,N\u200b-1\n", "cases.A", "kan ikke være en sag"),
    ],
)
def test_a_file_of_cases_names_each_case_in_one_way(file: str, place: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        resolve_mapping(
            'format = "jsonl"\nsource = "fs"\nnot_cpr = true\ncases = "sager.csv"\n',
            standard(),
            {"sager.csv": file}.__getitem__,
        )

    assert (refused.value.code, refused.value.place) == ("bad_mapping", place)


def test_what_is_kept_of_a_mapping_leaves_the_cases_out() -> None:
    kept = resolve_mapping(
        'format = "jsonl"\nsource = "fs"\nnot_cpr = true\n[cases]\n0101901234 = "N-1"\n', standard(), str
    ).without_cases

    assert '"not_cpr":true' in kept
    assert "0101901234" not in kept


NO_MOMENT = (
    "tid: i går er ikke et tidspunkt (ISO 8601, f.eks. 2024-03-04 09:12:00+01:00);"
    " ret det, eller angiv time_format i oversættelsesfilen"
)


@pytest.mark.parametrize(
    ("row", "answers"),
    [
        (",2024-03-01T10:00:00Z,x,", ["sag: feltet mangler"]),
        ("A,,x,", ["tid: feltet mangler"]),
        ("A,2024-03-01T10:00:00Z,,", ["handling: må ikke være tom"]),
        (
            "A,2024-03-01T10:00:00,x,",
            ["tid: 2024-03-01T10:00:00 har ingen forskydning fra UTC; angiv zone i oversættelsesfilen"],
        ),
        ("A,2026-01-02T10:00:00Z,x,", ["tid: 2026-01-02T10:00:00Z ligger efter nu; ret tidspunktet, eller udelad feltet"]),
        (
            "A,i går,x,",
            [NO_MOMENT],
        ),
        ("A,2024-03-01T10:00:00Z,x", ["linjen: har 3 felter; rækken med kolonnenavne har 4"]),
        ("A,2024-03-01T10:00:00Z,x,w,w", ["linjen: har 5 felter; rækken med kolonnenavne har 4"]),
        (f"{'A' * 65},2024-03-01T10:00:00Z,x,", ["sag: er 65 tegn lang; højst 64 er tilladt"]),
        (f"A,2024-03-01T10:00:00Z,{'x' * 81},", ["handling: er 81 tegn lang; højst 80 er tilladt"]),
        ("A,2024-03-01T10:00:00Z,x,010190-1234", ["hvem: har form som et CPR-nummer; brug et pseudonym"]),
        (
            'stream:A,i går,"x\x07y",010190-1234',
            [
                NO_MOMENT,
                "sag: en sag kan ikke hedde noget, der begynder med stream:",
                "handling: indeholder et styretegn eller et usynligt tegn (f.eks. et linjeskift), som ikke kan stå her",
                "hvem: har form som et CPR-nummer; brug et pseudonym",
            ],
        ),
        (f"A,2024-03-01T10:00:00Z,{'x' * 1_000_001},", ["linjen: er længere end 1.000.000 tegn"]),
    ],
)
def test_a_wrong_row_is_named_by_its_columns(row: str, answers: list[str]) -> None:
    assert problems(f"sag,tid,handling,hvem\n{row}\n", mapping()) == answers


def test_the_letters_of_the_file_are_those_the_mapping_says() -> None:
    row = "sag,tid,handling,hvem\nA,2024-03-01T10:00:00Z,Møde,\n".encode("cp1252")

    assert problems(row, mapping()) == ["linjen: er ikke gyldig utf-8; angiv encoding i oversættelsesfilen, f.eks. latin-1"]
    assert events(row, mapping(more='encoding = "cp1252"'))[1][1].event == ActivityRecorded("Møde")


def test_ids_declared_not_to_be_cpr_numbers_are_taken() -> None:
    row = "sag,tid,handling,hvem\n0101901234,2024-03-01T10:00:00Z,x,0202901234\n"

    assert len(problems(row, mapping())) == 2
    assert len(events(row, mapping(more="not_cpr = true"))) == 3


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(Refused) as refused:
        said("sagsnr,tid,handling,hvem\nA,x,y,z\n", mapping())

    assert (refused.value.code, refused.value.place) == ("bad_mapping", "columns.case")
    assert "sagsnr, tid, handling, hvem" in refused.value.message


XES = resolve_mapping(
    'format = "xes"\nsource = "x"\nunit = "ui"\nrole = "authority"\nids = "as_given"\nactivities = "as_given"\n',
    standard(),
    BESIDE.__getitem__,
)
TRACES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/" xes.version="1.0">
  <global scope="event"><string key="concept:name" value="standard"/></global>
  <trace><string key="concept:name" value="A"/>
    <event><string key="concept:name" value="Møde"><string key="inner" value="x"/></string>
      <date key="time:timestamp" value="2024-03-01T10:00:00.000+01:00"/><string key="org:resource" value="w1"/></event>
    <event><string key="concept:name" value="Brev"/><date key="time:timestamp" value="2024-03-02T10:00:00.000+01:00"/></event>
  </trace>
  <trace><event><string key="concept:name" value="Brev"/><date key="time:timestamp" value="2024-03-02T10:00:00+01:00"/></event>
    <string key="concept:name" value="B"/></trace>
</log>"""


def test_a_log_in_xes_is_read_by_its_traces() -> None:
    told = [(line, entry.stream, entry.event) for line, entry in events(TRACES, XES)]

    assert told == [
        (1, "A", Referred("ungeindsatsen", "A")),
        (1, "A", CaseworkerAssigned("authority", "w1")),
        (1, "A", ActivityRecorded("Møde", "w1")),
        (2, "A", ActivityRecorded("Brev")),
        (3, "B", Referred("ungeindsatsen", "B")),
        (3, "B", ActivityRecorded("Brev")),
    ]


BOMB = '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><log><trace><string key="concept:name" value="&b;"/></trace></log>'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB, "dokumenttyper og entiteter er ikke tilladt"),
        ('<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>', "dokumenttyper og entiteter er ikke tilladt"),
        ("<log>\n<trace>", "linje 2, tegn 8: filen slutter for tidligt"),
        ("hej", "linje 1, tegn 1: det er ikke gyldig XML"),
        ("<log><trace></log>", "linje 1, tegn 15: et element sluttes, som ikke er det sidst begyndte"),
        ('<?xml version="1.0" encoding="volapyk"?><log/>', "tegnsæt"),
        ("<log>&nbsp;</log>", "et navn mellem & og semikolon kendes ikke"),
    ],
)
def test_xes_that_is_not_sound_is_refused(text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        said(text, XES)

    assert refused.value.code == "bad_file"
    assert why in refused.value.message


@given(st.text(alphabet="<>/logtracevnsig \"'=&;:-2024Tkyu!", max_size=200) | st.binary(max_size=100))
def test_no_xes_is_anything_but_events_problems_or_a_refusal(text: str | bytes) -> None:
    assert_sound(text if isinstance(text, bytes) else f"<log>{text}</log>", XES)


@given(st.text(alphabet='A,\n\r"\0;x2024-03-01T10:00:00Z ', max_size=100) | st.binary(max_size=100))
def test_no_csv_is_anything_but_events_problems_or_a_refusal(text: str | bytes) -> None:
    assert_sound(b"sag,tid,handling,hvem\n" + (text if isinstance(text, bytes) else text.encode()), mapping())


def assert_sound(text: str | bytes, by: ResolvedMapping) -> None:
    found: list[Any] = []
    with suppress(Refused):
        found = said(text, by)
    assert all(isinstance(one, ForeignEvent | list) for one in found)


@pytest.mark.skipif(not RECEIPT.exists(), reason="the municipal log for trying and testing is not here")
def test_a_real_municipal_log_gives_the_events_counted_by_hand() -> None:
    by = resolve_mapping((HERE / "data" / "receipt.toml").read_text("utf-8"), standard(), BESIDE.__getitem__)

    told = [entry for _, entry in events(RECEIPT.read_bytes(), by)]

    assert len(told) == 14_087  # by the spellings as they stand: an import takes "test" and "TEST" for one worker
    assert len({entry.source_id for entry in told}) == 14_087
    assert sum(entry.kind == "referred" for entry in told) == 1_434
    assert sum(entry.kind == "closed" for entry in told) == 1_434
    assert sum(entry.kind == "activity_recorded" for entry in told) == 8_577
    assert max(entry.known_at or NOW for entry in told) - min(entry.known_at or NOW for entry in told) > timedelta(days=400)
