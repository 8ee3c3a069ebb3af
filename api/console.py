"""The terminal: tables, lines and JSON on standard output; progress bars, errors and refusals on standard error."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table as RichTable
from rich.text import Text

from dashboards.figures.table import Table
from dashboards.words.danish import number
from journey.refusals import Refused

WIDTH = 110
"""Columns where the output is no terminal, and the widest that text is on a terminal."""


def _console(*, stderr: bool = False) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else WIDTH, highlight=False, soft_wrap=False)


def print_table(table: Table) -> None:
    """Print a table with its title above and its notes below, numbers to the right."""
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
        drawn.add_row(*(Text(_printable(cell)) for cell in row))
    return drawn


_NUMBER = re.compile(r"((ca\.|ikke under) )?[−–]?[\d.,]*\+?|enkelte")


def _numbers(cells: Sequence[str]) -> bool:
    return any(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)


def _wrapped(console: Console, text: str, style: str, indent: str = "") -> None:
    for line in textwrap.wrap(_printable(text), min(console.width, WIDTH) - len(indent), break_on_hyphens=False):
        console.print(Text(indent + line, style=style))


def _printable(text: str) -> str:
    """Replace control characters, which a terminal would obey."""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def print_line(text: str) -> None:
    """Print a line on standard output."""
    sys.stdout.write(f"{_printable(text)}\n")


def print_json(value: Any) -> None:
    """Print JSON on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_refusal(refused: Refused) -> None:
    """Print a refusal on standard error: code, place, reason and remedy."""
    place = f" ved {refused.place}" if refused.place else ""
    print_error(f"Afvist ({refused.code}){place}: {refused.message}", refused.remedy)


def print_error(text: str, remedy: str = "") -> None:
    """Print an error and its remedy on standard error."""
    sys.stderr.write(_printable(f"{text}\n" + (f"Gør: {remedy}\n" if remedy else "")))


class _Size(ProgressColumn):
    """How far a task is: in MB where it counts bytes, else in whole numbers."""

    def render(self, task: Task) -> Text:
        of = "?" if task.total is None else self._written(task.total, task)
        unit = " MB" if task.fields["in_bytes"] else ""
        return Text(f"{self._written(task.completed, task)} af {of}{unit}")

    @staticmethod
    def _written(value: float, task: Task) -> str:
        return f"{value / 1e6:.1f}".replace(".", ",") if task.fields["in_bytes"] else number(int(value))


@contextmanager
def phases_bar(in_bytes: Collection[str]) -> Generator[Callable[[str, int, int], None]]:
    """Show a bar on standard error for work of several phases; gives the function that moves it: the phase, how far, and of how much.

    The phases `in_bytes` count bytes, and show MB.
    """
    console = _console(stderr=True)
    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), BarColumn(), _Size(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks: dict[str, TaskID] = {}

        def move(phase: str, done: int, of: int) -> None:
            if phase not in tasks:
                for task in tasks.values():
                    bar.update(task, visible=False)
                tasks[phase] = bar.add_task(phase, total=of, in_bytes=phase in in_bytes)
            bar.update(tasks[phase], completed=done, total=of, visible=True)

        yield move


@contextmanager
def progress_bar(what: str) -> Generator[Callable[[int, int | None], None]]:
    """Show a bar on standard error, nothing where that is no terminal; gives the function that moves it."""
    console = _console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
