"""What the command line shows: tables, progress, and refusals that tell where, why and what to do."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as RichTable
from rich.text import Text

from dashboards.figures.table import Table
from journey.refusals import Refused

WIDTH = 110
"""Columns where the output is no terminal; text is not wider on a terminal that is."""


def _console(*, stderr: bool = False) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else WIDTH, highlight=False, soft_wrap=False)


def show(table: Table) -> None:
    """A table with its title above and its notes below, numbers to the right."""
    console = _console()
    with console.capture() as drawn:
        _wrapped(console, table.title, "bold")
        if table.rows:
            console.print(_drawn(table))
        for note in table.notes:
            _wrapped(console, note, "dim", " ")
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in drawn.get().splitlines())
    sys.stdout.write("\n")


def _drawn(table: Table) -> RichTable:
    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, show_header=any(table.columns))
    for at, head in enumerate(table.columns):
        numbers = _numbers([row[at] for row in table.rows])
        drawn.add_column(Text(head), justify="right" if numbers else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(_harmless(cell)) for cell in row))
    return drawn


_NUMBER = re.compile(r"((ca\.|ikke under) )?[-–]?[\d.,]*\+?|enkelte")


def _numbers(cells: Sequence[str]) -> bool:
    return any(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)


def _wrapped(console: Console, text: str, style: str, indent: str = "") -> None:
    for line in textwrap.wrap(_harmless(text), min(console.width, WIDTH) - len(indent), break_on_hyphens=False):
        console.print(Text(indent + line, style=style))


def _harmless(text: str) -> str:
    """Without what would make a terminal do something."""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def tell(text: str) -> None:
    """A plain line on standard output."""
    sys.stdout.write(f"{_harmless(text)}\n")


def show_json(value: Any) -> None:
    """JSON on standard output, for another program to read."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def refuse(refused: Refused) -> None:
    """A refusal on standard error: the code, the place, the reason and the remedy."""
    place = f" ved {refused.place}" if refused.place else ""
    complain(f"Afvist ({refused.code}){place}: {refused.message}", refused.remedy)


def complain(text: str, remedy: str = "") -> None:
    """What is wrong, on standard error, and what to do about it."""
    sys.stderr.write(_harmless(f"{text}\n" + (f"Gør: {remedy}\n" if remedy else "")))


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error while something long goes on; silent where that is no terminal."""
    console = _console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
