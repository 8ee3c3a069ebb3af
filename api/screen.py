"""What the command line shows: tables, progress, and refusals that say where, why and what to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as RichTable
from rich.text import Text

from dashboards.table import Table
from journey.refusals import Refused

WIDTH = 110
"""Columns where the output is no terminal."""


def _console(*, stderr: bool = False) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else WIDTH, highlight=False, soft_wrap=False)


def show(table: Table) -> None:
    """A table with its title above and its notes below, numbers to the right."""
    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    last = len(table.columns) - 1
    first_number = next((at for at in range(len(table.columns)) if _all_numbers(table.rows, at)), last)
    for at, head in enumerate(table.columns):
        drawn.add_column(Text(head), justify="right" if at >= first_number else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console = _console()
    console.print(Text(table.title, style="bold"))
    if table.rows:
        console.print(drawn)
    for note in table.notes:
        console.print(Padding(Text(note, style="dim"), (0, 0, 0, 1)))
    console.print()


def _all_numbers(rows: Sequence[Sequence[str]], at: int) -> bool:
    return bool(rows) and all(row[at].replace(".", "").replace(",", "").lstrip("-").isdigit() or row[at] == "–" for row in rows)


def say(text: str) -> None:
    """A plain line on standard output."""
    _console().print(Text(text))


def show_json(value: Any) -> None:
    """JSON on standard output, for another program to read."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def refuse(refused: Refused) -> None:
    """A refusal on standard error: the code, the place, the reason and the remedy."""
    console = _console(stderr=True)
    console.print(
        Text(f"Afvist ({refused.code})" + (f" ved {refused.place}" if refused.place else "") + f": {refused.message}")
    )
    console.print(Text(f"Gør: {refused.remedy}"))


def complain(text: str) -> None:
    """A line on standard error."""
    _console(stderr=True).print(Text(text))


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error while something long goes on; silent where that is no terminal."""
    console = _console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
