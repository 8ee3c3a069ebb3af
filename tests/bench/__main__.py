"""`python -m tests.bench`: the whole table, or the rows named; on a terminal of two quiet cores under 15 minutes at scale 1."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.bench import (
    appending,
    asking,
    delivering,
    importing,
    pages,
    plans,
    proving,
    rebuilding,
    replaying,
    visible,
    workbooks,
)
from tests.bench.ground import Ground, ground, translate
from tests.bench.rows import HEADER, Row, as_line, keep

BENCHES: Mapping[str, Callable[[Ground], Iterator[Row]]] = {
    "append": appending.append,
    "memory": rebuilding.memory_rows,
    "rebuild": rebuilding.rebuild,
    "rebuild_long": rebuilding.rebuild_long,
    "import": importing.bulk_import,
    "memory_import": importing.memory_of_import,
    "delivery": delivering.delivery,
    "memory_delivery": delivering.memory_of_delivery,
    "workbooks": workbooks.workbooks,
    "replay": replaying.replay_of_a_case,
    "prove": proving.prove,
    "stocks": asking.stocks,
    "figures": asking.figures,
    "again": asking.asked_again,
    "pages": pages.pages,
    "plans": plans.plans,
    "visible": visible.visible,
}
"""In an order in which each leaves the register as the next may find it: what appends comes last."""


def main() -> None:
    said = _arguments()
    begun, rows = time.perf_counter(), list[Row]()
    _out(as_line(HEADER))
    with ground(said.scale) as under:
        for name in said.only or BENCHES:
            translate(f"{name}, {time.perf_counter() - begun:.0f} s from the start")
            for row in BENCHES[name](under):
                rows.append(row)
                _out(as_line(row.texts, row.said))
        seconds = time.perf_counter() - begun
        keep(said.json, rows, scale=said.scale, postgres=under.postgres, seconds=seconds)
    short = sum(row.reached is False for row in rows)
    translate(f"{len(rows)} rows in {seconds:.0f} s, {short} short of their target; kept in {said.json}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 50,000 cases of 20 events")
    parser.add_argument("--only", nargs="+", choices=list(BENCHES), metavar="NAME", help=f"of {', '.join(BENCHES)}")
    parser.add_argument("--json", type=Path, default=Path("results/bench.json"), help="where the result is kept")
    return parser.parse_args()


def _out(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
