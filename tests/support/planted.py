"""Planted CPR numbers, and every place where one would be found that left a program's memory in clear (A6).

    with watched(folder) as server:
        …                                                      # what is to leave no number
        assert in_clear([*server.places(), *words.places()]) == []

A hit names the place, which of the numbers, and how it was spelled there: never the number. That the search bites is shown by a twin
that writes one in clear.
"""

from __future__ import annotations

import hashlib
import re
import struct
import subprocess
import threading
from base64 import b64encode
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import psycopg

from api.register.figure_functions import bring_up_to_date
from journey.postgres import Embedded, embedded
from journey.postgres.accounts import account_for
from journey.postgres.binaries import programs_for

Place = tuple[str, bytes]
"""What a place is called, and what stands there."""

LOG_ALL = {
    "log_statement": "all",
    "log_min_duration_statement": "0",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
    "log_min_error_statement": "debug5",
    "log_min_messages": "debug1",
    "log_error_verbosity": "verbose",
}
"""What an administrator may set who wants to see everything; the register's own server logs none of it."""


def planted(rng: Random, count: int) -> list[str]:
    """So many different numbers of nobody: a day, every fifth time one of a replacement number, and four digits."""
    made: dict[str, None] = {}
    while len(made) < count:
        day = date(1980, 1, 1) + timedelta(days=rng.randrange(12_000))
        shift = 60 if len(made) % 5 == 0 else 0
        made[f"{day.day + shift:02}{day:%m%y}{rng.randrange(10_000):04}"] = None
    return [*made]


NUMBERS = planted(Random(6), 50)


class Hit(NamedTuple):
    """A number in clear: the place, which of the numbers, and how it is spelled there."""

    place: str
    nth: int
    spelling: str


def spellings(digits: str) -> dict[str, bytes]:
    """The ways in which the number would stand somewhere, by name; an unkeyed hash of it hides nothing, since all can be tried."""
    raw, (day, rest) = digits.encode(), (digits[:6], digits[6:])
    texts = {"digits": digits, "a hyphen between": f"{day}-{rest}", "a space between": f"{day} {rest}"}
    if digits[0] == "0":
        texts[WITHOUT_ZERO] = digits[1:]
    hashes = {name: hashlib.new(name, raw) for name in ("sha256", "sha1", "md5")}
    return {
        **{name: text.encode() for name, text in texts.items()},
        **{f"{name}, hexadecimal": text.encode().hex().encode() for name, text in texts.items()},
        **{f"{name}, UTF-16": text.encode("utf-16-le") for name, text in texts.items()},
        **{f"base64 from {nth}": b64encode(b"x" * nth + raw)[4 if nth else 0 : 12] for nth in range(3)},
        "an integer": int(digits).to_bytes(8, "little"),
        "an integer the other way": int(digits).to_bytes(8, "big"),
        **{f"{name} of it": each.digest() for name, each in hashes.items()},
        **{f"{name} of it, hexadecimal": each.hexdigest().encode() for name, each in hashes.items()},
    }


WITHOUT_ZERO = "the zero lost"
"""As a spreadsheet writes it: nine digits, which must stand alone to be taken for a number."""


def in_clear(places: Iterable[Place], numbers: Sequence[str] = NUMBERS) -> list[Hit]:
    """Each place where one of the numbers stands in clear."""
    by_beginning = _by_beginning(tuple(numbers))
    return [
        Hit(place, nth, name)
        for place, content in places
        for beginning in sorted(_eights_of(content, by_beginning))
        for nth, name, spelled in by_beginning[beginning]
        if spelled.search(content)
    ]


def hits(raw: bytes) -> set[str]:
    """The planted numbers that stand in the bytes."""
    return {NUMBERS[hit.nth] for hit in in_clear([("", raw)])}


def hits_in_files(folders: Iterable[Path]) -> dict[str, set[str]]:
    """The files below the folders in which a planted number stands, with the numbers."""
    found: dict[str, set[str]] = defaultdict(set)
    for folder in folders:
        for place, nth, _ in in_clear(files_below(folder)):
            found[str(folder.parent / place)].add(NUMBERS[nth])
    return dict(found)


@cache
def _by_beginning(numbers: tuple[str, ...]) -> Mapping[int, list[tuple[int, str, re.Pattern[bytes]]]]:
    """Every spelling of the numbers, by the number that its first eight bytes make."""
    found: dict[int, list[tuple[int, str, re.Pattern[bytes]]]] = defaultdict(list)
    for nth, digits in enumerate(numbers):
        for name, spelled in spellings(digits).items():
            whole = rb"(?<![0-9a-zA-Z])%s(?![0-9a-zA-Z])" if name == WITHOUT_ZERO else b"%s"
            found[_WORD.unpack_from(spelled)[0]].append((nth, name, re.compile(whole % re.escape(spelled))))
    return found


_WORD = struct.Struct("=Q")


def _eights_of(content: bytes, wanted: Collection[int]) -> set[int]:
    """Those of the wanted numbers that eight bytes in a row of the content make: one pass, however many are looked for."""
    wanted, found = {*wanted}, set[int]()
    for at in range(_WORD.size):
        whole = (len(content) - at) // _WORD.size * _WORD.size
        if whole > 0:
            found |= wanted.intersection(memoryview(content)[at : at + whole].cast("Q"))
    return found


def files_below(*folders: Path) -> Iterator[Place]:
    """Every file of the folders, read whole, by its name; the zeros at its end left out."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            with suppress(FileNotFoundError):  # gone since
                if path.is_file() and not path.is_symlink():
                    yield f"{folder.name}/{path.relative_to(folder).as_posix()}", path.read_bytes().rstrip(b"\0")


@dataclass(frozen=True)
class WatchedServer:
    """An embedded server that logs all that it can, with its database migrated."""

    server: Embedded

    @property
    def data(self) -> Path:
        """The data folder, as `JOURNEY_DATA` names it."""
        return self.server.data

    @property
    def admin_url(self) -> str:
        return self.server.admin_url.replace("/postgres?", "/journey?")

    def places(self) -> Iterator[Place]:
        """The dump in plain text, the statements that sessions show, and every file of the server and of the keys: data, WAL, logs."""
        with psycopg.connect(self.admin_url, autocommit=True) as conn:
            conn.execute("checkpoint")
            yield "statements", repr(conn.execute("select query from pg_stat_activity").fetchall()).encode()
        programs = programs_for(self.data / "postgres", account_for(self.data)).folder
        dumped = subprocess.run([str(programs / "pg_dump"), "--inserts", self.admin_url], capture_output=True, check=True)
        yield "plain dump", dumped.stdout
        yield from files_below(self.data)


@contextmanager
def watched(folder: Path) -> Iterator[WatchedServer]:
    """A watched server below the folder."""
    with embedded(folder / "data") as server:
        bring_up_to_date(server.owner_url)
        with psycopg.connect(server.admin_url, autocommit=True) as conn:
            for name, value in LOG_ALL.items():
                conn.execute(f"alter system set {name} = '{value}'".encode())
            conn.execute("select pg_reload_conf()")
        yield WatchedServer(server)


@dataclass
class ProcessWords:
    """The words and the environment of a process and those it starts, as the machine's other programs could see them while it runs."""

    pid: int
    seen: set[Place] = field(default_factory=set)

    def __enter__(self) -> ProcessWords:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def places(self) -> list[Place]:
        return sorted(self.seen)

    def _look(self) -> None:
        while not self._ended.wait(0.02):
            for pid in _process_and_children(str(self.pid)):
                for name in ("cmdline", "environ"):
                    with suppress(OSError):
                        self.seen.add((f"/proc {name}", Path(f"/proc/{pid}/{name}").read_bytes()))


def _process_and_children(pid: str) -> Iterator[str]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                yield from _process_and_children(child)
