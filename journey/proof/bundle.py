"""The auditor's export: the sealed log, its tree, its signed roots and keys, and verify.py, as a folder that needs nothing of ours."""

from __future__ import annotations

import shutil
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from psycopg import Connection

from journey.proof.checking import Told
from journey.proof.proving import line
from journey.proof.reading import all_signed, entries, keys, newest, tiles
from journey.proof.tiles import HASH, WIDTH, Tile, address, all_tiles, bundle
from journey.refusals import Refused

ALONGSIDE = {"verify.py": "verify.py", "LAESMIG.txt": "LÆSMIG.txt"}
"""What comes with the export, by its name with us and its name there."""


def alongside() -> dict[str, bytes]:
    """The program that verifies, and how to use it: files to lay beside the proofs."""
    ours = resources.files("journey.proof")
    return {name: ours.joinpath(source).read_bytes() for source, name in ALONGSIDE.items()}


def write(conn: Connection[Any], folder: Path, upto: int | None = None, told: Told | None = None) -> int:
    """Write the export up to the last signed root, or the last of at most `upto` events; gives how many events it has.

    The folder is there when all of it is written, or not at all. Raises Refused (`not_sealed`, `bad_file`).
    """
    if folder.exists():
        refused = Refused("bad_file", "Mappen findes i forvejen.", place=str(folder))
        refused.remedy = "Vælg et andet navn, eller flyt mappen."
        raise refused
    last = newest(conn, upto)
    if last is None:
        raise Refused("not_sealed")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        size = last.note.checkpoint.size
        _write_events(conn, part, size, told)
        _write_tiles(conn, part, size)
        vkeys = [key.vkey for kind in ("log", "witness") for key in keys(conn, kind)]
        for name, content in alongside().items():
            (part / name).write_bytes(content)
        (part / "keys.txt").write_text("".join(f"{vkey}\n" for vkey in vkeys), "utf-8")
        (part / "checkpoint").write_text(last.note.text, "utf-8")
        (part / "checkpoints.txt").write_text("\n".join(one.note.text for one in all_signed(conn, size)), "utf-8")
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return size


def _write_events(conn: Connection[Any], folder: Path, size: int, told: Told | None) -> None:
    events = entries(conn, 0, size)
    with (folder / "events.tsv").open("wb") as out:
        for first in range(0, size, WIDTH):
            some = list(islice(events, WIDTH))
            out.write(b"".join(map(line, some)))
            width = min(WIDTH, size - first)
            tile = Tile(None, first // WIDTH, None if width == WIDTH else width)
            _write(folder / address(tile), bundle(one.entry for one in some))
            if told is not None:
                told(first + len(some), size)


def _write_tiles(conn: Connection[Any], folder: Path, size: int) -> None:
    stored = tiles(conn)
    for tile in all_tiles(size):
        if tile.level is not None:
            _write(folder / address(tile), stored(tile.level, tile.number)[: (tile.width or WIDTH) * HASH])


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
