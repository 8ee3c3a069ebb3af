"""A file is taken whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import random
import signal
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

from journey.exchange.importing import BadLines, ImportReport
from journey.log.login import as_role
from journey.log.migrate import APPEND
from journey.log.recorder import lock_appends
from journey.log.vault import Vault
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.histories import random_register
from tests.support.import_files import HERE, SCRIPT, activity, file, rows, taking, whole
from tests.support.waiting import until_waiting_for_the_lock

PROMISE = "a file is taken whole or not at all"

BAD = tomllib.loads((HERE / "data" / "bad" / "files.toml").read_text("utf-8"))["file"]


@pytest.fixture
def vault(database: Database, tmp_path: Path) -> Iterator[Vault]:
    with Vault(tmp_path / "outer.key", database.app_url) as opened:
        yield opened


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

    assert (report.recorded, report.known, report.corrected, report.dry_run) == (3, 1, 1, True)
    assert rows(database) == before


def test_a_killed_import_leaves_nothing_and_the_next_one_takes_all(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(file(*(activity(number, "a") for number in range(3_000))).getvalue())

    with psycopg.connect(as_role(database.app_url, APPEND)) as holder:
        lock_appends(holder)
        process = subprocess.Popen([sys.executable, "-c", SCRIPT, database.app_url, path])
        until_waiting_for_the_lock(database)  # everything is staged and judged
        process.send_signal(signal.SIGKILL)
        process.wait()
    after = rows(database)
    report = taking(database, path)

    assert after == (0, 0, 0, 0, 0)
    assert (report.recorded, report.first_position, report.last_position) == (3_000, 1, 3_000)


@pytest.mark.parametrize("delay", [0.2, 0.4, 0.6, 0.8, 1.0, 1.3])
def test_an_import_killed_at_any_moment_is_whole_or_not_there(database: Database, tmp_path: Path, delay: float) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(file(*(activity(number, "a", case=f"N-{number % 99}") for number in range(20_000))).getvalue())

    process = subprocess.Popen([sys.executable, "-c", SCRIPT, database.app_url, path], stdout=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    report = taking(database, path)

    assert report.recorded + report.known == 20_000
    assert report.recorded in (0, 20_000)
    assert rows(database)[:2] == (20_000, 20_000)


class InBackground(threading.Thread):
    """An import beside the test."""

    def __init__(self, database: Database, source: Any, **more: Any) -> None:
        super().__init__()
        self.outcome: ImportReport | Refused | None = None
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
        until_waiting_for_the_lock(database, many=2)
        insert(writer, activity(6, "a", case="N-3"))
        writer.commit()
        good.join()
        bad.join()

    assert isinstance(good.outcome, ImportReport)
    assert isinstance(bad.outcome, BadLines)
    assert [problem.code for problem in bad.outcome.problems] == ["different_content"]
    log = {recorded.source_id: recorded for _, recorded in whole(database)}
    assert sorted(recorded.position for recorded in log.values()) == list(range(1, len(log) + 1))
    assert log["4"].source_known_at == datetime(2024, 3, 2, tzinfo=UTC)


def test_a_thousand_mutated_lines_are_each_taken_known_or_named_and_never_half(
    database: Database, tmp_path: Path, vault: Vault
) -> None:
    rng = random.Random(11)
    good = [json.dumps(line, ensure_ascii=False).encode() for line in random_register(8)]
    lines: list[bytes] = []
    for _ in range(1_000):
        line = bytearray(rng.choice(good))
        for _ in range(rng.choice([0, 1, 1, 2, 5])):
            place = rng.randrange(len(line))
            line[place : place + rng.randrange(4)] = rng.choice(
                [rng.randbytes(rng.randrange(3)), b'"', b"0101901234", b"\\u0000", b"\n"]
            )
        lines.append(bytes(line))
    source = io.BytesIO(b"\n".join(lines))

    with pytest.raises(BadLines):
        taking(database, source, vault=vault)
    before = rows(database)
    source.seek(0)
    report = taking(database, source, vault=vault, skip_bad=True, rejects=tmp_path / "r")

    assert before == (0, 0, 0, 0, 0)
    assert report.lines == report.recorded + report.known + report.left_out
    assert min(report.recorded, report.known, report.left_out) > 10
    assert len((tmp_path / "r").read_bytes().splitlines()) == report.left_out
    assert rows(database)[:2] == (report.recorded, report.recorded)
    assert all(json.loads(line)["_reason"].startswith("linje ") for line in (tmp_path / "r").read_bytes().splitlines())
