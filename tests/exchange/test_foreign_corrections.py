"""A foreign log corrected in its source: what its rows no longer give is withdrawn, and what they give again is recorded anew."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.codes import standard
from journey.events import ActivityRecorded, CaseworkerAssigned, CaseworkerChanged, Withdrawn
from journey.exchange.importing import BadLines, ImportReport
from journey.exchange.mapping import resolve_mapping
from journey.history import Recorded, in_order
from tests.conftest import Database, fresh_database
from tests.support.import_files import activity, exported, file, said, taking, whole

MAPPING = """
format = "csv"
source = "log"
unit = "social"
role = "authority"
{more}
[columns]
case = "sag"
time = "tid"
activity = "handling"
worker = "hvem"
{columns}
"""
NAMED = MAPPING.format(more="close = true", columns='event = "id"')
UNNAMED = MAPPING.format(more="", columns="")

LogRow = tuple[str, str, str, str, str]
"""Id, case, moment, activity, worker."""


def row(name: str, worker: str, *, case: str = "A-1", hour: int | None = None, what: str = "moede") -> LogRow:
    return name, case, f"2024-03-01T{int(name[1:]) + 8 if hour is None else hour:02}:00:00Z", what, worker


def take(database: Database, rows: Sequence[LogRow], *, mapping: str = NAMED, **more: bool) -> ImportReport:
    named = 'event = "id"' in mapping
    lines = ["sag,tid,handling,hvem" + ",id" * named]
    lines += [",".join((case, moment, what, worker, *([name] if named else []))) for name, case, moment, what, worker in rows]
    return taking(database, io.BytesIO("\n".join(lines).encode()), mapping=resolve_mapping(mapping, standard(), str), **more)


def correct(database: Database, rows: Sequence[LogRow], *, mapping: str = NAMED) -> ImportReport:
    return take(database, rows, mapping=mapping, as_corrections=True)


def standing(database: Database) -> list[tuple[str, str, object]]:
    """What stands, by case: its day and moment of the source, and what it says."""
    streams: dict[str, list[Recorded]] = {}
    for stream, recorded in whole(database):
        streams.setdefault(stream, []).append(recorded)
    return [
        (stream, recorded.valid_at.isoformat(), recorded.event)
        for stream, all_ in streams.items()
        for recorded in in_order(all_)
    ]


def shifts(database: Database) -> list[str]:
    kinds = (CaseworkerAssigned, CaseworkerChanged)
    return [event.worker for _, _, event in standing(database) if isinstance(event, kinds)]


def ids(database: Database, after: int = 0) -> list[str]:
    return [recorded.source_id for _, recorded in whole(database) if recorded.position > after]


FIRST = [row("e1", "w1"), row("e2", "w2"), row("e3", "w2"), row("e4", "w1")]


def test_a_worker_corrected_in_the_source_clears_the_shift_that_came_of_it(database: Database) -> None:
    take(database, FIRST)
    assert shifts(database) == ["w1", "w2", "w1"]

    report = correct(database, [FIRST[0], row("e2", "w1"), row("e3", "w1"), FIRST[3]])

    assert shifts(database) == ["w1"]
    assert (report.corrected, report.removed, report.returned) == (2, 2, 0)
    withdrawn = [recorded for _, recorded in whole(database) if isinstance(recorded.event, Withdrawn)]
    assert sorted((r.source_id, r.event.reason) for r in withdrawn if isinstance(r.event, Withdrawn)) == [
        ("e2:activity#2:withdrawn", "source_corrected"),
        ("e2:caseworker#2:withdrawn", "source_removed"),
        ("e3:activity#2:withdrawn", "source_corrected"),
        ("e4:caseworker#2:withdrawn", "source_removed"),
    ]


def test_a_shift_moves_to_the_row_that_now_gives_it(database: Database) -> None:
    take(database, FIRST)

    report = correct(database, [FIRST[0], row("e2", "w1"), *FIRST[2:]])

    assert shifts(database) == ["w1", "w2", "w1"]
    assert (report.corrected, report.removed) == (
        3,
        1,
    )  # the shift of e4 and the closing are taken again, to stand after that of e3
    assert {"e2:caseworker#2:withdrawn", "e3:caseworker", "e4:caseworker#2"} <= set(ids(database))


def test_a_withdrawal_has_the_day_of_what_it_withdraws(database: Database) -> None:
    first = [("e1", "A-1", "2024-03-01T09:00:00Z", "moede", "w1"), ("e2", "A-1", "2024-03-05T09:00:00Z", "moede", "w2")]
    take(database, first)

    correct(database, [first[0], ("e2", "A-1", "2024-04-07T09:00:00Z", "moede", "w1")])

    by_id = {recorded.source_id: recorded for _, recorded in whole(database)}
    for recorded in by_id.values():
        if isinstance(recorded.event, Withdrawn):
            assert recorded.valid_at == by_id[recorded.event.source_id].valid_at
    assert by_id["A-1:closed#2"].valid_at.isoformat() == "2024-04-07"


def test_without_the_option_what_is_no_longer_given_is_named_and_nothing_is_taken(database: Database) -> None:
    take(database, FIRST)
    log = whole(database)

    with pytest.raises(BadLines) as bad:
        take(database, [FIRST[0], row("e5", "w2", hour=9), *FIRST[1:]])

    first, *later = bad.value.problems
    assert (first.line, first.code) == (4, "different_content")
    assert "e2:caseworker gives ikke længere" in first.reason
    assert [problem.line for problem in later] == [6, 6]  # the shift and the closing of that day must stand after the new one
    assert all("--as-corrections" in problem.reason for problem in bad.value.problems)
    assert whole(database) == log


def test_what_was_withdrawn_and_is_given_again_is_recorded_anew_and_told(database: Database) -> None:
    other = [FIRST[0], row("e2", "w1"), row("e3", "w1"), FIRST[3]]
    take(database, FIRST)
    for _ in range(2):
        correct(database, other)
        assert shifts(database) == ["w1"]

        report = correct(database, FIRST)

        assert shifts(database) == ["w1", "w2", "w1"]
        assert (report.returned, report.removed, report.annulled) == (2, 0, 0)
    assert [name for name in ids(database) if name.startswith("e4:caseworker")] == [
        *("e4:caseworker", "e4:caseworker#2:withdrawn", "e4:caseworker#2", "e4:caseworker#3:withdrawn", "e4:caseworker#3"),
    ]
    assert correct(database, FIRST).recorded == 0
    assert take(database, FIRST).recorded == 0


def test_without_the_option_what_comes_back_is_named(database: Database) -> None:
    take(database, FIRST)
    correct(database, [FIRST[0], row("e2", "w2"), row("e3", "w2"), row("e4", "w2")])

    with pytest.raises(BadLines) as bad:
        take(database, FIRST)

    assert [
        (problem.line, "nu er den der igen" in problem.reason)
        for problem in bad.value.problems
        if "caseworker" in problem.reason
    ] == [(5, True)]


def test_what_a_person_annulled_stays_so_and_that_is_told(database: Database) -> None:
    take(database, FIRST)
    withdrawal = said(1, "withdrawn", case="A-1", data={"source": "log", "source_id": "e2:activity", "reason": "fejl"})
    taking(database, file(withdrawal))
    log = whole(database)

    for again in (take, correct):
        report = again(database, FIRST)
        assert (report.recorded, report.annulled) == (0, 1)
    assert whole(database) == log


def test_a_file_of_newer_rows_only_goes_on_from_those_before(database: Database) -> None:
    take(database, FIRST)

    report = correct(database, [row("e5", "w1"), row("e6", "w3")])

    assert shifts(database) == ["w1", "w2", "w1", "w3"]
    assert (report.removed, report.corrected) == (0, 1)
    assert ids(database)[-1] == "A-1:closed#2"  # of the same day, but after what came that day


def test_a_row_that_is_gone_stays_with_the_shift_that_came_of_it(database: Database) -> None:
    take(database, FIRST)
    log = whole(database)

    report = correct(database, [FIRST[0], *FIRST[2:]])

    assert report.recorded == 0
    assert whole(database) == log


def test_a_row_that_moved_to_another_case_takes_all_that_it_gave_with_it(database: Database) -> None:
    take(database, [*FIRST, row("e9", "w7", case="B-1", hour=20)])

    correct(database, [*FIRST[:2], row("e3", "w2", case="C-1"), FIRST[3], row("e9", "w7", case="C-1", hour=20)])

    fresh = [(case, day, event) for case, day, event in standing(database) if case == "B-1"]
    assert fresh == []
    assert [
        event.worker for case, _, event in standing(database) if case == "C-1" and isinstance(event, CaseworkerChanged)
    ] == ["w7"]


def test_an_export_of_such_a_log_taken_in_again_changes_nothing(
    database: Database, server: Database, template: Database
) -> None:
    take(database, FIRST)
    correct(database, [FIRST[0], row("e2", "w1"), row("e3", "w1"), FIRST[3]])
    correct(database, FIRST)
    correct(database, [FIRST[0], row("e2", "w1"), *FIRST[2:]])
    log, export = whole(database), exported(database)

    for option in (True, False):
        assert taking(database, io.BytesIO(export), as_corrections=option).recorded == 0
    assert whole(database) == log
    with fresh_database(server, template.name) as other:
        taking(other, io.BytesIO(export))
        assert standing(other) == standing(database)


UNCHANGED = [row("e1", "w1"), row("e2", "w2"), row("e3", "w2", what="telefon"), row("e4", "w2", case="B-1")]


@pytest.mark.parametrize("at", range(5))
def test_a_row_inserted_makes_no_later_one_another_where_rows_have_no_ids(database: Database, at: int) -> None:
    take(database, UNCHANGED, mapping=UNNAMED)

    rows = [*UNCHANGED[:at], row("e7", "w5", case="N-1"), row("e3", "w2", what="moede"), *UNCHANGED[at:]]
    report = take(database, rows, mapping=UNNAMED)

    assert (report.known, report.recorded, report.left_out) == (9, 4, 0)


def test_rows_alike_are_told_apart_by_their_number_among_them(database: Database) -> None:
    twice = [row("e1", "w1"), row("e1", "w1")]
    take(database, twice, mapping=UNNAMED)

    report = take(database, [row("e9", "w1", hour=7, case="B-1"), *twice, twice[0]], mapping=UNNAMED)

    assert sum(isinstance(event, ActivityRecorded) for _, _, event in standing(database)) == 4
    assert report.recorded == 4


def test_a_log_taken_by_the_numbers_of_its_rows_gets_the_ids_it_has_now(database: Database) -> None:
    """So did editions before this one; `--as-corrections` withdraws what they recorded, and records it under its new ids."""
    old = [
        said("A-1:referred", "referred", case="A-1", source="log", data={"unit": "social", "citizen": "A-1"}),
        said("2:caseworker", "caseworker_assigned", case="A-1", source="log", data={"role": "authority", "worker": "w1"}),
        activity("2:activity", "moede", case="A-1", source="log"),
    ]
    taking(database, file(*old))

    correct(database, [row("e1", "w1"), row("e2", "w2")], mapping=UNNAMED)

    assert shifts(database) == ["w1", "w2"]
    assert sum(isinstance(event, ActivityRecorded) for _, _, event in standing(database)) == 2


SPELLINGS = ["SB7", "sb7", "Sb7 ", " SB7\N{NO-BREAK SPACE}"]


@pytest.mark.parametrize("again", SPELLINGS)
def test_a_worker_spelt_otherwise_is_no_other_worker(database: Database, again: str) -> None:
    take(database, [row("e1", "SB7")])

    take(
        database,
        [row("e1", "SB7"), row("e2", again), row("e3", again, case="B-1"), row("e4", "-"), row("e5", "nan"), row("e6", "NONE")],
    )
    report = take(database, [row("e1", again), row("e2", "sb7"), row("e9", "sb7", case="D-1")])

    assert set(shifts(database)) == {"SB7"}
    assert len(shifts(database)) == 3
    assert report.corrected == 0


ROWS = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["A-1", "B-1"]), st.integers(8, 11), st.sampled_from(["w1", "w2", "W1", ""])),
    min_size=1,
    max_size=6,
    unique_by=lambda each: each[0],
)


@pytest.mark.long
@settings(max_examples=15)
@given(st.lists(ROWS, min_size=2, max_size=3))
def test_what_stands_after_any_files_is_what_the_newest_of_each_row_gives(
    server: Database, template: Database, files: list[list[tuple[int, str, int, str]]]
) -> None:
    told = [[_spread(row(f"e{name}", worker, case=case, hour=hour)) for name, case, hour, worker in rows] for rows in files]
    newest = {each[0]: each for rows in told for each in rows}
    with fresh_database(server, template.name) as database, fresh_database(server, template.name) as fresh:
        for rows in told:
            correct(database, rows)
        take(fresh, list(newest.values()))

        assert _courses(database) == _courses(fresh)


def _spread(told: LogRow) -> LogRow:
    """The row at a moment that is its own; two hours are a day, so that some days have one row and some have several."""
    name, case, moment, what, worker = told
    hour = int(moment[11:13])
    return name, case, f"2024-03-{hour // 2:02}T{10 + hour % 2}:{name[1:]:0>2}:00Z", what, worker


def _courses(database: Database) -> dict[str, list[str]]:
    """By case what stands, in the order of the fold; the activities of a day in any order."""
    found: dict[str, list[str]] = {}
    for case, day, event in standing(database):
        found.setdefault(case, []).append(f"{day} {isinstance(event, ActivityRecorded)} {event}".casefold())
    return {
        case: [each for each in told if " false " in each] + sorted(each for each in told if " true " in each)
        for case, told in found.items()
    }
