"""Rows that a source corrected in place, and every import against a simple reading of the law."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.events import Withdrawn
from journey.exchange.importing import BadLines
from tests.conftest import Database, fresh_database
from tests.support.import_files import activity, exported, file, taking, told, whole, withdrawal


def test_a_corrected_row_is_withdrawn_and_recorded_anew_as_often_as_it_changes(database: Database) -> None:
    reports = [taking(database, file(activity(1, what)), as_corrections=True) for what in ("a", "b", "c", "d")]

    log = [recorded for _, recorded in whole(database)]
    assert [(r.recorded, r.corrected) for r in reports] == [(1, 0), (2, 1), (2, 1), (2, 1)]
    assert [r.source_id for r in log] == ["1", "1#2:withdrawn", "1#2", "1#3:withdrawn", "1#3", "1#4:withdrawn", "1#4"]
    assert [r.event.source_id for r in log if isinstance(r.event, Withdrawn)] == ["1", "1#2", "1#3"]
    assert told(database) == [("N-1", "d")]
    assert all(log[place].known_at == log[place + 1].known_at for place in (1, 3, 5))


def test_a_line_equal_to_the_newest_correction_is_known_with_and_without_the_option(database: Database) -> None:
    for what in ("a", "b", "c"):
        taking(database, file(activity(1, what)), as_corrections=True)

    with_it, without = (taking(database, file(activity(1, "c")), as_corrections=option) for option in (True, False))

    assert (with_it.known, without.known) == (1, 1)
    assert told(database) == [("N-1", "c")]


def test_a_row_that_goes_back_to_what_it_was_is_a_correction_too(database: Database) -> None:
    for what in ("a", "b", "a"):
        taking(database, file(activity(1, what)), as_corrections=True)

    assert [recorded.source_id for _, recorded in whole(database)][-1] == "1#3"
    assert told(database) == [("N-1", "a")]


def test_corrections_within_one_file_follow_its_order(database: Database) -> None:
    lines = [activity(1, "a"), activity(1, "b"), activity(1, "b"), activity(2, "x"), activity(1, "c")]

    report = taking(database, file(*lines), as_corrections=True)

    assert (report.recorded, report.known, report.corrected) == (6, 1, 2)
    assert [r.source_id for _, r in whole(database)] == ["1", "1#2:withdrawn", "1#2", "2", "1#3:withdrawn", "1#3"]
    assert told(database) == [("N-1", "x"), ("N-1", "c")]


def test_a_file_with_every_content_of_a_row_is_known_the_second_time(database: Database) -> None:
    first, again, more = (
        taking(database, file(*(activity(1, what) for what in contents)), as_corrections=True)
        for contents in ("abc", "abc", "bca")
    )

    assert (first.recorded, first.corrected) == (5, 2)
    assert (again.recorded, again.known) == (0, 3)
    assert (more.recorded, more.known, more.corrected) == (2, 2, 1)
    assert told(database) == [("N-1", "a")]


def test_the_two_events_of_a_correction_have_the_sources_moment_where_it_may_be_theirs(database: Database) -> None:
    at = "2024-03-02T10:00:00Z"
    taking(database, file(activity(1, "a", known_at="2024-03-01T10:00:00Z")))

    taking(
        database, file(activity(2, "x", known_at="2024-03-03T10:00:00Z"), activity(1, "b", known_at=at)), as_corrections=True
    )

    log = [recorded for _, recorded in whole(database)]
    assert [r.source_id for r in log] == ["1", "1#2:withdrawn", "1#2", "2"]
    assert log[1].known_at == log[2].known_at == datetime.fromisoformat(at)


def test_a_row_that_moved_to_another_case_is_withdrawn_in_the_first(database: Database) -> None:
    taking(database, file(activity(1, "a")))

    taking(database, file(activity(1, "a", case="N-2")), as_corrections=True)

    assert [(stream, r.source_id) for stream, r in whole(database)] == [("N-1", "1"), ("N-1", "1#2:withdrawn"), ("N-2", "1#2")]
    assert told(database) == [("N-2", "a")]


def test_a_withdrawal_is_not_corrected(database: Database) -> None:
    taking(database, file(activity(1, "a"), activity(2, "b"), withdrawal(3, 1)))

    with pytest.raises(BadLines) as bad:
        taking(database, file(withdrawal(3, 2)), as_corrections=True)

    assert [problem.code for problem in bad.value.problems] == ["withdrawal_withdrawn"]


def test_an_id_that_a_correction_would_need_and_another_has_is_named(database: Database) -> None:
    with pytest.raises(BadLines) as bad:
        taking(database, file(activity(1, "a"), activity("1#2", "x"), activity(1, "b"), activity(1, "c")), as_corrections=True)

    assert [(problem.line, problem.code) for problem in bad.value.problems] == [
        (3, "different_content"),
        (4, "different_content"),
    ]
    assert "1#2" in bad.value.problems[0].reason


def test_an_export_taken_in_again_as_corrections_changes_nothing(database: Database) -> None:
    for what in ("a", "b", "c"):
        taking(database, file(activity(1, what)), as_corrections=True)
    log = whole(database)

    report = taking(database, io.BytesIO(exported(database)), as_corrections=True)

    assert (report.recorded, report.known) == (0, 5)
    assert whole(database) == log


@settings(max_examples=15)
@given(st.lists(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("abc")), min_size=1, max_size=5), min_size=1, max_size=4))
def test_the_newest_of_each_row_is_what_stands_whatever_was_sent_before(
    server: Database, template: Database, files: list[list[tuple[int, str]]]
) -> None:
    with fresh_database(server, template.name) as database:
        for lines in files:
            taking(database, file(*(activity(row, what) for row, what in lines)), as_corrections=True)

        newest = {row: what for lines in files for row, what in lines}
        assert sorted(what for _, what in told(database)) == sorted(newest.values())
        log = whole(database)
        assert [recorded.position for _, recorded in log] == list(range(1, len(log) + 1))


def by_the_law(files: list[list[dict[str, Any]]], *, as_corrections: bool) -> tuple[list[tuple[str, str]], list[list[int]]]:
    """What stands in the log after the files, bad lines left out, and which lines of each were bad."""
    log: list[tuple[str, str, dict[str, Any]]] = []  # stream, id, line
    newest_moment = ""
    all_bad: list[list[int]] = []
    for lines in files:
        bad: list[int] = []
        late = {n for n, line in enumerate(lines, 1) if line.get("known_at", "") < newest_moment or "known_at" not in line}
        order = sorted(range(1, len(lines) + 1), key=lambda n: (n in late, "" if n in late else lines[n - 1]["known_at"], n))
        for number in order:
            line = lines[number - 1]
            chain = [one for one in log if one[1] == line["source_id"] or one[1].startswith(line["source_id"] + "#")]
            chain = [one for one in chain if not one[1].endswith(":withdrawn")]
            same = [without_moment(one[2]) == without_moment(line) for one in chain]
            if line["kind"] == "withdrawn" and not chain:
                target = [one for one in log if one[1] == line["data"]["source_id"]]
                if not target or target[0][0] != line["case"] or target[0][2]["kind"] == "withdrawn":
                    bad.append(number)
                    continue
            if chain and (same[-1] or (same[0] and not as_corrections)):
                continue
            if chain and (not as_corrections or chain[-1][2]["kind"] == "withdrawn"):
                bad.append(number)
                continue
            version = f"#{len(chain) + 1}" if chain else ""
            if chain:
                log.append((chain[-1][0], f"{line['source_id']}{version}:withdrawn", {"kind": "withdrawn"}))
            log.append((line["case"], line["source_id"] + version, line))
            if number in late:
                newest_moment = "9"
            newest_moment = max(newest_moment, line.get("known_at", ""))
        all_bad.append(sorted(bad))
    return [(stream, source_id) for stream, source_id, _ in log], all_bad


def without_moment(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "known_at"}


MOMENTS = st.sampled_from([{}, *({"known_at": f"2024-03-0{day}T10:00:00Z"} for day in range(1, 5))])
CASES = st.sampled_from(["N-1", "N-2"])
TOLD = st.builds(
    lambda n, what, case, at: activity(n, what, case=case, **at), st.integers(1, 3), st.sampled_from("ab"), CASES, MOMENTS
)
TAKEN_BACK = st.builds(
    lambda n, of, case, at: withdrawal(f"w{n}", of, case=case, **at),
    st.integers(1, 2),
    st.sampled_from(["1", "2", "3", "w1", "w2"]),
    CASES,
    MOMENTS,
)


def unambiguous(files: list[list[dict[str, Any]]]) -> bool:
    """A file in which one row has several contents may repeat what the log has, which is then known: tried by itself above."""
    return not any(
        len({json.dumps(without_moment(line)) for line in lines if line["source_id"] == row}) > 1
        for lines in files[1:]
        for row in {line["source_id"] for line in lines}
    )


@pytest.mark.long
@settings(max_examples=60)
@given(st.lists(st.lists(TOLD | TAKEN_BACK, min_size=1, max_size=8), min_size=1, max_size=3), st.booleans())
def test_an_import_does_what_a_reading_of_the_law_a_line_at_a_time_does(
    server: Database, template: Database, files: list[list[dict[str, Any]]], as_corrections: bool
) -> None:
    if as_corrections and not unambiguous(files):
        return
    expected, bad = by_the_law(files, as_corrections=as_corrections)

    with fresh_database(server, template.name) as database:
        reports = [taking(database, file(*lines), skip_bad=True, as_corrections=as_corrections) for lines in files]
        log = whole(database)

    assert [(stream, recorded.source_id) for stream, recorded in log] == expected
    assert [sorted({problem.line for problem in report.problems}) for report in reports] == bad
    assert [report.left_out for report in reports] == [len(lines) for lines in bad]
