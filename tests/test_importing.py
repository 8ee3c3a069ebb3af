"""Taking a file into the log, whole or not at all, and giving the log out again."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Database, fresh_database
from histories import NOW, random_register, taken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journey import reading
from journey.codes import standard
from journey.events import NoteAdded, Withdrawn
from journey.exporting import export
from journey.history import Recorded, in_order
from journey.importing import BadLines, Report, import_file, load_mapping
from journey.login import as_role
from journey.migrate import APPEND, IMPORT, READ
from journey.refusals import Refused
from journey.store import lock_appends
from journey.stored import Entry, content
from journey.vault import Vault

HERE = Path(__file__).parent
BAD = tomllib.loads((HERE / "data" / "bad" / "files.toml").read_text("utf-8"))["file"]
RECEIPT = HERE.parent.parent / "shared" / "data" / "receipt.csv"


def said(
    source_id: object, kind: str = "reopened", case: str = "N-1", data: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    line = {"case": case, "kind": kind, "valid_at": "2024-03-01", "source": "fs", "source_id": str(source_id)}
    return line | ({"data": data} if data else {}) | more


def activity(source_id: object, what: str, **more: Any) -> dict[str, Any]:
    return said(source_id, "activity_recorded", data={"activity": what}, **more)


def withdrawal(source_id: object, of: object, **more: Any) -> dict[str, Any]:
    return said(source_id, "withdrawn", data={"source_id": str(of), "reason": "fejl"}, **more)


def file(*lines: dict[str, Any] | str) -> io.BytesIO:
    text = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    return io.BytesIO("\n".join(text).encode())


def taking(database: Database, source: Any, **more: Any) -> Report:
    return import_file(database.app_url, source, **{"codes": standard(), "now": datetime.now(UTC), **more})


def whole(database: Database) -> list[tuple[str, Recorded]]:
    with psycopg.connect(as_role(database.app_url, READ)) as conn:
        return list(reading.events(conn, 0, reading.head(conn)[0]))


def rows(database: Database) -> tuple[int, ...]:
    """How much there is of everything that an import writes."""
    tables = ("events", "event_ids", "notes", "imports", "codes_used")
    with psycopg.connect(database.admin_url) as conn:
        return tuple(conn.execute(f"select count(*) from log.{table}").fetchone()[0] for table in tables)  # type: ignore[index] -- a count is always there


def told(database: Database) -> list[tuple[str, str]]:
    """The activities that stand, by case, in the order of the fold."""
    streams: dict[str, list[Recorded]] = {}
    for stream, recorded in whole(database):
        streams.setdefault(stream, []).append(recorded)
    return [(stream, recorded.event.activity) for stream, history in sorted(streams.items()) for recorded in in_order(history)]


def same_content(stream: str, recorded: Recorded) -> bytes:
    return content(
        Entry(
            stream,
            recorded.valid_at,
            recorded.source,
            recorded.source_id,
            recorded.event,
            None,
            recorded.by,
            recorded.source_case,
        )
    )


def exported(database: Database, **more: Any) -> bytes:
    out = io.BytesIO()
    count = export(database.app_url, out, **more)
    assert out.getvalue().count(b"\n") == count
    return out.getvalue()


@pytest.fixture
def other(server: Database, template: Database) -> Iterator[Database]:
    """A second empty register."""
    with fresh_database(server, template.name) as made:
        yield made


@pytest.fixture
def vault(database: Database, tmp_path: Path) -> Iterator[Vault]:
    with Vault(tmp_path / "outer.key", database.app_url) as opened:
        yield opened


# Order, moments and versions


@pytest.mark.parametrize("seed", [1, 2])
def test_an_import_into_an_empty_register_is_taken_in_the_order_of_the_law(database: Database, vault: Vault, seed: int) -> None:
    lines = random_register(seed)

    report = taking(database, file(*lines), vault=vault)

    log = whole(database)
    expected = taken(lines)
    assert (report.taken, report.first_position, report.last_position) == (len(lines), 1, len(lines))
    assert [recorded.position for _, recorded in log] == list(range(1, len(lines) + 1))
    assert [(r.source, r.source_id) for _, r in log] == [(line["source"], line["source_id"]) for line in expected]
    stamped = sum("known_at" in line for line in lines)
    moments = [recorded.known_at for _, recorded in log]
    assert moments[:stamped] == [datetime.fromisoformat(line["known_at"]) for line in expected[:stamped]]
    assert len(set(moments[stamped:])) == 1
    assert moments[-1] > max(moments[:stamped])
    versions: dict[str, list[int]] = {}
    for stream, recorded in log:
        versions.setdefault(stream, []).append(recorded.version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())


def test_what_runs_behind_the_log_comes_last_is_stamped_now_and_keeps_its_time_as_information(database: Database) -> None:
    taking(database, file(activity(1, "a", known_at="2024-03-02T10:00:00Z")))
    behind, level = "2024-03-02T10:59:59.999999+01:00", "2024-03-02T11:00:00+01:00"

    report = taking(database, file(activity(2, "b", known_at=behind), activity(3, "c"), activity(4, "d", known_at=level)))

    log = [recorded for _, recorded in whole(database)]
    assert [recorded.source_id for recorded in log] == ["1", "4", "2", "3"]
    assert log[1].known_at == datetime.fromisoformat(level)
    assert log[1].source_known_at is None
    assert log[2].source_known_at == datetime.fromisoformat(behind)
    assert log[3].source_known_at is None
    assert log[2].known_at == log[3].known_at > datetime(2025, 1, 1, tzinfo=UTC)
    assert (report.first_position, report.last_position) == (2, 4)


def test_a_known_at_later_than_now_is_a_bad_line(database: Database) -> None:
    with pytest.raises(BadLines) as bad:
        taking(database, file(activity(1, "a", known_at="2026-01-15T12:00:00.000001Z")), now=NOW)

    assert [problem.code for problem in bad.value.problems] == ["future_knowledge"]


def test_the_streams_go_on_from_their_newest_version(database: Database) -> None:
    taking(database, file(activity(1, "a"), activity(2, "b", case="N-2")))

    taking(database, file(activity(3, "c"), activity(4, "d", case="N-3"), activity(5, "e")))

    assert [(stream, r.version) for stream, r in whole(database)] == [
        ("N-1", 1),
        ("N-2", 1),
        ("N-1", 2),
        ("N-3", 1),
        ("N-1", 3),
    ]


# Known already


def test_the_same_file_twice_is_known_the_second_time(database: Database, vault: Vault) -> None:
    lines = random_register(3)
    first = taking(database, file(*lines), vault=vault)
    log = whole(database)

    again = taking(database, file(*lines), vault=vault)

    assert (again.lines, again.taken, again.known, again.first_position) == (first.lines, 0, first.taken, None)
    assert whole(database) == log


def test_a_line_twice_in_a_file_is_known_the_second_time_also_under_an_alias(database: Database) -> None:
    one, other = (said(1, "transferred", data={"to": to, "reason": "other"}) for to in ("ui", "ungeindsatsen"))

    report = taking(database, file(one, other, one | {"known_at": "2024-03-02T00:00:00Z"}))

    assert (report.taken, report.known) == (1, 2)


def test_an_id_that_was_withdrawn_is_known_all_the_same(database: Database) -> None:
    taking(database, file(activity(1, "a"), withdrawal(2, 1)))

    assert taking(database, file(activity(1, "a"))).known == 1


# Whole or not at all


@pytest.mark.parametrize("wrong", BAD, ids=[one["name"] for one in BAD])
def test_a_wrong_file_gets_exactly_this_answer_and_nothing_of_it_is_taken(database: Database, wrong: dict[str, Any]) -> None:
    written = bytes.fromhex(wrong["hex"]) if "hex" in wrong else wrong["text"].encode()
    written = written.replace("«x»".encode(), b"x" * wrong.get("repeat", 0))

    with pytest.raises(Refused) as refused:
        taking(database, io.BytesIO(written))

    found = refused.value.problems if isinstance(refused.value, BadLines) else ()
    assert (refused.value.code, refused.value.place, refused.value.message) == ("bad_file", "standard input", wrong["answer"])
    assert [f"{problem.code} | {problem.text}" for problem in found] == wrong["lines"]
    assert rows(database) == (0, 0, 0, 0, 0)


def test_one_bad_line_in_the_middle_of_many_keeps_all_of_them_out(database: Database) -> None:
    lines: list[Any] = [activity(number, "a", case=f"N-{number % 50}") for number in range(25_000)]
    lines[13_000] = "{"

    with pytest.raises(BadLines) as bad:
        taking(database, file(*lines))

    assert [problem.line for problem in bad.value.problems] == [13_001]
    assert rows(database) == (0, 0, 0, 0, 0)


def test_a_dry_run_says_what_would_come_of_it_and_writes_nothing(database: Database) -> None:
    taking(database, file(activity(1, "a")))
    before = rows(database)

    report = taking(database, file(activity(1, "a"), activity(2, "b"), activity(2, "c")), dry_run=True, as_corrections=True)

    assert (report.taken, report.known, report.corrected, report.dry_run) == (3, 1, 1, True)
    assert rows(database) == before


WAITS = """
select count(*) from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())
"""


def wait_for_lock(database: Database, many: int = 1) -> None:
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        for _ in range(600):
            if conn.execute(WAITS).fetchone() == (many,):
                return
            time.sleep(0.05)
    raise AssertionError("nobody came to wait for the append lock")


SCRIPT = """
import sys
from datetime import UTC, datetime
from journey.codes import standard
from journey.importing import import_file
print(import_file(sys.argv[1], sys.argv[2], codes=standard(), now=datetime.now(UTC)).taken)
"""


def test_a_killed_import_leaves_nothing_and_the_next_one_takes_all(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(file(*(activity(number, "a") for number in range(3_000))).getvalue())

    with psycopg.connect(as_role(database.app_url, APPEND)) as holder:
        lock_appends(holder)
        process = subprocess.Popen([sys.executable, "-c", SCRIPT, database.app_url, path])
        wait_for_lock(database)  # everything is staged and judged
        process.send_signal(signal.SIGKILL)
        process.wait()
    after = rows(database)
    report = taking(database, path)

    assert after == (0, 0, 0, 0, 0)
    assert (report.taken, report.first_position, report.last_position) == (3_000, 1, 3_000)


@pytest.mark.parametrize("delay", [0.2, 0.4, 0.6, 0.8, 1.0, 1.3])
def test_an_import_killed_at_any_moment_is_whole_or_not_there(database: Database, tmp_path: Path, delay: float) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(file(*(activity(number, "a", case=f"N-{number % 99}") for number in range(20_000))).getvalue())

    process = subprocess.Popen([sys.executable, "-c", SCRIPT, database.app_url, path], stdout=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    report = taking(database, path)

    assert report.taken + report.known == 20_000
    assert report.taken in (0, 20_000)
    assert rows(database)[:2] == (20_000, 20_000)


class InBackground(threading.Thread):
    """An import beside the test."""

    def __init__(self, database: Database, source: Any, **more: Any) -> None:
        super().__init__()
        self.outcome: Report | Refused | None = None
        self._how = (database, source, more)
        self.start()

    def run(self) -> None:
        database, source, more = self._how
        try:
            self.outcome = taking(database, source, **more)
        except Refused as refused:
            self.outcome = refused


def insert(conn: psycopg.Connection[Any], line: dict[str, Any]) -> None:
    """An event recorded by someone else, in their own transaction."""
    state = {"valid_at": line["valid_at"], "source": line["source"], "source_id": line["source_id"], "data": line["data"]}
    conn.execute(
        "insert into log.events (originator_id, originator_version, topic, state) values (%s, 1, %s, %s)",
        (line["case"], line["kind"], json.dumps(state).encode()),
    )
    conn.execute(
        "insert into log.event_ids values (%s, %s, 1, %s, %s, %s)",
        (line["source"], line["source_id"], line["case"], line["kind"], hashlib.sha256(b"other").digest()),
    )


def test_what_was_judged_before_the_lock_is_judged_again_when_the_log_has_moved(database: Database) -> None:
    with psycopg.connect(as_role(database.app_url, APPEND)) as writer:
        lock_appends(writer)
        good = InBackground(database, file(activity(4, "b", known_at="2024-03-02T00:00:00Z"), activity(5, "c")))
        bad = InBackground(database, file(activity(6, "x", case="N-2")))
        wait_for_lock(database, many=2)
        insert(writer, activity(6, "a", case="N-3"))
        writer.commit()
        good.join()
        bad.join()

    assert isinstance(good.outcome, Report)
    assert isinstance(bad.outcome, BadLines)
    assert [problem.code for problem in bad.outcome.problems] == ["different_content"]
    log = {recorded.source_id: recorded for _, recorded in whole(database)}
    assert sorted(recorded.position for recorded in log.values()) == list(range(1, len(log) + 1))
    assert log["4"].source_known_at == datetime(2024, 3, 2, tzinfo=UTC)


# Corrections


def test_a_corrected_row_is_withdrawn_and_recorded_anew_as_often_as_it_changes(database: Database) -> None:
    reports = [taking(database, file(activity(1, what)), as_corrections=True) for what in ("a", "b", "c", "d")]

    log = [recorded for _, recorded in whole(database)]
    assert [(r.taken, r.corrected) for r in reports] == [(1, 0), (2, 1), (2, 1), (2, 1)]
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

    assert (report.taken, report.known, report.corrected) == (6, 1, 2)
    assert [r.source_id for _, r in whole(database)] == ["1", "1#2:withdrawn", "1#2", "2", "1#3:withdrawn", "1#3"]
    assert told(database) == [("N-1", "x"), ("N-1", "c")]


def test_a_file_with_every_content_of_a_row_is_known_the_second_time(database: Database) -> None:
    first, again, more = (
        taking(database, file(*(activity(1, what) for what in contents)), as_corrections=True)
        for contents in ("abc", "abc", "bca")
    )

    assert (first.taken, first.corrected) == (5, 2)
    assert (again.taken, again.known) == (0, 3)
    assert (more.taken, more.known, more.corrected) == (2, 2, 1)
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

    assert (report.taken, report.known) == (0, 5)
    assert whole(database) == log


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


# Bad lines left out


def test_the_good_lines_are_taken_and_the_bad_ones_can_be_mended(database: Database, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    lines = [activity(1, "a"), activity(2, ""), "hej", withdrawal(3, 2), activity(4, "b"), activity(1, "x"), withdrawal(5, 1)]

    report = taking(database, file(*lines), skip_bad=True, rejects=rejects)

    assert (report.lines, report.taken, report.left_out) == (7, 3, 4)
    assert [problem.line for problem in report.problems] == [2, 3, 4, 6]
    written = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
    assert [{k: v for k, v in line.items() if k != "_reason"} for line in written] == [
        lines[1],
        {"_line": "hej"},
        lines[3],
        lines[5],
    ]
    assert written[0]["_reason"] == "linje 2: data.activity: må ikke være tom"
    assert written[1]["_reason"] == "linje 3: linjen: er ikke gyldig JSON (ved tegn 1)"
    assert "andet indhold" in written[3]["_reason"]
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600

    mended = [written[0] | {"data": {"activity": "c"}}, written[2], written[3] | {"source_id": "6"}]
    again = taking(database, file(*mended))

    assert (again.taken, again.known, again.left_out) == (3, 0, 0)
    assert told(database) == [("N-1", "b"), ("N-1", "x")]


def test_a_line_that_is_rejected_twice_has_the_newest_reason(database: Database, tmp_path: Path) -> None:
    taking(database, file(activity(1, "", _reason="linje 9: gammel")), skip_bad=True, rejects=tmp_path / "r")

    assert json.loads((tmp_path / "r").read_text("utf-8"))["_reason"] == "linje 1: data.activity: må ikke være tom"


def test_without_bad_lines_there_is_no_reject_file(database: Database, tmp_path: Path) -> None:
    taking(database, file(activity(1, "a")), skip_bad=True, rejects=tmp_path / "r")

    assert list(tmp_path.iterdir()) == []


def test_a_reject_file_is_never_written_over(database: Database, tmp_path: Path) -> None:
    (tmp_path / "r").write_text("mine")

    with pytest.raises(Refused) as refused:
        taking(database, file("hej"), skip_bad=True, rejects=tmp_path / "r")

    assert refused.value.place == str(tmp_path / "r")
    assert (tmp_path / "r").read_text() == "mine"
    assert rows(database) == (0, 0, 0, 0, 0)


NO_MOMENT = (
    "i går er ikke et tidspunkt (ISO 8601, f.eks. 2024-03-04 09:12:00+01:00);"
    " ret det, eller angiv time_format i oversættelsesfilen"
)
LOG = """sag,tid,handling,hvem
A,2024-03-01 09:00+01:00,Ansøgning,w1
A,i går,Samtale,w2
B,2024-03-02 09:00+01:00,"To
linjer",w1
B,2024-03-02 10:00+01:00,Afgørelse,
C,2024-03-02
"""
CSV = """
format = "csv"
source = "log"
unit = "social"
role = "authority"
not_cpr = true
[columns]
case = "sag"
time = "tid"
activity = "handling"
worker = "hvem"
"""


def test_a_foreign_logs_bad_rows_are_rejected_in_its_own_form(database: Database, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(CSV, "utf-8")
    mapping = load_mapping(tmp_path / "m.toml", standard())

    report = taking(database, io.BytesIO(LOG.encode()), mapping=mapping, skip_bad=True, rejects=tmp_path / "r.csv")

    assert (report.lines, report.taken, report.left_out) == (5, 5, 3)
    assert (tmp_path / "r.csv").read_text("utf-8").splitlines() == [
        "sag,tid,handling,hvem,_reason",
        f'A,i går,Samtale,w2,"linje 3: tid: {NO_MOMENT}"',
        'B,2024-03-02 09:00+01:00,"To',
        'linjer",w1,"linje 5: handling: indeholder et styretegn (f.eks. et linjeskift), som ikke kan stå her"',
        "C,2024-03-02,,,linje 7: linjen: har 2 felter; filens første linje har 4",
    ]
    with psycopg.connect(database.admin_url) as conn:
        assert conn.execute("select lines, taken, not_cpr from log.imports").fetchone() == (5, 5, True)


XES = """<log><trace><string key="concept:name" value="A"/>
<event><string key="concept:name" value="Brev"/><date key="time:timestamp" value="2024-03-01T09:00:00Z"/></event>
<event><string key="concept:name" value="Møde &amp; mere"/><date key="time:timestamp" value="2024"/></event></trace></log>"""


def test_xes_is_rejected_as_xes_that_can_be_taken_in_again(database: Database, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('format = "xes"\nsource = "x"\nunit = "ui"\nrole = "authority"\n', "utf-8")
    mapping = load_mapping(tmp_path / "m.toml", standard())

    first = taking(database, io.BytesIO(XES.encode()), mapping=mapping, skip_bad=True, rejects=tmp_path / "r.xes")
    mended = (tmp_path / "r.xes").read_text("utf-8").replace('value="2024"', 'value="2024-03-02T09:00:00Z"')
    again = taking(
        database, io.BytesIO(mended.replace('value="A"', 'value="B"').encode()), mapping=mapping, as_corrections=True
    )

    assert (first.taken, first.left_out) == (2, 1)
    assert "linje 2: time:timestamp: 2024 er ikke et tidspunkt" in mended
    assert again.left_out == 0
    assert ("B", "Møde & mere") in [(s, getattr(r.event, "activity", "")) for s, r in whole(database)]


@pytest.mark.skipif(not RECEIPT.exists(), reason="the municipal log for trying and testing is not here")
def test_a_real_municipal_log_is_taken_whole_and_once(database: Database) -> None:
    mapping = load_mapping(HERE / "data" / "receipt.toml", standard())

    first, again = (taking(database, RECEIPT, mapping=mapping) for _ in range(2))

    assert (first.lines, first.taken, first.known) == (8_577, 14_087, 0)
    assert (again.lines, again.taken, again.known) == (8_577, 0, 14_087)
    log = [recorded for _, recorded in whole(database)]
    assert [recorded.known_at for recorded in log] == sorted(recorded.known_at for recorded in log)
    assert {recorded.known_at.year for recorded in log} == {2010, 2011, 2012}


# Notes


def test_a_notes_text_is_kept_beside_the_log_and_known_when_it_comes_again(database: Database, vault: Vault) -> None:
    note = said(1, "note_added", data={"text": "Ringede til moren på 010190-1234."})

    first, again = (taking(database, file(note), vault=vault) for _ in range(2))

    assert (first.taken, again.known) == (1, 1)
    [(stream, recorded)] = whole(database)
    assert isinstance(recorded.event, NoteAdded)
    assert vault.open_note(stream, recorded.event.text_hash) == note["data"]["text"]
    with psycopg.connect(database.admin_url) as conn:
        assert b"moren" not in b"".join(state for (state,) in conn.execute("select state from log.events"))
    without, with_text = exported(database), exported(database, with_notes=vault)
    assert json.loads(without)["data"] == {"text_hash": recorded.event.text_hash}
    assert json.loads(with_text)["data"] == note["data"]
    assert [taking(database, io.BytesIO(each), vault=vault).known for each in (without, with_text)] == [1, 1]


def test_a_note_with_another_text_is_other_content(database: Database, vault: Vault) -> None:
    taking(database, file(said(1, "note_added", data={"text": "a"})), vault=vault)

    with pytest.raises(BadLines):
        taking(database, file(said(1, "note_added", data={"text": "b"})), vault=vault)
    taking(database, file(said(1, "note_added", data={"text": "b"})), vault=vault, as_corrections=True)

    assert [json.loads(line)["data"].get("text") for line in exported(database, with_notes=vault).splitlines()] == [
        "a",
        None,
        "b",
    ]


def test_where_the_key_is_destroyed_a_known_note_is_known_and_a_new_one_bad(database: Database, vault: Vault) -> None:
    for text in ("a", "b"):
        taking(database, file(said(1, "note_added", data={"text": text})), vault=vault, as_corrections=True)
    with psycopg.connect(database.admin_url) as conn:
        conn.execute("update log.case_keys set wrapped = null")

    notes = [said(1, "note_added", data={"text": text}) for text in ("b", "c", "a")]
    reports = [taking(database, file(*notes), vault=vault, as_corrections=option) for option in (True, False)]
    with pytest.raises(BadLines) as bad:
        taking(database, file(said(2, "note_added", data={"text": "b"})), vault=vault)

    assert [(report.taken, report.known) for report in reports] == [(0, 3), (0, 3)]
    assert "nøgle er slettet" in bad.value.problems[0].reason
    assert all(
        json.loads(line)["data"].keys() == {"text_hash"} for line in exported(database, with_notes=vault).splitlines()[::2]
    )


# Out and in again


def test_an_export_taken_into_an_empty_register_gives_the_same_log(database: Database, other: Database, vault: Vault) -> None:
    lines = random_register(5)
    half = len(lines) // 2
    taking(database, file(*lines[:half]), skip_bad=True, vault=vault)
    taking(database, file(*lines), skip_bad=True, vault=vault)  # the second half runs partly behind the first
    taking(
        database, file(*(line | {"by": "en anden"} for line in lines[:40] if line["kind"] != "withdrawn")), as_corrections=True
    )

    report = taking(other, io.BytesIO(exported(database)))

    here, there = whole(database), whole(other)
    assert report.taken == len(here)
    assert any(recorded.source_known_at for _, recorded in here)
    assert [same_content(*one) for one in there] == [same_content(*one) for one in here]
    assert [(r.position, r.version, r.known_at) for _, r in there] == [(r.position, r.version, r.known_at) for _, r in here]
    assert exported(other) == exported(database)


def test_an_export_may_be_of_one_case_and_of_an_earlier_position(database: Database) -> None:
    taking(database, file(activity(1, "a"), activity(2, "b", case="N-2"), activity(3, "c")))

    def ids(**more: Any) -> list[str]:
        return [json.loads(line)["source_id"] for line in exported(database, **more).splitlines()]

    assert ids(case="N-1") == ["1", "3"]
    assert ids(upto=2) == ["1", "2"]
    assert ids(case="N-1", upto=2) == ["1"]
    assert ids(upto=0) == []


@pytest.mark.parametrize(("asked", "code"), [({"upto": 2}, "position_unknown"), ({"case": "N-9"}, "unknown_case")])
def test_an_export_of_what_is_not_there_is_refused(database: Database, asked: dict[str, Any], code: str) -> None:
    taking(database, file(activity(1, "a")))

    with pytest.raises(Refused) as refused:
        exported(database, **asked)

    assert refused.value.code == code


# Files of every sort


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"", 0),
        (b"\n\r\n  \n", 0),
        (b"\xef\xbb\xbf", 0),
        (b"\xef\xbb\xbf%b\r\n%b\r\n", 2),
        (b"\n%b\n\n%b", 2),
        (b"  %b  \n\t%b", 2),
    ],
)
def test_line_breaks_and_marks_and_blanks_do_not_matter(database: Database, text: bytes, lines: int) -> None:
    two = tuple(json.dumps(activity(number, "Møde", case="Ægir")).encode() for number in (1, 2))

    report = taking(database, io.BytesIO(text % two if lines else text))

    assert (report.lines, report.taken) == (lines, lines)


def test_a_path_that_is_no_file_is_refused_with_its_place(database: Database, tmp_path: Path) -> None:
    device = "/dev/null"
    for path, why in (
        (tmp_path / "nej", "findes ikke"),
        (tmp_path, "er en mappe"),
        (f"a\0b{tmp_path}", "findes ikke"),
        (device, "apparat"),
    ):
        with pytest.raises(Refused) as refused:
            taking(database, path)

        assert (refused.value.code, refused.value.place) == ("bad_file", str(path))
        assert why in refused.value.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(database: Database, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    (tmp_path / "f").chmod(0)

    with pytest.raises(Refused, match="må ikke læses"):
        taking(database, tmp_path / "f")


def test_a_mapping_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('format = "jsonl"\nsource = "fs"\ncases = "sager.csv"\n', "utf-8")
    (tmp_path / "l.toml").write_bytes(b"\xff")

    for name, place in (("nej.toml", "nej.toml"), ("m.toml", "sager.csv"), ("l.toml", "l.toml")):
        with pytest.raises(Refused) as refused:
            load_mapping(tmp_path / name, standard())

        assert (refused.value.code, refused.value.place) == ("bad_mapping", str(tmp_path / place))


def test_standard_input_and_a_pipe_are_read_as_a_file_is(database: Database, tmp_path: Path) -> None:
    piped = subprocess.run(
        [sys.executable, "-c", SCRIPT, database.app_url, "-"],
        input=file(activity(1, "a"), activity(2, "b")).getvalue(),
        capture_output=True,
    )
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(file(activity(3, "c")).getvalue()))
    writer.start()
    report = taking(database, tmp_path / "pipe")
    writer.join()

    assert piped.stdout == b"2\n"
    assert report.taken == 1


def test_an_import_is_put_on_record_and_told_of_once(database: Database) -> None:
    source = file(
        said(1, "transferred", data={"to": "ui", "reason": "age"}), said(1, "transferred", data={"to": "ui", "reason": "age"})
    )

    with psycopg.connect(as_role(database.app_url, READ), autocommit=True) as listener:
        listener.execute("listen events")
        taking(database, source)
        told_of = [notice.channel for notice in listener.notifies(timeout=1, stop_after=2)]
        row = listener.execute(
            "select sha256, lines, taken, known, mapping, not_cpr, first_position, last_position from log.imports"
        )
        assert row.fetchone() == (hashlib.sha256(source.getvalue()).digest(), 2, 1, 1, None, False, 1, 1)
        used = listener.execute("select list, code from log.codes_used order by 1, 2").fetchall()

    assert told_of == ["events"]
    assert used == [("transfer_reasons", "age"), ("units", "ungeindsatsen")]


def test_the_source_cases_of_a_mapping_are_read_and_not_kept_on_record(database: Database, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'format = "jsonl"\nsource = "fs"\nend_dates = "inclusive"\n[cases]\nA-1 = "N-7"\n', "utf-8"
    )
    line = said(1, "closed", data={"reason": "other"}, source_case="A-1")
    del line["case"]

    taking(database, file(line), mapping=load_mapping(tmp_path / "m.toml", standard()))

    [(stream, recorded)] = whole(database)
    assert (stream, recorded.source_case, recorded.valid_at.isoformat()) == ("N-7", "A-1", "2024-03-02")
    with psycopg.connect(as_role(database.app_url, IMPORT)) as conn:
        (kept,) = conn.execute("select mapping from log.imports").fetchone() or ("",)
    assert "N-7" not in kept
    assert '"end_dates":"inclusive"' in kept


def test_progress_is_told_in_bytes_and_ends_with_all_of_them(database: Database) -> None:
    source = file(*(activity(number, "a") for number in range(10_001)))
    steps: list[tuple[int, int]] = []

    taking(database, source, progress=lambda read, size: steps.append((read, size)))

    size = len(source.getvalue())
    assert steps[-1] == (size, size)
    assert 0 < steps[0][0] < size


# The same by a simple reading of the law, a line at a time


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


@settings(max_examples=60, deadline=None)
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
