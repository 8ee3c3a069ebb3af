"""Taking a file into the log: order, moments, what is known already, and files of every sort."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from journey.codes import standard
from journey.exchange import foreign_staging, recording
from journey.exchange.importing import JUDGING, READING, RECORDING, STAGING, BadLines, load_mapping
from journey.log.login import as_role
from journey.log.migrate import IMPORT, READ
from journey.log.vault import Vault
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.histories import NOW, random_register, taken
from tests.support.import_files import SCRIPT, activity, file, said, taking, whole, withdrawal
from tests.support.waiting import PATIENCE

PROMISE = "a file is taken in its order of moments, and what is known already is skipped"


@pytest.fixture
def vault(database: Database, tmp_path: Path) -> Iterator[Vault]:
    with Vault(tmp_path / "outer.key", database.app_url) as opened:
        yield opened


@pytest.mark.parametrize("seed", [1, 2])
def test_an_import_into_an_empty_register_is_taken_in_the_order_of_the_law(database: Database, vault: Vault, seed: int) -> None:
    lines = random_register(seed)

    report = taking(database, file(*lines), vault=vault)

    log = whole(database)
    expected = taken(lines)
    assert (report.recorded, report.first_position, report.last_position) == (len(lines), 1, len(lines))
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


def test_the_same_file_twice_is_known_the_second_time(database: Database, vault: Vault) -> None:
    lines = random_register(3)
    first = taking(database, file(*lines), vault=vault)
    log = whole(database)

    again = taking(database, file(*lines), vault=vault)

    assert (again.lines, again.recorded, again.known, again.first_position) == (first.lines, 0, first.recorded, None)
    assert whole(database) == log


def test_a_line_twice_in_a_file_is_known_the_second_time_also_under_an_alias(database: Database) -> None:
    one, other = (said(1, "transferred", data={"to": to, "reason": "other"}) for to in ("ui", "ungeindsatsen"))

    report = taking(database, file(one, other, one | {"known_at": "2024-03-02T00:00:00Z"}))

    assert (report.recorded, report.known) == (1, 2)


def test_an_id_that_was_withdrawn_is_known_all_the_same(database: Database) -> None:
    taking(database, file(activity(1, "a"), withdrawal(2, 1)))

    assert taking(database, file(activity(1, "a"))).known == 1


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
    two = tuple(json.dumps(activity(number, "møde", case="Ægir")).encode() for number in (1, 2))

    report = taking(database, io.BytesIO(text % two if lines else text))

    assert (report.lines, report.recorded) == (lines, lines)


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
    assert report.recorded == 1


def test_an_import_is_put_on_record_and_told_of_once(database: Database) -> None:
    source = file(
        said(1, "transferred", data={"to": "ui", "reason": "age"}), said(1, "transferred", data={"to": "ui", "reason": "age"})
    )

    with psycopg.connect(as_role(database.app_url, READ), autocommit=True) as listener:
        listener.execute("listen events")
        taking(database, source)
        told_of = [notice.channel for notice in listener.notifies(timeout=PATIENCE, stop_after=1)]
        told_of += [notice.channel for notice in listener.notifies(timeout=0.5, stop_after=1)]
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


FOREIGN = """
format = "csv"
source = "log"
unit = "social"
role = "authority"
[columns]
case = "sag"
time = "tid"
activity = "handling"
"""


def test_every_phase_of_an_import_tells_how_far_it_is(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign_staging, "BATCH", 200)
    monkeypatch.setattr(foreign_staging, "CASES", 50)
    monkeypatch.setattr(recording, "WRITTEN", 300)
    (tmp_path / "m.toml").write_text(FOREIGN, "utf-8")
    rows = [f"s-{nth % 500:03},2024-03-01T10:00:{nth % 60:02}Z,Møde" for nth in range(1_000)]
    source = "\n".join(["sag,tid,handling", *rows]).encode()
    steps: list[tuple[str, int, int]] = []

    taking(
        database,
        io.BytesIO(source),
        mapping=load_mapping(tmp_path / "m.toml", standard()),
        progress=lambda *step: steps.append(step),
    )

    phases = {phase: [(done, of) for each, done, of in steps if each == phase] for phase, _, _ in steps}
    assert list(phases) == [READING, STAGING, JUDGING, RECORDING]
    ends = {READING: len(source), STAGING: 1_000, RECORDING: 1_500}
    for phase, told in phases.items():
        done = [each for each, _ in told]
        assert len(told) >= 4, phase
        assert done == sorted(done)
        assert 0 < done[0] < done[-1] == told[-1][1] == ends.get(phase, done[-1]), phase
