"""A6: CPR numbers that the vault stores, that a case is found by and that cases are merged by stand in clear nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from api.register.register import Register
from api.settings import settings
from journey.access.reader import LOCAL
from journey.exchange.sheets.pseudonyms import citizen_pseudonym
from journey.log.identity_vault import store_numbers
from journey.log.migrate import IMPORT
from tests.cli.asking import PROGRAM
from tests.promises.conftest import Figures
from tests.support.planted import NUMBERS, Hit, Place, ProcessWords, WatchedServer, in_clear, spellings, watched
from tests.support.registers import load
from tests.support.serving import referred

PROMISE = (
    "A6: of fifty CPR numbers that are stored, looked for and merged by, none stands in clear in a dump, data file, write-ahead log, "
    "server's log, answer, error, temporary file, or in what the machine shows of a process"
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.skipif("JOURNEY_TEST_ADMIN_URL" in os.environ, reason="reads the files of an embedded server of its own"),
]


@pytest.fixture
def server(home: Path) -> Iterator[WatchedServer]:
    (home / "tmp").mkdir(mode=0o1777)
    with watched(home) as made:
        yield made


def said(server: WatchedServer, *words: str, typed: str = "", **variables: str) -> tuple[int, list[Place]]:
    """Run the command; its exit code, and what could be seen of it: its answers, its words and environment, its temporary files."""
    home = server.data.parent
    environment = os.environ | {"JOURNEY_DATA": str(server.data), "TMPDIR": str(home / "tmp"), **variables}
    with subprocess.Popen(
        [*PROGRAM, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        with ProcessWords(process.pid) as seen:
            out, err = process.communicate(typed.encode())
        name = " ".join(words[:2])
        return process.returncode, [(f"{name}: out", out), (f"{name}: err", err), *seen.places()]


def test_numbers_stored_looked_for_and_merged_by_stand_in_clear_nowhere(server: WatchedServer, figures: Figures) -> None:
    register = Register(server.server.app_url, settings({"JOURNEY_DATA": str(server.data)}), LOCAL)
    key = register.identity_key()
    citizens = {citizen_pseudonym(key, digits): digits for digits in NUMBERS}
    with register.connected(IMPORT) as conn:
        store_numbers(conn, key, citizens)
    load(register, [{"case": name, "source": "f", "source_id": name, **referred(name)} for name in [*citizens][:40]])

    old, new, unknown = NUMBERS[0], NUMBERS[1], NUMBERS[45]
    done = [
        said(server, "identity", "find", typed=f"{old[:6]}-{old[6:]}\n"),
        said(server, "identity", "find", typed=f"{unknown}\n"),
        said(server, "identity", "find", typed=f"{new}9\n"),
        said(server, "identity", "merge", "--valid-at", "2025-06-01", "--yes", typed=f"{old}\n{new}\n"),
        said(server, "identity", "merge", "--yes", typed=f"{NUMBERS[2]}\n{unknown}\n"),
        said(server, "identity", "merge", "--yes", typed=f"{old}\n{old}\n"),
    ]
    places = [*(place for _, seen in done for place in seen), *server.places()]

    assert [code for code, _ in done] == [0, 1, 1, 0, 1, 1]
    assert {"/proc cmdline", "/proc environ", "plain dump", "statements"} <= {name for name, _ in places}
    assert any("identity.numbers" in content.decode(errors="replace") for name, content in places if "journey-" in name)
    assert in_clear(places) == []
    figures("A6", numbers=len(NUMBERS), spellings=len(spellings(old)), places=len(places), hits=0)


def test_twin_what_is_written_in_clear_is_found_wherever_it_goes(server: WatchedServer) -> None:
    in_values, in_words = NUMBERS[:2]
    with psycopg.connect(server.admin_url) as conn:
        row = ("c-1", in_values.encode(), in_values)
        conn.execute("insert into identity.numbers values (%s, sha256(%s), convert_to(%s, 'UTF8'), now())", row)
    code, seen = said(server, "identity", "find", in_words, NUMBER=in_values)

    found = in_clear([*seen, *server.places()])
    nth_in = {number: {hit.place for hit in found if hit.nth == number} for number in (0, 1)}

    assert code != 0
    assert nth_in[1] == {"/proc cmdline"}  # and in no answer
    assert {"/proc environ", "plain dump"} <= nth_in[0]
    for place in ("data/postgres/log/", "data/postgres/cluster/pg_wal/", "data/postgres/cluster/base/"):
        assert any(name.startswith(place) for name in nth_in[0]), place


@pytest.mark.parametrize("spelling", spellings("0107951234"))
def test_twin_every_spelling_is_found(spelling: str) -> None:
    content = b"before " + spellings("0107951234")[spelling] + b" after"

    assert Hit("a place", 0, spelling) in in_clear([("a place", content)], ["0107951234"])


def test_twin_a_number_that_lost_its_zero_stands_alone() -> None:
    assert in_clear([("a sheet", b"CPR;x\n107951234;y\n"), ("an id", b"a107951234")], ["0107951234"]) == [
        Hit("a sheet", 0, "the zero lost")
    ]
