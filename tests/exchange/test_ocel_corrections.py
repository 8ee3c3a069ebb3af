"""An OCEL log taken in again: an event's cases and workers change in its source, and a register's own log comes back with its counts."""

from __future__ import annotations

import io
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.access.reader import LOCAL
from journey.codes import standard
from journey.events import NAMES, ActivityRecorded, CaseworkerAssigned, CaseworkerChanged, Referred
from journey.exchange.exporting import LOG_FORMATS, export_log
from journey.exchange.importing import BadLines, ImportReport
from journey.exchange.mapping import resolve_mapping
from journey.history import Recorded, in_order
from tests.conftest import Database, fresh_database
from tests.exchange.test_event_table import OWN_TABLE
from tests.exchange.test_ocel_in import BY_QUALIFIER, OWN, event, log
from tests.support.histories import random_register
from tests.support.import_files import file, taking, whole

pytestmark = pytest.mark.long

OBJECTS = {"A-1": "sag", "A-2": "sag", "A-3": "sag", "w1": "medarbejder", "w2": "medarbejder", "w3": "medarbejder"}


def take(database: Database, content: bytes, text: str = BY_QUALIFIER, **more: Any) -> ImportReport:
    return taking(database, io.BytesIO(content), mapping=resolve_mapping(text.replace("{more}", ""), standard(), str), **more)


def standing(database: Database, case: str) -> list[tuple[str, object]]:
    """What stands in the case, in the order of the fold: the source's id, and what it says."""
    history = [recorded for stream, recorded in whole(database) if stream == case]
    return [(recorded.source_id, recorded.event) for recorded in in_order(history)]


def test_an_event_that_is_of_other_cases_now_is_withdrawn_from_those_it_has_left(database: Database) -> None:
    both = log(event("e1", "A-1", "A-2", "ansvarlig=w1"), event("e2", "A-1", time="2024-03-02T10:00:00Z"), objects=OBJECTS)
    moved = log(event("e1", "A-2", "A-3", "ansvarlig=w1"), objects=OBJECTS)

    first, again = (take(database, both, as_corrections=True) for _ in range(2))
    with pytest.raises(BadLines) as bad:
        take(database, moved)
    corrected = take(database, moved, as_corrections=True)

    assert (first.lines, first.recorded, again.known, again.recorded) == (2, 7, 7, 0)
    assert {problem.line for problem in bad.value.problems} == {1}
    assert (corrected.lines, corrected.recorded, corrected.removed) == (1, 7, 2)
    assert dict(standing(database, "A-1")) == {
        "A-1:referred#2": Referred("social", "A-1"),
        "e2@A-1:activity": ActivityRecorded("Møde"),
    }
    of_both = [CaseworkerAssigned("authority", "w1"), ActivityRecorded("Møde", "w1")]
    for case in ("A-2", "A-3"):
        assert [said for _, said in standing(database, case)] == [Referred("social", case), *of_both]
    assert take(database, moved, as_corrections=True).recorded == 0
    assert take(database, both, as_corrections=True).returned > 0
    assert [said for _, said in standing(database, "A-1")] == [Referred("social", "A-1"), *of_both, ActivityRecorded("Møde")]


def test_the_workers_of_each_role_are_corrected_by_themselves_and_what_is_gone_stays(database: Database) -> None:
    days = [f"2024-03-0{nth}T10:00:00Z" for nth in (1, 2, 3)]
    before = [event("e1", "A-1", "ansvarlig=w1", "job=w2", time=days[0]), event("e2", "A-1", "job=w2", time=days[1])]
    gone = event("e3", "A-1", "ansvarlig=w1", "job=w3", time=days[2])
    take(database, log(*before, gone, objects=OBJECTS))
    after = [event("e1", "A-1", "ansvarlig=w1", "job=w3", time=days[0]), before[1]]

    report = take(database, log(*after, objects=OBJECTS), as_corrections=True)

    assert report.removed == 0
    roles = [
        (name, said) for name, said in standing(database, "A-1") if isinstance(said, CaseworkerAssigned | CaseworkerChanged)
    ]
    assert roles == [
        ("e1@A-1:caseworker-authority", CaseworkerAssigned("authority", "w1")),
        ("e1@A-1:caseworker-employment#2", CaseworkerAssigned("employment", "w3")),
        ("e2@A-1:caseworker-employment", CaseworkerChanged("employment", "w2", "other")),
        ("e3@A-1:caseworker-employment", CaseworkerChanged("employment", "w3", "other")),
    ]
    none = [event("e1", "A-1", time=days[0]), event("e2", "A-1", time=days[1]), event("e3", "A-1", time=days[2])]
    assert take(database, log(*none, objects=OBJECTS), as_corrections=True).removed == 4
    assert not any(isinstance(said, CaseworkerAssigned | CaseworkerChanged) for _, said in standing(database, "A-1"))


CASES = ["A-1", "A-2"]
EVENTS = st.dictionaries(
    st.integers(1, 4),
    st.tuples(
        st.lists(st.sampled_from(CASES), min_size=1, unique=True),
        st.sampled_from(["", "w1", "w2"]),
        st.sampled_from(["", "w1", "w3"]),
        st.integers(4, 5),
    ),
    min_size=1,
)


@settings(max_examples=15)
@given(st.lists(EVENTS, min_size=2, max_size=3), st.booleans())
def test_what_stands_after_any_logs_is_what_the_newest_of_each_event_gives(
    server: Database, template: Database, logs: list[dict[int, Any]], roles: bool
) -> None:
    """With workers in several roles every log has every event: of one that is gone only what it changed is known."""
    if roles:
        everything = {name: each for one in logs for name, each in one.items()}
        logs = [{**everything, **one} for one in logs]
    written = [
        {name: _event(name, *each) if roles else _event(name, each[0], each[1], "", each[3]) for name, each in one.items()}
        for one in logs
    ]
    newest = {name: each for one in written for name, each in one.items()}
    with fresh_database(server, template.name) as database, fresh_database(server, template.name) as fresh:
        for one in written:
            take(database, log(*one.values(), objects=OBJECTS), as_corrections=True)
        take(fresh, log(*newest.values(), objects=OBJECTS))

        assert courses(database) == courses(fresh)


def _event(name: int, cases: list[str], authority: str, employment: str, day: int) -> dict[str, Any]:
    workers = [f"{qualifier}={worker}" for qualifier, worker in (("ansvarlig", authority), ("job", employment)) if worker]
    return event(f"e{name}", *cases, *workers, time=f"2024-03-0{day}T10:{name:02}:00Z")


def courses(database: Database) -> dict[str, list[str]]:
    """By case what stands, in the order of the fold; the activities of a day in any order."""
    found: dict[str, list[str]] = {}
    for case, history in by_case(database).items():
        events = [(each.valid_at, isinstance(each.event, ActivityRecorded), str(each.event)) for each in in_order(history)]
        acts_of_case = sorted(str(each) for each in events if each[1])
        if events:
            found[case] = [*(str(each) for each in events if not each[1]), *acts_of_case]
    return found


def test_bad_events_are_a_log_of_their_own_that_can_be_mended(database: Database, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects"
    bad = [event("e2", "A-1", "A-2", "job=w1", time="i går"), event("e3", "A-2", time=None), event("e1", "A-1", kind="Andet")]
    content = log(event("e1", "A-1"), *bad, objects=OBJECTS)

    report = take(database, content, skip_bad=True, rejects=rejects)

    assert (report.lines, report.left_out) == (4, 3)
    assert [problem.line for problem in report.problems][:2] == [2, 3]
    text = rejects.read_text("utf-8")
    assert text.count('"_reason":"hændelse ') + text.count('"_reason":"linje ') == 3
    mended = text.replace("i går", "2024-03-01T10:00:00Z").replace("null", '"2024-03-01T10:00:00Z"').replace('"e1"', '"e4"')
    assert take(database, mended.encode()).lines == 3
    assert [name for name, _ in standing(database, "A-2")] == [
        *("A-2:referred", "e2@A-2:caseworker-employment", "e2@A-2:activity", "e3@A-2:activity"),
    ]


OWN_XES = OWN_TABLE.replace('"csv"', '"xes"').replace('delimiter = ";"\n', "")
"""The mapping file of docs/formats.md for our own XES."""


@pytest.mark.parametrize(("form", "text"), [("csv", OWN_TABLE), ("ocel", OWN), ("xes", OWN_XES)])
def test_a_registers_own_log_comes_back_with_its_counts(
    server: Any, template: Database, small_register: Database, form: str, text: str
) -> None:
    out = io.BytesIO()
    count = export_log(small_register.app_url, out, LOG_FORMATS[form], reader=LOCAL)
    histories = by_case(small_register)

    with fresh_database(server, template.name) as other:
        report = take(other, out.getvalue(), text)
        found = by_case(other)

    assert (report.lines, report.left_out) == (count, 0)
    assert acts(found) == Counter(
        (case, NAMES[type(recorded.event)], recorded.valid_at)
        for case, history in histories.items()
        for recorded in in_order(history)
    )
    assert shifts(found) == {case: (workers[:1], workers[1:]) for case, workers in workers_of(histories).items()}
    assert {case for case, history in found.items() if any(isinstance(each.event, Referred) for each in history)} == {*found}


def workers_of(histories: dict[str, list[Recorded]]) -> dict[str, list[str]]:
    """By case the workers that its events name in their order, each where it is another than before."""
    named = {
        case: [worker for each in in_order(history) if (worker := getattr(each.event, "worker", None))]
        for case, history in histories.items()
    }
    return {case: [worker for worker, _ in groupby(workers)] for case, workers in named.items()}


def shifts(found: dict[str, list[Recorded]]) -> dict[str, tuple[list[str], list[str]]]:
    """By case the worker it was assigned to first, and those after."""
    events = {case: [each.event for each in in_order(history)] for case, history in found.items()}
    return {
        case: (
            [event.worker for event in of_case if isinstance(event, CaseworkerAssigned)],
            [event.worker for event in of_case if isinstance(event, CaseworkerChanged)],
        )
        for case, of_case in events.items()
    }


def by_case(database: Database) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for stream, recorded in whole(database):
        if not stream.startswith("stream:"):
            found.setdefault(stream, []).append(recorded)
    return found


def acts(found: dict[str, list[Recorded]]) -> Counter[Any]:
    return Counter(
        (case, recorded.event.activity, recorded.valid_at)
        for case, history in found.items()
        for recorded in in_order(history)
        if isinstance(recorded.event, ActivityRecorded)
    )


@pytest.fixture(scope="module")
def small_register(server: Database, template: Database) -> Any:
    lines = [line for line in random_register(11, cases=12, events=12) if line["kind"] != "note_added"]
    with fresh_database(server, template.name) as made:
        taking(made, file(*lines), skip_bad=True)
        yield made
