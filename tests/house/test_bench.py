"""The bench at a size that says nothing of speed: every row is there, and is a number."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.rows import Row

ROOT = Path(__file__).parents[2]
WHAT = (
    "append, one event per command, 1 writer",
    "append, one event per command, 8 writers",
    "rebuild of all projections",
    "rebuild, against raw COPY",
    "rebuild, 10 cases of 200 events",
    "bulk import",
    "append to visible",
    "stock caseload, p50",
    "stock caseload, p95",
    "figure caseworker_changes, p95",
    "a figure asked again",
    "replay of one case",
    "memory of the follower",
    "memory of the rebuild",
    "memory of the import",
    "a delivery,",
    "memory of the delivery",
    "sheets, 1,000 rows of 12 columns of a workbook",
    "memory of the process that reads the workbook",
    "page /, first time",
    "page of the cases behind caseload, first time",
    "page of the cases behind caseworker_changes, kept",
    "page /sag/",
    "figures that read a growing table whole",
)
"""How the rows of the architecture's table begin."""


@pytest.mark.long
def test_every_row_is_printed_and_is_a_number(tmp_path: Path) -> None:
    kept = tmp_path / "results" / "bench.json"

    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--scale", "0.002", "--json", str(kept)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    told = json.loads(kept.read_text("utf-8"))
    assert {"date", "scale", "cores", "postgres", "rows"} <= told.keys()
    assert [line.split(" | ")[0].rstrip() for line in run.stdout.splitlines()[1:]] == [row["what"] for row in told["rows"]]
    for beginning in WHAT:
        assert any(row["what"].startswith(beginning) for row in told["rows"]), beginning
    for row in told["rows"]:
        numbers = (row["ours"], row["ratio"] or 0.0)
        assert all(math.isfinite(number) for number in numbers), row


def test_a_row_that_falls_short_says_why() -> None:
    reached, short = (Row("it", ours, "/s", 1.0, least=1, note="p50 1 ms", because="it is far") for ours in (1.0, 0.5))

    assert reached.said == "p50 1 ms"
    assert short.said == "p50 1 ms; it is far"
