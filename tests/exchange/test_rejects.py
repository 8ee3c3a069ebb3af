"""The bad lines of a file that was taken without them, and foreign logs."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import psycopg
import pytest

from journey.codes import standard
from journey.exchange.importing import load_mapping
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.import_files import HERE, RECEIPT, activity, file, rows, taking, told, whole, withdrawal


def test_the_good_lines_are_taken_and_the_bad_ones_can_be_mended(database: Database, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    lines = [activity(1, "a"), activity(2, ""), "hej", withdrawal(3, 2), activity(4, "b"), activity(1, "x"), withdrawal(5, 1)]

    report = taking(database, file(*lines), skip_bad=True, rejects=rejects)

    assert (report.lines, report.recorded, report.left_out) == (7, 3, 4)
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

    assert (again.recorded, again.known, again.left_out) == (3, 0, 0)
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
SEVERAL_LINES = (
    "har en celle i anførselstegn, som går over flere linjer (til linje 5); fjern linjeskiftet, eller det anførselstegn, som er"
    " sat ved en fejl"
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
ids = "as_given"
activities = "as_given"
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

    assert (report.lines, report.recorded, report.left_out) == (5, 5, 3)
    assert (tmp_path / "r.csv").read_text("utf-8").splitlines() == [
        "sag,tid,handling,hvem,_reason",
        f'A,i går,Samtale,w2,"linje 3: tid: {NO_MOMENT}"',
        'B,2024-03-02 09:00+01:00,"To',
        f'linjer",w1,"linje 4: linjen: {SEVERAL_LINES}"',
        "C,2024-03-02,,,linje 7: linjen: har 2 felter; rækken med kolonnenavne har 4",
    ]
    with psycopg.connect(database.admin_url) as conn:
        assert conn.execute("select lines, taken, not_cpr from log.imports").fetchone() == (5, 5, True)


XES = """<log><trace><string key="concept:name" value="A"/>
<event><string key="concept:name" value="Brev"/><date key="time:timestamp" value="2024-03-01T09:00:00Z"/></event>
<event><string key="concept:name" value="Møde &amp; mere"/><date key="time:timestamp" value="2024"/></event></trace></log>"""


def test_xes_is_rejected_as_xes_that_can_be_taken_in_again(database: Database, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'format = "xes"\nsource = "x"\nunit = "ui"\nrole = "authority"\nids = "as_given"\nactivities = "as_given"\n', "utf-8"
    )
    mapping = load_mapping(tmp_path / "m.toml", standard())

    first = taking(database, io.BytesIO(XES.encode()), mapping=mapping, skip_bad=True, rejects=tmp_path / "r.xes")
    mended = (tmp_path / "r.xes").read_text("utf-8").replace('value="2024"', 'value="2024-03-02T09:00:00Z"')
    again = taking(
        database, io.BytesIO(mended.replace('value="A"', 'value="B"').encode()), mapping=mapping, as_corrections=True
    )

    assert (first.recorded, first.left_out) == (2, 1)
    assert "linje 2: time:timestamp: 2024 er ikke et tidspunkt" in mended
    assert again.left_out == 0
    assert ("B", "Møde & mere") in [(s, getattr(r.event, "activity", "")) for s, r in whole(database)]


@pytest.mark.skipif(not RECEIPT.exists(), reason="the municipal log for trying and testing is not here")
def test_a_real_municipal_log_is_taken_whole_and_once(database: Database) -> None:
    mapping = load_mapping(HERE / "data" / "receipt.toml", standard())

    first, again = (taking(database, RECEIPT, mapping=mapping) for _ in range(2))

    assert (first.lines, first.recorded, first.known) == (8_577, 14_086, 0)  # "test" and "TEST" are one worker
    assert (again.lines, again.recorded, again.known) == (8_577, 0, 14_086)
    log = [recorded for _, recorded in whole(database)]
    assert [recorded.known_at for recorded in log] == sorted(recorded.known_at for recorded in log)
    assert {recorded.known_at.year for recorded in log} == {2010, 2011, 2012}
